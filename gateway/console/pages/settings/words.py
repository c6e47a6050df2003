"""What each setting means, for people who do not run the servers."""

from gateway.core.texts import _

CONNECTIONS = _("Connections")
GROUPS: dict[str, dict[str, str]] = {
    _("Programme"): {
        "gateway_env": _("Demo or production"),
        "timezone": _("Time zone of dates, quiet hours and reports"),
        "default_locale": _("Language of callers who have not chosen one"),
        "retention_days": _("Days after which what callers did is deleted; 0: never"),
        "connections": _("The file that describes other systems"),
        "dci_signing_key": _("What messages to partners by DCI are signed with"),
        "webhook_private_addresses": _("Whether webhooks may go to machines of one's own network"),
        "hotline": _("The number that the help screen names"),
        "quiet_hours": _("No SMS but answers go out in these hours"),
    },
    _("USSD"): {
        "ussd_service_code": _("What mothers dial"),
        "ussd_ucs2_units": _("Room on a screen with Lao letters, in characters"),
        "ussd_septets": _("Room on a screen with Latin letters only, in characters"),
        "ussd_session_seconds": _("How long the operator keeps a call, in seconds"),
        "ussd_accumulates": _("Each request brings all keys pressed so far"),
    },
    _("SMS"): {
        "sms_provider": _("Who carries the SMS"),
        "sms_per_second": _("SMS parts a second; 0: no limit"),
        "sms_batch_size": _("Numbers in one request to the provider"),
        "replies_per_hour": _("Answers that one number gets in an hour"),
        "replies_per_day": _("Answers that one number gets in a day"),
        "unknown_wait_seconds": _("How long an SMS of unknown outcome waits for its receipt"),
        "claim_lease_seconds": _("How long a worker may hold messages, in seconds"),
        "sweep_seconds": _("How often forgotten messages are looked for, in seconds"),
    },
    CONNECTIONS: {
        "public_url": _("The console's address as people type it"),
        "oidc_issuer": _("Sign-in service (OpenID Connect), beside passwords"),
        "oidc_client_id": _("The console's name at the sign-in service"),
        "oidc_client_secret": _("The console's secret at the sign-in service"),
        "oidc_name": _("What the sign-in service is called here"),
        "oidc_new_role": _("Role of accounts that the sign-in service makes; empty: it makes none"),
        "database_url": _("Database"),
        "database_direct_url": _("The database past its pooler, for backups"),
        "database_prepared": _("Statements are prepared in the database"),
        "redis_url": _("Queue and sessions"),
        "secret_key": _("Key from which those of cookies, lists and pseudonyms are made"),
        "pin_pepper": _("Key that hashes PINs; empty: made from the one above"),
        "factor_key": _("Key that the secrets of second factors are kept under"),
        "callback_key": _("Key that operators send along"),
    },
}

# Of any provider; the page puts in its name.
OF_A_PROVIDER = {
    "callback_key": _("Key that %(provider)s sends along instead"),
    "callback_addresses": _("Where %(provider)s may call from"),
}
