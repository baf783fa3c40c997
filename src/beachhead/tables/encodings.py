"""Which encoding a text is in: by its marks and its own rules, and cp1252 only where its words show it.

Bytes above 127 mean something in every eight-bit encoding, so a file of Czech names, one from an old Mac and one
from a DOS program all can be read as cp1252, wrongly. It is taken only if nearly all words with such bytes then are
words that a western language can spell; else the text is refused until the encoding is stated.
"""

from __future__ import annotations

import codecs
import re

from beachhead.errors import BadInput, did_you_mean

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_USUAL = (
    "cp1252",
    "cp1250",
    "cp1251",
    "cp1254",
    "mac_roman",
    "cp437",
    "cp850",
    "shift_jis",
    "gb18030",
    "big5",
)
_MISFITS = 0.03  # share of the words that may be foreign to all western alphabets, as Škoda is
_ALPHABETS = (  # capitals that begin words of these languages are the same letters
    "äöüß",  # German
    "àâçèéêëîïôùûüœ",  # French
    "áéíñóúüºª",  # Spanish
    "àáâãçéêíóôõúü",  # Portuguese
    "àèéìíîòóùú",  # Italian
    "åäæéöøüô",  # Danish, Norwegian, Swedish, Finnish
    "áèéëïíóöúüê",  # Dutch
    "àçèéíïòóúü",  # Catalan
)
_LETTERS = re.compile("[A-Za-z\x80-\uffff]+")
_AROUND = "„“”‘’‚«»‹›¿¡€£¥§©®™°²³ºª…–—·•±×\u00a0\u00ad"
_CLOSING_ONLY = "„‚"  # these open: behind a letter they are letters of another encoding


def decode(data: bytes, file: str, encoding: str | None = None) -> tuple[str, str]:
    """Text and its encoding: as stated, else by byte-order mark, UTF-8, UTF-16 by its zeros, or cp1252.

    Raises BadInput where none of them fits.
    """
    if encoding is not None:
        return _stated(data, file, encoding)
    for mark, name in _MARKS:
        if data.startswith(mark):
            return data.decode(name, errors="replace"), name
    if b"\0" in data:
        even, odd = data[0:4000:2].count(0), data[1:4000:2].count(0)
        if max(even, odd) * 5 < min(len(data), 4000):
            raise BadInput(
                "this is a binary file, not a table", file=file, expected="CSV, XLSX, Parquet or JSON"
            )
        name = "utf-16-be" if even > odd else "utf-16-le"
        return data.decode(name, errors="replace"), name
    try:
        return data.decode("utf-8"), "utf-8"
    except UnicodeDecodeError as error:
        odd_one = error.start
    text = data.decode("cp1252", errors="replace")
    if not western(text):
        line = data.count(b"\n", 0, odd_one) + 1
        raise BadInput(
            "the encoding of this text cannot be told",
            file=file,
            row=line,
            expected="a file saved as UTF-8, or its encoding stated (encoding, such as cp1250, mac_roman, cp850 or "
            "shift_jis)",
        )
    return text, "cp1252"


def _stated(data: bytes, file: str, encoding: str) -> tuple[str, str]:
    try:
        name = codecs.lookup(encoding).name
        text = data.decode(name)
    except LookupError:
        raise BadInput(
            f"the encoding {encoding!r} is not known{did_you_mean(encoding, _USUAL)}",
            file=file,
            expected=f"one such as {', '.join(_USUAL)}",
        ) from None
    except (UnicodeError, ValueError) as error:
        at = getattr(error, "start", 0)
        raise BadInput(
            f"this text is not in {encoding}",
            file=file,
            row=data.count(b"\n", 0, at) + 1,
            expected="the encoding that it was saved in",
        ) from None
    if not isinstance(text, str):
        raise BadInput(f"{encoding!r} is no encoding of text", file=file, expected="one such as cp1250")
    return text.removeprefix("\ufeff"), name


def western(text: str) -> bool:
    """Whether nearly all words with letters beyond a–z are ones that a western language can spell."""
    words = {word for word in _LETTERS.findall(text) if not word.isascii()}
    foreign = sum(not _spellable(word) for word in words)
    return foreign <= _MISFITS * len(words)


def _spellable(word: str) -> bool:
    core = word.lstrip(_AROUND).rstrip("".join(c for c in _AROUND if c not in _CLOSING_ONLY))
    # a word that is cut by an apostrophe, a dash or a hyphen that shows only where lines break
    return all(_one(part) for part in re.split("[’–—\u00ad\u00a0«»…/·]", core))


def _one(word: str) -> bool:
    if re.search("[a-zß-ÿ][À-ÞŠŽŒŸ]", word):
        return False
    letters = {c for c in word.lower() if not c.isascii()}
    return any(letters <= set(alphabet) for alphabet in _ALPHABETS)
