"""A year of the ledger for the console's pages: messages, calls, cases and one large broadcast.

Ids are UUIDv7 of the moments they stand for, as the gateway makes them: pages find days by them.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, text

from gateway.messaging.tables import messages as ledger

BROADCAST = UUID("01900000-0000-7000-8000-000000000001")
_ID = """(lpad(to_hex((extract(epoch FROM {at}) * 1000)::bigint), 12, '0') || '7'
    || substr(md5({n}::text), 1, 3) || '8' || substr(md5({n}::text), 4, 15))::uuid"""

_COLUMNS = """
    id, dedupe_key, category, priority, beneficiary_id, payment_id, broadcast_id, msisdn, locale,
    template, params, body, told, segments, provider, provider_ref, state, reason, attempts,
    resends, not_before_at, expires_at, created_at, updated_at, sent_at, cost, currency, claim_id"""

# Of a hundred: 91 delivered, 5 failed, 2 too late, 1 held back, 1 refused; the last day is open.
_MESSAGES = f"""
INSERT INTO messages ({_COLUMNS})
SELECT {_ID.format(at="t.at", n="n")}, 'bench:' || n,
    (ARRAY['payment','payment','health','reply'])[1 + n % 4], 1, b.id, p.id, NULL, b.msisdn, 'lo',
    'payment_due', '{{}}', 'ຮັບເງິນອຸດໜູນ 300.000 ກີບ', p.due_on || '|' || p.pay_point_id,
    1 + n % 3, 'africastalking', 'ref' || n,
    CASE WHEN n >= :count - :recent / 100 THEN 'unknown'
        WHEN n >= :count - :recent THEN (ARRAY['accepted','queued','delivered'])[1 + n % 3]
        WHEN dice < 91 THEN 'delivered' WHEN dice < 96 THEN 'failed' WHEN dice < 98 THEN 'expired'
        WHEN dice < 99 THEN 'suppressed' ELSE 'refused' END,
    NULL, 1, 0, t.at, t.at + interval '1 day', t.at, t.at, t.at,
    0.02 * (1 + n % 3), 'USD', gen_random_uuid()
FROM generate_series(1, :count) n
JOIN beneficiaries b ON b.registration_no = lpad((1 + (n::bigint * 7919) % :people)::text, 8, '0')
LEFT JOIN payments p
    ON p.beneficiary_id = b.id AND p.cycle = '2026-11' AND n > :count - :recent * 20,
    LATERAL (SELECT CAST(:now AS timestamptz) - (:count - n) * interval '330 days' / :count AS at,
        (hashtext(n::text) & 1048575) % 100 AS dice) t
WHERE b.msisdn IS NOT NULL
"""  # noqa: S608 - our own text

_BROADCAST = f"""
INSERT INTO broadcasts (id, name, texts, audience, state, created_by, approved_by, start_at,
    expires_at, recipients, preview, created_at, updated_at)
VALUES (:broadcast, 'To everybody', '{{"lo": "ນ້ຳຖ້ວມ"}}', '{{}}', 'running', 'a@bench', 'b@bench',
    :now, CAST(:now AS timestamptz) + interval '3 days', :people,
    '{{"audience": 1, "recipients": 1, "excluded": {{}}, "segments": 1, "cost": null,
    "samples": {{}}, "counted_at": "2026-11-22T00:00:00+00:00"}}', :now, :now);
INSERT INTO messages ({_COLUMNS})
SELECT {_ID.format(at="t.at", n="b.registration_no")}, 'broadcast:' || b.id, 'broadcast', 2, b.id,
    NULL, :broadcast, b.msisdn, 'lo', 'broadcast', '{{}}', 'ນ້ຳຖ້ວມ', NULL, 1, 'africastalking',
    'cast' || b.registration_no,
    (ARRAY['delivered','delivered','delivered','failed','queued'])[1 + b.registration_no::int % 5],
    NULL, 1, 0, t.at, t.at + interval '3 days', t.at, t.at, t.at, 0.02, 'USD', gen_random_uuid()
FROM beneficiaries b,
    LATERAL (SELECT CAST(:now AS timestamptz) - interval '2 days' AS at) t
WHERE b.msisdn IS NOT NULL
"""  # noqa: S608 - our own text

_CALLS = """
INSERT INTO ussd_sessions (provider, session_id, msisdn, service_code, network_code, status,
    last_state, trail, hops, duration_ms, ended_at)
SELECT 'africastalking', 'bench' || n, '+856205' || lpad((1 + n % :people)::text, 7, '0'), '*123#',
    '45703', (ARRAY['success','incomplete','success','failed','answered'])[1 + n % 5],
    left_at, ('["main", "' || left_at || '"]')::json, 3, 9000,
    CAST(:now AS timestamptz) - n * interval '30 days' / :calls
FROM generate_series(1, :calls) n, LATERAL (SELECT
    (ARRAY['next_payment','payment_pin','status_enrolled','help','visits'])[1 + n % 5] AS left_at) t
"""

_CASES = """
INSERT INTO cases (event_key, kind, msisdn, beneficiary_id, state, opened_at, closed_at)
SELECT 'bench:' || n, (ARRAY['call_back','not_paid','sms'])[1 + n % 3], b.msisdn, b.id,
    CASE WHEN n % 10 = 0 THEN 'open' ELSE 'closed' END, t.at,
    CASE WHEN n % 10 > 0 THEN t.at + n % 200 * interval '1 hour' END
FROM generate_series(1, :cases) n
JOIN beneficiaries b ON b.registration_no = lpad((n * 9 + 1)::text, 8, '0'),
    LATERAL (SELECT CAST(:now AS timestamptz) - n * interval '10 minutes' AS at) t
WHERE b.msisdn IS NOT NULL
"""


def fill_ledger(connection: Connection, *, people: int, count: int, now: datetime) -> None:
    """`count` rows over a year, a broadcast to all `people`, two calls each, some cases."""
    for index in ledger.indexes:
        index.drop(connection)
    recent = max(count // 330, 100)  # a day's messages
    numbers = {"people": people, "now": now}
    connection.execute(text(_MESSAGES), {**numbers, "count": count, "recent": recent})
    for statement in _BROADCAST.split(";\n"):
        named = {**numbers, "broadcast": BROADCAST}
        wanted = {key: value for key, value in named.items() if f":{key}" in statement}
        connection.execute(text(statement), wanted)
    connection.execute(text(_CALLS), {**numbers, "calls": people * 2})
    connection.execute(text(_CASES), {"now": now, "cases": people // 20})
    for index in ledger.indexes:
        index.create(connection)
