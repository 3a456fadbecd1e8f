"""``fntui record``: the watch and the history without a screen, until it is told to end."""

import asyncio
import signal
from collections.abc import Callable
from functools import partial
from typing import Final

from fntui.cli.process import FAILED, INTERRUPTED, Refusal, complain, put
from fntui.cli.report import utc
from fntui.cli.signing_in import sign_in
from fntui.core.accounts import Accounts
from fntui.core.health.wording import is_problem, verdict_sentence
from fntui.core.model.snapshot import Activity, Snapshot, TriggerKey, label_of
from fntui.core.session import Session
from fntui.core.watch.batches import lines_after
from fntui.printable import printable
from fntui.threads import run_to_end

_ENDINGS: Final = {signal.SIGTERM: 0, signal.SIGHUP: 0, signal.SIGINT: INTERRUPTED}


def record(accounts: Accounts, profile: str, *, is_ascii: bool) -> int:
    """Watch the account and keep what is seen, until a signal ends it; return the exit status.

    What changes is printed, a line each, while somebody reads that. Ends with a Refusal if there is
    no token, if the API refuses it, or if the lines can't be written.

    Args:
        accounts: Where the profile is.
        profile: Which account.
        is_ascii: Lines in ASCII alone, ``?`` for other characters.
    """
    return run_to_end(Recording(profile, partial(_tell, is_ascii=is_ascii)).run(accounts))


def _tell(line: str, *, is_ascii: bool) -> None:
    text = printable(line)
    put(text.encode("ascii", "replace").decode() if is_ascii else text)


class Recording:
    """The watch of a profile, from its start to its end."""

    def __init__(self, profile: str, tell: Callable[[str], None]) -> None:
        """Tell ``tell`` of what changes, a line each."""
        self._profile = profile
        self._tell = tell
        self._woken = asyncio.Event()
        self._status: int | None = None
        self._crash: BaseException | None = None

    async def run(self, accounts: Accounts) -> int:
        """Watch until a signal comes, and return the exit status that it asks for.

        Ends with a Refusal as ``record`` does.
        """
        for number, status in _ENDINGS.items():
            if signal.getsignal(number) is not signal.SIG_IGN:  # as under nohup
                asyncio.get_running_loop().add_signal_handler(number, self._end, status)
        signing_in = asyncio.create_task(sign_in(accounts, self._profile))
        ending = asyncio.create_task(self._woken.wait())
        await asyncio.wait([signing_in, ending], return_when=asyncio.FIRST_COMPLETED)
        ending.cancel()
        if self._status is not None:
            signing_in.cancel()
            return self._status
        return await self._record(await signing_in)

    async def _record(self, session: Session) -> int:
        session.recorder.on_trouble = complain
        session.poller.on_crash = self.crashed
        session.store.listen(lambda _: self._woken.set())
        try:
            await session.start()
            self._tell(f"{utc(session.server_now())}  recording profile {self._profile}")
            return await self._watch(session)
        finally:
            await session.aclose()

    async def _watch(self, session: Session) -> int:
        told: tuple[Activity, ...] = ()
        while self._status is None:
            await self._woken.wait()
            self._woken.clear()
            snapshot = session.store.snapshot
            for line in lines_after(told or session.recorder.recalled, snapshot.activity):
                self._tell(_words(line, snapshot))
            told = snapshot.activity
            if self._crash is not None:
                raise self._crash
            if snapshot.is_token_refused:
                raise Refusal("The API refused the token: it is wrong or revoked.", FAILED)
        return self._status

    def _end(self, status: int) -> None:
        self._status = status
        self._woken.set()

    def crashed(self, crash: BaseException) -> None:
        """End by a bug in the watch."""
        self._crash = crash
        self._woken.set()


def _words(line: Activity, snapshot: Snapshot) -> str:
    """Return a line of activity; of a trigger that is in trouble now, its verdict as a sentence."""
    namespace = snapshot.namespaces.get(line.namespace_id)
    where = label_of(namespace.namespace) if namespace else line.namespace_id
    what = f"{where} / {line.target}" if line.target else where
    words = f"{utc(line.at)}  {line.actor:<8} {what}: {line.words}"
    view = snapshot.trigger(TriggerKey(line.namespace_id, line.target))
    if line.actor != "watch" or view is None or not is_problem(view.verdict.state):
        return words
    return f"{words} ({verdict_sentence(view, line.at, utc)})"
