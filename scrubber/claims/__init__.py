"""Spans to meaning, lazily: the interchange outline, a claim's heading, the claim and its service lines."""
