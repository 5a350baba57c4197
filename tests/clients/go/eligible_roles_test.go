// One round of privileged identity management with the released Azure SDK for Go: eligible, active, and neither.

package suite

import (
	"context"
	"errors"
	"os"
	"testing"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/to"
	"github.com/Azure/azure-sdk-for-go/sdk/resourcemanager/authorization/armauthorization/v2"
)

func TestEligibleRole(t *testing.T) {
	owner, err := newAzure(os.Getenv("AZURE_CLIENT_ID"), os.Getenv("AZURE_CLIENT_SECRET"))
	check(t, err)
	stranger, err := newAzure("33333333-3333-3333-3333-000000000006", "stranger-secret")
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

	_, err = eligibilities.Create(ctx, group, "eeeeeeee-0000-4000-8000-000000000003", asks(armauthorization.RequestTypeAdminRemove), nil)
	check(t, err)
	_, err = stranger.groups.Get(ctx, "rg-linked", nil)
	isRefused(t, err, "AuthorizationFailed")
	_, err = activations.Create(ctx, group, "eeeeeeee-0000-4000-8000-000000000004", activate, nil)
	isRefused(t, err, "RoleAssignmentRequestPolicyValidationFailed")
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
