"""A synthetic territory, month by month: every firm, person and number here is invented.

Four hundred firms decide by rules of thumb, not by the equations that Beachhead fits. Each firm has a
temperament that sets how much of a product it must have *seen* before it looks at it (among firms that it
knows, which had it for half a year, and outside). Once it looks it buys when the budget, the time of its
financial year and someone's visit allow. Its champion may leave, and with the champion its temperament
changes. Who sells is decided by habit, presence and price.
"""

from __future__ import annotations

import numpy as np
from world import (
    DEPARTMENTS,
    FIRST,
    MONTHS,
    OUR_PEOPLE,
    PRODUCTS,
    REGIONS,
    RIVALS,
    SECTORS,
    SELLERS,
    TEMPERAMENTS,
    WE,
    Firm,
    Product,
    Record,
)


def simulate(seed: int = 20090228, firms: int = 400) -> tuple[list[Firm], Record]:
    """The territory on 28 February 2009, and everything that was recorded on the way."""
    rng = np.random.default_rng(seed)
    people = [_firm(i, rng) for i in range(firms)]
    for firm in people:
        firm.peers = _peers(firm, people, rng)
    record = Record()
    for month in range(MONTHS):
        for firm in people:
            _live(firm, month, people, record, rng)
    return people, record


def _firm(number: int, rng: np.random.Generator) -> Firm:
    sector = rng.choice(list(SECTORS), p=[s[0] for s in SECTORS.values()])
    _, mean, spread, _, servers = SECTORS[sector]
    region, country = REGIONS[rng.integers(len(REGIONS))]
    employees = int(np.clip(np.exp(rng.normal(mean, spread)), 40, 30000))
    # Finance and logistics are keener than public bodies, and large firms a little more than small ones.
    keen = {"Finance": 1.9, "Logistics": 1.3, "Utilities": 0.9, "Public": 0.5, "Education": 0.9}.get(
        sector, 1.0
    )
    keen *= 1.3 if employees > 1500 else 1.0
    weights = np.array(
        [s[0] * (keen if t in ("curious", "ambitious") else 1.0) for t, s in TEMPERAMENTS.items()]
    )
    firm = Firm(
        number,
        sector,
        region,
        country,
        employees,
        servers=max(4.0, employees * servers * np.exp(rng.normal(0, 0.35))),
        temperament=rng.choice(list(TEMPERAMENTS), p=weights / weights.sum()),
        rep=OUR_PEOPLE[[r for r, _ in REGIONS].index(region)],
        targeted=bool(rng.random() < 0.45),
    )
    firm.habit = {seller: float(rng.gamma(0.6)) for seller in SELLERS}
    if employees > 3000:
        firm.habit["direct"] += 1.5
    _set_thresholds(firm, rng)
    return firm


def _set_thresholds(firm: Firm, rng: np.random.Generator) -> None:
    _, low, high = TEMPERAMENTS[firm.temperament]
    for product in PRODUCTS:
        firm.threshold[product.id] = float(rng.uniform(low, high) * np.exp(rng.normal(0, 0.25)))


def _peers(firm: Firm, people: list[Firm], rng: np.random.Generator) -> list[int]:
    near = np.array(
        [1 + 6 * (o.sector == firm.sector) + 3 * (o.region == firm.region) for o in people], dtype=float
    )
    near[firm.number] = 0
    return rng.choice(len(people), size=9, replace=False, p=near / near.sum()).tolist()


