"""G601 to G624: a segment or an element that does not conform to the 005010X222A1 guide or a payer's overlay of it.

The last digits are the codes of the 999: G601 to G608 are IK304 1 to 8, G611 to G623 are IK403 1 to 13. The list has
no 11: G621 is what has no code of its own. Codes that came later (I10: an element that the guide leaves empty) are
appended.
"""

from __future__ import annotations

from typing import NamedTuple

from scrubber.findings.levels import Severity
from scrubber.rules.rule import Rule, raised_by_engine


class _About(NamedTuple):
    """What a rule's page says. ``action`` is also what its findings ask for."""

    code: str
    name: str
    what: str
    why: str
    action: str
    limit: str


_SEGMENTS = (
    _About("G601", "unknown-segment", "A segment has an identifier that no 837 professional claim has, or is empty.",
     "The receiver cannot tell what it is, and often stops reading there.",
     "Take the segment out, or have the billing system write it under its right identifier.",
     "What the segment was meant to say."),
    _About("G602", "unexpected-segment",
     "A segment stands where the guide does not expect it, or not with its qualifier, or the payer does not take it.",
     "What it says is not taken, or taken for something else.",
     "Have the billing system write the segment at its place, with its qualifier.",
     "What stands behind it as long as it stands there: one fault can bring about others."),
    _About("G603", "missing-segment", "A segment or loop that the guide requires is missing.",
     "The claim lacks what the payer needs to work on it.",
     "Fill in what is missing where the claim is made.",
     "Segments that are wanted only in certain situations, which the guide states in words."),
    _About("G604", "loop-too-often", "A loop occurs more often than the guide allows.",
     "What is above the number is not read, or the claim is refused as a whole.",
     "Divide the claim, or take out what is there too often.",
     "Which of the loops is the one too many."),
    _About("G605", "segment-too-often", "A segment occurs more often than the guide allows.",
     "What is above the number is not read, or the claim is refused as a whole.",
     "Keep the segment that is right, and take the others out.",
     "Which of the segments is the one too many."),
    _About("G606", "foreign-segment", "A segment belongs to another transaction set.",
     "The receiver refuses the transaction set, with every claim in it.",
     "Take the segment out.",
     "Segments of other sets that have the same identifier as one of the 837."),
    _About("G607", "segment-out-of-order", "A segment stands before one that it has to follow.",
     "Loops are told apart by the order of their segments: what follows may be read as part of another loop.",
     "Have the billing system write the segments in the order of the guide.",
     "Segments that may stand in any order."),
    _About("G608", "segment-with-faults",
     "A segment cannot be judged, or has faults in its elements that have no code.",
     "A claim that could not be judged to the end must not go out as if it had been.",
     "Look at the segment by hand, and have it written again.",
     "What is wrong beside what the message says."),
)  # fmt: skip
_ELEMENTS = (
    _About("G611", "missing-element", "An element or component that the guide requires is empty.",
     "The claim is returned before anybody looks at it.",
     "Fill it in where the claim is made.",
     "Elements that are wanted only in certain situations, which the guide states in words."),
    _About("G612", "missing-dependent-element", "An element is empty although another one of its segment needs it.",
     "The elements have a meaning only together.",
     "Fill in both elements, or neither.",
     "Which of the two was meant."),
    _About("G613", "too-many-elements", "A segment has more elements than the guide gives it.",
     "A separator too many moves every value behind it into another element.",
     "Look for a separator in a name or a note, and take it out.",
     "Which separator is the one too many."),
    _About("G614", "element-too-short", "An element is shorter than the guide allows.",
     "The value is cut, or a separator stands in it.",
     "Write the value in full.",
     "Whether a value of the right length is the right one."),
    _About("G615", "element-too-long", "An element is longer than the guide allows.",
     "The receiver refuses the value, or cuts it.",
     "Shorten the value where the claim is made.",
     "Whether a value of the right length is the right one."),
    _About("G616", "invalid-character", "An element holds a character, or a kind of value, that it may not hold.",
     "The receiver's reader stops at it or replaces it.",
     "Type the value again, without signs that are no letter, digit or usual punctuation.",
     "Which characters a receiver takes beyond those of the guide."),
    _About("G617", "code-not-in-list", "An element holds a code that the guide, or the payer, does not take there.",
     "The receiver does not know what is meant.",
     "Choose a code of the list.",
     "Lists that pyx12 does not carry: procedures, diagnoses, taxonomies and payer identifiers among them."),
    _About("G618", "invalid-date", "An element holds no date in the format that its qualifier announces.",
     "Without the date nothing can be paid.",
     "Enter a date of the calendar.",
     "Whether the date is the right one."),
    _About("G619", "invalid-time", "An element holds no time of day.",
     "The receiver refuses the value.",
     "Enter hours and minutes, such as 0930.",
     "Whether the time is the right one."),
    _About("G620", "elements-exclude-each-other", "Elements are filled of which only one may be.",
     "The receiver does not know which of them holds.",
     "Keep the one that holds, and empty the other.",
     "Which of them holds."),
    _About("G621", "element-otherwise-wrong",
     "An element departs from the guide in a way that has no code of its own.",
     "The receiver refuses the segment.",
     "Look at the element by hand.",
     "What is wrong beside what the message says."),
    _About("G622", "too-many-repetitions", "An element is repeated more often than the guide allows.",
     "What is above the number is not read.",
     "Write the value once, without the repetition separator.",
     "Files whose repetition separator is a letter or digit: older programs leave a U there."),
    _About("G623", "too-many-components", "A composite element has more components than the guide gives it.",
     "A fifth diagnosis pointer or modifier has no place: it is lost, or the segment is refused.",
     "Keep those that fit, and take the others out.",
     "Which of the components is the one too many."),
    _About("G624", "unused-element", "An element or component is filled that the guide leaves empty there.",
     "The receiver refuses the segment: the value was meant for another place.",
     "Empty the element, or write its value where it belongs.",
     "Where the value belongs."),
)  # fmt: skip

