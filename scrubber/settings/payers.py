"""[payers.NAME] tables -> profiles: what each takes over from another, and in which order they are asked."""

from collections.abc import Collection, Mapping
from typing import Any, NamedTuple

from msgspec.structs import replace

from scrubber.settings.built_in import BUILT_IN
from scrubber.settings.document import Document
from scrubber.settings.keys import MatchKeys, ProfileKeys
from scrubber.settings.kinds import read_table
from scrubber.settings.profile import OWN_KEYS, PROFILE_KEYS, Profile
from scrubber.settings.rule_codes import ALWAYS_REPORTED, check_rule
from scrubber.settings.suggestion import suggest


class Sourced(NamedTuple):
    """A profile, and where each of its values came from, by key as written."""

    profile: Profile
    origins: Mapping[str, str]


class _Written(NamedTuple):
    """One [payers.NAME] table as it stands in the file."""

    name: str
    keys: ProfileKeys
    match: MatchKeys


def read_payers(document: Document, table: Mapping[str, object], known_rules: Collection[str]) -> tuple[Sourced, ...]:
    """All profiles in the order in which they are asked: those of the file, then the built-in ones.

    A profile of the file that is named as a built-in one modifies it. Unless it names filing indicators of its own it
    keeps the built-in one's, and then also its place, behind every profile of the file that names some; the built-in
    one itself is still asked for dates that the modified one does not cover.

    Raises SettingsError for an unknown key, profile or rule, a value of the wrong kind, a circle of ``extends``, dates
    in the wrong order, and a payer id that two profiles claim for the same date.
    """
    written = _read(document, table, known_rules)
    sourced = _with_what_they_extend(document, written)
    _refuse_misspelt_built_in(document, written)
    _refuse_shared_payer_id(document, written, sourced)
    own = [sourced[name] for name in written if name not in BUILT_IN or written[name].match.filing is not None]
    return (*own, *_built_in_places(written, sourced))


def _read(document: Document, table: Mapping[str, object], known_rules: Collection[str]) -> dict[str, _Written]:
    written = {}
    for name, body in table.items():
        place = ("payers", name)
        keys = read_table(document, place, body, ProfileKeys)
        match = read_table(document, (*place, "match"), keys.match or {}, MatchKeys)
        _check_rules(document, place, keys, known_rules)
        if keys.from_ and keys.to and keys.from_ > keys.to:
            raise document.error((*place, "to"), f"{keys.to} is before `from`, {keys.from_}.")
        written[name] = _Written(name, keys, match)
    return written


def _check_rules(document: Document, place: tuple[str, str], keys: ProfileKeys, known_rules: Collection[str]) -> None:
    for rule, severity in (keys.severity or {}).items():
        key = (*place, "severity")
        check_rule(document, key, rule, known_rules, (*key, rule))
        if rule[0] in ALWAYS_REPORTED and severity != "reject":
            raise document.error(
                key, f'"{rule}" can only be made "reject": a lower one would be a waiver of E, G or I.', (*key, rule)
            )
    for index, rule in enumerate(keys.demote or ()):
        check_rule(document, (*place, "demote"), rule, known_rules, (*place, "demote", index))


def _with_what_they_extend(document: Document, written: Mapping[str, _Written]) -> dict[str, Sourced]:
    done: dict[str, Sourced] = {}
    for first in written:
        chain: list[str] = []
        name = first
        while name in written and name not in done:
            if name in chain:
                circle = " -> ".join((*chain[chain.index(name) :], name))
                raise document.error(("payers", chain[-1], "extends"), f"goes in a circle: {circle}. Break it.")
            chain.append(name)
            name = _extended(document, written[name], written)
            # A profile that only modifies a built-in one starts from it: there the chain ends.
            if name == chain[-1] and written[name].keys.extends is None:
                break
        for name in reversed(chain):
            base = _extended(document, written[name], written)
            start = done[base] if base in done else _pristine(base)
            done[name] = _laid_over(document, written[name], start)
    return done


def _extended(document: Document, one: _Written, written: Mapping[str, _Written]) -> str:
    """The name of the profile that this one starts from."""
    if one.keys.extends is None:
        return one.name if one.name in BUILT_IN else "default"
    if one.keys.extends not in written and one.keys.extends not in BUILT_IN:
        known = (*written, *BUILT_IN)
        hint = suggest(one.keys.extends, known, f"Known are {', '.join(known)}.")
        raise document.error(("payers", one.name, "extends"), f'unknown profile "{one.keys.extends}".{hint}')
    return one.keys.extends


