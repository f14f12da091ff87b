"""Malformed input: what must come out of files that are not what they should be.

Each input is made from one clean file of two claims, so that exactly one thing is odd about it. ``SAME`` inputs are odd
but whole: they go out byte for byte, those of ``DEPARTING`` only where nothing but changed claims is judged by the
guide, and else they are held as they are. ``REFUSED`` ones are exit 2: nothing is written, the message names the file.
``KEPT`` ones may go out or be held, but every claim is in exactly one of the two files. The contract leaves it open
whether ``READ_OR_REFUSED`` ones are read; either way nothing is lost.
"""

import json
import random
from pathlib import Path
from typing import Any, NamedTuple

import counting
import pytest
from click.testing import CliRunner

from scrubber.cli.main import main

ISA = "ISA*00*          *00*          *ZZ*LARK01         *ZZ*PRAIRIE1       *261012*0930*^*00501*000000101*0*T*:"
HEADING = """\
GS*HC*LARK01*PRAIRIE1*20261012*0930*101*X*005010X222A1
ST*837*0001*005010X222A1
BHT*0019*00*BATCH01*20261012*0930*CH
NM1*41*2*LARKSPUR REHAB CLINIC*****46*LARK01
PER*IC*BILLING OFFICE*TE*5635550142
NM1*40*2*PRAIRIE CLEARING*****46*PRAIRIE1
HL*1**20*1
PRV*BI*PXC*261QR0400X
NM1*85*2*LARKSPUR REHAB CLINIC*****XX*1999887718
N3*300 FOUNDRY STREET
N4*DUBUQUE*IA*520014501
REF*EI*421234567"""
CLAIM = """\
HL*{level}*1*22*0
SBR*P*18*******MB
NM1*IL*1*{name}*MERRITT****MI*3AA0AA0AA{level}1
N3*14 QUARRY LANE
N4*DUBUQUE*IA*520010000
DMG*D8*19480312*F
NM1*PR*2*MEDICARE PART B*****PI*00123
CLM*MF{level}*40.00***11:B:1*Y*A*Y*Y
HI*ABK:M25561
NM1*DN*1*FENWICK*AUGUST****XX*1999887742
NM1*82*1*TEALE*ROWAN****XX*1999887726
PRV*PE*PXC*225100000X
LX*1
SV1*HC:97110:GP*40.00*UN*1***1
DTP*472*D8*20261006
REF*6R*MF{level}A"""
RECORDS = """\
note_id,claim_id,service_date,discipline,code,minutes,role,signed
N-1,MF2,2026-10-06,PT,97110,15,PT,yes
N-2,MF3,2026-10-06,PT,97110,15,PT,yes
"""


def segments() -> list[str]:
    """The clean file, one segment an entry, without terminators."""
    body = [HEADING, CLAIM.format(level=2, name="ASHDOWN"), CLAIM.format(level=3, name="BRINDLE")]
    inner = "\n".join(body).split("\n")
    return [ISA, *inner, f"SE*{len(inner)}*0001", "GE*1*101", "IEA*1*000000101"]


def joined(terminator: str = "~", end: str = "\n", element: str = "*", component: str = ":") -> bytes:
    own = str.maketrans({"*": element, ":": component})
    return "".join(segment.translate(own) + terminator + end for segment in segments()).encode("latin-1")


CLEAN = joined()


def second() -> bytes:
    """Another interchange, with other delimiters and line ends, of other patients."""
    other = joined("'", "\r\n", "|", ">").replace(b"|MF", b"|MG").replace(b"3AA0AA0AA", b"4AA0AA0AA")
    return other.replace(b"000000101", b"000000102").replace(b"|101'", b"|102'").replace(b"|101|", b"|102|")


def without(data: bytes, identifier: bytes) -> bytes:
    """The bytes less every line that begins with the identifier."""
    return b"".join(line for line in data.splitlines(keepends=True) if not line.startswith(identifier))


