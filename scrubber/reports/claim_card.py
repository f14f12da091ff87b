"""One claim of the HTML page: what was found, what to do, and its lines before and after."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

import msgspec

from scrubber.reports.characters import visible
from scrubber.reports.line_changes import LineChange, paired
from scrubber.reports.schema import Claim, ClaimInBrief, Denial, Finding, Fix, Impact, LineIn, LineOut, Related, Visit
from scrubber.reports.wording import (
    by_weight,
    dollars,
    identity,
    is_nothing,
    is_open,
    place,
    related_claim,
    verdict,
)

_NEEDS_CARE = re.compile(r"[^ !#-%(-;=?-~]")
"""Whatever is not an ASCII character that stands for itself in content and in attributes."""


def text(value: object) -> str:
    """Any value as text that HTML shows and never acts upon, in content and in quoted attributes."""
    shown = str(value)
    return html.escape(visible(shown)) if _NEEDS_CARE.search(shown) else shown


def anchor(claim: Claim | ClaimInBrief | Related) -> str:
    """The claim's fragment identifier, made of numbers only."""
    return f"claim-{claim.interchange}-{claim.group}-{claim.position}"


def card(claim: Claim, anchors: frozenset[str]) -> Iterator[str]:
    """The claim as an article under an h2. ``anchors`` are the claims that the page shows and links may lead to."""
    yield f'<article class="claim {claim.disposition}" id="{anchor(claim)}">'
    yield f'<header><h3>Claim <bdi>{text(claim.claim_id)}</bdi> <span class="tag {claim.disposition}">'
    yield f'{_DISPOSITION[claim.disposition]}</span></h3><span class="amount">{_charge(claim)}</span>'
    payer = claim.payer
    yield f'<p class="soft small">Payer <bdi>{text(payer.id or "without id")}</bdi>, rules of '
    yield f"{text(payer.profile)}; {text(identity(claim))}</p></header>"
    for other in claim.other_payers:
        if other.differs:
            yield f'<p class="small">Goes to {ORDINALS.get(other.sequence, "another payer")} too (rules of '
            yield f"{text(other.profile)}), which differs in: {text('; '.join(other.differs))}. The claim is checked "
            yield f"by the rules of {text(payer.profile)}, where it goes now.</p>"
    if claim.disposition == "held" and not any(is_open(finding) for finding in claim.findings):
        yield '<p>Held with the part of the file that it stands in: see <a href="#file">About the file</a>.</p>'
    if claim.disposition == "corrected":  # what was changed first, then why
        yield from _lines(claim)
    for finding in by_weight(claim.findings):
        yield from _finding(finding, claim, anchors)
    if claim.disposition != "corrected":
        yield from _lines(claim)
    for visit in claim.visits:
        yield from _minutes(visit)
    if claim.not_checked:
        yield '<p class="small soft">Not checked on this claim: '
        yield "; ".join(f"{text(check.rule)} ({text(check.why)})" for check in claim.not_checked)
        yield "</p>"
    yield "</article>\n"


def table(caption: str, columns: tuple[tuple[str, str], ...], rows: Iterable[str]) -> Iterator[str]:
    """A table. ``caption`` and ``columns`` (heading, class) are escaped here, rows come as ``<tr>`` markup."""
    yield f'<div class="wide"><table><caption>{text(caption)}</caption>{_head(columns)}<tbody>'
    yield from rows
    yield "</tbody></table></div>"


@lru_cache(maxsize=32)
def _head(columns: tuple[tuple[str, str], ...]) -> str:
    """The headings of one kind of table: every card has the same."""
    headings = [f'<th scope="col"{_class(kind)}>{text(heading)}</th>' for heading, kind in columns]
    return f"<thead><tr>{''.join(headings)}</tr></thead>"


ORDINALS = {"P": "a primary payer", "S": "a secondary payer", "T": "a tertiary payer"}
_DISPOSITION = {"held": "Held", "corrected": "Corrected", "unchanged": "Unchanged"}


def _class(kind: str) -> str:
    return f' class="{kind}"' if kind else ""


