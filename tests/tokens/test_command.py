import os
import sys
from pathlib import Path

import pytest

from fntui.tokens.command import first_line
from fntui.tokens.errors import TokenSourceError

PYTHON = sys.executable


async def run(code: str, limit_s: float = 10.0) -> str:
    return await first_line([PYTHON, "-c", code], limit_s)


async def failure(code: str, limit_s: float = 10.0) -> str:
    with pytest.raises(TokenSourceError) as caught:
        await run(code, limit_s)
    return caught.value.sentence


async def test_its_first_line_is_taken() -> None:
    assert await run("print('\\n token \\nmore')") == "token"


async def test_it_runs_without_a_shell() -> None:
    words = [PYTHON, "-c", "import sys; print(sys.argv[1])", "$HOME; `id` | cat"]
    assert await first_line(words) == "$HOME; `id` | cat"


async def test_it_has_no_input_and_no_terminal_to_prompt_on() -> None:
    code = "import os,sys; print(repr(sys.stdin.read()), os.getsid(0) == os.getpid())"
    assert await run(code) == "'' True"


async def test_what_it_says_on_stderr_goes_nowhere(capfd: pytest.CaptureFixture[str]) -> None:
    await run("import sys; print('t'); print('dop_v1_secret', file=sys.stderr)")
    assert capfd.readouterr() == ("", "")


async def test_a_failure_is_told_without_its_output() -> None:
    sentence = await failure("print('dop_v1_secret'); raise SystemExit(3)")
    assert sentence == "The token_command failed with status 3."


async def test_no_output_is_a_failure() -> None:
    assert await failure("print()") == "The token_command printed nothing."


async def test_too_much_output_is_refused_while_it_arrives() -> None:
    sentence = await failure("while True: print('x' * 9999)")
    assert sentence == "The token_command printed more than 64 KiB."


async def test_a_command_that_takes_too_long_is_ended_with_its_children(tmp_path: Path) -> None:
    fifo = tmp_path / "alive"
    os.mkfifo(fifo)
    reader = os.open(fifo, os.O_RDONLY | os.O_NONBLOCK)
    child = f"import time; f = open({str(fifo)!r}, 'w'); time.sleep(600)"
    code = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {child!r}])"
    assert await failure(code, 0.2) == "The token_command took more than 0.2 s."
    os.set_blocking(reader, True)
    # Reads to the end of the file only once no process holds the other end any more.
    assert os.read(reader, 1) == b""
    os.close(reader)


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (["/no/such/program"], "No such file or directory"),
        (["/"], "Permission denied"),
        (["a\0b"], "not a program"),
    ],
)
async def test_a_program_that_can_not_be_started(words: list[str], reason: str) -> None:
    with pytest.raises(TokenSourceError) as caught:
        await first_line(words)
    assert caught.value.sentence == f"The token_command could not be started: {reason}."


async def test_a_child_that_left_and_holds_the_pipe_is_not_waited_for(tmp_path: Path) -> None:
    gate = tmp_path / "gate"
    os.mkfifo(gate)
    child = f"open({str(gate)!r}).read()"  # until somebody writes
    code = (
        "import subprocess, sys\n"
        f"subprocess.Popen([sys.executable, '-c', {child!r}], start_new_session=True)\n"
        "print('x' * 200_000)"
    )
    with pytest.raises(TokenSourceError, match="64 KiB"):
        await first_line([sys.executable, "-c", code])
    gate.open("w").close()  # the child ends
