"""Every known header of every CRM, in each of its dialects, is taken for what it is."""

# ruff: noqa: E501 (tables of headers)

from __future__ import annotations

import pytest

from beachhead.tables.crm.dialects import folded, profiles, rarity
from beachhead.tables.crm.recognition import Evidence, recognise

# field | Salesforce label | Salesforce API | HubSpot label | HubSpot API | Dynamics label | Dynamics logical name
# field "-": known, not taken; several alternatives of one cell are separated by ";"
ACCOUNT = """
account  | Account ID | Id | Record ID; Record ID - Company | hs_object_id | (Do Not Modify) Account | accountid
name     | Account Name | Name | Company name; Company Name | name | Account Name | name
domain   | Website | Website | Company Domain Name; Website URL | domain; website | Website | websiteurl
industry | Industry | Industry | Industry | industry | Industry | industrycode
kind     | Account Type; Type | Type | Company Type | type | Relationship Type | customertypecode
size     | Employees | NumberOfEmployees | Number of Employees | numberofemployees | Number of Employees; No. of Employees | numberofemployees
-        | Annual Revenue | AnnualRevenue | Annual Revenue | annualrevenue | Annual Revenue | revenue
-        | | CurrencyIsoCode | | | Currency | transactioncurrencyid
-        | Billing Street | BillingStreet | | address | Address 1: Street 1 | address1_line1
-        | Billing City | BillingCity | City | city | Address 1: City | address1_city
region   | Billing State/Province | BillingState | State/Region | state | Address 1: State/Province | address1_stateorprovince
-        | Billing Zip/Postal Code | BillingPostalCode | Postal Code | zip | Address 1: ZIP/Postal Code | address1_postalcode
country  | Billing Country | BillingCountry | Country/Region; Country | country | Address 1: Country/Region | address1_country
owner    | Account Owner | OwnerId | Company owner | hubspot_owner_id | Owner | ownerid
parent   | Parent Account ID | ParentId | Parent Company | hs_parent_company_id | Parent Account | parentaccountid
-        | Account Description | Description | Description | description | Description | description
-        | Created Date | CreatedDate | Create Date | createdate | Created On | createdon
-        | Rating | LastActivityDate | Lead Status | hs_lead_status | Account Rating | accountratingcode
"""
CONTACT = """
contact      | Contact ID | Id | Record ID; Record ID - Contact | hs_object_id | (Do Not Modify) Contact | contactid
first_name   | First Name | FirstName | First Name | firstname | First Name | firstname
last_name    | Last Name | LastName | Last Name | lastname | Last Name | lastname
account      | Account ID | AccountId | Associated Company IDs; Primary Associated Company ID | associatedcompanyid | Company Name | parentcustomerid
account_name | Account Name | Account.Name | Associated Company; Company Name | company | |
role         | Title | Title | Job Title | jobtitle | Job Title | jobtitle
department   | Department | Department | Department | department | Department | department
email        | Email | Email | Email | email | Email | emailaddress1
-            | Phone | Phone | Phone Number; Mobile Phone Number | mobilephone | Business Phone; Mobile Phone | telephone1
-            | Contact Owner | OwnerId | Contact owner | hubspot_owner_id | Owner | ownerid
"""
OPPORTUNITY = """
opportunity  | Opportunity ID | Id | Record ID | hs_object_id | (Do Not Modify) Opportunity | opportunityid
name         | Opportunity Name | Name | Deal Name | dealname | Topic | name
account      | Account ID | AccountId | Associated Company IDs | associatedcompanyid | Potential Customer; Account | parentaccountid; customerid
account_name | Account Name | Account.Name | Associated Company | | |
stage        | Stage | StageName | Deal Stage | dealstage | Sales Stage; Pipeline Phase | salesstage; stepname
pipeline     | | | Pipeline | pipeline | |
outcome      | | | | | Status | statecode
won          | Won | IsWon | Is Closed Won | hs_is_closed_won | |
closed_flag  | Closed | IsClosed | | | |
amount       | Amount | Amount | Amount | amount | Est. Revenue | estimatedvalue
actual_amount| | | | | Actual Revenue | actualvalue
close_date   | Close Date | CloseDate | Close Date | closedate | |
expected     | | | | | Est. Close Date | estimatedclosedate
closed       | | | | | Actual Close Date | actualclosedate
created      | Created Date | CreatedDate | Create Date | createdate | Created On | createdon
probability  | Probability (%) | Probability | | hs_deal_stage_probability | Probability | closeprobability
owner        | Opportunity Owner | OwnerId | Deal owner; Deal Owner | hubspot_owner_id | Owner | ownerid
-            | Lead Source | LeadSource | Original Source | hs_analytics_source | Originating Lead | originatingleadid
-            | Next Step | NextStep | | hs_next_step | |
-            | Forecast Category | ForecastCategoryName | | | Rating | opportunityratingcode
purchase_process   | | | | | Purchase Process | purchaseprocess
purchase_timeframe | | | | | Purchase Timeframe | purchasetimeframe
need               | | | | | Need | need
"""
LINE = """
line         | Line Item ID | Id | Record ID | hs_object_id | (Do Not Modify) Opportunity Product | opportunityproductid
opportunity  | Opportunity ID | OpportunityId | Associated Deal IDs | | Opportunity | opportunityid
product      | Product ID | Product2Id | | hs_product_id | Existing Product | productid
product_name | Opportunity Product Name | Name | Name | name | Name | opportunityproductname
product_code | Product Code | ProductCode | SKU | hs_sku | |
quantity     | Quantity | Quantity | Quantity | quantity | Quantity | quantity
unit_price   | Sales Price | UnitPrice | Unit price | price | Price Per Unit | priceperunit
amount       | Total Price | TotalPrice | Net price | amount | Extended amount | extendedamount
date         | Date | ServiceDate | | | |
-            | List Price | ListPrice | | | |
"""
ASSET = """
asset        | Asset ID | Id
account      | Account ID; Account | AccountId
product      | Product ID | Product2Id
product_name | Asset Name; Product | Name
product_code | Product Code | ProductCode
quantity     | Quantity | Quantity
unit_price   | Price | Price
date         | Purchase Date | PurchaseDate
installed    | Install Date | InstallDate
term_end     | Usage End Date | UsageEndDate
competitor   | Competitor Asset | IsCompetitorProduct
seller       | Asset Provided By ID | AssetProvidedById
serviced_by  | Asset Serviced By ID | AssetServicedById
-            | Status | Status
-            | Serial Number | SerialNumber
"""
ACTIVITY = """
activity     | Activity ID | Id | Record ID | hs_object_id | (Do Not Modify) Activity | activityid
subtype      | Task Subtype | TaskSubtype | | | |
type         | Call Type | CallType | Activity type | hs_activity_type | Activity Type | activitytypecode
date         | Due Date; Date | ActivityDate | Activity date | hs_timestamp | Actual Start; Actual End; Due Date | actualstart; actualend
note         | Subject | Subject | Call title | hs_call_title; hs_email_subject; hs_meeting_title | Subject | subject
-            | Comments | Description | Body preview | hs_note_body; hs_call_body | Description | description
status       | Status | Status | | | Activity Status | statecode
-            | Call Duration | CallDurationInSeconds | Call duration | hs_call_duration | Duration | actualdurationminutes
account      | Account ID; Account | AccountId | Associated Company IDs | | Regarding | regardingobjectid
opportunity  | | WhatId | Associated Deal IDs | | |
opportunity_name | Related To | | | | |
contact      | | WhoId | Associated Contact IDs | | |
person       | Name | | Associated Contact | | |
our_person   | Assigned To | OwnerId | Activity assigned to | hubspot_owner_id | Owner | ownerid
"""
TABLES = {
    "account": ACCOUNT,
    "contact": CONTACT,
    "opportunity": OPPORTUNITY,
    "opportunity line": LINE,
    "asset": ASSET,
    "activity": ACTIVITY,
}
DIALECTS = (
    ("Salesforce", "label"),
    ("Salesforce", "API"),
    ("HubSpot", "label"),
    ("HubSpot", "API"),
    ("Dynamics 365", "label"),
    ("Dynamics 365", "logical name"),
)


