"""Minutes in the free text of a claim (NTE, K3): the few forms that can only be minutes; all else is a note.

The text is cut once into tokens and read from left to right. Case does not matter, brackets count as blanks. These
forms are read; 97110 stands for any code of five characters, n for 1 to 1440, and = may also be a colon:

    97110 n MIN    97110=n MIN      minutes of a code; the word is MIN, MINS, MINUTE or MINUTES, also glued (23MIN)
    97110 n    97110=n              the same from 8 minutes; fewer may well be units. Without the sign not where the
                                    number is a modifier of therapy claims, such as 59
    97110 PT n MIN PTA n MIN        with who furnished them (PT, PTA, OT, OTA, SLP, SLPA, AIDE, STUDENT); also
                                    PTA 97110 n MIN, and n MIN PTA or n MIN BY PTA at the end of a part
    97110 TIME 1005-1028            from clock to clock, HHMM, HMM or HH:MM
    TOTAL TIMED n                   total timed minutes; also TIMED TOTAL, with CODES, MINUTES, a sign or MIN around n
    n MIN    MINUTES n    MIN n     minutes of the single code of the line
    PTA n MIN    PTA: n MIN         the same, with who furnished them
    TIME 1005-1028                  the same, from clock to clock

A part of a text ends with a comma, semicolon, bar, full stop, line end, or a slash before a code. A form must end with
its part or be followed by another form, by AND, + or & and another form, or by a count of units (2 UNITS); otherwise it
is a note. Forms without a code are read only in a part that holds nothing else, and not beside another code.

What could mean two things is not read: a text that gives a code the same minutes twice, minutes of a code with and
without a role, minutes with and without a code, a code whose minutes follow only after another code, totals that
differ. A clock stretch yields to minutes of its code. A sentence with a word such as PLAN, NEXT, NOT or HOME does not
speak of what was done and is not read.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from scrubber.visits.note_tokens import Token, tokens

MOST_MINUTES = 24 * 60
# The first unit starts at eight minutes; a smaller number behind a code is as likely a count of units.
LEAST_WITHOUT_WORD = 8

_UNIT_WORDS = frozenset({"UNIT", "UNITS", "UN"})
# PT and OT before a code mean the discipline or the patient as often as the therapist.
_ROLES_BEFORE_CODE = frozenset({"PTA", "OTA", "SLPA"})
_NOT_DONE = frozenset({"PLAN", "PLANNED", "GOAL", "GOALS", "NEXT", "PRIOR", "PREVIOUS", "LAST", "NO", "NOT"}) | {
    *("HEP", "HOME", "AUTH", "AUTHORIZED", "APPROVED")
}
_MODIFIERS = frozenset({"22", "25", "50", "51", "52", "53", "59", "76", "77", "91", "93", "95", "96", "97"})
_THE_END = Token("stop", ";")


class NotedMinutes(NamedTuple):
    """Minutes that a text gives. ``role`` is empty where it names none; a ``total`` has neither code nor role."""

    code: str
    minutes: int
    role: str
    total: bool


class _Statement(NamedTuple):
    """``code`` is empty where it is the line's. ``starts`` is the minute of the day of a clock stretch, else None."""

    code: str
    minutes: int
    role: str = ""
    total: bool = False
    starts: int | None = None


class _Form(NamedTuple):
    """What one form says, and the place of the token behind it."""

    says: tuple[_Statement, ...]
    behind: int


class _Amount(NamedTuple):
    """Minutes, whether a word says that they are minutes, and the place of the token behind."""

    minutes: int
    worded: bool
    behind: int


def scan_minutes(text: str, line_code: str = "") -> list[NotedMinutes]:
    """Minutes that a text gives, by code in the order in which codes are named, the total last.

    ``line_code`` is the code of the service line that the text belongs to; empty for a text of the claim, of which only
    totals and forms that name their code are read. Codes are those of the text, whether or not they are billed. Empty
    when nothing is sure. Total over any text and linear in its length.
    """
    return read_tokens(list(tokens(text)), line_code)


