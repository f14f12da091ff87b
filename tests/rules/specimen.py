"""A small synthetic 837P file and its treatment records: what the worked examples and the case files are run on."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal, InvalidOperation
from itertools import groupby
from typing import Any

import counting
import msgspec

from scrubber.claims.claim import Claim
from scrubber.claims.index import index
from scrubber.outcome import ClaimResult, Outcome
from scrubber.rules.catalogue import BY_CODE
from scrubber.rules.internal.findings import rule_failed
from scrubber.rules.rule import MEDICARE, Example
from scrubber.scrub import scrub
from scrubber.scrub_patient import Context
from scrubber.settings.load import load_settings
from scrubber.settings.settings import Settings
from scrubber.settings.waivers import Waiver
from scrubber.tables.data_file import Heading
from scrubber.tables.mue import MueTable, UnitLimit
from scrubber.tables.ptp import PtpTable, read_ptp
from scrubber.tables.tableset import PAIR_TABLES, UNIT_LIMIT_TABLES, Tables
from scrubber.visits.gather import Gathering
from scrubber.visits.patient import Patient, read_patient
from scrubber.visits.record_rows import TreatmentRecord
from scrubber.visits.records import TreatmentRecords

TODAY = date(2026, 11, 22)
DAY = date(2026, 3, 2)
MEMBER, OTHER_MEMBER = "1EG4TE5MK73", "2FH5TF6NL84"
CONTROL = "000000101"
VERSION = "005010X222A1"

OPENING = """\
ISA*00*          *00*          *ZZ*SUBMITTER      *ZZ*RECEIVER       *261102*0930*^*00501*000000101*0*P*:~
GS*HC*SUBMITTER*RECEIVER*20261102*0930*1*X*005010X222A1~
"""
HEADING = """\
ST*837*0001*005010X222A1~
BHT*0019*00*BATCH1*20261102*0930*CH~
NM1*41*2*CEDAR HOLLOW REHAB*****46*SUBMITTER~
PER*IC*BILLING DESK*TE*5555550142~
NM1*40*2*NORTHERN EXCHANGE*****46*RECEIVER~
HL*1**20*1~
NM1*85*2*CEDAR HOLLOW REHAB*****XX*1999887718~
N3*12 MILL LANE~
N4*OMAHA*NE*681010001~
REF*EI*123456789~
"""
INSTITUTIONAL = """\
ST*837*0002*005010X223A2~
BHT*0019*00*BATCH2*20261102*0930*CH~
HL*1**20*1~
HL*2*1*22*0~
CLM*INST1*500***13:A:1**A*Y*Y~
LX*1~
SV2*0420*HC:97110:GP*500*UN*2~
SE*8*0002~
"""


@dataclass(frozen=True)
class Bill:
    """One claim as it is billed.

    A text of ``lines`` is an SV1 segment, if need be with further segments of its loop behind " | " (REF*6R, NTE,
    another DTP*472). ``head`` are segments of the claim that stand before HI, such as REF*F8 and NTE.
    """

    lines: tuple[str, ...] = ("SV1*HC:97110:GP*80*UN*2***1",)
    number: str = "PCN1"
    on: date = DAY
    frequency: str = "1"
    head: tuple[str, ...] = ()
    taxonomy: str = "225100000X"
    rendering: str = "1999887726"
    member: str = MEMBER
    sequence: str = "P"
    filing: str = MEDICARE
    payer: str = "00123"

    @property
    def subscriber(self) -> tuple[str, ...]:
        """What its level 2000B says: claims of one subscriber and payer stand under one HL."""
        return (self.member, self.sequence, self.filing, self.payer)

    def charge(self) -> str:
        """CLM02: the sum of the lines' charges; a charge that is no number counts nothing."""
        total = Decimal(0)
        for line in self.lines:
            try:
                total += Decimal(line.split("*")[2])
            except InvalidOperation:
                continue
        return f"{total.normalize():f}"

    def segments(self) -> list[str]:
        """The claim, CLM and what follows it."""
        found = [
            f"CLM*{self.number}*{self.charge()}***11:B:{self.frequency}*Y*A*Y*Y",
            *self.head,
            "HI*ABK:M5450",
            "NM1*DN*1*FENWICK*AUGUST****XX*1999887742",
            f"NM1*82*1*HOLLOW*PETRA****XX*{self.rendering}",
            f"PRV*PE*PXC*{self.taxonomy}",
        ]
        for n, line in enumerate(self.lines, 1):
            sv1, *others = line.split(" | ")
            dated = any(other.startswith("DTP*472") for other in others)
            found += [f"LX*{n}", sv1, *([] if dated else [f"DTP*472*D8*{self.on:%Y%m%d}"]), *others]
        return found


