"""U107."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from scrubber.findings.finding import Evidence, Finding, Location, NotChecked
from scrubber.findings.levels import Severity
from scrubber.findings.wording import counted
from scrubber.rules.facts import fact
from scrubber.rules.rule import Example, RuleContext, rule
from scrubber.tables.therapy_codes import family_base
from scrubber.visits.one_on_one import Overlap
from scrubber.visits.records import TreatmentRecord
from scrubber.visits.visit import Visit

MEDICARE_FILING = frozenset({"MB", "MA", "16"})

_TWO_CODES = "SV1*HC:97110:GP*80*UN*2***1\nSV1*HC:97140:GP*38*UN*1***1"


@rule(
    code="U107",
    name="overlapping-minutes",
    scope=Visit,
    severity=Severity.REJECT,
    since="0.1.0",
    when=fact.CLOCK,
    holds_related=False,
    examples=(
        Example(
            "Manual therapy within the time of exercise",
            lines=_TWO_CODES,
            minutes=(("97110", "PT", 30), ("97140", "PT", 15)),
            times=("9:00-9:30", "9:15-9:30"),
        ),
        Example(
            "One begins when the other ends: the boundary",
            lines=_TWO_CODES,
            minutes=(("97110", "PT", 30), ("97140", "PT", 15)),
            times=("9:00-9:30", "9:30-9:45"),
            flagged=False,
        ),
        Example(
            "One minute further in: they overlap",
            lines=_TWO_CODES,
            minutes=(("97110", "PT", 30), ("97140", "PT", 15)),
            times=("9:00-9:30", "9:29-9:44"),
        ),
        Example(
            "Heat, which is supervised, during exercise",
            lines="SV1*HC:97110:GP*80*UN*2***1\nSV1*HC:97018:GP*20*UN*1***1",
            minutes=(("97110", "PT", 30), ("97018", "PT", 15)),
            times=("9:00-9:30", "9:00-9:15"),
            flagged=False,
        ),
        Example(
            "No clock times are recorded: not checked",
            lines=_TWO_CODES,
            minutes=(("97110", "PT", 30), ("97140", "PT", 15)),
            flagged=False,
        ),
    ),
)
def overlapping_minutes(visit: Visit, context: RuleContext) -> Iterator[Finding | NotChecked]:
    """One minute of the clock is recorded twice as one-on-one care.

    ## Why it matters

    The same minute counts once: under one code, by one clinician, with one patient. Minutes that are claimed twice are
    taken back for every patient who was there, and a pattern of them is treated as fraud.

    ## Evidence and fix

    Start and stop of signed rows of timed codes and evaluations. It is a reject when two of one patient and discipline
    overlap, or when one clinician of the billing provider (`clinician_id`) has two patients at the same time; the
    latter is a warning where the payer is not Medicare. Touching ends do not overlap. Supervised modalities and groups
    never count, nor does remote monitoring; time that an assistant spent jointly with the therapist (`together`) counts
    once. When PT and OT treat together, their timed minutes may not be more than the time of the clock that they cover:
    that is a warning. Rows without clock times or without a clinician are reported as not checked. The record has to be
    put right, by whoever signed it.

    ## What it cannot check

    Rows without start and stop times, unless combined minutes already show it. Clinicians without an id in the
    record.

    ## References

    - CMS Pub 100-04, chapter 5, section 20.2 (counting minutes for timed codes)
    - CMS, 11 Part B Billing Scenarios for PTs and OTs (individual and group treatment, co-treatment)
    """
    for overlap in visit.clock.overlaps[:1]:
        yield _within(visit, overlap)
    for overlap in visit.clock.elsewhere[:1]:
        yield _elsewhere(visit, overlap)
    found = visit.clock.combined
    if found is not None:
        claim = visit.claims[0]
        yield overlapping_minutes.finding(
            claim.location(),
            f"PT and OT together record {counted(found.minutes, 'timed minute')} on {visit.date},"
            f" within {counted(found.clock, 'minute')} by the clock.",
            "Divide the time of joint treatment between PT and OT as it was given, and bill it so.",
            evidence=_evidence(each.row for each in visit.clock.stretches),
            related=tuple(ordinal for ordinal in found.claims if ordinal != claim.ordinal),
            severity=Severity.WARN,
        )
    why = _why_not_checked(visit)
    if why:
        yield overlapping_minutes.not_checked(why, *(claim.ordinal for claim in visit.claims))


def _within(visit: Visit, overlap: Overlap) -> Finding:
    ordinals = {claim.ordinal for claim in visit.claims}
    where = _where(visit, overlap.row, "SV104")
    return overlapping_minutes.finding(
        where,
        f"{_stretch(overlap.row)} overlaps with {_stretch(overlap.other)}"
        f" on {visit.date}{_more(visit.clock.overlaps)}.",
        "Compare with the notes: each minute belongs to one code. Correct the record, and the units if need be.",
        evidence=_evidence(row for each in visit.clock.overlaps for row in (each.other, each.row)),
        related=tuple(sorted(ordinals - {where.claim})),
    )


def _elsewhere(visit: Visit, overlap: Overlap) -> Finding:
    medicare = any(claim.heading.filing in MEDICARE_FILING for claim in visit.claims)
    found = visit.clock.elsewhere
    others = dict.fromkeys(ordinal for each in found for ordinal in each.claims)
    return overlapping_minutes.finding(
        _where(visit, overlap.row, "SV101"),
        f"{_stretch(overlap.row)} overlaps with {_stretch(overlap.other)} of the same clinician"
        f" with another patient on {visit.date}{_more(found)}.",
        "Compare with both notes: correct the times, or bill what was group treatment as such.",
        evidence=_evidence(row for each in found for row in (each.row, each.other)),
        related=tuple(others),
        severity=None if medicare else Severity.WARN,
    )


def _where(visit: Visit, row: TreatmentRecord, element: str) -> Location:
    family = family_base(row.code)
    of_code = (billed for billed in visit.lines if family_base(billed.line.code) == family)
    return next(of_code, visit.lines[0]).line.location(element)


def _why_not_checked(visit: Visit) -> str:
    clock = visit.clock
    if visit.uncovered:
        return "no treatment record speaks for a claim of the visit"
    if clock.untimed:
        return f"the records give no clock times of {', '.join(clock.untimed)}"
    if clock.unnamed:
        return f"the records name no clinician of {', '.join(clock.unnamed)}, who may have had another patient"
    if not clock.stretches and visit.clocked_lines():
        return "no signed record gives clock times of a timed line"
    return ""


def _stretch(row: TreatmentRecord) -> str:
    return f"{row.code} from {_clock(row.start)} to {_clock(row.stop)} (record {row.note_id})"


def _clock(minute: int | None) -> str:
    return "?" if minute is None else f"{minute // 60:02}:{minute % 60:02}"


def _more(found: list[Overlap]) -> str:
    return f", with {counted(len(found) - 1, 'further overlap')}" if len(found) > 1 else ""


def _evidence(rows: Iterable[TreatmentRecord]) -> tuple[Evidence, ...]:
    states = (
        Evidence(f"record {row.note_id}", f"{row.code} from {_clock(row.start)} to {_clock(row.stop)} by {row.role}")
        for row in rows
    )
    return tuple(dict.fromkeys(states))
