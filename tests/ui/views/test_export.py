import json
import shlex
import subprocess
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import UNSET, UnsetType

from fntui.api.models import AccessKey, Namespace, ScheduledDetails, Trigger
from fntui.api.paths import UnsafeName
from fntui.api.secret import Secret
from fntui.core.model.snapshot import (
    AccessKeyKey,
    NamespaceKey,
    NamespaceView,
    Snapshot,
    TriggerKey,
    TriggerView,
)
from fntui.json_numbers import Number
from fntui.ui.views.export import as_curl, as_doctl, as_id, as_json, trigger_now_line
from fntui.ui.views.selection import ALL, KeysBranch, Node, UnreadableNode
from tests.support.hostile import HAZARD, PAYLOADS

URL = "https://api.digitalocean.com"
BILLING = NamespaceKey("fn-1")
INVOICE = TriggerKey("fn-1", "invoice run")
KEY = AccessKeyKey("fn-1", "dof_v1_k")
LOST = UnreadableNode("fn-1", "trigger", "odd", 0)


DETAILS = ScheduledDetails(cron="0 * * * *", body={"who": "all", "n": [1, None]})


def a_snapshot(
    *,
    scheduled_details: ScheduledDetails | UnsetType = DETAILS,
    function: str | UnsetType | None = "money/invoice",
) -> Snapshot:
    trigger = Trigger(name=INVOICE.name, function=function, scheduled_details=scheduled_details)
    namespace = Namespace(namespace_id="fn-1", label="billing", legacy_key=Secret("hush"))
    view = NamespaceView(
        namespace=namespace,
        triggers={trigger.name: TriggerView(trigger=trigger)},
        access_keys={"dof_v1_k": AccessKey(key_id="dof_v1_k", name="ci", expires_at=None)},
    )
    return Snapshot(namespaces={"fn-1": view})


def run_by_sh(text: str, shell: str = "bash") -> list[list[str]]:
    """Return the argument lists that a shell makes of ``text``, each call of a command as one."""
    tell = "doctl() { printf '%s\\0' \"$@\"; printf 'END\\0'; }\n"
    done = subprocess.run([shell, "-c", tell + text], capture_output=True, check=True)  # noqa: S603 - on a function of its own
    calls: list[list[str]] = [[]]
    for word in done.stdout.decode(errors="surrogateescape").split("\0")[:-1]:
        if word == "END":
            calls.append([])
        else:
            calls[-1].append(word)
    return calls[:-1]


@pytest.mark.parametrize(
    ("node", "text"),
    [
        (ALL, ""),
        (BILLING, "fn-1"),
        (KeysBranch("fn-1"), "fn-1"),
        (INVOICE, "invoice run"),
        (KEY, "dof_v1_k"),
        (LOST, "odd"),
    ],
)
def test_the_id_is_what_the_server_sent(node: Node, text: str) -> None:
    assert as_id(node) == text


def test_json_is_what_the_server_said_with_secrets_masked() -> None:
    assert json.loads(as_json(a_snapshot(), BILLING)) == {
        "namespace": "fn-1",
        "label": "billing",
        "key": "•••",
    }
    assert json.loads(as_json(a_snapshot(), INVOICE))["scheduled_details"]["body"]["n"] == [1, None]
    assert json.loads(as_json(a_snapshot(), KEY))["expires_at"] is None


def test_there_is_no_json_of_what_is_not_known() -> None:
    for node in (ALL, KeysBranch("fn-1"), LOST, NamespaceKey("fn-2"), TriggerKey("fn-1", "gone")):
        assert as_json(a_snapshot(), node) == ""


@pytest.mark.parametrize(
    ("node", "path"),
    [
        (ALL, "/v2/functions/namespaces"),
        (BILLING, "/v2/functions/namespaces/fn-1"),
        (KeysBranch("fn-1"), "/v2/functions/namespaces/fn-1/keys"),
        (KEY, "/v2/functions/namespaces/fn-1/keys"),
        (INVOICE, "/v2/functions/namespaces/fn-1/triggers/invoice%20run"),
        (LOST, "/v2/functions/namespaces/fn-1/triggers"),
        (UnreadableNode("fn-1", "access key", "", 0), "/v2/functions/namespaces/fn-1/keys"),
        (UnreadableNode("", "namespace", "", 0), "/v2/functions/namespaces"),
    ],
)
def test_curl_reads_the_object_and_leaves_the_token_to_the_shell(node: Node, path: str) -> None:
    words = shlex.split(as_curl(URL, node))
    assert words == ["curl", "-sS", "-H", "Authorization: Bearer $DIGITALOCEAN_TOKEN", URL + path]


def test_no_curl_line_is_made_for_a_name_that_a_url_would_follow() -> None:
    with pytest.raises(UnsafeName):
        as_curl(URL, TriggerKey("fn-1", ".."))


