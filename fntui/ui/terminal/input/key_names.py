r"""Names of the keys that a terminal sends, the same as Textual gives them.

Textual's own tables are the source. Its parser is not: that one makes keys of control characters
and of numbers that are no character, and raises on what is out of range.
"""

import re
import sys
import unicodedata
from functools import lru_cache
from typing import Final, TypeAlias

from textual._ansi_sequences import ANSI_SEQUENCES_KEYS
from textual._keyboard_protocol import FUNCTIONAL_KEYS, MODIFIER_FUNCTIONAL_KEYS
from textual.keys import KEY_NAME_REPLACEMENTS

Key: TypeAlias = tuple[str, str | None]
"""A key's name, and the character that it types."""

_SHIFT: Final = 1
_ALT: Final = 2
_MODIFIERS: Final = ("shift", "alt", "ctrl", "super", "hyper", "meta")
_ALL: Final = (1 << len(_MODIFIERS)) - 1  # without Caps Lock and Num Lock
_REPEAT: Final = "2"
_RELEASE: Final = "3"
_CHARACTERS: Final = {"enter": "\r", "tab": "\t", "backspace": "\x7f"}

_EVENT: Final = r"(?P<modifiers>[0-9]{0,3})(?::(?P<event>[123]))?"
_UNICODE: Final = re.compile(
    r"(?P<code>[0-9]{1,6})(?::(?P<shifted>[0-9]{0,6})(?::[0-9]{0,6})?)?"
    rf"(?:;{_EVENT}(?:;(?P<text>[0-9]{{1,6}}(?::[0-9]{{1,6}}){{0,15}})?)?)?u"
)
_OTHER: Final = re.compile(r"27;(?P<modifiers>[0-9]{1,3});(?P<code>[0-9]{1,6})~")
_FUNCTION: Final = re.compile(rf"(?P<number>[0-9]{{0,5}})(?:;{_EVENT})?(?P<final>[A-FHPQS~])")

# Controls, surrogates, the numbers that kitty gives to keys, and the mark of an invalid byte.
_UNTYPED: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\uf8ff\ufffd]")

_NUMBERED: Final = re.compile(r"\x1b\[([0-9]+~)")


def _functions() -> dict[str, str]:
    """Return the names of the function keys by number and final byte."""
    found = {
        code[1]: keys[0].value
        for sequence, keys in ANSI_SEQUENCES_KEYS.items()
        if (code := _NUMBERED.fullmatch(sequence)) and isinstance(keys, tuple)
    }
    found |= {code: name for code, name in FUNCTIONAL_KEYS.items() if not code.endswith("u")}
    return {code: name for code, name in found.items() if not name.startswith("<")}


def _tabled(introducer: str) -> dict[str, Key]:
    """Return the keys of Textual's table whose sequences begin so, by the rest of the sequence."""
    found: dict[str, Key] = {}
    for sequence, keys in ANSI_SEQUENCES_KEYS.items():
        rest = sequence.removeprefix(introducer)
        if rest == sequence or not rest:
            continue
        if isinstance(keys, str):
            found[rest] = character_key(keys)
        elif isinstance(keys, tuple):
            *escape, key = keys
            found[rest] = ("alt+" if escape else "") + key.value, None
    return {rest: key for rest, key in found.items() if not key[0].startswith("<")}


def _name(character: str) -> str:
    if character.isalnum():
        return character
    name = unicodedata.name(character, character).lower().replace("-", "_").replace(" ", "_")
    return KEY_NAME_REPLACEMENTS.get(name, name)


@lru_cache(maxsize=4096)
def character_key(character: str) -> Key:
    """Return the key that sends this one character."""
    keys = ANSI_SEQUENCES_KEYS.get(character)
    name = keys[0].value if isinstance(keys, tuple) else _name(character)
    return name, character


def alt_key(character: str) -> Key:
    """Return the key that sends ESC and this one character."""
    if character in _EDITING:
        return _EDITING[character]
    name, _ = character_key(character)
    shift = "shift+" if len(name) == 1 and name.isupper() else ""
    return f"alt+{shift}{name.lower() if shift else name}", None


