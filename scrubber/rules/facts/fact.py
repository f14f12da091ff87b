"""The facts that a rule may name as its precondition (``when``), as bits of one integer.

A fact may hold where the rule finds nothing; it must hold wherever the rule yields anything, or marks a table as stale.
A patient has the facts of all its claims and visits, a visit those of all claims of its patient.
"""

from itertools import count

_bit = count()


def _next() -> int:
    return 1 << next(_bit)


THERE = _next()
"""Holds always: the precondition of a rule that names none."""
EVERY = -1
"""All facts at once: for whom nothing is known, so that every rule has to look."""

# A line, by SV101.
NOT_IN_TABLE = _next()
"""The code is not in the therapy code table, or not billed as HCPCS."""
NO_DISCIPLINE = _next()
"""None of GP, GO and GN."""
SEVERAL_DISCIPLINES = _next()
"""Two of GP, GO and GN."""
AGAINST_TABLE = _next()
"""GP, GO or GN that the therapy code table does not have for the code."""
ASSISTANT_MODIFIER = _next()
"""CQ or CO."""
DISORDERED = _next()
"""Modifiers in another order than the payers' that want one."""
REPEATED_MODIFIER = _next()
BOTH_DISTINCT = _next()
"""59 and an X modifier."""
UNPAIRED_ASSISTANT = _next()
"""CQ without GP, or CO without GO."""
KX = _next()
DISTINCT_SERVICE = _next()
"""59 or an X modifier."""
NCCI_MODIFIER = _next()
"""A modifier that lifts a code pair."""
UNKNOWN_MODIFIER = _next()
LIABILITY = _next()
"""GA, GX, GY or GZ."""
EVALUATION_MODIFIER = _next()
"""25."""
REDUCED = _next()
"""52."""
REMOTE_MODIFIER = _next()
"""A modifier of telehealth."""
EVALUATION_OR_DEVICE = _next()
"""A code that no assistant furnishes."""
EVALUATION = _next()
"""An evaluation of physical or occupational therapy."""
TWO_EVALUATIONS = _next()
"""Several evaluations of physical or occupational therapy."""
BUNDLED = _next()
NEVER_COVERED = _next()
NEEDLING = _next()
ADD_ON = _next()
MONITORING = _next()
DATED_CODE = _next()
"""A code that began or ended."""
OWN_CLOCK = _next()
"""A code that counts minutes, outside the pool."""
ONCE = _next()
"""A code of one unit: a session, or the first step of a service that has an add-on."""
SEVERAL_OF_ONE = _next()
"""Such a code with more units, or twice."""
REPLACED_CODE = _next()
"""A code that a profile of the payer has another one for."""

# A line or claim, by other elements.
IN_MINUTES = _next()
"""SV103 is MJ."""
BAD_UNITS = _next()
"""SV104 is no positive whole number."""
NO_DAY = _next()
"""A line without a single day of service."""
BAD_DATE = _next()
"""A date of service after today or a discharge, before birth, or past the payer's limit."""
BAD_AMOUNT = _next()
"""An amount that has no whole cents, or a sum that is not that of the lines."""
NO_CHARGE = _next()
BAD_POINTER = _next()
BAD_NPI = _next()
PRACTITIONER = _next()
"""A physician or practitioner by taxonomy code."""
ODD_TAXONOMY = _next()
"""Somebody who may not render, or a chiropractor."""
OTHER_TAXONOMY = _next()
"""A rendering provider of another discipline than a line."""
OTHER_RECORD = _next()
"""A record of another discipline than a line, or lines of several."""
NO_REFERRING = _next()
"""A profile wants a referring provider, and the claim as a whole has none."""
AUTHORIZATION = _next()
"""A profile wants an authorization."""
ODD_PLACE = _next()
"""A place of service at a distance, or one that a profile refuses or doubts."""
CORRECTION = _next()
"""Frequency 7 or 8."""
ACCIDENT = _next()
EXTERNAL_CAUSE = _next()
"""A diagnosis of chapter 20."""
DIVIDED_DIAGNOSIS = _next()
"""A diagnosis that is not valid on every day of service."""
MISNUMBERED = _next()
TOO_MANY_LINES = _next()

# A visit.
UNITS_UNKNOWN = _next()
"""Billed and supported units cannot be compared."""
UNITS_ABOVE = _next()
UNITS_BELOW = _next()
UNITS_MISPLACED = _next()
UNBILLED_MINUTES = _next()
"""Minutes of a pooled code without a line."""
TOTAL_ONLY = _next()
"""Timed minutes are known in all, and not by code."""
UNMENTIONED = _next()
"""Records do not name a timed line."""
RECORD_SILENT = _next()
"""No record, none signed, or none that names a code."""
NO_MINUTES = _next()
"""A timed line of which nothing gives minutes."""
CLOCK = _next()
"""Clock times that overlap, or that are missing."""
TOTALS_DISAGREE = _next()
MINUTES_DISAGREE = _next()
"""Record and claim disagree, or the record has group treatment."""
ASSISTANT_MINUTES = _next()
ASSISTANT_SHARE = _next()
"""CQ or CO is missing, needless or on the wrong number of units, or cannot be judged."""
ASSISTED_PRACTITIONER = _next()
"""An assistant's minutes, and a claim with a practitioner."""
DAY_LIMIT = _next()
"""The profile limits the timed units of a day."""
THRESHOLD = _next()
"""The profile asks for KX."""

# A patient.
LEDGER = _next()
"""What earlier files sent is known."""
SEVERAL_CLAIMS = _next()
REPEATED = _next()
"""A copy of a claim, a repeated line, or a claim number that another patient has."""
DOUBTFUL_RECORD = _next()
"""A record row that fits several claims, that cannot be read, or that was counted in a way to be told."""
PAIR_UNKNOWN = _next()
"""A code pair of a day of which no table can tell."""
PAIR_NEVER = _next()
"""A code pair that is never paid."""
PAIR_MODIFIER = _next()
"""A code pair that a modifier can lift."""
EXTRA_PAIR = _next()
"""A profile has pairs of its own."""
LIMIT = _next()
"""Units of a day that may be above a limit, or without a limit."""
