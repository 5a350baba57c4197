// How the released Azure SDKs for Go carry out the operations of a scenario.
//
// One function an operation of Azure's API description, and nothing about any step: what is expected stands in the
// scenario. A policy in each client's pipeline notes the answers, so that a test sees the bytes as well as the SDK's
// reading of them.

package suite

import (
	"context"
	"fmt"
	"net/http"
	"os"

	"github.com/Azure/azure-sdk-for-go/sdk/azcore"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/arm"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/cloud"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/policy"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/runtime"
	"github.com/Azure/azure-sdk-for-go/sdk/azcore/to"
	"github.com/Azure/azure-sdk-for-go/sdk/azidentity"
	"github.com/Azure/azure-sdk-for-go/sdk/resourcemanager/authorization/armauthorization/v2"
	"github.com/Azure/azure-sdk-for-go/sdk/resourcemanager/datafactory/armdatafactory/v9"
	"github.com/Azure/azure-sdk-for-go/sdk/resourcemanager/resources/armresources/v3"
)

// answer is what came over the wire.
type answer struct {
	status int
	header http.Header
	body   []byte
}

// azure has the clients of one caller, and the answers since the last operation began.
type azure struct {
	answers       []answer
	factories     *armdatafactory.FactoriesClient
	runtimes      *armdatafactory.IntegrationRuntimesClient
	services      *armdatafactory.LinkedServicesClient
	authorization *armauthorization.ClientFactory
	assignments   *armauthorization.RoleAssignmentsClient
	definitions   *armauthorization.RoleDefinitionsClient
	groups        *armresources.ResourceGroupsClient
}

// arguments are what the operations of a scenario are called with; each uses some of them.
type arguments struct {
	Group, Factory, Runtime, LinkedService, LinkedFactory string
	Location, Identity, Key                               string
	Scope, Assignment, Role, Principal, ID                string
	Description, LinkTo, Filter                           *string
	Tags                                                  map[string]*string
}

// newAzure makes the clients of an application.
func newAzure(clientID, secret string) (*azure, error) {
	return newAzureAt(os.Getenv("EMULATOR_URL"), clientID, secret)
}

// newAzureAt makes the clients of an application in the world at a URL.
func newAzureAt(url, clientID, secret string) (*azure, error) {
	where := azcore.ClientOptions{Cloud: cloud.Configuration{
		ActiveDirectoryAuthorityHost: url + "/",
		Services: map[cloud.ServiceName]cloud.ServiceConfiguration{
			cloud.ResourceManager: {Audience: "https://management.azure.com", Endpoint: url},
		},
	}}
	credential, err := azidentity.NewClientSecretCredential(os.Getenv("AZURE_TENANT_ID"), clientID, secret,
		&azidentity.ClientSecretCredentialOptions{ClientOptions: where, DisableInstanceDiscovery: true})
	if err != nil {
		return nil, err
	}
	made := &azure{}
	where.PerCallPolicies = []policy.Policy{made}
	return made, made.connect(os.Getenv("AZURE_SUBSCRIPTION_ID"), credential, &arm.ClientOptions{ClientOptions: where})
}

func (azure *azure) connect(subscription string, credential azcore.TokenCredential, options *arm.ClientOptions) error {
	dataFactory, err := armdatafactory.NewClientFactory(subscription, credential, options)
	if err != nil {
		return err
	}
	authorization, err := armauthorization.NewClientFactory(subscription, credential, options)
	if err != nil {
		return err
	}
	azure.factories = dataFactory.NewFactoriesClient()
	azure.runtimes = dataFactory.NewIntegrationRuntimesClient()
	azure.services = dataFactory.NewLinkedServicesClient()
	azure.authorization = authorization
	azure.assignments = authorization.NewRoleAssignmentsClient()
	azure.definitions = authorization.NewRoleDefinitionsClient()
	azure.groups, err = armresources.NewResourceGroupsClient(subscription, credential, options)
	return err
}

