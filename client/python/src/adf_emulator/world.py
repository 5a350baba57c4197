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
        self._closed = False

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
        """Closes the world and its port; a second time does nothing."""
        if not self._closed:
            self.control("DELETE", f"worlds/{self.id}")
            self._closed = True

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

    def snapshots(self):
        """Returns the names of all snapshots, which all worlds of the emulator share."""
        return [snapshot["name"] for snapshot in self.control("GET", "snapshots")["value"]]

    def forget(self, name):
        """Forgets a snapshot."""
        self.control("DELETE", f"snapshots/{_quoted(name)}")

    def clock(self):
        """Returns `{"now", "frozen"}`."""
        return self.control("GET", "clock")

    def advance(self, duration):
        """Moves the clock forward, by a duration such as "PT10M"."""
        return self.control("PATCH", "clock", {"advance": duration})

    def set_clock(self, instant):
        """Sets the clock forward, to a time such as "2030-01-01T00:00:00Z"."""
        return self.control("PATCH", "clock", {"set": instant})

    def freeze(self, frozen=True):
        """Stops the clock, or lets it go on."""
        return self.control("PATCH", "clock", {"frozen": frozen})

    def settings(self, **changes):
        """Changes settings by their names, and returns all."""
        return self.control("PATCH", "settings", changes) if changes else self.control("GET", "settings")

    def requests(self, **filters):
        """Returns the journal's entries, oldest first: `operation`, `caller`, `status`, `rule`, `code`, `since`, `limit`."""
        return self._asked("requests", filters)["value"]

    def request(self, id):
        """Returns one entry of the journal with headers and bodies."""
        return self.control("GET", f"requests/{_quoted(id)}")

    def clear_requests(self):
        """Forgets the journal's entries."""
        self.control("DELETE", "requests")

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

    def faults(self):
        """Returns the faults in the order in which they are tried, with their `hits`."""
        return self.control("GET", "faults")["value"]

    def remove_fault(self, id):
        """Takes one fault away."""
        self.control("DELETE", f"faults/{_quoted(id)}")

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

    def nodes(self):
        """Returns the self-hosted nodes of all runtimes."""
        return self.control("GET", "nodes")["value"]

    def node(self, node_id):
        """Returns one node."""
        return self.control("GET", f"nodes/{_quoted(node_id)}")

    def remove_node(self, node_id):
        """Takes a node away."""
        self.control("DELETE", f"nodes/{_quoted(node_id)}")

    def explain(self, principal, action, scope, **more):
        """Returns a decision about access with its reasons; `dataAction` and `attributes` may be given besides."""
        return self.control("POST", "explain", {"principal": principal, "action": action, "scope": scope, **more})

    def who_can(self, action, scope, **more):
        """Returns the principals that may do something somewhere; `dataAction` and `attributes` as for `explain`."""
        return self.control("POST", "who-can", {"action": action, "scope": scope, **more})["value"]

    def what_can(self, principal, scope):
        """Returns the operations that a principal may run on what is at a scope or below it."""
        return self.control("POST", "what-can", {"principal": principal, "scope": scope})["value"]

    def least_privilege(self, **span):
        """Returns what each principal needed for what it did: of `principal` alone, after `since`, up to `until`."""
        return self._asked("least-privilege", span)["value"]

    def sign_ins(self):
        """Returns the device codes that the world remembers."""
        return self.control("GET", "sign-ins")["value"]

    def confirm_sign_in(self, user_code, principal):
        """Confirms a device code as that user."""
        self.control("POST", f"sign-ins/{_quoted(user_code)}", {"principal": principal})

    def decline_sign_in(self, user_code):
        """Refuses a device code as its user may."""
        self.control("POST", f"sign-ins/{_quoted(user_code)}", {"deny": True})

    def federated_token(self, subject, audience, **more):
        """Returns a token that the world itself has signed: the assertion of a federated credential of the issuer `self`."""
        return self.control("POST", "oidc/token", {"subject": subject, "audience": audience, **more})["token"]

    def rules(self):
        """Returns every documented limitation with its evidence."""
        return self.control("GET", "rules")["value"]

    def operations(self):
        """Returns what is emulated of Azure's operations, wholly, partly or not."""
        return self.control("GET", "operations")["value"]

    def worlds(self):
        """Returns all worlds of the emulator; "0" is the one that it started with."""
        return self.control("GET", "worlds")["value"]

    def _asked(self, path, parameters):
        query = urllib.parse.urlencode(parameters)
        return self.control("GET", f"{path}?{query}" if query else path)

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
