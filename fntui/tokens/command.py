"""Runs the ``token_command`` of a profile: without a shell, a terminal, or patience without end."""

import asyncio
import contextlib
import os
import signal
from collections.abc import Sequence
from subprocess import DEVNULL, Popen
from typing import BinaryIO, Final

from fntui.threads import run_limited
from fntui.tokens.errors import TokenSourceError

LIMIT_S: Final = 10.0
_MOST_BYTES: Final = 64 * 1024
_END_S: Final = 1.0


async def first_line(words: Sequence[str], limit_s: float = LIMIT_S) -> str:
    """Run the program ``words[0]`` with the rest as arguments; return its first line.

    It gets no input and, in a session of its own, no terminal to prompt on; what it says on stderr
    is dropped, as it might quote the token.

    Raises:
        TokenSourceError: If it can't be started, fails, is too slow, or prints nothing or too much.
    """
    readable, writable = os.pipe()
    with os.fdopen(readable, "rb", buffering=0) as pipe:
        process = _start(words, writable)
        try:
            async with asyncio.timeout(limit_s):
                return await _output(process, pipe, limit_s)
        except TimeoutError:
            raise TokenSourceError(f"The token_command took more than {limit_s:g} s.") from None
        finally:
            await _end(process)


def _start(words: Sequence[str], writable: int) -> Popen[bytes]:
    """Start the program, which prints to ``writable``; that is closed here.

    Not by asyncio, which may be told to end between the start and the moment from which on we would
    end the program, too; and whose debug log shows what comes through its pipes.

    Raises:
        TokenSourceError: If it can't be started.
    """
    try:
        return Popen(  # noqa: S603 - what the person's own configuration says
            words, stdin=DEVNULL, stdout=writable, stderr=DEVNULL, start_new_session=True
        )
    except (OSError, ValueError) as error:  # ValueError: a NUL in an argument
        reason = (error.strerror if isinstance(error, OSError) else None) or "not a program"
        raise TokenSourceError(f"The token_command could not be started: {reason}.") from None
    finally:
        os.close(writable)


async def _output(process: Popen[bytes], pipe: BinaryIO, limit_s: float) -> str:
    reader = asyncio.StreamReader(limit=_MOST_BYTES)
    transport, _ = await asyncio.get_running_loop().connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(reader), pipe
    )
    try:
        output = await _read(reader)
    finally:
        transport.close()
    status = await run_limited(process.wait, limit_s)
    if status != 0:
        raise TokenSourceError(f"The token_command failed with status {status}.")
    line = output.decode(errors="replace").lstrip().partition("\n")[0].strip()
    if not line:
        raise TokenSourceError("The token_command printed nothing.")
    return line


async def _read(reader: asyncio.StreamReader) -> bytes:
    output = bytearray()
    while chunk := await reader.read(4096):
        output += chunk
        if len(output) > _MOST_BYTES:
            raise TokenSourceError("The token_command printed more than 64 KiB.")
    return bytes(output)


async def _end(process: Popen[bytes]) -> None:
    """Leave nothing of it behind: neither it nor what it started in its session's group."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    with contextlib.suppress(TimeoutError):  # it is another user's, and can't be ended
        await run_limited(process.wait, _END_S)
