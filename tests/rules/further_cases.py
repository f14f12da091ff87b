"""Cases beside the worked examples, for what a finding says of several claims, lines, records or patients."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from rules.specimen import OTHER_MEMBER, Bill, clock, interchange, row

from scrubber.visits.record_rows import BadRow, TreatmentRecord


@dataclass(frozen=True)
class Case:
    """``profile`` are values of every payer profile; ``swaps`` exchange texts of the finished file, each once."""

    title: str
    bills: tuple[Bill, ...]
    rows: tuple[TreatmentRecord | BadRow, ...] = ()
    profile: dict[str, Any] = field(default_factory=dict)
    swaps: tuple[tuple[str, str], ...] = ()

    def source(self) -> bytes:
        """The file."""
        text = interchange(*self.bills)
        for old, new in self.swaps:
            assert old in text, old
            text = text.replace(old, new, 1)
        return text.encode("latin-1")


EXERCISE, REEDUCATION = "SV1*HC:97110:GP*{}*UN*{}***1", "SV1*HC:97112:GP*{}*UN*{}***1"
MANUAL, WHIRLPOOL = "SV1*HC:97140:GP*{}*UN*{}***1", "SV1*HC:97022:GP*{}*UN*{}***1"
OT = {"taxonomy": "225X00000X", "rendering": "1999887742"}


def line(text: str, units: int, price: int = 40) -> str:
    return text.format(units * price, units)


def two(first: str, second: str, **columns: Any) -> tuple[Bill, Bill]:
    return Bill(lines=(first,), **columns), Bill(lines=(second,), number="PCN2", **columns)


def of_second(code: str, minutes: int | None = None, role: str = "PT", **columns: Any) -> TreatmentRecord:
    return row(code, minutes, role, claim_id="PCN2", note_id="N2", **columns)


ONE_VISIT = (line(EXERCISE, 2), line(MANUAL, 1))
THREE = tuple(
    Bill(lines=(line(text, 1),), number=f"PCN{n}") for n, text in enumerate((EXERCISE, MANUAL, REEDUCATION), 1)
)


def cases() -> Iterator[Case]:
    """All of them."""
    yield Case("Units of two claims of one visit", two(*ONE_VISIT), (row("97110", 20), of_second("97140", 12)))
    yield Case(
        "Units of two claims of one visit, by the midpoint rule",
        two(line(EXERCISE, 3), line(MANUAL, 2), filing="CI"),
        (row("97110", 20), of_second("97140", 12)),
        {"unit_rule": "ama"},
    )
    yield Case(
        "Fewer units than the minutes of two claims earn", two(*ONE_VISIT), (row("97110", 53), of_second("97140", 40))
    )
    yield Case(
        "Minutes that no claim bills, in a visit of three claims",
        THREE,
        (row("97110", 15), row("97530", 16), of_second("97140", 15), row("97112", 15, claim_id="PCN3", note_id="N3")),
    )
    yield Case("Minutes that no claim bills and that earn two units", (Bill(),), (row("97110", 30), row("97530", 30)))
    yield Case(
        "Overlaps in two claims of one visit",
        two(*ONE_VISIT),
        (
            row("97110", **clock("9:00-9:30"), clinician_id="A"),
            of_second("97140", **clock("9:20-9:35"), clinician_id="A"),
            row("97110", **clock("9:31-9:40"), clinician_id="A"),
        ),
    )
    yield Case(
        "One clinician with three patients at once, Medicare's and another's",
        (
            Bill(lines=(line(EXERCISE, 2),)),
            Bill(lines=(line(EXERCISE, 2),), number="PCN2", member=OTHER_MEMBER),
            Bill(lines=(line(MANUAL, 2),), number="PCN3", member="3FH5TF6NL84", filing="CI"),
        ),
        (
            row("97110", **clock("9:00-9:30"), clinician_id="A"),
            of_second("97110", **clock("9:15-9:45"), clinician_id="A"),
            row("97140", **clock("9:29-9:59"), clinician_id="A", claim_id="PCN3", note_id="N3"),
        ),
        {"unit_rule": "cms"},
    )
    yield Case(
        "PT and OT record more time than they cover",
        (
            Bill(lines=(line(EXERCISE, 2),)),
            Bill(lines=("SV1*HC:97530:GO*80*UN*2***1",), number="PCN2", **OT),
        ),
        (
            row("97110", **clock("9:00-9:30"), clinician_id="A"),
            of_second("97530", None, "OT", **clock("9:10-9:40"), clinician_id="B"),
        ),
    )
    yield Case(
        "Clock times are not there, or nobody is named",
        two(*ONE_VISIT),
        (row("97110", 30), of_second("97140", **clock("9:20-9:35"))),
    )
    yield Case(
        "Lines in minutes: a pool, a session, a code of its own clock and one that nobody can convert",
        (
            Bill(
                lines=(
                    "SV1*HC:97110:GP*80*MJ*30***1",
                    "SV1*HC:97140:GP*38*MJ*15***1",
                    "SV1*HC:97022:GP*20*MJ*20***1",
                    "SV1*HC:97545:GP*200*MJ*120***1",
                    "SV1*HC:97150:GP*30*MJ*1***1",
                )
            ),
        ),
        (
            row("97110", 30),
            row("97140", 15),
            row("97022", 20),
            row("97545", 120),
            row("97150", 30, mode="group"),
        ),
    )
    yield Case(
        "Lines in minutes of two claims",
        two("SV1*HC:97110:GP*80*MJ*30***1", "SV1*HC:97140:GP*38*MJ*15***1"),
        (row("97110", 30), of_second("97140", 15)),
    )
    yield Case(
        "A line in minutes of a record that is not signed",
        (Bill(lines=("SV1*HC:97110:GP*80*MJ*30***1",)),),
        (row("97110", 30, signed=False),),
    )
    yield Case(
        "Lines of other code sets, without a code, and of codes that are no therapy",
        (
            Bill(
                lines=(
                    "SV1*ER:97110*10*UN*1***1",
                    "SV1*HC:99213*90*UN*1***1",
                    "SV1*HC*10*UN*1***1",
                    "SV1*HC:99213:25*90*UN*1***1",
                )
            ),
        ),
    )
    yield Case(
        "Lines of no single day",
        (
            Bill(
                lines=(
                    "SV1*HC:97110:GP*40*UN*1***1 | DTP*472*RD8*20260302-20260303",
                    "SV1*HC:97140:GP*40*UN*1***1 | DTP*472*D8*2026",
                )
            ),
        ),
    )
    yield Case("No units", (Bill(lines=("SV1*HC:97110:GP*40*UN****1", "SV1*HC:97140:GP*40*UN*0.00***1")),))
    yield Case(
        "Notes of lines that differ from the record",
        (
            Bill(
                lines=(f"{line(EXERCISE, 2)} | NTE*ADD*97110 25 MIN", f"{line(MANUAL, 1)} | NTE*ADD*TOTAL TIMED 50 MIN")
            ),
        ),
        (row("97110", 30), row("97140", 15)),
    )
    yield Case(
        "Codes of one person, recorded in a group and in part",
        (Bill(lines=(line(EXERCISE, 2), line(MANUAL, 1))),),
        (row("97110", 30, mode="group"), row("97140", 10, mode="group"), row("97140", 8)),
    )
    yield Case(
        "Totals that contradict the codes",
        (Bill(lines=ONE_VISIT),),
        (row("97110", 30), row("97140", 15), row("", timed_total=50, treatment_total=40)),
    )
    yield Case(
        "Untimed codes above one, of a claim with several lines of them",
        (Bill(lines=(line(WHIRLPOOL, 3, 20), "SV1*HC:97012:GP*20*UN*1***1", "SV1*HC:97012:GP:76*41*UN*2***1")),),
        (row("97022", 20), row("97012", 10)),
    )
    yield Case(
        "Untimed codes above one without a charge that can be read",
        (Bill(lines=("SV1*HC:97022:GP*4O*UN*2***1",)),),
        (row("97022", 20),),
    )
    yield Case(
        "Timed units above what the payer takes, over two claims",
        two(line(EXERCISE, 3), line(MANUAL, 3)),
        (row("97110", 45), of_second("97140", 45)),
        {"timed_units_per_day": 4},
    )
    yield Case(
        "The amount to date of two disciplines",
        (Bill(lines=(line(EXERCISE, 2),)), Bill(lines=("SV1*HC:97530:GO*80*UN*2***1",), number="PCN2", **OT)),
        (
            row("97110", 30),
            row("", pt_slp_to_date="2500"),
            of_second("97530", 30, "OT"),
            of_second("", None, "OT", ot_to_date="100.50", discipline="OT"),
        ),
    )
    yield Case(
        "KX far from the threshold, over two lines",
        (
            Bill(
                lines=(
                    "SV1*HC:97110:GP:KX*80*UN*2***1",
                    "SV1*HC:97140:GP:KX*40*UN*1***1",
                    "SV1*HC:97112:GP*40*UN*1***1",
                )
            ),
        ),
        (row("97110", 30), row("97140", 15), row("97112", 15), row("", pt_slp_to_date="300")),
    )
    yield Case(
        "Evaluations with modifiers that they do not need",
        (
            Bill(lines=("SV1*HC:97161:GP:25:59*110*UN*1***1",)),
            Bill(lines=("SV1*HC:97161:GP:25*110*UN*1***1",), number="PCN2", filing="CI", member=OTHER_MEMBER),
        ),
    )
    yield Case(
        "Modifiers of three disciplines, repeated and out of order",
        (
            Bill(
                lines=(
                    "SV1*HC:97110:KX:GP:GO:GP*80*UN*2***1",
                    "SV1*HC:97140:59:GP:59*40*UN*1***1",
                    "SV1*HC:97530:gp*40*UN*1***1",
                    "SV1*HC:97112:GP:GA:GZ*40*UN*1***1",
                )
            ),
        ),
    )
    yield Case(
        "Lines that need their discipline, by each thing that tells it",
        (
            Bill(
                lines=(
                    "SV1*HC:97110*80*UN*2***1",
                    "SV1*HC:97161*110*UN*1***1",
                    "SV1*HC:97597*40*UN*1***1",
                    "SV1*HC:97140:GO*40*UN*1***1",
                )
            ),
        ),
        (row("97110", 30, discipline="OT"),),
    )
    yield Case(
        "The same without a record",
        (
            Bill(lines=("SV1*HC:97110*80*UN*2***1", "SV1*HC:97597*40*UN*1***1")),
            Bill(
                lines=("SV1*HC:97110*80*UN*2***1", "SV1*HC:97140:GO*40*UN*1***1"),
                number="PCN2",
                taxonomy="207Q00000X",
                member=OTHER_MEMBER,
            ),
        ),
    )
    yield Case(
        "An assistant's work under a physician, of two lines",
        (Bill(lines=(line(REEDUCATION, 1), line(EXERCISE, 1), line(MANUAL, 1)), taxonomy="207Q00000X"),),
        (row("97112", 15), row("97110", 15, "PTA"), row("97140", 10), row("97140", 5, "PTA")),
    )
    yield Case(
        "The assistant's minutes on an evaluation and a device",
        (
            Bill(
                lines=("SV1*HC:97112:GP*40*UN*1***1", "SV1*HC:97161:GP*110*UN*1***1", "SV1*HC:98977:GP:CQ*40*UN*1***1")
            ),
        ),
        (row("97112", 15), row("97161", 30), row("97161", 10, "PTA")),
    )
    yield Case(
        "A record that fits two claims, and one that fits none",
        tuple(replace(bill, number="PCN1") for bill in two(*ONE_VISIT)),
        (row("97110", 30), row("97140", 15, service_date=date(2026, 3, 9))),
    )
    yield Case(
        "A first step above one, and its add-on",
        (Bill(lines=("SV1*HC:97129:GP*150*UN*3***1", "SV1*HC:97545:GP*200*UN*2***1", "SV1*HC:97546:GP*90*UN*1***1")),),
        (row("97129", 45), row("97545", 190)),
    )
    yield Case(
        "A reduced service in a visit of other minutes",
        (Bill(lines=("SV1*HC:97110:GP:52*40*UN*1***1", "SV1*HC:97140:GP*40*UN*1***1")),),
        (row("97110", 7), row("97140", 15)),
    )
    yield Case("No record of one of two claims", two(*ONE_VISIT), (row("97110", 30),))
    yield Case("No record where the payer wants one", two(*ONE_VISIT), (), {"missing_record": "reject"})
    yield Case(
        "Units without minutes", (Bill(lines=(line(EXERCISE, 2), line(MANUAL, 1))),), (row("97110", 30), row("97140"))
    )
    yield Case(
        "Units on the wrong code in two claims",
        two(line(EXERCISE, 1), line(MANUAL, 2)),
        (row("97110", 30), of_second("97140", 15)),
    )
    yield Case(
        "Units on the wrong code, with the assistant's beside",
        (Bill(lines=("SV1*HC:97110:GP*40*UN*1***1", "SV1*HC:97140:GP:CQ*76*UN*2***1")),),
        (row("97110", 30), row("97140", 15, "PTA")),
    )
    yield from counted_units()
    yield from doubtful_records()
    yield from envelopes()
    yield from faults_of_the_guide()


def counted_units() -> Iterator[Case]:
    """Units above, below and beside what the minutes support, by each way to count them."""
    exercise, manual = row("97110", 20), row("97140", 12)
    yield Case(
        "Too many units of one of two codes that are counted one by one",
        (Bill(lines=(line(EXERCISE, 3), line(MANUAL, 1))),),
        (exercise, manual),
        {"unit_rule": "ama"},
    )
    yield Case(
        "Two codes that are counted one by one, of which the records know one",
        (Bill(lines=(line(EXERCISE, 3), line(MANUAL, 1))),),
        (row("97110", 45),),
        {"unit_rule": "ama"},
    )
    half_an_hour_and_eight = (row("97110", 38), row("97140", 38))
    for units, title in ((1, "less than either answer"), (4, "more than either answer")):
        yield Case(
            f"Of two codes under a cap one has {title}",
            (Bill(lines=(line(EXERCISE, units), line(MANUAL, 3))),),
            half_an_hour_and_eight,
            {"unit_rule": "wc"},
        )
    for units in (1, 2):
        yield Case(
            f"Of two codes under a cap one is not billed, the other with {units} of one or two",
            (Bill(lines=(line(EXERCISE, units),)),),
            (row("97110", 23), row("97140", 23)),
            {"unit_rule": "wc"},
        )
    for title, minutes, units in (("above", 8, 2), ("below", 23, 1), ("between", 23, 2)):
        yield Case(
            f"Units {title} both rules, of a payer whose rule is not known",
            (Bill(lines=(line(EXERCISE, units), line(MANUAL, 2 if title == "between" else 1))),),
            (row("97110", minutes), row("97140", minutes)),
            {"unit_rule": "ask"},
        )
    yield Case(
        "Units on the wrong code, of a payer whose rule is not known",
        (Bill(lines=(line(EXERCISE, 1), line(MANUAL, 2))),),
        (row("97110", 30), row("97140", 15)),
        {"unit_rule": "ask"},
    )
    yield Case(
        "The first line would be left without a unit",
        (Bill(lines=(line(MANUAL, 1), line(EXERCISE, 1))),),
        (row("97140", 7), row("97110", 25)),
    )
    yield Case(
        "Two lines of one code, of which the second would be left without a unit",
        (Bill(lines=(line(EXERCISE, 2), line(EXERCISE, 2).replace("GP", "GP:76"))),),
        (row("97110", 15),),
    )
    yield Case(
        "The record gives only the total, and it is less",
        (Bill(lines=(line(EXERCISE, 3),)),),
        (row("", timed_total=30),),
    )
    yield Case(
        "The record gives only the total, and it is more",
        (Bill(lines=(line(EXERCISE, 1),)),),
        (row("", timed_total=30),),
    )
    yield Case(
        "First and added steps in the wrong number",
        (Bill(lines=("SV1*HC:97129:GP*120*UN*3***1", "SV1*HC:97130:GP*40*UN*1***1")),),
        (row("97129", 45),),
    )
    yield Case(
        "A first step that is billed without its add-on",
        (Bill(lines=("SV1*HC:97545:GP*180*UN*1***1", "SV1*HC:97129:GP*120*UN*3***1")),),
        (row("97545", 151), row("97129", 45)),
    )
    yield Case(
        "Work hardening on two days, over two claims",
        (
            Bill(lines=("SV1*HC:97545:GP*180*UN*1***1",)),
            Bill(lines=("SV1*HC:97545:GP*180*UN*1***1 | DTP*472*D8*20260303",), number="PCN2"),
        ),
        (row("97545", 60), of_second("97545", 61, service_date=date(2026, 3, 3))),
    )
    yield Case(
        "Work hardening of one day, over two claims",
        two("SV1*HC:97545:GP*180*UN*1***1", "SV1*HC:97546:GP*180*UN*2***1"),
        (row("97545", 120), of_second("97546", 31)),
    )
    yield Case(
        "Less work hardening than the minutes support, over two claims",
        two("SV1*HC:97545:GP*180*UN*1***1", "SV1*HC:97546:GP*90*UN*1***1"),
        (row("97545", 120), of_second("97546", 91)),
    )
    yield Case(
        "Work hardening of one day over two claims, of which the records know one",
        two("SV1*HC:97545:GP*180*UN*1***1", "SV1*HC:97546:GP*180*UN*2***1"),
        (row("97545", 60),),
    )
    yield Case(
        "A month of monitoring, billed twice",
        two("SV1*HC:98980:GP*50*UN*1***1", "SV1*HC:98980:GP*50*UN*1***1 | DTP*472*D8*20260320"),
        (row("98980", 10), of_second("98980", 29, service_date=date(2026, 3, 20))),
    )


def doubtful_records() -> Iterator[Case]:
    """Records that could mean several, that nobody can read, or that contradict the claim and themselves."""
    yield Case("A record that fits claims of two patients", (Bill(), Bill(member=OTHER_MEMBER)), (row("97110", 30),))
    yield Case(
        "Rows that nobody can read, one of them beside a void",
        (
            Bill(number="PCN3", frequency="8", head=("REF*F8*ICN1",)),
            Bill(),
            Bill(number="PCN2", member=OTHER_MEMBER),
        ),
        (
            row("97110", 30),
            of_second("97110", 30),
            BadRow("records.csv", 7, "minutes", "column minutes must be whole minutes", claim_ids=("PCN3", "PCN1")),
            BadRow("more.csv", 0, "", "The file more.csv is no text.", claim_ids=("PCN2",)),
        ),
    )
    yield Case(
        "Joint time without a clock, and a row that is there twice, in two claims of one visit",
        two(*ONE_VISIT),
        (
            row("97110", 30),
            row("97110", 30, "PTA", together=True),
            row("97140", 15, claim_id="", member_id="1EG4TE5MK73", note_id="N2"),
            row("97140", 15, claim_id="", member_id="1EG4TE5MK73", note_id="N2", line=5),
        ),
    )
    yield Case(
        "A line of two claims of one visit that the records do not mention",
        two(*ONE_VISIT),
        (row("97110", 30), of_second("97110", 15)),
    )
    yield Case(
        "Totals that contradict the codes, in two claims of one visit",
        two(*ONE_VISIT),
        (row("97110", 30), of_second("97140", 15), row("", timed_total=50)),
    )
    yield Case(
        "A treatment total below the minutes of the codes, and no timed total",
        (Bill(lines=ONE_VISIT),),
        (row("97110", 30), row("97140", 15), row("", treatment_total=44)),
    )
    yield Case(
        "A note of the claim that gives another timed total than the record",
        (Bill(lines=ONE_VISIT, head=("NTE*ADD*TOTAL TIMED 50 MIN",)),),
        (row("97110", 30), row("97140", 15)),
    )
    yield Case(
        "A note of the claim that gives another timed total than the record's total",
        (Bill(lines=ONE_VISIT, head=("NTE*ADD*TOTAL TIMED 50 MIN",)),),
        (row("", timed_total=45),),
    )
    yield Case(
        "Two rows of one visit at the same time as two of another patient",
        (Bill(lines=ONE_VISIT), Bill(lines=ONE_VISIT, number="PCN2", member=OTHER_MEMBER)),
        (
            row("97110", **clock("9:00-9:30"), clinician_id="A"),
            row("97140", **clock("10:00-10:15"), clinician_id="A"),
            of_second("97110", **clock("9:20-9:50"), clinician_id="A"),
            of_second("97140", **clock("10:05-10:20"), clinician_id="A"),
        ),
    )


PAIR = (Bill(), Bill(number="PCN2", member=OTHER_MEMBER))


def damaged(title: str, *swaps: tuple[str, str], bills: tuple[Bill, ...] = PAIR) -> Case:
    return Case(title, bills, swaps=swaps)


def envelopes() -> Iterator[Case]:
    """Parts of the envelope that are wrong, beside others that are right."""
    second = interchange(Bill(number="PCN3")).replace("000000101", "000000102")
    same = interchange(Bill(number="PCN4"))
    end = "IEA*1*000000101~\n"
    yield damaged("Of three interchanges the last has the number of the first", (end, end + second + same))
    yield damaged("The same interchange twice", (end, end + interchange(*PAIR)))
    yield damaged(
        "Another component separator in the second interchange", (end, end + second.replace("*P*:~", "*P*>~"))
    )
    yield damaged(
        "A short ISA in the second interchange, and text behind it",
        (end, end + second.replace("SUBMITTER      *", "SUBMITTER *") + "\n junk \n"),
    )
    yield damaged(
        "Text before ISA and between two interchanges", ("ISA*00", "HEADER\nISA*00"), (end, f"{end}BETWEEN\n{second}")
    )
    yield damaged("Counts that are empty, or words", ("GE*1*", "GE**"), ("IEA*1*", "IEA*ONE*"))
    yield damaged("No IEA before the next ISA", (end, second))
    yield damaged("No GE", ("GE*1*1~\n", ""))
    yield damaged("No SE", ("SE*41*0001~\n", ""))
    yield damaged("No control number of the transaction", ("ST*837*0001*", "ST*837**"))
    yield damaged("Numbers at the end that are none", ("*0001~\nGE*1*1~", "*~\nGE*1*~"))
    strays = "SE*1*0009~\nGE*1*1~\nGE*1*9~\nHL*1**20*0~\n"
    yield damaged("Ends that belong to nothing", ("GE*1*1~\n", strays))
    yield damaged("A level that cannot stand there", ("HL*2*1*22*0", "HL*2*1*99*0"))
    yield damaged("Levels with one number", ("HL*3*1*22*0", "HL*2*1*22*0"))
    yield damaged("Levels that count from 5", ("HL*1**20", "HL*5**20"), ("HL*2*1*", "HL*6*5*"), ("HL*3*1*", "HL*9*5*"))
    yield damaged("A level that names another parent", ("HL*3*1*22*0", "HL*3*2*22*0"))
    yield damaged("A level with a parent that must have none", ("HL*1**20*1", "HL*1*1*20*1"))
    yield damaged("A child flag that is not said", ("HL*1**20*1", "HL*1**20*0"))
    yield damaged("A claim under the billing provider", ("HL*2*1*22*0~\n", ""))
    yield damaged("Lines numbered by chance", ("LX*1~", "LX*7~"), ("LX*2~", "LX*7~"), bills=(Bill(lines=ONE_VISIT),))
    yield damaged("A line without a number", ("LX*2~", "LX~"), bills=(Bill(lines=ONE_VISIT),))
    yield damaged(
        "Lines numbered by chance of a void", ("LX*1~", "LX*7~"), bills=(Bill(frequency="8", head=("REF*F8*ICN1",)),)
    )
    yield damaged(
        "Charges that cannot be added up",
        ("SV1*HC:97110:GP*80*", "SV1*HC:97110:GP*8O*"),
        ("SV1*HC:97140:GP*40*", "SV1*HC:97140:GP*40.005*"),
        bills=(Bill(lines=ONE_VISIT),),
    )
    yield damaged("A total that is no amount", ("*120***11", "*12O***11"), bills=(Bill(lines=ONE_VISIT),))


def faults_of_the_guide() -> Iterator[Case]:
    """One of each kind, and where their sentences differ."""
    yield damaged("A segment that nobody knows, and two behind it", ("HI*ABK", "ZZ*1~\nZY*2~\nHI*ABK"), bills=(Bill(),))
    yield damaged(
        "Segments that open a loop of no name", ("HI*ABK", "NM1*ZZ*1*X~\nN3*1 A STREET~\nHI*ABK"), bills=(Bill(),)
    )
    yield damaged("A segment that is missing", ("HI*ABK:M5450~\n", ""), bills=(Bill(),))
    yield damaged(
        "A segment too many", ("HI*ABK:M5450~\n", "HI*ABK:M5450~\nHI*ABK:M5451~\nHI*ABK:M5459~\n"), bills=(Bill(),)
    )
    yield damaged(
        "An element that is missing, too long, too short, of other characters",
        ("*Y*A*Y*Y", "**A*Y*Y"),
        ("N3*12 MILL LANE", f"N3*{'A' * 56}"),
        ("N4*OMAHA*NE*681010001", "N4*OMAHA*N*681010001"),
        ("REF*EI*123456789", "REF*EI*12345\x016789"),
        bills=(Bill(),),
    )
    yield damaged(
        "A code that is not in the list, and a component too many",
        ("*Y*A*Y*Y", "*Y*X*Y*Y"),
        ("11:B:1", "11:B:1:7"),
        bills=(Bill(),),
    )
    yield damaged(
        "A date and a time that are none",
        ("DTP*472*D8*20260302", "DTP*472*D8*20260232"),
        ("*0930*CH~", "*2561*CH~"),
        bills=(Bill(),),
    )
    yield damaged(
        "An element that is not used, and one too many",
        ("CLM*PCN1*80***", "CLM*PCN1*80*X**"),
        ("DTP*472*D8*20260302", "DTP*472*D8*20260302*X"),
        bills=(Bill(),),
    )
    yield damaged(
        "Elements of which one needs the other",
        ("NM1*DN*1*FENWICK*AUGUST****XX*1999887742", "NM1*DN*1*FENWICK*AUGUST****XX"),
        ("PER*IC*BILLING DESK*TE*5555550142", "PER*IC*BILLING DESK*TE"),
        bills=(Bill(),),
    )
    yield damaged(
        "A fault in the heading of two claims", ("NM1*85*2*", "NM1*85*7*"), bills=(Bill(), Bill(number="PCN2"))
    )
    yield damaged(
        "A level without claims that is wrong",
        (
            "HL*3*1*22*0~\n",
            "HL*3*1*22*0~\nSBR*P*18*******MB~\nNM1*IL*1*WREN*JUDD****MI*1EG4TE5MK74~\nNM1*PR*2*MEDICARE*****XX*123~\nHL*4*1*22*0~\n",
        ),
    )
    yield damaged(
        "A level without claims that lacks its payer",
        ("HL*3*1*22*0~\n", "HL*3*1*22*0~\nSBR*P*18*******MB~\nNM1*IL*1*WREN*JUDD****MI*1EG4TE5MK74~\nHL*4*1*22*0~\n"),
    )
    text = interchange(Bill())
    claim = text[text.index("CLM*PCN1") : text.index("SE*26")]
    yield damaged("A transaction without a claim", (claim, ""), bills=(Bill(),))
    yield damaged(
        "A transaction without a claim that is wrong",
        (claim, ""),
        ("SBR*P*18", "SBR*Z*18"),
        ("N4*OMAHA*NE*681020001", "N4*OMAHA*NE"),
        bills=(Bill(),),
    )
