"""What the worker writes: the bytes of the command line, held where records or earlier files say so, and provable."""

from __future__ import annotations

import json
import os
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from rules.specimen import CONTROL, Bill, interchange
from watch.placed import OVER, RECORDS, Jobs, settings_of

from scrubber.cli.main import main
from scrubber.watch.messages import DiskTrouble, Done, Hello, Refused, Request
from scrubber.watch.state import State
from scrubber.watch.work import Work

CLAIM = interchange(Bill())
CANNOT = "Treatment records that could speak for this claim cannot be read."


@pytest.fixture
def jobs(tmp_path: Path) -> Jobs:
    return Jobs(tmp_path)


class Daemon:
    """What the daemon does around the worker's part, as far as the next file can see it."""

    def __init__(self, jobs: Jobs, text: str = "") -> None:
        self.jobs = jobs
        self.work = Work(Hello(settings=settings_of(text, jobs.root), state=str(jobs.state), megabytes=4096))
        self.published: dict[str, Path] = {}

    def does(self, request: Request) -> Done:
        """Scrub, remember what went out, and publish."""
        done = self.work.do(request)
        assert isinstance(done, Done)
        with closing(State(self.jobs.state)) as state, state.transaction() as connection:
            for key, digest in done.result.interchanges:
                connection.execute("INSERT INTO interchanges VALUES (?, ?, ?)", (key, digest, request.job))
        self.published = self.jobs.publish(request)
        return done

    @property
    def report(self) -> Any:
        return json.loads(self.published["json"].read_bytes())

    def findings(self, claim: int = 0) -> list[tuple[str, str]]:
        return [(each["rule"], each["message"]) for each in self.report["claims"][claim]["findings"]]


@pytest.fixture
def daemon(jobs: Jobs) -> Daemon:
    return Daemon(jobs)


@pytest.fixture
def records(tmp_path: Path) -> Path:
    path = tmp_path / "claims.csv"
    path.write_text(RECORDS)
    return path


def audited(journal: Path) -> tuple[int, str]:
    result = CliRunner().invoke(main, ["audit", str(journal)])
    return result.exit_code, result.output


def test_every_output_has_the_bytes_of_the_command_line(jobs: Jobs, daemon: Daemon, records: Path) -> None:
    data = interchange(OVER, Bill(number="PCN2", member="2FH5TF6NL84", lines=("SV1*HC:97110:GP*0*UN*1***1",)))
    daemon.does(jobs.request(data, records=[records]))
    source, out = jobs.root / "archive" / "claims.837", jobs.root / "out"
    args = ["scrub", str(source), "-r", str(records), "-o", str(out), "--today", "2026-11-22", "--quiet"]
    assert CliRunner().invoke(main, args).exit_code == 1
    for kind in ("json", "html", "csv"):
        assert daemon.published[kind].read_bytes() == (out / f"claims.report.{kind}").read_bytes()
    for kind in ("corrected", "held"):
        assert daemon.published[kind].read_bytes() == (out / f"claims.{kind}.837").read_bytes()
    mine, theirs = (
        path.read_bytes().split(b"\n") for path in (daemon.published["journal"], out / "claims.journal.jsonl")
    )
    assert mine[1:-2] == theirs[1:-2] != []


def test_counts_and_rules_are_those_of_the_report(jobs: Jobs, daemon: Daemon, records: Path) -> None:
    data = interchange(OVER, Bill(number="PCN2", member="2FH5TF6NL84", lines=("SV1*HC:97110:GP*0*UN*1***1",)))
    result = daemon.does(jobs.request(data, records=[records])).result
    assert (result.claims, result.claims_sent, result.claims_held) == (2, 1, 1)
    said = [finding["rule"] for claim in daemon.report["claims"] for finding in claim["findings"]]
    assert result.rules == {rule: said.count(rule) for rule in set(said)}
    assert "U101" in result.rules


@pytest.mark.parametrize(
    "name",
    [b"claims.837", b"\xff\xfe caf\xe9.837", b"a\nb.837", b"-r.837", "größer.837".encode(), b"n" * 241 + b".837"],
)
def test_the_journal_is_proved_from_where_the_daemon_puts_things(
    jobs: Jobs, daemon: Daemon, records: Path, name: bytes
) -> None:
    data = interchange(OVER, Bill(number="PCN2", member="2FH5TF6NL84", lines=("SV1*HC:97110:GP*0*UN*1***1",)))
    daemon.does(jobs.request(data, name, records=[records]))
    code, said = audited(daemon.published["journal"])
    assert (code, said.count("is the source and its edits")) == (0, 2), said
    assert daemon.report["input"]["name"] == name.decode("utf-8", "backslashreplace")


def test_the_journal_is_proved_when_a_name_was_taken(jobs: Jobs, daemon: Daemon, records: Path) -> None:
    daemon.does(jobs.request(interchange(OVER), records=[records]))
    for path in (daemon.published["corrected"], jobs.root / "archive" / "claims.837"):
        path.rename(path.with_name("claims-0123abcd.837"))
        path.write_bytes(b"another file of that name")
    assert audited(daemon.published["journal"])[0] == 0