def read_tokens(read: Sequence[Token], line_code: str) -> list[NotedMinutes]:
    """What ``scan_minutes`` says, of tokens. Looks at each of them a bounded number of times."""
    statements: list[_Statement] = []
    of_part: list[_Statement] = []
    sentence_begins = 0
    done = plain = True
    code_waits = other_code = False
    at = 0
    while at <= len(read):
        token = _token(read, at)
        form = _form(read, at)
        if form:
            if form.says[0].code and code_waits:
                other_code = True
            elif form.says[0].code or form.says[0].total:
                statements += form.says
            else:
                of_part += form.says
            code_waits, at = False, form.behind
            continue
        if token.kind == "stop":
            if plain:
                statements += of_part
            of_part, plain = [], True
            if token.text != ",":
                if not done:
                    del statements[sentence_begins:]
                sentence_begins, done, code_waits = len(statements), True, False
        elif token.kind == "code":
            code_waits, plain = True, False
            other_code = other_code or token.text != line_code
        elif _counts_units(read, at):
            at += 1
        elif token.kind != "join":
            code_waits, plain = False, False
            done = done and token.text not in _NOT_DONE
        at += 1
    return _settled(statements, "" if other_code else line_code)


def _settled(statements: Sequence[_Statement], line_code: str) -> list[NotedMinutes]:
    by_code: dict[str, list[_Statement]] = {}
    for each in statements:
        if not each.total:
            by_code.setdefault(each.code, []).append(each)
    of_line = by_code.pop("", [])
    if by_code and any(each.starts is None for each in of_line):
        by_code = {}
    elif not by_code and line_code:
        by_code = {line_code: of_line}
    told = [
        NotedMinutes(code, each.minutes, each.role, False)
        for code, group in by_code.items()
        for each in _of_one_meaning(group)
    ]
    totals = {each.minutes for each in statements if each.total}
    if len(totals) == 1:
        told.append(NotedMinutes("", totals.pop(), "", True))
    return told


def _of_one_meaning(group: Sequence[_Statement]) -> Sequence[_Statement]:
    """The minutes of one code if they add up, else its clock stretches if they follow one another, else nothing."""
    minutes = [each for each in group if each.starts is None]
    if minutes:
        with_role = {bool(each.role) for each in minutes}
        return minutes if len(with_role) == 1 and len(set(minutes)) == len(minutes) else []
    until = 0
    for each in group:
        if each.starts is None or each.starts < until:
            return []
        until = each.starts + each.minutes
    return group


def _form(read: Sequence[Token], at: int) -> _Form | None:
    """The form that begins at a place, if it may end where it ends."""
    form = _coded(read, at) or _total(read, at) or _of_the_line(read, at)
    return form if form and _may_end(read, form.behind) else None


def _coded(read: Sequence[Token], at: int) -> _Form | None:
    """Minutes of a code that is named."""
    role = ""
    if _token(read, at).text in _ROLES_BEFORE_CODE:
        role, at = _token(read, at).text, at + 1
    code = _token(read, at)
    if code.kind != "code":
        return None
    place = _after_sign(read, at + 1)
    if not role:
        form = _stretch(read, place, code.text) or _by_role(read, place, code.text)
        if form:
            return form
    amount = _amount(read, place)
    if not amount or not _surely_minutes(amount):
        return None
    if not amount.worded and place == at + 1 and _token(read, place).text in _MODIFIERS:
        return None
    behind = amount.behind
    if not role:
        role, behind = _closing_role(read, behind)
    return _Form((_Statement(code.text, amount.minutes, role),), behind)


def _by_role(read: Sequence[Token], at: int, code: str) -> _Form | None:
    """Role and minutes of a code, as often as they follow one another."""
    says: list[_Statement] = []
    behind = at
    while _token(read, at).kind == "role":
        amount = _amount(read, _after_sign(read, at + 1))
        if not amount or not _surely_minutes(amount):
            break
        says.append(_Statement(code, amount.minutes, _token(read, at).text))
        at = behind = amount.behind
        if _token(read, at).kind == "join" or _token(read, at).text == ",":
            at += 1
    return _Form(tuple(says), behind) if says else None


