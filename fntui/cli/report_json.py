"""A report as one JSON document, whose fields the README names."""

import json
from datetime import datetime
from typing import Any

from msgspec import structs

from fntui.api.models import AccessKey
from fntui.cli.report import Gap, Report, access_keys, exit_status, gaps, utc
from fntui.core.health.board import Entry
from fntui.core.health.summary import expires_soon, summarise
from fntui.core.model.snapshot import NamespaceView, cron_of, label_of, last_run_at, next_run_at


def as_json(report: Report) -> str:
    """Return the report in ASCII; what came from the server stands in it as it came."""
    summary = summarise(report.snapshot, report.now)
    document = {
        "checked_at": _iso(report.now),
        "profile": report.profile,
        "exit_status": exit_status(report),
        "summary": structs.asdict(summary) | {"next_expiry_at": _iso(summary.next_expiry_at)},
        "triggers": [_trigger(entry, report) for entry in report.entries()],
        "access_keys": [_access_key(view, key, report.now) for view, key in access_keys(report)],
        "problems": [_problem(gap) for gap in gaps(report)],
    }
    # The one ASCII character that is no text, and that JSON lets stand.
    return json.dumps(document, indent=2).replace("\x7f", "\\u007f")


def _trigger(entry: Entry, report: Report) -> dict[str, Any]:
    verdict, trigger = entry.verdict, entry.view.trigger
    return {
        "namespace_id": entry.key.namespace_id,
        "namespace": entry.label,
        "trigger": entry.key.name,
        "state": verdict.state.name.lower(),
        "missed_count": verdict.missed_count,
        "owed": [_iso(slot) for slot in verdict.owed],
        "last_run_at": _iso(last_run_at(entry.view)),
        "next_run_at": _iso(next_run_at(entry.view)),
        "cron": cron_of(entry.view),
        "function": trigger.function or None,
        "is_enabled": trigger.is_enabled if isinstance(trigger.is_enabled, bool) else None,
        "sentence": report.sentence(entry),
    }


def _access_key(view: NamespaceView, key: AccessKey, now: datetime) -> dict[str, Any]:
    return {
        "namespace_id": view.namespace.namespace_id,
        "namespace": label_of(view.namespace),
        "key_id": key.key_id,
        "name": key.name or None,
        "expires_at": _iso(key.expires_at),
        "expires_soon": expires_soon(key, now),
    }


def _problem(gap: Gap) -> dict[str, Any]:
    return {
        "what": gap.what,
        "namespace_id": gap.namespace_id or None,
        "namespace": gap.label or None,
        "name": gap.name or None,
        "kind": gap.problem.kind.name.lower(),
        "sentence": gap.problem.sentence,
        "advice": gap.advice() or None,
        "scopes": list(gap.problem.scopes),
        "request_id": gap.problem.request_id,
    }


def _iso(at: object) -> str | None:
    return utc(at).replace(" ", "T") if isinstance(at, datetime) else None
