"""Files that leave the house: spreadsheet, report, the plan as JSON and the terminal's summary, all from one view."""
