import pytest
from hypothesis import given
from hypothesis import strategies as st

from fntui.core.model.snapshot import AccessKeyKey, NamespaceKey, TriggerKey
from fntui.ui.keymap import COMMANDS, Command
from fntui.ui.views.layers.palette import MOST_HITS, Place, Ranking, hit_lines
from tests.support.hostile import any_text


def found(ranking: Ranking, typed: str) -> list[str]:
    return [label for label, _ in ranking.hits(typed)]


def places(*labels: str) -> list[Place]:
    return [(label, TriggerKey("fn-1", label)) for label in labels]


def test_better_hits_come_first() -> None:
    labels = ("xpay", "x pay y", "pay", "pay day", "p-a-y", "other")
    assert found(Ranking(places(*labels)), "pay") == ["pay", "pay day", "x pay y", "xpay", "p-a-y"]


def test_of_equals_the_shorter_comes_first_then_the_earlier() -> None:
    ranking = Ranking(places("zebra three", "zebra two", "zebra one"))
    assert found(ranking, "zebra") == ["zebra two", "zebra one", "zebra three"]


def test_words_are_found_in_any_order() -> None:
    ranking = Ranking(places("billing / invoice-run", "billing / dunning"))
    assert found(ranking, "run  BILL")[0] == "billing / invoice-run"


def test_letters_are_found_in_their_order_with_others_between() -> None:
    assert "billing / invoice-run" in found(Ranking(places("billing / invoice-run")), "blgrn")
    assert found(Ranking(places("abc")), "cbaz") == []


def test_commands_are_found_by_what_they_do() -> None:
    assert "times" in found(Ranking(()), "UTC")
    assert found(Ranking(()), "pause")[0] == "pause"


@pytest.mark.parametrize(("typed", "name"), [("q", "quit"), ("q!", "quit"), ("help", "help")])
def test_the_names_of_vi_come_before_everything(typed: str, name: str) -> None:
    assert found(Ranking(places("q", "quit it", "helpful", "q!")), typed)[0] in {name, typed}
    assert found(Ranking(()), typed)[:1] == [name] or typed == "q!"


def test_nothing_typed_shows_all_commands() -> None:
    assert found(Ranking(places("x")), " ") == [c.id.replace("-", " ") for c in COMMANDS]


@given(st.lists(any_text(), max_size=8), any_text(8))
def test_any_text_is_found_whole_and_never_breaks_the_search(labels: list[str], typed: str) -> None:
    ranking = Ranking(places(*labels))
    hits = ranking.hits(typed)
    assert len(hits) <= MOST_HITS
    for label in labels:
        if label.split():
            assert label in found(ranking, label)


@given(st.lists(st.text(alphabet="ab\n c", max_size=6), max_size=8), st.text("abc", min_size=1))
def test_the_hits_are_those_that_hold_the_letters_in_order(labels: list[str], typed: str) -> None:
    hits = {key for _, key in Ranking(places(*labels)).hits(typed) if isinstance(key, TriggerKey)}
    assert hits == {TriggerKey("fn-1", label) for label in labels if _holds(label, typed)}


def _holds(label: str, letters: str) -> bool:
    rest = iter(label)
    return all(letter in rest for letter in letters)


def test_many_places_give_the_50_best() -> None:
    ranking = Ranking(places(*(f"job {i:05}" for i in range(50_000))))
    assert len(ranking.hits("job")) == MOST_HITS
    assert found(ranking, "04999")[0] == "job 04999"
    assert found(ranking, "j49999")[0] == "job 49999"


def test_lines_say_what_a_hit_is_and_which_keys_it_has() -> None:
    keys = (NamespaceKey("a"), TriggerKey("a", "b"), AccessKeyKey("a", "c"), "other")
    hits = [*Ranking(()).hits("quit")[:1], *(("x", key) for key in keys)]
    lines = hit_lines(hits, {"quit": "X"}, 80)
    assert [line.text.split() for line in lines[1:]] == [
        ["x", "go", "to", "namespace"],
        ["x", "go", "to", "trigger"],
        ["x", "go", "to", "access", "key"],
        ["x", "go", "there"],
    ]
    assert lines[0].text.split()[0] == "quit"
    assert lines[0].text.split()[-1] == "X"
    assert isinstance(lines[0].key, Command)
    assert [line.key for line in lines[1:]] == list(keys)
