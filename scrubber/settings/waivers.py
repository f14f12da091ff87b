"""waivers.toml: findings that a person has decided to let pass, each with who, why and until when."""

from collections.abc import Collection
from datetime import date
from pathlib import Path

import msgspec

from scrubber.settings.document import read_document
from scrubber.settings.keys import WaiverKeys, WaiversKeys
from scrubber.settings.kinds import read_table
from scrubber.settings.rule_codes import check_rule, refuse_protected

WAIVERS_NAME = "waivers.toml"


class Waiver(msgspec.Struct, frozen=True):
    """Findings of ``rule`` on the claim numbered ``claim`` (CLM01) do not hold it; ``until`` is the last such date."""

    rule: str
    claim: str
    reason: str
    by: str
    until: date


def load_waivers(path: Path, *, known_rules: Collection[str]) -> tuple[Waiver, ...]:
    """The waivers of a file, in its order. An expired one is kept: that it is idle is a finding, not an error.

    Raises SettingsError when the file cannot be read, holds an unknown key or rule, lacks a key, has a value of the
    wrong kind, or names a rule that cannot be waived. No message quotes a claim, a reason or a person.
    """
    document = read_document(path, private=True)
    top = read_table(document, (), document.table, WaiversKeys)
    waivers = []
    for index, table in enumerate(top.waiver or ()):
        place = ("waiver", index)
        keys = read_table(document, place, table, WaiverKeys)
        named = (*place, "rule")
        check_rule(document, named, keys.rule, known_rules, named)
        refuse_protected(document, named, keys.rule, "waived", named)
        waivers.append(Waiver(keys.rule, keys.claim, keys.reason, keys.by, keys.until))
    return tuple(waivers)
