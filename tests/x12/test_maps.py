"""The outline in x12_maps, and the one parser that reads it."""

import pickle
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from scrubber.errors import TableError
from scrubber.x12.maps import Loop, maps_folder, outline, read_outline, read_xml

SCHEMA = maps_folder() / "outline.rng"
# Where the guide's map tells one segment by a code list that is no qualifier: nothing else in that place starts so.
OPENED_BY_ANY = {"2320": "SBR", "2440": "LQ"}
WELL_FORMED = (maps_folder() / "837p.xml").read_text()


@pytest.fixture(scope="module")
def guide() -> Any:
    """The installed pyx12's own map of the 837P."""
    import pyx12.map_if
    import pyx12.params

    return pyx12.map_if.load_map_file("837.5010.X222.A1.xml", pyx12.params.ParamsBase())


def guide_loops(node: Any, parent: str = "") -> Iterator[tuple[str, Any]]:
    """Every numbered loop of pyx12's map with the number of its parent, in map order."""
    for position in sorted(node.pos_map):
        for child in node.pos_map[position]:
            if child.is_loop():
                numbered = child.id[0].isdigit()
                if numbered:
                    yield parent, child
                yield from guide_loops(child, child.id if numbered else parent)


def guide_elements(guide: Any) -> Iterator[tuple[str, Any]]:
    """Every element and part of pyx12's map with its reference, such as SV104 and SV101-2."""
    for segment in guide.loop_segment_iterator():
        if segment.is_segment():
            for element in segment.children:
                reference = f"{segment.id}{element.seq:02d}"
                yield reference, element
                if element.is_composite():
                    for part in element.children:
                        yield f"{reference}-{part.seq}", part


def test_loops_are_those_of_pyx12s_map_in_its_order(guide: Any) -> None:
    ids = [loop.id for _, loop in guide_loops(guide)]
    assert list(outline().loops) == list(dict.fromkeys(ids))


def test_every_loop_has_the_parents_of_pyx12s_map(guide: Any) -> None:
    ours = {(parent, loop.id) for loop in outline().loops.values() for parent in (loop.parent, *loop.also_under)}
    assert ours == {(parent, loop.id) for parent, loop in guide_loops(guide)}


def test_every_loop_starts_repeats_and_holds_as_in_pyx12s_map(guide: Any) -> None:
    for _, theirs in guide_loops(guide):
        ours = outline().loops[theirs.id]
        first = theirs.get_first_seg()
        assert ours.segment == first.id, theirs.id
        qualifier = first.guess_unique_key_id_element()
        if theirs.id in OPENED_BY_ANY:
            assert (ours.segment, ours.element, ours.values) == (OPENED_BY_ANY[theirs.id], 0, frozenset())
        elif qualifier is None:
            assert (ours.element, ours.values) == (0, frozenset()), theirs.id
        else:
            assert (ours.element, ours.values) == (qualifier.seq, frozenset(qualifier.valid_codes)), theirs.id
        assert ours.repeat == (0 if theirs.repeat == ">1" else int(theirs.repeat)), theirs.id
        segments = [child.id for child in theirs.childIterator() if child.is_segment()]
        assert ours.segments == tuple(dict.fromkeys(segments)), theirs.id


def test_no_two_loops_of_one_parent_start_alike() -> None:
    seen: set[tuple[str, str, str]] = set()
    for loop in outline().loops.values():
        for parent in (loop.parent, *loop.also_under):
            for value in loop.values or {""}:
                assert (parent, loop.segment, value) not in seen
                seen.add((parent, loop.segment, value))


def test_every_segment_and_element_that_the_guide_uses_has_a_name(guide: Any) -> None:
    segments = {node.id for node in guide.loop_segment_iterator() if node.is_segment()}
    assert [segment for segment in sorted(segments) if not outline().segment_name(segment)] == []
    used = {reference for reference, element in guide_elements(guide) if element.usage != "N"}
    assert [reference for reference in sorted(used) if not outline().element_name(reference)] == []


def test_every_name_is_of_something_in_the_guide(guide: Any) -> None:
    references = {reference for reference, _ in guide_elements(guide)}
    references |= {node.id for node in guide.loop_segment_iterator() if node.is_segment()}
    assert set(outline().names) <= references


def test_names_are_our_own_words(guide: Any) -> None:
    """A bare word such as date can hardly be put otherwise; what takes several words is not the guide's phrase."""
    theirs = [(reference, element.name) for reference, element in guide_elements(guide)]
    theirs += [(node.id, node.name) for node in guide.loop_segment_iterator() if node.is_segment()]
    copied = {
        reference
        for reference, name in theirs
        if name and " " in name and outline().names.get(reference, "").lower() == name.lower()
    }
    assert copied == set()
    for _, loop in guide_loops(guide):
        assert outline().loops[loop.id].name.lower() != loop.name.lower()


