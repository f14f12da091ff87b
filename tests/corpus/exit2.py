"""Which public files cannot be scrubbed at all, by the contract's definition, told without the product.

    PYTHONPATH=tests python -m corpus.exit2        # rewrites exit2.csv

Exit 2 is due to: no ISA; a last interchange without its IEA; no 005010X222 transaction at all (X222, X222A1 and
X222A2 count). ``certain`` is no where the contract does not settle it: an ISA of the wrong width may be read or
refused, and GS08 may speak louder than ST03 or not.
"""

import csv
import sys
from collections.abc import Iterator

import counting
from corpus.dispositions import HERE, corpus_files, corpus_folder

VERSIONS = {b"005010X222", b"005010X222A1", b"005010X222A2"}
ISA_WIDTH = 106  # of a well-formed header, terminator included


def reason(data: bytes) -> tuple[str, bool] | None:
    """Why the file is exit 2 and whether that is certain; None when it can be scrubbed."""
    found = counting.interchanges(data)
    if not found:
        return "no ISA", True
    if found[-1].segments[-1].id != b"IEA":
        return "last interchange without IEA", True
    pairs = [pair for interchange in found for pair in versions(interchange)]
    if not any(VERSIONS & pair for pair in pairs):
        return "no 005010X222 transaction", True
    if not any(pair <= VERSIONS for pair in pairs):
        return "GS08 and ST03 disagree", False
    if any(header_width(interchange) != ISA_WIDTH for interchange in found):
        return "ISA of the wrong width", False
    return None


def versions(interchange: counting.Interchange) -> Iterator[set[bytes]]:
    """GS08 and ST03, as far as they are filled, of each 837."""
    gs08 = b""
    for segment in interchange.segments:
        if segment.id == b"GS":
            gs08 = segment.value(8).strip()
        elif segment.id == b"ST" and segment.value(1) == b"837":
            yield {gs08, segment.value(3).strip()} - {b""}


def header_width(interchange: counting.Interchange) -> int:
    return len(interchange.segments[0].raw) + 1


def main() -> int:
    folder = corpus_folder()
    if folder is None:
        print("no corpus: set SCRUBBER_CORPUS", file=sys.stderr)  # noqa: T201
        return 2
    with (HERE / "exit2.csv").open("w", encoding="utf-8", newline="") as stream:
        rows = csv.writer(stream, lineterminator="\n")
        rows.writerow(["file", "reason", "certain"])
        for file in corpus_files(folder):
            if found := reason((folder / file).read_bytes()):
                rows.writerow([file, found[0], "yes" if found[1] else "no"])
    return 0


if __name__ == "__main__":
    sys.exit(main())
