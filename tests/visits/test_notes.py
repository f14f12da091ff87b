"""Minutes in free text: the forms that are read, and all that must stay a note."""

from collections.abc import Iterator, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrubber.visits.note_tokens import Token, tokens
from scrubber.visits.notes import NotedMinutes, read_tokens, scan_minutes


def told(text: str, line_code: str = "97110") -> list[tuple[str, int, str]]:
    return [(each.code or "total", each.minutes, each.role) for each in scan_minutes(text, line_code)]


def test_what_is_told() -> None:
    assert scan_minutes("97110 23 MIN TOTAL TIMED 46", "") == [
        NotedMinutes("97110", 23, "", False),
        NotedMinutes("", 46, "", True),
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("97110 23 MIN", [("97110", 23, "")]),
        ("97110 23 MINS", [("97110", 23, "")]),
        ("97110 23 minutes", [("97110", 23, "")]),
        ("97110 23MIN", [("97110", 23, "")]),
        ("97110 5 MIN", [("97110", 5, "")]),
        ("97110=23", [("97110", 23, "")]),
        ("97110 = 23 MIN", [("97110", 23, "")]),
        ("97110: 23", [("97110", 23, "")]),
        ("97110=59", [("97110", 59, "")]),
        ("97110 23", [("97110", 23, "")]),
        ("97110 8", [("97110", 8, "")]),
        ("97110 1440", [("97110", 1440, "")]),
        ("G0283 15 MIN", [("G0283", 15, "")]),
        ("(97110) 23 MIN", [("97110", 23, "")]),
        ("97110 (23 MIN), 97140 (15 MIN)", [("97110", 23, ""), ("97140", 15, "")]),
        ("97110 23 97140 15", [("97110", 23, ""), ("97140", 15, "")]),
        ("97110=23,97140=15", [("97110", 23, ""), ("97140", 15, "")]),
        ("97110:23;97140:15", [("97110", 23, ""), ("97140", 15, "")]),
        ("97110 23/97140 15", [("97110", 23, ""), ("97140", 15, "")]),
        ("97110 23 MIN / 97140 15 MIN", [("97110", 23, ""), ("97140", 15, "")]),
        ("97110 23 + 97140 15", [("97110", 23, ""), ("97140", 15, "")]),
        ("97110 23 AND 97140 15", [("97110", 23, ""), ("97140", 15, "")]),
        ("97110 23 MIN\n97140 15 MIN", [("97110", 23, ""), ("97140", 15, "")]),
        ("97110 23 MIN. 97140 15 MIN.", [("97110", 23, ""), ("97140", 15, "")]),
        ("97110 23 MIN 2 UNITS 97140 15 MIN 1 UNIT", [("97110", 23, ""), ("97140", 15, "")]),
        ("97110 23, 2 UNITS", [("97110", 23, "")]),
        ("THEREX 97110 23 MIN, MANUAL 97140 15 MIN", [("97110", 23, ""), ("97140", 15, "")]),
        ("97110 15 MIN 97110 8 MIN", [("97110", 15, ""), ("97110", 8, "")]),
        ("97110 23 MIN, 3 SETS OF 10", [("97110", 23, "")]),
        ("PAIN 7/10; 97110 23 MIN", [("97110", 23, "")]),
        ("97110 PTA 8 MIN", [("97110", 8, "PTA")]),
        ("97110: PTA: 8", [("97110", 8, "PTA")]),
        ("97110 PT 15 MIN PTA 8 MIN", [("97110", 15, "PT"), ("97110", 8, "PTA")]),
        ("97110 PT 15 MIN, PTA 8 MIN", [("97110", 15, "PT"), ("97110", 8, "PTA")]),
        ("97110 PT 15 AND PTA 8; 97140 PT 15", [("97110", 15, "PT"), ("97110", 8, "PTA"), ("97140", 15, "PT")]),
        ("97110 PT 15 MIN, PT TOLERATED WELL", [("97110", 15, "PT")]),
        ("PTA 97110 8 MIN", [("97110", 8, "PTA")]),
        ("97110 15 MIN PTA 97140 8 MIN", [("97110", 15, ""), ("97140", 8, "PTA")]),
        ("97110 8 MIN PTA", [("97110", 8, "PTA")]),
        ("97110 8 MIN BY OTA.", [("97110", 8, "OTA")]),
        ("97110 15 MIN AIDE", [("97110", 15, "AIDE")]),
        ("97110 TIME 1005-1028", [("97110", 23, "")]),
        ("97110: TIME 10:05-10:28", [("97110", 23, "")]),
        ("97110 23 MIN TIME 1005-1030", [("97110", 23, "")]),
        ("TOTAL TIMED 46", [("total", 46, "")]),
        ("TOTAL TIMED MINUTES: 46", [("total", 46, "")]),
        ("TOTAL TIMED CODE MIN 46 MIN", [("total", 46, "")]),
        ("TIMED TOTAL = 46", [("total", 46, "")]),
        ("TOTAL TIMED 46, TOTAL TIMED 46", [("total", 46, "")]),
        ("97110 97140 TOTAL TIMED 46", [("total", 46, "")]),
        ("97110 23 97140 23 TOTAL TIMED 46", [("97110", 23, ""), ("97140", 23, ""), ("total", 46, "")]),
    ],
)
def test_forms_that_name_their_code_are_read_in_any_text(text: str, said: list[tuple[str, int, str]]) -> None:
    assert told(text, "97110") == said
    assert told(text, "") == said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("23 MIN", [("97110", 23, "")]),
        ("23MIN", [("97110", 23, "")]),
        ("MINUTES 23", [("97110", 23, "")]),
        ("MINUTES: 23", [("97110", 23, "")]),
        ("MIN 23", [("97110", 23, "")]),
        ("PTA 8 MIN", [("97110", 8, "PTA")]),
        ("PTA: 8 MIN", [("97110", 8, "PTA")]),
        ("8 MIN BY PTA", [("97110", 8, "PTA")]),
        ("PT 15 MIN PTA 8 MIN", [("97110", 15, "PT"), ("97110", 8, "PTA")]),
        ("PT 15 MIN + PTA 8 MIN", [("97110", 15, "PT"), ("97110", 8, "PTA")]),
        ("TIME 1005-1028", [("97110", 23, "")]),
        ("TIME: 9:50 - 10:15", [("97110", 25, "")]),
        ("TIME 905-928", [("97110", 23, "")]),
        ("TIME 0950-1010, TIME 1010-1015", [("97110", 20, ""), ("97110", 5, "")]),
        ("TIME 1005-1030, 23 MIN", [("97110", 23, "")]),
        ("23 MIN 2 UNITS", [("97110", 23, "")]),
        ("PAIN 7/10; 23 MIN", [("97110", 23, "")]),
        ("97110; 23 MIN", [("97110", 23, "")]),
    ],
)
def test_forms_without_a_code_are_those_of_the_line(text: str, said: list[tuple[str, int, str]]) -> None:
    assert told(text, "97110") == said
    assert told(text, "") == []


