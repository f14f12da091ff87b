"""What is measured of one file, each stage in a process of its own.

    python -m benchmarks.stages STAGE FILE RECORDS

Prints one JSON object: wall and processor seconds of the stage alone (starting Python and importing are outside, except
for the whole job, which is a command), peak resident bytes of the process, and what the stage has to say of itself.
"""

import io
import json
import logging
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

from benchmarks.floor import median_seconds, split_and_keep_nothing

TODAY = date(2026, 11, 22)
REPORTS = "json,csv,xml"
_BYTES = 1 if sys.platform == "darwin" else 1024
Timed = Callable[[], dict[str, Any]]


def floor(path: Path, _: Path) -> dict[str, Any]:
    """1 MiB blocks split into segments and elements, nothing kept: median of five, warm."""
    return {"seconds": median_seconds(lambda: split_and_keep_nothing(path))}


def index_only(path: Path, _: Path) -> dict[str, Any]:
    """The file read and indexed into interchanges, transactions, levels and claims: median of five, warm."""
    from scrubber.claims.index import index

    return {"seconds": median_seconds(lambda: index(path.read_bytes()))}


def rules_only(path: Path, records: Path) -> dict[str, Any]:
    """Every patient gathered, its visits laid out and all rules asked once; no guide, no fix, nothing written."""
    from scrubber.claims.claim import Claim
    from scrubber.claims.index import index
    from scrubber.cli.inputs import settings_for
    from scrubber.rules.rule import RuleContext
    from scrubber.rules.run import check_patient
    from scrubber.tables.tableset import load_tables
    from scrubber.visits.gather import Gathering
    from scrubber.visits.patient import read_patient
    from scrubber.visits.records import read_records

    settings, tables = settings_for(path, None, None), load_tables()

    def work() -> dict[str, Any]:
        asking, found = 0.0, 0
        for patient in Gathering(index(path.read_bytes()), read_records([records]), frozenset()):
            read = read_patient(patient, [Claim(source) for source in patient.claims], settings)
            begun = time.process_time()
            found += len(check_patient(read, RuleContext(settings, tables, TODAY))[0])
            asking += time.process_time() - begun
        return {"note": f"{asking:.2f} s of it in the rules"}

    return timed(work)


def conformance(path: Path, _: Path) -> dict[str, Any]:
    """Every transaction judged by the compiled guide, every fault placed; loading the map counts."""
    from scrubber.claims.index import index
    from scrubber.conform.compiled.guide import compiled_guide
    from scrubber.conform.compiled.run import clean_run
    from scrubber.conform.compiled.whole_file import judge_file

    def work() -> dict[str, Any]:
        file = index(path.read_bytes())
        for _ in judge_file(file):
            pass
        return {"note": f"{clean_run(compiled_guide(), file.interchanges[0].delimiters).hits():.0%} seen before"}

    return timed(work)


def pyx12(path: Path, _: Path) -> dict[str, Any]:
    """The whole guide judged by pyx12's x12n_document, with the 999 that it makes by the way."""
    import pyx12.params
    import pyx12.x12n_document

    logger = logging.getLogger("pyx12")
    logger.addHandler(logging.NullHandler())
    logger.propagate = False

    def work() -> dict[str, Any]:
        text = path.read_text(encoding="latin-1")
        pyx12.x12n_document.x12n_document(pyx12.params.ParamsBase(), io.StringIO(text), io.StringIO(), None)
        return {}

    return timed(work)


def whole_job(path: Path, records: Path) -> dict[str, Any]:
    """The command as a user starts it: start-up, reading, guide, rules, fixes, every file written."""
    return _command(path, records, "scrub")


def batch(path: Path, records: Path) -> dict[str, Any]:
    """The same file through ``scrubber batch`` on two processes."""
    return _command(path, records, "batch", "--jobs", "2")


def _command(path: Path, records: Path, name: str, *options: str) -> dict[str, Any]:
    out = Path(tempfile.mkdtemp(prefix="benchmark-", dir=path.parent))
    try:
        command = [str(Path(sys.executable).parent / "scrubber"), name, str(path), "-r", str(records), "-o", str(out)]
        command += ["--report", REPORTS, "--today", TODAY.isoformat(), "--force", "--quiet", *options]
        launcher = [sys.executable, "-I", "-S", str(Path(__file__).with_name("measure.py")), *command]
        # As where it is installed: what Python compiles of the modules is kept from one start to the next.
        environment = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
        done = subprocess.run(launcher, capture_output=True, text=True, check=True, env=environment)
    finally:
        shutil.rmtree(out)
    taken: dict[str, Any] = json.loads(done.stdout)
    if taken["code"] not in (0, 1):
        raise SystemExit(f"exit code {taken['code']}: {taken['said']}")
    return {key: taken[key] for key in ("seconds", "processor", "peak")}


def timed(work: Timed) -> dict[str, Any]:
    """Run once, with wall and processor seconds."""
    busy, begun = time.process_time(), time.perf_counter()
    said = work()
    return {"seconds": time.perf_counter() - begun, "processor": time.process_time() - busy, **said}


STAGES: dict[str, Callable[[Path, Path], dict[str, Any]]] = {
    "floor": floor,
    "index": index_only,
    "rules": rules_only,
    "conformance": conformance,
    "whole job": whole_job,
    "two processes": batch,
    "pyx12": pyx12,
}


def main(arguments: list[str]) -> int:
    """Run one stage and print what it took."""
    stage, path, records = arguments
    said = STAGES[stage](Path(path), Path(records))
    said.setdefault("peak", resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * _BYTES)
    print(json.dumps(said))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
