"""Where a finding sends the biller: the element is the one that the rule is about, and the byte is where it stands."""

import re

import counting
import pytest
from rules.test_examples import FLAGGED, of_rule, outcome_of, told

from scrubber.findings.finding import Location
from scrubber.rules.rule import Example, Rule

# SV101-2 is the code of a line, -3 and on its modifiers; CLM alone is the claim, ISA alone the whole envelope.
ELEMENTS = {
    "U101": "SV104", "U102": "SV104", "U103": "SV104", "U104": "SV101", "U105": "CLM", "U106": "SV104", "U107": "SV104",
    "U108": "CLM", "U109": "SV104", "U110": "SV103", "U111": "SV104", "U112": "SV104", "U113": "SV101 SV104",
    "U114": "SV101", "U115": "SV104", "U116": "CLM",
    "M201": "SV101-2 SV101-3", "M202": "SV101-4 SV101-5", "M203": "SV101-3", "M204": "SV101-2", "M205": "SV104",
    "M206": "SV101-3", "M207": "SV101-3 SV101-4 SV101-5", "M208": "SV101-2 SV101-4", "M209": "SV101-3",
    "M210": "SV101-3", "M213": "SV101-4", "M214": "SV101-5", "M215": "SV101-4", "M216": "SV101-2",
    "N301": "SV101-2", "N302": "SV101-2", "N303": "SV101-2", "N304": "SV101-4", "N305": "SV104", "N306": "SV104",
    "C404": "SV101", "C405": "CLM CLM01", "C406": "SV101-2", "C408": "NM109", "C411": "SV107", "C413": "CLM05",
    "C414": "SV102", "C415": "SV101-2", "C416": "PRV03",
    "E501": "CLM02 SV102", "E502": "SE01 GE01 IEA01", "E503": "SE02 GE02 IEA02 ST02", "E504": "HL01 HL02 HL04",
    "E505": "LX01", "E506": "LX01", "E509": "ISA13", "E510": "ST01", "E511": "ISA ISA16",
    "E512": "SVD02 AMT02",
}  # fmt: skip


def places(rule: Rule, example: Example) -> list[Location]:
    return [verdict.finding.where for verdict in of_rule(rule, outcome_of(rule, example))]


@pytest.mark.parametrize("pair", FLAGGED, ids=told)
def test_the_byte_is_where_the_element_stands(pair: tuple[Rule, Example]) -> None:
    source = outcome_of(*pair).source
    segments = [(segment, each) for each in counting.interchanges(source) for segment in each.segments]
    for where in places(*pair):
        if where.element is None:
            continue
        found = re.fullmatch(r"([A-Z0-9]{2,3}?)(?:([0-9]{2})(?:-([0-9]+))?)?", where.element)
        assert found is not None
        id_, element, part = found[1], int(found[2] or 0), int(found[3] or 0)
        assert where.byte is not None
        number = max(n for n, (segment, _) in enumerate(segments, 1) if segment.start <= where.byte)
        # The loops above the claims are read without a count of segments.
        assert where.segment == number or (where.segment is None and id_ == "NM1")
        segment, interchange = segments[number - 1]
        assert segment.raw.split(interchange.element)[0].decode() == id_
        before = source[segment.start : where.byte]
        if where.claim is None and where.byte == segment.start:
            continue  # the envelope's are those of their segment
        if before == segment.raw:
            assert before.count(interchange.element) < element  # it is not there: the end of its segment
            continue
        assert before.count(interchange.element) == element
        assert before.rpartition(interchange.element)[2].count(interchange.component) == max(part - 1, 0)
        assert not element or before.endswith((interchange.element, interchange.component))


@pytest.mark.parametrize("pair", [pair for pair in FLAGGED if pair[0].code in ELEMENTS], ids=told)
def test_a_rule_points_at_what_it_is_about(pair: tuple[Rule, Example]) -> None:
    assert {where.element for where in places(*pair)} <= set(ELEMENTS[pair[0].code].split())


def test_a_part_of_the_envelope_is_named_by_its_ordinals() -> None:
    for rule, example in FLAGGED:
        for where in places(rule, example):
            assert (where.claim is None) == (where.interchange is not None) or where.element is None
            assert where.transaction is None or where.group is not None
            assert where.group is None or where.interchange is not None
            parts = (where.interchange, where.group, where.transaction)
            if where.element and where.claim is None:
                level = {"ISA": 1, "IEA": 1, "GS": 2, "GE": 2}.get(re.sub(r"\d+", "", where.element), 3)
                assert sum(part is not None for part in parts) == level
                assert parts[0] == (2 if rule.code == "E509" else 1)
                assert parts[1] in (None, 1)
