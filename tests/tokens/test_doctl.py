from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fntui.tokens import doctl

WRITTEN_BY_DOCTL = """\
access-token: dop_v1_aaaa
api-url: ""
auth-contexts:
    staging: dop_v1_bbbb
    "prod eu": 'dop_v1_cccc'   # the dear one
    empty: ""
        deeper: dop_v1_dddd
apps:
    create:
        access-token: dop_v1_eeee
context: staging
- junk
\tmore: junk
output: text
"""


def tokens(path: Path) -> dict[str, str]:
    return {name: token.reveal() for name, token in doctl.contexts(path).items()}


def write(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "config.yaml"
    path.write_text(text)
    return path


def test_the_contexts_are_read_that_in_use_first(tmp_path: Path) -> None:
    found = tokens(write(tmp_path, WRITTEN_BY_DOCTL))
    assert list(found.items()) == [
        ("staging", "dop_v1_bbbb"),
        ("default", "dop_v1_aaaa"),
        ("prod eu", "dop_v1_cccc"),
    ]


@pytest.mark.parametrize(
    "text", ["", "access-token: ", "auth-contexts: {}\n", "auth-contexts:\n", ": :\n:::"]
)
def test_a_file_without_tokens_gives_none(tmp_path: Path, text: str) -> None:
    assert tokens(write(tmp_path, text)) == {}


def test_no_file_gives_none_and_makes_none(tmp_path: Path) -> None:
    assert doctl.contexts(tmp_path / "doctl" / "config.yaml") == {}
    assert list(tmp_path.iterdir()) == []


def test_reading_leaves_the_file_as_it_was(tmp_path: Path) -> None:
    path = write(tmp_path, WRITTEN_BY_DOCTL)
    path.chmod(0o400)
    doctl.contexts(path)
    assert path.read_text() == WRITTEN_BY_DOCTL


def test_only_the_first_megabyte_is_read(tmp_path: Path) -> None:
    path = write(tmp_path, "#" * (1 << 20) + "\naccess-token: dop_v1_aaaa\n")
    assert doctl.contexts(path) == {}


@given(st.binary(max_size=300))
def test_any_bytes_are_tolerated(tmp_path_factory: pytest.TempPathFactory, raw: bytes) -> None:
    path = tmp_path_factory.mktemp("doctl") / "config.yaml"
    path.write_bytes(raw)
    assert isinstance(doctl.contexts(path), dict)


def test_where_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/ada")
    monkeypatch.setattr("sys.platform", "linux")
    assert doctl.config_path({}) == Path("/home/ada/.config/doctl/config.yaml")
    assert doctl.config_path({"XDG_CONFIG_HOME": "/x"}) == Path("/x/doctl/config.yaml")
    monkeypatch.setattr("sys.platform", "darwin")
    mac = Path("/home/ada/Library/Application Support/doctl/config.yaml")
    assert doctl.config_path({"XDG_CONFIG_HOME": "/x"}) == mac
