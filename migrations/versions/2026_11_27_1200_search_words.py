"""The words of all documents, so that a beginning can be asked for as the words that it begins.

The index of words finds a word in a moment; a beginning makes it gather every document of every
word that begins so before it compares anything, which takes ten times as long for frequent words.

Words with digits are nearly one per document, so of those only is kept where the digits begin:
`bf0` stands for all of `bf2019…`. Who publishes adds the words of their document by a trigger, so
that the app of the release before does so too. Until the worker has added those of the documents
that were there before (the empty word tells), beginnings are asked for as before.

Revision ID: 2026_11_27_1200
Revises: 2026_11_27_1150
"""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_27_1200"
down_revision = "2026_11_27_1150"
branch_labels = None
depends_on = None

DEFINER = "SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp"
# Between those who rely on a word being known and who forgets it; it only has to be ours.
WORDS_LOCK = 7_205_759_405
# With more words than these the index would ask for each of them in vain.
MOST_WORDS = 20

TABLE = (
    "ALTER TABLE search_words ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE search_words FORCE ROW LEVEL SECURITY",
    "CREATE POLICY keeper ON search_words TO iportal_keeper USING (true) WITH CHECK (true)",
    "GRANT SELECT, INSERT, DELETE ON search_words TO iportal_keeper",
)
FUNCTIONS = {
    # Of an index of words, those that are kept.
    "kept_words(tsvector)": """
CREATE FUNCTION iportal.kept_words(p_search tsvector) RETURNS SETOF text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
    SELECT DISTINCT regexp_replace(lexeme, '^([a-z]+)[0-9].*$', '\\10')
    FROM unnest(tsvector_to_array(p_search)) AS lexeme
    WHERE lexeme COLLATE "C" >= 'a';
END""",
    # Several may add the same word at once rather than wait for each other: it is there twice then.
    "learn_words()": f"""
CREATE FUNCTION iportal.learn_words() RETURNS trigger
LANGUAGE plpgsql {DEFINER} AS $$
BEGIN
    PERFORM pg_advisory_xact_lock_shared({WORDS_LOCK});
    INSERT INTO search_words (word)
    SELECT kept.word FROM iportal.kept_words(NEW.search) AS kept (word)
    WHERE NOT EXISTS (SELECT FROM search_words AS known WHERE known.word = kept.word);
    RETURN NULL;
END $$""",
    "learn_all_words()": f"""
CREATE FUNCTION iportal.learn_all_words() RETURNS void
LANGUAGE plpgsql {DEFINER} AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM search_words WHERE word = '') THEN
        INSERT INTO search_words (word)
        SELECT DISTINCT kept.word
        FROM document_contents, iportal.kept_words(search) AS kept (word)
        UNION ALL SELECT '';
    END IF;
END $$""",
    # Words that no document has any more. Whoever publishes meanwhile may have found one of them
    # known, so they are waited for, and it is looked for once more.
    "forget_words()": f"""
CREATE FUNCTION iportal.forget_words() RETURNS void
LANGUAGE plpgsql {DEFINER} AS $$
DECLARE
    unused text[];
BEGIN
    SELECT array_agg(known.word) INTO unused FROM search_words AS known
    WHERE known.word <> '' AND NOT EXISTS (
        SELECT FROM document_contents
        WHERE search @@ (rtrim(known.word, '0') || ':*')::tsquery);
    PERFORM pg_advisory_xact_lock({WORDS_LOCK});
    DELETE FROM search_words AS known
    WHERE known.word = ANY (unused) AND NOT EXISTS (
        SELECT FROM document_contents
        WHERE search @@ (rtrim(known.word, '0') || ':*')::tsquery);
END $$""",
    # What the index is asked for; more may be found. Words that are known are named. Of beginnings
    # that must stay what they are, having digits or too many words, only the longest is asked for,
    # as the one that begins the fewest.
    "asked_words(text[])": f"""
CREATE FUNCTION iportal.asked_words(p_beginnings text[]) RETURNS tsquery
LANGUAGE sql STABLE {DEFINER}
BEGIN ATOMIC
    WITH asked AS (
        SELECT beginning, words,
               beginning ~ '[0-9]' OR array_to_string(words, '') ~ '0'
                   OR cardinality(words) > {MOST_WORDS}
                   OR NOT EXISTS (SELECT FROM search_words WHERE word = '') AS open
        FROM unnest(p_beginnings) AS beginning
        CROSS JOIN LATERAL (
            SELECT ARRAY(
                SELECT DISTINCT word FROM search_words
                WHERE word >= beginning AND word < beginning || '~'
                ORDER BY word LIMIT {MOST_WORDS + 1}) AS words) AS known),
    named AS (
        SELECT coalesce('(' || nullif(array_to_string(words, '|'), '') || ')', beginning) AS term
        FROM asked WHERE NOT open),
    longest AS (
        SELECT beginning || ':*' AS term
        FROM asked WHERE open ORDER BY length(beginning) DESC LIMIT 1)
    SELECT string_agg(term, ' & ')::tsquery
    FROM (SELECT term FROM named UNION ALL SELECT term FROM longest) AS terms;
END""",
}
OWN = ("learn_words()", "learn_all_words()", "forget_words()", "asked_words(text[])")
CALLED = ("learn_all_words()", "forget_words()", "asked_words(text[])")


def upgrade() -> None:
    op.create_table("search_words", sa.Column("word", sa.Text(collation="C"), nullable=False))
    op.create_index(op.f("ix_search_words_word"), "search_words", ["word"])
    for statement in (
        *TABLE,
        *FUNCTIONS.values(),
        *(f"REVOKE ALL ON FUNCTION iportal.{name} FROM PUBLIC" for name in OWN),
        *(f"GRANT EXECUTE ON FUNCTION iportal.{name} TO iportal_staff" for name in CALLED),
        "GRANT CREATE ON SCHEMA iportal TO iportal_keeper",
        *(f"ALTER FUNCTION iportal.{name} OWNER TO iportal_keeper" for name in OWN),
        "REVOKE CREATE ON SCHEMA iportal FROM iportal_keeper",
        "CREATE TRIGGER learn_words AFTER INSERT OR UPDATE OF search ON document_contents"
        " FOR EACH ROW EXECUTE FUNCTION iportal.learn_words()",
    ):
        op.execute(statement)


def downgrade() -> None:
    op.execute("DROP TRIGGER learn_words ON document_contents")
    for name in reversed(FUNCTIONS):
        op.execute(f"DROP FUNCTION iportal.{name}")
    op.drop_table("search_words")
