"""What config.toml may say, as values."""

import shlex
from typing import Final, Literal

from msgspec import Struct

from fntui.core.model.profile import Profile

_DEFAULT: Final = "default"
_LONGEST_NAME: Final = 64

Colour = Literal["", "red", "yellow", "green", "blue", "magenta", "cyan"]
Theme = Literal["", "dark", "light", "ansi"]
Notify = Literal["", "osc9"]


class ProfileEntry(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A table ``[profiles.NAME]``.

    Attributes:
        colour: Of the name on the screen; ``""``: no particular one.
        protected: Read-only unless fntui is started with ``--write``.
        token_command: Prints the token: a program and its arguments, or one line that is split as a
            shell would; empty for none.
        api_url: Another server than DigitalOcean's own; ``""``: theirs.
    """

    colour: Colour = ""
    protected: bool = False
    token_command: str | list[str] = ""
    api_url: str = ""

    @property
    def command(self) -> list[str]:
        """The program and the arguments of ``token_command``; empty for none."""
        command = self.token_command
        return shlex.split(command) if isinstance(command, str) else command


class Config(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """All of config.toml.

    Attributes:
        default_profile: Which profile to start with; ``""``: the first.
        theme: ``dark``, ``light`` or ``ansi``; ``""``: ``ansi`` over ssh and where
            the terminal has no more than 16 colours, else ``dark``.
        utc: Times in UTC from the start, instead of local ones.
        bell: Ring the terminal's bell for a new alarm.
        notify: ``osc9``: have the terminal show a notification for it, too; ``""``: no.
        mouse: Take the mouse from the terminal; None: but over ssh.
        ascii: Draw only ASCII, or not; None: as the terminal can.
        keys: Keys, such as ``ctrl+x``, by the id of the command.
        profiles: By name, in the order of the file.
    """

    default_profile: str = ""
    theme: Theme = ""
    utc: bool = True
    bell: bool = True
    notify: Notify = ""
    mouse: bool | None = None
    ascii: bool | None = None
    keys: dict[str, str] = {}
    profiles: dict[str, ProfileEntry] = {}

    def listed(self) -> tuple[Profile, ...]:
        """Return the profiles, that to start with first; a plain one if there is none."""
        names = sorted(self.profiles, key=lambda name: name != self.default_profile)
        return tuple(self.profile(name) for name in names or [_DEFAULT])

    def profile(self, name: str) -> Profile:
        """Return a profile as the screen wants it; a plain one if the file does not have it."""
        entry = self.entry(name)
        return Profile(name=name, colour=entry.colour, is_protected=entry.protected)

    def entry(self, name: str) -> ProfileEntry:
        """Return the table of a profile; an empty one if the file does not have it."""
        return self.profiles.get(name, ProfileEntry())


def check_profile_name(name: str) -> str:
    """Return why ``name`` can't name a profile, in a sentence; ``""``: it can."""
    if 0 < len(name) <= _LONGEST_NAME and name.isprintable() and name == name.strip():
        return ""
    return f"A profile's name must be 1 to {_LONGEST_NAME} printable characters, no blanks around."