def ss3_key(body: str) -> Key | None:
    """Return the key that sends SS3 (``ESC O``) and ``body``; None if there is none."""
    if body in _SS3:
        return _SS3[body]
    keys = csi_keys(f"1;{body}") if body[:-1].isdigit() else None
    return keys[0] if keys else None


def csi_keys(body: str) -> tuple[Key, ...] | None:
    """Return the keys that a control sequence stands for.

    Args:
        body: What follows CSI (``ESC [``), with the final byte.

    Returns:
        The keys: several if one key types several characters, none if a key was released or is
        only a modifier. None if this is the sequence of no key.
    """
    if found := _UNICODE.fullmatch(body):
        texts = [int(code) for code in (found["text"] or "").split(":") if code]
        keys = _unicode_keys(int(found["code"]), _bits(found), int(found["shifted"] or 0), texts)
        return () if keys and found["event"] == _RELEASE else keys
    if found := _OTHER.fullmatch(body):
        return _unicode_keys(int(found["code"]), _bits(found), 0, [])
    found = _FUNCTION.fullmatch(body)
    name = _FUNCTIONS.get((found["number"] or "1") + found["final"]) if found else None
    if found and name and body != "~":
        if (bits := _bits(found)) is None:
            return None
        return () if found["event"] == _RELEASE else ((_modified(name, bits), None),)
    return (_CSI[body],) if body in _CSI else None


def is_plain_press(body: str) -> bool:
    """Return False for a repeat, for text with Alt, and for text without a key, in CSI u."""
    found = _UNICODE.fullmatch(body)
    if found is None:
        return True
    has_alt_text = bool(found["text"]) and bool((_bits(found) or 0) & _ALT)
    return found["event"] != _REPEAT and not has_alt_text and int(found["code"]) != 0


def _bits(found: re.Match[str]) -> int | None:
    """Return the modifiers as bits; None if there are no such modifiers."""
    modifiers = int(found["modifiers"] or 0)
    return max(modifiers - 1, 0) & _ALL if modifiers <= 1 << 8 else None


def _unicode_keys(
    code: int, bits: int | None, shifted: int, texts: list[int]
) -> tuple[Key, ...] | None:
    """Return the keys of a code point, modifiers, and the text that they typed."""
    name = FUNCTIONAL_KEYS.get(f"{code}u")
    if name in MODIFIER_FUNCTIONAL_KEYS:
        return ()
    if bits is None or not all(map(_is_character, texts)):
        return None
    if texts and not bits & ~(_SHIFT | _ALT):
        return tuple(_typed(chr(text), bits & _SHIFT, name) for text in texts)
    if name:
        character = _CHARACTERS.get(name, name if len(name) == 1 else None)
        return ((_modified(name, bits), None if bits else character),)
    return (_character_key(code, bits, shifted),) if _is_character(code) else None


def _character_key(code: int, bits: int, shifted: int) -> Key:
    """Return the key of a code point, with modifiers; with only Shift, it types a character."""
    character = chr(code)
    if not bits & _SHIFT:
        return _modified(_name(character), bits), None if bits else character
    if bits & ~_SHIFT:
        return _modified(_name(_cased(character.lower(), character)), bits), None
    upper = _cased(character.upper(), character)
    return _typed(chr(shifted) if _is_character(shifted) else upper, bits, None)


def _typed(character: str, shift: int, name: str | None) -> Key:
    """Return the key that typed this character; Shift shows only where it makes no other one."""
    name = name or _name(character)
    return (f"shift+{name}" if shift and character.isspace() else name), character


def _cased(text: str, character: str) -> str:
    """Return a character in another case, unless that is several characters."""
    return text if len(text) == 1 else character


def _is_character(code: int) -> bool:
    """Whether this code point types something."""
    return code < sys.maxunicode and _UNTYPED.match(chr(code)) is None


def _modified(name: str, bits: int) -> str:
    held = sorted(modifier for bit, modifier in enumerate(_MODIFIERS) if bits >> bit & 1)
    return "+".join([*held, name])


_FUNCTIONS: Final = _functions()
_CSI: Final = _tabled("\x1b[") | {"R": ("f3", None)}
_SS3: Final = _tabled("\x1bO")
_EDITING: Final = {
    character: key
    for character, key in _tabled("\x1b").items()
    if character in {"\t", "\x7f", "b", "f"}
}
