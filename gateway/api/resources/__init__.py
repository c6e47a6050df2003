"""Every operation there is, a module a resource."""

from gateway.api.operations import Operation
from gateway.api.resources import beneficiaries

OPERATIONS: tuple[Operation, ...] = (*beneficiaries.OPERATIONS,)
