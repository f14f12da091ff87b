"""The envelopes of the two outputs: what each of them keeps, and the counts and numbers that follow from it.

Both outputs are the source with edits. A part of the envelope (level, transaction, group, interchange) stays in an
output while a claim below it does. A part that never had a claim stays where the part around it stays, corrected
before held.
"""

from __future__ import annotations

import hashlib
import heapq
from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping
from itertools import accumulate, compress

from scrubber.claims.outline import File, Group, Interchange, Transaction
from scrubber.claims.spans import NO_LEVEL
from scrubber.findings.journal import CORRECTED, DERIVED, HELD, JournalEdit
from scrubber.findings.kept_edits import KeptEdits

Part = Interchange | Group | Transaction
_NUMBERS = "Numbers the hierarchy levels that are there"


class EnvelopeSettler:
    """Edits that make corrected and held of one source.

    ``held`` gives the ordinals of claims that are held, with the rules that hold them; ``whole`` the parts that an
    envelope finding holds whole, with its rule. ``recount`` says whether wrong counts, and ``renumber`` which
    transactions' levels, are put right although nothing was taken out.
    """

    def __init__(
        self,
        file: File,
        held: Mapping[int, tuple[str, ...]],
        whole: Iterable[tuple[Part, str]],
        *,
        recount: bool,
        renumber: Iterable[Transaction],
    ) -> None:
        self.file = file
        self.held = held
        parts = list(whole)
        self.whole = {id(part) for part, _ in parts}
        # Where the division begins, with its rules, in the order of the file.
        reasons = [(file.claims[ordinal].start, rules) for ordinal, rules in held.items()]
        reasons += [(part.start, (rule,)) for part, rule in parts]
        self._reasons = sorted(reasons)
        self.every_rule = tuple(sorted({rule for _, rules in self._reasons for rule in rules}))
        self.recount = recount
        self.renumber = {id(part) for part in renumber}

    def edits(self, target: str, claim_edits: Iterable[JournalEdit] = ()) -> SettledEdits:
        """The journal of one output, in the order of the source."""
        return _Output(self, target, sorted(claim_edits, key=lambda e: (e.start, e.end))).run()

    def rules_within(self, start: int, end: int) -> tuple[str, ...]:
        """Codes of the rules that hold something in a stretch of the source."""
        first = bisect_left(self._reasons, (start, ()))
        last = bisect_left(self._reasons, (end, ()))
        return tuple(sorted({rule for _, rules in self._reasons[first:last] for rule in rules}))

    def keeps(self, target: str) -> bool:
        """Whether the output exists: a claim goes into it, or a part that has none of our claims is held whole.

        A file without any claim goes out as it is.
        """
        if target == HELD:
            return bool(self.held or self.whole)
        return len(self.held) < len(self.file.claims) or not (self.file.claims or self.whole)

    def outgoing(self) -> list[Interchange]:
        """The interchanges of which something is in corrected."""
        output = _Output(self, CORRECTED, [])
        return [part for part in self.file.interchanges if output.has(part)] if self.keeps(CORRECTED) else []


class SettledEdits:
    """The edits of one output in the order of the source, kept once: they can be gone through several times."""

    def __init__(self, numbering: KeptEdits, others: list[JournalEdit]) -> None:
        self._numbering = numbering
        self._others = others

    def __iter__(self) -> Iterator[JournalEdit]:
        """The edits."""
        return heapq.merge(self._numbering, self._others, key=_place)