def bytes_of_chance(size: int) -> bytes:
    return random.Random(837).randbytes(size)


def without_claims() -> bytes:
    start, stop = CLEAN.index(b"HL*2"), CLEAN.index(b"SE*")
    kept = (CLEAN[:start] + CLEAN[stop:]).replace(b"HL*1**20*1", b"HL*1**20*0")
    return kept.replace(f"SE*{len(segments()) - 4}*".encode(), b"SE*12*")


def without_lines() -> bytes:
    start = CLEAN.index(b"LX*1")
    return CLEAN[:start] + CLEAN[CLEAN.index(b"HL*3") :]


def other_transaction(kind: str, group: str, version: str) -> bytes:
    lines = [
        ISA,
        f"GS*{group}*LARK01*PRAIRIE1*20261012*0930*101*X*{version}",
        f"ST*{kind}*0001*{version}",
        "BHT*0022*13*10001234*20261012*1319",
        "SE*3*0001",
        "GE*1*101",
        "IEA*1*000000101",
    ]
    return "".join(line + "~\n" for line in lines).encode()


SAME: dict[str, bytes] = {
    "line feed": CLEAN,
    "carriage return and line feed": joined(end="\r\n"),
    "no line ends": joined(end=""),
    "newline as terminator": joined(terminator="\n", end=""),
    "carriage return as terminator": joined(terminator="\r", end=""),
    "carriage return as terminator, line feed after it": joined(terminator="\r", end="\n"),
    "blank lines": joined(end="\n\n"),
    "spaces after the terminator": joined(end="   \n"),
    "spaces before segments": joined(end="\n    "),
    "empty segments": CLEAN.replace(b"HI*", b"~\nHI*").replace(b"LX*1~", b"LX*1~~"),
    "trailing empty elements": CLEAN.replace(b"***1~", b"***1***~").replace(b"LX*1~", b"LX*1**~"),
    "trailing empty components": CLEAN.replace(b"HC:97110:GP*", b"HC:97110:GP::*"),
    "byte order mark": b"\xef\xbb\xbf" + CLEAN,
    "blank lines before ISA": b"\r\n\r\n" + CLEAN,
    "text before ISA": b"outgoing batch\n" + CLEAN,
    "blank lines after IEA": CLEAN + b"\r\n\r\n",
    "control Z after IEA": CLEAN + b"\x1a",
    "text after IEA": CLEAN + b"end of batch\n",
    "no line end at the very end": CLEAN.rstrip(b"\n"),
    "two interchanges with different delimiters": CLEAN + second(),
    "bytes between two interchanges": CLEAN + b"\n-- next --\n" + second(),
    "high byte in a name": CLEAN.replace(b"ASHDOWN", b"ASHD\xd6WN"),
    "UTF-8 in a name": CLEAN.replace(b"ASHDOWN", "ASHDÖWN".encode()),
    "unusual delimiters": joined("\x1c", "", "\x1d", "\x1f"),
    "version X222": CLEAN.replace(b"005010X222A1", b"005010X222"),
    "version X222A2": CLEAN.replace(b"005010X222A1", b"005010X222A2"),
    "no claim at all": without_claims(),
}

DEPARTING = {
    "spaces after the terminator": "G601",
    "spaces before segments": "G601",
    "empty segments": "G601",
    "trailing empty elements": "G613",
    "high byte in a name": "G616",
    "UTF-8 in a name": "G616",
    "no claim at all": "G603",
}
"""Those that depart from the guide, for pyx12 too, with a rule that says so."""

