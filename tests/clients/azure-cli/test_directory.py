"""What `az ad` makes, changes and deletes, and what an application made by it can do at once."""

import json
import os
import uuid

SUBSCRIPTION = f"/subscriptions/{os.environ['AZURE_SUBSCRIPTION_ID']}"
LINKED = f"{SUBSCRIPTION}/resourceGroups/rg-linked"
# Objects of the built-in world.
ADA = "55555555-5555-5555-5555-000000000001"
DOMAIN = "contoso.onmicrosoft.com"


def sign_in(az, app_id, *proof):
    return az("login", "--service-principal", "--username", app_id, "--tenant", os.environ["AZURE_TENANT_ID"], *proof, "--allow-no-subscriptions")


def test_create_for_rbac_makes_an_application_that_works_at_once(az, fresh_az):
    made = az("ad", "sp", "create-for-rbac", "--name", "az-ci", "--role", "Reader", "--scopes", LINKED)
    assert (made["displayName"], made["tenant"]) == ("az-ci", os.environ["AZURE_TENANT_ID"])
    # A token that az has keeps it from asking again, so the wrong secret comes first.
    wrong = ["--service-principal", "--username", made["appId"], "--tenant", made["tenant"], "--password", "wrong"]
    assert "AADSTS7000215" in fresh_az.refused("login", *wrong)
    sign_in(fresh_az, made["appId"], "--password", made["password"])
    assert fresh_az("group", "show", "--name", "rg-linked")["id"] == LINKED
    assert "AuthorizationFailed" in fresh_az.refused("group", "update", "--name", "rg-linked", "--set", "tags.a=b")
    # The same again keeps the application and replaces its secret.
    again = az("ad", "sp", "create-for-rbac", "--name", "az-ci")
    assert (again["appId"], again["password"] != made["password"]) == (made["appId"], True)
    object_id = az("ad", "sp", "show", "--id", made["appId"])["id"]
    [held] = az("role", "assignment", "list", "--assignee", made["appId"], "--all")
    assert (held["principalId"], held["principalName"]) == (object_id, made["appId"])
    az("ad", "app", "delete", "--id", made["appId"])
    assert "does not exist" in az.refused("ad", "sp", "show", "--id", object_id)
    [orphan] = az("role", "assignment", "list", "--scope", LINKED, "--query", f"[?principalId=='{object_id}']")
    az("role", "assignment", "delete", "--ids", orphan["id"])


def test_an_application_signs_in_with_a_certificate_made_by_az(az, fresh_az, tmp_path):
    home = {**az.environment, "HOME": str(tmp_path)}
    made = type(az)(environment=home)("ad", "sp", "create-for-rbac", "--name", "az-cert", "--create-cert")
    sign_in(fresh_az, made["appId"], "--certificate", made["fileWithCertAndPrivateKey"])
    [key] = az("ad", "app", "credential", "list", "--id", made["appId"], "--cert")
    assert (key["type"], key["usage"], len(key["customKeyIdentifier"])) == ("AsymmetricX509Cert", "Verify", 40)
    az("ad", "app", "credential", "delete", "--id", made["appId"], "--key-id", key["keyId"], "--cert")
    assert az("ad", "app", "credential", "list", "--id", made["appId"], "--cert") == []
    az("ad", "app", "delete", "--id", made["appId"])


def test_secrets_of_applications_and_service_principals_are_reset(az, fresh_az):
    app = az("ad", "app", "create", "--display-name", "az-app", "--identifier-uris", "api://az-app", "--web-redirect-uris", "http://localhost/a")
    az("ad", "sp", "create", "--id", app["appId"])
    secret = az("ad", "app", "credential", "reset", "--id", app["appId"], "--append", "--display-name", "one")["password"]
    of_sp = az("ad", "sp", "credential", "reset", "--id", app["appId"])["password"]
    for password in (secret, of_sp):
        sign_in(fresh_az, app["appId"], "--password", password)
    [listed] = az("ad", "app", "credential", "list", "--id", "api://az-app")
    assert (listed["displayName"], listed["hint"], listed["secretText"]) == ("one", secret[:3], None)
    az("ad", "app", "credential", "delete", "--id", app["appId"], "--key-id", listed["keyId"])
    fresh_az("logout")
    assert "AADSTS7000215" in fresh_az.refused(
        "login", "--service-principal", "--username", app["appId"], "--tenant", os.environ["AZURE_TENANT_ID"], "--password", secret
    )
    az("ad", "app", "update", "--id", app["appId"], "--display-name", "az-app-2", "--set", "notes=mine")
    shown = az("ad", "app", "show", "--id", app["appId"])
    assert (shown["displayName"], shown["notes"], shown["web"]["redirectUris"]) == ("az-app-2", "mine", ["http://localhost/a"])
    az("ad", "app", "owner", "add", "--id", app["appId"], "--owner-object-id", ADA)
    assert [it["id"] for it in az("ad", "app", "owner", "list", "--id", app["appId"])] == [ADA]
    az("ad", "sp", "delete", "--id", app["appId"])
    assert az("ad", "sp", "list", "--spn", app["appId"]) == []
    assert az("ad", "app", "list", "--app-id", app["appId"])[0]["displayName"] == "az-app-2"
    az("ad", "app", "delete", "--id", app["appId"])


