"""Which settings file speaks for an input."""

from pathlib import Path

import pytest

from scrubber.errors import SettingsError
from scrubber.settings.search import find_settings


@pytest.fixture
def deep(tmp_path: Path) -> Path:
    folder = tmp_path / "clinic" / "out" / "today"
    folder.mkdir(parents=True)
    (tmp_path / "clinic" / "scrubber.toml").write_text("")
    return folder


def test_the_nearest_one_upwards_from_a_file(deep: Path, tmp_path: Path) -> None:
    (tmp_path / "scrubber.toml").write_text("")
    claims = deep / "claims.837"
    claims.write_bytes(b"")
    assert find_settings(claims) == tmp_path / "clinic" / "scrubber.toml"


def test_a_folder_is_searched_itself(deep: Path) -> None:
    (deep / "scrubber.toml").write_text("")
    assert find_settings(deep) == deep / "scrubber.toml"


def test_an_input_that_is_not_there_still_has_a_folder(deep: Path, tmp_path: Path) -> None:
    assert find_settings(deep / "nothing.837") == tmp_path / "clinic" / "scrubber.toml"


def test_dots_in_the_path_are_followed_upwards_and_not_downwards(deep: Path, tmp_path: Path) -> None:
    (deep / "scrubber.toml").write_text("")
    assert find_settings(deep / ".." / "claims.837") == tmp_path / "clinic" / "scrubber.toml"


def test_a_relative_path_is_searched_from_the_working_folder(
    deep: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(deep)
    assert find_settings(Path("claims.837")) == tmp_path / "clinic" / "scrubber.toml"


def test_a_linked_input_belongs_to_the_folder_of_the_link(deep: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere.837"
    elsewhere.write_bytes(b"")
    (deep / "link.837").symlink_to(elsewhere)
    assert find_settings(deep / "link.837") == tmp_path / "clinic" / "scrubber.toml"


def test_a_pyproject_with_the_section_counts(deep: Path) -> None:
    project = deep / "pyproject.toml"
    project.write_text('[tool.scrubber]\nfix = "none"\n')
    assert find_settings(deep / "claims.837") == project


def test_a_pyproject_without_the_section_is_passed(deep: Path, tmp_path: Path) -> None:
    (deep / "pyproject.toml").write_text("[tool.ruff]\n")
    assert find_settings(deep / "claims.837") == tmp_path / "clinic" / "scrubber.toml"


def test_scrubber_toml_goes_before_a_pyproject_beside_it(deep: Path) -> None:
    (deep / "pyproject.toml").write_text("[tool.scrubber]\n")
    (deep / "scrubber.toml").write_text("")
    assert find_settings(deep) == deep / "scrubber.toml"


def test_a_folder_of_that_name_is_no_settings_file(deep: Path, tmp_path: Path) -> None:
    (deep / "scrubber.toml").mkdir()
    assert find_settings(deep) == tmp_path / "clinic" / "scrubber.toml"


def test_a_pyproject_that_is_no_toml_is_not_passed_over(deep: Path) -> None:
    (deep / "pyproject.toml").write_text("[tool.scrubber\n")
    with pytest.raises(SettingsError, match=r"pyproject\.toml: not valid TOML: .* \(at line 1, column 15\)\.$"):
        find_settings(deep)


def test_nothing_upwards(tmp_path: Path) -> None:
    upwards = [folder / name for folder in tmp_path.parents for name in ("scrubber.toml", "pyproject.toml")]
    if any(path.exists() for path in upwards):
        pytest.skip("the temporary folder itself stands below settings")
    assert find_settings(tmp_path / "claims.837") is None


def test_a_link_that_leads_nowhere_is_not_passed_over(deep: Path) -> None:
    (deep / "scrubber.toml").symlink_to(deep / "unmounted" / "scrubber.toml")
    assert find_settings(deep) == deep / "scrubber.toml"


def test_a_place_where_nothing_can_be_looked_at(deep: Path) -> None:
    (deep / "scrubber.toml").symlink_to(deep / "scrubber.toml")
    with pytest.raises(SettingsError, match=r"no settings can be looked for from here \(.+\)\. Use --settings\.$"):
        find_settings(deep / "claims.837")
