"""Take what came of a patient apart by file: each file is told of its own claims, and of others by name."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

import msgspec

from scrubber.findings.finding import ClaimEdit, ClaimElsewhere, Finding, Fix
from scrubber.outcome import ClaimResult, PatientResult
from scrubber.visits.gather import GatheringOfSet


def apart(result: PatientResult, of: GatheringOfSet) -> Iterator[tuple[int, PatientResult]]:
    """The number of each file that the patient has claims in, with what came of those. Claims count from 0 in the file.

    Records of the patient that fit no claim are told with the first of the files.
    """
    by_file: dict[int, list[ClaimResult]] = {}
    for claim in result.claims:
        by_file.setdefault(of.input_of(claim.ordinal), []).append(claim)
    unmatched = result.unmatched
    for file, claims in sorted(by_file.items()):
        view = _View(of, file)
        yield file, msgspec.structs.replace(result, claims=tuple(map(view.claim, claims)), unmatched=unmatched)
        unmatched = ()


class _View:
    """How one file sees the claims of the set."""

    def __init__(self, of: GatheringOfSet, file: int) -> None:
        self._of = of
        self._file = file
        self._first = of.inputs[file].first

    def claim(self, claim: ClaimResult) -> ClaimResult:
        verdicts = tuple(
            msgspec.structs.replace(verdict, finding=self._finding(verdict.finding)) for verdict in claim.verdicts
        )
        return msgspec.structs.replace(claim, ordinal=claim.ordinal - self._first, verdicts=verdicts)

    def _finding(self, finding: Finding) -> Finding:
        where = finding.where
        if where.claim is not None:
            where = msgspec.structs.replace(where, claim=where.claim - self._first)
        return msgspec.structs.replace(
            finding,
            where=where,
            fix=None if finding.fix is None else self._fix(finding.fix),
            related=tuple(ordinal - self._first for ordinal in self._own(finding.related)),
            elsewhere=self._others(finding.related),
        )

    def _fix(self, fix: Fix) -> Fix:
        """The fix with its edits of this file's claims."""
        own = set(self._own(edit.claim for edit in fix.edits))
        edits = tuple(ClaimEdit(each.claim - self._first, each.edit) for each in fix.edits if each.claim in own)
        return msgspec.structs.replace(fix, edits=edits)

    def _own(self, ordinals: Iterable[int]) -> list[int]:
        return [ordinal for ordinal in ordinals if self._of.input_of(ordinal) == self._file]

    def _others(self, ordinals: Collection[int]) -> tuple[ClaimElsewhere, ...]:
        return tuple(self._named(ordinal) for ordinal in ordinals if self._of.input_of(ordinal) != self._file)

    def _named(self, ordinal: int) -> ClaimElsewhere:
        span = self._of.span(ordinal)
        group = span.transaction.group
        name = self._of.inputs[self._of.input_of(ordinal)].name
        return ClaimElsewhere(name, span.claim_id, group.interchange.ordinal + 1, group.ordinal + 1, span.position)