// Do notes the answer to a request: azure is a policy of its own clients.
func (azure *azure) Do(request *policy.Request) (*http.Response, error) {
	response, err := request.Next()
	if err != nil {
		return response, err
	}
	body, err := runtime.Payload(response)
	azure.answers = append(azure.answers, answer{response.StatusCode, response.Header, body})
	return response, err
}

// call carries out one operation. A list is read to its end and the names of its elements are returned.
func (azure *azure) call(operation string, with arguments) ([]string, error) {
	azure.answers = nil
	ctx := context.Background()
	if list, known := lists[operation]; known {
		return list(ctx, azure, with)
	}
	if run, known := operations[operation]; known {
		return nil, run(ctx, azure, with)
	}
	return nil, fmt.Errorf("this suite does not know the operation %s", operation)
}

// readAll returns the names of all elements of a list.
func readAll[Page, Element any](
	ctx context.Context, pager *runtime.Pager[Page], elements func(Page) []*Element, name func(*Element) *string,
) ([]string, error) {
	names := []string{}
	for pager.More() {
		page, err := pager.NextPage(ctx)
		if err != nil {
			return nil, err
		}
		for _, element := range elements(page) {
			names = append(names, *name(element))
		}
	}
	return names, nil
}

func groupName(it *armresources.ResourceGroup) *string                  { return it.Name }
func factoryName(it *armdatafactory.Factory) *string                    { return it.Name }
func runtimeName(it *armdatafactory.IntegrationRuntimeResource) *string { return it.Name }
func assignmentName(it *armauthorization.RoleAssignment) *string        { return it.Name }
func definitionName(it *armauthorization.RoleDefinition) *string        { return it.Name }

func identity(with arguments) *armdatafactory.FactoryIdentity {
	wanted := armdatafactory.FactoryIdentityType(with.Identity)
	return &armdatafactory.FactoryIdentity{Type: &wanted}
}

var lists = map[string]func(context.Context, *azure, arguments) ([]string, error){
	"ResourceGroups_List": func(ctx context.Context, azure *azure, _ arguments) ([]string, error) {
		type page = armresources.ResourceGroupsClientListResponse
		elements := func(it page) []*armresources.ResourceGroup { return it.Value }
		return readAll(ctx, azure.groups.NewListPager(nil), elements, groupName)
	},
	"Factories_List": func(ctx context.Context, azure *azure, _ arguments) ([]string, error) {
		type page = armdatafactory.FactoriesClientListResponse
		elements := func(it page) []*armdatafactory.Factory { return it.Value }
		return readAll(ctx, azure.factories.NewListPager(nil), elements, factoryName)
	},
	"Factories_ListByResourceGroup": func(ctx context.Context, azure *azure, with arguments) ([]string, error) {
		type page = armdatafactory.FactoriesClientListByResourceGroupResponse
		elements := func(it page) []*armdatafactory.Factory { return it.Value }
		return readAll(ctx, azure.factories.NewListByResourceGroupPager(with.Group, nil), elements, factoryName)
	},
	"IntegrationRuntimes_ListByFactory": func(ctx context.Context, azure *azure, with arguments) ([]string, error) {
		type page = armdatafactory.IntegrationRuntimesClientListByFactoryResponse
		elements := func(it page) []*armdatafactory.IntegrationRuntimeResource { return it.Value }
		return readAll(ctx, azure.runtimes.NewListByFactoryPager(with.Group, with.Factory, nil), elements, runtimeName)
	},
	"RoleAssignments_ListForScope": func(ctx context.Context, azure *azure, with arguments) ([]string, error) {
		type page = armauthorization.RoleAssignmentsClientListForScopeResponse
		elements := func(it page) []*armauthorization.RoleAssignment { return it.Value }
		options := &armauthorization.RoleAssignmentsClientListForScopeOptions{Filter: with.Filter}
		return readAll(ctx, azure.assignments.NewListForScopePager(with.Scope, options), elements, assignmentName)
	},
	"RoleAssignments_ListForSubscription": func(ctx context.Context, azure *azure, with arguments) ([]string, error) {
		type page = armauthorization.RoleAssignmentsClientListForSubscriptionResponse
		elements := func(it page) []*armauthorization.RoleAssignment { return it.Value }
		options := &armauthorization.RoleAssignmentsClientListForSubscriptionOptions{Filter: with.Filter}
		return readAll(ctx, azure.assignments.NewListForSubscriptionPager(options), elements, assignmentName)
	},
	"RoleDefinitions_List": func(ctx context.Context, azure *azure, with arguments) ([]string, error) {
		type page = armauthorization.RoleDefinitionsClientListResponse
		elements := func(it page) []*armauthorization.RoleDefinition { return it.Value }
		options := &armauthorization.RoleDefinitionsClientListOptions{Filter: with.Filter}
		return readAll(ctx, azure.definitions.NewListPager(with.Scope, options), elements, definitionName)
	},
}

