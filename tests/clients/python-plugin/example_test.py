"""Each test has a world of its own, a credential for it, and says nothing of where it is."""

import pytest
from azure.core.exceptions import HttpResponseError
from azure.mgmt.datafactory import DataFactoryManagementClient
from azure.mgmt.datafactory.models import Factory, FactoryIdentity


@pytest.fixture
def factories(world, azure_credential):
    """The factories of this test's world."""
    client = DataFactoryManagementClient(azure_credential, world.subscription_id, **world.client_options)
    return client.factories


def test_a_factory_gets_an_identity(factories):
    wanted = Factory(location="eastus", identity=FactoryIdentity(type="SystemAssigned"))
    assert factories.create_or_update("rg-shared", "adf-plugin", wanted).identity.principal_id


def test_no_other_test_is_seen(factories):
    assert list(factories.list()) == []


def test_a_busy_service_is_asked_again(world, factories):
    world.add_fault({"status": 503, "retryAfterSeconds": 0}, operation="Factories_List")
    assert list(factories.list()) == []
    assert world.verify_requests(operation="Factories_List", exactly=2)["ok"]


def test_a_reader_creates_nothing(world):
    client = DataFactoryManagementClient(world.credential("reader"), world.subscription_id, **world.client_options)
    with pytest.raises(HttpResponseError, match="AuthorizationFailed"):
        client.factories.create_or_update("rg-shared", "adf-plugin", Factory(location="eastus"))
    assert world.requests(status=403)[0]["decision"]["action"] == "Microsoft.DataFactory/factories/write"
