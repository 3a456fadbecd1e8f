import json
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import UNSET

from fntui.api import decode
from fntui.api.decode import UnreadableContent
from fntui.api.models import (
    AccessKey,
    IssuedAccessKey,
    Listing,
    Namespace,
    ScheduledDetails,
    ScheduledRuns,
    Trigger,
    Unreadable,
)
from fntui.api.secret import Secret

read_triggers = partial(decode.triggers, namespace_id="fn-1")

LISTS: list[tuple[str, Callable[[bytes], Listing[Any]]]] = [
    ("namespaces", decode.namespaces),
    ("access_keys", decode.access_keys),
    ("triggers", read_triggers),
]
ONES: list[tuple[str, Callable[[bytes], object]]] = [
    ("namespace", decode.namespace),
    ("access_key", partial(decode.access_key, key_id="a")),
    ("access_key", decode.issued_access_key),
    ("trigger", partial(decode.trigger, namespace_id="fn-1", name="a")),
]
READERS = [read for _, read in LISTS] + [read for _, read in ONES]

NAMES = [
    *("namespace", "namespaces", "name", "id", "key", "label", "is_enabled", "created_at"),
    *("scheduled_details", "cron", "body", "scheduled_runs", "last_run_at", "secret"),
    *("access_key", "access_keys", "trigger", "triggers", "\ud800"),
]
ANY_JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters())
    | st.sampled_from(["2026-11-23T14:38:00Z", "0001-01-01T00:00:00Z", "\ud800"]),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.text(max_size=5)
            | st.sampled_from([
                "namespace",
                "name",
                "id",
                "key",
                "label",
                "is_enabled",
                "created_at",
                "scheduled_details",
                "cron",
                "body",
                "scheduled_runs",
                "last_run_at",
                "secret",
                "namespaces",
                "access_key",
                "access_keys",
                "trigger",
                "triggers",
                "�",
            ]),
            inner,
            max_size=6,
        )
    ),
    max_leaves=20,
)


def encoded(value: object) -> bytes:
    return json.dumps(value).encode()


@pytest.mark.parametrize("read", READERS)
@given(value=ANY_JSON)
def test_any_json_is_a_model_or_an_unreadable_answer(
    read: Callable[[bytes], object], value: object
) -> None:
    try:
        got = read(encoded(value))
    except UnreadableContent:
        return
    assert isinstance(got, Listing | Namespace | AccessKey | IssuedAccessKey | Trigger)


@pytest.mark.parametrize(("name", "read"), LISTS)
@given(elements=st.lists(ANY_JSON, max_size=5))
def test_every_element_of_a_list_is_accounted_for(
    name: str, read: Callable[[bytes], Listing[Any]], elements: list[object]
) -> None:
    listing = read(encoded({name: elements}))
    assert len(listing.items) + len(listing.unreadable) == len(elements)


@pytest.mark.parametrize("read", READERS)
@given(content=st.binary(max_size=60))
def test_any_bytes_are_a_model_or_an_unreadable_answer(
    read: Callable[[bytes], object], content: bytes
) -> None:
    try:
        got = read(content)
    except UnreadableContent:
        return
    assert isinstance(got, Listing)


@pytest.mark.parametrize(("name", "read"), LISTS)
def test_null_is_a_list_without_elements(name: str, read: Callable[[bytes], Listing[Any]]) -> None:
    assert read(encoded({name: None})) == read(encoded({name: []})) == Listing(items=())


@pytest.mark.parametrize(("name", "read"), [*LISTS, *ONES])
def test_what_is_missing_is_named(name: str, read: Callable[[bytes], object]) -> None:
    with pytest.raises(UnreadableContent, match=rf"^Missing required field `{name}` at \$$"):
        read(b"{}")


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "Malformed JSON: the text is empty"),
        (b" \n", "Malformed JSON: the text is empty"),
        (
            b'{"triggers": [',
            "Malformed JSON: line 1, column 15: the text ends before the JSON does",
        ),
        (b"<html>", "Malformed JSON: line 1, column 1: not JSON"),
        (b'{"triggers":\n [}', "Malformed JSON: line 2, column 3: unexpected }"),
        (
            b'{"triggers": []} []',
            "Malformed JSON: line 1, column 18: text after the end of the JSON",
        ),
        (b"[]", "Expected an object, got an array at $"),
        (b"null", "Expected an object, got null at $"),
        (b'{"triggers": {}}', "Expected an array or null, got an object at $.triggers"),
        (b'{"triggers": "x"}', "Expected an array or null, got a string at $.triggers"),
        (b'{"triggers": [NaN]}', "Malformed JSON: NaN is not JSON"),
        (b'{"\\ud800": NaN}', "Malformed JSON: NaN is not JSON"),
        (b'{"triggers": 1e400}', "Expected an array or null, got a number at $.triggers"),
        (b'{"triggers": 1.0}', "Expected an array or null, got a number at $.triggers"),
        (b"[" * 100_000, "Malformed JSON: nested too deeply"),
        (b'{"triggers": ["\xff"]}', "Not UTF-8 at byte 15"),
    ],
)
def test_what_is_no_such_json_is_refused_with_its_place(content: bytes, reason: str) -> None:
    with pytest.raises(UnreadableContent) as caught:
        read_triggers(content)
    assert str(caught.value) == reason


