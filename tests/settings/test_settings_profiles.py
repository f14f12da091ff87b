"""Payer profiles: the built-in ones, those of the file, which is taken for a claim, and how a wrong one is refused."""

import pickle
from collections.abc import Callable
from datetime import date
from importlib.resources import files

import pytest
from lxml import etree

from scrubber.settings.load import load_settings
from scrubber.settings.profile import Profile
from scrubber.settings.settings import Settings

Load = Callable[..., Settings]
Refusal = Callable[..., str]

ON = date(2026, 3, 2)

FILINGS = {
    "MB": "medicare-part-b",
    "MA": "medicare-part-b",
    "16": "medicare-advantage",
    "CH": "tricare",
    "VA": "va",
    "MC": "medicaid",
    "TV": "medicaid",
    "BL": "commercial",
    "CI": "commercial",
    "FI": "commercial",
    "HM": "commercial",
    "12": "commercial",
    "13": "commercial",
    "14": "commercial",
    "15": "commercial",
    "AM": "commercial",
    "LM": "commercial",
    "WC": "workers-comp",
    "11": "default",
    "17": "default",
    "DS": "default",
    "OF": "default",
    "ZZ": "default",
}


def test_every_filing_indicator_of_the_guide_has_a_profile() -> None:
    """The code list of SBR09 is the guide's, as pyx12 has it."""
    map_file = files("pyx12").joinpath("map", "837.5010.X222.A1.xml")
    tree = etree.fromstring(map_file.read_bytes())
    (first, *_) = [element for element in tree.iter("element") if element.get("xid") == "SBR09"]
    assert {code.text for code in first.iter("code")} == set(FILINGS)
    assert len(FILINGS) == 23


def test_only_payers_that_pay_like_medicare_have_a_fee_table(load: Load) -> None:
    with_fees = {profile.name for profile in load("").payers if profile.fee_table != "none"}
    assert with_fees == {"medicare-part-b", "medicare-advantage", "tricare", "va"}
    own = load('[payers.acme]\nextends = "tricare"\nfee-table = "none"\n[payers.other]\nextends = "tricare"')
    assert {profile.name: profile.fee_table for profile in own.payers[:2]} == {
        "acme": "none",
        "other": "fee-schedule-medicare",
    }


@pytest.mark.parametrize(("filing", "name"), [*FILINGS.items(), ("", "default"), ("ci", "default"), ("09", "default")])
def test_the_built_in_profile_of_a_filing_indicator(load: Load, filing: str, name: str) -> None:
    assert load("").profile_for("", filing, ON).name == name
    assert load_settings(None, known_rules=()).profile_for("00123", filing, ON).name == name


MEDICARE = (("ncci-ptp-medicare",), ("ncci-mue-medicare",))
UNKNOWN = ((), ())


@pytest.mark.parametrize(
    ("name", "unit_rule", "discipline", "assistant", "threshold", "tables"),
    [
        ("medicare-part-b", "cms", True, True, True, MEDICARE),
        ("medicare-advantage", "cms", True, True, False, MEDICARE),
        ("tricare", "cms", True, True, False, MEDICARE),
        ("va", "cms", True, True, False, MEDICARE),
        ("medicaid", "ask", False, False, False, UNKNOWN),
        ("commercial", "ask", False, False, False, UNKNOWN),
        ("workers-comp", "ask", False, False, False, UNKNOWN),
        ("default", "ask", False, False, False, UNKNOWN),
    ],
)
def test_the_values_of_a_built_in_profile(
    load: Load,
    name: str,
    unit_rule: str,
    discipline: bool,
    assistant: bool,
    threshold: bool,
    tables: tuple[tuple[str, ...], tuple[str, ...]],
) -> None:
    profile = next(profile for profile in load("").payers if profile.name == name)
    assert profile.unit_rule == unit_rule
    assert profile.discipline_modifiers is discipline
    assert profile.assistant_modifiers is assistant
    assert profile.threshold_modifier is threshold
    assert (profile.pair_tables, profile.unit_limit_tables) == tables
    assert not profile.modifier_order
    assert not profile.extra_pairs
    assert profile.timed_units_per_day is None
    assert not profile.minutes_per_unit
    assert profile.missing_record == "warn"
    assert profile.from_ is None
    assert profile.to is None
    assert not profile.severity
    assert not profile.demote
    assert not profile.apply_raises
    assert not profile.match_payer_id
    assert profile.extends == ""


