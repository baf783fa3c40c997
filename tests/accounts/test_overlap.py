"""Account mapping: counts, who is the same, names where both agree, keyed lists that show nothing."""

from __future__ import annotations

import base64
import hashlib
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from click.testing import CliRunner

from beachhead.accounts import keys
from beachhead.accounts.overlap import (
    NOT_LISTED,
    keyed_table,
    overlap,
    read_account_list,
    with_keys,
)
from beachhead.cli.overlap import command
from beachhead.errors import BadInput

OURS = """\
Account Name,Website,Type,agrees
Kestrel Valves GmbH,https://www.kestrel-valves.example/en,Customer,yes
Müller & Söhne GmbH & Co. KG,,Customer,yes
Grauwald Bank AG,grauwald.example,Prospect,yes
Open Air Ltd,openair.example,Open opportunity,no
Only Ours AS,only-ours.example,Customer,yes
Twice B.V.,twice.example,Prospect,yes
TWICE,twice.example,Customer,yes
Contoso Systems,contoso.example,Partner,
"""
THEIRS = """\
Company name;Company Domain Name;Lifecycle Stage
Kestrel Valves;kestrel-valves.example;Customer
Mueller u. Soehne;;Lead
MULLER UND SOHNE;;Customer
Grauwald Bank;grauwald-bank.example;Opportunity
Grauwald Bank Aktien;grauwald.example;Customer
Openair Limited;OPENAIR.example;Customer
Twice;twice.example;Lead
Only Theirs;only-theirs.example;Customer
"""
SECRET = "three blind mice and a cat\n"


@pytest.fixture
def lists(tmp_path: Path) -> tuple[Path, Path]:
    ours, theirs = tmp_path / "ours.csv", tmp_path / "theirs.csv"
    ours.write_text(OURS)
    theirs.write_text(THEIRS)
    (tmp_path / "secret.txt").write_text(SECRET)
    return ours, theirs


def counts(matrix: pl.DataFrame) -> dict[tuple[str, str], int]:
    return {(a, b): n for a, b, n in matrix.iter_rows() if n}


EXPECTED = {
    ("customers", "customers"): 2,  # Kestrel by domain, Müller by name
    ("customers", "prospects"): 1,  # Twice, once a customer of ours
    ("open opportunities", "customers"): 1,
    ("prospects", "customers"): 1,  # Grauwald: the domain decides, not the like name with another domain
    ("customers", NOT_LISTED): 1,
    (NOT_LISTED, "customers"): 1,
    (NOT_LISTED, "open opportunities"): 1,
    (NOT_LISTED, "prospects"): 1,
}


def test_it_counts_each_pair_of_populations(lists: tuple[Path, Path]) -> None:
    found = overlap(*(read_account_list(path) for path in lists))
    assert counts(found.matrix) == EXPECTED
    assert any("1 partners were left out" in note for note in found.notes)
    assert any("1 rows repeat" in note for note in found.notes)


def test_every_account_is_counted_once(lists: tuple[Path, Path]) -> None:
    ours, theirs = (read_account_list(path) for path in lists)
    matrix = overlap(ours, theirs).matrix
    for side, accounts in (("ours", ours), ("theirs", theirs)):
        listed = matrix.filter(pl.col(side) != NOT_LISTED)
        for population, rows in accounts.rows.group_by("population"):
            assert listed.filter(pl.col(side) == population[0])["accounts"].sum() == rows.height


def test_it_is_the_same_seen_from_the_other_side(lists: tuple[Path, Path]) -> None:
    ours, theirs = (read_account_list(path) for path in lists)
    one, other = counts(overlap(ours, theirs).matrix), counts(overlap(theirs, ours).matrix)
    assert one == {(b, a): n for (a, b), n in other.items()}


def test_names_are_shown_where_both_sides_agree(lists: tuple[Path, Path]) -> None:
    names = overlap(*(read_account_list(path) for path in lists)).names
    assert set(names["name"]) == {
        "Kestrel Valves GmbH",
        "Müller & Söhne GmbH & Co. KG",
        "Grauwald Bank AG",
        "TWICE",
    }


