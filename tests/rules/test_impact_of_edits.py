"""What edits of claims move: the estimate of the claims as they would be, read whole, less that of what they are."""

from datetime import date

import pytest
from rules import specimen
from rules.specimen import Bill, interchange, patient, settings

from scrubber.claims.claim import Claim
from scrubber.findings.finding import ClaimEdit
from scrubber.money.day import Billed, price_day
from scrubber.rules import impact as impact_module
from scrubber.rules.impact import Estimate, Impact
from scrubber.rules.rule import RuleContext
from scrubber.tables.tableset import load_tables
from scrubber.x12.span import Edit, Span

TODAY = date(2026, 11, 22)
LATER, LAST = date(2026, 3, 3), date(2026, 3, 4)
ONE, TWO, THREE = "SV1*HC:97110:GP*80*UN*2***1", "SV1*HC:97140:GP*40*UN*1***1", "SV1*HC:97530:GP*45*UN*1***1"
THREE_LINES = Bill(lines=(ONE, TWO, THREE))
DTP = "DTP*472*D8*20260302~\n"
ASSISTED = "allowed amounts with the assistant's 85 %"
ELSEWHERE = "at Medicare's rates, this payer's may differ"


def on(line: str, day: date) -> str:
    return f"{line} | DTP*472*D8*{day:%Y%m%d}"


def cents(claims: list[Claim]) -> int:
    """The estimate of claims of one payer, their therapy days priced one by one."""
    fees = load_tables().fee_schedule("fee-schedule-medicare")
    days: dict[date, list[Billed]] = {}
    for line in (line for claim in claims for line in claim.lines):
        if line.date and line.is_hcpcs and line.code and not line.is_quality_data:
            days.setdefault(line.date, []).append(Billed(line.code, line.whole_units, "CQ" in line.modifiers))
    return sum(price_day(lines, day, fees).cents for day, lines in days.items())