def test_the_built_in_profiles_in_the_order_of_the_contract(load: Load) -> None:
    assert [profile.name for profile in load("").payers] == [
        "medicare-part-b",
        "medicare-advantage",
        "tricare",
        "va",
        "medicaid",
        "commercial",
        "workers-comp",
        "default",
    ]


EVERY_KEY = """
[payers.acme]
match = { payer-id = ["60054", "60055"], filing = ["CI", "12"] }
extends = "commercial"
unit-rule = "ama"
discipline-modifiers = true
assistant-modifiers = true
threshold-modifier = true
pair-tables = ["ncci-ptp-medicare", "acme-pairs"]
unit-limit-tables = ["ncci-mue-medicare"]
modifier-order = true
extra-pairs = [["97530", "97140"], ["G0283", "97032"]]
timed-units-per-day = 4
minutes-per-unit = { "92507" = 15, 92526 = 30 }
missing-record = "reject"
from = 2025-01-01
to = 2026-12-31
severity = { U102 = "note", E502 = "reject" }
demote = ["U101", "M201"]
apply-raises = true
"""


def test_every_key_of_a_profile(load: Load) -> None:
    assert load(EVERY_KEY).payers[0] == Profile(
        name="acme",
        match_payer_id=frozenset({"60054", "60055"}),
        match_filing=frozenset({"CI", "12"}),
        extends="commercial",
        unit_rule="ama",
        discipline_modifiers=True,
        assistant_modifiers=True,
        threshold_modifier=True,
        pair_tables=("ncci-ptp-medicare", "acme-pairs"),
        unit_limit_tables=("ncci-mue-medicare",),
        modifier_order=True,
        extra_pairs=(("97530", "97140"), ("G0283", "97032")),
        timed_units_per_day=4,
        minutes_per_unit={"92507": 15, "92526": 30},
        missing_record="reject",
        from_=date(2025, 1, 1),
        to=date(2026, 12, 31),
        severity={"U102": "note", "E502": "reject"},
        demote=frozenset({"U101", "M201"}),
        apply_raises=True,
    )


DOCUMENTED = """
select = ["U", "M", "N", "C", "E", "G"]     # families or codes
ignore = []
fix = "safe"                                # none | safe | unsafe
conformance = "full"                        # full | changed | off
timezone = "America/Chicago"                # default: the machine's
max-bytes = 2_000_000_000

[records]
paths = ["records/*.csv"]

[payers.acme]
match = { payer-id = ["60054"], filing = ["CI"] }
extends = "commercial"
unit-rule = "ama"
discipline-modifiers = true
assistant-modifiers = false
threshold-modifier = false
pair-tables = ["ncci-ptp-medicare"]
unit-limit-tables = ["ncci-mue-medicare"]
modifier-order = false
extra-pairs = [["97530", "97140"]]
timed-units-per-day = 4
minutes-per-unit = { "92507" = 15 }
missing-record = "warn"
from = 2025-01-01
severity = { U102 = "note" }
demote = ["U101"]
apply-raises = false

[watch]
inbox = "inbox"
state = "state/watch.db"
scan-seconds = 1
quiet-seconds = 10
incomplete-minutes = 60
records-wait-seconds = 0
"""


def test_the_documented_file_is_accepted_as_it_stands(load: Load) -> None:
    settings = load(DOCUMENTED)
    acme = settings.profile_for("60054", "CI", ON)
    assert (acme.name, acme.unit_rule, acme.timed_units_per_day) == ("acme", "ama", 4)
    assert acme.demote == {"U101"}
    assert acme.severity == {"U102": "note"}
    assert settings.profile_for("60054", "CI", date(2024, 12, 31)).name == "commercial"


@pytest.mark.parametrize("rule", ["cms", "ama", "wc", "ask"])
def test_every_unit_rule(load: Load, rule: str) -> None:
    assert load(f'[payers.a]\nunit-rule = "{rule}"').payers[0].unit_rule == rule