def _pristine(name: str) -> Sourced:
    return Sourced(BUILT_IN[name], dict.fromkeys(PROFILE_KEYS, f"default (profile {name})"))


def _laid_over(document: Document, one: _Written, start: Sourced) -> Sourced:
    """The written values over those of the profile it starts from."""
    own = BUILT_IN.get(one.name, Profile(one.name))
    values: dict[str, Any] = {
        "name": one.name,
        "extends": "" if start.profile.name == one.name else start.profile.name,
        "match_payer_id": _own(one.match.payer_id, own.match_payer_id),
        "match_filing": _own(one.match.filing, own.match_filing),
        "from_": one.keys.from_,
        "to": one.keys.to,
    }
    untold = f"default (profile {one.name})" if one.name in BUILT_IN else "default"
    origins = {**start.origins, **dict.fromkeys(OWN_KEYS, untold)}
    for key, field in PROFILE_KEYS.items():
        _, _, inner = key.partition("match.")
        written = getattr(one.match, inner.replace("-", "_")) if inner else getattr(one.keys, field)
        if written is None:
            continue
        origins[key] = document.origin(("payers", one.name, *key.split(".")))
        if key in OWN_KEYS:
            continue
        if key == "overlay" and written.endswith(".xml"):
            written = str(document.path.absolute().parent / written)
        values[field], joined = _joined(getattr(start.profile, field), written)
        if joined:
            origins[key] = f"{start.origins[key]}; {origins[key]}"
    return Sourced(replace(start.profile, **values), origins)


def _own(written: tuple[str, ...] | None, otherwise: frozenset[str]) -> frozenset[str]:
    return otherwise if written is None else frozenset(written)


def _joined(before: Any, written: Any) -> tuple[Any, bool]:
    """The value after extending, and whether ``before`` is still in it.

    Tables are joined key by key. Demotions add up, since nothing may promote. Everything else replaces.
    """
    if isinstance(before, dict):
        return {**before, **written}, not before.keys() <= written.keys()
    if isinstance(before, frozenset):
        return before | frozenset(written), not before <= frozenset(written)
    return written, False


def _refuse_misspelt_built_in(document: Document, written: Mapping[str, _Written]) -> None:
    """A profile that nothing can reach, and whose name is nearly that of a built-in one, is a slip of the pen."""
    extended = {one.keys.extends for one in written.values()}
    for one in written.values():
        if one.keys.match is None and one.name not in BUILT_IN and one.name not in extended:
            hint = suggest(one.name, BUILT_IN, likeness=0.8)
            if hint:
                raise document.error(
                    ("payers", one.name), f"unknown profile, and it has no `match` to be one of your own.{hint}"
                )


def _refuse_shared_payer_id(
    document: Document, written: Mapping[str, _Written], sourced: Mapping[str, Sourced]
) -> None:
    claimed: dict[str, list[Profile]] = {}
    for one in written.values():
        profile = sourced[one.name].profile
        for index, payer_id in enumerate(one.match.payer_id or ()):
            for other in claimed.setdefault(payer_id, []):
                if other.name != profile.name and _overlap(other, profile):
                    key = ("payers", one.name, "match", "payer-id")
                    raise document.error(
                        key,
                        f'"{payer_id}" is matched by profile "{other.name}" too, for the same dates. '
                        "Take it out of one, or give both `from` and `to` that do not overlap.",
                        (*key, index),
                    )
            claimed[payer_id].append(profile)


def _overlap(one: Profile, other: Profile) -> bool:
    starts = [profile.from_ for profile in (one, other) if profile.from_]
    ends = [profile.to for profile in (one, other) if profile.to]
    return not starts or not ends or max(starts) <= min(ends)


def _built_in_places(written: Mapping[str, _Written], sourced: Mapping[str, Sourced]) -> list[Sourced]:
    places = []
    for name in BUILT_IN:
        if name not in written:
            places.append(_pristine(name))
            continue
        profile = sourced[name].profile
        if written[name].match.filing is None:
            places.append(sourced[name])
        if profile.from_ or profile.to:
            places.append(_pristine(name))
    return places
