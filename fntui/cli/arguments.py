"""What may be said on the command line."""

import argparse
import os
import re
from collections.abc import Sequence
from itertools import pairwise
from typing import Final, NoReturn, Protocol

from msgspec import Struct
from typing_extensions import override

from fntui import __version__
from fntui.printable import printable

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

Exit status: 0 done, 1 failed, 2 wrong use, configuration or terminal, 130 interrupted. That of
fntui status: fntui status --help.
"""
_STATUS: Final = "Print the board once: what is missed, late, on time, paused; which keys expire."
_STATUS_EPILOG: Final = """\
Exit status, the first that fits: 2 a run was missed, or a trigger is stalled; 3 not everything
could be read, or judged; 1 a run is late, or an enabled trigger won't run; 0 all is well. 64 wrong
use or configuration, 130 interrupted.
"""
_RECORD: Final = """\
Watch the account without a screen, keep what is seen in the history, and print each change as a
line: for a systemd user unit, or a tmux pane that nobody watches. It ends on SIGTERM.
"""
_RECORD_EPILOG: Final = """\
Exit status: 0 ended by SIGTERM or SIGHUP, 1 no token, a refused one, or output that can't be
written, 2 wrong use or configuration, 130 interrupted. Where nobody reads the output (a closed
pipe), it goes on without.
"""
_REAL: Final = {
    "--profile": "profile",
    "--api-url": "api_url",
    "--token-file": "token_file",
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
        command: ``status``, ``record``, ``auth login``, ``auth status`` or ``auth logout``;
            ``""``: the screen.
        json: ``status`` prints JSON.
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
    json: bool = False


def parse(words: Sequence[str]) -> Arguments:
    """Return what ``words`` say.

    Raises:
        SystemExit: On ``--help``, ``--version`` and wrong use.
    """
    try:
        return _parse(words)
    except SystemExit as end:
        is_status = "status" in words and ("auth", "status") not in pairwise(words)
        if end.code and is_status:
            end.code = os.EX_USAGE  # argparse's own 2 says there that a run was missed
        raise


def _parse(words: Sequence[str]) -> Arguments:
    parser = _parser()
    said = vars(parser.parse_args(words))
    topic = said.pop("topic") or ""
    said["command"] = f"{topic} {said.get('command', '')}".strip()
    arguments = Arguments(**said)
    if arguments.demo:
        odd = [option for option, name in _REAL.items() if said.get(name)]
        odd += ["auth"] if topic == "auth" else []
        if odd:
            parser.error(f"--demo shows no real account: leave out {', '.join(odd)}")
    return arguments


def _parser() -> argparse.ArgumentParser:
    # What is not said is left out, so that a command undoes nothing that was said before it.
    parser = _Parser(
        prog="fntui",
        description="DigitalOcean Functions in the terminal: namespaces, triggers, access keys.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
        argument_default=argparse.SUPPRESS,
    )
    _add_options(parser)
    topics = parser.add_subparsers(metavar="status|record|auth", dest="topic")
    status, record = (
        topics.add_parser(
            name,
            help=help_,
            description=description,
            epilog=epilog,
            formatter_class=argparse.RawDescriptionHelpFormatter,
            allow_abbrev=False,
            argument_default=argparse.SUPPRESS,
        )
        for name, help_, description, epilog in (
            ("status", "print the board once, without the screen", _STATUS, _STATUS_EPILOG),
            ("record", "watch and keep the history, without the screen", _RECORD, _RECORD_EPILOG),
        )
    )
    _add_status(status)
    _add_common(record)
    auth = topics.add_parser("auth", help="sign in and out without the screen", allow_abbrev=False)
    commands = auth.add_subparsers(metavar="login|status|logout", dest="command", required=True)
    for name, help_ in _COMMANDS.items():
        command = commands.add_parser(name, help=help_, description=help_, allow_abbrev=False)
        command.add_argument(
            "--profile", default=argparse.SUPPRESS, type=_said, metavar="NAME", help=_PROFILE
        )
    return parser


def _add_options(parser: argparse.ArgumentParser) -> None:
    _add_common(parser)
    writing = parser.add_mutually_exclusive_group()
    _add_switch(writing, "--read-only", "refuse everything that would change something")
    _add_switch(writing, "--write", "allow changes to protected profiles")
    version = f"fntui {__version__}"
    parser.add_argument("--version", action="version", version=version, help="say which and end")


def _add_status(parser: argparse.ArgumentParser) -> None:
    form = parser.add_mutually_exclusive_group()
    _add_switch(form, "--json", "one JSON document")
    form.add_argument(
        "--plain", action="store_false", dest="json", help="lines of text, as without it"
    )
    _add_common(parser)


def _add_common(parser: argparse.ArgumentParser) -> None:
    _add_switch(parser, "--demo", "show a simulated account: no token, no network, no files")
    for option, metavar, help_ in (
        ("--profile", "NAME", _PROFILE),
        ("--api-url", "URL", "another server: https, or http on this machine alone"),
        ("--token-file", "FILE|-", "read the API token from a file or standard input"),
        ("--log-file", "FILE", "append a line for each request: no names, no tokens"),
    ):
        parser.add_argument(option, type=_said, metavar=metavar, help=help_)
    _add_switch(parser, "--ascii", "draw with ASCII alone")


def _add_switch(to: _Adds, option: str, help_: str) -> None:
    to.add_argument(option, action="store_true", help=help_)


def _said(text: str) -> str:
    """Return the word, unless it is empty, as an unset variable of a shell makes it.

    Raises:
        argparse.ArgumentTypeError: If it is: taken for not said, it would mean another account.
    """
    if not text:
        raise argparse.ArgumentTypeError("it must not be empty")
    return text


class _Parser(argparse.ArgumentParser):
    """A parser that repeats no token which was taken for an argument, and nothing that acts."""

    @override
    def error(self, message: str) -> NoReturn:
        super().error(_TOKENS.sub("…", printable(message)))
