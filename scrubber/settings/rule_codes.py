"""Rule codes and families as settings name them, and what may not be turned off."""

from collections.abc import Collection

from scrubber.settings.document import Document
from scrubber.settings.lines import Place
from scrubber.settings.suggestion import suggest

FAMILIES = ("U", "M", "N", "C", "E", "G")
"""What ``select`` and ``ignore`` may name beside single rules."""

ALWAYS_REPORTED = frozenset("EGI")
"""Envelope, guide and internal findings: never ignored, never waived, whatever is selected."""

_WHY = "envelope (E), guide (G) and internal (I) findings always count"


def check_rule(document: Document, place: Place, word: str, known_rules: Collection[str], at: Place) -> None:
    """Raises SettingsError, naming the key ``place`` and the line of ``at``, unless ``word`` is the code of a rule."""
    if word not in known_rules:
        hint = suggest(word, known_rules, "`scrubber rules` lists them.")
        raise document.error(place, f'unknown rule "{word}".{hint}', at)


def check_rule_or_family(document: Document, place: Place, word: str, known_rules: Collection[str], at: Place) -> None:
    """Raises SettingsError unless ``word`` is the code of a rule or the letter of a family."""
    if word not in FAMILIES and word not in known_rules:
        # A letter is near to no code, so the families are offered only to a single letter.
        known = FAMILIES if len(word) == 1 else known_rules
        hint = suggest(word, known, f"Families are {', '.join(FAMILIES)}; `scrubber rules` lists the rules.")
        raise document.error(place, f'unknown rule or family "{word}".{hint}', at)


def refuse_protected(document: Document, place: Place, word: str, deed: str, at: Place) -> None:
    """Raises SettingsError when ``word`` names a rule or family of which nothing may be ``deed`` ("ignored")."""
    if word[:1] in ALWAYS_REPORTED:
        raise document.error(place, f'"{word}" cannot be {deed}: {_WHY}. Take it out.', at)
