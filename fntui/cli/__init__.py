"""The command line: arguments in, parts built, screen shown or command carried out.

The only floor that knows all others. What is slow to import is imported where it is needed, so that
``--help`` and the first paint don't wait for it.
"""

import sys
from collections.abc import Sequence
from typing import NoReturn

from fntui.cli.arguments import parse


def main(words: Sequence[str] | None = None) -> NoReturn:
    """Run fntui and end the process with its exit status.

    Args:
        words: The command line's arguments; None: those of the process.
    """
    arguments = parse(sys.argv[1:] if words is None else words)
    from fntui.cli.running import run  # noqa: PLC0415 - not for --help and --version

    sys.exit(run(arguments))
