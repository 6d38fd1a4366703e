"""The two kinds of place for uploaded files: a directory, and a bucket on an S3 server of this process."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
from moto.server import ThreadedMotoServer

KEYS = {"s3_access_key": "an access key", "s3_secret_key": "a secret key", "s3_region": "us-east-1"}


@contextmanager
def s3_server() -> Iterator[str]:
    """Serve S3 from memory until the block ends, and give its address."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = ThreadedMotoServer("127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    try:
        yield f"http://{host}:{port}"
    finally:
        server.stop()


def directory_settings(scratch: Path) -> dict[str, Any]:
    return {"media_store": str(scratch / "media")}


def bucket_settings(address: str, scratch: Path) -> dict[str, Any]:
    """Return the settings for a new bucket, in a folder of it."""
    name = f"bucket-{uuid4().hex}"
    httpx.put(f"{address}/{name}", headers={"authorization": "AWS4-HMAC-SHA256 Credential=x/20261201/us-east-1/s3/"})
    incoming = str(scratch / "incoming")
    return {"media_store": f"s3://{name}/voce", "media_incoming": incoming, "s3_endpoint": address, **KEYS}