def test_a_profile_that_extends_nothing_named_starts_from_default(load: Load) -> None:
    profile = load('[payers.acme]\nmatch.payer-id = ["60054"]').payers[0]
    assert profile.extends == "default"
    assert profile.unit_rule == "ask"


def test_a_date_in_quotes_is_a_date(load: Load) -> None:
    assert load('[payers.a]\nfrom = "2025-01-01"').payers[0].from_ == date(2025, 1, 1)


# Which profile is taken


def test_a_payer_id_goes_before_a_filing_indicator_whatever_the_order(load: Load) -> None:
    settings = load('[payers.first]\nmatch.filing = ["CI"]\n[payers.second]\nmatch.payer-id = ["60054"]')
    assert settings.profile_for("60054", "CI", ON).name == "second"
    assert settings.profile_for("99999", "CI", ON).name == "first"
    assert settings.profile_for("60054", "MB", ON).name == "second"


def test_of_two_that_match_by_filing_the_first_in_the_file_is_taken(load: Load) -> None:
    settings = load('[payers.zeta]\nmatch.filing = ["CI"]\n[payers.alpha]\nmatch.filing = ["CI", "12"]')
    assert settings.profile_for("1", "CI", ON).name == "zeta"
    assert settings.profile_for("1", "12", ON).name == "alpha"


def test_a_profile_of_the_file_goes_before_a_built_in_one(load: Load) -> None:
    settings = load('[payers.ours]\nmatch.filing = ["MB"]')
    assert settings.profile_for("1", "MB", ON).name == "ours"
    assert settings.profile_for("1", "MA", ON).name == "medicare-part-b"


def test_a_profile_without_match_is_only_for_extending(load: Load) -> None:
    settings = load('[payers.house]\nunit-rule = "ama"\n[payers.acme]\nextends = "house"\nmatch.payer-id = ["60054"]')
    assert settings.profile_for("60054", "CI", ON).unit_rule == "ama"
    assert settings.profile_for("1", "CI", ON).name == "commercial"


def test_an_empty_payer_id_matches_by_filing(load: Load) -> None:
    assert load(EVERY_KEY).profile_for("", "12", ON).name == "acme"


@pytest.mark.parametrize(
    ("on", "name"),
    [
        (date(2024, 12, 31), "commercial"),
        (date(2025, 1, 1), "old"),
        (date(2025, 6, 30), "old"),
        (date(2025, 7, 1), "new"),
        (date(2026, 3, 2), "new"),
        (None, "commercial"),
    ],
)
def test_a_profile_speaks_from_its_first_date_to_its_last(load: Load, on: date | None, name: str) -> None:
    settings = load(
        '[payers.old]\nmatch.payer-id = ["60054"]\nfrom = 2025-01-01\nto = 2025-06-30\n'
        '[payers.new]\nmatch.payer-id = ["60054"]\nfrom = 2025-07-01\n'
    )
    assert settings.profile_for("60054", "CI", on).name == name


def test_outside_its_dates_a_match_by_payer_id_gives_way_to_one_by_filing(load: Load) -> None:
    settings = load(
        '[payers.a]\nmatch.payer-id = ["60054"]\nto = 2025-12-31\n'
        '[payers.b]\nmatch.filing = ["CI"]\nfrom = 2025-01-01\n'
    )
    assert settings.profile_for("60054", "CI", date(2025, 6, 1)).name == "a"
    assert settings.profile_for("60054", "CI", date(2026, 6, 1)).name == "b"
    assert settings.profile_for("60054", "CI", date(2024, 6, 1)).name == "a"


# Modifying a built-in profile


def test_a_built_in_profile_is_modified_and_keeps_its_match(load: Load) -> None:
    settings = load('[payers.commercial]\nunit-rule = "ama"')
    profile = settings.profile_for("1", "BL", ON)
    assert profile.name == "commercial"
    assert profile.unit_rule == "ama"
    assert profile.extends == ""
    assert [one.name for one in settings.payers].count("commercial") == 1
    assert settings.profile_for("1", "MB", ON).name == "medicare-part-b"


