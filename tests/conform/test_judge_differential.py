"""The judge against pyx12's own x12n_document, run on a complete file with the same claim in it.

pyx12 is asked through its front door, envelope and all; the judge drives its walker and map. Both must agree on whether
the claim conforms, and on the first fault.
"""

import io
import json
from collections.abc import Callable
from typing import Any, NamedTuple

import pytest

from scrubber.conform.judge import GuideFault, judge_claim
from scrubber.x12.delimiters import Delimiters

# Codes of pyx12 that no 999 knows, and those for which IK304 and IK403 of 005010X231A1 have a better one.
BETTER = {"LX": "8", "SEG1": "8", "10": "I10"}


class First(NamedTuple):
    """The first fault; ``element`` is None where pyx12 speaks of the whole segment."""

    segment: str
    element: int | None
    code: str


def a_file(heading: str, claim: str, version: str = "005010X222A1") -> str:
    """A complete interchange of one claim."""
    body = f"ST*837*0001*{version}~{heading}{claim}"
    count = body.count("~") + 1
    return (
        "ISA*00*          *00*          *ZZ*RR100          *ZZ*00123          *260309*1015*^*00501*000000001*0*T*:~"
        f"GS*HC*RR100*00123*20260309*1015*1*X*{version}~{body}SE*{count}*0001~GE*1*1~IEA*1*000000001~"
    )


def by_pyx12(text: str) -> tuple[bool, First | None]:
    """Whether x12n_document calls the file valid, and its first fault."""
    import pyx12.params
    import pyx12.x12n_document

    out = io.StringIO()
    valid = pyx12.x12n_document.x12n_document(pyx12.params.ParamsBase(), io.StringIO(text), None, None, fd_json=out)
    for segment in _segments(json.loads(out.getvalue())):
        for error in segment["errors"]:
            return valid, First(segment["seg_id"], None, error["err_cde"])
        for element in segment["elements"]:
            return valid, First(segment["seg_id"], element["ele_pos"], element["errors"][0]["err_cde"])
    return valid, None


def _segments(document: Any) -> list[Any]:
    groups = [group for interchange in document["interchanges"] for group in interchange["groups"]]
    return [s for group in groups for transaction in group["transactions"] for s in transaction["segments"]]


def agrees(ours: GuideFault, theirs: First) -> bool:
    """Same segment, element and code, where the two speak the same language."""
    if ours.segment_id != theirs.segment:
        return False
    if theirs.element is None and theirs.code == "8":
        return ours.kind == "element" or ours.code == "8"  # relations, components and counts: pyx12 names no element
    if theirs.element is None:
        same = {"1": {"1", "2"}}  # the judge tells an unknown segment from a misplaced one
        return ours.code in same.get(theirs.code, {BETTER.get(theirs.code, theirs.code)})
    return (ours.element, ours.code) == (theirs.element, BETTER.get(theirs.code, theirs.code))


def swap(old: str, new: str) -> Callable[[str], str]:
    """A mutation: the first ``old`` becomes ``new``."""

    def change(claim: str) -> str:
        assert old in claim
        return claim.replace(old, new, 1)

    return change


