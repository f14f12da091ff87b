"""Every rule, in the order of the catalogue. A test finds rule files that are missing here."""

from __future__ import annotations

from scrubber.rules.coverage.add_on_without_base import add_on_without_base
from scrubber.rules.coverage.assistant_as_rendering_provider import assistant_as_rendering_provider
from scrubber.rules.coverage.bundled_code import bundled_code
from scrubber.rules.coverage.chiropractor_therapy import chiropractor_therapy
from scrubber.rules.coverage.code_not_for_payer import code_not_for_payer
from scrubber.rules.coverage.code_not_in_force import code_not_in_force
from scrubber.rules.coverage.diagnosis_not_in_force import diagnosis_not_in_force
from scrubber.rules.coverage.evaluations_conflict import evaluations_conflict
from scrubber.rules.coverage.external_cause_first import external_cause_first
from scrubber.rules.coverage.frequency_not_accepted import frequency_not_accepted
from scrubber.rules.coverage.impossible_date import impossible_date
from scrubber.rules.coverage.invalid_diagnosis_pointer import invalid_diagnosis_pointer
from scrubber.rules.coverage.invalid_npi import invalid_npi
from scrubber.rules.coverage.missing_accident_date import missing_accident_date
from scrubber.rules.coverage.missing_authorization import missing_authorization
from scrubber.rules.coverage.missing_certifying_provider import missing_certifying_provider
from scrubber.rules.coverage.missing_original_reference import missing_original_reference
from scrubber.rules.coverage.never_covered_code import never_covered_code
from scrubber.rules.coverage.non_covered_without_notice import non_covered_without_notice
from scrubber.rules.coverage.place_of_service_conflict import place_of_service_conflict
from scrubber.rules.coverage.remote_monitoring_limits import remote_monitoring_limits
from scrubber.rules.coverage.repeated_claim import repeated_claim
from scrubber.rules.coverage.repeated_line import repeated_line
from scrubber.rules.coverage.taxonomy_against_discipline import taxonomy_against_discipline
from scrubber.rules.coverage.zero_charge import zero_charge
from scrubber.rules.envelope.adjudication_out_of_balance import adjudication_out_of_balance
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
from scrubber.rules.guide.faults import GUIDE_RULES
from scrubber.rules.internal.findings import fix_broke_conformance, held_with_visit, idle_waiver, rule_failed
from scrubber.rules.modifiers.assistant_incident_to import assistant_incident_to
from scrubber.rules.modifiers.assistant_on_evaluation import assistant_on_evaluation
from scrubber.rules.modifiers.both_distinct_modifiers import both_distinct_modifiers
from scrubber.rules.modifiers.conflicting_discipline_modifiers import conflicting_discipline_modifiers
from scrubber.rules.modifiers.early_threshold_modifier import early_threshold_modifier
from scrubber.rules.modifiers.liability_modifiers_conflict import liability_modifiers_conflict
from scrubber.rules.modifiers.missing_assistant_modifier import missing_assistant_modifier
from scrubber.rules.modifiers.missing_discipline_modifier import missing_discipline_modifier
from scrubber.rules.modifiers.missing_threshold_modifier import missing_threshold_modifier
from scrubber.rules.modifiers.modifier_order import modifier_order
from scrubber.rules.modifiers.needless_evaluation_modifier import needless_evaluation_modifier
from scrubber.rules.modifiers.repeated_modifier import repeated_modifier
from scrubber.rules.modifiers.unknown_modifier import unknown_modifier
from scrubber.rules.modifiers.unpaired_assistant_modifier import unpaired_assistant_modifier
from scrubber.rules.modifiers.unsplit_assistant_units import unsplit_assistant_units
from scrubber.rules.modifiers.unsupported_assistant_modifier import unsupported_assistant_modifier
from scrubber.rules.modifiers.wrong_discipline_modifier import wrong_discipline_modifier
from scrubber.rules.ncci.bypass_without_evidence import bypass_without_evidence
from scrubber.rules.ncci.bypass_without_pair import bypass_without_pair
from scrubber.rules.ncci.pair_needs_modifier import pair_needs_modifier
from scrubber.rules.ncci.pair_never_payable import pair_never_payable
from scrubber.rules.ncci.units_above_day_limit import units_above_day_limit
from scrubber.rules.ncci.units_above_line_limit import units_above_line_limit
from scrubber.rules.rule import Rule
from scrubber.rules.units.ambiguous_treatment_record import ambiguous_treatment_record
from scrubber.rules.units.date_span_on_timed_line import date_span_on_timed_line
from scrubber.rules.units.impossible_units import impossible_units
from scrubber.rules.units.minutes_as_unit import minutes_as_unit
from scrubber.rules.units.minutes_disagree import minutes_disagree
from scrubber.rules.units.minutes_without_line import minutes_without_line
from scrubber.rules.units.no_treatment_record import no_treatment_record
from scrubber.rules.units.overlapping_minutes import overlapping_minutes
from scrubber.rules.units.reduced_services_on_timed_code import reduced_services_on_timed_code
from scrubber.rules.units.time_totals_disagree import time_totals_disagree
from scrubber.rules.units.unit_above_one_for_first_step import unit_above_one_for_first_step
from scrubber.rules.units.units_above_minutes import units_above_minutes
from scrubber.rules.units.units_above_payer_day_limit import units_above_payer_day_limit
from scrubber.rules.units.units_below_minutes import units_below_minutes
from scrubber.rules.units.units_on_wrong_code import units_on_wrong_code
from scrubber.rules.units.units_without_minutes import units_without_minutes
from scrubber.rules.units.untimed_units_above_one import untimed_units_above_one