def test_a_payer_id_is_added_to_a_built_in_profile(load: Load) -> None:
    settings = load('[payers.tricare]\nmatch.payer-id = ["60054"]')
    assert settings.profile_for("60054", "CI", ON).name == "tricare"
    assert settings.profile_for("1", "CH", ON).name == "tricare"


def test_filing_indicators_replace_those_of_a_built_in_profile(load: Load) -> None:
    settings = load('[payers.commercial]\nmatch.filing = ["ZZ"]')
    assert settings.profile_for("1", "ZZ", ON).name == "commercial"
    assert settings.profile_for("1", "CI", ON).name == "default"


def test_a_modified_built_in_profile_stays_behind_those_of_the_file(load: Load) -> None:
    settings = load('[payers.commercial]\nunit-rule = "ama"\n[payers.acme]\nmatch.filing = ["CI"]')
    assert settings.profile_for("1", "CI", ON).name == "acme"
    assert settings.profile_for("1", "BL", ON).unit_rule == "ama"


def test_outside_the_dates_of_a_modified_profile_the_built_in_one_speaks(load: Load) -> None:
    settings = load('[payers.commercial]\nunit-rule = "ama"\nfrom = 2026-01-01')
    assert settings.profile_for("1", "CI", date(2026, 1, 1)).unit_rule == "ama"
    assert settings.profile_for("1", "CI", date(2025, 12, 31)).unit_rule == "ask"
    assert settings.profile_for("1", "CI", date(2025, 12, 31)).name == "commercial"


def test_default_is_modified_for_all_else(load: Load) -> None:
    settings = load('[payers.default]\nunit-rule = "cms"\nto = 2025-12-31')
    assert settings.profile_for("1", "OF", date(2025, 3, 1)).unit_rule == "cms"
    assert settings.profile_for("1", "OF", ON).unit_rule == "ask"
    assert settings.profile_for("1", "OF", None).unit_rule == "ask"


def test_what_extends_a_modified_built_in_profile_gets_its_values(load: Load) -> None:
    settings = load('[payers.acme]\nextends = "commercial"\n[payers.commercial]\nunit-rule = "ama"')
    assert settings.payers[0].unit_rule == "ama"


def test_a_modified_built_in_profile_may_start_from_another(load: Load) -> None:
    settings = load('[payers.commercial]\nextends = "medicare-part-b"\nthreshold-modifier = false')
    profile = settings.profile_for("1", "CI", ON)
    assert (profile.name, profile.extends, profile.unit_rule) == ("commercial", "medicare-part-b", "cms")
    assert settings.profile_for("1", "MB", ON).threshold_modifier


# Extending

FAMILY = """
[payers.child]
extends = "parent"
severity = { U102 = "warn", M209 = "warn" }
minutes-per-unit = { "92526" = 30 }
demote = ["M201"]
extra-pairs = []
[payers.parent]
extends = "medicare-part-b"
match = { payer-id = ["60054"], filing = ["CI"] }
from = 2025-01-01
to = 2026-12-31
severity = { U102 = "note", U106 = "reject" }
minutes-per-unit = { "92507" = 15 }
demote = ["U101"]
extra-pairs = [["97530", "97140"]]
timed-units-per-day = 4
"""


def test_values_are_handed_down_but_not_which_claims_a_profile_is_for(load: Load) -> None:
    child, parent = load(FAMILY).payers[:2]
    assert (child.unit_rule, child.threshold_modifier, child.timed_units_per_day) == ("cms", True, 4)
    assert (child.match_payer_id, child.match_filing, child.from_, child.to) == (frozenset(), frozenset(), None, None)
    assert (child.extends, parent.extends) == ("parent", "medicare-part-b")


def test_tables_are_joined_demotions_add_up_and_lists_replace(load: Load) -> None:
    child, parent = load(FAMILY).payers[:2]
    assert child.severity == {"U102": "warn", "U106": "reject", "M209": "warn"}
    assert child.minutes_per_unit == {"92507": 15, "92526": 30}
    assert child.demote == {"U101", "M201"}
    assert child.extra_pairs == ()
    assert parent.severity == {"U102": "note", "U106": "reject"}
    assert parent.demote == {"U101"}


