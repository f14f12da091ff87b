"""Options that `scrub` and `batch` share: what is written of a file, and what it is checked against."""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce
from pathlib import Path
from typing import Any

import click

_OPTIONS = (
    click.option(
        "--report", "reports", default="json,html,csv", show_default=True, help="Any of json,html,csv,xml, or none."
    ),
    click.option("--ack", "acks", default="none", show_default=True, help="Answers to the sender: any of 999,277ca."),
    click.option(
        "--judge",
        type=click.Choice(["compiled", "pyx12"]),
        default="compiled",
        show_default=True,
        help="What judges claims by the guide; pyx12 itself takes about fifty times as long.",
    ),
    click.option(
        "--report-detail",
        type=click.Choice(["full", "findings"]),
        default="full",
        show_default=True,
        help="findings lists unchanged claims by identity only.",
    ),
    click.option(
        "--records-lenient", is_flag=True, help="A bad record row holds the claims it could name; the job goes on."
    ),
    click.option(
        "--ledger", type=click.Path(path_type=Path), help="What was sent before, to check against; read only."
    ),
    click.option("--waivers", type=click.Path(path_type=Path), help="Default: waivers.toml beside scrubber.toml."),
)
"""In the order of the help."""


def report_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command these options."""
    return reduce(lambda made, option: option(made), reversed(_OPTIONS), command)
