import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.azure.core.management.exception.ManagementException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.TextNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Walks through fixtures/scenarios/sharing.json with the released Azure SDKs for Java, each step a test.
 *
 * <p>The steps build on each other and run in order in one world; after the first that fails, the others are skipped.
 */
class SharingTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Pattern PLACEHOLDER = Pattern.compile("\\{([\\w.-]+)}");

    private final Map<String, AzureClients> clients = new HashMap<>();
    private final Map<String, String> values = new HashMap<>();
    private JsonNode scenario;
    private String brokenAt;

    @TestFactory
    Stream<DynamicTest> sharing() throws IOException {
        assertNotNull(System.getenv("EMULATOR_URL"), "no emulator: run this as 'adf-emulator exec -- mvn test'");
        scenario = JSON.readTree(Files.readString(Path.of("../../../fixtures/scenarios/sharing.json")));
        values.put("tenant", System.getenv("AZURE_TENANT_ID"));
        values.put("subscription", System.getenv("AZURE_SUBSCRIPTION_ID"));
        for (var caller : scenario.get("callers").properties()) {
            caller.getValue().properties()
                .forEach(it -> values.put(caller.getKey() + "." + it.getKey(), it.getValue().asText()));
        }
        scenario.get("values").properties().forEach(it -> values.put(it.getKey(), it.getValue().asText()));
        return StreamSupport.stream(scenario.get("steps").spliterator(), false)
            .map(step -> DynamicTest.dynamicTest(step.get("name").asText(), () -> {
                assumeTrue(brokenAt == null, () -> "the scenario broke at '" + brokenAt + "'");
                brokenAt = step.get("name").asText();
                take(fill(step));
                brokenAt = null;
            }));
    }

    /** Puts values in the place of {names}, also in values themselves. */
    private JsonNode fill(JsonNode template) throws IOException {
        var text = template.toString();
        while (PLACEHOLDER.matcher(text).find()) {
            text = PLACEHOLDER.matcher(text).replaceAll(found -> {
                var value = values.get(found.group(1));
                assertNotNull(value, () -> "there is no " + found.group());
                var quoted = new TextNode(value).toString();
                return Matcher.quoteReplacement(quoted.substring(1, quoted.length() - 1));
            });
        }
        return JSON.readTree(text);
    }

    private void take(JsonNode step) throws IOException {
        var caller = scenario.get("callers").get(step.get("who").asText());
        var azure = clients.computeIfAbsent(step.get("who").asText(),
            who -> new AzureClients(caller.get("clientId").asText(), caller.get("secret").asText()));
        List<String> names;
        try {
            names = azure.call(step.get("operation").asText(), step.path("with"));
        } catch (RuntimeException refusal) {
            checkRefusal(step, refusal, azure.answers);
            return;
        }
        checkSuccess(step, names, azure.answers);
    }

    private void checkRefusal(JsonNode step, RuntimeException thrown, List<AzureClients.Answer> answers) throws IOException {
        if (step.has("signIn")) {
            assertTrue(thrown.getMessage().contains(step.get("signIn").asText()), thrown.getMessage());
            assertTrue(answers.isEmpty(), "a request was made without a token");
            return;
        }
        if (!step.has("code") || !(thrown instanceof ManagementException refusal)) {
            throw thrown;
        }
        var answer = answers.get(answers.size() - 1);
        var error = JSON.readTree(answer.body()).get("error");
        assertEquals(step.get("status").asInt(), answer.status());
        assertEquals(step.get("code").asText(), error.get("code").asText(), error.get("message").asText());
        assertEquals(step.get("status").asInt(), refusal.getResponse().getStatusCode());
        assertEquals(step.get("code").asText(), refusal.getValue().getCode());
        if (step.has("message")) {
            assertEquals(step.get("message").asText(), error.get("message").asText());
            assertEquals(step.get("message").asText(), refusal.getValue().getMessage());
        }
        if (step.has("rule")) {
            assertEquals(step.get("rule").asText(), answer.headers().getValue("x-emulator-rule"));
        }
    }

    private void checkSuccess(JsonNode step, List<String> names, List<AzureClients.Answer> answers) throws IOException {
        assertFalse(step.has("code") || step.has("signIn"), "this should have been refused");
        assertEquals(step.get("status").asInt(), answers.get(answers.size() - 1).status());
        var bodies = new ArrayList<JsonNode>();
        for (var answer : answers) {
            if (!answer.body().isEmpty()) {
                bodies.add(JSON.readTree(answer.body()));
            }
        }
        var last = bodies.isEmpty() ? JSON.nullNode() : bodies.get(bodies.size() - 1);
        step.path("body").properties().forEach(
            it -> assertEquals(it.getValue(), member(last, it.getKey()), it.getKey()));
        if (step.has("names")) {
            checkNames(names, step.get("names"));
            var inBodies = bodies.stream().flatMap(body -> StreamSupport.stream(body.get("value").spliterator(), false));
            assertEquals(inBodies.map(element -> element.get("name").asText()).toList(), names);
        }
        step.path("keep").properties().forEach(it -> {
            var kept = member(last, it.getValue().asText()).asText();
            assertFalse(kept.isEmpty(), it.getValue() + " is empty");
            values.put(it.getKey(), kept);
        });
    }

    private static void checkNames(List<String> names, JsonNode expected) {
        if (expected.has("exactly")) {
            assertEquals(texts(expected.get("exactly")).stream().sorted().toList(), names.stream().sorted().toList());
        }
        texts(expected.path("with")).forEach(name -> assertTrue(names.contains(name), name + " is not among " + names));
        texts(expected.path("without")).forEach(name -> assertFalse(names.contains(name), name + " is among " + names));
    }

    private static List<String> texts(JsonNode list) {
        return StreamSupport.stream(list.spliterator(), false).map(JsonNode::asText).toList();
    }

    /** Returns what stands at a dotted path; a number is the place in a list. */
    private static JsonNode member(JsonNode body, String path) {
        for (var part : path.split("\\.")) {
            body = body.isArray() ? body.path(Integer.parseInt(part)) : body.path(part);
        }
        return body;
    }
}
