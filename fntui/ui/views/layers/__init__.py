"""What the help, log and palette layers show."""
