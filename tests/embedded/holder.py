"""A command that uses the engines: prints their addresses, then waits for its input to end.

Called with the data directory and the names of the engines.
"""

import dataclasses
import json
import sys
from pathlib import Path

from api.embedded import Engine, EngineError, running_engines


def main() -> int:
    """Hold the engines until standard input ends."""
    wanted = [Engine(name) for name in sys.argv[2:]]
    try:
        with running_engines(Path(sys.argv[1]), wanted, durable=False) as addresses:
            sys.stdout.write(json.dumps(dataclasses.asdict(addresses)) + "\n")
            sys.stdout.flush()
            sys.stdin.read()
    except EngineError as error:
        sys.stdout.write(json.dumps({"error": str(error)}) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
