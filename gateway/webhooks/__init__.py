"""Signed webhooks (Standard Webhooks): other systems are told what the change feed learns.

Rows first: a delivery is made in the transaction that numbers its change, and is sent by workers of
their own. An endpoint is called by one worker at a time, which holds its lease; a killed one leaves
the delivery waiting, and the same event may come twice, under the same id.
"""
