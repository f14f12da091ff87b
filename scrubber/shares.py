"""Take what came of a patient apart by file: each file is told of its own claims, and of others by name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Generic, NamedTuple, TypeVar

import msgspec

from scrubber.findings.finding import ClaimEdit, ClaimElsewhere, Finding, Fix
from scrubber.outcome import ClaimResult, PatientResult
from scrubber.visits.part import Members

R = TypeVar("R")


class Share(NamedTuple, Generic[R]):
    """What came of a patient for one file, by the file's number in the set (0 is the first)."""

    file: int
    result: R


def shares(result: PatientResult, members: Members | None) -> tuple[Share[PatientResult], ...]:
    """One for each file that the patient has claims in, in their order. Claims count from 0 in their file.

    Records of the patient that fit no claim are told with the first of the files. ``members`` None: there is one file.
    """
    if members is None:
        return (Share(0, result),)
    by_file: dict[int, list[ClaimResult]] = {}
    for claim in result.claims:
        by_file.setdefault(members.file_of(claim.ordinal), []).append(claim)
    found = []
    unmatched = result.unmatched
    named = {claim.ordinal: claim for claim in result.claims}
    for file in sorted(by_file):
        view = _View(members, named, file)
        claims = tuple(map(view.claim, by_file[file]))
        found.append(Share(file, msgspec.structs.replace(result, claims=claims, unmatched=unmatched)))
        unmatched = ()
    return tuple(found)


class _View:
    """How one file sees the claims of the set."""

    def __init__(self, members: Members, claims: Mapping[int, ClaimResult], file: int) -> None:
        self._members = members
        self._claims = claims
        self._file = file

    def claim(self, claim: ClaimResult) -> ClaimResult:
        verdicts = tuple(
            [msgspec.structs.replace(verdict, finding=self._finding(verdict.finding)) for verdict in claim.verdicts]
        )
        return msgspec.structs.replace(claim, ordinal=self._local(claim.ordinal), verdicts=verdicts)

    def _local(self, ordinal: int) -> int:
        return ordinal - self._members.first_of(self._file)

    def _finding(self, finding: Finding) -> Finding:
        where = finding.where
        if where.claim is not None:
            where = msgspec.structs.replace(where, claim=self._local(where.claim))
        own, others = self._divided(finding.related)
        return msgspec.structs.replace(
            finding,
            where=where,
            fix=None if finding.fix is None else self._fix(finding.fix),
            related=tuple(map(self._local, own)),
            elsewhere=others,
        )

    def _fix(self, fix: Fix) -> Fix:
        """The fix with its edits of this file's claims."""
        own = [each for each in fix.edits if self._members.file_of(each.claim) == self._file]
        edits = tuple(ClaimEdit(self._local(each.claim), each.edit) for each in own)
        return msgspec.structs.replace(fix, edits=edits)

    def _divided(self, related: Iterable[int]) -> tuple[list[int], tuple[ClaimElsewhere, ...]]:
        own, others = [], []
        for ordinal in related:
            if self._members.file_of(ordinal) == self._file:
                own.append(ordinal)
            else:
                others.append(self._named(ordinal))
        return own, tuple(others)

    def _named(self, ordinal: int) -> ClaimElsewhere:
        claim = self._claims.get(ordinal)
        if claim is None:
            return self._members.other(ordinal)
        name = self._members.name_of(self._members.file_of(ordinal))
        return ClaimElsewhere(name, claim.claim_id, claim.interchange, claim.group, claim.position)