def rows(table: str) -> list[list[str]]:
    return [[c.strip() for c in line.split("|")] for line in table.strip().splitlines()]


def column(kind: str, dialect: int) -> list[tuple[str, str]]:
    """Header and field of every known column of a kind in one dialect, alternatives after each other."""
    pairs = []
    for field, *cells in rows(TABLES[kind]):
        for header in (cells[dialect] if dialect < len(cells) else "").split(";"):
            if header.strip():
                pairs.append((header.strip(), field))
    return pairs


CASES = [(kind, d) for kind in TABLES for d in range(6) if len(column(kind, d)) > 3]


@pytest.mark.parametrize(
    ("kind", "dialect"), CASES, ids=lambda v: v if isinstance(v, str) else "-".join(DIALECTS[v])
)
def test_a_full_export_is_recognised(kind: str, dialect: int) -> None:
    pairs = dict(column(kind, dialect))
    reading = recognise(list(pairs))
    assert reading is not None
    assert (reading.kind, reading.crm) == (kind, DIALECTS[dialect][0])
    placed = {h: f for f, hs in reading.columns.items() for h in hs}
    wanted = {h: f for h, f in pairs.items() if f != "-"}
    assert {h: placed.get(h) for h in wanted} == wanted


@pytest.mark.parametrize(
    ("kind", "dialect"), CASES, ids=lambda v: v if isinstance(v, str) else "-".join(DIALECTS[v])
)
@pytest.mark.parametrize(
    "change", [str.upper, str.lower, lambda h: f"  {h} "], ids=["upper", "lower", "spaces"]
)
def test_case_and_spaces_do_not_matter(kind: str, dialect: int, change: object) -> None:
    pairs = {change(h): f for h, f in column(kind, dialect)}  # type: ignore[operator]
    reading = recognise(list(pairs))
    assert reading is not None
    assert reading.kind == kind


