"""Ways to break a correct claim, each only where it fits, and what a scrubber should say of it."""

from collections import Counter
from collections.abc import Callable
from random import Random
from typing import NamedTuple

from benchmarks.draft import Draft, Line
from benchmarks.worked_examples import GROUPS, UNIT_LIMITS, Example, Service

DISCIPLINE_MODIFIERS = frozenset({"GP", "GO", "GN"})
ASSISTANT_MODIFIERS = frozenset({"CQ", "CO"})
_ASSISTANTS = frozenset({"PTA", "OTA"})
_COUNTED = frozenset({"MB", "16", "CH"})  # payers of the pooled unit rule and of Medicare's code pairs
_OWN_CODE = frozenset({"97161", "97162", "97163", "97164", "97165", "97166", "97168", "92523"})


class Kind(NamedTuple):
    """A kind of fault: the rule that names it, and what it is about. Two faults of a claim are never about the same."""

    rule: str
    about: str


KINDS = {
    "units_high": Kind("U101", "units"),
    "units_low": Kind("U102", "units"),
    "missing_gp": Kind("M201", "modifiers"),
    "missing_cq": Kind("M204", "modifiers"),
    "repeated_modifier": Kind("M210", "modifiers"),
    "pair_no_59": Kind("N302", "modifiers"),
    "pair_never": Kind("N301", "lines"),
    "zero_units": Kind("U111", "units"),
    "unbalanced": Kind("E501", "balance"),
    "repeated_claim": Kind("C405", "claim"),
    "wrong_count": Kind("E502", "transaction"),
}


class Truth(NamedTuple):
    """One fault that was made. ``right`` is the segment as it should come out, where an automatic fix is due.

    ``disposition`` is what becomes of the whole claim. ``occurrence`` counts claims of one number in file order,
    ``position`` all claims of the file, from 1. A fault of a transaction names no claim.
    """

    claim: str | None
    occurrence: int
    position: int | None
    transaction: str
    line: int | None
    control: str | None
    fault: str
    rule: str
    right: str | None
    disposition: str | None


class Broken(NamedTuple):
    """A fault on a claim before its lines are numbered."""

    kind: str
    line: Line | None
    right: str | None


class Breaker:
    """Breaks claims; of the kinds that fit, the one made least often so far comes first, so that all of them occur.

    ``records`` says whether signed treatment records go with the file: without them no units or modifiers are
    corrected, and an assistant's part cannot be known.
    """

    def __init__(self, random: Random, *, records: bool) -> None:
        self._random = random
        self._records = records
        self.made: Counter[str] = Counter()

    def break_claim(self, draft: Draft, examples: list[Example], *, transaction_free: bool) -> list[Broken]:
        """Break the claim in one way, in one case of four in two where two fit. The draft is changed."""
        wanted = 2 if self._random.random() < 0.25 else 1
        chosen: list[tuple[str, Line | None]] = []
        while len(chosen) < wanted:
            fitting = self._fitting(draft, examples, chosen, transaction_free)
            if not fitting:
                break
            least = min(self.made[kind] for kind in fitting)
            kind = self._random.choice([kind for kind in fitting if self.made[kind] == least])
            self.made[kind] += 1
            chosen.append((kind, self._random.choice(fitting[kind])))
            if kind in ("repeated_claim", "wrong_count"):
                break
        return self._apply(draft, examples, chosen)

    def _fitting(
        self, draft: Draft, examples: list[Example], taken: list[tuple[str, Line | None]], transaction_free: bool
    ) -> dict[str, list[Line] | list[None]]:
        about = {KINDS[kind].about for kind, _ in taken}
        fitting: dict[str, list[Line] | list[None]] = {}
        for kind, fits in _FITS.items():
            if KINDS[kind].about in about or (kind == "missing_cq" and not self._records):
                continue
            lines = [line for line in draft.lines if fits(draft, examples[line.visit], line)]
            for other, at in taken:
                # What is true of a visit of which a line claims no units is anybody's guess.
                if at and "zero_units" in (kind, other):
                    lines = [line for line in lines if line.visit != at.visit]
            if lines:
                fitting[kind] = lines
        if "balance" not in about:
            fitting["unbalanced"] = [None]
        if not taken:
            fitting["repeated_claim"] = [None]
            if transaction_free:
                fitting["wrong_count"] = [None]
        return fitting

    def _apply(self, draft: Draft, examples: list[Example], chosen: list[tuple[str, Line | None]]) -> list[Broken]:
        corrected: list[tuple[str, Line, int]] = []
        broken: list[Broken] = []
        for kind, line in chosen:
            extra = 0
            if line is None:
                if kind == "unbalanced":
                    draft.off_by_cents = self._random.choice((-1000, -100, -1, 1, 100, 1000))
                broken.append(Broken(kind, None, None))
                continue
            example = examples[line.visit]
            if kind == "units_high":
                extra = 2 if line.units + 2 <= UNIT_LIMITS[line.code] and self._random.random() < 0.3 else 1
            if self._is_corrected(kind, example, line, extra):
                corrected.append((kind, line, extra))
            else:
                broken.append(Broken(kind, _break(draft, example, kind, line, extra), None))
        # What comes out right is the line as it stands with the faults that nothing corrects.
        rights = [line.sv1(draft.pointer) for _, line, _ in corrected]
        for (kind, line, extra), right in zip(corrected, rights, strict=True):
            broken.append(Broken(kind, _break(draft, examples[line.visit], kind, line, extra), right))
        return broken

    def _is_corrected(self, kind: str, example: Example, line: Line, extra: int) -> bool:
        """Whether an automatic fix is due: a signed record says what is right, or the claim itself does."""
        if kind == "units_high":
            return self._records and _one_split(example, line, extra)
        if kind == "missing_gp":
            return self._records or line.code in _OWN_CODE
        return kind in ("missing_cq", "repeated_modifier")


