"""Runs the ``token_command`` of a profile: without a shell, a terminal, or patience without end."""

import asyncio
import contextlib
import os
import signal
from asyncio.subprocess import Process
from collections.abc import Sequence
from typing import BinaryIO, Final

from fntui.tokens.errors import TokenSourceError

LIMIT_S: Final = 10.0
_MOST_BYTES: Final = 64 * 1024


async def first_line(words: Sequence[str], limit_s: float = LIMIT_S) -> str:
    """Run the program ``words[0]`` with the rest as arguments; return its first line.

    It gets no input and, in a session of its own, no terminal to prompt on; what it says on stderr
    is dropped, as it might quote the token.

    Raises:
        TokenSourceError: If it can't be started, fails, is too slow, or prints nothing or too much.
    """
    # A pipe of our own. Of asyncio's, its debug log shows what comes through; and the process would
    # be waited for until the pipe ends, which a child that left the group may put off for ever
    # (python/cpython#119710).
    readable, writable = os.pipe()
    with os.fdopen(readable, "rb", buffering=0) as pipe:
        process = await _started(words, writable)
        try:
            async with asyncio.timeout(limit_s):
                return await _output(process, pipe)
        except TimeoutError:
            raise TokenSourceError(f"The token_command took more than {limit_s:g} s.") from None
        finally:
            await _end(process)


async def _started(words: Sequence[str], writable: int) -> Process:
    """Start the program, which prints to ``writable``; that is closed here.

    Raises:
        TokenSourceError: If it can't be started.
    """
    try:
        return await asyncio.create_subprocess_exec(
            *words,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=writable,
            stderr=asyncio.subprocess.DEVNULL,
            start_new_session=True,
        )
    except (OSError, ValueError) as error:  # ValueError: a NUL in an argument
        reason = (error.strerror if isinstance(error, OSError) else None) or "not a program"
        raise TokenSourceError(f"The token_command could not be started: {reason}.") from None
    finally:
        os.close(writable)


async def _output(process: Process, pipe: BinaryIO) -> str:
    reader = asyncio.StreamReader(limit=_MOST_BYTES)
    transport, _ = await asyncio.get_running_loop().connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(reader), pipe
    )
    try:
        output = await _read(reader)
    finally:
        transport.close()
    status = await process.wait()
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


async def _end(process: Process) -> None:
    """Leave nothing of it behind: neither it nor what it started in its session's group."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    await process.wait()
