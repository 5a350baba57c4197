// The example of docs/clients/go.md works as it stands.

package suite

import (
	"os/exec"
	"testing"
)

func TestTheExampleSharesARuntime(t *testing.T) {
	prints(t, "./example", "before the grant: 401 UnauthorizedIntegrationRuntimeAccess\n"+
		"after the grant: linked-runtime is shared-runtime of adf-example-sharing\n")
}

func prints(t *testing.T, program, expected string) {
	run := exec.Command("go", "run", program)
	output, err := run.Output()
	if failure, is := err.(*exec.ExitError); is {
		t.Fatalf("%s: %s", failure, failure.Stderr)
	}
	if err != nil || string(output) != expected {
		t.Fatalf("%v: printed %q", err, output)
	}
}
