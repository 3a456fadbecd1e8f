"""Where an API token comes from, and where it is kept."""
