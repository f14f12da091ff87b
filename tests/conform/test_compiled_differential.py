"""The compiled guide against pyx12 itself: transactions that hold every segment of the map, damaged in every way.

With SCRUBBER_EXHAUSTIVE=1 each element is also damaged alone and in pairs, and larger files are judged (minutes).
"""

import os
import random
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from conform.differences import INTENDED, Compared, agrees, compare, intended, ours_of, theirs_of
from conform.map_specimens import Specimen, specimens
from conform.mutations import ENVELOPE, Mutant, damaged_at_random, leaves, mutants, put, value_at
from conform.pyx12_verdicts import maps_kept
from corpus.dispositions import corpus_files, corpus_folder

from scrubber.claims.index import index
from scrubber.conform.compiled.guide import CompiledGuide, compiled_guide
from scrubber.conform.compiled.whole_file import judge_file
from scrubber.conform.overlay import lay, overlay_file, overlay_names

ROOT = Path(__file__).parents[2]
EXHAUSTIVE = bool(os.environ.get("SCRUBBER_EXHAUSTIVE"))
PARTS = 8
AT_ONCE = 200
FOLDER = corpus_folder()
UNREACHABLE = {"PWK[CT]"}
"""Segments to which no code leads: pyx12 takes every PWK of a line for the one before it in the map."""


@pytest.fixture(scope="module", autouse=True)
def _maps() -> Iterator[None]:
    with maps_kept():
        yield


@pytest.fixture(scope="module")
def guide() -> CompiledGuide:
    return compiled_guide()


@pytest.fixture(scope="module")
def made(guide: CompiledGuide) -> list[Specimen]:
    return list(specimens(guide))


def explained(cases: Iterator[Compared]) -> tuple[list[Compared], Counter[str]]:
    """All cases, after a failure for the first that neither agrees nor is an intended difference."""
    seen, why = [], Counter[str]()
    for case in cases:
        seen.append(case)
        if agrees(case):
            continue
        names = intended(case)
        assert names, f"ours {ours_of(case)}\ntheirs {theirs_of(case)} {case.crash}\n{[*case.texts]}"
        why.update(names)
    return seen, why


def tell(text: str) -> None:
    """What was compared, for who runs this with -s or -rP."""
    print(text)  # noqa: T201


def in_batches(texts: list[list[str]]) -> Iterator[Compared]:
    for first in range(0, len(texts), AT_ONCE):
        yield from compare(texts[first : first + AT_ONCE])


def test_every_segment_of_the_map_has_a_conforming_specimen(guide: CompiledGuide, made: list[Specimen]) -> None:
    transaction = next(loop for loop in guide.root.loops() if loop.id == "ST_LOOP")
    missing = set(transaction.segments()) - {specimen.node for specimen in made}
    assert {node.path.rpartition("/")[2] for node in missing} == UNREACHABLE
    assert len(made) > 370
    for case in in_batches([specimen.texts() for specimen in made]):
        assert (case.ours, case.theirs, case.crash, case.stopped) == ([], [], "", False)


@pytest.mark.parametrize("part", range(PARTS))
def test_damaged_transactions_have_the_same_verdict(part: int, made: list[Specimen]) -> None:
    own = [mutant for specimen in made[part::PARTS] for mutant in mutants(specimen)]
    seen, why = explained(in_batches([mutant.texts for mutant in own]))
    faulty = sum(bool(case.theirs) for case in seen)
    classes = {what for case in seen for what in ours_of(case)}
    tell(f"part {part}: {len(seen)} compared, {faulty} faulty, {len(classes)} classes, intended: {dict(why)}")
    assert not why  # none of these operators is about what pyx12 gets wrong
    assert faulty >= 1000  # 8 parts: far more than 5,000 faulty verdicts
    assert len(classes) >= 250


def test_every_operator_reaches_every_segment_and_element(made: list[Specimen]) -> None:
    """Each element and component that the map describes is emptied or filled, and damaged wherever it can be."""
    everything = [mutant for specimen in made for mutant in mutants(specimen)]
    touched = {(mutant.node, place) for mutant in everything for place in mutant.touched}
    for specimen in made:
        for element, place in leaves(specimen.node):
            assert (specimen.node, place) in touched, (specimen.node.path, place, element)
    whole = {"deleted", "unknown", "misplaced before it", "repeated", "trailing separator", "too many elements"}
    on = {operator: {mutant.node for mutant in everything if mutant.operator == operator} for operator in whole}
    inside = {specimen.node for specimen in made if specimen.node.id not in ENVELOPE}
    assert all(nodes == inside for nodes in on.values())
    for specimen in made:
        own = {mutant.operator for mutant in everything if mutant.node is specimen.node}
        simple = any(component is None and value_at(specimen.segments[specimen.at], (number, None))
                     for _, (number, component) in leaves(specimen.node))  # fmt: skip
        assert own >= {"unlisted", "high", "control", "spaced", "emptied"} | ({"divided"} if simple else set())


