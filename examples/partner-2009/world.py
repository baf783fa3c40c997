"""What the synthetic territory is made of: products, sectors, temperaments, sellers, firms. All invented."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

AS_OF = date(2009, 2, 28)
FIRST = date(2001, 1, 1)  # the simulation's own first month
RECORDED = 50  # the month from which on things are in the exports: March 2005
MONTHS = (AS_OF.year - FIRST.year) * 12 + AS_OF.month
WE = "Harbour IT"


@dataclass(frozen=True)
class Product:
    """``launch``: month since January 2001; ``outside``: month in which half of the world outside has it."""

    id: str
    name: str
    vendor: str
    ours: bool
    need: str
    needs_first: tuple[str, ...]
    launch: int
    outside: int
    price: float
    per: float  # licences for each server
    term: int  # months, 0 for none


PRODUCTS = (
    Product(
        "server-virtualisation",
        "Server virtualisation",
        "VMware",
        True,
        "server platform",
        (),
        6,
        98,
        2300,
        0.12,
        12,
    ),
    Product(
        "litware-hypervisor",
        "Litware Hypervisor",
        "Litware",
        False,
        "server platform",
        (),
        60,
        118,
        900,
        0.10,
        12,
    ),
    Product("shared-storage", "Shared storage", "Proseware", False, "storage", (), 0, 80, 30000, 0.01, 36),
    Product(
        "infrastructure-management",
        "Infrastructure management",
        "VMware",
        True,
        "platform management",
        ("server-virtualisation",),
        35,
        96,
        5200,
        0.015,
        12,
    ),
    Product(
        "vm-backup",
        "VM backup",
        "Proseware",
        True,
        "backup",
        ("server-virtualisation",),
        62,
        102,
        700,
        0.12,
        12,
    ),
    Product(
        "application-virtualisation",
        "Application virtualisation",
        "VMware",
        True,
        "application delivery",
        (),
        83,
        128,
        60,
        1.5,
        12,
    ),
    Product(
        "desktop-virtualisation",
        "Desktop virtualisation",
        "VMware",
        True,
        "desktops",
        ("infrastructure-management",),
        78,
        120,
        150,
        1.2,
        12,
    ),
    Product(
        "disaster-recovery",
        "Disaster recovery",
        "VMware",
        True,
        "continuity",
        ("infrastructure-management", "shared-storage"),
        88,
        116,
        1750,
        0.08,
        12,
    ),
    Product(
        "capacity-management",
        "Capacity management",
        "VMware",
        True,
        "capacity",
        ("infrastructure-management",),
        90,
        118,
        420,
        0.12,
        12,
    ),
    Product(
        "distributed-switch",
        "Distributed switch",
        "VMware",
        True,
        "network",
        ("server-virtualisation", "infrastructure-management"),
        93,
        122,
        1100,
        0.10,
        12,
    ),
    Product(
        "health-check",
        "Virtualisation health check",
        WE,
        True,
        "assessment",
        ("server-virtualisation",),
        62,
        106,
        6800,
        0.0,
        0,
    ),
    Product(
        "operations-blueprint",
        "Operations blueprint",
        WE,
        True,
        "operations consulting",
        ("server-virtualisation",),
        86,
        116,
        14500,
        0.0,
        0,
    ),
    Product(
        "private-cloud-preparation",
        "Private cloud preparation",
        WE,
        True,
        "cloud consulting",
        ("infrastructure-management", "operations-blueprint", "shared-storage"),
        92,
        120,
        29000,
        0.0,
        0,
    ),
)
RIVALS = {"server-virtualisation": next(p for p in PRODUCTS if p.vendor == "Litware")}
SELLERS = (WE, "Contoso Systems", "Fabrikam Services", "Northwind IT", "Tailspin Networks", "direct")

# sector → share of firms, log of employees (mean, spread), last month of the financial year, servers per
# employee
SECTORS = {
    "Manufacturing": (0.24, 6.1, 1.0, 12, 0.05),
    "Public": (0.17, 6.4, 1.1, 12, 0.07),
    "Finance": (0.11, 6.2, 1.2, 12, 0.16),
    "Health": (0.11, 6.3, 0.9, 12, 0.09),
    "Retail": (0.12, 6.0, 1.1, 1, 0.03),
    "Education": (0.09, 5.9, 0.9, 8, 0.08),
    "Utilities": (0.07, 6.2, 0.9, 3, 0.09),
    "Logistics": (0.09, 5.9, 0.9, 9, 0.04),
}
REGIONS = (("North", "DE"), ("East", "DE"), ("South", "AT"), ("West", "NL"), ("Fjords", "NO"))
# temperament → share of firms, what it must have seen (low, high) before it looks
TEMPERAMENTS = {
    "curious": (0.04, 0.00, 0.01),
    "ambitious": (0.14, 0.01, 0.10),
    "practical": (0.42, 0.08, 0.34),
    "careful": (0.28, 0.28, 0.60),
    "unwilling": (0.12, 0.55, 0.95),
}
OUR_PEOPLE = ("A. Brandt", "J. de Wit", "M. Solberg", "K. Huber", "P. Lindner")
DEPARTMENTS = {
    "Server": ("Server team lead", "Systems engineer"),
    "Network": ("Network lead",),
    "Storage": ("Storage engineer",),
    "IT operations": ("Head of operations", "Operations manager"),
    "Service desk": ("Service desk manager",),
    "IT management": ("CIO", "Head of IT"),
    "Architecture": ("Enterprise architect",),
    "Procurement": ("Procurement officer",),
    "Security": ("Security officer",),
    "Desktop": ("Desktop services lead",),
    "Finance": ("Controller",),
    "Applications": ("Application manager",),
}


@dataclass
class Firm:
    """One firm and what it remembers."""

    number: int
    sector: str
    region: str
    country: str
    employees: int
    servers: float
    temperament: str
    rep: str
    peers: list[int] = field(default_factory=list)
    budget: float = 0.0
    owns: dict[str, int] = field(default_factory=dict)  # product → month of the first purchase
    amount: dict[str, int] = field(default_factory=dict)
    ends: dict[str, tuple[int, str]] = field(
        default_factory=dict
    )  # product → month of the term's end, seller
    threshold: dict[str, float] = field(default_factory=dict)
    looking: dict[str, int] = field(default_factory=dict)  # product → month in which it began to look
    habit: dict[str, float] = field(default_factory=dict)  # seller → how used to it
    met: list[str] = field(default_factory=list)  # departments that we met
    last_talk: int = -99
    targeted: bool = False

    @property
    def segment(self) -> str:
        return "enterprise" if self.employees > 2500 else "mid-market" if self.employees > 400 else "small"


@dataclass
class Record:
    """What the exports will tell."""

    purchases: list[dict] = field(default_factory=list)
    talks: list[dict] = field(default_factory=list)
    offers: list[dict] = field(default_factory=list)
