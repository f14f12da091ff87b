"""Where each kind of output goes, and under which names."""

from __future__ import annotations

from scrubber.findings.journal import CORRECTED, HELD
from scrubber.watch import disk
from scrubber.watch.bench import Bench
from scrubber.watch.job import Job
from scrubber.watch.names import temporary

PLACES = {
    "json": ("reports", b".report.json"),
    "html": ("reports", b".report.html"),
    "csv": ("reports", b".report.csv"),
    "journal": ("reports", b".journal.jsonl"),
    HELD: ("held", b".held.837"),
    CORRECTED: ("outbox", b""),
}
"""Each kind of output: the folder's key, and what takes the place of the input's suffix; the corrected file keeps its
name. In the order of publishing: the outbox is last."""


def remove_temporaries(bench: Bench, job: Job) -> None:
    """Remove what an attempt to scrub left behind. Raises OSError."""
    for kind, (folder, _) in PLACES.items():
        disk.remove(bench.folders.of(folder) / temporary(job.id, kind))
