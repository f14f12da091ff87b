"""The page for a person: it loads nothing, runs nothing, and says what a biller needs to know."""

import re
from itertools import pairwise

import msgspec
import pytest
from lxml import html
from reports.in_brief import findings_only

from scrubber.reports import report_html
from scrubber.reports.schema import Impact, NotChecked, Waived

EVIL = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)></style>\u202e\x1b&lt;"
# What HTML can load or run with; links within the page are the only references.
LOADING = {"src", "srcset", "action", "formaction", "background", "poster", "data", "cite", "ping", "manifest"}
KEPT = {"disposition", "severity", "fixed"}  # the page's structure depends on them; no file can set them


def page(report, **limits):
    return html.document_fromstring(report_html.render(report, **limits).decode("utf-8"))


def words(element):
    return " ".join(element.text_content().split())


def card(document, position):
    return document.get_element_by_id(f"claim-1-1-{position}")


def hostile(value):
    """The same structure with every text replaced."""
    if isinstance(value, str):
        return EVIL
    if isinstance(value, tuple):
        return tuple(hostile(item) for item in value)
    if isinstance(value, msgspec.Struct):
        changed = {name: hostile(getattr(value, name)) for name in value.__struct_fields__ if name not in KEPT}
        return msgspec.structs.replace(value, **changed)
    return value


def test_hostile_text_stays_text(demo):
    document = page(hostile(demo))
    assert not document.xpath("//script | //img | //iframe | //object | //embed | //svg | //form | //base")
    assert len(document.xpath("//style")) == 1
    assert not [name for element in document.iter() for name in element.attrib if name.startswith("on")]
    assert "<script>alert(1)</script>\"'><img src=x" in document.text_content()


def test_hostile_text_hides_nothing_and_turns_nothing_around(demo):
    raw = report_html.render(hostile(demo)).decode("utf-8")
    assert "\u202e" not in raw
    assert "\x1b" not in raw
    assert "\u241b" in raw


@pytest.mark.parametrize("which", ["demo", "many_claims"])
def test_the_page_refers_to_nothing_outside_itself(which, request):
    document = page(request.getfixturevalue(which))
    assert not [name for element in document.iter() for name in element.attrib if name in LOADING]
    assert not document.xpath("//link | //script")
    ids = set(document.xpath("//@id"))
    links = document.xpath("//@href")
    assert links
    assert all(link.startswith("#") and link[1:] in ids for link in links)
    style = document.findtext(".//style")
    assert "url(" not in style
    assert "@import" not in style


def test_ids_are_unique(demo):
    ids = page(demo).xpath("//@id")
    assert len(ids) == len(set(ids))


def test_headings_and_tables_serve_a_screen_reader(demo):
    document = page(demo)
    levels = [int(element.tag[1]) for element in document.iter("h1", "h2", "h3", "h4")]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(later - earlier <= 1 for earlier, later in pairwise(levels))
    assert document.get("lang") == "en"
    for table in document.iter("table"):
        assert table.find("caption") is not None
        assert table.xpath(".//th")
        assert all(heading.get("scope") in ("row", "col") for heading in table.iter("th"))


def test_paper_and_dark_screens_are_thought_of(demo):
    style = page(demo).findtext(".//style")
    assert "@media print" in style
    assert "prefers-color-scheme: dark" in style


def test_the_top_says_how_many_and_how_much(demo):
    document = page(demo)
    assert words(document.find_class("lead")[0]) == "Of 7 claims, 4 can be sent and 3 need a person."
    tiles = [words(tile) for tile in document.find_class("tiles")[0]]
    assert tiles == [
        "3held a person must decide", "2corrected go out with changes", "2unchanged go out as they came",
    ]  # fmt: skip
    money = [words(row) for row in document.find_class("money")[0].iter("tr")]
    assert money == [
        "Billed in the file$745.00", "Held back− $275.00", "Lowered by corrections− $40.00", "Goes out$430.00",
    ]  # fmt: skip


