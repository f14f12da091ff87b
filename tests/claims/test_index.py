"""Where interchanges, groups, transactions, levels and claims are: in right files, and in every kind of wrong one."""

from __future__ import annotations

from itertools import pairwise

import counting
import pytest
from hypothesis import given
from hypothesis import strategies as st
from properties.clinic import ENDINGS, Batch, Claim, Ending, Envelope, Line, Person
from properties.damage import damaged
from properties.effort import examples
from properties.treated import Case, Chance, cases

from scrubber.claims.index import index
from scrubber.claims.outline import File, Trailer, Transaction

ISA = "ISA*00*          *00*          *ZZ*LARK01         *ZZ*PRAIRIE1       *261012*0930*^*00501*000000101*0*T*:"
ONE, CHILD, THREE = Person(1), Person(2, dependent=True), Person(3, provider=1)


def claim(number: str, person: Person, lines: int = 1) -> Claim:
    return Claim(number, person, (Line("97110"),) * lines, f"{40 * lines}.00")


CLAIMS = (claim("A1", ONE), claim("A2", ONE, 2), claim("B1", CHILD), claim("C1", THREE))
CLEAN = Batch(CLAIMS).source()


def only(file: File) -> Transaction:
    (transaction,) = file.transactions()
    return transaction


def without(identifier: bytes, source: bytes = CLEAN) -> bytes:
    return b"".join(line for line in source.splitlines(keepends=True) if not line.startswith(identifier + b"*"))


def told(source: bytes) -> list[str]:
    return [each.claim_id for each in index(source).claims]


def test_claims_are_their_bytes_up_to_the_next_claim_level_or_trailer() -> None:
    file = index(CLEAN)
    assert [each.claim_id for each in file.claims] == ["A1", "A2", "B1", "C1"]
    for each, own in zip(file.claims, counting.claims(CLEAN), strict=True):
        assert CLEAN[each.start : each.end].rstrip() == own.own
    assert [each.ordinal for each in file.claims] == [0, 1, 2, 3]
    assert [each.position for each in file.claims] == [1, 2, 3, 4]


def test_segment_numbers_count_from_the_first_of_the_file() -> None:
    lines = CLEAN.split(b"\n")
    for each in index(CLEAN).claims:
        assert lines[each.segment - 1].startswith(b"CLM*" + each.claim_id.encode())
    transaction = only(index(CLEAN))
    assert lines[transaction.segment - 1].startswith(b"ST*")
    assert transaction.trailer is not None
    assert lines[transaction.trailer.segment - 1].startswith(b"SE*")
    assert transaction.segments == int(transaction.trailer.count)


def test_segment_numbers_go_on_in_the_next_interchange() -> None:
    file = index(CLEAN + CLEAN)
    count = CLEAN.count(b"~")
    assert [part.segment for part in file.interchanges] == [1, 1 + count]
    assert [each.segment for each in file.claims[4:]] == [each.segment + count for each in file.claims[:4]]


def test_levels_know_what_they_stand_under() -> None:
    levels = only(index(CLEAN)).levels
    assert [(each.code, each.parent.number if each.parent else "", each.child_flag) for each in levels] == [
        ("20", "", "1"),
        ("22", "1", "0"),
        ("22", "1", "1"),
        ("23", "3", "0"),
        ("20", "", "1"),
        ("22", "5", "0"),
    ]
    assert [each.level.number for each in index(CLEAN).claims if each.level] == ["2", "2", "4", "6"]
    for each, after in pairwise(levels):
        assert CLEAN[each.start :].startswith(b"HL*")
        assert each.end <= after.start


def test_a_subscriber_after_a_dependent_is_no_child_of_it() -> None:
    source = Batch((claim("B1", CHILD), claim("A1", ONE), claim("D1", Person(4, dependent=True)))).source()
    levels = only(index(source)).levels
    parents = [each.parent.number if each.parent else "" for each in levels]
    assert [each.code for each in levels] == ["20", "22", "23", "22", "22", "23"]
    assert parents == ["", "1", "2", "1", "1", "5"]


def test_a_dependent_without_a_subscriber_has_no_parent() -> None:
    source = CLEAN.replace(b"HL*2*1*22*0", b"HL*2*1*23*0")
    assert only(index(source)).levels[1].parent is None
    behind_another_provider = CLEAN.replace(b"HL*6*5*22*0", b"HL*6*5*23*0")
    assert only(index(behind_another_provider)).levels[5].parent is None


