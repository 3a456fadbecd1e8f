"""The process: exit statuses, messages, crash hooks, and an environment that is made safe."""

import codecs
import contextlib
import errno
import logging
import os
import re
import resource
import select
import signal
import sys
import threading
from collections.abc import Callable, Mapping, MutableMapping
from io import TextIOWrapper
from types import FrameType, TracebackType
from typing import Final, TextIO

from fntui.printable import printable

ReportCrash = Callable[[BaseException], str]

FAILED: Final = 1
WRONG_USE: Final = 2
INTERRUPTED: Final = 130
BY_SIGNAL: Final = 128  # as shells count exit statuses

# All others can write keys and pasted tokens to a file or a socket, or run code and keys of theirs.
_HARMLESS: Final = {
    f"TEXTUAL_{name}"
    for name in (
        "ANIMATIONS", "COLOR_SYSTEM", "DIM_FACTOR", "DISABLE_KITTY_KEY", "FILTERS", "FPS",
        "SMOOTH_SCROLL", "SPEEDUPS",
    )
}  # fmt: skip
_REPORT: Final = "For a report, run: fntui status."

_PATIENCE_S: Final = 0.5  # for a terminal that does not read
_TOKENS: Final = re.compile(r"do[opr]_v1_\w+")


class Refusal(Exception):  # noqa: N818 - the program's answer, not a fault of it
    """The program ends with a sentence on standard error.

    Attributes:
        status: The exit status.
    """

    def __init__(self, sentence: str, status: int) -> None:
        """Keep both."""
        super().__init__(sentence)
        self.status = status


def complain(sentence: str) -> None:
    """Print one line on standard error, if that can be; nothing in it can act on a terminal."""
    with contextlib.suppress(OSError):
        if _reads(sys.stderr):
            sys.stderr.write(f"fntui: {as_line(sentence)}\n")
            sys.stderr.flush()


def _reads(stream: TextIO) -> bool:
    """Return False for a terminal that takes nothing: who waits for it does not end."""
    try:
        return not stream.isatty() or bool(select.select([], [stream], [], _PATIENCE_S)[1])
    except (OSError, ValueError):  # nothing that the system knows: to write to it shows what it is
        return True


def say(sentence: str) -> None:
    """Print one line on standard output; nothing in it can act on a terminal."""
    sys.stdout.write(f"{as_line(sentence)}\n")


def put(text: str) -> None:
    """Print ready lines on standard output; that nobody reads them to their end is no fault.

    Raises:
        Refusal: If they can't be written.
    """
    try:
        sys.stdout.write(f"{text}\n")
        sys.stdout.flush()
    except OSError as error:
        # What is left would be written, and fail, once more when Python ends.
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)
        if not isinstance(error, BrokenPipeError):
            sentence = f"Standard output can't be written to: {error.strerror}."
            raise Refusal(sentence, FAILED) from None


def as_line(text: str) -> str:
    """Return ``text`` as one line in which nothing can act on a terminal, and tokens are masked.

    Tokens come where none belongs: pasted into config.toml, or given as the name of a profile.
    """
    return printable(_TOKENS.sub("•••", text))


def open_missing_streams() -> None:
    """Have streams that are closed, as by ``<&-``, lead nowhere.

    What is opened next would have their numbers, and be read or written in their place.
    """
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: SIM115, PTH123 - for good


def harden() -> None:
    """Keep the token that the process holds out of core dumps, open files and log lines."""
    _, most = resource.getrlimit(resource.RLIMIT_CORE)
    # Linux heeds a limit of 0 for files alone; 1 byte holds for programs that get dumps, too.
    limit = 0 if most == 0 else 1
    resource.setrlimit(resource.RLIMIT_CORE, (limit, limit))
    os.umask(0o077)
    # TLS would write there what opens the connection to everyone who recorded it.
    os.environ.pop("SSLKEYLOGFILE", None)
    # Without any handler, logging prints libraries' warnings to the terminal.
    logging.getLogger().addHandler(logging.NullHandler())


def is_over_ssh(environ: Mapping[str, str]) -> bool:
    """True if the terminal is at the other end of an ssh link."""
    return any(environ.get(name) for name in ("SSH_CONNECTION", "SSH_CLIENT", "SSH_TTY"))


def is_in_screen(environ: Mapping[str, str]) -> bool:
    """True in GNU screen, which holds Esc back as soon as a program takes the mouse."""
    return bool(environ.get("STY"))


def has_few_colours(environ: Mapping[str, str]) -> bool:
    """True if the terminal has its own 8 or 16 colours alone, as Rich tells it."""
    chosen = environ.get("TEXTUAL_COLOR_SYSTEM", "auto").lower()
    if chosen != "auto":
        return chosen == "standard"
    if environ.get("COLORTERM", "").strip().lower() in {"truecolor", "24bit"}:
        return False
    return environ.get("TERM", "").strip().lower().rpartition("-")[2] not in {"256color", "kitty"}


