"""A claim that conforms, with the heading that it stands under, in pieces that tests can change."""

from collections.abc import Callable

import pytest

from scrubber.x12.delimiters import Delimiters

HEADING = (
    "BHT*0019*00*B77*20260309*1015*CH~"
    "NM1*41*2*RIVERSIDE REHAB*****46*RR100~PER*IC*DANA FIELD*TE*5555550100~"
    "NM1*40*2*NORTHERN HEALTH*****46*00123~"
    "HL*1**20*1~PRV*BI*PXC*225100000X~"
    "NM1*85*2*RIVERSIDE REHAB*****XX*1234567893~N3*12 MILL LANE~N4*OMAHA*NE*681010001~REF*EI*123456789~"
    "HL*2*1*22*0~SBR*P*18*******MB~"
    "NM1*IL*1*QUIMBLE*IVO****MI*1EG4TE5MK73~N3*4 OAK STREET~N4*OMAHA*NE*68102~DMG*D8*19500203*M~"
    "NM1*PR*2*NORTHERN HEALTH*****PI*00123~"
)
DEPENDENT_HEADING = HEADING.replace("HL*2*1*22*0~SBR*P*18*", "HL*2*1*22*1~SBR*P**") + (
    "HL*3*2*23*0~PAT*19~NM1*QC*1*QUIMBLE*ADA~N3*4 OAK STREET~N4*OMAHA*NE*68102~DMG*D8*20150203*F~"
)
CLAIM = (
    "CLM*PCN7*200***11:B:1*Y*A*Y*Y~"
    "HI*ABK:M545*ABF:M6281~"
    "NM1*82*1*HOLLOW*PETRA****XX*1234567893~PRV*PE*PXC*225100000X~"
    "LX*1~SV1*HC:97110:GP*120*UN*2***1:2~DTP*472*D8*20260302~REF*6R*L1~NTE*ADD*MINUTES 30~"
    "LX*2~SV1*HC:97140:GP:59*80*UN*1***1~DTP*472*RD8*20260302-20260302~REF*6R*L2~"
)


def long_claim(lines: int) -> str:
    """A conforming claim of so many service lines, five segments each."""
    text = "CLM*PCN8*60***11:B:1*Y*A*Y*Y~HI*ABK:M545~"
    for number in range(1, lines + 1):
        text += f"LX*{number}~SV1*HC:97110:GP*{60 + number}*UN*2***1~DTP*472*D8*20260302~REF*6R*R{number}~NTE*ADD*SEEN~"
    return text


@pytest.fixture(scope="session")
def heading() -> str:
    """BHT up to the payer of a subscriber who is the patient."""
    return HEADING


@pytest.fixture(scope="session")
def dependent_heading() -> str:
    """BHT up to the dependent patient."""
    return DEPENDENT_HEADING


@pytest.fixture(scope="session")
def claim() -> str:
    """Two service lines; segment 5 is the first SV1."""
    return CLAIM


@pytest.fixture(scope="session")
def long() -> Callable[[int], str]:
    """Makes a conforming claim of so many lines: 2 + 5 segments a line."""
    return long_claim


@pytest.fixture(scope="session")
def separators() -> Delimiters:
    """The usual ones."""
    return Delimiters("*", ":", "^", "~")