def test_names_read_well_in_a_message() -> None:
    names = outline()
    assert names.element_name("SV104") == "units"
    assert names.element_name("CLM05-3") == "frequency"
    assert names.element_name("HI12-2") == "code"
    assert names.segment_name("SV1") == "service"
    assert names.element_name("SV106") == ""  # the guide leaves it empty
    assert names.segment_name("ZZZ") == ""


def test_claims_of_a_dependent_are_the_same_loop() -> None:
    loop = outline().loops["2300"]
    assert (loop.parent, loop.also_under, loop.repeat) == ("2000B", ("2000C",), 100)


def test_outline_is_read_once_and_picklable() -> None:
    assert outline() is outline()
    again = pickle.loads(pickle.dumps(outline()))  # noqa: S301 - our own bytes
    assert again == outline()
    assert isinstance(again.loops["2400"], Loop)


def test_reading_the_outline_is_cheap() -> None:
    read_outline(maps_folder() / "837p.xml")
    times = []
    for _ in range(5):
        start = time.perf_counter()
        read_outline(maps_folder() / "837p.xml")
        times.append(time.perf_counter() - start)
    assert min(times) < 0.02  # about 2 ms, 1 ms of it the schema: so it is always checked


def test_importing_maps_does_not_import_lxml() -> None:
    program = "import sys, scrubber.x12.maps; sys.exit('lxml' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], cwd=maps_folder().parent, check=False).returncode == 0


def test_packaged_maps_are_preferred_to_the_checkouts(tmp_path: Path) -> None:
    checkout = maps_folder().parent
    shutil.copytree(checkout / "scrubber" / "x12", tmp_path / "scrubber" / "x12")
    for name in ("__init__.py", "errors.py", "version.py"):
        shutil.copy(checkout / "scrubber" / name, tmp_path / "scrubber" / name)
    program = "from scrubber.x12.maps import maps_folder; print(maps_folder())"

    def folder() -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-c", program], cwd=tmp_path, capture_output=True, text=True, check=False, env={}
        )

    assert "TableError" in folder().stderr
    (tmp_path / "x12_maps").mkdir()
    assert folder().stdout.strip() == str(tmp_path / "x12_maps")
    (tmp_path / "scrubber" / "x12_maps").mkdir()
    assert folder().stdout.strip() == str(tmp_path / "scrubber" / "x12_maps")


def test_every_xml_file_of_the_folder_has_the_form_of_its_schema() -> None:
    schemas = {"837p.xml": SCHEMA}
    files = sorted(path.name for path in maps_folder().glob("*.xml"))
    assert files == sorted(schemas)
    for name, schema in schemas.items():
        read_xml(maps_folder() / name, schema)


@pytest.mark.parametrize(
    ("old", "new", "line_holds"),
    [
        ('<loop id="2400"', '<loop id="24OO"', "24OO"),
        ('repeat="50"', 'repeat="0"', 'repeat="0"'),
        ('repeat="50"', 'repeat="50" usage="R"', "usage"),
        ("<holds>LIN CTP REF</holds>", "<holds></holds>", "<holds></holds>"),
        ('<part number="3" name="frequency"/>', '<part number="3"/>', '<part number="3"/>'),
        ("</segments>", "<extra/></segments>", "<extra/>"),
    ],
)
def test_a_file_of_another_form_is_refused_with_its_line(tmp_path: Path, old: str, new: str, line_holds: str) -> None:
    assert old in WELL_FORMED
    file = tmp_path / "mine.xml"
    file.write_text(WELL_FORMED.replace(old, new, 1))
    with pytest.raises(TableError, match=r"mine\.xml, line \d+: .*outline\.rng") as caught:
        read_outline(file)
    line = int(str(caught.value).split(", line ")[1].split(":")[0])
    assert line_holds in file.read_text().splitlines()[line - 1]


def test_a_loop_described_twice_or_nowhere_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "mine.xml"
    file.write_text(WELL_FORMED.replace('<loop id="2420B"', '<loop id="2420A"', 1))
    with pytest.raises(TableError, match=r"mine\.xml: loop 2420A is described twice"):
        read_outline(file)
    file.write_text(WELL_FORMED.replace('<again loop="2300"/>', '<again loop="2301"/>', 1))
    with pytest.raises(TableError, match=r"mine\.xml: loop 2301 stands again under 2000C"):
        read_outline(file)


