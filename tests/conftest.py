"""What all tests share: no table that somebody imported on this machine answers in a test."""

import os
from pathlib import Path

os.environ["SCRUBBER_TABLES"] = str(Path(__file__).parent / "no-imported-tables")
