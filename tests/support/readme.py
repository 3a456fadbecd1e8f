"""README.md: its code blocks, and its table of keys.

``python -m tests.support.readme`` makes the table anew.
"""

import re
from pathlib import Path
from typing import Final

from fntui.ui.keymap import COMMANDS, Command, key_name

README: Final = Path(__file__).parents[2] / "README.md"
_TABLE: Final = re.compile(r"(<!-- keys: [^\n]*-->\n).*?(<!-- end of keys -->)", re.DOTALL)


def with_current_keys(text: str) -> str:
    """Return README's text with the table of keys as the code has them."""
    return _TABLE.sub(lambda found: f"{found[1]}{_table()}{found[2]}", text)


def code_blocks(text: str, language: str) -> list[str]:
    """Return what stands in the fenced blocks of ``language``."""
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)


def _table() -> str:
    groups = dict.fromkeys(command.group for command in COMMANDS)
    rows = [_row(command) for group in groups for command in COMMANDS if command.group == group]
    return "\n".join(["| keys | what for | id |", "|---|---|---|", *rows, ""])


def _row(command: Command) -> str:
    keys = " ".join(f"`{key_name(key)}`" for key in command.keys)
    return f"| {keys} | {command.does} | {command.id} |"


if __name__ == "__main__":
    README.write_text(with_current_keys(README.read_text(encoding="utf-8")), encoding="utf-8")
