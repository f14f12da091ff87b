"""The installed pyx12's own map of the 837P, loaded once per process, and the counting that its walker needs.

Nothing of the map is copied: limits, qualifiers and code lists are read from the loaded map when a claim is judged.
"""

from __future__ import annotations

import functools
import logging
from collections import OrderedDict
from pathlib import Path
from typing import Any

import pyx12.map_if
import pyx12.nodeCounter
import pyx12.params

from scrubber.errors import TableError

MAP_FILE = "837.5010.X222.A1.xml"
GROUP_START = "/ISA_LOOP/GS_LOOP/GS"


class GuideMap:
    """The loaded map with what a walk looks up again and again. Read only after it is made.

    ``start`` is the node of GS, from which a walk begins; ``opening`` holds the ids of the nodes that start a loop.
    """

    def __init__(self, map_path: Path | None = None) -> None:
        silence()
        # ParamsBase, not params(): the latter reads configuration files of whoever runs the program.
        folder = None if map_path is None else str(map_path)
        self.root: Any = pyx12.map_if.load_map_file(MAP_FILE, pyx12.params.ParamsBase(), folder)
        self.start: Any = self.root.getnodebypath(GROUP_START)
        self.nodes: dict[int, Any] = {}
        self.opening: set[int] = set()
        self.paths: dict[int, str] = {}
        for node in self.root.loop_segment_iterator():
            self.nodes[id(node)] = node
            if node.is_map_root():
                continue
            self.paths[id(node.x12path)] = node.x12path.format()
            if node.is_segment() and node.is_first_seg_in_loop():
                self.opening.add(id(node))


@functools.cache
def guide_map(map_path: Path | None = None) -> GuideMap:
    """The map, read once per process (about 0.15 s): the installed pyx12's own, or that of a folder which holds all
    files of pyx12's map folder that the 837P needs.

    Raises TableError when there is no such map.
    """
    try:
        return GuideMap(map_path)
    except MemoryError:  # says something about the machine, not about pyx12
        raise
    except Exception as error:
        where, cure = ("", "reinstall pyx12 4") if map_path is None else (f"{map_path}/", "lay the overlay again")
        raise TableError(
            f"{where}{MAP_FILE}: the installed pyx12 cannot load it ({type(error).__name__}); {cure}"
        ) from error


def silence() -> None:
    """Keep pyx12's log lines, which quote the claim, from every handler but those put on its own logger."""
    logger = logging.getLogger("pyx12")
    logger.propagate = False
    logger.addHandler(logging.NullHandler())


class PathCounter(pyx12.nodeCounter.NodeCounter):  # type: ignore[misc]
    """How often each loop and segment was seen, by path text.

    pyx12's own counter formats and splits every counted path again whenever a loop begins, half of a walk's time.
    """

    def __init__(self, paths: dict[int, str], counts: dict[str, int]) -> None:
        super().__init__()
        self._paths = paths
        self.counts = counts

    def reset_to_node(self, xpath: Any) -> None:
        """Forget the counts below a path."""
        below = self._text(xpath) + "/"
        for path in [path for path in self.counts if path.startswith(below)]:
            del self.counts[path]

    def increment(self, xpath: Any) -> None:
        """Count one more."""
        path = self._text(xpath)
        self.counts[path] = self.counts.get(path, 0) + 1

    def setCount(self, xpath: Any, ct: int) -> None:  # noqa: N802 - pyx12's name
        """Set a count."""
        self.counts[self._text(xpath)] = ct

    def get_count(self, xpath: Any) -> int:
        """The count of a path, 0 when it was not seen."""
        return self.counts.get(self._text(xpath), 0)

    def getState(self) -> Any:  # noqa: N802 - pyx12's name
        """All counts."""
        return OrderedDict(self.counts)

    def _text(self, xpath: Any) -> str:
        if isinstance(xpath, str):
            return xpath
        # The ids are those of path objects that the map keeps alive.
        return self._paths.get(id(xpath)) or str(xpath.format())
