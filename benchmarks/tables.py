"""What importing a whole quarter of pair edits takes, and looking pairs up in it.

    python -m benchmarks.tables [--rows N] [--sheets] [--from FILE.csv.xz]

Without ``--from`` the rows are invented, as many as a quarter has. FILE is a table of real rows with the columns column
1, column 2, deletion date, indicator, reason. Times are for reading, never a pass or a fail. Exit code 1 says that a
step could not run.
"""

import argparse
import csv
import gc
import json
import lzma
import mmap
import random
import sqlite3
import struct
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from itertools import islice
from pathlib import Path

from benchmarks.table_files import invented_pairs, write_pairs, write_sheet

FOLDER = Path(__file__).parent
QUARTER = 2_633_389
"""Rows of the third quarter of 2026."""

PARTS = 4
ON = date(2024, 8, 1)
ASKED = 10_000
_OPEN_ENDED = {"", "NA", "9999-12-31"}
_RECORD = struct.Struct(">5s5sIIBB")


def main(arguments: list[str] | None = None) -> int:
    """Make the files, import them in a process of their own, look up, and print what each took."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.tables", description=__doc__.partition("\n")[0])
    parser.add_argument("--rows", type=int, default=QUARTER, metavar="N")
    parser.add_argument("--sheets", action="store_true", help="import the same rows as .xlsx as well")
    parser.add_argument("--from", dest="source", type=Path, metavar="FILE", help="real rows instead of invented ones")
    given = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        rows = list(real_pairs(given.source) if given.source else invented_pairs(given.rows))
        share = -(-len(rows) // PARTS)
        texts = [
            write_pairs(folder / f"ccipra-v302r0-f{part + 1}.txt", islice(rows, part * share, (part + 1) * share))
            for part in range(PARTS)
        ]
        print(f"{len(rows):,} rows in {PARTS} files, {sum(path.stat().st_size for path in texts) / 1e6:.0f} MB as text")
        failed = not took("import of .txt", folder, texts, "text")
        failed |= not took("the same again", folder, texts, "text")
        if given.sheets:
            sheets = [
                write_sheet(path.with_suffix(".xlsx"), (line.split("\t") for line in lines_of(path))) for path in texts
            ]
            print(f"  as .xlsx {sum(path.stat().st_size for path in sheets) / 1e6:.0f} MB")
            failed |= not took("import of .xlsx", folder, sheets, "sheets")
        if not failed:
            look_up(folder / "text", rows)
        compare(folder, rows)
    return 1 if failed else 0


def real_pairs(path: Path) -> Iterator[tuple[str, ...]]:
    """Rows of a table without effective dates, in the seven cells of CMS."""
    with lzma.open(path, "rt", encoding="latin-1", newline="") as file:
        reader = csv.reader(file)
        next(reader)
        for one, two, deleted, indicator, reason in reader:
            last = "*" if deleted in _OPEN_ENDED else deleted.replace("-", "")
            yield one, two, "", last if indicator == "9" else "", last, indicator, reason


def lines_of(path: Path) -> Iterator[str]:
    """Lines of a file without their ends."""
    with path.open(encoding="latin-1", newline="") as file:
        yield from (line.rstrip("\r\n") for line in file)


def took(title: str, folder: Path, files: Sequence[Path], store: str) -> bool:
    """Run one import as a user starts it and print what it took."""
    scrubber = str(Path(sys.executable).parent / "scrubber")
    (folder / "scrubber.toml").write_text(f'[tables]\nfolder = "{folder / store}"\n', encoding="utf-8")
    command = [scrubber, "tables", "import", *map(str, files), "--settings", str(folder / "scrubber.toml")]
    launcher = [sys.executable, "-I", "-S", str(FOLDER / "measure.py"), *command]
    done = subprocess.run(launcher, capture_output=True, text=True, check=True, env={})
    taken = json.loads(done.stdout)
    if taken["code"]:
        print(f"  {title}: {taken['said']}")
        return False
    print(
        f"  {title:<18} {taken['seconds']:6.1f} s, {taken['processor']:6.1f} s of processor,"
        f" {taken['peak'] / 2**20:5.0f} MiB"
    )
    return True


def look_up(store: Path, rows: Sequence[tuple[str, ...]]) -> None:
    """Open what was imported and ask pairs of it, half of them in the table: first answers and repeated ones."""
    from scrubber.tables.folder import find_imported
    from scrubber.tables.tableset import load_tables

    gc.freeze()  # millions of rows are kept here to ask for; no user's process holds them
    load_tables().ptp("ncci-ptp-medicare")
    start = time.perf_counter()
    pairs = load_tables(find_imported(store)).ptp("ncci-ptp-medicare")
    pairs.pair("97110", "97150", ON)
    print(f"  open and first answer {1e3 * (time.perf_counter() - start):.1f} ms")
    asked = questions(rows)
    for title in ("first", "again"):
        print(f"  {title:<6} {each(lambda a, b: pairs.pair(a, b, ON), asked):.2f} us a pair, both orders")


def compare(folder: Path, rows: Sequence[tuple[str, ...]]) -> None:
    """The two ways that were weighed against each other, bare: an SQLite file, and a sorted file of fixed width."""
    records = sorted(
        _RECORD.pack(one.encode(), two.encode(), int(first or 0), 0 if last == "*" else int(last), int(indicator), 0)
        for one, two, _, first, last, indicator, _ in rows
    )
    asked = questions(rows)
    database_path, sorted_path = folder / "bare.db", folder / "bare.bin"
    start = time.perf_counter()
    sorted_path.write_bytes(b"".join(records))
    print(f"bare sorted file: write {time.perf_counter() - start:.1f} s, {sorted_path.stat().st_size / 1e6:.0f} MB")
    start = time.perf_counter()
    with sorted_path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as view:
        print(f"  open {1e3 * (time.perf_counter() - start):.2f} ms")
        print(f"  {each(lambda a, b: found(view, a, b) + found(view, b, a), asked):.2f} us a pair, both orders")
    start = time.perf_counter()
    database = sqlite3.connect(database_path)
    database.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;")
    columns = "a TEXT, b TEXT, first INT, last INT, indicator INT, reason INT"
    database.execute(f"CREATE TABLE pair ({columns}, PRIMARY KEY (a, b, first, last, indicator)) WITHOUT ROWID")
    unpacked = ((a.decode(), b.decode(), *rest) for a, b, *rest in map(_RECORD.unpack, records))
    database.executemany("INSERT OR IGNORE INTO pair VALUES (?, ?, ?, ?, ?, ?)", unpacked)
    database.commit()
    database.close()
    print(f"bare SQLite: write {time.perf_counter() - start:.1f} s, {database_path.stat().st_size / 1e6:.0f} MB")
    start = time.perf_counter()
    database = sqlite3.connect(f"{database_path.as_uri()}?mode=ro&immutable=1", uri=True)
    query = "SELECT * FROM pair WHERE a = ? AND b = ?"
    database.execute(query, ("97110", "97150")).fetchall()
    print(f"  open {1e3 * (time.perf_counter() - start):.2f} ms")

    def ask(a: str, b: str) -> object:
        return database.execute(query, (a, b)).fetchall() + database.execute(query, (b, a)).fetchall()

    print(f"  {each(ask, asked):.2f} us a pair, both orders")
    database.close()


def found(view: mmap.mmap, one: str, two: str) -> list[bytes]:
    """The records of a pair in a sorted file, by bisection."""
    key, width = (one + two).encode(), _RECORD.size
    low, high = 0, len(view) // width
    while low < high:
        middle = (low + high) // 2
        if view[middle * width : middle * width + 10] < key:
            low = middle + 1
        else:
            high = middle
    records = []
    while view[low * width : low * width + 10] == key:
        records.append(view[low * width : (low + 1) * width])
        low += 1
    return records


def questions(rows: Sequence[tuple[str, ...]]) -> list[tuple[str, str]]:
    """Pairs to ask: half of them in the table, half of two codes of it at random; always the same ones."""
    choice = random.Random(1)
    picked = [choice.choice(rows) for _ in range(ASKED)]
    there = [(row[0], row[1]) for row in picked[: ASKED // 2]]
    return [*there, *((row[0], choice.choice(picked)[1]) for row in picked[ASKED // 2 :])]


def each(ask: Callable[[str, str], object], asked: Sequence[tuple[str, str]]) -> float:
    """Microseconds of processor a question."""
    start = time.process_time()
    for one, two in asked:
        ask(one, two)
    return (time.process_time() - start) / len(asked) * 1e6


if __name__ == "__main__":
    sys.exit(main())
