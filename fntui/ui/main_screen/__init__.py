"""The main screen: its panes, its keys, and what each key does."""