REFUSED: dict[str, bytes] = {
    "no bytes": b"",
    "white space": b" \r\n\t\r\n",
    "only a byte order mark": b"\xef\xbb\xbf",
    "text": b"Dear Sir or Madam,\nplease find the claims enclosed.\n",
    "starts at ST": CLEAN[CLEAN.index(b"ST*837") :],
    "PDF": b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n" + bytes_of_chance(2000),
    "ZIP": b"PK\x03\x04" + bytes_of_chance(2000),
    "UTF-16": CLEAN.decode("latin-1").encode("utf-16"),
    "zeros": bytes(5000),
    "binary after the letters ISA": b"ISA" + bytes_of_chance(2000),
    "ISA and nothing else": (ISA + "~").encode(),
    "half an ISA": ISA.encode()[:50],
    "no IEA": without(CLEAN, b"IEA"),
    "no GE, no IEA": without(without(CLEAN, b"IEA"), b"GE"),
    "cut in the middle of a claim": CLEAN[: CLEAN.index(b"DTP*472") + 9],
    "last of two interchanges without IEA": CLEAN + without(second(), b"IEA"),
    "eligibility inquiry": other_transaction("270", "HS", "005010X279A1"),
    "payment": other_transaction("835", "HP", "005010X221A1"),
    "acknowledgment": other_transaction("999", "FA", "005010X231A1"),
    "institutional claims": CLEAN.replace(b"005010X222A1", b"005010X223A2"),
    "dental claims": CLEAN.replace(b"005010X222A1", b"005010X224A2"),
    "version 4010": CLEAN.replace(b"005010X222A1", b"004010X098A1").replace(b"*00501*", b"*00401*"),
}

KEPT: dict[str, bytes] = {
    "ISA16 disagrees with the body": CLEAN.replace(b"*T*:~", b"*T*>~"),
    "ISA11 is another delimiter": CLEAN.replace(b"*0930*^*00501", b"*0930*:*00501"),
    "SE missing": without(CLEAN, b"SE"),
    "GE missing": without(CLEAN, b"GE"),
    "ST missing in the first interchange": without(CLEAN, b"ST") + second(),
    "GS missing in the second interchange": CLEAN + without(second(), b"GS"),
    "IEA missing in the first interchange": without(CLEAN, b"IEA") + second(),
    "SE02 disagrees": CLEAN.replace(b"*0001~\nGE", b"*0002~\nGE"),
    "GE02 disagrees": CLEAN.replace(b"GE*1*101", b"GE*1*999"),
    "IEA02 disagrees": CLEAN.replace(b"IEA*1*000000101", b"IEA*1*000000999"),
    "counts that are no numbers": CLEAN.replace(b"GE*1*", b"GE*one*").replace(b"IEA*1*", b"IEA**"),
    "HL parent that is not there": CLEAN.replace(b"HL*3*1*", b"HL*3*9*"),
    "HL without numbers": CLEAN.replace(b"HL*2*1*22*0", b"HL***22*0"),
    "CLM without elements": CLEAN.replace(b"CLM*MF2*40.00***11:B:1*Y*A*Y*Y", b"CLM"),
    "CLM02 is no amount": CLEAN.replace(b"CLM*MF2*40.00", b"CLM*MF2*forty"),
    "SV1 without elements": CLEAN.replace(b"SV1*HC:97110:GP*40.00*UN*1***1", b"SV1", 1),
    "claim without lines": without_lines(),
    "date that is none": CLEAN.replace(b"DTP*472*D8*20261006", b"DTP*472*D8*20261345", 1),
    "five modifiers and more": CLEAN.replace(b"HC:97110:GP*", b"HC:97110:GP:59:76:77:CQ:KX:GP:GP*", 1),
    "zero bytes in a name": CLEAN.replace(b"ASHDOWN", b"ASH\x00\x00WN"),
    "a segment of a megabyte": CLEAN.replace(b"LX*1~", b"NTE*ADD*" + b"A" * 1_000_000 + b"~\nLX*1~", 1),
    "two hundred empty segments": CLEAN.replace(b"LX*1~", b"~" * 200 + b"LX*1~", 1),
    "lower-case identifiers": CLEAN.replace(b"\nLX*", b"\nlx*"),
    "the same interchange twice": CLEAN + CLEAN,
    "an 837I transaction beside": CLEAN + second().replace(b"005010X222A1", b"005010X223A2"),
}

