"""The facts that a rule may name as its precondition (``when``), as bits of one integer.

A fact may hold where the rule finds nothing; it must hold wherever the rule yields anything, or marks a table as stale.
A patient has the facts of all its claims and visits, a visit those of all claims of its patient.
"""

from itertools import count

_bits = (1 << place for place in count())

EVERY = -1
"""All facts at once: for whom nothing is known, so that every rule has to look."""

# A line, by SV101.
NOT_IN_TABLE = next(_bits)
"""The code is not in the therapy code table, or not billed as HCPCS."""
NO_DISCIPLINE = next(_bits)
"""None of GP, GO and GN."""
SEVERAL_DISCIPLINES = next(_bits)
"""Two of GP, GO and GN."""
AGAINST_TABLE = next(_bits)
"""GP, GO or GN that the therapy code table does not have for the code."""
ASSISTANT_MODIFIER = next(_bits)
"""CQ or CO."""
DISORDERED = next(_bits)
"""Modifiers in another order than the payers' that want one."""
REPEATED_MODIFIER = next(_bits)
BOTH_DISTINCT = next(_bits)
"""59 and an X modifier."""
UNPAIRED_ASSISTANT = next(_bits)
"""CQ without GP, or CO without GO."""
KX = next(_bits)
DISTINCT_SERVICE = next(_bits)
"""59 or an X modifier."""
NCCI_MODIFIER = next(_bits)
"""A modifier that lifts a code pair."""
UNKNOWN_MODIFIER = next(_bits)
LIABILITY = next(_bits)
"""GA, GX, GY or GZ."""
EVALUATION_MODIFIER = next(_bits)
"""25."""
REDUCED = next(_bits)
"""52."""
REMOTE_MODIFIER = next(_bits)
"""A modifier of telehealth."""
EVALUATION_OR_DEVICE = next(_bits)
"""A code that no assistant furnishes."""
EVALUATION = next(_bits)
"""An evaluation of physical or occupational therapy."""
TWO_EVALUATIONS = next(_bits)
"""Several evaluations of physical or occupational therapy."""
BUNDLED = next(_bits)
NEVER_COVERED = next(_bits)
NEEDLING = next(_bits)
ADD_ON = next(_bits)
MONITORING = next(_bits)
DATED_CODE = next(_bits)
"""A code that began or ended."""
OWN_CLOCK = next(_bits)
"""A code that counts minutes, outside the pool."""
ONCE = next(_bits)
"""A code of one unit: a session, or the first step of a service that has an add-on."""
SEVERAL_OF_ONE = next(_bits)
"""Such a code with more units, or twice."""
REPLACED_CODE = next(_bits)
"""A code that a profile of the payer has another one for."""

# A line or claim, by other elements.
IN_MINUTES = next(_bits)
"""SV103 is MJ."""
BAD_UNITS = next(_bits)
"""SV104 is no positive whole number."""
NO_DAY = next(_bits)
"""A line without a single day of service."""
BAD_DATE = next(_bits)
"""A date of service after today or a discharge, before birth, or past the payer's limit."""
BAD_AMOUNT = next(_bits)
"""An amount that has no whole cents, or a sum that is not that of the lines."""
NO_CHARGE = next(_bits)
BAD_POINTER = next(_bits)
BAD_NPI = next(_bits)
PRACTITIONER = next(_bits)
"""A physician or practitioner by taxonomy code."""
ODD_TAXONOMY = next(_bits)
"""Somebody who may not render, or a chiropractor."""
OTHER_TAXONOMY = next(_bits)
"""A rendering provider of another discipline than a line."""
OTHER_RECORD = next(_bits)
"""A record of another discipline than a line, or lines of several."""
NO_REFERRING = next(_bits)
"""A profile wants a referring provider, and the claim as a whole has none."""
AUTHORIZATION = next(_bits)
"""A profile wants an authorization."""
ODD_PLACE = next(_bits)
"""A place of service at a distance, or one that a profile refuses or doubts."""
CORRECTION = next(_bits)
"""Frequency 7 or 8."""
ACCIDENT = next(_bits)
EXTERNAL_CAUSE = next(_bits)
"""A diagnosis of chapter 20."""
DIVIDED_DIAGNOSIS = next(_bits)
"""A diagnosis that is not valid on every day of service."""
MISNUMBERED = next(_bits)
TOO_MANY_LINES = next(_bits)

# A visit.
UNITS_UNKNOWN = next(_bits)
"""Billed and supported units cannot be compared."""
UNITS_ABOVE = next(_bits)
UNITS_BELOW = next(_bits)
UNITS_MISPLACED = next(_bits)
UNBILLED_MINUTES = next(_bits)
"""Minutes of a pooled code without a line."""
TOTAL_ONLY = next(_bits)
"""Timed minutes are known in all, and not by code."""
UNMENTIONED = next(_bits)
"""Records do not name a timed line."""
RECORD_SILENT = next(_bits)
"""No record, none signed, or none that names a code."""
NO_MINUTES = next(_bits)
"""A timed line of which nothing gives minutes."""
CLOCK = next(_bits)
"""Clock times that overlap, or that are missing."""
TOTALS_DISAGREE = next(_bits)
MINUTES_DISAGREE = next(_bits)
"""Record and claim disagree, or the record has group treatment."""
ASSISTANT_MINUTES = next(_bits)
ASSISTANT_SHARE = next(_bits)
"""CQ or CO is missing, needless or on the wrong number of units, or cannot be judged."""
ASSISTED_PRACTITIONER = next(_bits)
"""An assistant's minutes, and a claim with a practitioner."""
DAY_LIMIT = next(_bits)
"""The profile limits the timed units of a day."""
THRESHOLD = next(_bits)
"""The profile asks for KX."""

# A patient.
LEDGER = next(_bits)
"""What earlier files sent is known."""
SEVERAL_CLAIMS = next(_bits)
REPEATED = next(_bits)
"""A copy of a claim, a repeated line, or a claim number that another patient has."""
DOUBTFUL_RECORD = next(_bits)
"""A record row that fits several claims, that cannot be read, or that was counted in a way to be told."""
PAIR_UNKNOWN = next(_bits)
"""A code pair of a day of which no table can tell."""
PAIR_NEVER = next(_bits)
"""A code pair that is never paid."""
PAIR_MODIFIER = next(_bits)
"""A code pair that a modifier can lift."""
EXTRA_PAIR = next(_bits)
"""A profile has pairs of its own."""
LIMIT = next(_bits)
"""Units of a day that may be above a limit, or without a limit."""

THERE = next(_bits)
"""Holds always: the precondition of a rule that names none."""
