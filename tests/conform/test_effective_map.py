"""Reading the effective map: the installed one, or one that an overlay was laid over; and what is no map."""

import importlib.util
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from conform.pyx12_verdicts import judged_by_pyx12, maps_kept

from scrubber.conform.compiled.guide import compiled_guide
from scrubber.conform.compiled.judge import judge
from scrubber.conform.compiled.nodes import UNLIMITED, Composite, Element
from scrubber.conform.compiled.read_map import MAP_FILE, MapReader, installed_maps
from scrubber.conform.guide_map import guide_map
from scrubber.conform.judge import judge_claim
from scrubber.errors import TableError
from scrubber.x12.delimiters import Delimiters

LINES = ("<repeat>50</repeat>", "<repeat>1</repeat>")
UNITS = ("<code>UN</code>", "<code>DA</code>")


@pytest.fixture
def overlaid(tmp_path: Path) -> Callable[..., Path]:
    """A folder with pyx12's map after replacements, and all else that pyx12 needs beside it."""

    def make(*changes: tuple[str, str]) -> Path:
        folder = tmp_path / "maps"
        folder.mkdir()
        text = (installed_maps() / MAP_FILE).read_text(encoding="utf-8")
        for old, new in changes:
            assert old in text
            text = text.replace(old, new)
        (folder / MAP_FILE).write_text(text, encoding="utf-8")
        for name in ("maps.xml", "codes.xml", "dataele.xml", "x12.control.00501.xml"):
            shutil.copy(installed_maps() / name, folder)
        return folder

    return make


def test_every_node_is_that_of_pyx12() -> None:
    """Loops, segments, elements and components in pyx12's own order, with everything that a judge looks at."""
    theirs = [node for node in guide_map(None).root.loop_segment_iterator() if not node.is_map_root()]
    guide = compiled_guide()
    loops = {loop.path: loop for loop in guide.root.loops()}
    segments = {segment.path: segment for segment in guide.segments}
    assert len(theirs) == len(loops) - 1 + len(segments) > 400
    for node in theirs:
        path = node.x12path.format()
        ours = loops[path] if node.is_loop() else segments[path]
        assert (ours.id, ours.usage, ours.pos) == (node.id, node.usage, node.pos)
        assert ours.get_max_repeat() == node.get_max_repeat() <= UNLIMITED
        if node.is_segment():
            assert [[note.kind, *note.elements] for note in segments[path].notes] == node.syntax
            assert segments[path].opens == node.is_first_seg_in_loop()
            for described, their in zip(segments[path].elements, node.children, strict=True):
                same_element(described, their)


def same_element(ours: Element | Composite, theirs: object) -> None:
    if isinstance(ours, Composite):
        assert (ours.number, ours.usage) == (theirs.seq, theirs.usage)  # type: ignore[attr-defined]
        for child, their in zip(ours.children, theirs.children, strict=True):  # type: ignore[attr-defined]
            same_element(child, their)
        return
    for name in ("usage", "data_type", "min_len", "max_len", "external_codes", "data_ele", "rec"):
        assert getattr(ours, name) == getattr(theirs, name), name
    assert list(ours.valid_codes) == theirs.valid_codes  # type: ignore[attr-defined]


def test_an_overlay_is_judged_by(
    overlaid: Callable[..., Path], heading: str, claim: str, separators: Delimiters
) -> None:
    folder = overlaid(LINES, UNITS)
    found = judge((heading,), claim, separators, folder)
    assert [fault[:5] for fault in found] == [
        ("SV1", 3, None, "7", 5),
        ("LX", None, None, "4", 9),
        ("SV1", 3, None, "7", 10),
    ]
    assert judge_claim(heading, claim, separators, folder) == found
    assert judge((heading,), claim, separators) == []
    assert judge_claim(heading, claim, separators) == []


def test_pyx12_says_the_same_of_an_overlay(overlaid: Callable[..., Path], heading: str, claim: str) -> None:
    folder = overlaid(LINES, UNITS)
    body = f"ST*837*0001*005010X222A1~{heading}{claim}"
    text = (
        "ISA*00*          *00*          *ZZ*RR100          *ZZ*00123          *260309*1015*^*00501*000000001*0*T*:~"
        f"GS*HC*RR100*00123*20260309*1015*1*X*005010X222A1~{body}SE*{body.count('~') + 1}*0001~GE*1*1~IEA*1*000000001~"
    )
    with maps_kept():
        theirs = judged_by_pyx12(text, str(folder))
    assert [error.what for error in theirs.errors] == [
        ("SV1", 3, None, "7"),
        ("LX", None, None, "4"),
        ("SV1", 3, None, "7"),
    ]


def test_a_folder_may_hold_the_map_alone(
    overlaid: Callable[..., Path], heading: str, claim: str, separators: Delimiters
) -> None:
    folder = overlaid(UNITS)
    for name in ("maps.xml", "codes.xml", "dataele.xml", "x12.control.00501.xml"):
        (folder / name).unlink()
    assert [fault[:4] for fault in judge((heading,), claim, separators, folder)] == [("SV1", 3, None, "7")] * 2


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("<usage>R</usage>", "<usage>Q</usage>", r"line \d+: usage of \w+ is 'Q'; R, S or N is expected"),
        ("<pos>0010</pos>", "<pos>ten</pos>", r"line \d+: pos of \w+ is 'ten'; a number is expected"),
        ("<data_ele>I01</data_ele>", "<data_ele>Q01</data_ele>", r"line \d+: data element Q01 is not in dataele.xml"),
        ('external="states"', 'external="stars"', r"line \d+: the code list stars is not in codes.xml"),
        ("<regex>[0-9]{9}</regex>", "<regex>[0-9</regex>", r"line \d+: no regular expression"),
        ("<syntax>P0809</syntax>", "<syntax>P08</syntax>", r"line \d+: a syntax note is about two elements"),
        ("<code>UN</code>", "<code/>", r"line \d+: an empty code"),
        ("<seq>02</seq>", "<seq>22</seq>", r"line \d+: the elements of \w+ are not numbered 1, 2, 3"),
        ('<loop xid="GS_LOOP"', '<loop xid="G_LOOP"', "the map has no loop GS_LOOP"),
        ("</transaction>", "", r"line \d+: not well-formed XML"),
        ('<?xml version="1.0"?>', '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]>', "a DOCTYPE is not accepted"),
    ],
)
def test_what_is_no_map_is_an_error_with_its_line(
    overlaid: Callable[..., Path], old: str, new: str, words: str
) -> None:
    with pytest.raises(TableError, match=words):
        compiled_guide(overlaid((old, new)))


def test_a_folder_without_a_map_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(TableError, match=f"no {MAP_FILE} in this folder"):
        compiled_guide(tmp_path)
    with pytest.raises(TableError, match="lay the overlay again"):
        guide_map(tmp_path)


def test_without_pyx12_there_is_no_map(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: None)
    with pytest.raises(TableError, match="pyx12 is not installed"):
        MapReader()
