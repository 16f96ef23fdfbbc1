"""SLURM on this machine: one controller and two nodes, on ports and paths of their own, gone when the test ends.

Debian's slurm-wlm and munge. Every daemon has a host name of its own and sees its configuration as /etc/slurm (namespaces of the
kernel: nothing outside the folder changes), so that jobs find both, and a node is an address, a name and a tree of processes.
"""

import contextlib
import os
import re
import shutil
import signal
import socket
import stat
import subprocess
import time
from pathlib import Path
from typing import Self

import psutil
import pytest

TOLD = pytest.StashKey[list[str]]()  # lines for the end of the session
PACKAGES = ("slurm-wlm", "munge")
NODES = ("vcop1", "vcop2")
CONFIGURATION = """
ClusterName=vcop
SlurmctldHost=vcop0(127.0.0.1)
SlurmctldPort={ports[0]}
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
CredType=cred/munge
# A job that is queued again starts when the credentials of its last start are void.
AuthInfo=socket={folder}/munge.socket,cred_expire=15
SlurmctldPidFile={folder}/slurmctld.pid
SlurmctldLogFile={folder}/slurmctld.log
SlurmdPidFile={folder}/%n.pid
SlurmdLogFile={folder}/%n.log
SlurmdSpoolDir={folder}/%n
StateSaveLocation={folder}/state
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SwitchType=switch/none
MpiDefault=none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core_Memory
SchedulerType=sched/backfill
SchedulerParameters=sched_interval=1,bf_interval=1,sched_min_interval=0
SlurmdParameters=config_overrides
GresTypes=gpu
ReturnToService=2
MinJobAge=3600
KillWait=10
InactiveLimit=0
SlurmctldTimeout=30
SlurmdTimeout=10
AccountingStorageType=accounting_storage/none
JobAcctGatherType=jobacct_gather/none
JobCompType=jobcomp/none
# Nodes say that they have more than this machine.
NodeName=DEFAULT CPUs=64 SocketsPerBoard=1 CoresPerSocket=64 RealMemory=400000 Gres=gpu:16 State=UNKNOWN
NodeName=vcop1 NodeAddr=127.0.0.1 Port={ports[1]}
NodeName=vcop2 NodeAddr=127.0.0.1 Port={ports[2]}
PartitionName=cpu Nodes=vcop1 Default=YES MaxTime=INFINITE State=UP
PartitionName=gpu Nodes=vcop1 MaxTime=INFINITE State=UP
PartitionName=weak Nodes=vcop2 MaxTime=INFINITE State=UP
PartitionName=both Nodes=vcop1,vcop2 MaxTime=INFINITE State=UP
"""


def install() -> None:
    """SLURM's and munge's programs, fetched where they are missing. Skips the test where they cannot be had."""
    if os.geteuid():
        pytest.skip("a cluster of one's own needs root")
    if subprocess.run(["unshare", "--uts", "--mount", "true"], capture_output=True, check=False).returncode:
        pytest.skip("a cluster of one's own needs the right to name spaces (unshare --uts --mount)")
    if all(map(shutil.which, ("slurmctld", "slurmd", "sbatch", "munged"))):
        return
    if not shutil.which("apt-get"):
        pytest.skip("SLURM is not installed, and there is no apt-get to fetch it")
    quiet = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    for words in (["update"], ["install", "-y", "--no-install-recommends", *PACKAGES]):
        done = subprocess.run(["apt-get", "-q", *words], capture_output=True, text=True, env=quiet, check=False, timeout=300)
        if done.returncode:
            pytest.skip(f"apt-get cannot fetch {' and '.join(PACKAGES)}: {done.stderr.strip().splitlines()[-1:]}")


def ports(count: int) -> list[int]:
    """Ports that are free now."""
    with contextlib.ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in sockets]


