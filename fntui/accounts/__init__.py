"""Profiles, tokens and connections, joined: the real ones, and those of the demo."""

from fntui.accounts.configured import API_URL, ConfiguredAccounts, Places, Start
from fntui.accounts.demo import DEMO_URL, DemoAccounts

__all__ = ["API_URL", "DEMO_URL", "ConfiguredAccounts", "DemoAccounts", "Places", "Start"]
