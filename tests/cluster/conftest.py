"""What happened on the cluster is told at the end, and last of all what was not tried."""

import pytest
from support.one_host import TOLD


@pytest.hookimpl(trylast=True)
def pytest_terminal_summary(terminalreporter, config):
    if TOLD in config.stash:
        terminalreporter.section("SLURM")
        terminalreporter.write_line("\n".join(config.stash[TOLD]))
    skipped = [report for report in terminalreporter.stats.get("skipped", []) if "tests/cluster/" in report.nodeid]
    if skipped:
        terminalreporter.section(f"SLURM: {len(skipped)} tests NOT RUN", yellow=True)
        for reason in sorted({report.longrepr[2] for report in skipped}):
            terminalreporter.write_line(reason)
