"""Which department a CRM's department or job title belongs to, in the words of ``knowledge/departments.yaml``."""

from __future__ import annotations

import re
from functools import cache

import polars as pl

from beachhead.tables.crm.context import Taken
from beachhead.tables.crm.rows import replaced
from beachhead.tables.crm.values import department_patterns, plain
from beachhead.tables.departments import department_id


@cache
def department_of(text: str, exact: bool = False) -> str | None:
    """The id of the department that a text names; ``exact``: the whole text, not some words of it.

    >>> department_of("Head of Network"), department_of("CIO"), department_of("Owner")
    ('network', 'management', 'business')
    """
    known = department_id(text)
    if known or exact:
        return known
    words = plain(text)
    for department, patterns in department_patterns().items():
        if any(re.search(p, words) for p in patterns):
            return department
    parts = re.findall(r"[^\W_]+(?:-[^\W_]+)*", words)
    for length in (3, 2, 1):
        for at in range(len(parts) - length + 1):
            known = department_id(" ".join(parts[at : at + length]))
            if known:
                return known
    return None


def department_column(taken: Taken, frame: pl.LazyFrame) -> pl.Expr:
    """The department by our list; where the file has none, what the role says of it."""
    named = replaced(taken.expr("department"), frame, lambda d: department_of(d, exact=True) or d)
    return pl.coalesce(named, replaced(taken.expr("role"), frame, department_of))
