"""An S3 store: SeaweedFS in one process (`weed mini`)."""

import asyncio
import json
import os
import signal
import stat
from contextlib import suppress
from pathlib import Path

from api.embedded.addresses import Engine
from api.embedded.binaries import weed
from api.embedded.process import Launch, Place
from api.embedded.s3_probe import signed_request

BUCKET = "iportal"
PARTS = ("master", "volume", "filer", "s3")
PROBE = f"/{BUCKET}/.ready"


class S3:
    """One bucket, one key pair, every port on loopback and behind a signature or a token."""

    engine = Engine.S3
    label = "S3 (SeaweedFS)"

    def __init__(self, place: Place) -> None:
        self._place = place
        self._ports: dict[str, int] = {}
        self._program = weed()
        self._folder = place.folder("s3")
        self._access_key = place.secrets.get("s3_access_key_id")[:20]
        self._secret_key = place.secrets.get("s3_secret_access_key")
        self._inner_key = place.secrets.get("s3_inner_token")

    async def prepare(self) -> None:
        """Write who may use the store."""
        (self._folder / "data").mkdir(mode=0o700, exist_ok=True)
        # SeaweedFS remembers its flags here; ours are always given in full.
        (self._folder / "data" / "mini.options").unlink(missing_ok=True)
        identity = {
            "name": "iportal",
            "credentials": [{"accessKey": self._access_key, "secretKey": self._secret_key}],
            "actions": ["Admin", "Read", "Write", "List", "Tagging"],
        }
        config = self._folder / "identities.json"
        config.unlink(missing_ok=True)
        config.touch(mode=0o600)
        config.write_text(json.dumps({"identities": [identity]}))
        for path in (self._folder / "data", config):
            self._place.identity.own(path)

    def choose_ports(self) -> None:
        take = self._place.ports.take
        for part in PARTS:
            self._ports[f"{part}.port"] = take(f"s3.{part}")
            self._ports[f"{part}.port.grpc"] = take(f"s3.{part}.grpc")
        # Its worker looks for the admin part 10,000 above, whatever is said.
        admin = take("s3.admin", companion=True)
        self._ports |= {"admin.port": admin, "admin.port.grpc": admin + 10000}

    def launch(self) -> Launch:
        options = {
            "dir": self._place.path_for_engine(self._folder / "data", self._folder),
            "ip": "127.0.0.1",
            "ip.bind": "127.0.0.1",
            "disableHttp": "true",  # else the filer serves every object without a signature
            "webdav": "false",
            "admin.ui": "false",
            "master.telemetry": "false",
            # A resumed election sometimes comes later than the first heartbeat of the volumes,
            # and the first write then hangs for 5 to 17 seconds.
            "master.resumeState": "false",
            "volume.preStopSeconds": "0",
            "s3.port.iceberg": "0",
            "s3.port.lance": "0",
            "s3.iam": "false",
            "s3.autoCreateBucket": "false",
            "s3.config": "identities.json",
            "s3.localSocket": "s3.sock",
            "filer.localSocket": "filer.sock",
            "bucket": BUCKET,
            **{name: str(port) for name, port in self._ports.items()},
        }
        arguments = ["-logtostderr=true", "mini", *(f"-{k}={v}" for k, v in options.items())]
        tokens = ("SIGNING", "SIGNING_READ", "FILER_SIGNING", "FILER_SIGNING_READ")
        return Launch(
            self._program,
            arguments,
            self._folder,
            environment={f"WEED_JWT_{name}_KEY": self._inner_key for name in tokens},
            # Its stop often hangs after all data is written, in a second; a kill loses nothing.
            grace=2.0,
            # It moves whole archives; a page of the list never waits for it.
            behind=True,
            death_signal=signal.SIGKILL,
        )

    async def answers(self) -> bool:
        """Write and remove an object: the store answers before it can write."""
        with suppress(OSError, TimeoutError, ValueError):
            async with asyncio.timeout(2):
                for method, body, expected in (("PUT", b"ready", 200), ("DELETE", b"", 204)):
                    status = await signed_request(
                        self._ports["s3.port"],
                        self._access_key,
                        self._secret_key,
                        method,
                        PROBE,
                        body,
                    )
                    if status != expected:
                        return False
                return True
        return False

    def addresses(self) -> dict[str, str | int]:
        return {
            "s3_endpoint_url": f"http://127.0.0.1:{self._ports['s3.port']}",
            "s3_bucket": BUCKET,
            "s3_access_key_id": self._access_key,
            "s3_secret_access_key": self._secret_key,
        }

    def tidy(self) -> None:
        """A killed server leaves its sockets in /tmp, whatever TMPDIR says."""
        for name, port in self._ports.items():
            if not name.endswith("grpc"):
                continue
            part = name.partition(".")[0]
            path = Path("/").joinpath("tmp", f"seaweedfs-{part}-grpc-{port}.sock")
            with suppress(OSError):
                found = path.lstat()
                ours = found.st_uid == (self._place.identity.uid or os.geteuid())
                if ours and stat.S_ISSOCK(found.st_mode):
                    path.unlink()
