"""`scrubber explain CODE`."""

from __future__ import annotations

import click


@click.command("explain")
@click.argument("code")
def command(code: str) -> None:
    """What a rule checks, why, its source, its fix, with worked examples.

    CODE is a rule's code (U101) or name (units-above-minutes).
    """
    from scrubber.rules.catalogue import BY_CODE
    from scrubber.rules.explain import page

    by_name = {rule.name: rule for rule in BY_CODE.values()}
    rule = BY_CODE.get(code.upper()) or by_name.get(code.lower())
    if rule is None:
        from difflib import get_close_matches

        near = get_close_matches(code.upper(), BY_CODE, 1) or get_close_matches(code.lower(), by_name, 1)
        hint = f" Did you mean {near[0]}?" if near else ""
        raise click.UsageError(f"there is no rule {code!r}.{hint} `scrubber rules` lists them.")
    click.echo(page(rule), nl=False)
