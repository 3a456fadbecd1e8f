"""``python -m fntui``: the same as the ``fntui`` command."""

from fntui.cli import main

if __name__ == "__main__":
    main()
