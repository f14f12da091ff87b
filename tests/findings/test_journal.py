"""The edit journal makes each output of the source, by itself."""

import pytest

from scrubber.errors import EditConflictError
from scrubber.findings.journal import CORRECTED, DERIVED, HELD, PIECE, JournalEdit, replay, replay_pieces

SOURCE = b"CLM*A1*120~SV1*HC:97110*120*UN*3~"


def edit(start: int, end: int, after: str, target: str = CORRECTED) -> JournalEdit:
    return JournalEdit(target, start, end, after, DERIVED, (), "It follows")


def test_each_output_has_its_own_edits() -> None:
    journal = [edit(7, 10, "80"), edit(24, 27, "80"), edit(0, 33, "", HELD)]
    assert replay(SOURCE, journal, CORRECTED) == b"CLM*A1*80~SV1*HC:97110*80*UN*3~"
    assert replay(SOURCE, journal, HELD) == b""
    assert replay(SOURCE, [], CORRECTED) == SOURCE


def test_a_character_is_a_byte() -> None:
    assert replay(b"\xff\x00", [edit(1, 2, "\xd6")], CORRECTED) == b"\xff\xd6"


def test_edits_that_overlap_are_a_defect() -> None:
    with pytest.raises(EditConflictError):
        replay(SOURCE, [edit(0, 5, "x"), edit(4, 6, "y")], CORRECTED)


def test_an_edit_by_itself() -> None:
    assert edit(7, 10, "80").edit == ((7, 10), "80")


def test_the_output_in_pieces_is_the_whole_of_it() -> None:
    source = bytes(range(256)) * (3 * PIECE // 256 + 7)
    journal = [edit(0, 3, "new"), edit(5, 5, "x"), edit(5, 5, "y"), edit(2 * PIECE, 2 * PIECE + 9, "\xd6" * 100)]
    for edits in (journal, journal[:1], []):
        pieces = list(replay_pieces(source, edits, CORRECTED))
        assert b"".join(pieces) == replay(source, edits, CORRECTED)
        assert max(map(len, pieces)) <= PIECE + 200
    assert b"".join(replay_pieces(b"", [], CORRECTED)) == b""


@pytest.mark.parametrize("edits", [[(0, 5), (4, 6)], [(4, 6), (0, 2)], [(0, 9)], [(3, 2)]])
def test_pieces_are_not_made_of_edits_that_overlap_or_come_out_of_order(edits: list[tuple[int, int]]) -> None:
    journal = [edit(start, end, "x") for start, end in edits]
    with pytest.raises(EditConflictError):
        list(replay_pieces(b"12345678", journal, CORRECTED))
