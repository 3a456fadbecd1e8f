"""Fields of one line: text, and an API token, which is masked and never copied.

Textual 8 hands the keys of one burst, as a slow link delivers them, to the field that has the focus
when they arrive. The field puts letters in at once; Backspace and arrows travel on to the app and
act later, after letters that were typed after them, on whatever has the focus by then. Fields call
``act_in_order`` first, so that each key acts in its turn and place. (Keys that move the focus must
act before the next one is handed out: they have priority in the screens that bind them.)
"""

from collections.abc import Sequence
from typing import ClassVar, Final

from rich.cells import cell_len
from rich.text import Text
from textual import events
from textual.actions import SkipAction
from textual.binding import Binding, BindingType
from textual.expand_tabs import expand_tabs_inline
from textual.message import Message
from textual.strip import Strip
from textual.suggester import SuggestFromList
from textual.widget import Widget
from textual.widgets import Input
from typing_extensions import override

from fntui.printable import HAZARD
from fntui.ui.host import app_of
from fntui.ui.text import printable

LONGEST_PASTE: Final = 20_000
"""Characters that one line takes at once."""


LONGEST: Final = 8192
"""Characters that the field takes: more than any token has."""


def _faced(raw: str) -> str:
    """Return ``raw`` with a visible stand-in for each hazard, character for character."""
    return HAZARD.sub(lambda found: printable(found[0]), raw)


class TextInput(Input):
    """One line of any text: kept as it was typed or pasted, drawn so that every cell is counted.

    Up and Down go through the suggestions, where there are some.

    Attributes:
        entered: The last Enter.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down", "suggest(1)", show=False),
        Binding("up", "suggest(-1)", show=False),
    ]

    def __init__(
        self,
        value: str = "",
        suggestions: Sequence[str] = (),
        *,
        id: str | None = None,  # noqa: A002 - Textual's own word
    ) -> None:
        """Hold ``value``, and offer ``suggestions``."""
        # Textual draws what it suggests as it is; the others are shown once they are chosen.
        plain = [each for each in suggestions if _faced(each) == each]
        suggester = SuggestFromList(plain, case_sensitive=True) if plain else None
        super().__init__(value, suggester=suggester, select_on_focus=False, compact=True, id=id)
        self.cursor_blink = False
        self.entered: events.Key | None = None
        self._suggestions = suggestions

    def action_suggest(self, step: int) -> None:
        """Put the next of the suggestions in place of the text.

        Raises:
            SkipAction: If there are none: the key is for the screen.
        """
        if not self._suggestions:
            raise SkipAction
        if self.value in self._suggestions:
            index = (self._suggestions.index(self.value) + step) % len(self._suggestions)
        else:
            index = 0 if step > 0 else len(self._suggestions) - 1
        self.value = self._suggestions[index]
        self.cursor_position = len(self.value)

    @override
    async def _on_key(self, event: events.Key) -> None:
        if event.key == "enter":
            self.entered = event
        await act_in_order(self, event)

    @override
    def render_line(self, y: int) -> Strip:
        """Draw the field in its full width: where it is underlined, an empty one is seen, too."""
        return _filled(self, super().render_line(y))

    # Textual 8 draws from these two: zero-width characters would shift what stands beside them.

    @property
    @override
    def _value(self) -> Text:
        return Text(_faced(self.value), no_wrap=True, overflow="ignore", end="")

    @override
    def _position_to_cell(self, position: int) -> int:
        return cell_len(expand_tabs_inline(_faced(self.value[:position]), 4))

    @override
    def _on_paste(self, event: events.Paste) -> None:
        """Refuse what is no line, and say what of several lines is not taken."""
        if len(event.text) > LONGEST_PASTE:
            event.prevent_default()
            event.stop()
            app_of(self).say(
                f"Not pasted: {len(event.text):,} characters are more than this field takes.",
                "warning",
            )
        elif len(event.text.splitlines()) > 1:
            app_of(self).say("Only the first line was pasted: this field has one.", "warning")


def entered(event: Input.Submitted) -> events.Key | None:
    """Return the Enter that submitted a field; None if that can't be told."""
    return event.input.entered if isinstance(event.input, TextInput) else None


async def act_in_order(field: Widget, event: events.Key) -> None:
    """Let a key that is no letter do now what ``field`` itself binds it to, if anything."""
    if event.is_printable:
        return
    # Private: in public, Textual tells only of the bindings of what has the focus.
    own = field._bindings  # pyright: ignore[reportPrivateUsage]  # noqa: SLF001
    for binding in own.key_to_bindings.get(event.key, []):
        if await app_of(field).run_action(binding.action, field):
            event.stop()
            event.prevent_default()
            return


def _filled(field: Input, strip: Strip) -> Strip:
    """Return ``strip`` in the width of ``field``, blanks in its style."""
    return strip.extend_cell_length(field.size.width, field.rich_style)


class TokenInput(Input):
    """One masked line."""

    class Typed(Message):
        """The text changed."""

    class Entered(Message):
        """Enter was pressed."""

    class Refused(Message):
        """What was pasted was not taken."""

        def __init__(self, sentence: str) -> None:
            """Say why in a sentence that quotes none of it."""
            super().__init__()
            self.sentence = sentence

    def __init__(self) -> None:
        """Hold nothing yet."""
        super().__init__(password=True, compact=True, max_length=LONGEST)
        self.cursor_blink = False

    @override
    def post_message(self, message: Message) -> bool:
        """Post this field's own messages in place of those that hold the text."""
        if isinstance(message, Input.Blurred):
            return False
        if isinstance(message, Input.Changed):
            message = self.Typed()
        elif isinstance(message, Input.Submitted):
            message = self.Entered()
        return super().post_message(message)

    @override
    async def _on_key(self, event: events.Key) -> None:
        await act_in_order(self, event)

    @override
    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Refuse to copy, since that would put the token on the clipboard in clear."""
        return False if action in {"copy", "cut"} else super().check_action(action, parameters)

    @override
    def render_line(self, y: int) -> Strip:
        """Draw the field in its full width."""
        return _filled(self, super().render_line(y))

    @override
    def restricted(self) -> None:
        """Say that the field is full."""
        self.post_message(self.Refused("That is far too long for a token: nothing was taken."))

    @override
    def _on_paste(self, event: events.Paste) -> None:
        """Take the first line that has anything on it."""
        lines = (line.strip() for line in event.text.splitlines())
        event.text = next(filter(None, lines), "")
