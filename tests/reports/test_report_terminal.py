"""One screen of 24 lines and 80 columns that leaves nothing out without saying so."""

import re

import msgspec
import pytest
from rich.cells import cell_len

from scrubber.reports.overview import overview_of
from scrubber.reports.schema import FileFinding, Where
from scrubber.reports.terminal import screen, summary

PATHS = {
    "corrected": "out/claims.corrected.837", "held": "out/claims.held.837", "json": "out/claims.report.json",
    "html": "out/claims.report.html", "csv": "out/claims.report.csv", "journal": "out/claims.journal.jsonl",
}  # fmt: skip


def lines(report, paths=PATHS, **size):
    return summary(report, paths, **size).splitlines()


def fits(told, width=80, height=24):
    return len(told) < height and max(map(cell_len, told)) <= width


@pytest.mark.parametrize("which", ["six_claims", "demo", "many_claims"])
def test_it_fits_a_terminal_with_its_prompt(which, request):
    assert fits(lines(request.getfixturevalue(which)))


def test_a_small_file_is_told_whole(six_claims):
    told = " ".join(summary(six_claims, PATHS).split())
    for part in (
        "claims.837: 6 claims; 4 can be sent (2 unchanged, 2 corrected), 2 held",
        "Billed $705.00: $430.00 goes out, $235.00 held, $40.00 lowered",
        "HELD: needs a person (2)",
        "PCN3 N301 97124 is never paid beside 97140",
        "To do: Decide which of the two the record supports and remove the other.",
        "PCN4 N302 97530 is not paid beside 97150",
        "CORRECTED: goes out (2)",
        "PCN1 U101 97110 is billed 3 units; the signed record supports 2 (30 minutes).",
        "Done: 97110 units 3 -> 2, $120.00 -> $80.00",
        "PCN2 M204 97112 was furnished by an assistant",
        "Done: 97112 CQ added",
        "PCN6 U102 97110 is billed 1 unit",
        "Not checked: 1 check could not run on 1 claim; see the report.",
        "Output in out:",
        "claims.corrected.837 send this",
        "claims.report.html the report, to read or print",
        "also claims.report.json, claims.report.csv, claims.journal.jsonl",
    ):
        assert part in told


def test_of_a_large_file_it_says_how_many_claims_are_not_told(many_claims):
    told = summary(many_claims, PATHS)
    for fate, count in (("held", 200), ("corrected", 100), ("to look at", 100)):
        more = int(re.search(rf"and (\d+) more {fate}: see the report", told)[1])
        shown = {"held": r"  N30[12] 9", "corrected": r" U101: ", "to look at": r" U102 9"}[fate]
        assert more + len(re.findall(shown, told)) == count
    assert "HELD: needs a person (200)  most: N301 100, N302 100" in told


@pytest.mark.parametrize("height", [16, 24, 30, 60])
@pytest.mark.parametrize("width", [60, 80, 132])
def test_other_windows_are_kept_to_as_well(many_claims, six_claims, width, height):
    for report in (many_claims, six_claims):
        assert fits(lines(report, width=width, height=height), width, max(height, 20))


def test_a_taller_window_tells_more(many_claims):
    assert len(lines(many_claims, height=60)) > len(lines(many_claims, height=24))


def test_every_claim_is_told_when_all_fit(many_claims):
    told = lines(many_claims, height=2000)
    assert sum(line.startswith("  PCN") for line in told) == 400
    assert not [line for line in told if " more" in line]


def test_all_fine_is_short(build):
    told = lines(build["report"]([build["clean"](1)]), {"corrected": "out/claims.corrected.837"})
    assert told == [
        "claims.837: 1 claim; 1 can be sent (1 unchanged, 0 corrected), 0 held",
        "Billed $190.00: $190.00 goes out",
        "Output in out:",
        "  claims.corrected.837  send this",
    ]


def test_nothing_to_send_is_said(build):
    told = summary(build["report"]([build["unpayable_pair"](1)]), {"held": "out/claims.held.837"})
    assert "No claim can be sent, so there is no corrected file." in told


def test_standard_output_is_named_where_the_file_went_there(build):
    told = summary(build["report"]([build["clean"](1)]), {"corrected": "-", "html": "o/stdin.report.html"})
    assert "Claims to send: written to standard output" in told


def test_a_path_is_never_cut(build):
    folder = "/very/long" + "/folder-name" * 12
    told = lines(build["report"]([build["clean"](1)]), {"corrected": f"{folder}/claims.corrected.837"})
    assert folder in "".join(told)
    assert max(map(len, told)) <= 80


def test_files_in_several_folders_are_named_in_full(build):
    paths = {"corrected": "outbox/claims.837", "held": "held/claims.held.837"}
    told = summary(build["report"]([build["clean"](1), build["unpayable_pair"](2)]), paths)
    assert "outbox/claims.837" in told
    assert "held/claims.held.837" in told


def test_a_claim_cannot_write_to_the_terminal(build):
    evil = "\x1b]0;owned\x07\x1b[2J\r\nPCN9 is fine\u202e"
    found = build["finding"]("U101", "units-above-minutes", evil, evil)
    told = summary(build["report"]([build["claim"](1, "held", [], [found], claim_id=evil)]), {})
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]", told)
    assert "\u241b" in told


def test_wide_characters_count_as_two_columns(build):
    found = build["finding"]("U101", "units-above-minutes", "単" * 100, "位" * 100)
    report = build["report"]([build["claim"](position, "held", [], [found]) for position in range(1, 4)])
    assert fits(lines(report))


def test_a_fault_of_the_file_comes_first_and_explains_held_claims(build):
    fault = FileFinding(
        "E503", "control-number-mismatch", "reject", False, None, (), Where(element="IEA02"),
        "IEA02 is not ISA13.", "Send it anew.", (), None, None, None, "interchange", 1,
    )  # fmt: skip
    told = lines(build["report"]([build["claim"](1, "held", [])], findings=(fault,)))
    assert told[2:7] == [
        "ABOUT THE FILE (1)",
        "  File  E503 IEA02 is not ISA13.",
        "        To do: Send it anew.",
        "HELD: needs a person (1)",
        "  PCN1  held with its part of the file, see above",
    ]


def test_more_findings_than_are_told_are_counted(build):
    found = [build["finding"](f"U11{n}", "x", f"fault {n}", "mend it") for n in range(6)]
    told = summary(build["report"]([build["claim"](1, "held", [], found)]), {})
    assert "(+3 more)" in told


def test_lines_carry_what_they_speak_of_for_colour(six_claims):
    tones = {line.tone for line in screen(six_claims, overview_of(six_claims), PATHS)}
    assert tones == {"title", "plain", "held", "corrected", "warn", "soft"}


def test_a_long_name_of_the_file_gives_way_to_the_counts(six_claims):
    source = msgspec.structs.replace(six_claims.input, name="x" * 200)
    told = lines(msgspec.structs.replace(six_claims, input=source))
    assert fits(told)
    assert "6 claims; 4 can be sent" in told[0]


def test_what_rules_are_worth_is_one_line_the_dearest_first(demo):
    (told,) = [line for line in lines(demo, width=200) if line.startswith("By rule: ")]
    assert told == "By rule: N301 $1,035.00 at risk, Medicare est. -$27.72; U101 -$40.00, Medicare est. -$22.21"
    assert fits(lines(demo))


def test_without_money_there_is_no_such_line(six_claims):
    assert not [line for line in lines(six_claims) if line.startswith("By rule")]
