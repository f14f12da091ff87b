"""One row of a treatment record: its columns, what each may hold, and the record that a good row becomes.

CSV and JSON Lines meet here: both bring the texts of the twenty columns in the order of COLUMNS, an absent column as
empty text. Blanks around a cell are no part of it; apart from that a spelling is right or the row is bad.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import lru_cache

import msgspec

LONGEST_TEXT = 255
LONGEST_DAY = 24 * 60
ROLES = ("PT", "PTA", "OT", "OTA", "SLP", "CF", "SLPA", "PHYSICIAN", "NPP", "DC", "AIDE", "STUDENT", "OTHER")


class TreatmentRecord(msgspec.Struct, frozen=True, gc=False, array_like=True):
    """What one row says happened. Fields up to ``ot_to_date`` are the columns in order; empty text is "not said".

    ``minutes`` are whole minutes as written, 0..1440; None when the row leaves them out (it then has ``start`` and
    ``stop``, or its mode is not individual, or it speaks for the whole visit). ``start`` and ``stop`` are minutes of
    the day, both or neither, start < stop. ``code`` is empty on a row for the whole visit. ``together`` is None where
    the row's source has no such column. The two amounts to date are dollars as written. ``source_file`` is a base name
    and ``line`` the line of that file on which the row begins, 1 being its first.
    """

    note_id: str
    claim_id: str
    member_id: str
    line_control: str
    service_date: date
    discipline: str
    code: str
    minutes: int | None
    start: int | None
    stop: int | None
    role: str
    together: bool | None
    mode: str
    clinician_id: str
    rendering_npi: str
    signed: bool
    timed_total: int | None
    treatment_total: int | None
    pt_slp_to_date: str
    ot_to_date: str
    source_file: str
    line: int


class BadRow(msgspec.Struct, frozen=True, gc=False):
    """A row that cannot be read, and whatever it could name.

    ``column`` is the first column at fault, empty when the row as a whole is; ``message`` says what is allowed and
    holds nothing of the row. ``line`` 0 stands for a file that cannot be read as a whole. The four texts after the
    message are as read. A row with too many or too few cells may have its cells in the wrong places: ``claim_ids`` and
    ``member_ids`` hold every cell that could be meant, and ``service_date`` the first of them that is a real date,
    else nothing.
    """

    source_file: str
    line: int
    column: str
    message: str
    note_id: str = ""
    claim_id: str = ""
    member_id: str = ""
    service_date: str = ""
    claim_ids: tuple[str, ...] = ()
    member_ids: tuple[str, ...] = ()


COLUMNS = TreatmentRecord.__struct_fields__[:-2]
CLAIM_ID, MEMBER_ID, SERVICE_DATE = (COLUMNS.index(name) for name in ("claim_id", "member_id", "service_date"))


class RowError(ValueError):
    """A row breaks the format. ``faults`` are pairs of column and what is allowed there, at least one."""

    def __init__(self, faults: Sequence[tuple[str, str]]) -> None:
        super().__init__("; ".join(f"column {column} {allowed}" if column else allowed for column, allowed in faults))
        self.column = faults[0][0]


def _text(cell: str) -> str:
    if len(cell) > LONGEST_TEXT or not cell.isprintable():
        raise ValueError
    return cell


def _required_text(cell: str) -> str:
    if not cell:
        raise ValueError
    return _text(cell)


@lru_cache(maxsize=4096)
def _day(cell: str) -> date:
    # date.fromisoformat alone would also take 20260302 and 2026-W10-1
    if len(cell) != len("YYYY-MM-DD") or cell[4] != "-" or cell[7] != "-":
        raise ValueError
    return date.fromisoformat(cell)


@lru_cache(maxsize=4096)
def _code(cell: str) -> str:
    if cell and not (len(cell) == 5 and cell.isascii() and cell.isalnum() and cell == cell.upper()):
        raise ValueError
    return cell


def _dollars(cell: str) -> str:
    if cell:
        whole, point, cents = cell.partition(".")
        digits = whole + cents
        if not whole or not digits.isascii() or not digits.isdigit() or (point and not cents):
            raise ValueError
        if len(whole) > 9 or len(cents) > 2:
            raise ValueError
    return cell


_MINUTES: Mapping[str, int | None] = {
    "": None,
    **{f"{minutes:02}": minutes for minutes in range(10)},
    **{str(minutes): minutes for minutes in range(LONGEST_DAY + 1)},
}
_CLOCK: Mapping[str, int | None] = {"": None, **{f"{at // 60:02}:{at % 60:02}": at for at in range(LONGEST_DAY)}}
_YES: Mapping[str, bool] = {"yes": True, "no": False, "": False}

_TEXT = f"must be at most {LONGEST_TEXT} printable characters"
_WHOLE_MINUTES = f"must be whole minutes from 0 to {LONGEST_DAY}"
_AMOUNT = "must be an amount in dollars such as 1234.50"

_READERS: Mapping[str, tuple[Callable[[str], object], str]] = {
    "note_id": (_required_text, f"must be 1 to {LONGEST_TEXT} printable characters"),
    "claim_id": (_text, _TEXT),
    "member_id": (_text, _TEXT),
    "line_control": (_text, _TEXT),
    "service_date": (_day, "must be a real date written YYYY-MM-DD"),
    "discipline": ({name: name for name in ("PT", "OT", "SLP")}.__getitem__, "must be PT, OT or SLP"),
    "code": (_code, "must be five digits or capital letters, or empty on a row for the whole visit"),
    "minutes": (_MINUTES.__getitem__, _WHOLE_MINUTES),
    "start": (_CLOCK.__getitem__, "must be HH:MM from 00:00 to 23:59"),
    "stop": (_CLOCK.__getitem__, "must be HH:MM from 00:00 to 23:59"),
    "role": ({name: name for name in ("", *ROLES)}.__getitem__, f"must be one of {', '.join(ROLES)}"),
    "together": (_YES.__getitem__, "must be yes or no"),
    "mode": (
        {"": "individual", "individual": "individual", "group": "group", "untimed": "untimed"}.__getitem__,
        "must be individual, group or untimed",
    ),
    "clinician_id": (_text, _TEXT),
    "rendering_npi": (_text, _TEXT),
    "signed": (_YES.__getitem__, "must be yes or no"),
    "timed_total": (_MINUTES.__getitem__, _WHOLE_MINUTES),
    "treatment_total": (_MINUTES.__getitem__, _WHOLE_MINUTES),
    "pt_slp_to_date": (_dollars, _AMOUNT),
    "ot_to_date": (_dollars, _AMOUNT),
}
# A row is read in the order of COLUMNS, so the readers must stand in that order too.
_IN_ORDER: tuple[Callable[[str], object], ...] = tuple(_READERS[column][0] for column in COLUMNS)
_TOGETHER = COLUMNS.index("together")


def read_cells(cells: Sequence[str], source_file: str, line: int, *, together_said: bool) -> TreatmentRecord:
    """The record that twenty stripped cells make, in the order of COLUMNS.

    ``together_said`` is False where the source has no such column: ``together`` is then None.

    Raises RowError naming every column at fault.
    """
    try:
        values = [read(cell) for read, cell in zip(_IN_ORDER, cells, strict=True)]
    except (KeyError, ValueError):
        values = []
    if not values:
        raise RowError(_spelling_faults(cells))
    if not together_said:
        values[_TOGETHER] = None
    values += (source_file, line)
    record = TreatmentRecord(*values)  # type: ignore[arg-type]
    faults = _disagreements(record)
    if faults:
        raise RowError(faults)
    return record


_DAYS: dict[str, date] = {}
_KINDS: dict[tuple[str, ...], tuple[str, str, str, bool | None, str, bool, str, str]] = {}
_MOST_REMEMBERED = 4096


def read_usual_cells(
    cells: Sequence[str], source_file: str, line: int, *, together_said: bool
) -> TreatmentRecord | None:
    """What ``read_cells`` makes of a row of which nothing is to be said: no blanks in it, dates and kinds of rows that
    were met before, nothing that disagrees. None for any other row, good or bad, which ``read_cells`` then reads.
    """
    (note, claim, member, control, day, discipline, code, minutes, start, stop, role, together, mode, clinician, npi,
     signed, timed_total, treatment_total, pt_slp, ot) = cells  # fmt: skip
    texts = note + claim + member + control + clinician + npi
    if not note or not (claim or member) or len(texts) > LONGEST_TEXT or " " in texts or not texts.isprintable():
        return None
    try:
        on = _DAYS[day]
        kind = _KINDS[discipline, code, role, together, mode, signed, pt_slp, ot]
        written, begins, ends = _MINUTES[minutes], _CLOCK[start], _CLOCK[stop]
        timed, treated = _MINUTES[timed_total], _MINUTES[treatment_total]
    except KeyError:
        return _learn(cells, source_file, line, together_said=together_said)
    discipline, code, role, joint, mode, is_signed, pt_slp, ot = kind
    if not together_said:
        joint = None
    if begins is None or ends is None:
        if begins is not ends or (written is None and code and mode == "individual"):
            return None
    elif ends <= begins or (written is not None and written > ends - begins):
        return None
    return TreatmentRecord(
        note, claim, member, control, on, discipline, code, written, begins, ends, role, joint, mode, clinician, npi,
        is_signed, timed, treated, pt_slp, ot, source_file, line,
    )  # fmt: skip


def _learn(cells: Sequence[str], source_file: str, line: int, *, together_said: bool) -> TreatmentRecord | None:
    """Read a row with care, and remember its date and its kind where it is good and has no blanks around a cell."""
    try:
        record = read_cells(cells, source_file, line, together_said=together_said)
    except RowError:
        return None
    if len(_DAYS) < _MOST_REMEMBERED:
        _DAYS[cells[4]] = record.service_date
    if len(_KINDS) < _MOST_REMEMBERED:
        key = tuple([cells[place] for place in _KIND])
        _KINDS[key] = (
            record.discipline, record.code, record.role, _YES[cells[_TOGETHER]], record.mode, record.signed,
            record.pt_slp_to_date, record.ot_to_date,
        )  # fmt: skip
    return record


_KIND = tuple(
    COLUMNS.index(name)
    for name in ("discipline", "code", "role", "together", "mode", "signed", "pt_slp_to_date", "ot_to_date")
)


def real_date(cell: str) -> bool:
    """Whether a cell is a date as the format wants it."""
    try:
        _day(cell)
    except ValueError:
        return False
    return True


def _spelling_faults(cells: Sequence[str]) -> list[tuple[str, str]]:
    faults = []
    for column, cell in zip(COLUMNS, cells, strict=True):
        read, allowed = _READERS[column]
        try:
            read(cell)
        except (KeyError, ValueError):
            faults.append((column, allowed))
    return faults


def _disagreements(record: TreatmentRecord) -> list[tuple[str, str]]:
    faults = []
    if not record.claim_id and not record.member_id:
        faults.append(("claim_id", "must be given where member_id is not"))
    start, stop = record.start, record.stop
    if start is None or stop is None:
        if start is not stop:
            faults.append(("stop" if stop is None else "start", "must be given where the other of the two is"))
        elif record.code and record.minutes is None and record.mode == "individual":
            faults.append(("minutes", "must be given where start and stop are not"))
    elif stop <= start:
        faults.append(("stop", "must be later than start, on the same day"))
    elif record.minutes is not None and record.minutes > stop - start:
        faults.append(("minutes", "must be no more than the time from start to stop"))
    if record.code and not record.role:
        faults.append(("role", f"must be given with a code: one of {', '.join(ROLES)}"))
    return faults
