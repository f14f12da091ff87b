"""E510."""

from __future__ import annotations

from collections.abc import Iterator

from scrubber.claims.outline import File, Transaction
from scrubber.findings.finding import Finding
from scrubber.findings.levels import Severity
from scrubber.rules.envelope import places
from scrubber.rules.rule import Example, RuleContext, rule

SETS = {
    "270": "eligibility inquiry",
    "271": "eligibility answer",
    "276": "claim status inquiry",
    "277": "claim status answer",
    "278": "service review",
    "820": "premium payment",
    "834": "enrollment",
    "835": "remittance",
    "997": "acknowledgment",
    "999": "acknowledgment",
}
CLAIM_KINDS = {
    "X222": "professional",
    "X223": "institutional",
    "X224": "dental",
    "X098": "professional",
    "X096": "institutional",
    "X097": "dental",
}


def kind_of(transaction: Transaction) -> str:
    """What a transaction is, in words: its set, kind and version as far as they are known."""
    set_id, version = transaction.set_id[:6], transaction.version[:12]
    name = SETS.get(set_id, "unknown transaction")
    if set_id == "837":
        name = f"{CLAIM_KINDS.get(version[6:10], 'other')} claim"
    return f"{set_id or 'no set identifier'} ({name}), version {version or 'not given'}"


@rule(
    code="E510",
    name="not-an-837p",
    scope=File,
    severity=Severity.REJECT,
    since="0.1.0",
    examples=(
        Example("An institutional claim beside a professional one", again="institutional"),
        Example("Professional claims only", minutes=(("97110", "PT", 30),), flagged=False),
    ),
)
def not_an_837p(file: File, context: RuleContext) -> Iterator[Finding]:
    """A transaction of the file is no 837 professional claim of version 005010X222.

    ## Why it matters

    The scrubber knows the professional claim only; it would be guessing at anything else.

    ## Evidence and fix

    The transaction goes to the held file as it is, to the byte. A file that has no professional claim at all is not
    scrubbed: exit 2.

    ## What it cannot check

    Anything inside such a transaction.

    ## References

    - 005010X222A1 with ST03 or GS08 of 005010X222, 005010X222A1 or 005010X222A2
    """
    for transaction in file.transactions():
        if not transaction.is_professional:
            yield not_an_837p.finding(
                places.of_transaction(transaction, "ST01", transaction.start, transaction.segment),
                f"Transaction {transaction.ordinal + 1} is no 837 professional claim: {kind_of(transaction)}.",
                "Send it by the way that is meant for it.",
            )
