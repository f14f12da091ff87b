"""Units against minutes."""
