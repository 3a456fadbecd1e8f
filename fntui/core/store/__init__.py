"""The store: events change the snapshot."""
