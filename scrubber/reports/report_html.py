"""report.html: the report for a person, as one page that needs no script and nothing from elsewhere."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from importlib.resources import files
from typing import NamedTuple

from scrubber.findings.wording import counted
from scrubber.reports.characters import visible
from scrubber.reports.claim_card import anchor, card, kind, table, text
from scrubber.reports.overview import (
    CARDS,
    FIXED,
    IDENTITIES,
    OPEN,
    OTHER,
    WARNED,
    Overview,
    Shown,
    fate,
    overview_of,
)
from scrubber.reports.schema import FileFinding, Report, RuleTotal, Table, Totals
from scrubber.reports.wording import dollars, has_money, is_nothing, is_open, number, place, verdict


class _Section(NamedTuple):
    """Claims of one kind, shown in full."""

    id: str
    title: str
    lead: str
    claims: Shown


def render(report: Report, cards: int = CARDS, identities: int = IDENTITIES) -> bytes:
    """The page as UTF-8. ``cards`` bounds the claims of each section shown in full, ``identities`` the list of the
    rest."""
    return b"".join(document(report, overview_of(report, cards, identities)))


def document(report: Report, overview: Overview) -> Iterator[bytes]:
    """The page in pieces. The claims are those of the overview; the report's own are not looked at."""
    piece: list[str] = []
    size = 0
    for text_of in _page(report, overview):
        piece.append(text_of)
        size += len(text_of)
        if size > _PIECE:
            yield "".join(piece).encode("utf-8")
            piece.clear()
            size = 0
    yield "".join(piece).encode("utf-8")


_PIECE = 1 << 18
"""Characters of the page that are put together before they are written."""


def _page(report: Report, overview: Overview) -> Iterator[str]:
    sections = _sections(overview)
    anchors = frozenset(anchor(claim) for section in sections for claim in section.claims.claims)
    name = text(report.input.name)
    yield '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
    yield "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
    yield '<meta name="referrer" content="no-referrer">\n'
    yield f"<title>Claim report: {name}</title>\n<style>\n{_style()}</style>\n</head>\n<body>\n"
    yield '<a class="skip" href="#content">Skip to the claims</a>\n'
    yield f'<header><h1>Claim report: <bdi>{name}</bdi></h1><p class="soft small">Checked as of {text(report.today)} '
    yield f"by scrubber {text(report.scrubber)}.</p></header>\n"
    tally = _tally(report.findings, overview)
    yield from _summary(report)
    yield from _contents(report, sections, overview.untouched, len(tally))
    yield '<main id="content">\n'
    urgent = any(is_open(finding) for finding in report.findings)
    if urgent:
        yield from _about_the_file(report.findings)
    for section in sections:
        yield from _section(section, anchors)
    if not urgent:
        yield from _about_the_file(report.findings)
    yield from _unchanged(overview)
    yield from _by_rule(report, tally)
    yield from _records(report)
    yield from _not_checked(report, overview)
    yield from _tables(report.tables)
    yield "</main>\n"
    yield from _colophon(report)
    yield "</body>\n</html>\n"


@cache
def _style() -> str:
    return files("scrubber.reports").joinpath("page.css").read_text(encoding="utf-8")


def _sections(overview: Overview) -> list[_Section]:
    """Claims with something to show, in order of urgency."""
    held = _Section(
        "held",
        "Held: needs a person",
        "These claims are not in the corrected file. They stand as they came in the held file. Settle what is marked "
        "“To settle” in your billing system, and send them again.",
        overview.held,
    )
    corrected = _Section(
        "corrected",
        "Corrected: goes out",
        "These claims go out with the changes shown. Correct the same in your billing system, so that its books agree "
        "with what was sent.",
        overview.corrected,
    )
    warned = _Section(
        "warnings",
        "Unchanged, with something to look at",
        "These claims go out as they came. Nothing here stops them.",
        overview.warned,
    )
    return [section for section in (held, corrected, warned) if section.claims.total]


