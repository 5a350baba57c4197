// Walks through fixtures/scenarios/sharing.json with the released Azure SDKs for Go, each step a test.
//
// The steps build on each other and run in order in one world; after the first that fails, the others are skipped.

package suite

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
)

type scenario struct {
	Callers map[string]map[string]string
	Values  map[string]string
	Steps   []json.RawMessage
}

type step struct {
	Name, Who, Operation        string
	With                        arguments
	Status                      int
	Body                        map[string]any
	Names                       *expectedNames
	Keep                        map[string]string
	Code, Message, Rule, SignIn string
}

type expectedNames struct {
	Exactly, With, Without []string
}

// walk is what is known so far: the callers' clients and the values for later steps.
type walk struct {
	*testing.T
	callers map[string]map[string]string
	clients map[string]*azure
	values  map[string]string
}

func TestMain(main *testing.M) {
	if os.Getenv("EMULATOR_URL") == "" {
		println("no emulator: run this as 'adf-emulator exec -- go test ./...'")
		os.Exit(2)
	}
	os.Exit(main.Run())
}

func TestSharing(t *testing.T) {
	text, err := os.ReadFile("../../../fixtures/scenarios/sharing.json")
	if err != nil {
		t.Fatal(err)
	}
	var told scenario
	if err := json.Unmarshal(text, &told); err != nil {
		t.Fatal(err)
	}
	values := told.Values
	values["tenant"], values["subscription"] = os.Getenv("AZURE_TENANT_ID"), os.Getenv("AZURE_SUBSCRIPTION_ID")
	for name, caller := range told.Callers {
		for key, value := range caller {
			values[name+"."+key] = value
		}
	}
	brokenAt := ""
	for _, template := range told.Steps {
		named := struct{ Name string }{}
		if err := json.Unmarshal(template, &named); err != nil {
			t.Fatal(err)
		}
		t.Run(named.Name, func(t *testing.T) {
			if brokenAt != "" {
				t.Skipf("the scenario broke at '%s'", brokenAt)
			}
			brokenAt = named.Name
			walk := walk{t, told.Callers, clients, values}
			walk.take(walk.fill(template))
			brokenAt = ""
		})
	}
}

// clients are made once for each caller, so that a token is asked for once.
var clients = map[string]*azure{}

var placeholder = regexp.MustCompile(`\{[\w.-]+\}`)

// fill puts values in the place of {names}, also in values themselves.
func (walk walk) fill(template []byte) step {
	walk.Helper()
	for placeholder.Match(template) {
		template = placeholder.ReplaceAllFunc(template, func(found []byte) []byte {
			value, known := walk.values[strings.Trim(string(found), "{}")]
			if !known {
				walk.Fatalf("there is no %s", found)
			}
			quoted, _ := json.Marshal(value)
			return bytes.Trim(quoted, `"`)
		})
	}
	var filled step
	decoder := json.NewDecoder(bytes.NewReader(template))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&filled); err != nil {
		walk.Fatal(err)
	}
	return filled
}

func (walk walk) take(step step) {
	client, known := walk.clients[step.Who]
	if !known {
		var err error
		caller := walk.callers[step.Who]
		if client, err = newAzure(caller["clientId"], caller["secret"]); err != nil {
			walk.Fatal(err)
		}
		walk.clients[step.Who] = client
	}
	names, err := client.call(step.Operation, step.With)
	if err != nil {
		walk.refused(step, err, client.answers)
		return
	}
	walk.succeeded(step, names, client.answers)
}

func (walk walk) refused(step step, err error, answers []answer) {
	if step.SignIn != "" {
		if !strings.Contains(err.Error(), step.SignIn) {
			walk.Fatal(err)
		}
		if len(answers) > 0 {
			walk.Fatal("a request was made without a token")
		}
		return
	}
	var refusal *azcore.ResponseError
	if step.Code == "" || !errors.As(err, &refusal) {
		walk.Fatal(err)
	}
	last := answers[len(answers)-1]
	body := struct {
		Error struct{ Code, Message string }
	}{}
	if err := json.Unmarshal(last.body, &body); err != nil {
		walk.Fatal(err)
	}
	walk.same("status", last.status, step.Status)
	walk.same("code", body.Error.Code, step.Code)
	walk.same("the client's status", refusal.StatusCode, step.Status)
	walk.same("the client's code", refusal.ErrorCode, step.Code)
	if step.Message != "" {
		walk.same("message", body.Error.Message, step.Message)
	}
	if step.Rule != "" {
		walk.same("rule", last.header.Get("x-emulator-rule"), step.Rule)
	}
}

func (walk walk) succeeded(step step, names []string, answers []answer) {
	if step.Code != "" || step.SignIn != "" {
		walk.Fatal("this should have been refused")
	}
	walk.same("status", answers[len(answers)-1].status, step.Status)
	body := walk.pages(answers)
	for path, expected := range step.Body {
		walk.same(path, member(body, path), expected)
	}
	if step.Names != nil {
		inBody := []string{}
		for _, element := range member(body, "value").([]any) {
			inBody = append(inBody, member(element, "name").(string))
		}
		walk.check(names, *step.Names)
		walk.same("the client's names", strings.Join(names, " "), strings.Join(inBody, " "))
	}
	for name, path := range step.Keep {
		kept, _ := member(body, path).(string)
		if kept == "" {
			walk.Fatalf("%s is empty", path)
		}
		walk.values[name] = kept
	}
}

func (walk walk) check(names []string, expected expectedNames) {
	if expected.Exactly != nil {
		walk.same("names", strings.Join(slices.Sorted(slices.Values(names)), " "),
			strings.Join(slices.Sorted(slices.Values(expected.Exactly)), " "))
	}
	for _, name := range expected.With {
		if !slices.Contains(names, name) {
			walk.Errorf("%s is not among %v", name, names)
		}
	}
	for _, name := range expected.Without {
		if slices.Contains(names, name) {
			walk.Errorf("%s is among %v", name, names)
		}
	}
}

// same compares what a JSON document or an answer says with what is expected.
func (walk walk) same(what string, found, expected any) {
	walk.Helper()
	if !reflect.DeepEqual(found, expected) {
		walk.Errorf("%s: %v, not %v", what, found, expected)
	}
}

// pages returns the bodies of all answers as one: the lists of all pages joined.
func (walk walk) pages(answers []answer) any {
	var last any
	joined := []any{}
	for _, answer := range answers {
		if len(answer.body) == 0 {
			continue
		}
		if err := json.Unmarshal(answer.body, &last); err != nil {
			walk.Fatal(err)
		}
		if list, is := member(last, "value").([]any); is {
			joined = append(joined, list...)
		}
	}
	if _, is := member(last, "value").([]any); is {
		return map[string]any{"value": joined}
	}
	return last
}

// member returns what stands at a dotted path; a number is the place in a list.
func member(body any, path string) any {
	for _, part := range strings.Split(path, ".") {
		switch inside := body.(type) {
		case map[string]any:
			body = inside[part]
		case []any:
			place, err := strconv.Atoi(part)
			if err != nil || place >= len(inside) {
				return nil
			}
			body = inside[place]
		default:
			return nil
		}
	}
	return body
}
