"""The floor: the least that reading a file takes in Python. What the scrubber takes is stated as a multiple of it.

python -m benchmarks.floor FILE...
"""

import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

_BLOCK = 1 << 20


def split_and_keep_nothing(path: Path) -> int:
    """Read 1 MiB blocks, split segments and their elements, keep nothing; the number of segments."""
    count = 0
    rest = b""
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            segments = (rest + block).split(b"~")
            rest = segments.pop()
            for segment in segments:
                segment.split(b"*")
            count += len(segments)
    return count


def median_seconds(action: Callable[[], object], times: int = 5) -> float:
    """Wall-clock median of ``times`` runs in this process, after one run that warms the caches."""
    action()
    taken = []
    for _ in range(times):
        start = time.perf_counter()
        action()
        taken.append(time.perf_counter() - start)
    return statistics.median(taken)


def main(arguments: list[str]) -> int:
    """Print the floor of each file named."""
    for name in arguments:
        path = Path(name)
        seconds = median_seconds(lambda path=path: split_and_keep_nothing(path))  # type: ignore[misc]
        segments = split_and_keep_nothing(path)
        print(f"{path.name}: {seconds:.4f} s, {segments / seconds / 1e6:.1f} M segments/s")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
