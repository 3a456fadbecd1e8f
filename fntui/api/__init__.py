"""DigitalOcean's Functions API: an asynchronous client, usable without the rest of fntui."""
