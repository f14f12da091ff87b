"""The words that the report for a person and the terminal share."""

from __future__ import annotations

import re

from scrubber.reports.schema import Claim, ClaimInBrief, Finding, Related, RuleTotal, Where

_AMOUNT = re.compile(r"(-?)(\d+)(?:\.(\d*))?", re.ASCII)


def dollars(amount: str) -> str:
    """``1234.5`` as ``$1,234.50``; what is no plain amount stays as it was read."""
    match = _AMOUNT.fullmatch(amount)
    if match is None:
        return amount
    sign, whole, part = match.groups(default="")
    return f"{sign}${_grouped(whole)}.{part.ljust(2, '0')}"


def is_nothing(amount: str) -> bool:
    """Whether the amount is written as zero dollars."""
    return not amount.strip("-0.")


def number(count: int) -> str:
    """``20000`` as ``20,000``."""
    return f"{count:,}"


def has_money(total: RuleTotal) -> bool:
    """Whether a rule's findings are worth anything that is known."""
    return not all(is_nothing(amount) for amount in (total.at_risk, total.charge, total.medicare_estimate or "0"))


def verdict(finding: Finding) -> str:
    """What became of a finding, in a word or two."""
    if finding.fixed:
        return "Corrected"
    if finding.waived is not None:
        return "Waived"
    return {"reject": "To settle", "warn": "Warning"}.get(finding.severity, "Note")


def is_open(finding: Finding) -> bool:
    """Whether the finding is why a claim is held: a reject that is neither fixed nor waived."""
    return finding.severity == "reject" and not finding.fixed and finding.waived is None


def by_weight(findings: tuple[Finding, ...]) -> list[Finding]:
    """Findings that hold the claim first, then corrected ones, warnings, waived ones and notes; else as found."""
    return sorted(findings, key=_weight)


def place(where: Where) -> str:
    """``line 1, SV104, control A1, segment 27, byte 1041``; empty when no place is known."""
    parts = (
        ("line", where.line),
        ("", where.element),
        ("control", where.control),
        ("segment", where.segment),
        ("byte", where.byte),
    )
    return ", ".join(f"{name} {value}".strip() for name, value in parts if value is not None)


def identity(claim: Claim | ClaimInBrief) -> str:
    """``interchange 1, group 1, transaction 0001, position 3``."""
    return (
        f"interchange {claim.interchange}, group {claim.group}, "
        f"transaction {claim.transaction}, position {claim.position}"
    )


def related_claim(other: Related, seen_from: Claim | None = None) -> str:
    """``PCN2 (position 4)``, with interchange and group where they are not those of the claim it is seen from."""
    same = seen_from is not None and (other.interchange, other.group) == (seen_from.interchange, seen_from.group)
    before = "" if same else f"interchange {other.interchange}, group {other.group}, "
    if other.file is not None:
        before = f"{other.file}, interchange {other.interchange}, group {other.group}, "
    return f"{other.claim_id} ({before}position {other.position})"


def _grouped(digits: str) -> str:
    """Digits in threes; leading zeros stay, as they were read."""
    head = len(digits) % 3
    return ",".join([digits[:head]] * bool(head) + [digits[at : at + 3] for at in range(head, len(digits), 3)])


def _weight(finding: Finding) -> int:
    if is_open(finding):
        return 0
    if finding.fixed:
        return 1
    if finding.waived is not None:
        return 3
    return 2 if finding.severity == "warn" else 4
