"""The clients of the Azure SDKs for Python about access, in worlds of their own, and which of their operations a suite has called."""

import contextlib
import inspect
import json
import os
import pathlib
import urllib.request
from types import SimpleNamespace

from azure.identity import ClientSecretCredential
from azure.mgmt.authorization import AuthorizationManagementClient
from azure.mgmt.managementgroups import ManagementGroupsMgmtClient
from azure.mgmt.resource.locks import ManagementLockClient
from azure.mgmt.resource.resources import ResourceManagementClient

WORLD = pathlib.Path(__file__).parents[3] / "fixtures/worlds/administrator.json"
TENANT = "11111111-1111-1111-1111-111111111111"
ID = "22222222-2222-2222-2222-222222222222"
SUBSCRIPTION = f"/subscriptions/{ID}"
GROUP = f"{SUBSCRIPTION}/resourceGroups/rg"
FACTORY = f"{GROUP}/providers/Microsoft.DataFactory/factories/adf-governed"
ADA = "55555555-5555-5555-5555-000000000021"
BOB = "55555555-5555-5555-5555-000000000022"
READER = f"{SUBSCRIPTION}/providers/Microsoft.Authorization/roleDefinitions/acdd72a7-3385-48ef-bd42-f606fba81ae7"

# What has been called, as client.group.operation.
CALLED = set()


class Noted:
    """A client, or a group of its operations, that notes what is called."""

    def __init__(self, it, path):
        self._it, self._path = it, path

    def __getattr__(self, name):
        found, path = getattr(self._it, name), f"{self._path}.{name}"
        if not inspect.ismethod(found):
            return Noted(found, path)

        def call(*arguments, **more):
            CALLED.add(path)
            return found(*arguments, **more)

        return call


def operations(it):
    """The names of the operations of a client, or of a group of them."""
    closes = {"close", "send_request", "models", "from_dict"}
    return [name for name, of in inspect.getmembers(type(it), inspect.isfunction) if name[0] != "_" and name not in closes]


def send(method, url, body):
    headers = {"Content-Type": "application/json"}
    request = urllib.request.Request(url, json.dumps(body).encode() if body else None, headers, method=method)
    with urllib.request.urlopen(request) as answer:
        return json.load(answer) if method != "DELETE" else None


@contextlib.contextmanager
def new_world():
    """A world that an administrator owns from the root down."""
    url = f"{os.environ['EMULATOR_HTTP_URL']}/_emulator/worlds"
    made = send("POST", url, {"world": json.loads(WORLD.read_text())})
    yield made
    send("DELETE", f"{url}/{made['id']}", None)


def advance(world, duration):
    send("PATCH", f"{world['http']}/_emulator/clock", {"advance": duration})


def clients(url, credential):
    every = {
        "authorization": AuthorizationManagementClient(credential, ID, base_url=url),
        "locks": ManagementLockClient(credential, ID, base_url=url),
        "groups": ManagementGroupsMgmtClient(credential, base_url=url),
        "tags": ResourceManagementClient(credential, ID, base_url=url).tags,
    }
    noted = {name: Noted(it, name) for name, it in every.items()}
    return SimpleNamespace(url=url, credential=credential, **noted)


def administrator(url):
    return signed_in(url, "33333333-3333-3333-3333-000000000021", "administrator-secret")


def signed_in(url, client_id, secret):
    return clients(url, ClientSecretCredential(TENANT, client_id, secret, authority=url, disable_instance_discovery=True))


def names(found):
    return sorted(it.name for it in found)
