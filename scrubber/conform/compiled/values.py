"""Everything that is wrong with one value, in pyx12's order: the exact check, for what the quick one did not accept."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from scrubber.conform.compiled.nodes import Element

DATE_TYPES = frozenset({"RD8", "DT", "D8", "D6"})
DTP_TYPES = frozenset({"RD8", "D8", "D6", "DT", "TM"})
"""Formats of DTP02 by which pyx12 judges DTP03; any other leaves it unjudged."""

WHOLE = re.compile(r"-?[0-9]+", re.ASCII)
DECIMAL = re.compile(r"-?[0-9]*(?:\.[0-9]+)?", re.ASCII)
UNFIT = re.compile(r"""[^A-Z0-9!"&'()*+,\-./:;?= a-z%~@\[\]_{}\\|<>^`#$]""", re.ASCII)
"""What is outside the extended character set of 005010."""
CONTROLS = re.compile(r"[\x01-\x07\x09-\x0d\x11-\x17\x1c-\x1f]")
DAYS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


class Wrong(NamedTuple):
    """IK403 code and, for code 6, why: composite, control or spaces; empty for a character of the wrong kind."""

    code: str
    why: str = ""


def wrongs(element: Element, value: str, formats: tuple[str, ...] = ()) -> Iterator[Wrong]:
    """What is wrong with a filled value that is not divided into components.

    ``formats`` are the date formats one of which it has to have, from the element that names the format.
    """
    if element.usage == "N":
        yield Wrong("10")
        return
    data_type = element.data_type
    measured = value.replace("-", "").replace(".", "") if data_type[:1] in ("R", "N") else value
    if len(measured) < element.min_len:
        yield Wrong("4")
    if len(measured) > element.max_len:
        yield Wrong("5")
    if CONTROLS.search(value):
        yield Wrong("6", "control")
        return
    if data_type in ("AN", "ID") and value[-1] == " " and len(value.rstrip()) >= element.min_len:
        yield Wrong("6", "spaces")
    if element.codes is not None and value not in element.codes:
        yield Wrong("7")
    if not of_type(value, data_type):
        yield Wrong("8" if data_type in DATE_TYPES else "9" if data_type == "TM" else "6")
    if formats and not any(of_type(value, each) for each in formats):
        if "TM" in formats:
            yield Wrong("9")
        elif DATE_TYPES.intersection(formats):
            yield Wrong("8")
    if element.rec is not None and not element.rec.search(value):
        yield Wrong("7")


def of_type(value: str, data_type: str) -> bool:
    """Whether a value has the form of an X12 data type."""
    if data_type[:1] == "N":
        return WHOLE.fullmatch(value) is not None
    if data_type == "R":
        return DECIMAL.fullmatch(value) is not None
    if data_type in ("ID", "AN"):
        return UNFIT.search(value) is None
    if data_type == "RD8":
        first, dash, second = value.partition("-")
        return bool(dash) and is_date(first, 8) and is_date(second, 8)
    if data_type in DATE_TYPES:
        return is_date(value, {"D8": 8, "D6": 6}.get(data_type, 0))
    if data_type == "TM":
        return is_time(value)
    return data_type in ("B", "")


def is_date(value: str, length: int = 0) -> bool:
    """CCYYMMDD, YYMMDD or CCYYMMDDHHMM, not before 1800; of ``length`` digits when that is given."""
    if length and len(value) != length:
        return False
    if len(value) not in (6, 8, 12) or not (value.isascii() and value.isdecimal()):
        return False
    if len(value) == 6:
        value = ("20" if value[:2] < "50" else "19") + value
    year, month, day = int(value[:4]), int(value[4:6]), int(value[6:8])
    if year < 1800 or not 1 <= month <= 12 or not day >= 1:
        return False
    leap = month == 2 and year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    if day > DAYS[month - 1] + leap:
        return False
    return len(value) == 8 or is_time(value[8:])


def is_time(value: str) -> bool:
    """HHMM, HHMMSS or HHMMSSDD, as leniently as pyx12: fewer than four digits pass as well."""
    if value and not (value.isascii() and value.isdecimal()):
        return False
    if value[:2] > "23" or value[2:4] > "59":
        return False
    return len(value) <= 4 or (6 <= len(value) <= 8 and value[4:6] <= "59")
