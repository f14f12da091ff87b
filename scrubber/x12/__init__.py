"""Bytes and where things are in them: delimiters, segments, edits, splicing. Knows X12, not claims."""
