"""Every key that settings and waivers may hold, as written, with the kind of its value. None: the key is not there."""

import datetime as dt
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

UnitRule = Literal["cms", "ama", "wc", "ask"]
FixChoice = Literal["none", "safe", "unsafe"]
ConformanceChoice = Literal["full", "changed", "off"]
MissingRecordChoice = Literal["warn", "reject"]
PairModifierChoice = Literal["either", "column-2"]
AuthorizationChoice = Literal["none", "treatment", "all"]
SeverityChoice = Literal["note", "warn", "reject"]

_Filled = Annotated[str, Meta(min_length=1)]
_Code = Annotated[str, Meta(pattern=r"^[0-9A-Z][0-9]{3}[0-9A-Z]\Z")]
_Filing = Annotated[str, Meta(pattern=r"^[0-9A-Z]{1,2}\Z")]
_Place = Annotated[str, Meta(pattern=r"^[0-9]{2}\Z")]
_Positive = Annotated[int, Meta(ge=1)]
_Year = 366 * 24 * 60 * 60

Table = Annotated[dict[str, object], Meta(description="a table")]
Selection = Annotated[tuple[str, ...], Meta(description='a list of rules and families, such as ["U", "M201"]')]
Rules = Annotated[tuple[str, ...], Meta(description='a list of rules, such as ["U101"]')]
Bytes = Annotated[int, Meta(ge=1, description="a number of bytes, 1 or more")]
Zone = Annotated[str, Meta(min_length=1, description='the name of a time zone, such as "America/Chicago"')]
Paths = Annotated[tuple[_Filled, ...], Meta(description='a list of paths, such as ["records/*.csv"]')]
Folder = Annotated[str, Meta(min_length=1, description="the path of a folder")]
File = Annotated[str, Meta(min_length=1, description="the path of a file")]
Interval = Annotated[float, Meta(gt=0, le=_Year, description="a number above 0")]
Wait = Annotated[float, Meta(ge=0, le=_Year, description="a number, 0 or more")]
Megabytes = Annotated[int, Meta(ge=1, description="a number of megabytes, 1 or more")]
Port = Annotated[int, Meta(ge=1, le=65_535, description="the number of a TCP port, 1 to 65535")]
PayerIds = Annotated[tuple[_Filled, ...], Meta(description='a list of payer ids in quotes, such as ["60054"]')]
Filings = Annotated[tuple[_Filing, ...], Meta(description='a list of filing indicators (SBR09), such as ["CI"]')]
ProfileName = Annotated[str, Meta(description="the name of a profile")]
TableNames = Annotated[tuple[_Filled, ...], Meta(description='a list of tables, such as ["ncci-ptp-medicare"]')]
FeeTable = Annotated[str, Meta(min_length=1, description='the name of a fee table, or "none"')]
Pairs = Annotated[
    tuple[tuple[_Code, _Code], ...], Meta(description='a list of pairs of codes, such as [["97530", "97140"]]')
]
DayLimit = Annotated[int, Meta(ge=1, description="a whole number of units, 1 or more")]
Minutes = Annotated[
    dict[_Code, _Positive], Meta(description='a table of codes and whole minutes, such as { "92507" = 15 }')
]
Days = Annotated[int, Meta(ge=1, le=36_500, description="a whole number of days, 1 to 36500")]
CodePairs = Annotated[dict[_Code, _Code], Meta(description='a table of codes, such as { "97014" = "G0283" }')]
Places = Annotated[tuple[_Place, ...], Meta(description='a list of places of service, such as ["21", "31"]')]
Date = Annotated[dt.date, Meta(description="a date, such as 2026-01-31")]
Overlay = Annotated[str, Meta(description='the name of an overlay of the guide, or the path of one ending in ".xml"')]
Severities = Annotated[
    dict[str, SeverityChoice],
    Meta(description='a table of rules and "note", "warn" or "reject", such as { U102 = "note" }'),
]


class _Keys(msgspec.Struct, frozen=True, kw_only=True, rename="kebab", forbid_unknown_fields=True):
    """What all tables of settings share: kebab-case, and nothing that is not listed."""


class TopKeys(_Keys, frozen=True):
    """The top of scrubber.toml; its tables are read by schemas of their own."""

    select: Selection | None = None
    ignore: Selection | None = None
    fix: FixChoice | None = None
    conformance: ConformanceChoice | None = None
    timezone: Zone | None = None
    max_bytes: Bytes | None = None
    records: Table | None = None
    tables: Table | None = None
    payers: Table | None = None
    watch: Table | None = None


class RecordsKeys(_Keys, frozen=True):
    """[records]"""

    paths: Paths | None = None


class TablesKeys(_Keys, frozen=True):
    """[tables]"""

    folder: Folder | None = None


class MatchKeys(_Keys, frozen=True):
    """``match`` of a profile."""

    payer_id: PayerIds | None = None
    filing: Filings | None = None


class ProfileKeys(_Keys, frozen=True):
    """[payers.NAME]"""

    match: Table | None = None
    extends: ProfileName | None = None
    unit_rule: UnitRule | None = None
    discipline_modifiers: bool | None = None
    assistant_modifiers: bool | None = None
    threshold_modifier: bool | None = None
    pair_tables: TableNames | None = None
    pair_modifier: PairModifierChoice | None = None
    unit_limit_tables: TableNames | None = None
    fee_table: FeeTable | None = None
    modifier_order: bool | None = None
    extra_pairs: Pairs | None = None
    timed_units_per_day: DayLimit | None = None
    minutes_per_unit: Minutes | None = None
    missing_record: MissingRecordChoice | None = None
    referring_provider: bool | None = None
    authorization: AuthorizationChoice | None = None
    filing_limit_days: Days | None = None
    corrected_claims: bool | None = None
    refused_places: Places | None = None
    doubtful_places: Places | None = None
    replaced_codes: CodePairs | None = None
    from_: Date | None = msgspec.field(default=None, name="from")
    to: Date | None = None
    severity: Severities | None = None
    demote: Rules | None = None
    apply_raises: bool | None = None
    overlay: Overlay | None = None


class WatchKeys(_Keys, frozen=True):
    """[watch]"""

    inbox: Folder | None = None
    outbox: Folder | None = None
    held: Folder | None = None
    reports: Folder | None = None
    archive: Folder | None = None
    failed: Folder | None = None
    state: File | None = None
    scan_seconds: Interval | None = None
    quiet_seconds: Wait | None = None
    incomplete_minutes: Interval | None = None
    records_wait_seconds: Wait | None = None
    done_companion: bool | None = None
    stuck_minutes: Interval | None = None
    worker_seconds: Interval | None = None
    worker_megabytes: Megabytes | None = None
    metrics_port: Port | None = None
    metrics_file: File | None = None
    audit_log: File | None = None
    ledger: File | None = None


class WaiversKeys(_Keys, frozen=True):
    """The top of waivers.toml."""

    waiver: Annotated[tuple[dict[str, object], ...], Meta(description="[[waiver]] tables")] | None = None


class WaiverKeys(_Keys, frozen=True):
    """One [[waiver]]; nothing in it may be left out."""

    rule: Annotated[str, Meta(description="the code of a rule, in quotes")]
    claim: Annotated[str, Meta(pattern=r"\S", description="the claim's number (CLM01), in quotes")]
    reason: Annotated[str, Meta(pattern=r"\S", description="why the finding is waived, in quotes")]
    by: Annotated[str, Meta(pattern=r"\S", description="who decided it, in quotes")]
    until: Annotated[dt.date, Meta(description="the last date on which it holds, such as 2026-12-31")]
