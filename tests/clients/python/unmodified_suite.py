"""A suite as it is written for Azure: it names no emulator.

Run it beside one that stands in for Azure:   adf-emulator exec --transparent -- pytest unmodified_suite.py
"""

import pathlib
import runpy

PROGRAM = pathlib.Path(__file__).with_name("unmodified.py")


def test_the_program_shares_a_runtime(capsys):
    runpy.run_path(str(PROGRAM))
    assert capsys.readouterr().out.splitlines() == [
        "before the grant: 401 UnauthorizedIntegrationRuntimeAccess",
        "after the grant: linked-runtime is shared-runtime of adf-unmodified-sharing",
    ]