@pytest.mark.parametrize(("kind", "dialect"), [c for c in CASES if c[1] == 0])
def test_the_object_before_a_label_is_dropped(kind: str, dialect: int) -> None:
    prefix = {"opportunity line": "Opportunity Product"}.get(kind, kind.capitalize())
    pairs = {f"{prefix}: {h}": f for h, f in column(kind, dialect)}
    reading = recognise(list(pairs))
    assert reading is not None
    assert (reading.kind, reading.crm) == (kind, "Salesforce")
    placed = {h: f for f, hs in reading.columns.items() for h in hs}
    wanted = {h: f for h, f in pairs.items() if f != "-"}
    assert {h: placed.get(h) for h in wanted} == wanted


@pytest.mark.parametrize(
    ("kind", "third"),
    [
        (k, t)
        for k in ("Account", "Opportunity", "Contact")
        for t in ("(Do Not Modify) Modified On", "Account Last Modified Date")
    ],
)
def test_the_hidden_columns_of_dynamics_are_dropped(kind: str, third: str) -> None:
    headers = [f"(Do Not Modify) {kind}", "(Do Not Modify) Row Checksum", third]
    headers += [h for h, _ in column(kind.lower(), 4) if not h.startswith("(Do Not")]
    reading = recognise(headers)
    assert reading is not None
    assert (reading.kind, reading.crm) == (kind.lower(), "Dynamics 365")
    assert set(reading.technical) == {"(Do Not Modify) Row Checksum", third}
    assert reading.columns[kind.lower()][0] == headers[0]