def _total(read: Sequence[Token], at: int) -> _Form | None:
    if {_token(read, at).text, _token(read, at + 1).text} != {"TOTAL", "TIMED"}:
        return None
    at += 2
    if _token(read, at).text in ("CODE", "CODES"):
        at += 1
    if _token(read, at).kind == "minutes":
        at += 1
    amount = _amount(read, _after_sign(read, at))
    return _Form((_Statement("", amount.minutes, total=True),), amount.behind) if amount else None


def _of_the_line(read: Sequence[Token], at: int) -> _Form | None:
    """Minutes that name no code."""
    form = _stretch(read, at, "")
    if form:
        return form
    first = _token(read, at)
    if first.kind == "minutes":
        amount = _amount(read, _after_sign(read, at + 1))
        return _Form((_Statement("", amount.minutes),), amount.behind) if amount and not amount.worded else None
    role = first.text if first.kind == "role" else ""
    amount = _amount(read, _after_sign(read, at + 1) if role else at)
    if not amount or not amount.worded:
        return None
    behind = amount.behind
    if not role:
        role, behind = _closing_role(read, behind)
    return _Form((_Statement("", amount.minutes, role),), behind)


def _stretch(read: Sequence[Token], at: int, code: str) -> _Form | None:
    """TIME, a clock, a hyphen, a later clock."""
    if _token(read, at).text != "TIME":
        return None
    start = _clock(read, _after_sign(read, at + 1))
    if not start or _token(read, start[1]).text != "-":
        return None
    stop = _clock(read, start[1] + 1)
    if not stop or stop[0] <= start[0]:
        return None
    return _Form((_Statement(code, stop[0] - start[0], starts=start[0]),), stop[1])


def _clock(read: Sequence[Token], at: int) -> tuple[int, int] | None:
    """The minute of the day, and the place behind it."""
    if _token(read, at).kind != "number":
        return None
    digits, behind = _token(read, at).text, at + 1
    if _token(read, behind).text == ":":
        past = _token(read, behind + 1)
        if past.kind != "number" or len(past.text) != 2:
            return None
        digits, behind = digits + past.text, behind + 2
    if len(digits) not in (3, 4) or int(digits[:-2]) >= 24 or int(digits[-2:]) >= 60:
        return None
    return int(digits[:-2]) * 60 + int(digits[-2:]), behind


def _amount(read: Sequence[Token], at: int) -> _Amount | None:
    number = _token(read, at)
    if number.kind != "number" or len(number.text) > len(str(MOST_MINUTES)):
        return None
    minutes = int(number.text)
    worded = _token(read, at + 1).kind == "minutes"
    return _Amount(minutes, worded, at + 1 + worded) if 1 <= minutes <= MOST_MINUTES else None


def _surely_minutes(amount: _Amount) -> bool:
    return amount.worded or amount.minutes >= LEAST_WITHOUT_WORD


def _closing_role(read: Sequence[Token], at: int) -> tuple[str, int]:
    """A role that closes a part, and the place behind it; empty text and the same place where there is none."""
    place = at + 1 if _token(read, at).text == "BY" else at
    if _token(read, place).kind == "role" and _token(read, place + 1).kind == "stop":
        return _token(read, place).text, place + 1
    return "", at


def _may_end(read: Sequence[Token], at: int) -> bool:
    """Whether a form can end before this place."""
    joined = _token(read, at).kind == "join"
    if joined:
        at += 1
    following = _token(read, at)
    if following.kind == "stop":
        # In "97110 23, 15" the second number may be minutes too.
        listed = following.text == "," and _token(read, at + 1).kind == "number" and _token(read, at + 2).kind == "stop"
        return not joined and not listed
    if following.kind == "role":
        return _token(read, at + 1).kind == "code" or _of_the_line(read, at) is not None
    return following.kind == "code" or following.text in ("TOTAL", "TIMED", "TIME") or _counts_units(read, at)


def _counts_units(read: Sequence[Token], at: int) -> bool:
    return _token(read, at).kind == "number" and _token(read, at + 1).text in _UNIT_WORDS


def _token(read: Sequence[Token], at: int) -> Token:
    return read[at] if at < len(read) else _THE_END


def _after_sign(read: Sequence[Token], at: int) -> int:
    return at + 1 if _token(read, at).kind == "sign" else at
