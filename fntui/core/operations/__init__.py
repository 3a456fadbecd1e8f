"""Reads and writes of an account, how each ended, and how to undo it."""
