"""Servers to start, and ``wrk`` to load them with: rates, latencies and CPU per request, in one place."""

import os
import re
import signal
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

TICK = os.sysconf("SC_CLK_TCK")
UNITS = {"us": 1e-3, "ms": 1.0, "s": 1e3, "m": 6e4}


@dataclass(frozen=True)
class Server:
    port: int
    pid: int


@dataclass(frozen=True)
class Measured:
    """Rates per second, latencies in milliseconds, CPU of the server in microseconds per request."""

    rps: float
    p50: float
    p99: float
    cpu: float
    bad: int


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def serving(command: list[str], port: int, folder: Path, environment: dict[str, str]) -> Iterator[Server]:
    """Run a server until the block ends; it is ready when its port answers."""
    process = subprocess.Popen(command, cwd=folder, env={**os.environ, **environment}, stdout=subprocess.DEVNULL)
    try:
        for _ in range(600):
            if process.poll() is not None:
                raise SystemExit(f"{' '.join(command)} ended with status {process.returncode}")
            try:
                socket.create_connection(("127.0.0.1", port), 0.2).close()
                break
            except OSError:
                time.sleep(0.05)
        yield Server(port, process.pid)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(20)


def uvicorn(app: str, port: int, *options: str) -> list[str]:
    common = ["--port", str(port), "--no-access-log", "--log-level", "critical"]
    return [sys.executable, "-m", "uvicorn", app, *common, *options]


def cpu_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / TICK


def wrk(
    server: Server, path: str, connections: int, seconds: int, *, script: Path | None = None, headers: dict[str, str]
) -> Measured:
    """Load one address for some seconds."""
    before = cpu_seconds(server.pid)
    command = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--latency", "--timeout", "10s"]
    command += [part for name, value in headers.items() for part in ("-H", f"{name}: {value}")]
    command += ["-s", str(script)] if script else []
    out = subprocess.run(
        [*command, f"http://127.0.0.1:{server.port}{path}"], capture_output=True, text=True, check=True
    ).stdout
    requests = int(_found(r"(\d+) requests in", out))
    bad = re.search(r"Non-2xx or 3xx responses: (\d+)", out)
    return Measured(
        rps=float(_found(r"Requests/sec:\s+([\d.]+)", out)),
        p50=_milliseconds(_found(r"(?m)^ *50%\s+(\S+)", out)),
        p99=_milliseconds(_found(r"(?m)^ *99%\s+(\S+)", out)),
        cpu=(cpu_seconds(server.pid) - before) / max(requests, 1) * 1e6,
        bad=int(bad[1]) if bad else 0,
    )


def _found(pattern: str, text: str) -> str:
    match = re.search(pattern, text)
    if match is None:
        raise SystemExit(f"wrk said nothing like {pattern}:\n{text}")
    return match[1]


def _milliseconds(text: str) -> float:
    match = re.fullmatch(r"([\d.]+)(us|ms|s|m)", text)
    assert match is not None
    return float(match[1]) * UNITS[match[2]]


def alternate(runs: dict[str, Callable[[], Measured]], rounds: int) -> dict[str, list[Measured]]:
    """Run each in turn, round after round; the first round only warms up."""
    results: dict[str, list[Measured]] = {name: [] for name in runs}
    for number in range(rounds + 1):
        for name, run in runs.items():
            measured = run()
            if number:
                results[name].append(measured)
    return results


def table(title: str, results: dict[str, list[Measured]], base: str) -> str:
    """Return a Markdown table of medians; the ratios to ``base`` are medians of the rounds'."""
    lines = [
        f"### {title}",
        "",
        f"| | req/s | p50 ms | p99 ms | CPU µs | × {base} | CPU of {base} / own | bad |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for name, runs in results.items():
        ratio = statistics.median(one.rps / other.rps for one, other in zip(runs, results[base], strict=True))
        values = [statistics.median(getattr(one, field) for one in runs) for field in ("rps", "p50", "p99", "cpu")]
        shown = f"{values[0]:.0f} | {values[1]:.2f} | {values[2]:.1f} | {values[3]:.0f}"
        cpu = statistics.median(other.cpu / one.cpu for one, other in zip(runs, results[base], strict=True))
        lines.append(f"| {name} | {shown} | {ratio:.2f} | {cpu:.2f} | {sum(one.bad for one in runs)} |")
    return "\n".join(lines) + "\n"
