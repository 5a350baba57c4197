//! Resource providers on the wire: their manifests, and registering them.
//!
//! Shapes and states: `arm-wire` 3.2. Registering is allowed by the provider's own action, such as
//! `Microsoft.DataFactory/register/action`.

use crate::arm::reply::{List, Reply};
use crate::arm::request::{self, ArmRequest};
use crate::arm::routes::{Access, Answer, Operation, Run, Versions};
use adf_emulator_core::fault::Fault;
use adf_emulator_core::resource_id::ResourceId;
use adf_emulator_core::resources::location;
use adf_emulator_core::resources::provider::{self, PROVIDERS, Provider, ResourceType};
use adf_emulator_core::rules::arm;
use adf_emulator_core::world::World;
use axum::http::Method;
use serde::Serialize;

const READ: &str = "Microsoft.Resources/subscriptions/providers/read";
const READ_AT_TENANT: &str = "Microsoft.Resources/providers/read";
const IN_PART: &str = "the namespaces that are served, as far as their manifests are known";

/// The operations of resource providers.
pub static OPERATIONS: &[Operation] = &[
    row("Providers_List", Method::GET, "/subscriptions/{subscriptionId}/providers", Access::Action(READ), Run::Read(list)),
    row(
        "Providers_Get",
        Method::GET,
        "/subscriptions/{subscriptionId}/providers/{resourceProviderNamespace}",
        Access::Action(READ),
        Run::Read(get),
    ),
    row(
        "ProviderResourceTypes_List",
        Method::GET,
        "/subscriptions/{subscriptionId}/providers/{resourceProviderNamespace}/resourceTypes",
        Access::Action(READ),
        Run::Read(list_resource_types),
    ),
    row(
        "Providers_Register",
        Method::POST,
        "/subscriptions/{subscriptionId}/providers/{resourceProviderNamespace}/register",
        Access::NamespaceAction("register/action"),
        Run::Write(register),
    ),
    row(
        "Providers_Unregister",
        Method::POST,
        "/subscriptions/{subscriptionId}/providers/{resourceProviderNamespace}/unregister",
        Access::NamespaceAction("unregister/action"),
        Run::Write(unregister),
    ),
    row(
        "Providers_ProviderPermissions",
        Method::GET,
        "/subscriptions/{subscriptionId}/providers/{resourceProviderNamespace}/providerPermissions",
        Access::Action(READ),
        Run::NotEmulated,
    ),
    row("Providers_ListAtTenantScope", Method::GET, "/providers", Access::ActionSomewhere(READ_AT_TENANT), Run::Read(list)),
    row(
        "Providers_GetAtTenantScope",
        Method::GET,
        "/providers/{resourceProviderNamespace}",
        Access::ActionSomewhere(READ_AT_TENANT),
        Run::Read(get),
    ),
];

const fn row(name: &'static str, method: Method, path: &'static str, access: Access, run: Run) -> Operation {
    Operation { name, method, path, access, run, note: IN_PART, versions: Versions::All }
}

/// `GET /subscriptions/{subscriptionId}/providers`, `GET /providers`
/// <https://learn.microsoft.com/rest/api/resources/providers/list>
fn list(world: &World, request: &ArmRequest) -> Answer {
    Ok(List::page(PROVIDERS.iter().map(|provider| ProviderShape::new(world, provider, request)).collect(), request))
}

/// `GET /subscriptions/{subscriptionId}/providers/{resourceProviderNamespace}`, and the same without subscription
/// <https://learn.microsoft.com/rest/api/resources/providers/get>
fn get(world: &World, request: &ArmRequest) -> Answer {
    Ok(Reply::ok(&ProviderShape::new(world, provider::get(request.target.name())?, request)))
}

/// `GET …/providers/{resourceProviderNamespace}/resourceTypes`
/// <https://learn.microsoft.com/rest/api/resources/provider-resource-types/list>
fn list_resource_types(_world: &World, request: &ArmRequest) -> Answer {
    let types = provider::get(request.target.name())?.types;
    Ok(List::page(types.iter().map(ResourceTypeShape::new).collect(), request))
}

/// `POST …/providers/{resourceProviderNamespace}/register`
/// <https://learn.microsoft.com/rest/api/resources/providers/register>
fn register(world: &mut World, request: &ArmRequest) -> Answer {
    let provider = provider::get(request.target.name())?;
    let state = provider::register(world, subscription_of(&request.target)?, provider)?;
    Ok(Reply::ok(&ProviderShape { registration_state: Some(state), ..ProviderShape::new(world, provider, request) }))
}

/// `POST …/providers/{resourceProviderNamespace}/unregister`
/// <https://learn.microsoft.com/rest/api/resources/providers/unregister>
fn unregister(world: &mut World, request: &ArmRequest) -> Answer {
    let provider = provider::get(request.target.name())?;
    let state = provider::unregister(world, subscription_of(&request.target)?, provider)?;
    Ok(Reply::ok(&ProviderShape { registration_state: Some(state), ..ProviderShape::new(world, provider, request) }))
}

fn subscription_of(target: &ResourceId) -> Result<&str, Fault> {
    target.subscription().ok_or_else(arm::missing_subscription)
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ProviderShape {
    id: String,
    namespace: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    authorization: Option<AuthorizationShape>,
    resource_types: Vec<ResourceTypeShape>,
    /// Only a subscription knows it.
    #[serde(skip_serializing_if = "Option::is_none")]
    registration_state: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    registration_policy: Option<&'static str>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct AuthorizationShape {
    application_id: &'static str,
    role_definition_id: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ResourceTypeShape {
    resource_type: &'static str,
    locations: Vec<&'static str>,
    api_versions: &'static [&'static str],
    #[serde(skip_serializing_if = "Option::is_none")]
    default_api_version: Option<&'static str>,
    capabilities: &'static str,
}

impl ProviderShape {
    fn new(world: &World, provider: &'static Provider, request: &ArmRequest) -> Self {
        let subscription = request.target.subscription().and_then(|id| world.subscription(id));
        let head = subscription.map(|it| it.scope().to_string()).unwrap_or_default();
        let policy = if provider.registration_required { "RegistrationRequired" } else { "RegistrationFree" };
        Self {
            id: format!("{head}/providers/{}", provider.namespace),
            namespace: provider.namespace,
            authorization: provider
                .authorization
                .map(|[application_id, role_definition_id]| AuthorizationShape { application_id, role_definition_id }),
            resource_types: provider.types.iter().map(ResourceTypeShape::new).collect(),
            registration_state: subscription.map(|it| it.registration_state(provider, world.now)),
            registration_policy: request::is_at_least(&request.api_version, "2019-10-01").then_some(policy),
        }
    }
}

impl ResourceTypeShape {
    fn new(resource_type: &'static ResourceType) -> Self {
        let locations = if resource_type.is_regional { location::ALL } else { &[] };
        Self {
            resource_type: resource_type.name,
            locations: locations.iter().map(|it| it.display_name).collect(),
            api_versions: resource_type.api_versions,
            default_api_version: resource_type.default_api_version(),
            capabilities: resource_type.capabilities,
        }
    }
}
