"""Files that are scrubbed as one input: what one file with all their interchanges gives, told file by file."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import msgspec
import pytest
from properties.scrubbing import context
from properties.treated import Case, seeded
from rules.specimen import OTHER_MEMBER, Bill, interchange

from scrubber.batch.across import Finished, Member, scrub_across
from scrubber.claims.index import index
from scrubber.findings.finding import ClaimElsewhere
from scrubber.outcome import ClaimResult, Outcome, Verdict
from scrubber.scrub import outcome, scrub
from scrubber.scrub_part import Scrubbed, scrub_part
from scrubber.visits.record_rows import TreatmentRecord
from scrubber.visits.records import TreatmentRecords


def here(parts: Iterable[bytes], choice: str = "safe") -> Iterator[Scrubbed]:
    return (Scrubbed(part, scrub_part(part, context(choice))) for part in parts)


def across(folder: Path, sources: list[bytes], records: TreatmentRecords, choice: str = "safe") -> list[Finished]:
    members = []
    for number, source in enumerate(sources):
        path = folder / f"{number}.837"
        path.write_bytes(source)
        members.append(Member(path, path.name))
    return list(
        scrub_across(
            members, records, context(choice), lambda parts: here(parts, choice), outcome, lambda _done, _of: None
        )
    )


def outcomes(finished: list[Finished]) -> list[Outcome]:
    return [each.outcome for each in finished if each.outcome is not None]


def renumbered(source: bytes, control: bytes) -> bytes:
    """The source with interchange control numbers that begin otherwise, so that it can stand behind itself."""
    changed = bytearray(source)
    for each in index(source).interchanges:
        changed[each.control_start : each.control_start + len(control)] = control
        if each.trailer:
            element = each.delimiters.element.encode("latin-1")
            at = source.rindex(element, each.trailer.start, each.trailer.end) + 1
            changed[at : at + len(control)] = control
    return bytes(changed)


def told(verdict: Verdict, shift: int, claims: int) -> tuple[object, ...]:
    finding = verdict.finding
    where = finding.where
    related = len(finding.related) + len(finding.elsewhere)
    fix = None if finding.fix is None else (finding.fix.level, finding.fix.payment, finding.fix.title)
    byte = None if where.byte is None else where.byte - shift
    claim = None if where.claim is None else where.claim - claims
    return (finding.rule, finding.severity, verdict.fixed, verdict.waived, related, fix, claim, byte, where.element,
            finding.at_risk, finding.charge_effect, finding.estimate)  # fmt: skip


def seen(claim: ClaimResult, shift: int, claims: int) -> tuple[object, ...]:
    """What came of a claim, wherever its file begins: ``shift`` bytes and ``claims`` claims before it."""
    edits = tuple((e.start - shift, e.end - shift, e.after, e.rule, e.caused_by, e.reason) for e in claim.edits)
    verdicts = tuple(told(verdict, shift, claims) for verdict in claim.verdicts)
    return (claim.ordinal - claims, claim.claim_id, claim.disposition, claim.held_by, claim.lines_in, claim.lines_out,
            claim.lines_proposed, claim.visits, claim.not_checked, verdicts, edits)  # fmt: skip


def compare(folder: Path, sources: list[bytes], records: TreatmentRecords, choice: str) -> list[Outcome]:
    """Two files as a set, after each is found to say what it says in one file with both."""
    whole = scrub(b"".join(sources), records, context(choice))
    apart = outcomes(across(folder, sources, records, choice))
    assert len(apart) == 2
    count = len(apart[0].claims)
    assert [seen(claim, 0, 0) for claim in apart[0].claims] == [seen(claim, 0, 0) for claim in whole.claims[:count]]
    behind = [seen(claim, len(sources[0]), count) for claim in whole.claims[count:]]
    assert [seen(claim, 0, 0) for claim in apart[1].claims] == behind
    assert sorted(each for outcome in apart for each in outcome.unmatched) == sorted(whole.unmatched)
    return apart


@pytest.mark.parametrize("choice", ["safe", "raises", "conforming"])
def test_a_file_and_its_like_do_what_one_with_both_does(tmp_path: Path, choice: str) -> None:
    copies = others = 0
    for seed in range(40):
        case = seeded(seed)
        apart = compare(tmp_path, [case.source, renumbered(case.source, b"9")], case.records(), choice)
        found = [verdict.finding for outcome in apart for claim in outcome.claims for verdict in claim.verdicts]
        copies += any(finding.rule == "C405" for finding in found)
        others += any(finding.elsewhere for finding in found)
    assert copies > 15
    assert others > 15


def renamed(case: Case) -> tuple[bytes, list[TreatmentRecord]]:
    """The case with other claim numbers and member ids, so that records are of one file or of the other."""

    def other(text: str) -> str:
        return f"W{text[1:]}" if text.startswith("V") else f"7{text[1:]}" if text.startswith("6") else text

    source = re.sub(rb"CLM(\W)V", rb"CLM\1W", case.source).replace(b"6TT", b"7TT")
    rows = [
        msgspec.structs.replace(row, claim_id=other(row.claim_id), member_id=other(row.member_id)) for row in case.rows
    ]
    return source, rows


@pytest.mark.parametrize("choice", ["safe", "raises"])
def test_two_files_do_what_one_with_both_does(tmp_path: Path, choice: str) -> None:
    edited = 0
    for seed in range(40):
        one, (other, rows) = seeded(seed), renamed(seeded(seed + 1000))
        apart = compare(tmp_path, [one.source, renumbered(other, b"9")], TreatmentRecords([*one.rows, *rows]), choice)
        edited += any(claim.edits for outcome in apart for claim in outcome.claims)
    assert edited > 5


def test_a_set_of_one_file_is_that_file_alone(tmp_path: Path) -> None:
    for seed in range(40):
        case = seeded(seed)
        (finished,) = across(tmp_path, [case.source], case.records())
        assert finished.outcome == scrub(case.source, case.records(), context())


def test_a_claim_number_that_another_patient_has_in_another_file_is_told_with_that_file(tmp_path: Path) -> None:
    theirs = Bill(member=OTHER_MEMBER)
    sources = [interchange(bill).encode("latin-1") for bill in (theirs, Bill())]
    one, other = outcomes(across(tmp_path, sources, TreatmentRecords()))
    assert not [verdict for verdict in one.claims[0].verdicts if verdict.finding.rule == "C405"]
    (found,) = [verdict.finding for verdict in other.claims[0].verdicts if verdict.finding.rule == "C405"]
    assert found.message == "The claim number (CLM01) is used by an earlier claim of another file as well."
    assert found.related == ()
    assert found.elsewhere == (ClaimElsewhere("0.837", "PCN1", 1, 1, 1),)


def test_what_goes_together_goes_together_across_files(tmp_path: Path) -> None:
    """One visit on two claims in two files: what holds the one holds the other."""
    held = Bill(number="PCN2", lines=("SV1*HC:97140:GP*38*UN*0***1",))
    sources = [interchange(bill).encode("latin-1") for bill in (held, Bill(number="PCN1"))]
    for first, second in ((0, 1), (1, 0)):
        found = outcomes(across(tmp_path, [sources[first], sources[second]], TreatmentRecords()))
        dispositions = {claim.claim_id: claim.disposition for outcome in found for claim in outcome.claims}
        assert dispositions == {"PCN1": "held", "PCN2": "held"}
        (together,) = [
            verdict.finding
            for outcome in found
            for claim in outcome.claims
            for verdict in claim.verdicts
            if verdict.finding.rule == "I004"
        ]
        assert together.message == f"Held with claim 1 of {first}.837, which it goes with."
        assert [each.claim_id for each in together.elsewhere] == ["PCN2"]
