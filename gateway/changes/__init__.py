"""The change feed: everything that the gateway learns, in an order that nobody misses a row of.

It is written by `gateway.registry.learning`, in the transaction of what is learnt; numbered and
read here. `gateway.core.learnt` lists the kinds.
"""