def moved(bills: Bill | tuple[Bill, ...], *changes: tuple[int, str, str]) -> tuple[Estimate | None, int, set[str]]:
    """What changes (claim, old text, new text) move by Impact and by reading all anew, and the tables that are stale.
    The claims are named in the order in which they stand."""
    subject = patient(bills)
    edits = []
    texts = {claim.ordinal: claim.text for claim in subject.claims}
    for ordinal, old, new in changes:
        claim = subject.claim_of[ordinal]
        assert claim.text.count(old) == 1
        start = claim.source.start + claim.text.index(old)
        edits.append(ClaimEdit(ordinal, Edit(Span(start, start + len(old)), new)))
        texts[ordinal] = texts[ordinal].replace(old, new)
    context = RuleContext(settings(), load_tables(), TODAY, subject)
    after = [Claim(claim.source, texts[claim.ordinal]) for claim in subject.claims]
    return Impact(subject, context).of_edits(edits), cents(after) - cents(list(subject.claims)), context.stale


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param([("97110:GP*80*UN*2", "97110:GP*40*UN*1")], id="units of the first line"),
        pytest.param([("97140:GP*40*UN*1", "97140:GP*120*UN*3")], id="units of a line between"),
        pytest.param([("97530:GP", "97530:GP:CQ")], id="the assistant's modifier on the last line"),
        pytest.param([("97110", "97112"), ("*UN*2", "*UN*3")], id="two places of one line"),
        pytest.param([("97110:GP", "97112:GP"), ("97530:GP*45*UN*1", "97530:GP*45*UN*2")], id="two lines"),
        pytest.param([(f"LX*1~\n{ONE}~\n{DTP}", "")], id="the first line goes"),
        pytest.param([(f"LX*2~\n{TWO}~\n{DTP}", "")], id="a line between goes"),
        pytest.param([(f"LX*3~\n{THREE}~\n{DTP}", "")], id="the last line goes"),
        pytest.param([("LX*1~\n", f"LX*9~\n{TWO}~\n{DTP}LX*1~\n")], id="a line comes before the first"),
        pytest.param([("LX*2~\n", f"LX*9~\n{ONE}~\n{DTP}LX*2~\n")], id="a line comes between"),
        pytest.param([(f"{THREE}~\n{DTP}", f"{THREE}~\n{DTP}LX*4~\n{ONE}~\n{DTP}")], id="a line comes last"),
        pytest.param([(f"LX*2~\n{TWO}~\n{DTP}", f"LX*2~\n{THREE}~\n{DTP}LX*9~\n{ONE}~\n{DTP}")], id="two for one"),
    ],
)
def test_edits_within_lines_are_priced_without_reading_the_claim_again(
    changes: list[tuple[str, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(impact_module, "_edited_whole", None)
    made, expected, _ = moved(THREE_LINES, *((0, *change) for change in changes))
    assert made is not None
    assert made.cents == expected != 0


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param([("HI*ABK:M5450", f"HI*ABK:M5450~\nLX*8~\n{ONE}~\n{DTP.strip()[:-1]}")], id="a line in the head"),
        pytest.param([("*165***", "*125***"), ("97110:GP*80*UN*2", "97110:GP*40*UN*1")], id="the total with a line"),
        pytest.param([(f"{DTP}LX*2~\n{TWO}", f"{DTP}LX*2~\n{THREE}")], id="from one line into the next"),
        pytest.param([(f"{TWO}~\n{DTP}", f"{TWO}~\n{DTP.strip()[:-1]}\n")], id="a line without its last terminator"),
        pytest.param([("LX*2~", "K3*2~")], id="the head of a line, whose rest falls to the line before"),
        pytest.param([("*UN*1***1~\nDTP*472*D8*20260302~\nLX*3", "*UN*3***1~\nDTP*472*D8*20260302~\nLX*3")],
                     id="up to the number of the next line"),
    ],
)  # fmt: skip
def test_edits_beyond_a_line_are_priced_all_the_same(changes: list[tuple[str, str]]) -> None:
    made, expected, _ = moved(THREE_LINES, *((0, *change) for change in changes))
    assert made is not None
    assert made.cents == expected != 0


def test_a_claim_of_one_line_is_read_again_as_well() -> None:
    made, expected, _ = moved(Bill(), (0, "CLM*PCN1*80*", "CLM*PCN1*40*"), (0, "*UN*2", "*UN*1"))
    assert made is not None
    assert made.cents == expected != 0


def test_in_a_file_without_line_breaks_a_line_is_priced_as_well(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(specimen, "interchange", lambda *bills: interchange(*bills).replace("\n", ""))
    made, expected, _ = moved(THREE_LINES, (0, "97140:GP*40*UN*1", "97140:GP*120*UN*3"))
    assert made is not None
    assert made.cents == expected != 0


def test_lines_that_change_places_move_nothing() -> None:
    swap = Bill(lines=(ONE, on(ONE, LATER)))
    made, *_ = moved(swap, (0, "20260302", "20260303"), (0, "20260303", "20260302"))
    assert made is not None
    assert made.cents == 0


@pytest.mark.parametrize(
    ("line", "old", "new", "cents"),
    [
        ("SV1*HC:98986:GP*40*UN*1***1", "98986:GP*40", "98986:GP*41", 0),
        ("SV1*HC:98986:GP*40*UN*1***1", "98986:GP*40", "98986:GP:59*40", None),
        ("SV1*HC:98986:GP*40*UN*1***1", "98986:GP*40*UN*1", "98986:GP*40*UN*2", None),
    ],
)
def test_what_a_change_of_a_line_without_an_amount_moves_is_not_known(
    line: str, old: str, new: str, cents: int | None
) -> None:
    made, *_ = moved(Bill(lines=(ONE, line)), (0, old, new))
    assert (made and made.cents) == cents


@pytest.mark.parametrize(
    ("line", "old", "new"),
    [
        (TWO.replace("HC:", "ER:"), "ER:97140", "HC:97140"),
        (on(TWO, date(2026, 3, 9)).replace("20260309", "2026030X"), "2026030X", "20260302"),
    ],
)
def test_a_line_that_comes_to_a_day(line: str, old: str, new: str) -> None:
    made, expected, _ = moved(Bill(lines=(ONE, line)), (0, old, new))
    assert made is not None
    assert made.cents == expected > 0


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("20260303", "20260302"),
        ("20260303", "20260309"),
        ("DTP*472*D8*20260303~\n", ""),
        ("HC:97530:GP", "HC:"),
        ("HC:97530", "ER:97530"),
        ("HC:97530:GP*45", "HC:G8978:GP*0"),
    ],
)
def test_a_line_that_leaves_its_day(old: str, new: str) -> None:
    """For another day of the claim it is priced there; where no day has it, it is not paid."""
    before = Bill(lines=(ONE, TWO, on(THREE, LATER), on("SV1*HC:97112:GP*40*UN*1***1", LATER)))
    if old == "20260303":
        old, new = f"97530:GP*45*UN*1***1~\nDTP*472*D8*{old}", f"97530:GP*45*UN*1***1~\nDTP*472*D8*{new}"
    if old.startswith("DTP"):
        old, new = f"97530:GP*45*UN*1***1~\n{old}", "97530:GP*45*UN*1***1~\n"
    made, expected, _ = moved(before, (0, old, new))
    assert made is not None
    if new.endswith("20260309"):
        expected -= cents([Claim(c.source) for c in patient(Bill(lines=(THREE,))).claims])
    assert made.cents == expected != 0