def test_keys_find_the_same_and_show_nothing(lists: tuple[Path, Path], tmp_path: Path) -> None:
    ours, theirs = (read_account_list(path) for path in lists)
    path = tmp_path / "keyed.csv"
    keyed_table(with_keys(theirs, SECRET)).write_csv(path)
    text = path.read_text().lower()
    assert not any(word in text for word in ("kestrel", "grauwald", "example", "openair"))
    handed_over = read_account_list(path)
    assert counts(overlap(ours, handed_over, SECRET).matrix) == EXPECTED
    assert counts(overlap(with_keys(ours, SECRET), handed_over).matrix) == EXPECTED
    # we see our own names, as far as both agree
    assert "Kestrel Valves GmbH" in overlap(ours, handed_over, SECRET).names["name"].to_list()


def test_the_order_of_a_keyed_list_tells_nothing(lists: tuple[Path, Path]) -> None:
    theirs = with_keys(read_account_list(lists[1]), SECRET)
    table = keyed_table(theirs)
    assert table["key_name"].to_list() == sorted(table["key_name"])
    again = keyed_table(with_keys(read_account_list(lists[1]), SECRET))
    assert table.equals(again)


def test_another_secret_gives_other_keys(lists: tuple[Path, Path]) -> None:
    accounts = read_account_list(lists[0])
    one, other = with_keys(accounts, SECRET), with_keys(accounts, SECRET + "x")
    assert not set(one.rows["name"]) & set(other.rows["name"])
    with pytest.raises(BadInput, match="different secrets"):
        overlap(one, other)


def test_what_cannot_be_compared_is_refused(lists: tuple[Path, Path], tmp_path: Path) -> None:
    ours, theirs = (read_account_list(path) for path in lists)
    with pytest.raises(BadInput, match="too short"):
        with_keys(ours, "password")
    with pytest.raises(BadInput, match="the secret that it was keyed with"):
        overlap(ours, with_keys(theirs, SECRET))
    with pytest.raises(BadInput, match="keys already"):
        with_keys(with_keys(ours, SECRET), SECRET)
    nameless = tmp_path / "x.csv"
    nameless.write_text("Amount,Stage\n3,Open\n")
    with pytest.raises(BadInput, match="names of accounts"):
        read_account_list(nameless)
    broken = tmp_path / "keyed.csv"
    broken.write_text("key_domain,key_name\nabc,def\n")
    with pytest.raises(BadInput, match="no keyed list"):
        read_account_list(broken)


def test_a_list_that_says_nothing_more_is_one_of_customers(tmp_path: Path) -> None:
    plain = tmp_path / "plain.csv"
    plain.write_text("Company\nKestrel Valves\nAn\xa0 Other\n")
    accounts = read_account_list(plain)
    assert accounts.rows["population"].to_list() == ["customers"] * 2
    assert any("counted as customers" in note for note in accounts.notes)


def test_a_workspace_is_a_list(tmp_path: Path, lists: tuple[Path, Path]) -> None:
    folder = tmp_path / "ws"
    folder.mkdir()
    (folder / "accounts.csv").write_text(
        "account,name,kind,domain\n1,Kestrel Valves GmbH,customer,\n"
        "2,Grauwald,prospect,grauwald.example\n3,Open,prospect,\n"
    )
    (folder / "opportunities.csv").write_text("opportunity,account,outcome\na,3,open\nb,2,lost\n")
    accounts = read_account_list(folder)
    assert dict(accounts.rows.select("shown", "population").iter_rows()) == {
        "Kestrel Valves GmbH": "customers",
        "Grauwald": "prospects",
        "Open": "open opportunities",
    }
    shared = overlap(accounts, read_account_list(lists[1])).matrix.filter(
        (pl.col("ours") != NOT_LISTED) & (pl.col("theirs") != NOT_LISTED)
    )
    assert counts(shared) == {("customers", "customers"): 1, ("prospects", "customers"): 1}


def test_the_command_shows_the_matrix_and_names_only_when_asked(lists: tuple[Path, Path]) -> None:
    ours, theirs = map(str, lists)
    plain = CliRunner().invoke(command, [ours, theirs])
    assert plain.exit_code == 0, plain.output
    assert "customers" in plain.output
    assert "Kestrel" not in plain.output
    named = CliRunner().invoke(command, [ours, theirs, "--names"])
    assert "Kestrel Valves GmbH" in named.output
    assert "1 more, which one side did not agree to name" in named.output
    assert "Open Air" not in named.output


