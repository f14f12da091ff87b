"""Writes docs/rules from the rules themselves: one page a rule, README.md with all of them in a table, and coverage.md
with what each rests on, what tests it and what it cannot see.

Also docs/report.rng, the schema of report.xml. Run by `make docs`. With ``--check`` nothing is written; exit 1 when a
page is missing, stale or of no rule.
"""  # noqa: INP001 - a script beside the pages it writes, not a package

from __future__ import annotations

import sys
from pathlib import Path

from docs import report_schema
from docs.coverage import coverage_page
from scrubber.rules.catalogue import RULES
from scrubber.rules.explain import FAMILIES, page, summary
from scrubber.rules.rule import Example, Rule

FOLDER = Path(__file__).parent / "rules"
NOTICE = "<!-- Written by `make docs` from the rules. Edit the rule, not this page. -->\n\n"
ABOUT = """\
# Rules

`scrubber explain CODE` shows the same pages. A *reject* holds the claim unless the finding is fixed or waived; a *warn*
or a *note* does not. A payer profile may set another severity. *Fix* is the level of the corrections that the rule's
examples prove: *safe* is applied by itself, *unsafe* on request. Without one it is for a person to decide.

[Coverage](coverage.md) says what each rule rests on, what tests it, and what it cannot see.
"""
TABLE_HEAD = "| code | name | what is wrong | severity | fix |\n| --- | --- | --- | --- | --- |\n"


def pages() -> dict[str, str]:
    """Every page by its file name."""
    return {
        "README.md": NOTICE + _table(),
        "coverage.md": NOTICE + coverage_page(),
        **{f"{rule.code}.md": NOTICE + page(rule) for rule in RULES},
    }


def _table() -> str:
    text = ABOUT
    for letter, title in FAMILIES.items():
        rows = [_row(rule) for rule in RULES if rule.code.startswith(letter)]
        if rows:
            text += f"\n## {title} ({letter})\n\n{TABLE_HEAD}{''.join(rows)}"
    return text


def _row(rule: Rule) -> str:
    levels = ", ".join(dict.fromkeys(example.level for example in rule.examples if _is_corrected(example)))
    wrong = summary(rule).replace("|", "\\|")
    return f"| [{rule.code}]({rule.code}.md) | {rule.name} | {wrong} | {rule.severity.word} | {levels} |\n"


def _is_corrected(example: Example) -> bool:
    """Whether the example shows a correction: of its lines, or of the envelope fault that ``replace`` put in."""
    return example.fixed is not None and (example.fixed != example.lines or bool(example.replace))


def stale(wanted: dict[str, str]) -> list[str]:
    """Names of pages that are missing, differ, or are of no rule."""
    present = {path.name: path.read_text(encoding="utf-8") for path in FOLDER.glob("*.md")}
    changed = sorted(name for name in wanted.keys() | present.keys() if wanted.get(name) != present.get(name))
    schema = report_schema.PATH
    if not schema.exists() or schema.read_text(encoding="utf-8") != report_schema.schema():
        changed.append(schema.name)
    return changed


def write(wanted: dict[str, str]) -> None:
    """Make the folder hold these pages and no others."""
    FOLDER.mkdir(exist_ok=True)
    for path in FOLDER.glob("*.md"):
        if path.name not in wanted:
            path.unlink()
    for name, text in wanted.items():
        (FOLDER / name).write_text(text, encoding="utf-8")
    report_schema.PATH.write_text(report_schema.schema(), encoding="utf-8")


def main(arguments: list[str]) -> int:
    """Write the pages, or with --check compare them. Returns the exit code."""
    wanted = pages()
    changed = stale(wanted)
    if arguments == ["--check"]:
        if changed:
            sys.stderr.write(f"docs are not current: {', '.join(changed)}. Run `make docs` and commit the result.\n")
        return 1 if changed else 0
    if arguments:
        sys.stderr.write(f"docs.generate takes --check or nothing, not {' '.join(arguments)}\n")
        return 2
    write(wanted)
    sys.stdout.write(f"docs/rules: {len(wanted)} pages, {len(changed)} changed\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
