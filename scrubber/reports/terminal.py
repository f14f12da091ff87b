"""The summary that ``scrub`` prints: one screen that says what was wrong, what was corrected and what is held."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import PurePath
from typing import Literal, NamedTuple, TypeAlias

from rich.cells import cell_len, set_cell_size

from scrubber.findings.wording import counted
from scrubber.reports.characters import visible
from scrubber.reports.line_changes import in_words, paired
from scrubber.reports.overview import CARDS, Overview, Shown, overview_of, telling
from scrubber.reports.schema import Claim, Finding, Report
from scrubber.reports.wording import dollars, has_money, is_nothing, is_open, number

Tone: TypeAlias = Literal["title", "held", "corrected", "warn", "plain", "soft"]


class ScreenLine(NamedTuple):
    """One line of text without markup, and what it speaks of, so that the command can colour it."""

    text: str
    tone: Tone = "plain"


def summary(report: Report, paths: Mapping[str, str], width: int = 80, height: int = 24) -> str:
    """The lines of ``screen`` for a report with all its claims, as text that ends in a line feed."""
    return "".join(f"{line.text}\n" for line in screen(report, overview_of(report), paths, width, height))


def screen(
    report: Report, overview: Overview, paths: Mapping[str, str], width: int = 80, height: int = 24
) -> list[ScreenLine]:
    """What a terminal of ``width`` columns and ``height`` lines shows whole, the prompt's line left free.

    ``paths`` are the files that were written, by kind: corrected, held, html, json, csv, xml, journal, 999, 277ca; "-"
    is standard output. As much is told of each claim as fits; claims that do not fit are counted, never just left out.
    Only output in a very long folder or a window of few lines can need more than the screen.
    """
    head, foot = _head(report, width), [*_remarks(report, overview, width), *_where(report, paths, width)]
    room = min(max(height - 1 - len(head) - len(foot), _FEWEST), CARDS)
    groups = _groups(report, overview, room)
    if sum(1 + group.total for group in groups) > room:
        return [*head, *_some_of_each(groups, width, room), *foot]
    return [*head, *_all(groups, width, room), *foot]


_FEWEST = 8
_INDENT = "  "


class _Depth(NamedTuple):
    """How much is told of a claim: findings, lines of a message, lines of what was or is to be done."""

    findings: int
    message: int
    remedy: int


_DEPTHS = (_Depth(1, 1, 1), _Depth(1, 2, 2), _Depth(3, 2, 2), _Depth(3, 3, 3))


class _Item(NamedTuple):
    """A claim or the file: its name, its findings, and what was done to it or should be, for each finding."""

    name: str
    findings: list[Finding]
    change: str

    def lines(self, width: int, depth: _Depth) -> list[str]:
        """The item at some depth."""
        told = self.findings[: depth.findings]
        more = len(self.findings) - len(told)
        first = f"{_INDENT}{self.name}  "
        indent = " " * min(cell_len(first), 14)
        lines: list[str] = []
        for index, finding in enumerate(told):
            tail = f" (+{more} more)" if more and index == len(told) - 1 else ""
            start = first if not lines else indent
            lines += _wrapped(f"{start}{finding.rule} {finding.message}{tail}", width, depth.message, indent, tail)
            if not self.change and finding.action and not finding.fixed:
                lines += _wrapped(f"{indent}To do: {finding.action}", width, depth.remedy, indent)
        if self.change:
            start = indent if told else first
            lines += _wrapped(f"{start}{'Done: ' if told else ''}{self.change}", width, depth.remedy, indent)
        return lines

    def line(self, width: int) -> str:
        """The item on one line."""
        first = f"{_INDENT}{self.name}  "
        rules = " ".join(dict.fromkeys(finding.rule for finding in self.findings))
        text = f"{first}{rules}: {self.change}" if self.change and rules else f"{first}{self.change}"
        if not self.change and self.findings:
            more = len(self.findings) - 1
            tail = f" (+{more} more)" if more else ""
            return _wrapped(f"{first}{self.findings[0].rule} {self.findings[0].message}{tail}", width, 1, "", tail)[0]
        return _cut(text, width)


class _Group(NamedTuple):
    """Claims of one fate under a title."""

    title: str
    tone: Tone
    total: int
    items: list[_Item]
    often: Mapping[str, int]
    where_more: str

    def some(self, width: int, count: int) -> list[ScreenLine]:
        """The group on ``count`` lines at most: its title, claims on a line each, and how many more there are."""
        lines = [ScreenLine(_cut(f"{self.title}{_often(self.often)}", width), self.tone)]
        fit = self.total if self.total < count else max(count - 2, 0)
        lines += [ScreenLine(item.line(width)) for item in self.items[:fit]]
        if fit < self.total:
            more = f"{_INDENT}and {number(self.total - fit)} more{self.where_more}"
            lines.append(ScreenLine(_cut(more, width), "soft"))
        return lines[: max(count, 2)]


def _all(groups: Sequence[_Group], width: int, room: int) -> list[ScreenLine]:
    """Every claim, each on one line at least; what room is left goes to more about them, a step for each in turn."""
    items = [item for group in groups for item in group.items]
    told = [[item.line(width)] for item in items]
    room -= len(groups) + len(told)
    for depth in _DEPTHS:
        for index, item in enumerate(items):
            deeper = item.lines(width, depth)
            needed = len(deeper) - len(told[index])
            if needed <= room:
                told[index] = deeper
                room -= needed
    texts = iter(told)
    lines = []
    for group in groups:
        lines.append(ScreenLine(_cut(group.title, width), group.tone))
        lines += [ScreenLine(text) for _ in group.items for text in next(texts)]
    return lines


def _some_of_each(groups: Sequence[_Group], width: int, room: int) -> list[ScreenLine]:
    """Every group with as many of its claims as fit: those who need a person first, but no group without a line."""
    wants = [1 + group.total for group in groups]
    fewest = 3 if room >= 3 * len(groups) else 2  # a title, perhaps a claim, and how many more
    counts = [min(want, fewest) for want in wants]
    for index in range(len(groups)):
        rest = room - sum(counts)
        later = sum(min(want, 6) - count for want, count in zip(wants[index + 1 :], counts[index + 1 :], strict=True))
        counts[index] += max(min(wants[index] - counts[index], rest - min(later, rest // 2)), 0)
    return [line for group, count in zip(groups, counts, strict=True) for line in group.some(width, count)]


def _groups(report: Report, overview: Overview, room: int) -> list[_Group]:
    """The file, then claims by what becomes of them; unchanged claims without findings are in the head's count only.

    ``room`` is the most items that any group has lines for.
    """
    file = [_Item("File", [one], one.fix.title if one.fixed and one.fix else "") for one in report.findings]
    often = Counter(one.rule for one in report.findings)
    file_tone: Tone = "held" if any(is_open(one) for one in report.findings) else "warn"
    held, corrected, warned = overview.held, overview.corrected, overview.warned
    groups = (
        _Group(
            f"ABOUT THE FILE ({number(len(file))})",
            file_tone,
            len(file),
            file,
            often,
            " about the file: see the report",
        ),
        _group("HELD: needs a person", "held", held, room, " held: see the report"),
        _group("CORRECTED: goes out", "corrected", corrected, room, " corrected: see the report"),
        _group("UNCHANGED, with something to look at", "warn", warned, room, " to look at: see the report"),
    )
    return [group for group in groups if group.total]


def _group(title: str, tone: Tone, claims: Shown, room: int, where_more: str) -> _Group:
    items = [_item(claim) for claim in claims.claims[:room]]
    return _Group(f"{title} ({number(claims.total)})", tone, claims.total, items, claims.rules, where_more)


def _item(claim: Claim) -> _Item:
    told = telling(claim.disposition, claim.findings)
    change = ""
    if claim.disposition == "held":
        change = "" if told else "held with its part of the file, see above"
    elif claim.disposition == "corrected":
        change = _change(claim)
    return _Item(_name(claim), told, change)


def _name(claim: Claim) -> str:
    return visible(claim.claim_id) if cell_len(claim.claim_id) <= 20 else _cut(visible(claim.claim_id), 20)


def _change(claim: Claim) -> str:
    """What is different in the lines that go out; the titles of the fixes where no line shows it."""
    words = [in_words(change) for change in paired(claim.lines_in, claim.lines_out)]
    told = "; ".join(word for word in words if word)
    return told or "; ".join(one.fix.title for one in claim.findings if one.fixed and one.fix)


def _often(claims: Mapping[str, int]) -> str:
    """The rules that come up most, with how many claims each."""
    often = sorted(claims.items(), key=lambda one: (-one[1], one[0]))[:4]
    return f"  most: {', '.join(f'{rule} {number(count)}' for rule, count in often)}" if often else ""


def _head(report: Report, width: int) -> list[ScreenLine]:
    totals = report.totals
    out = totals.unchanged + totals.corrected
    counts = (
        f": {counted(totals.claims, 'claim')}; {number(out)} can be sent "
        f"({number(totals.unchanged)} unchanged, {number(totals.corrected)} corrected), {number(totals.held)} held"
    )
    name = visible(report.input.name)
    if cell_len(name + counts) > width:
        name = _cut(name, max(width - cell_len(counts), 12))
    parts = [f"{dollars(totals.charge_out)} goes out"]
    for amount, words in (
        (totals.charge_held, "held"),
        (totals.lowered, "lowered"),
        (totals.raised, "raised"),
    ):
        if not is_nothing(amount):
            parts.append(f"{dollars(amount)} {words}")
    money = f"Billed {dollars(totals.charge_in)}: {', '.join(parts)}"
    lines = [ScreenLine(line, "title") for line in _wrapped(name + counts, width, 2, "")]
    lines += [ScreenLine(line) for line in _wrapped(money, width, 2, _INDENT)]
    worth = _worth(report)
    return [*lines, ScreenLine(_cut(worth, width))] if worth else lines


def _worth(report: Report) -> str:
    """Which rules are worth most: what a denial would take, or what correcting takes off; empty where none is."""
    totals = [total for total in report.by_rule if has_money(total)]
    totals.sort(key=lambda total: (-Decimal(total.at_risk) - abs(Decimal(total.charge)), total.rule))
    parts = []
    for total in totals:
        amounts = [] if is_nothing(total.at_risk) else [f"{dollars(total.at_risk)} at risk"]
        amounts += [] if is_nothing(total.charge) else [dollars(total.charge)]
        if total.medicare_estimate is not None and not is_nothing(total.medicare_estimate):
            amounts.append(f"Medicare est. {dollars(total.medicare_estimate)}")
        parts.append(f"{total.rule} {', '.join(amounts)}")
    return f"By rule: {'; '.join(parts)}" if parts else ""


def _remarks(report: Report, overview: Overview, width: int) -> list[ScreenLine]:
    """One line each for what the reader must not overlook: checks that did not run, old tables, useless records."""
    remarks = []
    rules = {check.rule for check in report.not_checked} | overview.unchecked_rules
    claims = overview.unchecked_claims
    if rules:
        where = [*(["the file"] if report.not_checked else []), *([counted(claims, "claim")] if claims else [])]
        count = counted(len(rules), "check")
        remarks.append(f"Not checked: {count} could not run on {' and '.join(where)}; see the report.")
    stale = [table for table in report.tables if table.stale]
    if stale:
        names = ", ".join(f"{table.name} {table.edition}" for table in stale)
        remarks.append(f"Older than the dates of service: {names}")
    bad, idle = len(report.unreadable_records), len(report.unmatched_records)
    if bad or idle:
        parts = [f"{counted(bad, 'row')} unreadable"] * bool(bad) + [f"{number(idle)} without a claim"] * bool(idle)
        remarks.append(f"Treatment records: {', '.join(parts)}; see the report.")
    return [ScreenLine(_cut(remark, width), "warn") for remark in remarks]


_KINDS = (("corrected", "send this"), ("held", "held claims, as they came"), ("html", "the report, to read or print"))


def _where(report: Report, paths: Mapping[str, str], width: int) -> list[ScreenLine]:
    """Where the output is: the folder, the files that matter with their meaning, the others by name."""
    files = {kind: visible(path) for kind, path in paths.items() if path != "-"}
    folders = {str(PurePath(path).parent) for path in files.values()}
    folder = folders.pop() if len(folders) == 1 else ""
    shown = {kind: PurePath(path).name if folder else path for kind, path in files.items()}
    lines = _folded(f"Output in {folder}:" if folder else "Output:", width) if files else []
    if paths.get("corrected") == "-":
        lines += ["Claims to send: written to standard output"]
    elif not report.totals.unchanged + report.totals.corrected:
        lines += ["No claim can be sent, so there is no corrected file."]
    main = [(shown.pop(kind), meaning) for kind, meaning in _KINDS if kind in shown]
    column = min(max((cell_len(name) for name, _ in main), default=0), width - 34)
    for name, meaning in main:
        gap = " " * max(column - cell_len(name), 0)
        lines += _folded(f"{_INDENT}{name}{gap}  {meaning}", width)
    if shown:
        others = f"{_INDENT}also {', '.join(shown.values())}"
        lines.append(others if cell_len(others) <= width else f"{_INDENT}and {counted(len(shown), 'other file')}")
    return [ScreenLine(line, "soft") for line in lines]


def _folded(text: str, width: int) -> list[str]:
    """All of the text, over as many lines as it needs: a path that is cut short is of no use."""
    lines = []
    while cell_len(text) > width:
        line = set_cell_size(text, width).rstrip(" ") if " " not in text else _head_of(text, width)
        lines.append(line)
        text = text[len(line) :].lstrip(" ")
    return [*lines, text] if text else lines


def _head_of(text: str, width: int) -> str:
    """The longest beginning that ends at a space, or else at the last column."""
    taken = ""
    end = 0
    for index, letter in enumerate(text):
        if cell_len(taken + letter) > width:
            break
        taken += letter
        if letter == " " and taken.strip():
            end = index
    return text[:end] if end else taken


def _wrapped(text: str, width: int, most: int, indent: str, tail: str = "") -> list[str]:
    """The text on at most ``most`` lines, later ones indented; a longer one is cut before its ``tail``."""
    text = visible(text)
    lines: list[str] = []
    while text and cell_len(text) > width and len(lines) < most - 1:
        line = _head_of(text, width)
        lines.append(line.rstrip(" "))
        text = indent + text[len(line) :].lstrip(" ")
    if text and cell_len(text) > width:
        text = _cut(text.removesuffix(tail), width - cell_len(tail)) + tail
    return [*lines, text]


def _cut(text: str, width: int) -> str:
    """The text, or its beginning and "..."."""
    text = visible(text)
    if cell_len(text) <= width:
        return text
    return f"{set_cell_size(text, width - 3).rstrip(' ')}..."
