"""Where pyx12 4.0.0 crashes or silently stops, the fault is said, nothing raises, and the rest is still judged."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scrubber.conform.judge import GuideFault, judge_claim
from scrubber.x12.delimiters import Delimiters

LATE = ("*UN*1***1~", "*UN*abc***1~")
"""A fault in the last service line (segment 10): a judge that stopped earlier would not see it."""
LATE_PLACE = ("SV1", 4, None, "6")


def judged(heading: str, claim: str, separators: Delimiters) -> list[GuideFault]:
    """Faults of the claim with a late fault added, which must be the last found."""
    assert LATE[0] in claim
    found = judge_claim(heading, claim.replace(*LATE), separators)
    assert found[-1][:4] == LATE_PLACE
    return found[:-1]


@pytest.mark.parametrize(
    ("old", "new", "place", "words"),
    [
        ("***1:2", "***1:2:1:2:1", ("SV1", 7, 5, "13", 5), "SV107 (diagnosis pointers) has 5 components; at most 4"),
        ("***1:2", "***" + ":".join("1" * 500), ("SV1", 7, 5, "13", 5), "SV107 (diagnosis pointers) has 500 compon"),
        ("97110:GP", "97110:GP:59:KX:CQ:words::x", ("SV1", 1, 9, "13", 5), "SV101 (procedure) has 9 components; at"),
        ("11:B:1", "11:B:1:x", ("CLM", 5, 4, "13", 0), "CLM05 (place and frequency) has 4 components; at most 3"),
        (
            "D8*20260302~",
            "RD8*20260302-20260303-20260304~",
            ("DTP", 3, None, "8", 6),
            "DTP03 (date) has more than two dates",
        ),
        ("MINUTES 30", "MINUTES^30", ("NTE", 2, None, "12", 8), "NTE02 (note text) holds the repetition separator"),
        ("*UN*2", "*UN*2^3", ("SV1", 4, None, "12", 5), "SV104 (units) holds the repetition separator"),
        ("NTE*ADD*MINUTES 30", "NTE*ADD*" + "x" * 20_000, ("NTE", 2, None, "5", 8), "NTE02 (note text) is too long"),
        ("NTE*ADD*MINUTES 30", "NTE*ADD" + "*" * 20_000, ("NTE", None, None, "8", 8), "NTE"),
        ("HOLLOW", "H\xd6LLOW", ("NM1", 3, None, "6", 2), "NM103 (last or organization name) holds a character"),
        ("HOLLOW", "\xa0", ("NM1", 3, None, "6", 2), "NM103 (last or organization name) holds a character"),
        ("*UN*2", "*UN*\xb2", ("SV1", 4, None, "6", 5), "SV104 (units) must be a number"),
        ("HOLLOW", "H\x00LLOW", ("NM1", 3, None, "6", 2), "NM103 (last or organization name) holds a character"),
        ("REF*6R*L1", "*6R*L1", ("", None, None, "1", 7), "A segment has no valid identifier"),
        ("REF*6R*L1", "REF", ("REF", None, None, "2", 7), "REF (reference number) may not stand here"),
        ("NTE*ADD*MINUTES 30", "K3", ("K3", None, None, "8", 8), "K3 (fixed-form information) has no data"),
    ],
)
def test_a_trap_is_said_and_the_rest_is_judged(
    heading: str,
    claim: str,
    separators: Delimiters,
    old: str,
    new: str,
    place: tuple[str, int | None, int | None, str, int],
    words: str,
) -> None:
    assert old in claim
    found = judged(heading, claim.replace(old, new, 1), separators)
    assert found[0][:5] == place
    assert found[0].message.startswith(words)


def test_too_many_components_hide_no_other_fault_of_the_segment(
    heading: str, claim: str, separators: Delimiters
) -> None:
    found = judged(heading, claim.replace("*UN*2***1:2", "*F2*2***1:2:x:1:2"), separators)
    assert [fault[:4] for fault in found] == [
        ("SV1", 7, 5, "13"),
        ("SV1", 3, None, "7"),
        ("SV1", 7, 3, "7"),
        ("SV1", 7, 3, "6"),
    ]


@pytest.mark.parametrize("gap", ["~~", "~\r\n~", "~ ~", "~\t~", "~~\n"])
def test_an_empty_segment_is_said_and_the_rest_is_judged(
    heading: str, claim: str, separators: Delimiters, gap: str
) -> None:
    found = judged(heading, claim.replace("REF*6R*L1~", "REF*6R*L1" + gap, 1), separators)
    assert [fault[:5] for fault in found] == [("", None, None, "1", 7)]
    assert found[0].message == "An empty segment: two segment terminators follow one another"
    found = judged(heading.replace("PRV*BI", gap[1:] + "PRV*BI"), claim, separators)
    assert [fault[:5] for fault in found] == [("", None, None, "1", -1)]


def test_without_a_repetition_separator_there_is_no_repetition(heading: str, claim: str) -> None:
    """Before version 00402, and where ISA11 holds a letter of older habits."""
    text = claim.replace("MINUTES 30", "MINUTES^30 SUM")
    for repetition in ("", "U"):
        assert judge_claim(heading, text, Delimiters("*", ":", repetition, "~")) == []


def test_whatever_pyx12_raises_becomes_a_fault(heading: str, claim: str) -> None:
    """pyx12 raises EngineError for a separator that is not one character."""
    found = judge_claim(heading, claim, Delimiters("*", "::", "^", "~"))
    assert {fault.kind for fault in found} == {"judge"}
    assert {fault.code for fault in found} == {""}
    assert [fault.segment_index for fault in found if fault.segment_id == "SV1"] == [5, 10]
    assert found[-2].message == ("REF: the conformance judge failed on its place; check this segment by hand")


def test_whatever_pyx12_raises_about_elements_becomes_a_fault(
    heading: str, claim: str, separators: Delimiters, monkeypatch: pytest.MonkeyPatch
) -> None:
    import pyx12.segment

    real = pyx12.segment.Segment.ele_len

    def fails(segment: pyx12.segment.Segment, reference: str) -> int:
        if segment.get_seg_id() == "SV1" and segment.get_value("SV102") == "121":
            raise IndexError
        return int(real(segment, reference))

    monkeypatch.setattr(pyx12.segment.Segment, "ele_len", fails)
    found = judged(heading, claim.replace("*120*", "*121*"), separators)
    assert [fault[:6] for fault in found] == [("SV1", None, None, "", 5, "judge")]
    assert found[0].message == "SV1: the conformance judge failed on its elements; check this segment by hand"


def test_a_pyx12_without_the_map_is_an_error_of_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    from scrubber.conform import guide_map
    from scrubber.errors import TableError

    monkeypatch.setattr(guide_map, "MAP_FILE", "837.5010.X999.xml")
    with pytest.raises(TableError, match=r"837\.5010\.X999\.xml: the installed pyx12 cannot load it"):
        guide_map.guide_map.__wrapped__()


PIECES = st.sampled_from(
    [*"*:~^ -\r\n\t", "~~", "**", "::", "LX*1", "HL", "ISA", "SE*1~", "RD8", "\xe9", "\x00", "97110", "1"]
)


@settings(max_examples=300, deadline=None)
@given(data=st.data())
def test_no_text_makes_the_judge_raise(data: st.DataObject, heading: str, claim: str, separators: Delimiters) -> None:
    texts = {"heading": heading, "claim": claim}
    for _ in range(data.draw(st.integers(1, 4))):
        which = data.draw(st.sampled_from(sorted(texts)))
        text = texts[which]
        start = data.draw(st.integers(0, len(text)))
        end = data.draw(st.integers(start, min(len(text), start + 40)))
        texts[which] = text[:start] + data.draw(PIECES) + text[end:]
    first = judge_claim(texts["heading"], texts["claim"], separators)
    assert judge_claim(texts["heading"], texts["claim"], separators) == first
    assert all(fault.message for fault in first)


@settings(max_examples=100, deadline=None)
@given(text=st.text(st.characters(max_codepoint=255), max_size=200))
def test_no_bytes_make_the_judge_raise(text: str, heading: str, separators: Delimiters) -> None:
    for fault in judge_claim(text, text, separators) + judge_claim(heading, text, separators):
        assert fault.kind in {"segment", "element", "judge"}
