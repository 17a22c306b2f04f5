"""The law as data: regimes, clauses, tables, calendars, deadlines and the checks over them."""
