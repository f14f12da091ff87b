"""The daemon as a process among others: writers that pause, senders that repeat, stops, signals, a second daemon."""

from __future__ import annotations

import json
import os
import shutil
import signal
import stat
import sys
from pathlib import Path

from watch.real.checker import Consumer, check
from watch.real.site import Site, claims, records, wait_until

NOT_UTF_8 = [] if sys.platform == "darwin" else [b"\xff\xfe\x80.837"]  # APFS refuses such names
ODD_NAMES = [
    *NOT_UTF_8,
    b"new\nline.837",
    b"-rf.837",
    b"x" * 251 + b".837",
    b"n" * 255,
    b"no suffix",
    b" spaces .837 ",
    b"\xe5\xaf\xbe.837",
    b"quote'\"$(id)`.837",
]


def test_files_go_through_while_a_receiver_takes_them(site: Site) -> None:
    """G1 to G4 with a consumer that takes each file from the outbox the moment it sees it."""
    puts = [claims(n, count=2, held=n % 3 == 0) for n in range(12)]
    with Consumer(site.of("outbox"), takes=True) as consumer, site.running():
        for n, data in enumerate(puts):
            site.put(f"{n}.837", data)
        site.wait_for(len(puts))
        wait_until(lambda: not site.names("outbox"), "the receiver takes all files")
    assert check(site.folder, puts, consumer=consumer) == []
    assert len(consumer.taken) == len(puts)
    assert len(site.names("held")) == 4


def test_odd_names(site: Site) -> None:
    puts = [claims(n, held=True) for n in range(len(ODD_NAMES))]
    for name, data in zip(ODD_NAMES, puts, strict=True):
        site.put(name, data)
    assert site.once() == 1
    assert check(site.folder, puts) == []
    assert {os.fsencode(path.name) for path in site.of("outbox").iterdir()} == set(ODD_NAMES)


def test_what_is_no_regular_file_is_left_and_named(site: Site) -> None:
    (site.of("inbox") / "folder.837").mkdir()
    (site.of("inbox") / "link.837").symlink_to(site.settings)
    os.mkfifo(site.of("inbox") / "pipe.837")
    with (site.of("inbox") / "huge.837").open("wb") as file:
        file.truncate(1 << 42)
    elsewhere = site.folder / "elsewhere.837"
    elsewhere.write_bytes(claims(1))
    os.link(elsewhere, site.of("inbox") / "hard.837")
    assert site.once() == 1
    assert site.names("inbox") == {"folder.837", "link.837", "pipe.837"}
    assert site.failed() == {"huge.837"}
    assert site.names("outbox") == {"hard.837"}
    assert elsewhere.read_bytes() == claims(1)
    assert stat.S_ISREG(site.settings.lstat().st_mode)


def test_a_slow_writer_is_waited_for(site: Site) -> None:
    """It pauses at the end of a segment, right behind SE, and right behind GE, longer than the quiet time."""
    data = claims(1)
    target = site.of("inbox") / "slow.837"
    with site.running():
        for behind in (b"HI*ABK:M5450~\n", b"LX*1~\n", b"*0001~\n", b"GE*1*1~\n"):
            end = data.rindex(behind) + len(behind)
            with target.open("ab") as file:
                file.write(data[target.stat().st_size : end])
            site.put("marker.837", claims(2 + site.done()))
            site.wait_for(site.done() + 1)  # as long as another file takes from our first look at it to its end
            assert target.exists()
        with target.open("ab") as file:
            file.write(data[target.stat().st_size :])
        wait_until((site.of("outbox") / "slow.837").exists, "the whole file goes out")
    assert (site.of("outbox") / "slow.837").read_bytes() == data


def test_truncated_and_rewritten(site: Site) -> None:
    target = site.of("inbox") / "a.837"
    target.write_bytes(claims(1)[:500])
    with site.running():
        site.put("marker.837", claims(7))
        site.wait_for(1)
        target.write_bytes(b"")
        target.write_bytes(claims(2))
        site.wait_for(2)
    assert check(site.folder, [claims(2), claims(7)]) == []


def test_a_writer_that_goes_on_after_the_file_was_taken(site: Site) -> None:
    """Its bytes are neither sent nor lost: they are in failed, with the reason."""
    target = site.of("inbox") / "a.837"
    with target.open("wb", buffering=0) as file:
        file.write(claims(1))
        with site.running():
            wait_until(lambda: not target.exists(), "the file is taken")
            file.write(claims(2))
            site.wait_for(1)
        site.once()
    kept = [path.read_bytes() for path in (*site.archived(), *(site.of("failed") / name for name in site.failed()))]
    assert any(data.endswith(claims(2)) for data in kept) or claims(1) in kept
    out = b"".join(path.read_bytes() for path in site.of("outbox").iterdir())
    assert out in (claims(1), claims(1) + claims(2))
    assert out == claims(1) + claims(2) or any(data == claims(1) + claims(2) for data in kept)


