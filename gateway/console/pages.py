"""Every page of the console, in the order of its menu: to add one, add its module here."""

PAGES: tuple[str, ...] = (
    "gateway.console.account",
    "gateway.console.today",
    "gateway.console.beneficiaries",
    "gateway.console.imports",
    "gateway.console.payments",
    "gateway.console.broadcasts",
    "gateway.console.messages",
    "gateway.console.cases",
    "gateway.console.reports",
    "gateway.console.menu_map",
    "gateway.console.districts",
    "gateway.console.staff",
    "gateway.console.audit",
    "gateway.console.settings",
)
