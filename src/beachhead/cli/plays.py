"""``beachhead plays``: which play fits which account, and what to answer when a customer objects."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from rich.console import Console

    from beachhead.practice.next_plays import NextPlays
    from beachhead.practice.objections import Heard, Listened
    from beachhead.tables.workspace import Workspace

FULL = 3
"""Plays of one account that are shown in full."""
TOP = 20
"""Accounts in the list."""
OFTEN = 10
"""Plays in the list of those that come first."""


@click.command()
@click.argument("workspace", type=click.Path(path_type=Path))
@click.option("--account", help="Everything about one account: its id, its name or a part of the name.")
@click.option("--say", help="What the customer said, in its own words: what it may mean and what answers it.")
@click.option(
    "--meant",
    metavar="ID",
    help="Which objection --say was in truth, or `none`: kept in phrasings.yaml, and known from then on.",
)
def command(workspace: Path, account: str | None, say: str | None, meant: str | None) -> None:
    """What to do next at the accounts of WORKSPACE, and why.

    Matches all plays to all accounts and records that in the table play_matches: matching again updates it and
    doubles nothing. With --account the best plays of one account in full, with --say what answers an objection
    (at that account, where one is named); these two record nothing.
    """
    from beachhead.cli._play_view import console
    from beachhead.cli._progress import working
    from beachhead.tables.workspace import Workspace

    out = console()
    if meant is not None:
        _keep(Workspace(workspace), say, meant, out)
        return
    if say is not None and account is None:
        _objections(Workspace(workspace), say, out)
        return
    from beachhead.practice.next_plays import next_plays

    with working("Plays") as doing:
        found = next_plays(Workspace(workspace), say=doing)
    if account is None:
        _territory(found, out)
        return
    from beachhead.accounts.find import find_account

    one = find_account(found.facts, account)
    _heading(found, one, out)
    if say is None:
        _account(found, one, out)
    else:
        _reply(found, one, say, out)


def _territory(found: NextPlays, out: Console) -> None:
    import polars as pl

    likely = found.facts.select("account", "name", "next_buy_probability")
    best = (
        found.best()
        .join(likely, on="account", maintain_order="left")
        .sort("next_buy_probability", "score", descending=True, nulls_last=True, maintain_order=True)
    )
    fitting = found.matches.drop_nulls("rank")
    from beachhead.practice.packs import serving

    if not serving(found.workspace):
        out.print(
            "No pack of knowledge fits these products, so plays, objections and offerings are the neutral ones; name one "
            'in beachhead.toml with pack = "…", or in the column pack of products.'
        )
    out.print(
        f"{_many(len(found.book.plays), 'play')} over {_many(found.facts.height, 'account')}: "
        f"{fitting.height:,} match{'' if fitting.height == 1 else 'es'} at {_many(best.height, 'account')}."
    )
    if best.height:
        out.print("\nWhere a purchase is likeliest, and the play to begin with:", style="bold")
        rows = [
            (
                row["name"] or row["account"],
                found.book.plays[row["play"]].name,
                "; ".join(row["because"]),
                row["next_step"],
            )
            for row in best.head(TOP).iter_rows(named=True)
        ]
        _table({"Account": 3, "Play": 3, "Why": 6, "Next step": 5}, rows, out)
        if best.height > TOP:
            out.print(f"{best.height - TOP:,} more: beachhead export writes all of them.")
        out.print("\nPlays that come first most often:", style="bold")
        fits = dict(fitting["play"].value_counts().iter_rows())
        often = best.group_by("play").agg(first=pl.len()).sort("first", "play", descending=[True, False])
        often_rows = [
            (found.book.plays[p].name, p, f"{n:,}", f"{fits[p]:,}") for p, n in often.head(OFTEN).iter_rows()
        ]
        _table({"Play": 4, "Id": 3, "First at": 1, "Fits at": 1}, often_rows, out)
    counts = found.record()
    told = ", ".join(f"{n:,} {status}" for status, n in sorted(counts.items()) if status != "new")
    out.print(f"\nRecorded in play_matches: {counts['new']:,} new; in all {told or 'none'}.")
    _outcomes(found, out)


def _many(count: int, what: str) -> str:
    return f"{count:,} {what}{'' if count == 1 else 's'}"


def _table(columns: dict[str, int], rows: Iterable[Sequence[str]], out: Console) -> None:
    from rich.table import Table

    made = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="dim")
    for title, ratio in columns.items():
        made.add_column(
            title, ratio=ratio, overflow="fold", justify="right" if title.endswith(" at") else "left"
        )
    for row in rows:
        made.add_row(*row)
    out.print(made)


def _outcomes(found: NextPlays, out: Console, plays: Collection[str] | None = None) -> None:
    """What the logged outcomes say (of ``plays``, or of all), and whether the ranking uses them."""
    from beachhead.documents.words import percent, percent_range
    from beachhead.practice.outcomes import ENOUGH

    if not found.ranked_by_outcomes:
        out.print(f"Outcomes logged: {found.seen.height}. The ranking uses them from {ENOUGH} on.")
        return
    out.print(f"The ranking uses the {found.seen.height} logged outcomes; win rates with 80 % intervals:")
    shown = found.book.plays if plays is None else plays
    for row in found.rates.table().iter_rows(named=True):
        tried = row["won"] + row["lost"]
        if row["category"] is None and tried and row["play"] in shown:
            between = percent_range(row["rate-lo-80"], row["rate-hi-80"])
            out.print(f"  {row['play']}: {row['won']} won of {tried}, {percent(row['rate'])} ({between})")
    won, lost = found.without_play
    for play, probability in found.worse_than_none.items():
        if play in shown:
            out.print(
                f"  {play} does worse than opportunities closed without a play ({won} won of {won + lost}): "
                f"probability {percent(probability)}. Change it or leave it out."
            )


def _heading(found: NextPlays, account: str, out: Console) -> None:
    from beachhead.accounts.fact_columns import SCHEMA
    from beachhead.accounts.sentences import Sentence

    row = found.facts.filter(account=account)
    said = Sentence.parse("[{name}|{account}] ({account}): [likeliest {standing}|standing unknown]", SCHEMA)
    out.print(row.select(said.expression(found.called)).item(), style="bold")


def _account(found: NextPlays, account: str, out: Console) -> None:
    from beachhead.cli._play_view import lines

    mine = found.of(account)
    proposed = mine.drop_nulls("rank")
    if not proposed.height:
        out.print("No play fits. What is missing among the facts, or which play should be written?")
    for row in proposed.head(FULL).iter_rows(named=True):
        _full(found, account, f"{row['rank']}. {found.book.plays[row['play']].name}", row, out)
    plays = found.book.plays
    rest = [
        (f"{row['rank']}.", f"{plays[row['play']].name} ({row['play']}): {'; '.join(row['because'])}")
        for row in proposed.slice(FULL).iter_rows(named=True)
    ]
    rest += [
        (
            "not now",
            f"{plays[row['play']].name} ({row['play']}), for “{plays[row['excluded_by']].name}” speaks against it",
        )
        for row in mine.filter(mine["rank"].is_null()).iter_rows(named=True)
    ]
    settled = found.rests.filter(account=account).select("play", "status").iter_rows()
    rest += [
        ("rests", f"{plays[name].name if name in plays else name} ({name}), {status} here")
        for name, status in settled
    ]
    if rest:
        out.print()
        lines("Fits as well", rest, out)
    out.print()
    _outcomes(found, out, proposed["play"].to_list())


def _full(found: NextPlays, account: str, head: str, row: dict[str, Any], out: Console) -> None:
    from beachhead.cli._play_view import lines, play_rows
    from beachhead.practice.offering_library import offerings
    from beachhead.practice.references import references_like

    play = found.book.plays[str(row["play"])]
    offered = offerings(found.workspace).get(play.offering or "")
    references = references_like(
        found.workspace.table("references"), found.facts, account, offered.products if offered else ()
    )
    out.print()
    lines(f"{head} ({play.id})", play_rows(play, row["because"], references), out)


def _reply(found: NextPlays, account: str, said: str, out: Console) -> None:
    from beachhead.cli._play_view import lines
    from beachhead.practice.replies import lookup_of, reply

    answer = reply(found, lookup_of(found), account, said)
    if not _understood(answer.listened, [(u.heard, u.means) for u in answer.understood], out):
        return
    out.print(
        "\nPlays that answer it here, best first:" if answer.plays.height else "\nNo play for it fits here."
    )
    for n, row in enumerate(answer.plays.head(FULL).iter_rows(named=True), 1):
        _full(found, account, f"{n}. {found.book.plays[row['play']].name}", row, out)
    more = [found.book.plays[name] for name in answer.plays["play"][FULL:]]
    rest = [("also", f"{play.name} ({play.id})") for play in more]
    rest += [("not here", f"{one.play.name} ({one.play.id}): {one.why}") for one in answer.not_here[:FULL]]
    if rest:
        out.print()
        lines("Answer it as well", rest, out)


def _objections(workspace: Workspace, said: str, out: Console) -> None:
    """What an objection may mean anywhere, and every play that answers it."""
    from beachhead.practice.objections import lookup_of_book, understand
    from beachhead.practice.playbook import playbook

    book = playbook(workspace)
    listened = lookup_of_book(book, workspace).listen(said)
    told = [(one, [m.text for m in one.objection.means]) for one in understand(listened)]
    if not _understood(listened, told, out):
        return
    out.print("\nPlays that answer it; name an account with --account to see which of them fits there:")
    for heard, _ in told:
        for name in book.answering(heard.objection.id):
            out.print(f"  {book.plays[name].name} ({name})")


def _understood(listened: Listened, told: list[tuple[Heard, list[str]]], out: Console) -> bool:
    from beachhead.cli._play_view import lines

    said = listened.said
    if not told:
        _no_objection(listened, out)
        return False
    for n, (heard, means) in enumerate(told):
        objection = heard.objection
        rows = [("said", f"“{said}”")] if n == 0 else []
        if n == 0:
            rows.append(("sure", _how_sure(listened)))
        rows.append(("nearest", f"“{heard.phrasing}”"))
        if heard.words:
            rows.append(("words", ", ".join(heard.words)))
        rows += [("" if i else "means", text) for i, text in enumerate(means)]
        rows += [("" if i else "ask", f"“{text}”") for i, text in enumerate(objection.ask)]
        out.print()
        lines(f"{'Or it is: ' if n else ''}{objection.name} ({objection.id})", rows, out)
    return True


def _how_sure(listened: Listened) -> str:
    """How probably it is an objection."""
    from beachhead.documents.words import DECIDED, likely, percent

    probability = listened.objection
    if probability >= DECIDED:
        return f"{likely(probability)} an objection ({percent(probability)})"
    return f"whether it is an objection is open ({percent(probability)})"


def _no_objection(listened: Listened, out: Console) -> None:
    """Says what it sounds like instead, and what it would be nearest to if it was one after all."""
    said = listened.said
    if not listened.heard:
        out.print(
            f"“{said}” sounds like no objection at hand. Say it in other words, or add it to objections/."
        )
        return
    from beachhead.documents.words import percent

    sounds = f" It sounds like {listened.kind}." if listened.kind else ""
    out.print(
        f"“{said}” is probably no objection (probability of one {percent(listened.objection)}).{sounds}"
    )
    nearest = listened.heard[0].objection
    out.print(
        f"If it was one, it is nearest to: {nearest.name} ({nearest.id}). "
        f"Teach it by adding --meant {nearest.id}, or --meant none."
    )


def _keep(workspace: Workspace, said: str | None, meant: str, out: Console) -> None:
    from beachhead.practice.phrasings import NONE, keep_phrasing
    from beachhead.practice.playbook import playbook

    if said is None:
        raise click.UsageError("--meant needs --say: what the customer said.")
    book = playbook(workspace)
    path = keep_phrasing(workspace, said, meant, book.objections)
    name = "no objection" if meant == NONE else f"{book.objections[meant].name} ({meant})"
    out.print(f"“{said}” is kept in {path.name} as {name}; --say knows it from now on.")