@pytest.mark.parametrize("ending", ENDINGS, ids=repr)
def test_delimiters_are_the_interchanges_own(ending: Ending) -> None:
    source = Batch(CLAIMS, (Envelope(0, 0, ending),)).source()
    file = index(source)
    read = file.interchanges[0].delimiters
    assert read == (ending.element, ending.component, ending.repetition, ending.terminator)
    assert [each.claim_id for each in file.claims] == ["A1", "A2", "B1", "C1"]
    assert only(file).segments == only(index(CLEAN)).segments
    assert not file.interchanges[0].fault


def test_interchanges_may_differ_in_their_delimiters() -> None:
    batch = Batch(CLAIMS[:1], (Envelope(0, 0, ENDINGS[0]),))
    other = Batch(CLAIMS[1:], (Envelope(0, 0, ENDINGS[4]),))
    file = index(batch.source() + other.source())
    assert [part.delimiters.element for part in file.interchanges] == ["*", "|"]
    assert [each.claim_id for each in file.claims] == ["A1", "A2", "B1", "C1"]
    assert file.outside == []


def test_an_envelope_is_made_of_the_elements_as_read() -> None:
    file = index(CLEAN)
    (part,) = file.interchanges
    assert (part.sender.strip(), part.receiver.strip(), part.control) == ("LARK01", "PRAIRIE1", "000000101")
    assert CLEAN[part.control_start :].startswith(b"000000101")
    (group,) = part.groups
    assert (group.functional_id, group.control, group.version) == ("HC", "1000", "005010X222A1")
    for trailer in (part.trailer, group.trailer, only(file).trailer):
        assert trailer is not None
        assert CLEAN[trailer.count_start : trailer.count_end].decode() == trailer.count


@pytest.mark.parametrize("width", [-4, -1, 1, 4])
def test_widths_of_isa_are_not_trusted(width: int) -> None:
    sender = b"LARK01         "
    source = CLEAN.replace(sender, sender[:width] if width < 0 else sender + b" " * width, 1)
    assert not index(source).interchanges[0].fault
    assert told(source) == ["A1", "A2", "B1", "C1"]


def test_an_old_isa11_is_no_repetition_separator() -> None:
    source = CLEAN.replace(b"*0930*^*00501*", b"*0930*U*00401*", 1)
    assert index(source).interchanges[0].delimiters.repetition == ""


@pytest.mark.parametrize(
    ("source", "fault"),
    [
        (CLEAN.replace(b"*T*:~", b"*T", 1)[:104], "fewer than sixteen"),
        ((ISA + "~").encode(), "no GS, TA1 or IEA"),
        ((ISA + "~\nNM1*IL~\n").encode(), "no GS, TA1 or IEA"),
        (ISA.encode(), "no GS, TA1 or IEA"),
        (CLEAN.replace(b"*T*:~\n", b"*T*:A\n", 1).replace(b"~", b"A"), "no usable segment terminator"),
        (CLEAN.replace(b"*T*:~\n", b"*T*::\n", 1).replace(b"~", b":"), "no usable segment terminator"),
        (CLEAN.replace(b"*T*:~\n", b"*T*:*\n", 1).replace(b"~\n", b"*\n"), "no usable segment terminator"),
    ],
)
def test_what_cannot_be_read_has_a_fault_and_no_claims(source: bytes, fault: str) -> None:
    file = index(source)
    assert fault in file.interchanges[0].fault
    assert file.interchanges[0].groups == []
    assert file.interchanges[0].end == len(source)
    assert not file.claims


def test_an_unreadable_interchange_ends_where_the_next_begins() -> None:
    broken = CLEAN.replace(b"*T*:~\n", b"*T*:Q\n", 1)
    file = index(broken + CLEAN)
    assert [bool(part.fault) for part in file.interchanges] == [True, False]
    assert file.interchanges[0].end == len(broken)
    assert len(file.claims) == 4


@pytest.mark.parametrize(
    "source", [b"", b"\r\n", b"ISA", b"ISA*0", b"ISA*AB*", b"%PDF-1.7", CLEAN[CLEAN.index(b"GS*") :]]
)
def test_without_isa_there_is_no_interchange(source: bytes) -> None:
    file = index(source)
    assert file.interchanges == []
    assert file.outside == ([(0, len(source))] if source else [])


@pytest.mark.parametrize("name", [b"LUISA*DE", b"ISA*MO", b"ISA*00", b"LUISA*J", b"LISA*12Q"])
def test_a_patient_called_isa_begins_no_interchange(name: bytes) -> None:
    source = CLEAN.replace(b"NM1*IL*1*BRINDLE*MERRITT**", b"NM1*IL*1*BRINDLE*" + name + b"*")
    assert name in source
    file = index(source)
    assert len(file.interchanges) == 1
    assert len(file.claims) == 4


