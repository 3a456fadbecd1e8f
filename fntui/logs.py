"""What fntui writes down: requests, if asked to, and how it crashed. Never a secret."""

import platform
import traceback
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import fntui
from fntui.api.calls import Call
from fntui.clock import Clock
from fntui.files import open_private

_HOME: Final = Path(fntui.__file__).parent.parent
_LONGEST_ID: Final = 100


class RequestLog:
    """A file with a line for each request: time, method, path template, status, ms, request id."""

    def __init__(self, path: Path) -> None:
        """Open the file, or make it; an OSError says why that can't be done."""
        self._file = open_private(path)

    def __call__(self, call: Call) -> None:
        """Write the line; a full disk costs the log, not the program."""
        try:
            self._file.write(_line(call).encode())
        except (OSError, ValueError):  # ValueError: closed, by the failure before
            self._file.close()

    def close(self) -> None:
        """Close the file; what is logged after that is dropped."""
        self._file.close()


def _line(call: Call) -> str:
    outcome = call.problem if call.status is None else str(call.status)
    words = (
        call.at.isoformat(timespec="milliseconds"),
        call.operation.method,
        call.operation.template,
        outcome,
        f"{call.duration_s * 1000:.0f}ms",
        _visible(call.request_id or "-"),
    )
    return " ".join(words) + "\n"


def _visible(text: str) -> str:
    """Keep a header of the server's from breaking the line or acting on a terminal."""
    return "".join(c if "!" <= c <= "~" else "?" for c in text[:_LONGEST_ID])


class CrashLog:
    """A file that says where the program broke: types and places, no messages and no values.

    Messages and local variables may hold a token, so neither is ever written.

    Attributes:
        path: The file; made with the first crash.
    """

    def __init__(self, path: Path, clock: Clock) -> None:
        """Write nothing yet."""
        self.path = path
        self._clock = clock

    def __call__(self, error: BaseException) -> str:
        """Write down where ``error`` came from; return one line for the terminal."""
        parts = list(_chain(error))
        system = (
            f"fntui {fntui.__version__}, Python {platform.python_version()}, {platform.system()}"
        )
        head = f"{self._clock.now().isoformat(timespec='seconds')} {system}"
        text = "\n".join([head, *(line for part in parts for line in _part(part)), "", ""])
        places = _places(error)
        where = f"{_name(error)}" + (f" at {places[-1]}" if places else "")
        try:
            with open_private(self.path) as file:
                file.write(text.encode())
        except OSError as failed:
            kept = f"{self.path} can't be written: {failed.strerror}."
            return f"fntui broke, by a fault of its own: {where}. {kept}"
        return f"fntui broke, by a fault of its own: {where}. Report it with {self.path}."


def _chain(error: BaseException) -> Iterator[BaseException]:
    """Yield the error, what it holds, and what led to it, each once."""
    waiting: list[BaseException] = [error]
    seen: set[int] = set()
    while waiting:
        current = waiting.pop(0)
        if id(current) in seen:
            continue
        seen.add(id(current))
        yield current
        waiting += getattr(current, "exceptions", ())  # of a group
        waiting += [led for led in (current.__cause__, current.__context__) if led is not None]


def _part(error: BaseException) -> list[str]:
    return [_name(error), *(f"  {place}" for place in _places(error))]


def _places(error: BaseException) -> list[str]:
    frames = traceback.walk_tb(error.__traceback__)
    return [
        f"{_short(Path(frame.f_code.co_filename))}:{line} in {frame.f_code.co_name}"
        for frame, line in frames
    ]


def _short(path: Path) -> Path:
    """Leave out where the person's folders are."""
    return path.relative_to(_HOME) if path.is_relative_to(_HOME) else Path(*path.parts[-3:])


def _name(error: BaseException) -> str:
    kind = type(error)
    return kind.__name__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__name__}"
