"""Where each effective value came from, the command line's precedence, and the rows that show both."""

import pickle
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from scrubber.errors import SettingsError
from scrubber.settings.command_line import with_command_line
from scrubber.settings.load import load_settings
from scrubber.settings.rows import SettingRow, setting_rows
from scrubber.settings.settings import Settings

Load = Callable[..., Settings]

CLINIC = """\
fix = "none"
max-bytes = 1000
records.paths = ["records/*.csv"]
[watch]
scan-seconds = 2
[payers.house]
unit-rule = "ama"
severity = { U102 = "note" }
demote = ["U101"]
[payers.acme]
extends = "house"
match.payer-id = ["60054"]
match.filing = ["CI"]
from = 2025-01-01
severity = { U106 = "reject" }
demote = ["U101", "M201"]
[payers.va]
missing-record = "reject"
to = 2026-06-30
"""


def rows(settings: Settings) -> dict[str, tuple[str, str]]:
    return {key: (value, origin) for key, value, origin in setting_rows(settings)}


@pytest.mark.parametrize(
    ("key", "value", "origin"),
    [
        ("select", '["U", "M", "N", "C", "E", "G"]', "default"),
        ("fix", '"none"', "scrubber.toml line 1"),
        ("max-bytes", "1_000", "scrubber.toml line 2"),
        ("timezone", "none", "default"),
        ("records.paths", '["records/*.csv"]', "scrubber.toml line 3"),
        ("waivers", "0", "default"),
        ("watch.scan-seconds", "2", "scrubber.toml line 5"),
        ("watch.quiet-seconds", "10", "default"),
        ("payers.house.unit-rule", '"ama"', "scrubber.toml line 7"),
        ("payers.house.modifier-order", "false", "default (profile default)"),
        ("payers.house.extends", '"default"', "default"),
        ("payers.house.match.filing", "[]", "default"),
        ("payers.acme.extends", '"house"', "scrubber.toml line 11"),
        ("payers.acme.match.payer-id", '["60054"]', "scrubber.toml line 12"),
        ("payers.acme.match.filing", '["CI"]', "scrubber.toml line 13"),
        ("payers.acme.from", "2025-01-01", "scrubber.toml line 14"),
        ("payers.acme.to", "none", "default"),
        ("payers.acme.unit-rule", '"ama"', "scrubber.toml line 7"),
        ("payers.acme.apply-raises", "false", "default (profile default)"),
        (
            "payers.acme.severity",
            '{ "U102" = "note", "U106" = "reject" }',
            "scrubber.toml line 8; scrubber.toml line 15",
        ),
        ("payers.acme.demote", '["M201", "U101"]', "scrubber.toml line 16"),
        ("payers.va.missing-record", '"reject"', "scrubber.toml line 18"),
        ("payers.va.match.filing", '["VA"]', "default (profile va)"),
        ("payers.va.unit-rule", '"cms"', "default (profile va)"),
        ("payers.va (built in).missing-record", '"warn"', "default (profile va)"),
        ("payers.medicare-part-b.pair-tables", '["ncci-ptp-medicare"]', "default (profile medicare-part-b)"),
        ("payers.default.timed-units-per-day", "none", "default (profile default)"),
        ("payers.default.minutes-per-unit", "{}", "default (profile default)"),
    ],
)
def test_the_row_of(load: Load, key: str, value: str, origin: str) -> None:
    assert rows(load(CLINIC))[key] == (value, origin)


def test_every_row_has_a_key_of_its_own_and_an_origin(load: Load) -> None:
    settings = load(CLINIC)
    listed = setting_rows(settings)
    assert len({row.key for row in listed}) == len(listed)
    assert {row.key for row in listed} == set(settings.origins)


def test_rows_stand_in_the_order_of_the_file_and_of_asking(load: Load) -> None:
    keys = [row.key for row in setting_rows(load(CLINIC))]
    heads = list(dict.fromkeys(key.split(".")[0] if key[:7] != "payers." else key.split(".")[1] for key in keys))
    assert heads == [
        *("select", "ignore", "fix", "conformance", "timezone", "max-bytes", "records", "tables", "waivers"),
        "watch",
        *("house", "acme", "medicare-part-b", "medicare-advantage", "tricare", "va", "va (built in)"),
        *("medicaid", "commercial", "workers-comp", "default"),
    ]