@pytest.mark.parametrize(
    ("node", "calls"),
    [
        (ALL, [["serverless", "namespaces", "list"]]),
        (UnreadableNode("", "namespace", "", 0), [["serverless", "namespaces", "list"]]),
        (BILLING, [["serverless", "connect", "fn-1"]]),
        (KeysBranch("fn-1"), [["serverless", "key", "list", "--namespace=fn-1"]]),
        (KEY, [["serverless", "key", "list", "--namespace=fn-1"]]),
        (
            UnreadableNode("fn-1", "access key", "", 0),
            [["serverless", "key", "list", "--namespace=fn-1"]],
        ),
        (
            INVOICE,
            [["serverless", "connect", "fn-1"], ["serverless", "triggers", "get", "invoice run"]],
        ),
        (LOST, [["serverless", "connect", "fn-1"], ["serverless", "triggers", "list"]]),
    ],
)
def test_doctl_shows_the_object(node: Node, calls: list[list[str]]) -> None:
    assert run_by_sh(as_doctl(node)) == calls


@pytest.mark.parametrize("payload", [*PAYLOADS, "-rf", "$(id)", "`id`", "a'b", 'a"b', "汉字 x"])
def test_a_hostile_name_is_one_word_and_acts_on_no_line_editor(payload: str) -> None:
    line = as_doctl(TriggerKey("fn-1", payload))
    assert not HAZARD.search(line.replace("\n", ""))
    if "\x00" not in payload:  # no shell can hold it in a word
        *options, word = run_by_sh(line)[1][3:]
        assert options in ([], ["--"])
        assert word.encode(errors="surrogateescape") == payload.encode(errors="surrogatepass")


def test_trigger_now_sends_the_body_as_a_file_after_connecting() -> None:
    line = trigger_now_line(a_snapshot(), INVOICE)
    assert line == (
        "doctl serverless connect fn-1 &&\n"
        """  printf %s '{"who": "all", "n": [1, null]}' |\n"""
        "  doctl serverless functions invoke --param-file /dev/stdin money/invoice"
    )


def test_trigger_now_does_not_run_anything_where_connecting_failed() -> None:
    fail = 'doctl() { echo "$@" >&2; return 1; }\n'
    text = fail + trigger_now_line(a_snapshot(), INVOICE)
    done = subprocess.run(["bash", "-c", text], capture_output=True, check=False)  # noqa: S603, S607 - on a function of its own
    assert done.stderr == b"serverless connect fn-1\n"


@settings(max_examples=30)
@given(
    st.dictionaries(
        st.text(max_size=8),
        st.text(max_size=20) | st.integers() | st.none(),
        min_size=1,
        max_size=3,
    )
)
def test_the_body_arrives_as_it_is(body: dict[str, Any]) -> None:
    details = ScheduledDetails(cron="0 * * * *", body=body)
    line = trigger_now_line(a_snapshot(scheduled_details=details), INVOICE)
    echo = 'doctl() { if [ "$2" = functions ]; then cat "$5"; fi; }\n'
    done = subprocess.run(["sh", "-c", echo + line], capture_output=True, check=True)  # noqa: S603, S607 - on a function of its own
    assert json.loads(done.stdout) == body


def test_copies_hold_every_number_as_it_came() -> None:
    details = ScheduledDetails(cron="", body={"a": Number("1.0"), "b": Number("1e400")})
    snapshot = a_snapshot(scheduled_details=details)
    assert '"a": 1.0,' in as_json(snapshot, INVOICE)
    assert '{"a": 1.0, "b": 1e400}' in trigger_now_line(snapshot, INVOICE)


@pytest.mark.parametrize("body", [None, {}])
def test_trigger_now_without_a_body(body: dict[str, Any] | None) -> None:
    details = ScheduledDetails(cron="0 * * * *", body=body)
    assert run_by_sh(trigger_now_line(a_snapshot(scheduled_details=details), INVOICE)) == [
        ["serverless", "connect", "fn-1"],
        ["serverless", "functions", "invoke", "money/invoice"],
    ]


def test_trigger_now_says_what_is_not_known() -> None:
    no_details = trigger_now_line(a_snapshot(scheduled_details=UNSET), INVOICE)
    assert no_details.startswith("# The trigger's body is not known: this sends none.\n")
    no_body = ScheduledDetails(cron="0 * * * *")
    assert "body is not known" in trigger_now_line(a_snapshot(scheduled_details=no_body), INVOICE)
    for snapshot in (a_snapshot(function=UNSET), a_snapshot(function=None), Snapshot()):
        line = trigger_now_line(snapshot, INVOICE)
        assert line.startswith("# Which function")
        assert "\n" not in line
