"""Input that the app has no time for yet."""

from fntui.ui.terminal.input.backlog import MOST, OVERTAKEN, Backlog
from fntui.ui.terminal.input.events import Action, Focus, Input, KeyPress, Mouse, Paste

J, K, QUIT = KeyPress("j", "j"), KeyPress("k", "k"), KeyPress("ctrl+c", "\x03")
GAINED, LOST = Focus(is_gained=True), Focus(is_gained=False)


def mouse(x: int, action: Action = "move", button: int = 0) -> Mouse:
    return Mouse(action, x, 0, button, shift=False, meta=False, ctrl=False)


def left(backlog: Backlog) -> list[tuple[Input, float]]:
    return [backlog.take() for _ in range(len(backlog))]


def test_what_is_typed_stays_in_its_order_with_the_moments_at_which_it_was_read() -> None:
    backlog = Backlog()
    backlog.add([J, K], 1.0)
    backlog.add([Paste("a", is_bracketed=True), J, QUIT], 2.5)
    assert left(backlog) == [
        (J, 1.0),
        (K, 1.0),
        (Paste("a", is_bracketed=True), 2.5),
        (J, 2.5),
        (QUIT, 2.5),
    ]
    assert not len(backlog)


def test_of_moves_and_of_focus_the_newest_stays_unless_something_is_between() -> None:
    backlog = Backlog()
    backlog.add([mouse(1), mouse(2), GAINED, LOST, GAINED, mouse(3)], 1.0)
    backlog.add([mouse(4), J, mouse(5)], 2.0)
    assert left(backlog) == [
        (mouse(2), 1.0),
        (GAINED, 1.0),
        (mouse(4), 2.0),
        (J, 2.0),
        (mouse(5), 2.0),
    ]


def test_buttons_and_the_wheel_are_not_merged() -> None:
    backlog = Backlog()
    events = [
        mouse(1, "down", 1),
        mouse(1, "down", 1),
        mouse(1, "scroll_up"),
        mouse(2, "scroll_up"),
    ]
    events += [mouse(3, button=1), mouse(3)]
    backlog.add(events, 1.0)
    assert [event for event, _ in left(backlog)] == events


def test_ctrl_c_takes_the_place_of_a_flood_and_waits_for_what_a_person_typed() -> None:
    backlog = Backlog()
    backlog.add([J] * (OVERTAKEN - 1), 1.0)
    backlog.add([QUIT], 2.0)
    assert len(backlog) == OVERTAKEN
    backlog.add([K, QUIT, K], 3.0)
    assert left(backlog) == [(QUIT, 3.0), (K, 3.0)]


def test_a_flood_has_an_end() -> None:
    backlog = Backlog()
    backlog.add([J] * (MOST + 5), 1.0)
    assert len(backlog) == MOST