def test_a_pyproject_is_named_as_such(load: Load) -> None:
    settings = load('[tool.other]\n[tool.scrubber]\nfix = "none"\n', "pyproject.toml")
    assert settings.origins["fix"] == "pyproject.toml line 3"


def test_a_profile_name_with_a_point_is_quoted(load: Load) -> None:
    assert rows(load('[payers."a.b"]\nunit-rule = "ama"'))['payers."a.b".unit-rule'] == (
        '"ama"',
        "scrubber.toml line 2",
    )


def test_rows_show_pairs_minutes_and_dates_as_toml_does(load: Load) -> None:
    shown = rows(
        load('[payers.a]\nextra-pairs = [["97530", "97140"]]\nminutes-per-unit = { "92507" = 15 }\nto = 2026-01-31')
    )
    assert shown["payers.a.extra-pairs"][0] == '[["97530", "97140"]]'
    assert shown["payers.a.minutes-per-unit"][0] == '{ "92507" = 15 }'
    assert shown["payers.a.to"][0] == "2026-01-31"


# The command line


def test_the_command_line_goes_before_the_file(load: Load) -> None:
    settings = with_command_line(load(CLINIC), fix="unsafe")
    assert settings.fix == "unsafe"
    assert rows(settings)["fix"] == ('"unsafe"', "command line")
    assert rows(settings)["max-bytes"] == ("1_000", "scrubber.toml line 2")


@pytest.mark.parametrize(
    ("override", "key", "value"),
    [
        ({"fix": "safe"}, "fix", '"safe"'),
        ({"conformance": "off"}, "conformance", '"off"'),
        ({"timezone": "America/New_York"}, "timezone", '"America/New_York"'),
        ({"max_bytes": 5}, "max-bytes", "5"),
        ({"records_paths": ["a.csv", Path("b [1].csv")]}, "records.paths", '["a.csv", "b [1].csv"]'),
    ],
)
def test_what_the_command_line_may_say(load: Load, override: dict[str, Any], key: str, value: str) -> None:
    assert rows(with_command_line(load(CLINIC), **override))[key] == (value, "command line")


def test_what_the_command_line_does_not_say_stays(load: Load) -> None:
    settings = load(CLINIC)
    assert with_command_line(settings) == settings
    assert with_command_line(settings, fix=None, max_bytes=None, records_paths=()) == settings


def test_the_settings_before_are_left_alone(load: Load) -> None:
    settings = load(CLINIC)
    with_command_line(settings, fix="unsafe")
    assert (settings.fix, settings.origins["fix"]) == ("none", "scrubber.toml line 1")


def test_records_of_the_command_line_are_taken_as_typed(load: Load) -> None:
    settings = with_command_line(load(CLINIC), records_paths=["gone*.csv"])
    assert settings.records_files() == (Path("gone*.csv"),)


@pytest.mark.parametrize(
    ("override", "message"),
    [
        (
            {"fix": "save"},
            'command line: fix: expected "none", "safe" or "unsafe", got "save". Did you mean "safe"?',
        ),
        ({"max_bytes": 0}, "command line: max-bytes: expected a number of bytes, 1 or more, got 0."),
        (
            {"timezone": "America/Chicgo"},
            'command line: timezone: unknown time zone "America/Chicgo". Did you mean "America/Chicago"?',
        ),
    ],
)
def test_a_wrong_value_on_the_command_line(override: dict[str, Any], message: str) -> None:
    with pytest.raises(SettingsError) as caught:
        with_command_line(load_settings(None, known_rules=()), **override)
    assert str(caught.value) == message


def test_an_override_that_is_no_option_is_a_defect_of_the_caller(load: Load) -> None:
    with pytest.raises(TypeError, match="payers is no setting of the command line"):
        with_command_line(load(""), payers="acme")


def test_profiles_are_chosen_as_before(load: Load) -> None:
    settings = with_command_line(load(CLINIC), fix="unsafe")
    assert settings.profile_for("60054", "", date(2026, 3, 2)).name == "acme"
    assert pickle.loads(pickle.dumps(settings)) == settings  # noqa: S301 - our own bytes


def test_a_row_is_plain() -> None:
    first = setting_rows(load_settings(None, known_rules=()))[0]
    assert first == SettingRow("select", '["U", "M", "N", "C", "E", "G"]', "default")
