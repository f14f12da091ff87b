"""A rule as a page: what it checks, why, its source, its fix, with worked examples."""

from __future__ import annotations

import inspect

from scrubber.rules.rule import Engine, Example, Rule

FAMILIES = {
    "U": "Units",
    "M": "Modifiers",
    "N": "Correct coding",
    "C": "Coverage and duplicates",
    "E": "Envelope and balance",
    "G": "Guide",
    "I": "Internal",
}


def summary(rule: Rule) -> str:
    """The first sentence of the rule's text, on one line."""
    paragraph = inspect.cleandoc(rule.text).partition("\n\n")[0]
    return " ".join(paragraph.split())


def page(rule: Rule) -> str:
    """The rule's page as Markdown."""
    parts = [f"# {rule.code} {rule.name}", _facts(rule), inspect.cleandoc(rule.text)]
    if rule.examples:
        parts.append("## Worked examples")
        parts.extend(map(_example, rule.examples))
    return "\n\n".join(parts) + "\n"


def _facts(rule: Rule) -> str:
    facts = [f"{FAMILIES[rule.code[0]]}", f"severity {rule.severity.word}", f"since {rule.since}"]
    if rule.effective:
        facts.append(f"dates of service from {rule.effective}")
    if rule.scope is Engine:
        facts.append("raised by the scrubber itself")
    facts.append("has a fix" if rule.has_fix else "no automatic fix")
    return ", ".join(facts) + "."


def _example(example: Example) -> str:
    verdict = "Flagged" if example.flagged else "Not flagged"
    lines = [f"### {example.title}", "", "```"]
    shown = example.lines.split("\n")
    lines += shown[:4]
    if len(shown) > 4:
        lines.append(f"... {len(shown)} lines in all")
    lines.append("```")
    told = _told(example)
    if told:
        lines += ["", told]
    if example.flagged and example.fixed is not None and example.fixed != example.lines:
        how = "" if example.level == "safe" else f" (with `--fix {example.level}`)"
        lines += ["", f"{verdict}; goes out as{how}:", "", "```", example.fixed, "```"]
    else:
        lines += ["", verdict + "."]
    return "\n".join(lines)


def _told(example: Example) -> str:
    parts = []
    if example.minutes:
        kind = "Signed record" if example.signed else "Unsigned record"
        times = [f" ({each})" for each in example.times] or [""] * len(example.minutes)
        minutes = ", ".join(
            f"{minutes} minutes of {code} by {role}{time}"
            for (code, role, minutes), time in zip(example.minutes, times, strict=True)
        )
        group = " in a group" if example.mode == "group" else ""
        parts.append(f"{kind}: {minutes}{group}.")
    if example.timed_total is not None:
        parts.append(f"The record of the visit gives {example.timed_total} timed minutes in all.")
    if example.treatment_total is not None:
        parts.append(f"It gives {example.treatment_total} minutes of treatment in all.")
    if example.pt_slp_to_date:
        parts.append(f"It gives {example.pt_slp_to_date} allowed for PT and SLP in the year to date.")
    if example.ot_to_date:
        parts.append(f"It gives {example.ot_to_date} allowed for OT in the year to date.")
    for code, units, adjudication in example.unit_limits:
        parts.append(f"The payer's table: {code} at most {units} a {'line' if adjudication == 1 else 'day'}.")
    for key, value in example.profile:
        parts.append(f"The payer's profile says {key} = {str(value).lower()}.")
    if example.whole_pair_table:
        parts.append("The payer's pair table is complete.")
    if example.again:
        parts.append({
            "copy": "The same claim stands in the file again.",
            "number": "Another claim of the patient has the same claim number.",
            "replacement": "The same claim stands in the file again as a replacement (frequency 7).",
            "interchange": "A second interchange has the same control number and another claim.",
            "institutional": "An institutional transaction (005010X223A2) stands in the same group.",
        }[example.again])  # fmt: skip
    for old, new in example.replace:
        shown = new.strip() or "nothing"
        parts.append(f"In the file, `{old.strip()}` reads `{shown}`.")
    if example.filing != "MB":
        parts.append(f"Filing indicator {example.filing}.")
    return " ".join(parts)
