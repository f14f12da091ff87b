"""Compare the verdicts of the compiled guide and of pyx12 on many transactions at once; the differences that are meant.

All faults are compared, in the order in which they come out: segment, element, component and code. Behind a segment
for which there is no place only validity is compared: what follows from it is pyx12's cascade.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from itertools import groupby
from pathlib import Path
from typing import NamedTuple

from conform.pyx12_verdicts import Verdict, judged_by_pyx12

from scrubber.claims.index import index
from scrubber.conform.compiled.whole_file import judge_transaction
from scrubber.conform.guide_fault import GuideFault

What = tuple[str, int | None, int | None, str]
ISA = "ISA*00*          *00*          *ZZ*RR100          *ZZ*00123          *260309*1015*^*00501*000000001*0*T*:~"
GS = "GS*HC*RR100*00123*20260309*1015*1*X*005010X222A1~"
BEFORE = 2  # segments before the first ST
USABLE = re.compile(r"[A-Z][A-Z0-9]{1,2}")


class Compared(NamedTuple):
    """One transaction as both see it. ``stopped`` says that pyx12 did not read to its end."""

    texts: Sequence[str]
    ours: list[GuideFault]
    theirs: list[Verdict]
    crash: str = ""
    stopped: bool = False


class Difference(NamedTuple):
    """A difference that is meant: pyx12 is wrong there, for the reason."""

    name: str
    reason: str
    holds: Callable[[Compared], bool]


def compare(transactions: Sequence[Sequence[str]], map_path: Path | None = None) -> Iterator[Compared]:
    """Judge transactions, each given as its segments, by both: in one file as long as pyx12 gets through it."""
    text, ends = a_file(transactions)
    theirs = judged_by_pyx12(text, None if map_path is None else str(map_path))
    if (theirs.crash or theirs.lines < ends[-1]) and len(transactions) > 1:
        middle = len(transactions) // 2
        yield from compare(transactions[:middle], map_path)
        yield from compare(transactions[middle:], map_path)
        return
    source = text.encode("latin-1")
    ours = [judge_transaction(source, transaction, map_path) for transaction in index(source).transactions()]
    assert len(ours) == len(transactions)
    starts = [BEFORE, *ends[:-1]]
    by_line = {line: list(errors) for line, errors in groupby(theirs.errors, key=lambda error: error.line)}
    for texts, judged, start, end in zip(transactions, ours, starts, ends, strict=True):
        own = [error for line in range(start + 1, end + 1) for error in by_line.get(line, ())]
        faults = [placed.fault for placed in judged.faults]
        stopped = theirs.lines < end
        yield Compared(texts, faults, own, theirs.crash, stopped and not theirs.crash)


def a_file(transactions: Sequence[Sequence[str]]) -> tuple[str, list[int]]:
    """The transactions as one interchange, numbered and counted, and the number of the last segment of each."""
    body: list[str] = []
    ends = []
    for number, texts in enumerate(transactions, start=1):
        head = texts[0].split("*")
        tail = texts[-1].split("*")
        if head[0] == "ST" and head[2:3] == ["ABCD"]:
            head[2] = f"{number:04d}"
        if tail[0] == "SE" and tail[2:3] == ["ABCD"]:
            tail[2] = f"{number:04d}"
            tail[1] = str(sum(1 for text in texts if text.strip()))
        body += ["*".join(head), *texts[1:-1], "*".join(tail)]
        ends.append(BEFORE + len(body))
    return f"{ISA}{GS}{'~'.join(body)}~GE*{len(transactions)}*1~IEA*1*000000001~", ends


def agrees(case: Compared) -> bool:
    """The same faults in the same order, up to where pyx12 has lost its way; and as valid."""
    if case.crash or case.stopped or bool(case.ours) != bool(case.theirs):
        return False
    ours, theirs = ours_of(case), theirs_of(case)
    lost = next((place for place, error in enumerate(theirs) if error[-1] == "lost"), None)
    if lost is not None:
        return ours[: lost + 1] == theirs[: lost + 1]
    return ours == theirs and envelope_of(case)


def theirs_of(case: Compared) -> list[What | tuple[str, str]]:
    """pyx12's faults of the guide, where it says one thing twice only once."""
    found: list[What | tuple[str, str]] = []
    for error in case.theirs:
        segment = error.segment if USABLE.fullmatch(error.segment) else ""
        if error.unexpected or error[2:5] == (None, None, "2"):  # not expected, or not used by an overlay
            found.append((segment, "lost"))
        elif error.segment not in ("st", "gs", "isa"):
            what = (segment, *error.what[1:])
            if what[1:] == (None, None, "8") and found[-1:] == [what]:
                continue  # a segment without data that ends in a separator is both
            found.append(what)
    return found


