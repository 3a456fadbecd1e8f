from importlib import import_module
from inspect import isclass
from pkgutil import iter_modules

import pytest
from msgspec import Struct

from fntui.core import model

MODULES = [f"{model.__name__}.{module.name}" for module in iter_modules(model.__path__)]


@pytest.mark.parametrize("module", MODULES)
def test_values_of_the_model_are_frozen(module: str) -> None:
    """A field that is assigned would change snapshots that others compare with."""
    kinds = [kind for kind in vars(import_module(module)).values() if isclass(kind)]
    structs = [kind for kind in kinds if issubclass(kind, Struct) and kind.__module__ == module]
    assert structs
    assert [kind for kind in structs if not kind.__struct_config__.frozen] == []
