"""Which modules the first paint waits for: ``python -m tests.benchmarks.screen.imports``.

One line for each package, by the time that its own modules take to import, the slowest first.
"""

import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable
from typing import Final

from tests.benchmarks.screen.program import compiling

_MODULES: Final = "import fntui.cli.running, fntui.ui.app, fntui.ui.terminal.lifecycle"
_MOST: Final = 25


def by_package(lines: Iterable[str]) -> Counter[str]:
    """Return the microseconds by package of what ``-X importtime`` printed.

    The modules of fntui and of Textual count by room: ``fntui.ui``, ``textual.widgets``.
    """
    found = Counter[str]()
    for line in lines:
        head, *rest = line.removeprefix("import time:").split("|")
        if rest and head.strip().isdecimal():
            found[_package(rest[-1].strip())] += int(head)
    return found


def _package(module: str) -> str:
    first, *others = module.split(".")
    return ".".join([first, *others[:1]]) if first in {"fntui", "textual"} else first


def main() -> None:
    """Print them."""
    words = [sys.executable, "-X", "importtime", "-c", _MODULES]
    env, lines = compiling(os.environ), list[str]()
    for _ in range(2):  # the first time, files may have to be compiled
        done = subprocess.run(words, capture_output=True, text=True, check=True, env=env)  # noqa: S603 - ours
        lines = done.stderr.splitlines()
    found = by_package(lines)
    print(f"{sum(found.values()) / 1000:7.1f} ms in all")
    for package, taken in found.most_common(_MOST):
        print(f"{taken / 1000:7.1f} ms {package}")


if __name__ == "__main__":
    main()
