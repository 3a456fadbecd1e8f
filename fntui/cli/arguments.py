"""What may be said on the command line."""

import argparse
import re
from collections.abc import Sequence
from typing import Final, NoReturn, Protocol

from msgspec import Struct
from typing_extensions import override

from fntui import __version__

_TOKENS: Final = re.compile(r"do[a-z]_v1_\w+")
_PROFILE: Final = "account to use: a table [profiles.NAME] of config.toml"
_COMMANDS: Final = {
    "login": "Ask for an API token, or read it from standard input, and keep it in the keyring.",
    "status": "Say which account is used, where its token is, and whether the API takes it.",
    "logout": "Delete the profile's token from the keyring.",
}
_EPILOG: Final = """\
An API token is looked for in this order: --token-file; the environment (DIGITALOCEAN_ACCESS_TOKEN,
DIGITALOCEAN_TOKEN); the profile's token_command; the keyring of the operating system. There is no
option for the token itself: others could read it.

Exit status: 0 done, 1 failed, 2 wrong use, configuration or terminal, 130 interrupted.
"""
_REAL: Final = {
    "--profile": "profile",
    "--api-url": "api_url",
    "--token-file": "token_file",
    "auth": "command",
}


class _Adds(Protocol):
    def add_argument(self, option: str, *, action: str, help: str) -> object: ...  # noqa: A002


class Arguments(Struct, frozen=True, kw_only=True):
    """What was said on the command line.

    Attributes:
        demo: Show the simulated account.
        profile: ``""``: that of the configuration.
        api_url: ``""``: not said.
        token_file: Path, or ``-`` for standard input; ``""``: not said.
        read_only: Refuse all writes.
        write: Allow writes to protected profiles.
        ascii: Draw with ASCII alone.
        log_file: ``""``: no log.
        command: ``login``, ``status`` or ``logout``; ``""``: the screen.
    """

    demo: bool = False
    profile: str = ""
    api_url: str = ""
    token_file: str = ""
    read_only: bool = False
    write: bool = False
    ascii: bool = False
    log_file: str = ""
    command: str = ""


def parse(words: Sequence[str]) -> Arguments:
    """Return what ``words`` say; ends the program on ``--help``, ``--version`` and wrong use."""
    parser = _parser()
    said = vars(parser.parse_args(words))
    said["command"] = said.get("command", "")
    del said["topic"]
    arguments = Arguments(**said)
    if arguments.demo:
        odd = [option for option, name in _REAL.items() if said[name]]
        if odd:
            parser.error(f"--demo shows no real account: leave out {', '.join(odd)}")
    return arguments


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="fntui",
        description="DigitalOcean Functions in the terminal: namespaces, triggers, access keys.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    _add_options(parser)
    auth = parser.add_subparsers(metavar="auth", dest="topic").add_parser(
        "auth", help="sign in and out without the screen", allow_abbrev=False
    )
    commands = auth.add_subparsers(metavar="login|status|logout", dest="command", required=True)
    for name, help_ in _COMMANDS.items():
        command = commands.add_parser(name, help=help_, description=help_, allow_abbrev=False)
        # Not given here, it must not undo what was given before "auth".
        command.add_argument("--profile", default=argparse.SUPPRESS, metavar="NAME", help=_PROFILE)
    return parser


def _add_options(parser: argparse.ArgumentParser) -> None:
    def add(option: str, metavar: str, help_: str) -> None:
        parser.add_argument(option, default="", metavar=metavar, help=help_)

    def add_switch(option: str, help_: str, to: _Adds = parser) -> None:
        to.add_argument(option, action="store_true", help=help_)

    add_switch("--demo", "show a simulated account: no token, no network, no files")
    add("--profile", "NAME", _PROFILE)
    add("--api-url", "URL", "another server: https, or http on this machine alone")
    add("--token-file", "FILE|-", "read the API token from a file or standard input")
    writing = parser.add_mutually_exclusive_group()
    add_switch("--read-only", "refuse everything that would change something", writing)
    add_switch("--write", "allow changes to protected profiles", writing)
    add_switch("--ascii", "draw with ASCII alone")
    add("--log-file", "FILE", "append a line for each request: no names, no tokens")
    version = f"fntui {__version__}"
    parser.add_argument("--version", action="version", version=version, help="say which and end")


class _Parser(argparse.ArgumentParser):
    """A parser that does not repeat a token which was taken for an argument."""

    @override
    def error(self, message: str) -> NoReturn:
        super().error(_TOKENS.sub("…", message))
