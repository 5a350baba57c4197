// How the released Azure SDKs for JavaScript carry out the operations of a scenario.
//
// One function an operation of Azure's API description, and nothing about any step: what is expected stands in the
// scenario. A policy in each client's pipeline notes the answers, so that a test sees the bytes as well as the SDK's
// reading of them.

import { AuthorizationManagementClient } from "@azure/arm-authorization";
import { DataFactoryManagementClient } from "@azure/arm-datafactory";
import { ResourceManagementClient } from "@azure/arm-resources";
import { ClientSecretCredential } from "@azure/identity";

/** The clients of one caller. */
export class Azure {
  /** Every answer since the last operation began. */
  answers = [];

  constructor(clientId, secret) {
    const { EMULATOR_URL: url, AZURE_TENANT_ID: tenant, AZURE_SUBSCRIPTION_ID: subscription } = process.env;
    const options = { authorityHost: url, disableInstanceDiscovery: true };
    const credential = new ClientSecretCredential(tenant, clientId, secret, options);
    const client = (Client) => {
      const made = new Client(credential, subscription, { endpoint: url });
      const policy = { name: "notesAnswers", sendRequest: (request, next) => this.#note(request, next) };
      made.pipeline.addPolicy(policy, { afterPhase: "Deserialize" }); // which throws on a refusal
      return made;
    };
    this.resources = client(ResourceManagementClient);
    this.authorization = client(AuthorizationManagementClient);
    this.dataFactory = client(DataFactoryManagementClient);
  }

  /** Carries out one operation; a list is read to its end. */
  async call(operation, args) {
    this.answers.length = 0;
    const run = OPERATIONS[operation];
    if (!run) {
      throw new Error(`this suite does not know the operation ${operation}`);
    }
    const result = await run(this, args);
    return result?.[Symbol.asyncIterator] ? readAll(result) : result;
  }

  async #note(request, next) {
    const answer = await next(request);
    this.answers.push(answer);
    return answer;
  }
}

const readAll = async (list) => {
  const elements = [];
  for await (const element of list) {
    elements.push(element);
  }
  return elements;
};

const OPERATIONS = {
  ResourceGroups_List: (azure) => azure.resources.resourceGroups.list(),
  ResourceGroups_Get: (azure, { group }) => azure.resources.resourceGroups.get(group),
  ResourceGroups_CheckExistence: (azure, { group }) => azure.resources.resourceGroups.checkExistence(group),
  ResourceGroups_CreateOrUpdate: (azure, { group, location }) =>
    azure.resources.resourceGroups.createOrUpdate(group, { location }),
  ResourceGroups_Delete: (azure, { group }) => azure.resources.resourceGroups.beginDeleteAndWait(group),

  Factories_CreateOrUpdate: (azure, { group, factory, location, identity }) =>
    azure.dataFactory.factories.createOrUpdate(group, factory, { location, identity: { type: identity } }),
  Factories_Update: (azure, { group, factory, tags, identity }) =>
    azure.dataFactory.factories.update(group, factory, { tags, identity: { type: identity } }),
  Factories_Get: (azure, { group, factory }) => azure.dataFactory.factories.get(group, factory),
  Factories_List: (azure) => azure.dataFactory.factories.list(),
  Factories_ListByResourceGroup: (azure, { group }) => azure.dataFactory.factories.listByResourceGroup(group),
  Factories_Delete: (azure, { group, factory }) => azure.dataFactory.factories.delete(group, factory),

  IntegrationRuntimes_CreateOrUpdate: (azure, { group, factory, runtime, description, linkTo }) => {
    const linkedInfo = linkTo && { authorizationType: "RBAC", resourceId: linkTo };
    const properties = { type: "SelfHosted", description, linkedInfo };
    return azure.dataFactory.integrationRuntimes.createOrUpdate(group, factory, runtime, { properties });
  },
  IntegrationRuntimes_Get: (azure, { group, factory, runtime }) =>
    azure.dataFactory.integrationRuntimes.get(group, factory, runtime),
  IntegrationRuntimes_ListByFactory: (azure, { group, factory }) =>
    azure.dataFactory.integrationRuntimes.listByFactory(group, factory),
  IntegrationRuntimes_GetStatus: (azure, { group, factory, runtime }) =>
    azure.dataFactory.integrationRuntimes.getStatus(group, factory, runtime),
  IntegrationRuntimes_GetMonitoringData: (azure, { group, factory, runtime }) =>
    azure.dataFactory.integrationRuntimes.getMonitoringData(group, factory, runtime),
  IntegrationRuntimes_ListAuthKeys: (azure, { group, factory, runtime }) =>
    azure.dataFactory.integrationRuntimes.listAuthKeys(group, factory, runtime),
  IntegrationRuntimes_RegenerateAuthKey: (azure, { group, factory, runtime, key }) =>
    azure.dataFactory.integrationRuntimes.regenerateAuthKey(group, factory, runtime, { keyName: key }),
  IntegrationRuntimes_RemoveLinks: (azure, { group, factory, runtime, linkedFactory }) =>
    azure.dataFactory.integrationRuntimes.removeLinks(group, factory, runtime, { linkedFactoryName: linkedFactory }),
  IntegrationRuntimes_Delete: (azure, { group, factory, runtime }) =>
    azure.dataFactory.integrationRuntimes.delete(group, factory, runtime),

  LinkedServices_CreateOrUpdate: (azure, { group, factory, linkedService, runtime }) => {
    const connectVia = { type: "IntegrationRuntimeReference", referenceName: runtime };
    const properties = { type: "FileServer", host: "//files/reports", connectVia };
    return azure.dataFactory.linkedServices.createOrUpdate(group, factory, linkedService, { properties });
  },
  LinkedServices_Delete: (azure, { group, factory, linkedService }) =>
    azure.dataFactory.linkedServices.delete(group, factory, linkedService),

  RoleAssignments_Create: (azure, { scope, assignment, role, principal }) =>
    azure.authorization.roleAssignments.create(scope, assignment, {
      roleDefinitionId: role,
      principalId: principal,
      principalType: "ServicePrincipal",
    }),
  RoleAssignments_GetById: (azure, { id }) => azure.authorization.roleAssignments.getById(id),
  RoleAssignments_ListForScope: (azure, { scope, filter }) =>
    azure.authorization.roleAssignments.listForScope(scope, { filter }),
  RoleAssignments_ListForSubscription: (azure, { filter }) =>
    azure.authorization.roleAssignments.listForSubscription({ filter }),
  RoleAssignments_Delete: (azure, { scope, assignment }) =>
    azure.authorization.roleAssignments.delete(scope, assignment),
  RoleDefinitions_List: (azure, { scope, filter }) => azure.authorization.roleDefinitions.list(scope, { filter }),
};
