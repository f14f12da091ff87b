"""Seeded generator of 837P therapy claims with the treatment records they rest on. Imports nothing of the scrubber.

    python -m benchmarks.generate --claims 1000 --seed 1 --records records.csv -o claims.837

Treatment is made first, from the fixed table of worked examples, and billed as the table says. With ``--error-rate``
some claims are broken and ``--truth`` says how. The same arguments give the same bytes; the same seed gives the same
claims underneath whatever the error rate.
"""

import argparse
import json
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from random import Random
from typing import NamedTuple, TextIO

from benchmarks.draft import BILLING_NPI, Draft, Line, Visit, claim_segments, levels
from benchmarks.faults import KINDS, Breaker, Broken, Truth, disposition
from benchmarks.identities import Identities
from benchmarks.worked_examples import EXAMPLES, GROUPS, UNIT_LIMITS, Example

EOLS = {"none": "", "lf": "\n", "crlf": "\r\n"}
CARRIERS = ("records", "note", "both")
RECORD_COLUMNS = (
    "note_id,claim_id,member_id,service_date,discipline,code,minutes,start,stop,role,together,mode,clinician_id,"
    "rendering_npi,signed,timed_total,treatment_total"
)
_MOST_VISITS = 50
_MOST_LINES = 50
_FILINGS = ("MB",) * 10 + ("CI",) * 5 + ("16",) * 3 + ("CH",) * 2
_DISCIPLINES = ("PT",) * 13 + ("OT",) * 4 + ("SLP",) * 3
_PRICES = (3500, 12000)  # cents for a unit
_PRICE_TRIES = 400


class Options(NamedTuple):
    """What to make. ``error_rate`` is the share of claims to break, ``visits`` the days of treatment on a claim, less
    where it is full. ``patients`` is how many patients the claims are of in turn; 0 gives each claim its own."""

    claims: int
    seed: int
    error_rate: float = 0.0
    visits: int = 2
    claims_per_st: int = 500
    eol: str = "lf"
    carrier: str = "records"
    patients: int = 0


