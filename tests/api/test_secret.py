import copy
import json
import pickle

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fntui.api.models import AccessKey, IssuedAccessKey, Namespace
from fntui.api.secret import MalformedToken, Secret, check_token
from tests.support.leaks import all_shown_by

WORD = "correct-horse-battery"


def test_reveal_gives_it_back() -> None:
    assert Secret(WORD).reveal() == WORD


@pytest.mark.parametrize("show", [repr, str, "{}".format, "{:>40}".format, "{!r}".format, ascii])
@given(text=st.text(min_size=4))
def test_nothing_that_prints_shows_it(show: object, text: str) -> None:
    assert callable(show)
    assert show(Secret(text)) == show(Secret(""))


@pytest.mark.parametrize(
    "store", [pickle.dumps, copy.deepcopy, msgspec.json.encode, msgspec.to_builtins, json.dumps]
)
def test_nothing_stores_it(store: object) -> None:
    assert callable(store)
    with pytest.raises(TypeError) as caught:
        store(Secret(WORD))
    assert WORD not in str(caught.value)


def test_no_model_that_holds_one_shows_it() -> None:
    issued = IssuedAccessKey(access_key=AccessKey(key_id="k"), secret=Secret(WORD))
    namespace = Namespace(namespace_id="fn-1", legacy_key=Secret(WORD))
    assert WORD not in f"{issued!r} {issued} {namespace!r} {namespace} {issued.credential}"


def test_it_compares_by_value_and_is_false_when_empty() -> None:
    assert Secret(WORD) == Secret(WORD)
    assert Secret(WORD) != Secret("other")
    assert Secret(WORD) != WORD
    assert len({Secret(WORD), Secret(WORD), Secret("other")}) == 2
    assert Secret(WORD)
    assert not Secret("")


@pytest.mark.parametrize(("text", "hint"), [(WORD, "tery"), ("fifteen-letters", ""), ("", "")])
def test_a_hint_is_a_quarter_at_most(text: str, hint: str) -> None:
    assert Secret(text).hint() == hint


@pytest.mark.parametrize("text", ["dop_v1_0a", "!", "~", "a" * 10_000])
def test_a_token_of_visible_ascii_can_be_sent(text: str) -> None:
    assert check_token(Secret(text)).reveal() == text


@pytest.mark.parametrize("text", ["", " ", "\n"])
def test_a_token_without_a_character_is_refused(text: str) -> None:
    with pytest.raises(MalformedToken):
        check_token(Secret(text))


@pytest.mark.parametrize(
    "text", ["dop_v1 x", "dop_v1_x\n", "\tdop_v1_x", "dop_v1_“x”", "dop_v1_\x7f", "\ud800"]
)
def test_any_other_token_is_refused_unseen(text: str) -> None:
    with pytest.raises(MalformedToken) as caught:
        check_token(Secret(text))
    assert caught.value.__context__ is None
    assert ascii(text)[1:-1] not in ascii(all_shown_by(caught.value))
