"""Where commands write: the ending of a file says its form, and nothing that somebody worked in is replaced silently."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from beachhead.errors import BadInput, BadQuestion
from beachhead.tables.writing import refuse_open, refuse_worked_in, write_whole

if TYPE_CHECKING:
    import datetime as dt

    import polars as pl


def outputs(
    *, merged: bool = False, **endings: tuple[str, ...]
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Check the options that name a file to write, before anything is worked out, and add ``--force``.

    ``endings`` holds, for each such option, those that it takes; an empty one stands for a folder, which is not looked
    into. Refused are other endings, a file that is an input of the same command, and (without ``--force``) a file that
    we did not write or that was changed since. ``merged``: the command takes over what somebody worked in the file, so
    that no force is needed.
    """

    def decorate(function: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(function)
        def run(*, force: bool = False, **given: Any) -> Any:
            for name, possible in endings.items():
                if given.get(name):
                    others = [value for other, value in given.items() if other not in endings]
                    allowed(Path(given[name]), possible, others, force=force or merged)
            return function(**given)

        if merged:
            return run
        said = "Replace a file even where somebody else wrote it or changed it."
        return click.option("--force", is_flag=True, help=said)(run)

    return decorate


def allowed(path: Path, endings: tuple[str, ...], inputs: Iterable[Any], *, force: bool) -> None:
    """Refuse ``path`` where it has none of ``endings``, is one of ``inputs``, or holds somebody's work."""
    if "" in endings and path.is_dir():
        return
    if path.suffix.lower() not in endings:
        possible = [ending for ending in endings if ending]
        listed = " or ".join([", ".join(possible[:-1]), possible[-1]] if len(possible) > 1 else possible)
        raise BadQuestion(
            f"{path} says by its ending no form that can be written here; possible is {listed}."
        )
    if not path.suffix and "" in endings:
        return
    for value in inputs:
        for one in value if isinstance(value, tuple | list) else [value]:
            if isinstance(one, str | Path) and "\0" not in str(one) and _same(path, Path(one)):
                raise BadInput("this is what is read; name another file to write", file=path)
    if not force:
        refuse_worked_in(path)
    refuse_open(path)


def _same(path: Path, other: Path) -> bool:
    try:
        return path.samefile(other)
    except OSError:
        return False


def form_of(form: str | None, output: Path | None, default: str = "table") -> str:
    """What to write: what the ending of ``output`` says, else ``form``. Refused where the two disagree."""
    ending = output.suffix.lower().removeprefix(".") if output else ""
    said = {"txt": "table"}.get(ending, ending)
    if said and form and said != form:
        raise BadQuestion(f"{output} is called {ending}, but --format says {form}; leave one of them out.")
    return said or form or default


def write_table(frame: pl.DataFrame, output: Path, *, made: dt.date | None = None) -> None:
    """One table as CSV (with a mark for Excel), XLSX, JSON or Parquet, as the ending of ``output`` says."""
    write_sheets({"Table": frame}, output, made=made)


def write_sheets(frames: dict[str, pl.DataFrame], output: Path, *, made: dt.date | None = None) -> None:
    """Tables as the sheets of a workbook or the keys of a JSON object; the first of them where the form holds one."""
    import io
    import json

    from beachhead.tables.csv_cells import csv_text

    first, form = next(iter(frames.values())), output.suffix.lower()
    if form == ".xlsx":
        from beachhead.tables.workbooks import Sheet, write_workbook
        from beachhead.tables.xlsx import NO_DAY

        sheets = [Sheet(name.capitalize(), frame) for name, frame in frames.items() if frame.width]
        write_workbook(output, sheets, made=made or NO_DAY)
    elif form == ".parquet":
        file = io.BytesIO()
        first.write_parquet(file)
        write_whole(output, file.getvalue())
    elif form == ".json":
        content = [frame.to_dicts() for frame in frames.values()]
        whole = dict(zip(frames, content, strict=True)) if len(frames) > 1 else content[0]
        write_whole(output, json.dumps(whole, ensure_ascii=False, indent=1, default=str) + "\n")
    else:
        write_whole(output, "\ufeff" + csv_text(first))
