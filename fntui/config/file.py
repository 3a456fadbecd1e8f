"""Reads config.toml strictly, and adds profiles to it."""

import difflib
import re
import tomllib
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path
from typing import Final, NoReturn, TypeVar, cast

import msgspec
import platformdirs

from fntui.api.paths import check_base_url
from fntui.config.places import is_toml, line_of
from fntui.config.values import Config, ProfileEntry, check_profile_name
from fntui.files import replace_private
from fntui.mismatch import TOML, Finder

_S = TypeVar("_S", bound=msgspec.Struct)
_LINE: Final = re.compile(r"\bline (\d+)")
_LONGEST_KEY: Final = 40
_FINDER: Final = Finder(TOML)


class ConfigError(Exception):
    """config.toml can't be used; the message is one sentence with file, line and key."""


def config_path(environ: Mapping[str, str]) -> Path:
    """Return where config.toml is: ``FNTUI_CONFIG``, or in the system's folder for such files."""
    chosen = environ.get("FNTUI_CONFIG")
    return Path(chosen) if chosen else platformdirs.user_config_path("fntui") / "config.toml"


def load(path: Path) -> Config:
    """Return what config.toml says; fails with a ConfigError. An absent file says nothing."""
    return _Text(path, _read(path)).config()


def add_profile(path: Path, name: str) -> Config:
    """Return config.toml with a table for the profile, added at its end if it had none.

    Raises:
        ConfigError: If the file can't be read or written, or can't take the table.
    """
    text = _read(path)
    config = _Text(path, text).config()
    if name in config.profiles:
        return config
    import tomli_w  # noqa: PLC0415 - seldom needed

    table = tomli_w.dumps({"profiles": {name: {}}})
    grown = f"{text.rstrip()}\n\n{table}" if text.strip() else table
    config = _Text(path, grown).config()
    try:
        replace_private(path, grown)
    except OSError as error:
        by_hand = f"Add {table.strip()} to it yourself."
        raise ConfigError(f"{path} can't be written: {error.strerror}. {by_hand}") from None
    return config


def check_keys(path: Path, known: Collection[str]) -> None:
    """Check that ``[keys]`` moves only commands that there are; fails with a ConfigError."""
    _Text(path, _read(path)).check_keys(known)


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return ""
    except OSError as error:
        raise ConfigError(f"{path} can't be read: {error.strerror}.") from None
    except UnicodeDecodeError:
        raise ConfigError(f"{path} can't be read: it is not UTF-8.") from None


class _Text:
    """The text of config.toml on its way to a Config; mistakes become sentences that say where."""

    def __init__(self, path: Path, text: str) -> None:
        self._path = path
        self._text = text

    def config(self) -> Config:
        raw = self._tables()
        profiles: object = raw.get("profiles")
        if isinstance(profiles, dict):
            for name, table in cast("dict[str, object]", profiles).items():
                self._check_profile(name, table)
        config = self._convert(raw, Config, ())
        if config.default_profile and config.default_profile not in config.profiles:
            hint = _hint(config.default_profile, config.profiles)
            self._fail(("default_profile",), f"there is no such profile{hint}")
        return config

    def check_keys(self, known: Collection[str]) -> None:
        for name in self.config().keys:
            if name not in known:
                self._fail(("keys", name), f"there is no such command{_hint(name, known)}")

    def _tables(self) -> dict[str, object]:
        try:
            return tomllib.loads(self._text)
        except tomllib.TOMLDecodeError as error:
            # Before Python 3.14 only the message has the line; it has none at the end of the text.
            found = _LINE.search(str(error))
        lines = self._text.splitlines()
        number = min(int(found[1]) if found else len(lines), len(lines))
        line = lines[number - 1]
        near = line.partition("=")[0].strip()[:_LONGEST_KEY]
        clashes = is_toml("\n".join(lines[: number - 1])) and is_toml(line)
        what = "it clashes with an earlier line" if clashes else "this is not TOML"
        raise ConfigError(f"{self._path}, line {number}, near {near!r}: {what}.")

    def _check_profile(self, name: str, table: object) -> None:
        at = ("profiles", name)
        if sentence := check_profile_name(name):
            self._fail(at, sentence.rstrip("."))
        entry = self._convert(table, ProfileEntry, at)
        try:
            _ = entry.command
        except ValueError:
            why = "a quote is not closed, or a backslash ends the line"
            self._fail((*at, "token_command"), f"it can't be split into words: {why}")
        try:
            _ = entry.api_url and check_base_url(entry.api_url)
        except ValueError as error:
            self._fail((*at, "api_url"), str(error).rstrip("."))

    def _convert(self, value: object, kind: type[_S], at: tuple[str, ...]) -> _S:
        fields = kind.__struct_fields__
        for name in _keys(value):
            if name not in fields:
                self._fail((*at, name), f"fntui knows no such key{_hint(name, fields)}")
        try:
            return msgspec.convert(value, kind)
        except msgspec.ValidationError:
            path, reason = _FINDER.find(value, kind)
            self._fail((*at, *map(str, path)), reason)

    def _fail(self, at: tuple[str, ...], what: str) -> NoReturn:
        key = ".".join(at)
        raise ConfigError(f"{self._path}, line {line_of(self._text, at)}, key {key!r}: {what}.")


def _keys(table: object) -> list[str]:
    return list(cast("dict[str, object]", table)) if isinstance(table, dict) else []


def _hint(name: str, known: Iterable[str]) -> str:
    alike = difflib.get_close_matches(name, known, n=1)
    return f" (did you mean {alike[0]!r}?)" if alike else ""