def test_the_same_bytes_again_are_a_duplicate_whatever_the_name_and_the_settings(site: Site) -> None:
    data = claims(1, held=True)
    site.put("a.837", data)
    assert site.once() == 1
    site.put("a.837", data)
    site.put("b.837", data)
    assert site.once() == 0
    site.settings.write_text(site.settings.read_text() + '\n[payers.other]\nextends = "commercial"\n')
    site.put("c.837", data)
    assert site.once() == 0
    assert check(site.folder, [data] * 4) == []
    assert len(site.archived()) == 4
    assert site.names("outbox") == {"a.837"}


def test_many_copies_at_once_go_out_once(site: Site) -> None:
    data = claims(1)
    for n in range(8):
        site.put(f"{n}.837", data)
    assert site.once() == 0
    assert check(site.folder, [data] * 8) == []
    assert len(site.names("outbox")) == 1


def test_a_second_interchange_behind_a_sent_one(site: Site) -> None:
    """The claims that were sent are held; the new ones go out; none goes out twice."""
    first, second = claims(1), claims(2)
    site.put("a.837", first)
    assert site.once() == 0
    site.put("a.837", first + second)
    assert site.once() == 1
    out = b"".join(path.read_bytes() for path in site.of("outbox").iterdir())
    assert out.count(b"CLM*PCN1-0*") == 1
    assert out.count(b"CLM*PCN2-0*") == 1
    held = b"".join(path.read_bytes() for path in site.of("held").iterdir())
    assert held.count(b"CLM*PCN1-0*") == 1
    assert held.count(b"CLM*PCN2-0*") == 0


def test_the_same_control_number_with_other_bytes_is_held(site: Site) -> None:
    site.put("a.837", claims(1))
    assert site.once() == 0
    site.put("b.837", claims(1).replace(b"PCN1-0", b"PCN9-9"))
    assert site.once() == 1
    assert site.names("outbox") == {"a.837"}
    assert site.names("held") == {"b.held.837"}


POISON = {
    "picture.837": b"\x89PNG\r\n\x1a\n" + os.urandom(3000),
    "words.txt": b"a text without any claim",
    "bytes.837": bytes(range(1, 256)) * 40,
    "long.837": b"ISA" + b"*" * 100_000 + b"~IEA*1*1~",
    "open.837": claims(1).replace(b"ST*837", b"ST*999"),
    "deep.837": claims(2).replace(b"~\nHL*2*1*22*0", b"~\nHL*2*2*22*0"),
}


def test_poison_fails_or_is_held_and_the_rest_goes_on(site: Site) -> None:
    puts = [*POISON.values(), claims(40), claims(41)]
    for name, data in POISON.items():
        site.put(name, data)
    site.put("good.837", claims(40))
    site.put("also.837", claims(41))
    assert site.once() == 1
    assert check(site.folder, puts) == []
    assert {"good.837", "also.837"} <= site.names("outbox")
    assert {"picture.837", "words.txt", "bytes.837", "long.837", "open.837"} <= site.failed()


def test_what_never_becomes_whole_fails_with_a_ta1(tmp_path: Path) -> None:
    site = Site(tmp_path / "site", incomplete_minutes=0.005)
    half = claims(1)[: claims(1).index(b"GE*1*1~")]
    site.put("half.837", half)
    site.put("empty.837", b"")
    site.put("alone.csv", records(1))
    with site.running():
        site.wait_for(3)
    assert check(site.folder, [half, b"", records(1)]) == []
    assert site.failed() == {"half.837", "empty.837", "alone.csv"}
    assert b"TA1*000000201*261102*0930*R*023~" in (site.of("failed") / "half.837.ta1").read_bytes()
    assert not (site.of("failed") / "empty.837.ta1").exists()
    site.close()


def test_records_that_cannot_be_read_fail_and_hold_their_claims(site: Site) -> None:
    puts = [claims(1), b"note_id,claim_id\n\xff\xfe\n", claims(2), records(2)]
    for name, data in zip(("a.837", "a.csv", "b.837", "b.csv"), puts, strict=True):
        site.put(name, data)
    assert site.once() == 1
    assert check(site.folder, puts) == []
    assert site.failed() == {"a.csv"}
    assert site.names("held") == {"a.held.837"}
    assert site.names("outbox") == {"b.837"}
    assert b"SV1*HC:97110:GP*40*UN*1*" in (site.of("outbox") / "b.837").read_bytes()


