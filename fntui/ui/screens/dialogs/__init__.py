"""Dialogs: questions, and things to be told that need an answer."""
