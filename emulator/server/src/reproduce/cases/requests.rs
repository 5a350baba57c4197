//! Cases of Resource Manager's rules about any request: path, api-version, namespace, type, registration, body, filter.
//!
//! Rules: `rules/arm/request.rs` and `rules/arm/existence.rs` of the core.

use adf_emulator_core::rules::arm::CONTENT_BYTES_MAX;
use axum::http::Method;
use serde_json::{Value, json};

use super::super::case::{Case, Step};
use super::{Cases, RG_LINKED, RG_SHARED, SUBSCRIPTION, delete, eastus, factory, get, identity, post, put, runtime, self_hosted};

pub(super) const CASES: Cases = &[
    ("subscription-id-is-a-guid", subscription_id_is_a_guid),
    ("path-has-a-subscription-or-provider", path_has_a_subscription_or_provider),
    ("api-version-is-required", api_version_is_required),
    ("api-version-is-known", api_version_is_known),
    ("subscription-exists", subscription_exists),
    ("namespace-exists", namespace_exists),
    ("resource-group-exists", resource_group_exists),
    ("resource-type-exists", resource_type_exists),
    ("api-version-suits-the-type", api_version_suits_the_type),
    ("route-exists", route_exists),
    ("resource-type-is-supported", resource_type_is_supported),
    ("method-is-allowed", method_is_allowed),
    ("provider-is-registered", provider_is_registered),
    ("provider-in-use-stays-registered", provider_in_use_stays_registered),
    ("content-at-most-4-mb", content_at_most_4_mb),
    ("content-is-json", content_is_json),
    ("content-is-valid", content_is_valid),
    ("filter-is-understood", filter_is_understood),
    ("page-is-understood", page_is_understood),
    ("parent-resource-exists", parent_resource_exists),
    ("resource-exists", resource_exists),
    ("operation-exists", operation_exists),
];

fn subscription_id_is_a_guid(name: &'static str) -> Case {
    Case::new(name, get("/subscriptions/contoso-test"))
        .says("The provided subscription identifier 'contoso-test' is malformed or invalid.")
        .passes_as("The path has the subscription's id instead of its name.", get(SUBSCRIPTION))
}

fn path_has_a_subscription_or_provider(name: &'static str) -> Case {
    Case::new(name, get("/resourceGroups/rg-shared"))
        .says("The request did not have a subscription or a valid tenant level resource provider.")
        .passes_as("The path begins with the subscription.", get(RG_SHARED))
}

fn api_version_is_required(name: &'static str) -> Case {
    Case::new(name, Step::written(Method::GET, SUBSCRIPTION, ""))
        .says("The api-version query parameter (?api-version=) is required for all requests.")
        .passes_as("The request names the api-version.", get(SUBSCRIPTION))
}

fn api_version_is_known(name: &'static str) -> Case {
    let groups = |version: &str| get(format!("{SUBSCRIPTION}/resourceGroups?api-version={version}"));
    Case::new(name, groups("2022-09-02"))
        .says("The api-version '2022-09-02' is invalid. The supported versions are '2025-04-01,…,2014-04'.")
        .passes_as("The request names a version of the message's list.", groups("2022-09-01"))
}

fn subscription_exists(name: &'static str) -> Case {
    Case::new(name, get("/subscriptions/00000000-0000-0000-0000-00000000dead"))
        .says("The subscription '00000000-0000-0000-0000-00000000dead' could not be found.")
        .passes_as("The path has the id of a subscription that is there.", get(SUBSCRIPTION))
}

fn namespace_exists(name: &'static str) -> Case {
    Case::new(name, get(format!("{SUBSCRIPTION}/providers/Contoso.Nothing")))
        .says("The resource namespace 'Contoso.Nothing' is invalid.")
        .passes_as(
            "The path names a provider that there is.",
            get(format!("{SUBSCRIPTION}/providers/Microsoft.DataFactory?api-version=2022-09-01")),
        )
}

fn resource_group_exists(name: &'static str) -> Case {
    let group = format!("{SUBSCRIPTION}/resourceGroups/rg-new");
    Case::new(name, put(factory(&group, "f-one"), eastus()))
        .says("Resource group 'rg-new' could not be found.")
        .passes_after("The resource group is created.", [put(group, eastus())])
}

fn resource_type_exists(name: &'static str) -> Case {
    Case::new(name, get(format!("{RG_SHARED}/providers/Microsoft.DataFactory/plants")))
        .says("The resource type could not be found in the namespace 'Microsoft.DataFactory' for api version '2018-06-01'.")
        .passes_as("The path names a type of the provider.", get(format!("{RG_SHARED}/providers/Microsoft.DataFactory/factories")))
}

fn api_version_suits_the_type(name: &'static str) -> Case {
    let factories = |version: &str| get(format!("{RG_SHARED}/providers/Microsoft.DataFactory/factories?api-version={version}"));
    Case::new(name, factories("2019-01-01"))
        .says(
            "No registered resource provider found for location 'eastus' and API version '2019-01-01' for type 'factories'. The supported \
             api-versions are '2018-06-01'. The supported locations are '…'.",
        )
        .passes_as("The request names a version of the message's list.", factories("2018-06-01"))
}

fn route_exists(name: &'static str) -> Case {
    let id = factory(RG_SHARED, "f-one");
    Case::new(name, post(format!("{id}/dance"), Value::Null))
        .after([put(&id, eastus())])
        .says(format!("No HTTP resource was found that matches the request URI '{{{{url}}}}{id}/dance?api-version=2018-06-01'."))
        .passes_as("The path names something that a factory has.", get(format!("{id}/integrationRuntimes")))
}

