"""The names of a file's outputs."""

from __future__ import annotations

from collections.abc import Iterable

from scrubber.findings.journal import CORRECTED, HELD
from scrubber.outputs.render import JOURNAL


def output_names(stem: str, forms: Iterable[str], acks: Iterable[str]) -> dict[str, str]:
    """The file name of each kind of output, for an input of that stem."""
    return {
        CORRECTED: f"{stem}.corrected.837",
        HELD: f"{stem}.held.837",
        JOURNAL: f"{stem}.journal.jsonl",
        **{form: f"{stem}.report.{form}" for form in forms},
        **{ack: f"{stem}.{ack}" for ack in acks},
    }
