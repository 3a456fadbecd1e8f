"""How the program was started and configured, as far as the screen must know."""

from msgspec import Struct

from fntui.core.model.profile import Profile
from fntui.ui.repertoire import Repertoire


class Settings(Struct, frozen=True, kw_only=True):
    """How the program was started and configured, as far as the screen must know.

    Attributes:
        profile: The profile to sign in with first.
        repertoire: Which characters to draw.
        asks_width: Ask the terminal how wide it draws a sign, and draw only what it can.
        erases_in_colour: What the terminal erases has the colour that is set (terminfo: bce).
        has_colour: False: attributes only, such as bold and reverse; no colours.
        is_read_only: No writes, whatever the profile says.
        keymap: Keys by the id of the command, from ``[keys]`` of config.toml.
        theme: Name of a theme; ``""``: the program's own.
        uses_mouse: Take the mouse from the terminal.
        is_far: The terminal is at the other end of a line, which may be slow.
        shows_local_times: Times in local time from the start, instead of UTC.
        has_bell: Ring the terminal's bell for a new alarm.
        notifies: Ask the terminal for a desktop notification, too (OSC 9).
    """

    profile: Profile
    repertoire: Repertoire = Repertoire.UNICODE
    asks_width: bool = False
    erases_in_colour: bool = False
    has_colour: bool = True
    is_read_only: bool = False
    keymap: dict[str, str] = {}
    theme: str = ""
    uses_mouse: bool = True
    is_far: bool = False
    shows_local_times: bool = False
    has_bell: bool = True
    notifies: bool = False
