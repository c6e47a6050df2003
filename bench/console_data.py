"""A country's registry for the console's pages: made by the database itself, in a minute or two."""

from sqlalchemy import Connection, text

from gateway.core.names import name_key

DISTRICTS = 100
VILLAGES_EACH = 40
CENTRES_EACH = 8

_PLACES = f"""
INSERT INTO districts (province, province_latin, name, name_latin)
SELECT 'ແຂວງ', 'Khoueng', 'ເມືອງ ' || n, 'Muang ' || n FROM generate_series(1, {DISTRICTS}) n;
INSERT INTO villages (district_id, name, name_latin)
SELECT d.id, 'ບ້ານ ' || n, 'Ban ' || n FROM districts d, generate_series(1, {VILLAGES_EACH}) n;
INSERT INTO pay_points (district_id, name, name_latin)
SELECT d.id, 'ບ່ອນຈ່າຍ ' || n, 'Bonchay ' || n
FROM districts d, generate_series(1, {VILLAGES_EACH}) n;
INSERT INTO health_centres (district_id, name, name_latin)
SELECT d.id, 'ສຸກສາລາ ' || n, 'Souksala ' || n
FROM districts d, generate_series(1, {CENTRES_EACH}) n;
"""  # noqa: S608 - our own numbers

_PEOPLE = """
INSERT INTO beneficiaries (
    id, registration_no, name, name_latin, msisdn, locale, status, category, child_dob,
    enrolled_on, district_id, village_id, health_centre_id, pay_point_id, consent_payment,
    consent_health, phone_owner, set_here, created_at, updated_at)
SELECT
    gen_random_uuid(), lpad(n::text, 8, '0'),
    'ນາງ ' || (ARRAY['ບຸນມີ','ຄຳຫຼ້າ','ສົມພອນ','ວັນນາ','ແກ້ວ','ຈັນທາ','ນ້ອຍ','ດາວອນ','ສີພອນ'])
        [1 + (n * 7) % 9] || ' ' || chr(3713 + (n / 9) % 4) || 'ວົງ' || (n * 31) % 5000,
    'Nang ' || (ARRAY['Bounmi','Khamla','Somphon','Vanna','Keo','Chantha','Noy','Davon','Siphon'])
        [1 + (n * 7) % 9] || ' ' || 'Vong' || (n * 31) % 5000,
    CASE WHEN n % 9 = 5 THEN NULL ELSE '+856205' || lpad(n::text, 7, '0') END, 'lo',
    (ARRAY['enrolled','enrolled','enrolled','enrolled','enrolled','enrolled','enrolled','applied',
        'verified','exited'])[1 + n % 10], 'child', DATE '2026-11-24' - n % 360,
    DATE '2026-11-24' - n % 300, v.district_id, v.id,
    (v.district_id - 1) * :centres + 1 + v.id % :centres, v.id, true, true,
    (ARRAY['self','self','family','neighbour',NULL])[1 + (n / 10) % 5], '[]',
    TIMESTAMPTZ '2026-11-01', TIMESTAMPTZ '2026-11-01'
FROM generate_series(1, :people) n JOIN villages v ON v.id = 1 + (n - 1) % :villages;
"""

_KEYS = """
UPDATE beneficiaries b SET name_key = k.name_key
FROM unnest(CAST(:names AS text[]), CAST(:keys AS text[])) AS k (name, name_key)
WHERE b.name = k.name;
"""

_PAYMENTS = """
INSERT INTO payments (id, beneficiary_id, cycle, due_on, amount, pay_point_id, status, updated_at)
SELECT gen_random_uuid(), b.id, c.cycle, c.first + (b.pay_point_id % 20)::int, 300000,
    b.pay_point_id, c.status, TIMESTAMPTZ '2026-11-01'
FROM beneficiaries b, (VALUES ('2026-09', DATE '2026-10-05', 'paid'),
    ('2026-11', DATE '2026-12-01', 'scheduled')) AS c (cycle, first, status);
"""

_VISITS = """
INSERT INTO visits (id, beneficiary_id, visit, done_on, updated_at)
SELECT gen_random_uuid(), b.id, v.visit, b.child_dob + v.days, TIMESTAMPTZ '2026-11-01'
FROM beneficiaries b, (VALUES ('bcg', 1), ('penta1', 45), ('pcv1', 45), ('opv1', 80))
    AS v (visit, days);
"""

_MESSAGES = """
INSERT INTO messages (
    id, dedupe_key, category, priority, beneficiary_id, payment_id, msisdn, locale, template,
    params, body, told, segments, provider, provider_ref, state, attempts, resends, not_before_at,
    expires_at, created_at, updated_at, sent_at)
SELECT gen_random_uuid(), 'bench:' || p.id || ':' || n, 'payment', 1, p.beneficiary_id, p.id,
    b.msisdn, 'lo', 'payment_due', '{}', 'ຮັບເງິນອຸດໜູນ 300.000 ກີບ',
    p.due_on || '|' || p.pay_point_id, 1, 'africastalking', p.id || ':' || n,
    (ARRAY['delivered','delivered','delivered','delivered','failed'])[1 + n % 5], 1, 0, t.at, t.at,
    t.at, t.at, t.at
FROM payments p JOIN beneficiaries b ON b.id = p.beneficiary_id AND b.msisdn IS NOT NULL,
    generate_series(1, :each) n,
    LATERAL (SELECT TIMESTAMPTZ '2026-11-20' - n * interval '10 days' AS at) t;
"""


def fill(
    connection: Connection,
    *,
    people: int = 400_000,
    messages: int = 5_000_000,
    keys: bool = True,
) -> None:
    """Fills an empty, migrated PostgreSQL; about `messages` rows in the ledger. `keys`: those that
    names are found by; a schema of before has none."""
    connection.execute(text(_PLACES))
    numbers = {"centres": CENTRES_EACH, "villages": DISTRICTS * VILLAGES_EACH, "people": people}
    connection.execute(text(_PEOPLE), numbers)
    if keys:
        _fill_keys(connection)
    connection.execute(text(_PAYMENTS))
    connection.execute(text(_VISITS))
    with_phone = people * 2 * 8 // 9
    if messages:
        connection.execute(text(_MESSAGES), {"each": max(1, round(messages / with_phone))})


def _fill_keys(connection: Connection) -> None:
    """What people are found by: as many keys as there are names, made here as an import does."""
    named = connection.execute(text("SELECT DISTINCT name, name_latin FROM beneficiaries")).all()
    rows = [(one.name, name_key(one.name, one.name_latin)) for one in named]
    names, keys = ([row[place] for row in rows] for place in (0, 1))
    connection.execute(text(_KEYS), {"names": names, "keys": keys})


def analyse(connection: Connection) -> None:
    """What autovacuum does in the night; the connection is in AUTOCOMMIT."""
    connection.execute(text("VACUUM ANALYZE"))