def _summary(report: Report) -> Iterator[str]:
    totals = report.totals
    out = totals.unchanged + totals.corrected
    yield f'<p class="lead">Of {counted(totals.claims, "claim")}, <strong>{number(out)} can be sent</strong>'
    if totals.held:
        yield f" and <strong>{number(totals.held)} {'needs' if totals.held == 1 else 'need'} a person</strong>"
    yield '.</p>\n<ul class="tiles">'
    tiles = (
        ("held", totals.held, "held", "a person must decide"),
        ("corrected", totals.corrected, "corrected", "go out with changes"),
        ("unchanged", totals.unchanged, "unchanged", "go out as they came"),
    )
    for name, count, word, meaning in tiles:
        yield f'<li class="{name}"><strong>{number(count)}</strong><span class="name">{word}</span> '
        yield f'<span class="soft small">{meaning}</span></li>'
    yield "</ul>\n"
    yield from _money(totals)


def _money(totals: Totals) -> Iterator[str]:
    rows = [
        ("Billed in the file", totals.charge_in, ""),
        ("Held back", totals.charge_held, "&#8722; "),
        ("Lowered by corrections", totals.lowered, "&#8722; "),
        ("Raised by corrections", totals.raised, "+ "),
    ]
    yield '<div class="wide"><table class="money"><caption>Charges</caption><tbody>'
    for name, amount, sign in rows:
        if not sign or not is_nothing(amount):
            yield f'<tr><th scope="row">{name}</th><td class="n">{sign}{text(dollars(amount))}</td></tr>'
    yield f'<tr class="sum"><th scope="row">Goes out</th><td class="n">{text(dollars(totals.charge_out))}</td></tr>'
    yield "</tbody></table></div>\n"


def _contents(report: Report, sections: list[_Section], untouched: int, rules: int) -> Iterator[str]:
    links = [(section.id, section.title, section.claims.total) for section in sections]
    links.append(("unchanged", "Unchanged, nothing found", untouched))
    links.append(("file", "About the file", len(report.findings)))
    links.append(("rules", "Findings by rule", rules))
    yield '<nav aria-label="Contents"><ul>'
    for name, title, count in (link for link in links if link[2]):
        yield f'<li><a href="#{name}">{title}</a> <span class="soft">({number(count)})</span></li>'
    yield '<li><a href="#checks">Not checked</a></li><li><a href="#tables">Tables</a></li></ul></nav>\n'


def _about_the_file(findings: Sequence[FileFinding]) -> Iterator[str]:
    if not findings:
        return
    yield '<section><h2 id="file">About the file</h2>'
    for finding in findings:
        where = place(finding.where)
        interchange = "" if finding.interchange is None else f", interchange {finding.interchange}"
        yield f'<section class="finding {kind(finding)}"><p class="rule"><span class="tag">{verdict(finding)}</span> '
        yield f"{text(finding.rule)} {text(finding.name.replace('-', ' '))} "
        yield f'<span class="soft">({text(finding.scope)}{interchange}{": " if where else ""}{text(where)})</span></p>'
        yield f"<h3>{text(finding.message)}</h3>"
        if finding.action and not finding.fixed:
            yield f"<p>What to do: <strong>{text(finding.action)}</strong></p>"
        if finding.fixed and finding.fix:
            yield f"<p>Done: {text(finding.fix.title)}</p>"
        yield "".join(f'<p class="soft">{text(one.source)}: {text(one.states)}</p>' for one in finding.evidence)
        yield "</section>"
    yield "</section>\n"


def _section(section: _Section, anchors: frozenset[str]) -> Iterator[str]:
    count, claims = section.claims.total, section.claims.claims
    yield f'<section><h2 id="{section.id}">{section.title} ({number(count)})</h2><p class="soft">{section.lead}</p>\n'
    for claim in claims:
        yield from card(claim, anchors)
    shown = len(claims)
    if count > shown:
        yield f"<p><strong>{number(shown)} of {counted(count, 'claim')} are shown here; {number(count - shown)} more"
        yield " are in the JSON report</strong>, and their findings, one row each, in the CSV report.</p>"
    yield "</section>\n"


