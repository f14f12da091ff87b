"""Choose which edits apply, settle until nothing changes, recompute what follows from them."""
