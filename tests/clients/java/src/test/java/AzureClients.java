import com.azure.core.http.HttpHeaders;
import com.azure.core.http.HttpPipelineCallContext;
import com.azure.core.http.HttpPipelineNextPolicy;
import com.azure.core.http.HttpResponse;
import com.azure.core.http.policy.FixedDelayOptions;
import com.azure.core.http.policy.HttpPipelinePolicy;
import com.azure.core.http.policy.RetryOptions;
import com.azure.core.management.AzureEnvironment;
import com.azure.core.management.profile.AzureProfile;
import com.azure.core.util.Context;
import com.azure.identity.ClientSecretCredentialBuilder;
import com.azure.resourcemanager.authorization.AuthorizationManager;
import com.azure.resourcemanager.authorization.fluent.AuthorizationManagementClient;
import com.azure.resourcemanager.authorization.fluent.RoleAssignmentsClient;
import com.azure.resourcemanager.authorization.fluent.RoleDefinitionsClient;
import com.azure.resourcemanager.authorization.fluent.models.RoleAssignmentInner;
import com.azure.resourcemanager.authorization.fluent.models.RoleDefinitionInner;
import com.azure.resourcemanager.authorization.models.PrincipalType;
import com.azure.resourcemanager.authorization.models.RoleAssignmentCreateParameters;
import com.azure.resourcemanager.datafactory.DataFactoryManager;
import com.azure.resourcemanager.datafactory.fluent.DataFactoryManagementClient;
import com.azure.resourcemanager.datafactory.fluent.models.FactoryInner;
import com.azure.resourcemanager.datafactory.fluent.models.IntegrationRuntimeResourceInner;
import com.azure.resourcemanager.datafactory.fluent.models.LinkedServiceResourceInner;
import com.azure.resourcemanager.datafactory.models.FactoryIdentity;
import com.azure.resourcemanager.datafactory.models.FactoryIdentityType;
import com.azure.resourcemanager.datafactory.models.FactoryUpdateParameters;
import com.azure.resourcemanager.datafactory.models.FileServerLinkedService;
import com.azure.resourcemanager.datafactory.models.IntegrationRuntimeAuthKeyName;
import com.azure.resourcemanager.datafactory.models.IntegrationRuntimeReference;
import com.azure.resourcemanager.datafactory.models.IntegrationRuntimeRegenerateKeyParameters;
import com.azure.resourcemanager.datafactory.models.LinkedIntegrationRuntimeRbacAuthorization;
import com.azure.resourcemanager.datafactory.models.LinkedIntegrationRuntimeRequest;
import com.azure.resourcemanager.datafactory.models.SelfHostedIntegrationRuntime;
import com.azure.resourcemanager.resources.ResourceManager;
import com.azure.resourcemanager.resources.fluent.ResourceGroupsClient;
import com.azure.resourcemanager.resources.fluent.models.ResourceGroupInner;
import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import java.util.stream.StreamSupport;
import reactor.core.publisher.Mono;

/**
 * How the released Azure SDKs for Java carry out the operations of a scenario.
 *
 * <p>One case an operation of Azure's API description, and nothing about any step: what is expected stands in the scenario. A policy
 * in each client's pipeline notes the answers, so that a test sees the bytes as well as the SDK's reading of them.
 */
final class AzureClients implements HttpPipelinePolicy {
    /** What came over the wire. */
    record Answer(int status, HttpHeaders headers, String body) {}

    /** Every answer since the last operation began. */
    final List<Answer> answers = new CopyOnWriteArrayList<>();

    private final DataFactoryManagementClient dataFactory;
    final AuthorizationManagementClient authorization;
    final ResourceGroupsClient groups;
    private final RoleAssignmentsClient assignments;
    private final RoleDefinitionsClient definitions;

    AzureClients(String clientId, String secret) {
        this(System.getenv("EMULATOR_URL"), clientId, secret);
    }

