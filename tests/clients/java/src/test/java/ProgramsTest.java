import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The example of docs/clients/java.md works as it stands. */
class ProgramsTest {
    @Test
    void theExampleSharesARuntime() throws IOException, InterruptedException {
        assertEquals(
            List.of(
                "before the grant: 401 UnauthorizedIntegrationRuntimeAccess",
                "after the grant: linked-runtime is shared-runtime of adf-example-sharing"),
            printedBy("Example"));
    }

    private static List<String> printedBy(String program) throws IOException, InterruptedException {
        var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        var run = new ProcessBuilder(java, "-cp", System.getProperty("java.class.path"), program)
            .redirectError(ProcessBuilder.Redirect.INHERIT).start();
        var printed = new String(run.getInputStream().readAllBytes()).lines().toList();
        assertEquals(0, run.waitFor(), () -> program + " printed " + printed);
        return printed;
    }
}
