"""What fntui knows and does; no screen, no HTTP, no keyring."""
