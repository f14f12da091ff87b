"""Payer overlays: laid over the installed map, pyx12 judges by the result; what is wrong in one is named by line."""

import io
import json
import logging
from pathlib import Path

import pytest
import pyx12.params
import pyx12.x12n_document

from scrubber.conform.overlay import MAP_FILE, lay, overlay_file, overlay_names
from scrubber.errors import TableError
from scrubber.x12.maps import maps_folder
from scrubber.x12.xml_file import read_xml

DEMO = Path(__file__).parents[2] / "fixtures" / "demo" / "claims.837"
HEAD = '<overlay name="x" guide="005010X222A1" payer="A payer">'


def faults(source, folder=None):
    """(segment, fault code) that pyx12 finds, with the maps of a folder or its own."""
    logger = logging.getLogger("pyx12")
    logger.propagate = False
    logger.addHandler(logging.NullHandler())
    found, text = io.StringIO(), io.StringIO(source.decode("latin-1"))
    where = None if folder is None else str(folder)
    pyx12.x12n_document.x12n_document(pyx12.params.params(), text, io.StringIO(), None, map_path=where, fd_json=found)
    said = []
    for interchange in json.loads(found.getvalue())["interchanges"]:
        for group in interchange["groups"]:
            for transaction in group["transactions"]:
                for segment in transaction["segments"]:
                    said += [(segment["seg_id"], error["err_cde"]) for error in segment["errors"]]
                    for element in segment["elements"]:
                        said += [(segment["seg_id"], error["err_cde"]) for error in element["errors"]]
    return said


def written(tmp_path, entry):
    path = tmp_path / "own.xml"
    path.write_text(f"{HEAD}\n{entry}\n</overlay>\n")
    return path


@pytest.fixture
def folder(tmp_path):
    made = tmp_path / "maps"
    made.mkdir()
    return made


@pytest.mark.parametrize("name", overlay_names())
def test_each_overlay_that_ships_has_its_form_and_fits_the_map(name, folder):
    lay(overlay_file(name), folder)
    assert (folder / MAP_FILE).is_file()


@pytest.mark.parametrize("name", overlay_names())
def test_each_entry_that_ships_names_its_source(name):
    root = read_xml(overlay_file(name), maps_folder() / "overlay.rng").getroot()
    assert all(entry.get("source") for entry in root)


def test_medicare_takes_no_patient_level(folder):
    lay(overlay_file("medicare-part-b"), folder)
    source = (Path(__file__).parents[2] / "fixtures/golden/dependent-patient/in.837").read_bytes()
    assert faults(source) == []
    assert ("NM1", "2") in faults(source, folder)


def test_medicare_wants_its_own_filing_indicator(folder):
    lay(overlay_file("medicare-part-b"), folder)
    source = DEMO.read_bytes()
    assert faults(source, folder) == []
    other = source.replace(b"*MB~", b"*CI~", 1)
    assert faults(other) == []
    assert faults(other, folder) == [("SBR", "7")]


def test_a_code_that_the_payer_does_not_take_is_a_fault(folder):
    lay(overlay_file("commercial-example"), folder)
    source = DEMO.read_bytes().replace(b"REF*EI*", b"REF*SY*", 1)
    assert faults(source) == []
    assert faults(source, folder) == [("REF", "1"), ("REF", "3")]


def test_a_segment_can_be_made_required(folder):
    lay(overlay_file("commercial-example"), folder)
    source = DEMO.read_bytes()
    assert b"NM1*82*" in source
    taken_out = b"~".join(part for part in source.split(b"~") if not part.lstrip().startswith(b"PRV*PE*"))
    assert faults(taken_out) == []
    assert {code for _, code in faults(taken_out, folder)} == {"3"}


def test_a_number_of_repeats_can_be_lowered(tmp_path, folder):
    lay(written(tmp_path, '<segment in="2300" segment="NTE" usage="not-used" source="A page"/>'), folder)
    source = DEMO.read_bytes().replace(b"HI*ABK", b"NTE*ADD*A NOTE~\nHI*ABK", 1)
    assert faults(source) == []
    assert len(faults(source, folder)) == 1


@pytest.mark.parametrize(
    ("entry", "says"),
    [
        ('<loop id="2999" usage="required" source="A page"/>', "no loop 2999"),
        ('<loop id="2300" under="2010AA" usage="required" source="A page"/>', "no loop 2300 under 2010AA"),
        ('<segment in="2300" segment="SV1" usage="required" source="A page"/>', "2300 of the guide has no SV1"),
        ('<segment in="2300" segment="REF" when="ZZ" usage="required" source="A page"/>', "no REF with ZZ"),
        ('<element in="2300" segment="CLM" number="25" source="A page"><codes>1</codes></element>', "no element 25"),
        (
            '<element in="2300" segment="CLM" number="5" part="9" source="A page"><codes>1</codes></element>',
            "no part 9",
        ),
        (
            '<element in="2000B" segment="SBR" number="9" source="A page"><codes>QQ</codes></element>',
            "does not take QQ",
        ),
        ('<element in="2000B" segment="SBR" number="6" usage="required" source="A page"/>', "narrows"),
        ('<element in="2300" segment="CLM" number="1" usage="not-used" source="A page"/>', "narrows"),
        ('<element in="2300" segment="CLM" number="1" source="A page"><codes>X</codes></element>', "lists no codes"),
        ('<element in="2300" segment="CLM" number="1" source="A page"><pattern>(</pattern></element>', "expression"),
        ('<segment in="2300" segment="HI" most="9" source="A page"/>', "allows fewer"),
    ],
)
def test_an_entry_that_does_not_fit_is_named_by_its_line(tmp_path, folder, entry, says):
    path = written(tmp_path, f"<!-- a line -->\n{entry}")
    with pytest.raises(TableError, match=says) as raised:
        lay(path, folder)
    assert "own.xml, line 3: " in str(raised.value)


@pytest.mark.parametrize(
    "entry",
    [
        '<loop id="2300" usage="sometimes" source="A page"/>',
        '<loop id="2300" usage="required"/>',
        '<element in="2300" segment="CLM" number="0" source="A page"/>',
        "<wish/>",
    ],
)
def test_an_overlay_of_another_form_is_refused_with_its_line(tmp_path, folder, entry):
    with pytest.raises(TableError, match=r"own\.xml, line 2: .*overlay\.rng"):
        lay(written(tmp_path, entry), folder)


@pytest.mark.parametrize(
    "text",
    [
        '<!DOCTYPE overlay [<!ENTITY a "aaaa">]><overlay>&a;</overlay>',
        '<!DOCTYPE o [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;"><!ENTITY c "&b;&b;&b;">]><o>&c;</o>',
        '<!DOCTYPE o SYSTEM "file:///etc/hostname"><o/>',
        "<a>" * 5000 + "</a>" * 5000,
        "<overlay",
        "",
    ],
)
def test_hostile_xml_is_refused(tmp_path, folder, text):
    path = tmp_path / "own.xml"
    path.write_text(text)
    with pytest.raises(TableError, match=r"own\.xml, line 1"):
        lay(path, folder)
    assert list(folder.iterdir()) == []


def test_an_unknown_name_lists_those_that_there_are():
    with pytest.raises(TableError, match="commercial-example, medicare-part-b"):
        overlay_file("medicare")
