from urllib.parse import unquote

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from fntui.api import operations as op
from fntui.api.errors import InvalidRequest
from fntui.api.paths import UnsafeName, build, check_base_url

TRIGGER = "/v2/functions/namespaces/fn-1/triggers/"


@pytest.mark.parametrize(
    ("name", "segment"),
    [
        ("my trigger", "my%20trigger"),
        ("a/b", "a%2Fb"),
        ("a\\b", "a%5Cb"),
        ("100%", "100%25"),
        ("%2e%2e", "%252e%252e"),
        ("...", "..."),
        ("a?b#c", "a%3Fb%23c"),
        ("größe", "gr%C3%B6%C3%9Fe"),
        ("⏰", "%E2%8F%B0"),
        ("a\r\nb\0", "a%0D%0Ab%00"),
        ("{key_id}", "%7Bkey_id%7D"),
    ],
)
def test_a_name_becomes_one_segment(name: str, segment: str) -> None:
    assert build(op.GET_TRIGGER, namespace_id="fn-1", trigger_name=name) == TRIGGER + segment


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("", "is empty"),
        (".", "has a part . or .."),
        ("..", "has a part . or .."),
        ("../../fn-2", "has a part . or .."),
        ("a/..\\b", "has a part . or .."),
        ("\ud800", "half of a character"),
        ("⏰" * 10_000, "too long"),
    ],
)
@pytest.mark.parametrize("operation", [op.GET_TRIGGER, op.DELETE_TRIGGER])
def test_a_name_that_would_lead_elsewhere_is_refused(
    operation: op.Operation, name: str, says: str
) -> None:
    with pytest.raises(UnsafeName) as caught:
        build(operation, namespace_id="fn-1", trigger_name=name)
    assert says in caught.value.message
    assert caught.value.status is None
    assert isinstance(caught.value, InvalidRequest)
    assert isinstance(caught.value, ValueError)


def test_a_refusal_names_the_id_that_is_wrong() -> None:
    with pytest.raises(UnsafeName) as caught:
        build(op.DELETE_ACCESS_KEY, namespace_id="fn-1", key_id="")
    assert caught.value.message == "The key id is empty, so it can't be part of a URL."


def test_ten_thousand_characters_are_not_too_many() -> None:
    assert build(op.GET_NAMESPACE, namespace_id="x" * 10_000).endswith("/" + "x" * 10_000)


def test_an_operation_without_its_ids_is_a_mistake() -> None:
    with pytest.raises(KeyError):
        build(op.GET_TRIGGER, namespace_id="fn-1")


@given(name=st.text(min_size=1, max_size=200))
def test_quoting_round_trips_and_keeps_the_number_of_segments(name: str) -> None:
    try:
        path = build(op.RENAME_ACCESS_KEY, namespace_id=name, key_id=name)
    except UnsafeName:
        assume(False)  # noqa: FBT003 - hypothesis's own signature
        raise
    segments = path.split("/")
    assert len(segments) == op.RENAME_ACCESS_KEY.template.count("/") + 1
    assert [unquote(segments[4]), unquote(segments[6])] == [name, name]
    assert path.isascii()
    assert not {".", "..", ""} & set(segments[1:])


@pytest.mark.parametrize(
    ("text", "normal"),
    [
        ("https://api.digitalocean.com", "https://api.digitalocean.com"),
        (" https://API.DigitalOcean.com/ ", "https://api.digitalocean.com"),
        ("HTTPS://api.example:443", "https://api.example"),
        ("https://api.example:8443/", "https://api.example:8443"),
        ("http://localhost:8080", "http://localhost:8080"),
        ("http://127.0.0.1:80/", "http://127.0.0.1"),
        ("http://127.8.9.10:5", "http://127.8.9.10:5"),
        ("http://[::1]:8080", "http://[::1]:8080"),
        ("https://192.0.2.1", "https://192.0.2.1"),
        ("https://[2001:db8::1]/", "https://[2001:db8::1]"),
    ],
)
def test_a_base_url_is_brought_to_its_normal_form(text: str, normal: str) -> None:
    assert check_base_url(text) == normal
    assert check_base_url(normal) == normal


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("http://api.digitalocean.com", "must be https"),
        ("http://localhost.example.com", "must be https"),
        ("http://127.0.0.1.example.com", "must be https"),
        ("http://0.0.0.0", "must be https"),
        ("http://[::2]", "must be https"),
        ("https://user@api.example", "user name or a password"),
        ("https://:pass@api.example", "user name or a password"),
        ("https://api.example/v2", "must end after the host"),
        ("https://api.example//", "must end after the host"),
        ("https://api.example?", "must end after the host"),
        ("https://api.example/#", "must end after the host"),
        ("", "must look like"),
        ("api.digitalocean.com", "must look like"),
        ("ftp://api.example", "must look like"),
        ("file:///etc/passwd", "must look like"),
        ("https://", "must look like"),
        ("https://api.example:0", "must look like"),
        ("https://api.example:99999", "must look like"),
        ("https://api.example:x", "must look like"),
        ("https://[::1", "must look like"),
        ("https://[fe80::1%25eth0]", "must look like"),
        ("https://exa\nmple.com", "must look like"),
        ("https://exa mple.com", "must look like"),
        ("https://exämple.com", "must look like"),
        ("https://a..b", "must look like"),
        ("https://" + "a" * 64 + ".com", "must look like"),
        ("https://" + "a." * 130 + "com", "must look like"),
        ("https://api.digitalocean.com\\.evil.example", "must look like"),
    ],
)
def test_any_other_base_url_is_refused_in_one_sentence(text: str, says: str) -> None:
    with pytest.raises(ValueError, match=says) as caught:
        check_base_url(text)
    assert str(caught.value).endswith(".")


@given(text=st.text(max_size=50) | st.text(max_size=30).map("https://{}".format))
def test_any_text_is_a_base_url_or_refused(text: str) -> None:
    try:
        normal = check_base_url(text)
    except ValueError:
        return
    assert check_base_url(normal) == normal
