"""Keys that act in the order, and in the field, in which they were typed.

Textual 8 hands the keys of one burst, as a slow link delivers them, to the field that has the focus
when they arrive. The field puts letters in at once; Backspace and arrows travel on to the app and
act later, after letters that were typed after them, on whatever has the focus by then. Fields call
this first, so that each key acts in its turn and place. (Keys that move the focus must act before
the next one is handed out: they have priority in the screens that bind them.)
"""

from textual import events
from textual.widget import Widget

from fntui.ui.host import app_of


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
