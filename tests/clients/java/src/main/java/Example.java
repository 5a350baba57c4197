import com.azure.core.management.AzureEnvironment;
import com.azure.core.management.exception.ManagementException;
import com.azure.core.management.profile.AzureProfile;
import com.azure.identity.DefaultAzureCredentialBuilder;
import com.azure.resourcemanager.authorization.AuthorizationManager;
import com.azure.resourcemanager.authorization.models.BuiltInRole;
import com.azure.resourcemanager.datafactory.DataFactoryManager;
import com.azure.resourcemanager.datafactory.models.Factory;
import com.azure.resourcemanager.datafactory.models.FactoryIdentity;
import com.azure.resourcemanager.datafactory.models.FactoryIdentityType;
import com.azure.resourcemanager.datafactory.models.IntegrationRuntimeResource;
import com.azure.resourcemanager.datafactory.models.LinkedIntegrationRuntimeRbacAuthorization;
import com.azure.resourcemanager.datafactory.models.SelfHostedIntegrationRuntime;
import java.util.Map;
import java.util.UUID;

/**
 * Shares a self-hosted integration runtime with another factory.
 *
 * <p>Run it in an emulator of its own: adf-emulator exec -- mvn -q compile exec:java -Dexec.mainClass=Example
 */
public final class Example {
    private final DataFactoryManager dataFactory;

    private Example(DataFactoryManager dataFactory) {
        this.dataFactory = dataFactory;
    }

    public static void main(String[] args) {
        var url = System.getenv("EMULATOR_URL");

        // What differs from Azure: the addresses of Entra ID and of Resource Manager, and no discovery of the public cloud.
        // The credential reads AZURE_TENANT_ID, AZURE_CLIENT_ID and AZURE_CLIENT_SECRET.
        var credential = new DefaultAzureCredentialBuilder().authorityHost(url).disableInstanceDiscovery().build();
        var environment = new AzureEnvironment(Map.of(
            "activeDirectoryEndpointUrl", url + "/",
            "resourceManagerEndpointUrl", url + "/",
            "managementEndpointUrl", "https://management.core.windows.net/",
            "microsoftGraphResourceId", url + "/graph/"));

        var profile = new AzureProfile(
            System.getenv("AZURE_TENANT_ID"), System.getenv("AZURE_SUBSCRIPTION_ID"), environment);
        var authorization = AuthorizationManager.authenticate(credential, profile);
        var here = new Example(DataFactoryManager.authenticate(credential, profile));

        here.factory("rg-shared", "adf-example-sharing");
        var linking = here.factory("rg-linked", "adf-example-linking");
        var shared = here.runtime(
            "rg-shared", "adf-example-sharing", "shared-runtime", new SelfHostedIntegrationRuntime());
        var link = new SelfHostedIntegrationRuntime()
            .withLinkedInfo(new LinkedIntegrationRuntimeRbacAuthorization().withResourceId(shared.id()));

        try {
            here.runtime("rg-linked", "adf-example-linking", "linked-runtime", link);
        } catch (ManagementException refusal) {
            System.out.println("before the grant: " + refusal.getResponse().getStatusCode() + " "
                + refusal.getValue().getCode());
        }

        authorization.roleAssignments().define(UUID.randomUUID().toString())
            .forObjectId(linking.identity().principalId().toString())
            .withBuiltInRole(BuiltInRole.CONTRIBUTOR)
            .withScope(shared.id())
            .create();

        var linked = here.runtime("rg-linked", "adf-example-linking", "linked-runtime", link);
        var status = here.dataFactory.integrationRuntimes()
            .getStatus("rg-linked", "adf-example-linking", "linked-runtime");
        System.out.println("after the grant: " + linked.name() + " is " + status.name() + " of "
            + status.properties().dataFactoryName());
    }

    /** Creates a factory with a managed identity, which a linking factory needs. */
    private Factory factory(String group, String name) {
        return dataFactory.factories().define(name)
            .withRegion("eastus")
            .withExistingResourceGroup(group)
            .withIdentity(new FactoryIdentity().withType(FactoryIdentityType.SYSTEM_ASSIGNED))
            .create();
    }

    /** Creates a self-hosted integration runtime. */
    private IntegrationRuntimeResource runtime(
            String group, String factory, String name, SelfHostedIntegrationRuntime properties) {
        return dataFactory.integrationRuntimes().define(name)
            .withExistingFactory(group, factory)
            .withProperties(properties)
            .create();
    }
}