def test_a_comment_inside_a_list_does_not_cut_it(tmp_path: Path) -> None:
    file = tmp_path / "mine.xml"
    file.write_text(WELL_FORMED.replace("LIN CTP REF", "LIN <!-- the drug --> CTP <?x y?> REF", 1))
    assert read_outline(file).loops["2410"].segments == ("LIN", "CTP", "REF")


def test_xml_that_is_not_well_formed_is_refused_with_its_line(tmp_path: Path) -> None:
    file = tmp_path / "mine.xml"
    file.write_text("<a>\n<b>\n</a>")
    with pytest.raises(TableError, match=r"mine\.xml, line 3: not well-formed"):
        read_xml(file)
    file.write_bytes(b"<a>\xff</a>")
    with pytest.raises(TableError, match=r"mine\.xml, line 1: not well-formed XML in UTF-8"):
        read_xml(file)
    file.write_bytes(b"")
    with pytest.raises(TableError, match=r"mine\.xml, line 1"):
        read_xml(file)


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(TableError, match=r"none\.xml: cannot be read \(No such file"):
        read_xml(tmp_path / "none.xml")
    with pytest.raises(TableError, match="cannot be read"):
        read_xml(tmp_path)


def test_a_schema_that_is_none_is_named(tmp_path: Path) -> None:
    schema = tmp_path / "mine.rng"
    schema.write_text("<a/>")
    with pytest.raises(TableError, match=r"mine\.rng: no RELAX NG schema"):
        read_xml(maps_folder() / "837p.xml", schema)


BILLION_LAUGHS = '<!DOCTYPE x [<!ENTITY a0 "ha">' + "".join(
    f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 12)
)
HOSTILE = {
    "an entity": '<!DOCTYPE x [<!ENTITY e "text">]><x>&e;</x>',
    "a local file as entity": '<!DOCTYPE x [<!ENTITY e SYSTEM "{secret}">]><x>&e;</x>',
    "a local file as parameter entity": '<!DOCTYPE x [<!ENTITY % e SYSTEM "{secret}"> %e;]><x/>',
    "billion laughs": BILLION_LAUGHS + "]><x>&a11;</x>",
    "billion laughs in an attribute": BILLION_LAUGHS + ']><x y="&a11;"/>',
    "an external DTD": '<!DOCTYPE x SYSTEM "{secret}"><x/>',
    "an external DTD on the network": '<!DOCTYPE x SYSTEM "http://192.0.2.1/x.dtd"><x/>',
    "a DTD that gives defaults": '<!DOCTYPE x [<!ATTLIST x y CDATA "z">]><x/>',
    "a DTD without content": "<!DOCTYPE x><x/>",
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_doctype_is_refused_whatever_it_holds(tmp_path: Path, kind: str) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("<!ENTITY e 'the secret'>")
    file = tmp_path / "hostile.xml"
    file.write_text('<?xml version="1.0"?>\n' + HOSTILE[kind].replace("{secret}", secret.as_uri()))
    start = time.perf_counter()
    with pytest.raises(TableError, match=r"hostile\.xml, line 2: a DOCTYPE is not accepted") as caught:
        read_xml(file)
    assert "secret'" not in str(caught.value)
    assert time.perf_counter() - start < 1


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-7", "cp037"])
def test_a_doctype_does_not_hide_in_another_encoding(tmp_path: Path, encoding: str) -> None:
    file = tmp_path / "hostile.xml"
    file.write_bytes(
        f'<?xml version="1.0" encoding="{encoding}"?><!DOCTYPE x [<!ENTITY e "t">]><x>&e;</x>'.encode(encoding)
    )
    with pytest.raises(TableError, match=r"hostile\.xml, line 1"):
        read_xml(file)


def test_a_utf8_mark_at_the_start_is_read(tmp_path: Path) -> None:
    file = tmp_path / "mine.xml"
    file.write_bytes(b"\xef\xbb\xbf" + WELL_FORMED.encode())
    assert read_outline(file) == outline()


def test_boundless_depth_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "deep.xml"
    file.write_text("<a>" * 100_000 + "</a>" * 100_000)
    with pytest.raises(TableError, match=r"deep\.xml, line 1: not well-formed XML"):
        read_xml(file)


def test_boundless_text_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "long.xml"
    file.write_text(f"<a>{'x' * 11_000_000}</a>")
    with pytest.raises(TableError, match=r"long\.xml, line 1: not well-formed XML"):
        read_xml(file)


def test_xinclude_is_not_followed(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("the secret")
    file = tmp_path / "hostile.xml"
    file.write_text(
        f'<x xmlns:i="http://www.w3.org/2001/XInclude"><i:include parse="text" href="{secret.as_uri()}"/></x>'
    )
    assert "the secret" not in "".join(read_xml(file).getroot().itertext())
