// Makes a factory with a self-hosted integration runtime. Read from the packages' source and samples, not run.
//
// Needs Azure.Identity, Azure.ResourceManager and Azure.ResourceManager.DataFactory:
//     adf-emulator exec -- dotnet run

using Azure;
using Azure.Core;
using Azure.Identity;
using Azure.ResourceManager;
using Azure.ResourceManager.DataFactory;
using Azure.ResourceManager.DataFactory.Models;
using Azure.ResourceManager.Models;

static string Variable(string name) => Environment.GetEnvironmentVariable(name)!;

// What differs from Azure: the addresses of Entra ID and of Resource Manager, and no discovery of the public cloud.
var url = new Uri(Variable("EMULATOR_URL"));
var credential = new ClientSecretCredential(
    Variable("AZURE_TENANT_ID"), Variable("AZURE_CLIENT_ID"), Variable("AZURE_CLIENT_SECRET"),
    new ClientSecretCredentialOptions { AuthorityHost = url, DisableInstanceDiscovery = true });
var environment = new ArmEnvironment(url, "https://management.azure.com/");
var azure = new ArmClient(
    credential, Variable("AZURE_SUBSCRIPTION_ID"), new ArmClientOptions { Environment = environment });

var subscription = await azure.GetDefaultSubscriptionAsync();
var group = (await subscription.GetResourceGroupAsync("rg-shared")).Value;
var wanted = new DataFactoryData(AzureLocation.EastUS)
{
    Identity = new ManagedServiceIdentity(ManagedServiceIdentityType.SystemAssigned),
};
var factory = (await group.GetDataFactories().CreateOrUpdateAsync(WaitUntil.Completed, "adf-example", wanted)).Value;
var runtime = new DataFactoryIntegrationRuntimeData(new SelfHostedIntegrationRuntime { Description = "shared" });
await factory.GetDataFactoryIntegrationRuntimes().CreateOrUpdateAsync(WaitUntil.Completed, "shared-runtime", runtime);

await foreach (var found in factory.GetDataFactoryIntegrationRuntimes().GetAllAsync())
{
    Console.WriteLine($"found: {found.Data.Name}");
}
