"""The edit journal on disk: written, read back against its source, and what is said of a damaged one."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from properties.effort import examples

from scrubber.errors import ScrubberError
from scrubber.findings.finding import Evidence
from scrubber.findings.journal import CORRECTED, DERIVED, HELD, JournalEdit, replay
from scrubber.write.content import Content
from scrubber.write.journal_file import SCHEMA, Source, Written, journal_lines, read_head, read_journal, sha256

SOURCE = b"CLM*A1*120~SV1*HC:97110*120*UN*3~" + b"NM1*IL*1*ASHD\xd6WN~" + b"x" * 300
EDITS = (
    JournalEdit(CORRECTED, 7, 10, "80", DERIVED, ("U101",), "Follows from the lines", (), 1),
    JournalEdit(CORRECTED, 24, 27, "80", "U101", (), "Lower units", (Evidence("record N-1", "30 minutes"),), 1),
    JournalEdit(CORRECTED, 31, 31, "\xd6", "M201", ("U101", "M204"), "Add", (), 1),
    JournalEdit(HELD, 33, len(SOURCE), "", DERIVED, (), "Stands in the corrected file"),
)


def outputs() -> dict[str, tuple[str, bytes]]:
    return {target: (f"claims.{target}.837", replay(SOURCE, EDITS, target)) for target in (CORRECTED, HELD)}


def journal(
    edits: Iterable[JournalEdit], outputs: Mapping[str, tuple[str, bytes]], name: str = "claims.837",
    path: str | None = None, source: bytes = SOURCE,
) -> bytes:  # fmt: skip
    written = {
        target: Written(name, None, Content(lambda data=data: [data])) for target, (name, data) in outputs.items()
    }  # type: ignore[misc]
    return b"".join(journal_lines(Source(name, path, len(source), sha256(source)), source, edits, written))


def written() -> bytes:
    return journal(EDITS, outputs(), path="../claims.837")


def changed(number: int, **values: Any) -> bytes:
    """The journal with some keys of one line changed; None takes a key away."""
    lines = written().splitlines()
    entry = json.loads(lines[number])
    entry = {key: value for key, value in {**entry, **values}.items() if value is not None}
    lines[number] = json.dumps(entry).encode()
    return b"\n".join(lines) + b"\n"


def test_it_reads_back_what_was_written() -> None:
    read = read_journal(written(), SOURCE)
    assert read.edits == EDITS
    assert read.source["name"] == "claims.837"
    assert read.source["sha256"] == sha256(SOURCE)
    assert {target: told["name"] for target, told in read.outputs.items()} == {
        CORRECTED: "claims.corrected.837", HELD: "claims.held.837",
    }  # fmt: skip
    for target, (_, data) in outputs().items():
        assert read.outputs[target]["sha256"] == sha256(data)
        assert replay(SOURCE, read.edits, target) == data


def test_its_lines_are_what_the_contract_says() -> None:
    head, *edits, tail = [json.loads(line) for line in written().splitlines()]
    assert head["schema"] == SCHEMA
    assert head["source"]["bytes"] == len(SOURCE)
    assert tail["outputs"][CORRECTED]["bytes"] == len(outputs()[CORRECTED][1])
    assert edits[0] == {
        "edit": 1, "target": "corrected", "span": [7, 10], "before": "120", "after": "80", "rule": "derived",
        "caused_by": ["U101"], "reason": "Follows from the lines", "position": 1, "evidence": [],
    }  # fmt: skip
    assert edits[1]["evidence"] == [{"source": "record N-1", "states": "30 minutes"}]
    assert "position" not in edits[3]


def test_a_long_deletion_holds_length_and_hash() -> None:
    last = json.loads(written().splitlines()[4])
    removed = SOURCE[33:]
    assert "before" not in last
    assert (last["before_bytes"], last["before_sha256"]) == (len(removed), sha256(removed))


def test_a_long_replacement_holds_what_was_there() -> None:
    edit = JournalEdit(CORRECTED, 33, len(SOURCE), "N3*1~", "M210", (), "Shorter")
    made = replay(SOURCE, [edit], CORRECTED)
    data = journal([edit], {CORRECTED: ("claims.corrected.837", made)})
    assert json.loads(data.splitlines()[1])["before"] == SOURCE[33:].decode("latin-1")
    assert read_journal(data, SOURCE).edits == (edit,)


def test_a_journal_without_edits() -> None:
    data = journal((), {CORRECTED: ("claims.corrected.837", SOURCE)})
    read = read_journal(data, SOURCE)
    assert read.edits == ()
    assert replay(SOURCE, read.edits, CORRECTED) == SOURCE


def test_the_head_names_the_source() -> None:
    head = read_head(written())
    assert head == {"name": "claims.837", "path": "../claims.837", "bytes": len(SOURCE), "sha256": sha256(SOURCE)}


@pytest.mark.parametrize(
    "head", [b"", b"{", b"[]", b"{}", b'{"source":[]}', b'{"source":"x"}', b'{"source":{"name":"x"}}']
)
def test_a_head_that_names_no_source(head: bytes) -> None:
    with pytest.raises(ScrubberError, match="line 1 of the journal"):
        read_head(head + b"\n{}")


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "fewer than two lines"),
        (written().splitlines()[0], "fewer than two lines"),
        (written()[:-5], "line 6 of the journal is no JSON object"),
        (written().replace(b'{"edit":2', b'{"edit":', 1), "line 3 of the journal is no JSON object"),
        (b"\n".join(written().splitlines()[:-1]), "does not end with its outputs"),
        (changed(0, schema="claim-scrub-journal/9"), "does not begin with schema"),
        (changed(0, source=None), "line 1 of the journal"),
        (changed(1, before="121"), "line 2 of the journal: bytes 7 to 10 of the source"),
        (changed(1, span=[8, 11]), "line 2 of the journal: bytes 8 to 11 of the source"),
        (changed(4, before_sha256="0" * 64), "line 5 of the journal: bytes 33"),
        (changed(4, before_bytes=1), "line 5 of the journal: bytes 33"),
        (changed(1, span=None), "lacks its span"),
        (changed(1, span=[7]), "lacks its span"),
        (changed(1, span=["a", "b"]), "lacks its span"),
        (changed(1, span=[7.5, 10]), "lacks its span"),
        (changed(1, before=None), "lacks its span"),
        (changed(1, before=120), "lacks its span"),
        (changed(1, before="\u20ac"), "lacks its span"),
        (changed(1, after=None), "lacks its span"),
        (changed(1, after=80), "lacks its span"),
        (changed(1, after="\u20ac"), "lacks its span"),
        (changed(1, rule=None), "lacks its span"),
        (changed(1, caused_by=5), "lacks its span"),
        (changed(1, evidence=["x"]), "lacks its span"),
        (changed(1, target=None), "lacks its span"),
        (changed(5, outputs=[]), "does not name its outputs"),
        (changed(5, outputs={"corrected": {}}), "does not name its outputs"),
        (changed(5, outputs={}), "lacks an output"),
    ],
)  # fmt: skip
def test_a_damaged_journal_says_which_line(data: bytes, said: str) -> None:
    with pytest.raises(ScrubberError, match=said):
        read_journal(data, SOURCE)


def test_another_source_does_not_agree() -> None:
    with pytest.raises(ScrubberError, match="line 2 of the journal"):
        read_journal(written(), SOURCE.replace(b"120~", b"130~"))


@examples(200)
@given(
    source=st.binary(min_size=1, max_size=600),
    pieces=st.lists(st.tuples(st.integers(0, 600), st.integers(0, 300), st.binary(max_size=5)), max_size=5),
)
def test_any_edits_of_any_bytes_read_back(source: bytes, pieces: list[tuple[int, int, bytes]]) -> None:
    edits = []
    at = 0
    for start, width, after in sorted(pieces):
        start = min(max(start, at), len(source))
        at = min(start + width, len(source))
        edits.append(JournalEdit(CORRECTED, start, at, after.decode("latin-1"), "M210", (), "Because"))
    made = replay(source, edits, CORRECTED)
    data = journal(edits, {CORRECTED: ("a.corrected.837", made)}, "a b\n.837", source=source)
    read = read_journal(data, source)
    assert read.edits == tuple(edits)
    assert replay(source, read.edits, CORRECTED) == made


@examples(300)
@given(at=st.integers(0, 2000), cut=st.integers(0, 40), put=st.binary(max_size=4))
def test_damage_is_told_or_does_no_harm(at: int, cut: int, put: bytes) -> None:
    whole = written()
    at %= len(whole)
    data = whole[:at] + put + whole[at + cut :]
    try:
        read = read_journal(data, SOURCE)
    except ScrubberError:
        return
    assert all(isinstance(edit.after, str) for edit in read.edits)
