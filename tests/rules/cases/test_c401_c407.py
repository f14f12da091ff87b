"""C401 with C407 and C412: an old claim with an old code is told all that is wrong with it at once."""

from datetime import date

from rules.specimen import Bill, found, interchange, scrubbed

from scrubber.visits.records import TreatmentRecords


def test_an_old_claim_with_an_old_code() -> None:
    bill = Bill(lines=("SV1*HC:97001:GP*110*UN*1***1",), on=date(2017, 1, 3))
    text = interchange(bill).replace("NM1*DN*1*FENWICK*AUGUST****XX*1999887742~\n", "").replace("SE*26*", "SE*25*")
    (claim,) = scrubbed(text.encode("latin-1"), TreatmentRecords()).claims
    assert set(found(claim)) == {"C401 reject", "C407 reject", "C412 warn", "C422 warn"}
    assert claim.disposition == "held"
