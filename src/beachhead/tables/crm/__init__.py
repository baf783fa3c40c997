"""What CRMs call things: headers per CRM as data, recognition of exports, their values and their conversion."""
