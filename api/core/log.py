"""Structured logs: one line per event, with the request id, never with a secret."""

import logging
import sys
import traceback
from typing import Any

import structlog
from structlog.typing import EventDict, WrappedLogger

from api.core.settings import Settings

# Values under these names never reach a log line, whoever logs them (X9).
SECRET_NAMES = (
    "password",
    "token",
    "secret",
    "authorization",
    "cookie",
    "challenge",
    "otpauth_uri",
    "body",
)
MOST_FRAMES = 40


def hide_secrets(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    """Replace values whose name tells that they are secret."""
    for name in event:
        if any(secret in name.lower() for secret in SECRET_NAMES):
            event[name] = "***"
    return event


def exception_places(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    """Write down an exception's type and places; its message may quote what somebody sent."""
    info = event.pop("exc_info", None)
    error = sys.exception() if info is True else info[1] if isinstance(info, tuple) else info
    if isinstance(error, BaseException):
        frames = traceback.extract_tb(error.__traceback__)[-MOST_FRAMES:]
        event["exception"] = type(error).__name__
        event["trace"] = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames]
    return event


def log_to_stderr() -> None:
    """Keep log lines away from what a command prints, until `configure_logging` is called."""
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))


def configure_logging(settings: Settings) -> None:
    """Send structlog and the standard library's logs through the same formatter."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        hide_secrets,
    ]
    renderer: Any = (
        structlog.processors.JSONRenderer()
        if settings.log_format == "json"
        else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    )
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.make_filtering_bound_logger(settings.log_level.lower()),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                exception_places,
                renderer,
            ],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(settings.log_level)
    # Access lines are written by our own middleware, with the request id and without the query.
    logging.getLogger("uvicorn.access").disabled = True
    logging.getLogger("botocore").setLevel("WARNING")
