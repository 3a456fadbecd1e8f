"""Errors told in hostile words; and what has a hostile name, changed and deleted by that name."""

import asyncio
import json
from collections.abc import Coroutine, Iterable
from typing import Any
from urllib.parse import unquote

import pytest
from textual import events

from fntui.api.drafts import AccessKeyChange
from fntui.core.model.snapshot import AccessKeyKey, NamespaceKey, TriggerKey
from fntui.core.operations.outcome import Outcome, Status
from fntui.printable import printable
from fntui.simulator.app import SimulatedApi
from fntui.simulator.wire import ConnectionBrokenError, Receive, Scope, Send, receive_request
from fntui.ui.screens.dialogs.confirm import end_of
from fntui.ui.widgets.inputs import TextInput
from tests.support.hostile import GIST
from tests.support.hostile_account import SPARE, TEXTS, hostile_account, id_of, is_safe
from tests.support.sample import sample
from tests.support.tour import SIZE, Tour, Wire
from tests.support.tried import tried
from tests.support.whole import Whole, whole

OF_ERRORS = (
    *("error.message", "error.id", "error.request_id", "error's reason phrase"),
    *("error's content type", "error's x-request-id", "error's retry-after", "error's page"),
)


def refusal(status: int, text: str, *, is_page: bool = False) -> bytes:
    """Return an answer as HTTP/1.1 has it, in which all that may be is ``text``."""
    # As much of the text as HTTP lets through: Latin-1 without C0 controls, so C1 ones, too.
    told = "".join(c for c in text if " " <= c <= "\xff" and c != "\x7f").strip() or "\x9b5m"
    error = {"id": text, "message": text, "request_id": text}
    body = f"<html><title>{text}" if is_page else json.dumps(error)
    encoded = body.encode(errors="replace")
    lines = [
        f"HTTP/1.1 {status} {told}",
        f"content-type: {told}",
        f"retry-after: {told}",
        f"ratelimit-remaining: {told}",
        f"date: {told}",
        *([f"x-request-id: {told}"] if is_page else []),
        f"content-length: {len(encoded)}",
    ]
    return "\r\n".join([*lines, "", ""]).encode("latin-1") + encoded


class Refusing:
    """Whether and how the server refuses everything."""

    answer = b""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Refuse nothing yet."""
        really = SimulatedApi.__call__

        async def called(api: SimulatedApi, scope: Scope, receive: Receive, send: Send) -> None:
            if not self.answer:
                await really(api, scope, receive, send)
                return
            await receive_request(scope, receive)
            raise ConnectionBrokenError(self.answer)

        monkeypatch.setattr(SimulatedApi, "__call__", called)


@pytest.mark.parametrize("text", sample(GIST, "all that acts"))
@pytest.mark.parametrize("is_page", [False, True], ids=["error", "page"])
async def test_errors_in_hostile_words(
    wire: Wire,
    monkeypatch: pytest.MonkeyPatch,
    text: str,
    is_page: bool,  # noqa: FBT001 - parametrized
) -> None:
    wire.take_the_edge_away()
    refusing = Refusing(monkeypatch)
    async with whole(SIZE) as it:
        looker = Tour(it, wire)
        key = it.trigger("billing", "dunning")
        for status in (403, 429, 500) if is_page else (409, 500):
            refusing.answer = refusal(status, text, is_page=is_page)
            it.app.main.reveal(NamespaceKey(key.namespace_id))
            await it.press("r")
            await it.pass_time(1)
            looker.check("namespace that can't be read", OF_ERRORS)
            it.app.main.reveal(key)
            await it.press("p")
            await _answer(it, "y")
            await it.until_shown(printable(text)[:6])
            looker.check("refused write", OF_ERRORS)
            await it.press("e")
            await it.pass_time(1)
            looker.check("form that can't be opened", OF_ERRORS)
            it.app.clear_notifications()
            await it.press("L")
            assert f" {status} " in it.text
            looker.check("log", OF_ERRORS)
            await it.press("escape")
            refusing.answer = b""
            it.app.clear_notifications()
            await it.pass_time(1)
        assert it.top() is it.app.main


async def test_a_form_keeps_what_was_typed_when_it_is_refused_in_hostile_words(
    wire: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    wire.take_the_edge_away()
    refusing = Refusing(monkeypatch)
    async with whole(SIZE) as it:
        looker = Tour(it, wire)
        it.app.main.reveal(it.namespace("billing"))
        await it.press("n", *"new", "tab", *"a/b", "tab", "tab", *"* * * * *")
        for text in GIST.values():
            await it.press("ctrl+o")
            refusing.answer = refusal(422, text)
            await _answer(it, "y")
            await it.until_shown(printable(text)[:6])
            looker.check("form that was refused", OF_ERRORS)
            assert "a/b" in it.text
        refusing.answer = b""
        await it.press("ctrl+o")
        await _answer(it, "y")
        await it.until(lambda: it.top() is it.app.main)


def requests(it: Whole, since: int) -> list[tuple[str, str]]:
    """Return the writes that the server carried out since, their paths in clear."""
    served = list(it.api.log)[since:]
    return [
        (each.method, "/".join(unquote(part) for part in each.path.split("/")[4:]))
        for each in served
        if each.method != "GET" and each.was_carried_out
    ]


@pytest.mark.parametrize("texts", sample({"gist": GIST.values(), "all": TEXTS}, "gist"))
async def test_what_has_a_hostile_name_is_changed_and_deleted_by_that_name(
    texts: Iterable[str],
) -> None:
    async with whole(SIZE, made=hostile_account) as it:
        for text in texts:
            await _change_and_delete(it, id_of(text, TEXTS.index(text)), text)
    for kind in ("pause a trigger", "delete a trigger"):
        tried("text", "trigger.name", f"request to {kind}")
    for kind in ("rename a key", "delete a key"):
        tried("text", "access key.key_id", f"request to {kind}")
    tried("text", "namespace.namespace_id", "request to delete a namespace")


async def _change_and_delete(it: Whole, namespace_id: str, text: str) -> None:
    """Change and delete what can be; what can't be named in a URL must be let alone."""
    account, since, name = it.api.account.namespaces[namespace_id], len(it.api.log), SPARE + text
    trigger, key = TriggerKey(namespace_id, name), AccessKeyKey(namespace_id, name)
    session = it.app.session
    assert session is not None
    operations = session.operations
    writes = (
        operations.set_enabled(trigger, False),
        operations.rename_access_key(key, AccessKeyChange(name=f"{text}\x1b]2;x")),
        operations.delete_trigger(trigger),
        operations.delete_access_key(key),
    )
    outcomes = [await _ended(it, write) for write in writes]
    done = requests(it, since)
    if is_safe(name):
        assert {outcome.status for outcome in outcomes} == {Status.DONE}
        paths = [f"{namespace_id}/triggers/{name}", f"{namespace_id}/keys/{name}"]
        assert done == [(method, path) for method in ("PUT", "DELETE") for path in paths]
        assert list(account.triggers) == list(account.keys) == [text, f"?{text}"]
    else:
        assert {outcome.status for outcome in outcomes} == {Status.NOT_DONE}
        assert done == []
    outcome = await _ended(it, operations.delete_namespace(namespace_id))
    assert outcome.status is Status.DONE
    assert requests(it, since)[len(done) :] == [("DELETE", namespace_id)]


