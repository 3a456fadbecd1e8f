"""The simulated account: its objects, when its triggers fire, and what it starts with."""
