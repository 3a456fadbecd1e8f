"""config.toml: profiles, keys and tastes. Never a token."""

from fntui.config.file import ConfigError, add_profile, check_keys, config_path, load
from fntui.config.values import Config, ProfileEntry, check_profile_name

__all__ = [
    "Config",
    "ConfigError",
    "ProfileEntry",
    "add_profile",
    "check_keys",
    "check_profile_name",
    "config_path",
    "load",
]
