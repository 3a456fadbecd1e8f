"""Textual's way to and from the terminal."""
