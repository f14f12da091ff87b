"""What ``--report-detail findings`` leaves of a whole report: the outputs are held against it."""

from __future__ import annotations

import msgspec

from scrubber.reports.schema import Claim, ClaimInBrief, Report


def findings_only(report: Report) -> Report:
    """The report with unchanged claims that have no finding listed by identity (``--report-detail findings``).

    Their ``not_checked`` stays: a check that could not run must not read as passed.
    """
    return msgspec.structs.replace(report, claims=tuple(_in_brief(claim) for claim in report.claims))


def _in_brief(claim: Claim | ClaimInBrief) -> Claim | ClaimInBrief:
    if isinstance(claim, ClaimInBrief) or claim.disposition != "unchanged" or claim.findings:
        return claim
    return ClaimInBrief(
        claim.claim_id,
        claim.interchange,
        claim.group,
        claim.transaction,
        claim.position,
        claim.disposition,
        claim.not_checked,
    )
