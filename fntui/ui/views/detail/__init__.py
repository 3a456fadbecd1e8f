"""The detail pane: what it says of an account, a namespace, a trigger or an access key."""
