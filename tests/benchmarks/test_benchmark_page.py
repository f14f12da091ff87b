"""The page and the plot of the figures."""

from pathlib import Path

from lxml import etree

from benchmarks import page, plot
from benchmarks.sample import Measured, Sample, Taken

MIB = 2**20


def measured(tmp_path: Path, name: str, claims: int, **seconds: float) -> Measured:
    records = tmp_path / f"{name}.csv"
    records.write_bytes(b"x" * MIB)
    sample = Sample(name, claims, 25 * claims, MIB, tmp_path / name, records, tmp_path / "truth")
    return Measured(sample, {k.replace("_", " "): Taken(v, v, 100 * MIB) for k, v in seconds.items()})


def run(tmp_path: Path) -> list[Measured]:
    return [
        measured(tmp_path, "broken-1000", 1_000, floor=0.005, whole_job=0.2),
        measured(tmp_path, "broken-20000", 20_000, floor=0.1, whole_job=4.0, conformance=1.0, pyx12=50.0),
        measured(tmp_path, "broken-200000", 200_000, floor=1.0, whole_job=400.0),
    ]


def test_the_page_sets_what_was_reached_beside_what_was_wanted(tmp_path: Path) -> None:
    text = page.render(run(tmp_path))
    assert "| whole job, times the floor | at most 25 | 12 | 40 |" in text
    assert "| whole job, times as fast as pyx12 validating the file | at least 15 | 30 | 12.5 |" in text
    assert "| peak memory, 20,000 claims, MiB: file, records and 200 | at most 202 | | 100 |" in text


def test_growth_is_an_exponent(tmp_path: Path) -> None:
    one, two, three = run(tmp_path)
    assert round(page.exponent_of(one, two), 2) == 1.0
    assert page.exponent_of(two, three) == 2.0
    assert "| 200,000 | 400.00 | 2,000 | 100 | 2.00 |" in page.render([one, two, three])


def test_the_plot_is_svg_with_a_bar_for_each_stage(tmp_path: Path) -> None:
    root = etree.fromstring(plot.render(run(tmp_path)).encode())
    bars = root.findall("{*}rect")
    assert len(bars) == 4
    widths = [float(bar.attrib["width"]) for bar in bars]
    assert widths[3] > widths[1] > widths[2] > widths[0]
    assert len(root.findall("{*}circle")) == 3
