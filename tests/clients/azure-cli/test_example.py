"""The example of docs/clients/azure-cli.md works as it stands."""

import os
import pathlib
import subprocess
import sys

EXAMPLE = pathlib.Path(__file__).with_name("example.sh")


def test_the_example_shares_a_runtime():
    folder = str(pathlib.Path(sys.executable).parent)
    environment = {**os.environ, "PATH": os.pathsep.join([folder, os.environ["PATH"]])}
    run = subprocess.run(["bash", EXAMPLE], capture_output=True, text=True, timeout=300, check=False, env=environment)
    assert run.returncode == 0, run.stderr
    assert run.stdout.splitlines() == [
        "before the grant: UnauthorizedIntegrationRuntimeAccess",
        "after the grant: linked-runtime is of adf-example-sharing",
    ]