def test_the_command_writes_a_keyed_list_that_agrees_only_when_told(
    lists: tuple[Path, Path], tmp_path: Path
) -> None:
    ours, theirs = map(str, lists)
    secret, keyed = str(tmp_path / "secret.txt"), tmp_path / "keyed.csv"
    run = CliRunner().invoke(command, [theirs, "--keyed", str(keyed), "--secret", secret])
    assert run.exit_code == 0, run.output
    assert set(pl.read_csv(keyed)["agrees"]) == {"no"}
    matrix = tmp_path / "matrix.csv"
    shown = CliRunner().invoke(command, [ours, str(keyed), "--secret", secret, "--names", "-o", str(matrix)])
    assert shown.exit_code == 0, shown.output
    assert "Kestrel" not in shown.output
    assert counts(pl.read_csv(matrix)) == EXPECTED
    CliRunner().invoke(command, [theirs, "--keyed", str(keyed), "--secret", secret, "--names"])
    shown = CliRunner().invoke(command, [ours, str(keyed), "--secret", secret, "--names"])
    assert "Kestrel Valves GmbH" in shown.output


@pytest.mark.parametrize(
    ("ours", "theirs", "same"),
    [
        ("acme.example", "acme-bakery.example", 0),  # two firms of one name
        ("acme.example", "acme.example", 1),
        ("acme.example", "", 1),
        ("", "", 1),
    ],
)
def test_one_name_is_one_firm_unless_both_domains_are_known_and_differ(
    tmp_path: Path, ours: str, theirs: str, same: int
) -> None:
    for name, domain in (("ours", ours), ("theirs", theirs)):
        (tmp_path / f"{name}.csv").write_text(f"Account Name,Website,Type\nAcme Ltd,{domain},Customer\n")
    found = overlap(read_account_list(tmp_path / "ours.csv"), read_account_list(tmp_path / "theirs.csv"))
    assert counts(found.matrix).get(("customers", "customers"), 0) == same
    assert found.names.height == same


@pytest.mark.parametrize(
    "secret",
    [
        "aaaaaaaaaaaaaaaaaaaaaaaa", "1234567890123456", "abcdefghijklmnopqrst", "qwertyuiopasdfgh",
        "passwordpassword", "Password123456789!", "letmein letmein letmein", "Sommer2009Sommer2009",
    ],
)  # fmt: skip
def test_a_secret_that_can_be_guessed_is_refused(lists: tuple[Path, Path], secret: str) -> None:
    with pytest.raises(BadInput, match=r"too easy to guess \(about \d+ bits"):
        with_keys(read_account_list(lists[0]), secret)


def test_a_secret_made_by_chance_is_taken() -> None:
    rng = np.random.default_rng(1)
    for _ in range(300):
        made = rng.bytes(16)
        assert keys.strength(made.hex()) >= keys.LEAST_BITS
        assert keys.strength(base64.urlsafe_b64encode(made).decode()) >= keys.LEAST_BITS


def test_keys_are_slow_ones_and_the_cost_stands_in_the_list(lists: tuple[Path, Path], tmp_path: Path) -> None:
    theirs = with_keys(read_account_list(lists[1]), SECRET)
    key = hashlib.scrypt(
        SECRET.strip().encode(), salt=b"beachhead overlap 2", n=2**17, r=8, p=1, maxmem=2**28, dklen=32
    )
    made = hashlib.scrypt(b"domain kestrel-valves.example", salt=key, n=2**9, r=8, p=1, dklen=32).hex()
    assert made in theirs.rows["domain"].to_list()
    table = keyed_table(theirs)
    assert table["cost"].unique().to_list() == ["scrypt 131072 512"]
    cheap = tmp_path / "cheap.csv"
    table.with_columns(cost=pl.lit("scrypt 2 2")).write_csv(cheap)
    with pytest.raises(BadInput, match="keyed at another cost"):
        read_account_list(cheap)
    old = tmp_path / "old.csv"
    table.drop("cost").write_csv(old)
    with pytest.raises(BadInput, match="no keyed list"):
        read_account_list(old)
