"""Names of firms and persons, all invented; any likeness to real ones is chance. Domains end in .example."""

from __future__ import annotations

import numpy as np

STEMS = """
    Aldervik Arnfeld Aubrecht Bergmoor Birkenau Blomsund Bramholt Brinkmoor Calderis Carstvik
    Dalgren Dornwald Drevvatn Ebersund Eikholt Elvering Erlbach Eskelund Falkmar Fennhorst Fjellmark
    Garstedt Glimmer Grauwald Grenvik Halmoor Harkvoort Hasselt-Oever Heidbrink Hollmar Hulsbeek
    Ilmenfeld Ivarstad Jarlsby Kaldervoort Kestrel Kieferau Klingvoll Krakmoor Kvernes Landsvik
    Lerchenau Lichtmoor Lindqvarn Løvang Maarveld Meerkamp Mistelau Mølnvik Nachtwey Nesvold
    Nordkamp Oberwies Ørnvik Oostrand Pfalzau Plassdal Quellmar Ravnholt Reedmoor Rietvoort
    Rosenwerf Sandkamp Schönmoor Seljord-Vik Silberau Solbakk Steenrode Tannhorst Teglvik Ternveen
    Uhlmar Ulvsund Vanderloo Varnholt Veldkamp Vestergaard-Lund Waalmark Wederau Wiesmoor Winterkamp
    Ysselmar Zandvliet-Hof Zirbenau Zwarteveld
""".split()  # noqa: SIM905
WHAT = {
    "Manufacturing": (
        "Valves",
        "Pumps",
        "Castings",
        "Tooling",
        "Plastics",
        "Gears",
        "Optics",
        "Coatings",
        "Turbines",
    ),
    "Public": (
        "City of {}",
        "{} District Council",
        "{} Land Registry",
        "Municipality of {}",
        "{} Port Authority",
    ),
    "Finance": ("Bank", "Insurance", "Leasing", "Savings Bank", "Pension Fund"),
    "Health": ("{} Hospital", "{} Clinics", "{} Care Trust", "{} Medical Laboratories"),
    "Retail": ("Stores", "Home & Garden", "Fashion", "Markets", "Opticians"),
    "Education": ("University of {}", "{} College", "{} School Board", "{} Institute of Technology"),
    "Utilities": ("Energy", "Waterworks", "Grid", "Gas"),
    "Logistics": ("Freight", "Shipping", "Cold Chain", "Parcel", "Terminals"),
}
FORMS = {
    "DE": ("GmbH", "AG", "GmbH & Co. KG"),
    "AT": ("GmbH", "AG"),
    "NL": ("B.V.", "N.V."),
    "NO": ("AS", "ASA"),
}
FIRST = """
    Anna Bram Clara Dirk Eva Femke Gerd Hanne Ingrid Jonas Kari Lars Mia Nils Olav Petra Ruth Sven Tessa Ulf
""".split()  # noqa: SIM905
LAST = """
    Aas Berg Claas Dahl Ebner Falk Graf Haug Ilg Jansen Kolb Lie Maas Nagel Ott Prins Roth Sand Tveit Visser
""".split()  # noqa: SIM905


def firm_names(sectors: list[str], countries: list[str], rng: np.random.Generator) -> list[str]:
    """One name per firm, no two alike."""
    taken: set[str] = set()
    names = []
    for sector, country in zip(sectors, countries, strict=True):
        while True:
            stem, what = str(rng.choice(STEMS)), str(rng.choice(WHAT[sector]))
            name = what.format(stem) if "{}" in what else f"{stem} {what} {rng.choice(FORMS[country])}"
            key = f"{stem} {what}"
            if key not in taken and stem != "Kestrel":
                taken.add(key)
                names.append(name)
                break
    return names


def domain(name: str) -> str:
    """An internet domain that cannot exist."""
    plain = name.lower().translate(
        str.maketrans({"ø": "o", "ö": "o", "å": "a", "&": "and", ".": "", " ": "-"})
    )
    for form in ("-gmbh-and-co-kg", "-gmbh", "-ag", "-bv", "-nv", "-asa", "-as"):
        plain = plain.removesuffix(form)
    return f"{plain}.example"


def person(rng: np.random.Generator) -> tuple[str, str]:
    return str(rng.choice(FIRST)), str(rng.choice(LAST))
