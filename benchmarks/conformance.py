"""Full conformance: the compiled guide beside pyx12's x12n_document, on the same files in the same run.

    python -m benchmarks.conformance [--claims 20000]

Names, identifiers, dates, charges and control numbers differ from claim to claim (benchmarks/generate.py). The second
file has a fault of the guide in 5 % of its claims. Each stage is a process of its own, so that its peak memory is its
own; reading the file, importing and loading the map count. Ratios are of processor time, since other work on the
machine stretches seconds. Times are for reading, never a pass or a fail.
"""

import argparse
import io
import json
import logging
import re
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

from benchmarks.generate import Options, generate

DATA = Path(__file__).parent / "data"
CLAIMS = 20_000
SEED = 20_261_122
FAULTY = 0.05
DAMAGES = (
    (r"\*UN\*\d+", "*UN*two"),
    (r"DTP\*472\*D8\*\d{8}~\n", ""),
    (r"(DTP\*472\*D8\*\d{4})\d\d", r"\g<1>13"),
    (r"LX\*1~", "LX*7~"),
    (r"HI\*ABK:", "HI*QQQ:"),
    (r"(CLM\*[^*]*\*[^*]*\*\*\*)\d\d", r"\g<1>77"),
    (r"(HC:\d+):", r"\g<1>:X:"),
    (r"LX\*1~", "SBR*P~\nLX*1~"),
)
"""What is done to a claim: each is a fault of the guide and of nothing else."""


def main(arguments: list[str] | None = None) -> int:
    """Generate both files, run every stage on both, and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.conformance", description=__doc__.partition("\n")[0])
    parser.add_argument("--claims", type=int, default=CLAIMS, metavar="N")
    parser.add_argument("--stage", choices=tuple(STAGES), help=argparse.SUPPRESS)
    parser.add_argument("--make", type=float, help=argparse.SUPPRESS)
    parser.add_argument("file", nargs="?", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args(arguments)
    if given.make is not None:
        make(given.file, given.claims, given.make)
        return 0
    if given.stage:
        start, busy = time.perf_counter(), time.process_time()
        said = STAGES[given.stage](given.file)
        said["seconds"] = time.perf_counter() - start
        said["processor"] = time.process_time() - busy
        said["peak"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)
        print(json.dumps(said))
        return 0
    DATA.mkdir(parents=True, exist_ok=True)
    start_up()
    for share in (0.0, FAULTY):
        path = DATA / f"conformance-{'faulty' if share else 'clean'}-{given.claims}.837"
        child("--make", str(share), "--claims", str(given.claims), str(path))
        measure(path)
    return 0


def make(path: Path, claims: int, share: float) -> None:
    """Write a generated file, with a fault of the guide in a share of its claims."""
    generate(Options(claims, SEED), path)
    if not share:
        return
    random = Random(SEED)
    head, *rest = path.read_text(encoding="ascii").split("CLM*")
    pieces = [head]
    for piece in rest:
        claim = "CLM*" + piece
        if random.random() < share:
            damages = [each for each in DAMAGES if re.search(each[0], claim)]
            claim = re.sub(*random.choice(damages), claim, count=1)
        pieces.append(claim)
    path.write_text("".join(pieces), encoding="ascii", newline="")


def start_up() -> None:
    """Print what conformance adds to the start of a process that judges one claim."""
    without = "import scrubber.claims.index, scrubber.conform.judge, scrubber.x12.maps as maps; maps.outline()"
    judged = "; from scrubber.conform.compiled.judge import judge; from scrubber.x12.delimiters import Delimiters"
    judged += "; judge((), 'CLM*1*1***11:B:1*Y*A*Y*Y~', Delimiters('*', ':', '^', '~'))"

    def least(program: str) -> float:
        times = []
        for _ in range(7):
            before = resource.getrusage(resource.RUSAGE_CHILDREN)
            subprocess.run([sys.executable, "-c", program], check=True)
            after = resource.getrusage(resource.RUSAGE_CHILDREN)
            times.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
        return min(times)

    bare, full = least(without), least(without + judged)
    print(f"start-up, processor time, the least of 7: {1000 * bare:.0f} ms, with one claim judged {1000 * full:.0f} ms")


def measure(path: Path) -> None:
    """Print every stage of one file, and how many times pyx12's time each took."""
    size = path.stat().st_size
    segments = path.read_bytes().count(b"~")
    print(f"\n{path.name}: {segments:,} segments, {size / 1e6:.1f} MB")
    print(f"  {'stage':<34}{'seconds':>9}{'cpu s':>9}{'segments/s':>12}{'x pyx12':>9}{'peak MiB':>10}  found")
    reference = 0.0
    for stage in STAGES:
        said = child("--stage", stage, str(path))
        seconds = said["processor"]
        reference = reference or seconds
        print(
            f"  {stage:<34}{said['seconds']:>9.2f}{seconds:>9.2f}{segments / seconds:>12,.0f}"
            f"{reference / seconds:>9.1f}{said['peak'] / 2**20:>10.0f}  {said['found']}",
            flush=True,
        )


