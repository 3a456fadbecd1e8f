"""How fast the screen is, and what it writes: fntui beside a minimal Textual app, in one run.

    python -m tests.benchmarks.screen [PART …]

Every program runs in a real terminal of 120 columns and 40 rows, once as on this machine
(truecolor) and once as at the other end of an ssh link. A line has the median, and in brackets
the least and the greatest; a ratio is that of programs started in turn. Memory and processor are
those that Linux tells in /proc. htop and tig are measured as well where they are installed.
"""

import argparse
import os
import platform
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC
from importlib.metadata import version
from typing import Final

from fntui.clock import SystemClock
from tests.benchmarks.screen import echo, far, keys, loading, resting, starting
from tests.benchmarks.screen.setting import Setting
from tests.benchmarks.screen.table import Row, head, lines

PARTS: Final[dict[str, Callable[[Setting], Iterator[Row]]]] = {
    "start": starting.measure,
    "quit": echo.measure_quit,
    "loading": loading.measure,
    "echo": echo.measure,
    "link": far.measure,
    "keys": keys.measure,
    "fleet": echo.measure_fleet,
    "poll": resting.measure_poll,
    "idle": resting.measure_idle,
}
"""What is measured, the short ones first."""


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.benchmarks.screen",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"of {', '.join(PARTS)}; all")
    parser.add_argument("--runs", type=int, default=Setting.runs, help="default: %(default)s")
    parser.add_argument("--keys", type=int, default=Setting.keys, help="default: %(default)s")
    parser.add_argument("--echoes", type=int, default=Setting.echoes, help="default: %(default)s")
    parser.add_argument("--idle-s", type=float, default=Setting.idle_s, help="default: %(default)s")
    given = parser.parse_args()
    if unknown := [part for part in given.parts if part not in PARTS]:
        parser.error(f"there is no part {', '.join(unknown)}; there are {', '.join(PARTS)}")
    setting = Setting(runs=given.runs, keys=given.keys, echoes=given.echoes, idle_s=given.idle_s)
    print(_circumstances())
    started_s = time.monotonic()
    print("\n".join(["", *head()]))
    for part in given.parts or PARTS:
        for row in _rows(part, setting):
            print(*lines([row]), flush=True)
    print(f"\n{time.monotonic() - started_s:.0f} s")


def _rows(part: str, setting: Setting) -> Iterator[Row]:
    """Yield the rows of a part; if what it waits for does not come, say so and go on."""
    try:
        yield from PARTS[part](setting)
    except TimeoutError as error:
        yield Row(f"the rest of {part}", "", "failed, see below", is_met=False)
        print(error, file=sys.stderr)


def _circumstances() -> str:
    day = SystemClock().now().astimezone(UTC).date()
    textual, python = version("textual"), platform.python_version()
    return f"{day}, {os.cpu_count()} processors, Python {python}, Textual {textual}"


if __name__ == "__main__":
    main()