def _charge(claim: Claim) -> str:
    if claim.disposition != "corrected" or claim.charge_in == claim.charge_out:
        return text(dollars(claim.charge_in))
    return _change(dollars(claim.charge_in), dollars(claim.charge_out))


def _change(before: str, after: str) -> str:
    """Before and after for the eye and for a screen reader."""
    if before == after:
        return text(after)
    old = f"<del>{text(before)}</del>" if before else "none"
    return (
        f'<span class="hidden">was </span>{old} <span aria-hidden="true">&#8594;</span>'
        f'<span class="hidden"> now </span> <ins>{text(after) or "none"}</ins>'
    )


def _finding(finding: Finding, claim: Claim, anchors: frozenset[str]) -> Iterator[str]:
    yield f'<section class="finding {kind(finding)}"><p class="rule"><span class="tag">{verdict(finding)}</span> '
    yield f"{text(finding.rule)} {text(finding.name.replace('-', ' '))}</p>"
    yield f"<h4>{text(finding.message)}</h4><dl>"
    for term, detail in _facts(finding, claim, anchors):
        yield f"<dt>{term}</dt><dd>{detail}</dd>"
    yield "</dl></section>"


def kind(finding: Finding) -> str:
    """The class that a finding is styled by; its verdict says the same in words."""
    if is_open(finding):
        return "open"
    if finding.fixed:
        return "fixed"
    return "warn" if finding.severity == "warn" and not finding.waived else "note"


def _facts(finding: Finding, claim: Claim, anchors: frozenset[str]) -> Iterator[tuple[str, str]]:
    """What a finding says beside its message, as terms and markup."""
    if finding.waived:
        waived = finding.waived
        yield "Waived by", f"{text(waived.by)} until {text(waived.until)}: {text(waived.reason)}"
    if finding.action and not finding.fixed:
        yield "What to do", f"<strong>{text(finding.action)}</strong>"
    if finding.fix:
        yield ("Done" if finding.fixed else "Proposal"), _fix(finding.fix, finding.fixed)
    if finding.evidence:
        items = [f"{text(one.source)}: {text(one.states)}" for one in finding.evidence]
        yield "Evidence", items[0] if len(items) == 1 else f"<ul>{''.join(f'<li>{item}</li>' for item in items)}</ul>"
    if finding.impact:
        money = _impact(finding.impact, finding.fixed)
        if money:
            yield "Money", money
    if finding.denial:
        denial = _denial(finding.denial)
        if denial:
            yield "Denial avoided" if finding.fixed else "Likely denial", denial
    if finding.related:
        yield "Other claims", ", ".join(_related(other, claim, anchors) for other in finding.related)
    where = place(finding.where)
    if where:
        yield "Where", f'<span class="soft">{text(where)}</span>'


def _fix(fix: Fix, fixed: bool) -> str:
    effect = {"lowers": "asks for less", "raises": "asks for more", "neutral": "same money"}.get(
        fix.payment, fix.payment
    )
    level = {
        "safe": "safe",
        "unsafe": "only on request: --fix unsafe",
        "person": "a person decides",
    }.get(fix.level, fix.level)
    return f'{text(fix.title)} <span class="soft">({text(effect)}{"" if fixed else f"; {text(level)}"})</span>'


def _impact(impact: Impact, done: bool) -> str:
    parts = []
    if impact.at_risk is not None and not is_nothing(impact.at_risk):
        parts.append(f"{text(dollars(impact.at_risk))} {'was' if done else 'is'} at risk of denial")
    if impact.charge is not None:
        parts.append(_moves("charge", impact.charge, done))
    if impact.medicare_estimate is not None:
        basis = f": {impact.basis}" if impact.basis else ""
        moved = _moves("Medicare payment", impact.medicare_estimate, done)
        parts.append(f"{moved} (estimate{text(basis)})" if moved else "")
    return "; ".join(part for part in parts if part)


def _moves(what: str, amount: str, done: bool) -> str:
    """``charge falls by $40.00``, or that it would; empty for no movement."""
    if is_nothing(amount):
        return ""
    falls = amount.startswith("-")
    verb = ("falls" if falls else "rises") if done else ("would fall" if falls else "would rise")
    return f"{what} {verb} by {text(dollars(amount.removeprefix('-')))}"


