"""waivers.toml: what is accepted, what is refused, and that no message quotes a claim or a person."""

import pickle
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from scrubber.errors import SettingsError
from scrubber.settings.load import load_settings
from scrubber.settings.waivers import Waiver, load_waivers

RULES = ("U101", "U104", "N302", "E501", "G601", "I002")

GOOD = """\
[[waiver]]
rule = "U104"
claim = "PCN1"
reason = "The paper note was seen"
by = "A. Biller"
until = 2026-12-31
"""


@pytest.fixture
def refusal(tmp_path: Path) -> Callable[[str], str]:
    def refused(text: str) -> str:
        path = tmp_path / "waivers.toml"
        path.write_text(text)
        with pytest.raises(SettingsError) as caught:
            load_waivers(path, known_rules=RULES)
        return str(caught.value).removeprefix(f"{tmp_path}/")

    return refused


def test_waivers_in_the_order_of_the_file(tmp_path: Path) -> None:
    path = tmp_path / "waivers.toml"
    path.write_text(GOOD + GOOD.replace("U104", "N302").replace("2026-12-31", '"2020-01-01"'))
    waivers = load_waivers(path, known_rules=RULES)
    assert waivers == (
        Waiver("U104", "PCN1", "The paper note was seen", "A. Biller", date(2026, 12, 31)),
        Waiver("N302", "PCN1", "The paper note was seen", "A. Biller", date(2020, 1, 1)),
    )
    assert pickle.loads(pickle.dumps(waivers)) == waivers  # noqa: S301 - our own bytes


def test_a_file_without_waivers(tmp_path: Path) -> None:
    path = tmp_path / "waivers.toml"
    path.write_text("# none yet\n")
    assert load_waivers(path, known_rules=RULES) == ()


RULE = "the code of a rule, in quotes"
CLAIM = "the claim's number (CLM01), in quotes"
REASON = "why the finding is waived, in quotes"
BY = "who decided it, in quotes"
UNTIL = "the last date on which it holds, such as 2026-12-31"
ALWAYS = "envelope (E), guide (G) and internal (I) findings always count. Take it out."


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('rule = "U104"', 'rule = "U1O4"', 'line 2: waiver[1].rule: unknown rule "U1O4". Did you mean "U104"?'),
        ('rule = "U104"', 'rule = "U"', 'line 2: waiver[1].rule: unknown rule "U". `scrubber rules` lists them.'),
        (
            'rule = "U104"',
            "rule = 104",
            f"line 2: waiver[1].rule: expected {RULE}, got a number.",
        ),
        ('rule = "U104"', 'rule = "E501"', f'line 2: waiver[1].rule: "E501" cannot be waived: {ALWAYS}'),
        ('rule = "U104"', 'rule = "G601"', f'line 2: waiver[1].rule: "G601" cannot be waived: {ALWAYS}'),
        ('rule = "U104"', 'rule = "I002"', f'line 2: waiver[1].rule: "I002" cannot be waived: {ALWAYS}'),
        ('rule = "U104"\n', "", 'line 1: waiver[1]: the key "rule" is missing: the code of a rule, in quotes.'),
        ('claim = "PCN1"\n', "", f'line 1: waiver[1]: the key "claim" is missing: {CLAIM}.'),
        ('claim = "PCN1"', "claim = 4711", f"line 3: waiver[1].claim: expected {CLAIM}, got a number."),
        ('claim = "PCN1"', 'claim = ""', f"line 3: waiver[1].claim: expected {CLAIM}, got an empty text."),
        ('claim = "PCN1"', 'claim = ["PCN1"]', f"line 3: waiver[1].claim: expected {CLAIM}, got a list of 1."),
        ('reason = "The paper note was seen"\n', "", f'line 1: waiver[1]: the key "reason" is missing: {REASON}.'),
        ('"The paper note was seen"', '"  "', f"line 4: waiver[1].reason: expected {REASON}, got an empty text."),
        ('by = "A. Biller"\n', "", f'line 1: waiver[1]: the key "by" is missing: {BY}.'),
        ('by = "A. Biller"', "by = 1.5", f"line 5: waiver[1].by: expected {BY}, got a number."),
        ("until = 2026-12-31\n", "", f'line 1: waiver[1]: the key "until" is missing: {UNTIL}.'),
        ("2026-12-31", '"next year"', f"line 6: waiver[1].until: expected {UNTIL}, got a text."),
        ("2026-12-31", "2026-12-31T00:00:00", f"line 6: waiver[1].until: expected {UNTIL}, got a date or a time."),
        ("reason", "raeson", 'line 4: waiver[1].raeson: unknown key. Did you mean "reason"?'),
        ("by =", "who =", "line 5: waiver[1].who: unknown key. Known here: rule, claim, reason, by, until."),
    ],
)
def test_a_wrong_waiver_is_refused(refusal: Callable[[str], str], old: str, new: str, message: str) -> None:
    assert GOOD.count(old) == 1
    assert refusal(GOOD.replace(old, new)) == f"waivers.toml, {message}"


