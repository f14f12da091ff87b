"""C417."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from scrubber.claims.claim import Claim
from scrubber.claims.service_line import ServiceLine
from scrubber.findings.finding import Evidence, Finding
from scrubber.findings.levels import Severity
from scrubber.rules.coverage.under_plan import lines_under_plan
from scrubber.rules.facts import fact
from scrubber.rules.rule import Example, RuleContext, rule
from scrubber.tables.therapy_codes import TherapyCode

FACILITIES = {"21": "an inpatient hospital", "22": "an outpatient hospital", "23": "an emergency room",
              "31": "a skilled nursing facility"}  # fmt: skip
AT_A_DISTANCE = frozenset({"02", "10"})
BY_VIDEO_OR_PHONE = frozenset({"93", "95", "GT"})
BEGINNINGS = {"02": date(2017, 1, 1), "10": date(2022, 1, 1), "95": date(2017, 1, 1), "93": date(2022, 1, 1)}
"""Place or modifier of telehealth -> its first day."""

THERAPISTS_FROM, THERAPISTS_TO = date(2020, 3, 1), date(2027, 12, 31)
"""Days on which Medicare takes therapists as distant-site practitioners; the end is remembered, hence a warning."""
PLACED_AS_IN_PERSON_TO = date(2023, 12, 31)
"""Last day on which a line with 95 kept the place where the service would have been in person."""

HANDS_ON_FAMILIES = frozenset({"modality", "wound", "strapping", "needling"})
HANDS_ON_CODES = frozenset({"95992", "97113", "97124", "97140"})


def _at(place: str, *others: tuple[str, str]) -> tuple[tuple[str, str], ...]:
    return (("***11:B:1", f"***{place}:B:1"), *others)


@rule(
    code="C417",
    name="place-of-service-conflict",
    scope=Claim,
    severity=Severity.REJECT,
    since="0.1.0",
    when=fact.REMOTE_MODIFIER | fact.ODD_PLACE,
    examples=(
        Example("In a skilled nursing facility, to Medicare", replace=_at("31")),
        Example("In a nursing home without skilled care", replace=_at("32"), flagged=False),
        Example("In an outpatient hospital: a warning", replace=_at("22")),
        Example("Another payer", replace=_at("31"), filing="CI", flagged=False),
        Example("The line's own place goes before the claim's", lines="SV1*HC:97110:GP*80*UN*2*31**1"),
        Example("Manual therapy cannot be given by video", lines="SV1*HC:97140:GP:95*80*UN*2***1", replace=_at("10")),
        Example("Exercise can", lines="SV1*HC:97110:GP:95*80*UN*2***1", replace=_at("10"), flagged=False),
        Example("Video, and the place is an office", lines="SV1*HC:97110:GP:95*80*UN*2***1"),
        Example("Place 10 before it began", replace=_at("10"), filing="CI", on=date(2021, 12, 31)),
        Example("Place 10 on its first day", replace=_at("10"), filing="CI", on=date(2022, 1, 1), flagged=False),
    ),
)
def place_of_service_conflict(claim: Claim, context: RuleContext) -> Iterator[Finding]:
    """The place of service does not go with the payer, the date, the code or a telehealth modifier.

    ## Why it matters

    In a skilled nursing facility under a Part A stay, and in a hospital, therapy is part of the facility's bill:
    Medicare denies the practice's claim, also long after it has paid. Telehealth is paid by place and modifier, and
    only for what can be done at a distance.

    ## Evidence and fix

    SV105, else CLM05-1, of lines given under a plan of care. A place among `refused-places` of the payer's profile (31
    for Medicare Part B) is REJECT, one among `doubtful-places` (21, 22, 23) WARN. Of telehealth (place 02 or 10,
    modifier 95, 93 or GT) all is WARN: a place or modifier before its first day; a code that needs hands or water; for
    Medicare GT, days on which therapists may not furnish it, and from 2024 a modifier without place 02 or 10. Where the
    patient was is for a person.

    ## What it cannot check

    Whether the patient was in a Part A stay on that day; telehealth rules of other payers; whether a hospital employs
    the therapist, which is the one case where 95 goes with its own place.

    ## References

    - 42 U.S.C. 1395u(b)(6)(E), CMS Pub 100-04, chapter 6, section 10 (consolidated billing of skilled nursing)
    - 42 CFR 410.42 and 411.15(m) (services to hospital patients)
    - CMS list of telehealth services; APTA 2020-04-30 (codes open to therapists from 2020-03-01)
    - CMS place of service code set (02 from 2017, 10 from 2022)
    """
    of_claim = claim.clm.value(5, 1)
    for line, entry in lines_under_plan(claim, context):
        place = line.sv1.value(5) or of_claim
        distant = place in AT_A_DISTANCE or not BY_VIDEO_OR_PHONE.isdisjoint(line.modifiers)
        profile = context.patient.profile(claim, line.date) if context.patient else None
        if profile and place in profile.refused_places:
            yield _finding(line, _bills_itself(place), place, Severity.REJECT)
        doubts = list(_telehealth(claim, line, entry, place)) if distant else []
        if profile and place in profile.doubtful_places:
            doubts.append(_bills_itself(place))
        if doubts:
            yield _finding(line, "; ".join(doubts), place, Severity.WARN)


def _bills_itself(place: str) -> str:
    if place in FACILITIES:
        return f"place {place} is {FACILITIES[place]}, which bills for therapy itself"
    return f"this payer does not pay a practice for therapy at place {place}"


def _telehealth(claim: Claim, line: ServiceLine, entry: TherapyCode, place: str) -> Iterator[str]:
    day = line.period[0] if line.period else None
    for used in (place, *line.modifiers):
        if day and used in BEGINNINGS and day < BEGINNINGS[used]:
            yield f"{'place' if used == place else 'modifier'} {used} is in use from {BEGINNINGS[used]} on"
    if entry.family in HANDS_ON_FAMILIES or entry.code in HANDS_ON_CODES:
        yield f"{entry.label} cannot be furnished at a distance"
    if not claim.heading.is_medicare:
        return
    if "GT" in line.modifiers:
        yield "Medicare does not take GT from a practice, the place or 95 says it"
    if day and not THERAPISTS_FROM <= day <= THERAPISTS_TO:
        yield f"Medicare takes telehealth from therapists from {THERAPISTS_FROM} to {THERAPISTS_TO}"
    elif day and day > PLACED_AS_IN_PERSON_TO and place not in AT_A_DISTANCE:
        yield f"a telehealth modifier goes with place 02 or 10, not with {place}"


def _finding(line: ServiceLine, why: str, place: str, severity: Severity) -> Finding:
    own = bool(line.sv1.value(5))
    return place_of_service_conflict.finding(
        line.location("SV105" if own else "SV101"),
        f"{line.code}: {why}.",
        "Find out where the patient was, and correct the place, the modifier or who is billed.",
        evidence=(Evidence("SV105" if own else "CLM05", f"place of service {place}"),),
        severity=severity,
    )
