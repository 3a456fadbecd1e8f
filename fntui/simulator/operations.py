"""The 13 operations of the Functions API over a simulated account, in the reference's order.

Each raises a RefusedError for an answer other than success: where there is no such object, the body
is bad, or what is listed under "Raises".

Choices that the reference leaves open: a duplicate trigger or key name is 409, a duplicate label
422; a PUT merges at the top level, so ``scheduled_details`` without ``body`` clears the body; an
expired key vanishes from its list; what belongs to an App Platform namespace can be read, and any
change of it is 403.
"""

from fntui.simulator import checks
from fntui.simulator.account import draws
from fntui.simulator.account.account import Account
from fntui.simulator.checks import Json
from fntui.simulator.refusals import ConflictError, NotFoundError, UnprocessableError


def list_namespaces(account: Account) -> Json:
    """Answer with every namespace."""
    return {"namespaces": [namespace.shown() for namespace in account.namespaces.values()]}


def create_namespace(account: Account, payload: object) -> Json:
    """Make a namespace and answer with it.

    Raises:
        UnprocessableError: The label is taken, or the limit reached.
    """
    label, region = checks.namespace_draft(payload)
    if any(namespace.label == label for namespace in account.namespaces.values()):
        raise UnprocessableError("namespace label already exists")
    if len(account.namespaces) >= account.limits.namespaces:
        raise UnprocessableError("namespace limit reached")
    return {"namespace": account.add_namespace(label, region).shown()}


def get_namespace(account: Account, namespace_id: str) -> Json:
    """Answer with one namespace."""
    return {"namespace": account.namespace(namespace_id).shown()}


def delete_namespace(account: Account, namespace_id: str) -> None:
    """Delete a namespace and all that is in it."""
    del account.namespaces[account.changeable_namespace(namespace_id).namespace_id]


def list_access_keys(account: Account, namespace_id: str) -> Json:
    """Answer with the keys of a namespace that have not expired, and their number."""
    keys = [key.shown() for key in account.namespace(namespace_id).keys.values()]
    return {"access_keys": keys, "count": len(keys)}


def create_access_key(account: Account, namespace_id: str, payload: object) -> Json:
    """Make an access key and answer with it and, this once, with its secret.

    Raises:
        ConflictError: The name is taken.
        UnprocessableError: The limit is reached.
    """
    namespace = account.changeable_namespace(namespace_id)
    name, lifetime = checks.key_name(payload), checks.key_lifetime(payload)
    if any(key.name == name for key in namespace.keys.values()):
        raise ConflictError
    account.catch_up()
    if sum(len(each.keys) for each in account.namespaces.values()) >= account.limits.keys:
        raise UnprocessableError("access keys limit reached")
    key = account.add_key(namespace, name, lifetime)
    secret = f"fn_secret_{draws.hexadecimal(account.seed, 'secret', key.key_id)}"
    return {"access_key": {**key.shown(), "secret": secret}}


def rename_access_key(account: Account, namespace_id: str, key_id: str, payload: object) -> Json:
    """Give an access key another name and answer with it.

    Raises:
        ConflictError: The name is taken.
        NotFoundError: There is no such key.
    """
    keys = account.changeable_namespace(namespace_id).keys
    name = checks.key_name(payload)
    if key_id not in keys:
        raise NotFoundError("access key")
    if any(key.name == name and key.key_id != key_id for key in keys.values()):
        raise ConflictError
    keys[key_id].name, keys[key_id].updated_at = name, account.now()
    return {"access_key": keys[key_id].shown()}


def delete_access_key(account: Account, namespace_id: str, key_id: str) -> Json:
    """Delete an access key and answer with an empty object.

    Raises:
        NotFoundError: There is no such key.
    """
    if account.changeable_namespace(namespace_id).keys.pop(key_id, None) is None:
        raise NotFoundError("access key")
    return {}


def list_triggers(account: Account, namespace_id: str) -> Json:
    """Answer with the triggers of a namespace."""
    triggers = account.namespace(namespace_id).triggers.values()
    is_bare = account.has_bare_lists
    return {"triggers": [trigger.shown(namespace_id, is_bare=is_bare) for trigger in triggers]}


def create_trigger(account: Account, namespace_id: str, payload: object) -> Json:
    """Make a trigger and answer with it.

    Raises:
        ConflictError: The name is taken.
        UnprocessableError: The limit is reached.
    """
    namespace = account.changeable_namespace(namespace_id)
    draft = checks.trigger_draft(payload)
    if draft.name in namespace.triggers:
        raise ConflictError
    if len(namespace.triggers) >= account.limits.triggers:
        raise UnprocessableError("triggers limit reached")
    return {"trigger": account.add_trigger(namespace, draft).shown(namespace_id)}


def get_trigger(account: Account, namespace_id: str, name: str) -> Json:
    """Answer with one trigger."""
    return {"trigger": account.trigger(namespace_id, name).shown(namespace_id)}


def update_trigger(account: Account, namespace_id: str, name: str, payload: object) -> Json:
    """Change what the body names of a trigger and answer with it."""
    account.changeable_namespace(namespace_id)
    trigger, change = account.trigger(namespace_id, name), checks.trigger_change(payload)
    was = (trigger.is_enabled, trigger.firing.cron)
    if change.is_enabled is not None:
        trigger.is_enabled = change.is_enabled
    if change.details is not None:
        trigger.firing.cron, trigger.body = change.details
    if (trigger.is_enabled, trigger.firing.cron) != was:
        trigger.firing.restart(account.clock.now(), is_enabled=trigger.is_enabled)
    trigger.updated_at = account.now()
    return {"trigger": trigger.shown(namespace_id)}


def delete_trigger(account: Account, namespace_id: str, name: str) -> None:
    """Delete a trigger."""
    triggers = account.changeable_namespace(namespace_id).triggers
    del triggers[account.trigger(namespace_id, name).name]