def test_held_claims_come_first_then_corrected_then_warnings(demo):
    titles = [words(title) for title in page(demo).iter("h2")]
    assert titles == [
        "Held: needs a person (3)", "Corrected: goes out (2)", "Unchanged, with something to look at (1)",
        "About the file", "Unchanged, nothing found (1)", "Findings by rule", "Treatment records without use",
        "What was not checked", "Reference tables",
    ]  # fmt: skip


def test_a_fault_that_holds_part_of_the_file_comes_before_the_claims(demo):
    urgent = msgspec.structs.replace(demo.findings[0], severity="reject", fixed=False)
    titles = [words(title) for title in page(msgspec.structs.replace(demo, findings=(urgent,))).iter("h2")]
    assert titles[:2] == ["About the file", "Held: needs a person (3)"]


def test_a_held_claim_tells_what_to_do_and_why(demo):
    held = words(card(page(demo), 3))
    for part in (
        "Claim PCN3 Held", "$115.00", "To settle N301 pair never payable", "97124 is never paid beside 97140",
        "What to doDecide which of the two the record supports and remove the other.",
        "ProposalRemove 97124 (asks for less; a person decides)", "Evidencetable ncci-ptp-medicare 2024Q3: 97140/97124",
        "Moneycharge would fall by $35.00", "Likely denialCARC 236, status A7:454", "2 removed",
    ):  # fmt: skip
        assert part in held


def test_a_claim_held_by_another_links_to_it(demo):
    link = card(page(demo), 5).find(".//a")
    assert (link.get("href"), words(link)) == ("#claim-1-1-4", "PCN4 (position 4)")


def test_a_claim_held_with_part_of_the_file_says_so(build):
    document = page(build["report"]([build["claim"](1, "held", [])]))
    assert "Held with the part of the file that it stands in" in words(card(document, 1))


def test_a_corrected_claim_shows_before_and_after_for_eye_and_ear(demo):
    document = page(demo)
    corrected = card(document, 1)
    row = corrected.find_class("changed")[0]
    assert [words(cell) for cell in row] == [
        "1", "97110", "GP", "was 3 → now 2", "was $120.00 → now $80.00", "2026-03-02",
    ]  # fmt: skip
    text = words(corrected)
    assert "Corrected U101 units above minutes" in text
    assert "Denial avoidedCARC 151, RARC N435, status A7:258" in text
    assert "What to do" not in text
    assert "45 timed minutes, 3 units supported by the cms rule" in text
    assert "was GP → now GP CQ" in words(card(document, 2))


def test_what_was_not_there_is_called_none(build):
    line = build["line"](1, "97110", "", 1, "40.00")
    document = page(
        build["report"]([build["claim"](1, "corrected", [line], [], [build["out"](line, modifiers=("GP",))])])
    )
    (row,) = document.find_class("changed")
    assert words(row[2]) == "was none → now GP"
    assert row.find(".//del") is None


def test_a_split_line_shows_both_of_its_parts(build):
    line = build["line"](1, "97110", "GP", 3, "120.00")
    parts = [
        build["out"](line, units="2", charge="80.00"),
        build["out"](line, line="2", modifiers=("GP", "CQ"), units="1", charge="40.00", control="A1-2"),
    ]
    rows = page(build["report"]([build["claim"](1, "corrected", [line], [], parts)])).find_class("changed")
    assert [words(row) for row in rows] == [
        "197110GPwas 3 → now 2was $120.00 → now $80.002026-03-02",
        "2 new97110GP CQ1$40.002026-03-02",
    ]


def test_a_waived_finding_names_who_and_why(build):
    found = build["finding"]("U104", "units-without-minutes", "m", "a", waived=Waived("agreed", "office", "2026-12-31"))
    document = page(build["report"]([build["claim"](1, "unchanged", [], [found])]))
    text = words(card(document, 1))
    assert "Waived U104" in text
    assert "Waived byoffice until 2026-12-31: agreed" in text


