"""Do the guarantees hold? Told from the folders alone, with nothing of the daemon's own code or state.

G1 every input ended in exactly one place, G2 no claim went out twice, G3 no input is lost or altered, G4 the outbox
never showed a partial file, G6 claims keep their order.
"""

from __future__ import annotations

import hashlib
import json
import os
import threading
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path

import counting

RECORDS = (b".csv", b".jsonl", b".ndjson")


def digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def read(folder: Path, *, private: bool = False) -> dict[bytes, bytes]:
    """Regular files of a folder by name; of those that begin with a dot only where asked."""
    return {
        os.fsencode(path.name): path.read_bytes()
        for path in folder.iterdir()
        if not path.is_symlink() and path.is_file() and (private or not path.name.startswith("."))
    }


class Consumer:
    """Looks at the outbox all the time and reads every file the moment it can be seen; may take it away at once."""

    def __init__(self, outbox: Path, *, takes: bool = False, keeps: bool = True) -> None:
        """``takes``: it removes what it has read. Not ``keeps``: it remembers a hash of it only."""
        self.outbox = outbox
        self.takes = takes
        self.keeps = keeps
        self.first: dict[bytes, bytes] = {}
        self.taken: dict[bytes, bytes] = {}
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)

    def __enter__(self) -> Consumer:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._stop.wait(0.001):
            if not self.outbox.is_dir():
                continue
            for path in self.outbox.iterdir():
                name = os.fsencode(path.name)
                if name.startswith(b".") or name in self.first:
                    continue
                data = path.read_bytes()
                self.first[name] = data if self.keeps else digest(data).encode()
                if self.takes:
                    path.unlink()
                    self.taken[name] = self.first.pop(name)


def check(
    folder: Path,
    puts: Iterable[bytes],
    *,
    consumer: Consumer | None = None,
    waiting: Iterable[bytes] = (),
    sent_again: Mapping[str, int] | None = None,
) -> list[str]:
    """What does not hold, in words; an empty list when all is well.

    ``puts`` are the bytes of every file that was put into the inbox, once for each time. ``waiting`` are the names that
    may still be there. ``sent_again`` says how often a claim (CLM01) may be out, where a rerun was asked for.
    """
    puts = list(puts)
    archived = {
        (os.fsencode(day.name), name): data
        for day in folder.joinpath("archive").iterdir()
        if not day.name.startswith(".")
        for name, data in read(day).items()
    }
    failed_folder = read(folder / "failed")
    failed = {n: d for n, d in failed_folder.items() if not n.endswith((b".why.json", b".ta1"))}
    kept = {digest(data) for data in (*archived.values(), *failed.values())}
    found = _leftovers(folder, set(waiting), kept)
    still = [data for name, data in read(folder / "inbox").items() if name in set(waiting)]
    found += _places(puts, [*archived.values(), *failed.values(), *still])
    found += _reasons(failed, failed_folder)
    outbox = read(folder / "outbox")
    if consumer is not None:
        found += [
            f"G4 the outbox showed {name!r} before it was whole"
            for name, data in consumer.first.items()
            if name in outbox and data not in (outbox[name], digest(outbox[name]).encode())
        ]
        outbox |= {b"fetched " + name: data for name, data in consumer.taken.items()}
    sources = {digest(data): data for (_, name), data in archived.items() if not name.lower().endswith(RECORDS)}
    return found + _claims(list(sources.values()), outbox, read(folder / "held"), sent_again or {})


def _leftovers(folder: Path, waiting: set[bytes], kept: set[str]) -> list[str]:
    """What stands where nothing should.

    A taken file stays for a while after its job has ended: meanwhile its bytes are in the archive or in failed too.
    """
    found = [f"G1 {name!r} is still in the inbox" for name in read(folder / "inbox") if name not in waiting]
    taken, copies = folder / "inbox" / ".scrubber-taken", folder / "archive" / ".scrubber-copies"
    if taken.is_dir():
        found += [
            f"G1 {path.name} is left in the private folder"
            for path in taken.iterdir()
            if path.name != "lock" and digest(path.read_bytes()) not in kept
        ]
    if copies.is_dir():
        found += [f"a copy is left: {path.name}" for path in copies.iterdir()]
    for key in ("outbox", "held", "reports", "archive", "failed"):
        found += [f"{key}: {name!r} is left" for name in read(folder / key, private=True) if name.startswith(b".")]
    return found


def _places(puts: list[bytes], there: list[bytes]) -> list[str]:
    """Every input's bytes are in archive or failed exactly as often as they were put into the inbox."""
    wanted, got = Counter(map(digest, puts)), Counter(map(digest, there))
    found = [f"G1/G3 {count} of {sha[:8]} are lost" for sha, count in (wanted - got).items()]
    return found + [f"G1/G3 {count} of {sha[:8]} are there that nobody put in" for sha, count in (got - wanted).items()]


def _reasons(failed: dict[bytes, bytes], folder: dict[bytes, bytes]) -> list[str]:
    found = []
    for name, data in failed.items():
        why = folder.get(name + b".why.json")
        if why is None:
            found.append(f"G1 failed/{name!r} without its why.json")
        elif (said := json.loads(why)).get("sha256") not in (digest(data), None) or not said.get("why"):
            found.append(f"G3 why.json of {name!r} is about other bytes, or says nothing")
    known = {name + end for name in failed for end in (b".why.json", b".ta1")}
    return found + [f"failed/{name!r} belongs to nothing" for name in folder.keys() - failed.keys() - known]


def _claims(
    sources: list[bytes], outbox: dict[bytes, bytes], held: dict[bytes, bytes], again: Mapping[str, int]
) -> list[str]:
    """Each claim of each archived file is in exactly one of outbox and held, in order, in valid envelopes."""
    found = []
    for key, files in (("outbox", outbox), ("held", held)):
        found += [f"G4 {key}/{name!r} holds no claim" for name, data in files.items() if not counting.claims(data)]
    found += [f"G4 outbox/{name!r}: {fault}" for name, data in outbox.items() for fault in counting.faults(data)]
    out = Counter(claim.id for data in outbox.values() for claim in counting.claims(data))
    found += [f"G2 claim {each} is out {n} times" for each, n in out.items() if n > again.get(each, 1)]
    by_first = {counting.claims(data)[0].id: data for data in outbox.values() if counting.claims(data)}
    held_by_claim = {claim.id: data for data in held.values() for claim in counting.claims(data)}
    known = set()
    for source in sources:
        ids = [claim.id for claim in counting.claims(source)]
        known.update(ids)
        corrected = next((by_first[each] for each in ids if each in by_first), None)
        back = next((held_by_claim[each] for each in ids if each in held_by_claim), None)
        if not counting.partitions(source, corrected, back):
            found.append(f"G1/G6 claims {ids[:3]} are not in exactly one of outbox and held, in order")
        if back is not None and not counting.faults(source):  # what is held whole keeps its faults
            found += [f"G4 what is held of {ids[:3]}: {fault}" for fault in counting.faults(back)]
    return found + [f"G3 claim {each} is out and was in no input" for each in out.keys() - known]