def test_a_long_chain_of_extends(load: Load) -> None:
    text = '[payers.p0]\nextends = "va"\n' + "".join(f'[payers.p{n}]\nextends = "p{n - 1}"\n' for n in range(1, 2000))
    assert load(text).payers[1999].unit_rule == "cms"


# Refusals

PROFILES = "acme, medicare-part-b, medicare-advantage, tricare, va, medicaid, commercial, workers-comp, default"
TABLES = 'a list of tables, such as ["ncci-ptp-medicare"]'
PAIRS = 'a list of pairs of codes, such as [["97530", "97140"]]'
SEVERITIES = 'a table of rules and "note", "warn" or "reject", such as { U102 = "note" }'
MINUTES = 'a table of codes and whole minutes, such as { "92507" = 15 }'
DATE = "a date, such as 2026-01-31"


@pytest.mark.parametrize(
    ("key", "message"),
    [
        ("unit-rul = 1", 'unit-rul: unknown key. Did you mean "unit-rule"?'),
        ("unit_rule = 1", 'unit_rule: unknown key. Did you mean "unit-rule"?'),
        ("match = 1", "match: expected a table, got 1."),
        ("match.payer = []", 'match.payer: unknown key. Did you mean "payer-id"?'),
        ("match.zzz = []", "match.zzz: unknown key. Known here: payer-id, filing."),
        (
            "match.payer-id = [60054]",
            'match.payer-id: expected a list of payer ids in quotes, such as ["60054"], but it holds 60054.',
        ),
        (
            'match.payer-id = "60054"',
            'match.payer-id: expected a list of payer ids in quotes, such as ["60054"], got "60054".',
        ),
        (
            'match.payer-id = [""]',
            'match.payer-id: expected a list of payer ids in quotes, such as ["60054"], but it holds an empty text.',
        ),
        (
            'match.filing = ["ci"]',
            'match.filing: expected a list of filing indicators (SBR09), such as ["CI"], but it holds "ci".',
        ),
        (
            'match.filing = ["CI\\n"]',
            'match.filing: expected a list of filing indicators (SBR09), such as ["CI"], but it holds "CI\\n".',
        ),
        ("extends = 5", "extends: expected the name of a profile, got 5."),
        ('extends = "comercial"', 'extends: unknown profile "comercial". Did you mean "commercial"?'),
        ('extends = "Medicare-Part-B"', 'extends: unknown profile "Medicare-Part-B". Did you mean "medicare-part-b"?'),
        ('extends = "zzzzzz"', f'extends: unknown profile "zzzzzz". Known are {PROFILES}.'),
        ('extends = "acme"', "extends: goes in a circle: acme -> acme. Break it."),
        ('unit-rule = "amma"', 'unit-rule: expected "cms", "ama", "wc" or "ask", got "amma". Did you mean "ama"?'),
        ("unit-rule = 8", 'unit-rule: expected "cms", "ama", "wc" or "ask", got 8.'),
        ('discipline-modifiers = "yes"', 'discipline-modifiers: expected true or false, got "yes".'),
        ("assistant-modifiers = 1", "assistant-modifiers: expected true or false, got 1."),
        ("threshold-modifier = []", "threshold-modifier: expected true or false, got a list of 0."),
        ('pair-tables = "x"', f'pair-tables: expected {TABLES}, got "x".'),
        ("pair-tables = [true]", f"pair-tables: expected {TABLES}, but it holds true."),
        ("unit-limit-tables = {}", f"unit-limit-tables: expected {TABLES}, got a table."),
        ('modifier-order = "no"', 'modifier-order: expected true or false, got "no".'),
        ('extra-pairs = ["97530", "97140"]', f'extra-pairs: expected {PAIRS}, but it holds "97530".'),
        ('extra-pairs = [["97530"]]', f"extra-pairs: expected {PAIRS}, but it holds a list of 1."),
        ('extra-pairs = [["97530", "9714"]]', f"extra-pairs: expected {PAIRS}, but it holds a list of 2."),
        (
            "timed-units-per-day = 0",
            "timed-units-per-day: expected a whole number of units, 1 or more, got 0.",
        ),
        (
            "timed-units-per-day = 4.5",
            "timed-units-per-day: expected a whole number of units, 1 or more, got 4.5.",
        ),
        ("filing-limit-days = 0", "filing-limit-days: expected a whole number of days, 1 to 36500, got 0."),
        ("filing-limit-days = 36501", "filing-limit-days: expected a whole number of days, 1 to 36500, got 36501."),
        ("minutes-per-unit = 15", f"minutes-per-unit: expected {MINUTES}, got 15."),
        (
            'minutes-per-unit = { "92507" = "15" }',
            f'minutes-per-unit: expected {MINUTES}, but it holds "92507" = "15".',
        ),
        ('minutes-per-unit = { "92507" = 0 }', f'minutes-per-unit: expected {MINUTES}, but it holds "92507" = 0.'),
        ('minutes-per-unit = { "speech" = 15 }', f'minutes-per-unit: expected {MINUTES}, but it holds "speech" = 15.'),
        (
            'missing-record = "rejct"',
            'missing-record: expected "warn" or "reject", got "rejct". Did you mean "reject"?',
        ),
        ("missing-record = true", 'missing-record: expected "warn" or "reject", got true.'),
        ('from = "soon"', f'from: expected {DATE}, got "soon".'),
        ("from = 2025", f"from: expected {DATE}, got 2025."),
        ("from = 2025-01-01T00:00:00", f"from: expected {DATE}, got 2025-01-01 00:00:00."),
        ("to = 10:00:00", f"to: expected {DATE}, got 10:00:00."),
        ('severity = "note"', f'severity: expected {SEVERITIES}, got "note".'),
        (
            'severity = { U102 = "nte" }',
            f'severity: expected {SEVERITIES}, but it holds "U102" = "nte". Did you mean "note"?',
        ),
        ("severity = { U102 = 1 }", f'severity: expected {SEVERITIES}, but it holds "U102" = 1.'),
        ('severity = { U1O2 = "note" }', 'severity: unknown rule "U1O2". Did you mean "U102"?'),
        ('severity = { U = "note" }', 'severity: unknown rule "U". `scrubber rules` lists them.'),
        (
            'severity = { E501 = "warn" }',
            'severity: "E501" can only be made "reject": a lower one would be a waiver of E, G or I.',
        ),
        (
            'severity = { I001 = "note" }',
            'severity: "I001" can only be made "reject": a lower one would be a waiver of E, G or I.',
        ),
        ('demote = "U101"', 'demote: expected a list of rules, such as ["U101"], got "U101".'),
        ('demote = ["u101"]', 'demote: unknown rule "u101". Did you mean "U101"?'),
        ('demote = ["U"]', 'demote: unknown rule "U". `scrubber rules` lists them.'),
        ('apply-raises = "true"', 'apply-raises: expected true or false, got "true".'),
    ],
)
def test_a_wrong_value_is_refused(refusal: Refusal, key: str, message: str) -> None:
    assert refusal(f"# clinic\n[payers.acme]\n\n{key}\n") == f"scrubber.toml, line 4: payers.acme.{message}"


