"""E504."""

from __future__ import annotations

from collections.abc import Iterator

from scrubber.claims.outline import File, Transaction
from scrubber.claims.spans import Level
from scrubber.findings.finding import Evidence, Finding, Fix
from scrubber.findings.levels import FixLevel, Payment, Severity
from scrubber.rules.envelope import places
from scrubber.rules.rule import Example, RuleContext, rule

NEEDS_PARENT = {"20": False, "22": True, "23": True}


@rule(
    code="E504",
    name="hierarchy-broken",
    scope=File,
    severity=Severity.REJECT,
    since="0.1.0",
    examples=(
        Example(
            "Numbers with a gap, parents named rightly",
            minutes=(("97110", "PT", 30),),
            replace=(("HL*2*1*22*0", "HL*3*1*22*0"),),
            fixed="SV1*HC:97110:GP*80*UN*2***1",
        ),
        Example("The subscriber names a parent that is not there", replace=(("HL*2*1*22*0", "HL*2*7*22*0"),)),
        Example("A child is announced that is not there", replace=(("HL*2*1*22*0", "HL*2*1*22*1"),)),
        Example("In order", minutes=(("97110", "PT", 30),), flagged=False),
    ),
)
def hierarchy_broken(file: File, context: RuleContext) -> Iterator[Finding]:
    """The hierarchy levels (HL) of a transaction have wrong numbers, parents or child flags.

    ## Why it matters

    The hierarchy says which patient belongs to which subscriber and provider. Where it is broken, a claim may be read
    under the wrong person.

    ## Evidence and fix

    Where every parent is named rightly and only the counting is off, the levels are numbered again (SAFE). Anything
    else is for a person, and the transaction is held.

    ## What it cannot check

    Levels that are numbered rightly and hang under the wrong parent.

    ## References

    - 005010X222A1, loops 2000A, 2000B and 2000C: HL01 counts from 1, HL02 names the parent, HL04 says whether
      children follow
    """
    for transaction in file.transactions():
        if not transaction.is_professional:
            continue
        fault = _fault(transaction)
        if fault is None:
            continue
        level, element, message = fault
        place = level or transaction
        evidence = (Evidence("the file", "every level names its parent rightly; only the counting is off"),)
        fix = None
        if numbering_only(transaction):
            fix = Fix("Number the hierarchy levels again", FixLevel.SAFE, Payment.NEUTRAL, (), evidence)
        yield hierarchy_broken.finding(
            places.of_transaction(transaction, element, place.start, place.segment),
            message,
            "Number the levels from 1." if fix else "Have the billing system write this transaction again.",
            evidence=evidence if fix else (),
            fix=fix,
        )


def numbering_only(transaction: Transaction) -> bool:
    """Whether nothing but HL01 (and with it HL02) has to be counted again."""
    levels = transaction.levels
    if len({level.number for level in levels}) != len(levels):
        return False
    parents = _parents(transaction)
    return all(
        _placed(level.code, has_parent=level.parent is not None)
        and level.parent_number == (level.parent.number if level.parent else "")
        and level.child_flag == str(int(level.order in parents))
        for level in levels
    ) and all(claim.level and claim.level.code != "20" for claim in transaction.claims)


def _placed(code: str, *, has_parent: bool) -> bool:
    needs = NEEDS_PARENT.get(code)
    return needs is not None and needs == has_parent


def _parents(transaction: Transaction) -> set[int]:
    return {level.parent.order for level in transaction.levels if level.parent}


def _is_in_order(transaction: Transaction) -> bool:
    """Nothing is wrong, told without a look at each level: there are two for each claim."""
    levels = transaction.levels
    return (
        levels.is_counted()
        and all(
            _placed(kind.code, has_parent=kind.has_parent) and kind.child_flag == str(int(kind.is_parent))
            for kind in levels.kinds()
        )
        and transaction.claims.codes_above().isdisjoint(("", "20"))
    )


def _fault(transaction: Transaction) -> tuple[Level | None, str, str] | None:
    """The first fault: level, element, message."""
    if _is_in_order(transaction):
        return None
    parents = _parents(transaction)
    for level in transaction.levels:
        number = level.order + 1
        if not _placed(level.code, has_parent=level.parent is not None):
            return (
                level,
                "HL03",
                f"HL {number} of the transaction has level code {level.code[:2]!r}, which cannot stand there.",
            )
        if level.number != str(number):
            return level, "HL01", f"HL {number} of the transaction is numbered {level.number[:12]!r}."
        if level.parent_number != (level.parent.number if level.parent else ""):
            return (
                level,
                "HL02",
                f"HL {number} names {level.parent_number[:12]!r} as its parent, which is not the level it stands in.",
            )
        if level.child_flag != str(int(level.order in parents)):
            has = "has a" if level.order in parents else "has no"
            return level, "HL04", f"HL {number} says {level.child_flag[:2]!r} of its children; it {has} child level."
    for claim in transaction.claims:
        if claim.level is None or claim.level.code == "20":
            return claim.level, "HL03", "A claim stands under no subscriber or patient."
    return None
