"""N301 with N302: which pairs are in force for a payer and a day, and which modifier counts where."""

from datetime import date
from typing import Any

import pytest
from rules.specimen import Bill, found, interchange, row, run, scrubbed, unchecked

from scrubber.rules.catalogue import BY_CODE
from scrubber.settings.load import load_settings
from scrubber.settings.settings import Settings
from scrubber.visits.records import TreatmentRecords

GROUP, EXERCISE = "SV1*HC:97150:GP*30*UN*1***1", "SV1*HC:97110:GP*40*UN*1***1"


def bill(one: str, other: str, on: date = date(2026, 3, 2), filing: str = "MB") -> Bill:
    lines = tuple(f"SV1*HC:{code}*40*UN*1***1" for code in (one, other))
    return Bill(lines=lines, on=on, filing=filing)


def pairs(*bills: Bill, **profile: Any) -> list[str]:
    """What the pair rules find, over all claims."""
    outcome = run(bills, **profile)
    return [each for claim in outcome.claims for each in found(claim) if each.startswith("N")]


def test_a_pair_of_each_kind_on_one_claim() -> None:
    lines = ("97140:GP", "97124:GP", "97150:GP")
    both = Bill(lines=tuple(f"SV1*HC:{line}*30*UN*1***1" for line in lines))
    assert sorted(pairs(both)) == ["N301 reject", "N302 reject", "N302 reject"]


@pytest.mark.parametrize("modifier", ["59", "XE", "XP", "XS", "XU"])
def test_the_modifier_opens_the_one_kind_and_not_the_other(modifier: str) -> None:
    assert pairs(bill("97150:GP", f"97110:GP:{modifier}")) == []
    assert pairs(bill(f"97150:GP:{modifier}", "97110:GP")) == []
    assert pairs(bill("97140:GP", f"97124:GP:{modifier}")) == ["N301 reject"]
    assert pairs(bill(f"97140:GP:{modifier}", f"97124:GP:{modifier}")) == ["N301 reject"]


@pytest.mark.parametrize("modifier", ["KX", "76", "95", "GP"])
def test_another_modifier_opens_nothing(modifier: str) -> None:
    assert pairs(bill("97150:GP", f"97110:GP:{modifier}"))[0] == "N302 reject"


def test_every_line_of_the_code_has_to_carry_it() -> None:
    lines = (GROUP, EXERCISE.replace(":GP", ":GP:59"), EXERCISE)
    assert pairs(Bill(lines=lines)) == ["N302 reject"]
    assert pairs(Bill(lines=(GROUP.replace(":GP", ":GP:59"), EXERCISE, EXERCISE.replace(":GP", ":GP:76")))) == []


@pytest.mark.parametrize(
    ("one", "other"),
    [("97530", "97110"), ("97530", "97112"), ("97110", "97140"), ("97112", "97140"), ("97110", "97112"),
     ("97110", "97116"), ("97530", "97116"), ("97140", "97530"), ("97161", "97110"), ("97161", "97530"),
     ("97161", "97140"), ("97110", "97164")],
)  # fmt: skip
def test_what_therapists_bill_together_every_day_is_no_pair(one: str, other: str) -> None:
    assert pairs(bill(f"{one}:GP", f"{other}:GP")) == []
    assert pairs(bill(f"{other}:GP", f"{one}:GP")) == []


@pytest.mark.parametrize(
    ("one", "other", "rule"),
    [("97140", "97750", "N302"), ("97124", "97164", "N302"), ("97035", "97164", "N302"), ("97113", "97110", "N302"),
     ("97161", "97750", "N301"), ("97161", "97162", "N301"), ("97113", "97036", "N301")],
)  # fmt: skip
def test_what_is_a_pair_in_either_order_of_the_lines(one: str, other: str, rule: str) -> None:
    assert pairs(bill(f"{one}:GP", f"{other}:GP")) == [f"{rule} reject"]
    assert pairs(bill(f"{other}:GP", f"{one}:GP")) == [f"{rule} reject"]


def test_a_line_that_the_law_excludes_is_in_no_pair() -> None:
    assert pairs(bill("97140:GP", "97124:GP:GY")) == []
    assert pairs(bill("97140:GP:GY", "97124:GP")) == []


def test_two_lines_of_one_code_are_no_pair() -> None:
    assert pairs(bill("97110:GP", "97110:GP:59")) == []


def test_a_day_after_the_edition_is_answered_from_it_and_said_to_be() -> None:
    outcome = run(bill("97140:GP", "97124:GP"))
    assert outcome.stale == {"ncci-ptp-medicare"}
    outcome = run(bill("97140:GP", "97124:GP", on=date(2024, 8, 1)))
    assert outcome.stale == set()
    assert found(outcome.claims[0]) == ["U106 warn", "N301 reject", "C412 warn"]


def test_a_day_before_the_edition_is_not_checked() -> None:
    (claim,) = run(bill("97140:GP", "97124:GP", on=date(2024, 6, 30))).claims
    assert found(claim) == ["U106 warn", "C412 warn"]
    assert {"N301", "N302"} <= unchecked(claim).keys()


def test_a_payer_whose_pairs_are_not_known_is_not_checked() -> None:
    (claim,) = run(bill("97140", "97124", filing="CI")).claims
    assert found(claim) == ["U106 warn"]
    assert unchecked(claim)["N301"] == "no NCCI table of payer profile commercial for 2026-03-02"
    assert claim.disposition == "unchanged"


def settings(text: str, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    path = tmp_path_factory.mktemp("settings") / "scrubber.toml"
    path.write_text(text)
    return load_settings(path, known_rules=BY_CODE)


def test_outside_medicare_the_modifier_counts_on_the_second_code(tmp_path_factory: pytest.TempPathFactory) -> None:
    chosen = settings(
        '[payers.acme]\nmatch = {filing = ["CI"]}\nextends = "commercial"\npair-tables = ["ncci-ptp-medicare"]\n',
        tmp_path_factory,
    )

    def rules(one: str, other: str) -> list[str]:
        outcome = scrubbed(interchange(bill(one, other, filing="CI")).encode(), TreatmentRecords(), chosen)
        return [each for each in found(outcome.claims[0]) if each.startswith("N")]

    assert rules("97150:GP", "97110:GP:59") == []
    assert rules("97150:GP:59", "97110:GP") == ["N302 reject"]


def test_pairs_that_a_payer_keeps_beyond_the_table() -> None:
    extra = (("97530", "97140"),)
    assert pairs(bill("97140:GP", "97530:GP"), extra_pairs=extra) == ["N302 reject"]
    assert pairs(bill("97140:GP:59", "97530:GP"), extra_pairs=extra) == []
    assert pairs(bill("97140:GP", "97530:GP")) == []


def test_minutes_of_the_pair_are_still_checked() -> None:
    lines = (GROUP, "SV1*HC:97110:GP:59*80*UN*2***1")
    (claim,) = run(Bill(lines=lines), [row("97150", 30), row("97110", 15)]).claims
    assert found(claim) == ["U101 fixed"]