MUTATIONS: dict[str, Callable[[str], str]] = {
    "nothing": lambda claim: claim,
    "units are no number": swap("*UN*2", "*UN*abc"),
    "units are missing": swap("*UN*2", "*UN*"),
    "units are too long": swap("*UN*2", "*UN*" + "1" * 16),
    "negative units": swap("*UN*2", "*UN*-2"),
    "unit of measure unknown": swap("*UN*2", "*F2*2"),
    "minutes as unit": swap("*UN*2", "*MJ*30"),
    "modifier too short": swap("97110:GP", "97110:G"),
    "five modifiers": swap("97110:GP", "97110:GP:59:KX:CQ:76"),
    "procedure code without modifiers, lower case": swap("97110:GP", "g0283"),
    "eighth part of the procedure": swap("97110:GP", "97110:GP::::words:x"),
    "an element that must be empty": swap("***1:2", "*11*X*1:2"),
    "pointer 13": swap("***1:2", "***13:2"),
    "date of a thirteenth month": swap("D8*20260302~", "D8*20261302~"),
    "no date of service": swap("DTP*472*D8*20260302~", ""),
    "no diagnoses": swap("HI*ABK:M545*ABF:M6281~", ""),
    "wrong first qualifier of the diagnoses": swap("HI*ABK:", "HI*ABF:"),
    "reference twice": swap("REF*6R*L1~", "REF*6R*L1~REF*6R*L1~"),
    "reference with a trailing separator": swap("REF*6R*L1~", "REF*6R*L1*~"),
    "reference with too many elements": swap("REF*6R*L1~", "REF*6R*L1*a*b*c~"),
    "reference without data": swap("REF*6R*L1~", "REF*~"),
    "line number out of order": swap("LX*2", "LX*9"),
    "leading space": swap("LX*2", " LX*2"),
    "unknown segment": swap("REF*6R*L1~", "ZZZ*1~"),
    "segment of another loop": swap("REF*6R*L1~", "SBR*P~"),
    "no service lines": lambda claim: claim[: claim.index("LX*1")],
    "note too long": swap("MINUTES 30", "x" * 9000),
    "note without text": swap("NTE*ADD*MINUTES 30", "NTE*ADD"),
    "trailing space in a name": swap("PETRA*", "PETRA *"),
    "high character in a name": swap("HOLLOW", "HÖLLOW"),
    "control character in a note": swap("MINUTES 30", "MIN\x07"),
    "npi without its qualifier": swap("*XX*1234567893", "**1234567893"),
    "place of service unknown": swap("11:B:1", "77:B:1"),
    "place of service missing": swap("11:B:1", ""),
    "components where one value belongs": swap("*120*", "*1:20*"),
    "unused composite filled": swap("REF*6R*L1~", "REF*6R*L1~K3*x**a:b~"),
    "decision without a date": lambda claim: claim + "SVD*K9*5*HC:97140**1~CAS*CO*45*75~",
    "other coverage without payer": swap("LX*1~", "SBR*S*18*******CI~OI***Y*P**Y~NM1*IL*1*Q****MI*K77~LX*1~"),
}


@pytest.fixture(scope="module", autouse=True)
def _maps_loaded_once() -> Any:
    """x12n_document reads its maps again on every call; the maps are never written to, so here it need not."""
    import functools

    import pyx12.map_if
    import pyx12.params

    with pytest.MonkeyPatch.context() as patch:
        real = pyx12.map_if.load_map_file
        kept = functools.cache(lambda name: real(name, pyx12.params.ParamsBase()))
        patch.setattr(pyx12.map_if, "load_map_file", lambda name, *_: kept(name))
        yield


@pytest.mark.parametrize("whose", ["heading", "dependent_heading"])
@pytest.mark.parametrize("mutation", MUTATIONS)
def test_the_judge_agrees_with_pyx12(
    mutation: str, whose: str, claim: str, separators: Delimiters, request: pytest.FixtureRequest
) -> None:
    heading = request.getfixturevalue(whose)
    mutated = MUTATIONS[mutation](claim)
    valid, theirs = by_pyx12(a_file(heading, mutated))
    ours = judge_claim(heading, mutated, separators)
    assert valid == (not ours), (theirs, ours)
    if theirs is not None:
        assert agrees(ours[0], theirs), (theirs, ours[0])


def test_most_mutations_are_faults(heading: str, claim: str, separators: Delimiters) -> None:
    """Agreement about nothing would prove nothing."""
    faulty = [name for name, mutate in MUTATIONS.items() if judge_claim(heading, mutate(claim), separators)]
    assert len(faulty) == len(MUTATIONS) - 5
    assert "nothing" not in faulty


def test_sixty_lines_are_faulty_for_both(heading: str, long: Callable[[int], str], separators: Delimiters) -> None:
    for count, conforms in ((50, True), (60, False)):
        assert by_pyx12(a_file(heading, long(count)))[0] is conforms
        assert (judge_claim(heading, long(count), separators) == []) is conforms


@pytest.mark.parametrize("version", ["005010X222", "005010X222A2"])
def test_versions_that_pyx12_refuses_are_judged(heading: str, claim: str, separators: Delimiters, version: str) -> None:
    import pyx12.errors

    with pytest.raises(pyx12.errors.EngineError):
        by_pyx12(a_file(heading, claim, version))
    assert judge_claim(f"ST*837*0001*{version}~{heading}", claim, separators) == []
