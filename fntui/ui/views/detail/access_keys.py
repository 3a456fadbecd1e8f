"""Access keys: the table by expiry, and one key's facts; never a secret."""

from collections.abc import Collection, Sequence
from datetime import UTC, datetime
from typing import Final

from fntui.api.models import AccessKey
from fntui.core.model.snapshot import AccessKeyKey, NamespaceView, TriggerKey
from fntui.humanize import ago
from fntui.ui.views.lines import BLANK, Column, Line, Row, Span, Tone, span, table
from fntui.ui.views.parts import fact, moment, more, paragraph, reading_lines, words_of
from fntui.ui.views.signs import ACKNOWLEDGED, age_words, is_past
from fntui.ui.views.view_context import Lens

_COLUMNS: Final = (
    Column("NAME", 12, 40),
    Column("EXPIRES", 7, 22),
    Column("CREATED", 8, 10, is_right=True, rank=2),
    Column("ID", 12, 48, rank=1),
)
_TOLD_ONCE: Final = (
    "The API told the secret once, when the key was made; it can't be asked for again."
)
_VENDORS: Final = "Made by DigitalOcean's own tooling, which relies on it."
_SOON_S: Final = 3 * 86_400.0
_NEVER: Final = datetime.max.replace(tzinfo=UTC)


def _expiry(key: AccessKey) -> datetime:
    return key.expires_at if isinstance(key.expires_at, datetime) else _NEVER


def expiry_span(key: AccessKey, now: datetime) -> Span:
    """Return when a key expires, in words: ``in 9h``, ``never``, ``expired``."""
    if not isinstance(key.expires_at, datetime):
        return span("never" if key.expires_at is None else "unknown", "dim")
    left = (key.expires_at - now).total_seconds()
    if left <= 0:
        return span("expired", "missed")
    return span(f"in {ago(left)}", "late" if left < _SOON_S else "")


def key_table(
    view: NamespaceView, lens: Lens, acknowledged: Collection[TriggerKey | AccessKeyKey] = ()
) -> list[Line]:
    """Return the keys of a namespace as a table, those that expire first on top."""
    tone: Tone = "dim" if is_past(view.access_keys_reading, lens.now) else ""
    rows = [
        Row(
            (
                (span(words_of(key.name), tone), span(_flag(key), "dim")),
                _expiry_cell(key, lens.now, is_acknowledged=node in acknowledged),
                (span(_age(key, lens.now), "dim"),),
                (span(key.key_id, "dim"),),
            ),
            node,
        )
        for key in sorted(view.access_keys.values(), key=_expiry)
        for node in [AccessKeyKey(view.namespace.namespace_id, key.key_id)]
    ]
    if not rows:
        return [Line((span(" no access keys", "dim"),))] if view.access_keys_reading.read_at else []
    head, lines = table(_COLUMNS, rows, lens.width - 1)
    return [Line((Span(" "), *line.spans), line.key) for line in (head, *lines)]


def _expiry_cell(key: AccessKey, now: datetime, *, is_acknowledged: bool) -> tuple[Span, ...]:
    shown = expiry_span(key, now)
    return (ACKNOWLEDGED, Span(" "), shown._replace(tone="dim")) if is_acknowledged else (shown,)


def _flag(key: AccessKey) -> str:
    return "  DigitalOcean's own" if key.is_vendors_own else ""


def _age(key: AccessKey, now: datetime) -> str:
    if not isinstance(key.created_at, datetime):
        return "?"
    return f"{ago((now - key.created_at).total_seconds())} ago"


def access_keys_overview(
    view: NamespaceView, lens: Lens, acknowledged: Collection[TriggerKey | AccessKeyKey] = ()
) -> tuple[Sequence[Line], Sequence[Line], str]:
    """Return the table of a namespace's keys."""
    lines = [
        *reading_lines(view.access_keys_reading, "Access keys", lens),
        *key_table(view, lens, acknowledged),
    ]
    return (), lines, f"{len(view.access_keys)}  {age_words(view.access_keys_reading, lens.now)}"


def access_key_overview(view: NamespaceView, key: AccessKey, lens: Lens) -> list[Line]:
    """Return one key's facts, and how it is used, without its secret."""
    host, reading = view.namespace.api_host, view.access_keys_reading
    lines = [
        *reading_lines(reading, "Access keys", lens),
        fact("Id", key.key_id),
        fact("Namespace", words_of(view.namespace.label)),
        fact("Expires", expiry_span(key, lens.now), f"  {_expiry_date(key)}"),
        fact("Created", moment(key.created_at, lens.now)),
        fact("Updated", moment(key.updated_at, lens.now)),
        fact("Checked", age_words(reading, lens.now).removeprefix("read ")),
        BLANK,
        fact("Use", "Basic auth, the key's id and its secret, on the namespace's API host:"),
        more(f'curl -u "{key.key_id}:$SECRET" {words_of(host)}/…'),
        BLANK,
        *paragraph(_TOLD_ONCE, lens.width, "dim"),
    ]
    if key.is_vendors_own:
        lines += paragraph(_VENDORS, lens.width, "late")
    return lines


def _expiry_date(key: AccessKey) -> str:
    if not isinstance(key.expires_at, datetime):
        return ""
    return f"{key.expires_at:%Y-%m-%d %H:%M:%SZ}"
