"""Names and the patients that have them."""

from collections import defaultdict

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
