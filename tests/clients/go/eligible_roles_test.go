// One round of privileged identity management with the released Azure SDK for Go: eligible, active, and neither. It moves the
// clock, so it has a world of its own.

package suite

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"os"
	"strings"
	"testing"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/to"
	"github.com/Azure/azure-sdk-for-go/sdk/resourcemanager/authorization/armauthorization/v2"
)

func TestEligibleRole(t *testing.T) {
	control := os.Getenv("EMULATOR_HTTP_URL") + "/_emulator/worlds"
	world := struct{ ID, HTTP, HTTPS string }{}
	check(t, json.Unmarshal(tell(t, http.MethodPost, control, `{"from":"start"}`), &world))
	t.Cleanup(func() { tell(t, http.MethodDelete, control+"/"+world.ID, "") })
	owner, err := newAzureAt(world.HTTPS, os.Getenv("AZURE_CLIENT_ID"), os.Getenv("AZURE_CLIENT_SECRET"))
	check(t, err)
	stranger, err := newAzureAt(world.HTTPS, "33333333-3333-3333-3333-000000000006", "stranger-secret")
	check(t, err)
	ctx := context.Background()
	group := "/subscriptions/" + os.Getenv("AZURE_SUBSCRIPTION_ID") + "/resourceGroups/rg-linked"
	principal := to.Ptr("44444444-4444-4444-4444-000000000006")
	reader := to.Ptr("/providers/Microsoft.Authorization/roleDefinitions/acdd72a7-3385-48ef-bd42-f606fba81ae7")

	eligibilities := owner.authorization.NewRoleEligibilityScheduleRequestsClient()
	asks := func(kind armauthorization.RequestType) armauthorization.RoleEligibilityScheduleRequest {
		return armauthorization.RoleEligibilityScheduleRequest{Properties: &armauthorization.RoleEligibilityScheduleRequestProperties{
			PrincipalID: principal, RoleDefinitionID: reader, RequestType: &kind,
			ScheduleInfo: &armauthorization.RoleEligibilityScheduleRequestPropertiesScheduleInfo{
				Expiration: &armauthorization.RoleEligibilityScheduleRequestPropertiesScheduleInfoExpiration{
					Type: to.Ptr(armauthorization.TypeAfterDuration), Duration: to.Ptr("P30D"),
				},
			},
		}}
	}
	made, err := eligibilities.Create(ctx, group, "eeeeeeee-0000-4000-8000-000000000001", asks(armauthorization.RequestTypeAdminAssign), nil)
	check(t, err)
	if *made.Properties.Status != armauthorization.StatusProvisioned {
		t.Fatalf("the eligibility is %s", *made.Properties.Status)
	}
	_, err = stranger.groups.Get(ctx, "rg-linked", nil)
	isRefused(t, err, "AuthorizationFailed")

	activations := stranger.authorization.NewRoleAssignmentScheduleRequestsClient()
	activate := armauthorization.RoleAssignmentScheduleRequest{Properties: &armauthorization.RoleAssignmentScheduleRequestProperties{
		PrincipalID: principal, RoleDefinitionID: reader, RequestType: to.Ptr(armauthorization.RequestTypeSelfActivate),
		LinkedRoleEligibilityScheduleID: made.Properties.TargetRoleEligibilityScheduleID, Justification: to.Ptr("on call"),
		ScheduleInfo: &armauthorization.RoleAssignmentScheduleRequestPropertiesScheduleInfo{
			Expiration: &armauthorization.RoleAssignmentScheduleRequestPropertiesScheduleInfoExpiration{
				Type: to.Ptr(armauthorization.TypeAfterDuration), Duration: to.Ptr("PT8H"),
			},
		},
	}}
	_, err = activations.Create(ctx, group, "eeeeeeee-0000-4000-8000-000000000002", activate, nil)
	check(t, err)
	_, err = stranger.groups.Get(ctx, "rg-linked", nil)
	check(t, err)
	pager := stranger.authorization.NewRoleAssignmentSchedulesClient().NewListForScopePager(group,
		&armauthorization.RoleAssignmentSchedulesClientListForScopeOptions{Filter: to.Ptr("asTarget()")})
	page, err := pager.NextPage(ctx)
	check(t, err)
	if len(page.Value) != 1 || *page.Value[0].Properties.AssignmentType != armauthorization.AssignmentTypeActivated {
		t.Fatalf("what the stranger holds is %v", page.Value)
	}

	tell(t, http.MethodPatch, world.HTTP+"/_emulator/clock", `{"advance":"PT5M"}`)
	_, err = eligibilities.Create(ctx, group, "eeeeeeee-0000-4000-8000-000000000003", asks(armauthorization.RequestTypeAdminRemove), nil)
	check(t, err)
	_, err = stranger.groups.Get(ctx, "rg-linked", nil)
	isRefused(t, err, "AuthorizationFailed")
	_, err = activations.Create(ctx, group, "eeeeeeee-0000-4000-8000-000000000004", activate, nil)
	isRefused(t, err, "RoleAssignmentRequestPolicyValidationFailed")
}

// tell sends a request to the emulator's own endpoints and returns the answer.
func tell(t *testing.T, method, url, body string) []byte {
	t.Helper()
	request, err := http.NewRequest(method, url, strings.NewReader(body))
	check(t, err)
	request.Header.Set("Content-Type", "application/json")
	response, err := http.DefaultClient.Do(request)
	check(t, err)
	defer response.Body.Close()
	answer, err := io.ReadAll(response.Body)
	check(t, err)
	if response.StatusCode >= 300 {
		t.Fatalf("%s %s: %d %s", method, url, response.StatusCode, answer)
	}
	return answer
}

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func isRefused(t *testing.T, err error, code string) {
	t.Helper()
	var refused *azcore.ResponseError
	if !errors.As(err, &refused) || refused.ErrorCode != code {
		t.Fatalf("not refused with %s: %v", code, err)
	}
}