def disposition(broken: list[Broken]) -> str:
    """What should become of a claim with these faults: a fault to reject without a fix holds it."""
    kinds = [fault.kind for fault in broken]
    if any(fault.right is None and fault.kind not in ("units_low", "wrong_count") for fault in broken):
        return "held"
    return "corrected" if any(kind not in ("units_low", "wrong_count") for kind in kinds) else "unchanged"


def _break(draft: Draft, example: Example, kind: str, line: Line, extra: int) -> Line:
    """Make the fault and return the line that it is on; ``extra`` units for units_high."""
    if kind in ("units_high", "units_low"):
        line.units += extra or -1
        line.priced = line.units
    elif kind == "zero_units":
        line.units = 0
    elif kind == "repeated_modifier":
        line.modifiers.insert(1, line.modifiers[0])
    elif kind == "missing_gp":
        _drop(line, DISCIPLINE_MODIFIERS)
    elif kind == "missing_cq":
        _drop(line, ASSISTANT_MODIFIERS)
    elif kind == "pair_no_59":
        line.modifiers.remove("59")
    else:
        # A quarter hour of its own earns massage one unit and leaves all other codes theirs.
        role = next(service.role for service in example.services if service.code == line.code)
        modifiers = next(billed.modifiers for billed in example.lines if billed.code == line.code)
        draft.visits[line.visit].services.append(Service("97124", role, 15))
        line = Line("97124", list(modifiers), 1, 1, line.unit_cents, line.visit, line.day, 15)
        draft.lines.append(line)
    return line


def _drop(line: Line, modifiers: frozenset[str]) -> None:
    line.modifiers = [modifier for modifier in line.modifiers if modifier not in modifiers]


def _roles(example: Example, code: str) -> set[str]:
    return {service.role for service in example.services if service.code == code}


def _one_line(draft: Draft, line: Line) -> bool:
    return sum(other.code == line.code and other.visit == line.visit for other in draft.lines) == 1


def _one_split(example: Example, line: Line, extra: int) -> bool:
    """Whether exactly one right split bills every code at most what the broken claim bills."""
    billed = dict(example.splits[0])
    billed[line.code] += extra
    return sum(all(units <= billed.get(code, 0) for code, units in split.items()) for split in example.splits) == 1


def _whole(draft: Draft, example: Example, line: Line) -> bool:
    """A timed line that speaks for one clinician's minutes of its code, for a payer whose count is settled."""
    counted = draft.filing in _COUNTED and line.code in UNIT_LIMITS
    return counted and len(_roles(example, line.code)) == 1 and _one_line(draft, line)


def _high(draft: Draft, example: Example, line: Line) -> bool:
    return _whole(draft, example, line) and line.units < UNIT_LIMITS[line.code]


def _low(draft: Draft, example: Example, line: Line) -> bool:
    return _whole(draft, example, line) and line.units > 1


def _no_discipline(draft: Draft, _example: Example, line: Line) -> bool:
    return draft.filing == "MB" and not ASSISTANT_MODIFIERS.intersection(line.modifiers)


def _no_assistant(draft: Draft, example: Example, line: Line) -> bool:
    furnished = draft.filing in ("MB", "CH") and _roles(example, line.code) <= _ASSISTANTS and _one_line(draft, line)
    return furnished and not ASSISTANT_MODIFIERS.isdisjoint(line.modifiers)


def _repeatable(_draft: Draft, _example: Example, line: Line) -> bool:
    return 0 < len(line.modifiers) < 4


def _paired(draft: Draft, _example: Example, line: Line) -> bool:
    return draft.filing in _COUNTED and "59" in line.modifiers


def _manual(draft: Draft, example: Example, line: Line) -> bool:
    """97140 in a visit that massage could be added to: no group, no massage yet, no modifier that bypasses pairs."""
    codes = {service.code for service in example.services}
    plain = line.code == "97140" and not codes & (GROUPS | {"97124", "97012"})
    return draft.filing in _COUNTED and plain and len(draft.lines) < 50


def _timed(_draft: Draft, _example: Example, line: Line) -> bool:
    return line.code in UNIT_LIMITS


_FITS: dict[str, Callable[[Draft, Example, Line], bool]] = {
    "units_high": _high,
    "units_low": _low,
    "missing_gp": _no_discipline,
    "missing_cq": _no_assistant,
    "repeated_modifier": _repeatable,
    "pair_no_59": _paired,
    "pair_never": _manual,
    "zero_units": _timed,
}
