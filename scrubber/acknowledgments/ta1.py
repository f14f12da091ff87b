"""TA1: says of one interchange that it was refused, in an interchange of its own with nothing else in it."""

from __future__ import annotations

import re
from datetime import date

from scrubber.acknowledgments.answer import ISA_LENGTHS, Answer, Moment, Received, control_as_read, control_number
from scrubber.errors import UnreadableInputError
from scrubber.x12.delimiters import Delimiters

PRODUCTION, TEST = "P", "T"
OWN = Delimiters("*", ":", "^", "~")
"""What is written where those of the refused interchange may be what is wrong with it."""
_NOT_TEXT = re.compile(r"[^ -~]|[*:~^]")
"""Not printable, or one of the separators that are written here."""


def for_interchange(header: bytes, code: str, today: date, time: str = "0000") -> bytes:
    """The TA1 that refuses the interchange with this ISA segment, for the reason with this TA105 code.

    ``header`` is the ISA segment without its terminator. Sender and receiver change places. The control number follows
    from the header and the code: the same refusal is the same bytes on the same day. Raises UnreadableInputError when
    the header is no ISA with sixteen elements: there is nobody to answer then.

    Source: X12 005010 control segments, TA101 to TA105. R refuses; what is wrong with a file that was not whole cannot
    be accepted with errors.
    """
    elements = header.decode("latin-1").split(header[3:4].decode("latin-1") or "*")
    if elements[0] != "ISA" or len(elements) != len(ISA_LENGTHS):
        raise UnreadableInputError("the interchange has no whole ISA segment that a TA1 could answer")
    isa = [_NOT_TEXT.sub(" ", each).strip() for each in elements]
    isa[15] = TEST if isa[15] == TEST else PRODUCTION
    to = Received(tuple(each.ljust(most)[:most] for each, most in zip(isa, ISA_LENGTHS, strict=True)), OWN)
    answer = Answer(to, control_number(header + code.encode("ascii")), Moment(today, time))
    answer.segment("TA1", *control_as_read(to), "R", code)
    return answer.close()
