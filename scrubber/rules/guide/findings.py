"""Findings of the guide: each fault that a judge found, with its place and a sentence."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from scrubber.claims.claim import Claim
from scrubber.claims.heading import segments_of
from scrubber.conform import wording
from scrubber.conform.guide_fault import GuideFault
from scrubber.findings.finding import Evidence, Finding, Location
from scrubber.rules.envelope.header_malformed import component_in
from scrubber.rules.guide.faults import action_of, rule_of_element, rule_of_segment
from scrubber.rules.rule import Rule
from scrubber.x12.segment import Segment

if TYPE_CHECKING:
    from scrubber.conform.compiled.placing import Placed

GUIDE = "005010X222A1"
OWN_RULES = {("LX", "8"): "E505", ("LX", "4"): "E506", ("HL", "8"): "E504"}
"""Faults, by segment and code, that a rule of the envelope tells of wherever they are."""

NO_PLACE = ("1", "2")
"""IK304 of a segment that may not stand where it does."""

NOT_USED = "not used"
"""The usage of a segment that a payer's overlay rules out: in the 837P guide itself no segment has it."""


class Told(NamedTuple):
    """A fault as a finding. ``remains`` says that the claim as corrected has it too. ``names`` are element and byte
    under which another rule may speak of the same, ``wider`` those of the whole element where it is a component."""

    finding: Finding
    remains: bool
    names: tuple[tuple[str, int], ...]
    wider: tuple[tuple[str, int], ...]

    def is_told_by(self, other: Finding) -> bool:
        """Whether a finding of another rule is about the same element. What C and E say of a composite is said of its
        components; what others say of one is mostly about something that it lacks."""
        near = (*self.names, *self.wider) if other.rule[0] in "CE" else self.names
        return (other.where.element, other.where.byte) in near


def findings_of_claim(
    claim: Claim, faults: Sequence[GuideFault], remaining: Sequence[bool], map_path: Path | None
) -> list[Told]:
    """A finding for each fault of a claim and its heading, in the order of the faults.

    ``remaining`` says of each whether the corrected claim still has it. Left out are those of OWN_RULES. A heading is
    shared: its faults are found at every claim below it.
    """
    if not faults:
        return []
    from scrubber.conform.compiled.placing import place_faults

    heading = claim.heading
    placed = place_faults(faults, heading.texts, claim.source.text, claim.source.delimiters, map_path)
    known = {number for number, each in enumerate(placed) if _is_ruled_out(each)}
    return [
        _told(claim, placed[run[0]], placed[run[-1]].at, remains=any(remaining[number] for number in run))
        for run in runs(faults, [each.at for each in placed], known)
        if (faults[run[0]].segment_id, faults[run[0]].code) not in OWN_RULES
    ]


def _told(claim: Claim, placed: Placed, last: int, *, remains: bool) -> Told:
    """A fault, or several in a row of which ``last`` is the last segment."""
    fault, rule = placed.fault, rule_of(placed.fault)
    segment, number = _segment(claim, placed.piece, placed.number)
    where = _located(fault, segment, number, claim)
    loop = wording.loop_label(placed.loop)
    if _is_ruled_out(placed):
        fault = fault._replace(message=wording.not_used(fault.segment_id))
        said, action = f"{GUIDE} as the payer's overlay narrows it, {loop}", "Leave the segment out for this payer."
    else:
        said, action = f"{GUIDE}, {loop}", action_of(rule)
    evidence = (Evidence(said, _states(fault, placed.usage)),)
    finding = rule.finding(where, sentence(fault, loop, last - placed.at), action, evidence=evidence)
    names, wider = (tuple(_names(placed, segment, component)) for component in (fault.component, None))
    return Told(finding, remains, names, wider)


def _is_ruled_out(placed: Placed) -> bool:
    """Whether it is a segment at its place that the payer does not take."""
    return placed.fault.kind == "segment" and placed.fault.code == "2" and placed.usage == NOT_USED


