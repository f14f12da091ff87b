"""Codes of rules that are no more, each with the reason: a code is never given to another rule."""

RETIRED: dict[str, str] = {}
