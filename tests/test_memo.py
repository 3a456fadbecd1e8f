from msgspec import Struct, structs

from fntui.memo import derived


class Value(Struct, frozen=True, dict=True):
    """Something that never changes."""

    number: int


MADE: list[int] = []


@derived
def made(value: Value, more: int) -> list[int]:
    MADE.append(value.number + more)
    return [value.number + more]


@derived
def other(value: Value) -> str:
    return str(value.number)


def test_what_was_made_is_kept_until_it_is_asked_for_with_other_arguments() -> None:
    MADE.clear()
    value = Value(1)
    first = made(value, 2)
    assert other(value) == "1"
    assert made(value, 2) is first
    assert made(value, 3) == [4]
    assert made(value, 2) == first
    assert MADE == [3, 4, 3]


def test_another_value_begins_anew_and_equal_values_stay_equal() -> None:
    value = Value(1)
    first = made(value, 2)
    twin = structs.replace(value)
    assert twin == value
    assert made(twin, 2) is not first
    assert made(structs.replace(value, number=5), 2) == [7]
