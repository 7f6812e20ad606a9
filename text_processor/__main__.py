"""The program ``text-processor``, also ``python -m text_processor`` and ``python path/to/text_processor``."""

from __future__ import annotations

import os
import sys

if __name__ == "__main__" and not __package__:
    # `python path/to/text_processor` puts this folder on the path, where its typing.py hides Python's own `typing`.
    _folder = os.path.dirname(os.path.realpath(__file__))
    sys.path[:] = [os.path.dirname(_folder) if os.path.realpath(path) == _folder else path for path in sys.path]

__all__ = ["main"]


def __dir__() -> list[str]:
    return __all__


def main() -> None:
    """Run the command line and exit. If click or rich is missing, exit with the command that installs them."""
    try:
        from importlib.util import find_spec

        # Without an import of rich, because most commands do not need it.
        if find_spec("click") is None or find_spec("rich") is None:
            sys.exit("text-processor needs click and rich: pip install click rich")
        from text_processor.cli import commands
    except KeyboardInterrupt:
        sys.exit(130)
    commands()


if __name__ == "__main__":
    main()
