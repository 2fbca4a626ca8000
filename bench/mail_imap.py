"""An IMAP server of its own: `python -m bench.mail_imap FOLDER` serves the mails in a folder until its input ends."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil

from tests.support.imap_server import LoopbackImap
from tests.support.terminal import ROOT


@contextmanager
def serving(folder: Path) -> Iterator[tuple[int, psutil.Process]]:
    """Run the server with the mails of a folder while the block runs, and yield its port and its process."""
    process = subprocess.Popen(
        [sys.executable, "-m", "bench.mail_imap", str(folder)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert process.stdin is not None and process.stdout is not None
    try:
        ready = re.match(rb"port (\d+)\n", process.stdout.readline())
        if ready is None:
            raise SystemExit("The IMAP server did not start.")
        yield int(ready[1]), psutil.Process(process.pid)
    finally:
        process.kill()  # it has nothing to keep
        process.wait()
        process.stdin.close()
        process.stdout.close()


def main() -> int:
    """Serve until standard input ends."""
    server = LoopbackImap()
    server.put(*(path.read_bytes() for path in sorted(Path(sys.argv[1]).iterdir())))
    print(f"port {server.direct_port}", flush=True)
    sys.stdin.read()
    server.close()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
