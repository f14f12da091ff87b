"""The truth file against the file it speaks of, and both against the clean file of the same seed."""

from collections import Counter
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

RULES = {
    "units_high": "U101",
    "units_low": "U102",
    "missing_gp": "M201",
    "missing_cq": "M204",
    "repeated_modifier": "M210",
    "pair_no_59": "N302",
    "pair_never": "N301",
    "zero_units": "U111",
    "unbalanced": "E501",
    "repeated_claim": "C405",
    "wrong_count": "E502",
}


@pytest.fixture(scope="module")
def files(made: Callable[..., Any]) -> tuple[Any, Any]:
    """A broken file and the clean one of the same seed, in small transactions so that many can be miscounted."""
    return made(3000, error_rate=0.3, claims_per_st=40), made(3000, claims_per_st=40)


def split(sv1: list[str]) -> tuple[str, list[str], int, Decimal]:
    _, code, *modifiers = sv1[1].split(":")
    return code, modifiers, int(sv1[4]), Decimal(sv1[2])


def test_every_kind_is_made_and_often(files: tuple[Any, Any]) -> None:
    made = Counter(fault["fault"] for fault in files[0].truth)
    assert set(made) == set(RULES)
    assert min(made.values()) >= 40
    assert all(fault["rule"] == RULES[fault["fault"]] for fault in files[0].truth)


def test_some_claims_are_broken_in_two_ways(files: tuple[Any, Any]) -> None:
    ways = Counter(fault["claim"] for fault in files[0].truth if fault["claim"] and fault["occurrence"] == 1)
    assert set(ways.values()) == {1, 2}
    assert sum(count == 2 for count in ways.values()) > 80
    same_line = Counter((fault["claim"], fault["line"]) for fault in files[0].truth if fault["line"])
    assert 2 in same_line.values()
    assert 850 < len(files[0].truth) - sum(count == 2 for count in ways.values()) < 950


def test_clean_file_has_no_truth(files: tuple[Any, Any]) -> None:
    assert files[1].truth == []


def test_claims_that_truth_does_not_name_are_the_clean_ones(files: tuple[Any, Any]) -> None:
    broken, clean = files
    named = {fault["claim"] for fault in broken.truth if fault["occurrence"] == 1}
    before = {claim.id: claim for claim in clean.claims}
    for claim in broken.claims:
        assert (claim.text == before[claim.id].text) == (claim.id not in named)
        assert [s[3:] for s in claim.heading if s[0] == "NM1"] == [
            s[3:] for s in before[claim.id].heading if s[0] == "NM1"
        ]


def test_positions_and_places(files: tuple[Any, Any]) -> None:
    broken, _ = files
    seen: Counter[str] = Counter()
    occurrences = []
    for claim in broken.claims:
        seen[claim.id] += 1
        occurrences.append(seen[claim.id])
    for fault in broken.truth:
        if fault["claim"] is None:
            continue
        claim = broken.claims[fault["position"] - 1]
        assert (claim.id, claim.transaction) == (fault["claim"], fault["transaction"])
        assert occurrences[fault["position"] - 1] == fault["occurrence"]
        if fault["line"]:
            assert claim.all("REF")[fault["line"] - 1][2] == fault["control"]


def test_each_fault_is_there(files: tuple[Any, Any]) -> None:
    broken, clean = files
    before = {claim.id: claim for claim in clean.claims}
    for fault in broken.truth:
        if fault["line"] is None:
            continue
        claim = broken.claims[fault["position"] - 1]
        code, modifiers, units, charge = split(claim.all("SV1")[fault["line"] - 1])
        old = before[claim.id].all("SV1")
        if fault["fault"] == "pair_never":
            assert (code, fault["line"], units) == ("97124", len(old) + 1, 1)
            same_day = claim.all("DTP")[fault["line"] - 1]
            lines = zip(claim.all("SV1"), claim.all("DTP"), strict=True)
            assert "97140" in {split(line)[0] for line, day in lines if day == same_day}
            rows = [row for row in broken.records if (row["claim_id"], row["code"]) == (claim.id, "97124")]
            assert [row["minutes"] for row in rows if row["service_date"].replace("-", "") == same_day[3]] == ["15"]
            continue
        old_code, old_modifiers, old_units, old_charge = split(old[fault["line"] - 1])
        assert code == old_code
        match fault["fault"]:
            case "units_high":
                assert old_units < units <= old_units + 2
                assert charge * old_units == old_charge * units
            case "units_low":
                assert 0 < units == old_units - 1
                assert charge * old_units == old_charge * units
            case "zero_units":
                assert (units, charge) == (0, old_charge)
            case "missing_gp":
                assert set(old_modifiers) - set(modifiers) == {old_modifiers[0]}
                assert claim.filing == "MB"
            case "missing_cq":
                assert set(old_modifiers) - set(modifiers) == {old_modifiers[1]}
                assert old_modifiers[1] in ("CQ", "CO")
            case "repeated_modifier":
                assert modifiers == [modifiers[0], *old_modifiers]
            case "pair_no_59":
                assert [*modifiers, "59"] == old_modifiers
            case _:
                pytest.fail(f"no line belongs to {fault['fault']}")


