"""What is in the inbox, what of it can be taken, and what the rest waits for.

Scanning is the truth: a file is judged by what our own scans saw of it, on the monotonic clock. Its times of change
are only ever compared with each other, never with a clock, so that a clock that is set back or forward changes nothing.
"""

from __future__ import annotations

import os
import stat
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Set
from pathlib import Path
from typing import NamedTuple

from scrubber.settings.settings import Watch
from scrubber.watch import complete
from scrubber.watch.clock import Clock
from scrubber.watch.companions import claims_stem, done_names, is_input, is_records, records_stems
from scrubber.watch.complete import Complete, Incomplete, NotInterchange, Verdict
from scrubber.watch.folders import TAKEN
from scrubber.watch.listed_records import ListedRecords

OURS = os.fsencode(TAKEN)
"""The private folder in the inbox: what is in it is in hand."""
NOT_REGULAR = "it is no regular file (a folder, a link or a pipe)"
CHANGING = "it is changing, or was not there long enough"
IN_LINE = "its turn has not come"
NO_DONE_FILE = "its .done file is not there"
RECORDS_CHANGING = "its records file is changing"
NO_RECORDS = "its records are not there yet"
NO_CLAIMS = "no claims file of its name is there"
CLAIMS_WAIT = "its claims file waits"
AMBIGUOUS = "another claims file of its stem is there, and the records could belong to either: rename one of them"
UNREADABLE = "it cannot be read"


class Entry(NamedTuple):
    """One input in the inbox as one scan saw it. Size in bytes, times in nanoseconds as the file system gives them.

    ``fault`` says in the system's words why it could not be looked at; the numbers are 0 then.
    """

    name: bytes
    regular: bool
    device: int
    inode: int
    size: int
    mtime_ns: int
    ctime_ns: int
    fault: str = ""


class Scan(NamedTuple):
    """One look at the whole inbox, and how long it took. ``ignored`` counts names left alone, such as .part."""

    entries: tuple[Entry, ...]
    took_seconds: float
    ignored: int = 0


class Ripe(NamedTuple):
    """A claims file that can be taken, with its records files, all unchanged; or one that can only fail.

    ``done`` is the name of its .done file where one is there.
    """

    entry: Entry
    verdict: Complete | NotInterchange
    records: tuple[Entry, ...] = ()
    done: bytes | None = None


class Waiting(NamedTuple):
    """An input that is not ripe. ``seconds`` since our first scan that saw it, ``unchanged_seconds`` since the scan
    that saw it as it is now. ``incomplete`` tells what could be answered when it never becomes whole."""

    entry: Entry
    reason: str
    seconds: float
    unchanged_seconds: float
    incomplete: Incomplete | None = None


class _Seen:
    """What is remembered of one name from scan to scan."""

    __slots__ = (
        "entry",
        "first_scan",
        "first_seen",
        "given",
        "is_records",
        "looks",
        "reason",
        "since",
        "stems",
        "verdict",
    )

    def __init__(self, entry: Entry, scan: int, at: float) -> None:
        self.first_scan = scan
        self.first_seen = at
        self.is_records = is_records(entry.name)
        self.stems = records_stems(entry.name) if self.is_records else (claims_stem(entry.name),)
        """Of claims their own; of records those of the claims that they can belong to."""
        self.given = 0
        """The last scan after which it was given as ripe."""
        self.change(entry, at)

    def change(self, entry: Entry, at: float) -> None:
        self.entry = entry
        self.since = at
        self.looks = 1
        self.verdict: Verdict | None = None
        self.reason = ""
        """Why it was not ripe when it was last judged."""

    @property
    def order(self) -> tuple[int, int, bytes]:
        return self.first_scan, self.entry.mtime_ns, self.entry.name