@pytest.mark.parametrize(
    "text",
    [
        "",
        "TE 23",
        "2 X 15",
        "3 SETS OF 10",
        "10 REPS",
        "PAIN 7/10",
        "PAIN 7",
        "BP 120/80",
        "CALL 555-123-4567",
        "(555) 123-4567",
        "2026-10-06",
        "10/06/2026",
        "20261006",
        "23",
        "1005-1028",
        "IBUPROFEN 200MG 2X DAILY",
        "PT ARRIVED 15 MIN LATE",
        "WALKED 10 MIN",
        "2 X 15 MIN",
        "8-10 MIN",
        "1 HR 23 MIN",
        "23.5 MIN",
        "23 MIN/DAY",
        "23 MIN PER DAY",
        "MIN ASSIST 23",
        "MIN A X 1",
        "0 MIN",
        "1441 MIN",
        "99999 MIN",
        "PTA 8",
        "PTA",
        "TIME 1028-1005",
        "TIME 1005-1005",
        "TIME 2350-0010",
        "TIME 2460-2470",
        "TIME 10-11",
        "TIME 10:5-10:28",
        "TIME 1005",
        "TIME 1005-",
        "TIME 0950-1010, TIME 1005-1020",
        "TOTAL TIME 60",
        "TOTAL 60",
        "TIMED 46",
        "TOTAL TOTAL 46",
        "TOTAL TIMED 46 47",
        "TOTAL TIMED 46, TOTAL TIMED 47",
        "97110",
        "97110 2",
        "97110=2",
        "97110 2 UNITS",
        "97110 23 X",
        "97110 X 23",
        "97110-23",
        "97110 59",
        "97110 76 97140",
        "97110 GP 23",
        "97110 23-25 MIN",
        "97110 23.5",
        "97110 10,000",
        "97110 23, 15",
        "97110 23,15",
        "97110 23%",
        "97110 $23",
        "97110 #23",
        "97110 23'",
        "97110 2 X 15 MIN",
        "97110 15 MIN X 2",
        "97110 10 REPS",
        "97110 3 SETS OF 10",
        "97110 PAIN 7/10",
        "97110 9 / 10",
        "97110 555-123-4567",
        "97110 2026-10-06",
        "97110 10/06/2026",
        "97110 20261006",
        "97110 1005-1028",
        "97110 0 MIN",
        "97110 1441 MIN",
        "97110 10 MIN ASSIST",
        "97110 PTA",
        "97110 PTA 2",
        "97110 PT 15 PTA 5",
        "97110 23 MIN PTA 8 MIN",
        "97110 23 MIN, PTA 8 MIN",
        "23 MIN, PTA 8 MIN",
        "97110 23 MIN, 97110 PTA 8 MIN",
        "97110 23 MIN 97110 23 MIN",
        "97110, 97140 38 MIN",
        "97110 97140 38 MIN",
        "97110 AND 97140 38 MIN",
        "97110/97140 38 MIN",
        "97140; 23 MIN",
        "97110 23 AND 15",
        "97110 23 +",
        "PLAN 97110 23 MIN",
        "NEXT VISIT: 97110 23 MIN, 97140 15 MIN",
        "23 MIN, NOT DONE",
        "HEP; HOME 97110 23 MIN",
        "97110 ٢٣ MIN",
        "97110 23² MIN",
        "９７１１０ 23 MIN",
        "97110 23 MıN",
    ],
)
def test_all_else_is_a_note(text: str) -> None:
    assert told(text, "97110") == []
    assert told(text, "") == []


