"""``beachhead assess``: questionnaire out, answers in, results, road map."""

from __future__ import annotations

from typing import Any

import click

STAGES = ("innovators", "early_adopters", "early_majority", "late_majority", "laggards")


@click.command()
@click.argument("workspace", type=click.Path())
@click.argument("subject", required=False)
@click.option("--blueprint", required=True, help="Id of a blueprint that ships or lies in the workspace.")
@click.option("--questionnaire", type=click.Path(), help="Write a questionnaire (XLSX or YAML) to fill in.")
@click.option("--group", multiple=True, help="With --questionnaire: only the points of this group.")
@click.option("--respondent", help="With --questionnaire: role of who answers: 'head of operations'.")
@click.option("--date", "day", help="With --questionnaire: day of the assessment (the workspace's day).")
@click.option("--kind", type=click.Choice(["account", "partner", "release"]), help="What SUBJECT is.")
@click.option("--language", help="With --questionnaire: another language that the blueprint has.")
@click.option("--prefill", help="With --questionnaire: take over answers to this other blueprint.")
@click.option("--answers", type=click.Path(), multiple=True, help="Take in a filled-in questionnaire.")
@click.option("--replace", is_flag=True, help="With --answers: replace those that are there already.")
@click.option("--milestone", help="Freeze the last assessment under this name.")
@click.option("--explain", help="How a score came about: 'all', a domain, a section or a point.")
@click.option("--plan", type=float, help="Plan a road map with this many person-days a quarter.")
@click.option("--quarters", type=int, default=4, show_default=True, help="With --plan: how many.")
@click.option("--save", is_flag=True, help="With --plan: keep the planned assessments as answers.")
@click.option("--stage", type=click.Choice(STAGES), help="Gaps and plan only up to this life-cycle stage.")
@click.option("--by", help="Without SUBJECT: roll up by this column of the accounts, such as segment.")
@click.option("-o", "--output", type=click.Path(), help="Write the results to a file (XLSX or JSON).")
def command(workspace: str, subject: str | None, blueprint: str, **given: Any) -> None:
    """Assess SUBJECT (an account by its name or id, a partner, a release) against a blueprint.

    Without further options: its scores with the spread that open answers leave, the weakest hand-overs, what to
    do first, and what changed since the assessment before. Without SUBJECT all subjects are compared.
    """
    from pathlib import Path

    from beachhead.cli import _assess_in, _assess_out
    from beachhead.errors import BadQuestion
    from beachhead.practice.library import find_blueprint
    from beachhead.practice.subjects import find_subject
    from beachhead.tables.workspace import Workspace

    at = Workspace(Path(workspace))
    model = find_blueprint(blueprint, at.folder)
    for file in given["answers"]:
        _assess_in.take_in(at, subject, model, Path(file), replace=given["replace"])
    about = None if subject is None else find_subject(at, subject, given["kind"])
    if about is None:
        needy = [name for name in ("questionnaire", "milestone", "explain", "plan") if given[name]]
        if needy:
            raise BadQuestion(f"Say whom --{needy[0]} is for: beachhead assess WORKSPACE SUBJECT …")
        if not given["answers"]:
            _assess_out.compare_all(at, model, by=given["by"], output=given["output"])
    elif given["questionnaire"]:
        _assess_in.hand_out(at, about, model, given)
    else:
        if given["milestone"]:
            _assess_in.freeze_last(at, about, model, given["milestone"])
        _assess_out.show(at, about, model, given)