def child(*arguments: str) -> dict[str, Any]:
    """Run this module in a process of its own; what it printed."""
    command = [sys.executable, "-m", "benchmarks.conformance", *arguments]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    said: dict[str, Any] = json.loads(done.stdout or "{}")
    return said


def by_pyx12(path: Path) -> dict[str, Any]:
    """x12n_document, with the 999 that it makes by the way."""
    import pyx12.params
    import pyx12.x12n_document

    logger = logging.getLogger("pyx12")
    logger.addHandler(logging.NullHandler())
    logger.propagate = False
    text = path.read_text(encoding="latin-1")
    valid = pyx12.x12n_document.x12n_document(pyx12.params.ParamsBase(), io.StringIO(text), io.StringIO(), None)
    return {"found": "valid" if valid else "not valid"}


def whole_file(path: Path) -> dict[str, Any]:
    """Every transaction, every fault placed."""
    from scrubber.claims.index import index
    from scrubber.conform.compiled.guide import compiled_guide
    from scrubber.conform.compiled.run import clean_run
    from scrubber.conform.compiled.whole_file import judge_file

    file = index(path.read_bytes())
    faults = claims = 0
    for judged in judge_file(file):
        faults += len(judged.faults)
        claims += len(judged.claims())
    run = clean_run(compiled_guide(), file.interchanges[0].delimiters)
    like = run.alike / run.looked
    memo = f"seen before {run.hits():.0%}, like others {like:.0%}, {run.remembered:,} texts remembered"
    return {"found": f"{faults} faults in {claims} claims; {memo}"}


def by_claim(path: Path) -> dict[str, Any]:
    """Each claim on its own with the texts above it, as a worker judges it."""
    from scrubber.claims.heading import HeadingReader
    from scrubber.claims.index import index
    from scrubber.conform.compiled.judge import judge

    source = path.read_bytes()
    file = index(source)
    headings = HeadingReader(source)
    taken, faulty = 0.0, 0
    for claim in file.claims:
        texts = headings.read(claim.level, claim.transaction).texts
        text = source[claim.start : claim.end].decode("latin-1")
        delimiters = claim.transaction.group.interchange.delimiters
        start = time.perf_counter()
        faulty += bool(judge(texts, text, delimiters))
        taken += time.perf_counter() - start
    return {"found": f"{faulty} claims; {taken:.2f} s of it in judge, the rest reads headings"}


STAGES: dict[str, Callable[[Path], dict[str, Any]]] = {
    "pyx12 x12n_document": by_pyx12,
    "compiled guide, whole file": whole_file,
    "compiled guide, claim by claim": by_claim,
}

if __name__ == "__main__":
    sys.exit(main())
