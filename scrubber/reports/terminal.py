"""What `scrubber scrub` says when it is done: one screen for a biller."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from textwrap import wrap
from typing import NamedTuple

from scrubber.reports.characters import visible
from scrubber.reports.line_changes import in_words, paired
from scrubber.reports.schema import Claim, ClaimInBrief, FileFinding, Finding, Report
from scrubber.reports.wording import by_weight, counted, dollars, is_nothing, is_open, number

SCREEN_LINES = 24
SHOWN_FIRST = {"corrected": "to send", "held": "to put right", "html": "the report to work from"}


class Entry(NamedTuple):
    """One thing to tell: the claim, the rules, what was wrong, and what was changed."""

    claim: str
    rules: str
    message: str
    change: str = ""

    def short(self) -> str:
        """On one line: the change where there is one, else what is wrong."""
        return f"  {self.claim:<10} {self.rules} {self.change or self.message}"

    def roomy(self, width: int) -> list[str]:
        """What is wrong on up to two lines, then the change on one."""
        first = f"  {self.claim:<10} {self.rules} ".rstrip() + " "
        indent = " " * 13
        lines = wrap(
            self.message, width, initial_indent=first, subsequent_indent=indent, max_lines=2, placeholder="..."
        )
        return [*lines, f"{indent}{self.change}"] if self.change else lines


def summary(report: Report, paths: Mapping[str, str], width: int = 80) -> str:
    """The result in at most 24 lines of ``width`` columns. ``paths`` are the files written, by kind.

    Held claims come first, then corrected ones, then warnings; what does not fit is counted, never left out in silence.
    """
    head = list(_head(report))
    foot = list(_foot(paths, width))
    room = SCREEN_LINES - len(head) - len(foot)
    return "\n".join(_cut(visible(line), width) for line in (*head, *_body(report, room, width), *foot))


def _head(report: Report) -> Iterator[str]:
    totals = report.totals
    asked = dollars(totals.charge_in)
    yield f"{report.input.name}: {counted(totals.claims, 'claim')}, {asked}"
    changes = [
        f"{dollars(amount)} {word}"
        for amount, word in ((totals.lowered, "lowered"), (totals.raised, "raised"))
        if not is_nothing(amount)
    ]
    told = f" ({', '.join(changes)})" if changes else ""
    yield (
        f"  {number(totals.unchanged)} unchanged and {number(totals.corrected)} corrected go out:"
        f" {dollars(totals.charge_out)}{told}"
    )
    yield f"  {number(totals.held)} held: {dollars(totals.charge_held)}"


def _body(report: Report, room: int, width: int) -> list[str]:
    sections = [
        ("In the file", [_file_entry(finding) for finding in report.findings]),
        ("Held, a person decides", [_held_entry(claim) for claim in _of(report, "held")]),
        ("Corrected", [_corrected_entry(claim) for claim in _of(report, "corrected")]),
        ("Warnings", list(_warnings(report))),
    ]
    filled = [(title, entries) for title, entries in sections if entries]
    roomy = [(title, [line for entry in entries for line in entry.roomy(width)]) for title, entries in filled]
    if sum(len(lines) + 1 for _, lines in roomy) <= room:
        return [line for title, lines in roomy for line in (f"{title}:", *lines)]
    shares = _shares([len(entries) for _, entries in filled], room - len(filled))
    out = []
    for (title, entries), share in zip(filled, shares, strict=True):
        out.append(f"{title}:")
        shown = len(entries) if len(entries) <= share else max(share - 1, 0)
        out += [entry.short() for entry in entries[:shown]]
        if shown < len(entries):
            out.append(f"  and {number(len(entries) - shown)} more in the report")
    return out


def _shares(wanted: list[int], room: int) -> list[int]:
    """Lines for each section: all where they fit, else room is given round by round, to each what it still wants."""
    given = [0] * len(wanted)
    while room > 0 and given != wanted:
        for place, want in enumerate(wanted):
            if room > 0 and given[place] < want:
                given[place] += 1
                room -= 1
    return given


def _of(report: Report, disposition: str) -> Iterator[Claim]:
    return (c for c in report.claims if not isinstance(c, ClaimInBrief) and c.disposition == disposition)


def _held_entry(claim: Claim) -> Entry:
    first = next((finding for finding in by_weight(claim.findings) if is_open(finding)), None)
    if first is None:
        return Entry(claim.claim_id, "", "held with the part of the file that it stands in")
    return Entry(claim.claim_id, first.rule, first.message)


def _corrected_entry(claim: Claim) -> Entry:
    changes = [words for change in paired(claim.lines_in, claim.lines_out) if (words := in_words(change))]
    fixed = [finding for finding in claim.findings if finding.fixed]
    rules = " ".join(dict.fromkeys(finding.rule for finding in fixed))
    return Entry(claim.claim_id, rules, fixed[0].message if fixed else "", "; ".join(changes))


def _warnings(report: Report) -> Iterator[Entry]:
    """One entry for each rule that warns about claims that go out."""
    found: dict[str, list[tuple[str, Finding]]] = {}
    for claim in report.claims:
        if isinstance(claim, ClaimInBrief) or claim.disposition == "held":
            continue
        for finding in claim.findings:
            if finding.severity == "warn" and not finding.fixed and finding.waived is None:
                found.setdefault(finding.rule, []).append((claim.claim_id, finding))
    for rule, warnings in found.items():
        claim_id, first = warnings[0]
        more = f"{rule} (and {number(len(warnings) - 1)} more)" if len(warnings) > 1 else rule
        yield Entry(claim_id, more, first.message)


def _file_entry(finding: FileFinding) -> Entry:
    return Entry(finding.rule, "", f"{'corrected: ' if finding.fixed else ''}{finding.message}")


def _foot(paths: Mapping[str, str], width: int) -> Iterator[str]:
    """Where the output is: the folder, then the files that a person needs."""
    if not paths:
        return
    folder = str(Path(next(iter(paths.values()))).parent)
    yield f"Output in {_cut_left(folder, width - len('Output in '))}"
    for kind, use in SHOWN_FIRST.items():
        if kind in paths:
            yield f"  {Path(paths[kind]).name}  {use}"


def _cut(line: str, width: int) -> str:
    return line if len(line) <= width else line[: width - 3].rstrip() + "..."


def _cut_left(text: str, width: int) -> str:
    return text if len(text) <= width else "..." + text[len(text) - width + 3 :]
