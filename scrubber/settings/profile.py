"""A payer profile: which claims it is for, and how this payer wants therapy billed."""

from datetime import date

import msgspec

from scrubber.settings.keys import (
    AuthorizationChoice,
    MissingRecordChoice,
    PairModifierChoice,
    SeverityChoice,
    UnitRule,
)

NO_FEE_TABLE = "none"


class Profile(msgspec.Struct, frozen=True):
    """How the claims of one payer, or of one kind of payer, are checked.

    ``match_payer_id`` holds payer ids (2010BB NM109), ``match_filing`` claim filing indicators (SBR09). ``from_`` and
    ``to`` are the first and the last date of service that it speaks for, None for no bound. Tables are named; no pair
    table means that this payer's pairs are unknown, which is not_checked; ``pair_modifier`` is the line of a pair whose
    modifier counts. ``timed_units_per_day`` is in units, ``minutes_per_unit`` in minutes by code, ``filing_limit_days``
    in days after the service. Places are codes of place of service; ``replaced_codes`` are codes that it does not take,
    each with the one it takes instead. ``severity`` and ``demote`` are by rule code; the fix of a demoted rule is
    UNSAFE at most. ``extends`` is the profile whose values it started from, empty for a built-in one. ``overlay`` is
    the name of an overlay of the guide, or the path of its file; empty for none.
    """

    name: str
    match_payer_id: frozenset[str] = frozenset()
    match_filing: frozenset[str] = frozenset()
    extends: str = ""
    unit_rule: UnitRule = "ask"
    discipline_modifiers: bool = False
    assistant_modifiers: bool = False
    threshold_modifier: bool = False
    pair_tables: tuple[str, ...] = ()
    pair_modifier: PairModifierChoice = "column-2"
    unit_limit_tables: tuple[str, ...] = ()
    fee_table: str = NO_FEE_TABLE
    modifier_order: bool = False
    extra_pairs: tuple[tuple[str, str], ...] = ()
    timed_units_per_day: int | None = None
    minutes_per_unit: dict[str, int] = msgspec.field(default_factory=dict)
    missing_record: MissingRecordChoice = "warn"
    referring_provider: bool = False
    authorization: AuthorizationChoice = "none"
    filing_limit_days: int | None = None
    corrected_claims: bool = True
    refused_places: tuple[str, ...] = ()
    doubtful_places: tuple[str, ...] = ()
    replaced_codes: dict[str, str] = msgspec.field(default_factory=dict)
    from_: date | None = None
    to: date | None = None
    severity: dict[str, SeverityChoice] = msgspec.field(default_factory=dict)
    demote: frozenset[str] = frozenset()
    apply_raises: bool = False
    overlay: str = ""

    def covers(self, on: date | None) -> bool:
        """Whether it speaks for this date of service; an unknown date (None) only when it has no bounds."""
        if on is None:
            return self.from_ is None and self.to is None
        return (self.from_ is None or self.from_ <= on) and (self.to is None or on <= self.to)


PROFILE_KEYS: dict[str, str] = {
    "match.payer-id": "match_payer_id",
    "match.filing": "match_filing",
    "extends": "extends",
    "unit-rule": "unit_rule",
    "discipline-modifiers": "discipline_modifiers",
    "assistant-modifiers": "assistant_modifiers",
    "threshold-modifier": "threshold_modifier",
    "pair-tables": "pair_tables",
    "pair-modifier": "pair_modifier",
    "unit-limit-tables": "unit_limit_tables",
    "fee-table": "fee_table",
    "modifier-order": "modifier_order",
    "extra-pairs": "extra_pairs",
    "timed-units-per-day": "timed_units_per_day",
    "minutes-per-unit": "minutes_per_unit",
    "missing-record": "missing_record",
    "referring-provider": "referring_provider",
    "authorization": "authorization",
    "filing-limit-days": "filing_limit_days",
    "corrected-claims": "corrected_claims",
    "refused-places": "refused_places",
    "doubtful-places": "doubtful_places",
    "replaced-codes": "replaced_codes",
    "from": "from_",
    "to": "to",
    "severity": "severity",
    "demote": "demote",
    "apply-raises": "apply_raises",
    "overlay": "overlay",
}
"""Each key of a profile as written, in the order of the documentation, and the field that holds it."""

OWN_KEYS = frozenset({"match.payer-id", "match.filing", "extends", "from", "to"})
"""The keys that ``extends`` does not hand down: they say which claims a profile is for, not how it checks them."""