def test_a_profile_that_is_no_table(refusal: Refusal) -> None:
    assert refusal('[payers]\nacme = "ama"') == 'scrubber.toml, line 2: payers.acme: expected a table, got "ama".'


def test_a_name_with_blanks_is_quoted_in_the_message(refusal: Refusal) -> None:
    assert refusal('[payers."blue east"]\nfrom = 1') == (
        f'scrubber.toml, line 2: payers."blue east".from: expected {DATE}, got 1.'
    )


def test_dates_in_the_wrong_order(refusal: Refusal) -> None:
    assert refusal("[payers.a]\nfrom = 2026-01-02\nto = 2026-01-01") == (
        "scrubber.toml, line 3: payers.a.to: 2026-01-01 is before `from`, 2026-01-02."
    )


def test_one_day_is_a_range(load: Load) -> None:
    profile = load("[payers.a]\nfrom = 2026-01-01\nto = 2026-01-01").payers[0]
    assert profile.covers(date(2026, 1, 1))
    assert not profile.covers(date(2026, 1, 2))


@pytest.mark.parametrize(
    ("pairs", "line", "key", "circle"),
    [
        ([("a", "b"), ("b", "a")], 4, "b", "a -> b -> a"),
        ([("a", "b"), ("b", "c"), ("c", "b")], 6, "c", "b -> c -> b"),
        ([("va", "va")], 2, "va", "va -> va"),
        ([("va", "acme"), ("acme", "va")], 4, "acme", "va -> acme -> va"),
    ],
)
def test_a_circle_of_extends(refusal: Refusal, pairs: list[tuple[str, str]], line: int, key: str, circle: str) -> None:
    text = "".join(f'[payers.{name}]\nextends = "{base}"\n' for name, base in pairs)
    assert refusal(text) == (f"scrubber.toml, line {line}: payers.{key}.extends: goes in a circle: {circle}. Break it.")


