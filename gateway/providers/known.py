"""The providers of this gateway: a new one is a folder beside this file, and a line here."""

from gateway.providers.africastalking.provider import AfricasTalking
from gateway.providers.kannel.provider import Kannel
from gateway.providers.provider import Provider

PROVIDERS: tuple[Provider, ...] = (AfricasTalking(), Kannel())
