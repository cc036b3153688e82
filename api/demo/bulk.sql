-- Rows for measuring, made by PostgreSQL itself: the same for a seed, whatever the machine.
--
-- Documents come in order of time and their customers mixed, so that a customer's rows lie
-- scattered over the table as they do after years of publishing.

-- name: dice
-- Never negative, and always the same for a number and a salt.
CREATE FUNCTION pg_temp.dice(i bigint, seed bigint, salt bigint) RETURNS bigint
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN hashint8extended(i, seed * 1000 + salt) & 9223372036854775807

-- name: identifier
-- The layout of a UUIDv7 (RFC 9562), which is milliseconds, version, variant and noise.
CREATE FUNCTION pg_temp.identifier(milliseconds bigint, i bigint, seed bigint, salt bigint)
RETURNS uuid
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN encode(
    int8send((milliseconds << 16) | x'7000'::bigint | (pg_temp.dice(i, seed, salt) & 4095))
    || int8send((pg_temp.dice(i, seed, salt + 1) >> 2) | x'8000000000000000'::bigint),
    'hex'
)::uuid

-- name: contact_of
-- How customer numbers are dealt out, 5 to contact 0, 500 to contact 1, then in pairs.
CREATE FUNCTION pg_temp.contact_of(customer bigint) RETURNS bigint
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE WHEN customer < 5 THEN 0 WHEN customer < 505 THEN 1 ELSE 2 + (customer - 505) / 2 END

-- name: wanted_table
-- One row, named w below. The first document is of `start`, the next one `step` milliseconds later.
CREATE TEMP TABLE bench_wanted (
    seed bigint, customers bigint, start timestamptz, epoch bigint, step float8, names text[]
) ON COMMIT DROP

-- name: line_table
CREATE TEMP TABLE bench_lines (
    n bigint PRIMARY KEY, name text, description text, words text[]
) ON COMMIT DROP

-- name: contact_table
CREATE TEMP TABLE bench_contacts (
    c bigint PRIMARY KEY, email text, language text, user_id uuid, account_id uuid
) ON COMMIT DROP

-- name: customer_table
CREATE TEMP TABLE bench_customers (
    k bigint PRIMARY KEY, id uuid, c bigint, user_id uuid, account_id uuid, number text, name text,
    contract text, words text[]
) ON COMMIT DROP

-- name: chunk_table
-- A few documents before they are spread over their tables.
CREATE TEMP TABLE bench_chunk (
    i bigint, id uuid, k bigint, customer_id uuid, kind text, number text, issue_date date,
    published_at timestamptz, net numeric, vat numeric, line bigint
) ON COMMIT DROP

-- name: fill_wanted
INSERT INTO bench_wanted VALUES (:seed, :customers, :start, :epoch, :step, :names)

-- name: fill_lines
INSERT INTO bench_lines VALUES (:n, :name, :description, :words)

-- name: fill_contacts
INSERT INTO bench_contacts
SELECT c,
       CASE c WHEN 0 THEN 'few' WHEN 1 THEN 'many' ELSE 'contact-' || c END
       || '@lumen-bench.example',
       (ARRAY['fr', 'nl', 'de', 'en'])[1 + pg_temp.dice(c, w.seed, 1) % 4],
       pg_temp.identifier(w.epoch, c, w.seed, 10),
       pg_temp.identifier(w.epoch, c, w.seed, 12)
FROM bench_wanted AS w, generate_series(0, pg_temp.contact_of(w.customers - 1)) AS c

-- name: fill_customers
INSERT INTO bench_customers
SELECT k, pg_temp.identifier(w.epoch, k, w.seed, 14), c.c, c.user_id, c.account_id,
       'B' || lpad(k::text, 7, '0'), initcap(first) || ' ' || initcap(second),
       'LC-' || lpad(k::text, 7, '0'), ARRAY[first, second]
FROM bench_wanted AS w, generate_series(0, w.customers - 1) AS k
JOIN bench_contacts AS c ON c.c = pg_temp.contact_of(k),
LATERAL (
    SELECT w.names[1 + pg_temp.dice(k, w.seed, 2) % cardinality(w.names)] AS first,
           w.names[1 + pg_temp.dice(k, w.seed, 3) % cardinality(w.names)] AS second
) AS named

-- name: users
INSERT INTO users (id, email, email_key, first_name, last_name, language, created_at)
SELECT c.user_id, c.email, c.email, 'Contact', c.c::text, c.language, w.start
FROM bench_wanted AS w, bench_contacts AS c

-- name: accounts
INSERT INTO accounts (id, created_at)
SELECT c.account_id, w.start FROM bench_wanted AS w, bench_contacts AS c

-- name: customers
INSERT INTO customers (id, account_id, number, name, language, issued_contact, created_at)
SELECT k.id, k.account_id, k.number, k.name, c.language,
       jsonb_build_object('email', c.email, 'first_name', 'Contact', 'last_name', c.c::text),
       w.start
FROM bench_wanted AS w, bench_customers AS k JOIN bench_contacts AS c USING (c)

-- name: memberships
INSERT INTO memberships (user_id, customer_id, role, created_at)
SELECT k.user_id, k.id, 'main_contact', w.start FROM bench_wanted AS w, bench_customers AS k

-- name: access
-- What the trigger of memberships remembers.
INSERT INTO document_access (user_id, customer_id, since) SELECT user_id, id, 0 FROM bench_customers

