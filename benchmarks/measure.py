"""Run a command and say what it took. Run as a small process of its own: on Linux a child's peak memory is never
reported below its parent's at the moment of the start, so the parent has to be small.

    python -I -S benchmarks/measure.py COMMAND...        prints one JSON object
"""

import json
import os
import resource
import subprocess
import sys
import tempfile
import time


def main(command: list[str]) -> int:
    """Print exit code, wall and processor seconds, peak resident bytes and the last line of standard error."""
    with tempfile.TemporaryFile() as errors:
        start = time.perf_counter()
        code = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=errors, check=False)
        seconds = time.perf_counter() - start
        errors.seek(max(0, os.fstat(errors.fileno()).st_size - 2000))
        said = errors.read().decode("utf-8", "replace").strip().splitlines()
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    peak = usage.ru_maxrss * (1 if sys.platform == "darwin" else 1024)
    processor = usage.ru_utime + usage.ru_stime
    taken = {"code": code.returncode, "seconds": seconds, "processor": processor, "peak": peak}
    print(json.dumps(taken | {"said": said[-1] if said else ""}))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
