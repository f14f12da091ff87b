"""report.xml has the form that docs/report.rng publishes, and docs/report.xsl makes a page of it."""

from pathlib import Path

import pytest
from lxml import etree

from scrubber.cli.main import main as program
from scrubber.x12.xml_file import read_xml

ROOT = Path(__file__).parents[2]
SCHEMA = ROOT / "docs" / "report.rng"
CASES = sorted(path.parent for path in (ROOT / "fixtures" / "golden").glob("*/in.837"))


def report_of(case: Path, out: Path, *options: str) -> Path:
    """The XML report of a golden case, as the command line writes it."""
    arguments = ["scrub", str(case / "in.837"), "-o", str(out), "--quiet", "--report", "xml", "--today", "2026-11-22"]
    if (case / "records.csv").exists():
        arguments += ["-r", str(case / "records.csv")]
    with pytest.raises(SystemExit):
        program([*arguments, *options])
    return out / "in.report.xml"


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
@pytest.mark.parametrize("detail", ["full", "findings"])
def test_every_golden_report_has_the_form_of_the_schema(case, detail, tmp_path):
    read_xml(report_of(case, tmp_path, "--report-detail", detail), SCHEMA)


def test_the_schema_refuses_another_form(tmp_path):
    path = report_of(CASES[0], tmp_path)
    text = path.read_text().replace('disposition="', 'verdict="')
    tree = etree.fromstring(text.encode())
    assert not etree.RelaxNG(etree.parse(str(SCHEMA))).validate(tree)


def test_the_page_names_every_claim_that_is_held_or_corrected(tmp_path):
    report = etree.parse(str(report_of(ROOT / "fixtures" / "golden" / "one-held-among-clean", tmp_path)))
    page = str(etree.XSLT(etree.parse(str(ROOT / "docs" / "report.xsl")))(report))
    named = report.xpath("//claims/claim[@disposition != 'unchanged']/@claim_id")
    assert named
    assert all(f"Claim {claim}" in " ".join(page.split()) for claim in named)
