"""What earlier sessions saw, and what another fntui reads, as it shows on the screen."""

from fntui.api.operations import LIST_NAMESPACES
from tests.support.whole import whole


async def test_the_strip_survives_a_restart_with_its_gap() -> None:
    async with whole() as it:
        await it.pass_time(300)
        (before,) = (row for row in it.text.split("\n") if " heartbeat " in row)
        assert before.rstrip().endswith("··||||||")
        first = it
    await first.clock.advance(240)
    async with whole(before=first) as it:
        await it.pass_time(60)
        (after,) = (row for row in it.text.split("\n") if " heartbeat " in row)
        assert after.rstrip().endswith("|···||")
        it.app.main.reveal(it.trigger("ingest", "heartbeat"))
        await it.press("right_square_bracket")
        assert "not observed, 3 slots" in it.text


async def test_a_second_one_shows_what_the_first_reads_and_says_so() -> None:
    async with whole() as first, whole(before=first) as second:
        await second.pass_time(130)
        assert "another fntui reads" in second.text
        assert "another fntui reads" not in first.text
        assert "heartbeat" in second.text
        assert second.app.session is not None
        assert {call.operation for call in second.app.calls} == {LIST_NAMESPACES}


async def test_trouble_with_the_history_is_said() -> None:
    async with whole() as it:
        assert it.app.session is not None
        it.app.session.recorder.on_trouble("The history can't be written.")
        await it.pass_time(1)
        assert "The history can't be written." in it.text
