"""What a rule says of a worked example, it says as well when other days, lines and patients stand before and after it.

The company is odd on purpose: most rules pass over some of it, and must go on to what stands behind.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest
from rules.specimen import OTHER_MEMBER, Bill, interchange, records_of, row, scrubbed, tables_of
from rules.test_examples import EXAMPLES, settings_of, told

from scrubber.findings.finding import Location
from scrubber.outcome import ClaimResult
from scrubber.rules.rule import Example, Rule
from scrubber.visits.record_rows import TreatmentRecord
from scrubber.visits.records import TreatmentRecords

ALONE = [(rule, example) for rule, example in EXAMPLES if not example.replace and not example.again]

ODD_LINES = (
    ("SV1*HC:97140:GP*38*UN*1***1", "SV1*HC:97124:GP*30*UN*1***1"),  # never paid together
    ("SV1*HC:97150:GP*30*UN*1***1", "SV1*HC:97110:GP:59*40*UN*1***1"),  # a pair that 59 bypasses
    ("SV1*HC:99213*90*UN*1***1", "SV1*HC:A4556*9*UN*1***1"),  # no therapy: the pair table has neither
    ("SV1*HC:97110:GY*40*UN*1***1",),
    ("SV1*HC:97110*40*UN*1.5***1",),
    ("SV1*HC:97530:GO:CO:KX*80*UN*2***1",),
    ("SV1*HC:92507:GN*70*UN*1***1",),
    ("SV1*HC:97161:GP*110*UN*1***1",),
    ("SV1*HC:97010:GP*20*UN*1***1", "SV1*HC:97014:GP*20*UN*1***1"),
    ("SV1*HC:97110:GP:76:52*80*MJ*30***1",),
    ("SV1*HC:97110:GP*0*UN*0***1",),
)
"""Each of a day of its own. No claim of them is right."""
FIRST, LAST = -30, 30
"""Days before and after the example's."""
ADDS_UP = {"M211", "M212"}
"""They add the amounts of all days together, so that only other patients are their company."""
OF_WHOLE_CLAIM = {"C409", "C412", "C420", "E506", "M211", "M212"}
"""They say one thing of all lines of a claim together."""


def odd_claims(bill: Bill, start: int, rule: Rule) -> list[Bill]:
    """One a day, of the patient and of another one."""
    days = [(bill.on + timedelta(days=start + n), lines) for n, lines in enumerate(ODD_LINES)]
    return [
        replace(bill, lines=lines, on=day, number=f"ODD{member[:3]}{day:%m%d}", member=member)
        for member in ([OTHER_MEMBER] if rule.code in ADDS_UP else [bill.member, OTHER_MEMBER])
        for day, lines in days
    ]


def odd_rows(claims: Sequence[Bill]) -> list[TreatmentRecord]:
    """Records of every other claim: 15 minutes a line."""
    return [
        row(
            line.split("*")[1].split(":")[1],
            15,
            "OT" if ":GO" in line else "PT",
            claim_id=claim.number,
            note_id=claim.number,
            service_date=claim.on,
        )
        for claim in claims[::2]
        for line in claim.lines
    ]


def bill_of(example: Example) -> Bill:
    return Bill(lines=tuple(example.lines.split("\n")), taxonomy=example.taxonomy, on=example.on, filing=example.filing)


def result_of(bills: Sequence[Bill], rows: Sequence[TreatmentRecord], example: Example) -> ClaimResult:
    """What becomes of the example's claim, PCN1."""
    records = TreatmentRecords([*rows, *records_of(example).all()])
    outcome = scrubbed(interchange(*bills).encode("latin-1"), records, settings_of(example), tables_of(example))
    (claim,) = (each for each in outcome.claims if each.claim_id == "PCN1")
    return claim


def said(claim: ClaimResult, rule: Rule, lines: range) -> list[tuple[object, ...]]:
    """Everything a rule finds of these lines (from 0) of the claim, or of the claim as a whole."""

    def place(where: Location) -> object:
        return (where.ordinal and where.ordinal - lines.start, where.element)

    def unnumbered(text: str) -> str:
        return re.sub(r"\b(claims?|lines?) \d+", r"\1", text)

    return [
        (
            each.severity,
            place(each.where),
            unnumbered(each.message),
            unnumbered(each.action),
            [(unnumbered(of.source), unnumbered(of.states)) for of in each.evidence],
            len(each.related),
        )
        for each in (verdict.finding for verdict in claim.verdicts)
        if each.rule == rule.code and (each.where.ordinal is None or each.where.ordinal - 1 in lines)
    ]


def unchecked(claim: ClaimResult, rule: Rule) -> set[str]:
    return {each.why for each in claim.not_checked if each.rule == rule.code}


@pytest.mark.parametrize("pair", ALONE, ids=told)
def test_among_claims_of_other_days_and_patients(pair: tuple[Rule, Example]) -> None:
    rule, example = pair
    bill = bill_of(example)
    lines = range(len(bill.lines))
    before, after = odd_claims(bill, FIRST, rule), odd_claims(bill, LAST, rule)
    rows = odd_rows([*before, *after]) if example.minutes else []
    alone, among = (result_of(bills, rows, example) for bills in ([bill], [*before, bill, *after]))
    assert said(among, rule, lines) == said(alone, rule, lines)
    assert unchecked(among, rule) == unchecked(alone, rule)


@pytest.mark.parametrize("pair", [pair for pair in ALONE if pair[0].code not in OF_WHOLE_CLAIM], ids=told)
def test_among_lines_of_other_days(pair: tuple[Rule, Example]) -> None:
    rule, example = pair
    bill = bill_of(example)
    before, after = (
        [
            f"{line} | DTP*472*D8*{odd.on:%Y%m%d}"
            for odd in odd_claims(bill, start, rule)[: len(ODD_LINES)]
            for line in odd.lines
        ]
        for start in (FIRST, LAST)
    )
    n = len(bill.lines)
    alone = said(result_of([bill], [], example), rule, range(n))
    among = replace(bill, lines=(*before, *bill.lines, *after))
    assert said(result_of([among], [], example), rule, range(len(before), len(before) + n)) == alone
