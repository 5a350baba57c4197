"""Every credential of azure-identity that a program is likely to use, and the clients of each: sync and async.

Each gets a token and reads with it, because only Resource Manager knows whether the token is good.
"""

import asyncio
import base64
import json
import os
import urllib.request

import azure.identity
import pytest
from azure.core.exceptions import ClientAuthenticationError, ServiceRequestError
from azure.mgmt.datafactory import DataFactoryManagementClient
from azure.mgmt.resource.resources import ResourceManagementClient

URL, HTTP = os.environ["EMULATOR_URL"], os.environ["EMULATOR_HTTP_URL"]
TENANT, SUBSCRIPTION = os.environ["AZURE_TENANT_ID"], os.environ["AZURE_SUBSCRIPTION_ID"]
CLIENT, SECRET = os.environ["AZURE_CLIENT_ID"], os.environ["AZURE_CLIENT_SECRET"]
HERE = {"authority": URL, "disable_instance_discovery": True}
SCOPE = "https://management.azure.com/.default"
# Objects of the built-in world.
OWNER, ADA = "44444444-4444-4444-4444-000000000001", "55555555-5555-5555-5555-000000000001"
IDENTITY, IDENTITY_CLIENT = "77777777-7777-7777-7777-000000000001", "33333333-3333-3333-3333-000000000101"
IDENTITY_ID = (
    f"/subscriptions/{SUBSCRIPTION}/resourceGroups/rg-linked"
    "/providers/Microsoft.ManagedIdentity/userAssignedIdentities/uai-default"
)


