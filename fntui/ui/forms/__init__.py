"""The forms that make and change things."""
