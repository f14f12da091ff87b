"""The state is refused where locks cannot be relied on."""

from pathlib import Path

import pytest

from scrubber.errors import SettingsError
from scrubber.watch import file_system
from scrubber.watch.file_system import is_network, refuse_network, type_of


@pytest.fixture
def mounts(monkeypatch: pytest.MonkeyPatch) -> None:
    table = [("/", "ext4"), ("/mnt", "ext4"), ("/mnt/share", "nfs4"), ("/mnt/share/local", "xfs"), ("/mnt", "tmpfs")]
    monkeypatch.setattr(file_system, "_mounts", lambda: iter(table))


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/etc", "ext4"),
        ("/mnt", "tmpfs"),
        ("/mnt/sharex", "tmpfs"),
        ("/mnt/share/x/y", "nfs4"),
        ("/mnt/share/local/z", "xfs"),
    ],
)
def test_the_longest_and_latest_mount_counts(mounts: None, path: str, kind: str) -> None:
    assert type_of(Path(path)) == kind


def test_a_network_file_system_is_refused(mounts: None) -> None:
    with pytest.raises(SettingsError, match=r"/mnt/share/s\.db: is on a network file system \(nfs4\).*watch\.state"):
        refuse_network(Path("/mnt/share/s.db"))
    refuse_network(Path("/mnt/share/local/s.db"))


@pytest.mark.parametrize("kind", ["nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "fuse.sshfs", "afs", "ceph", "lustre"])
def test_network_file_systems(kind: str) -> None:
    assert is_network(kind)


@pytest.mark.parametrize("kind", ["", "ext4", "xfs", "btrfs", "zfs", "apfs", "tmpfs", "overlay"])
def test_local_file_systems(kind: str) -> None:
    assert not is_network(kind)


def test_this_machine_knows_the_type_of_its_root() -> None:
    assert type_of(Path("/"))


def test_blanks_in_a_mount_point() -> None:
    assert file_system._plain(rb"/mnt/my\040disk\134x") == rb"/mnt/my disk\x"