def test_a_federated_credential_is_kept_with_its_application(az):
    app = az("ad", "app", "create", "--display-name", "az-federated")
    where = ["--id", app["appId"]]
    body = {"name": "ci", "issuer": "https://token.example", "subject": "repo:a/b", "audiences": ["api://AzureADTokenExchange"]}
    made = az("ad", "app", "federated-credential", "create", *where, "--parameters", json.dumps(body))
    assert {name: made[name] for name in body} == body
    az("ad", "app", "federated-credential", "update", *where, "--federated-credential-id", made["id"], "--parameters", '{"subject": "repo:a/c"}')
    assert az("ad", "app", "federated-credential", "show", *where, "--federated-credential-id", "ci")["subject"] == "repo:a/c"
    az("ad", "app", "federated-credential", "delete", *where, "--federated-credential-id", made["id"])
    assert az("ad", "app", "federated-credential", "list", *where) == []
    az("ad", "app", "delete", *where)


def test_users_and_groups_are_made_and_a_role_reaches_a_member(az):
    name = f"az-grace@{DOMAIN}"
    user = az("ad", "user", "create", "--display-name", "Grace", "--user-principal-name", name, "--password", "Passw0rd!")
    az("ad", "user", "update", "--id", name, "--display-name", "Grace H.", "--account-enabled", "false")
    assert az("ad", "user", "show", "--id", user["id"])["displayName"] == "Grace H."
    assert [it["id"] for it in az("ad", "user", "list", "--upn", name)] == [user["id"]]
    inner = az("ad", "group", "create", "--display-name", "az-inner", "--mail-nickname", "az-inner")["id"]
    outer = az("ad", "group", "create", "--display-name", "az-outer", "--mail-nickname", "az-outer")["id"]
    az("ad", "group", "member", "add", "--group", "az-inner", "--member-id", user["id"])
    az("ad", "group", "member", "add", "--group", "az-outer", "--member-id", inner)
    assert az("ad", "group", "member", "check", "--group", outer, "--member-id", user["id"]) == {"value": True}
    assert [it["displayName"] for it in az("ad", "group", "member", "list", "--group", outer)] == ["az-inner"]
    assert {it["displayName"] for it in az("ad", "user", "get-member-groups", "--id", name)} == {"az-inner", "az-outer"}
    az("ad", "group", "owner", "add", "--group", outer, "--owner-object-id", ADA)
    assert [it["id"] for it in az("ad", "group", "owner", "list", "--group", outer)] == [ADA]
    role = ["--role", "Reader", "--scope", LINKED]
    given = az("role", "assignment", "create", "--assignee", outer, *role)
    assert given["principalType"] == "Group"
    [reached] = az("role", "assignment", "list", "--assignee", user["id"], "--include-groups", "--scope", LINKED)
    assert (reached["id"], reached["principalName"]) == (given["id"], "az-outer")
    az("role", "assignment", "delete", "--ids", given["id"])
    az("ad", "group", "member", "remove", "--group", outer, "--member-id", inner)
    az("ad", "group", "delete", "--group", "az-inner")
    az("ad", "group", "delete", "--group", outer)
    az("ad", "user", "delete", "--id", name)
    assert "does not exist" in az.refused("ad", "user", "show", "--id", name)


def test_what_the_directory_refuses_is_said_in_its_words(az, fresh_az):
    assert "Insufficient privileges" in reader_of(fresh_az).refused("ad", "app", "create", "--display-name", "az-nothing")
    said = az.refused("ad", "user", "create", "--display-name", "x", "--user-principal-name", f"x@{DOMAIN}", "--password", "simple")
    assert "password complexity requirements" in said
    said = az.refused("ad", "group", "member", "add", "--group", "engineers", "--member-id", ADA)
    assert "One or more added object references already exist" in said
    assert "does not exist" in az.refused("ad", "group", "member", "add", "--group", "engineers", "--member-id", str(uuid.uuid4()))
    assert "NotEmulated" in az.refused("rest", "--url", f"{os.environ['EMULATOR_URL']}/graph/v1.0/oauth2PermissionGrants",
                                       "--resource", f"{os.environ['EMULATOR_URL']}/graph/")


def reader_of(az):
    sign_in(az, "33333333-3333-3333-3333-000000000003", "--password", "reader-secret")
    return az