-- name: fill_chunk
INSERT INTO bench_chunk
SELECT i, pg_temp.identifier(w.epoch + (i * w.step)::bigint, i, w.seed, 20), c.k, c.id, kind,
       prefix || extract(year FROM moment) || '-' || lpad(i::text, 8, '0'),
       moment::date, moment, net, round(net * 0.21, 2),
       pg_temp.dice(i, w.seed, 25) % (SELECT count(*) FROM bench_lines)
FROM bench_wanted AS w,
generate_series(CAST(:first AS bigint), CAST(:last AS bigint)) AS i,
LATERAL (
    SELECT w.start + i * w.step * interval '1 millisecond' AS moment,
           pg_temp.dice(i, w.seed, 22) % 100 AS share,
           (990 + pg_temp.dice(i, w.seed, 23) % 400000) * 0.01 AS net
) AS thrown,
LATERAL (
    SELECT CASE WHEN share < 92 THEN 'invoice' WHEN share < 98 THEN 'credit_note'
                ELSE 'other' END AS kind,
           CASE WHEN share < 92 THEN 'BF' WHEN share < 98 THEN 'BC' ELSE 'BL' END AS prefix
) AS chosen,
bench_customers AS c
WHERE c.k = pg_temp.dice(i, w.seed, 24) % w.customers

-- name: documents
INSERT INTO documents (id, customer_id, kind, number, issue_date, due_date, currency,
                       amount_excl_vat, vat_amount, amount_incl_vat, has_pdf, has_ubl, published_at)
SELECT id, customer_id, kind, number, issue_date,
       CASE WHEN kind = 'invoice' THEN issue_date + 30 END,
       CASE WHEN kind <> 'other' THEN 'EUR' END,
       CASE WHEN kind <> 'other' THEN net END,
       CASE WHEN kind <> 'other' THEN vat END,
       CASE WHEN kind <> 'other' THEN net + vat END,
       false, false, published_at
FROM bench_chunk ORDER BY i

-- name: contents
-- The template is the detail's JSON with places for contract, line, and net, VAT and gross.
INSERT INTO document_contents (document_id, customer_id, content, search)
SELECT d.id, d.customer_id,
       CASE WHEN d.kind = 'other' THEN '{}'
            ELSE format(CAST(:template AS text), c.contract, l.name, l.description,
                        d.net, d.vat, d.net + d.vat)
       END::jsonb,
       array_to_tsvector(
           ARRAY[lower(split_part(d.number, '-', 1)), split_part(d.number, '-', 2),
                 lower(replace(d.number, '-', '')), 'lc', split_part(c.contract, '-', 2),
                 lower(replace(c.contract, '-', ''))]
           || c.words || CASE WHEN d.kind <> 'other' THEN l.words END
       )
FROM bench_chunk AS d
JOIN bench_customers AS c USING (k)
JOIN bench_lines AS l ON l.n = d.line

-- name: register
INSERT INTO document_register (kind, number, document_id, customer_id, upload_digest, state,
                               findings, published_at)
SELECT kind, number, id, customer_id, sha256(number::bytea), 'published', '[]', published_at
FROM bench_chunk ORDER BY i

-- name: changes
-- What the trigger of published documents tells the change feed.
INSERT INTO document_changes (change, document_id, customer_id, at)
SELECT 'published', id, customer_id, published_at FROM bench_chunk ORDER BY i

-- name: empty_chunk
TRUNCATE bench_chunk

-- name: words
-- What the trigger of contents keeps of them, and the mark that none is missing.
INSERT INTO search_words (word)
SELECT DISTINCT kept.word FROM document_contents, iportal.kept_words(search) AS kept (word)
UNION ALL SELECT ''

-- name: reads
-- The two with a password read nearly everything but the newest, others a quarter.
INSERT INTO document_reads (user_id, document_id, customer_id, read_at)
SELECT c.user_id, d.id, d.customer_id, d.published_at + interval '1 day'
FROM bench_wanted AS w, documents AS d, bench_customers AS c
WHERE c.id = d.customer_id AND d.published_at < now() - interval '30 days'
  AND uuid_hash_extended(d.id, w.seed) & 1023 < CASE WHEN c.c < 2 THEN 900 ELSE 256 END

-- name: tags
INSERT INTO tags (id, account_id, name, color)
SELECT pg_temp.identifier(w.epoch, :n * 10 + c.c, w.seed, 30), c.account_id, :name, :color
FROM bench_wanted AS w, bench_contacts AS c
WHERE c.c < 2

-- name: document_tags
INSERT INTO document_tags (document_id, tag_id, customer_id, slot)
SELECT d.id, t.id, d.customer_id, row_number() OVER (PARTITION BY d.id ORDER BY t.id)
FROM bench_wanted AS w, bench_customers AS c
JOIN documents AS d ON d.customer_id = c.id
JOIN tags AS t ON t.account_id = c.account_id
WHERE c.c < 2
  AND (uuid_hash_extended(d.id, w.seed) # uuid_hash_extended(t.id, w.seed)) & 15 = 0

-- name: sign_ins
-- Contacts 0 and 1 get a password.
UPDATE users SET password_hash = :password_hash, state = 'active', activated_at = created_at
WHERE id IN (SELECT user_id FROM bench_contacts WHERE c < 2)
