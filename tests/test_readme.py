import re
import tomllib

from msgspec import convert

from fntui.config import Config, ProfileEntry
from tests.support.readme import README, code_blocks, with_current_keys

TEXT = README.read_text(encoding="utf-8")


def test_the_table_of_keys_is_that_of_the_code() -> None:
    assert with_current_keys(TEXT) == TEXT


def test_it_begins_with_the_two_commands_each_one_line() -> None:
    demo, tests = code_blocks(TEXT, "sh")[:2]
    assert demo.endswith("--demo\n")
    assert tests.endswith("pytest -q -n auto\n")
    assert demo.count("\n") == tests.count("\n") == 1


def test_its_configuration_is_valid_and_shows_every_key() -> None:
    (text,) = code_blocks(TEXT, "toml")
    config = convert(tomllib.loads(text), Config)
    assert set(tomllib.loads(text)) == set(Config.__struct_fields__)
    shown = {key for table in tomllib.loads(text)["profiles"].values() for key in table}
    assert shown == set(ProfileEntry.__struct_fields__)
    assert config.profile("prod").is_protected


def test_it_names_every_field_of_the_status() -> None:
    golden = README.parent / "tests" / "golden" / "status.json"
    fields = set(re.findall(r'"(\w+)":', golden.read_text(encoding="utf-8")))
    assert len(fields) > 30
    assert [field for field in sorted(fields) if f"`{field}`" not in TEXT] == []
