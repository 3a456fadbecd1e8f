"""fntui: a terminal program for DigitalOcean Functions."""

__version__ = "0.1.0"
