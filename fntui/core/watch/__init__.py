"""The watch: what to read next, and when."""
