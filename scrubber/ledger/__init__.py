"""What was sent before, under salted hashes, for checks across files."""
