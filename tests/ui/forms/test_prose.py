from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len

from fntui.api import operations as op
from fntui.api.models import AccessKey, IssuedAccessKey
from fntui.api.secret import Secret
from fntui.core.model.problem import Problem, ProblemKind
from fntui.core.model.snapshot import Snapshot
from fntui.core.operations.outcome import Clash, Outcome, Status
from fntui.ui.views.lines import line, span
from fntui.ui.views.prose import (
    as_sentence,
    changes,
    flow,
    last_words,
    namespace_name,
    problem_lines,
    request_line,
)
from tests.support.builders import NOON, a_trigger


@settings(max_examples=100)
@given(st.lists(st.text(max_size=60), max_size=5), st.integers(2, 40))
def test_flowing_text_fits_and_loses_nothing_but_blanks(texts: list[str], width: int) -> None:
    whole = line(*(span(text, "dim") for text in texts))
    parts = flow([whole], width)
    assert all(cell_len(part.text) <= max(width, 2) for part in parts)
    assert "".join(part.text for part in parts).replace(" ", "") == whole.text.replace(" ", "")


def test_tones_survive_a_break() -> None:
    parts = flow([line(span("aaaa ", "late"), span("bbbb", "key"))], 5)
    assert [[part.tone for part in each.spans] for each in parts] == [["late"], ["key"]]


def test_ten_thousand_characters_are_cut_and_counted() -> None:
    parts = flow([line("x" * 10_000)], 50)
    assert len(parts) <= 41
    assert parts[-1].text.endswith("(10,000 characters)")


def test_arrows_stand_below_each_other() -> None:
    rows = changes(("cron", "* * * * *", "0 * * * *"), ("", "1,440 runs a day", "24"))
    assert len({each.text.index("→") for each in rows}) == 1


def test_a_sentence_has_a_capital_and_a_full_stop() -> None:
    assert as_sentence("could not do it") == "Could not do it."
    assert as_sentence("Really?") == "Really?"
    assert as_sentence("") == ""


def test_a_problem_is_told_with_advice_and_request_id() -> None:
    problem = Problem(
        kind=ProblemKind.INVALID, sentence="bad", advice="Mend it.", request_id="r-1", at=NOON
    )
    assert [each.text for each in problem_lines(problem)] == ["Bad.", "Mend it.", "request id r-1"]
    bare = Problem(kind=ProblemKind.INVALID, sentence="bad", advice="", request_id=None, at=NOON)
    assert [each.text for each in problem_lines(bare)] == ["Bad."]


def test_a_request_is_told_by_method_and_path() -> None:
    told = request_line(op.GET_TRIGGER, namespace_id="fn-1", trigger_name="a/..")
    assert told.text == "GET /v2/functions/namespaces/fn-1/triggers/a%2F.."


def test_an_unknown_namespace_goes_by_its_id() -> None:
    assert namespace_name(Snapshot(), "fn-1") == "fn-1"


def test_last_words_say_how_a_write_ended_and_keep_the_secret() -> None:
    what = "create access key ci in billing"
    issued = IssuedAccessKey(access_key=AccessKey(key_id="k1"), secret=Secret("s" * 20))
    done = Outcome[IssuedAccessKey](status=Status.DONE, value=issued)
    assert last_words(what, done) == (
        f"Done: {what}. Its secret was not shown and is lost: delete the key and create another."
    )
    assert last_words("pause x", Outcome[None](status=Status.DONE, note="it was late")) == (
        "Done: pause x. It was late."
    )
    refused = Problem(
        kind=ProblemKind.CONFLICT, sentence="could not x", advice="", request_id="r", at=NOON
    )
    assert last_words("x", Outcome[None](status=Status.NOT_DONE, problem=refused)) == (
        "Could not x. (request id r)"
    )
    trigger = a_trigger()
    assert last_words("save x", Clash(base=trigger, theirs=trigger)) == (
        "Save x: not done, someone else changed it meanwhile."
    )
    assert last_words("save x", None) == (
        "Save x: fntui ended before an answer came. "
        "It is not known whether this was carried out: look before you send it again."
    )
