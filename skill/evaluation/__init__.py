"""How well Uncramp understands and hears, counted on labelled sets; for those who work on it."""