_PAGE = """\
{what}

    ## Why it matters

    {why}

    ## Evidence and fix

    The segment itself, judged by the guide as the installed pyx12 describes it, narrowed by the overlay of the payer
    profile where there is one. A person corrects it where the claim is made, and nothing is guessed. {action}

    ## What it cannot check

    {limit}

    ## References

    - ASC X12N 005010X222A1, by the map of pyx12
    - Codes {codes} of the 999 (005010X231A1)
"""


def _rule(about: _About, codes: str) -> Rule:
    text = _PAGE.format(what=about.what, why=about.why, action=about.action, limit=about.limit, codes=codes)
    return raised_by_engine(about.code, about.name, Severity.REJECT, "0.1.0", text)


GUIDE_RULES: tuple[Rule, ...] = (
    *(_rule(each, "IK304") for each in _SEGMENTS),
    *(_rule(each, "IK403") for each in _ELEMENTS),
)
_ACTIONS = {each.code: each.action for each in (*_SEGMENTS, *_ELEMENTS)}
_OF_SEGMENTS = {str(number): rule for number, rule in enumerate(GUIDE_RULES[: len(_SEGMENTS)], 1)}
_OF_ELEMENTS = {str(number): rule for number, rule in enumerate(GUIDE_RULES[len(_SEGMENTS) : -1], 1)}
_OF_ELEMENTS["I10"] = GUIDE_RULES[-1]


def rule_of_segment(code: str) -> Rule:
    """The rule for an IK304 code; G608 for one that has none."""
    return _OF_SEGMENTS.get(code, _OF_SEGMENTS["8"])


def rule_of_element(code: str) -> Rule:
    """The rule for an IK403 code; G621 for one that has none."""
    return _OF_ELEMENTS.get(code, _OF_ELEMENTS["11"])


def action_of(rule: Rule) -> str:
    """What a finding of the rule asks for."""
    return _ACTIONS[rule.code]
