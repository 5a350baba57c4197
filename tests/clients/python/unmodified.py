"""Shares a self-hosted integration runtime with another factory, as it would in Azure: nothing here knows an emulator.

Run it beside one that stands in for Azure:   adf-emulator exec --transparent -- python unmodified.py
"""

import os
import uuid

from azure.core.exceptions import HttpResponseError
from azure.identity import DefaultAzureCredential
from azure.mgmt.authorization import AuthorizationManagementClient
from azure.mgmt.authorization.models import RoleAssignmentCreateParameters
from azure.mgmt.datafactory import DataFactoryManagementClient
from azure.mgmt.datafactory.models import (
    Factory,
    FactoryIdentity,
    IntegrationRuntimeResource,
    LinkedIntegrationRuntimeRbacAuthorization,
    SelfHostedIntegrationRuntime,
)

CONTRIBUTOR = "b24988ac-6180-42a0-ab88-20f7382dd24c"

credential = DefaultAzureCredential()
subscription = os.environ["AZURE_SUBSCRIPTION_ID"]
data_factory = DataFactoryManagementClient(credential, subscription)
authorization = AuthorizationManagementClient(credential, subscription)


def factory(group: str, name: str) -> Factory:
    """Creates a factory with a managed identity, which a linking factory needs."""
    wanted = Factory(location="eastus", identity=FactoryIdentity(type="SystemAssigned"))
    return data_factory.factories.create_or_update(group, name, wanted)


def runtime(group: str, factory_name: str, name: str, **properties) -> IntegrationRuntimeResource:
    """Creates a self-hosted integration runtime."""
    wanted = SelfHostedIntegrationRuntime(type="SelfHosted", **properties)
    return data_factory.integration_runtimes.create_or_update(
        group, factory_name, name, IntegrationRuntimeResource(properties=wanted)
    )


factory("rg-shared", "adf-unmodified-sharing")
linking = factory("rg-linked", "adf-unmodified-linking")
shared = runtime("rg-shared", "adf-unmodified-sharing", "shared-runtime")
link = {"linked_info": LinkedIntegrationRuntimeRbacAuthorization(resource_id=shared.id)}

try:
    runtime("rg-linked", "adf-unmodified-linking", "linked-runtime", **link)
except HttpResponseError as refusal:
    print("before the grant:", refusal.status_code, refusal.error.code)

role = f"/subscriptions/{subscription}/providers/Microsoft.Authorization/roleDefinitions/{CONTRIBUTOR}"
authorization.role_assignments.create(
    shared.id,
    str(uuid.uuid4()),
    RoleAssignmentCreateParameters(
        role_definition_id=role, principal_id=linking.identity.principal_id, principal_type="ServicePrincipal"
    ),
)

linked = runtime("rg-linked", "adf-unmodified-linking", "linked-runtime", **link)
status = data_factory.integration_runtimes.get_status("rg-linked", "adf-unmodified-linking", "linked-runtime")
print("after the grant:", linked.name, "is", status.name, "of", status.properties.data_factory_name)