BAD_TRIGGERS: list[tuple[object, str, str]] = [
    (None, "", "Expected an object, got null at $.triggers[1]"),
    ({}, "", "Missing required field `name` at $.triggers[1]"),
    ({"name": 7}, "", "Expected a string, got a number at $.triggers[1].name"),
    (
        {"name": "b", "is_enabled": "yes"},
        "b",
        "Expected a boolean or null, got a string at $.triggers[1].is_enabled",
    ),
    (
        {"name": "b", "scheduled_details": {"cron": None}},
        "b",
        "Expected a string, got null at $.triggers[1].scheduled_details.cron",
    ),
    (
        {"name": "b", "created_at": "yesterday", "scheduled_runs": [{"last_run_at": ""}]},
        "b",
        "Expected an object or null, got an array at $.triggers[1].scheduled_runs",
    ),
]


@pytest.mark.parametrize(("element", "name", "reason"), BAD_TRIGGERS)
def test_one_bad_element_does_not_hide_the_others(element: object, name: str, reason: str) -> None:
    listing = read_triggers(encoded({"triggers": [{"name": "a"}, element, {"name": "c"}]}))
    assert listing.items == (Trigger(name="a"), Trigger(name="c"))
    assert listing.unreadable == (Unreadable(name=name, reason=reason),)


BAD_TIMES: list[object] = [
    *("", "yesterday", "\ud800", "2026-11-23T14:38:60Z", "2026-02-30T00:00:00Z"),
    *("9999-12-31T23:59:59-05:00", 0, 1.5, True, [], {}),
]


@pytest.mark.parametrize("time", BAD_TIMES, ids=repr)
def test_a_bad_time_costs_only_itself(time: object) -> None:
    good = "2026-11-23T14:38:00Z"
    at = datetime(2026, 11, 23, 14, 38, tzinfo=UTC)
    runs = {"last_run_at": time, "next_run_at": good}
    element = {"name": "a", "created_at": good, "updated_at": time, "scheduled_runs": runs}
    expected = Trigger(name="a", created_at=at, scheduled_runs=ScheduledRuns(next_run_at=at))
    assert read_triggers(encoded({"triggers": [element]})) == Listing(items=(expected,))
    assert decode.trigger(encoded({"trigger": element}), "fn-1", "a") == expected
    key = {"id": "k", "name": "ci", "expires_at": time, "created_at": good}
    listing = decode.access_keys(encoded({"access_keys": [key]}))
    assert listing.items == (AccessKey(key_id="k", name="ci", created_at=at),)


@pytest.mark.parametrize(
    "odd",
    [
        *({"created_at": ""}, {"name": 5}, {"expires_at": "never"}, {"updated_at": [], "name": {}}),
        {"name": None, "expires_at": None, "more": [1]},
    ],
    ids=repr,
)
def test_a_secret_is_read_whatever_else_is_odd(odd: dict[str, object]) -> None:
    issued = decode.issued_access_key(
        encoded({"access_key": {"id": "k1", "secret": "hush", **odd}})
    )
    assert issued.secret == Secret("hush")
    assert issued.access_key.key_id == "k1"
    assert issued.access_key.name in {None, UNSET}


@pytest.mark.parametrize(
    ("read", "element", "name"),
    [
        (decode.namespaces, {"namespaces": [{"namespace": "fn-1", "label": 1}]}, "fn-1"),
        (decode.access_keys, {"access_keys": [{"id": "k1", "name": 1}]}, "k1"),
    ],
)
def test_an_unreadable_element_keeps_its_identity(
    read: Callable[[bytes], Listing[Any]], element: object, name: str
) -> None:
    (unreadable,) = read(encoded(element)).unreadable
    assert unreadable.name == name


@given(secret=st.text("0123456789abcdef", min_size=8))
@pytest.mark.parametrize("field", ["namespace", "label", "key", "created_at"])
def test_no_reason_shows_a_value(field: str, secret: str) -> None:
    elements = [{"namespace": "fn-1"} | {field: value} for value in ([secret], {secret: secret})]
    for unreadable in decode.namespaces(encoded({"namespaces": elements})).unreadable:
        assert secret not in unreadable.reason