def example(old: str, new: str) -> list[str]:
    """A conforming transaction with a change."""
    text = (
        "ST*837*0001*005010X222A1~BHT*0019*00*B77*20260309*1015*CH~NM1*41*2*RIVERSIDE*****46*RR100~PER*IC*D*TE*5555550100~"
        "NM1*40*2*NORTHERN*****46*00123~HL*1**20*1~NM1*85*2*RIVERSIDE*****XX*1234567893~N3*12 MILL LANE~"
        "N4*OMAHA*NE*681010001~REF*EI*123456789~HL*2*1*22*0~SBR*P*18*******MB~NM1*IL*1*QUIMBLE*IVO****MI*K1~"
        "N3*4 OAK STREET~N4*OMAHA*NE*68102~DMG*D8*19500203*M~NM1*PR*2*NORTHERN*****PI*00123~"
        "CLM*PCN7*120***11:B:1*Y*A*Y*Y~HI*ABK:M545~LX*1~SV1*HC:97110:GP*120*UN*2***1~DTP*472*D8*20260302~NTE*ADD*SEEN~SE*24*0001"
    )
    assert old in text
    return text.replace(old, new).split("~")


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("empty segment", "NTE*", "~NTE*"),
        ("empty segment", "NTE*", " ~NTE*"),
        ("too many components", "***1~", "***1:1:1:1:1~"),
        ("too many components", ":GP*", ":GP:59:KX:CQ:X:X:X*"),
        ("two dashes in a range of dates", "D8*20260302", "RD8*20260302-20260303-20260304"),
        ("repetition", "SEEN", "SEEN^SEEN"),
        ("repetition", "*UN*2*", "*UN*2^3*"),
        ("long segment", "SEEN", "X" * 20_000),
    ],
)
def test_an_intended_difference_is_known_by_its_own_predicate_alone(name: str, old: str, new: str) -> None:
    (case,) = compare([example(old, new)])
    assert not agrees(case)
    assert case.ours
    assert intended(case) == [name]


@pytest.mark.parametrize("old", ["NTE*ADD", "***1~", "D8*20260302", "SEEN", "*UN*2*"])
def test_no_predicate_matches_where_the_two_agree(old: str) -> None:
    for new in (old, old.replace("~", "*~").replace("D8*2", "D8*3") + "X"):
        (case,) = compare([example(old, new)])
        assert agrees(case)
        assert intended(case) == []


def test_every_intended_difference_gives_its_reason() -> None:
    assert len({each.name for each in INTENDED}) == len(INTENDED)
    assert all(each.reason.startswith("pyx12 ") for each in INTENDED)


def test_composites_with_too_many_parts_are_said_and_not_a_crash(made: list[Specimen]) -> None:
    """One file for each, since pyx12 does not survive it; by default those of every third segment."""
    count = 0
    divided = [each for each in made if ":" in "".join(each.segments[each.at])]
    for specimen in divided[:: 1 if EXHAUSTIVE else 3]:
        elements = specimen.segments[specimen.at]
        for described in specimen.node.elements:
            parts = getattr(described, "children", ())
            value = value_at(elements, (described.number, None))
            if parts and value:
                texts = specimen.texts()
                changed = value + ":" * (len(parts) - value.count(":"))
                texts[specimen.at] = "*".join(put(elements, (described.number, None), changed))
                (case,) = compare([texts])
                assert intended(case) == ["too many components"]
                count += 1
    assert count >= 20


def transactions_of(source: bytes) -> list[list[str]]:
    """The professional transactions of a file as lists of segments, with the usual separators and in the A1 version."""
    found = []
    for transaction in index(source).transactions():
        if transaction.is_professional:
            element, component, repetition, terminator = transaction.group.interchange.delimiters
            text = source[transaction.start : transaction.end].decode("latin-1")
            swap = {element: "*", component: ":", terminator: "~"} | ({repetition: "^"} if repetition else {})
            texts = [each.lstrip("\r\n") for each in text.translate(str.maketrans(swap)).rstrip().split("~")]
            texts[0] = "*".join([*texts[0].split("*")[:3], "005010X222A1"])
            if not texts[-1]:
                texts.pop()
            if transaction.trailer is not None:
                found.append(texts)
    return found


def same_on(files: list[Path]) -> tuple[int, int, Counter[str]]:
    """How many transactions were compared and how many were faulty, each in a file of its own."""
    compared = faulty = 0
    why: Counter[str] = Counter()
    for path in files:
        for texts in transactions_of(path.read_bytes()):
            seen, names = explained(compare([texts]))
            why += names
            compared += len(seen)
            faulty += sum(bool(case.ours) for case in seen)
    return compared, faulty, why


