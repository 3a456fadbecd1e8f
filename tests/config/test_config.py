import stat
from pathlib import Path
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fntui.config import Config, ConfigError, ProfileEntry, add_profile, config_path, load
from fntui.config.values import Colour, Theme, check_profile_name
from fntui.core.model.profile import Profile
from fntui.ui.theme import THEMES
from fntui.ui.views.bars import PROFILE_TONES

WHOLE = """\
# mine
default_profile = "staging"
theme = "light"
utc = false
bell = false
notify = "osc9"

[keys]
"trigger.pause" = "ctrl+x"

[profiles.prod]
colour = "red"
protected = true
token_command = "op read 'op://Private/do token'"
api_url = "https://api.example.com/"

[profiles.staging]
token_command = ["pass", "show", "do"]
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "fntui" / "config.toml"


def write(path: Path, text: str) -> Path:
    path.parent.mkdir(exist_ok=True)
    path.write_text(text)
    return path


def why_not(path: Path) -> str:
    with pytest.raises(ConfigError) as caught:
        load(path)
    return str(caught.value)


def test_everything_that_it_may_say(path: Path) -> None:
    config = load(write(path, WHOLE))
    assert config == Config(
        default_profile="staging",
        theme="light",
        utc=False,
        bell=False,
        notify="osc9",
        keys={"trigger.pause": "ctrl+x"},
        profiles={
            "prod": ProfileEntry(
                colour="red",
                protected=True,
                token_command="op read 'op://Private/do token'",  # noqa: S106 - a command
                api_url="https://api.example.com/",
            ),
            "staging": ProfileEntry(token_command=["pass", "show", "do"]),
        },
    )
    assert config.entry("prod").command == ["op", "read", "op://Private/do token"]
    assert config.entry("staging").command == ["pass", "show", "do"]
    assert config.entry("other").command == []
    assert config.listed() == (
        Profile(name="staging"),
        Profile(name="prod", colour="red", is_protected=True),
    )


def test_without_a_file_there_is_one_plain_profile_and_no_file_is_made(path: Path) -> None:
    config = load(path)
    assert config.listed() == (Profile(name="default"),)
    assert config.utc
    assert config.bell
    assert config.notify == ""
    assert not path.parent.exists()


def test_without_a_default_the_first_profile_is_it(path: Path) -> None:
    config = load(write(path, "[profiles.b]\n[profiles.a]\n"))
    assert [profile.name for profile in config.listed()] == ["b", "a"]


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("utc = tru\n", 1, "near 'utc': this is not TOML"),
        ("utc = true\n\n[keys\n", 3, "near '[keys': this is not TOML"),
        ("utc = true\nx = [\n", 2, "near 'x': this is not TOML"),
        ("utc = 1\nutc = 2", 2, "near 'utc': it clashes with an earlier line"),
        ("# a\ncolor = 1\n", 2, "key 'color': fntui knows no such key"),
        (
            "utc = true\ntheem = 'dark'",
            2,
            "'theem': fntui knows no such key (did you mean 'theme'?)",
        ),
        ("\nutc = 'yes'", 2, "key 'utc': expected a boolean, got a string"),
        ("theme = 'blue'", 1, "key 'theme': expected 'dark' or 'light' or 'ansi'"),
        ("\nnotify = 'growl'", 2, "key 'notify': expected 'osc9', got another string"),
        ("bell = 'loud'", 1, "key 'bell': expected a boolean, got a string"),
        ("[keys]\n'a' = 'b'\n'c' = 3", 3, "key 'keys.c': expected a string, got a number"),
        ("profiles = 3", 1, "key 'profiles': expected a table, got a number"),
        ("[profiles]\na = 3", 2, "key 'profiles.a': expected a table, got a number"),
        ("[profiles.a]\n[profiles.b]\ncolor = 'red'", 3, "(did you mean 'colour'?)"),
        (
            "[profiles.a]\ncolour = 'red'\n[profiles.b]\ncolour = 'redd'",
            4,
            "expected 'red' or 'yellow'",
        ),
        ("[profiles.'x y']\nprotected = 'yes'", 2, "'profiles.x y.protected': expected a boolean"),
        ("profiles = { a = { protected = 3 } }", 1, "key 'profiles.a.protected'"),
        ("profiles.a.protected = 3", 1, "key 'profiles.a.protected'"),
        ('[profiles.a]\ntoken_command = "op \'x"', 2, "it can't be split into words"),
        (
            "[profiles.a]\ntoken_command = [\n'a', 3]",
            2,
            "'profiles.a.token_command.1': expected a string, got a number",
        ),
        ("[keys]\ntheme = 3", 2, "key 'keys.theme': expected a string, got a number"),
        ("utc = 2026-11-30", 1, "key 'utc': expected a boolean, got a date"),
        ("theme = 12:00:00", 1, "got a time"),
        ("theme = 2026-11-30T12:00:00Z", 1, "got a date and time"),
        ("mouse = 1.5", 1, "key 'mouse': expected a boolean, got a number"),
        ("[profiles.a]\ntoken_command = 3", 2, "expected a string or an array, got a number"),
        ("[profiles.a]\napi_url = 'http://example.com'", 2, "must be https"),
        ("[profiles.' a']", 1, "A profile's name must be"),
        ("default_profile = 'prd'\n[profiles.prod]", 1, "no such profile (did you mean 'prod'?)"),
        ('theme = """\n[a b]\n"""\n', 1, "key 'theme': expected 'dark'"),
        ("[[profiles]]\n", 1, "key 'profiles': expected a table, got an array"),
    ],
)
def test_a_mistake_is_told_with_file_line_and_key(
    path: Path, text: str, line: int, words: str
) -> None:
    sentence = why_not(write(path, text))
    assert sentence.startswith(f"{path}, line {line}, ")
    assert words in sentence
    assert sentence.endswith(".")
    assert "\n" not in sentence


def test_an_empty_path_part_is_no_key_of_ours(path: Path) -> None:
    assert "key ''" in why_not(write(path, "'' = 1"))


def test_control_characters_in_keys_are_not_repeated_raw(path: Path) -> None:
    assert "\x1b" not in why_not(write(path, '"\\u001b]0;x" = 1'))
    assert "\x1b" not in why_not(write(path, "\x1b]0;x = 1"))


def test_a_file_that_can_not_be_read(path: Path) -> None:
    path.mkdir(parents=True)
    assert why_not(path) == f"{path} can't be read: Is a directory."


def test_a_file_that_is_not_utf_8(path: Path) -> None:
    path.parent.mkdir()
    path.write_bytes(b"theme = '\xff'")
    assert why_not(path) == f"{path} can't be read: it is not UTF-8."


@given(st.text(max_size=80))
def test_any_text_is_a_config_or_a_sentence(
    tmp_path_factory: pytest.TempPathFactory, text: str
) -> None:
    path = tmp_path_factory.mktemp("any") / "config.toml"
    path.write_text(text, newline="", errors="surrogatepass")
    try:
        outcome: object = load(path)
    except ConfigError as error:
        outcome = str(error)
    assert isinstance(outcome, Config) or str(outcome).startswith(str(path))


def test_a_profile_is_added_at_the_end_and_nothing_else_is_touched(path: Path) -> None:
    config = add_profile(write(path, WHOLE), "new one")
    assert path.read_text() == f'{WHOLE}\n[profiles."new one"]\n'
    assert config == load(path)
    assert "new one" in config.profiles
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_the_first_profile_makes_the_file_and_its_folder(path: Path) -> None:
    add_profile(path, "work")
    assert path.read_text() == "[profiles.work]\n"
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert [entry.name for entry in path.parent.iterdir()] == [path.name]


def test_a_profile_that_is_there_is_not_written_again(path: Path) -> None:
    write(path, "[profiles.work]").chmod(0o644)
    assert add_profile(path, "work") == load(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o644


def test_a_table_that_can_not_be_appended_is_told_and_nothing_is_changed(path: Path) -> None:
    text = "profiles = { a = {} }\n"
    with pytest.raises(ConfigError):
        add_profile(write(path, text), "b")
    assert path.read_text() == text


def test_a_broken_file_is_not_made_worse(path: Path) -> None:
    with pytest.raises(ConfigError):
        add_profile(write(path, "x ="), "b")
    assert path.read_text() == "x ="


def test_a_folder_that_can_not_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ConfigError, match=r"can't be read: Not a directory"):
        add_profile(tmp_path / "file" / "config.toml", "work")


def test_a_file_that_can_not_be_written_is_told(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("fntui.config.file.replace_private", refuse)
    with pytest.raises(ConfigError, match=r"config.toml can't be written: Permission denied\."):
        add_profile(path, "work")


def test_a_link_in_its_place_is_read_but_not_written_through(path: Path, tmp_path: Path) -> None:
    target = write(tmp_path / "dotfiles" / "config.toml", "utc = false\n")
    path.parent.mkdir()
    path.symlink_to(target)
    assert not load(path).utc
    with pytest.raises(ConfigError) as caught:
        add_profile(path, "work")
    assert str(caught.value) == (
        f"{path} can't be written: it is a symbolic link. Add [profiles.work] to it yourself."
    )
    assert path.is_symlink()
    assert target.read_text() == "utc = false\n"


def test_where_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", "/x")
    assert config_path({"FNTUI_CONFIG": "/my/own.toml"}) == Path("/my/own.toml")
    assert config_path({}) == Path("/x/fntui/config.toml")


@pytest.mark.parametrize("name", ["default", "prod", "x" * 64, "naïve name"])
def test_a_profile_may_be_called(name: str) -> None:
    assert check_profile_name(name) == ""


@pytest.mark.parametrize("name", ["", " ", "a ", "x" * 65, "a\nb", "\x1b[31m", "\u202eevil"])
def test_a_profile_may_not_be_called(name: str) -> None:
    assert check_profile_name(name)


def test_colours_and_themes_are_those_of_the_screen() -> None:
    assert set(get_args(Colour)) == {"", *PROFILE_TONES}
    assert {f"fntui-{name}" for name in get_args(Theme) if name} == {t.name for t in THEMES}
