"""Keys in place of names, with which two firms compare their accounts without showing each other their lists.

A key is scrypt(name, salt = key of the secret), and the key of the secret is scrypt(secret) at a much higher cost
(Percival and Josefsson, RFC 7914). Each cost is there for one attack:

- Whoever gets hold of a list without the secret has to guess the secret. A guess costs ``SECRET_COST`` (about half a
  second and 128 MiB), so a secret of 36 bits holds for a thousand years of one core. Weaker ones are refused.
- Whoever has the secret, which the partner does, can try names: each costs ``NAME_COST`` (about 1.5 ms and half a MiB).
  That makes a list of a million firms a matter of half an hour, not of a second, and no more. Against the partner the
  keys are no secret of any name that it thinks of.

Both firms use the same costs, which are written into the list.
"""

from __future__ import annotations

import hashlib
import hmac
import itertools
import os
import re
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor

from beachhead.errors import BadInput

SECRET_COST, NAME_COST = 1 << 17, 1 << 9
"""N of scrypt; r = 8 and p = 1."""
COST = f"scrypt {SECRET_COST} {NAME_COST}"
SHORTEST_SECRET = 16  # characters
LEAST_BITS = 36
"""Guesses at a secret that are too many: 2 to this. Judgement, with half a second for each."""
_SALT = b"beachhead overlap 2"
_ROWS = (
    "abcdefghijklmnopqrstuvwxyz",
    "0123456789",
    "qwertyuiop",
    "qwertzuiop",
    "asdfghjkl",
    "zxcvbnm",
    "yxcvbnm",
)
_STEPS = {pair for row in _ROWS for pair in itertools.pairwise(row)}


def key_of(secret: str) -> bytes:
    """The key that a secret gives. Raises BadInput for one that can be found by trying."""
    text = secret.strip()
    if len(text) < SHORTEST_SECRET:
        raise BadInput(
            "the secret is too short: names could be found by trying",
            expected=f"a file that both firms hold, with at least {SHORTEST_SECRET} characters",
        )
    if (bits := strength(text)) < LEAST_BITS:
        raise BadInput(
            f"the secret is too easy to guess (about {bits:.0f} bits; at least {LEAST_BITS} are needed)",
            expected="one made by chance, such as openssl rand -hex 16 prints, or six words drawn by lot",
        )
    return hashlib.scrypt(text.encode(), salt=_SALT, n=SECRET_COST, r=8, p=1, maxmem=256 << 20, dklen=32)


def check_of(key: bytes) -> str:
    """Eight signs that tell whether two lists were made with one secret."""
    return hmac.new(key, b"which secret", "sha256").hexdigest()[:8]


def keyed(key: bytes, texts: Iterable[str]) -> dict[str, str]:
    """Each text and its key, 64 hexadecimal digits; all cores work at it."""
    distinct = sorted(set(texts))

    def one(text: str) -> str:
        return hashlib.scrypt(text.encode(), salt=key, n=NAME_COST, r=8, p=1, dklen=32).hex()

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        return dict(zip(distinct, pool.map(one, distinct, chunksize=64), strict=True))


def strength(secret: str) -> float:
    """Bits of a secret, from below: words count 2 bits a letter, what repeats or follows the keyboard next to nothing.

    A word is a run of three letters or more in which vowels and consonants take turns as they do in words.
    """
    plain = re.sub(r"(.+?)\1+", r"\1", secret.strip())
    pieces = re.findall(r"[A-Z]?[a-zà-ÿ]+|[^\W\d_]|[\W\d_]", plain)
    bits, seen, before = 0.0, set[str](), ""
    for piece in map(str.casefold, pieces):
        if len(piece) > 1:
            bits += 0 if piece in seen else _letters(piece)
            seen.add(piece)
        elif not piece.isspace():
            follows = {(before, piece), (piece, before)} & _STEPS or before == piece
            bits += 0.5 if follows else 2.0 if piece in "-_.,'" else 3.3
        before = piece[-1]
    return bits


def _letters(run: str) -> float:
    """Bits of a run of letters."""
    pairs = list(itertools.pairwise(run))
    stepped = sum((a, b) in _STEPS or (b, a) in _STEPS or a == b for a, b in pairs)
    word = len(run) > 2 and not re.search(r"[^aeiouyà-ÿ]{5}|[aeiou]{4}", run)
    by_chance = not word and len(set(run)) > len(run) / 3
    return (4.7 if by_chance and len(run) > 2 else 3.3 if by_chance else 2.0) * (
        len(run) - stepped
    ) + 0.5 * stepped