# our field → what the column is called in German, French, Dutch, Portuguese, Spanish (from memory)
TRANSLATED = {
    "account": """
        account  | Datensatz-ID | ID de l'objet | Record-ID | ID do objeto | ID del objeto
        name     | Unternehmensname | Nom de l'entreprise | Bedrijfsnaam | Nome da empresa | Nombre de la empresa
        domain   | Website | Site web | Website | Site | Sitio web
        industry | Branche | Secteur | Branche | Setor | Sector
        size     | Anzahl der Mitarbeiter | Nombre d'employés | Aantal werknemers | Número de funcionários | Número de empleados
        country  | Land | Pays | Land | País | País
    """,
    "contact": """
        first_name   | Vorname | Prénom | Voornaam | Primeiro nome |
        full_name    | | | | | Nombre
        last_name    | Nachname | Nom de famille | Achternaam | Sobrenome | Apellidos
        role         | Funktion | Intitulé du poste | Functie | Cargo | Puesto
        email        | E-Mail | E-mail | E-mail | E-mail | Correo electrónico
        account_name | Name des Unternehmens | Nom du compte | Bedrijfsnaam | Nome da conta | Nombre de la cuenta
    """,
    "opportunity": """
        name       | Name der Verkaufschance | Nom de l'opportunité | Naam verkoopkans | Nome da oportunidade | Nombre de la oportunidad
        account_name | Accountname | Nom du compte | Klantnaam | Nome da conta | Nombre de la cuenta
        stage      | Phase | Étape | Fase | Fase | Etapa
        amount     | Betrag | Montant | Bedrag | Valor | Importe
        close_date | Abschlussdatum | Date de clôture | Sluitingsdatum | Data de fechamento | Fecha de cierre
        created    | Erstellungsdatum | Date de création | Aanmaakdatum | Data de criação | Fecha de creación
    """,
    "activity": """
        date       | Datum der Aktivität | Date de l'activité | Activiteitsdatum | Data da atividade | Fecha de actividad
        note       | Betreff | Sujet | Onderwerp | Assunto | Asunto
        account_name | Firmenname | Nom du compte | Klantnaam | Nome da conta | Nombre de la cuenta
        our_person | Zugewiesen an | Attribué à | Toegewezen aan | Atividade atribuída a | Asignado a
    """,
    "purchase": """
        account_name | Kundenname | Nom du client | Klantnaam | Nome do cliente | Nombre del cliente
        product    | Artikel | Produit | Product | Produto | Producto
        date       | Rechnungsdatum | Date de commande | Orderdatum | Data do pedido | Fecha de pedido
        quantity   | Menge | Quantité | Aantal | Quantidade | Cantidad
        unit_price | Einzelpreis | Prix unitaire | Prijs per stuk | Preço unitário | Precio unitario
    """,
}
LANGUAGES = ("German", "French", "Dutch", "Portuguese", "Spanish")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", TRANSLATED)
def test_translated_headers_are_understood(kind: str, language: str) -> None:
    at = LANGUAGES.index(language)
    pairs = {cells[at]: field for field, *cells in rows(TRANSLATED[kind]) if cells[at]}
    reading = recognise(list(pairs))
    assert reading is not None
    placed = {h: f for f, hs in reading.columns.items() for h in hs}
    assert (reading.kind, {h: placed.get(h) for h in pairs}) == (kind, pairs)


RENAMED = [
    ("account", {"Company_Account Name": "name", "Sector": "industry", "Headcount": "size", "iARR": None}),
    (
        "opportunity",
        {
            "Deal": "name",
            "Comapny Name": "account_name",
            "TCV": "amount",
            "Sales phase": "stage",
            "Closing": "close_date",
        },
    ),
    (
        "purchase",
        {
            "End Customer": "account",
            "SKU": "product",
            "Order Date": "date",
            "Seats": "quantity",
            "Support End Date": "term_end",
        },
    ),
    (
        "order line",
        {
            "ORDERNUMBER": "order",
            "PRODUCTCODE": "product_code",
            "QUANTITYORDERED": "quantity",
            "PRICEEACH": "unit_price",
        },
    ),
    ("order", {"orderID": "order", "customerID": "account", "orderDate": "date", "freight": None}),
]


@pytest.mark.parametrize(("kind", "pairs"), RENAMED)
def test_renamed_columns_are_told_by_their_words(kind: str, pairs: dict[str, str | None]) -> None:
    reading = recognise(list(pairs))
    assert reading is not None
    placed = {h: f for f, hs in reading.columns.items() for h in hs}
    assert (reading.kind, {h: placed.get(h) for h in pairs}) == (kind, pairs)


def test_the_ids_of_salesforce_tell_the_object() -> None:
    headers = ["Id", "Name", "Type", "Description"]
    for prefix, kind in (("001", "account"), ("006", "opportunity")):
        values = [f"{prefix}5g00000AbCd{i}" for i in range(5)]
        found = recognise(
            [*headers, "StageName", "CloseDate"] if kind == "opportunity" else headers,
            Evidence(first=lambda _, v=values: v),
        )
        assert found is not None
        assert found.kind == kind


@pytest.mark.parametrize(
    "headers", [["a", "b", "c"], ["Table", "Field", "Description"], ["sobject", "saveRefs", "files"]]
)
def test_what_is_not_known_is_left_alone(headers: list[str]) -> None:
    assert recognise(headers) is None


def test_a_label_tells_the_less_the_more_kinds_of_export_know_it() -> None:
    known = [label for profile in profiles() for label in (*profile.fields, *profile.also)]
    assert rarity() == {label: 1 / known.count(label) for label in known}
    assert rarity()[folded("Account Name")] < rarity()[folded("Probability (%)")]


def test_a_label_says_the_less_the_more_kinds_of_exports_have_it() -> None:
    known = [{*p.fields, *p.also} for p in profiles()]
    for label, weight in rarity().items():
        assert weight == pytest.approx(1 / sum(label in labels for labels in known))
