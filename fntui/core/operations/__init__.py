"""What a person can do with an account: reads and writes."""
