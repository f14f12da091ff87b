"""Many visits as one file with its treatment records, put through the command line, and what came back of each."""

import csv
import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import counting
from click.testing import CliRunner
from rules.specimen import Bill, interchange

from scrubber.cli.main import main

PRICE = 40
PAYERS = {"cms": ("00123", "MB"), "ama": ("60999", "CI"), "wc": ("84111", "WC")}
TAXONOMIES = {"PT": "225100000X", "OT": "225X00000X"}
UNIT_RULES = {"U101", "U102", "U103"}
ASSISTANT_RULES = {"M204", "M205", "M206"}

# What a code may have in a day, and which codes go together, are questions of other rules.
SETTINGS = """
[payers.pooled]
match = { payer-id = ["00123"] }
extends = "medicare-part-b"
apply-raises = true
unit-limit-tables = []
pair-tables = []

[payers.by-code]
match = { payer-id = ["60999"] }
extends = "commercial"
unit-rule = "ama"
discipline-modifiers = true
assistant-modifiers = true
apply-raises = true

[payers.capped]
match = { payer-id = ["84111"] }
extends = "workers-comp"
unit-rule = "wc"
discipline-modifiers = true
assistant-modifiers = true
apply-raises = true
"""

Line = tuple[str, tuple[str, ...], int]
"""Code, modifiers, units."""


@dataclass(frozen=True)
class Visit:
    """Signed minutes as (code, role, minutes), and the lines as they are billed; ``about`` is the tests' own."""

    name: str
    rule: str
    on: date
    discipline: str
    minutes: tuple[tuple[str, str, int], ...]
    lines: tuple[Line, ...]
    about: Any = None


@dataclass(frozen=True)
class Answer:
    """What the scrubber made of a visit. ``after`` are the corrected lines, or the proposed ones of a held claim."""

    visit: Visit
    disposition: str
    findings: list[tuple[str, str, bool]]
    after: Counter[tuple[str, tuple[str, ...]]]
    supported: dict[str, int | None]
    unchecked: set[str]
    same_bytes: bool

    def of(self, rules: set[str]) -> list[str]:
        """The findings of these rules."""
        return [rule for rule, _, _ in self.findings if rule in rules]

    @property
    def falls_to_zero(self) -> bool:
        """A billed code has 0 units supported."""
        return any(self.supported.get(code) == 0 for code, _, units in self.visit.lines if units)

    def __str__(self) -> str:
        visit = self.visit
        return (
            f"{visit.name} ({visit.rule}, {visit.on}): {visit.minutes} billed {visit.lines}: {self.disposition}"
            f" {self.findings}, after {dict(self.after)}, supported {self.supported}"
        )


def units_by_line(lines: Iterable[Line]) -> Counter[tuple[str, tuple[str, ...]]]:
    """Units by code and modifiers: lines as a set, however they are laid out."""
    units: Counter[tuple[str, tuple[str, ...]]] = Counter()
    for code, modifiers, count in lines:
        if count:
            units[code, tuple(sorted(modifiers))] += count
    return units


def by_code(lines: Counter[tuple[str, tuple[str, ...]]]) -> dict[str, int]:
    units: Counter[str] = Counter()
    for (code, _), count in lines.items():
        units[code] += count
    return dict(units)


def scrub(visits: Iterable[Visit], folder: Path, fix: str = "unsafe") -> list[Answer]:
    """One claim a visit, each of a patient of its own, all in one file."""
    visits = list(visits)
    folder.mkdir(parents=True, exist_ok=True)
    source = interchange(*(_bill(n, visit) for n, visit in enumerate(visits))).encode("latin-1")
    (folder / "in.837").write_bytes(source)
    (folder / "scrubber.toml").write_text(SETTINGS, encoding="utf-8")
    _write_records(folder / "records.csv", visits)
    words = ["scrub", str(folder / "in.837"), "-r", str(folder / "records.csv"), "-o", str(folder / "out")]
    words += ["--settings", str(folder / "scrubber.toml"), "--fix", fix, "--today", "2026-11-22"]
    said = CliRunner().invoke(main, [*words, "--report", "json", "--quiet"])
    assert said.exit_code in (0, 1), said.output
    report = json.loads((folder / "out" / "in.report.json").read_bytes())
    went_out, went_back = (_claims(folder / "out" / f"in.{name}.837") for name in ("corrected", "held"))
    before = {claim.id: claim.own for claim in counting.claims(source)}
    assert not went_out.keys() & went_back.keys()
    assert before.keys() == went_out.keys() | went_back.keys()
    answers = []
    for n, (visit, claim) in enumerate(zip(visits, report["claims"], strict=True)):
        assert claim["claim_id"] == _number(n)
        own = went_out.get(_number(n)) or went_back[_number(n)]
        answers.append(_answer(visit, claim, same_bytes=own == before[_number(n)]))
    return answers


def _answer(visit: Visit, claim: dict[str, Any], *, same_bytes: bool) -> Answer:
    held = claim["disposition"] == "held"
    lines = (claim["lines_proposed"] or claim["lines_in"]) if held else claim["lines_out"]
    after = units_by_line((line["code"], tuple(line["modifiers"]), int(line["units"])) for line in lines)
    return Answer(
        visit,
        claim["disposition"],
        [(each["rule"], each["severity"], each["fixed"]) for each in claim["findings"]],
        after,
        {code["code"]: code["units_supported"] for each in claim["visits"] for code in each["codes"]},
        {each["rule"] for each in claim["not_checked"]},
        same_bytes,
    )


def _claims(path: Path) -> dict[str, bytes]:
    return {claim.id: claim.own for claim in counting.claims(path.read_bytes())} if path.is_file() else {}


def _number(n: int) -> str:
    return f"VIS{n:05d}"


def _bill(n: int, visit: Visit) -> Bill:
    payer, filing = PAYERS[visit.rule]
    return Bill(
        lines=tuple(
            f"SV1*HC:{':'.join((code, *modifiers))}*{PRICE * units}*UN*{units}***1 | REF*6R*{_number(n)}L{at}"
            for at, (code, modifiers, units) in enumerate(visit.lines, 1)
        ),
        number=_number(n),
        on=visit.on,
        taxonomy=TAXONOMIES[visit.discipline],
        member=f"3AA0AB{n:05d}",
        payer=payer,
        filing=filing,
    )


def _write_records(path: Path, visits: list[Visit]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file)
        table.writerow(
            ("note_id", "claim_id", "service_date", "discipline", "code", "minutes", "role", "together", "signed")
        )
        for n, visit in enumerate(visits):
            for code, role, minutes in visit.minutes:
                row = (_number(n), visit.on.isoformat(), visit.discipline, code, minutes, role)
                table.writerow((f"N{n}", *row, "no", "yes"))
