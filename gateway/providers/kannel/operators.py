"""The operators behind Kannel and what differs between them: deploy/kannel/operators.toml.

Several are served at once; an operator's callbacks and SMS carry the smsc-id of its bind.
"""

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec

from gateway.settings import SettingsError

FAMILY = "kannel"
LONGEST_NAME = 13  # the ledger keeps 20 characters of a provider's name


class KannelOperator(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One table of operators.toml; `name` is its heading.

    `sms` and `ussd` are smsc-ids of kannel.conf, `sender` the SMS sender id agreed with the
    operator, `reports_reliably` whether a receipt comes for every SMS. `carries` are the operators
    of the numbering plan whose numbers get their SMS this way, "*" for all that nobody else
    carries; its own numbers where nothing is said. `number` is the only one that may dial, for a
    bind that anybody could claim to be anyone on. The ops are values of
    `ussd_service_op` (SMPP 3.4, 5.3.2.44, and the operator's own): what opens a dialogue, what
    answers in it, what reports its end, and what we say with a page that asks and with the last.
    `session_octets`: how many octets of `its_session_info` name the session; 0 where the operator
    sends none, or one that changes: then the number does, one dialogue at a time. Without an
    `op_tlv` everything on the `ussd` bind is USSD, and what looks like "*123#" is a dial.
    """

    name: str = ""
    sms: str = ""
    ussd: str = ""
    sender: str = ""
    reports_reliably: bool = True
    carries: tuple[str, ...] = ()
    number: str = ""
    service_code: str = ""
    op_tlv: str = "ussd_service_op"
    dial_ops: tuple[int, ...] = (1,)
    answer_ops: tuple[int, ...] = (18,)
    end_ops: tuple[int, ...] = ()
    ask_op: int = 2
    close_op: int = 17
    session_tlv: str = "its_session_info"
    session_octets: int = 2
    answer_seconds: int = 30

    @property
    def provider(self) -> str:
        """The name under which the ledger and the sessions know this operator."""
        return f"{FAMILY}-{self.name}" if self.name else FAMILY


# For what comes from an smsc-id that no table names: as SMPP 3.4 says, and without SMS.
UNNAMED = KannelOperator()
# The bind of kannel.conf that `flask doctor dial` dials on: nobody's number, of a prefix that no
# operator has. Whoever has an account on Kannel's machine can reach it.
DOCTOR = KannelOperator(name="doctor", ussd="doctor", op_tlv="", number="856300000000")


class KannelOperators:
    """All of them, found by name or by the smsc-id of a bind."""

    def __init__(self, operators: Mapping[str, KannelOperator]) -> None:
        self.by_name = dict(operators)
        self._by_smsc = {DOCTOR.ussd: DOCTOR} | {
            smsc: operator
            for operator in operators.values()
            for smsc in (operator.sms, operator.ussd)
        }

    def at(self, smsc: str) -> KannelOperator:
        """The operator of a bind; UNNAMED for one that is in no table."""
        return self._by_smsc.get(smsc, UNNAMED)


def read_operators(path: Path) -> KannelOperators:
    """The operators of the file at `path`; raises SettingsError with a sentence that names it."""
    try:
        tables = tomllib.loads(path.read_text())
        operators = {name: _operator(name, table) for name, table in tables.items()}
    except (OSError, ValueError, msgspec.ValidationError) as error:
        raise SettingsError(f"{path} cannot be used: {error}.") from None
    return KannelOperators(operators)


def _operator(name: str, table: Any) -> KannelOperator:
    if not name.isidentifier() or len(name) > LONGEST_NAME or name == DOCTOR.name:
        raise ValueError(f"{name!r} is no name of at most {LONGEST_NAME} letters")
    if not isinstance(table, dict) or "name" in table:
        raise ValueError(f"{name!r} is no table of settings")
    # As in kannel.conf: one bind for SMS, one for USSD.
    given = {"sms": name, "ussd": f"{name}-ussd", "carries": [name], **table, "name": name}
    return msgspec.convert(given, KannelOperator)
