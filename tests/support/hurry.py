"""fntui in a hurry: ``python -m tests.support.hurry SPEED [fntui's own words]``.

Its clock runs so many times as fast, so that what it does once a minute can be waited for.
"""

import sys
from typing import Any, cast

from fntui.cli import main
from fntui.clock import SystemClock

if __name__ == "__main__":
    cast("Any", SystemClock.__init__).__defaults__ = (float(sys.argv[1]),)
    main(sys.argv[2:])
