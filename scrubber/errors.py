"""The few exceptions: each says that the program cannot do its job.

Anything wrong with a claim is a Finding, not an exception. Every message names the file, the place (byte, segment, line
or key), what was expected and what to do; none carries patient data beyond what the user typed or named.
"""


class ScrubberError(Exception):
    """The job cannot be done; the command line prints the message and exits 2."""


class UnreadableInputError(ScrubberError):
    """The input is no interchange that can be read: no ISA, no IEA at its end, no 837P transaction at all."""


class RecordsError(ScrubberError):
    """Treatment records cannot be read: a missing column, an undecodable file, or rows that make no sense."""


class SettingsError(ScrubberError):
    """Settings or waivers hold an unknown key, an unknown code or a value of the wrong kind."""


class TableError(ScrubberError):
    """A reference table is missing, damaged or does not know what was asked of it by name."""


class LedgerError(ScrubberError):
    """The ledger is missing, damaged, of another layout, in use, or not what it was when the work began."""


class OutputError(ScrubberError):
    """Output exists already, or cannot be written."""


class WorkerError(ScrubberError):
    """A worker was out of memory, disk or life, twice over one part of the work."""


class SpoolError(OutputError):
    """Intermediate results cannot be kept in the temporary folder. ``errno`` is the system's reason."""

    def __init__(self, errno: int, message: str) -> None:
        super().__init__(message)
        self.errno = errno


class EditConflictError(ScrubberError):
    """Two edits want the same bytes: a defect of the program, never of a claim."""


def place_of(error: BaseException) -> str:
    """Kind of failure and where, without its text: that might hold patient data."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    if trace is None:
        return type(error).__name__
    return f"{type(error).__name__} in {trace.tb_frame.f_globals.get('__name__', '?')}, line {trace.tb_lineno}"
