"""The tables that come in: one module per table, readers, CRM headers, the workspace."""