def ours_of(case: Compared) -> list[What | tuple[str, str]]:
    """Our faults of the guide; IK304 1 and 2 are one for pyx12."""
    found: list[What | tuple[str, str]] = []
    for fault in case.ours:
        if fault.kind == "transaction":
            continue
        lost = (
            fault.code in ("1", "2") and fault.kind == "segment" and not fault.message.endswith("begins with a space")
        )
        found.append((fault.segment_id, "lost") if lost else fault[:4])
    return found


def envelope_of(case: Compared) -> bool:
    """The same of SE: its count and its control number."""
    ours = sorted(fault.code for fault in case.ours if fault.kind == "transaction")
    return ours == sorted(error.code for error in case.theirs if error.segment == "st")


def _empty_segment(case: Compared) -> bool:
    empty = any(not text.strip("\r\n\t ") for text in case.texts)
    said = any(fault.message.startswith("An empty segment") for fault in case.ours)
    return empty and said and (case.stopped or case.crash == "IndexError")


def _too_many_components(case: Compared) -> bool:
    return case.crash == "IndexError" and any(fault.code == "13" for fault in case.ours)


def _two_dashes(case: Compared) -> bool:
    ranges = [text.split("*")[3] for text in case.texts if text.startswith("DTP*") and "*RD8*" in text]
    said = any(fault[:4] == ("DTP", 3, None, "8") for fault in case.ours)
    return case.crash == "ValueError" and said and any(value.count("-") > 1 for value in ranges)


def _repetition(case: Compared) -> bool:
    """Both without what is said of elements of the segments that hold a repetition separator."""
    repeated = {text.split("*")[0].strip() for text in case.texts if "^" in text}
    said = {fault.segment_id for fault in case.ours if fault.code == "12"}
    ours = [fault for fault in case.ours if fault.element is None or fault.segment_id not in repeated]
    theirs = [error for error in case.theirs if error.element is None or error.segment not in repeated]
    return bool(said) and said <= repeated and agrees(case._replace(ours=ours, theirs=theirs))


def _long_segment(case: Compared) -> bool:
    return case.stopped and any(len(text) > 8 * 1024 for text in case.texts) and bool(case.ours)


INTENDED = (
    Difference(
        "empty segment",
        "pyx12 stops reading at an empty segment without an error (at one of spaces it raises IndexError), so that what"
        " follows is not judged; we say that the segment is empty and go on.",
        _empty_segment,
    ),
    Difference(
        "too many components",
        "pyx12 raises IndexError for a fifth diagnosis pointer, a ninth part of a procedure and every other composite"
        " with too many parts; we say IK403 13 and judge the rest.",
        _too_many_components,
    ),
    Difference(
        "two dashes in a range of dates",
        "pyx12 raises ValueError for a date range with two dashes; we say that it is no date.",
        _two_dashes,
    ),
    Difference(
        "repetition",
        "pyx12 takes the repetition separator for text; no element that the 837P uses may repeat: IK403 12.",
        _repetition,
    ),
    Difference(
        "long segment",
        "pyx12 stops reading where a segment is longer than two of its blocks of 8 KiB; we judge it.",
        _long_segment,
    ),
)
"""What is said otherwise on purpose. Not among them, since only the words differ: where a missing segment is placed
(pyx12: the segment at which it came out), IK304 1 and 2 told apart, I10 for what must be empty, and the codes of LX and
HL; ``theirs_of`` and ``ours_of`` bring these to one form. Not here either: versions 005010X222 and X222A2, which pyx12
refuses, and bytes above 127 in a file that it opens itself."""


def intended(case: Compared) -> list[str]:
    """Names of the intended differences that explain a case; empty when none does."""
    return [each.name for each in INTENDED if each.holds(case)]
