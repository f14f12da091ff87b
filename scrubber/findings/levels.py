"""How bad a finding is, how far a fix may go, and what it does to the money."""

from enum import IntEnum


class Severity(IntEnum):
    """What a finding does to its claim: a REJECT that is neither fixed nor waived holds it."""

    NOTE = 0
    WARN = 1
    REJECT = 2

    @property
    def word(self) -> str:
        """The lower-case name that reports and settings use."""
        return self.name.lower()


class FixLevel(IntEnum):
    """Who may decide a fix.

    SAFE: the claim then says what a signed record or the file itself already says, and asks for no more money.
    UNSAFE: probably right, but raises the amount or rests on an inference. PERSON: only a person may decide.
    """

    PERSON = 0
    UNSAFE = 1
    SAFE = 2

    @property
    def word(self) -> str:
        """The lower-case name that reports and settings use."""
        return self.name.lower()


class Payment(IntEnum):
    """What a fix does to the money asked for, judged on the face of the claim."""

    LOWERS = -1
    NEUTRAL = 0
    RAISES = 1

    @property
    def word(self) -> str:
        """The lower-case name that reports use."""
        return self.name.lower()
