"""Generated files: the same bytes for the same arguments, conforming to the guide, and no two claims alike."""

import io
import logging
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from datetime import date, time
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from benchmarks.generate import Options, generate, main
from benchmarks.worked_examples import EXAMPLES, UNIT_LIMITS

ROOT = Path(__file__).parents[2]
EOLS = {"none": b"", "lf": b"\n", "crlf": b"\r\n"}


def pyx12_accepts(text: str) -> bool:
    import pyx12.params
    import pyx12.x12n_document

    logger = logging.getLogger("pyx12")
    logger.addHandler(logging.NullHandler())
    logger.propagate = False
    verdict = pyx12.x12n_document.x12n_document(pyx12.params.params(), io.StringIO(text), io.StringIO(), None)
    return bool(verdict)


def luhn(number: str) -> bool:
    digits = [int(digit) for digit in reversed("80840" + number)]
    return sum(d if place % 2 == 0 else d * 2 // 10 + d * 2 % 10 for place, d in enumerate(digits)) % 10 == 0


def test_same_arguments_same_bytes(made: Callable[..., Any]) -> None:
    one, two = made(150, error_rate=0.4), made(150, error_rate=0.4)
    assert (one.raw, one.records, one.truth) == (two.raw, two.records, two.truth)
    assert made(150, seed=8, error_rate=0.4).raw != one.raw


@pytest.mark.parametrize("eol", EOLS)
@pytest.mark.parametrize("claims", [1, 20, 200])
def test_clean_file_is_valid(made: Callable[..., Any], claims: int, eol: str) -> None:
    file = made(claims, eol=eol)
    assert len(file.claims) == claims
    assert file.raw.count(b"~" + EOLS[eol]) == len(file.segments)
    assert file.raw.count(b"\n") == (len(file.segments) if eol != "none" else 0)
    assert pyx12_accepts(file.raw.decode("ascii"))


@pytest.mark.parametrize(
    "options",
    [
        {"claims_per_st": 1},
        {"claims_per_st": 7},
        {"visits": 1},
        {"visits": 10},
        {"carrier": "note"},
        {"carrier": "both"},
    ],
    ids=str,
)
def test_every_shape_is_valid(made: Callable[..., Any], options: dict[str, Any]) -> None:
    file = made(30, **options)
    assert pyx12_accepts(file.raw.decode("ascii"))
    assert max(Counter(claim.transaction for claim in file.claims).values()) <= options.get("claims_per_st", 30)
    assert all(len({s[3] for s in claim.all("DTP")}) == options.get("visits", 2) for claim in file.claims)


def test_validity_check_can_fail(made: Callable[..., Any]) -> None:
    assert not pyx12_accepts(made(1).raw.decode("ascii").replace("DTP*472*D8", "DTP*472*XX"))


def test_envelope_counts(made: Callable[..., Any]) -> None:
    file = made(60, claims_per_st=25)
    starts = [place for place, segment in enumerate(file.segments) if segment[0] == "ST"]
    assert len(starts) == 3
    for start in starts:
        end = next(place for place in range(start, len(file.segments)) if file.segments[place][0] == "SE")
        assert file.segments[end] == ["SE", str(end - start + 1), file.segments[start][2]]
        levels = [segment for segment in file.segments[start:end] if segment[0] == "HL"]
        assert [level[1] for level in levels] == [str(number) for number in range(1, len(levels) + 1)]
        for level in levels:
            assert level[4] == str(int(any(other[2] == level[1] for other in levels)))
            assert level[3] == ({"": "20"} | {"1": "22"}).get(level[2], "23")
    isa, *_, ge, iea = file.segments
    assert ge == ["GE", "3", "1"]
    assert iea == ["IEA", "1", isa[13]]
    assert file.raw.index(b"~") == 105


def test_claims_are_whole(made: Callable[..., Any]) -> None:
    for claim in made(300).claims:
        lines = claim.all("SV1")
        assert Decimal(claim.segments[0][2]) == sum(Decimal(line[2]) for line in lines)
        assert [segment[1] for segment in claim.all("LX")] == [str(n) for n in range(1, len(lines) + 1)]
        assert [segment[2] for segment in claim.all("REF")] == [f"{claim.id}L{n}" for n in range(1, len(lines) + 1)]
        assert len(claim.all("DTP")) == len(lines)
        diagnoses = [code.split(":")[1] for code in claim.all("HI")[0][1:]]
        assert all(re.fullmatch("[A-Z][0-9][0-9A-Z]{1,5}", code) for code in diagnoses)
        assert {int(pointer) for line in lines for pointer in line[7].split(":")} == set(range(1, len(diagnoses) + 1))
        (rendering,) = [name for name in claim.all("NM1") if name[1] == "82"]
        (taxonomy,) = claim.all("PRV")
        discipline = lines[0][1].split(":")[2]
        assert taxonomy[3] == {"GP": "225100000X", "GO": "225X00000X", "GN": "235Z00000X"}[discipline]
        referring = [name for name in claim.all("NM1") if name[1] == "DN"]
        assert len(referring) == (claim.filing == "MB")
        assert all(luhn(name[9]) for name in [rendering, *referring])
        assert all(date(2024, 7, 1) <= date.fromisoformat(s[3]) <= date(2026, 10, 31) for s in claim.all("DTP"))


def test_payers_and_levels(made: Callable[..., Any]) -> None:
    file = made(400)
    assert {claim.filing for claim in file.claims} == {"MB", "CI", "16", "CH"}
    dependents = [claim for claim in file.claims if any(s[:4:3] == ["HL", "23"] for s in claim.heading)]
    assert {claim.filing for claim in dependents} == {"CI", "CH"}
    assert all(any(s[:2] == ["NM1", "QC"] for s in claim.heading) for claim in dependents)
    billing = next(s for s in file.segments if s[:2] == ["NM1", "85"])
    assert luhn(billing[9])


def test_no_two_claims_share_what_identifies_them(made: Callable[..., Any]) -> None:
    file = made(5000)
    patients = [
        [next(s for s in claim.heading if s[0] == "NM1" and s[1] in ("QC", "IL")) for claim in file.claims],
        [next(s for s in claim.heading if s[0] == "DMG") for claim in file.claims],
    ]
    unique = {
        "claim ids": [claim.id for claim in file.claims],
        "charges": [claim.segments[0][2] for claim in file.claims],
        "names": [name[3] for name in patients[0]],
        "dates of birth": [birth[2] for birth in patients[1]],
        "member ids": [next(s for s in c.heading if s[:2] == ["NM1", "IL"])[9] for c in file.claims],
        "line controls": [ref[2] for claim in file.claims for ref in claim.all("REF")],
        "referring": [name[9] for claim in file.claims for name in claim.all("NM1") if name[1] == "DN"],
        "notes": [f"{row['note_id']} {row['code']} {row['role']}" for row in file.records],
    }
    assert {what for what, values in unique.items() if len(set(values)) != len(values)} == set()
    first_days = {min(s[3] for s in claim.all("DTP")) for claim in file.claims}
    assert len(first_days) > 280
    assert {"2024", "2025", "2026"} == {day[:4] for day in first_days}


def test_records_say_what_the_table_says(made: Callable[..., Any]) -> None:
    file = made(300)
    claims = {claim.id: claim for claim in file.claims}
    notes: dict[str, list[dict[str, str]]] = {}
    for row in file.records:
        notes.setdefault(row["note_id"], []).append(row)
    known = {(tuple(e.services), tuple((line.code, line.modifiers, line.units) for line in e.lines)) for e in EXAMPLES}
    for rows in notes.values():
        *services, total = rows
        claim = claims[rows[0]["claim_id"]]
        assert {row["signed"] for row in rows} == {"yes"}
        assert {row["service_date"] for row in rows} == {total["service_date"]}
        assert total["code"] == total["role"] == ""
        done = tuple((row["code"], row["role"], int(row["minutes"])) for row in services)
        day = total["service_date"].replace("-", "")
        billed = []
        for line, when in zip(claim.all("SV1"), claim.all("DTP"), strict=True):
            _, code, *modifiers = line[1].split(":")
            if when[3] == day:
                billed.append((code, tuple(modifiers), int(line[4])))
        assert (done, tuple(billed)) in known
        assert int(total["timed_total"]) == sum(minutes for code, _, minutes in done if code in UNIT_LIMITS)
        assert int(total["treatment_total"]) == sum(minutes for _, _, minutes in done)
        clock = [time.fromisoformat(row[column]) for row in services for column in ("start", "stop")]
        assert clock == sorted(clock)
        for row in services:
            start, stop = (time.fromisoformat(row[column]) for column in ("start", "stop"))
            assert (stop.hour - start.hour) * 60 + stop.minute - start.minute == int(row["minutes"])
            assert row["together"] == "no"
    assert len(notes) == 600


def test_no_clinician_is_in_two_places(made: Callable[..., Any]) -> None:
    days: dict[tuple[str, str], set[str]] = {}
    for row in made(3000).records:
        if row["clinician_id"]:
            days.setdefault((row["clinician_id"], row["service_date"]), set()).add(row["claim_id"])
    assert {len(claims) for claims in days.values()} == {1}


def test_notes_carry_the_minutes_where_asked(made: Callable[..., Any]) -> None:
    note, both, plain = made(80, carrier="note"), made(80, carrier="both"), made(80)
    assert note.raw == both.raw
    assert note.records == []
    assert len(both.records) > 160
    assert b"NTE*" not in plain.raw
    minutes = Counter[tuple[str, str]]()
    for row in both.records:
        if row["code"]:
            minutes[row["claim_id"], row["code"]] += int(row["minutes"])
    for claim in note.claims:
        for line, said in zip(claim.all("SV1"), claim.all("NTE"), strict=True):
            minutes[claim.id, line[1].split(":")[1]] -= int(said[2].removeprefix("MINUTES "))
    assert set(minutes.values()) == {0}


def test_generator_knows_nothing_of_the_scrubber() -> None:
    code = "import sys, benchmarks.generate; sys.exit(any(name.split('.')[0] == 'scrubber' for name in sys.modules))"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0


def test_command_line(tmp_path: Path) -> None:
    paths = [tmp_path / name for name in ("a.837", "a.csv", "a.jsonl")]
    command = [sys.executable, "-m", "benchmarks.generate", "--claims", "9", "--seed", "3", "--error-rate", "0.5"]
    command += ["--visits", "1", "--claims-per-st", "4", "--eol", "crlf", "--carrier", "both"]
    command += ["-o", str(paths[0]), "--records", str(paths[1]), "--truth", str(paths[2])]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    own = [tmp_path / name for name in ("b.837", "b.csv", "b.jsonl")]
    generate(Options(9, 3, 0.5, 1, 4, "crlf", "both"), *own)
    assert [path.read_bytes() for path in paths] == [path.read_bytes() for path in own]


@pytest.mark.parametrize(
    "wrong",
    [["--visits", "51"], ["--patients", "-1"], ["--error-rate", "1.1"], ["--claims", "-1"], ["--claims-per-st", "0"]],
    ids=str,
)
def test_options_out_of_range(tmp_path: Path, wrong: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(["--claims", "1", "--seed", "1", "-o", str(tmp_path / "a.837"), *wrong])
    assert stopped.value.code == 2
    assert list(tmp_path.iterdir()) == []
    assert "Traceback" not in capsys.readouterr().err


def test_a_claim_of_many_visits_is_filled_to_the_most_that_a_claim_holds(made: Callable[..., Any]) -> None:
    file = made(40, visits=50)
    counts = [len(claim.all("LX")) for claim in file.claims]
    assert max(counts) == 50
    assert min(counts) > 45
    assert pyx12_accepts(file.raw.decode("ascii"))


def test_claims_of_a_few_patients_in_turn(made: Callable[..., Any]) -> None:
    file = made(12, visits=1, patients=3)
    names = [next(s for s in claim.heading if s[:2] in (["NM1", "QC"], ["NM1", "IL"]))[3] for claim in file.claims]
    assert len(set(names)) == 3
    assert names[:3] == names[3:6]
    members = {(row["claim_id"], row["member_id"]) for row in file.records}
    assert len({member for _, member in members}) == 3
    assert pyx12_accepts(file.raw.decode("ascii"))