def test_what_was_not_checked_is_counted_and_never_passed_over(demo, build):
    assert "U103the record gives a total but no minutes by code1 claim" in words(page(demo))
    assert "U107no record has start and stopthe whole file" in words(page(demo))
    assert "Every check that was asked for ran" in words(page(build["report"]([build["clean"](1)])))
    only = findings_only(build["report"]([build["claim"](1, "unchanged", [], not_checked=(NotChecked("N302", "no"),))]))
    assert "N302no1 claim" in words(page(only))


def test_a_stale_table_says_what_to_do(demo):
    row = next(row for row in page(demo).iter("tr") if "ncci-ptp" in words(row))
    assert "2024Q3" in words(row)
    assert "holds only part of the published table" in words(row)
    assert "Older than dates of service in this file. Dates of service after 2024-09-30" in words(row)


def test_unchanged_claims_are_listed_by_number_in_one_details(many_claims):
    details = page(many_claims).find(".//details")
    assert details.get("open") is None
    assert len(details.findall(".//li")) == 100
    assert words(details.find("summary")) == "100 claims in which nothing was found; they go out as they came"


def test_claims_that_are_left_out_are_counted(many_claims):
    document = page(many_claims, cards=30, identities=40)
    assert len(document.find_class("claim")) == 90
    text = words(document)
    assert "30 of 200 claims are shown here; 170 more are in the JSON report" in text
    assert "30 of 100 claims are shown here; 70 more are in the JSON report" in text
    assert "40 are listed here; 60 more are in the JSON report" in text
    assert "N301pair never payable100000" in text  # counts are of all claims, shown or not


def test_twenty_thousand_claims_make_a_page_that_opens(build):
    kinds = (build["clean"], build["clean"], build["overbilled"], build["unpayable_pair"])
    raw = report_html.render(build["report"](kinds[position % 4](position) for position in range(1, 20_001)))
    assert len(raw) < 8_000_000
    assert b"4,000 more are in the JSON report" in raw


def test_markup_is_well_nested(demo):
    raw = report_html.render(demo).decode("utf-8")
    stack = []
    for closing, tag in re.findall(r"<(/?)([a-z][a-z0-9]*)", raw.split("<body>")[1]):
        if closing:
            assert (stack.pop() if stack else "body") in (tag, "body")
        elif tag != "br":
            stack.append(tag)
    assert stack == []


def test_what_findings_are_worth_is_told_by_rule(demo):
    tables = {words(table.find("caption")): table for table in page(demo).iter("table")}
    rows = [[words(cell) for cell in row] for row in tables["What the findings are worth"].iter("tr")]
    basis = "2026 national non-facility"
    assert rows[1:] == [
        ["N301", "$1,035.00", "$0.00", "-$27.72", "1 of 1", basis],
        ["U101", "$0.00", "-$40.00", "-$22.21", "1 of 1", basis],
    ]


def test_a_charge_at_risk_is_told_before_what_moves(build):
    found = build["finding"]("N301", "pair-never-payable", "Not both.", "Bill one.",
                             impact=Impact(None, "-27.72", "what a denial would cost; 2026", "35.00"))  # fmt: skip
    document = page(
        build["report"]([build["claim"](1, "held", [build["line"](1, "97124", "GP", 1, "35.00")], [found])])
    )
    assert (
        "$35.00 is at risk of denial; Medicare payment would fall by $27.72 (estimate: what a denial would cost; 2026)"
        in (words(card(document, 1)))
    )


def test_another_payer_that_differs_is_told_in_the_claim(demo):
    assert (
        "Goes to a secondary payer too (rules of commercial), which differs in: how minutes become units; code pairs."
        in words(card(page(demo), 4))
    )
    assert "Goes to a secondary" not in words(card(page(demo), 3))


def test_the_ledger_is_named_at_the_end(demo):
    assert "Checked against a ledger of 12 deliveries (1 of this file itself, ignored), state 5eed" in words(page(demo))
