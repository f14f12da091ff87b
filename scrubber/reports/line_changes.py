"""Service lines before and after, side by side, and the difference in words."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import NamedTuple

from scrubber.reports.schema import LineIn, LineOut
from scrubber.reports.wording import dollars


class LineChange(NamedTuple):
    """One line as read and what came of it: nothing, itself, or several lines. ``before`` is None for a new line."""

    before: LineIn | None
    after: tuple[LineOut, ...]

    @property
    def changed(self) -> bool:
        """Whether anything that the report shows of the line is different."""
        if self.before is None or len(self.after) != 1:
            return True
        return any(getattr(self.before, name) != getattr(self.after[0], name) for name in LineIn.__struct_fields__)


def paired(before: Sequence[LineIn], after: Sequence[LineOut]) -> list[LineChange]:
    """Each line as read with the lines that come from it, in file order; new lines last."""
    numbers = Counter(line.line for line in before)
    if len(before) == len(after) and any(count > 1 for count in numbers.values()):
        # LX01 repeats, so from_line cannot tell; nothing was split, so the order can.
        return [LineChange(old, (new,)) for old, new in zip(before, after, strict=True)]
    from_line: dict[str | None, list[LineOut]] = defaultdict(list)
    for new in after:
        from_line[new.from_line].append(new)
    changes = [LineChange(old, tuple(from_line.pop(old.line, ()))) for old in before]
    return changes + [LineChange(None, (new,)) for rest in from_line.values() for new in rest]


def in_words(change: LineChange) -> str:
    """``97110 units 3 -> 2, $120.00 -> $80.00``; empty when nothing changed."""
    old = change.before
    if old is None:
        return f"new line: {_line(change.after[0])}"
    if not change.after:
        return f"{old.code} line {old.line} removed"
    if len(change.after) > 1:
        return f"{old.code} split: {'; '.join(_line(new) for new in change.after)}"
    new = change.after[0]
    parts = []
    if old.modifiers != new.modifiers:
        parts.append(_modifiers(old, new))
    if old.units != new.units:
        parts.append(f"units {old.units} -> {new.units}")
    if old.charge != new.charge:
        parts.append(f"{dollars(old.charge)} -> {dollars(new.charge)}")
    if old.date != new.date:
        parts.append(f"date {old.date} -> {new.date}")
    if old.line != new.line:
        parts.append(f"line number {old.line or 'none'} -> {new.line}")
    if old.control != new.control:
        parts.append(f"control {old.control or 'none'} -> {new.control or 'none'}")
    code = old.code if old.code == new.code else f"{old.code} -> {new.code}"
    if old.code == new.code and not parts:
        return ""
    return f"{code} {', '.join(parts)}".strip()


def _modifiers(old: LineIn, new: LineOut) -> str:
    """``CQ added`` where that says it all, else the modifiers before and after."""
    added = Counter(new.modifiers) - Counter(old.modifiers)
    dropped = Counter(old.modifiers) - Counter(new.modifiers)
    if added and not dropped:
        return f"{' '.join(added.elements())} added"
    if dropped and not added:
        again = all(modifier in new.modifiers for modifier in dropped)
        return f"{'second ' if again else ''}{' '.join(dropped.elements())} dropped"
    return f"modifiers {' '.join(old.modifiers) or 'none'} -> {' '.join(new.modifiers) or 'none'}"


def _line(line: LineOut) -> str:
    return f"{' '.join((line.code, *line.modifiers))} units {line.units} {dollars(line.charge)}"
