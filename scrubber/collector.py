"""The policy of Python's cyclic garbage collector while a file is scrubbed: the one place that sets it.

The outline of a file and its records are millions of objects that live as long as the job. A full collection looks
through all of them and finds nothing; what a patient leaves behind is found in the young generations. So full
collections wait until the job is done.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

YOUNG = 20_000
"""Objects made, and not freed, between two collections of the youngest generation."""
MIDDLE = 20
"""Collections of the youngest generation between two of the middle one."""
NEVER = 1_000_000_000
FULL_AFTER = 20
"""Collections of the middle generation in jobs, after which the end of a job is worth a full one."""


@contextmanager
def young_garbage_only() -> Iterator[None]:
    """Collect only young garbage within; then, when much has been left, all of it. Jobs may be within one another."""
    before = gc.get_threshold()
    gc.set_threshold(YOUNG, MIDDLE, NEVER)
    try:
        yield
    finally:
        gc.set_threshold(*before)
        if gc.get_count()[2] > FULL_AFTER:
            gc.collect()
