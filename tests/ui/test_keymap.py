import pytest

from fntui.ui.keymap import COMMANDS, bindings, key_name
from fntui.ui.main_screen.main import MainScreen

TAKEN = {f"ctrl+{letter}" for letter in "abhijms[\\"} | {"tilde", "~"}
"""Keys that terminals, tmux, screen and ssh keep for themselves or cannot send."""

HABITS = {"d", "ctrl+d", "ctrl+k", "x", "delete", "backspace"}
"""Keys that hands press in other programs to describe, to scroll, to delete."""


def test_ids_and_keys_are_unique() -> None:
    ids = [command.id for command in COMMANDS]
    keys = [key for command in COMMANDS for key in command.keys]
    assert len(set(ids)) == len(ids)
    assert len(set(keys)) == len(keys)


def test_no_key_is_bound_that_does_not_arrive() -> None:
    assert not TAKEN.intersection(key for command in COMMANDS for key in command.keys)


def test_no_key_of_habit_changes_anything() -> None:
    for command in COMMANDS:
        if command.group == "Change":
            assert not HABITS.intersection(command.keys)


def test_what_destroys_is_a_capital() -> None:
    assert [command.keys for command in COMMANDS if command.id == "delete"] == [("D",)]


def test_every_command_says_what_it_does_in_one_line() -> None:
    for command in COMMANDS:
        assert command.does
        assert "\n" not in command.does
        assert len(command.does) <= 60


def test_the_main_screen_can_run_every_command() -> None:
    for command in COMMANDS:
        if command.id not in {"interrupt", "repaint", "suspend"}:  # the app's own
            assert callable(getattr(MainScreen, f"action_{command.action}"))


def test_bindings_carry_the_id_so_that_a_keymap_can_move_them() -> None:
    made = {binding.id: binding for binding in bindings()}
    assert set(made) == {command.id for command in COMMANDS}
    assert made["half-page-down"].key == "ctrl+d"
    assert made["half-page-down"].action == "half_page_down"


@pytest.mark.parametrize(
    ("key", "name"),
    [
        ("j", "j"),
        ("D", "D"),
        ("ctrl+d", "Ctrl-D"),
        ("slash", "/"),
        ("question_mark", "?"),
        ("escape", "Esc"),
        ("f1", "F1"),
        ("pagedown", "PgDn"),
    ],
)
def test_keys_are_named_as_people_read_them(key: str, name: str) -> None:
    assert key_name(key) == name
