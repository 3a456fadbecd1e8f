from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest
from msgspec import UNSET, UnsetType

from fntui.api.models import ScheduledRuns
from fntui.ui.forms.schedule import CronField, how_often, next_by_cron
from fntui.ui.views.lines import Line
from tests.support.builders import NOON, a_trigger, at
from tests.support.local_zone import local_zone


def hint_of(text: str, now: datetime) -> Sequence[Line]:
    """Return the hint of a new trigger."""
    return CronField(text=text).hint(now)


def show_time(moment: datetime, has_date: bool) -> str:  # noqa: FBT001 - the shape of a callback
    return f"{moment:%d %H:%M}" if has_date else f"{moment:%H:%M}"


@pytest.mark.parametrize("text", ["@daily", "* * * * * *", "61 * * * *", "x" * 1000])
def test_a_bad_cron_is_said_so_and_has_no_times(text: str) -> None:
    hint = hint_of(text, NOON)
    assert len(hint) == 1
    assert hint[0].spans[0].tone == "late"


def test_a_good_cron_has_words_warnings_and_five_times() -> None:
    told = [each.text for each in hint_of("* 9 * * *", NOON)]
    assert "UTC" in told[0]
    assert "60 runs a day" in told[0]
    assert "60 times" in told[1]
    assert [text[4:21] for text in told[2:]] == [
        f"{NOON.date() + timedelta(days=1)} 09:0{minute}Z" for minute in range(5)
    ]


@pytest.mark.parametrize(("zone", "local"), [("UTC", ""), ("UTC-2", "   Wed 11:00 local")])
def test_the_times_of_a_cron_are_local_ones_too_where_they_differ(zone: str, local: str) -> None:
    with local_zone(zone):
        assert hint_of("0 9 * * WED", NOON)[1].text == f"Wed 2026-11-25 09:00Z{local}"


def test_a_cron_that_never_matches_is_warned_of() -> None:
    assert any("never" in each.text for each in hint_of("0 0 30 2 *", NOON))


def test_no_cron_is_explained() -> None:
    assert "minute hour day month weekday" in hint_of(" ", NOON)[0].text


HELD = [
    ("0 9 * * 7", "0 9 * * 7"),
    ("@daily", "@daily"),
    ("CRON_TZ=Europe/Berlin 0 4 * * *", "CRON_TZ=Europe/Berlin 0 4 * * *"),
    ("0 9 L * *", "0 9 L * *"),
    ("0  9 * * mon", "0  9 * * mon"),
    ("30 0 9 * * mon", "0 9 * * mon"),
]


@pytest.mark.parametrize(("held", "sent"), HELD)
def test_what_is_held_goes_back_as_it_came_but_for_seconds(held: str, sent: str) -> None:
    field = CronField(text=held, held=held)
    assert (field.is_kept, field.to_send, field.problem) == (True, sent, "")


@pytest.mark.parametrize("text", ["0 9 * * 7", " 0 9 * * 7 ", "0 0 9 * * 7"])
def test_blanks_case_and_seconds_are_no_change(text: str) -> None:
    assert CronField(text=text, held="30 0 9 * * 7").to_send == "0 9 * * 7"


def test_what_is_changed_is_checked_and_normalised() -> None:
    held = "0 9 * * 7"
    assert CronField(text="0 10 * * 7", held=held).problem.endswith("write 0")
    assert CronField(text="0 10 * * mon", held=held).to_send == "0 10 * * MON"
    assert CronField(text="0 9 * * 7").problem.endswith("write 0")


def test_the_hint_of_what_is_held_says_that_it_may_stay() -> None:
    told = [each.text for each in CronField(text="0 9 * * 7", held="0 9 * * 7").hint(NOON)]
    assert "Sunday" in told[0]
    assert told[1].startswith("It may stay as it is, but would not be taken now: weekday: 7")
    assert "2026-11-29 09:00Z" in told[2]


def test_the_hint_of_what_is_held_and_can_not_be_read_says_why() -> None:
    (told,) = CronField(text="@reboot", held="@reboot").hint(NOON)
    assert told.text == (
        "It can't be read (@reboot is no schedule of five fields) and stays as it is."
    )


def test_times_that_the_api_does_not_go_by_are_marked() -> None:
    told = CronField(text="0 9 * * *", held="0 8 * * *", is_doubtful=True).hint(NOON)
    assert told[1].text.startswith("These times are by cron: the API does not plan")


def change(field: CronField, upcoming: datetime | UnsetType | None) -> list[str]:
    base = a_trigger(scheduled_runs=ScheduledRuns(next_run_at=upcoming))
    return [each.text for each in field.change(base, NOON, show_time)]


def test_an_unchanged_cron_says_which_seconds_are_not_sent() -> None:
    field = CronField(text="0 9 * * 7", held="30 0 9 * * 7")
    assert change(field, NOON) == [
        "cron       0 9 * * 7 (unchanged; the seconds of 30 0 9 * * 7 are not sent)"
    ]
    assert change(CronField(text="0 9 * * 7", held="0 9 * * 7"), NOON) == [
        "cron       0 9 * * 7 (unchanged)"
    ]


@pytest.mark.parametrize(
    ("upcoming", "words"),
    [
        (at("13:30"), "13:30"),
        (at("11:00"), "23 11:00 (past)"),
        (at("12:00") + timedelta(days=2), "25 12:00"),
        (None, "none"),
        (UNSET, "13:00"),
    ],
)
def test_the_next_run_so_far_is_the_apis_where_it_is_known(
    upcoming: datetime | UnsetType | None, words: str
) -> None:
    field = CronField(text="0 15 * * *", held="0 13 * * *")
    last = change(field, upcoming)[-1]
    assert last.split("→")[0].strip() == f"next       {words}"
    assert last.endswith("→  15:00")


def test_without_readings_the_next_run_so_far_is_by_cron() -> None:
    field = CronField(text="0 15 * * *", held="0 13 * * *")
    lines = field.change(a_trigger(scheduled_runs=UNSET), NOON, show_time)
    assert lines[-1].text.startswith("next       13:00")


def test_a_new_cron_that_the_api_may_read_otherwise_is_marked() -> None:
    field = CronField(text="0 15 * * *", held="0 13 * * *", is_doubtful=True)
    assert change(field, at("12:30"))[-1] == "next       12:30        →  by cron 15:00"


def test_of_what_can_not_be_read_nothing_is_guessed() -> None:
    assert how_often("@reboot") == next_by_cron("@reboot", NOON, show_time) == "unknown"
    assert next_by_cron("0 0 30 2 *", NOON, show_time) == "never"
