"""The USSD menu as its callers meet it, drawn without one: made-up callers press every key."""
