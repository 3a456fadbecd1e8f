"""What the documents for contributors name is there, and the map lists every room."""

import ast
import re
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

import fntui

PROGRAM = Path(fntui.__file__).parent
ROOT = PROGRAM.parent
MAP = PROGRAM / "README.md"
DOCUMENTS = (
    MAP,
    ROOT / "tests/README.md",
    ROOT / "tests/benchmarks/README.md",
    *(ROOT / f".github/{name}.md" for name in ("CONTRIBUTING", "SECURITY")),
)

NAMES = re.compile(r"(?P<path>[\w.-]+(?:/[\w.-]*)+|[\w-]+\.py)(?:::(?P<name>[\w.]+))?")
"""A path in backticks: with a slash in it, or a Python file; and a name in that file."""
MODULES = re.compile(r"-m (?P<module>tests(?:\.\w+)+)")
COMMANDS = re.compile(r"(?<![\w./-])(?:tests|fntui|screenshots|\.ci|\.github)/[\w./-]*\w")
LINKS = re.compile(r"\]\((?P<target>[^)#\s:]*)(?:#(?P<heading>[^)]*))?\)")


def at(document: Path) -> str:
    """Return the document's path, for messages."""
    return document.relative_to(ROOT).as_posix()


def text_of(document: Path) -> str:
    """Return what a document says."""
    return document.read_text(encoding="utf-8")


def headings_of(document: Path) -> set[str]:
    """Return the headings of a document as links name them."""
    titles = re.findall(r"^#+ (.*)$", outside_blocks(text_of(document)), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", title).lower().replace(" ", "-") for title in titles}


def outside_blocks(text: str) -> str:
    """Return the text without its fenced blocks of code."""
    return re.sub(r"^```.*?^```$", "", text, flags=re.DOTALL | re.MULTILINE)


def named(text: str) -> Iterator[tuple[str, str]]:
    """Yield the paths that stand in backticks, each with the name behind ``::``, or ``""``."""
    for code in re.findall(r"`([^`\n]+)`", outside_blocks(text)):
        if found := NAMES.fullmatch(code):
            yield found["path"], found["name"] or ""


def places(path: str, document: Path) -> list[Path]:
    """Return where a path may lead: from the top, the program's folder, or the document's."""
    folders = dict.fromkeys((ROOT, PROGRAM, document.parent))
    return [folder / path for folder in folders if (folder / path).exists()]


@cache
def names_in(file: Path) -> frozenset[str]:
    """Return what a Python file defines: functions, classes, constants; methods by their class."""
    return frozenset(_defined(ast.parse(text_of(file)).body))


def _defined(body: list[ast.stmt], within: str = "") -> Iterator[str]:
    for node in body:
        match node:
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                yield within + name
            case ast.ClassDef(name=name):
                yield within + name
                yield from _defined(node.body, f"{within}{name}.")
            case ast.Assign(targets=[ast.Name(id=name)]) | ast.AnnAssign(target=ast.Name(id=name)):
                yield within + name
            case _:
                pass


@pytest.mark.parametrize("document", DOCUMENTS, ids=at)
def test_files_and_names_in_backticks_exist(document: Path) -> None:
    missing = [
        f"{path}::{name}" if name else path
        for path, name in named(text_of(document))
        if not any(not name or name in names_in(place) for place in places(path, document))
    ]
    assert missing == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=at)
def test_files_and_modules_in_commands_exist(document: Path) -> None:
    text = text_of(document)
    blocks = "\n".join(re.findall(r"^```.*?^```$", text, re.DOTALL | re.MULTILINE))
    assert [path for path in COMMANDS.findall(blocks) if not (ROOT / path).exists()] == []
    for module in MODULES.findall(text):
        place = ROOT / module.replace(".", "/")
        assert place.with_suffix(".py").exists() or (place / "__main__.py").exists(), module


@pytest.mark.parametrize("document", [ROOT / "README.md", *DOCUMENTS], ids=at)
def test_links_lead_somewhere(document: Path) -> None:
    broken: list[str] = []
    for link in LINKS.finditer(text_of(document)):
        target = document.parent / link["target"] if link["target"] else document
        if not target.exists() or (link["heading"] and link["heading"] not in headings_of(target)):
            broken.append(link[0])
    assert broken == []


def test_the_map_names_many_things() -> None:
    paths = list(named(text_of(MAP)))
    assert len(paths) > 200
    assert sum(path.startswith("tests/") for path, _ in paths) > 40
    assert sum(bool(name) for _, name in paths) > 80


def test_the_map_lists_every_room_and_every_module_of_core_and_ui() -> None:
    listed = {path for path, _ in named(text_of(MAP))}
    rooms = {
        f"{folder.parent.relative_to(PROGRAM).as_posix()}/"
        for folder in PROGRAM.glob("*/**/__init__.py")
    }
    modules = {
        file.relative_to(PROGRAM).as_posix()
        for folder in ("core", "ui")
        for file in (PROGRAM / folder).rglob("*.py")
        if file.name != "__init__.py"
    }
    assert sorted(rooms - listed) == []
    assert sorted(modules - listed) == []


def test_the_floors_of_the_map_are_those_of_the_contracts() -> None:
    project = tomllib.loads(text_of(ROOT / "pyproject.toml"))
    contracts = project["tool"]["importlinter"]["contracts"]
    floors = [floor for each in contracts if each["type"] == "layers" for floor in each["layers"]]
    (diagram,) = re.findall(r"^```text\n(.*?)^```$", text_of(MAP), re.DOTALL | re.MULTILINE)
    drawn = [re.sub(r"^\S+/ ", "", line).strip() for line in diagram.splitlines() if line]
    assert drawn == floors
