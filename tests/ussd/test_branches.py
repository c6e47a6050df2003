"""Which choice of the home screen a state belongs to."""

from gateway.ussd.branches import branches_of
from gateway.ussd.screens import Branch, Choice, End, Menu, MenuTree, Route
from menus import build_menu

TREE = MenuTree(
    "m",
    (
        Menu(
            "home",
            "",
            choices=(
                Choice("Money", to=Branch(lambda _context: "nobody", ("nobody", "money"))),
                Choice("Health", to=Branch(lambda _context: "nobody", ("nobody", "health"))),
                Choice("Help", to="help"),
            ),
        ),
        Route("money", Branch(lambda _context: "day", ("day",))),
        Menu("day", "", choices=(Choice("Not paid", to="case"), Choice("Help", to="help"))),
        Menu("health", "", choices=(Choice("Visits", to="visits"), Choice("Home", to="home"))),
        End("visits", ""),
        Menu("help", "", choices=(Choice("Call me", to="case"),)),
        End("case", ""),
        End("nobody", ""),
    ),
    start="home",
    home="home",
)


def test_a_state_belongs_to_the_choice_that_alone_leads_to_it():
    branches = branches_of(TREE)

    assert branches.labels == {"money": "Money", "health": "Health", "help": "Help"}
    assert branches.of_state == {
        "money": "money", "day": "money",
        "health": "health", "visits": "health",
        "help": "help",
        "nobody": "nobody",
    }  # fmt: skip


def test_a_conversation_went_through_branches():
    trail = ["home", "day", "home", "visits", "case", "forgotten"]

    assert branches_of(TREE).asked(trail) == {"money", "health"}


def test_a_last_screen_that_another_branch_leads_to_as_well_belongs_to_none():
    locked = End("locked", "")
    tree = MenuTree(
        "m",
        (
            Menu(
                "home",
                "",
                choices=(
                    Choice("Money", to="money"),
                    Choice("Health", to=Branch(lambda _context: "health", ("health", "locked"))),
                ),
            ),
            Menu("money", "", choices=(Choice("Amount", to="locked"),)),
            End("health", ""),
            locked,
        ),
        start="home",
        home="home",
    )

    assert branches_of(tree).asked(["home", "money", "locked"]) == {"money"}


def test_whoever_is_locked_out_at_her_payday_has_asked_for_no_visits():
    assert branches_of(build_menu("1")).asked(["next_payment_guarded", "pin_locked"]) == {
        branches_of(build_menu("1")).of_state["next_payment_guarded"]
    }