def has_c_locale(environ: Mapping[str, str]) -> bool:
    """True if the locale has only ASCII; Python takes UTF-8 for it all the same."""
    settings = (environ.get(name) for name in ("LC_ALL", "LC_CTYPE", "LANG"))
    return next(filter(None, settings), "C") in {"C", "POSIX"}


def erases_in_colour(environ: Mapping[str, str]) -> bool:
    """Tell whether what the terminal erases has the colour that is set (terminfo: bce)."""
    try:
        import curses  # noqa: PLC0415 - Python may have been built without it
    except ImportError:
        return False
    try:
        curses.setupterm(environ.get("TERM", ""), sys.stdout.fileno())
    except (OSError, curses.error):
        return False
    return curses.tigetflag("bce") == 1


def prepare_environment(environ: MutableMapping[str, str]) -> None:
    """Set what Textual reads when it is imported, and drop what would make it tell secrets."""
    for name in [name for name in environ if name == "TEXTUAL" or name.startswith("TEXTUAL_")]:
        if name not in _HARMLESS:
            del environ[name]
    # Textual and Rich would believe these instead of the terminal.
    for name in ("COLUMNS", "LINES"):
        environ.pop(name, None)
    if is_over_ssh(environ):
        environ.setdefault("TEXTUAL_ANIMATIONS", "none")
        environ.setdefault("TEXTUAL_DISABLE_KITTY_KEY", "1")
        environ.setdefault("ESCDELAY", "250")


def can_show_unicode(*streams: TextIO) -> bool:
    """Tell whether the terminal behind ``streams`` takes UTF-8, and make them bear it if not.

    One ``?`` then stands for each character that the terminal lacks, so that columns stay aligned.
    """
    narrow = [stream for stream in streams if codecs.lookup(stream.encoding).name != "utf-8"]
    for stream in narrow:
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")
    return not narrow


def check_terminal(environ: Mapping[str, str], *, takes_stdin: bool = False) -> None:
    """Make sure that there is a terminal to draw on.

    Args:
        environ: Says what kind it is.
        takes_stdin: Standard input is no terminal by intent; ``open_terminal`` follows.

    Raises:
        Refusal: If there is none, or one that can't be drawn on.
    """
    streams = {"standard output": sys.stdout, "standard error": sys.stderr}
    if not takes_stdin:
        streams = {"standard input": sys.stdin, **streams}
    for name, stream in streams.items():
        if not stream.isatty():
            sentence = f"{name} is not a terminal; over ssh, use ssh -t. {_REPORT}"
            raise Refusal(sentence, WRONG_USE)
    kind = environ.get("TERM", "")
    if kind in {"", "dumb", "unknown"}:
        sentence = f"This terminal can't be drawn on: TERM is {kind or 'unset'}. {_REPORT}"
        raise Refusal(sentence, WRONG_USE)


def open_terminal() -> None:
    """Put the terminal in place of standard input, from which a token was read.

    Raises:
        Refusal: If the process has no terminal.
    """
    try:
        terminal = os.open("/dev/tty", os.O_RDWR | os.O_CLOEXEC)
    except OSError as error:
        raise Refusal(f"There is no terminal: {error.strerror}.", WRONG_USE) from None
    os.dup2(terminal, 0)
    os.close(terminal)


def end_in_order_when_told() -> list[int]:
    """Have SIGTERM and SIGHUP end the program as SIGINT does, so that what it started ends with it.

    asyncio heeds SIGINT between two steps of its own: an error that came in the midst of one could
    leave a program behind that was just being started. The screen and ``fntui record`` put ways of
    their own in place of this one.

    Returns:
        The signals that came.
    """
    told: list[int] = []

    def end(number: int, _frame: FrameType | None) -> None:
        told.append(number)
        if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:  # as in the background of a script
            sys.exit(BY_SIGNAL + number)
        signal.raise_signal(signal.SIGINT)

    for number in (signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) is not signal.SIG_IGN:  # as under nohup
            signal.signal(number, end)
    return told


def install_crash_hooks(report: ReportCrash, status: int = FAILED) -> list[str]:
    """Have every error that nothing else caught end in ``report``, never in a printed traceback.

    Args:
        report: Writes an error down; returns a line to print.
        status: The exit status of a program that such an error ended.

    Returns:
        Lines to be printed once the terminal is the person's again: errors of threads, which may
        come while the screen is up.
    """
    late: list[str] = []

    def on_error(
        _kind: type[BaseException], error: BaseException, _traceback: TracebackType | None
    ) -> None:
        complain(report(error))
        sys.exit(status)

    def on_thread_error(failed: threading.ExceptHookArgs) -> None:
        if failed.exc_value is not None and not _is_terminal_gone(failed.exc_value):
            late.append(report(failed.exc_value))

    def on_unraisable(failed: "sys.UnraisableHookArgs") -> None:
        if failed.exc_value is not None:
            late.append(report(failed.exc_value))

    sys.excepthook = on_error
    threading.excepthook = on_thread_error
    sys.unraisablehook = on_unraisable
    return late


def _is_terminal_gone(error: BaseException) -> bool:
    """Tell what Textual's threads meet with until the program ends for want of a terminal."""
    return isinstance(error, OSError) and error.errno == errno.EIO