    /** The clients of an application in the world at a URL. */
    AzureClients(String url, String clientId, String secret) {
        var subscription = System.getenv("AZURE_SUBSCRIPTION_ID");
        var credential = new ClientSecretCredentialBuilder().authorityHost(url).disableInstanceDiscovery()
            .tenantId(System.getenv("AZURE_TENANT_ID")).clientId(clientId).clientSecret(secret).build();
        var environment = new AzureEnvironment(Map.of(
            "activeDirectoryEndpointUrl", url + "/",
            "resourceManagerEndpointUrl", url + "/",
            "managementEndpointUrl", "https://management.core.windows.net/",
            "microsoftGraphResourceId", url + "/graph/"));
        var profile = new AzureProfile(System.getenv("AZURE_TENANT_ID"), subscription, environment);

        // The SDKs ask thrice again after a refused sign-in; without this they would wait some seconds in between.
        var hurry = new RetryOptions(new FixedDelayOptions(3, Duration.ofMillis(10)));
        dataFactory = DataFactoryManager.configure().withPolicy(this).withRetryOptions(hurry)
            .authenticate(credential, profile).serviceClient();
        authorization = AuthorizationManager.configure().withPolicy(this).withRetryOptions(hurry)
            .authenticate(credential, profile).roleServiceClient();
        assignments = authorization.getRoleAssignments();
        definitions = authorization.getRoleDefinitions();
        groups = ResourceManager.configure().withPolicy(this).withRetryOptions(hurry).authenticate(credential, profile)
            .withSubscription(subscription).serviceClient().getResourceGroups();
    }

    @Override
    public Mono<HttpResponse> process(HttpPipelineCallContext context, HttpPipelineNextPolicy next) {
        return next.process().map(HttpResponse::buffer).flatMap(response -> response.getBodyAsString().defaultIfEmpty("")
            .map(body -> {
                answers.add(new Answer(response.getStatusCode(), response.getHeaders(), body));
                return response;
            }));
    }

    /** Carries out one operation. A list is read to its end and the names of its elements are returned. */
    List<String> call(String operation, JsonNode with) {
        answers.clear();
        var group = with.path("group").asText();
        var factory = with.path("factory").asText();
        return switch (operation.substring(0, operation.indexOf('_'))) {
            case "ResourceGroups" -> callGroups(operation, group, with);
            case "Factories" -> callFactories(operation, group, factory, with);
            case "IntegrationRuntimes" -> callRuntimes(operation, group, factory, with.path("runtime").asText(), with);
            case "LinkedServices" -> callLinkedServices(operation, group, factory, with);
            default -> callAuthorization(operation, with);
        };
    }

    private List<String> callGroups(String operation, String group, JsonNode with) {
        switch (operation) {
            case "ResourceGroups_List" -> {
                return names(groups.list(), ResourceGroupInner::name);
            }
            case "ResourceGroups_Get" -> groups.get(group);
            case "ResourceGroups_CheckExistence" -> groups.checkExistence(group);
            case "ResourceGroups_CreateOrUpdate" ->
                groups.createOrUpdate(group, new ResourceGroupInner().withLocation(with.path("location").asText()));
            case "ResourceGroups_Delete" -> groups.delete(group);
            default -> throw unknown(operation);
        }
        return List.of();
    }

    private List<String> callFactories(String operation, String group, String factory, JsonNode with) {
        var factories = dataFactory.getFactories();
        var identity = new FactoryIdentity().withType(FactoryIdentityType.fromString(with.path("identity").asText()));
        switch (operation) {
            case "Factories_List" -> {
                return names(factories.list(), FactoryInner::name);
            }
            case "Factories_ListByResourceGroup" -> {
                return names(factories.listByResourceGroup(group), FactoryInner::name);
            }
            case "Factories_CreateOrUpdate" -> factories.createOrUpdate(
                group, factory, new FactoryInner().withLocation(with.path("location").asText()).withIdentity(identity));
            case "Factories_Update" -> {
                var team = with.path("tags").path("team").asText();
                factories.update(group, factory, new FactoryUpdateParameters().withTags(Map.of("team", team)).withIdentity(identity));
            }
            case "Factories_Get" -> factories.getByResourceGroup(group, factory);
            case "Factories_Delete" -> factories.delete(group, factory);
            default -> throw unknown(operation);
        }
        return List.of();
    }

