"""A job for the worker as the daemon gives it: folders, state, places; and claims to put into it."""

from __future__ import annotations

import os
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any

from rules.specimen import Bill, interchange

from scrubber.rules.catalogue import BY_CODE
from scrubber.settings.load import load_settings
from scrubber.settings.settings import Settings
from scrubber.watch.messages import Place, Request
from scrubber.watch.names import shown, stem_of, suffix_of, temporary
from scrubber.watch.state import State

TODAY = date(2026, 11, 22)
OVER = Bill(lines=("SV1*HC:97110:GP*120*UN*3***1",))
"""Three units: more than the 30 minutes of RECORDS support."""
HEADER = "note_id,claim_id,service_date,discipline,code,minutes,role,together,signed"
RECORDS = f"{HEADER}\nN1,PCN1,2026-03-02,PT,97110,30,PT,no,yes\n"

KINDS = {
    "corrected": ("outbox", b""),
    "held": ("held", b".held.837"),
    "json": ("reports", b".report.json"),
    "html": ("reports", b".report.html"),
    "csv": ("reports", b".report.csv"),
    "journal": ("reports", b".journal.jsonl"),
}


def settings_of(text: str = "", folder: Path | None = None, **watch: Any) -> Settings:
    """Settings as a file says them, with values of ``watch`` in place of its own."""
    path = None
    if folder is not None:
        path = folder / "scrubber.toml"
        path.write_text(text)
    from msgspec.structs import replace

    settings = load_settings(path, known_rules=BY_CODE)
    return replace(settings, watch=replace(settings.watch, **watch))


class Jobs:
    """The folders of a daemon, and requests for files in them."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.state = root / "watch.db"
        for name in ("outbox", "held", "reports", "archive"):
            (root / name).mkdir()
        State(self.state).close()
        self.count = 0

    def request(
        self, data: bytes | str, name: bytes = b"claims.837", records: Iterable[Path] = (), **more: Any
    ) -> Request:
        """A request for an input with these bytes, which stands in the archive already."""
        self.count += 1
        job = f"job-{self.count:016x}"
        source = self.root / "archive" / os.fsdecode(name)
        source.write_bytes(data if isinstance(data, bytes) else data.encode())
        places = {
            kind: Place(
                folder=str(self.root / folder),
                temporary=temporary(job, kind),
                name=os.fsdecode(stem_of(name) + (ending or suffix_of(name))),
            )
            for kind, (folder, ending) in KINDS.items()
        }
        return Request(
            job=job,
            source=str(source),
            input_name=shown(name),
            records=tuple(map(str, records)),
            places=places,
            archive_path=str(source),
            today=TODAY,
            **more,
        )

    def publish(self, request: Request) -> dict[str, Path]:
        """Give the outputs their names, as the daemon does; returns them by kind."""
        published = {}
        for kind, place in request.places.items():
            path = Path(place.folder) / place.temporary
            if path.exists():
                published[kind] = path.rename(path.with_name(place.name))
        return published

    def temporaries(self) -> list[Path]:
        return sorted(self.root.rglob(".scrubber-*.tmp"))


def bills(count: int) -> str:
    """One file of so many claims."""
    return interchange(*(Bill(number=f"PCN{n}", member=f"1EG4TE{n:05}") for n in range(count)))
