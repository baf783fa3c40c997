"""Encodings are told where they can be, and refused, never guessed, where they cannot."""

from __future__ import annotations

from pathlib import Path

import pytest

from beachhead.errors import BadInput
from beachhead.tables.encodings import decode, western
from beachhead.tables.files import read_text_table

WESTERN = [
    "Müller & Söhne, Straße 5; Größe – „ja“ 5 €",
    "Société Générale, l’Œuvre d’été, crème brûlée, Noël, Ça ira",
    "Peña Nieto; ¿Qué? – Compañía Española, n.º 5",
    "São Paulo, Ação, Três Corações",
    "Città di Forlì, perché, È più",
    "Ærø Møbler, Åse; Jyväskylä, Malmö",
    "Zürich £5 20° ×2 ©2008 Acme™",
    "MÜLLER GMBH, CAFÉ, SOCIÉTÉ",
]
FOREIGN = {
    "cp1250": "Dvořák,Příbram,Česká spořitelna,Łódź,Kovačić,Győr",
    "mac_roman": "Müller,Köln,Société Générale,Straße",
    "cp437": "Müller,Köln,Café Société,Größe",
    "cp850": "Müller,Köln,Café Société,Größe",
    "shift_jis": "株式会社,東京,ソフトウェア",
    "cp1251": "Москва,Газпром,Сбербанк",
    "cp1254": "Şişecam,İstanbul,Türkiye İş Bankası",
    "gb18030": "中国,软件,北京",
    "cp1253": "Αθήνα,Ελλάδα",
    "euc_kr": "삼성전자,서울",
}


@pytest.mark.parametrize("text", WESTERN)
def test_western_words_are_cp1252(text: str) -> None:
    assert decode(text.encode("cp1252"), "t.csv") == (text, "cp1252")


@pytest.mark.parametrize("encoding", FOREIGN)
def test_words_of_other_encodings_are_refused_and_read_when_stated(tmp_path: Path, encoding: str) -> None:
    names = FOREIGN[encoding].split(",")
    path = tmp_path / "names.csv"
    path.write_bytes("\n".join(["name", "Ash", *names]).encode(encoding))
    with pytest.raises(
        BadInput, match=r"names.csv, row 3: the encoding of this text cannot be told.*encoding"
    ):
        read_text_table(path)
    read = read_text_table(path, encoding=encoding)
    assert read.frame["name"].to_list() == ["Ash", *names]
    assert any("read as" in note for note in read.notes)


def test_a_few_foreign_names_among_many_are_no_other_encoding() -> None:
    assert western(" ".join(["Škoda", *(f"M{a}{b}ü" for a in "abcdefg" for b in "abcdefg")]))
    assert not western("Škoda Müller Köln")


def test_a_stated_encoding_that_is_none_or_does_not_fit() -> None:
    with pytest.raises(BadInput, match=r"'cp1251x' is not known \(did you mean 'cp1251'\?\)"):
        decode(b"a", "t.csv", "cp1251x")
    with pytest.raises(BadInput, match="row 2: this text is not in utf-8"):
        decode(b"a\n\xff", "t.csv", "utf-8")
    with pytest.raises(BadInput, match="not in shift_jis"):
        decode(b"\xff\xff", "t.csv", "shift_jis")
    with pytest.raises(BadInput):
        decode(b"a", "t.csv", "base64")
