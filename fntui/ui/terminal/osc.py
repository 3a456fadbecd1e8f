"""Titles and notifications: operating system commands (OSC) that the program itself sends."""

from collections.abc import Mapping
from typing import Final

from fntui.ui.text import printable

END: Final = "\x1b\\"
"""Ends a control string; unlike BEL it rings nowhere."""

NEUTRAL_TITLE: Final = "Terminal"
"""What is left to a terminal that doesn't put its own title back."""


def has_title(environ: Mapping[str, str]) -> bool:
    """Return False for the Linux console, whose older kernels print the sequence as text."""
    return environ.get("TERM") != "linux"


def title_sequence(text: str) -> str:
    """Return what gives the terminal this title."""
    return f"\x1b]2;{printable(text)}{END}"


def notification_sequence(text: str, environ: Mapping[str, str]) -> str:
    """Return what has the terminal show a desktop notification (OSC 9), through tmux if need be.

    A number and ``;`` at the start could be some other command, so that semicolons are replaced.
    """
    sequence = f"\x1b]9;{printable(text).replace(';', ',')}{END}"
    if "TMUX" not in environ:
        return sequence
    escaped = sequence.replace("\x1b", "\x1b\x1b")
    return f"\x1bPtmux;{escaped}{END}"
