"""TA1: says of one interchange that it was refused, in an interchange of its own with nothing else in it."""

from __future__ import annotations

import hashlib
import re
from datetime import date

from scrubber.errors import UnreadableInputError

ISA_ELEMENTS = 16
REFUSED = "R"
PRODUCTION, TEST = "P", "T"
_NOT_TEXT = re.compile(r"[^ -~]|[*:~^]")
"""Not printable, or one of the separators that are written here."""


def for_interchange(header: bytes, code: str, today: date) -> bytes:
    """The TA1 that refuses the interchange with this ISA segment, for the reason with this TA105 code.

    ``header`` is the ISA segment without its terminator. Sender and receiver change places. The control number follows
    from the header and the code: the same refusal is the same bytes on the same day. Raises UnreadableInputError when
    the header is no ISA with sixteen elements: there is nobody to answer then.

    Source: X12 005010 control segments, TA101 to TA105. R refuses; what is wrong with a file that was not whole cannot
    be accepted with errors.
    """
    elements = header.decode("latin-1").split(header[3:4].decode("latin-1") or "*")
    if elements[0] != "ISA" or len(elements) != ISA_ELEMENTS + 1:
        raise UnreadableInputError("the interchange has no whole ISA segment that a TA1 could answer")
    isa = [_NOT_TEXT.sub(" ", each) for each in elements]
    number = _control_number(header, code)
    usage = TEST if isa[15].strip() == TEST else PRODUCTION
    parties = f"{_fixed(isa[7], 2)}*{_fixed(isa[8], 15)}*{_fixed(isa[5], 2)}*{_fixed(isa[6], 15)}"
    segments = (
        f"ISA*00*{'':10}*00*{'':10}*{parties}*{today:%y%m%d}*0000*^*00501*{number}*0*{usage}*:",
        f"TA1*{isa[13].strip()}*{isa[9].strip()}*{isa[10].strip()}*{REFUSED}*{code}",
        f"IEA*0*{number}",
    )
    return "".join(f"{segment}~\n" for segment in segments).encode("ascii")


def _fixed(text: str, width: int) -> str:
    return text.strip().ljust(width)[:width]


def _control_number(header: bytes, code: str) -> str:
    """Nine digits, never all of them zero."""
    digest = hashlib.sha256(header + code.encode("ascii")).digest()
    return f"{int.from_bytes(digest[:8], 'big') % 999_999_999 + 1:09d}"
