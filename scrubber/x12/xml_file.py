"""Read XML: the one hardened parser of the project."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from scrubber.errors import TableError

if TYPE_CHECKING:
    from lxml import etree


def read_xml(path: Path, schema: Path | None = None) -> etree._ElementTree:
    """The tree of an XML file, validated against a RELAX NG schema (XML syntax) when one is given.

    The file is UTF-8 whatever it declares, so that what is looked at here is what is parsed. It has no DOCTYPE: no
    entity is ever defined, nothing is fetched, and libxml2's own limits of depth and text length stay on. CDATA and
    comments may not hold the word either, since no file of ours needs it.

    Raises TableError, with file and line, when the file cannot be read, is not well formed, has a DOCTYPE, or does not
    have the form of its schema.
    """
    tree = _parse(path)
    if schema is not None:
        _validate(tree, path, schema)
    return tree


def _parse(path: Path) -> etree._ElementTree:
    from lxml import etree

    try:
        data = path.read_bytes()
    except OSError as error:
        raise TableError(f"{path}: cannot be read ({error.strerror}); check the path and its permissions") from error
    at = data.find(b"<!DOCTYPE")
    if at >= 0:
        line = data.count(b"\n", 0, at) + 1
        raise TableError(f"{path}, line {line}: a DOCTYPE is not accepted; remove it and any entity that it defines")
    parser = etree.XMLParser(
        encoding="utf-8",
        resolve_entities=False,
        load_dtd=False,
        dtd_validation=False,
        no_network=True,
        huge_tree=False,
        remove_comments=True,  # a comment inside a list of words must not cut the list short
        remove_pis=True,
    )
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise TableError(f"{path}, line {error.lineno or 1}: not well-formed XML in UTF-8 ({error.msg})") from error
    return root.getroottree()


def _validate(tree: etree._ElementTree, path: Path, schema: Path) -> None:
    from lxml import etree

    try:
        form = etree.RelaxNG(_parse(schema))
    except etree.RelaxNGParseError as error:
        raise TableError(f"{schema}: no RELAX NG schema ({error})") from error
    if not form.validate(tree):
        first = form.error_log[0]
        raise TableError(f"{path}, line {first.line}: {first.message}; its form is described in {schema.name}")
