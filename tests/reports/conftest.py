"""Reports written by hand: what one run over a small file would report."""

from decimal import Decimal

import msgspec
import pytest

from scrubber.reports.schema import (
    Claim,
    Denial,
    Evidence,
    FileFinding,
    Finding,
    Fix,
    Impact,
    Input,
    Ledger,
    LineIn,
    LineOut,
    NotChecked,
    OtherPayer,
    Payer,
    Related,
    Report,
    RuleTotal,
    Table,
    Totals,
    UnmatchedRecord,
    UnreadableRecord,
    Visit,
    VisitCode,
    Where,
)

MEDICARE = Payer("00123", "MB", "medicare-part-b")


def line(number, code, modifiers, units, charge, date="2026-03-02"):
    return LineIn(str(number), code, tuple(modifiers.split()), str(units), charge, date, f"A{number}")


def out(source, **changes):
    values = {**msgspec.structs.asdict(source), "from_line": source.line, **changes}
    return LineOut(**values)


def finding(rule, name, message, action="", **rest):
    values = {
        "severity": "reject", "fixed": False, "waived": None, "related": (),
        "where": Where("1", 1, "A1", "SV1", 27, 1041),
        "evidence": (), "fix": None, "impact": None, "denial": None, **rest,
    }  # fmt: skip
    return Finding(rule=rule, name=name, message=message, action=action, **values)


def claim(position, disposition, lines, findings=(), lines_out=None, **rest):
    """A claim of interchange 1; its charges follow from its lines."""
    lines = tuple(lines)
    if lines_out is None:
        lines_out = () if disposition == "held" else tuple(out(one) for one in lines)
    values = {
        "claim_id": f"PCN{position}", "interchange": 1, "group": 1, "transaction": "0001", "position": position,
        "payer": MEDICARE, "lines_proposed": (), "visits": (), "not_checked": (),
        "charge_in": str(sum((Decimal(one.charge) for one in lines), Decimal("0.00"))),
        "charge_out": str(sum((Decimal(one.charge) for one in lines_out), Decimal("0.00"))), **rest,
    }  # fmt: skip
    return Claim(
        disposition=disposition, lines_in=lines, lines_out=tuple(lines_out), findings=tuple(findings), **values
    )


def report(claims, **rest):
    """A report whose totals follow from its claims."""
    claims = tuple(claims)
    money = {"in": Decimal("0.00"), "out": Decimal("0.00"), "held": Decimal("0.00")}
    for one in claims:
        money["in"] += Decimal(one.charge_in)
        money["out"] += Decimal(one.charge_out)
        money["held"] += Decimal(one.charge_in) if one.disposition == "held" else 0
    kinds = [one.disposition for one in claims]
    totals = Totals(
        claims=len(claims),
        unchanged=kinds.count("unchanged"),
        corrected=kinds.count("corrected"),
        held=kinds.count("held"),
        lines_in=sum(len(one.lines_in) for one in claims),
        lines_out=sum(len(one.lines_out) for one in claims),
        charge_in=str(money["in"]),
        charge_out=str(money["out"]),
        charge_held=str(money["held"]),
        lowered=str(money["in"] - money["out"] - money["held"]),
        raised="0.00",
    )
    values = {
        "scrubber": "0.1.0", "today": "2026-11-22", "input": Input("claims.837", "ab" * 32, 5120, ("000000001",)),
        "tables": (), "findings": (), **rest,
    }  # fmt: skip
    return Report(totals=totals, claims=claims, **values)


def overbilled(position=1):
    """Three units where the record supports two."""
    lines = [line(1, "97110", "GP", 3, "120.00"), line(2, "97140", "GP", 1, "40.00")]
    found = finding(
        "U101", "units-above-minutes",
        "97110 is billed 3 units; the signed record supports 2 (30 minutes).", "Bill 2 units.",
        fixed=True, where=Where("1", 1, "A1", "SV104", 27, 1041),
        evidence=(Evidence("record N-17", "30 minutes of 97110 by PT"), Evidence("record N-17", "signed")),
        fix=Fix("safe", "lowers", "Lower units from 3 to 2"),
        impact=Impact("-40.00"), denial=Denial("151", "N435", "A7:258", None),
    )  # fmt: skip
    visit = Visit(
        "2026-03-02", "PT", "cms", True, 45, 3,
        (VisitCode("97110", True, 30, 0, "3", 2, 0), VisitCode("97140", True, 15, 0, "1", 1, 0)),
    )  # fmt: skip
    return claim(
        position, "corrected", lines, [found],
        lines_out=[out(lines[0], units="2", charge="80.00"), out(lines[1])], visits=(visit,),
    )  # fmt: skip


def without_assistant_modifier(position=2):
    """An assistant furnished all of it; the line lacks CQ."""
    lines = [line(1, "97112", "GP", 2, "80.00")]
    found = finding(
        "M204", "missing-assistant-modifier",
        "97112 was furnished by an assistant (30 of 30 minutes) and is billed without CQ.", "Add CQ behind GP.",
        fixed=True, where=Where("1", 1, "A1", "SV101", 40, 1500),
        evidence=(Evidence("record N-18", "30 minutes of 97112 by PTA"),),
        fix=Fix("safe", "lowers", "Add CQ in second place"), impact=Impact("0.00"),
    )  # fmt: skip
    return claim(position, "corrected", lines, [found], lines_out=[out(lines[0], modifiers=("GP", "CQ"))])


