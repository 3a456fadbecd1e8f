"""Layers over the main screen, and the sign-in screen; dialogs have a room of their own."""
