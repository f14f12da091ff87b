"""C410."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from scrubber.claims.claim import Claim
from scrubber.claims.service_line import ServiceLine
from scrubber.findings.finding import Evidence, Finding, NotChecked
from scrubber.findings.levels import Severity
from scrubber.rules.facts import fact
from scrubber.rules.rule import Example, RuleContext, rule
from scrubber.visits.patient import Patient
from scrubber.visits.standing import payer_key

SET_UP = "98975"
DEVICES = frozenset({"98976", "98977", "98978", "98984", "98985", "98986"})
FIRST_TEN, FIRST_TWENTY, FURTHER = "98979", "98980", "98981"
MONITORING = DEVICES | {SET_UP, FIRST_TEN, FIRST_TWENTY, FURTHER}
PERIOD = timedelta(days=30)
YEAR = timedelta(days=365)


def _line(code: str, on: str = "") -> str:
    return f"SV1*HC:{code}:GP*50*UN*1***1" + (f" | DTP*472*D8*{on}" if on else "")


def _two(one: str, day: str, other: str, later: str) -> str:
    return f"{_line(one, day)}\n{_line(other, later)}"


@rule(
    code="C410",
    name="remote-monitoring-limits",
    scope=Patient,
    severity=Severity.REJECT,
    since="0.1.0",
    when=fact.MONITORING,
    effective=date(2022, 1, 1),
    examples=(
        Example("Two device codes in 30 days", lines=_two("98985", "20260304", "98977", "20260402")),
        Example(
            "30 days apart: the boundary",
            lines=_two("98985", "20260304", "98977", "20260403"),
            flagged=False,
        ),
        Example("The first ten minutes beside the first twenty", lines=_line("98979") + "\n" + _line("98980")),
        Example(
            "In two months",
            lines=_two("98979", "20260331", "98980", "20260401"),
            flagged=False,
        ),
        Example("Twice a month", lines=_two("98980", "20260302", "98980", "20260331")),
        Example("Set up again within a month", lines=_two("98975", "20260302", "98975", "20260331")),
        Example(
            "Set up again later in the year: a warning",
            lines=_two("98975", "20260105", "98975", "20260702"),
        ),
        Example("Set-up, device and minutes", lines="\n".join(map(_line, ("98975", "98977", "98980"))), flagged=False),
    ),
)
def remote_monitoring_limits(patient: Patient, context: RuleContext) -> Iterator[Finding | NotChecked]:
    """Remote therapeutic monitoring is billed more often than its codes allow.

    ## Why it matters

    The codes are counted by episode, by 30 days and by calendar month, which no single claim shows: the second one is
    denied, often months later.

    ## Evidence and fix

    For one patient and payer, over the claims of the file and what the ledger knows. REJECT: two device codes (98976 to
    98978 and 98984 to 98986) less than 30 days apart; 98979 in a month with 98980 or 98981; 98979 or 98980 twice in a
    month; 98975 again within 30 days. 98975 again within a year is a warning, since it may be another episode. Which
    line to take off is for a person. Whether the minutes are there is for U101 to say, a missing 98980 for C415.

    ## What it cannot check

    Without a ledger, what earlier files billed: the claim is then not_checked beside what the file itself shows. How
    many days of data there were; where an episode ends; what other providers billed.

    ## References

    - CMS CR 14250 / MLN MM14250 (98979, 98984 and 98985 from 2026-01-01; days and months)
    - CY2022 PFS 86 FR 65114 ff. and CY2026 PFS (98975 once an episode, device codes once in 30 days)
    """
    by_payer: dict[tuple[str, str], list[_Own]] = {}
    for claim in patient.counted:
        for line in claim.lines:
            if line.code not in MONITORING or not line.is_hcpcs or line.period is None:
                continue
            if (claim.ordinal, line.ordinal) not in patient.repeats:  # a repetition is C404
                service = _Service(line.code, line.period[1], "")
                by_payer.setdefault(payer_key(claim), []).append(_Own(claim, line, service))
    for billed in by_payer.values():
        earlier = _earlier(billed, patient, context)
        for number, each in enumerate(billed):
            others = [
                other.service._replace(place=other.claim.source.place_from(each.claim.source))
                for other in billed[:number]
            ]
            yield from _judge(each, (*earlier, *others))
        if context.ledger is None:
            claims = dict.fromkeys(each.claim.ordinal for each in billed)
            why = "no ledger: what earlier files billed of the episode, the 30 days or the month is not known"
            yield remote_monitoring_limits.not_checked(why, *claims)


class _Service(NamedTuple):
    """A monitoring code, the last day of its service, and where it stands."""

    code: str
    day: date
    place: str


class _Own(NamedTuple):
    claim: Claim
    line: ServiceLine
    service: _Service


def _earlier(billed: list[_Own], patient: Patient, context: RuleContext) -> list[_Service]:
    """What the ledger knows within a year of the lines."""
    if context.ledger is None:
        return []
    days = [each.service.day for each in billed]
    sent = context.ledger.lines_between(billed[0].claim, min(days) - YEAR, max(days) + YEAR, without=patient.counted)
    return [
        _Service(line.code, line.last_day, f"a file entered on {line.sent_on}")
        for line in sent
        if line.code in MONITORING
    ]


def _judge(own: _Own, others: Sequence[_Service]) -> Iterator[Finding]:
    """The first conflict of a line: a reject before a warning."""
    found = [(_conflict(own.service, other), other) for other in others]
    rejects = [(why, other) for why, other in found if why]
    if rejects:
        why, other = rejects[0]
        yield _finding(own, other, why, None)
        return
    again = next((other for other in others if other.code == own.service.code == SET_UP), None)
    if again and abs(own.service.day - again.day) < YEAR:
        yield _finding(own, again, "is paid once an episode of care", Severity.WARN)


def _conflict(one: _Service, other: _Service) -> str:
    near = abs(one.day - other.day) < PERIOD
    month = (one.day.year, one.day.month) == (other.day.year, other.day.month)
    if one.code in DEVICES and other.code in DEVICES and near:
        return "is one of the device codes, of which one is paid in 30 days"
    if one.code == other.code == SET_UP and near:
        return "is paid once an episode of care"
    codes = {one.code, other.code}
    if month and FIRST_TEN in codes and codes & {FIRST_TWENTY, FURTHER}:
        return "and the other count the same minutes of the month: 98979 is for 10 to 19"
    if month and one.code == other.code and one.code in (FIRST_TEN, FIRST_TWENTY):
        return "is paid once a calendar month"
    return ""


def _finding(own: _Own, other: _Service, why: str, severity: Severity | None) -> Finding:
    last = (
        "Bill it only for a new episode of care." if severity else "Take off the one that the record does not support."
    )
    return remote_monitoring_limits.finding(
        own.line.location("SV101", 2),
        f"{own.line.code} of {own.service.day} {why}; {other.code} of {other.day} stands in {other.place}.",
        last,
        evidence=(Evidence(other.place, f"{other.code} of {other.day}"),),
        severity=severity,
    )
