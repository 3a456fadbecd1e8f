"""What the keys change."""
