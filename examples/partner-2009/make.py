"""Makes this workspace again: `python examples/partner-2009/make.py`. Synthetic: every firm and person is
invented.

The exports of the partner's CRM are written to `exports/`, the tables that a partner keeps by hand beside
them; then `beachhead import` reads the exports as it would read anybody's.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import numpy as np
import polars as pl
from crm_files import checked_id, write
from exports import ARCHETYPE, PARTNERS, write_exports
from installed import write_installed
from names import STEMS, domain
from simulate import simulate
from world import AS_OF, PRODUCTS, WE, Firm, Record

from practice import write_practice

HERE = Path(__file__).parent
SEED = 20090228
# Product → its market, a unique_id in adoption.csv: what the vendor earns is the longest series that was
# known.
MARKETS = {"server-virtualisation": "revenue"}
# What firms of each temperament say. Written by hand, like the territory's other rules; no model had a part
# in it.
SAYS = {
    "curious": ("newest-feature", "how-it-works", "runs-beta", "builds-itself", "starts-without-references"),
    "ambitious": ("vision", "competitive-edge", "custom-project", "executive-sponsor", "pilot-at-once"),
    "practical": (
        *(
            "references",
            "integration",
            "procedures",
            "support",
            "productivity-case",
            "market-leader",
            "training",
        ),
        *("responsibilities", "phased-plan", "must-show-in-operation", "peer-contact"),
    ),
    "careful": (
        *(
            "total-cost",
            "proven-elsewhere",
            "bundle",
            "skips-releases",
            "regulation",
            "support",
            "lowest-price",
        ),
        *("long-timeframe", "no-time-to-learn"),
    ),
    "unwilling": ("no-need", "extends-old", "distrusts-claims", "bad-experience", "buys-only-forced"),
}


def main() -> None:
    people, record = simulate(SEED)
    rng = np.random.default_rng(SEED + 1)
    ids, names = write_exports(HERE / "exports", people, record, rng)
    shutil.copyfile(HERE.parent / "vmware-2009" / "adoption.csv", HERE / "adoption.csv")
    _settings()
    _products()
    _partners()
    _signals(record, ids, rng)
    _references(people, record, ids, rng)
    for table in ("accounts", "contacts", "purchases", "opportunities", "activities", "matches"):
        (HERE / f"{table}.csv").unlink(missing_ok=True)
    _theirs(people, names, np.random.default_rng(SEED + 2))
    _import()
    _confirm()
    _import()
    temperaments = {ids[firm.number]: firm.temperament for firm in people}
    write_installed(HERE, temperaments, np.random.default_rng(SEED + 4))
    write_practice(HERE)


def _settings() -> None:
    """Who we are; the import adds what it took for what."""
    (HERE / "beachhead.toml").write_text(SETTINGS, encoding="utf-8")


def _import() -> None:
    command = [sys.executable, "-m", "beachhead", "import", str(HERE / "exports"), "--into", str(HERE)]
    subprocess.run(command, check=True)


def _confirm() -> None:
    """What a person does with the candidates that the import found: every one of them is the same."""
    matches = pl.read_csv(HERE / "matches.csv", infer_schema=False)
    matches.with_columns(confirmed=pl.lit("yes")).write_csv(HERE / "matches.csv")


def _products() -> None:
    rows = [
        [
            p.id,
            p.name,
            p.vendor,
            "yes" if p.ours else "no",
            p.need,
            ";".join(p.needs_first),
            MARKETS.get(p.id, ""),
        ]
        for p in PRODUCTS
    ]
    write(HERE / "products.csv", ["product", "name", "vendor", "ours", "need", "needs_first", "market"], rows)


def _partners() -> None:
    kinds = ("integrator", "service", "reseller", "reseller")
    practices = ("servers;storage", "servers;operations", "servers", "network;storage")
    rows = [
        [name.lower().replace(" ", "-"), name, kind, "", does]
        for name, kind, does in zip(PARTNERS, kinds, practices, strict=True)
    ]
    rows += [[v.lower(), v, "vendor", "", ""] for v in sorted({p.vendor for p in PRODUCTS} - {WE})]
    write(HERE / "partners.csv", ["partner", "name", "kind", "regions", "practices"], rows)


def _signals(record: Record, ids: list[str], rng: np.random.Generator) -> None:
    """One talk in five is written down as a signal, mostly what that temperament says, sometimes anything."""
    everything = sorted({s for said in SAYS.values() for s in said})
    rows = []
    archetype = checked_id(ARCHETYPE)
    rows.append([archetype, "2007-12-13", "references", "Server team lead"])
    for talk in record.talks:
        said = SAYS.get(talk["temperament"], ())
        if ids[talk["firm"]] != archetype and talk["month"] >= 62 and said and rng.random() < 0.2:
            signal = str(rng.choice(said if rng.random() < 0.75 else everything))
            rows.append([ids[talk["firm"]], talk["on"].isoformat(), signal, talk["role"]])
    rows.sort(key=lambda row: (row[1], row[0]))
    write(HERE / "signals.csv", ["account", "date", "signal", "said_by"], rows)


def _theirs(people: list[Firm], names: list[str], rng: np.random.Generator) -> None:
    """The accounts of another firm, Tailspin Networks, to lay beside ours: some are the same, spelt their way."""
    rows = []
    for firm in people:
        if rng.random() < 0.3:
            name = names[firm.number].rsplit(" ", 1)[0] if rng.random() < 0.5 else names[firm.number].upper()
            stage = str(rng.choice(["Customer", "Opportunity", "Lead"], p=[0.5, 0.15, 0.35]))
            site = domain(names[firm.number]) if rng.random() < 0.7 else ""
            rows.append([name, site, stage, "yes" if rng.random() < 0.6 else "no"])
    stems = rng.choice(STEMS, size=70, replace=False)
    rows += [[f"{stem} Holding", f"{stem.lower()}-holding.example", "Customer", "no"] for stem in stems]
    (HERE / "overlap").mkdir(exist_ok=True)
    header = ["Company name", "Company Domain Name", "Lifecycle Stage", "Agrees"]
    write(HERE / "overlap" / "tailspin-accounts.csv", header, sorted(rows))


def _references(people: list[Firm], record: Record, ids: list[str], rng: np.random.Generator) -> None:
    """Customers of ours that have had a product for nine months and agreed to be asked."""
    ours = [p for p in record.purchases if p["seller"] == WE and not p["renewal"] and 60 <= p["month"] <= 88]
    rows, taken = [], set()
    for purchase in rng.permutation(np.array(ours, dtype=object)).tolist():
        firm = people[purchase["firm"]]
        if firm.number in taken or len(rows) == 14:
            continue
        taken.add(firm.number)
        product = next(p for p in PRODUCTS if p.id == purchase["product"])
        category = {
            "curious": "innovators",
            "ambitious": "early_adopters",
            "practical": "early_majority",
        }.get(firm.temperament, "late_majority")
        servers = round(firm.servers)
        text = TOLD[len(rows) % len(TOLD)].format(
            product=product.name, servers=servers, sector=firm.sector.lower()
        )
        told = (AS_OF - timedelta(days=int(rng.integers(20, 400)))).isoformat()
        named = "yes" if len(rows) % 3 else "no"
        rows.append([ids[firm.number], product.id, firm.segment, category, text, told, named])
    write(
        HERE / "references.csv",
        ["account", "product", "segment", "category", "text", "date", "may_be_named"],
        rows,
    )


SETTINGS = """\
# A synthetic territory: every account, person and purchase in this folder is invented (see make.py).
# The market figures in adoption.csv are real, from ../vmware-2009.
us = "Harbour IT"
as_of = 2009-02-28
currency = "EUR"

[brand]
name = "Harbour IT"
footer = "Synthetic example: Harbour IT, its customers and everything said about them are invented."
"""
TOLD = (
    "{product} in everyday production beside {servers} servers; operations took it over after three months",
    "{product} since a pilot in one server room; changes are planned and recorded like any other",
    "Introduced {product} with the existing team in {sector}; new servers are ready within a day instead of weeks",
    "{product}: the second site went live without outside help",
)

if __name__ == "__main__":
    main()
