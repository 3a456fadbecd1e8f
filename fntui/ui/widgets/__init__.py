"""The widgets that are fntui's own."""
