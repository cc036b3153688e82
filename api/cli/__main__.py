"""`python -m api.cli`, as the supervisor starts its children."""

from api.cli.main import main

main()
