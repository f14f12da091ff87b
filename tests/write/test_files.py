"""Output appears whole or not at all, readable by its owner alone; what was there survives a failed run."""

from __future__ import annotations

import errno
import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from scrubber.errors import OutputError
from scrubber.write.files import refuse_existing, write_all

CONTENTS = {"claims.corrected.837": [b"ISA*00*", b"...~"], "claims.journal.jsonl": [b"{}\n"]}
WHOLE = {"claims.corrected.837": b"ISA*00*...~", "claims.journal.jsonl": b"{}\n"}


def there(folder: Path) -> dict[str, bytes]:
    """Everything in the folder, temporary files among it."""
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.fixture
def earlier(tmp_path: Path) -> dict[str, bytes]:
    """Files of an earlier run, one of them of no concern to this one."""
    files = {"claims.corrected.837": b"old", "claims.held.837": b"old held", "notes.txt": b"mine"}
    for name, data in files.items():
        (tmp_path / name).write_bytes(data)
    return files


def test_it_writes_every_file_for_its_owner_alone(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        write_all(tmp_path / "out" / "today", CONTENTS)
    finally:
        os.umask(before)
    assert there(tmp_path / "out" / "today") == WHOLE
    assert {mode(path) for path in (tmp_path / "out" / "today").iterdir()} == {0o600}
    assert mode(tmp_path / "out" / "today") == 0o700


def test_it_replaces_what_is_there_and_removes_what_no_longer_is(tmp_path: Path, earlier: dict[str, bytes]) -> None:
    (tmp_path / "claims.corrected.837").chmod(0o644)
    write_all(tmp_path, CONTENTS, absent=["claims.held.837", "claims.report.xml"])
    assert there(tmp_path) == {**WHOLE, "notes.txt": b"mine"}
    assert mode(tmp_path / "claims.corrected.837") == 0o600


def test_a_link_is_replaced_and_not_followed(tmp_path: Path) -> None:
    target = tmp_path / "elsewhere.837"
    target.write_bytes(b"not to be touched")
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "claims.corrected.837").symlink_to(target)
    write_all(tmp_path / "out", CONTENTS)
    assert target.read_bytes() == b"not to be touched"
    assert there(tmp_path / "out") == WHOLE


def test_nothing_to_write_is_no_error(tmp_path: Path) -> None:
    write_all(tmp_path / "out", {})
    assert there(tmp_path / "out") == {}


def breaks_off(error: BaseException) -> Iterator[bytes]:
    yield b"half of it"
    raise error


@pytest.mark.parametrize(
    ("error", "seen"),
    [
        (OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)), OutputError),
        (KeyboardInterrupt(), KeyboardInterrupt),
        (RuntimeError("a defect"), RuntimeError),
    ],
)
def test_a_content_that_breaks_off_leaves_everything_as_it_was(
    tmp_path: Path, earlier: dict[str, bytes], error: BaseException, seen: type[BaseException]
) -> None:
    contents = {"claims.corrected.837": [b"new"], "claims.report.html": breaks_off(error)}
    with pytest.raises(seen):
        write_all(tmp_path, contents, absent=["claims.held.837"])
    assert there(tmp_path) == earlier


def test_what_must_precede_the_renames_can_stop_them(tmp_path: Path, earlier: dict[str, bytes]) -> None:
    def refuses() -> None:
        assert len(list(tmp_path.glob(".scrubber-*"))) == len(CONTENTS)
        assert (tmp_path / "claims.corrected.837").read_bytes() == b"old"
        raise OutputError("standard output cannot be written")

    with pytest.raises(OutputError, match="standard output"):
        write_all(tmp_path, CONTENTS, absent=["claims.held.837"], before_renaming=refuses)
    assert there(tmp_path) == earlier


@pytest.mark.parametrize("name", ["claims.journal.jsonl", "claims.held.837"])
def test_a_folder_in_the_place_of_a_file_is_seen_before_anything_is_renamed(tmp_path: Path, name: str) -> None:
    (tmp_path / "claims.corrected.837").write_bytes(b"old")
    (tmp_path / name).mkdir()
    with pytest.raises(OutputError, match="is a folder"):
        write_all(tmp_path, CONTENTS, absent=["claims.held.837"])
    assert (tmp_path / "claims.corrected.837").read_bytes() == b"old"
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(["claims.corrected.837", name])


