"""`scrubber rules`."""

from __future__ import annotations

import click


@click.command("rules")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", help="How to print it.")
def command(form: str) -> None:
    """The catalogue of rules."""
    from scrubber.rules.catalogue import RULES
    from scrubber.rules.explain import summary

    if form == "json":
        import msgspec

        rows = [
            {
                "code": rule.code,
                "name": rule.name,
                "severity": rule.severity.word,
                "fix": rule.has_fix,
                "since": rule.since,
                "effective": rule.effective,
                "summary": summary(rule),
            }
            for rule in RULES
        ]
        click.echo(msgspec.json.format(msgspec.json.encode(rows), indent=2).decode())
        return
    for rule in RULES:
        fix = "fix" if rule.has_fix else ""
        click.echo(f"{rule.code}  {rule.severity.word:<6}  {fix:<3}  {rule.name}")
    click.echo(f"\n{len(RULES)} rules. `scrubber explain CODE` says more.")
