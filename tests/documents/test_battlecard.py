"""The battlecard: every play on one page, marked for colleagues."""

from __future__ import annotations

import pytest

from beachhead.documents.battlecard import FIELDS, UNDATED, battlecard_data, battlecard_pdf
from beachhead.documents.typesetting import Typesetter
from beachhead.errors import BadQuestion
from beachhead.practice.playbook import playbook
from tests.documents.readers import pdf_pages, pdf_text

BOOK = playbook()


def test_the_play_is_there_in_full() -> None:
    play = BOOK.play("partner-in-name")
    content = battlecard_pdf("They have a partner in name")
    text = pdf_text(content)
    assert "For colleagues, not for the customer" in text
    for part in (
        play.name,
        play.do.offer,
        play.do.next_step,
        "Between us:",
        "We already have a partner for that",
    ):
        assert part in text
    assert battlecard_pdf("partner-in-name") == content


def test_the_longest_plays_take_one_page() -> None:
    longest = sorted(BOOK.plays.values(), key=lambda p: len(p.model_dump_json()))[-3:]
    with Typesetter("battlecard") as sets:
        for play in longest:
            data = battlecard_data(play, BOOK, None)
            assert set(data) == set(FIELDS)
            assert pdf_pages(sets.pdf(data, made=UNDATED)) == 1


def test_an_unknown_play_is_told_with_the_nearest() -> None:
    with pytest.raises(BadQuestion, match="did you mean 'partner-in-name'"):
        battlecard_pdf("partner-in-nam")