class Generator:
    """Makes one file claim by claim; nothing but the totals used and the copies still to come is kept."""

    def __init__(self, options: Options, file: TextIO, records: TextIO | None, truth: TextIO | None) -> None:
        self._options = options
        self._file = file
        self._records = records if options.carrier != "note" else None
        self._truth = truth
        self._who = Identities(options.seed, options.visits)
        self._random = Random(f"{options.seed}-claims")
        self._fault_random = Random(f"{options.seed}-faults")
        self._breaker = Breaker(self._fault_random, records=options.carrier != "note")
        self._totals: set[int] = set()
        self._terminator = "~" + EOLS[options.eol]
        self._choices = _choices(line_notes=options.carrier != "records")
        self._transactions = 0
        self._in_transaction = 0
        self._segments = 0
        self._hl = 1
        self._written = 0
        self._off_by = 0

    def run(self) -> int:
        """Write the file; the number of claims in it, copies included."""
        control = f"{Random(f'{self._options.seed}-control').randrange(1, 10**9):09d}"
        self._put(
            f"ISA*00*{'':10}*00*{'':10}*ZZ*{'BENCHCLINIC':15}*ZZ*{'BENCHHOUSE':15}*261102*0915*^*00501*{control}*0*T*:",
            "GS*HC*BENCHCLINIC*BENCHHOUSE*20261102*0915*1*X*005010X222A1",
        )
        if self._records:
            self._records.write(RECORD_COLUMNS + "\n")
        for draft, broken in self._drafts():
            if not self._in_transaction:
                self._begin()
            self._write(draft, broken)
            if self._in_transaction == self._options.claims_per_st:
                self._end()
        if self._in_transaction:
            self._end()
        self._put(f"GE*{self._transactions}*1", f"IEA*1*{control}")
        return self._written

    def _drafts(self) -> Iterator[tuple[Draft, list[Broken] | None]]:
        """Claims in file order with what was broken on each; None for one that was sent before."""
        copies: list[tuple[int, Draft]] = []
        for number in range(self._options.claims):
            draft, examples = self._draft(number)
            broken: list[Broken] = []
            if self._fault_random.random() < self._options.error_rate:
                broken = self._breaker.break_claim(draft, examples, transaction_free=not self._off_by)
                if any(fault.kind == "repeated_claim" for fault in broken):
                    copies.append((number + self._fault_random.randrange(1, 80), draft))
                    broken = []
                if any(fault.kind == "wrong_count" for fault in broken):
                    self._off_by = self._fault_random.choice((-1, 1, 10))
                    broken = []
            yield draft, broken
            while copies and copies[0][0] <= number:
                yield copies.pop(0)[1], None
        for _, draft in copies:
            yield draft, None

    def _draft(self, number: int) -> tuple[Draft, list[Example]]:
        random = self._random
        person = number % self._options.patients if self._options.patients else number
        insured = Random(f"{self._options.seed}-patient-{person}") if self._options.patients else random
        filing = insured.choice(_FILINGS)
        discipline = random.choice(_DISCIPLINES)
        dependent = filing in ("CI", "CH") and insured.random() < 0.5
        first, later = self._choices[filing == "CI", discipline]
        examples = [random.choice(later if visit else first) for visit in range(self._options.visits)]
        days = self._who.dates(number)
        visits: list[Visit] = []
        lines: list[Line] = []
        prices: dict[str, int] = {}
        for place, (example, day) in enumerate(zip(examples, days, strict=True)):
            if len(lines) + len(example.lines) > _MOST_LINES:
                break
            visits.append(Visit(day, 420 + 15 * random.randrange(33), list(example.services), example.name))
            minutes: dict[str, int] = {}
            for service in example.services:
                minutes[service.code] = minutes.get(service.code, 0) + service.minutes
            for code, modifiers, units in example.lines:
                price = prices.get(code) or prices.setdefault(code, random.randrange(*_PRICES))
                lines.append(Line(code, list(modifiers), units, units, price, place, day, minutes[code]))
        self._make_total_unique(lines)
        return Draft(number, discipline, filing, dependent, visits, lines, person), examples[: len(visits)]

    def _make_total_unique(self, lines: list[Line]) -> None:
        """Raise the last line's price by cents until no other claim has this total.

        Files of more than some 30,000 claims repeat a few: totals of a visit are not so many.
        """
        last = [line for line in lines if line.code == lines[-1].code]
        step = sum(line.units for line in last)
        total = sum(line.cents for line in lines)
        for extra in range(_PRICE_TRIES):
            if total + extra * step not in self._totals:
                self._totals.add(total + extra * step)
                for line in last:
                    line.unit_cents += extra
                return

    def _begin(self) -> None:
        self._transactions += 1
        control = f"{self._transactions:04d}"
        self._segments = 0
        self._hl = 1
        self._put(
            f"ST*837*{control}*005010X222A1",
            f"BHT*0019*00*B{self._options.seed}T{control}*20261102*0915*CH",
            "NM1*41*2*BENCH THERAPY CLINIC*****46*BENCH01",
            "PER*IC*BILLING DESK*TE*6085550100",
            "NM1*40*2*BENCH CLEARING HOUSE*****46*BENCH02",
            "HL*1**20*1",
            "PRV*BI*PXC*261QR0400X",
            f"NM1*85*2*BENCH THERAPY CLINIC*****XX*{BILLING_NPI}",
            "N3*100 FOUNDRY WAY",
            "N4*MADISON*WI*537030001",
            "REF*EI*391234567",
        )

    def _end(self) -> None:
        count = self._segments + 1
        control = f"{self._transactions:04d}"
        if self._off_by:
            fault = Truth(
                None, 0, None, control, None, None, "wrong_count", "E502", f"SE*{count}*{control}", disposition=None
            )
            self._tell(fault)
        self._put(f"SE*{count + self._off_by}*{control}")
        self._off_by = 0
        self._in_transaction = 0

    def _write(self, draft: Draft, broken: list[Broken] | None) -> None:
        self._written += 1
        self._in_transaction += 1
        notes = self._options.carrier != "records"
        segments = levels(draft, self._who, self._hl + 1)
        self._hl += 2 if draft.dependent else 1
        self._put(*segments, *claim_segments(draft, self._who, notes=notes))
        claim_id = self._who.claim_id(draft.number)
        control = f"{self._transactions:04d}"
        if broken is None:
            rule = KINDS["repeated_claim"].rule
            self._tell(
                Truth(claim_id, 2, self._written, control, None, None, "repeated_claim", rule, None, disposition="held")
            )
            return
        outcome = disposition(broken)
        for kind, line, right in broken:
            place = line.number if line else None
            own = f"{claim_id}L{place}" if line else None
            rule = KINDS[kind].rule
            self._tell(Truth(claim_id, 1, self._written, control, place, own, kind, rule, right, outcome))
        self._record(draft)

    def _record(self, draft: Draft) -> None:
        """Signed rows of every visit: one for each stretch, and one with the totals."""
        if self._records is None:
            return
        who = self._who
        claim_id = who.claim_id(draft.number)
        member = who.member_id(draft.person, draft.filing)
        _, npi, clinician = who.clinician(draft.number, draft.discipline)
        rows: list[str] = []
        for place, visit in enumerate(draft.visits):
            lead = f"{who.note_id(draft.number, place)},{claim_id},{member},{visit.day},{draft.discipline},"
            at = visit.begins
            timed = 0
            for code, role, minutes in visit.services:
                mode = "individual" if code in UNIT_LIMITS else "group" if code in GROUPS else "untimed"
                timed += minutes if code in UNIT_LIMITS else 0
                until = at + minutes
                rows.append(
                    f"{lead}{code},{minutes},{_clock(at)},{_clock(until)},{role},no,{mode},{role}{clinician},{npi},yes,,\n"
                )
                at = until
            rows.append(f"{lead},,,,,,,,{npi},yes,{timed},{at - visit.begins}\n")
        self._records.write("".join(rows))

    def _put(self, *segments: str) -> None:
        self._segments += len(segments)
        self._file.write(self._terminator.join(segments) + self._terminator)

    def _tell(self, fault: Truth) -> None:
        if self._truth:
            self._truth.write(json.dumps(fault._asdict()) + "\n")


