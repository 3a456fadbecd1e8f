"""Names may hold what Textual takes for markup: every title and note shows it as it is."""

from collections.abc import Callable
from typing import Any

import pytest
from msgspec import structs
from textual.screen import Screen

from fntui.core.model.profile import Profile
from fntui.ui.forms.trigger import TriggerForm
from fntui.ui.screens.choose import Choose
from fntui.ui.screens.dialogs.ask_text import AskText
from fntui.ui.screens.dialogs.confirm import Confirm
from fntui.ui.screens.show_text import ShowText
from fntui.ui.screens.sign_in import SignIn
from fntui.ui.views.lines import line
from tests.support.builders import a_trigger
from tests.support.forms import BILLING, FormsApp, settle, shown

MARKUP = ("[/x]", "[red]x[/]", "[@click=app.quit]go[/]", "[", "\\[x]")
"""The first ends the program where it is read, the others vanish or act."""

SCREENS: dict[str, Callable[[str], Screen[Any]]] = {
    "layer's title": lambda text: Choose(text, [("a", "one", "")]),
    "choice": lambda text: Choose("", [("a", text, text)]),
    "text's title": lambda text: ShowText(text, ""),
    "text": lambda text: ShowText("", text),
    "text's note": lambda text: ShowText("", "", text),
    "dialog's title": lambda text: Confirm(text, []),
    "dialog's lines": lambda text: Confirm("", [line(text)]),
    "dialog's choice": lambda text: Confirm("", [], yes=text),
    "what is to be typed": lambda text: Confirm("", [], typed=text),
    "question": lambda text: AskText(text, "Name"),
    "field": lambda text: AskText("", text),
    "answer": lambda text: AskText("", "Name", text),
    "form's title": lambda text: TriggerForm(BILLING, structs.replace(a_trigger(), name=text)),
    "sign-in's title": lambda text: SignIn(Profile(name=text), ()),
    "sign-in's notes": lambda text: SignIn(Profile(name="prod"), (text,)),
}


@pytest.mark.parametrize("place", SCREENS)
@pytest.mark.parametrize("text", MARKUP)
async def test_markup_in_a_name_is_shown_as_it_is(place: str, text: str) -> None:
    app = FormsApp()
    async with app.run_test(size=(80, 24), notifications=True, tooltips=True) as pilot:
        await settle(pilot)
        app.push_screen(SCREENS[place](text))
        await settle(pilot)
        assert text in shown(app)
        assert app.crash_line == ""