async def _ended(it: Whole, write: Coroutine[Any, Any, Outcome[Any]]) -> Outcome[Any]:
    """Let time pass until a write has ended: each may have to wait its turn."""
    task = asyncio.ensure_future(write)
    for _ in range(600):
        await it.clock.settle()
        if task.done():
            break
        await it.clock.advance(1)
    return task.result()


@pytest.mark.parametrize(
    "text",
    sample(
        {name: GIST[name] for name in ("all that acts", "all that is markup, and long")},
        "all that acts",
    ),
)
async def test_it_is_edited_and_deleted_by_the_keyboard_too(text: str) -> None:
    async with whole(SIZE, made=hostile_account) as it:
        namespace_id, name = id_of(text, TEXTS.index(text)), SPARE + text
        account = it.api.account.namespaces[namespace_id]
        it.app.main.reveal(TriggerKey(namespace_id, name))
        await it.press("e")
        it.app.screen.query_one("#cron", TextInput).value = "0 7 * * *"
        await it.press("ctrl+o")
        await _answer(it, "y")
        await it.until(lambda: account.triggers[name].firing.cron == "0 7 * * *")
        assert account.triggers[name].body == {text: text}
        assert account.triggers[text].firing.cron == "*/5 * * * *"
        await it.press("D")
        await _answer(it, "y")
        await it.until(lambda: name not in account.triggers)
        it.app.main.reveal(AccessKeyKey(namespace_id, name))
        await it.press("D")
        it.app.post_message(events.Paste(end_of(name)))
        await it.pilot.pause()
        await _answer(it, "enter")
        await it.until(lambda: name not in account.keys)
        assert list(account.triggers) == list(account.keys) == [text, f"?{text}"]


async def _answer(it: Whole, key: str) -> None:
    """Press a key later than what counts as typed ahead."""
    await it.clock.advance(1)
    await it.press(key)


def test_what_is_to_be_typed_can_be() -> None:
    assert end_of("dof_v1_3f9a") == "3f9a"
    assert end_of("ab") == "ab"
    for text in ("", "   ", "\x1b]2;", "x\x07", "abc ", "汉字汉字", "e\u0301xx"):
        assert end_of(text) == "delete"
