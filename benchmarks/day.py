"""A day of a clearinghouse: files arrive, wait for cores, and are scrubbed. And a file whose patients are unequal."""

from __future__ import annotations

import heapq
import math
import statistics
from collections.abc import Iterator, Sequence
from random import Random
from typing import NamedTuple

DAY = 24 * 3600
BY_HOUR = (1, 1, 1, 1, 1, 2, 3, 5, 7, 8, 8, 7, 6, 7, 8, 8, 8, 7, 5, 4, 6, 8, 5, 2)
"""What of a day's files arrives in each hour, as weights: office hours, and the batches of the evening."""
CLAIMS_A_FILE = 1000
SPREAD = 1.5
"""Of the logarithm of a file's claims: most files are small, and the largest of a day hundreds of times the mean."""
LARGEST_FILE = 200_000


class File(NamedTuple):
    """When a file arrives, in seconds of the day, and how many claims it has."""

    arrives: float
    claims: int


class Waited(NamedTuple):
    """Seconds from arrival to the end: of half the files, of 99 in 100, and of the slowest; the cores' busy share."""

    median: float
    most: float
    slowest: float
    busy: float


def files_of_day(claims: int, seed: int = 1) -> list[File]:
    """The files of a day with about so many claims, in the order of their arrival."""
    random = Random(seed)
    location = math.log(CLAIMS_A_FILE) - SPREAD**2 / 2
    total = sum(BY_HOUR)
    files = []
    there = 0
    while there < claims:
        size = min(LARGEST_FILE, max(1, round(random.lognormvariate(location, SPREAD))))
        hour = random.choices(range(24), [weight / total for weight in BY_HOUR])[0]
        files.append(File(hour * 3600 + random.random() * 3600, size))
        there += size
    return sorted(files)


def wait_for_cores(files: Sequence[File], cores: int, seconds_a_claim: float, seconds_a_file: float) -> Waited:
    """Each file whole on one core, the first that is free, in the order of arrival."""
    free = [0.0] * cores
    took = []
    work = 0.0
    for file in files:
        seconds = seconds_a_file + file.claims * seconds_a_claim
        start = max(file.arrives, free[0])
        heapq.heapreplace(free, start + seconds)
        took.append(start + seconds - file.arrives)
        work += seconds
    took.sort()
    return Waited(statistics.median(took), took[int(len(took) * 0.99)], took[-1], work / (cores * DAY))


def cores_for(files: Sequence[File], seconds_a_claim: float, seconds_a_file: float, most_seconds: float) -> int:
    """The fewest cores with which 99 in 100 files are done within so many seconds of their arrival."""
    few, many = 1, 1
    while wait_for_cores(files, many, seconds_a_claim, seconds_a_file).most > most_seconds:
        few, many = many, many * 2
        if many > 1 << 16:
            raise ValueError("no number of cores is enough: a single file takes longer than that")
    while few < many:
        middle = (few + many) // 2
        if wait_for_cores(files, middle, seconds_a_claim, seconds_a_file).most > most_seconds:
            few = middle + 1
        else:
            many = middle
    return many


def patients(claims: int, skew: float, seed: int = 1) -> list[int]:
    """Claims of each patient of a file. With ``skew`` s the rank-r patient has claims as 1 / r**s; 0: all alike."""
    weights = [1 / rank**skew for rank in range(1, claims // 2 + 1)]
    share = claims / sum(weights)
    sizes = [max(1, round(weight * share)) for weight in weights]
    Random(seed).shuffle(sizes)
    return sizes


def parts(sizes: Sequence[int], most: int) -> Iterator[list[int]]:
    """Patients in order, packed into parts as the scrubber does."""
    part: list[int] = []
    for size in sizes:
        part.append(size)
        if sum(part) >= most:
            yield part
            part = []
    if part:
        yield part


def speed_up(sizes: Sequence[int], most: int, cores: int, growth: float, parent: float) -> float:
    """How many times faster one file is on so many cores than on one, its patients in parts of ``most`` claims.

    A patient of n claims costs n**growth; ``parent`` is the share of all work that only one process can do, on one of
    the cores, while workers are on all of them.
    """
    work = [sum(size**growth for size in part) for part in parts(sizes, most)]
    alone = sum(work) / (1 - parent)
    free = [0.0] * cores
    for seconds in work:
        heapq.heapreplace(free, free[0] + seconds)
    return alone / max(*free, alone * parent, alone / cores)