@pytest.mark.parametrize("before", [b"\xef\xbb\xbf", b"\r\n", b"sent by the clinic\n", b"END"])
@pytest.mark.parametrize("behind", [b"", b"\x1a", b"\nend of batch\n"])
def test_bytes_around_interchanges_belong_to_none(before: bytes, behind: bytes) -> None:
    source = before + CLEAN + behind
    file = index(source)
    assert b"".join(source[start:end] for start, end in file.outside) == before + behind.lstrip(b"\n")
    assert len(file.claims) == 4
    assert file.interchanges[0].segment == 1


def test_the_line_end_behind_iea_is_the_interchanges() -> None:
    source = CLEAN + b"\r\n\r\nX"
    assert index(source).interchanges[0].end == len(source) - 1


def test_se_is_missing() -> None:
    transaction = only(index(without(b"SE")))
    assert transaction.trailer is None
    assert len(transaction.claims) == 4
    assert without(b"SE")[transaction.end :].startswith(b"GE*")
    assert transaction.claims[-1].end == transaction.end


def test_ge_is_missing() -> None:
    file = index(without(b"GE"))
    assert file.interchanges[0].groups[0].trailer is None
    assert only(file).trailer is not None
    assert file.interchanges[0].trailer is not None


def test_iea_is_missing() -> None:
    source = without(b"IEA")
    part = index(source).interchanges[0]
    assert part.trailer is None
    assert part.end == len(source)
    both = index(source + CLEAN).interchanges
    assert [each.trailer is None for each in both] == [True, False]
    assert both[0].end == len(source)


def test_everything_behind_the_claims_is_missing() -> None:
    source = CLEAN[: CLEAN.index(b"SE*")]
    file = index(source)
    assert len(file.claims) == 4
    assert file.claims[-1].end == only(file).end == len(source)


def test_st_is_missing() -> None:
    file = index(without(b"ST"))
    assert not file.claims
    assert [name for _, _, name in file.interchanges[0].groups[0].strays] == ["HL"] * 2 + ["CLM"] * 2 + ["HL"] * 2 + [
        "CLM", "HL", "HL", "CLM", "SE",
    ]  # fmt: skip


def test_gs_is_missing_in_the_second_of_two_groups() -> None:
    two = Batch(CLAIMS, (Envelope(0, 0, ENDINGS[0]), Envelope(0, 1, ENDINGS[0]))).source()
    second = two.index(b"GS*", two.index(b"GS*") + 1)
    file = index(two[:second] + two[two.index(b"ST*", second) :])
    assert len(file.interchanges[0].groups) == 1
    names = [name for _, _, name in file.interchanges[0].strays]
    assert (names[0], names[-1]) == ("ST", "GE")


def test_a_transaction_within_a_transaction_ends_the_first() -> None:
    source = CLEAN.replace(b"HL*3*1*22*1", b"ST*837*0002*005010X222A1~\nHL*3*1*22*1")
    first, second = index(source).transactions()
    assert first.trailer is None
    assert first.end == second.start
    assert [len(first.claims), len(second.claims)] == [2, 2]
    assert second.levels[0].parent is None


def test_a_claim_above_every_level_has_none() -> None:
    source = CLEAN.replace(b"HL*1**20*1", b"CLM*Z9*1~\nHL*1**20*1", 1)
    assert index(source).claims[0].level is None
    assert index(source).claims[0].claim_id == "Z9"


@pytest.mark.parametrize("identifier", [b"SE", b"GE", b"IEA"])
def test_a_trailer_without_elements_is_a_trailer_that_says_nothing(identifier: bytes) -> None:
    at = CLEAN.index(b"\n" + identifier + b"*") + 1
    source = CLEAN[:at] + identifier + CLEAN[CLEAN.index(b"~", at) :]
    file = index(source)
    trailers: dict[bytes, Trailer | None] = {
        b"SE": only(file).trailer,
        b"GE": file.interchanges[0].groups[0].trailer,
        b"IEA": file.interchanges[0].trailer,
    }
    trailer = trailers[identifier]
    assert trailer is not None
    assert (trailer.count, trailer.control) == ("", "")
    assert not trailer.counts(1)


def test_a_claim_without_elements_is_a_claim() -> None:
    source = CLEAN.replace(b"CLM*A2", b"CLM~\nCLM*A2")
    assert told(source) == ["A1", "", "A2", "B1", "C1"]
    assert told(CLEAN.replace(b"CLM*A2", b"CLM*~\nCLM*A2")) == ["A1", "", "A2", "B1", "C1"]


