"""How the released Azure SDKs for Python carry out the operations of a scenario.

One function an operation of Azure's API description, and nothing about any step: what is expected stands in the scenario.
A policy in each client's pipeline notes the answers, so that a test sees the bytes as well as the SDK's reading of them.
"""

import os

from azure.core.pipeline.policies import SansIOHTTPPolicy
from azure.identity import ClientSecretCredential
from azure.mgmt.authorization import AuthorizationManagementClient
from azure.mgmt.authorization.models import RoleAssignmentCreateParameters
from azure.mgmt.datafactory import DataFactoryManagementClient
from azure.mgmt.datafactory.models import (
    Factory,
    FactoryIdentity,
    FactoryUpdateParameters,
    FileServerLinkedService,
    IntegrationRuntimeReference,
    IntegrationRuntimeRegenerateKeyParameters,
    IntegrationRuntimeResource,
    LinkedIntegrationRuntimeRbacAuthorization,
    LinkedIntegrationRuntimeRequest,
    LinkedServiceResource,
    SelfHostedIntegrationRuntime,
)
from azure.mgmt.resource.resources import ResourceManagementClient


class Answers(SansIOHTTPPolicy):
    """Notes every answer that a client gets."""

    def __init__(self):
        self.noted = []

    def on_response(self, request, response):
        self.noted.append(response.http_response)


class Azure:
    """The clients of one caller."""

    def __init__(self, client_id, secret):
        url = os.environ["EMULATOR_URL"]
        tenant, subscription = os.environ["AZURE_TENANT_ID"], os.environ["AZURE_SUBSCRIPTION_ID"]
        credential = ClientSecretCredential(tenant, client_id, secret, authority=url, disable_instance_discovery=True)
        self.answers = Answers()
        options = {"base_url": url, "per_call_policies": [self.answers]}
        self.resources = ResourceManagementClient(credential, subscription, **options)
        self.authorization = AuthorizationManagementClient(credential, subscription, **options)
        self.data_factory = DataFactoryManagementClient(credential, subscription, **options)

    def call(self, operation, arguments):
        """Carries out one operation; a list is read to its end."""
        self.answers.noted.clear()
        result = OPERATIONS[operation](self, **arguments)
        return list(result) if hasattr(result, "by_page") else result


def create_factory(azure, group, factory, location, identity):
    wanted = Factory(location=location, identity=FactoryIdentity(type=identity))
    return azure.data_factory.factories.create_or_update(group, factory, wanted)


def update_factory(azure, group, factory, tags, identity):
    wanted = FactoryUpdateParameters(tags=tags, identity=FactoryIdentity(type=identity))
    return azure.data_factory.factories.update(group, factory, wanted)


def create_runtime(azure, group, factory, runtime, description=None, linkTo=None):
    # Version 10 of azure-mgmt-datafactory leaves out the type of a model with flattened properties unless it is given.
    wanted = SelfHostedIntegrationRuntime(type="SelfHosted", description=description)
    if linkTo:
        wanted.linked_info = LinkedIntegrationRuntimeRbacAuthorization(resource_id=linkTo)
    resource = IntegrationRuntimeResource(properties=wanted)
    return azure.data_factory.integration_runtimes.create_or_update(group, factory, runtime, resource)


def regenerate_key(azure, group, factory, runtime, key):
    wanted = IntegrationRuntimeRegenerateKeyParameters(key_name=key)
    return azure.data_factory.integration_runtimes.regenerate_auth_key(group, factory, runtime, wanted)


def remove_links(azure, group, factory, runtime, linkedFactory):
    wanted = LinkedIntegrationRuntimeRequest(linked_factory_name=linkedFactory)
    return azure.data_factory.integration_runtimes.remove_links(group, factory, runtime, wanted)


