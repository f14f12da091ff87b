"""Writing, syncing and renaming: whole or not at all, and never over something."""

import errno
import hashlib
import os
from pathlib import Path

import pytest

from scrubber.watch import disk


def test_what_is_written_is_whole_private_and_hashed(tmp_path: Path) -> None:
    path = tmp_path / "new"
    copied = disk.write_new(path, [b"one", b"", b"two"])
    assert path.read_bytes() == b"onetwo"
    assert path.stat().st_mode & 0o777 == 0o600
    assert copied == (hashlib.sha256(b"onetwo").hexdigest(), 6)
    with pytest.raises(FileExistsError):
        disk.write_new(path, [b"three"])
    assert path.read_bytes() == b"onetwo"


def test_a_short_write_is_gone_on_with(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write = os.write
    monkeypatch.setattr(os, "write", lambda handle, data: write(handle, data[:3]))
    disk.write_new(tmp_path / "new", [b"0123456789"])
    assert (tmp_path / "new").read_bytes() == b"0123456789"


def test_a_failed_fsync_is_not_tried_again_on_the_same_descriptor(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced = []

    def failing(handle: int) -> None:
        synced.append(handle)
        raise OSError(errno.EIO, "no")

    monkeypatch.setattr(os, "fsync", failing)
    with pytest.raises(OSError, match="no"):
        disk.write_new(tmp_path / "new", [b"data"])
    assert len(synced) == 1
    assert not (tmp_path / "new").exists()
    monkeypatch.undo()
    disk.write_new(tmp_path / "new", [b"data"])
    assert (tmp_path / "new").read_bytes() == b"data"


@pytest.mark.parametrize("supported", [True, False])
def test_a_rename_replaces_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, supported: bool) -> None:
    if not supported:
        monkeypatch.setattr(disk, "_rename_exclusive", lambda *_: errno.EINVAL)
    for name in ("source", "target"):
        (tmp_path / name).write_text(name)
    with pytest.raises(FileExistsError):
        disk.rename_new(tmp_path / "source", tmp_path / "target")
    assert (tmp_path / "target").read_text() == "target"
    disk.rename_new(tmp_path / "source", tmp_path / "free")
    assert (tmp_path / "free").read_text() == "source"
    with pytest.raises(FileNotFoundError):
        disk.rename_new(tmp_path / "source", tmp_path / "other")


def test_only_a_regular_file_is_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "file").write_bytes(b"x")
    (tmp_path / "link").symlink_to("file")
    for name, number in (("pipe", errno.EINVAL), ("link", errno.ELOOP), (".", errno.EINVAL)):
        with pytest.raises(OSError) as caught:
            disk.open_regular(tmp_path / name)
        assert caught.value.errno == number
    assert disk.digest_of(tmp_path / "file").bytes == 1


def test_removing_what_is_gone_is_no_error(tmp_path: Path) -> None:
    disk.remove(tmp_path / "nothing")
    disk.remove_folder(tmp_path / "nothing")
    disk.make_folder(tmp_path / "a" / "b")
    disk.make_folder(tmp_path / "a" / "b")
    assert (tmp_path / "a" / "b").stat().st_mode & 0o777 == 0o700
