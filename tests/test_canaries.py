"""What looks for secrets finds them, or it would prove nothing."""

import base64
import json
import reprlib
from urllib.parse import quote

import pytest

from tests.support.canaries import all_in, is_in

SECRET = "dop_v1_" + "4fZq8LmWx27RtYvb0KsNc5"


HIDDEN: dict[str, str] = {
    "plain": SECRET,
    "its first half": SECRET[:15],
    "its second half": SECRET[15:],
    "backwards": SECRET[::-1],
    "shortened": reprlib.repr(SECRET),
    "JSON": json.dumps({"a": SECRET}),
    "in a query": quote(f"https://host/?x={SECRET}"),
    "percent-encoded": "".join(f"%{byte:02X}" for byte in SECRET.encode()),
    "hexadecimal": SECRET.encode().hex(),
    "base64": base64.b64encode(SECRET.encode()).decode(),
    "base64, one before": base64.b64encode(f"k{SECRET}".encode()).decode(),
    "Basic auth": base64.b64encode(f"k:{SECRET}".encode()).decode(),
    "base64 for URLs": base64.urlsafe_b64encode(f"key:{SECRET}, more".encode()).decode(),
    "UTF-16": SECRET.encode("utf-16-le").decode("latin-1"),
}


@pytest.mark.parametrize("text", HIDDEN.values(), ids=HIDDEN)
def test_a_secret_is_found_in_every_form(text: str) -> None:
    assert is_in(f"before {text} after".encode(), SECRET)


def test_what_is_no_secret_is_not_found() -> None:
    data = f"dop_v1_ … ends in {SECRET[-4:]}, {base64.b64encode(b'dop_v1_').decode()}".encode()
    assert not is_in(data, SECRET)
    assert all_in(b"hunter2hunter2", {"token": SECRET, "key": "hunter2hunter2"}) == ["key"]
