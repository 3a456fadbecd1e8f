"""What the session before has seen of an account, shown until this one has read it itself.

It is laid under what is known, for the eye alone: no Store holds it, so that no verdict, no alarm,
no line of activity and no write ever rests on it.
"""

from typing import NamedTuple

from msgspec import structs

from fntui.core.model.snapshot import NamespaceView, Reading, Snapshot


class LastSeen(NamedTuple):
    """What was seen, and of which account.

    Attributes:
        account: Tells accounts apart, as ``Session.account`` does.
        snapshot: Namespaces, triggers and access keys, every reading of them cached; and the
            publication lag that was learned.
    """

    account: str
    snapshot: Snapshot


def cached(known: Snapshot) -> Snapshot:
    """Return what is known of namespaces, each reading marked as one of a session before."""
    return Snapshot(
        namespaces={each: _cached_view(view) for each, view in known.namespaces.items()},
        unreadable_namespaces=known.unreadable_namespaces,
        reading=_cached(known.reading),
    )


def _cached_view(view: NamespaceView) -> NamespaceView:
    return structs.replace(
        view,
        triggers_reading=_cached(view.triggers_reading),
        access_keys_reading=_cached(view.access_keys_reading),
    )


def _cached(reading: Reading) -> Reading:
    is_cached = reading.read_at is not None
    return structs.replace(reading, problem=None, failures=0, is_cached=is_cached)


class Underlay:
    """Lays what was seen by the session before under what this one knows.

    Attributes:
        is_needed: False once everything has been read: what is known is then all that is shown.
    """

    def __init__(self, last: Snapshot) -> None:
        """Show ``last`` where nothing else is known."""
        self.is_needed = True
        self._last = last
        # What did not change stays the same object: whoever shows it knows it by that.
        self._laid: dict[str, tuple[NamespaceView, NamespaceView]] = {}

    def under(self, known: Snapshot) -> Snapshot:
        """Return ``known`` with what is cached of that which was not read yet."""
        if known.reading.read_at is None:
            return structs.replace(
                known,
                namespaces=self._last.namespaces | known.namespaces,
                unreadable_namespaces=self._last.unreadable_namespaces,
                reading=_under(self._last.reading, known.reading),
            )
        self._laid = {
            each: self._laid_under(view, last)
            for each, view in known.namespaces.items()
            if (last := self._last.namespaces.get(each)) is not None
        }
        laid = {each: shown for each, (view, shown) in self._laid.items() if shown is not view}
        self.is_needed = bool(laid)
        return structs.replace(known, namespaces=known.namespaces | laid) if laid else known

    def _laid_under(
        self, view: NamespaceView, last: NamespaceView
    ) -> tuple[NamespaceView, NamespaceView]:
        before = self._laid.get(view.namespace.namespace_id)
        if before is not None and before[0] is view:
            return before
        shown = view
        if view.triggers_reading.read_at is None and last.triggers_reading.is_cached:
            shown = structs.replace(
                shown,
                triggers=last.triggers | view.triggers,
                unreadable_triggers=last.unreadable_triggers,
                triggers_reading=_under(last.triggers_reading, view.triggers_reading),
            )
        if view.access_keys_reading.read_at is None and last.access_keys_reading.is_cached:
            shown = structs.replace(
                shown,
                access_keys=last.access_keys | view.access_keys,
                unreadable_access_keys=last.unreadable_access_keys,
                access_keys_reading=_under(last.access_keys_reading, view.access_keys_reading),
            )
        return view, shown


def _under(last: Reading, known: Reading) -> Reading:
    """Return the cached reading with what has gone wrong since."""
    return structs.replace(
        last, problem=known.problem, failures=known.failures, limit_s=known.limit_s
    )


class Memory:
    """What the last sessions of profiles have seen, laid under what the one at hand knows."""

    def __init__(self) -> None:
        """Remember nothing."""
        self._lasts: dict[str, LastSeen] = {}
        self._underlay: Underlay | None = None

    def keep(self, profile: str, last: LastSeen) -> None:
        """Remember what the last session of the profile has seen."""
        self._lasts[profile] = last

    def turn_to(self, profile: str, account: str | None = None) -> bool:
        """Lay under what was seen of the profile; return whether there is anything.

        Args:
            profile: Which.
            account: That of its token: what was seen of another is forgotten. None: not known yet.
        """
        last = self._lasts.get(profile)
        if last is not None and account not in {None, last.account}:
            last = None
            del self._lasts[profile]
        self._underlay = Underlay(last.snapshot) if last is not None else None
        return last is not None

    def under(self, known: Snapshot) -> Snapshot:
        """Return what is known, with what is remembered under it."""
        if self._underlay is None:
            return known
        shown = self._underlay.under(known)
        if not self._underlay.is_needed:
            self._underlay = None
        return shown