def _denial(denial: Denial) -> str:
    parts = (("CARC", denial.carc), ("RARC", denial.rarc), ("status", denial.status), ("999", denial.syntax))
    return ", ".join(f"{name} {text(code)}" for name, code in parts if code)


def _related(other: Related, claim: Claim, anchors: frozenset[str]) -> str:
    name = text(related_claim(other, claim))
    shown = other.file is None and anchor(other) in anchors
    return f'<a href="#{anchor(other)}"><bdi>{name}</bdi></a>' if shown else f"<bdi>{name}</bdi>"


_LINE_COLUMNS = (("Line", ""), ("Code", ""), ("Modifiers", ""), ("Units", "n"), ("Charge", "n"), ("Date", ""))


def _lines(claim: Claim) -> Iterator[str]:
    after = claim.lines_proposed if claim.disposition == "held" else claim.lines_out
    if claim.disposition == "held" and not after:
        caption = "Service lines as billed"
        changes = [
            LineChange(line, (LineOut(**msgspec.structs.asdict(line), from_line=line.line),)) for line in claim.lines_in
        ]
    else:
        changes = paired(claim.lines_in, after)
        caption = {
            "held": "Service lines: as billed, and as proposed",
            "corrected": "Service lines: before and after",
        }.get(claim.disposition, "Service lines")
    yield '<div class="lines">'  # its columns stand alike in every card
    yield from table(caption, _LINE_COLUMNS, (row for change in changes for row in _line_rows(change)))
    yield "</div>"


def _line_rows(change: LineChange) -> Iterator[str]:
    before = _cells(change.before) if change.before else None
    if before and not change.after:
        cells = "".join(f"<td{_class(name)}><del>{text(cell)}</del></td>" for cell, name in _classed(before[1:]))
        yield f'<tr class="changed"><th scope="row">{text(before[0])} <span class="gone">removed</span></th>'
        yield f"{cells}</tr>"
    for index, line in enumerate(change.after):
        after = _cells(line)
        if before is None or index:
            cells = "".join(f"<td{_class(name)}><ins>{text(cell)}</ins></td>" for cell, name in _classed(after[1:]))
            yield f'<tr class="changed"><th scope="row">{text(after[0])} <ins>new</ins></th>{cells}</tr>'
        else:
            cells = "".join(
                f"<td{_class(name)}>{_change(old, new)}</td>"
                for old, (new, name) in zip(before[1:], _classed(after[1:]), strict=True)
            )
            changed = ' class="changed"' if change.changed else ""
            yield f'<tr{changed}><th scope="row">{_change(before[0], after[0])}</th>{cells}</tr>'


def _cells(line: LineIn) -> list[str]:
    return [line.line, line.code, " ".join(line.modifiers), line.units, dollars(line.charge), line.date or ""]


def _classed(cells: list[str]) -> Iterator[tuple[str, str]]:
    return zip(cells, (name for _, name in _LINE_COLUMNS[1:]), strict=True)


_MINUTE_COLUMNS = (
    ("Code", ""), ("Therapist minutes", "n"), ("Assistant minutes", "n"), ("Units billed", "n"),
    ("Units supported", "n"),
)  # fmt: skip


def _minutes(visit: Visit) -> Iterator[str]:
    signed = "signed records" if visit.signed else "not signed for every service"
    total = "" if visit.timed_minutes is None else f", {visit.timed_minutes} timed minutes"
    supported = "" if visit.units_supported is None else f", {visit.units_supported} units supported"
    rule = f" by the {visit.unit_rule} rule" if visit.unit_rule else ""
    caption = f"Minutes on {visit.date}, {visit.discipline} ({signed}{total}{supported}{rule})"
    rows = (
        f'<tr><th scope="row">{text(code.code)}{"" if code.timed else " (untimed)"}</th>'
        + "".join(
            f'<td class="n">{"not recorded" if cell is None else text(cell)}</td>'
            for cell in (code.therapist_minutes, code.assistant_minutes, code.units_billed, code.units_supported)
        )
        + "</tr>"
        for code in visit.codes
    )
    yield from table(caption, _MINUTE_COLUMNS, rows)
