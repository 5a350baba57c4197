// Shares a self-hosted integration runtime with another factory, as it would in Azure: nothing here knows an emulator.
//
// Run it beside one that stands in for Azure:   adf-emulator exec --transparent -- go run ./unmodified
package main

import (
	"context"
	"errors"
	"fmt"
	"log"
	"os"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/to"
	"github.com/Azure/azure-sdk-for-go/sdk/azidentity"
	"github.com/Azure/azure-sdk-for-go/sdk/resourcemanager/authorization/armauthorization/v2"
	"github.com/Azure/azure-sdk-for-go/sdk/resourcemanager/datafactory/armdatafactory/v9"
	"github.com/google/uuid"
)

const contributor = "b24988ac-6180-42a0-ab88-20f7382dd24c"

var (
	ctx       = context.Background()
	factories *armdatafactory.FactoriesClient
	runtimes  *armdatafactory.IntegrationRuntimesClient
)

func main() {
	subscription := os.Getenv("AZURE_SUBSCRIPTION_ID")
	credential := must(azidentity.NewDefaultAzureCredential(nil))
	dataFactory := must(armdatafactory.NewClientFactory(subscription, credential, nil))
	assignments := must(armauthorization.NewRoleAssignmentsClient(subscription, credential, nil))
	factories, runtimes = dataFactory.NewFactoriesClient(), dataFactory.NewIntegrationRuntimesClient()

	factory("rg-shared", "adf-unmodified-sharing")
	linking := factory("rg-linked", "adf-unmodified-linking")
	shared := must(runtime("rg-shared", "adf-unmodified-sharing", "shared-runtime", nil))
	link := &armdatafactory.LinkedIntegrationRuntimeRbacAuthorization{AuthorizationType: to.Ptr("RBAC"), ResourceID: shared.ID}

	_, err := runtime("rg-linked", "adf-unmodified-linking", "linked-runtime", link)
	var refusal *azcore.ResponseError
	if errors.As(err, &refusal) {
		fmt.Println("before the grant:", refusal.StatusCode, refusal.ErrorCode)
	}

	role := "/subscriptions/" + subscription + "/providers/Microsoft.Authorization/roleDefinitions/" + contributor
	must(assignments.Create(ctx, *shared.ID, uuid.NewString(), armauthorization.RoleAssignmentCreateParameters{
		Properties: &armauthorization.RoleAssignmentProperties{
			RoleDefinitionID: &role,
			PrincipalID:      linking.Identity.PrincipalID,
			PrincipalType:    to.Ptr(armauthorization.PrincipalTypeServicePrincipal),
		},
	}, nil))

	linked := must(runtime("rg-linked", "adf-unmodified-linking", "linked-runtime", link))
	status := must(runtimes.GetStatus(ctx, "rg-linked", "adf-unmodified-linking", "linked-runtime", nil))
	of := status.Properties.GetIntegrationRuntimeStatus().DataFactoryName
	fmt.Println("after the grant:", *linked.Name, "is", *status.Name, "of", *of)
}

// factory creates a factory with a managed identity, which a linking factory needs.
func factory(group, name string) armdatafactory.Factory {
	identity := &armdatafactory.FactoryIdentity{Type: to.Ptr(armdatafactory.FactoryIdentityTypeSystemAssigned)}
	wanted := armdatafactory.Factory{Location: to.Ptr("eastus"), Identity: identity}
	return must(factories.CreateOrUpdate(ctx, group, name, wanted, nil)).Factory
}

// runtime creates a self-hosted integration runtime, or a link to one.
func runtime(group, factory, name string, link armdatafactory.LinkedIntegrationRuntimeTypeClassification,
) (armdatafactory.IntegrationRuntimeResource, error) {
	properties := &armdatafactory.SelfHostedIntegrationRuntime{Type: to.Ptr(armdatafactory.IntegrationRuntimeTypeSelfHosted)}
	if link != nil {
		properties.TypeProperties = &armdatafactory.SelfHostedIntegrationRuntimeTypeProperties{LinkedInfo: link}
	}
	wanted := armdatafactory.IntegrationRuntimeResource{Properties: properties}
	response, err := runtimes.CreateOrUpdate(ctx, group, factory, name, wanted, nil)
	return response.IntegrationRuntimeResource, err
}

// must ends the program on an error.
func must[T any](value T, err error) T {
	if err != nil {
		log.Fatal(err)
	}
	return value
}
