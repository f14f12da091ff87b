"""The 999 (005010X231A1): does the file, as it was received, conform to its guide.

References: the implementation acknowledgment's segments as in the 005010X231A1 map of the installed pyx12; code
lists IK304, IK403, IK501, IK502, AK901 and AK905 of the same. The TA1 stands behind the ISA, where X12's interchange
acknowledgment belongs.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from itertools import groupby

from scrubber.acknowledgments.answer import (
    ISA_LENGTHS,
    Answer,
    Moment,
    answering,
    control_as_read,
    group_elements,
    received,
)
from scrubber.acknowledgments.faults import ELEMENTS_WRONG, PartFault, SyntaxFault
from scrubber.acknowledgments.ta1 import for_interchange
from scrubber.claims.outline import File, Group, Interchange, Transaction

VERSION = "005010X231A1"
ANSWERED_GROUPS = frozenset({"BE", "HB", "HC", "HI", "HN", "HP", "HR", "HS", "RA"})
"""GS01 of groups that a 999 answers; an acknowledgment is not acknowledged."""
MOST_CODES = 5
"""Codes that an IK5 or AK9 has room for."""
LONGEST_CONTEXT = 35
"""Characters that CTX01-2 has room for."""
INVALID_STRUCTURE = "022"
"""TA105 of an interchange of which nothing behind its ISA can be told."""
LONGEST_ISA = 250
UNNAMED = "UNKNOWN"
LONGEST_LOOP = 4
"""Characters that IK303 has room for: 2010BA is 2010 there."""
LONGEST_VERSION = 12
LONGEST_NUMBER, SHORTEST_CONTROL = 9, 4
SEGMENTS_IN_ERROR = "5"
NOT_SUPPORTED = "1"
VERSION_NOT_SUPPORTED = "I6"


def functional_acknowledgment(
    file: File,
    source_sha256: str,
    faults: Iterable[SyntaxFault],
    envelope: Iterable[PartFault],
    sent: Collection[int],
    moment: Moment,
) -> bytes:
    """One interchange for each that was received, in order, answering each of its groups. Empty when there is none.

    ``faults`` are those of the segments, ``envelope`` those of the envelopes, ``sent`` the ordinals of claims that go
    out. A transaction with faults is E when a claim of it goes out, R when none does; without faults it is A. So it is
    with groups and interchanges. An interchange that is rejected itself is answered by its TA1 alone.
    """
    by_segment = sorted(faults, key=lambda fault: fault.segment)
    parts: dict[int, list[str]] = {}
    for part, code in envelope:
        parts.setdefault(id(part), []).append(code)
    answers = [
        _unreadable(file, interchange, moment)
        if interchange.fault
        else _answer(file, source_sha256, interchange, by_segment, parts, sent, moment)
        for interchange in file.interchanges
    ]
    return b"".join(answers)


def _unreadable(file: File, interchange: Interchange, moment: Moment) -> bytes:
    """A TA1 for an interchange whose delimiters cannot be told; empty where its ISA names nobody to answer."""
    element = file.source[interchange.start + 3 : interchange.start + 4]
    elements = file.source[interchange.start : interchange.start + LONGEST_ISA].split(element)[: len(ISA_LENGTHS)]
    if len(elements) < len(ISA_LENGTHS):
        return b""
    elements[-1] = elements[-1][:1]
    return for_interchange(element.join(elements), INVALID_STRUCTURE, moment.day, moment.time)


def _answer(
    file: File,
    source_sha256: str,
    interchange: Interchange,
    faults: Sequence[SyntaxFault],
    parts: Mapping[int, list[str]],
    sent: Collection[int],
    moment: Moment,
) -> bytes:
    to = received(file.source, interchange)
    answer = answering(source_sha256, interchange, to, moment, "999")
    codes = parts.get(id(interchange), [])
    claims = (claim for group in interchange.groups for t in group.transactions for claim in t.claims)
    refused = bool(codes) and not any(claim.ordinal in sent for claim in claims)
    if to.wants_ta1 or refused:
        verdict = "R" if refused else "E" if codes else "A"
        answer.segment("TA1", *control_as_read(to), verdict, codes[0] if codes else "000")
    if not refused:
        for group in interchange.groups:
            if group.functional_id in ANSWERED_GROUPS:
                _group(answer, file, group, faults, parts, sent)
    return answer.close()


def _group(
    answer: Answer,
    file: File,
    group: Group,
    faults: Sequence[SyntaxFault],
    parts: Mapping[int, list[str]],
    sent: Collection[int],
) -> None:
    gs = group_elements(file.source, group)
    answer.open_group("FA", gs, VERSION)
    answer.open_set("999", VERSION)
    number = group.control.strip()
    number = number if number.isdecimal() and len(number) <= LONGEST_NUMBER else "0"
    answer.segment("AK1", group.functional_id, number, _version(answer, group))
    codes = parts.get(id(group), [])
    refused = bool(codes) and not any(claim.ordinal in sent for t in group.transactions for claim in t.claims)
    verdicts = []
    for transaction in group.transactions:
        mine = [fault for fault in faults if transaction.segment <= fault.segment < _end(transaction)]
        verdicts.append(_transaction(answer, transaction, mine, parts.get(id(transaction), []), sent, refused))
    accepted = sum(verdict != "R" for verdict in verdicts)
    if refused or not accepted:
        overall = "R"
    elif accepted < len(verdicts):
        overall = "P"
    else:
        overall = "E" if codes or "E" in verdicts else "A"
    claimed = group.trailer.count.strip() if group.trailer and group.trailer.count.strip().isdecimal() else "0"
    answer.segment("AK9", overall, claimed, str(len(verdicts)), str(accepted), *codes[:MOST_CODES])
    answer.close_set()
    answer.close_group()


def _version(answer: Answer, part: Group | Transaction) -> str:
    return answer.echo(part.version.strip(), LONGEST_VERSION) or UNNAMED


def _end(transaction: Transaction) -> int:
    """The number of the first segment behind the transaction."""
    return transaction.segment + max(transaction.segments, 1)


def _transaction(
    answer: Answer,
    transaction: Transaction,
    faults: Sequence[SyntaxFault],
    own: Sequence[str],
    sent: Collection[int],
    group_refused: bool,
) -> str:
    """AK2 to IK5; returns IK501."""
    control = answer.echo(transaction.control, LONGEST_NUMBER).rjust(SHORTEST_CONTROL, "0")
    answer.segment("AK2", answer.echo(transaction.set_id, 3), control, _version(answer, transaction))
    goes_out = any(claim.ordinal in sent for claim in transaction.claims)
    codes = list(own)
    if not transaction.is_professional and not codes:
        codes.append(VERSION_NOT_SUPPORTED if transaction.set_id == "837" else NOT_SUPPORTED)
    for (number, segment_id), found in groupby(faults, key=lambda fault: (fault.segment, fault.segment_id)):
        _segment(answer, number - transaction.segment + 1, segment_id, list(found))
    if faults:
        codes.append(SEGMENTS_IN_ERROR)
    if not codes:
        verdict = "R" if group_refused else "A"
    else:
        verdict = "E" if goes_out and not group_refused else "R"
    answer.segment("IK5", verdict, *dict.fromkeys(codes[:MOST_CODES]))
    return verdict


def _segment(answer: Answer, position: int, segment_id: str, faults: list[SyntaxFault]) -> None:
    """One IK3 for each structural code, and one for all faults of elements."""
    claim_id = next((fault.claim_id for fault in faults if fault.claim_id), "")

    def begin(fault: SyntaxFault, code: str) -> None:
        answer.segment("IK3", segment_id or "UNK", str(position), fault.loop[:LONGEST_LOOP], code)
        if claim_id:
            answer.segment("CTX", answer.composite("CLM01", answer.echo(claim_id, LONGEST_CONTEXT)))

    of_elements = [fault for fault in faults if fault.element is not None]
    for fault in _once(fault for fault in faults if fault.element is None):
        if fault.code != ELEMENTS_WRONG or not of_elements:
            begin(fault, fault.code)
    if of_elements:
        begin(of_elements[0], ELEMENTS_WRONG)
        for fault in _once(of_elements):
            place = answer.composite(str(fault.element), str(fault.component or ""))
            answer.segment("IK4", place, fault.data_element, fault.code)


def _once(faults: Iterable[SyntaxFault]) -> Iterator[SyntaxFault]:
    key: Callable[[SyntaxFault], tuple[object, ...]] = lambda fault: (fault.element, fault.component, fault.code)  # noqa: E731
    seen = set()
    for fault in faults:
        if key(fault) not in seen:
            seen.add(key(fault))
            yield fault
