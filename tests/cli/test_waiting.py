import asyncio

import pytest

from fntui.cli.waiting import unless_quick, wait_for


async def test_a_wait_that_takes_a_while_is_told_of_once(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("fntui.cli.waiting.QUICK_S", 0)
    gate = asyncio.Event()
    waiting = asyncio.create_task(unless_quick(gate.wait(), "the keyring"))
    told = ""
    while not told:
        await asyncio.to_thread(int)
        told = capsys.readouterr().err
    gate.set()
    assert await waiting
    assert told == "fntui: Waiting for the keyring …\n"
    assert capsys.readouterr() == ("", "")


def test_a_quick_answer_is_not_told_of(capsys: pytest.CaptureFixture[str]) -> None:
    async def answer() -> int:  # noqa: RUF029 - what is waited for is a coroutine
        return 7

    assert wait_for(answer(), "the keyring") == 7
    assert capsys.readouterr() == ("", "")
