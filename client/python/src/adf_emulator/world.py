"""One world of an emulator, and what a test asks of it."""

import functools
import json
import urllib.error
import urllib.parse
import urllib.request

# Our own requests go to this machine, whatever proxy is set.
_OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))


class ControlError(Exception):
    """The emulator refused one of our own requests."""

    def __init__(self, status, error):
        self.status, self.code, self.target = status, error.get("code"), error.get("target")
        super().__init__(f"{status} {self.code}: {error.get('message')}")


class World:
    """An isolated world on a port of its own."""

    def __init__(self, http, https, ca_file, id=None):
        self.id, self.http, self.https, self.ca_file = id, http, https, ca_file

    def control(self, method, path, body=None, timeout=90):
        """Sends a request to `/_emulator/PATH` and returns the JSON of the answer, or None. Raises ControlError."""
        data = None if body is None and method in ("GET", "DELETE") else json.dumps({} if body is None else body).encode()
        headers = {"Content-Type": "application/json"}
        request = urllib.request.Request(f"{self.http}/_emulator/{path}", data, headers, method=method)
        try:
            with _OPENER.open(request, timeout=timeout) as answer:
                text = answer.read()
        except urllib.error.HTTPError as refusal:
            raise ControlError(refusal.code, json.loads(refusal.read() or b"{}").get("error", {})) from None
        return json.loads(text) if text else None

    def open(self, source="start", *, file=None):
        """Opens another world: from this one's "start", from "current" or "snapshot:NAME", or from a world file (a dict)."""
        opened = self.control("POST", "worlds", {"from": source} if file is None else {"world": file})
        return World(opened["http"], opened["https"], self.ca_file, opened["id"])

    def fork(self):
        """Opens a world that begins as this one is now."""
        return self.open("current")

    def close(self):
        """Closes the world and its port."""
        self.control("DELETE", f"worlds/{self.id}")

    def export(self, state=True):
        """Returns the world as a world file; without `state` as a person would write it."""
        return self.control("GET", "world" if state else "world?state=false")

    def replace(self, file):
        """Puts a world file (a dict) in the place of this world."""
        self.control("PUT", "world", file)

    def reset(self):
        """Goes back to the start."""
        self.control("POST", "reset")

    def snapshot(self, name):
        """Keeps the world as it is under a name."""
        self.control("PUT", f"snapshots/{_quoted(name)}")

    def restore(self, name):
        """Brings a snapshot back."""
        self.control("POST", f"snapshots/{_quoted(name)}/restore")

    def clock(self):
        """Returns `{"now", "frozen"}`."""
        return self.control("GET", "clock")

    def advance(self, duration):
        """Moves the clock forward, by a duration such as "PT10M"."""
        return self.control("PATCH", "clock", {"advance": duration})

    def freeze(self, frozen=True):
        """Stops the clock, or lets it go on."""
        return self.control("PATCH", "clock", {"frozen": frozen})

    def settings(self, **changes):
        """Changes settings by their names, and returns all."""
        return self.control("PATCH", "settings", changes) if changes else self.control("GET", "settings")

    def requests(self, **filters):
        """Returns the journal's entries, oldest first: `operation`, `caller`, `status`, `rule`, `code`, `since`, `limit`."""
        query = urllib.parse.urlencode(filters)
        return self.control("GET", f"requests?{query}" if query else "requests")["value"]

    def request(self, id):
        """Returns one entry of the journal with headers and bodies."""
        return self.control("GET", f"requests/{id}")

    def wait_for_requests(self, count=1, timeout_seconds=30, **match):
        """Waits until that many requests match and returns them; ControlError 408 when time is up."""
        return self.control("POST", "requests/wait", {"match": match, "count": count, "timeoutSeconds": timeout_seconds})["value"]

    def verify_requests(self, *, exactly=None, at_least=None, never=None, **match):
        """Says whether as many requests match as were expected: `{"ok", "count", "nearest"}`."""
        expected = {"exactly": exactly, "atLeast": at_least, "never": never}
        return self.control("POST", "requests/verify", {"match": match} | {k: v for k, v in expected.items() if v is not None})

    def add_fault(self, answer, *, after=0, times=1, probability=1.0, **match):
        """Puts a fault in the way of requests that match; returns its id. `times=None` means always."""
        fault = {"match": match, "after": after, "times": times, "probability": probability, "answer": answer}
        return self.control("POST", "faults", fault)["id"]

    def remove_faults(self):
        """Takes all faults away."""
        self.control("DELETE", "faults")

    def register_node(self, auth_key, node_name, **more):
        """Registers a self-hosted node with a key of its runtime."""
        return self.control("POST", "nodes", {"authKey": auth_key, "nodeName": node_name, **more})

    def heartbeat(self, node_id, **figures):
        """Sends a heartbeat of a node with what it reports; from its first on it is Offline when they stay away."""
        return self.control("POST", f"nodes/{_quoted(node_id)}/heartbeat", figures)

    def set_node(self, node_id, **changes):
        """Changes how a node is (`status="Offline"`) and what it reports."""
        return self.control("PATCH", f"nodes/{_quoted(node_id)}", changes)

    @functools.cached_property
    def _tenants(self):
        return self.export(state=False).get("tenants", [])

    @property
    def tenant_id(self):
        """The first tenant."""
        return self._tenants[0]["id"]

    @property
    def subscription_id(self):
        """The first subscription of the first tenant."""
        return self._tenants[0]["subscriptions"][0]["id"]

    @property
    def client_options(self):
        """What a management client of the Azure SDK takes to find this world: `Client(credential, subscription, **options)`."""
        return {"base_url": self.https, "connection_verify": self.ca_file}

    def credential(self, name="owner"):
        """Returns a credential of azure-identity for the application of that name in the world file."""
        from azure.identity import ClientSecretCredential

        return ClientSecretCredential(*self._application(name), **self._sign_in)

    def async_credential(self, name="owner"):
        """Returns the same for the asynchronous clients."""
        from azure.identity.aio import ClientSecretCredential

        return ClientSecretCredential(*self._application(name), **self._sign_in)

    @property
    def _sign_in(self):
        return {"authority": self.https, "disable_instance_discovery": True, "connection_verify": self.ca_file}

    def _application(self, name):
        for tenant in self._tenants:
            for principal in tenant.get("principals", []):
                if principal["name"] == name and "secret" in principal:
                    return tenant["id"], principal["appId"], principal["secret"]
        raise LookupError(f"the world has no application with a secret that is called '{name}'")


def _quoted(name):
    return urllib.parse.quote(name, safe="")