def _unchanged(overview: Overview) -> Iterator[str]:
    count = overview.untouched
    if not count:
        return
    several = len(overview.groups) > 1
    yield f'<section><h2 id="unchanged">Unchanged, nothing found ({number(count)})</h2>'
    yield f"<details><summary>{counted(count, 'claim')} in which nothing was found; "
    who = ("it goes", "it") if count == 1 else ("they go", "they")
    yield f'{who[0]} out as {who[1]} came</summary><ul class="ids">'
    for claim in overview.identities:
        group = f"{claim.interchange}.{claim.group}." if several else ""
        yield f'<li><span class="soft">{group}{claim.position}</span> <bdi>{text(claim.claim_id)}</bdi></li>'
    yield "</ul>"
    shown = len(overview.identities)
    if count > shown:
        yield f"<p>{number(shown)} are listed here; {number(count - shown)} more are in the JSON report.</p>"
    yield "</details></section>\n"


_Tally = dict[tuple[str, str], tuple[int, ...]]
"""How many findings of a rule (code and name) are open, corrected, warnings, and other; ordered by code."""


def _tally(file: Sequence[FileFinding], overview: Overview) -> _Tally:
    counts = overview.fates + Counter((finding.rule, finding.name, fate(finding)) for finding in file)
    rules = sorted({(rule, name) for rule, name, _ in counts})
    return {(rule, name): tuple(counts[rule, name, at] for at in (OPEN, FIXED, WARNED, OTHER)) for rule, name in rules}


def _by_rule(report: Report, tally: _Tally) -> Iterator[str]:
    if not tally:
        return
    yield '<section><h2 id="rules">Findings by rule</h2><p class="soft">What comes up often is worth settling where '
    yield "claims are made. <code>scrubber explain</code> with a code tells what it checks and why.</p>"
    columns = (
        ("Rule", ""),
        ("What", ""),
        ("To settle", "n"),
        ("Corrected", "n"),
        ("Warnings", "n"),
        ("Waived, notes", "n"),
    )
    rows = (
        f'<tr><th scope="row">{text(rule)}</th><td>{text(name.replace("-", " "))}</td>'
        + "".join(f'<td class="n">{number(count)}</td>' for count in counts)
        + "</tr>"
        for (rule, name), counts in tally.items()
    )
    yield from table("How many findings, and what became of them", columns, rows)
    yield from _money_by_rule(report.by_rule)
    yield "</section>\n"


def _money_by_rule(totals: Sequence[RuleTotal]) -> Iterator[str]:
    worth = [total for total in totals if has_money(total)]
    if not worth:
        return
    yield '<p class="soft">A line can be named by several rules, so the rows do not add up to one sum. The estimate is '
    yield "what Medicare would pay less (or more): of corrections, and of denials where nothing is corrected.</p>"
    columns = (
        ("Rule", ""),
        ("Charge at risk of denial", "n"),
        ("Change of charge", "n"),
        ("Medicare estimate", "n"),
        ("Estimated", "n"),
        ("Basis", ""),
    )
    rows = (
        f'<tr><th scope="row">{text(total.rule)}</th>'
        + "".join(
            f'<td class="n">{text(cell)}</td>'
            for cell in (
                dollars(total.at_risk),
                dollars(total.charge),
                "" if total.medicare_estimate is None else dollars(total.medicare_estimate),
                f"{number(total.estimated)} of {number(total.findings)}",
            )
        )
        + f"<td>{text(total.basis or '')}</td></tr>"
        for total in worth
    )
    yield from table("What the findings are worth", columns, rows)