READ_OR_REFUSED: dict[str, bytes] = {
    "ISA one byte short": CLEAN.replace(b"LARK01         *", b"LARK01        *", 1),
    "ISA one byte long": CLEAN.replace(b"LARK01         *", b"LARK01          *", 1),
    "IEA cut before the last byte of IEA02": CLEAN[: CLEAN.rindex(b"000000101") + 8],
    "IEA without terminator": CLEAN.removesuffix(b"~\n"),
    "ISA without padding": CLEAN.replace(b" " * 10, b"").replace(b"LARK01         *", b"LARK01*"),
}


class Run(NamedTuple):
    """What one run left; ``corrected``, ``held`` and ``report`` are None when there is no such file."""

    exit: int
    said: str
    written: list[str]
    source: bytes
    corrected: bytes | None
    held: bytes | None
    report: Any
    journal: Path


def scrub(source: bytes, folder: Path) -> Run:
    """The command line in this process, over ``source`` as batch7.837. Fails on a traceback."""
    target = folder / "batch7.837"
    target.write_bytes(source)
    records = folder / "records.csv"
    records.write_text(RECORDS, encoding="utf-8")
    out = folder / "out"
    args = ["scrub", str(target), "--records", str(records), "--out", str(out), "--today", "2026-11-22"]
    result = CliRunner().invoke(main, args)
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    assert target.read_bytes() == source, "the original was changed"
    written = sorted(path.name for path in out.iterdir()) if out.is_dir() else []

    def read(name: str) -> bytes | None:
        return (out / name).read_bytes() if name in written else None

    report = read("batch7.report.json")
    return Run(
        exit=result.exit_code,
        said=result.output,
        written=written,
        source=source,
        corrected=read("batch7.corrected.837"),
        held=read("batch7.held.837"),
        report=None if report is None else json.loads(report),
        journal=out / "batch7.journal.jsonl",
    )


def check_refused(run: Run) -> None:
    assert run.exit == 2, run.said
    assert run.written == []
    assert "batch7.837" in run.said
    assert "Traceback" not in run.said


def check_whole(run: Run) -> None:
    """Every claim came out once, the journal replays, and the exit code says whether one is held."""
    assert run.exit in (0, 1), run.said
    assert counting.partitions(run.source, run.corrected, run.held)
    held = len(counting.claims(run.held))
    assert run.exit == int(held > 0), run.said
    totals = run.report["totals"]
    assert totals["claims"] == totals["unchanged"] + totals["corrected"] + totals["held"]
    replayed = CliRunner().invoke(main, ["audit", str(run.journal)])
    assert replayed.exit_code == 0, replayed.output


def test_the_clean_file_is_clean() -> None:
    assert not counting.faults(CLEAN)
    assert not counting.faults(second())
    assert [claim.id for claim in counting.claims(CLEAN + second())] == ["MF2", "MF3", "MG2", "MG3"]


@pytest.mark.parametrize("name", SAME)
def test_odd_but_whole_has_no_fault_in_its_envelopes(name: str) -> None:
    assert not counting.faults(SAME[name])


@pytest.mark.parametrize("name", [*SAME, *KEPT, *REFUSED, *READ_OR_REFUSED])
def test_each_input_differs_from_the_clean_file(name: str) -> None:
    made = {**SAME, **KEPT, **REFUSED, **READ_OR_REFUSED}[name]
    assert (made == CLEAN) == (name == "line feed")


@pytest.mark.parametrize("name", SAME)
def test_odd_but_whole_goes_out_byte_for_byte(name: str, tmp_path: Path) -> None:
    if name in DEPARTING:
        (tmp_path / "scrubber.toml").write_text('conformance = "changed"\n', encoding="utf-8")
    run = scrub(SAME[name], tmp_path)
    assert run.exit == 0, run.said
    assert run.corrected == run.source
    assert run.held is None
    check_whole(run)


