"""`scrubber settings FILE`: an input that they would be used for, or a settings file itself."""

from pathlib import Path

from click.testing import CliRunner

from scrubber.cli.main import main


def said(*arguments: str | Path, code: int = 0) -> str:
    result = CliRunner().invoke(main, ["settings", *map(str, arguments)])
    assert result.exit_code == code, result.output
    return result.output


def test_of_an_input_and_of_a_file_of_any_name(tmp_path: Path) -> None:
    near, other = tmp_path / "scrubber.toml", tmp_path / "other.toml"
    near.write_text('fix = "none"\n')
    other.write_text('fix = "unsafe"\n')
    claims = tmp_path / "claims.837"
    claims.touch()
    assert said(claims).startswith(f"# {near}\n")
    assert said(other).startswith(f"# {other}\n")
    assert said(claims, "--settings", other) == said(other)


def test_a_file_that_is_not_there_is_no_reason_to_show_the_defaults(tmp_path: Path) -> None:
    assert "does not exist" in said(tmp_path / "clams.837", code=2)
