"""The secret of a new access key, once: masked, to be taken along before the dialog closes."""

import os
from asyncio import to_thread
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import ClassVar, Final

from textual.binding import Binding, BindingType
from textual.content import Content
from typing_extensions import override

from fntui.api.models import IssuedAccessKey
from fntui.api.secret import Secret
from fntui.core.model.snapshot import AccessKeyKey
from fntui.core.operations.outcome import Outcome, Status
from fntui.files import create_private
from fntui.printable import elided
from fntui.ui.host import app_of
from fntui.ui.screens.dialogs.ask_text import AskText
from fntui.ui.screens.dialogs.confirm import Confirm
from fntui.ui.screens.dialogs.dialog import Dialog
from fntui.ui.text import content
from fntui.ui.views.lines import BLANK, Line, Span, Tone, line, span
from fntui.ui.views.prose import fact, why_not

SHOWN_S: Final = 30
"""Seconds for which ``v`` shows the secret."""

_MASK: Final = "•" * 24
_PATH_MAX: Final = 80  # characters of a path in a note, so that the note stays short
_HINT: Final = 4  # characters that must be typed to close


class IssuedKeyDialog(Dialog[None]):
    """Holds the secret until the person has it, or has deleted the key again."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("v", "if_read('show')", "Show", show=False),
        Binding("c", "if_read('copy_credential')", "Copy id:secret", show=False),
        Binding("s", "if_read('copy_secret')", "Copy the secret", show=False),
        Binding("w", "if_read('ask_path')", "Write a file", show=False),
        Binding("k", "if_read('keep')", "Store in the keyring", show=False),
        Binding("ctrl+c", "cancel", "Close", show=False),
    ]

    def __init__(self, namespace: str, namespace_id: str, issued: IssuedAccessKey) -> None:
        """Show the key of ``namespace``, its secret masked."""
        name = issued.access_key.name
        super().__init__(f"Access key {name if isinstance(name, str) else ''} for {namespace}")
        self._key = AccessKeyKey(namespace_id, issued.access_key.key_id)
        self._issued = issued
        self._is_shown = False
        self._note = ""
        self._marks: dict[str, Span] = {}
        self._under_way: dict[str, Span] = {}

    @override
    def on_mount(self) -> None:
        """Have the secret hidden whenever the program leaves the terminal."""
        super().on_mount()
        app_of(self).secret_masks.add(self._mask)

    def on_unmount(self) -> None:
        """Hold no place in the app any more."""
        app_of(self).secret_masks.discard(self._mask)

    @override
    def body(self) -> Sequence[Line]:
        secret = self._issued.secret.reveal() if self._is_shown else _MASK
        tone: Tone = "accent" if self._is_shown else "dim"
        return (
            line(span("This secret is told once: nobody can show it to you again.", "late")),
            BLANK,
            fact("id", self._key.key_id),
            fact("secret", secret, tone),
            BLANK,
            self._option("v", "hides it again" if self._is_shown else f"shows it for {SHOWN_S} s"),
            self._option("c", "copies id:secret, as Basic auth wants it"),
            self._option("s", "copies the secret alone"),
            self._option("w", "writes id:secret to a new file, for you alone"),
            self._option("k", "stores id:secret in the keyring"),
        )

    def _option(self, key: str, words: str) -> Line:
        mark = self._under_way.get(key) or self._marks.get(key)
        return line(span(f"{key}  ", "key"), words, *(("   ", mark) if mark else ()))

    @override
    def prompt(self) -> Sequence[Line]:
        return (BLANK, line(self._note)) if self._note else ()

    @override
    def choices(self) -> Content:
        return content("Esc  close, or delete the key again")

    def _say(self, words: str) -> None:
        """Show a note in place of the one before."""
        self._note = words
        if self.is_attached:
            self.redraw()

    @contextmanager
    def _doing(self, key: str, words: str) -> Generator[None]:
        """Show at a choice what is waited for while the block lasts."""
        self._under_way[key] = span(words, "dim")
        self._say("")
        try:
            yield
        finally:
            self._under_way.pop(key, None)

    def _ended(self, key: str, done: str, note: str, *, is_done: bool) -> None:
        """Say how a choice ended, and mark it; that it was done once stays."""
        if is_done:
            self._marks[key] = span(done, "fine")
        elif self._marks.get(key) != span(done, "fine"):
            self._marks[key] = span(f"not {done}", "late")
        self._say(note)

    # Showing

    def action_show(self) -> None:
        """Show the secret for a while, or hide it now."""
        self._is_shown = not self._is_shown
        self.redraw()
        if self._is_shown:
            self.run_worker(self._mask_later(), group="mask", exclusive=True)

    async def _mask_later(self) -> None:
        await app_of(self).clock.sleep(SHOWN_S)
        self._mask()

    def _mask(self) -> None:
        self._is_shown = False
        self.redraw()

    # Taking it along

    def action_copy_credential(self) -> None:
        """Send ``id:secret`` to the terminal's clipboard."""
        app_of(self).copy(self._issued.credential.reveal(), "id:secret")
        note = "id:secret was copied; check that it arrived before you close."
        self._ended("c", "copied", note, is_done=True)

    def action_copy_secret(self) -> None:
        """Send the secret alone to the terminal's clipboard."""
        app_of(self).copy(self._issued.secret.reveal(), "The secret")
        note = "The secret was copied; check that it arrived before you close."
        self._ended("s", "copied", note, is_done=True)

    def action_ask_path(self) -> None:
        """Ask where to write ``id:secret``, then do."""
        default = str(Path.home() / f"fntui-key-{_file_part(self._key.key_id)}")
        question = AskText("Write id:secret to a new file", "File", default)
        app_of(self).push_screen(question, self._write)

    async def _write(self, path: str | None) -> None:
        if path is None:
            return
        with self._doing("w", "writing…"):
            why_not = await to_thread(_write_file, path, self._issued.credential)
        note = why_not or f"Written to {_shown(_target(path))}, readable by you alone."
        self._ended("w", "written", note, is_done=not why_not)

    def action_keep(self) -> None:
        """Store ``id:secret`` in the keyring."""
        self.run_worker(self._keep(), group="keep", exclusive=True)

    async def _keep(self) -> None:
        name = f"access key {self._key.key_id}"
        app = app_of(self)
        with self._doing("k", "storing…"):
            why_not = await app.accounts.keep_secret(name, self._issued.credential)
        note = f"Not stored: {why_not}" if why_not else f"Stored in the keyring as “{name}”."
        self._ended("k", "stored", note, is_done=not why_not)

    # Closing

    @override
    def action_cancel(self) -> None:
        """Ask for the secret's end as proof that it was taken along, or for ``lost``."""
        question = AskText(
            "Close for good?",
            "Type",
            note=f"Type the last {_HINT} characters of the secret: they prove that you have it. "
            "Or type lost, to delete the key again.",
            refuse=self._refusal,
        )
        app_of(self).push_screen(question, self._leave)

    def _refusal(self, typed: str) -> str:
        ends_alike = Secret(typed) == Secret(self._issued.secret.reveal()[-_HINT:])
        return "" if ends_alike or typed == "lost" else "That is not how the secret ends."

    def _leave(self, typed: str | None) -> None:
        if typed == "lost":
            lines = [line("Nobody can use it any more; make another when you need one.")]
            name = self._key.key_id
            app_of(self).push_screen(Confirm(f"Delete access key {name}?", lines), self._delete)
        elif typed is not None:
            self.close()

    def _delete(self, is_sure: bool | None) -> None:  # noqa: FBT001 - the shape of a callback
        app = app_of(self)
        if not is_sure or app.session is None:
            return

        def told(outcome: Outcome[None]) -> None:
            if outcome.status is Status.DONE:
                app.say("The access key was deleted again.")
                self.close()
            else:
                self._say(why_not(outcome))

        deletion = app.session.operations.delete_access_key(self._key)
        self._say("Deleting the key…")
        app.send(f"delete access key {self._key.key_id}", deletion, told)


def _file_part(key_id: str) -> str:
    """Return what of an id can be part of a file's name."""
    return "".join(c for c in key_id if c.isascii() and c.isalnum())[:16] or "new"


def _target(path: str) -> Path:
    return Path(os.path.expanduser(path))  # noqa: PTH111 - Path's own fails on an unknown user


def _shown(path: Path) -> str:
    return elided(str(path), _PATH_MAX)


def _write_file(path: str, credential: Secret) -> str:
    """Write a new file; return why that can't be done, ``""`` if it was."""
    target = _target(path)
    try:
        if not target.parent.is_dir():
            return f"Not written: there is no folder {_shown(target.parent)}."
        create_private(target, f"{credential.reveal()}\n")
    except FileExistsError:
        return f"Not written: {_shown(target)} exists, and nothing is overwritten."
    except OSError as error:
        return f"Not written to {_shown(target)}: {error.strerror}."
    except ValueError:
        return "Not written: a path can't hold such characters."
    return ""
