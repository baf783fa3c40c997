"""Words that a customer must not read: in what ships there are none, and what a workspace brings is told."""

from __future__ import annotations

from importlib import resources
from pathlib import Path

import pytest
import yaml

from beachhead.documents.wording import wording
from beachhead.practice.customer_words import of_offering, told, unfit
from beachhead.practice.offering_library import check_offerings, offerings
from beachhead.practice.playbook import check_playbook
from beachhead.tables.workspace import Workspace
from tests.practice.play_models import play


@pytest.mark.parametrize(
    "text",
    [
        "a good first step with somebody who has a partner in name only",
        "For those who bought licences and have been alone with them since.",
        "The team lets go of something that it is proud of.",
        "Five days of ours and two of theirs.",
        "Sold to the early majority.",
        "This offering fits pragmatists.",
        "Ask the customer for a date.",
        "The customer's own days.",
        "A customer like this one shows its server room.",
        "Use it when an objection comes up.",
        "Fills the whitespace.",
        "The incumbent has not called.",
        "Part of the best play.",
    ],
)
def test_words_of_the_trade_and_about_a_third_person_are_found(text: str) -> None:
    assert unfit(text)


@pytest.mark.parametrize(
    "text",
    [
        "Users keep their desktops; they notice nothing.",
        "A customer of ours with the same platform.",
        "Time zones come into play at night.",
        "A reading account under a name; the account ends on a date.",
        "White walls and open space.",
    ],
)
def test_plain_words_are_left_alone(text: str) -> None:
    assert unfit(text) == []


def test_whoever_is_spoken_to_is_never_they() -> None:
    assert unfit("An hour with their team.", spoken=True) == ["their"]
    assert unfit("An hour with your team.", spoken=True) == []


@pytest.mark.parametrize("name", sorted(offerings()))
def test_a_shipped_offering_speaks_to_the_customer(name: str) -> None:
    assert [(loc, no) for loc, text in of_offering(offerings()[name]) if (no := told(text))] == []


def test_the_shipped_wording_speaks_to_the_customer() -> None:
    for one in wording().values():
        for text in one.said(customer="Kestrel", us="Harbour IT", offering="Backup").values():
            assert not unfit(text)


def test_check_tells_what_a_workspace_brings(tmp_path: Path) -> None:
    (tmp_path / "beachhead.toml").write_text('us = "Harbour IT"\nas_of = 2009-02-28\n', encoding="utf-8")
    mine = play("mine", "size > 3", know=[{"text": "Their partner is one in name only.", "public": True}])
    mine["for_customer"]["next_step"] = "An hour with their boss."
    shipped = (
        resources.files("beachhead.knowledge")
        / "packs"
        / "server-virtualisation"
        / "offerings"
        / "health-check.yaml"
    )
    one = yaml.safe_load(shipped.read_text(encoding="utf-8"))
    one |= {"id": "my-check", "about": "Good with the laggards."}
    for folder, content in (("plays", mine), ("offerings", one)):
        (tmp_path / folder).mkdir()
        text = yaml.safe_dump(content, sort_keys=False, default_flow_style=None)
        (tmp_path / folder / "mine.yaml").write_text(text, encoding="utf-8")
    said = "\n".join(check_playbook(Workspace(tmp_path)) + check_offerings(Workspace(tmp_path)))
    for words in ("'in name only'", "'their' is among colleagues", "'laggards'"):
        assert words in said