def interchange(*bills: Bill, extra: str = "") -> str:
    """One interchange of one professional transaction; ``extra`` are further transactions of its group."""
    body = HEADING
    level = 1
    for _, together in groupby(bills, key=lambda bill: bill.subscriber):
        claims = list(together)
        level += 1
        body += _subscriber(claims[0], level)
        body += "".join(f"{segment}~\n" for claim in claims for segment in claim.segments())
    count = body.count("~") + 1
    transactions = 1 + extra.count("ST*837*")
    return f"{OPENING}{body}SE*{count}*0001~\n{extra}GE*{transactions}*1~\nIEA*1*{CONTROL}~\n"


def _subscriber(bill: Bill, level: int) -> str:
    return (
        f"HL*{level}*1*22*0~\n"
        f"SBR*{bill.sequence}*18*******{bill.filing}~\n"
        f"NM1*IL*1*QUIMBLE*{'IVO' if bill.member == MEMBER else 'ADA'}****MI*{bill.member}~\n"
        "N3*4 OAK STREET~\n"
        "N4*OMAHA*NE*681020001~\n"
        f"DMG*D8*19500203*{'M' if bill.member == MEMBER else 'F'}~\n"
        f"NM1*PR*2*NORTHERN HEALTH*****PI*{bill.payer}~\n"
    )


def source_of(example: Example) -> bytes:
    """The file of a worked example. Every text that it replaces must be there exactly once."""
    bill = Bill(lines=tuple(example.lines.split("\n")), taxonomy=example.taxonomy, on=example.on, filing=example.filing)
    text = {
        "": lambda: interchange(bill),
        "copy": lambda: interchange(bill, bill),
        "number": lambda: interchange(bill, replace(bill, lines=tuple(map(_dearer, bill.lines)))),
        "replacement": lambda: interchange(bill, replace(bill, frequency="7", head=("REF*F8*ICN20261",))),
        "interchange": lambda: interchange(bill) + interchange(replace(bill, number="PCN2", member=OTHER_MEMBER)),
        "institutional": lambda: interchange(bill, extra=INSTITUTIONAL),
    }[example.again]()
    for old, new in example.replace:
        assert text.count(old) == 1, f"{old!r} is {text.count(old)} times in the file, not once"
        text = text.replace(old, new)
    return text.encode("latin-1")


def _dearer(line: str) -> str:
    """An SV1 with a charge one dollar higher."""
    elements = line.split("*")
    elements[2] = str(Decimal(elements[2]) + 1)
    return "*".join(elements)


def records_of(example: Example) -> TreatmentRecords:
    """The treatment records of a worked example."""
    of_all: dict[str, Any] = {
        "service_date": example.on,
        "discipline": example.discipline,
        "signed": example.signed,
        "together": False if example.joint_column else None,
    }
    times = [clock(each) for each in example.times] or [{}] * len(example.minutes)
    rows = [
        row(code, minutes, role, mode=example.mode, **of_all, **time)
        for (code, role, minutes), time in zip(example.minutes, times, strict=True)
    ]
    whole: dict[str, Any] = {
        "timed_total": example.timed_total,
        "treatment_total": example.treatment_total,
        "pt_slp_to_date": example.pt_slp_to_date,
        "ot_to_date": example.ot_to_date,
    }
    if any(whole.values()):
        rows.append(row("", **whole, **of_all))
    return TreatmentRecords(rows)


def tables_of(example: Example) -> Tables | None:
    """The tables of a worked example; None for those that travel with the program."""
    own: list[PtpTable | MueTable] = []
    if example.whole_pair_table:
        ((name, (path, _)),) = PAIR_TABLES.items()
        own.append(read_ptp(name, path, None))
    if example.unit_limits:
        (name,) = UNIT_LIMIT_TABLES
        heading = Heading("example", None, None, True, "", "")
        limits = {code: UnitLimit(code, most, kind, None, "") for code, most, kind in example.unit_limits}
        own.append(MueTable(name, heading, limits))
    return Tables(own) if own else None