    private List<String> callRuntimes(String operation, String group, String factory, String runtime, JsonNode with) {
        var runtimes = dataFactory.getIntegrationRuntimes();
        switch (operation) {
            case "IntegrationRuntimes_ListByFactory" -> {
                return names(runtimes.listByFactory(group, factory), IntegrationRuntimeResourceInner::name);
            }
            case "IntegrationRuntimes_CreateOrUpdate" -> {
                var properties = new SelfHostedIntegrationRuntime().withDescription(with.path("description").asText(null));
                if (with.has("linkTo")) {
                    properties.withLinkedInfo(
                        new LinkedIntegrationRuntimeRbacAuthorization().withResourceId(with.path("linkTo").asText()));
                }
                var wanted = new IntegrationRuntimeResourceInner().withProperties(properties);
                runtimes.createOrUpdate(group, factory, runtime, wanted);
            }
            case "IntegrationRuntimes_Get" -> runtimes.get(group, factory, runtime);
            case "IntegrationRuntimes_GetStatus" -> runtimes.getStatus(group, factory, runtime);
            case "IntegrationRuntimes_GetMonitoringData" -> runtimes.getMonitoringData(group, factory, runtime);
            case "IntegrationRuntimes_ListAuthKeys" -> runtimes.listAuthKeys(group, factory, runtime);
            case "IntegrationRuntimes_RegenerateAuthKey" -> runtimes.regenerateAuthKey(
                group, factory, runtime, new IntegrationRuntimeRegenerateKeyParameters()
                    .withKeyName(IntegrationRuntimeAuthKeyName.fromString(with.path("key").asText())));
            case "IntegrationRuntimes_RemoveLinks" -> runtimes.removeLinks(
                group, factory, runtime, new LinkedIntegrationRuntimeRequest()
                    .withLinkedFactoryName(with.path("linkedFactory").asText()));
            case "IntegrationRuntimes_Delete" -> runtimes.delete(group, factory, runtime);
            default -> throw unknown(operation);
        }
        return List.of();
    }

    private List<String> callLinkedServices(String operation, String group, String factory, JsonNode with) {
        var services = dataFactory.getLinkedServices();
        var name = with.path("linkedService").asText();
        switch (operation) {
            case "LinkedServices_CreateOrUpdate" -> {
                var through = new IntegrationRuntimeReference().withReferenceName(with.path("runtime").asText());
                var properties = new FileServerLinkedService().withHost("//files/reports").withConnectVia(through);
                services.createOrUpdate(group, factory, name, new LinkedServiceResourceInner().withProperties(properties));
            }
            case "LinkedServices_Delete" -> services.delete(group, factory, name);
            default -> throw unknown(operation);
        }
        return List.of();
    }

    private List<String> callAuthorization(String operation, JsonNode with) {
        var scope = with.path("scope").asText();
        var name = with.path("assignment").asText();
        var filter = with.path("filter").asText(null);
        switch (operation) {
            case "RoleAssignments_ListForScope" -> {
                return names(assignments.listForScope(scope, filter, null, null, Context.NONE), RoleAssignmentInner::name);
            }
            case "RoleAssignments_ListForSubscription" -> {
                return names(assignments.list(filter, null, Context.NONE), RoleAssignmentInner::name);
            }
            case "RoleDefinitions_List" -> {
                return names(definitions.list(scope, filter, Context.NONE), RoleDefinitionInner::name);
            }
            case "RoleAssignments_Create" -> assignments.create(scope, name, new RoleAssignmentCreateParameters()
                .withRoleDefinitionId(with.path("role").asText())
                .withPrincipalId(with.path("principal").asText())
                .withPrincipalType(PrincipalType.SERVICE_PRINCIPAL));
            case "RoleAssignments_GetById" -> assignments.getById(with.path("id").asText());
            case "RoleAssignments_Delete" -> assignments.delete(scope, name);
            default -> throw unknown(operation);
        }
        return List.of();
    }

    private static <T> List<String> names(Iterable<T> list, Function<T, String> name) {
        return StreamSupport.stream(list.spliterator(), false).map(name).toList();
    }

    private static IllegalArgumentException unknown(String operation) {
        return new IllegalArgumentException("this suite does not know the operation " + operation);
    }
}
