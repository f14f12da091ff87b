"""The payer profiles that need no settings file, chosen by the claim filing indicator (SBR09).

What the sources call required or usual is true. What they leave to the payer or the state, or deny, is false until a
profile of the clinic says otherwise: a wrong "missing modifier" would hold claims that the payer takes.

================== ================================ ==== ======== ===== ===== ====================================
profile            SBR09                            unit GP GO GN CQ CO KX    NCCI tables
================== ================================ ==== ======== ===== ===== ====================================
medicare-part-b    MB MA                            cms  true     true  true  Medicare's
medicare-advantage 16                               cms  true     true  false Medicare's
tricare            CH                               cms  true     true  false Medicare's, which it follows
va                 VA                               cms  true     true  false Medicare's, which it follows
medicaid           MC TV                            ask  false    false false unknown here (its own, by state)
commercial         BL CI FI HM 12 13 14 15 AM LM    ask  false    false false unknown here (each payer's own)
workers-comp       WC                               ask  false    false false unknown here (by state)
default            all else: 11 17 DS OF ZZ and any ask  false    false false unknown here
================== ================================ ==== ======== ===== ===== ====================================

Why, where the sources leave a choice:

- medicare-advantage, va: both modifiers are usual, not required; KX is by plan (16) or not used (VA), so false.
- tricare: CQ/CO required from 2020-04-16, GP/GO/GN usual, KX not used. One profile without dates: earlier dates of
  service are checked as if CQ/CO had been required then too.
- commercial: GP/GO/GN is usual for BL and undecided or not used for the other nine, so false: a profile that matches
  the payer id of a Blue plan sets it. Unit rules vary even among Blue plans (Nebraska counts total minutes).
- workers-comp: by state (Colorado: the capped midpoint, and assistants at 85 %). wc stands in no built-in profile.
- default: OF (other federal) mostly counts the CMS way, but only the eight names above are built in, and ``default``
  checks without correcting money. 17 (dental) and DS (disability) want no therapy modifiers.

pair-modifier: since 2019-07-01 Medicare counts a modifier on either line of a pair (CMS CR 11168), so either for
medicare-part-b and medicare-advantage; column-2 for all others.

Everywhere: a missing treatment record is a warning, modifier order is not checked, and raises are not applied.

Sources: the code list of the 005010X222A1 guide; CMS Pub 100-04 chapter 5 section 20 (Medicare); PPS Impact, APTA 2020
and the HNFS page on assistants (TRICARE); the Pinnacol page (Colorado workers' compensation); policy RP-I-003 of BCBS
Nebraska; WebPT (federal payers count the CMS way, commercial ones vary). 16, VA, MC and TV rest on common practice.
"""

from collections.abc import Mapping
from types import MappingProxyType

from scrubber.settings.keys import PairModifierChoice
from scrubber.settings.profile import Profile

_PAIRS = ("ncci-ptp-medicare",)
_UNIT_LIMITS = ("ncci-mue-medicare",)


def _counts_like_medicare(
    name: str, filing: str, *, threshold: bool = False, pair_modifier: PairModifierChoice = "column-2"
) -> Profile:
    return Profile(
        name=name,
        match_filing=frozenset(filing.split()),
        unit_rule="cms",
        discipline_modifiers=True,
        assistant_modifiers=True,
        threshold_modifier=threshold,
        pair_tables=_PAIRS,
        pair_modifier=pair_modifier,
        unit_limit_tables=_UNIT_LIMITS,
    )


def _asks_the_payer(name: str, filing: str) -> Profile:
    return Profile(name=name, match_filing=frozenset(filing.split()))


BUILT_IN: Mapping[str, Profile] = MappingProxyType(
    {
        profile.name: profile
        for profile in (
            _counts_like_medicare("medicare-part-b", "MB MA", threshold=True, pair_modifier="either"),
            _counts_like_medicare("medicare-advantage", "16", pair_modifier="either"),
            _counts_like_medicare("tricare", "CH"),
            _counts_like_medicare("va", "VA"),
            _asks_the_payer("medicaid", "MC TV"),
            _asks_the_payer("commercial", "BL CI FI HM 12 13 14 15 AM LM"),
            _asks_the_payer("workers-comp", "WC"),
            _asks_the_payer("default", ""),
        )
    }
)
"""The built-in profiles by name, in the order of the documentation; ``default`` is the one for all else."""
