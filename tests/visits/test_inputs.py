"""An input as gathering sees it: its claims, their places, and what is remembered of their headings."""

from collections.abc import Sequence
from dataclasses import replace

import pytest
from rules.specimen import OTHER_MEMBER, Bill, interchange

from scrubber.claims.contents import Contents
from scrubber.claims.index import index
from scrubber.claims.spans import ClaimSpan, Level
from scrubber.visits import inputs
from scrubber.visits.inputs import Input, claim_source, suffixed_controls

THEIRS = Bill(number="PCN2", member=OTHER_MEMBER)
TWO = (interchange(Bill(), THEIRS) + interchange(Bill(number="PCN3"))).encode()


def spans_of(source: bytes) -> Sequence[ClaimSpan]:
    return index(source).claims


def input_of(source: bytes, kept: Contents | None = None) -> Input:
    return Input(source, spans_of(source), frozenset({2}), frozenset(), first=10, name="b.837", kept=kept)


def above(span: ClaimSpan) -> list[tuple[int, int, int, str]]:
    """Where the levels above a claim are, and what."""
    levels: list[Level] = []
    level = span.level
    while level is not None:
        levels.append(level)
        level = level.parent
    return [(each.start, each.end, each.segment, each.code) for each in levels]


def test_levels_stand_below_each_other_and_begin_with_hl() -> None:
    for span in spans_of(TWO):
        assert [code for *_, code in above(span)] == ["22", "20"]
        assert all(TWO[start:end].startswith(b"HL*") for start, end, *_ in above(span))
        assert TWO[span.transaction.start :].startswith(b"ST*837*")


def test_a_claim_without_a_level() -> None:
    source = interchange(Bill()).replace("HL*1**20*1~\n", "").replace("HL*2*1*22*0~\n", "").encode()
    assert [above(span) for span in spans_of(source)] == [[]]


def test_some_of_the_claims() -> None:
    spans = spans_of(TWO)
    assert [span.claim_id for span in spans[1:]] == ["PCN2", "PCN3"]
    assert [span.claim_id for span in spans[::2]] == ["PCN1", "PCN3"]


def test_where_a_claim_of_several_files_stands() -> None:
    source = TWO.replace(b"GE*1*1~\n", b"GE*1*1~\nGS*HC*S*R*20261102*0930*2*X*005010X222A1~\nGE*0*2~\n", 1)
    group = interchange(Bill(number="PCN4")).encode()
    group = group[group.index(b"GS*") : group.index(b"IEA*")]
    source = source.replace(b"IEA*", group + b"IEA*", 1)
    found = input_of(source)
    claims = [found.claim(span) for span in found.claims]
    assert [(each.ordinal, each.position) for each in claims] == [(10, 1), (11, 2), (12, 3), (13, 4)]
    assert [(each.interchange, each.group) for each in claims] == [(1, 1), (1, 1), (1, 3), (2, 1)]
    assert [each.held_by_envelope for each in claims] == [False, False, True, False]
    assert {each.file for each in claims} == {"b.837"}
    assert {each.transaction for each in claims} == {"0001"}
    assert [each.text.split("*")[1] for each in claims] == ["PCN1", "PCN2", "PCN4", "PCN3"]
    assert all(source[each.start :].startswith(each.text.encode()) for each in claims)


def test_the_only_file_of_a_set_has_no_name() -> None:
    only = Input(TWO, spans_of(TWO), frozenset(), frozenset())
    first = only.claim(only.claims[0])
    assert (first.ordinal, first.file, first.held_by_envelope) == (0, "", False)
    read = claim_source(only.claims[0], TWO, only.heading(only.claims[0]), 0, "", held=False)
    assert read == first


class Counted(Sequence[int]):
    """Bytes that count how often some of them are read."""

    def __init__(self, source: bytes) -> None:
        self.source = source
        self.reads = 0

    def __getitem__(self, at):  # type: ignore[no-untyped-def]
        self.reads += 1
        return self.source[at]

    def __len__(self) -> int:
        return len(self.source)


@pytest.mark.parametrize(("kept", "reads"), [(3, [3, 3, 4, 4]), (2, [3, 3, 5, 7])])
def test_headings_of_few_claims_are_remembered_and_the_last_of_many(
    monkeypatch: pytest.MonkeyPatch, kept: int, reads: list[int]
) -> None:
    monkeypatch.setattr(inputs, "LEVELS_KEPT", kept)
    monkeypatch.setattr(inputs, "NEIGHBOURS_KEPT", 1)
    source = interchange(Bill(), Bill(number="PCN3"), THEIRS).encode()
    for released in (False, True):
        contents = Counted(source)
        found = Input(contents, spans_of(source), frozenset(), frozenset(), kept=contents)  # type: ignore[arg-type]
        if released:
            found.release()
        counts = []
        for span in (*found.claims, found.claims[0]):
            found.heading(span)
            counts.append(contents.reads)
        assert counts == reads


def test_what_was_gathered_is_read_from_where_it_is_kept() -> None:
    elsewhere = TWO.replace(b"QUIMBLE", b"TREMBLE")
    gathered, kept = input_of(TWO), input_of(TWO, elsewhere)
    for each in (gathered, kept):
        assert each.heading(each.claims[0]).patient.names[0] == "QUIMBLE"
        each.release()
    assert gathered.claim(gathered.claims[0]).heading.patient.names[0] == "QUIMBLE"
    assert kept.claim(kept.claims[0]).heading.patient.names[0] == "TREMBLE"


def test_only_controls_that_a_division_could_make_are_told() -> None:
    def controls(*numbers: str, more: str = "") -> frozenset[str]:
        lines = tuple(f"SV1*HC:97110:GP*40*UN*1***1 | REF*6R*{number}" for number in numbers)
        return suffixed_controls(index((interchange(replace(THEIRS, lines=lines)) + more).encode()))

    assert controls("A17", "A17-2") == {"A17-2"}
    assert controls("A17", "A17-2", "A17-3", "A18-2") == {"A17-2", "A17-3"}
    assert controls("A17-2") == controls("A17", "A17-B") == controls("A17", "A18") == frozenset()
    # The number that is divided loses what the suffix needs room for: 27 characters stay.
    assert controls("N" * 30, "N" * 27 + "-2") == {"N" * 27 + "-2"}
    assert controls("N" * 30, "N" * 26 + "-2") == frozenset()
    # With other marks a reference is written otherwise, and what looks like one is text.
    other = interchange(Bill(lines=("SV1*HC:97110:GP*40*UN*1***1 | NTE*ADD*REF+6R+A17-2+",))).translate(
        str.maketrans("*+~", "+*!")
    )
    assert controls("A17", more=other) == frozenset()