class Scanner:
    """Looks at the inbox again and again. Not for two threads.

    ``records_files`` gives the files of ``[records] paths``: all claims wait until these are unchanged too, and may
    wait for one of their name. ``most`` is ``max-bytes``. ``meanwhile`` is called while a file is read, and may scan.
    """

    def __init__(
        self,
        inbox: Path,
        clock: Clock,
        watch: Watch,
        *,
        records_files: Callable[[], Iterable[Path]] = tuple,
        most: int = 2_000_000_000,
        meanwhile: Callable[[], None] = lambda: None,
    ) -> None:
        self._inbox = os.fsencode(inbox)
        self._clock = clock
        self._watch = watch
        self.listed = ListedRecords(records_files)
        self._most = most
        self._meanwhile = meanwhile
        self._seen: dict[bytes, _Seen] = {}
        self._scans = 0
        self._began = 0.0
        self.listed_are_quiet = False
        """Whether the files of ``[records] paths`` may be read: the last two scans saw each of them just so."""
        self._done_files: frozenset[bytes] = frozenset()
        self._claims_stems: Counter[bytes] = Counter()
        """How many claims files there are of a stem."""
        self._records: dict[bytes, list[_Seen]] = {}
        self._queue: Iterator[_Seen] = iter(())

    def scan(self, in_hand: Set[tuple[bytes, int | None]] = frozenset()) -> Scan:
        """Look at every name in the inbox. Raises OSError when the inbox cannot be read, and then forgets nothing.

        ``in_hand`` are names and inodes of files that a job is about to take: they wait for nothing.
        """
        began = self._clock.monotonic()
        entries, done_files, ignored = self._look()
        ended = self._clock.monotonic()
        self.listed.look(self._clock.monotonic)
        self._scans += 1
        self._began = began
        self.listed_are_quiet = self.listed.are_quiet(began, self._watch.quiet_seconds)
        self._done_files = done_files
        before, self._seen = self._seen, {}
        for entry in entries:
            if (entry.name, entry.inode) not in in_hand:
                self._seen[entry.name] = self._remembered(before.get(entry.name), entry, ended)
        order = sorted(self._seen.values(), key=lambda seen: seen.order)
        self._queue = iter([seen for seen in order if not seen.is_records])
        self._companions(order)
        return Scan(tuple(seen.entry for seen in order), ended - began, ignored)

    def _look(self) -> tuple[Iterable[Entry], frozenset[bytes], int]:
        entries, done_files, ignored = {}, set(), 0
        with os.scandir(self._inbox) as names:
            for each in names:
                name = each.name
                if name not in self._seen and not is_input(name):
                    if name.lower().endswith(b".done"):
                        done_files.add(name)
                    elif name != OURS:
                        ignored += 1
                    continue
                try:
                    found = each.stat(follow_symlinks=False)
                except FileNotFoundError:  # gone since the folder was read
                    continue
                except OSError as error:  # it says something of this one name
                    entries[name] = Entry(name, False, 0, 0, 0, 0, 0, error.strerror or "")
                    continue
                regular = stat.S_ISREG(found.st_mode)
                size = found.st_size if regular else 0
                times = found.st_mtime_ns, found.st_ctime_ns
                entries[name] = Entry(name, regular, found.st_dev, found.st_ino, size, *times)
        return entries.values(), frozenset(done_files), ignored

    def _remembered(self, seen: _Seen | None, entry: Entry, at: float) -> _Seen:
        if seen is None or (seen.entry.device, seen.entry.inode) != (entry.device, entry.inode):
            return _Seen(entry, self._scans, at)
        if seen.entry != entry:
            seen.change(entry, at)
        else:
            seen.looks += 1
        return seen

    def _companions(self, order: list[_Seen]) -> None:
        self._claims_stems = Counter(seen.stems[0] for seen in order if seen.entry.regular and not seen.is_records)
        self._records = {}
        for seen in order:
            if seen.is_records:
                for stem in seen.stems:
                    self._records.setdefault(stem, []).append(seen)

    def ripe(self, limit: int) -> list[Ripe]:
        """Up to ``limit`` claims files that can be taken, the longest there first; each at most once a scan.

        Order: the scan that saw it first, then its time of change, then its name. Reads files to see whether they are
        whole, each once as long as it does not change.
        """
        found: list[Ripe] = []
        while len(found) < limit and (seen := next(self._queue, None)):
            ripe = self._judge(seen) if seen.given != self._scans else None
            if ripe is not None:
                found.append(ripe)
                for entry in (ripe.entry, *ripe.records):
                    self._seen[entry.name].given = self._scans
        return found

    def _judge(self, seen: _Seen) -> Ripe | None:
        """The claims file as ripe, or None with the reason noted."""
        entry = seen.entry
        done = next((name for name in done_names(entry.name) if name in self._done_files), None)
        if not entry.regular:
            seen.reason = NOT_REGULAR
        elif not self._is_quiet(seen):
            seen.reason = ""
        elif self._watch.done_companion and done is None:
            seen.reason = NO_DONE_FILE
        else:
            return self._judge_content(seen, done)
        return None

    def _judge_content(self, seen: _Seen, done: bytes | None) -> Ripe | None:
        entry = seen.entry
        if seen.verdict is None:
            try:
                verdict = complete.judge(self._inbox + b"/" + entry.name, entry.size, self._most, self._meanwhile)
            except OSError as error:
                seen.reason = f"{UNREADABLE} ({error.strerror})"
                return None
            if self._seen.get(entry.name) is not seen or seen.entry != entry:
                return None  # it changed while it was read, as a scan made meanwhile has seen
            seen.verdict = verdict
        if isinstance(seen.verdict, Incomplete):
            seen.reason = seen.verdict.reason
            return None
        if isinstance(seen.verdict, NotInterchange):
            return Ripe(entry, seen.verdict, (), done)
        [stem] = seen.stems
        records = [each for each in self._records.get(stem, []) if self._is_free(each)]
        if records and self._claims_stems[stem] > 1:
            seen.reason = AMBIGUOUS
            return None
        missing = self._missing_records(seen, records)
        if missing:
            seen.reason = missing
            return None
        return Ripe(entry, seen.verdict, tuple(each.entry for each in records), done)

    def _missing_records(self, claims: _Seen, records: list[_Seen]) -> str:
        """What the claims wait for, empty when they need not wait. Records that are there are always waited for."""
        if not all(map(self._is_quiet, records)) or not self.listed_are_quiet:
            return RECORDS_CHANGING
        if records or self._began - claims.since >= self._watch.records_wait_seconds:
            return ""
        return "" if claims.stems[0] in self.listed.stems else NO_RECORDS

    def _is_quiet(self, seen: _Seen) -> bool:
        """Two scans saw it just so, with ``quiet-seconds`` between the end of the first and the start of the last."""
        return seen.looks > 1 and self._began - seen.since >= self._watch.quiet_seconds

    def _is_free(self, records: _Seen) -> bool:
        """Not a pipe or the like, and not given to another claims file of the same stem."""
        return records.entry.regular and records.given != self._scans

    def taken(self, name: bytes) -> None:
        """An input was taken that was not ripe: it does not wait any more."""
        if name in self._seen:
            self._seen[name].given = self._scans

    def waiting(self) -> list[Waiting]:
        """Every input of the last scan that ``ripe`` has not given since, each with its reason; no order."""
        return [
            Waiting(
                seen.entry,
                self._reason(seen),
                max(0.0, self._began - seen.first_seen),
                max(0.0, self._began - seen.since),
                seen.verdict if isinstance(seen.verdict, Incomplete) else None,
            )
            for seen in self._seen.values()
            if seen.given != self._scans
        ]

    def _reason(self, seen: _Seen) -> str:
        if not seen.entry.regular:
            return f"{UNREADABLE} ({seen.entry.fault})" if seen.entry.fault else NOT_REGULAR
        if not self._is_quiet(seen):
            return CHANGING
        if not seen.is_records:
            return seen.reason or IN_LINE
        return CLAIMS_WAIT if any(stem in self._claims_stems for stem in seen.stems) else NO_CLAIMS
