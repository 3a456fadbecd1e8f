"""The board: a row for each trigger, and the order of the rows."""
