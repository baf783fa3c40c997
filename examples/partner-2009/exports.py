"""Writes the territory as a CRM would export it, with the dirt of such exports. Everything is invented."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import numpy as np
from crm_files import checked_id, columns, day, record_id, write
from names import domain, firm_names, person
from world import AS_OF, OUR_PEOPLE, PRODUCTS, RECORDED, WE, Firm, Record

NAMES = {p.id: p.name for p in PRODUCTS}
VENDORS = {p.id: p.vendor for p in PRODUCTS}
SPELT = {  # the same product as someone else typed it
    "Server virtualisation": "Server Virtualization",
    "VM backup": "VM-Backup",
    "Infrastructure management": "Infrastructure Management ",
    "Shared storage": "Shared Storage",
}
STAGES = ("Qualification", "Needs Analysis", "Proposal/Price Quote", "Negotiation/Review")
ARCHETYPE = "001A0000004xQ2Z"
PARTNERS = ("Contoso Systems", "Fabrikam Services", "Northwind IT", "Tailspin Networks")


def write_exports(
    folder: Path, people: list[Firm], record: Record, rng: np.random.Generator
) -> tuple[list[str], list[str]]:
    """Writes accounts, contacts, assets, opportunities, tasks and events; gives ids and names by firm."""
    folder.mkdir(parents=True, exist_ok=True)
    for talk in record.talks:
        talk["on"] = day(talk["month"], rng)
    names = firm_names([f.sector for f in people], [f.country for f in people], rng)
    ids = [record_id("001", f.number) for f in people]
    _archetype(people, record, names, ids)
    _accounts(folder, people, record, names, ids, rng)
    contacts = _contacts(folder, people, record, ids, rng)
    _assets(folder, people, record, names, ids, rng)
    _opportunities(folder, people, record, names, ids, rng)
    _activities(folder, record, names, ids, contacts, rng)
    return ids, names


def _archetype(people: list[Firm], record: Record, names: list[str], ids: list[str]) -> None:
    """The firm that says "we already have a partner for that": 42 licences in July 2007, then nothing."""
    chosen = next(
        f for f in people if f.sector == "Manufacturing" and f.region == "North" and 300 < f.employees < 1500
    )
    number = chosen.number
    names[number], ids[number] = "Kestrel Valves GmbH", checked_id(ARCHETYPE)
    for told in (record.purchases, record.talks, record.offers):
        told[:] = [row for row in told if row["firm"] != number]
    months = {(2007, 7): 78, (2007, 9): 80, (2007, 12): 83}
    record.purchases.append(
        {
            "firm": number,
            "product": "server-virtualisation",
            "month": months[2007, 7],
            "quantity": 42,
            "amount": 92820.0,
            "seller": "Contoso Systems",
            "end": None,
            "renewal": False,
            "day": date(2007, 7, 16),
        }
    )
    for month, department, kind, on in (
        (80, "Server", "Call", date(2007, 9, 18)),
        (83, "Server", "Meeting", date(2007, 12, 13)),
    ):
        record.talks.append(
            {
                "firm": number,
                "month": month,
                "department": department,
                "role": "Server team lead",
                "ours": chosen.rep,
                "kind": kind,
                "temperament": "practical",
                "on": on,
            }
        )


def _accounts(
    folder: Path,
    people: list[Firm],
    record: Record,
    names: list[str],
    ids: list[str],
    rng: np.random.Generator,
) -> None:
    header = columns(
        "Account ID, Account Name, Account Type, Segment, Industry, Employees, Billing State/Province, "
        "Billing Country, Website, Account Owner, Parent Account ID, Server Rooms, Created Date"
    )
    ours = {p["firm"] for p in record.purchases if p["seller"] == WE and p["month"] >= RECORDED}
    rows = []
    for firm in people:
        bought = firm.number in ours
        parent = ids[firm.peers[0]] if firm.number % 29 == 7 else ""
        rows.append(
            [
                ids[firm.number],
                names[firm.number] + (" " if rng.random() < 0.05 else ""),
                "" if rng.random() < 0.04 else "Customer" if bought else "Prospect",
                firm.segment,
                "" if rng.random() < 0.05 else firm.sector,
                ""
                if rng.random() < 0.06
                else f"{firm.employees:,}"
                if firm.employees > 999
                else firm.employees,
                firm.region,
                firm.country,
                ""
                if rng.random() < 0.1
                else ("http://www." if rng.random() < 0.4 else "www.") + domain(names[firm.number]),
                firm.rep,
                parent,
                int(1 + firm.servers // 60),
                day(int(rng.integers(50, 90)), rng).isoformat(),
            ]
        )
    for twin in (31, 144, 267):  # entered twice, once without the legal form
        firm = people[twin]
        short = (
            names[twin].rsplit(" ", 1)[0]
            if names[twin].split()[-1].rstrip(".") in ("GmbH", "AG", "KG", "AS", "ASA", "B.V", "N.V")
            else names[twin].upper()
        )
        rows.append(
            [
                record_id("001", 450 + twin),
                short,
                "Prospect",
                firm.segment,
                firm.sector,
                "",
                firm.region,
                firm.country,
                "",
                firm.rep,
                "",
                "",
                "2008-05-14",
            ]
        )
    for number, name in enumerate(PARTNERS):
        rows.append(
            [
                record_id("001", 420 + number),
                name,
                "Partner",
                "",
                "",
                "",
                "",
                "",
                f"www.{domain(name)}",
                OUR_PEOPLE[0],
                "",
                "",
                "2005-03-01",
            ]
        )
    rows.append(
        [
            record_id("001", 430),
            "ZZ TEST do not use",
            "Other",
            "",
            "",
            "",
            "",
            "",
            "",
            OUR_PEOPLE[1],
            "",
            "",
            "2006-02-02",
        ]
    )
    write(folder / "accounts.csv", header, rows, bom=True, end="\r\n")


def _contacts(
    folder: Path, people: list[Firm], record: Record, ids: list[str], rng: np.random.Generator
) -> dict[tuple[int, str], tuple[str, str]]:
    """Persons that we met; gives (firm, department) → (contact id, role)."""
    rows, known = [], {}
    for talk in record.talks:
        key = (talk["firm"], talk["department"])
        if key not in known and talk["month"] >= RECORDED:
            known[key] = (record_id("003", len(known)), talk["role"])
    for (number, department), (contact, role) in known.items():
        first, last = person(rng)
        written = "" if rng.random() < 0.08 else department
        rows.append(
            [contact, first, last, ids[number], role, written, f"{first}.{last}@invalid.example".lower()]
        )
    write(
        folder / "contacts.csv",
        ["Contact ID", "First Name", "Last Name", "Account ID", "Title", "Department", "Email"],
        rows,
    )
    return known


def _assets(
    folder: Path,
    people: list[Firm],
    record: Record,
    names: list[str],
    ids: list[str],
    rng: np.random.Generator,
) -> None:
    header = columns(
        "Asset ID, Asset Name, Account ID, Account Name, Product Name, Quantity, Price, Purchase Date, "
        "Usage End Date, Status, Competitor Asset, Asset Provided By, Asset Serviced By, Version"
    )
    files: dict[str, list[list]] = {"assets.csv": [], "assets-fjords.csv": []}
    for number, row in enumerate(p for p in record.purchases if p["month"] >= RECORDED):
        firm, product = people[row["firm"]], row["product"]
        bought = row.get("day") or day(row["month"], rng)
        ends = _term_end(bought, row["end"] - row["month"]) if row["end"] else None
        fjords = firm.region == "Fjords"
        seller = VENDORS[product] if row["seller"] == "direct" else row["seller"]
        served = seller if rng.random() < 0.3 and row["seller"] != "direct" else ""
        name = SPELT.get(NAMES[product], NAMES[product]) if rng.random() < 0.12 else NAMES[product]
        each = row["amount"] / row["quantity"]
        files["assets-fjords.csv" if fjords else "assets.csv"].append(
            [
                record_id("02i", number),
                f"{NAMES[product]} {names[firm.number].split()[0]}",
                "" if rng.random() < 0.004 else ids[firm.number],
                names[firm.number],
                name,
                row["quantity"],
                f"{each:.2f}".replace(".", ",") if fjords else f"€{each:,.2f}",
                bought.strftime("%d.%m.%Y") if fjords else bought.isoformat(),
                "" if ends is None else ends.strftime("%d.%m.%Y") if fjords else ends.isoformat(),
                "Installed" if rng.random() < 0.9 else "Registered",
                "TRUE" if product in ("litware-hypervisor",) else "FALSE",
                "" if rng.random() < 0.03 else seller,
                served,
                _version(product, row["month"]),
            ]
        )
    write(folder / "assets.csv", header, files["assets.csv"], bom=True, end="\r\n")
    write(folder / "assets-fjords.csv", header, files["assets-fjords.csv"], sep=";")


def _term_end(bought: date, months: int) -> date:
    month = bought.month - 1 + months
    return date(bought.year + month // 12, month % 12 + 1, min(bought.day, 28)) - timedelta(days=1)


def _version(product: str, month: int) -> str:
    if VENDORS[product] != "VMware":
        return ""
    return "2.5" if month < 65 else "3.0" if month < 84 else "3.5"


def _opportunities(
    folder: Path,
    people: list[Firm],
    record: Record,
    names: list[str],
    ids: list[str],
    rng: np.random.Generator,
) -> None:
    header = columns(
        "Opportunity ID, Opportunity Name, Account ID, Account Name, Product Name, Stage, Amount, Close "
        "Date, Created Date, Probability (%), Opportunity Owner"
    )
    prices, rows = {p.id: p.price for p in PRODUCTS}, []
    for number, offer in enumerate(o for o in record.offers if o["created"] >= RECORDED):
        firm, product = people[offer["firm"]], offer["product"]
        created = day(offer["created"], rng)
        is_open = offer["outcome"] == "open"
        closed = (
            created + timedelta(days=int(rng.integers(60, 300)))
            if is_open
            else max(day(offer["closed"], rng), created)
        )
        stage = (
            str(rng.choice(STAGES))
            if is_open
            else "Closed/Won"
            if offer["outcome"] == "won"
            else str(rng.choice(["Closed Lost", "Closed/Canceled"], p=[0.8, 0.2]))
        )
        blank = is_open and rng.random() < 1 / 6  # not yet qualified
        rows.append(
            [
                record_id("006", number),
                f"{names[firm.number].split()[0]} - {NAMES[product]}",
                "" if blank else ids[firm.number],
                "" if blank else names[firm.number],
                NAMES[product],
                stage,
                f"€{offer['size'] * prices[product]:,.0f}" if rng.random() > 0.05 else "",
                closed.isoformat(),
                created.isoformat(),
                {"Closed/Won": 100}.get(stage, 0 if not is_open else 10 + 20 * STAGES.index(stage)),
                firm.rep,
            ]
        )
    write(folder / "opportunities.csv", header, rows, bom=True, end="\r\n")


def _activities(
    folder: Path, record: Record, names: list[str], ids: list[str], contacts: dict, rng: np.random.Generator
) -> None:
    tasks, events = [], []
    subjects = {
        "Call": ("Call", "Call back", "Call: budget"),
        "Email": ("Email: follow-up", "Email: information asked for"),
        "Meeting": ("Meeting", "Workshop", "Visit on site"),
    }
    for number, talk in enumerate(t for t in record.talks if t["month"] >= RECORDED):
        contact = contacts[talk["firm"], talk["department"]][0]
        on = talk["on"]
        subject = str(rng.choice(subjects[talk["kind"]]))
        if talk["kind"] == "Meeting":
            events.append(
                [
                    record_id("00U", number),
                    subject,
                    on.strftime("%d/%m/%Y"),
                    ids[talk["firm"]],
                    contact,
                    talk["ours"],
                    "NULL",
                ]
            )
        else:
            tasks.append(
                [
                    record_id("00T", number),
                    subject,
                    talk["kind"],
                    on.strftime("%d/%m/%Y"),
                    ids[talk["firm"]],
                    names[talk["firm"]],
                    contact,
                    talk["ours"],
                    "Completed",
                    "NULL" if rng.random() < 0.5 else "",
                ]
            )
    for number in range(40):  # still to be done
        firm = int(rng.integers(len(ids)))
        due = AS_OF + timedelta(days=int(rng.integers(1, 90)))
        tasks.append(
            [
                record_id("00T", 20000 + number),
                "Call back",
                "Task",
                due.strftime("%d/%m/%Y"),
                ids[firm],
                names[firm],
                "",
                str(rng.choice(OUR_PEOPLE)),
                "Not Started",
                "NULL",
            ]
        )
    write(
        folder / "tasks.csv",
        columns(
            "Activity ID, Subject, Task Subtype, Due Date, Account ID, Company / Account, Contact ID, "
            "Assigned To, Status, Comments"
        ),
        tasks,
        bom=True,
        end="\r\n",
    )
    write(
        folder / "events.csv",
        ["Activity ID", "Subject", "Date", "Account ID", "Contact ID", "Assigned To", "Location"],
        events,
    )
