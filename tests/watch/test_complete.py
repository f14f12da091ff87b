"""What counts as a whole file: cut anywhere, with holes, with bytes around, in memory that does not grow."""

from __future__ import annotations

import os
import re
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import pytest
from rules.specimen import CONTROL, Bill, interchange

from scrubber.watch import complete
from scrubber.watch.complete import Complete, Incomplete, NotInterchange, Verdict, judge

WHOLE = interchange(Bill())
SECOND = WHOLE.replace(CONTROL, "000000102")
Judged = Callable[..., Verdict]
MOST = 2_000_000_000
END = f"IEA*1*{CONTROL}~\n"


@pytest.fixture
def judged(tmp_path: Path) -> Judged:
    def of(data: bytes | str, most: int = MOST) -> Verdict:
        data = data.encode("latin-1") if isinstance(data, str) else data
        path = tmp_path / "x.837"
        path.write_bytes(data)
        return judge(os.fsencode(path), len(data), most)

    return of


def two_groups() -> str:
    head, rest = WHOLE.split("GS*", 1)
    group = "GS*" + rest.split("IEA*", 1)[0]
    return f"{head}{group}{group}IEA*2*{CONTROL}~\n"


@pytest.mark.parametrize(
    "text",
    [
        WHOLE,
        WHOLE.rstrip("\n"),
        WHOLE.replace("\n", "\r\n"),
        WHOLE.replace("\n", ""),
        WHOLE.replace("~\n", "\n"),
        WHOLE.replace("~\n", "\r\n"),
        "\xef\xbb\xbf" + WHOLE,
        "\r\n" + WHOLE,
        "HEADER OF A MAILBOX\n" + WHOLE,
        WHOLE + "\n\x1a",
        WHOLE + "\x00" * 80,
        WHOLE + "trailing words I",
        WHOLE + SECOND,
        WHOLE.replace(END, "") + SECOND,
        WHOLE.replace("IEA*1*", "IEA*01*"),
        WHOLE.replace("*", "|"),
        two_groups(),
        "ISA*00*not an ISA~GS*HC~IEA*1*1~",
    ],
    ids=lambda text: repr(text[:12] + text[-14:]),
)
def test_whole(judged: Judged, text: str) -> None:
    assert judged(text) == Complete()


@pytest.mark.parametrize(
    ("text", "reason", "code"),
    [
        ("", "it is empty", ""),
        (" \r\n", "it is empty", ""),
        ("\xef\xbb", "it is empty", ""),
        ("\x00" * 10, complete.HOLE, ""),
        ("\x00" * 10 + "text", complete.HOLE, ""),
        ("I", complete.ISA_NOT_WHOLE, ""),
        ("\xef\xbb\xbfISA*0", complete.ISA_NOT_WHOLE, ""),
        (WHOLE[:90], complete.ISA_NOT_WHOLE, ""),
        (WHOLE[:106], complete.NO_IEA, "023"),
        (WHOLE.split("SE*")[0], complete.NO_IEA, "023"),
        (WHOLE.split("GE*")[0], complete.NO_IEA, "023"),
        (WHOLE.split("IEA*")[0], complete.NO_IEA, "023"),
        (WHOLE.replace(END, "IE"), complete.NO_IEA, "023"),
        (WHOLE.replace(END, "IEA*1*0000001"), complete.IEA_NOT_WHOLE, "023"),
        (WHOLE.rstrip("~\n"), complete.IEA_NOT_WHOLE, "023"),
        (WHOLE + SECOND.split("IEA*")[0], complete.NO_IEA, "023"),
        (WHOLE + SECOND[:60], complete.ISA_NOT_WHOLE, ""),
        (WHOLE + "ISA*", complete.ANOTHER_BEGINS, ""),
        (WHOLE.replace(END, "IEA*1*000000999~\n"), complete.OTHER_NUMBER, "001"),
        (WHOLE.replace(END, "IEA*1~\n"), complete.OTHER_NUMBER, "001"),
        (WHOLE.replace("IEA*1*", "IEA*2*"), "its last IEA counts other than 1 groups", "021"),
        (two_groups().replace("IEA*2*", "IEA*1*"), "its last IEA counts other than 2 groups", "021"),
        (WHOLE.replace("QUIMBLE", "\x00\x00\x00\x00\x00\x00\x00"), complete.HOLE, "024"),
        (WHOLE + "\x00" * 5000, complete.HOLE, "024"),
    ],
    ids=lambda value: repr(value[-14:]),
)
def test_not_yet_whole(judged: Judged, text: str, reason: str, code: str) -> None:
    verdict = judged(text)
    assert isinstance(verdict, Incomplete)
    assert (verdict.reason, verdict.code) == (reason, code)
    assert bool(verdict.header) == bool(code)


