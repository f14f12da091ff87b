"""docs/benchmarks.svg: two panels drawn by hand, since a plotting library would be many times the scrubber's size."""

import math
from collections.abc import Iterator, Sequence

from benchmarks.page import GROWING, MAIN
from benchmarks.sample import Measured

WIDTH, ROW, LEFT, TOP, GROWTH = 760, 28, 150, 48, 240
WANTED = 25
_STYLE = (
    "text{font:13px system-ui,sans-serif;fill:#222}.title{font-weight:600}.soft{fill:#666}.bar{fill:#3b6ea5}"
    ".line{fill:none;stroke:#3b6ea5;stroke-width:2}.dot{fill:#3b6ea5}.grid{stroke:#ddd}.wanted{stroke:#b3541e;"
    "stroke-dasharray:4 3}"
)


def render(measured: Sequence[Measured]) -> str:
    """The plot as SVG: multiples of the floor on a logarithmic scale, and seconds against claims."""
    by_name = {each.sample.name: each for each in measured}
    main = by_name[MAIN]
    growing = [by_name[name] for name in GROWING if name in by_name]
    height = TOP + ROW * len(main.taken) + 50
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height + GROWTH}" role="img">',
        f"<style>{_STYLE}</style>",
        *_multiples(main),
        *_growth(growing, height),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _multiples(main: Measured) -> Iterator[str]:
    """A bar for each stage."""
    most = max(main.times_floor(stage) for stage in main.taken)
    scale = (WIDTH - LEFT - 90) / math.log10(most * 1.1)

    def across(times: float) -> float:
        return LEFT + scale * math.log10(max(times, 1.0))

    bottom = TOP + ROW * len(main.taken)
    yield f'<text class="title" x="0" y="18">{main.sample.claims:,} claims, 5 % with faults: times the floor</text>'
    for power in range(int(math.log10(most)) + 1):
        x = across(10**power)
        yield f'<line class="grid" x1="{x:.0f}" y1="{TOP - 8}" x2="{x:.0f}" y2="{bottom}"/>'
        yield f'<text class="soft" x="{x:.0f}" y="{bottom + 16}" text-anchor="middle">{10**power:,}</text>'
    x = across(WANTED)
    yield f'<line class="wanted" x1="{x:.0f}" y1="{TOP - 8}" x2="{x:.0f}" y2="{bottom}"/>'
    yield f'<text class="soft" x="{x:.0f}" y="{TOP - 12}" text-anchor="middle">wanted: {WANTED}</text>'
    for number, stage in enumerate(main.taken):
        times, y = main.times_floor(stage), TOP + ROW * number
        end = max(across(times), LEFT + 2)
        yield f'<text x="{LEFT - 10}" y="{y + 15}" text-anchor="end">{stage}</text>'
        yield f'<rect class="bar" x="{LEFT}" y="{y + 2}" width="{end - LEFT:.0f}" height="{ROW - 10}"/>'
        yield f'<text x="{end + 6:.0f}" y="{y + 15}">{times:,.1f}</text>'


def _growth(files: Sequence[Measured], top: int) -> Iterator[str]:
    """Seconds of the whole job against claims, both logarithmic: linear growth is a straight line of slope one."""
    if len(files) < 2:
        return
    yield f'<text class="title" x="0" y="{top + 10}">whole job: seconds and peak memory by claims</text>'
    claims = [math.log10(each.sample.claims) for each in files]
    seconds = [math.log10(each.taken["whole job"].seconds) for each in files]
    wide, high = WIDTH - LEFT - 160, GROWTH - 90

    def place(x: float, y: float) -> tuple[float, float]:
        across = LEFT + wide * (x - claims[0]) / (claims[-1] - claims[0])
        return across, top + 40 + high * (seconds[-1] - y) / max(seconds[-1] - seconds[0], 0.01)

    points = [place(x, y) for x, y in zip(claims, seconds, strict=True)]
    yield f'<polyline class="line" points="{" ".join(f"{x:.0f},{y:.0f}" for x, y in points)}"/>'
    for each, (x, y) in zip(files, points, strict=True):
        job = each.taken["whole job"]
        yield f'<circle class="dot" cx="{x:.0f}" cy="{y:.0f}" r="4"/>'
        yield f'<text x="{x + 10:.0f}" y="{y + 5:.0f}">{job.seconds:.1f} s, {job.peak / 2**20:,.0f} MiB</text>'
        count = f"{each.sample.claims:,}"
        yield f'<text class="soft" x="{x:.0f}" y="{top + GROWTH - 22}" text-anchor="middle">{count}</text>'