fn resource_type_is_supported(name: &'static str) -> Case {
    let assignments = format!("{RG_SHARED}/providers/Microsoft.Authorization/roleAssignments");
    Case::new(name, put(format!("{assignments}//subscriptions/one"), eastus()))
        .says("Unsupported resource type: 'Microsoft.Authorization/roleAssignments/one'.")
        .passes_as("The path ends with one name, or names none.", get(assignments))
}

fn method_is_allowed(name: &'static str) -> Case {
    let list = format!("{RG_SHARED}/providers/Microsoft.DataFactory/factories");
    Case::new(name, put(&list, eastus()))
        .says(format!("The HTTP method 'PUT' is not supported on the resource '{list}'."))
        .passes_as("The path names one factory and not their list.", put(format!("{list}/f-one"), eastus()))
}

fn provider_is_registered(name: &'static str) -> Case {
    let provider = format!("{SUBSCRIPTION}/providers/Microsoft.DataFactory");
    Case::new(name, put(factory(RG_SHARED, "f-one"), eastus()))
        .after([post(format!("{provider}/unregister?api-version=2022-09-01"), Value::Null)])
        .says(
            "The subscription is not registered to use namespace 'Microsoft.DataFactory'. See https://aka.ms/rps-not-found for how to \
             register subscriptions.",
        )
        .passes_after("The provider is registered.", [post(format!("{provider}/register?api-version=2022-09-01"), Value::Null)])
}

fn provider_in_use_stays_registered(name: &'static str) -> Case {
    let id = factory(RG_SHARED, "f-one");
    Case::new(name, post(format!("{SUBSCRIPTION}/providers/Microsoft.DataFactory/unregister?api-version=2022-09-01"), Value::Null))
        .after([put(&id, eastus())])
        .says("The subscription still has resources of the namespace 'Microsoft.DataFactory', so it cannot be unregistered.")
        .passes_after("The last factory is deleted.", [delete(id)])
}

fn content_at_most_4_mb(name: &'static str) -> Case {
    // With blanks behind colons and commas, because the Azure CLI writes a body anew, and just so.
    let body = r#"{"location": "eastus", "properties": {"globalParameters": {"p": {"type": "String", "value": "{{blanks}}"}}}}"#;
    let blanks = CONTENT_BYTES_MAX - (body.len() - "{{blanks}}".len());
    let sent = |blanks: usize| {
        let path = format!("{}?api-version=2018-06-01", factory(RG_SHARED, "f-large"));
        Step::written(Method::PUT, path, body).padded(blanks)
    };
    Case::new(name, sent(blanks + 1))
        .says("The request content size exceeds the maximum size of 4 MB.")
        .passes_as("The body has one byte less.", sent(blanks))
}

fn content_is_json(name: &'static str) -> Case {
    let group = format!("{SUBSCRIPTION}/resourceGroups/rg-text?api-version=2022-09-01");
    Case::new(name, Step::written(Method::PUT, &group, "location=eastus").with("content-type", "text/plain"))
        .says("The content media type 'text/plain' is not supported. Only 'application/json' is supported.")
        .passes_as("The body is JSON.", put(group, eastus()))
}

fn content_is_valid(name: &'static str) -> Case {
    let group = format!("{SUBSCRIPTION}/resourceGroups/rg-new");
    Case::new(name, put(&group, json!({ "location": "eastus", "AccountType": "x" })))
        .says(
            "The request content was invalid and could not be deserialized: 'Could not find member 'AccountType' on object of type \
             'ResourceGroupDefinition'. Path 'AccountType', line 1, position 35.'.",
        )
        .passes_as("The member that is not known is left out.", put(group, eastus()))
}

fn filter_is_understood(name: &'static str) -> Case {
    let list = |filter: &str| get(format!("{SUBSCRIPTION}/resources?$filter={filter}"));
    Case::new(name, list("size%20eq%20'x'"))
        .says("Invalid $filter 'size eq 'x'' specified in the query string.")
        .passes_as("The filter compares a property that can be filtered by.", list("name%20eq%20'x'"))
}

fn page_is_understood(name: &'static str) -> Case {
    let list = |top: &str| get(format!("{SUBSCRIPTION}/resources?$top={top}"));
    Case::new(name, list("0")).says("Invalid $top '0' specified in the query string.").passes_as("One element is asked for.", list("1"))
}

fn parent_resource_exists(name: &'static str) -> Case {
    let parent = factory(RG_SHARED, "f-parent");
    Case::new(name, put(runtime(&parent, "runtime1"), self_hosted()))
        .says("Can not perform requested operation on nested resource. Parent resource 'f-parent' not found.")
        .passes_after("The factory is created.", [put(parent, eastus())])
}

fn resource_exists(name: &'static str) -> Case {
    let id = identity(RG_SHARED, "uai-missing");
    Case::new(name, get(&id))
        .says(
            "The Resource 'Microsoft.ManagedIdentity/userAssignedIdentities/uai-missing' under resource group 'rg-shared' was not found. \
             For more details please go to https://aka.ms/ARMResourceNotFoundFix",
        )
        .passes_after("The identity is created.", [put(id, eastus())])
}

fn operation_exists(name: &'static str) -> Case {
    // The job id of a deletion of rg-linked, as Azure writes it: so the URL is the same before and after.
    let token = "eyJqb2JJZCI6IlJFU09VUkNFR1JPVVBERUxFVElPTkpPQi1SRzoyRExJTktFRC1FQVNUVVMiLCJqb2JMb2NhdGlvbiI6ImVhc3R1cyJ9";
    Case::new(name, get(format!("{SUBSCRIPTION}/operationresults/{token}")))
        .says(format!("The operation '{token}' could not be found."))
        .passes_after(
            "The operation is started: its answer has this URL in 'Location'.",
            [delete(format!("{RG_LINKED}?api-version=2022-09-01"))],
        )
}