var operations = map[string]func(context.Context, *azure, arguments) error{
	"ResourceGroups_Get": func(ctx context.Context, azure *azure, with arguments) error {
		_, err := azure.groups.Get(ctx, with.Group, nil)
		return err
	},
	"ResourceGroups_CheckExistence": func(ctx context.Context, azure *azure, with arguments) error {
		_, err := azure.groups.CheckExistence(ctx, with.Group, nil)
		return err
	},
	"ResourceGroups_CreateOrUpdate": func(ctx context.Context, azure *azure, with arguments) error {
		wanted := armresources.ResourceGroup{Location: &with.Location}
		_, err := azure.groups.CreateOrUpdate(ctx, with.Group, wanted, nil)
		return err
	},
	"ResourceGroups_Delete": func(ctx context.Context, azure *azure, with arguments) error {
		poller, err := azure.groups.BeginDelete(ctx, with.Group, nil)
		if err != nil {
			return err
		}
		_, err = poller.PollUntilDone(ctx, nil)
		return err
	},
	"Factories_CreateOrUpdate": func(ctx context.Context, azure *azure, with arguments) error {
		wanted := armdatafactory.Factory{Location: &with.Location, Identity: identity(with)}
		_, err := azure.factories.CreateOrUpdate(ctx, with.Group, with.Factory, wanted, nil)
		return err
	},
	"Factories_Update": func(ctx context.Context, azure *azure, with arguments) error {
		wanted := armdatafactory.FactoryUpdateParameters{Tags: with.Tags, Identity: identity(with)}
		_, err := azure.factories.Update(ctx, with.Group, with.Factory, wanted, nil)
		return err
	},
	"Factories_Get": func(ctx context.Context, azure *azure, with arguments) error {
		_, err := azure.factories.Get(ctx, with.Group, with.Factory, nil)
		return err
	},
	"Factories_Delete": func(ctx context.Context, azure *azure, with arguments) error {
		_, err := azure.factories.Delete(ctx, with.Group, with.Factory, nil)
		return err
	},
	"IntegrationRuntimes_CreateOrUpdate": func(ctx context.Context, azure *azure, with arguments) error {
		properties := &armdatafactory.SelfHostedIntegrationRuntime{
			Type:        to.Ptr(armdatafactory.IntegrationRuntimeTypeSelfHosted),
			Description: with.Description,
		}
		if with.LinkTo != nil {
			link := &armdatafactory.LinkedIntegrationRuntimeRbacAuthorization{
				AuthorizationType: to.Ptr("RBAC"),
				ResourceID:        with.LinkTo,
			}
			properties.TypeProperties = &armdatafactory.SelfHostedIntegrationRuntimeTypeProperties{LinkedInfo: link}
		}
		wanted := armdatafactory.IntegrationRuntimeResource{Properties: properties}
		_, err := azure.runtimes.CreateOrUpdate(ctx, with.Group, with.Factory, with.Runtime, wanted, nil)
		return err
	},
	"IntegrationRuntimes_Get": func(ctx context.Context, azure *azure, with arguments) error {
		_, err := azure.runtimes.Get(ctx, with.Group, with.Factory, with.Runtime, nil)
		return err
	},
	"IntegrationRuntimes_GetStatus": func(ctx context.Context, azure *azure, with arguments) error {
		_, err := azure.runtimes.GetStatus(ctx, with.Group, with.Factory, with.Runtime, nil)
		return err
	},
	"IntegrationRuntimes_GetMonitoringData": func(ctx context.Context, azure *azure, with arguments) error {
		_, err := azure.runtimes.GetMonitoringData(ctx, with.Group, with.Factory, with.Runtime, nil)
		return err
	},
	"IntegrationRuntimes_ListAuthKeys": func(ctx context.Context, azure *azure, with arguments) error {
		_, err := azure.runtimes.ListAuthKeys(ctx, with.Group, with.Factory, with.Runtime, nil)
		return err
	},
	"IntegrationRuntimes_RegenerateAuthKey": func(ctx context.Context, azure *azure, with arguments) error {
		name := armdatafactory.IntegrationRuntimeAuthKeyName(with.Key)
		wanted := armdatafactory.IntegrationRuntimeRegenerateKeyParameters{KeyName: &name}
		_, err := azure.runtimes.RegenerateAuthKey(ctx, with.Group, with.Factory, with.Runtime, wanted, nil)
		return err
	},
	"IntegrationRuntimes_RemoveLinks": func(ctx context.Context, azure *azure, with arguments) error {
		wanted := armdatafactory.LinkedIntegrationRuntimeRequest{LinkedFactoryName: &with.LinkedFactory}
		_, err := azure.runtimes.RemoveLinks(ctx, with.Group, with.Factory, with.Runtime, wanted, nil)
		return err
	},
	"IntegrationRuntimes_Delete": func(ctx context.Context, azure *azure, with arguments) error {
		_, err := azure.runtimes.Delete(ctx, with.Group, with.Factory, with.Runtime, nil)
		return err
	},
	"LinkedServices_CreateOrUpdate": func(ctx context.Context, azure *azure, with arguments) error {
		wanted := armdatafactory.LinkedServiceResource{Properties: &armdatafactory.FileServerLinkedService{
			Type:           to.Ptr("FileServer"),
			TypeProperties: &armdatafactory.FileServerLinkedServiceTypeProperties{Host: "//files/reports"},
			ConnectVia: &armdatafactory.IntegrationRuntimeReference{
				Type:          to.Ptr(armdatafactory.IntegrationRuntimeReferenceTypeIntegrationRuntimeReference),
				ReferenceName: &with.Runtime,
			},
		}}
		_, err := azure.services.CreateOrUpdate(ctx, with.Group, with.Factory, with.LinkedService, wanted, nil)
		return err
	},
	"LinkedServices_Delete": func(ctx context.Context, azure *azure, with arguments) error {
		_, err := azure.services.Delete(ctx, with.Group, with.Factory, with.LinkedService, nil)
		return err
	},
	"RoleAssignments_Create": func(ctx context.Context, azure *azure, with arguments) error {
		wanted := armauthorization.RoleAssignmentCreateParameters{Properties: &armauthorization.RoleAssignmentProperties{
			RoleDefinitionID: &with.Role,
			PrincipalID:      &with.Principal,
			PrincipalType:    to.Ptr(armauthorization.PrincipalTypeServicePrincipal),
		}}
		_, err := azure.assignments.Create(ctx, with.Scope, with.Assignment, wanted, nil)
		return err
	},
	"RoleAssignments_GetById": func(ctx context.Context, azure *azure, with arguments) error {
		_, err := azure.assignments.GetByID(ctx, with.ID, nil)
		return err
	},
	"RoleAssignments_Delete": func(ctx context.Context, azure *azure, with arguments) error {
		_, err := azure.assignments.Delete(ctx, with.Scope, with.Assignment, nil)
		return err
	},
}