def create_linked_service(azure, group, factory, linkedService, runtime):
    through = IntegrationRuntimeReference(type="IntegrationRuntimeReference", reference_name=runtime)
    wanted = FileServerLinkedService(type="FileServer", host="//files/reports", connect_via=through)
    resource = LinkedServiceResource(properties=wanted)
    return azure.data_factory.linked_services.create_or_update(group, factory, linkedService, resource)


def create_assignment(azure, scope, assignment, role, principal):
    wanted = RoleAssignmentCreateParameters(
        role_definition_id=role, principal_id=principal, principal_type="ServicePrincipal"
    )
    return azure.authorization.role_assignments.create(scope, assignment, wanted)


OPERATIONS = {
    "ResourceGroups_List": lambda azure: azure.resources.resource_groups.list(),
    "ResourceGroups_Get": lambda azure, group: azure.resources.resource_groups.get(group),
    "ResourceGroups_CheckExistence": lambda azure, group: azure.resources.resource_groups.check_existence(group),
    "ResourceGroups_CreateOrUpdate": lambda azure, group, location: (
        azure.resources.resource_groups.create_or_update(group, {"location": location})
    ),
    "ResourceGroups_Delete": lambda azure, group: azure.resources.resource_groups.begin_delete(group).result(),
    "Factories_CreateOrUpdate": create_factory,
    "Factories_Update": update_factory,
    "Factories_Get": lambda azure, group, factory: azure.data_factory.factories.get(group, factory),
    "Factories_List": lambda azure: azure.data_factory.factories.list(),
    "Factories_ListByResourceGroup": lambda azure, group: azure.data_factory.factories.list_by_resource_group(group),
    "Factories_Delete": lambda azure, group, factory: azure.data_factory.factories.delete(group, factory),
    "IntegrationRuntimes_CreateOrUpdate": create_runtime,
    "IntegrationRuntimes_Get": lambda azure, group, factory, runtime: (
        azure.data_factory.integration_runtimes.get(group, factory, runtime)
    ),
    "IntegrationRuntimes_ListByFactory": lambda azure, group, factory: (
        azure.data_factory.integration_runtimes.list_by_factory(group, factory)
    ),
    "IntegrationRuntimes_GetStatus": lambda azure, group, factory, runtime: (
        azure.data_factory.integration_runtimes.get_status(group, factory, runtime)
    ),
    "IntegrationRuntimes_GetMonitoringData": lambda azure, group, factory, runtime: (
        azure.data_factory.integration_runtimes.get_monitoring_data(group, factory, runtime)
    ),
    "IntegrationRuntimes_ListAuthKeys": lambda azure, group, factory, runtime: (
        azure.data_factory.integration_runtimes.list_auth_keys(group, factory, runtime)
    ),
    "IntegrationRuntimes_RegenerateAuthKey": regenerate_key,
    "IntegrationRuntimes_RemoveLinks": remove_links,
    "IntegrationRuntimes_Delete": lambda azure, group, factory, runtime: (
        azure.data_factory.integration_runtimes.delete(group, factory, runtime)
    ),
    "LinkedServices_CreateOrUpdate": create_linked_service,
    "LinkedServices_Delete": lambda azure, group, factory, linkedService: (
        azure.data_factory.linked_services.delete(group, factory, linkedService)
    ),
    "RoleAssignments_Create": create_assignment,
    "RoleAssignments_GetById": lambda azure, id: azure.authorization.role_assignments.get_by_id(id),
    "RoleAssignments_ListForScope": lambda azure, scope, filter=None: (
        azure.authorization.role_assignments.list_for_scope(scope, filter=filter)
    ),
    "RoleAssignments_ListForSubscription": lambda azure, filter: (
        azure.authorization.role_assignments.list_for_subscription(filter=filter)
    ),
    "RoleAssignments_Delete": lambda azure, scope, assignment: (
        azure.authorization.role_assignments.delete(scope, assignment)
    ),
    "RoleDefinitions_List": lambda azure, scope, filter: (
        azure.authorization.role_definitions.list(scope, filter=filter)
    ),
}