def test_a_changed_output_is_not_proved(jobs: Jobs, daemon: Daemon, records: Path) -> None:
    daemon.does(jobs.request(interchange(OVER), records=[records]))
    corrected = daemon.published["corrected"]
    corrected.write_bytes(corrected.read_bytes().replace(b"PCN1", b"PCN2"))
    code, said = audited(daemon.published["journal"])
    assert (code, "is NOT what the journal makes" in said) == (1, True)
    corrected.unlink()
    assert audited(daemon.published["journal"])[0] == 2


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"\xff\xfen\0o\0t\0e\0", "claims.csv: holds NUL bytes or is UTF-16"),
        (b"note;claim\n1;2\n", "claims.csv: line 1: the header row lacks"),
        (RECORDS.encode() + b"N2,PCN1,2026-03-02,PT,97110,\xff,PT,no,yes\n", "claims.csv: line 3 is not UTF-8"),
        (b"", "claims.csv: is empty"),
    ],
)
def test_records_that_cannot_be_read_hold_every_claim(
    jobs: Jobs, daemon: Daemon, records: Path, data: bytes, why: str
) -> None:
    records.write_bytes(data)
    bills = (OVER, Bill(number="PCN2", member="2FH5TF6NL84"))
    result = daemon.does(jobs.request(interchange(*bills), records=[records]))
    assert result.result.claims_held == 2
    assert result.unreadable_records == (os.fsencode(records),)
    assert "corrected" not in daemon.published
    for claim in range(2):
        (message,) = [said for rule, said in daemon.findings(claim) if rule == "U116"]
        assert message.startswith(f"{CANNOT} {why}")
        assert daemon.report["claims"][claim]["disposition"] == "held"
    (row,) = daemon.report["unreadable_records"]
    assert (row["file"], row["line"], row["column"]) == ("claims.csv", 0, "")
    assert row["why"].startswith(why)


@pytest.mark.parametrize(
    "text",
    [
        'ignore = ["U116"]',
        'select = ["E"]',
        '[payers.default]\nseverity = { U116 = "note" }\n[payers.medicare-part-b]\nseverity = { U116 = "note" }',
    ],
)
def test_no_setting_lets_claims_pass_whose_records_cannot_be_read(jobs: Jobs, records: Path, text: str) -> None:
    records.write_bytes(b"\0")
    daemon = Daemon(jobs, text)
    assert daemon.does(jobs.request(CLAIM, records=[records])).result.claims_held == 1
    records.write_text(RECORDS)
    assert daemon.does(jobs.request(CLAIM, b"good.837", records=[records])).result.claims_held == 0


@pytest.mark.parametrize(
    ("row", "held"),
    [
        ("N2,PCN2,2026-03-02,PT,97110,ten,PT,no,yes", [False, True]),
        ("N2,PCN9,2026-03-02,PT,97110,ten,PT,no,yes", [False, False]),
        ("N2,,2026-03-02,PT,97110,30,PT,no,yes", [True, True]),
    ],
    ids=["names one claim", "names a claim of another file", "names nobody"],
)
def test_a_bad_row_holds_what_it_could_name(
    jobs: Jobs, daemon: Daemon, records: Path, row: str, held: list[bool]
) -> None:
    records.write_text(f"{RECORDS}{row}\n")
    bills = (Bill(), Bill(number="PCN2", member="2FH5TF6NL84"))
    done = daemon.does(jobs.request(interchange(*bills), records=[records]))
    assert [claim["disposition"] == "held" for claim in daemon.report["claims"]] == held
    assert [any(rule == "U116" for rule, _ in daemon.findings(claim)) for claim in range(2)] == held
    assert done.unreadable_records == ()
    assert len(daemon.report["unreadable_records"]) == 1


def test_the_same_bytes_in_another_file_are_not_sent_again(jobs: Jobs, daemon: Daemon) -> None:
    first = daemon.does(jobs.request(CLAIM)).result
    assert len(first.interchanges) == 1
    assert CONTROL not in str(first.interchanges)
    other = interchange(Bill(number="PCN7", member="2FH5TF6NL84")).replace(CONTROL, "000000102")
    second = daemon.does(jobs.request(CLAIM + other, b"both.837")).result
    assert (second.claims_sent, second.claims_held, len(second.interchanges)) == (1, 1, 1)
    (finding,) = daemon.report["findings"]
    assert (finding["rule"], finding["message"]) == ("E509", "Interchange 1 was sent before, with these very bytes.")
    assert daemon.published["corrected"].read_text().startswith(other)


def test_other_bytes_under_a_number_that_was_sent_are_held(jobs: Jobs, daemon: Daemon) -> None:
    daemon.does(jobs.request(CLAIM))
    done = daemon.does(jobs.request(CLAIM.replace("PCN1", "PCN7"), b"other.837")).result
    assert (done.claims_held, done.interchanges) == (1, ())
    (finding,) = daemon.report["findings"]
    assert "control number of an interchange that was sent before, and other contents" in finding["message"]


def test_what_was_only_held_is_no_sending(jobs: Jobs, daemon: Daemon) -> None:
    bad = interchange(Bill(lines=("SV1*HC:97110:GP*0*UN*1***1",)))
    assert daemon.does(jobs.request(bad)).result.interchanges == ()
    assert daemon.does(jobs.request(CLAIM, b"mended.837")).result.claims_sent == 1


def test_a_rerun_may_send_again_and_counts_as_sent(jobs: Jobs, daemon: Daemon) -> None:
    first = daemon.does(jobs.request(CLAIM)).result
    again = daemon.does(jobs.request(CLAIM, b"again.837", rerun=True)).result
    assert (again.claims_sent, again.interchanges) == (1, first.interchanges)


def test_a_state_that_cannot_be_asked_is_trouble_and_never_a_pass(jobs: Jobs, daemon: Daemon) -> None:
    with closing(State(jobs.state)) as state:
        state.connection.execute("DROP TABLE interchanges")
    assert isinstance(daemon.work.do(jobs.request(CLAIM)), DiskTrouble)
    assert jobs.temporaries() == []


def test_a_file_above_max_bytes_is_refused(jobs: Jobs) -> None:
    refused = Daemon(jobs, "max-bytes = 100").work.do(jobs.request(CLAIM))
    assert isinstance(refused, Refused)
    assert "max-bytes (100)" in refused.why
