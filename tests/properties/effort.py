"""How much the properties are tried: by default a fixed set of examples, the same on every machine and every run.

SCRUBBER_EXAMPLES=20 tries twenty times as many, other ones each time, and keeps what fails in .hypothesis for the next.
"""

import os

from hypothesis import HealthCheck, Phase, settings

TIMES = int(os.environ.get("SCRUBBER_EXAMPLES", "1"))


def examples(count: int) -> settings:
    """Settings for so many examples, or that many times over when more is asked for."""
    fixed = {"derandomize": True, "database": None} if TIMES == 1 else {"print_blob": True}
    return settings(
        max_examples=count * TIMES,
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
        phases=[phase for phase in Phase if phase is not Phase.explain],
        **fixed,
    )
