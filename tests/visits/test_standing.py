"""Which claims count: voids, replaced originals and copies stand outside every pool, and each payer has its own."""

from dataclasses import replace

import pytest
from rules.specimen import OTHER_MEMBER, Bill, patient, patients

from scrubber.visits.standing import payer_key, repeated, repeated_lines, replaced, replacements

MORE = ("SV1*HC:97140:GP*38*UN*1***1",)
SECONDARY = {"sequence": "S", "payer": "60054", "filing": "CI"}


def counted(*bills: Bill) -> list[int]:
    return [claim.ordinal for claim in patient(bills).counted]


def pools(*bills: Bill) -> list[list[int]]:
    return [[claim.ordinal for claim in visit.claims] for visit in patient(bills).visits]


def test_payer_and_place_in_the_order_of_payers() -> None:
    claims = patient([Bill(), Bill(number="PCN2", sequence="S"), Bill(number="PCN3", payer="60054")]).claims
    assert [payer_key(claim) for claim in claims] == [("00123", "P"), ("00123", "S"), ("60054", "P")]


def test_claims_of_one_payer_share_a_pool() -> None:
    assert pools(Bill(), Bill(number="PCN2", lines=MORE)) == [[0, 1]]


@pytest.mark.parametrize(
    "other", [{"sequence": "S"}, {"payer": "60054"}, SECONDARY, {"lines": ("SV1*HC:97110:GO*80*UN*2***1",)}]
)
def test_another_payer_place_or_discipline_has_its_own_pool(other: dict[str, object]) -> None:
    second = replace(Bill(number="PCN2", lines=MORE), **other)  # type: ignore[arg-type]
    assert pools(Bill(), second) == [[0], [1]]


def test_another_day_has_its_own_pool() -> None:
    line = "SV1*HC:97110:GP*80*UN*2***1"
    assert pools(Bill(lines=(line, f"{line} | DTP*472*D8*20260303"))) == [[0], [0]]


def test_a_span_of_days_is_in_no_pool() -> None:
    assert pools(Bill(lines=("SV1*HC:97110:GP*80*UN*2***1 | DTP*472*RD8*20260302-20260304",))) == []
    assert pools(Bill(lines=("SV1*HC:97110:GP*80*UN*2***1 | DTP*472*RD8*20260302-20260302",))) == [[0]]


def test_a_void_is_in_no_pool_and_leaves_its_original_alone() -> None:
    assert counted(Bill(), Bill(frequency="8")) == [0]
    assert pools(Bill(frequency="8", head=("REF*F8*ICN1",))) == []


@pytest.mark.parametrize(
    "newer",
    [
        Bill(frequency="7"),
        Bill(frequency="7", head=("REF*F8*ICN20261",)),
        Bill(number="PCN1R", frequency="7", head=("REF*F8*PCN1",)),
    ],
    ids=["by its number", "by its number, whatever the reference", "by its reference"],
)
@pytest.mark.parametrize("first", [True, False])
def test_a_replacement_takes_the_place_of_the_original(newer: Bill, first: bool) -> None:
    bills = [newer, Bill()] if first else [Bill(), newer]
    claims = patient(bills).claims
    assert replaced(claims) == {bills.index(Bill())}
    assert counted(*bills) == [bills.index(newer)]


def test_a_replacement_of_another_payer_or_number_replaces_nothing() -> None:
    assert counted(Bill(), Bill(frequency="7", payer="60054")) == [0, 1]
    assert counted(Bill(), Bill(number="PCN2", frequency="7", head=("REF*F8*ICN1",))) == [0, 1]


def test_of_two_replacements_none_replaces_the_other() -> None:
    assert counted(Bill(), Bill(frequency="7"), Bill(frequency="7")) == [1, 2]


def test_later_copies_of_a_claim() -> None:
    bills = [
        Bill(),
        Bill(number="PCN2"),
        Bill(number="PCN3"),
        Bill(number="PCN4", lines=("SV1*HC:97110:GP*81*UN*2***1",)),
    ]
    assert repeated(patient(bills).claims) == {1: 0, 2: 0}
    assert counted(*bills) == [0, 3]


