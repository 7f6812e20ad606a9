"""Run a program under valgrind's memcheck, and report the errors of the library.

    memcheck.py REPORT PROGRAM ARGUMENT...

An error concerns the library if the library is in a stack of the error: the place where memory is misused, or where
this memory was allocated, freed or lost. Other errors, such as those of Python, are only counted. The exit status is
that of the program, or 9 if an error is reported.
"""

from __future__ import annotations

import re
import subprocess
import sys
from xml.etree import ElementTree

OPTIONS = ["--leak-check=full", "--show-leak-kinds=definite", "--child-silent-after-fork=yes", "--num-callers=40"]
# The library, and the programs with known defects.
OURS = re.compile(r"libtext_processor|/build/sanitize/")


def text(element: ElementTree.Element, path: str) -> str:
    """Return the text of an element below this one."""
    return element.findtext(path) or ""


def concerns_the_library(error: ElementTree.Element) -> bool:
    """Return whether the library is in one of the stacks of an error."""
    return any(OURS.search(place.text or "") for place in error.iterfind("stack/frame/obj"))


def description(error: ElementTree.Element) -> str:
    """Return an error with its stacks, in the format of valgrind."""
    lines = [f"{text(error, 'kind')}: {text(error, 'what') or text(error, 'xwhat/text')}"]
    for part in error:
        if part.tag == "auxwhat":
            lines.append(f" {part.text}")
        elif part.tag == "stack":
            for frame in part:
                line = text(frame, "line")
                place = f"{text(frame, 'file')}:{line}" if line else text(frame, "obj")
                lines.append(f"    {text(frame, 'fn') or '?'} ({place})")
    return "\n".join(lines)


def main(report: str, *program: str) -> int:
    """Run the program, print the errors of the library, and return the exit status."""
    command = ["valgrind", "--quiet", *OPTIONS, "--xml=yes", f"--xml-file={report}", *program]
    status = subprocess.run(command, check=False).returncode
    errors = ElementTree.parse(report).findall("error")
    ours = [error for error in errors if concerns_the_library(error)]
    for error in ours:
        print(description(error))
    others = len(errors) - len(ours)
    print(f"{len(ours)} errors and leaks through the library, {others} elsewhere")
    return status or (9 if ours else 0)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
