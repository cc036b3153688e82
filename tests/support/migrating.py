"""What a migration does to tables that are in use, told from the statements it runs."""

import re
from dataclasses import dataclass, field

LOCK_TIMEOUT = re.compile(r"SET LOCAL lock_timeout = '([1-9]\d{1,2})ms'", re.IGNORECASE)
CREATED = re.compile(r"CREATE TABLE (?:IF NOT EXISTS )?(\w+)", re.IGNORECASE)
CHANGES = re.compile(
    r"^\s*(?:CREATE|ALTER|DROP|GRANT|REVOKE|UPDATE|INSERT|DELETE)\b", re.IGNORECASE
)
TABLE = r"(?:TABLE (?:ONLY )?|ON (?:ONLY )?)(?P<table>\w+)"
# Each of these reads or writes a whole table while nobody else may write to it.
LONG = {
    "an index that is not made CONCURRENTLY": (
        rf"CREATE (?:UNIQUE )?INDEX (?!CONCURRENTLY)\w+ {TABLE}"
    ),
    "a constraint that is not NOT VALID": (
        rf"ALTER {TABLE} ADD CONSTRAINT \w+ (?:CHECK|FOREIGN)(?!.*NOT VALID)"
    ),
    "a unique constraint without USING INDEX": (
        rf"ALTER {TABLE} ADD CONSTRAINT \w+ (?:UNIQUE|PRIMARY KEY|EXCLUDE) (?!USING INDEX)"
    ),
    "SET NOT NULL": rf"ALTER {TABLE} .*SET NOT NULL",
    "another type": rf"ALTER {TABLE} ALTER COLUMN \w+ (?:SET DATA )?TYPE",
    "a stored generated column": rf"ALTER {TABLE} ADD COLUMN .*GENERATED ALWAYS AS .*STORED",
    "a volatile default": (
        rf"ALTER {TABLE} ADD COLUMN .*DEFAULT .*(?:random|clock_timestamp|new_id|nextval)"
    ),
    "LOCK TABLE": rf"LOCK {TABLE}",
    "VACUUM FULL or CLUSTER": r"(?:VACUUM FULL|CLUSTER) (?P<table>\w+)",
    "UPDATE of all rows": r"UPDATE (?P<table>\w+) SET (?!.*\bWHERE\b)",
}


@dataclass(slots=True)
class Migration:
    """The statements of one revision, in order, and the tables that were there before."""

    present: frozenset[str]
    statements: list[str] = field(default_factory=list)

    def sets_lock_timeout(self) -> bool:
        """Whether waiting for a lock is limited, to less than a second, before any change."""
        for statement in self.statements:
            if LOCK_TIMEOUT.search(statement):
                return True
            if CHANGES.match(statement):
                return False
        return False

    def long_locks(self) -> list[str]:
        """What would hold up others for as long as a table is large, in words."""
        found = []
        for statement in self.statements:
            flat = " ".join(statement.split())
            if re.match(r"CREATE (OR REPLACE )?FUNCTION|DO ", flat, re.IGNORECASE):
                continue  # what functions do is done later
            for what, pattern in LONG.items():
                match = re.match(pattern, flat, re.IGNORECASE)
                if match and match["table"] in self.present:
                    found.append(f"{what}: {flat[:120]}")
        return found
