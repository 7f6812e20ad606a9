"""Runs a program under valgrind's memcheck, and reports what concerns the library.

    memcheck.py REPORT PROGRAM ARGUMENT...

An error concerns it when one of its stacks leads through it: where memory is misused, where that memory was allocated
or freed, where it was lost. What Python does by itself is only counted. Ends with the program's own status, or with 9
where something is reported.
"""

from __future__ import annotations

import re
import subprocess
import sys
from xml.etree import ElementTree

OPTIONS = ["--leak-check=full", "--show-leak-kinds=definite", "--child-silent-after-fork=yes", "--num-callers=40"]
# The library, and programs that have defects on purpose.
OURS = re.compile(r"libtext_processor|/build/sanitize/")


def text(element: ElementTree.Element, path: str) -> str:
    """The text of an element below this one."""
    return element.findtext(path) or ""


def concerns_the_library(error: ElementTree.Element) -> bool:
    """Whether one of the stacks of an error leads through the library."""
    return any(OURS.search(place.text or "") for place in error.iterfind("stack/frame/obj"))


def description(error: ElementTree.Element) -> str:
    """An error with its stacks, as valgrind writes it."""
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
    """Runs the program, prints what was found, and returns the status to end with."""
    command = ["valgrind", "--quiet", *OPTIONS, "--xml=yes", f"--xml-file={report}", *program]
    status = subprocess.run(command, check=False).returncode
    errors = ElementTree.parse(report).findall("error")
    ours = [error for error in errors if concerns_the_library(error)]
    for error in ours:
        print(description(error))
    others = len(errors) - len(ours)
    print(f"{len(ours)} errors and leaks through the library, {others} in other places alone")
    return status or (9 if ours else 0)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
