"""The watched folder: one daemon that takes each input once, scrubs it, and leaves it in exactly one known place."""