def row(code: str, minutes: int | None = None, role: str = "PT", **columns: Any) -> TreatmentRecord:
    """One row of a record: signed, individual, of claim PCN1 unless it says otherwise (or names a member)."""
    given: dict[str, Any] = {
        "note_id": "N1",
        "claim_id": "" if "member_id" in columns else "PCN1",
        "member_id": "",
        "line_control": "",
        "service_date": DAY,
        "discipline": {"OT": "OT", "OTA": "OT", "SLP": "SLP"}.get(role, "PT"),
        "code": code,
        "minutes": minutes,
        "start": None,
        "stop": None,
        "role": role if code else "",
        "together": False,
        "mode": "individual",
        "clinician_id": "",
        "rendering_npi": "",
        "signed": True,
        "timed_total": None,
        "treatment_total": None,
        "pt_slp_to_date": "",
        "ot_to_date": "",
        "source_file": "records.csv",
        "line": 2,
    }
    unknown = columns.keys() - given.keys()
    assert not unknown, f"a record has no {unknown}"
    return TreatmentRecord(**(given | columns))


def clock(text: str) -> dict[str, Any]:
    """``start`` and ``stop`` of a row, from "9:00-9:30"."""
    ends = [60 * int(hour) + int(minute) for hour, minute in (end.split(":") for end in text.split("-"))]
    return {"start": ends[0], "stop": ends[1]}


def settings(fix: str = "safe", waivers: Iterable[Waiver] = (), **profile: Any) -> Settings:
    """The settings of no file at all, with a level of fixes and with values for every payer profile."""
    plain = load_settings(None, known_rules=BY_CODE)
    payers = tuple(msgspec.structs.replace(each, **profile) for each in plain.payers)
    return msgspec.structs.replace(plain, fix=fix, payers=payers, waivers=tuple(waivers))


def scrubbed(
    source: bytes, records: TreatmentRecords, chosen: Settings | None = None, tables: Tables | None = None
) -> Outcome:
    """What the scrubber makes of it on the day of the tests."""
    return sound(scrub(source, records, Context(chosen or settings(), TODAY, tables)))


def sound(outcome: Outcome) -> Outcome:
    """No rule failed: that would be found as I001, and a test that asks for one rule alone would not see it."""
    found = (*outcome.findings, *(verdict for claim in outcome.claims for verdict in claim.verdicts))
    failed = [verdict.finding.message for verdict in found if verdict.finding.rule == rule_failed.code]
    assert not failed, failed
    return outcome


def run(
    bills: Bill | Sequence[Bill], rows: Iterable[TreatmentRecord] = (), fix: str = "safe", **profile: Any
) -> Outcome:
    """Scrub claims of one file with rows of treatment records."""
    claims = (bills,) if isinstance(bills, Bill) else tuple(bills)
    return scrubbed(interchange(*claims).encode("latin-1"), TreatmentRecords(rows), settings(fix, **profile))


def patients_of(source: bytes, records: TreatmentRecords, chosen: Settings) -> list[Patient]:
    """The patients of a file as the rules see them at first."""
    return _read(Gathering(index(source), records, frozenset()), chosen)


def patients(
    bills: Bill | Sequence[Bill], rows: Iterable[TreatmentRecord] = (), **profile: Any
) -> tuple[list[Patient], Gathering]:
    """The patients of bills as the rules see them at first, and what is known of rows that found none."""
    claims = (bills,) if isinstance(bills, Bill) else tuple(bills)
    gathering = Gathering(index(interchange(*claims).encode("latin-1")), TreatmentRecords(rows), frozenset())
    return _read(gathering, settings(**profile)), gathering


def _read(gathering: Gathering, chosen: Settings) -> list[Patient]:
    return [read_patient(work, [Claim(each) for each in work.claims], chosen) for work in list(gathering)]


def patient(bills: Bill | Sequence[Bill], rows: Iterable[TreatmentRecord] = (), **profile: Any) -> Patient:
    """The one patient of a file."""
    (only,), _ = patients(bills, rows, **profile)
    return only


def found(claim: ClaimResult) -> list[str]:
    """What was found in a claim: "U101 fixed", "N302 reject", "U106 warn"."""
    return [
        f"{verdict.finding.rule} {'fixed' if verdict.fixed else verdict.finding.severity.word}"
        for verdict in claim.verdicts
    ]


def sv1(outcome: Outcome) -> list[str]:
    """The SV1 segments of the corrected file."""
    return [segment for claim in counting.claims(outcome.corrected()) for segment in claim.named("SV1")]


def unchecked(claim: ClaimResult) -> dict[str, str]:
    """Rules that could not be checked for a claim, each with the reason.

    Without M211, which asks for an amount to date that few tests give.
    """
    return {each.rule: each.why for each in claim.not_checked if each.rule != "M211"}