class Cluster:
    """The daemons; a context manager."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.daemons = folder, {}
        self.settings = folder / "etc"

    def __enter__(self) -> Self:
        try:
            self.start()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, *problem: object) -> None:
        self.stop()

    def start(self) -> None:
        for name in ("etc", "state", *NODES):
            (self.folder / name).mkdir(parents=True)
        for number in range(16):
            os.mknod(self.folder / f"gpu{number}", stat.S_IFCHR | 0o666, os.makedev(1, 3))  # another /dev/null
        (self.settings / "slurm.conf").write_text(CONFIGURATION.format(folder=self.folder, ports=ports(3)))
        (self.settings / "gres.conf").write_text(f"NodeName=vcop[1-2] Name=gpu File={self.folder}/gpu[0-15]\n")
        (self.settings / "cgroup.conf").write_text("CgroupPlugin=cgroup/v1\nConstrainCores=no\n")
        (self.folder / "munge.key").write_bytes(os.urandom(128))
        (self.folder / "munge.key").chmod(0o400)
        files = [f"--{name}-file={self.folder}/munge.{name}" for name in ("key", "pid", "log", "seed")]
        self.daemons["munged"] = self._start(
            "munged", "--force", "--foreground", f"--socket={self.folder}/munge.socket", *files
        )
        os.environ["SLURM_CONF"] = str(self.settings / "slurm.conf")
        wait((self.folder / "munge.socket").exists, "munged is up", 20)
        self.daemons["vcop0"] = self._start(*self._named("vcop0"), "slurmctld", "-D", "-c")
        for node in NODES:
            self.up(node)

    def stop(self) -> None:
        for name in reversed(self.daemons):
            if name not in NODES:
                self.daemons[name].terminate()  # the controller has a process to tidy up
                with contextlib.suppress(subprocess.TimeoutExpired):
                    self.daemons[name].wait(10)
            self.cut(name)
        os.environ.pop("SLURM_CONF", None)

    def _start(self, *command: str) -> subprocess.Popen:
        with open(self.folder / "daemons.log", "a") as log:
            return subprocess.Popen(command, stdout=log, stderr=log, stdin=subprocess.DEVNULL, start_new_session=True)

    def _named(self, name: str) -> list[str]:
        """What starts a command as on a machine of that name with this cluster's settings."""
        script = 'hostname "$0" && mount --bind "$1" /etc/slurm && shift && exec "$@"'
        return ["unshare", "--uts", "--mount", "sh", "-c", script, name, str(self.settings)]

    def up(self, node: str) -> None:
        """A node comes up."""
        self.daemons[node] = self._start(*self._named(node), "slurmd", "-D", "-c")
        wait(lambda: self.state(node) in ("idle", "mixed", "allocated"), f"{node} is up: {self.folder}/daemons.log", 60)

    def cut(self, name: str) -> None:
        """The power of a machine is cut: its daemon and all that ran there are gone at once."""
        daemon = self.daemons[name]
        if daemon.poll() is None:
            here, there = (os.readlink(f"/proc/{who}/ns/uts") for who in ("self", daemon.pid))
            lost = processes(lambda one: here != there and os.readlink(f"/proc/{one.pid}/ns/uts") == there)
            for one in (daemon, *lost):
                with contextlib.suppress(psutil.NoSuchProcess):
                    one.send_signal(signal.SIGKILL)
            daemon.wait()

    def ask(self, *command: str) -> str:
        """What a command of SLURM says; nothing where the controller is busy."""
        try:
            return subprocess.run(command, capture_output=True, text=True, check=False, timeout=10).stdout.strip()
        except subprocess.TimeoutExpired:
            return ""

    def state(self, node: str) -> str:
        return self.ask("sinfo", "-h", "-n", node, "-p", "both", "-o", "%T")

    def job(self, number: str) -> dict[str, str]:
        """`scontrol show job`, as a dictionary."""
        return dict(re.findall(r"(\S+?)=(\S*)", self.ask("scontrol", "-o", "show", "job", number)))


def processes(wanted) -> list[psutil.Process]:
    """The processes for which ``wanted`` is true; those that end meanwhile are none."""
    found = []
    for one in psutil.process_iter():
        with contextlib.suppress(psutil.Error, OSError):
            if wanted(one):
                found.append(one)
    return found


def wait(condition, what: str, seconds: float = 900):
    """The first true value of ``condition``."""
    until = time.monotonic() + seconds
    while not (value := condition()):
        assert time.monotonic() < until, f"not within {seconds:.0f} s: {what}"
        time.sleep(0.05)
    return value
