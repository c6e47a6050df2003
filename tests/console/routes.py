"""Every route of the console, written down by hand: who may open it, and an example to open.

A new view needs a line in ROUTES. What its address names is made by a function of examples.py, in
the district Sanamxay, so that whoever is confined to another district must get 404.
"""

from dataclasses import dataclass

ALL = "viewer health_worker operator approver editor admin"
OF_PEOPLE = "viewer health_worker operator approver admin"
OFFICE = "viewer operator approver admin"
TEXTS = "viewer operator approver editor admin"
PUBLIC = "public"


@dataclass(frozen=True)
class Route:
    """`roles` is PUBLIC or role names; `example` a key of EXAMPLES where the address has
    parameters; `confined` False where the object belongs to no district."""

    roles: str
    example: str | None = None
    confined: bool = True


ROUTES: dict[str, Route] = {
    # Signing in
    "console.account.sign_in": Route(PUBLIC),
    "console.account.sign_out": Route(PUBLIC),
    "console.account.choose_language": Route(PUBLIC),
    "console.account.password": Route(ALL),
    "console.account.index": Route(ALL),
    "console.account.see": Route(ALL),
    "console.account.second_step": Route(PUBLIC),
    "console.account.reset": Route(PUBLIC),
    "console.account.second_factor": Route(ALL),
    "console.account.add_app": Route(ALL),
    "console.account.add_key": Route(ALL),
    "console.account.use_key": Route(PUBLIC),
    "console.account.go_to_service": Route(PUBLIC),
    "console.account.back_from_service": Route(PUBLIC),
    "console.account.out_of_service": Route(PUBLIC),
    "console.account.new_codes": Route(ALL),
    "console.account.remove_factor": Route(ALL, "factor", confined=False),
    "console.account.sessions": Route(ALL),
    "console.account.end_session": Route(ALL, "session", confined=False),
    "console.account.end_other_sessions": Route(ALL),
    "console.assets.file": Route(PUBLIC, "asset", confined=False),
    "console.guide.index": Route(ALL),
    # Today
    "console.today.index": Route(ALL),
    "console.today.delivery_svg": Route(OF_PEOPLE),
    "console.today.calls_svg": Route(OF_PEOPLE),
    "console.today.release": Route("operator admin", "provider", confined=False),
    # Beneficiaries
    "console.beneficiaries.index": Route(OF_PEOPLE),
    "console.beneficiaries.people_file": Route(
        "health_worker operator approver admin", "village_file", confined=False
    ),
    "console.beneficiaries.show": Route(OF_PEOPLE, "beneficiary"),
    "console.beneficiaries.register_person": Route("health_worker operator admin"),
    "console.beneficiaries.unmask": Route("health_worker operator approver admin", "beneficiary"),
    "console.beneficiaries.hide": Route("health_worker operator approver admin", "beneficiary"),
    "console.beneficiaries.edit": Route("operator admin", "beneficiary"),
    "console.beneficiaries.correct_person": Route("operator admin", "beneficiary"),
    "console.beneficiaries.duplicates": Route("operator admin"),
    "console.beneficiaries.pair": Route("operator admin", "pair"),
    "console.beneficiaries.settle_paid_twice": Route("operator admin", "paid_twice"),
    "console.beneficiaries.different": Route("operator admin", "pair"),
    "console.beneficiaries.same_as": Route("operator admin", "beneficiary"),
    "console.beneficiaries.pin": Route("health_worker operator admin", "beneficiary"),
    "console.beneficiaries.enter_birth": Route("health_worker operator admin", "beneficiary"),
    "console.beneficiaries.take_back": Route("health_worker operator admin", "beneficiary"),
    "console.beneficiaries.end_course": Route("health_worker operator admin", "beneficiary"),
    "console.beneficiaries.resume_course": Route("health_worker operator admin", "beneficiary"),
    "console.beneficiaries.mark_visit": Route("health_worker operator admin", "beneficiary"),
    "console.beneficiaries.unmark_visit": Route("health_worker operator admin", "beneficiary"),
    "console.beneficiaries.village_index": Route("health_worker operator approver admin"),
    "console.beneficiaries.village": Route("health_worker operator approver admin", "beneficiary"),
    "console.beneficiaries.unreachable_csv": Route("health_worker operator approver admin"),
    # One person's data
    "console.own_data.index": Route("operator approver admin"),
    "console.own_data.show": Route("operator approver admin", "beneficiary"),
    "console.own_data.paper": Route("operator approver admin", "beneficiary"),
    "console.own_data.data_json": Route("operator approver admin", "beneficiary"),
    "console.own_data.ask": Route("operator approver admin", "beneficiary"),
    "console.own_data.withdraw": Route("operator approver admin", "beneficiary"),
    "console.own_data.erase": Route("approver admin", "beneficiary"),
    # Imports
    "console.imports.index": Route("operator admin"),
    "console.imports.upload": Route("operator admin"),
    "console.imports.sample": Route("operator admin", "import", confined=False),
    "console.imports.template": Route("operator admin", "import", confined=False),
    "console.imports.show": Route("operator admin", "import"),
    "console.imports.progress": Route("operator admin", "import"),
    "console.imports.confirm": Route("operator admin", "import"),
    "console.imports.cancel": Route("operator admin", "import"),
    "console.imports.places": Route("operator admin", "import"),
    "console.imports.take": Route("operator admin", "import"),
    "console.imports.undo_preview": Route("operator admin", "import"),
    "console.imports.undo": Route("operator admin", "import"),
    "console.imports.left": Route("operator admin", "import"),
    "console.imports.faults": Route("operator admin", "import"),
    "console.imports.kept": Route("operator admin", "import"),
    "console.imports.changed": Route("operator admin", "import"),
    # Payments
    "console.payments.index": Route(OF_PEOPLE),
    "console.payments.day": Route(OF_PEOPLE, "payment", confined=False),
    "console.payments.change_slice": Route("operator admin", "payment"),
    "console.payments.move_day": Route("operator admin", "payment", confined=False),
    "console.payments.payment": Route(OF_PEOPLE, "payment_list"),
    "console.payments.mark_payment": Route("operator admin", "payment_list"),
    "console.payments.take_mark_back": Route("operator admin", "payment_list"),
    "console.payments.cycle_index": Route(OF_PEOPLE),
    "console.payments.cycle": Route(OF_PEOPLE, "cycle", confined=False),
    "console.payments.cycle_file": Route(OF_PEOPLE, "cycle", confined=False),
    "console.payments.cycle_people": Route(OF_PEOPLE, "cycle", confined=False),
    "console.payments.cycle_people_file": Route(
        "health_worker operator approver admin", "cycle", confined=False
    ),
    "console.payments.sheet": Route(OF_PEOPLE, "payment"),
    "console.payments.mark_sheet": Route("operator admin", "payment"),
    "console.payments.marked_list": Route("operator admin", "payment_list"),
    "console.payments.take_list_back": Route("operator admin", "payment_list"),
    # Cases
    "console.cases.index": Route(OFFICE),
    "console.cases.file": Route("operator approver admin", "village_file", confined=False),
    "console.cases.show": Route(OFFICE, "case"),
    "console.cases.whose": Route("operator approver admin", "case"),
    "console.cases.due": Route("operator approver admin", "case"),
    "console.cases.unmask": Route("operator approver admin", "case"),
    "console.cases.assign": Route("operator approver admin", "case"),
    "console.cases.note": Route("operator approver admin", "case"),
    "console.cases.answer": Route("operator approver admin", "case"),
    "console.cases.close": Route("operator approver admin", "case"),
    "console.cases.reopen": Route("operator approver admin", "case"),
    "console.cases.answers": Route("approver admin"),
    "console.cases.change_answer": Route("approver admin", "answer"),
    "console.cases.retire_answer": Route("approver admin", "answer"),
    # Messages
    "console.messages.index": Route(OFFICE),
    "console.messages.unknown": Route(OFFICE),
    "console.messages.held_back": Route(OFFICE),
    "console.messages.unmask_held": Route("operator approver admin", "held"),
    "console.messages.lift": Route("operator admin", "held"),
    "console.messages.show": Route(OFFICE, "message"),
    "console.messages.resolve": Route("operator admin", "message"),
    # Reports
    "console.reports.index": Route(OF_PEOPLE),
    "console.reports.month_csv": Route(OF_PEOPLE),
    "console.reports.not_reached": Route(OF_PEOPLE),
    "console.reports.not_reached_csv": Route("health_worker operator approver admin"),
    # Questions
    "console.questions.index": Route(OF_PEOPLE),
    "console.questions.show": Route(OF_PEOPLE, "question", confined=False),
    "console.questions.chart": Route(OF_PEOPLE, "question", confined=False),
    "console.questions.file": Route(OF_PEOPLE, "question", confined=False),
    "console.questions.village": Route(OF_PEOPLE, "beneficiary"),
    "console.questions.village_file": Route(
        "health_worker operator approver admin", "village_file"
    ),
    "console.questions.donor_file": Route("approver admin", "month", confined=False),
    # Broadcasts
    "console.broadcasts.index": Route(OFFICE),
    "console.broadcasts.new": Route("operator admin"),
    "console.broadcasts.audience": Route("operator admin"),
    "console.broadcasts.alphabet": Route("operator admin"),
    "console.broadcasts.edit": Route("operator admin", "broadcast"),
    "console.broadcasts.show": Route(OFFICE, "broadcast"),
    "console.broadcasts.preview": Route(OFFICE, "broadcast"),
    "console.broadcasts.count": Route("operator admin", "broadcast"),
    "console.broadcasts.submit": Route("operator admin", "broadcast"),
    "console.broadcasts.withdraw": Route("operator admin", "broadcast"),
    "console.broadcasts.send_back": Route("approver admin", "broadcast"),
    "console.broadcasts.approve": Route("approver admin", "broadcast"),
    "console.broadcasts.start": Route("operator approver admin", "broadcast"),
    "console.broadcasts.pause": Route("operator approver admin", "broadcast"),
    "console.broadcasts.resume": Route("operator approver admin", "broadcast"),
    "console.broadcasts.cancel": Route("operator approver admin", "broadcast"),
    "console.broadcasts.try_it": Route("operator approver admin", "broadcast"),
    "console.broadcasts.people": Route(OFFICE, "broadcast"),
    "console.broadcasts.people_file": Route("operator approver admin", "broadcast_file"),
    "console.broadcasts.progress": Route(OFFICE, "broadcast"),
    "console.broadcasts.results_svg": Route(OFFICE, "broadcast"),
    "console.broadcasts.results_csv": Route(OFFICE, "broadcast"),
    # Menu map
    "console.menu_map.index": Route(ALL),
    "console.menu_map.try_it": Route(ALL),
    # Texts
    "console.texts.index": Route(TEXTS),
    "console.texts.show": Route(TEXTS, "text", confined=False),
    "console.texts.workbook": Route(TEXTS),
    "console.texts.printable": Route(TEXTS),
    "console.texts.trial_sheet": Route(TEXTS),
    "console.texts.check": Route("editor admin", "text", confined=False),
    "console.texts.confirm": Route("approver editor admin", "text", confined=False),
    "console.texts.unconfirm": Route("approver editor admin", "text", confined=False),
    "console.texts.propose": Route("editor admin", "text", confined=False),
    "console.texts.comment": Route("approver editor admin", "text", confined=False),
    "console.texts.settle": Route("approver editor admin", "comment", confined=False),
    "console.texts.withdraw": Route("editor admin", "proposal", confined=False),
    "console.texts.reject": Route("approver editor admin", "proposal", confined=False),
    "console.texts.approve": Route("approver editor admin", "proposal", confined=False),
    "console.texts.publications": Route(TEXTS),
    "console.texts.trials": Route(TEXTS),
    "console.texts.enter_trial": Route("approver editor admin"),
    "console.texts.take_out_trial": Route("approver editor admin", "trial", confined=False),
    "console.texts.take": Route("editor admin"),
    "console.texts.roll_back": Route("approver editor admin", "publication", confined=False),
    "console.texts.keep": Route("approver editor admin", "conflict", confined=False),
    "console.texts.drop": Route("approver editor admin", "conflict", confined=False),
    # Settings
    "console.settings.index": Route(OFFICE),
    # Districts
    "console.districts.index": Route("operator approver admin"),
    "console.districts.pause": Route("operator approver admin", "district"),
    "console.districts.resume": Route("operator approver admin", "district"),
    # Places
    "console.places.index": Route(OFFICE),
    "console.places.show": Route(OFFICE, "place"),
    "console.places.rename_place": Route("operator admin", "place"),
    "console.places.merge_place": Route("operator admin", "place"),
    "console.places.retire": Route("operator admin", "place"),
    "console.places.reopen": Route("operator admin", "place"),
    "console.places.forget": Route("operator admin", "place"),
    # Staff
    "console.staff.index": Route("admin"),
    "console.staff.add": Route("admin"),
    "console.staff.change": Route("admin", "account"),
    "console.staff.new_password": Route("admin", "account"),
    "console.staff.deactivate": Route("admin", "account"),
    "console.staff.activate": Route("admin", "account"),
    "console.staff.unlock": Route("admin", "account"),
    "console.staff.unlink": Route("admin", "account"),
    "console.staff.ask_reset": Route("admin", "account"),
    "console.staff.confirm_reset": Route("admin", "account"),
    "console.staff.drop_reset": Route("admin", "account"),
    "console.staff.second_factor": Route("admin"),
    # Connections
    "console.connections.index": Route(OFFICE),
    "console.connections.show": Route(
        "viewer operator approver admin", "connection", confined=False
    ),
    "console.connections.approve": Route("approver admin", "connection", confined=False),
    "console.connections.pull": Route("operator approver admin", "connection", confined=False),
    # Webhooks
    "console.webhooks.index": Route(OFFICE),
    "console.webhooks.again": Route("operator approver admin", "webhook"),
    "console.webhooks.drop": Route("operator approver admin", "webhook"),
    # Keys of other systems
    "console.api_keys.index": Route("admin"),
    "console.api_keys.add": Route("admin"),
    "console.api_keys.show": Route("admin", "api_key"),
    "console.api_keys.rotate": Route("admin", "api_key"),
    "console.api_keys.revoke": Route("admin", "api_key"),
    # Audit
    "console.audit.index": Route("admin"),
    "console.audit.export": Route("admin"),
}
