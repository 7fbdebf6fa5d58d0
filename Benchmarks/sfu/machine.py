"""What the benchmark asks of the machine: cores, priority, ports, and what it is."""

import contextlib
import ctypes
import datetime
import os
import pathlib
import platform
import random
import resource
import shutil
import signal
import socket
import subprocess
from collections.abc import Callable

LIBC = ctypes.CDLL(None)
PR_SET_PDEATHSIG = 1


def pinned(core: int) -> Callable[[], None]:
    """For a child before it starts: one core, the best priority there is, as many descriptors as allowed."""

    def prepare() -> None:
        os.sched_setaffinity(0, {core})
        # A session of its own is a scheduling group of its own, and Linux weighs groups against each other first
        # (sched(7), autogroup): niceness within a shell's group would not help against another shell's compiler.
        os.setsid()
        # As an ordinary user: neighbours disturb more, and the report shows them.
        with contextlib.suppress(OSError):
            pathlib.Path("/proc/self/autogroup").write_text("-20")
        with contextlib.suppress(PermissionError):
            os.setpriority(os.PRIO_PROCESS, 0, -20)
        # Ends with this program, however that ends.
        LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))

    return prepare


def free_port(kind: socket.SocketKind) -> int:
    """A port of 127.0.0.1 below the range that the system gives to clients."""
    for _ in range(100):
        port = random.randrange(12000, 19000)
        with socket.socket(socket.AF_INET, kind) as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise SystemExit("found no free port on 127.0.0.1")


def is_listening(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def check_cores(*cores: int) -> None:
    allowed = os.sched_getaffinity(0)
    if len(set(cores)) < 2 or not set(cores) <= allowed:
        raise SystemExit(f"needs two cores, one for the server and one for the generator; there are {sorted(allowed)}")


def output_of(*command: str) -> str:
    """The first line that a program says about itself, or what hindered it."""
    if shutil.which(command[0]) is None:
        return "not installed"
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    lines = (done.stdout + done.stderr).strip().splitlines()
    return lines[0] if lines else ""


def package_version(name: str) -> str:
    return output_of("dpkg-query", "-W", "-f=${Version}", name)


def describe() -> dict[str, object]:
    model = "unknown"
    for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            model = line.partition(":")[2].strip()
            break
    return {
        "date": datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
        "processor": model,
        "cores": os.cpu_count(),
        "memory_mib": os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 1024**2,
        "kernel": platform.release(),
        "load_before": os.getloadavg()[0],
        "commit": output_of("git", "-C", str(pathlib.Path(__file__).parent), "describe", "--always", "--dirty"),
        "janus": package_version("janus"),
        "pion": package_version("golang-github-pion-webrtc.v3-dev"),
        "go": package_version("golang-go"),
        "openssl": output_of("openssl", "version"),
    }
