"""What the findings say of lines that earlier files sent: place, severity, words and evidence."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from ledger.sent import check, enter, file_of
from rules.specimen import Bill

from scrubber.findings.finding import Finding

MANUAL, MASSAGE = "SV1*HC:97140:GP*38*UN*1***1", "SV1*HC:97124:GP*30*UN*1***1"
EXERCISE, TESTS = "SV1*HC:97110:GP*40*UN*1***1", "SV1*HC:97750:GP*50*UN*1***1"
OTHER_PERSON = "1999887742"


def findings(tmp_path: Path, sent: Bill, now: Bill, rule: str, **profile: object) -> list[Finding]:
    """What a rule finds in a claim when another one was sent before."""
    ledger = tmp_path / f"{len(list(tmp_path.iterdir()))}.ledger"
    enter(ledger, file_of(sent, control="000000100"))
    (claim,) = check(ledger, file_of(replace(now, number="PCN9")), **profile).claims
    return [verdict.finding for verdict in claim.verdicts if verdict.finding.rule == rule]


def bill(*lines: str, rendering: str = "1999887726", on: date = date(2026, 3, 2), filing: str = "MB") -> Bill:
    return Bill(lines=lines, rendering=rendering, on=on, filing=filing)


def test_a_pair_that_is_never_paid(tmp_path: Path) -> None:
    (found,) = findings(tmp_path, bill(MANUAL), bill(EXERCISE, MASSAGE), "N301")
    assert (found.where.ordinal, found.where.element, found.severity.word) == (2, "SV101-2", "reject")
    assert found.message == (
        "97124 is never paid beside 97140 on one day, and an earlier file sent 97140 for it; no modifier changes that."
    )
    assert found.action == "Bill 97140 or 97124, not both; 97124 is the one that is denied."
    assert [(each.source, each.states) for each in found.evidence] == [
        ("NCCI pair table", "97140 with 97124, indicator 0, on 2026-03-02"),
        ("ledger, entered on 2026-03-05", "97140 GP on 2026-03-02, 1 unit"),
    ]


def test_a_pair_that_a_modifier_would_open(tmp_path: Path) -> None:
    (found,) = findings(tmp_path, bill(MANUAL), bill(TESTS), "N302")
    assert (found.where.ordinal, found.where.element, found.severity.word) == (1, "SV101-2", "reject")
    assert found.message == (
        "97750 beside 97140 on one day needs a modifier such as 59 on one of them; an earlier file sent 97140."
    )
    assert found.action.endswith("a person adds 59; otherwise take 97750 off.")
    assert [each.source for each in found.evidence] == ["NCCI pair table", "ledger, entered on 2026-03-05"]


def test_a_payer_that_counts_the_modifier_on_column_2_is_told_so(tmp_path: Path) -> None:
    (found,) = findings(tmp_path, bill(MANUAL), bill(TESTS), "N302", pair_modifier="column-2")
    assert "needs a modifier such as 59 on 97750; " in found.message


@pytest.mark.parametrize(
    ("sent", "now", "expected"),
    [
        (MANUAL.replace(":GP", ":GP:59"), TESTS, 1),
        (MANUAL, TESTS.replace(":GP", ":GP:59"), 0),
        (TESTS.replace(":GP", ":GP:59"), MANUAL, 0),
        (TESTS, MANUAL.replace(":GP", ":GP:59"), 1),
    ],
)
def test_on_column_2_the_modifier_counts_whichever_was_sent(tmp_path: Path, sent: str, now: str, expected: int) -> None:
    """97140 is column 1 and 97750 column 2."""
    assert len(findings(tmp_path, bill(sent), bill(now), "N302", pair_modifier="column-2")) == expected


@pytest.mark.parametrize(("rule", "sent", "now"), [("N301", MANUAL, MASSAGE), ("N302", MANUAL, TESTS)])
def test_another_discipline_and_person_makes_it_a_warning(tmp_path: Path, rule: str, sent: str, now: str) -> None:
    def severities(now: str, rendering: str) -> list[str]:
        found = findings(tmp_path, bill(sent), bill(now, rendering=rendering), rule)
        return [each.severity.word for each in found]

    assert severities(now.replace(":GP", ":GO"), OTHER_PERSON) == ["warn"]
    assert severities(now, OTHER_PERSON) == ["reject"]
    assert severities(now.replace(":GP", ":GO"), "1999887726") == ["reject"]


@pytest.mark.parametrize(
    ("sent", "now"),
    [(MANUAL, MASSAGE.replace(":GP", ":GY")), (MANUAL.replace(":GP", ":GY"), MASSAGE)],
    ids=["now", "sent"],
)
def test_a_line_that_the_law_excludes_is_in_no_pair(tmp_path: Path, sent: str, now: str) -> None:
    assert findings(tmp_path, bill(sent), bill(now), "N301") == []


def test_what_is_passed_over_does_not_hide_what_stands_behind(tmp_path: Path) -> None:
    excluded = EXERCISE.replace(":GP", ":GY")
    assert len(findings(tmp_path, bill(excluded, MANUAL), bill(excluded, MANUAL.replace("38", "76"), MASSAGE), "N301"))
    assert findings(tmp_path, bill(MANUAL), bill(TESTS, MASSAGE), "N301")[0].where.ordinal == 2


@pytest.mark.parametrize(
    ("codes", "expected"),
    [(("97530", "97140"), 1), (("97140", "97530"), 1), (("97530", "97116"), 0), (("97116", "97140"), 0)],
)
def test_pairs_that_a_payer_keeps(tmp_path: Path, codes: tuple[str, str], expected: int) -> None:
    sent, now = (bill(f"SV1*HC:{code}:GP*40*UN*1***1", filing="CI") for code in codes)
    found = findings(tmp_path, sent, now, "N302", extra_pairs=(("97530", "97140"),))
    assert len(found) == expected
    assert all("97140 beside 97530 on one day" in each.message for each in found)


def test_a_pair_with_what_was_sent_is_answered_beyond_the_edition_and_said_to_be_stale(tmp_path: Path) -> None:
    ledger = tmp_path / "sent.ledger"
    enter(ledger, file_of(bill(EXERCISE), control="000000100"))
    for_one_code = file_of(replace(bill(MANUAL), number="PCN9"))
    assert check(ledger, for_one_code).stale == {"ncci-ptp-medicare"}
    enter(tmp_path / "empty.ledger")
    assert check(tmp_path / "empty.ledger", for_one_code).stale == set()


def test_units_of_the_day_with_what_was_sent(tmp_path: Path) -> None:
    sent = bill("SV1*HC:97112:GP*80*UN*2***1", "SV1*HC:97112:GP:76*40*UN*1***1", EXERCISE)
    (found,) = findings(tmp_path, sent, bill("SV1*HC:97112:GP:59*80*UN*2***1"), "N306")
    assert found.message == (
        "97112 is billed 5 units on 2026-03-02, 3 of them sent with earlier files; the limit of a day is 4."
    )
    assert [(each.source, each.states) for each in found.evidence[1:]] == [
        ("ledger, entered on 2026-03-05", "97112 GP on 2026-03-02, 2 units"),
        ("ledger, entered on 2026-03-05", "97112 GP 76 on 2026-03-02, 1 unit"),
    ]


def test_a_line_that_was_sent_without_whole_units_counts_none(tmp_path: Path) -> None:
    sent = bill("SV1*HC:97112:GP*80*UN*1.5***1")
    (found,) = findings(tmp_path, sent, bill("SV1*HC:97112:GP:59*200*UN*5***1"), "N306")
    assert found.message == "97112 is billed 5 units on 2026-03-02; the limit of a day is 4."
    assert [each.states for each in found.evidence[1:]] == ["97112 GP on 2026-03-02"]
    assert findings(tmp_path, sent, bill("SV1*HC:97112:GP:59*160*UN*4***1"), "N306") == []


def bases(tmp_path: Path, sent: Bill, *now: Bill) -> list[str]:
    """What C415 says of each claim of this file."""
    ledger = tmp_path / f"{len(list(tmp_path.iterdir()))}.ledger"
    enter(ledger, file_of(sent, control="000000100"))
    outcome = check(ledger, file_of(*now))
    return [claim.claim_id for claim in outcome.claims for v in claim.verdicts if v.finding.rule == "C415"]


@pytest.mark.parametrize(
    ("base", "sent_on", "add_on", "expected"),
    [
        ("98980", date(2026, 3, 1), "98981", []),
        ("98980", date(2026, 3, 31), "98981", []),
        ("98980", date(2026, 2, 28), "98981", ["PCN9"]),
        ("98980", date(2026, 4, 1), "98981", ["PCN9"]),
        ("97129", date(2026, 3, 9), "97130", []),
        ("97129", date(2026, 3, 8), "97130", ["PCN9"]),
        ("97129", date(2026, 3, 10), "97130", ["PCN9"]),
        ("97545", date(2026, 3, 9), "97130", ["PCN9"]),
    ],
)
def test_the_base_was_sent_for_the_day_or_for_the_month(
    tmp_path: Path, base: str, sent_on: date, add_on: str, expected: list[str]
) -> None:
    now = replace(bill(f"SV1*HC:{add_on}:GP*45*UN*1***1", on=date(2026, 3, 9)), number="PCN9")
    assert bases(tmp_path, bill(f"SV1*HC:{base}:GP*50*UN*1***1", on=sent_on), now) == expected


def test_a_base_that_this_file_voids_is_there_no_more(tmp_path: Path) -> None:
    sent = bill("SV1*HC:97129:GP*50*UN*1***1")
    void = replace(sent, frequency="8", head=("REF*F8*ICN20261",))
    add_on = replace(bill("SV1*HC:97130:GP*45*UN*1***1"), number="PCN9")
    assert bases(tmp_path, sent, add_on) == []
    assert bases(tmp_path, sent, void, add_on) == ["PCN9"]


def test_a_line_and_a_number_that_were_sent_are_named_with_their_day(tmp_path: Path) -> None:
    sent, other = bill(EXERCISE), "SV1*HC:97112:GP*40*UN*1***1 | DTP*472*D8*2026"
    (line,) = findings(tmp_path, sent, bill(other, MANUAL, EXERCISE), "C404")
    assert line.where.ordinal == 3
    assert [(each.source, each.states) for each in line.evidence] == [
        ("ledger, entered on 2026-03-05", "97110 GP on 2026-03-02, 1 unit")
    ]
    ledger = tmp_path / "numbers.ledger"
    enter(ledger, file_of(sent, control="000000100"))
    void = replace(bill(MANUAL), frequency="8", head=("REF*F8*ICN1",))
    later = replace(bill(MANUAL, on=date(2026, 3, 9)), number=sent.number)
    outcome = check(ledger, file_of(replace(void, number="PCN7"), replace(bill(TESTS), number="PCN8"), later))
    (number,) = [v.finding for claim in outcome.claims for v in claim.verdicts if v.finding.rule == "C405"]
    assert (number.where.claim, number.where.element, number.severity.word) == (2, "CLM01", "warn")
    assert [(each.source, each.states) for each in number.evidence] == [
        ("ledger, entered on 2026-03-05", "a claim of the same number")
    ]


def test_a_sent_line_of_several_days_is_of_no_day(tmp_path: Path) -> None:
    span = bill(f"{MANUAL} | DTP*472*RD8*20260302-20260303")
    assert findings(tmp_path, span, bill(MASSAGE), "N301") == []
    assert findings(tmp_path, bill(f"{MANUAL} | DTP*472*RD8*20260302-20260302"), bill(MASSAGE), "N301")


def test_what_another_claim_of_the_file_replaces_was_not_sent(tmp_path: Path) -> None:
    ledger = tmp_path / "sent.ledger"
    enter(ledger, file_of(bill(MANUAL), control="000000100"))
    now = replace(bill(MASSAGE), number="PCN9")
    for other, expected in (
        (replace(bill(EXERCISE), frequency="7", head=("REF*F8*ICN20261",)), []),
        (replace(bill(EXERCISE), number="PCN2"), ["N301"]),
    ):
        claim, _ = check(ledger, file_of(now, other)).claims
        assert [v.finding.rule for v in claim.verdicts if v.finding.rule == "N301"] == expected


@pytest.mark.parametrize(
    ("sent", "now", "severity"),
    [
        ("GP", "GP", "reject"),
        ("GP:KX", "GP", "reject"),
        ("GP", "GO", "warn"),
        ("GP:GO", "GP", "warn"),
        ("GP:GO", "GO", "warn"),
        ("KX", "GP", "warn"),
        ("KX", "KX", "warn"),
    ],
)
def test_another_provider_of_the_same_discipline(tmp_path: Path, sent: str, now: str, severity: str) -> None:
    """Where a code or its modifiers tell no discipline, or two, it is none that could be the same."""
    before = replace(bill(MANUAL.replace("GP", sent), rendering=OTHER_PERSON), taxonomy="")
    later = replace(bill(MASSAGE.replace("GP", now)), taxonomy="")
    (found,) = findings(tmp_path, before, later, "N301", discipline_modifiers=False)
    assert found.severity.word == severity