def test_the_header_is_that_of_the_last_interchange(judged: Judged) -> None:
    verdict = judged(WHOLE + SECOND.split("IEA*")[0])
    assert isinstance(verdict, Incomplete)
    assert verdict.header.decode() == SECOND[:105]


@pytest.mark.parametrize("text", ["%PDF-1.7 and so on", "note_id,claim_id\n", "ISA of no kind", "a line\nand IS"])
def test_never_an_interchange(judged: Judged, text: str) -> None:
    assert isinstance(judged(text), NotInterchange)


@pytest.mark.parametrize("text", [WHOLE, WHOLE.replace("~\n", "\r\n"), WHOLE + SECOND, two_groups()])
def test_cut_anywhere_it_waits(judged: Judged, text: str) -> None:
    """Every beginning of a file is incomplete, but for those that end with an IEA."""
    text = text.rstrip("\r\n")
    for end in range(len(text)):
        whole = re.search(r"IEA\*\d\*\d{9}~\n?\Z", text[:end])
        assert isinstance(judged(text[:end]), Complete if whole else Incomplete), end


@pytest.mark.parametrize("piece", [1, 7, 64, 1000])
def test_pieces_do_not_matter(judged: Judged, monkeypatch: pytest.MonkeyPatch, piece: int) -> None:
    texts = [WHOLE, WHOLE + SECOND, two_groups(), WHOLE[:-9], WHOLE.replace("IEA", " " * 3000 + "IEA"), "x" * 3000]
    texts += [WHOLE.replace("GS*", "\n" * 3000 + "GS*"), WHOLE.replace("QUIMBLE", "LUISA*00*"), "I", WHOLE + "\x00" * 9]
    expected = [judged(text) for text in texts]
    monkeypatch.setattr(complete, "PIECE", piece)
    monkeypatch.setattr(complete, "MARGIN", 200)
    assert [judged(text) for text in texts] == expected


def test_memory_does_not_grow_with_the_file(tmp_path: Path) -> None:
    path = tmp_path / "large.837"
    head, body = WHOLE.split("GS*", 1)
    with path.open("w", encoding="latin-1") as file:
        file.write(head + "GS*" + body.split("SE*")[0])
        for _ in range(60):
            file.write("NTE*ADD*PROGRESS AS PLANNED~\n" * 40_000)
        file.write("SE*" + body.split("SE*")[1])
    size = path.stat().st_size
    assert size > 60_000_000
    tracemalloc.start()
    try:
        assert judge(os.fsencode(path), size, MOST) == Complete()
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert most < 12_000_000


def test_a_sparse_file_above_the_limit_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "sparse.837"
    with path.open("wb") as file:
        file.truncate(1 << 40)
    verdict = judge(os.fsencode(path), 1 << 40, MOST)
    assert isinstance(verdict, NotInterchange)
    assert "max-bytes" in verdict.reason


def test_a_file_that_grew_since_the_scan_is_changing(tmp_path: Path) -> None:
    path = tmp_path / "x.837"
    path.write_text(WHOLE, encoding="latin-1")
    assert judge(os.fsencode(path), len(WHOLE) - 1, MOST) == complete.CHANGING
    assert judge(os.fsencode(path), len(WHOLE) + 1, MOST) == complete.CHANGING


def test_no_link_is_followed(tmp_path: Path) -> None:
    (tmp_path / "x.837").write_text(WHOLE, encoding="latin-1")
    (tmp_path / "link.837").symlink_to(tmp_path / "x.837")
    with pytest.raises(OSError, match=r"link\.837"):
        judge(os.fsencode(tmp_path / "link.837"), len(WHOLE), MOST)


def test_no_reason_tells_what_is_in_the_file(judged: Judged) -> None:
    for end in range(0, len(WHOLE), 7):
        verdict = judged(WHOLE[:end])
        assert CONTROL not in getattr(verdict, "reason", "")
        assert "QUIMBLE" not in getattr(verdict, "reason", "")
