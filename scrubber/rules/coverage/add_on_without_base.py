"""C415."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator

from scrubber.claims.claim import Claim
from scrubber.claims.service_line import ServiceLine
from scrubber.findings.finding import Evidence, Finding
from scrubber.findings.levels import Severity
from scrubber.rules.facts import fact
from scrubber.rules.rule import Example, RuleContext, rule
from scrubber.tables.therapy_codes import ADD_ON_BASES
from scrubber.visits.patient import Patient
from scrubber.visits.standing import payer_key

BY_MONTH = frozenset({"98981"})
"""Add-ons whose base is looked for in the calendar month: remote monitoring is counted by the month."""

Key = tuple[str | int, ...]
Base = tuple[Claim, ServiceLine]
Stretch = tuple[tuple[int, ...], tuple[int, ...]]


@rule(
    code="C415",
    name="add-on-without-base",
    scope=Patient,
    severity=Severity.REJECT,
    since="0.1.0",
    when=fact.ADD_ON,
    examples=(
        Example(
            "Further minutes without the first",
            lines="SV1*HC:97130:GP*45*UN*1***1",
            minutes=(("97130", "PT", 15),),
        ),
        Example(
            "The base is another provider's",
            lines="SV1*HC:97129:GP*50*UN*1***1 | NM1*82*1*VOSS*LENA****XX*1999887734\nSV1*HC:97130:GP*45*UN*1***1",
            minutes=(("97129", "PT", 30),),
        ),
        Example(
            "Base and add-on",
            lines="SV1*HC:97129:GP*50*UN*1***1\nSV1*HC:97130:GP*45*UN*1***1",
            minutes=(("97129", "PT", 30),),
            flagged=False,
        ),
        Example(
            "Remote monitoring: the base is in the same month",
            lines="SV1*HC:98980:GP*50*UN*1***1 | DTP*472*D8*20260331\nSV1*HC:98981:GP*45*UN*1***1",
            flagged=False,
        ),
        Example(
            "Remote monitoring: the base is in the month before",
            lines="SV1*HC:98980:GP*50*UN*1***1 | DTP*472*D8*20260228\nSV1*HC:98981:GP*45*UN*1***1",
        ),
    ),
)
def add_on_without_base(patient: Patient, context: RuleContext) -> Iterator[Finding]:
    """An add-on code is billed and its base code is not.

    ## Why it matters

    An add-on is the further step of a service whose first step has its own code. Alone it is never paid.

    ## Evidence and fix

    The claims of the file for this patient, payer and rendering provider: the base has to stand on the same day, for
    98981 in the same calendar month. Where a ledger is given, it may have been sent with an earlier file. A person adds
    the base, or bills the base instead.

    ## What it cannot check

    Base codes in files that no ledger knows, and those that another provider of the team billed rightly.

    ## References

    - NCCI Policy Manual, chapter I, section R (add-on codes)
    - CMS add-on code edits: the primary code by the same practitioner on the same date of service
    """
    bases = _bases(patient)
    for claim in patient.counted:
        for line in claim.lines:
            if not (line.is_hcpcs and line.period and line.code in ADD_ON_BASES):
                continue
            if not _base_sent(claim, line, patient, context):
                yield from _judge(claim, line, bases)


def _bases(patient: Patient) -> dict[Key, list[Base]]:
    """Lines of base codes by payer, code and month; those of several days by payer and code."""
    wanted = frozenset(ADD_ON_BASES.values())
    bases: dict[Key, list[Base]] = {}
    for claim in patient.counted:
        for line in claim.lines:
            if line.is_hcpcs and line.period and line.code in wanted:
                when = (line.date.year, line.date.month) if line.date else ()
                bases.setdefault((*payer_key(claim), line.code, *when), []).append((claim, line))
    return bases


def _base_sent(claim: Claim, line: ServiceLine, patient: Patient, context: RuleContext) -> bool:
    """An earlier file sent the base by the same provider, for the day or the month."""
    ledger = context.ledger
    if ledger is None or line.period is None:
        return False
    first, last = line.period
    if line.code in BY_MONTH:
        first, last = first.replace(day=1), last.replace(day=monthrange(last.year, last.month)[1])
    base, renderer = ADD_ON_BASES[line.code], ledger.renderer(claim.rendering(line))
    sent = ledger.lines_between(claim, first, last, without=patient.claims)
    return any(each.code == base and each.renderer == renderer for each in sent)


def _judge(claim: Claim, line: ServiceLine, bases: dict[Key, list[Base]]) -> Iterator[Finding]:
    base, monthly = ADD_ON_BASES[line.code], line.code in BY_MONTH
    if line.date:
        near = bases.get((*payer_key(claim), base, line.date.year, line.date.month), [])
        near = near + bases.get((*payer_key(claim), base), [])
    else:  # an add-on of several days: rare enough to look at every base
        near = [each for key, found in bases.items() if key[:3] == (*payer_key(claim), base) for each in found]
    beside = [(c, each) for c, each in near if _together(line, each, monthly=monthly)]
    if any(c.rendering(each) == claim.rendering(line) for c, each in beside):
        return
    when = "in the same month" if monthly else "on the same day"
    other = " by this provider" if beside else ""
    yield add_on_without_base.finding(
        line.location("SV101", 2),
        f"{line.code} is an add-on to {base}, which is not billed{other} {when} in this file.",
        f"Bill {base} as well, or in its place.",
        evidence=(Evidence("therapy code table", f"{line.code} needs {base}"), *(_of(*each, claim) for each in beside)),
    )


def _together(one: ServiceLine, other: ServiceLine, *, monthly: bool) -> bool:
    first, second = _stretch(one, monthly=monthly), _stretch(other, monthly=monthly)
    return first[0] <= second[1] and second[0] <= first[1]


def _stretch(line: ServiceLine, *, monthly: bool) -> Stretch:
    """First and last day (or month) of service, to be compared."""
    if line.period is None:
        return ((), ())
    start, end = ((day.year, day.month) if monthly else (day.year, day.month, day.day) for day in line.period)
    return start, end


def _of(claim: Claim, line: ServiceLine, reader: Claim) -> Evidence:
    place = claim.source.place_from(reader.source)
    return Evidence(f"line {line.ordinal} of {place}", f"{line.code} by another provider")
