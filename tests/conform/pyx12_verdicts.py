"""pyx12's own verdicts on whole files: x12n_document runs as it is, and what its parts report is written down.

Its maps are kept loaded, and instead of its tree of errors the raw errors of its walker, reader and segments are kept:
the tree loses which component of a composite an error is about.
"""

from __future__ import annotations

import functools
import io
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple
from unittest import mock

import pyx12.error_handler
import pyx12.map_if
import pyx12.params
import pyx12.x12n_document

from scrubber.conform.guide_map import silence

# Codes of pyx12 that no 999 knows, and those for which IK304 and IK403 of 005010X231A1 have a better one.
BETTER = {"LX": ("LX", 1, None, "8"), "HL1": ("HL", 1, None, "8"), "HL2": ("HL", 2, None, "8")}


class Verdict(NamedTuple):
    """One error: segment, element, component and 999 code; ``line`` is the segment it was reported at, 1 for ISA.

    ``unexpected`` says that the walker found no place for the segment.
    """

    line: int
    segment: str
    element: int | None
    component: int | None
    code: str
    unexpected: bool = False

    @property
    def what(self) -> tuple[str, int | None, int | None, str]:
        """Segment, element, component and code."""
        return self[1:5]


class Judged(NamedTuple):
    """``crash`` is the class of what x12n_document raised, empty when it returned; ``lines`` is how far it read."""

    valid: bool
    errors: list[Verdict]
    lines: int
    crash: str


@contextmanager
def maps_kept() -> Iterator[None]:
    """x12n_document reads its maps again on every call; they are never written to, so here it need not."""
    silence()
    logger = logging.getLogger("pyx12")
    level = logger.level
    logger.setLevel(logging.CRITICAL)  # its sentences are a third of its time, and nobody reads them here
    real = pyx12.map_if.load_map_file
    kept = functools.cache(lambda name, path: real(name, pyx12.params.ParamsBase(), path))
    with mock.patch.object(pyx12.map_if, "load_map_file", lambda name, _, path=None: kept(name, path)):
        yield
    logger.setLevel(level)


def judged_by_pyx12(text: str, map_path: str | None = None) -> Judged:
    """Everything that x12n_document reports about a file, in its order."""
    notes = _Notes()
    valid, crash = False, ""
    with (
        mock.patch.object(pyx12.x12n_document, "apply_walk_errors", notes.walked),
        mock.patch.object(pyx12.x12n_document, "apply_segment_errors", notes.checked),
        mock.patch.object(pyx12.error_handler, "err_handler", notes.handler),
    ):
        try:
            valid = pyx12.x12n_document.x12n_document(
                pyx12.params.ParamsBase(), io.StringIO(text), None, None, map_path=map_path, callback=notes.stepped
            )
        except Exception as error:  # noqa: BLE001 - whatever it is, it is the verdict
            crash = type(error).__name__
    notes.stamp(notes.line + 1)
    return Judged(valid, notes.errors, notes.line, crash)


class _Notes:
    """Writes down what is reported, and at which segment."""

    def __init__(self) -> None:
        self.errors: list[Verdict] = []
        self.line = 0
        self._fresh: list[Verdict] = []

    def handler(self) -> Any:
        """pyx12's handler, which also tells us what its reader found."""
        handler = HANDLER()
        real = handler.handle_errors

        def handle_errors(errors: list[Any]) -> None:
            self.read(errors)
            real(errors)

        handler.handle_errors = handle_errors
        return handler

    def walked(self, errh: Any, errors: list[Any]) -> None:
        for error in errors:
            named = error.seg_data.get_seg_id() if error.seg_data is not None else ""
            self._note(named, None, None, error.err_cde, unexpected=error.err_cde == "1")
        WALKED(errh, errors)

    def read(self, errors: list[Any]) -> None:
        for kind, code, text, _, _ in errors:
            if kind != "seg":
                self._note(kind, None, None, code)
            elif code in BETTER:
                self._fresh.append(Verdict(0, *BETTER[code]))
            elif not text.startswith("Segment identifier"):  # the walker has said it
                self._note("", None, None, "8" if code == "SEG1" else code)

    def checked(self, node: Any, segment: Any, _: Any) -> bool:
        """In the place of apply_segment_errors, which tells the tree what is told here."""
        valid, errors = node.is_valid_errors(segment)
        for error in errors:
            self._element(segment.get_seg_id(), error)
        return bool(valid)

    def _element(self, segment_id: str, error: Any) -> None:
        code = error.err_cde
        described = error.map_node
        if described is not None:
            inside = described.parent.is_composite()
            number = described.parent.seq if inside else described.seq
            code = "I10" if code == "10" else code
            self._note(segment_id, number, described.seq if inside else None, code)
        elif isinstance(error.refdes, int):  # a syntax note
            self._note(segment_id, error.refdes, None, code)
        else:
            self._note(segment_id, int(error.refdes[-2:]), None, "I10" if code == "5" else code)

    def _note(self, segment: str, element: int | None, component: int | None, code: str, **more: bool) -> None:
        self._fresh.append(Verdict(0, segment, element, component, code, **more))

    def stepped(self, segment: Any, source: Any, *_: Any) -> None:
        self.line = source.get_cur_line()
        self.stamp(self.line, segment.get_seg_id() or "")

    def stamp(self, line: int, segment_id: str = "") -> None:
        """What was reported since the last segment was reported at this one."""
        self.errors += [each._replace(line=line, segment=each.segment or segment_id) for each in self._fresh]
        self._fresh = []


HANDLER = pyx12.error_handler.err_handler
WALKED = pyx12.x12n_document.apply_walk_errors
