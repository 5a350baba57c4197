//! Managed virtual networks on the wire: a factory has none.
//!
//! Making one is not emulated (`not_emulated.rs`), so the list is true, and Terraform's azurerm provider reads it whenever it
//! reads a factory. An empty list is `{"value":[]}`: `datafactory-wire` 1.2.

use crate::arm::reply::List;
use crate::arm::request::ArmRequest;
use crate::arm::routes::{Access, Answer, Operation, Run, Versions};
use adf_emulator_core::data_factory::factory;
use adf_emulator_core::world::World;
use axum::http::Method;

/// <https://learn.microsoft.com/rest/api/datafactory/managed-virtual-networks/list-by-factory>
fn list_by_factory(world: &World, request: &ArmRequest) -> Answer {
    factory::get(world, &request.target)?;
    Ok(List::page(Vec::<()>::new(), request))
}

/// The operations on managed virtual networks.
pub static OPERATIONS: &[Operation] = &[Operation {
    name: "ManagedVirtualNetworks_ListByFactory",
    method: Method::GET,
    path: "/subscriptions/{subscriptionId}/resourceGroups/{resourceGroupName}/providers/Microsoft.DataFactory/factories/{factoryName}/managedVirtualNetworks",
    access: Access::Action("Microsoft.DataFactory/factories/managedVirtualNetworks/read"),
    run: Run::Read(list_by_factory),
    note: "always empty: managed virtual networks are not emulated",
    versions: Versions::All,
}];
