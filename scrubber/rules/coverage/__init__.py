"""Coverage and duplicates."""
