"""Start-up is a feature: a command that needs no claim file loads no judge, no XML and no table."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

# Runs the command as the console script does, and tells on standard error what it loaded and opened.
WATCH = """
import json, sys
opened = []
sys.addaudithook(lambda event, args: opened.append(str(args[0])) if event == "open" else None)
from scrubber.cli.main import main
code = 0
try:
    main()
except SystemExit as stop:
    code = stop.code or 0
sys.stderr.write(json.dumps({"code": code, "modules": sorted(sys.modules), "opened": opened}))
"""


@pytest.mark.parametrize("arguments", [["--version"], ["--help"], ["explain", "U101"]], ids=" ".join)
def test_it_loads_only_what_it_needs(arguments):
    done = subprocess.run(
        [sys.executable, "-c", WATCH, *arguments], cwd=ROOT, capture_output=True, text=True, check=True
    )
    seen = json.loads(done.stderr)

    assert seen["code"] == 0
    assert done.stdout.strip()
    assert not {"pyx12", "lxml", "lxml.etree"} & set(seen["modules"])
    data = [path for path in seen["opened"] if "/tables/data/" in path or "x12_maps" in path]
    assert not data
