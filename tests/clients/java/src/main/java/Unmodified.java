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
import java.util.UUID;

/**
 * Shares a self-hosted integration runtime with another factory, as it would in Azure: nothing here knows an emulator.
 *
 * <p>Run it beside one that stands in for Azure:
 * adf-emulator exec --transparent -- mvn -q compile exec:java -Dexec.mainClass=Unmodified
 */
public final class Unmodified {
    private final DataFactoryManager dataFactory;

    private Unmodified(DataFactoryManager dataFactory) {
        this.dataFactory = dataFactory;
    }

    public static void main(String[] args) {
        var credential = new DefaultAzureCredentialBuilder().build();
        var profile = new AzureProfile(
            System.getenv("AZURE_TENANT_ID"), System.getenv("AZURE_SUBSCRIPTION_ID"), AzureEnvironment.AZURE);
        var authorization = AuthorizationManager.authenticate(credential, profile);
        var here = new Unmodified(DataFactoryManager.authenticate(credential, profile));

        here.factory("rg-shared", "adf-unmodified-sharing");
        var linking = here.factory("rg-linked", "adf-unmodified-linking");
        var shared = here.runtime(
            "rg-shared", "adf-unmodified-sharing", "shared-runtime", new SelfHostedIntegrationRuntime());
        var link = new SelfHostedIntegrationRuntime()
            .withLinkedInfo(new LinkedIntegrationRuntimeRbacAuthorization().withResourceId(shared.id()));

        try {
            here.runtime("rg-linked", "adf-unmodified-linking", "linked-runtime", link);
        } catch (ManagementException refusal) {
            System.out.println("before the grant: " + refusal.getResponse().getStatusCode() + " "
                + refusal.getValue().getCode());
        }

        authorization.roleAssignments().define(UUID.randomUUID().toString())
            .forObjectId(linking.identity().principalId().toString())
            .withBuiltInRole(BuiltInRole.CONTRIBUTOR)
            .withScope(shared.id())
            .create();

        var linked = here.runtime("rg-linked", "adf-unmodified-linking", "linked-runtime", link);
        var status = here.dataFactory.integrationRuntimes()
            .getStatus("rg-linked", "adf-unmodified-linking", "linked-runtime");
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
