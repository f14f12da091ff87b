"""What kind of file system a path is on, and which kinds the state must not be on."""

from __future__ import annotations

import contextlib
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

from scrubber.errors import SettingsError

_NETWORK = frozenset(
    {
        "9p",
        "acfs",
        "afs",
        "afpfs",
        "beegfs",
        "ceph",
        "cifs",
        "coda",
        "davfs",
        "fuse.ceph",
        "fuse.glusterfs",
        "fuse.rclone",
        "fuse.s3fs",
        "fuse.sshfs",
        "glusterfs",
        "gpfs",
        "lustre",
        "ncpfs",
        "nfs",
        "nfs3",
        "nfs4",
        "ocfs2",
        "orangefs",
        "pvfs2",
        "smb",
        "smb2",
        "smb3",
        "smbfs",
        "webdav",
    }
)
"""File systems that more than one machine can write to: their locks and the shared memory that SQLite's WAL needs
cannot be relied on (sqlite.org/wal.html)."""


def type_of(path: Path) -> str:
    """The type of the file system that holds ``path``, or would hold it; empty where that cannot be told."""
    real = os.path.realpath(path)
    mounts = [(point, kind) for point, kind in _mounts() if real == point or real.startswith(point.rstrip("/") + "/")]
    # Of two mounts on one point the later hides the earlier.
    longest = max((len(point) for point, _ in mounts), default=0)
    return next((kind for point, kind in reversed(mounts) if len(point) == longest), "")


def is_network(kind: str) -> bool:
    """Whether a file system of that type can be written by other machines."""
    return kind.lower() in _NETWORK


def refuse_network(state: Path) -> None:
    """Raise SettingsError when the state would be on a network file system."""
    kind = type_of(state)
    if is_network(kind):
        raise SettingsError(
            f"{state}: is on a network file system ({kind}), where locks and the state cannot be relied on. "
            "Set watch.state to a path on a local disk."
        )


def _mounts() -> Iterator[tuple[str, str]]:
    """(mount point, type), in the order of mounting; nothing where the system does not tell."""
    with contextlib.suppress(OSError):
        for mount in Path("/proc/self/mountinfo").read_bytes().splitlines():  # Linux
            before, _, after = mount.partition(b" - ")
            yield os.fsdecode(_plain(before.split()[4])), after.split()[0].decode()
        return
    # macOS. A line of it reads: /dev/disk1 on /Volumes/Data (apfs, local, journaled)
    try:
        text = subprocess.run(["/sbin/mount"], capture_output=True, check=True, timeout=10).stdout
    except (OSError, subprocess.SubprocessError):
        return
    for line in os.fsdecode(text).splitlines():
        head, _, kinds = line.rpartition(" (")
        yield head.partition(" on ")[2], kinds.partition(",")[0].rstrip(")")


def _plain(text: bytes) -> bytes:
    """A path of mountinfo, in which blanks and backslashes stand as three octal digits."""
    parts = text.split(b"\\")
    return parts[0] + b"".join(bytes([int(part[:3], 8)]) + part[3:] for part in parts[1:])
