"""The planner's workbench: settings in an address, an answer at once as an estimate, and certified when it lands."""
