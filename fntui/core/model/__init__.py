"""What is known of an account, as frozen values."""