@pytest.mark.parametrize("name", DEPARTING)
def test_what_departs_from_the_guide_is_held_as_it_is(name: str, tmp_path: Path) -> None:
    run = scrub(SAME[name], tmp_path)
    assert run.exit == 1, run.said
    own = [claim.own for claim in counting.claims(run.source)]
    corrected, held = counting.claims(run.corrected), counting.claims(run.held)
    assert {claim.own for claim in (*corrected, *held)} == set(own)
    said = [*run.report["findings"], *(one for claim in run.report["claims"] for one in claim["findings"])]
    assert DEPARTING[name] in {one["rule"] for one in said}
    assert len(held) == sum(claim["disposition"] == "held" for claim in run.report["claims"])


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_scrubbed_is_refused(name: str, tmp_path: Path) -> None:
    check_refused(scrub(REFUSED[name], tmp_path))


@pytest.mark.parametrize(
    ("name", "word"),
    [
        ("eligibility inquiry", "005010X279A1"),
        ("payment", "005010X221A1"),
        ("acknowledgment", "005010X231A1"),
        ("institutional claims", "005010X223A2"),
        ("dental claims", "005010X224A2"),
        ("version 4010", "004010X098A1"),
    ],
)
def test_the_message_names_what_the_file_is_instead(name: str, word: str, tmp_path: Path) -> None:
    assert word in scrub(REFUSED[name], tmp_path).said


@pytest.mark.parametrize("name", KEPT)
def test_wrong_input_loses_no_claim(name: str, tmp_path: Path) -> None:
    check_whole(scrub(KEPT[name], tmp_path))


@pytest.mark.parametrize("name", READ_OR_REFUSED)
def test_what_the_contract_leaves_open_is_read_or_refused(name: str, tmp_path: Path) -> None:
    run = scrub(READ_OR_REFUSED[name], tmp_path)
    if run.exit == 2:
        check_refused(run)
    else:
        check_whole(run)


@pytest.mark.parametrize("name", ["SE02 disagrees", "GE02 disagrees", "IEA02 disagrees", "SE missing", "GE missing"])
def test_a_broken_envelope_is_named_and_its_claims_are_held(name: str, tmp_path: Path) -> None:
    run = scrub(KEPT[name], tmp_path)
    assert run.exit == 1, run.said
    assert "E503" in {one["rule"] for one in run.report["findings"]}
    assert [claim.id for claim in counting.claims(run.held)] == ["MF2", "MF3"]
    assert run.corrected is None


def test_the_first_interchange_without_iea_is_held_and_the_second_goes_out(tmp_path: Path) -> None:
    run = scrub(KEPT["IEA missing in the first interchange"], tmp_path)
    assert run.exit == 1, run.said
    assert [claim.id for claim in counting.claims(run.held)] == ["MF2", "MF3"]
    assert run.corrected is not None
    assert run.corrected.endswith(second())


@pytest.mark.parametrize("name", ["text after IEA", "bytes between two interchanges"])
def test_bytes_that_are_no_interchange_are_said(name: str, tmp_path: Path) -> None:
    run = scrub(SAME[name], tmp_path)
    assert "E508" in {one["rule"] for one in run.report["findings"]}


@pytest.mark.parametrize("name", ["blank lines after IEA", "carriage return and line feed", "blank lines"])
def test_white_space_is_not_trailing_data(name: str, tmp_path: Path) -> None:
    run = scrub(SAME[name], tmp_path)
    assert run.report["findings"] == []


def test_an_837i_beside_is_held_and_named(tmp_path: Path) -> None:
    run = scrub(KEPT["an 837I transaction beside"], tmp_path)
    assert run.exit == 1, run.said
    assert run.corrected == CLEAN
    assert [claim.id for claim in counting.claims(run.held)] == ["MG2", "MG3"]
    assert "E510" in {one["rule"] for one in run.report["findings"]}
