"""Words and their stems: "financing", "financed" and "finances" are one word to a search.

The stemmer is Porter's (An algorithm for suffix stripping, Program 14(3), 1980) with British -ise beside -ize.
"""

from __future__ import annotations

import re
from functools import cache
from itertools import pairwise

_WORD = re.compile(r"[^\W\d_]+|\d+")
_NEGATED = re.compile(r"n['’]t\b")
_STEP_2 = (
    ("ational", "ate"), ("tional", "tion"), ("enci", "ence"), ("anci", "ance"), ("izer", "ize"), ("iser", "ise"),
    ("abli", "able"), ("alli", "al"), ("entli", "ent"), ("eli", "e"), ("ousli", "ous"), ("ization", "ize"),
    ("isation", "ise"), ("ation", "ate"), ("ator", "ate"), ("alism", "al"), ("iveness", "ive"),
    ("fulness", "ful"), ("ousness", "ous"), ("aliti", "al"), ("iviti", "ive"), ("biliti", "ble"),
)  # fmt: skip
_STEP_3 = (
    ("icate", "ic"), ("ative", ""), ("alize", "al"), ("alise", "al"), ("iciti", "ic"), ("ical", "ic"), ("ful", ""),
    ("ness", ""),
)  # fmt: skip
_STEP_4 = (
    "ement", "ance", "ence", "able", "ible", "ment", "ant", "ent", "ism", "ate", "iti", "ous", "ive", "ize", "ise",
    "al", "er", "ic", "ou",
)  # fmt: skip


def words(text: str) -> list[str]:
    """The words of ``text`` in lower case; "don't" is do, not."""
    return _WORD.findall(_NEGATED.sub(" not", text.casefold()).replace("'", " ").replace("’", " "))


def stems(text: str) -> list[str]:
    """The stems of the words of ``text``, in their order."""
    return [stem(word) for word in words(text)]


@cache
def stem(word: str) -> str:
    """The stem of a word in lower case."""
    if len(word) < 3:
        return word
    word = _verb_ending(_plural(word))
    if word.endswith("y") and _has_vowel(word[:-1]):
        word = word[:-1] + "i"
    word = _replaced(word, _STEP_2)
    word = _replaced(word, _STEP_3)
    return _tidied(_last_suffix(word))


def _plural(word: str) -> str:
    if word.endswith(("sses", "ies")):
        return word[:-2]
    return word[:-1] if word.endswith("s") and not word.endswith("ss") else word


def _verb_ending(word: str) -> str:
    """Without -ed and -ing: "planned" → plan, "hoping" → hope, "agreed" → agree."""
    if word.endswith("eed"):
        return word[:-1] if _measure(word[:-3]) > 0 else word
    for ending in ("ed", "ing"):
        short = word.removesuffix(ending)
        if short != word and _has_vowel(short):
            if short.endswith(("at", "bl", "iz", "is")):
                return short + "e"
            if _doubled(short) and short[-1] not in "lsz":
                return short[:-1]
            return short + "e" if _measure(short) == 1 and _short_syllable(short) else short
    return word


def _replaced(word: str, endings: tuple[tuple[str, str], ...]) -> str:
    for ending, by in endings:
        if word.endswith(ending):
            short = word.removesuffix(ending)
            return short + by if _measure(short) > 0 else word
    return word


def _last_suffix(word: str) -> str:
    for ending in _STEP_4:
        if word.endswith(ending):
            short = word.removesuffix(ending)
            return short if _measure(short) > 1 else word
    short = word.removesuffix("ion")
    return short if short != word and short.endswith(("s", "t")) and _measure(short) > 1 else word


def _tidied(word: str) -> str:
    if word.endswith("e"):
        short = word[:-1]
        if _measure(short) > 1 or (_measure(short) == 1 and not _short_syllable(short)):
            word = short
    return word[:-1] if word.endswith("ll") and _measure(word) > 1 else word


def _vowel(word: str, i: int) -> bool:
    return word[i] in "aeiou" or (word[i] == "y" and i > 0 and not _vowel(word, i - 1))


def _has_vowel(word: str) -> bool:
    return any(_vowel(word, i) for i in range(len(word)))


def _measure(word: str) -> int:
    """How often a vowel is followed by a consonant: Porter's m."""
    kinds = [_vowel(word, i) for i in range(len(word))]
    return sum(a and not b for a, b in pairwise(kinds))


def _doubled(word: str) -> bool:
    return len(word) > 1 and word[-1] == word[-2] and not _vowel(word, len(word) - 1)


def _short_syllable(word: str) -> bool:
    """Consonant, vowel, consonant at the end, the last not w, x or y."""
    n = len(word)
    return (
        n > 2
        and not _vowel(word, n - 1)
        and _vowel(word, n - 2)
        and not _vowel(word, n - 3)
        and word[-1] not in "wxy"
    )
