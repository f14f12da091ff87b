"""Claims and levels are packed; what is made of them again is what stands in the source."""

from __future__ import annotations

import pytest
from properties.clinic import Batch, Claim, Line, Person
from properties.treated import seeded

from scrubber.claims.index import index
from scrubber.claims.outline import File, Transaction
from scrubber.claims.spans import NO_LEVEL, ClaimSpan, Level


def first_segment(file: File, transaction: Transaction, part: ClaimSpan | Level) -> list[str]:
    """The elements of the CLM or HL as they stand in the source."""
    marks = transaction.group.interchange.delimiters
    return file.source[part.start : part.end].decode("latin-1").split(marks.segment)[0].split(marks.element)


@pytest.mark.parametrize("odd", ["", "HL*7*1*22*0~", "HL*1**20~", "HL*3*2*23*X~", "HL*~", "HL*2**99*12~"])
def test_levels_say_what_their_hl_says(odd: str) -> None:
    people = (Person(1), Person(1, dependent=True), Person(2))
    batch = Batch(tuple(Claim(f"A{n}", person, (Line("97110"),), "40.00") for n, person in enumerate(people)))
    source = batch.source().decode()
    where = source.index("HL*2*")
    file = index(f"{source[:where]}{odd}HL*02*{source[where + 5 :]}".encode())
    (transaction,) = file.transactions()
    assert len(transaction.levels) == source.count("~HL*") + source.count("\nHL*") + bool(odd)
    for order, level in enumerate(transaction.levels):
        said = (first_segment(file, transaction, level) + [""] * 4)[1:5]
        assert [level.number, level.parent_number, level.code, level.child_flag] == said
        assert level.order == order
        assert file.source[: level.start].count(b"~") + 1 == level.segment


@pytest.mark.parametrize("odd", ["", "HL*7*1*22*0~", "HL*2*1*22*1~", "HL*2**20*1~", "HL*~", "HL*2**99*12~"])
def test_what_is_told_of_all_levels_is_so_of_each(odd: str) -> None:
    people = (Person(1), Person(1, dependent=True), Person(2))
    batch = Batch(tuple(Claim(f"A{n}", person, (Line("97110"),), "40.00") for n, person in enumerate(people)))
    source = batch.source().decode()
    (transaction,) = index(source.replace("HL*2*", odd + "HL*2*", 1).encode()).transactions()
    levels, claims = transaction.levels, transaction.claims
    parents = {level.parent.order for level in levels if level.parent}
    assert levels.kinds() == {
        (level.code, level.parent is not None, level.child_flag, level.order in parents) for level in levels
    }
    assert levels.is_counted() == all(
        (level.number, level.parent_number) == (str(level.order + 1), level.parent.number if level.parent else "")
        for level in levels
    )
    assert claims.levels() == [span.level.order if span.level else NO_LEVEL for span in claims]
    assert claims.codes_above() == {span.level.code if span.level else "" for span in claims}
    assert list(claims.ordinals()) == [span.ordinal for span in claims]
    for order, level in enumerate(levels):
        chain = {order}
        while level.parent:
            level = level.parent
            chain.add(level.order)
        assert [n for n, mark in enumerate(levels.upward([order, NO_LEVEL])) if mark] == sorted(chain)


@pytest.mark.parametrize("seed", range(20))
def test_claims_stand_below_the_last_level_before_them(seed: int) -> None:
    file = index(seeded(seed).source)
    met = []
    for transaction in file.transactions():
        for span in transaction.claims:
            met.append(span.ordinal)
            assert span == file.claims[span.ordinal]
            assert first_segment(file, transaction, span)[:2] == ["CLM", span.claim_id]
            assert span.level == [level for level in transaction.levels if level.start < span.start][-1]
            assert span.transaction is transaction
    assert met == list(range(len(file.claims)))


def test_claims_are_a_sequence() -> None:
    batch = Batch(tuple(Claim(f"A{n}", Person(1), (Line("97110"),), "40.00") for n in range(4)))
    claims = index(batch.source()).claims
    assert [span.claim_id for span in claims] == ["A0", "A1", "A2", "A3"]
    assert claims[-1].claim_id == "A3"
    assert [span.claim_id for span in claims[1:3]] == ["A1", "A2"]
    for beyond in (4, -5):
        with pytest.raises(IndexError):
            claims[beyond]