def test_a_sentence_of_what_was_not_done_leaves_the_others() -> None:
    assert told("PLAN 97140 30 MIN. 97110 23 MIN; NEXT 97530 15 MIN") == [("97110", 23, "")]


def test_several_codes_keep_their_ambiguities_apart() -> None:
    assert told("97110 15 MIN 97110 15 MIN 97140 15 MIN") == [("97140", 15, "")]


CODES = ("97110", "97140", "G0283")
NUMBERS = ("23", "8", "2", "59", "1005", "1028", "7/10")
KNOWN = ("MIN", "MINUTES", "UNITS", "TOTAL", "TIMED", "TIME", "PTA", "PT", "BY", "AND", "X", "PLAN")
WORDS = st.sampled_from([*CODES, *NUMBERS, *KNOWN, *"=:-+,;./("])
TEXTS = st.one_of(st.text(), st.lists(WORDS, max_size=40).map(" ".join), st.lists(WORDS, max_size=40).map("".join))


@given(TEXTS, st.sampled_from(["", "97110", "G0283"]))
def test_any_text_is_read_without_a_fault(text: str, line_code: str) -> None:
    for each in scan_minutes(text, line_code):
        assert 1 <= each.minutes <= 1440
        if each.total:
            assert (each.code, each.role) == ("", "")
        else:
            assert each.code
            assert each.code == line_code or each.code in text.upper()


@given(TEXTS)
def test_a_text_of_the_claim_tells_no_more_than_one_of_a_line(text: str) -> None:
    assert set(scan_minutes(text, "")) <= set(scan_minutes(text, "97110"))


@given(TEXTS)
def test_tokens_are_no_longer_than_their_text(text: str) -> None:
    assert sum(max(1, len(token.text)) for token in tokens(text) if token.kind != "word") <= len(text)


