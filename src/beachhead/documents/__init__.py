"""What people receive: report, brief, proposal, battlecard, workbooks."""
