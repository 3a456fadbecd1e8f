import pytest
from msgspec import UNSET, structs

from fntui.api.drafts import ScheduledDetailsDraft, TriggerChange
from fntui.api.errors import UnreadableAnswer
from fntui.api.models import ScheduledDetails, Trigger, Unreadable
from fntui.api.operations import LIST_ACCESS_KEYS
from fntui.core.operations.verification import differences, is_changed, is_listed, trigger_draft
from fntui.json_numbers import Number
from tests.support.builders import NOON, a_trigger, at

FULL = a_trigger(
    scheduled_details=ScheduledDetails(cron="0 * * * *", body=None), updated=NOON, function="a/b"
)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (TriggerChange(), ""),
        (TriggerChange(is_enabled=True), ""),
        (TriggerChange(is_enabled=False), "the server kept it enabled"),
        (TriggerChange(scheduled_details=ScheduledDetailsDraft(cron="0  * * * *", body={})), ""),
        (
            TriggerChange(scheduled_details=ScheduledDetailsDraft(cron="5 * * * *", body=None)),
            "the server kept cron 0 * * * *",
        ),
        (
            TriggerChange(scheduled_details=ScheduledDetailsDraft(cron="0 * * * *", body={"a": 1})),
            "the server kept another body",
        ),
    ],
)
def test_differences(change: TriggerChange, words: str) -> None:
    assert differences(FULL, change) == words


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("0 9 * * MON", "0  9 * * mon"),
        ("0 9 * * MON", "0 0 9 * * MON"),
        ("0 9 * * 7", "0 9 * * 0"),
        ("CRON_TZ=UTC 0 9 * * *", "cron_tz=UTC  0 9 * * *"),
    ],
)
def test_how_the_server_writes_a_cron_is_no_difference(sent: str, kept: str) -> None:
    trigger = structs.replace(FULL, scheduled_details=ScheduledDetails(cron=kept, body=None))
    details = ScheduledDetailsDraft(cron=sent, body=None)
    assert differences(trigger, TriggerChange(scheduled_details=details)) == ""
    before = structs.replace(FULL, scheduled_details=ScheduledDetails(cron=sent, body=None))
    assert not is_changed(before, trigger)
    assert is_changed(FULL, trigger)


@pytest.mark.parametrize(
    ("held", "sent"),
    [
        ("30 0 9 * * mon", "0 9 * * mon"),
        ("0 9 * * 7", "0 9 * * 7"),
        ("CRON_TZ=Asia/Tokyo 0 9 * * *", "CRON_TZ=Asia/Tokyo 0 9 * * *"),
    ],
)
def test_a_cron_is_put_back_as_it_came_but_for_its_seconds(held: str, sent: str) -> None:
    trigger = structs.replace(FULL, scheduled_details=ScheduledDetails(cron=held, body=None))
    draft = trigger_draft(trigger)
    assert draft is not None
    assert draft.scheduled_details.cron == sent


@pytest.mark.parametrize(
    ("sent", "kept", "is_so"),
    [
        ({"a": Number("1.0")}, {"a": 1}, True),
        ({"a": 1}, {"a": Number("1e0")}, True),
        ({"a": Number("0.12345678901234567890")}, {"a": 0.12345678901234568}, False),
        ({"a": True}, {"a": 1}, False),
    ],
)
def test_how_the_server_writes_a_number_is_no_difference_but_a_lost_digit_is(
    sent: dict[str, object],
    kept: dict[str, object],
    is_so: bool,  # noqa: FBT001 - a case
) -> None:
    before, after = (
        structs.replace(FULL, scheduled_details=ScheduledDetails(cron="0 * * * *", body=body))
        for body in (sent, kept)
    )
    change = TriggerChange(scheduled_details=ScheduledDetailsDraft(cron="0 * * * *", body=sent))
    assert (differences(after, change) == "") is is_so
    assert is_changed(before, after) is not is_so


def test_a_trigger_kept_paused() -> None:
    paused = structs.replace(FULL, is_enabled=False)
    assert differences(paused, TriggerChange(is_enabled=True)) == "the server kept it paused"


def test_what_was_left_out_is_no_difference() -> None:
    details = ScheduledDetailsDraft(cron="5 * * * *", body={"a": 1})
    change = TriggerChange(is_enabled=False, scheduled_details=details)
    assert differences(Trigger(name="x"), change) == ""
    bodiless = Trigger(name="x", scheduled_details=ScheduledDetails(cron="5 * * * *"))
    assert differences(bodiless, change) == ""


def test_runs_are_no_change() -> None:
    assert not is_changed(FULL, structs.replace(FULL, scheduled_runs=UNSET))
    assert not is_changed(FULL, structs.replace(FULL, updated_at=at("13:00")))
    assert is_changed(FULL, structs.replace(FULL, is_enabled=False))
    assert is_changed(FULL, structs.replace(FULL, scheduled_details=UNSET))


@pytest.mark.parametrize("missing", ["function", "is_enabled", "scheduled_details"])
def test_what_was_not_shown_cannot_be_made_again(missing: str) -> None:
    assert trigger_draft(FULL) is not None
    assert trigger_draft(structs.replace(FULL, **{missing: UNSET})) is None


@pytest.mark.parametrize(
    ("unreadable", "found"),
    [((), {"a"}), (("b",), {"a", "b"}), (("",), {"a"})],
)
def test_what_a_list_shows_be_it_unreadable(unreadable: tuple[str, ...], found: set[str]) -> None:
    rows = [Unreadable(name=name, reason="") for name in unreadable]
    said = {name: is_listed(LIST_ACCESS_KEYS, name, {"a"}, rows) for name in ("a", "b")}
    assert {name for name, is_there in said.items() if is_there is True} == found
    assert isinstance(said["b"], UnreadableAnswer) == ("" in unreadable)
