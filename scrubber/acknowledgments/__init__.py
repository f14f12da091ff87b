"""Acknowledgments: what is sent back about a file that was received."""