def test_a_level_may_lack_elements() -> None:
    level = only(index(CLEAN.replace(b"HL*2*1*22*0", b"HL*2"))).levels[1]
    assert (level.number, level.parent_number, level.code, level.child_flag) == ("2", "", "", "")


@pytest.mark.parametrize("gap", [b"", b" ", b"\n", b"\r\n", b"\n\n", b"\t \r\n"])
def test_empty_segments_do_not_count(gap: bytes) -> None:
    source = CLEAN.replace(b"LX*1~", b"LX*1~" + gap + b"~")
    transaction = only(index(source))
    assert transaction.segments == only(index(CLEAN)).segments
    assert index(source).claims[-1].segment == index(CLEAN).claims[-1].segment


@pytest.mark.parametrize("text", [b"NTE*ADD*CLM HL ST~\n", b"NTE*ADD*CLM~\n", b"HLX*1~\n", b"K3*SE~\n"])
def test_what_only_looks_like_the_structure_is_none(text: bytes) -> None:
    source = CLEAN.replace(b"LX*1~\n", text + b"LX*1~\n")
    file = index(source)
    assert len(file.claims) == 4
    assert len(only(file).levels) == 6
    assert only(file).trailer is not None


@pytest.mark.parametrize(
    ("st03", "gs08", "professional"),
    [
        ("005010X222A1", "005010X222A1", True),
        ("005010X222", "005010X222A1", True),
        ("005010X222A2", "005010X222A1", True),
        ("", "005010X222A1", True),
        ("", "005010X223A2", False),
        ("005010X223A2", "005010X222A1", False),
        ("004010X098A1", "004010X098A1", False),
    ],
)
def test_the_version_is_st03_or_else_gs08(st03: str, gs08: str, professional: bool) -> None:
    source = CLEAN.replace(b"*X*005010X222A1", b"*X*" + gs08.encode())
    source = source.replace(b"ST*837*0001*005010X222A1", b"ST*837*0001*" + st03.encode() if st03 else b"ST*837*0001")
    transaction = only(index(source))
    assert transaction.is_professional is professional
    assert bool(transaction.claims) is professional
    assert bool(transaction.levels) is professional


def test_another_transaction_set_has_no_claims_of_ours() -> None:
    transaction = only(index(CLEAN.replace(b"ST*837*", b"ST*835*")))
    assert not transaction.is_professional
    assert not transaction.claims


@pytest.mark.parametrize(
    ("count", "right", "agrees"),
    [("42", 42, True), ("042", 42, True), ("42", 41, False), ("", 0, False), ("0", 0, True), (" 42", 42, False),
     ("4²", 42, False), ("²", 2, False), ("-1", 1, False), ("9" * 5000, 9, False)],
)  # fmt: skip
def test_a_trailers_count(count: str, right: int, agrees: bool) -> None:
    assert Trailer(0, 0, 1, count, "0001", 3, 5).counts(right) is agrees


@examples(120)
@given(case=cases())
def test_the_tests_own_reader_sees_the_same_claims(case: Case) -> None:
    source = case.source
    own = [each.own for each in counting.claims(source)]
    assert [source[each.start : each.end].rstrip() for each in index(source).claims] == own


@st.composite
def broken(draw: st.DrawFn) -> bytes:
    return damaged(Chance(lambda below: draw(st.integers(0, below - 1))), draw(cases()).source)


@examples(250)
@given(source=broken())
def test_spans_are_in_order_and_inside_whatever_the_bytes_are(source: bytes) -> None:
    file = index(source)
    covered = sorted([*file.outside, *((part.start, part.end) for part in file.interchanges)])
    assert [start for start, _ in covered] == [0, *(end for _, end in covered)][: len(covered)]
    assert (covered[-1][1] if covered else 0) == len(source)
    for part in file.interchanges:
        inside(part.start, part.end, [(group.start, group.end) for group in part.groups])
        for group in part.groups:
            inside(group.start, group.end, [(each.start, each.end) for each in group.transactions])
            for transaction in group.transactions:
                assert transaction.start <= transaction.head_end <= transaction.end
                levels = [(level.start, level.end) for level in transaction.levels]
                claims = [(each.start, each.end) for each in transaction.claims]
                inside(transaction.head_end, transaction.end, sorted(levels + claims))
    assert [each.ordinal for each in file.claims] == list(range(len(file.claims)))


def inside(start: int, end: int, parts: list[tuple[int, int]]) -> None:
    at = start
    for first, last in parts:
        assert at <= first <= last <= end
        at = last