def generate(options: Options, output: Path, records: Path | None = None, truth: Path | None = None) -> int:
    """Write the claims, and where named the records and the truth; the number of claims in the file.

    Raises OSError when a file cannot be written, ValueError for options out of range.
    """
    if options.claims < 0 or options.claims_per_st < 1 or not 1 <= options.visits <= _MOST_VISITS:
        raise ValueError(f"claims from 0, claims per ST from 1, visits from 1 to {_MOST_VISITS}; not {options}")
    if options.patients < 0:
        raise ValueError(f"patients from 0, not {options.patients}")
    if not 0 <= options.error_rate <= 1:
        raise ValueError(f"the error rate is a share from 0 to 1, not {options.error_rate}")
    with ExitStack() as stack:

        def opened(path: Path) -> TextIO:
            return stack.enter_context(path.open("w", encoding="ascii", newline=""))

        file = opened(output)
        return Generator(options, file, opened(records) if records else None, opened(truth) if truth else None).run()


def _choices(*, line_notes: bool) -> dict[tuple[bool, str], tuple[list[Example], list[Example]]]:
    """Examples for a first and a later visit, by whether the payer is commercial, and discipline."""
    choices = {}
    for commercial in (False, True):
        for discipline in ("PT", "OT", "SLP"):
            first = [
                example
                for example in EXAMPLES
                if (example.rule == "ama") == commercial and example.discipline == discipline
                if example.fits_line_notes or not line_notes
            ]
            choices[commercial, discipline] = first, [example for example in first if not example.evaluation]
    return choices


def _clock(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"


def main(arguments: list[str] | None = None) -> int:
    """The command line; 0 when the files were written."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.generate", description=__doc__.partition("\n")[0])
    parser.add_argument("--claims", type=int, required=True, metavar="N")
    parser.add_argument("--seed", type=int, required=True, metavar="S")
    parser.add_argument("--error-rate", type=float, default=0.0, metavar="R", help="share of claims to break, 0 to 1")
    parser.add_argument("--visits", type=int, default=2, metavar="M", help="days of treatment on each claim")
    parser.add_argument("--claims-per-st", type=int, default=500, metavar="K")
    parser.add_argument("--patients", type=int, default=0, metavar="P", help="patients in turn; 0: one for each claim")
    parser.add_argument("--eol", choices=tuple(EOLS), default="lf", help="what follows a segment terminator")
    parser.add_argument("--carrier", choices=CARRIERS, default="records", help="where the minutes stand")
    parser.add_argument("--truth", type=Path, metavar="FILE", help="what was broken, JSON Lines")
    parser.add_argument("--records", type=Path, metavar="FILE", help="treatment records, CSV")
    parser.add_argument("-o", "--output", type=Path, required=True, metavar="FILE")
    given = vars(parser.parse_args(arguments))
    output, records, truth = given.pop("output"), given.pop("records"), given.pop("truth")
    try:
        claims = generate(Options(**given), output, records, truth)
    except (OSError, ValueError) as error:
        parser.error(str(error))
    print(f"{claims} claims written to {output}", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