def test_a_namespace_keeps_its_legacy_key_hidden() -> None:
    content = encoded({"namespace": {"namespace": "fn-1", "key": "hush"}})
    assert decode.namespace(content) == Namespace(namespace_id="fn-1", legacy_key=Secret("hush"))
    assert "hush" not in repr(decode.namespace(content))


@pytest.mark.parametrize("secret", ["hush", "k1:hush"])
def test_an_issued_key_has_its_secret_without_its_id(secret: str) -> None:
    issued = decode.issued_access_key(encoded({"access_key": {"id": "k1", "secret": secret}}))
    assert issued == IssuedAccessKey(access_key=AccessKey(key_id="k1"), secret=Secret("hush"))


@pytest.mark.parametrize(
    ("key", "reason"),
    [
        ({"id": "k1"}, "Missing required field `secret` at $.access_key"),
        ({"id": "k1", "secret": None}, "Expected a string, got null at $.access_key.secret"),
        ({"secret": "hush"}, "Missing required field `id` at $.access_key"),
    ],
)
def test_an_issued_key_without_its_parts_is_unreadable(key: object, reason: str) -> None:
    with pytest.raises(UnreadableContent) as caught:
        decode.issued_access_key(encoded({"access_key": key}))
    assert str(caught.value) == reason


def test_a_name_with_half_a_character_stays_as_it_is() -> None:
    content = b'{"triggers": [{"name": "a\\ud800", "scheduled_details": {"cron": "* * * * *", '
    content += b'"body": {"n": 1.5}}}]}'
    details = ScheduledDetails(cron="* * * * *", body={"n": 1.5})
    assert read_triggers(content).items == (Trigger(name="a\ud800", scheduled_details=details),)


def test_ten_thousand_triggers_and_names_that_repeat() -> None:
    elements = [{"name": f"t{number % 9_999}"} for number in range(10_000)]
    listing = read_triggers(encoded({"triggers": elements}))
    assert len(listing.items) == 10_000
    assert listing.items[0] == listing.items[-1]


def test_what_is_nested_deeper_than_can_be_drawn_is_unreadable() -> None:
    def nested(levels: int) -> bytes:
        inner = b'{"x":' * (levels - 4) + b"0" + b"}" * (levels - 4)
        return (
            b'{"triggers": [{"name": "a", "scheduled_details": {"cron": "", "body": %b}}]}' % inner
        )

    assert read_triggers(nested(200)).items[0].name == "a"
    with pytest.raises(UnreadableContent, match="Nested too deeply"):
        read_triggers(nested(201))


def test_millions_of_elements_are_unreadable_as_a_whole() -> None:
    with pytest.raises(UnreadableContent) as caught:
        read_triggers(b'{"triggers": [%b0]}' % (b"0," * 100_000))
    assert str(caught.value) == "Array longer than 100,000 at $.triggers"


@given(content=st.binary(max_size=20))
def test_a_deletion_s_answer_is_not_looked_at(content: bytes) -> None:
    decode.nothing(content)


OTHER = "Not what was asked for, by its identity at "


@pytest.mark.parametrize(
    ("read", "content", "place"),
    [
        (
            partial(decode.namespace, namespace_id="fn-1"),
            {"namespace": {"namespace": "fn-2"}},
            "$.namespace.namespace",
        ),
        (
            partial(decode.access_key, key_id="k1"),
            {"access_key": {"id": "k2"}},
            "$.access_key.id",
        ),
        (
            partial(decode.trigger, namespace_id="fn-1", name="a"),
            {"trigger": {"name": "A", "namespace": "fn-1"}},
            "$.trigger.name",
        ),
        (
            partial(decode.trigger, namespace_id="fn-1", name="a"),
            {"trigger": {"name": "a", "namespace": "fn-2"}},
            "$.trigger.namespace",
        ),
    ],
)
def test_an_answer_about_another_object_is_unreadable(
    read: Callable[[bytes], object], content: object, place: str
) -> None:
    with pytest.raises(decode.UnreadableContent) as caught:
        read(encoded(content))
    assert str(caught.value) == OTHER + place


@pytest.mark.parametrize("told", [{}, {"namespace": None}, {"namespace": "fn-1"}])
def test_an_identity_that_is_left_out_says_nothing(told: dict[str, object]) -> None:
    element = {"name": "a", **told}
    read = decode.trigger(encoded({"trigger": element}), "fn-1", "a")
    assert read_triggers(encoded({"triggers": [element]})).items == (read,)


def test_a_trigger_of_another_namespace_does_not_hide_the_others() -> None:
    elements = [{"name": "a"}, {"name": "b", "namespace": "fn-2"}]
    listing = read_triggers(encoded({"triggers": elements}))
    assert listing.items == (Trigger(name="a"),)
    reason = f"{OTHER}$.triggers[1].namespace"
    assert listing.unreadable == (Unreadable(name="b", reason=reason),)