def control(path, body):
    """Asks one of the emulator's own endpoints."""
    request = urllib.request.Request(
        f"{HTTP}/_emulator/{path}", data=json.dumps(body).encode(), headers={"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(request) as answer:
        return json.loads(answer.read() or b"null")


def subject(token):
    """Returns the object id that a token is for."""
    claims = token.split(".")[1]
    return json.loads(base64.urlsafe_b64decode(claims + "=" * (-len(claims) % 4)))["oid"]


def is_let_in(credential, who):
    """Asserts whom the credential's token is for, and that Resource Manager takes it."""
    assert subject(credential.get_token(SCOPE).token) == who
    groups = ResourceManagementClient(credential, SUBSCRIPTION, base_url=URL).resource_groups.list()
    assert "rg-linked" in {group.name for group in groups}


@pytest.fixture
def federated_token():
    return control("oidc/token", {"subject": "ci", "audience": "api://AzureADTokenExchange"})["token"]


@pytest.fixture
def app_service(monkeypatch):
    monkeypatch.setenv("IDENTITY_ENDPOINT", f"{HTTP}/msi/token")
    monkeypatch.setenv("IDENTITY_HEADER", "x")


@pytest.fixture
def instance_metadata(monkeypatch):
    monkeypatch.setenv("AZURE_POD_IDENTITY_AUTHORITY_HOST", HTTP)


def test_a_client_secret():
    is_let_in(azure.identity.ClientSecretCredential(TENANT, CLIENT, SECRET, **HERE), OWNER)
    with pytest.raises(ClientAuthenticationError, match="AADSTS7000215"):
        azure.identity.ClientSecretCredential(TENANT, CLIENT, "wrong", **HERE).get_token(SCOPE)


def test_the_environment():
    is_let_in(azure.identity.EnvironmentCredential(disable_instance_discovery=True), OWNER)
    is_let_in(azure.identity.DefaultAzureCredential(disable_instance_discovery=True), OWNER)


def test_a_certificate(certificate):
    is_let_in(azure.identity.CertificateCredential(TENANT, CLIENT, certificate, **HERE), OWNER)
    is_let_in(azure.identity.CertificateCredential(TENANT, CLIENT, certificate, send_certificate_chain=True, **HERE), OWNER)


def test_a_federated_token(federated_token, monkeypatch, tmp_path):
    is_let_in(azure.identity.ClientAssertionCredential(TENANT, CLIENT, lambda: federated_token, **HERE), OWNER)
    file = tmp_path / "token"
    file.write_text(federated_token)
    monkeypatch.setenv("AZURE_FEDERATED_TOKEN_FILE", str(file))
    is_let_in(azure.identity.WorkloadIdentityCredential(disable_instance_discovery=True), OWNER)


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_a_user_name_and_password():
    who = (azure.identity._constants.DEVELOPER_SIGN_ON_CLIENT_ID, os.environ["EMULATOR_USER"], os.environ["EMULATOR_PASSWORD"])
    is_let_in(azure.identity.UsernamePasswordCredential(*who, tenant_id="adfs", **HERE), ADA)
    # With any other tenant MSAL asks port 443 of the authority's host about the user, whatever the authority's port is.
    with pytest.raises(ClientAuthenticationError, match="port=443"):
        azure.identity.UsernamePasswordCredential(*who, tenant_id=TENANT, **HERE).get_token(SCOPE)


def test_a_device_code():
    def confirm(_address, user_code, _expires_on):
        control(f"sign-ins/{user_code}", {"principal": "ada"})

    is_let_in(azure.identity.DeviceCodeCredential(tenant_id=TENANT, prompt_callback=confirm, **HERE), ADA)


def test_a_managed_identity_of_instance_metadata(instance_metadata):
    is_let_in(azure.identity.ManagedIdentityCredential(), IDENTITY)
    is_let_in(azure.identity.ManagedIdentityCredential(client_id=IDENTITY_CLIENT), IDENTITY)
    with pytest.raises(azure.identity.CredentialUnavailableError, match="Identity not found"):
        azure.identity.ManagedIdentityCredential(client_id=CLIENT).get_token(SCOPE)


def test_a_managed_identity_of_app_service(app_service):
    is_let_in(azure.identity.ManagedIdentityCredential(), IDENTITY)
    is_let_in(azure.identity.ManagedIdentityCredential(identity_config={"resource_id": IDENTITY_ID}), IDENTITY)


def test_the_default_credential_finds_a_managed_identity(instance_metadata, monkeypatch):
    for name in ("AZURE_CLIENT_ID", "AZURE_CLIENT_SECRET", "AZURE_TENANT_ID"):
        monkeypatch.delenv(name)
    monkeypatch.setenv("AZURE_TOKEN_CREDENTIALS", "ManagedIdentityCredential")
    is_let_in(azure.identity.DefaultAzureCredential(), IDENTITY)


def test_what_is_not_https_is_refused_by_the_sdk():
    credential = azure.identity.ClientSecretCredential(TENANT, CLIENT, SECRET, **HERE)
    client = ResourceManagementClient(credential, SUBSCRIPTION, base_url=HTTP)
    with pytest.raises(ServiceRequestError, match="non-TLS"):
        list(client.resource_groups.list())
    assert list(client.resource_groups.list(enforce_https=False))
    with pytest.raises(ValueError, match="https"):
        azure.identity.ClientSecretCredential(TENANT, CLIENT, SECRET, authority="http://localhost:1")


def test_a_token_of_before_the_clock_went_on_is_fetched_again():
    credential = azure.identity.ClientSecretCredential(TENANT, CLIENT, SECRET, **HERE)
    is_let_in(credential, OWNER)
    request = urllib.request.Request(
        f"{HTTP}/_emulator/clock", method="PATCH", data=b'{"advance":"PT2H"}', headers={"Content-Type": "application/json"}
    )
    urllib.request.urlopen(request).close()
    is_let_in(credential, OWNER)


def test_async_clients():
    from azure.identity.aio import ClientSecretCredential
    from azure.mgmt.datafactory.aio import DataFactoryManagementClient as AsyncClient

    async def walk():
        async with ClientSecretCredential(TENANT, CLIENT, SECRET, **HERE) as credential:
            async with AsyncClient(credential, SUBSCRIPTION, base_url=URL) as client:
                made = await client.factories.create_or_update("rg-shared", "adf-python-async", {"location": "eastus"})
                names = [factory.name async for factory in client.factories.list_by_resource_group("rg-shared")]
                await client.factories.delete("rg-shared", made.name)
                return made.name, names

    name, names = asyncio.run(walk())
    assert name == "adf-python-async" and name in names
    sync = DataFactoryManagementClient(azure.identity.ClientSecretCredential(TENANT, CLIENT, SECRET, **HERE), SUBSCRIPTION, base_url=URL)
    assert name not in {factory.name for factory in sync.factories.list_by_resource_group("rg-shared")}