def _live(firm: Firm, month: int, people: list[Firm], record: Record, rng: np.random.Generator) -> None:
    _, _, _, year_end, _ = SECTORS[firm.sector]
    calendar = (FIRST.month - 1 + month) % 12 + 1
    until_year_end = (year_end - calendar) % 12
    if until_year_end == 11:
        firm.budget = firm.servers * 560 * float(np.exp(rng.normal(0, 0.4)))  # what is left is lost
        if month >= 94:
            firm.budget *= 0.6  # autumn 2008
    if rng.random() < 0.006:  # the champion leaves
        firm.temperament = rng.choice(list(TEMPERAMENTS), p=[s[0] for s in TEMPERAMENTS.values()])
        _set_thresholds(firm, rng)
        firm.met = firm.met[:1]
    for seller in firm.habit:
        firm.habit[seller] *= 0.985
    _talk(firm, month, record, rng)
    season = {0: 2.2, 1: 1.8, 2: 1.3}.get(until_year_end, 0.8) * (0.4 if calendar in (7, 8) else 1.0)
    if firm.sector == "Retail" and calendar in (10, 11, 12):
        season = 0.15
    mood = 0.7 if month >= 94 else 1.0
    for product in PRODUCTS:
        if month >= product.launch:
            if product.id in firm.owns:
                _keep(firm, product, month, record, season * mood, rng)
            else:
                _consider(firm, product, month, people, record, season * mood, rng)


def _consider(
    firm: Firm,
    product: Product,
    month: int,
    people: list[Firm],
    record: Record,
    mood: float,
    rng: np.random.Generator,
) -> None:
    if any(first not in firm.owns for first in product.needs_first) and rng.random() > 0.02:
        return
    rivals = [p.id for p in PRODUCTS if p.need == product.need and p.id != product.id]
    if any(rival in firm.owns for rival in rivals) or product in RIVALS.values():
        return  # the need is met; and a rival is never looked at first
    if product.vendor == WE and firm.last_talk < month - 9:
        return  # nobody buys our services without knowing us
    if product.id not in firm.looking:
        lived = [people[p].owns.get(product.id, 999) <= month - 6 for p in firm.peers]
        outside = 1 / (1 + np.exp(-(month - product.outside) / 13)) if month > product.launch + 3 else 0.0
        if 0.6 * np.mean(lived) + 0.4 * outside + 0.004 < firm.threshold[product.id]:
            return
        firm.looking[product.id] = month
        if firm.last_talk >= month - 6 and product.ours and rng.random() < 0.8:
            record.offers.append(
                {
                    "firm": firm.number,
                    "product": product.id,
                    "created": month,
                    "closed": None,
                    "outcome": "open",
                    "size": _quantity(firm, product, rng),
                }
            )
    cost = _quantity(firm, product, rng) * product.price
    pushed = 1.8 if firm.last_talk >= month - 3 and product.ours else 1.0
    if cost > 3 * firm.budget or rng.random() > 0.10 * mood * pushed * min(1.0, firm.budget / max(cost, 1)):
        if rng.random() < 0.03:
            _close(record, firm, product, month, "lost")
            firm.looking.pop(product.id)
        return
    cheaper = RIVALS.get(product.id)
    if cheaper and month >= cheaper.launch and rng.random() < (0.2 if firm.employees < 600 else 0.08):
        _buy(firm, cheaper, month, record, rng)
        _close(record, firm, product, month, "lost")
        return
    seller = _buy(firm, product, month, record, rng)
    _close(record, firm, product, month, "won" if seller == WE else "lost")


def _keep(
    firm: Firm, product: Product, month: int, record: Record, mood: float, rng: np.random.Generator
) -> None:
    end, seller = firm.ends.get(product.id, (10**6, WE))
    looked_after = seller != WE or firm.last_talk >= month - 6
    if month == end - 1 and rng.random() < (0.88 if looked_after else 0.6):
        _buy(
            firm,
            product,
            month,
            record,
            rng,
            quantity=firm.amount[product.id],
            seller=seller if rng.random() < 0.85 else None,
        )
    elif product.per > 0 and rng.random() < 0.018 * mood * min(1.0, firm.budget / (firm.servers * 200)):
        more = max(1, int(firm.amount[product.id] * rng.uniform(0.15, 0.6)))
        _buy(firm, product, month, record, rng, quantity=more)


def _quantity(firm: Firm, product: Product, rng: np.random.Generator) -> int:
    base = (
        firm.employees
        if product.id in ("desktop-virtualisation", "application-virtualisation")
        else firm.servers
    )
    first = {"desktop-virtualisation": 0.08, "application-virtualisation": 0.1}.get(product.id, product.per)
    return max(1, round(base * first * float(np.exp(rng.normal(0, 0.3))))) if product.per else 1


