"""The wheel is all there is: maps and reference tables travel in it, and it scrubs with nothing beside it."""

import json
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """A wheel built from this checkout; takes a few seconds, once."""
    folder = tmp_path_factory.mktemp("wheel")
    done = subprocess.run(
        [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", folder, ROOT],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    (built,) = folder.glob("*.whl")
    return built


def below(folder):
    """Files of a folder that belong to the project, as paths relative to the checkout."""
    return {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / folder).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }


def test_every_file_of_the_package_and_every_map_is_in_it(wheel):
    with zipfile.ZipFile(wheel) as archive:
        carried = set(archive.namelist())

    maps, package = below("x12_maps"), below("scrubber")
    assert maps
    assert {path for path in package if path.startswith("scrubber/tables/data/")}
    assert {f"scrubber/{path}" for path in maps} <= carried
    assert package <= carried
    assert any(path.endswith("/licenses/LICENSE") for path in carried)
    assert not {path for path in carried if path.startswith(("tests/", "fixtures/", "docs/", "benchmarks/"))}


def test_it_scrubs_the_demo_from_the_wheel_alone(wheel, tmp_path):
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path / "installed")
    run = (
        "import sys; sys.path.insert(0, sys.argv.pop(1)); "
        "import scrubber; assert 'installed' in scrubber.__file__, scrubber.__file__; "
        "from scrubber.cli.main import main; main()"
    )
    demo = ROOT / "fixtures" / "demo"
    arguments = ["scrub", demo / "claims.837", "-r", demo / "records.csv", "-o", tmp_path / "out"]
    done = subprocess.run(
        [sys.executable, "-P", "-c", run, tmp_path / "installed", *arguments],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode in (0, 1), done.stderr
    report = json.loads((tmp_path / "out" / "claims.report.json").read_bytes())
    assert report["totals"]["claims"] > 0
    assert report["tables"]