def rule_of(fault: GuideFault) -> Rule:
    """The rule of the catalogue that a fault belongs to."""
    return rule_of_element(fault.code) if fault.kind == "element" else rule_of_segment(fault.code)


def sentence(fault: GuideFault, loop: str, behind: int = 0) -> str:
    """What is wrong, in which loop where the words of the judge do not say so, and how many segments ``behind`` share
    its lot."""
    place = "" if "loop" in fault.message.lower() or loop == wording.loop_label("") else f", in {loop}"
    more = "" if not behind else "; the segment behind it" if behind == 1 else f"; the {behind} segments behind it"
    more += " cannot be placed either" if behind else ""
    return f"{fault.message}{place}{more}."


def runs(faults: Sequence[GuideFault], at: Sequence[int], known: Collection[int] = ()) -> list[list[int]]:
    """The faults by their numbers, those that are one fault together: segments without a place that directly follow one
    another. Where a loop does not open, nothing in it has a place. ``at`` are the segments of the faults, ``known`` the
    numbers of those whose place is known.
    """
    found: list[list[int]] = []
    open_run: list[int] = []
    for number, (fault, place) in enumerate(zip(faults, at, strict=True)):
        nowhere = fault.kind == "segment" and fault.code in NO_PLACE and number not in known
        if nowhere and open_run and at[open_run[-1]] <= place <= at[open_run[-1]] + 1:
            open_run.append(number)
            continue
        found.append([number])
        if nowhere:
            open_run = found[-1]
    return found


def remaining(before: Iterable[GuideFault], after: Iterable[GuideFault], *, lines_added: bool = False) -> list[bool]:
    """For each fault of ``before`` whether ``after`` still has it, compared as ``worse`` compares."""
    left = Counter(fault[:4] for fault in after)
    found = []
    for fault in before:
        found.append(left[fault[:4]] > 0)
        left[fault[:4]] -= not lines_added
    return found


def _segment(claim: Claim, piece: int, number: int) -> tuple[Segment, int]:
    """A segment of the heading or the claim, and its number in the file."""
    heading = claim.heading
    if piece < len(heading.texts):
        start, first = heading.places[piece]
        found = list(segments_of(heading.texts[piece], start, claim.source.delimiters))
    else:
        first = claim.source.segment
        found = claim.segments
    number = min(number, len(found) - 1)
    return found[number], first + number


def _located(fault: GuideFault, segment: Segment, number: int, claim: Claim) -> Location:
    name = fault.segment_id or None
    byte = segment.at
    if fault.element is not None:
        name = reference(fault.segment_id, fault.element, fault.component)
        byte = _byte(segment, fault.element, fault.component)
    line = next((each for each in reversed(claim.lines) if each.first_segment <= number), None)
    if line is None:
        return Location(claim=claim.ordinal, element=name, segment=number, byte=byte)
    return Location(claim.ordinal, line.lx.value(1), line.ordinal, line.control or None, name, number, byte)


def reference(segment_id: str, element: int, component: int | None) -> str:
    """``SV104``, ``SV101-2``."""
    return f"{segment_id}{element:02d}" + (f"-{component}" if component else "")


def _byte(segment: Segment, element: int, component: int | None) -> int:
    part = component if component and component <= len(segment.parts(element)) else 0
    return segment.span(element, part).start


def _names(placed: Placed, segment: Segment, component: int | None) -> Iterator[tuple[str, int]]:
    fault = placed.fault
    if fault.element is None or segment.id != fault.segment_id:
        return
    for element in placed.together or (fault.element,):
        yield reference(fault.segment_id, element, component), _byte(segment, element, component)


def _states(fault: GuideFault, usage: str) -> str:
    if fault.element is None:
        name = fault.segment_id or "the segment"
    else:
        name = reference(fault.segment_id, fault.element, fault.component)
    return f"{name} is {usage} there" if usage else f"it has no place for {name} there"


def is_misread(claim: Claim) -> bool:
    """Whether a claim does not use the component separator of its ISA (E511): what else would be found is misread."""
    used = component_in(claim.clm.value(5))
    return bool(used) and used != claim.source.delimiters.component
