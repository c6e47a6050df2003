"""Every operation there is, a module a resource."""

from gateway.api.operations import Operation
from gateway.api.resources import (
    beneficiaries,
    beneficiary_writes,
    broadcasts,
    cases,
    changes,
    corrections,
    dhis2,
    imports,
    messages,
    payments,
    places,
    reports,
    visits,
    webhooks,
)
from gateway.api.resources.description import description_of

PREFIX = "/api/v1"
_RESOURCES = (
    beneficiaries,
    beneficiary_writes,
    corrections,
    payments,
    visits,
    places,
    imports,
    messages,
    dhis2,
    broadcasts,
    changes,
    cases,
    reports,
    webhooks,
)
_OF_RESOURCES = tuple(one for resource in _RESOURCES for one in resource.OPERATIONS)
OPERATIONS: tuple[Operation, ...] = (*_OF_RESOURCES, description_of(_OF_RESOURCES, PREFIX))
