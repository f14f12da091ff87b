"""Names and the patients that have them."""

from collections import defaultdict

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrubber.visits.owners import Owners

NAMES = st.text(st.characters(codec="utf-8"), max_size=3) | st.sampled_from(("", "A", "AB", "B", "\udc80"))


@given(st.lists(st.tuples(NAMES, st.integers(0, 5))), st.lists(NAMES))
def test_owners_are_found_as_in_a_dict(added: list[tuple[str, int]], asked: list[str]) -> None:
    owners, wanted, places = Owners(), defaultdict(set), defaultdict(list)
    for place, (name, patient) in enumerate(added):
        owners.add(name, patient)
        wanted[name].add(patient)
        places[name].append(place)
    owners.close()
    assert len(owners) == len(added)
    assert [owners.name(place) for place in range(len(added))] == [name for name, _ in added]
    for name in [*wanted, *asked]:
        assert owners.of(name) == wanted.get(name, set())
    assert sorted(owners.shared()) == sorted(each for each in places.values() if len(each) > 1)


def test_names_of_one_hash_are_told_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scrubber.visits.owners.hash", len, raising=False)
    owners = Owners()
    for patient, name in enumerate(("AB", "CD", "AB", "E", "CDE", "EF", "CD")):
        owners.add(name, patient)
    owners.close()
    assert sorted(owners.shared()) == [[0, 2], [1, 6]]
    assert [owners.of(name) for name in ("AB", "CD", "EF", "GH", "E", "CDE")] == [{0, 2}, {1, 6}, {5}, set(), {3}, {4}]
