"""What the page and the screen show of a file's claims: counts of all, and the first of each kind in full."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Generic, NamedTuple, TypeVar

import msgspec

from scrubber.findings.finding import NotChecked as UncheckedRule
from scrubber.reports.schema import Claim, ClaimInBrief, Finding, NotChecked, Report
from scrubber.reports.wording import by_weight, is_open

Check = NotChecked | UncheckedRule
"""A check that could not run, as the report has it or as it was found."""
CARDS = 1000
"""How many claims of a kind are shown in full; the page says how many more the JSON report has."""
IDENTITIES = 5000
"""How many unchanged claims are listed by number."""

OPEN, FIXED, WARNED, OTHER = range(4)
"""What became of a finding: it holds its claim, was corrected, warns, or is waived or a note."""


class Sketch(msgspec.Struct, frozen=True, gc=False):
    """As much of a claim as is counted. ``fates`` has (rule, name, fate) of each finding; ``telling`` the rules of
    those that say why the claim is where it is, each once."""

    interchange: int
    group: int
    position: int
    claim_id: str
    disposition: str
    fates: tuple[tuple[str, str, int], ...] = ()
    telling: tuple[str, ...] = ()
    not_checked: tuple[Check, ...] = ()


def sketch(claim: Claim | ClaimInBrief) -> Sketch:
    """What is counted of a claim."""
    findings = claim.findings if isinstance(claim, Claim) else ()
    return sketched(
        claim.interchange,
        claim.group,
        claim.position,
        claim.claim_id,
        claim.disposition,
        findings,
        claim.not_checked,
    )


def sketched(
    interchange: int,
    group: int,
    position: int,
    claim_id: str,
    disposition: str,
    findings: tuple[Finding, ...],
    not_checked: tuple[Check, ...],
) -> Sketch:
    """What is counted of a claim that has these findings."""
    if not findings:
        return Sketch(interchange, group, position, claim_id, disposition, not_checked=not_checked)
    fates = tuple([(finding.rule, finding.name, fate(finding)) for finding in findings])
    rules = tuple(dict.fromkeys([one.rule for one in telling(disposition, findings)]))
    return Sketch(interchange, group, position, claim_id, disposition, fates, rules, not_checked)


def fate(finding: Finding) -> int:
    """What became of a finding, one of OPEN, FIXED, WARNED and OTHER."""
    if is_open(finding):
        return OPEN
    if finding.fixed:
        return FIXED
    return WARNED if finding.severity == "warn" and not finding.waived else OTHER


def telling(disposition: str, findings: tuple[Finding, ...]) -> list[Finding]:
    """The findings that say why a claim is where it is: those that hold it, those that were corrected, or all."""
    weighed = by_weight(findings)
    if disposition == "held":
        return [one for one in weighed if is_open(one)]
    if disposition == "corrected":
        return [one for one in weighed if one.fixed] or weighed
    return weighed


class Identity(NamedTuple):
    """An unchanged claim in which nothing was found."""

    interchange: int
    group: int
    position: int
    claim_id: str


class Shown(NamedTuple):
    """Claims of one kind: how many there are, the rules that come up with how many claims each, and the first."""

    total: int
    rules: Counter[str]
    claims: list[Claim]


class Overview(NamedTuple):
    """What page and screen show. ``groups`` are the (interchange, group) that untouched claims stand in.

    ``unchecked`` counts claims by rule and reason, where reasons were asked for; ``unchecked_rules`` are those that
    could not look at ``unchecked_claims``, or at one of them.
    """

    held: Shown
    corrected: Shown
    warned: Shown
    untouched: int
    identities: list[Identity]
    groups: frozenset[tuple[int, int]]
    fates: Counter[tuple[str, str, int]]
    unchecked: Counter[tuple[str, str]]
    unchecked_rules: frozenset[str]
    unchecked_claims: int


class Overlook:
    """Counts claims as they come, in any order, and remembers the first of each kind. ``most`` bounds those shown in
    full, ``identities`` the list of untouched ones.

    A claim comes with its ``order`` in the file and a ``handle`` by which it can be read again. ``with_reasons`` says
    whether checks that could not run are counted by their reasons, which only the page needs.
    """

    def __init__(self, most: int = CARDS, identities: int = IDENTITIES, *, with_reasons: bool = True) -> None:
        self._with_reasons = with_reasons
        self._unchecked_rules: set[str] = set()
        self._kinds = {name: _Kind(most) for name in ("held", "corrected", "unchanged")}
        self._untouched = 0
        self._identities: _First[Identity] = _First(identities)
        self._groups: set[tuple[int, int]] = set()
        self._fates: Counter[tuple[str, str, int]] = Counter()
        self._unchecked: Counter[Check] = Counter()
        self._unchecked_claims = 0

    def add(self, claim: Sketch, order: int, handle: int) -> None:
        """One claim more."""
        if claim.not_checked:
            self._unchecked_claims += 1
            for check in claim.not_checked:
                self._unchecked_rules.add(check.rule)
            if self._with_reasons:
                self._unchecked.update(claim.not_checked)
        if claim.fates or claim.disposition != "unchanged":
            self._fates.update(claim.fates)
            self._kinds[claim.disposition].add(claim, order, handle)
            return
        self._untouched += 1
        self._groups.add((claim.interchange, claim.group))
        if self._identities.wants(order):
            self._identities.add(order, Identity(claim.interchange, claim.group, claim.position, claim.claim_id))

    def overview(self, read: Callable[[int], Claim], most: int | None = None) -> Overview:
        """What is shown, with claims as ``read`` gives them by their handles; of each kind not more than ``most``."""
        unchecked = Counter({(check.rule, check.why): count for check, count in self._unchecked.items()})
        return Overview(
            self._kinds["held"].shown(read, most),
            self._kinds["corrected"].shown(read, most),
            self._kinds["unchanged"].shown(read, most),
            self._untouched,
            self._identities.sorted(),
            frozenset(self._groups),
            self._fates,
            unchecked,
            frozenset(self._unchecked_rules),
            self._unchecked_claims,
        )


def overview_of(report: Report, most: int = CARDS, identities: int = IDENTITIES) -> Overview:
    """The overview of a report that has all its claims."""
    over = Overlook(most, identities)
    for at, claim in enumerate(report.claims):
        over.add(sketch(claim), at, at)
    return over.overview(lambda at: report.claims[at])  # type: ignore[arg-type,return-value]  # never one in brief


T = TypeVar("T")


class _First(Generic[T]):
    """The first ``most`` items by their order, of items that come in any order."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._items: list[tuple[int, T]] = []
        self._end: int | None = None
        """What stands here or later is not among the first."""

    def wants(self, order: int) -> bool:
        return self._end is None or order < self._end

    def add(self, order: int, item: T) -> None:
        if not self.wants(order):
            return
        self._items.append((order, item))
        if len(self._items) > 2 * self._most:
            self._cut()
            self._end = self._items[-1][0]

    def sorted(self) -> list[T]:
        self._cut()
        return [item for _, item in self._items]

    def _cut(self) -> None:
        self._items.sort(key=lambda each: each[0])
        del self._items[self._most :]


class _Kind:
    """Claims of one kind: their number, the rules that tell of them, and the handles of the first."""

    def __init__(self, most: int) -> None:
        self.count = 0
        self.rules: Counter[str] = Counter()
        self.first: _First[int] = _First(most)

    def add(self, claim: Sketch, order: int, handle: int) -> None:
        self.count += 1
        self.rules.update(claim.telling)
        self.first.add(order, handle)

    def shown(self, read: Callable[[int], Claim], most: int | None) -> Shown:
        return Shown(self.count, self.rules, [read(handle) for handle in self.first.sorted()[:most]])
