"""The radar: when triggers fire next, as a chart and in sentences."""
