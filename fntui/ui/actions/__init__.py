"""What a key changes: the questions, the writes, and how they ended."""
