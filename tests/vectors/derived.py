"""Cases of our own, each with its derivation in ``note``: the capped midpoint (wc), and assistants before 2022."""

import msgspec
from vectors.facts import HERE, AssistantFact, UnitFact

CAPPED = msgspec.json.decode((HERE / "capped_midpoint.json").read_bytes(), type=list[UnitFact])
BEFORE_2022 = msgspec.json.decode((HERE / "before_2022.json").read_bytes(), type=list[AssistantFact])
