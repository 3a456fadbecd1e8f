"""All that fntui makes of Textual's classes."""

import inspect
import pkgutil
from functools import cache
from importlib import import_module

from textual.dom import DOMNode

import fntui.ui


@cache
def classes_of_ui() -> frozenset[type[DOMNode]]:
    """Return the apps, screens and widgets that are defined in fntui.ui."""
    modules = pkgutil.walk_packages(fntui.ui.__path__, "fntui.ui.")
    return frozenset(
        value
        for module in modules
        for value in vars(import_module(module.name)).values()
        if inspect.isclass(value) and issubclass(value, DOMNode) and value.__module__ == module.name
    )
