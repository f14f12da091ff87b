"""Names, numbers and dates that differ from claim to claim: functions of the seed and the claim's number."""

from datetime import date, timedelta
from functools import lru_cache
from math import gcd
from random import Random
from typing import NamedTuple

# The largest prime below 10**8: multiplying by a constant modulo a prime visits every number once.
_PRIME = 99_999_989
_SYLLABLES = [c + v for c in "BDFGKLMN" for v in "AEIOU"]
_FIRST = (
    "ADA", "BRAM", "CORA", "DIRK", "EDNA", "FINN", "GRETA", "HUGO", "IDA", "JORIS", "KLARA", "LARS", "MAUD", "NILS",
    "OLGA", "PIET", "QUINN", "RUNE", "SIGRID", "TOVE", "UMA", "VIGO", "WILMA", "XENIA", "YORICK", "ZELDA",
)  # fmt: skip
_LETTERS = "ACDEFGHJKMNPQRTUVWXY"
_BIRTHS_FROM = date(1926, 1, 1)
_BIRTH_DAYS = (date(2018, 12, 31) - _BIRTHS_FROM).days + 1
_SERVICE_FROM = date(2024, 7, 1)
_SERVICE_TO = date(2026, 10, 31)


class Permutation(NamedTuple):
    """One to one map of 0 .. size-1 onto itself."""

    step: int
    shift: int
    size: int

    def __call__(self, number: int) -> int:
        return (self.step * number + self.shift) % self.size


def permutation(random: Random, size: int) -> Permutation:
    """A permutation of ``size`` numbers drawn from ``random``."""
    step = random.randrange(size // 3, size) | 1
    while gcd(step, size) != 1:
        step += 1
    return Permutation(step, random.randrange(size), size)


@lru_cache(maxsize=1024)
def npi(base: int) -> str:
    """Ten digits: ``base`` (nine digits) and the check digit, Luhn over 80840 and the number."""
    digits = f"80840{base:09d}"
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 if place % 2 == 0 else 1)
        total += value - 9 if value > 9 else value
    return f"{base:09d}{-total % 10}"


class Identities:
    """Unique values for up to 99 million claims; only dates of birth repeat, after 33,968."""

    def __init__(self, seed: int, visits: int) -> None:
        random = Random(f"{seed}-identities")
        self._numbers = [permutation(random, _PRIME) for _ in range(6)]
        self._births = permutation(random, _BIRTH_DAYS)
        days = ((_SERVICE_FROM + timedelta(n)) for n in range((_SERVICE_TO - _SERVICE_FROM).days + 1))
        self._weekdays = [day for day in days if day.weekday() < 5]
        self._visits = visits
        self._courses = permutation(random, len(self._weekdays) // visits)

    def claim_id(self, claim: int) -> str:
        """CLM01."""
        return f"C{self._numbers[0](claim):08d}"

    def note_id(self, claim: int, visit: int) -> str:
        """The signed note of one visit."""
        return f"N{self._numbers[1](claim):08d}-{visit + 1}"

    def member_id(self, claim: int, filing: str) -> str:
        """Subscriber number: for Medicare in the form of its eleven character number."""
        number = self._numbers[2](claim)
        if filing != "MB":
            return f"{'W' if filing == 'CI' else 'H'}{number:08d}0"
        number, tail = divmod(number, 100)
        letters = []
        for _ in range(4):
            number, letter = divmod(number, len(_LETTERS))
            letters.append(_LETTERS[letter])
        a, b, c, d = letters
        return f"{number // 10 + 1}{a}K{number % 10}{b}T4{c}{d}{tail:02d}"

    def last_name(self, claim: int) -> str:
        """A family name of five syllables that no other claim has."""
        return _syllables(self._numbers[3](claim))

    def first_name(self, claim: int) -> str:
        """A first name; those repeat."""
        return _FIRST[self._numbers[4](claim) % len(_FIRST)]

    def born(self, claim: int) -> date:
        """Date of birth."""
        return _BIRTHS_FROM + timedelta(self._births(claim))

    def referring(self, claim: int) -> tuple[str, str]:
        """Family name and NPI of the physician who certified the plan of care."""
        number = self._numbers[5](claim)
        return _syllables((number + 1) % _PRIME), npi(100_000_000 + number)

    def clinician(self, claim: int, discipline: str) -> tuple[str, str, int]:
        """Family name, NPI and number of the therapist.

        A clinician sees one patient a day, so that no two of their stretches of treatment overlap.
        """
        number = claim // self._courses.size
        base = {"PT": 0, "OT": 1, "SLP": 2}[discipline] * 100_000 + number
        return _syllables((base + 1) * 7_919_993 % _PRIME), npi(200_000_000 + base), number + 1

    def dates(self, claim: int) -> list[date]:
        """Dates of the claim's visits, weekdays one after the other between 2024-07-01 and 2026-10-31."""
        first = self._courses(claim % self._courses.size) * self._visits
        return self._weekdays[first : first + self._visits]


def _syllables(number: int) -> str:
    text = ""
    for _ in range(5):
        number, syllable = divmod(number, len(_SYLLABLES))
        text += _SYLLABLES[syllable]
    return text
