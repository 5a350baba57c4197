import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.azure.core.management.exception.ManagementException;
import com.azure.core.util.Context;
import com.azure.resourcemanager.authorization.fluent.models.RoleAssignmentScheduleInner;
import com.azure.resourcemanager.authorization.fluent.models.RoleAssignmentScheduleRequestInner;
import com.azure.resourcemanager.authorization.fluent.models.RoleEligibilityScheduleRequestInner;
import com.azure.resourcemanager.authorization.models.AssignmentType;
import com.azure.resourcemanager.authorization.models.RequestType;
import com.azure.resourcemanager.authorization.models.RoleAssignmentScheduleRequestPropertiesScheduleInfo;
import com.azure.resourcemanager.authorization.models.RoleAssignmentScheduleRequestPropertiesScheduleInfoExpiration;
import com.azure.resourcemanager.authorization.models.RoleEligibilityScheduleRequestPropertiesScheduleInfo;
import com.azure.resourcemanager.authorization.models.RoleEligibilityScheduleRequestPropertiesScheduleInfoExpiration;
import com.azure.resourcemanager.authorization.models.Status;
import com.azure.resourcemanager.authorization.models.Type;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/**
 * One round of privileged identity management with the released Azure SDK for Java: eligible, active, and neither.
 *
 * <p>It moves the clock, so it has a world of its own.
 */
class EligibleRoleTest {
    private static final String GROUP = "/subscriptions/" + System.getenv("AZURE_SUBSCRIPTION_ID") + "/resourceGroups/rg-linked";
    private static final String STRANGER = "44444444-4444-4444-4444-000000000006";
    private static final String READER = "/providers/Microsoft.Authorization/roleDefinitions/acdd72a7-3385-48ef-bd42-f606fba81ae7";

    private static final String WORLDS = System.getenv("EMULATOR_HTTP_URL") + "/_emulator/worlds";

    @Test
    void anEligibleRoleIsActivated() throws Exception {
        var world = new ObjectMapper().readTree(tell("POST", WORLDS, "{\"from\":\"start\"}"));
        try {
            activateIn(world.get("https").asText(), world.get("http").asText());
        } finally {
            tell("DELETE", WORLDS + "/" + world.get("id").asText(), "");
        }
    }

    private static void activateIn(String url, String http) throws Exception {
        var owner = new AzureClients(url, System.getenv("AZURE_CLIENT_ID"), System.getenv("AZURE_CLIENT_SECRET"));
        var stranger = new AzureClients(url, "33333333-3333-3333-3333-000000000006", "stranger-secret");
        var eligibilities = owner.authorization.getRoleEligibilityScheduleRequests();
        var made = eligibilities.create(GROUP, request(1), eligibility(RequestType.ADMIN_ASSIGN));
        assertEquals(Status.PROVISIONED, made.status());
        isRefused("AuthorizationFailed", () -> stranger.groups.get("rg-linked"));

        var activations = stranger.authorization.getRoleAssignmentScheduleRequests();
        var expiration = new RoleAssignmentScheduleRequestPropertiesScheduleInfoExpiration()
            .withType(Type.AFTER_DURATION).withDuration("PT8H");
        var activate = new RoleAssignmentScheduleRequestInner().withPrincipalId(STRANGER).withRoleDefinitionId(READER)
            .withRequestType(RequestType.SELF_ACTIVATE).withJustification("on call")
            .withLinkedRoleEligibilityScheduleId(made.targetRoleEligibilityScheduleId())
            .withScheduleInfo(new RoleAssignmentScheduleRequestPropertiesScheduleInfo().withExpiration(expiration));
        assertEquals(Status.PROVISIONED, activations.create(GROUP, request(2), activate).status());
        stranger.groups.get("rg-linked");
        var held = stranger.authorization.getRoleAssignmentSchedules().listForScope(GROUP, "asTarget()", Context.NONE);
        assertEquals(AssignmentType.ACTIVATED, held.stream().findFirst().map(RoleAssignmentScheduleInner::assignmentType).orElseThrow());

        tell("PATCH", http + "/_emulator/clock", "{\"advance\":\"PT5M\"}");
        assertEquals(Status.REVOKED, eligibilities.create(GROUP, request(3), eligibility(RequestType.ADMIN_REMOVE)).status());
        isRefused("AuthorizationFailed", () -> stranger.groups.get("rg-linked"));
        isRefused("RoleAssignmentRequestPolicyValidationFailed", () -> activations.create(GROUP, request(4), activate));
    }

    private static RoleEligibilityScheduleRequestInner eligibility(RequestType type) {
        var expiration = new RoleEligibilityScheduleRequestPropertiesScheduleInfoExpiration()
            .withType(Type.AFTER_DURATION).withDuration("P30D");
        return new RoleEligibilityScheduleRequestInner().withPrincipalId(STRANGER).withRoleDefinitionId(READER).withRequestType(type)
            .withScheduleInfo(new RoleEligibilityScheduleRequestPropertiesScheduleInfo().withExpiration(expiration));
    }

    /** Sends a request to the emulator's own endpoints and returns the answer. */
    private static String tell(String method, String url, String body) throws Exception {
        var request = HttpRequest.newBuilder(URI.create(url)).header("Content-Type", "application/json")
            .method(method, HttpRequest.BodyPublishers.ofString(body)).build();
        var response = HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
        assertTrue(response.statusCode() < 300, () -> method + " " + url + ": " + response.statusCode() + " " + response.body());
        return response.body();
    }

    private static String request(int number) {
        return "eeeeeeee-0000-4000-8000-%012d".formatted(number);
    }

    private static void isRefused(String code, Executable call) {
        assertEquals(code, assertThrows(ManagementException.class, call).getValue().getCode());
    }
}