def test_balance_is_broken_only_where_truth_says(files: tuple[Any, Any]) -> None:
    broken, _ = files
    off = {
        place
        for place, claim in enumerate(broken.claims, 1)
        if Decimal(claim.segments[0][2]) != sum(Decimal(line[2]) for line in claim.all("SV1"))
    }
    assert off == {fault["position"] for fault in broken.truth if fault["fault"] == "unbalanced"}


def test_right_segment_is_the_clean_one_unless_a_person_has_to_mend_the_line_too(files: tuple[Any, Any]) -> None:
    broken, clean = files
    before = {claim.id: claim for claim in clean.claims}
    by_line: dict[tuple[str, int], list[dict[str, Any]]] = {}
    for fault in broken.truth:
        if fault["line"]:
            by_line.setdefault((fault["claim"], fault["line"]), []).append(fault)
    compared = 0
    for (claim, line), faults in by_line.items():
        rights = {fault["right"] for fault in faults}
        if None not in rights:
            assert rights == {"*".join(before[claim].all("SV1")[line - 1])}
            compared += 1
    assert compared > 200


def test_dispositions(files: tuple[Any, Any]) -> None:
    broken, _ = files
    claims: dict[tuple[str, int], list[dict[str, Any]]] = {}
    for fault in broken.truth:
        if fault["claim"]:
            claims.setdefault((fault["claim"], fault["occurrence"]), []).append(fault)
    person = {"pair_no_59", "pair_never", "zero_units", "unbalanced", "repeated_claim"}
    mended = {"missing_gp", "missing_cq", "repeated_modifier"}
    for faults in claims.values():
        (disposition,) = {fault["disposition"] for fault in faults}
        kinds = {fault["fault"] for fault in faults}
        unclear = any(fault["fault"] == "units_high" and fault["right"] is None for fault in faults)
        if kinds & person or unclear:
            assert disposition == "held"
        elif kinds & mended or "units_high" in kinds:
            assert disposition == "corrected"
        else:
            assert disposition == "unchanged"
    assert any(f["fault"] == "units_high" and f["right"] is None for f in broken.truth), "a tie leaves two ways down"


def test_a_repeated_claim_is_the_same_claim_again_later(files: tuple[Any, Any]) -> None:
    broken, _ = files
    first: dict[str, Any] = {}
    repeated = []
    for place, claim in enumerate(broken.claims, 1):
        if claim.id in first:
            assert claim.text == first[claim.id].text
            repeated.append(place)
        first.setdefault(claim.id, claim)
    assert repeated == [fault["position"] for fault in broken.truth if fault["fault"] == "repeated_claim"]


def test_wrong_counts(files: tuple[Any, Any]) -> None:
    broken, _ = files
    right = {fault["transaction"]: fault["right"] for fault in broken.truth if fault["fault"] == "wrong_count"}
    wrong = set()
    for place, segment in enumerate(broken.segments):
        if segment[0] == "ST":
            start = place
        if segment[0] == "SE" and segment[1] != str(place - start + 1):
            wrong.add(segment[2])
            assert right[segment[2]] == f"SE*{place - start + 1}*{segment[2]}"
    assert wrong == set(right)


def test_without_records_nothing_of_an_assistant_is_broken_and_units_are_for_a_person(made: Callable[..., Any]) -> None:
    truth = made(2000, error_rate=0.5, carrier="note").truth
    kinds = {fault["fault"] for fault in truth}
    assert kinds == set(RULES) - {"missing_cq"}
    assert {fault["right"] for fault in truth if fault["fault"] == "units_high"} == {None}
    evaluations = {
        fault["right"].split(":")[1][:5] for fault in truth if fault["fault"] == "missing_gp" and fault["right"]
    }
    assert evaluations
    assert all(code.startswith(("9716", "9252")) for code in evaluations)
