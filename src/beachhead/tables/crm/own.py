"""Tables as a workspace keeps them, of the kinds that no CRM exports."""

from __future__ import annotations

from beachhead.tables.crm.context import Context, Taken
from beachhead.tables.crm.reading import ROW
from beachhead.tables.crm.rows import known
from beachhead.tables.workspace import definition


def read_own_tables(context: Context, files: list[Taken]) -> None:
    """Tables as a workspace keeps them; of products and partners they make ids and names known."""
    registries = {"products": context.products, "partners": context.partners}
    for taken in files:
        table = definition(taken.kind.removeprefix("table "))
        given = [c for c in table.names if taken.has(c)]
        rows = table.conform(taken.frame.select(given).collect(), file=taken.file).select(given)
        rows = rows.with_columns(taken.frame.select(ROW).collect().get_column(ROW))
        if table.name in registries and table.key:
            known(registries[table.name], rows, table.key)
        frame = rows.lazy()
        if "account" in given:
            frame = context.placed(taken, frame)
        if "product" in given and table.name != "products":
            frame = context.product_of(taken, frame)
        context.put(table.name, taken, frame, given)
