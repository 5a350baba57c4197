"""Every way in which az signs in: each ends with a request that needs the token."""

import json
import os
import pathlib
import shlex
import subprocess
import sys
import time
import urllib.request

import pytest

HTTP = os.environ["EMULATOR_HTTP_URL"]
SUBSCRIPTION = os.environ["AZURE_SUBSCRIPTION_ID"]
TENANT = os.environ["AZURE_TENANT_ID"]
# The identity that the built-in world's managed identity endpoints hand out when a request does not say.
IDENTITY = {
    "--client-id": "33333333-3333-3333-3333-000000000101",
    "--object-id": "77777777-7777-7777-7777-000000000001",
    "--resource-id": f"/subscriptions/{SUBSCRIPTION}/resourceGroups/rg-linked"
    "/providers/Microsoft.ManagedIdentity/userAssignedIdentities/uai-default",
}


def control(path, body=None):
    """Asks one of the emulator's own endpoints."""
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(f"{HTTP}/_emulator/{path}", data=data, headers={"Content-Type": "application/json"})
    with urllib.request.urlopen(request) as answer:
        return json.loads(answer.read() or b"null")


def is_signed_in(az, user):
    """Asserts who az is, and that Resource Manager takes the token."""
    account = az("account", "show")
    assert (account["id"], account["tenantId"], account["user"]) == (SUBSCRIPTION, TENANT, user)
    assert "rg-linked" in {it["name"] for it in az("group", "list")}


def test_a_federated_token_signs_an_application_in(fresh_az):
    token = control("oidc/token", {"subject": "ci", "audience": "api://AzureADTokenExchange"})["token"]
    application = os.environ["AZURE_CLIENT_ID"]
    who = ["--service-principal", "--username", application, "--tenant", TENANT]
    fresh_az("login", *who, "--federated-token", token)
    is_signed_in(fresh_az, {"name": application, "type": "servicePrincipal"})


def test_instance_metadata_signs_a_managed_identity_in(fresh_az):
    fresh_az.environment["AZURE_POD_IDENTITY_AUTHORITY_HOST"] = HTTP
    fresh_az("login", "--identity")
    identity = {"name": "systemAssignedIdentity", "type": "servicePrincipal", "assignedIdentityInfo": "MSI"}
    account = fresh_az("account", "show")["user"]
    assert {name: account[name] for name in identity} == identity
    for choice, value in IDENTITY.items():
        fresh_az("login", "--identity", choice, value)
        assert "rg-linked" in {it["name"] for it in fresh_az("group", "list")}
    assert "Identity not found" in fresh_az.refused("login", "--identity", "--client-id", os.environ["AZURE_CLIENT_ID"])


def test_app_service_signs_a_managed_identity_in(fresh_az):
    fresh_az.environment.update({"IDENTITY_ENDPOINT": f"{HTTP}/msi/token", "IDENTITY_HEADER": IDENTITY["--resource-id"]})
    fresh_az("login", "--identity")
    assert "rg-linked" in {it["name"] for it in fresh_az("group", "list")}


def test_a_password_signs_a_user_in_at_an_authority_of_the_adfs_kind(fresh_az):
    # For any other authority az asks port 443 of the host about the user, whatever the port of the authority is.
    url = os.environ["EMULATOR_URL"]
    where = ["--endpoint-resource-manager", url, "--endpoint-active-directory", f"{url}/adfs"]
    fresh_az("cloud", "register", "--name", "EmulatorAdfs", *where)
    fresh_az("cloud", "set", "--name", "EmulatorAdfs")
    user = os.environ["EMULATOR_USER"]
    assert "AADSTS50126" in fresh_az.refused("login", "--username", user, "--password", "wrong")
    fresh_az("login", "--username", user, "--password", os.environ["EMULATOR_PASSWORD"])
    is_signed_in(fresh_az, {"name": user, "type": "user"})
    assert fresh_az("ad", "signed-in-user", "show")["userPrincipalName"] == user


def waiting_code():
    """Returns the code of the one sign-in that waits for its user."""
    for _ in range(600):
        waiting = [it["userCode"] for it in control("sign-ins")["value"] if it["state"] == "pending"]
        if waiting:
            return waiting[0]
        time.sleep(0.1)
    pytest.fail("az asked for no device code")


def test_a_device_code_signs_a_user_in(fresh_az):
    from conftest import AZ

    command = [AZ, "login", "--use-device-code", "--tenant", TENANT, "--output", "json"]
    streams = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with subprocess.Popen(command, env=fresh_az.environment, text=True, **streams) as az:
        control(f"sign-ins/{waiting_code()}", {"principal": "ada"})
        out, said = az.communicate(timeout=120)
    assert az.returncode == 0, said
    assert [it["id"] for it in json.loads(out)] == [SUBSCRIPTION]
    is_signed_in(fresh_az, {"name": "ada@contoso.onmicrosoft.com", "type": "user"})


def test_a_browser_signs_a_user_in(fresh_az):
    browser = pathlib.Path(__file__).with_name("browser.py")
    # In the background, because az listens for the answer only when the browser has been started.
    fresh_az.environment["BROWSER"] = f"{shlex.join([sys.executable, '-B', str(browser), 'eve_fabrikam'])} %s &"
    assert [it["id"] for it in fresh_az("login", "--tenant", TENANT)] == [SUBSCRIPTION]
    eve = "eve_fabrikam.onmicrosoft.com#EXT#@contoso.onmicrosoft.com"
    is_signed_in(fresh_az, {"name": eve, "type": "user"})
    fresh_az.environment["BROWSER"] = f"{shlex.join([sys.executable, '-B', str(browser), 'ada@contoso'])} %s &"
    fresh_az("account", "clear")
    fresh_az("login")
    is_signed_in(fresh_az, {"name": "ada@contoso.onmicrosoft.com", "type": "user"})
    requests = control("requests?caller=ada")["value"]
    assert any(it["status"] == 200 for it in requests)


def test_a_user_who_goes_back_is_not_signed_in(fresh_az):
    browser = pathlib.Path(__file__).with_name("browser.py")
    fresh_az.environment["BROWSER"] = f"{shlex.join([sys.executable, '-B', str(browser), 'Go back'])} %s &"
    assert "AADSTS65004" in fresh_az.refused("login")
