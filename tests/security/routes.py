"""Who may call what: one row per operation of the API. A route without a row fails the tests.

To add a route, add a `Row` with its `operation_id` and

- `who` may call it: one of the sets below, or names of callers put together with `|`. A caller that
  is left out is expected to get 403, an anonymous one 401;
- how to call it so that it succeeds: `path`, `query`, `json`, `upload` (a UBL file of that number),
  `csv` (a file with that customer number) or `pdf` (the name of the part that carries a PDF), in
  which `$document`, `$customer` and
  `$number` stand for what belongs to the scene's main contact. Everything named so,
  but for names that begin with `fresh` or `number`, is an object: the tests also call the route as
  the `stranger` (another customer's main contact) and with ids that do not exist, and expect the
  same 404 for both;
- `status`, what a success answers;
- `prepare`, when the call uses something up: it makes new objects and returns their names, to be
  used as `$name`. Names that begin with `fresh` are values that need not exist;
- `differs`, callers for whom the answer is another than those rules say;
- `ends_session=True` when the call signs the caller in or out, `new_person=True` when it changes
  the caller's own account: each session is then that of somebody new;
- `blind`, who may call the route and yet cannot see its object; by default the strangers.

Rows live in `rows_*.py` beside this file, by area.

The same rows drive the tests of forged requests (S6), of hostile values (X7) and of injected fields
(T6), so a good row gives a route all of them.
"""

from tests.security.row import Row
from tests.security.rows_account import ACCOUNT_ROWS
from tests.security.rows_documents import DOCUMENT_ROWS
from tests.security.rows_issuer import ISSUER_ROWS
from tests.security.rows_paper import PAPER_ROWS
from tests.security.rows_sharing import SHARING_ROWS

ROWS: tuple[Row, ...] = (
    *ACCOUNT_ROWS,
    *DOCUMENT_ROWS,
    *SHARING_ROWS,
    *ISSUER_ROWS,
    *PAPER_ROWS,
)
BY_OPERATION = {row.operation: row for row in ROWS}
