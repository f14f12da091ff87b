"""The clearinghouse step: many files, and large files in parts, over the cores of a machine."""