def test_the_misspelt_name_of_a_built_in_profile(refusal: Refusal) -> None:
    assert refusal('[payers.comercial]\nunit-rule = "ama"') == (
        "scrubber.toml, line 1: payers.comercial: unknown profile, and it has no `match` to be one of your own. "
        'Did you mean "commercial"?'
    )


def test_a_name_near_a_built_in_one_is_fine_for_a_profile_that_is_used(load: Load) -> None:
    assert load('[payers.comercial]\nmatch.filing = ["CI"]').profile_for("1", "CI", ON).name == "comercial"
    assert load('[payers.comercial]\n[payers.a]\nextends = "comercial"').payers[1].extends == "comercial"


SHARED = (
    'payers.{name}.match.payer-id: "60054" is matched by profile "{other}" too, for the same dates. '
    "Take it out of one, or give both `from` and `to` that do not overlap."
)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("", ""),
        ("", "from = 2026-01-01"),
        ("to = 2026-01-01", "from = 2026-01-01"),
        ("from = 2025-01-01\nto = 2025-12-31", "to = 2025-06-30"),
        ("from = 2025-01-01", "from = 2026-01-01"),
        ("to = 2025-01-01", "to = 2026-01-01"),
    ],
)
def test_a_payer_id_that_two_profiles_claim(refusal: Refusal, first: str, second: str) -> None:
    text = f'[payers.a]\nmatch.payer-id = ["60054"]\n{first}\n[payers.b]\nmatch.payer-id = ["1",\n"60054"]\n{second}\n'
    line = text[: text.rindex('"60054"')].count("\n") + 1
    assert refusal(text) == f"scrubber.toml, line {line}: {SHARED.format(name='b', other='a')}"


def test_a_payer_id_shared_with_a_modified_built_in_profile(refusal: Refusal) -> None:
    text = '[payers.va]\nmatch.payer-id = ["60054"]\n[payers.b]\nmatch.payer-id = ["60054"]\n'
    assert refusal(text) == f"scrubber.toml, line 4: {SHARED.format(name='b', other='va')}"


def test_a_payer_id_twice_in_one_profile_is_no_fault(load: Load) -> None:
    assert load('[payers.a]\nmatch.payer-id = ["1", "1"]').payers[0].match_payer_id == {"1"}


# Travel


def test_settings_survive_pickling_and_choose_the_same(load: Load) -> None:
    settings = load(EVERY_KEY)
    settings.profile_for("60054", "CI", ON)
    copy = pickle.loads(pickle.dumps(settings))  # noqa: S301 - our own bytes
    assert copy == settings
    assert copy.profile_for("60054", "CI", ON) == settings.profile_for("60054", "CI", ON)
    assert copy.profile_for("1", "WC", None).name == "workers-comp"


def test_settings_cannot_be_changed(load: Load) -> None:
    settings = load(EVERY_KEY)
    with pytest.raises(AttributeError):
        settings.fix = "unsafe"  # type: ignore[misc]
    with pytest.raises(AttributeError):
        settings.payers[0].unit_rule = "cms"  # type: ignore[misc]
    with pytest.raises(AttributeError):
        settings.watch.scan_seconds = 9  # type: ignore[misc]