FIRST = Bill(lines=(ONE, "SV1*HC:97140:GP:CQ*40*UN*1***1"))
SECOND = Bill(lines=("SV1*HC:97161:GP*120*UN*1***1",), on=date(2025, 3, 3), number="PCN2", filing="CH")


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
@pytest.mark.parametrize("bills", [(FIRST, SECOND), (SECOND, FIRST)])
def test_an_estimate_of_two_claims_rests_on_both(bills: tuple[Bill, Bill], order: tuple[int, int]) -> None:
    changes = [(n, *_change(bills[n])) for n in order]
    made, *_ = moved(bills, *changes)
    assert made is not None
    assert made.basis.startswith("2025 and 2026 national non-facility, reduced for several procedures, " + ASSISTED)
    assert ELSEWHERE not in made.basis


def _change(bill: Bill) -> tuple[str, str]:
    """Of a charge, which moves no estimate: it rests on what was there."""
    return ("CQ*40*", "CQ*41*") if bill is FIRST else ("GP*120*", "GP*121*")


def test_an_amount_that_is_not_known_leaves_no_estimate_and_marks_the_tables_looked_at_before_it() -> None:
    after = Bill(lines=(on(ONE, date(2027, 1, 4)), on(TWO, date(2027, 1, 5)), on(THREE, date(2027, 1, 6))))
    first, last = ("97110:GP", "98986:GP"), ("97530:GP", "98986:GP")
    assert moved(after, (0, *first))[::2] == (None, set())
    assert moved(after, (0, *last))[::2] == (None, {"fee-schedule-medicare"})
    assert moved((after, Bill(number="PCN2", on=date(2027, 1, 7))), (0, *last), (1, "97110:GP", "98986:GP"))[2] == {
        "fee-schedule-medicare"
    }


@pytest.mark.parametrize("assisted", [0, 1])
def test_an_estimate_of_several_days_rests_on_all(assisted: int) -> None:
    days = (ONE, "SV1*HC:97161:GP*120*UN*1***1"), (date(2025, 3, 3), date(2026, 3, 2))
    lines = [line.replace(":GP", ":GP:CQ") if n == assisted else line for n, line in enumerate(days[0])]
    bill = Bill(lines=(on(lines[0], days[1][0]), on(lines[1], days[1][1])), filing="CH")
    (made, *_), (second, *_) = (moved(bill, (0, f"*UN*{n}", "*UN*3")) for n in (2, 1))
    for each in (made, second):
        assert each is not None
        assert each.basis.startswith("2025 and 2026 national non-facility, reduced for several procedures, " + ASSISTED)
        assert each.basis.endswith(ELSEWHERE)


def test_what_is_collected_is_added_up_over_days() -> None:
    bill = Bill(lines=("SV1*HC:97161:GP*120*UN*1***1", on("SV1*HC:97161:GP*120*UN*1***1", LATER)))
    first, second, both = (
        moved(bill, *changes)[0]
        for changes in (
            [(0, "97161:GP*120*UN*1***1~\nDTP*472*D8*20260302", "97161:GP:CQ*120*UN*1***1~\nDTP*472*D8*20260302")],
            [(0, "97161:GP*120*UN*1***1~\nDTP*472*D8*20260303", "97161:GP:CQ*120*UN*1***1~\nDTP*472*D8*20260303")],
            [
                (0, "97161:GP*120*UN*1***1~\nDTP*472*D8*20260302", "97161:GP:CQ*120*UN*1***1~\nDTP*472*D8*20260302"),
                (0, "97161:GP*120*UN*1***1~\nDTP*472*D8*20260303", "97161:GP:CQ*120*UN*1***1~\nDTP*472*D8*20260303"),
            ],
        )
    )
    assert first is not None
    assert second is not None
    assert both is not None
    one, other, total = (float(each.basis.partition("85 %; ")[2].split()[0]) for each in (first, second, both))
    assert (both.cents, round(total, 2)) == (first.cents + second.cents, round(one + other, 2))


def test_claims_of_no_fee_table_move_nothing_and_hide_nothing() -> None:
    commercial = Bill(filing="CI", number="PCN2", payer="00999")
    made, expected, _ = moved(
        (commercial, THREE_LINES), (0, "*UN*2", "*UN*1"), (1, "97140:GP*40*UN*1", "97140:GP*40*UN*2")
    )
    alone, only, _ = moved(THREE_LINES, (0, "97140:GP*40*UN*1", "97140:GP*40*UN*2"))
    assert made == alone
    assert alone is not None
    assert alone.cents == only != expected
    assert moved(commercial, (0, "*UN*2", "*UN*1"))[0] is None
