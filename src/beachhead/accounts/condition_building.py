"""Builds a condition node by node from its parsed tree: the only place that knows the parser."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import date, datetime
from functools import reduce
from typing import NoReturn

import polars as pl
import sqlglot
from polars._typing import PolarsDataType
from sqlglot import exp
from sqlglot.errors import SqlglotError

from beachhead.accounts.condition_words import (
    ARITHMETIC,
    COMPARE,
    FUNCTIONS,
    HINTS,
    Kind,
    Term,
    example,
    kind_of,
)
from beachhead.errors import BadInput, did_you_mean

LONGEST = 4000  # characters; a condition that is longer is a program
DEEPEST = 40  # levels of brackets and functions; chains of AND and OR count once


def build(text: str, columns: Mapping[str, PolarsDataType], where: str) -> tuple[tuple[str, ...], pl.Expr]:
    """The facts that ``text`` asks for, sorted, and its expression; BadInput as ``Condition.parse``."""
    builder = _Builder(text, columns, where)
    term = builder.condition(builder.parsed())
    if not builder.used:
        builder.refuse("it asks for no fact, so it would hold for every account or for none")
    return tuple(sorted(builder.used)), term.expr


class _Builder:
    """Builds one condition from its parsed tree; every node that has no rule here is refused."""

    def __init__(self, text: str, columns: Mapping[str, PolarsDataType], where: str) -> None:
        self.text, self.columns, self.where = text, columns, where
        self.used: set[str] = set()
        self.depth = 0
        self.rules: dict[type[exp.Expr], Callable[..., Term]] = {
            exp.Column: self.column,
            exp.Literal: self.literal,
            exp.Boolean: lambda n: Term(pl.lit(bool(n.this)), "yes-or-no", str(n.this), literal=bool(n.this)),
            exp.Cast: self.date_literal,
            exp.Paren: lambda n: self.term(n.this),
            exp.Not: self.negation,
            exp.And: self.chain,
            exp.Or: self.chain,
            exp.Between: self.between,
            exp.In: self.is_in,
            exp.Like: self.like,
            exp.ILike: self.like,
            exp.Is: self.is_,
            exp.Neg: self.negative,
            exp.Coalesce: lambda n: self.alike([n.this, *n.expressions], pl.coalesce),
            exp.Lower: lambda n: self.text_function(n, lambda e: e.str.to_lowercase()),
            exp.Upper: lambda n: self.text_function(n, lambda e: e.str.to_uppercase()),
            exp.Length: self.length,
            exp.Abs: lambda n: Term(self.of(n.this, "number").expr.abs(), "number", n.sql()),
            exp.ArrayContains: lambda n: self.contains(n, n.this, n.expression),
            exp.Case: self.case,
            exp.If: lambda n: self.choice([n], n.args.get("false"), n),
            **dict.fromkeys(COMPARE, self.comparison),
            **dict.fromkeys(ARITHMETIC, self.arithmetic),
        }

    def refuse(self, problem: str, expected: str | None = None) -> NoReturn:
        raise BadInput(
            f"the condition cannot be used: {problem}",
            file=self.where or None,
            value=self.text,
            expected=expected,
        )

    def parsed(self) -> exp.Expr:
        if not isinstance(self.text, str):
            self.refuse("it is no text", "an SQL condition such as months_since_purchase > 12")
        if not self.text.strip():
            self.refuse("it is empty", "an SQL condition such as months_since_purchase > 12")
        if len(self.text) > LONGEST:
            self.refuse(f"it is longer than {LONGEST} characters")
        if odd := re.search(r"[‘’“”]", self.text):
            self.refuse(
                f"typographic quotation mark {odd.group()}; text stands in straight single quotes: 'x'"
            )
        try:
            tokens = sqlglot.tokenize(self.text, dialect="postgres")
            if any(token.comments for token in tokens):
                self.refuse("no comments in a condition; YAML has its own, after #")
            if any(token.token_type == sqlglot.TokenType.SEMICOLON for token in tokens):
                self.refuse("one expression each, without ';'")
            return sqlglot.parse_one(self.text, dialect="postgres", into=exp.Condition)
        except RecursionError:
            self.refuse("it is nested too deeply")
        except SqlglotError as trouble:
            found = (getattr(trouble, "errors", None) or [{}])[0].get("highlight")
            self.refuse(f"it is not one SQL expression{f' (look at {found!r})' if found else ''}")

    def term(self, node: exp.Expr) -> Term:
        """Build any part. Depth is bounded, so that neither Python's nor Polars' stack can be exhausted."""
        rule = self.rules.get(type(node))
        if rule is None:
            self.not_allowed(node)
        self.depth += 1
        if self.depth > DEEPEST:
            self.refuse("it is nested too deeply")
        built = rule(node)
        self.depth -= 1
        return built

    def not_allowed(self, node: exp.Expr) -> NoReturn:
        for kind, hint in HINTS.items():
            if isinstance(node, kind):
                self.refuse(hint)
        if isinstance(node, exp.Func):
            name = (str(node.this) if isinstance(node, exp.Anonymous) else node.sql_name()).lower()
            self.refuse(
                f"there is no function {name!r}{did_you_mean(name, FUNCTIONS)}",
                f"one of {', '.join(FUNCTIONS)}",
            )
        self.refuse(f"{node.sql()[:60]!r} is not allowed here")

    def of(self, node: exp.Expr, kind: Kind) -> Term:
        term = self.term(node)
        if term.kind == "date" and kind == "number":
            self.refuse(f"no sums with dates ({term.name}); {HINTS[exp.Interval]}")
        if term.kind != kind:
            self.refuse(f"{term.said()} stands where a {kind} is needed")
        return term

    def condition(self, node: exp.Expr) -> Term:
        term = self.term(node)
        if term.kind != "yes-or-no":
            self.refuse(f"{term.said()} is neither true nor false", f"a comparison such as {example(term)}")
        return term

    def column(self, node: exp.Column) -> Term:
        name = node.name
        if node.table or not isinstance(node.this, exp.Identifier):
            self.refuse(f"{node.sql()!r}: a fact is named without a table")
        if name not in self.columns:
            alike = [known for known in self.columns if known.casefold() == name.casefold()]
            if len(alike) != 1:
                hint = "; text stands in single quotes: 'x'" if node.this.quoted else ""
                self.refuse(f"there is no fact {name!r}{did_you_mean(name, self.columns)}{hint}")
            name = alike[0]
        dtype = self.columns[name]
        kind, inner = kind_of(dtype)
        if kind == "nothing":
            self.refuse(f"{name} holds {dtype}, which no condition can ask for")
        self.used.add(name)
        expr = pl.col(name)
        if isinstance(dtype, pl.Enum) or dtype == pl.Categorical:
            expr = expr.cast(pl.String)
        elif dtype.is_float():
            expr = expr.fill_nan(None)  # Polars takes NaN for larger than every number
        elif dtype == pl.Datetime:
            expr = expr.cast(pl.Date)
        values = tuple(dtype.categories) if isinstance(dtype, pl.Enum) else ()
        return Term(expr, kind, name, values=values, inner=inner)

    def literal(self, node: exp.Literal) -> Term:
        if node.is_string:
            return Term(pl.lit(node.this), "text", f"'{node.this}'", literal=node.this)
        try:
            number = float(node.this)
        except ValueError:  # the parser takes 2024E for a number
            self.refuse(f"{node.this} is no number")
        if not math.isfinite(number):
            self.refuse(f"{node.this} is too large a number")
        # Kept an integer where it is one, so that large integers compare exactly.
        exact = int(node.this) if re.fullmatch(r"\d{1,18}", node.this) else number
        return Term(pl.lit(exact), "number", node.this, literal=number)

    def date_literal(self, node: exp.Cast) -> Term:
        is_date = (
            node.to.is_type(exp.DType.DATE) and isinstance(node.this, exp.Literal) and node.this.is_string
        )
        if not is_date:
            self.not_allowed(node)
        return self.as_date(self.literal(node.this))

    def as_date(self, term: Term) -> Term:
        """A text literal that is compared with a date, read as the ISO date it must be."""
        try:
            day = date.fromisoformat(str(term.literal)[:10])
            datetime.fromisoformat(str(term.literal))
        except ValueError:
            self.refuse(f"{term.name} is no date", "a date such as '2009-02-28'")
        return Term(pl.lit(day), "date", term.name, literal=term.literal)

    def matched(self, terms: list[Term]) -> list[Term]:
        """The same terms made comparable: text beside a date becomes a date; differing kinds are refused."""
        if any(t.kind == "date" for t in terms):
            terms = [self.as_date(t) if t.kind == "text" and t.literal is not None else t for t in terms]
        for other in terms[1:]:
            if terms[0].kind != other.kind:
                self.refuse(f"{terms[0].said()} cannot be compared with {other.said()}")
        if terms[0].kind == "list":
            self.refuse(f"{terms[0].name} is a list", f"array_contains({terms[0].name}, 'x')")
        known: Collection[str] = next((t.values for t in terms if t.values), ())
        for t in terms:
            if known and isinstance(t.literal, str) and t.literal not in known:
                owner = next(t.name for t in terms if t.values)
                self.refuse(
                    f"{owner} is never {t.name}{did_you_mean(t.literal, known)}", f"one of {', '.join(known)}"
                )
        return terms

    def comparison(self, node: exp.Binary) -> Term:
        left, right = node.this, node.expression
        if isinstance(right, exp.Any) and isinstance(node, exp.EQ):
            return self.contains(node, right.this.unnest(), left)
        if isinstance(left, exp.Null) or isinstance(right, exp.Null):
            self.refuse("nothing equals NULL", "IS NULL or IS NOT NULL")
        a, b = self.matched([self.term(left), self.term(right)])
        if a.kind == "yes-or-no" and not isinstance(node, (exp.EQ, exp.NEQ)):
            self.refuse(f"{a.said()} is neither larger nor smaller than {b.said()}")
        return Term(COMPARE[type(node)](a.expr, b.expr), "yes-or-no", node.sql())

    def arithmetic(self, node: exp.Binary) -> Term:
        a, b = self.of(node.this, "number"), self.of(node.expression, "number")
        # As floats: integers of facts are narrow and would wrap around silently.
        result = ARITHMETIC[type(node)](a.expr.cast(pl.Float64), b.expr.cast(pl.Float64))
        return Term(result, "number", node.sql())

    def negative(self, node: exp.Neg) -> Term:
        term = self.of(node.this, "number")
        return Term(-term.expr.cast(pl.Float64), "number", node.sql(), literal=term.literal)

    def negation(self, node: exp.Not) -> Term:
        return Term(~self.condition(node.this).expr, "yes-or-no", node.sql())

    def chain(self, node: exp.Connector) -> Term:
        parts = [self.condition(part) for part in _operands(node)]
        join = (lambda a, b: a & b) if isinstance(node, exp.And) else (lambda a, b: a | b)
        return Term(_balanced([p.expr for p in parts], join), "yes-or-no", node.sql()[:60])

    def between(self, node: exp.Between) -> Term:
        if node.args.get("symmetric"):
            self.refuse("no BETWEEN SYMMETRIC")
        low, high = node.args["low"], node.args["high"]
        if isinstance(low, exp.Null) or isinstance(high, exp.Null):
            self.refuse("nothing equals NULL", "IS NULL or IS NOT NULL")
        value, a, b = self.matched([self.term(node.this), self.term(low), self.term(high)])
        if value.kind == "yes-or-no":
            self.refuse(f"{value.said()} has no order")
        return Term((value.expr >= a.expr) & (value.expr <= b.expr), "yes-or-no", node.sql())

    def is_in(self, node: exp.In) -> Term:
        if node.args.get("query") is not None:
            self.refuse(HINTS[exp.Query])
        if node.args.get("field") is not None or not node.expressions:
            self.refuse("IN takes values in brackets; for a list of facts write array_contains(list, 'x')")
        if any(isinstance(item, exp.Null) for item in node.expressions):
            self.refuse("nothing equals NULL", "IS NULL or IS NOT NULL")
        value, *items = self.matched([self.term(part) for part in (node.this, *node.expressions)])
        if bad := [i.name for i in items if i.literal is None]:
            self.refuse(f"IN takes plain values, not {bad[0]}")
        return Term(
            _balanced([value.expr == i.expr for i in items], lambda a, b: a | b), "yes-or-no", node.sql()
        )

    def like(self, node: exp.Like | exp.ILike) -> Term:
        value, pattern = self.of(node.this, "text"), self.term(node.expression)
        if pattern.kind != "text" or pattern.literal is None:
            self.refuse("LIKE takes a pattern in single quotes, such as 'Contoso%'")
        wild = {"%": ".*", "_": "."}
        regex = "".join(wild.get(c, re.escape(c)) for c in str(pattern.literal))
        flags = "(?is)" if isinstance(node, exp.ILike) else "(?s)"
        found = value.expr.str.contains(f"{flags}^{regex}$")
        return Term(~found if node.args.get("negate") else found, "yes-or-no", node.sql())

    def is_(self, node: exp.Is) -> Term:
        asked, negate = node.expression, bool(node.args.get("negate"))
        if isinstance(asked, exp.Null):
            expr = self.term(node.this).expr
            return Term(expr.is_not_null() if negate else expr.is_null(), "yes-or-no", node.sql())
        if isinstance(asked, exp.Boolean):
            expr = self.condition(node.this).expr
            return Term(expr if bool(asked.this) != negate else ~expr, "yes-or-no", node.sql())
        return self.refuse(f"{node.sql()!r} is not allowed here", "IS NULL, IS NOT NULL, IS TRUE or IS FALSE")

    def contains(self, node: exp.Expr, holder: exp.Expr, item: exp.Expr) -> Term:
        many, one = self.term(holder), self.term(item)
        if many.kind != "list":
            self.refuse(f"{many.said()} is not a list", f"{many.name} = {one.name}")
        if one.literal is None or one.kind != many.inner:
            self.refuse(f"{one.said()} is no value that {many.name} could hold", "array_contains(list, 'x')")
        return Term(many.expr.list.contains(one.expr), "yes-or-no", node.sql())

    def text_function(self, node: exp.Func, function: Callable[[pl.Expr], pl.Expr]) -> Term:
        return Term(function(self.of(node.this, "text").expr), "text", node.sql())

    def length(self, node: exp.Length) -> Term:
        term = self.term(node.this)
        if term.kind not in ("text", "list"):
            self.refuse(f"{term.said()} has no length")
        length = term.expr.list.len() if term.kind == "list" else term.expr.str.len_chars()
        return Term(length, "number", node.sql())

    def alike(self, nodes: Iterable[exp.Expr], join: Callable[..., pl.Expr]) -> Term:
        terms = self.matched([self.term(node) for node in nodes])
        return Term(join(*(t.expr for t in terms)), terms[0].kind, terms[0].name)

    def case(self, node: exp.Case) -> Term:
        if node.this is not None:
            self.refuse("CASE is written CASE WHEN condition THEN value ELSE value END")
        return self.choice(node.args["ifs"], node.args.get("default"), node)

    def choice(self, branches: list[exp.If], default: exp.Expr | None, node: exp.Expr) -> Term:
        """Branches in order; a branch that cannot be decided ends it with 'unknown', not with ELSE."""
        values = [branch.args["true"] for branch in branches] + ([default] if default is not None else [])
        terms = self.matched([self.term(value) for value in values])
        chosen: pl.Expr = terms[-1].expr if default is not None else pl.lit(None)
        for branch, value in reversed(list(zip(branches, terms, strict=False))):
            test = self.condition(branch.this).expr
            chosen = pl.when(test.is_null()).then(None).when(test).then(value.expr).otherwise(chosen)
        return Term(chosen, terms[0].kind, node.sql()[:60])


def _operands(node: exp.Connector) -> list[exp.Expr]:
    """The parts of a chain of the same connector, without recursion: chains may be long."""
    parts: list[exp.Expr] = []
    current: exp.Expr = node
    while type(current) is type(node):
        parts.append(current.expression)
        current = current.this
    return [current, *reversed(parts)]


def _balanced(exprs: list[pl.Expr], join: Callable[[pl.Expr, pl.Expr], pl.Expr]) -> pl.Expr:
    """Join many expressions as a flat tree, so that long chains do not become deep ones."""
    while len(exprs) > 1:
        exprs = [reduce(join, exprs[i : i + 2]) for i in range(0, len(exprs), 2)]
    return exprs[0]
