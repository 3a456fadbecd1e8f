"""Runs the ``token_command`` of a profile: without a shell, a terminal, or patience without end."""

import asyncio
import contextlib
import os
import signal
from asyncio.subprocess import Process, SubprocessStreamProtocol
from collections.abc import Sequence
from typing import Final

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
    transport, process = await _started(words)
    try:
        async with asyncio.timeout(limit_s):
            return await _output(process)
    except TimeoutError:
        raise TokenSourceError(f"The token_command took more than {limit_s:g} s.") from None
    finally:
        await _end(transport, process)


async def _started(words: Sequence[str]) -> tuple[asyncio.SubprocessTransport, Process]:
    """Start the program as ``asyncio.create_subprocess_exec`` does, but with its transport at hand.

    Raises:
        TokenSourceError: If it can't be started.
    """
    loop = asyncio.get_running_loop()
    try:
        transport, protocol = await loop.subprocess_exec(
            lambda: SubprocessStreamProtocol(limit=_MOST_BYTES, loop=loop),
            *words,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            start_new_session=True,
        )
    except (OSError, ValueError) as error:  # ValueError: a NUL in an argument
        reason = (error.strerror if isinstance(error, OSError) else None) or "not a program"
        raise TokenSourceError(f"The token_command could not be started: {reason}.") from None
    return transport, Process(transport, protocol, loop)


async def _output(process: Process) -> str:
    output = bytearray()
    assert process.stdout is not None  # noqa: S101 - it was asked for as a pipe
    while chunk := await process.stdout.read(4096):
        output += chunk
        if len(output) > _MOST_BYTES:
            raise TokenSourceError("The token_command printed more than 64 KiB.")
    status = await process.wait()
    if status != 0:
        raise TokenSourceError(f"The token_command failed with status {status}.")
    line = output.decode(errors="replace").lstrip().partition("\n")[0].strip()
    if not line:
        raise TokenSourceError("The token_command printed nothing.")
    return line


async def _end(transport: asyncio.SubprocessTransport, process: Process) -> None:
    """Leave nothing of it behind: neither it nor what it started in its session's group."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    # wait() waits for the end of the pipe too, which output that nobody reads any more, or a child
    # that left the group, would put off for ever (python/cpython#119710).
    transport.close()
    await process.wait()
