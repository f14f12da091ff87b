"""Which kind of value each key takes: msgspec decides, here its answer becomes a message for a biller."""

import json
import types
from typing import Annotated, Any, Literal, TypeVar, Union, get_args, get_origin

import msgspec

from scrubber.settings.document import Document
from scrubber.settings.lines import Place
from scrubber.settings.suggestion import suggest

Schema = TypeVar("Schema", bound=msgspec.Struct)


def read_table(document: Document, place: Place, table: object, schema: type[Schema]) -> Schema:
    """``table``, which stands at ``place``, as a ``schema``; a key that is not there is None.

    Raises SettingsError, in the order of the file, for an unknown key or a value of the wrong kind, and then for a
    required key that is missing.
    """
    if not isinstance(table, dict):
        raise document.error(place, f"expected a table, got {_got(table, document)}.")
    fields = {field.encode_name: field for field in msgspec.structs.fields(schema)}
    for key, value in table.items():
        if key not in fields:
            hint = suggest(key, fields, f"Known here: {', '.join(fields)}.")
            raise document.error((*place, key), f"unknown key.{hint}")
        check_kind(document, (*place, key), value, fields[key].type)
    for key, field in fields.items():
        if field.required and key not in table:
            raise document.error(place, f'the key "{key}" is missing: {expected(field.type)}.')
    return msgspec.convert(table, schema)


def check_kind(document: Document, place: Place, value: object, wanted: Any) -> None:
    """Raises SettingsError unless ``value``, which stands at ``place``, is what the annotation ``wanted`` says."""
    if _fits(value, wanted):
        return
    at, culprit = _culprit(place, value, wanted)
    got = f"got {_got(culprit, document)}"
    words: tuple[str, ...] = _choices(wanted)
    if at != place:
        entry = f"{json.dumps(at[-1])} = " if isinstance(at[-1], str) else ""
        got = f"but it holds {entry}{_got(culprit, document)}"
        words = _choices_inside(wanted)
    hint = suggest(culprit, words) if isinstance(culprit, str) and words else ""
    raise document.error(place, f"expected {expected(wanted)}, {got}.{hint}", at)


def expected(wanted: Any) -> str:
    """What a key with this annotation takes, in words: its description, or its choices."""
    wanted = _given(wanted)
    for note in getattr(wanted, "__metadata__", ()):
        if isinstance(note, msgspec.Meta) and note.description:
            return note.description
    if wanted is bool:
        return "true or false"
    words = [json.dumps(word) for word in _choices(wanted)]
    return f"{', '.join(words[:-1])} or {words[-1]}"


def _given(wanted: Any) -> Any:
    """The annotation of a key once it is there: without the None that stands for a key that is not."""
    if get_origin(wanted) in (Union, types.UnionType):
        return next(part for part in get_args(wanted) if part is not type(None))
    return wanted


def _choices(wanted: Any) -> tuple[str, ...]:
    wanted = _given(wanted)
    return get_args(wanted) if get_origin(wanted) is Literal else ()


def _choices_inside(wanted: Any) -> tuple[str, ...]:
    """The words that the values of a table may be."""
    wanted = _given(wanted)
    table = get_args(wanted)[0] if get_origin(wanted) is Annotated else wanted
    return _choices(get_args(table)[1]) if get_origin(table) is dict else ()


def _fits(value: object, wanted: Any) -> bool:
    try:
        msgspec.convert(value, wanted)
    except msgspec.ValidationError:
        return False
    return True


def _culprit(place: Place, value: object, wanted: Any) -> tuple[Place, object]:
    """The entry of a list or table that spoils it, and where it stands; or the value itself."""
    if isinstance(value, list) and _fits([], wanted):
        for index, entry in enumerate(value):
            if not _fits([entry], wanted):
                return (*place, index), entry
    if isinstance(value, dict) and _fits({}, wanted):
        for key, entry in value.items():
            if not _fits({key: entry}, wanted):
                return (*place, key), entry
    return place, value


def _got(value: object, document: Document) -> str:
    if isinstance(value, dict):
        return "a table"
    if isinstance(value, list):
        return f"a list of {len(value)}"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str) and not value.strip():
        return "an empty text"
    if document.private:
        return {str: "a text", int: "a number", float: "a number"}.get(type(value), "a date or a time")
    if isinstance(value, int) and abs(value) > 10**18:  # Python refuses to write out the largest it can read
        return "a number beyond all use"
    return json.dumps(value, ensure_ascii=False) if isinstance(value, str) else str(value)
