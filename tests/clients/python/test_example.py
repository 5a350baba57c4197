"""The example of docs/clients/python.md works as it stands."""

import pathlib
import subprocess
import sys

EXAMPLE = pathlib.Path(__file__).with_name("example.py")


def test_the_example_shares_a_runtime():
    run = subprocess.run([sys.executable, EXAMPLE], capture_output=True, text=True, timeout=120, check=False)
    assert run.returncode == 0, run.stderr
    assert run.stdout.splitlines() == [
        "before the grant: 401 UnauthorizedIntegrationRuntimeAccess",
        "after the grant: linked-runtime is shared-runtime of adf-example-sharing",
    ]
