"""The program ``text-processor``, also ``python -m text_processor``."""

from __future__ import annotations

import sys

__all__ = ["main"]


def __dir__() -> list[str]:
    return __all__


def main() -> None:
    """Run the command line and exit. If click or rich is missing, exit with the command that installs them."""
    try:
        from text_processor.cli import commands
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] not in {"click", "rich"}:
            raise
        sys.exit("text-processor needs click and rich: pip install click rich")
    except KeyboardInterrupt:
        sys.exit(130)
    commands()


if __name__ == "__main__":
    main()
