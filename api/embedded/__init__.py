"""PostgreSQL, Valkey, an S3 store and a mail sink from wheels, for one machine without set-up.

What is not configured elsewhere is started by :func:`running_engines`; everything is kept in the
data directory, listens on 127.0.0.1 only, and is protected by generated passwords. The engines
live exactly as long as one process uses them, whatever way that process ends.
"""

from api.embedded.addresses import Engine, EngineAddresses, EngineError
from api.embedded.session import attached, running_engines

__all__ = ["Engine", "EngineAddresses", "EngineError", "attached", "running_engines"]