def test_a_second_daemon_is_refused(site: Site, tmp_path: Path) -> None:
    """On the same state, and on the same inbox with a state of its own."""
    other = Site(site.folder, state=tmp_path / "other" / "watch.db")
    other.settings = other.settings.rename(other.folder / "other.toml")
    Site(site.folder, state=site.state)
    with site.running() as first:
        site.put("a.837", claims(1))
        site.wait_for(1)
        for second in (site.start(), other.start()):
            assert second.end() == 2
            assert "another daemon" in second.said
            assert "Traceback" not in second.said
        site.put("b.837", claims(2))
        wait_until(lambda: site.done() == 2, "the first daemon goes on")
        assert first.is_running
    assert check(site.folder, [claims(1), claims(2)]) == []


def test_two_daemons_started_at_once(site: Site) -> None:
    """One works, one is refused, and every file is taken once."""
    puts = [claims(n) for n in range(6)]
    for n, data in enumerate(puts):
        site.put(f"{n}.837", data)
    both = [site.start(), site.start()]
    site.wait_for(len(puts))
    wait_until(lambda: sum(each.is_running for each in both) == 1, "one of the two is refused")
    (refused,) = [each for each in both if not each.is_running]
    assert refused.end() == 2
    (working,) = [each for each in both if each.is_running]
    assert working.terminate() == 0, working.said
    assert check(site.folder, puts) == []


def test_sigterm_ends_after_the_file_in_hand(site: Site) -> None:
    puts = [claims(n, count=150) for n in range(3)]
    for n, data in enumerate(puts):
        site.put(f"{n}.837", data)
    daemon = site.start()
    wait_until(lambda: any((site.of("archive") / ".scrubber-copies").glob("job-*")), "a file is in hand")
    assert daemon.terminate() == 0, daemon.said
    left = site.names("inbox")
    assert site.done() + len(left) == 3
    assert not any((site.of("archive") / ".scrubber-copies").iterdir())
    assert site.once() == 0
    assert check(site.folder, puts) == []


def test_killed_in_the_middle_of_many(site: Site) -> None:
    puts = [claims(n, held=n % 2 == 0) for n in range(20)]
    for n, data in enumerate(puts):
        site.put(f"{n}.837", data)
    with Consumer(site.of("outbox")) as consumer:
        for stop in (2, 7, 12):
            daemon = site.start()
            site.wait_for(stop)
            daemon.kill()
        site.once()
    assert check(site.folder, puts, consumer=consumer) == []


def test_stopped_for_a_while_in_a_burst(site: Site) -> None:
    """SIGSTOP to the group, files go on arriving, SIGCONT: nothing is taken half, nothing is lost."""
    puts = [claims(n) for n in range(60)]
    with Consumer(site.of("outbox")) as consumer, site.running() as daemon:
        for n, data in enumerate(puts[:20]):
            site.put(f"{n}.837", data)
        site.wait_for(5)
        daemon.signal(signal.SIGSTOP)
        for n, data in enumerate(puts[20:], 20):
            (site.of("inbox") / f"{n}.837").write_bytes(data[: len(data) // 2])
        daemon.signal(signal.SIGCONT)
        for n, data in enumerate(puts[20:], 20):
            with (site.of("inbox") / f"{n}.837").open("ab") as file:
                file.write(data[len(data) // 2 :])
        site.wait_for(len(puts))
    assert check(site.folder, puts, consumer=consumer) == []


def test_inbox_removed_while_it_runs_and_made_again(site: Site) -> None:
    with site.running() as daemon:
        site.put("a.837", claims(1))
        site.wait_for(1)
        shutil.rmtree(site.of("inbox"))
        wait_until(lambda: not site.of("inbox").exists(), "the inbox is gone", 1)
        site.of("inbox").mkdir()
        site.put("b.837", claims(2))
        site.wait_for(2)
        assert daemon.is_running
    assert check(site.folder, [claims(1), claims(2)]) == []


def test_the_clock_of_a_file_is_never_asked(site: Site) -> None:
    """Files from the far past and the far future are taken as any other."""
    for n, moment in enumerate((0, 4_000_000_000)):
        site.put(f"{n}.837", claims(n))
        os.utime(site.of("inbox") / f"{n}.837", (moment, moment))
    assert site.once() == 0
    assert check(site.folder, [claims(0), claims(1)]) == []


def test_many_entries_that_wait_do_not_hold_up_the_rest(site: Site) -> None:
    for n in range(2000):
        (site.of("inbox") / f"waits-{n}.837").write_bytes(b"ISA*00*")
    site.put("goes.837", claims(1))
    with site.running():
        wait_until((site.of("outbox") / "goes.837").exists, "the whole file goes out")
    assert len(site.names("inbox")) == 2000


def test_once_says_why_a_file_waits(site: Site) -> None:
    site.put("half.837", claims(1)[:500])
    assert site.once() == 1
    (waiting,) = json.loads(site.run("status", "--json").stdout)["waiting"]
    assert waiting["reason"] == "its last interchange has no IEA segment yet"
