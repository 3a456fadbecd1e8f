"""The Functions API, simulated: for the demo, for tests, and for any HTTP client on loopback."""
