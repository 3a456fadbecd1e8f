import pytest
from hypothesis import given
from hypothesis import strategies as st

from fntui.api.secret import Secret
from fntui.tokens import forms
from fntui.tokens.forms import check_form

TOKEN = "dop_v1_" + "a1" * 32


@pytest.mark.parametrize(
    "text",
    [
        TOKEN,
        f"  {TOKEN}\n",
        f"Bearer {TOKEN}",
        f"Authorization: Bearer {TOKEN}",
        f"export DIGITALOCEAN_TOKEN={TOKEN}",
        f"export DIGITALOCEAN_ACCESS_TOKEN='{TOKEN}'",
        f'DIGITALOCEAN_TOKEN = "{TOKEN}"',
    ],
)
def test_the_token_is_taken_out_of_what_is_pasted_around_it(text: str) -> None:
    assert check_form(text) == (Secret(TOKEN), "")


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", forms.EMPTY),
        (" \n", forms.EMPTY),
        ("''", forms.EMPTY),
        ("dop_v1_abc def", forms.MALFORMED),
        ("dop_v1_abc\ndop_v1_def", forms.MALFORMED),
        ("dop_v1_\u201dabc", forms.MALFORMED),
        ("dop_v1_\x1b]0;x\x07", forms.MALFORMED),
        ("x" * 1_000_000, forms.TOO_LONG),
    ],
)
def test_what_can_not_be_a_token_is_refused_without_being_quoted(text: str, why: str) -> None:
    assert check_form(text) == (None, why)


@pytest.mark.parametrize(
    ("text", "warning"),
    [
        ("doo_v1_" + "b" * 64, ""),
        ("dor_v1_" + "b" * 64, forms.REFRESH),
        ("some-other-word", forms.UNUSUAL),
    ],
)
def test_a_token_of_another_form_is_taken_with_a_warning(text: str, warning: str) -> None:
    assert check_form(text) == (Secret(text), warning)


@given(st.text(max_size=200))
def test_whatever_is_taken_can_be_sent_in_a_header(text: str) -> None:
    token, sentence = check_form(text)
    if token is None:
        assert sentence
    else:
        assert token.reveal().isascii()
        assert token.reveal().isprintable()
        assert " " not in token.reveal()
