"""Packs: which serves a workspace, what of it reaches whom, and how the core's slots are filled."""

from __future__ import annotations

from pathlib import Path

import pytest

from beachhead.errors import BadInput, BadKnowledge
from beachhead.practice.matching import holds
from beachhead.practice.offering_library import offerings
from beachhead.practice.packs import product_packs, serving
from beachhead.practice.playbook import book_of, playbook
from beachhead.practice.slots import Word, filled, filled_model
from beachhead.tables.workspace import Workspace
from tests.practice.play_models import facts

SERVERS = "server-virtualisation"
WORDS = ("server", "virtual", "vmware", "hypervisor", "licence")


def with_products(folder: Path, table: str, settings: str = "") -> Workspace:
    (folder / "products.csv").write_text(table, encoding="utf-8")
    (folder / "beachhead.toml").write_text(settings, encoding="utf-8")
    return Workspace(folder)


@pytest.mark.parametrize(
    ("table", "settings", "served"),
    [
        ("product,name\nv,VMware Infrastructure 3\n", "", (SERVERS,)),
        ("product,need\nx,Server virtualisation\n", "", (SERVERS,)),
        ("product,name\ntruck,Electric truck\n", "", ()),
        ("product,name\nservers,Vmwarelike trucks\n", "", ()),
        (f"product,pack\ntruck,{SERVERS}\n", "", (SERVERS,)),
        ("product,name\nv,VMware\n", 'pack = "core"\n', ()),
        ("product,name\ntruck,Electric truck\n", f'pack = "{SERVERS}"\n', (SERVERS,)),
        ("product,name,pack\nv,VMware,core\n", "", ()),
    ],
)
def test_a_pack_serves_where_products_are_of_it(
    tmp_path: Path, table: str, settings: str, served: tuple[str, ...]
) -> None:
    assert serving(with_products(tmp_path, table, settings)) == served


def test_products_that_only_purchases_name_are_recognised_too(tmp_path: Path) -> None:
    (tmp_path / "purchases.csv").write_text(
        "account,product,date\n1,VMware ESX,2008-01-01\n", encoding="utf-8"
    )
    assert product_packs(Workspace(tmp_path)) == {"VMware ESX": SERVERS}


@pytest.mark.parametrize(
    ("table", "settings"),
    [("product\nx\n", 'pack = "servers"\n'), ("product\nx\n", "pack = 3\n"), ("product,pack\nx,vm\n", "")],
)
def test_an_unknown_pack_is_refused_with_those_at_hand(tmp_path: Path, table: str, settings: str) -> None:
    with pytest.raises(BadInput, match=SERVERS):
        playbook(with_products(tmp_path, table, settings))


def test_the_core_serves_any_technology_without_a_word_of_servers(tmp_path: Path) -> None:
    there = with_products(tmp_path, "product,name\ntruck,Electric truck\n")
    book, offered = playbook(there), offerings(there)
    assert 30 <= len(book.plays) < len(playbook().plays)
    assert {play.offering for play in book.plays.values()} - {None} <= set(offered)
    for play in book.plays.values():
        assert set(play.answers) <= set(book.objections)
        said = play.model_dump(include={"know", "say", "not_say", "show", "do", "for_customer", "audience"})
        assert [w for w in WORDS if w in str(said).casefold()] == [], play.id
    for one in offered.values():
        assert [w for w in WORDS if w in one.model_dump_json(exclude={"licence"}).casefold()] == [], one.id


def test_a_pack_of_the_workspace_serves_and_replaces_what_has_its_id(tmp_path: Path) -> None:
    home = tmp_path / "packs" / "trucks"
    home.mkdir(parents=True)
    head = "version: 1\nlanguage: en\nauthor: x\nlicence: x\nsource: judgement\n"
    pack = f"id: trucks\n{head}technology: Trucks\nvalid_from: 2020-01-01\naliases: [electric truck]\n"
    (home / "pack.yaml").write_text(pack + "slots: {unit: truck}\n", encoding="utf-8")
    there = with_products(tmp_path, "product,name\nt,Electric trucks\n")
    assert serving(there) == ("trucks",)
    assert "how long a new truck takes" in str(playbook(there).plays["make-it-used"].say)
    (home / "pack.yaml").write_text(pack.replace("id: trucks", "id: lorries"), encoding="utf-8")
    with pytest.raises(BadKnowledge, match="not the name of the folder"):
        playbook(Workspace(tmp_path))


def test_nothing_of_a_pack_reaches_an_account_that_owns_only_products_of_another(tmp_path: Path) -> None:
    there = with_products(tmp_path, "product,name,pack\nv,VMware,\ntruck,Truck,core\n")
    book = playbook(there)
    name = next(iter(book.elsewhere))
    rows = [{"products_owned": owned} for owned in (["v"], ["truck"], ["v", "truck"], None)]
    table, lines = facts(*rows), book.grounds[name]
    always = type(lines[0])(
        lines[0].condition.parse("account IS NOT NULL", {"account": table["account"].dtype}), lines[0].because
    )
    one = type(book)({name: book.plays[name]}, {}, {name: (always,)}, {}, {name: book.elsewhere[name]})
    assert holds(table, one)[name].to_list() == [True, False, True, True]


def test_slots_have_articles_plurals_and_capitals() -> None:
    slots = {"unit": Word(one="electric truck"), "one": Word(one="unit", many="unit sets")}
    assert filled("<A unit>, <many unit>; <Unit>, <a one>: <many one>", slots) == (
        "An electric truck, electric trucks; Electric truck, a unit: unit sets"
    )


def test_an_unknown_slot_is_told() -> None:
    play = next(iter(book_of().plays.values()))
    wrong = play.model_copy(update={"name": "What <a thingy> is"})
    with pytest.raises(BadKnowledge, match="no slot 'thingy'"):
        filled_model(wrong, {"thing": Word(one="x")}, "here")
