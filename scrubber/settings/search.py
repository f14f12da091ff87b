"""Which settings file speaks for an input: the nearest one upwards."""

from pathlib import Path
from stat import S_ISDIR, S_ISREG

from scrubber.errors import SettingsError
from scrubber.settings.document import has_section
from scrubber.settings.settings import SCRUBBER_NAME


def find_settings(start: Path) -> Path | None:
    """The nearest scrubber.toml, or pyproject.toml with [tool.scrubber], in the folder of ``start`` or above it.

    ``start`` is an input file, there or not, or a folder. In one folder scrubber.toml goes first. Raises SettingsError
    when a candidate on the way cannot be looked at: what it says may not be passed over.
    """
    try:
        # Only the folder is resolved: an input that is a link belongs to the folder where the user put the link.
        nearest = (start if S_ISDIR(_mode(start)) else start.parent).resolve()
        for folder in (nearest, *nearest.parents):
            own = folder / SCRUBBER_NAME
            # A link that leads nowhere is taken too: reading it says so.
            if S_ISREG(_mode(own)) or (own.is_symlink() and not own.exists()):
                return own
            project = folder / "pyproject.toml"
            if S_ISREG(_mode(project)) and has_section(project):
                return project
    except (OSError, RuntimeError) as error:  # RuntimeError: links in a circle
        reason = getattr(error, "strerror", None) or "links in a circle"
        raise SettingsError(f"{start}: no settings can be looked for from here ({reason}). Use --settings.") from error
    return None


def _mode(path: Path) -> int:
    """What kind of thing a path is, 0 for nothing. By Python version, Path.is_file() hides what it may not see."""
    try:
        return path.stat().st_mode
    except (FileNotFoundError, NotADirectoryError):
        return 0
