"""G601 to G624: a segment or an element that does not conform to the 005010X222A1 guide or a payer's overlay of it.

The last digits are the codes of the 999: G601 to G608 are IK304 1 to 8, G611 to G623 are IK403 1 to 13. Codes that
came later (I10: an element that the guide leaves empty) are appended.
"""

from __future__ import annotations

from scrubber.findings.levels import Severity
from scrubber.rules.rule import Rule, raised_by_engine

_SEGMENTS = (
    ("G601", "unknown-segment", "A segment has an identifier that no 837 professional claim has.",
     "The receiver cannot tell what it is, and often stops reading there."),
    ("G602", "unexpected-segment", "A segment stands where the guide does not expect it, or not with its qualifier.",
     "What it says is not taken, or taken for something else."),
    ("G603", "missing-segment", "A segment or loop that the guide requires is missing.",
     "The claim lacks what the payer needs to work on it."),
    ("G604", "loop-too-often", "A loop occurs more often than the guide allows.",
     "What is above the number is not read, or the claim is refused as a whole."),
    ("G605", "segment-too-often", "A segment occurs more often than the guide allows.",
     "What is above the number is not read, or the claim is refused as a whole."),
    ("G606", "foreign-segment", "A segment belongs to another transaction set.",
     "The receiver refuses the transaction set, with every claim in it."),
    ("G607", "segment-out-of-order", "A segment stands before one that it has to follow.",
     "Loops are told apart by the order of their segments: what follows may be read as part of another loop."),
    ("G608", "segment-with-faults", "A segment cannot be judged, or has faults in its elements that have no code.",
     "A claim that could not be judged to the end must not go out as if it had been."),
)  # fmt: skip
_ELEMENTS = (
    ("G611", "missing-element", "An element or component that the guide requires is empty.",
     "The claim is returned before anybody looks at it."),
    ("G612", "missing-dependent-element", "An element is empty although another one of its segment needs it.",
     "The elements have a meaning only together."),
    ("G613", "too-many-elements", "A segment has more elements than the guide gives it.",
     "A separator too many moves every value behind it into another element."),
    ("G614", "element-too-short", "An element is shorter than the guide allows.",
     "The value is cut, or a separator stands in it."),
    ("G615", "element-too-long", "An element is longer than the guide allows.",
     "The receiver refuses the value, or cuts it."),
    ("G616", "invalid-character", "An element holds a character, or a kind of value, that it may not hold.",
     "The receiver's reader stops at it or replaces it."),
    ("G617", "code-not-in-list", "An element holds a code that the guide, or the payer, does not take there.",
     "The receiver does not know what is meant."),
    ("G618", "invalid-date", "An element holds no date in the format that its qualifier announces.",
     "Without the date nothing can be paid."),
    ("G619", "invalid-time", "An element holds no time of day.",
     "The receiver refuses the value."),
    ("G620", "elements-exclude-each-other", "Elements are filled of which only one may be.",
     "The receiver does not know which of them holds."),
    ("G621", "too-many-repetitions", "An element is repeated more often than the guide allows.",
     "What is above the number is not read."),
    ("G622", "too-many-components", "A composite element has more components than the guide gives it.",
     "A fifth diagnosis pointer or modifier has no place: it is lost, or the segment is refused."),
    ("G623", "element-otherwise-wrong", "An element departs from the guide in a way that has no code of its own.",
     "The receiver refuses the segment."),
    ("G624", "unused-element", "An element or component is filled that the guide leaves empty there.",
     "The receiver refuses the segment: the value was meant for another place."),
)  # fmt: skip

_REFERENCES = """\
    ## Evidence and fix

    The segment itself, judged by the guide as the installed pyx12 describes it, narrowed by the overlay of the payer
    profile where there is one. A person corrects it where the claim is made: nothing is guessed.

    ## References

    - ASC X12N 005010X222A1, by the map of pyx12
    - Codes {codes} of the 999 (005010X231A1)
"""


def _rule(code: str, name: str, what: str, why: str, codes: str) -> Rule:
    text = f"{what}\n\n    ## Why it matters\n\n    {why}\n\n{_REFERENCES.format(codes=codes)}"
    return raised_by_engine(code, name, Severity.REJECT, "0.1.0", text)


GUIDE_RULES: tuple[Rule, ...] = (
    *(_rule(*each, codes="IK304") for each in _SEGMENTS),
    *(_rule(*each, codes="IK403") for each in _ELEMENTS),
)
_OF_SEGMENTS = {str(number): rule for number, rule in enumerate(GUIDE_RULES[: len(_SEGMENTS)], 1)}
_OF_ELEMENTS = {str(number): rule for number, rule in enumerate(GUIDE_RULES[len(_SEGMENTS) : -1], 1)}
_OF_ELEMENTS["I10"] = GUIDE_RULES[-1]


def rule_of_segment(code: str) -> Rule:
    """The rule for an IK304 code; G608 for one that has none."""
    return _OF_SEGMENTS.get(code, _OF_SEGMENTS["8"])


def rule_of_element(code: str) -> Rule:
    """The rule for an IK403 code; G623 for one that has none."""
    return _OF_ELEMENTS.get(code, _OF_ELEMENTS["13"])
