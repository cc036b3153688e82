"""Real worker processes, to be killed, stopped and continued."""

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Iterator

from api.core.settings import Settings


def _variables(settings: Settings) -> dict[str, str]:
    return {
        "IPORTAL_DATABASE_URL": settings.database_url,
        "IPORTAL_REDIS_URL": settings.redis_url,
        "IPORTAL_S3_ENDPOINT_URL": settings.s3_endpoint_url,
        "IPORTAL_S3_BUCKET": settings.s3_bucket,
        "IPORTAL_S3_ACCESS_KEY_ID": settings.s3_access_key_id,
        "IPORTAL_S3_SECRET_ACCESS_KEY": settings.s3_secret_access_key.get_secret_value(),
        "IPORTAL_SMTP_HOST": settings.smtp_host,
        "IPORTAL_SMTP_PORT": str(settings.smtp_port),
        "IPORTAL_SECRET_KEY": settings.secret_key.get_secret_value(),
        "IPORTAL_DATA_DIR": str(settings.data_dir),
        "IPORTAL_LOG_LEVEL": "WARNING",
    }


@contextlib.contextmanager
def worker(settings: Settings, s3_url: str | None = None) -> Iterator[subprocess.Popen[bytes]]:
    """`iportal worker` in a process of its own, perhaps with another way to S3."""
    variables = _variables(settings) | ({"IPORTAL_S3_ENDPOINT_URL": s3_url} if s3_url else {})
    process = subprocess.Popen(
        [sys.executable, "-m", "api.cli", "worker"], env={**os.environ, **variables}
    )
    try:
        yield process
    finally:
        process.send_signal(signal.SIGCONT)
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