RULES: tuple[Rule, ...] = (
    units_above_minutes,
    units_below_minutes,
    units_on_wrong_code,
    units_without_minutes,
    minutes_without_line,
    no_treatment_record,
    overlapping_minutes,
    time_totals_disagree,
    untimed_units_above_one,
    minutes_as_unit,
    impossible_units,
    date_span_on_timed_line,
    minutes_disagree,
    reduced_services_on_timed_code,
    unit_above_one_for_first_step,
    ambiguous_treatment_record,
    units_above_payer_day_limit,
    missing_discipline_modifier,
    conflicting_discipline_modifiers,
    wrong_discipline_modifier,
    missing_assistant_modifier,
    unsplit_assistant_units,
    unsupported_assistant_modifier,
    unpaired_assistant_modifier,
    assistant_on_evaluation,
    modifier_order,
    repeated_modifier,
    missing_threshold_modifier,
    early_threshold_modifier,
    needless_evaluation_modifier,
    both_distinct_modifiers,
    unknown_modifier,
    assistant_incident_to,
    liability_modifiers_conflict,
    pair_never_payable,
    pair_needs_modifier,
    bypass_without_evidence,
    bypass_without_pair,
    units_above_line_limit,
    units_above_day_limit,
    code_not_in_force,
    code_not_for_payer,
    bundled_code,
    repeated_line,
    repeated_claim,
    evaluations_conflict,
    missing_certifying_provider,
    invalid_npi,
    taxonomy_against_discipline,
    remote_monitoring_limits,
    invalid_diagnosis_pointer,
    impossible_date,
    missing_original_reference,
    zero_charge,
    add_on_without_base,
    assistant_as_rendering_provider,
    place_of_service_conflict,
    frequency_not_accepted,
    non_covered_without_notice,
    missing_authorization,
    never_covered_code,
    diagnosis_not_in_force,
    external_cause_first,
    chiropractor_therapy,
    missing_accident_date,
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
    adjudication_out_of_balance,
    *GUIDE_RULES,
    rule_failed,
    idle_waiver,
    fix_broke_conformance,
    held_with_visit,
)

BY_CODE: dict[str, Rule] = {each.code: each for each in RULES}
