"""Settings and waivers written to a file of their own, then read back or refused."""

from collections.abc import Callable
from pathlib import Path

import pytest

from scrubber.errors import SettingsError
from scrubber.settings.load import load_settings
from scrubber.settings.settings import Settings

RULES = ("U101", "U102", "U106", "M201", "M204", "M209", "N301", "N302", "C405", "E501", "E502", "G601", "I001", "I002")


@pytest.fixture
def load(tmp_path: Path) -> Callable[..., Settings]:
    """Writes ``text`` to scrubber.toml (or ``name``) and loads it."""

    def loaded(text: str, name: str = "scrubber.toml") -> Settings:
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return load_settings(path, known_rules=RULES)

    return loaded


@pytest.fixture
def refusal(load: Callable[..., Settings], tmp_path: Path) -> Callable[..., str]:
    """The message with which ``text`` is refused, without the folder in front of the file's name."""

    def refused(text: str, name: str = "scrubber.toml") -> str:
        with pytest.raises(SettingsError) as caught:
            load(text, name)
        return str(caught.value).removeprefix(f"{tmp_path}/")

    return refused
