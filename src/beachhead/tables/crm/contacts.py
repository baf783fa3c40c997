"""Files of contacts: only departments and roles are kept."""

from __future__ import annotations

import polars as pl

from beachhead.tables.crm.accounts import accounts_beside
from beachhead.tables.crm.context import Context, Taken
from beachhead.tables.crm.departments import department_column
from beachhead.tables.crm.kinds import PERSONS


def read_contacts(context: Context, files: list[Taken]) -> pl.DataFrame:
    """Files of contacts. Gives what tells who is meant elsewhere: contact, name, email → account, department, role."""
    who = []
    for taken in files:
        frame = context.placed(taken, taken.frame)
        accounts_beside(context, taken, frame)
        first_last = pl.concat_str(
            [taken.expr("first_name"), taken.expr("last_name")], separator=" ", ignore_nulls=True
        )
        met = frame.with_columns(
            department=department_column(taken, frame),
            role=taken.expr("role"),
            _name=pl.coalesce(taken.expr("full_name"), first_last),
        )
        is_person = pl.any_horizontal(
            pl.col("role").is_not_null(),
            taken.expr("department").is_not_null(),
            *(taken.expr(f).is_not_null() for f in ("contact", *PERSONS)),
        )
        met = met.filter(is_person)
        who.append(
            met.select(
                taken.expr("contact"),
                pl.col("_name").alias("name"),
                taken.expr("email").str.to_lowercase(),
                "account",
                "department",
                "role",
            ).collect()
        )
        context.put("contacts", taken, met, ["account", "department", "role"])
    schema = dict.fromkeys(("contact", "name", "email", "account", "department", "role"), pl.String)
    return pl.concat(who) if who else pl.DataFrame(schema=schema)
