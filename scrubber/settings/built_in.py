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

The rest of medicare-part-b, and what of it others share:

- referring-provider: the certifying physician or practitioner stands on every outpatient therapy claim as the referring
  provider (CMS Pub 100-04 chapter 5 section 20, since 2012-10-01); other payers ask for none by themselves.
- filing-limit-days: one calendar year (42 CFR 424.44; TRICARE 32 CFR 199.7(d)). As 365 days, the strict reading: in a
  leap year the warning comes a day early. Plans and commercial payers have limits of their own: none here.
- corrected-claims: false. Medicare reopens a claim instead of taking frequency 7 or 8 (Pub 100-04 chapter 34).
- refused-places: 31, where therapy is the facility's to bill (42 U.S.C. 1395u(b)(6)(E), Pub 100-04 chapter 6 section
  10); doubtful-places: 21, 22 and 23, where it is the hospital's (42 CFR 410.42, 411.15(m)). A plan may pay otherwise:
  all four are doubtful for medicare-advantage.
- replaced-codes: 97014 has status I in the physician fee schedule, Medicare takes G0283.

fee-table: Medicare's for the four that pay by it or by rates derived from it; estimates of the last three say that the
payer's own rates may differ. For all others no estimate is made.

Everywhere: a missing treatment record is a warning, modifier order is not checked, and raises are not applied.

Sources: the code list of the 005010X222A1 guide; CMS Pub 100-04 chapter 5 section 20 (Medicare); PPS Impact, APTA 2020
and the HNFS page on assistants (TRICARE); the Pinnacol page (Colorado workers' compensation); policy RP-I-003 of BCBS
Nebraska; WebPT (federal payers count the CMS way, commercial ones vary). 16, VA, MC and TV rest on common practice.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from scrubber.settings.profile import Profile

_PAIRS = ("ncci-ptp-medicare",)
_UNIT_LIMITS = ("ncci-mue-medicare",)
_FEES = "fee-schedule-medicare"


_TRADITIONAL: Mapping[str, Any] = MappingProxyType(
    {
        "threshold_modifier": True,
        "pair_modifier": "either",
        "referring_provider": True,
        "filing_limit_days": 365,
        "corrected_claims": False,
        "refused_places": ("31",),
        "doubtful_places": ("21", "22", "23"),
        "replaced_codes": {"97014": "G0283"},
    }
)
_ADVANTAGE: Mapping[str, Any] = MappingProxyType(
    {
        "pair_modifier": "either",
        "doubtful_places": ("21", "22", "23", "31"),
        "replaced_codes": {"97014": "G0283"},
    }
)


def _counts_like_medicare(name: str, filing: str, **others: Any) -> Profile:
    return Profile(
        name=name,
        match_filing=frozenset(filing.split()),
        unit_rule="cms",
        discipline_modifiers=True,
        assistant_modifiers=True,
        pair_tables=_PAIRS,
        unit_limit_tables=_UNIT_LIMITS,
        fee_table=_FEES,
        **others,
    )


def _asks_the_payer(name: str, filing: str) -> Profile:
    return Profile(name=name, match_filing=frozenset(filing.split()))


BUILT_IN: Mapping[str, Profile] = MappingProxyType(
    {
        profile.name: profile
        for profile in (
            _counts_like_medicare("medicare-part-b", "MB MA", **_TRADITIONAL),
            _counts_like_medicare("medicare-advantage", "16", **_ADVANTAGE),
            _counts_like_medicare("tricare", "CH", filing_limit_days=365),
            _counts_like_medicare("va", "VA"),
            _asks_the_payer("medicaid", "MC TV"),
            _asks_the_payer("commercial", "BL CI FI HM 12 13 14 15 AM LM"),
            _asks_the_payer("workers-comp", "WC"),
            _asks_the_payer("default", ""),
        )
    }
)
"""The built-in profiles by name, in the order of the documentation; ``default`` is the one for all else."""