class _Output:
    def __init__(self, settler: EnvelopeSettler, target: str, claim_edits: list[JournalEdit]) -> None:
        self.settler = settler
        self.file = settler.file
        self.target = target
        self.claim_edits = claim_edits
        self._edit_starts = [edit.start for edit in claim_edits]
        self._surroundings: dict[int, bool] = {}
        self.found: list[JournalEdit] = []
        self.numbering = KeptEdits()
        """Numbers of levels, in the order of the source: two for each claim of a large file."""
        self.gone: list[tuple[int, int]] = []
        self.other_exists = settler.keeps(CORRECTED if target == HELD else HELD)

    def run(self) -> SettledEdits:
        interchanges = [part for part in self.file.interchanges if self._interchange(part)]
        if self.target == HELD:
            if self.other_exists:
                self.gone.extend(self.file.outside)
            self._own_control_numbers(interchanges)
        self.found.extend(self.claim_edits)
        self.found.extend(self._removals())
        # Stable: several insertions at one place keep the order that their claim's draft gave them.
        self.found.sort(key=_place)
        return SettledEdits(self.numbering, self.found)

    def has(self, part: Interchange) -> bool:
        """Whether something of an interchange is in this output."""
        return self._stays(part, None)

    def _interchange(self, part: Interchange) -> bool:
        """Settle one interchange; False when it is not in this output."""
        if not self.has(part):
            self.gone.append((part.start, part.end))
            return False
        if id(part) in self.settler.whole:
            return True
        kept = [group for group in part.groups if self._group(group)]
        self._count(part, len(kept), len(part.groups), "IEA01")
        return True

    def _group(self, part: Group) -> bool:
        if not self._stays(part, part.interchange):
            self.gone.append((part.start, part.end))
            return False
        if id(part) in self.settler.whole:
            return True
        kept = [transaction for transaction in part.transactions if self._transaction(transaction)]
        self._count(part, len(kept), len(part.transactions), "GE01")
        return True

    def _transaction(self, part: Transaction) -> bool:
        if not self._stays(part, part.group):
            self.gone.append((part.start, part.end))
            return False
        if id(part) in self.settler.whole or not part.is_professional:
            return True
        removed = 0
        for number, ordinal in enumerate(part.claims.ordinals()):
            if not self._has(ordinal):
                start, end = part.claims.place(number)
                self.gone.append((start, end))
                removed += self._segments(part, start, end)
        kept = self._levels_stay(part)
        for order, stays in enumerate(kept):
            if not stays:
                start, end = part.levels.place(order)
                self.gone.append((start, end))
                removed += self._segments(part, start, end)
        if not all(kept) or id(part) in self.settler.renumber:
            self._number(part, kept)
        added = sum(self._segments_added(part, edit) for edit in self._edits_within(part))
        self._count(part, part.segments - removed + added, part.segments, "SE01")
        return True

    def _has(self, ordinal: int) -> bool:
        return (ordinal in self.settler.held) == (self.target == HELD)

    def _stays(self, part: Part, around: Part | None) -> bool:
        """A part with claims stays with one of them; one without stays in the output that has the part around it."""
        if id(part) in self.settler.whole:
            return self.target == HELD
        if _has_claims(part):
            return any(map(self._has, _ordinals_of(part))) or (self.target == HELD and self._holds_something_else(part))
        if self._holds_something_else(part):
            return self.target == HELD
        return self._first_of_both(around)

    def _holds_something_else(self, part: Part) -> bool:
        """A part of it is held whole without being a claim: another transaction, a broken group."""
        inside: list[Part] = []
        if isinstance(part, Interchange):
            inside = [*part.groups, *(t for g in part.groups for t in g.transactions)]
        elif isinstance(part, Group):
            inside = list(part.transactions)
        return any(id(each) in self.settler.whole for each in inside)

    def _first_of_both(self, around: Part | None) -> bool:
        """What has no claim of its own goes where its surroundings go, and to corrected where those go to both."""
        found = self._surroundings.get(id(around))
        if found is None:
            found = self._surroundings[id(around)] = self._surroundings_stay(around)
        return found

    def _surroundings_stay(self, around: Part | None) -> bool:
        if around is None:
            return self.target == CORRECTED or not self.other_exists
        if not _has_claims(around):
            return self._stays(around, _around(around))
        return any(ordinal not in self.settler.held for ordinal in _ordinals_of(around)) == (self.target == CORRECTED)

    def _levels_stay(self, part: Transaction) -> bytearray:
        """For each level whether it stays: with a claim below it; without any, where the level above it is first."""
        ordinals, above, holds = part.claims.ordinals(), part.claims.levels(), self.settler.held
        out = part.levels.upward(order for ordinal, order in zip(ordinals, above, strict=True) if ordinal not in holds)
        held = part.levels.upward(order for ordinal, order in zip(ordinals, above, strict=True) if ordinal in holds)
        mine = out if self.target == CORRECTED else held
        stays = bytearray(mine)
        for order, has_claims in enumerate(map(int.__or__, out, held)):
            if has_claims:
                continue
            upper = part.levels[order].parent
            while upper is not None and not (out[upper.order] or held[upper.order]):
                upper = upper.parent
            if upper is not None:
                stays[order] = bool(out[upper.order]) == (self.target == CORRECTED)
            else:
                stays[order] = self._first_of_both(part)
        return stays

    def _number(self, part: Transaction, kept: bytearray) -> None:
        """HL01, HL02 and HL04 of the levels that are kept."""
        causes = self.settler.rules_within(part.start, part.end) or ("E504",)
        numbers = array("I", accumulate(kept))
        is_parent = bytearray(len(kept))
        for parent in compress(part.levels.parents(), kept):
            if parent != NO_LEVEL:
                is_parent[parent] = 1
        element = part.group.interchange.delimiters.element
        for level in map(part.levels.made, compress(range(len(kept)), kept)):
            values = (
                str(numbers[level.order]),
                str(numbers[level.parent.order]) if level.parent else level.parent_number,
                level.code,
                "1" if is_parent[level.order] else "0",
            )
            at = level.start + len("HL") + len(element)
            old = (level.number, level.parent_number, level.code, level.child_flag)
            for before, after in zip(old, values, strict=True):
                if before != after:
                    self.numbering.add(self._replacing(at, before, after, _NUMBERS, causes))
                at += len(before) + len(element)

    def _count(self, part: Interchange | Group | Transaction, right: int, was: int, name: str) -> None:
        trailer = part.trailer
        if trailer is None:
            return
        if not trailer.counts(right) and (right != was or self.settler.recount or self.target == HELD):
            causes = self._edited_by(part) if right != was else ()
            reason = f"{name} counts what is there"
            self._replace(trailer.count_start, trailer.count, str(right), reason, causes or ("E502",))

    def _edited_by(self, part: Part) -> tuple[str, ...]:
        """The rules that took something out of a part, or put something in."""
        edits = (edit for edit in self._edits_within(part) if self._segments_added(part, edit))
        changed = {rule for edit in edits for rule in (edit.rule, *edit.caused_by) if rule != DERIVED}
        return tuple(sorted(changed.union(self.settler.rules_within(part.start, part.end))))

    def _own_control_numbers(self, parts: Iterable[Interchange]) -> None:
        """Held gets ISA13s of its own, made of the source's hash: the receiver must not take them for the originals."""
        digest = hashlib.sha256(self.file.source).digest()
        taken = {each.control for each in self.file.interchanges}
        for part in parts:
            number = int.from_bytes(digest[:8], "big") + part.ordinal
            while f"{number % 10**9:09d}" in taken or number % 10**9 == 0:
                number += len(taken)
            after = f"{number % 10**9:09d}"
            reason = "The held file has an interchange control number of its own"
            causes = self.settler.rules_within(part.start, part.end)
            self._replace(part.control_start, part.control, after, reason, causes)
            if part.trailer and part.trailer.control.strip() == part.control.strip() != "":
                self._replace(part.trailer.count_end + 1, part.trailer.control, after, reason, causes)

    def _replace(self, at: int, before: str, after: str, reason: str, causes: tuple[str, ...]) -> None:
        if before != after:
            self.found.append(self._replacing(at, before, after, reason, causes))

    def _replacing(self, at: int, before: str, after: str, reason: str, causes: tuple[str, ...]) -> JournalEdit:
        return JournalEdit(self.target, at, at + len(before), after, DERIVED, causes, reason)

    def _removals(self) -> Iterator[JournalEdit]:
        reason = "Stands in the held file" if self.target == CORRECTED else "Stands in the corrected file"
        for start, end in _merged(self.gone):
            causes = self.settler.rules_within(start, end) or self.settler.every_rule
            yield JournalEdit(self.target, start, end, "", DERIVED, causes, reason)

    def _edits_within(self, part: Part) -> list[JournalEdit]:
        """The edits of the claims in a part, in their order."""
        first = bisect_left(self._edit_starts, part.start)
        return self.claim_edits[first : bisect_left(self._edit_starts, part.end, first)]

    def _segments(self, part: Transaction, start: int, end: int) -> int:
        terminator = self._terminator(part)
        *pieces, _ = self.file.source[start:end].split(terminator.encode("latin-1"))
        return len([piece for piece in pieces if piece.strip(b"\r\n \t")])

    def _segments_added(self, part: Part, edit: JournalEdit) -> int:
        """How many segments an edit of a claim adds to the file."""
        terminator = self._terminator(part)
        return edit.after.count(terminator) - self.file.source.count(terminator.encode("latin-1"), edit.start, edit.end)

    @staticmethod
    def _terminator(part: Part) -> str:
        match part:
            case Transaction():
                return part.group.interchange.delimiters.segment
            case Group():
                return part.interchange.delimiters.segment
            case _:
                return part.delimiters.segment


def _place(edit: JournalEdit) -> tuple[int, int]:
    return edit.start, edit.end


def _around(part: Part) -> Part | None:
    match part:
        case Transaction():
            return part.group
        case Group():
            return part.interchange
        case _:
            return None


def _ordinals_of(part: Part) -> Iterator[int]:
    """Ordinals of the claims in a part."""
    if isinstance(part, Interchange):
        return (ordinal for group in part.groups for ordinal in _ordinals_of(group))
    if isinstance(part, Group):
        return (ordinal for transaction in part.transactions for ordinal in transaction.claims.ordinals())
    return iter(part.claims.ordinals())


def _has_claims(part: Part) -> bool:
    return next(_ordinals_of(part), None) is not None


def _merged(spans: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Touching spans as one, in order."""
    at: tuple[int, int] | None = None
    for start, end in sorted(spans):
        if start == end:
            continue
        if at is not None and start <= at[1]:
            at = (at[0], max(at[1], end))
            continue
        if at is not None:
            yield at
        at = (start, end)
    if at is not None:
        yield at