def test_golden_files_have_the_same_verdict() -> None:
    compared, faulty, why = same_on(sorted((ROOT / "fixtures").glob("**/*.837")))
    tell(f"golden: {compared} transactions, {faulty} faulty, intended: {dict(why)}")
    assert compared >= 60


@pytest.mark.skipif(FOLDER is None, reason="no corpus: set SCRUBBER_CORPUS, or put shared/corpus beside the checkout")
def test_public_files_have_the_same_verdict() -> None:
    assert FOLDER is not None
    for file in corpus_files(FOLDER):
        list(judge_file(index((FOLDER / file).read_bytes())))  # a verdict for each as it is, never a crash
    compared, faulty, why = same_on([FOLDER / file for file in corpus_files(FOLDER)])
    tell(f"corpus: {compared} transactions, {faulty} faulty, intended: {dict(why)}")
    assert compared >= 50
    assert faulty >= 20


@pytest.mark.parametrize("error_rate", [0.0, 0.5])
def test_generated_files_have_the_same_verdict(tmp_path: Path, error_rate: float) -> None:
    from benchmarks.generate import Options, generate

    path = tmp_path / "claims.837"
    generate(Options(claims=1000 if EXHAUSTIVE else 40, seed=7, error_rate=error_rate, claims_per_st=10), path)
    compared, _, why = same_on([path])
    assert compared >= 4
    assert not why


@pytest.mark.parametrize("name", overlay_names())
def test_an_overlay_has_the_same_verdict(name: str, tmp_path: Path, made: list[Specimen]) -> None:
    """What conforms to the guide alone need not conform to an overlay; both judges go by it."""
    lay(overlay_file(name), tmp_path)
    texts = [specimen.texts() for specimen in made]
    texts += [mutant.texts for specimen in made[:: 1 if EXHAUSTIVE else 20] for mutant in mutants(specimen)]
    batches = (texts[first : first + AT_ONCE] for first in range(0, len(texts), AT_ONCE))
    seen, why = explained(case for batch in batches for case in compare(batch, tmp_path))
    narrowed = sum(bool(case.ours) for case in seen[: len(made)])
    tell(f"{name}: {narrowed} of {len(made)} specimens faulty, {sum(bool(case.ours) for case in seen)} of all")
    assert narrowed
    assert not why


@pytest.mark.parametrize("seed", range(10 if EXHAUSTIVE else 2))
def test_transactions_damaged_at_random_have_the_same_verdict(seed: int, made: list[Specimen]) -> None:
    chosen = random.Random(seed)
    texts = [damaged_at_random(chosen, made) for _ in range(2000 if EXHAUSTIVE else 200)]
    seen, why = explained(each for first in range(0, len(texts), 50) for each in compare(texts[first : first + 50]))
    tell(f"seed {seed}: {sum(bool(case.ours) for case in seen)} of {len(seen)} faulty, intended: {dict(why)}")
    assert sum(bool(case.ours) for case in seen) > len(seen) * 0.8


def test_the_documentation_lists_every_intended_difference() -> None:
    rows = (ROOT / "docs" / "compiled-guide.md").read_text(encoding="utf-8")
    for each in INTENDED:
        assert f"| {each.name} |" in rows


@pytest.mark.skipif(not EXHAUSTIVE, reason="minutes: set SCRUBBER_EXHAUSTIVE=1")
@pytest.mark.parametrize("part", range(PARTS))
def test_mutants_of_mutants_have_the_same_verdict(part: int, made: list[Specimen]) -> None:
    """Two faults in one transaction, in any two of its segments."""
    chosen = random.Random(part)
    doubles = []
    for specimen in made[part::PARTS]:
        for first in mutants(specimen):
            second = chosen.choice(made)
            changed = list(first.texts)
            place = chosen.randrange(1, len(changed) - 1)
            changed[place : place + chosen.randrange(2)] = [second.texts()[second.at]]
            if not any(text.startswith(("ST*", "SE*")) for text in changed[1:-1]):
                doubles.append(changed)
    seen, _ = explained(in_batches(doubles))
    tell(f"part {part}: {len(seen)} pairs, {sum(bool(case.ours) for case in seen)} faulty")


def test_a_mutant_is_what_it_says() -> None:
    """The counts above mean something: a mutant differs from its specimen."""
    specimen = next(each for each in specimens(compiled_guide()) if each.node.id == "SV1")
    for mutant in mutants(specimen):
        assert isinstance(mutant, Mutant)
        assert mutant.texts != specimen.texts()
