"""Every page of the console, a package each, in the order of the menu: see docs/adding-a-page.md.

To add one, write its package and add its name here.
"""

PAGES: tuple[str, ...] = (
    "account",
    "today",
    "beneficiaries",
    "own_data",
    "imports",
    "payments",
    "broadcasts",
    "messages",
    "cases",
    "reports",
    "questions",
    "menu_map",
    "texts",
    "places",
    "districts",
    "staff",
    "connections",
    "webhooks",
    "api_keys",
    "audit",
    "settings",
    "guide",
)
