"""U101 with N302: what one finding holds, no other one's fix touches."""

from datetime import date, timedelta

from rules.specimen import DAY, Bill, clock, found, interchange, row, run, scrubbed, settings, sv1

from scrubber.settings.waivers import Waiver
from scrubber.visits.records import TreatmentRecords

BILL = Bill(lines=("SV1*HC:97150:GP*30*UN*1***1", "SV1*HC:97110:GP*80*UN*2***1"))
ROWS = (row("97150", 30), row("97110", 15))


def test_held_and_not_a_byte_of_it_edited() -> None:
    outcome = run(BILL, ROWS)
    (claim,) = outcome.claims
    assert found(claim) == ["U101 reject", "N302 reject"]
    assert claim.edits == ()
    assert outcome.corrected() is None
    text = outcome.source.decode()
    assert text[text.index("CLM*") : text.index("SE*")] in (outcome.held() or b"").decode()


def test_what_would_be_corrected_is_proposed() -> None:
    (claim,) = run(BILL, ROWS).claims
    assert [(line.code, line.units, line.charge) for line in claim.lines_proposed] == [
        ("97150", "1", "30"),
        ("97110", "1", "40"),
    ]
    assert claim.lines_out == ()
    assert claim.charge_out == "0.00"


def test_a_waived_pair_lets_the_units_be_corrected() -> None:
    waiver = Waiver("N302", "PCN1", "one after the other, seen in the note", "dana", date(2026, 12, 31))
    outcome = scrubbed(interchange(BILL).encode(), TreatmentRecords(ROWS), settings(waivers=[waiver]))
    assert sv1(outcome) == ["SV1*HC:97150:GP*30*UN*1***1", "SV1*HC:97110:GP*40*UN*1***1"]
    assert found(outcome.claims[0]) == ["U101 fixed", "N302 reject"]
    assert [verdict.waived for verdict in outcome.claims[0].verdicts] == [None, waiver]


def test_the_message_says_what_the_clock_says() -> None:
    def message(group: str, exercise: str) -> str:
        rows = [row("97150", **clock(group)), row("97110", 15, **clock(exercise))]
        (claim,) = run(BILL, rows).claims
        return next(v.finding.message for v in claim.verdicts if v.finding.rule == "N302")

    assert "The recorded times are apart." in message("9:00-9:30", "9:30-9:45")
    assert "The recorded times overlap." in message("9:00-9:30", "9:29-9:45")
    (claim,) = run(BILL, ROWS).claims
    assert "no clock times" in claim.verdicts[1].finding.message


def test_another_day_is_no_pair() -> None:
    later = DAY + timedelta(days=1)
    bill = Bill(lines=(BILL.lines[0], f"SV1*HC:97110:GP*80*UN*2***1 | DTP*472*D8*{later:%Y%m%d}"))
    outcome = run(bill, [row("97150", 30), row("97110", 15, service_date=later)])
    assert found(outcome.claims[0]) == ["U101 fixed"]
