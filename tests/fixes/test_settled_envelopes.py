"""The envelopes of both outputs, for every way in which the claims of a file can be divided."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import product

import counting
import pytest
from properties.clinic import ENDINGS, Batch, Claim, Envelope, Faults, Line, Person

from scrubber.claims.index import index
from scrubber.claims.outline import File, Group, Interchange, Transaction
from scrubber.findings.journal import CORRECTED, HELD, JournalEdit, replay
from scrubber.fixes.envelope import EnvelopeSettler

Part = Interchange | Group | Transaction
ONE, CHILD, TWO, OTHER = Person(1), Person(2, dependent=True), Person(3), Person(4, provider=1)
SISTER = Person(5, dependent=True, shared_member=2)


def claim(number: str, person: Person, place: int = 0, apart: int = 0) -> Claim:
    return Claim(number, person, (Line("97110"),), "40.00", place, apart=apart)


def envelopes(*places: tuple[int, int], faults: Faults = Faults(), ending: int = 0) -> tuple[Envelope, ...]:  # noqa: B008
    return tuple(Envelope(interchange, group, ENDINGS[ending], faults) for interchange, group in places)


CLAIMS = (claim("A1", ONE), claim("A2", ONE), claim("B1", CHILD), claim("C1", TWO), claim("D1", OTHER))
BATCHES = {
    "one transaction": Batch(CLAIMS),
    "one patient": Batch((claim("A1", ONE), claim("A2", ONE))),
    "one patient at two levels": Batch((claim("A1", ONE), claim("A2", ONE, apart=1))),
    "brothers and sisters": Batch((claim("A1", CHILD), claim("B1", SISTER), claim("C1", ONE))),
    "two transactions": Batch((*CLAIMS[:3], claim("C1", TWO, 1), claim("D1", OTHER, 1)), envelopes((0, 0), (0, 0))),
    "two groups": Batch((*CLAIMS[:3], claim("C1", TWO, 1), claim("D1", OTHER, 1)), envelopes((0, 0), (0, 1))),
    "two interchanges": Batch(
        (*CLAIMS[:2], claim("C1", TWO, 1), claim("D1", OTHER, 1)),
        (Envelope(0, 0, ENDINGS[1]), Envelope(1, 0, ENDINGS[4])),
        b"\xef\xbb\xbf",
        b"end of batch\n",
    ),
    "an empty transaction": Batch((claim("A1", ONE), claim("C1", TWO)), envelopes((0, 0), (0, 0))),
    "an empty group": Batch((claim("A1", ONE), claim("C1", TWO, 2)), envelopes((0, 0), (0, 1), (0, 2))),
    "an empty interchange": Batch((claim("A1", ONE), claim("C1", TWO, 2)), envelopes((0, 0), (1, 0), (2, 0))),
    "an empty group in an interchange of its own": Batch(
        (claim("A1", ONE), claim("C1", TWO, 2)), envelopes((0, 0), (1, 0), (1, 1))
    ),
    "a provider whose subscriber has no claim": Batch(CLAIMS, envelopes((0, 0), faults=Faults(childless="alone"))),
    "a subscriber without a claim among others": Batch(CLAIMS, envelopes((0, 0), faults=Faults(childless="sibling"))),
    "newline as terminator": Batch(CLAIMS, envelopes((0, 0), ending=3)),
    "unusual delimiters": Batch(CLAIMS, envelopes((0, 0), ending=5)),
    "spaces behind terminators": Batch(CLAIMS, envelopes((0, 0), ending=6)),
    "wrong counts": Batch(CLAIMS, envelopes((0, 0), faults=Faults(segments=3, transactions=1, groups=2))),
}


def settler(
    file: File,
    held: Mapping[int, tuple[str, ...]],
    whole: tuple[tuple[Part, str], ...] = (),
    *,
    recount: bool = True,
    renumber: tuple[Transaction, ...] = (),
) -> EnvelopeSettler:
    return EnvelopeSettler(file, held, whole, recount=recount, renumber=renumber)


def outputs(source: bytes, settled: EnvelopeSettler) -> tuple[bytes | None, bytes | None]:
    corrected = replay(source, settled.edits(CORRECTED), CORRECTED) if settled.keeps(CORRECTED) else None
    held = replay(source, settled.edits(HELD), HELD) if settled.keeps(HELD) else None
    return corrected, held


def divisions(count: int) -> Iterator[dict[int, tuple[str, ...]]]:
    for chosen in product((False, True), repeat=count):
        yield {ordinal: ("U101",) for ordinal in range(count) if chosen[ordinal]}


@pytest.mark.parametrize("name", BATCHES)
def test_however_the_claims_are_divided_both_outputs_are_right(name: str) -> None:
    source = BATCHES[name].source()
    file = index(source)
    for held in divisions(len(file.claims)):
        corrected, back = outputs(source, settler(file, held))
        assert counting.partitions(source, corrected, back)
        wanted = [file.claims[ordinal].claim_id for ordinal in sorted(held)]
        assert [each.id for each in counting.claims(back)] == wanted
        for data in (corrected, back):
            assert data is None or counting.faults(data) == []


@pytest.mark.parametrize("name", BATCHES)
def test_what_has_no_claim_stays_in_exactly_one_output(name: str) -> None:
    """Transactions without claims, and subscribers without them: each is there once, whatever is held."""
    source = BATCHES[name].source()
    file = index(source)
    marks = [b"BATCH%02d" % n for n, part in enumerate(file.transactions()) if not part.claims]
    marks += [b"6TT0AA900%d" % n for n in range(3)]
    for held in divisions(len(file.claims)):
        corrected, back = outputs(source, settler(file, held))
        for mark in marks:
            assert (corrected or b"").count(mark) + (back or b"").count(mark) == source.count(mark)


def test_a_subscriber_whose_only_dependent_went_has_no_child_left() -> None:
    """The subscriber is a patient too: its level stays with its own claim, and HL04 says what is there."""
    source = Batch((claim("A1", ONE), claim("C1", TWO))).source()
    source = source.replace(b"HL*2*1*22*0", b"HL*2*1*22*1").replace(b"HL*3*1*22*0", b"HL*3*2*23*0")
    assert counting.faults(source) == []
    for held in ({0: ("U101",)}, {1: ("U101",)}):
        corrected, back = outputs(source, settler(index(source), held))
        assert counting.partitions(source, corrected, back)
        for data in (corrected, back):
            assert data is not None
            assert counting.faults(data) == []


def test_nothing_held_is_nothing_edited() -> None:
    for name, batch in BATCHES.items():
        settled = settler(index(batch.source()), {}, recount=False)
        assert list(settled.edits(CORRECTED)) == []
        assert outputs(batch.source(), settled) == (batch.source(), None), name


def test_bytes_outside_interchanges_go_to_corrected_or_else_to_held() -> None:
    source = BATCHES["two interchanges"].source()
    file = index(source)
    corrected, held = outputs(source, settler(file, {0: ("U101",)}))
    assert corrected is not None
    assert held is not None
    assert corrected.startswith(b"\xef\xbb\xbf")
    assert corrected.endswith(b"end of batch\n")
    assert b"end of batch" not in held
    corrected, held = outputs(source, settler(file, dict.fromkeys(range(4), ("U101",))))
    assert corrected is None
    assert held is not None
    assert held.startswith(b"\xef\xbb\xbf")
    assert held.endswith(b"end of batch\n")


def test_held_has_control_numbers_of_its_own_and_the_same_every_time() -> None:
    source = BATCHES["two interchanges"].source()
    held = {0: ("U101",), 3: ("U101",)}
    first, second = (outputs(source, settler(index(source), held))[1] for _ in range(2))
    assert first == second
    assert first is not None
    numbers = [part.segments[0].value(13) for part in counting.interchanges(first)]
    assert len(set(numbers)) == 2
    assert not {b"000000101", b"000000102"}.intersection(numbers)
    assert all(len(number) == 9 and number.isdigit() for number in numbers)
    assert [part.segments[-1].value(2) for part in counting.interchanges(first)] == numbers


def test_counts_are_left_where_nothing_went_and_fixes_are_off() -> None:
    source = BATCHES["wrong counts"].source()
    assert outputs(source, settler(index(source), {}, recount=False)) == (source, None)
    corrected, _ = outputs(source, settler(index(source), {}, recount=True))
    assert corrected is not None
    assert counting.faults(corrected) == []


def test_a_count_with_leading_zeros_is_right() -> None:
    source = Batch(CLAIMS).source().replace(b"IEA*1*", b"IEA*00001*")
    assert outputs(source, settler(index(source), {})) == (source, None)


def test_levels_are_numbered_again_where_it_is_asked_for() -> None:
    source = Batch(CLAIMS, envelopes((0, 0), faults=Faults(level_step=5))).source()
    file = index(source)
    assert outputs(source, settler(file, {}))[0] == source
    corrected, _ = outputs(source, settler(file, {}, renumber=tuple(file.transactions())))
    assert corrected is not None
    assert counting.faults(corrected) == []
    assert counting.partitions(source, corrected, None)


@pytest.mark.parametrize("kind", ["transaction", "group", "interchange"])
def test_a_part_that_is_held_whole_goes_to_held_as_it_is(kind: str) -> None:
    batch = Batch(
        (*CLAIMS[:2], claim("C1", TWO, 1), claim("D1", OTHER, 2)),
        envelopes((0, 0), (0, 1), (1, 0), faults=Faults(segments=2)),
    )
    source = batch.source()
    file = index(source)
    transaction = file.transactions()[1]
    part: Part = transaction
    if kind != "transaction":
        part = transaction.group if kind == "group" else transaction.group.interchange
    inside = {c.ordinal for c in file.claims if part.start <= c.start < part.end}
    corrected, held = outputs(source, settler(file, dict.fromkeys(inside, ()), ((part, "E503"),)))
    assert corrected is not None
    assert held is not None
    own = source[transaction.start : transaction.end]
    assert own in held
    assert own not in corrected
    assert counting.partitions(source, corrected, held)
    assert counting.faults(corrected) == []


def test_another_transaction_is_held_beside_claims_that_go_out() -> None:
    batch = Batch(CLAIMS, (Envelope(0, 0, ENDINGS[0]), Envelope(0, 1, ENDINGS[0], kind="005010X223A2")))
    source = batch.source()
    file = index(source)
    other = file.transactions()[1]
    assert not other.is_professional
    corrected, held = outputs(source, settler(file, {}, ((other, "E510"),)))
    assert corrected is not None
    assert held is not None
    assert b"005010X223A2" not in corrected
    assert source[other.start : other.end] in held
    assert [counting.faults(data) for data in (corrected, held)] == [[], []]


def test_a_file_without_claims_goes_out_as_it_is() -> None:
    source = Batch(()).source()
    assert outputs(source, settler(index(source), {})) == (source, None)


def test_every_edit_of_an_envelope_says_why() -> None:
    source = BATCHES["wrong counts"].source()
    settled = settler(index(source), {0: ("U101",), 3: ("C405",)})
    edits: list[JournalEdit] = [*settled.edits(CORRECTED), *settled.edits(HELD)]
    assert edits
    for edit in edits:
        assert edit.rule == "derived"
        assert edit.reason
        assert edit.position is None
        assert set(edit.caused_by) & {"U101", "C405", "E502"}