@pytest.mark.parametrize(
    "other",
    [
        {"lines": ("SV1*HC:97110:GP*80*UN*2***1", "SV1*HC:97140:GP*38*UN*1***1")},
        {"lines": ("SV1*HC:97110:GP*80*UN*3***1",)},
        {"lines": ("SV1*HC:97110:GP:59*80*UN*2***1",)},
        {"lines": ("SV1*HC:97112:GP*80*UN*2***1",)},
        {"lines": ("SV1*HC:97110:GP*80*UN*2***1 | DTP*472*D8*20260303",)},
        {"frequency": "7"},
        {"frequency": "8"},
        {"sequence": "S"},
        {"payer": "60054"},
    ],
)
def test_what_is_no_copy(other: dict[str, object]) -> None:
    assert repeated(patient([Bill(), replace(Bill(number="PCN2"), **other)]).claims) == {}  # type: ignore[arg-type]


def test_claims_without_lines_are_no_copies() -> None:
    assert repeated(patient([Bill(lines=()), Bill(lines=())]).claims) == {}


def test_another_member_is_another_patient() -> None:
    found, _ = patients([Bill(), Bill(member=OTHER_MEMBER)])
    assert [[claim.ordinal for claim in each.claims] for each in found] == [[0], [1]]
    assert [each.copies for each in found] == [{}, {}]


def test_a_claim_without_a_number_is_named_by_none() -> None:
    assert replaced(patient([Bill(number=""), Bill(number="", frequency="7")]).claims) == set()


def test_a_void_is_not_replaced() -> None:
    assert replaced(patient([Bill(frequency="8"), Bill(frequency="7")]).claims) == set()


def test_copies_are_found_behind_claims_that_are_none() -> None:
    assert repeated(patient([Bill(frequency="8"), Bill(), Bill(number="PCN2")]).claims) == {2: 1}


LINE = "SV1*HC:97110:GP*80*UN*2***1"
NO_DAY, NO_CODE = f"{LINE} | DTP*472*D8*2026", "SV1*HC*80*UN*2***1"


@pytest.mark.parametrize(
    ("claims", "repeats"),
    [
        (((LINE,), MORE), {}),
        (((LINE, LINE, LINE),), {(0, 2): (0, 1), (0, 3): (0, 1)}),
        (((LINE,), (MORE[0], LINE)), {(1, 2): (0, 1)}),
        (((LINE, LINE.replace("GP", "GP:59"), LINE),), {(0, 3): (0, 1)}),
        (((LINE, LINE.replace("GP", "GP:76"), LINE.replace("GP", "GP:XS")),), {}),
        (((LINE, LINE.replace("GP", "GP:LT")),), {}),
        (((NO_DAY, NO_DAY, LINE, LINE),), {(0, 4): (0, 3)}),
        (((NO_CODE, NO_CODE, LINE, LINE),), {(0, 4): (0, 3)}),
        (((LINE, f"{LINE} | DTP*472*D8*20260303"),), {}),
        (((f"{LINE} | DTP*472*RD8*20260302-20260304",) * 2,), {(0, 2): (0, 1)}),
    ],
)
def test_lines_that_repeat_an_earlier_one(
    claims: tuple[tuple[str, ...], ...], repeats: dict[tuple[int, int], tuple[int, int]]
) -> None:
    bills = [Bill(number=f"PCN{number}", lines=lines) for number, lines in enumerate(claims)]
    assert repeated_lines(patient(bills).claims) == repeats


@pytest.mark.parametrize(
    "other", [{"payer": "60054"}, {"sequence": "S"}, {"rendering": "1999887759"}, {"frequency": "7"}]
)
def test_lines_of_another_payer_or_provider_or_of_a_replacement_repeat_nothing(other: dict[str, str]) -> None:
    second = replace(Bill(number="PCN2"), **other)  # type: ignore[arg-type]
    assert repeated_lines(patient([Bill(), second]).claims) == {}


def test_lines_of_a_replacement_repeat_those_of_their_own_claim() -> None:
    claims = patient([Bill(frequency="7"), Bill(number="PCN2", frequency="7", lines=(LINE, LINE))]).claims
    assert repeated_lines(claims) == {(1, 2): (1, 1)}


def test_a_replacement_and_all_the_claims_it_names() -> None:
    newer = Bill(number="PCN1", frequency="7", head=("REF*F8*PCN2",), lines=MORE)
    bills = [Bill(number="PCN2"), newer, Bill(), Bill(payer="60054"), Bill(number="PCN2", frequency="7")]
    assert replacements(patient(bills).claims) == [(0, 1), (2, 1), (0, 4)]
