"""The size of the terminal: the only place that finds it out.

Rich and Textual each have another idea of a size that is 0, and both believe COLUMNS and LINES,
which some shells export once and never change.
"""

import os
from typing import Final, TextIO

UNKNOWN: Final = (80, 24)
"""Columns and rows of a terminal that doesn't say, such as ``ssh -tt`` makes without one."""


def terminal_size(terminal: TextIO) -> tuple[int, int]:
    """Return the columns and rows of a terminal; ``UNKNOWN`` if it has 0 of either."""
    try:
        columns, rows = os.get_terminal_size(terminal.fileno())
    except (OSError, ValueError):
        return UNKNOWN
    return (columns, rows) if columns and rows else UNKNOWN