def _buy(
    firm: Firm,
    product: Product,
    month: int,
    record: Record,
    rng: np.random.Generator,
    quantity: int | None = None,
    seller: str | None = None,
) -> str:
    renewal = quantity is not None and seller is not None
    quantity = quantity or _quantity(firm, product, rng)
    if seller is None:
        seller = WE if product.vendor == WE else _seller(firm, product, month, rng)
    price = product.price * (0.22 if renewal else 1.0) * quantity * (0.9 if quantity > 40 else 1.0)
    term = product.term * (3 if product.term == 12 and rng.random() < 0.2 else 1)
    end = month + term if term else None
    record.purchases.append(
        {
            "firm": firm.number,
            "product": product.id,
            "month": month,
            "quantity": quantity,
            "amount": round(price * float(rng.uniform(0.85, 1.02)), 2),
            "seller": seller,
            "end": end,
            "renewal": renewal,
        }
    )
    firm.owns.setdefault(product.id, month)
    firm.amount[product.id] = firm.amount.get(product.id, 0) + (0 if renewal else quantity)
    if end:
        firm.ends[product.id] = (end, seller)
    firm.looking.pop(product.id, None)
    firm.budget = max(0.0, firm.budget - price)
    firm.habit[seller] = firm.habit[seller] * 0.7 + 2.0
    return seller


def _seller(firm: Firm, product: Product, month: int, rng: np.random.Generator) -> str:
    pull = {seller: firm.habit[seller] for seller in SELLERS}
    pull[WE] += (1.6 if firm.last_talk >= month - 6 else -0.8) if product.ours else -9
    pull["Contoso Systems"] += 0.6 if firm.sector in ("Manufacturing", "Retail") else 0.0
    pull["Fabrikam Services"] += 0.8 if firm.sector in ("Public", "Education") else 0.0
    pull["Northwind IT"] += 0.7 if firm.region in ("North", "Fjords") else -0.4
    pull["Tailspin Networks"] += 0.9 if product.need in ("network", "storage") else -0.5
    pull["direct"] += 0.8 if firm.employees > 3000 else -0.6
    weights = np.exp(np.array([pull[s] for s in SELLERS]))
    return str(rng.choice(SELLERS, p=weights / weights.sum()))


def _close(record: Record, firm: Firm, product: Product, month: int, outcome: str) -> None:
    for offer in record.offers:
        if offer["firm"] == firm.number and offer["product"] == product.id and offer["outcome"] == "open":
            offer["outcome"], offer["closed"] = outcome, month


def _talk(firm: Firm, month: int, record: Record, rng: np.random.Generator) -> None:
    """Our own people: they look after those who bought lately, try targets, and forget."""
    ours = [m for m in firm.ends.values() if m[1] == WE]
    rate = 0.03 + 0.10 * firm.targeted + (0.35 if ours and firm.habit[WE] > 1.2 else 0.0)
    if firm.rep == "M. Solberg" and 78 <= month <= 90:
        rate *= 0.15  # the region had nobody for a year
    if any(o["outcome"] == "open" and o["firm"] == firm.number for o in record.offers[-60:]):
        rate += 0.25
    for _ in range(rng.poisson(rate)):
        favourite = firm.met[0] if firm.met else None
        if favourite is None or rng.random() < 0.3:
            names = list(DEPARTMENTS)
            weight = np.array([6, 2, 2, 2, 1, 3, 2, 2, 1, 1, 1, 1], dtype=float)
            favourite = str(rng.choice(names, p=weight / weight.sum()))
        if favourite not in firm.met:
            firm.met.append(favourite)
        firm.last_talk = month
        record.talks.append(
            {
                "firm": firm.number,
                "month": month,
                "department": favourite,
                "role": str(rng.choice(DEPARTMENTS[favourite])),
                "ours": firm.rep,
                "kind": str(rng.choice(["Call", "Email", "Meeting"], p=[0.4, 0.35, 0.25])),
                "temperament": firm.temperament,
            }
        )
