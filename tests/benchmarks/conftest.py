"""Reads generated files with a few lines of their own, so that generator and reader cannot share a mistake."""

import csv
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from benchmarks.generate import Options, generate


@dataclass
class ReadClaim:
    """One claim as read: elements of its segments, the levels above it, and its own text."""

    transaction: str
    heading: list[list[str]]
    segments: list[list[str]] = field(default_factory=list)

    @property
    def id(self) -> str:
        return self.segments[0][1]

    @property
    def text(self) -> list[str]:
        return ["*".join(segment) for segment in self.segments]

    @property
    def filing(self) -> str:
        return next(segment[9] for segment in self.heading if segment[0] == "SBR")

    def all(self, name: str) -> list[list[str]]:
        return [segment for segment in self.segments if segment[0] == name]


@dataclass
class Made:
    """A generated file with what was written beside it."""

    path: Path
    raw: bytes
    segments: list[list[str]]
    claims: list[ReadClaim]
    records: list[dict[str, str]]
    truth: list[dict[str, Any]]


def _claims(segments: list[list[str]]) -> list[ReadClaim]:
    claims: list[ReadClaim] = []
    heading: list[list[str]] = []
    claim: ReadClaim | None = None
    transaction = ""
    for segment in segments:
        if segment[0] == "ST":
            transaction = segment[2]
        if segment[0] in ("HL", "SE"):
            if segment[0] == "HL" and segment[3] != "23":
                heading = []
            claim = None
        if segment[0] == "CLM":
            claim = ReadClaim(transaction, list(heading))
            claims.append(claim)
        if claim:
            claim.segments.append(segment)
        else:
            heading.append(segment)
    return claims


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Made]:
    """Generate with the options given and read everything back."""

    def make(claims: int, seed: int = 7, **options: Any) -> Made:
        folder = tmp_path_factory.mktemp("generated")
        path, records, truth = folder / "claims.837", folder / "records.csv", folder / "truth.jsonl"
        generate(Options(claims, seed, **options), path, records, truth)
        raw = path.read_bytes()
        segments = [part.strip().split("*") for part in raw.decode("ascii").split("~") if part.strip()]
        rows = list(csv.DictReader(records.read_text(encoding="ascii").splitlines()))
        faults = [json.loads(line) for line in truth.read_text(encoding="ascii").splitlines()]
        return Made(path, raw, segments, _claims(segments), rows, faults)

    return make
