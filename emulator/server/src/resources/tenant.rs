//! Tenants on the wire.
//!
//! Which tenants a caller sees is the core's. Shape: `arm-wire` 3.1.

use crate::arm::reply::List;
use crate::arm::request::{self, ArmRequest};
use crate::arm::routes::{Access, Answer, Operation, Run, Versions};
use adf_emulator_core::directory::tenant::Tenant;
use adf_emulator_core::resources::tenant;
use adf_emulator_core::world::World;
use axum::http::Method;
use serde::Serialize;
use uuid::Uuid;

/// The operations of tenants.
pub static OPERATIONS: &[Operation] = &[Operation {
    name: "Tenants_List",
    method: Method::GET,
    path: "/tenants",
    access: Access::Filtered,
    run: Run::Read(list),
    note: "",
    versions: Versions::All,
}];

/// `GET /tenants`
/// <https://learn.microsoft.com/rest/api/resources/tenants/list>
fn list(world: &World, request: &ArmRequest) -> Answer {
    let tenants = tenant::list(world, request.caller.object_id);
    Ok(List::page(tenants.iter().map(|tenant| TenantIdDescription::new(tenant, &request.api_version)).collect(), request))
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct TenantIdDescription<'a> {
    id: String,
    tenant_id: Uuid,
    #[serde(flatten)]
    details: Option<TenantDetails<'a>>,
}

/// What api-versions before 2019-06-01 do not have.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct TenantDetails<'a> {
    country_code: &'static str,
    display_name: &'a str,
    domains: [&'a str; 1],
    tenant_category: &'static str,
    default_domain: &'a str,
    tenant_type: &'static str,
}

impl<'a> TenantIdDescription<'a> {
    fn new(tenant: &'a Tenant, api_version: &str) -> Self {
        let details = request::is_at_least(api_version, "2019-06-01").then_some(TenantDetails {
            country_code: "US",
            display_name: &tenant.display_name,
            domains: [&tenant.domain],
            tenant_category: "Home",
            default_domain: &tenant.domain,
            tenant_type: "AAD",
        });
        Self { id: format!("/tenants/{}", tenant.id), tenant_id: tenant.id, details }
    }
}
