"""``fntui status``: the board once, as lines or JSON, with an exit status for monitoring."""

import asyncio
import contextlib
import os
from typing import Final

from fntui.cli.process import FAILED, WRONG_USE, put
from fntui.cli.report import UNKNOWN, Report, exit_status
from fntui.cli.report_json import as_json
from fntui.cli.report_lines import as_lines
from fntui.cli.signing_in import sign_in
from fntui.core.accounts import Accounts
from fntui.core.model.events import LagSeen
from fntui.core.session import Session
from fntui.core.store.last_session import LastSeen
from fntui.core.watch.full_read import Survey
from fntui.threads import Ahead, run_to_end

_PATIENCE_S: Final = 1.0  # with the disk that the history is on

REFUSED: Final = {FAILED: UNKNOWN, WRONG_USE: os.EX_USAGE}
"""Exit statuses of this command where others have those that mean a verdict here."""


def print_status(accounts: Accounts, profile: str, *, is_json: bool, is_ascii: bool) -> int:
    """Read the account once, print what it shows, and return the exit status.

    Ends with a Refusal if there is no token, or if the report can't be written.

    Args:
        accounts: Where the profile is.
        profile: Which account.
        is_json: A JSON document instead of lines.
        is_ascii: Lines in ASCII alone, ``?`` for other characters.
    """
    report = run_to_end(read_report(accounts, profile))
    text = as_json(report) if is_json else "\n".join(as_lines(report, ", " if is_ascii else " · "))
    put(text.encode("ascii", "replace").decode() if is_ascii else text)
    return exit_status(report)


async def read_report(accounts: Accounts, profile: str) -> Report:
    """Sign in and read the account once; ends with a Refusal if there is no token."""
    last = accounts.last_seen(profile)
    last.begin()
    session = await sign_in(accounts, profile)
    try:
        await _recall_lag(session, last)
        survey = Survey(session.api, session.store, session.clock)
        await survey.read()
        return Report(
            profile=profile,
            now=session.server_now(),
            snapshot=session.store.snapshot,
            unread=survey.unread,
        )
    finally:
        await session.aclose()


async def _recall_lag(session: Session, last: Ahead[LastSeen | None]) -> None:
    """Judge by the publication lag that earlier sessions learned, if their history answers."""
    seen = None
    with contextlib.suppress(TimeoutError):
        seen = await asyncio.wait_for(last.end(), _PATIENCE_S)
    if seen is not None and seen.account == session.account and seen.snapshot.lag is not None:
        session.store.apply(LagSeen(at=session.server_now(), lag=seen.snapshot.lag))
