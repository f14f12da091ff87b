"""What the user probably meant by a word that nobody knows."""

from collections.abc import Collection


def suggest(word: str, known: Collection[str], otherwise: str = "", *, likeness: float = 0.6) -> str:
    """A sentence that names the known word nearest to ``word``, or ``otherwise``; it begins with a space, or is empty.

    Letter case does not count against a word, so that "u101" finds "U101". ``likeness``, 0 to 1, is
    the least that difflib must find.
    """
    # Only needed once something is wrong; difflib costs start-up time.
    from difflib import get_close_matches

    by_folded = {candidate.casefold(): candidate for candidate in sorted(known)}
    near = get_close_matches(word.casefold(), by_folded, n=1, cutoff=likeness)
    if near:
        return f' Did you mean "{by_folded[near[0]]}"?'
    return f" {otherwise}" if otherwise else ""