def test_a_file_in_the_place_of_the_folder(tmp_path: Path) -> None:
    (tmp_path / "out").write_bytes(b"a file")
    for folder in (tmp_path / "out", tmp_path / "out" / "deeper"):
        with pytest.raises(OutputError, match="cannot be written"):
            write_all(folder, CONTENTS)
    assert there(tmp_path) == {"out": b"a file"}


@pytest.mark.parametrize("folder", ["/dev/full", "/proc/scrubbed"])
def test_where_no_folder_can_be(folder: str) -> None:
    if not Path(folder).parent.is_dir():
        pytest.skip(f"this system has no {Path(folder).parent}")
    with pytest.raises(OutputError, match=folder):
        write_all(Path(folder), CONTENTS)


LIMITED = """
import resource, sys
from pathlib import Path
from scrubber.errors import OutputError
from scrubber.write.files import write_all
resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))
try:
    write_all(Path(sys.argv[1]), {"claims.corrected.837": [b"new"], "claims.report.html": [b"x" * 65536]})
except OutputError as error:
    print(error)
    raise SystemExit(2)
"""


def test_a_file_that_grows_too_large_leaves_everything_as_it_was(tmp_path: Path, earlier: dict[str, bytes]) -> None:
    """The system itself refuses the write: no file of that process may grow beyond four kilobytes."""
    run = subprocess.run([sys.executable, "-c", LIMITED, str(tmp_path)], capture_output=True, text=True, check=False)
    assert run.returncode == 2, run.stderr
    assert f"{tmp_path}: output cannot be written" in run.stdout
    assert there(tmp_path) == earlier


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 64 kilobytes; skips where none may be mounted."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = sys.platform == "linux" and os.geteuid() == 0
    command = ["mount", "-t", "tmpfs", "-o", "size=64k,mode=700", "none", str(folder)]
    if not mounted or subprocess.run(command, capture_output=True, check=False).returncode:
        pytest.skip("no file system can be mounted here")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


def test_a_full_disk_leaves_everything_as_it_was(small_disk: Path) -> None:
    (small_disk / "claims.corrected.837").write_bytes(b"old")
    with pytest.raises(OutputError, match="make room"):
        write_all(small_disk, {"claims.corrected.837": [b"new"], "claims.report.html": [b"x" * 4096] * 64})
    assert there(small_disk) == {"claims.corrected.837": b"old"}


def test_a_disk_that_is_read_only_leaves_everything_as_it_was(small_disk: Path) -> None:
    (small_disk / "claims.corrected.837").write_bytes(b"old")
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
    with pytest.raises(OutputError, match="cannot be written"):
        write_all(small_disk, CONTENTS)
    assert there(small_disk) == {"claims.corrected.837": b"old"}


@pytest.mark.parametrize(("number", "times"), [(errno.EBUSY, 3), (errno.ENOSPC, 1)])
def test_only_errors_that_pass_are_tried_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, times: int
) -> None:
    """No file system can be told to be busy: the rename itself is replaced."""
    tried = []
    replace = Path.replace

    def busy(self: Path, target: Path) -> Path:
        tried.append(target)
        if len(tried) < 3:
            raise OSError(number, os.strerror(number))
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", busy)
    if number == errno.EBUSY:
        write_all(tmp_path, {"claims.report.csv": [b"rule\n"]})
        assert there(tmp_path) == {"claims.report.csv": b"rule\n"}
    else:
        with pytest.raises(OutputError):
            write_all(tmp_path, {"claims.report.csv": [b"rule\n"]})
        assert there(tmp_path) == {}
    assert len(tried) == times


def test_existing_output_is_refused_by_its_first_name(tmp_path: Path, earlier: dict[str, bytes]) -> None:
    names = ["claims.report.html", "claims.held.837", "claims.corrected.837"]
    with pytest.raises(OutputError, match=r"claims\.corrected\.837 exists already.*--force"):
        refuse_existing(tmp_path, names, force=False)
    refuse_existing(tmp_path, names, force=True)
    refuse_existing(tmp_path, ["claims.report.html"], force=False)
    refuse_existing(tmp_path / "nowhere", names, force=False)


def test_a_folder_that_cannot_be_looked_into(tmp_path: Path) -> None:
    """Such as one that may not be entered, or one whose name is too long for its file system."""
    with pytest.raises(OutputError, match=r"cannot be looked into \(File name too long\); choose another folder"):
        refuse_existing(tmp_path / ("x" * 300), ["claims.held.837"], force=False)
