import pytest
from msgspec import UNSET, structs

from fntui.api.drafts import ScheduledDetailsDraft, TriggerChange
from fntui.api.errors import UnreadableAnswer
from fntui.api.models import ScheduledDetails, Trigger, Unreadable
from fntui.api.operations import LIST_ACCESS_KEYS
from fntui.core.operations.verification import differences, is_changed, is_listed, trigger_draft
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
