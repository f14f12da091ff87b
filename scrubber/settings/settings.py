"""The effective settings of one job."""

from __future__ import annotations

import glob
from collections.abc import Iterable
from datetime import date
from functools import cached_property
from pathlib import Path

import msgspec

from scrubber.settings.keys import ConformanceChoice, FixChoice
from scrubber.settings.profile import Profile
from scrubber.settings.rule_codes import ALWAYS_REPORTED, FAMILIES
from scrubber.settings.waivers import Waiver

SCRUBBER_NAME = "scrubber.toml"


class Watch(msgspec.Struct, frozen=True):
    """The watched folder: folders and the state's file (absolute with a settings file), and waits.

    What ends in ``_seconds``, ``_minutes`` and ``_megabytes`` is in these; a megabyte has 1,000,000 bytes. None in
    ``metrics_port``, ``metrics_file`` and ``ledger`` means that there is none. ``audit_log`` stands beside ``state`` by
    default.
    """

    inbox: Path = Path("inbox")
    outbox: Path = Path("outbox")
    held: Path = Path("held")
    reports: Path = Path("reports")
    archive: Path = Path("archive")
    failed: Path = Path("failed")
    state: Path = Path("state/watch.db")
    scan_seconds: float = 1
    quiet_seconds: float = 10
    incomplete_minutes: float = 60
    records_wait_seconds: float = 0
    done_companion: bool = False
    stuck_minutes: float = 30
    worker_seconds: float = 3600
    worker_megabytes: int = 4096
    metrics_port: int | None = None
    metrics_file: Path | None = None
    audit_log: Path | None = None
    ledger: Path | None = None

    @property
    def audit_file(self) -> Path:
        """Where the audit log is."""
        return self.audit_log or self.state.with_name("audit.jsonl")


CHOICES_KEPT = 16_384
"""Payers, filing indicators and days whose profile is remembered."""


class Settings(msgspec.Struct, frozen=True, dict=True):
    """What one job goes by. Picklable; nothing in it changes.

    ``select`` and ``ignore`` hold rule codes and families. ``timezone`` None is the machine's. ``max_bytes`` is in
    bytes. A str in ``records_paths`` is a path or pattern relative to the settings file, a Path is taken as it is.
    ``tables_folder`` is where imported tables live, absolute with a settings file; None is the user's own folder.
    ``payers`` holds every profile, the earlier first. ``origins`` says where each value came from, by its key as
    written; ``file`` is the settings file, None where there is none.

    ``unsafe_by_profile`` is no key of the file: the watched folder sets it, where nobody looks at what ``fix`` "unsafe"
    does. UNSAFE fixes then apply only to claims whose profile has ``apply_raises``.

    ``conformance`` says which claims are judged against the guide: all ("full"), those that a fix changed, or none.
    """

    payers: tuple[Profile, ...]
    select: tuple[str, ...] = FAMILIES
    ignore: tuple[str, ...] = ()
    fix: FixChoice = "safe"
    unsafe_by_profile: bool = False
    conformance: ConformanceChoice = "full"
    timezone: str | None = None
    max_bytes: int = 2_000_000_000
    records_paths: tuple[str | Path, ...] = ()
    tables_folder: Path | None = None
    watch: Watch = Watch()
    waivers: tuple[Waiver, ...] = ()
    origins: dict[str, str] = msgspec.field(default_factory=dict)
    file: str | None = None

    def runs(self, rule: str) -> bool:
        """Whether findings of a rule are wanted: a code speaks before its family, and ``ignore`` before ``select``.

        Envelope, guide and internal findings always are.
        """
        family = rule[:1]
        if family in ALWAYS_REPORTED:
            return True
        if rule in self.ignore or rule in self.select:
            return rule not in self.ignore
        return family in self.select and family not in self.ignore

    def waiver_for(self, rule: str, claim: str, today: date) -> Waiver | None:
        """The waiver in force for findings of a rule on the claim of that number (CLM01)."""
        if rule[:1] in ALWAYS_REPORTED:
            return None
        found = (each for each in self.waivers if (each.rule, each.claim) == (rule, claim) and each.until >= today)
        return next(found, None)

    def profile_for(self, payer_id: str, filing: str, on: date | None) -> Profile:
        """The profile for a claim of this payer (2010BB NM109), filing indicator (SBR09) and date of service.

        The first that matches by payer id, else the first that matches by filing indicator, else ``default``. A claim
        without a readable date (None) fits only profiles without dates.
        """
        key = (payer_id, filing, on)
        found = self._chosen.get(key)
        if found is None:
            found = self._choose(payer_id, filing, on)
            if len(self._chosen) < CHOICES_KEPT:
                self._chosen[key] = found
        return found

    def _choose(self, payer_id: str, filing: str, on: date | None) -> Profile:
        by_payer_id, by_filing, fallback = self._choice
        for candidates in (by_payer_id.get(payer_id, ()), by_filing.get(filing, ())):
            for profile in candidates:
                if profile.covers(on):
                    return profile
        return next(profile for profile in fallback if profile.covers(on))

    @cached_property
    def _chosen(self) -> dict[tuple[str, str, date | None], Profile]:
        """Profiles that were chosen already: a file asks for the same few payers and days again and again."""
        return {}

    @cached_property
    def _choice(self) -> tuple[dict[str, list[Profile]], dict[str, list[Profile]], list[Profile]]:
        by_payer_id: dict[str, list[Profile]] = {}
        by_filing: dict[str, list[Profile]] = {}
        for profile in self.payers:
            for payer_id in profile.match_payer_id:
                by_payer_id.setdefault(payer_id, []).append(profile)
            for filing in profile.match_filing:
                by_filing.setdefault(filing, []).append(profile)
        return by_payer_id, by_filing, [profile for profile in self.payers if profile.name == "default"]

    def records_files(self) -> tuple[Path, ...]:
        """``records_paths`` with patterns looked up on disk, sorted within each; a pattern may match nothing yet.

        A path without wildcards stands as it is, there or not, so that its reader can say that it is missing.
        """
        folder = Path(self.file).parent if self.file else Path()
        return tuple(path for entry in self.records_paths for path in _expand(entry, folder))


def _expand(entry: str | Path, folder: Path) -> Iterable[Path]:
    if isinstance(entry, Path):
        return (entry,)
    literal = folder / entry
    if not glob.has_magic(entry) or literal.exists():
        return (literal,)
    # Path.glob takes no absolute pattern, and such a one is allowed here.
    return (folder / found for found in sorted(glob.glob(entry, root_dir=folder, recursive=True)))  # noqa: PTH207
