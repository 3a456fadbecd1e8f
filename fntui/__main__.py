"""``python -m fntui``: the same as the ``fntui`` command."""

from fntui.cli import main

main()
