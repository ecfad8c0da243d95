"""Whether the NF of this container is ready: ``python3 -m nfs.common.health_check [URL]``.

By itself, for it runs every few seconds in every container: the whole command takes its time to
start. AGENTNF_TLS names the folder of certificates where the SBI goes over TLS.
"""

from __future__ import annotations

import os
import ssl
import sys
import urllib.request


def main(url: str) -> int:
    context = None
    if folder := os.environ.get("AGENTNF_TLS"):
        url = url.replace("http://", "https://")
        context = ssl.create_default_context(cafile=f"{folder}/ca.pem")
        context.load_cert_chain(f"{folder}/oam.pem", f"{folder}/oam-key.pem")
    try:
        with urllib.request.urlopen(f"{url}/health/ready", timeout=3, context=context):  # noqa: S310
            return 0
    except OSError as error:
        sys.stderr.write(f"{url}: {error}\n")
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:7777"))