def unpayable_pair(position=3):
    """Two codes that are never paid together."""
    lines = [line(1, "97140", "GP", 2, "80.00"), line(2, "97124", "GP", 1, "35.00")]
    found = finding(
        "N301", "pair-never-payable",
        "97124 is never paid beside 97140 on one day (NCCI pair, indicator 0); a modifier does not help.",
        "Decide which of the two the record supports and remove the other.",
        where=Where("2", 2, "A2", "SV101", 51, 1900),
        evidence=(Evidence("table ncci-ptp-medicare 2024Q3", "97140/97124, indicator 0, in force"),),
        fix=Fix("person", "lowers", "Remove 97124"),
        impact=Impact("-35.00"), denial=Denial("236", None, "A7:454", None),
    )  # fmt: skip
    return claim(position, "held", lines, [found], lines_proposed=(out(lines[0]),))


def pair_without_modifier(position=4):
    """A pair that a modifier may open; the claim of the same visit is held with it."""
    lines = [line(1, "97530", "GP", 2, "90.00"), line(2, "97150", "GP", 1, "30.00")]
    found = finding(
        "N302", "pair-needs-modifier",
        "97530 is not paid beside 97150 without an NCCI modifier; the recorded times do not overlap.",
        "If they were separate services, add 59 to 97530; otherwise remove it.",
        where=Where("1", 1, "A1", "SV101", 60, 2300), related=(Related("PCN5", 1, 1, 5),),
        evidence=(Evidence("record N-20", "97150 09:00-09:30; 97530 09:30-10:00"),),
        fix=Fix("person", "raises", "Add 59 to 97530"),
    )  # fmt: skip
    return claim(
        position, "held", lines, [found],
        not_checked=(NotChecked("U103", "the record gives a total but no minutes by code"),),
        other_payers=(OtherPayer("S", "60054", "CI", "commercial", ("how minutes become units", "code pairs")),),
    )  # fmt: skip


def held_with_visit(position=5):
    """Held because of the claim before it."""
    found = finding(
        "I004", "held-with-visit", "Shares the visit of 2026-03-02 with claim PCN4, which is held.",
        "Settle PCN4; then send both.", where=Where(), related=(Related("PCN4", 1, 1, 4),),
    )  # fmt: skip
    return claim(position, "held", [line(1, "97110", "GP", 1, "40.00")], [found])


def underbilled(position=6):
    """Goes out as it came, with a warning."""
    found = finding(
        "U102", "units-below-minutes", "97110 is billed 1 unit; the record supports 2 (30 minutes).",
        "Bill 2 units if the record is right.", severity="warn", fix=Fix("unsafe", "raises", "Raise units from 1 to 2"),
        impact=Impact("40.00"),
    )  # fmt: skip
    return claim(position, "unchanged", [line(1, "97110", "GP", 1, "40.00")], [found])


def clean(position):
    """Nothing was found."""
    return claim(position, "unchanged", [line(1, "97161", "GP", 1, "150.00"), line(2, "97110", "GP", 1, "40.00")])


@pytest.fixture(scope="session")
def demo():
    """One claim of each kind, and everything that a report can hold beside claims."""
    return report(
        [overbilled(), without_assistant_modifier(), unpayable_pair(), pair_without_modifier(), held_with_visit(),
         underbilled(), clean(7)],
        tables=(
            Table(
                "ncci-ptp-medicare", "2024Q3", "2020-01-01", "2024-09-30", 2814, False, True,
                "Dates of service after 2024-09-30 are answered from this edition; import the current PTP files.",
            ),
            Table("therapy-codes", "2026", "2022-01-01", "2026-12-31", 132, True, False),
        ),
        findings=(
            FileFinding(
                "E502", "segment-count", "warn", True, None, (), Where(None, None, None, "SE01", 312, 9120),
                "SE01 says 310 segments; there are 311.", "Recount.", (), Fix("safe", "neutral", "Recount SE01"), None,
                None, "transaction", 1,
            ),
        ),
        unreadable_records=(UnreadableRecord("march.csv", 12, "role", "one of PT, PTA, OT, OTA, SLP", "N-31"),),
        unmatched_records=(UnmatchedRecord("N-99", "no claim with this id"),),
        not_checked=(NotChecked("U107", "no record has start and stop"),),
        by_rule=(
            RuleTotal("E502", "segment-count", 1, 1, 0, "0.00", "0.00", None, 0, None),
            RuleTotal("N301", "pair-never-payable", 1, 0, 1, "0.00", "1035.00", "-27.72", 1,
                      "2026 national non-facility"),
            RuleTotal("U101", "units-above-minutes", 1, 1, 0, "-40.00", "0.00", "-22.21", 1,
                      "2026 national non-facility"),
        ),
        ledger=Ledger("5eed" * 16, 12, 1),
    )  # fmt: skip


@pytest.fixture(scope="session")
def six_claims():
    """What a demonstration shows."""
    return report(
        [overbilled(), without_assistant_modifier(), unpayable_pair(), pair_without_modifier(), clean(5), underbilled()]
    )


@pytest.fixture(scope="session")
def many_claims():
    """500 claims: 100 corrected twice over, 200 held, 100 with a warning, 100 clean."""
    kinds = (overbilled, unpayable_pair, pair_without_modifier, underbilled, clean)
    return report(kinds[position % 5](position) for position in range(1, 501))


@pytest.fixture(scope="session")
def build():
    """The makers above, for tests that need a claim of their own."""
    return {
        "line": line, "out": out, "finding": finding, "claim": claim, "report": report, "clean": clean,
        "overbilled": overbilled, "unpayable_pair": unpayable_pair,
    }  # fmt: skip
