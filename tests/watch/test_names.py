"""Names of outputs: from the input's own, never taken, never too long."""

from itertools import islice
from pathlib import Path

import pytest

from scrubber.watch.names import LONGEST, candidates, free_name, shown, stem_of, suffix_of

DIGEST = "1a2b3c4d" + "0" * 56


def test_a_taken_name_gets_the_hash_before_its_suffix(tmp_path: Path) -> None:
    assert free_name(tmp_path, b"claims", b".837", DIGEST) == b"claims.837"
    (tmp_path / "claims.837").touch()
    assert free_name(tmp_path, b"claims", b".837", DIGEST) == b"claims-1a2b3c4d.837"
    (tmp_path / "claims-1a2b3c4d.837").symlink_to("nowhere")
    assert free_name(tmp_path, b"claims", b".837", DIGEST) == b"claims-1a2b3c4d-2.837"


def test_a_name_whose_companion_is_taken_counts_as_taken(tmp_path: Path) -> None:
    (tmp_path / "claims.837.why.json").touch()
    assert free_name(tmp_path, b"claims", b".837", DIGEST, (b".why.json",)) == b"claims-1a2b3c4d.837"


@pytest.mark.parametrize("stem", [b"x" * 255, b"x" * 251, b"\xff" * 255, "ß".encode() * 127])
@pytest.mark.parametrize("suffix", [b"", b".837", b".report.json"])
@pytest.mark.parametrize("room", [0, 9])
def test_no_name_is_longer_than_a_file_system_takes(stem: bytes, suffix: bytes, room: int) -> None:
    names = list(islice(candidates(stem, suffix, DIGEST, room), 12))
    assert len(set(names)) == 12
    assert all(len(name) + room <= LONGEST and name.endswith(suffix) for name in names)
    if stem.startswith("ß".encode()):
        assert all(name.decode() for name in names)


def test_a_suffix_can_be_too_long_for_a_name(tmp_path: Path) -> None:
    name = b"x." + b"y" * 250
    found = next(islice(candidates(stem_of(name), suffix_of(name), DIGEST, 9), 0, None))
    assert len(found) + 9 <= LONGEST


@pytest.mark.parametrize(
    ("name", "stem", "suffix"),
    [
        (b"claims.837", b"claims", b".837"),
        (b"claims", b"claims", b""),
        (b"a.b.837", b"a.b", b".837"),
        (b".x", b".x", b""),
    ],
)
def test_stem_and_suffix(name: bytes, stem: bytes, suffix: bytes) -> None:
    assert (stem_of(name), suffix_of(name)) == (stem, suffix)


def test_a_name_is_shown_as_valid_text() -> None:
    assert shown(b"caf\xc3\xa9-\xff.837") == "café-\\xff.837"