def _records(report: Report) -> Iterator[str]:
    if not report.unreadable_records and not report.unmatched_records:
        return
    yield '<section><h2 id="records">Treatment records without use</h2>'
    if report.unreadable_records:
        rows = (
            _row(row.file, number(row.line) if row.line else "all", row.column, row.note_id or "", row.why)
            for row in report.unreadable_records
        )
        columns = (("File", ""), ("Row", ""), ("Column", ""), ("Note", ""), ("What is wrong", ""))
        yield from table("Rows that could not be read", columns, _at_most(rows, len(report.unreadable_records), 5))
    if report.unmatched_records:
        rows = (_row(record.note_id, record.why) for record in report.unmatched_records)
        why = (("Note", ""), ("Why", ""))
        yield from table("Records that fit no claim", why, _at_most(rows, len(report.unmatched_records), 2))
    yield "</section>\n"


def _row(*cells: str) -> str:
    return f"<tr>{''.join(f'<td>{text(cell)}</td>' for cell in cells)}</tr>"


def _at_most(rows: Iterable[str], count: int, columns: int, most: int = CARDS) -> Iterator[str]:
    """The first rows, and a last one that says how many more there are."""
    for _, row in zip(range(most), rows, strict=False):
        yield row
    if count > most:
        yield f'<tr><td colspan="{columns}">{number(count - most)} more are in the JSON report.</td></tr>'


def _not_checked(report: Report, overview: Overview) -> Iterator[str]:
    rows = [(check.rule, check.why, "the whole file") for check in report.not_checked]
    rows += [(rule, why, counted(count, "claim")) for (rule, why), count in sorted(overview.unchecked.items())]
    yield '<section><h2 id="checks">What was not checked</h2>'
    if rows:
        yield '<p class="soft">These checks could not run. That is no pass: look at the claims yourself, or supply '
        yield "what is missing.</p>"
        markup = (
            f'<tr><th scope="row">{text(rule)}</th><td>{text(why)}</td><td>{text(where)}</td></tr>'
            for rule, why, where in rows
        )
        columns = (("Rule", ""), ("Why it could not run", ""), ("Where", ""))
        yield from table("Checks that could not run", columns, _at_most(markup, len(rows), 3))
    else:
        yield "<p>Every check that was asked for ran on every claim.</p>"
    yield "</section>\n"


def _tables(tables: Sequence[Table]) -> Iterator[str]:
    yield '<section><h2 id="tables">Reference tables</h2>'
    if tables:
        columns = (("Table", ""), ("Edition", ""), ("From", ""), ("To", ""), ("Rows", "n"), ("State", ""))
        yield from table("Tables that were asked", columns, (_table_row(one) for one in tables))
    else:
        yield "<p>No reference table was asked.</p>"
    yield "</section>\n"


def _table_row(one: Table) -> str:
    state = "complete" if one.complete else "holds only part of the published table"
    stale = (
        f"<br><strong>Older than dates of service in this file.</strong> {text(one.remark or '')}" if one.stale else ""
    )
    remark = f"<br>{text(one.remark)}" if one.remark and not one.stale else ""
    return (
        f'<tr><th scope="row">{text(one.name)}</th><td>{text(one.edition)}</td><td>{text(one.from_ or "")}</td>'
        f'<td>{text(one.to or "")}</td><td class="n">{number(one.rows)}</td><td>{state}{stale}{remark}</td></tr>'
    )


def _colophon(report: Report) -> Iterator[str]:
    source = report.input
    numbers = ", ".join(source.interchanges[:20]) + (" and more" if len(source.interchanges) > 20 else "")
    yield f'<footer class="soft small"><p>Input <bdi>{text(source.name)}</bdi>, {counted(source.bytes, "byte")}, '
    yield f"interchange {text(visible(numbers))}, SHA-256 {text(source.sha256)}. The original file is not changed.</p>"
    if report.ledger is not None:
        ledger = report.ledger
        yield f"<p>Checked against a ledger of {counted(ledger.deliveries, 'delivery', 'deliveries')}"
        yield f"{f' ({number(ledger.ignored)} of this file itself, ignored)' if ledger.ignored else ''}, state "
        yield f"{text(ledger.state)}.</p>"
    yield "<p>Amounts are charges, not payments. Estimates are national Medicare figures.</p></footer>\n"