def test_the_second_waiver_is_named_by_its_own_line(refusal: Callable[[str], str]) -> None:
    assert refusal(GOOD + "\n" + GOOD.replace("U104", "X104")).startswith("waivers.toml, line 9: waiver[2].rule: ")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            GOOD.replace("[[waiver]]", "[[waivers]]"),
            'waivers.toml, line 1: waivers: unknown key. Did you mean "waiver"?',
        ),
        (
            GOOD.replace("[[waiver]]", "[waiver]"),
            "waivers.toml, line 1: waiver: expected [[waiver]] tables, got a table.",
        ),
        ("waiver = [1]", "waivers.toml, line 1: waiver: expected [[waiver]] tables, but it holds a number."),
    ],
)
def test_a_wrong_file_is_refused(refusal: Callable[[str], str], text: str, message: str) -> None:
    assert refusal(text) == message


# Which file is taken


@pytest.fixture
def clinic(tmp_path: Path) -> Path:
    (tmp_path / "scrubber.toml").write_text("")
    return tmp_path


def test_the_file_beside_the_settings_is_taken(clinic: Path) -> None:
    (clinic / "waivers.toml").write_text(GOOD)
    settings = load_settings(clinic / "scrubber.toml", known_rules=RULES)
    assert [waiver.rule for waiver in settings.waivers] == ["U104"]
    assert settings.origins["waivers"] == "waivers.toml"


def test_without_such_a_file_there_are_none(clinic: Path) -> None:
    settings = load_settings(clinic / "scrubber.toml", known_rules=RULES)
    assert settings.waivers == ()
    assert settings.origins["waivers"] == "default"


def test_a_file_of_the_command_line_is_taken_instead(clinic: Path) -> None:
    (clinic / "waivers.toml").write_text(GOOD)
    other = clinic / "other.toml"
    other.write_text(GOOD.replace("U104", "N302"))
    settings = load_settings(clinic / "scrubber.toml", known_rules=RULES, waivers=other)
    assert [waiver.rule for waiver in settings.waivers] == ["N302"]
    assert settings.origins["waivers"] == "command line"


def test_a_file_of_the_command_line_without_settings(clinic: Path) -> None:
    other = clinic / "other.toml"
    other.write_text(GOOD)
    assert len(load_settings(None, known_rules=RULES, waivers=other).waivers) == 1


def test_a_file_of_the_command_line_that_is_not_there(clinic: Path) -> None:
    with pytest.raises(SettingsError, match=r"other\.toml: cannot be read \(No such file or directory\)"):
        load_settings(clinic / "scrubber.toml", known_rules=RULES, waivers=clinic / "other.toml")


def test_a_link_beside_the_settings_that_leads_nowhere_is_not_passed_over(clinic: Path) -> None:
    (clinic / "waivers.toml").symlink_to(clinic / "unmounted" / "waivers.toml")
    with pytest.raises(SettingsError, match=r"waivers\.toml: cannot be read"):
        load_settings(clinic / "scrubber.toml", known_rules=RULES)