class CountedTokens(Sequence[Token]):
    """Counts how often a token is looked at."""

    def __init__(self, read: list[Token]) -> None:
        self.read = read
        self.looks = 0

    def __getitem__(self, at):  # type: ignore[no-untyped-def]
        self.looks += 1
        return self.read[at]

    def __len__(self) -> int:
        return len(self.read)

    def __iter__(self) -> Iterator[Token]:
        raise AssertionError("tokens are read by place, so that every look counts")


MOST_LOOKS = 30


@given(TEXTS)
def test_each_token_is_looked_at_a_bounded_number_of_times(text: str) -> None:
    counted = CountedTokens(list(tokens(text)))
    read_tokens(counted, "97110")
    assert counted.looks <= MOST_LOOKS * len(counted)


@pytest.mark.parametrize(
    "piece",
    [
        *(
            "97110 ",
            "PTA 97110 ",
            "PTA 8 ",
            "PTA 8 MIN, ",
            "PTA 8 AND ",
            "97110 PTA 8 PTA 8 ",
            "TIME 1005-",
            "TOTAL TIMED ",
        ),
        *("23 ", "MIN ", "2 UNITS ", "97110 23, ", "97110, ", "BY ", "10:", "/ ", "1,", "TOTAL TIMED CODES MIN : "),
    ],
)
def test_a_long_text_is_no_slower_by_token(piece: str) -> None:
    counted = CountedTokens(list(tokens("97110 " + piece * 2000 + "X")))
    read_tokens(counted, "97110")
    assert counted.looks <= MOST_LOOKS * len(counted)


def test_very_long_words_and_numbers_are_notes() -> None:
    assert told("97110 " + "1" * 100_000 + " MIN") == []
    assert told("MIN" * 50_000) == []
    assert told("1" * 50_000 + "MIN") == []


@pytest.mark.parametrize(
    "text",
    [
        "9A110 23 MIN",  # codes have digits in the middle
        "G028T 23 MIN",  # and one letter at most
        "97140 15 MIN/97110A X",  # a slash ends a part before a code only
        "97110 20,30 MIN",  # a comma within a number
        "97110 8,30 MIN",
        "97110 TIME 965-1010",  # no minute of the clock
        "97110 TIME 900-1060",
        "97110 TIME 2330-2400",  # nor hour
        "97110 23 MIN, 15",  # the second number may be minutes too
        "97140 97110 23 MIN",
        "23 MIN 97110",
    ],
)
def test_what_could_mean_something_else(text: str) -> None:
    assert scan_minutes(text, "97110") == []


def test_a_code_that_waits_for_its_minutes_gets_no_others() -> None:
    assert scan_minutes("97140 97110 23 MIN, 10 MIN", "97140") == []


@pytest.mark.parametrize(
    ("text", "code", "minutes", "role"),
    [
        ("0552T 23 MIN", "0552T", 23, ""),
        ("97110 1 MIN", "97110", 1, ""),
        ("97110 TIME 0000-0010", "97110", 10, ""),
        ("97110 TIME 2330-2359", "97110", 29, ""),
        ("97110 TIME 959-1010", "97110", 11, ""),
        ("97110 20 MIN PTA 97140", "97110", 20, ""),
    ],
)
def test_forms_at_their_borders(text: str, code: str, minutes: int, role: str) -> None:
    assert NotedMinutes(code, minutes, role, False) in scan_minutes(text, "97110")


@pytest.mark.parametrize("text", ["TOTAL TIMED CODE 32", "TOTAL TIMED CODES 32", "TIMED TOTAL MINUTES: 32 MIN"])
def test_totals_are_worded_in_several_ways(text: str) -> None:
    assert scan_minutes(text, "97110") == [NotedMinutes("", 32, "", True)]


def test_a_total_may_follow_in_the_same_part() -> None:
    assert scan_minutes("97110 23 TIMED TOTAL 40", "97110") == [
        NotedMinutes("97110", 23, "", False),
        NotedMinutes("", 40, "", True),
    ]
