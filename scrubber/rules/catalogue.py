"""Every rule, in the order of the catalogue. A test finds rule files that are missing here."""

from __future__ import annotations

from scrubber.rules.coverage.repeated_claim import repeated_claim
from scrubber.rules.envelope.claim_out_of_balance import claim_out_of_balance
from scrubber.rules.envelope.control_number_mismatch import control_number_mismatch
from scrubber.rules.envelope.header_malformed import header_malformed
from scrubber.rules.envelope.hierarchy_broken import hierarchy_broken
from scrubber.rules.envelope.incomplete_interchange import incomplete_interchange
from scrubber.rules.envelope.line_numbering import line_numbering
from scrubber.rules.envelope.not_an_837p import not_an_837p
from scrubber.rules.envelope.repeated_control_number import repeated_control_number
from scrubber.rules.envelope.segment_count import segment_count
from scrubber.rules.envelope.too_many_lines import too_many_lines
from scrubber.rules.envelope.trailing_data import trailing_data
from scrubber.rules.internal.findings import fix_broke_conformance, held_with_visit, idle_waiver, rule_failed
from scrubber.rules.modifiers.missing_assistant_modifier import missing_assistant_modifier
from scrubber.rules.modifiers.missing_discipline_modifier import missing_discipline_modifier
from scrubber.rules.modifiers.repeated_modifier import repeated_modifier
from scrubber.rules.ncci.pair_needs_modifier import pair_needs_modifier
from scrubber.rules.ncci.pair_never_payable import pair_never_payable
from scrubber.rules.rule import Rule
from scrubber.rules.units.ambiguous_treatment_record import ambiguous_treatment_record
from scrubber.rules.units.impossible_units import impossible_units
from scrubber.rules.units.no_treatment_record import no_treatment_record
from scrubber.rules.units.units_above_minutes import units_above_minutes
from scrubber.rules.units.units_below_minutes import units_below_minutes

RULES: tuple[Rule, ...] = (
    units_above_minutes,
    units_below_minutes,
    no_treatment_record,
    impossible_units,
    ambiguous_treatment_record,
    missing_discipline_modifier,
    missing_assistant_modifier,
    repeated_modifier,
    pair_never_payable,
    pair_needs_modifier,
    repeated_claim,
    claim_out_of_balance,
    segment_count,
    control_number_mismatch,
    hierarchy_broken,
    line_numbering,
    too_many_lines,
    incomplete_interchange,
    trailing_data,
    repeated_control_number,
    not_an_837p,
    header_malformed,
    rule_failed,
    idle_waiver,
    fix_broke_conformance,
    held_with_visit,
)

BY_CODE: dict[str, Rule] = {each.code: each for each in RULES}
