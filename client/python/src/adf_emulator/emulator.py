"""The emulator's process: found, started, stopped."""

import json
import os
import shutil
import subprocess

from adf_emulator.world import World

NAME = "adf-emulator"


class EmulatorNotFound(Exception):
    """There is no binary to start."""


class EmulatorNotStarted(Exception):
    """The binary ended before it was ready; the message is what it said."""


class Emulator:
    """A running emulator. Each is a process of its own on a free port, and the world that it starts with."""

    def __init__(self, process, ready):
        self._process = process
        self.http = ready["http"]
        self.https = ready["https"]
        self.ca_file = ready["caFile"]
        self.pid = ready["pid"]

    @classmethod
    def start(cls, *options, binary=None):
        """Starts an emulator with options of `adf-emulator serve`, such as `"--world", "world.json"`.

        Raises EmulatorNotFound when there is no binary, EmulatorNotStarted when it does not start.
        """
        # It ends with this process, however that ends: then nobody holds the other end of its standard input any more.
        command = [binary or find_binary(), "serve", "--until-stdin-closes", "--listen", "127.0.0.1:0", "--log", "off", *options]
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        line = process.stdout.readline()
        if not line:
            said = process.communicate()[1].strip()
            raise EmulatorNotStarted(f"'{' '.join(command)}' ended with status {process.returncode}: {said}")
        return cls(process, json.loads(line))

    @property
    def start_world(self):
        """The world that the process started with, which all who share the emulator share."""
        return World(self.http, self.https, self.ca_file)

    def world(self, source="start", *, file=None):
        """Opens a world of its own: from "start", "current" or "snapshot:NAME", or from a world file (a dict)."""
        return self.start_world.open(source, file=file)

    def stop(self):
        """Stops the process; a second time does nothing."""
        if self._process.poll() is None:
            self._process.terminate()
        self._process.communicate()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()


def find_binary():
    """Returns the binary that ADF_EMULATOR_BIN names, or the one on PATH."""
    named = os.environ.get("ADF_EMULATOR_BIN")
    if named and not os.access(named, os.X_OK):
        raise EmulatorNotFound(f"ADF_EMULATOR_BIN names '{named}', which is no program that can be run")
    found = named or shutil.which(NAME)
    if not found:
        raise EmulatorNotFound(
            f"there is no '{NAME}' on PATH: build it with 'cargo install --path emulator/server' in the emulator's"
            " repository, or name the binary in ADF_EMULATOR_BIN"
        )
    return found
