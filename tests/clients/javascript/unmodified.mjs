// Shares a self-hosted integration runtime with another factory, as it would in Azure: nothing here knows an emulator.
//
// Run it beside one that stands in for Azure:   adf-emulator exec --transparent -- node unmodified.mjs

import { randomUUID } from "node:crypto";
import { AuthorizationManagementClient } from "@azure/arm-authorization";
import { DataFactoryManagementClient } from "@azure/arm-datafactory";
import { DefaultAzureCredential } from "@azure/identity";

const contributor = "b24988ac-6180-42a0-ab88-20f7382dd24c";

const credential = new DefaultAzureCredential();
const subscription = process.env.AZURE_SUBSCRIPTION_ID;
const dataFactory = new DataFactoryManagementClient(credential, subscription);
const authorization = new AuthorizationManagementClient(credential, subscription);

/** Creates a factory with a managed identity, which a linking factory needs. */
const factory = (group, name) =>
  dataFactory.factories.createOrUpdate(group, name, { location: "eastus", identity: { type: "SystemAssigned" } });

/** Creates a self-hosted integration runtime. */
const runtime = (group, factoryName, name, properties = {}) =>
  dataFactory.integrationRuntimes.createOrUpdate(group, factoryName, name, {
    properties: { type: "SelfHosted", ...properties },
  });

await factory("rg-shared", "adf-unmodified-sharing");
const linking = await factory("rg-linked", "adf-unmodified-linking");
const shared = await runtime("rg-shared", "adf-unmodified-sharing", "shared-runtime");
const link = { linkedInfo: { authorizationType: "RBAC", resourceId: shared.id } };

try {
  await runtime("rg-linked", "adf-unmodified-linking", "linked-runtime", link);
} catch (refusal) {
  console.log("before the grant:", refusal.statusCode, refusal.code);
}

await authorization.roleAssignments.create(shared.id, randomUUID(), {
  roleDefinitionId: `/subscriptions/${subscription}/providers/Microsoft.Authorization/roleDefinitions/${contributor}`,
  principalId: linking.identity.principalId,
  principalType: "ServicePrincipal",
});

const linked = await runtime("rg-linked", "adf-unmodified-linking", "linked-runtime", link);
const status = await dataFactory.integrationRuntimes.getStatus("rg-linked", "adf-unmodified-linking", "linked-runtime");
console.log("after the grant:", linked.name, "is", status.name, "of", status.properties.dataFactoryName);
