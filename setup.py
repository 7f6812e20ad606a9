"""Build steps that pyproject.toml cannot describe."""

import os
import sys

import setuptools_rust
from setuptools import setup
from setuptools.command.bdist_wheel import bdist_wheel

LIBRARY = {"darwin": "libtext_processor.dylib", "win32": "text_processor.dll"}.get(sys.platform, "libtext_processor.so")


class BuildRust(setuptools_rust.build_rust):
    """Gives the library its plain name instead of the name of an extension module."""

    def get_dylib_ext_path(self, ext: setuptools_rust.RustExtension, target_fname: str) -> str:
        """Return the path of the library."""
        return os.path.join(os.path.dirname(super().get_dylib_ext_path(ext, target_fname)), LIBRARY)


class BdistWheel(bdist_wheel):
    """Builds one wheel for every Python, because nothing in it is linked with libpython."""

    def get_tag(self) -> tuple[str, str, str]:
        """Return the tag of the wheel."""
        return "py3", "none", super().get_tag()[2]


setup(cffi_modules=["build_ffi.py:ffibuilder"], cmdclass={"bdist_wheel": BdistWheel, "build_rust": BuildRust})
