//! The virtual networks that a managed runtime joins: whoever writes such a runtime may join them.
//!
//! Networks are no resources of a world, so a network is no more than its id, and what somebody may do there. Which
//! action Azure asks for is not published: here it is that of joining in the type that the id names.
//! Follows <https://learn.microsoft.com/azure/data-factory/azure-ssis-integration-runtime-standard-virtual-network-injection>.

use crate::authorization::require;
use crate::fault::Fault;
use crate::resource_id::ResourceId;
use crate::rules::integration_runtimes as rules;
use crate::world::{Document, World};
use serde_json::Value;
use uuid::Uuid;

/// Refuses a caller who may not join the networks that the body of a PUT of `runtime` names.
///
/// # Errors
/// `joining-a-network-needs-permission`.
pub fn require_join(world: &World, caller: Uuid, runtime: &ResourceId, body: &Document) -> Result<(), Fault> {
    let is_denied = |(network, action): &(ResourceId, String)| !require::permits(world, caller, action, network);
    let denied: Vec<String> = networks(body).into_iter().filter(is_denied).map(|(network, _)| network.to_string()).collect();
    if denied.is_empty() {
        return Ok(());
    }
    let client = world.directory.principal(caller).map_or_else(|| caller.to_string(), |principal| principal.client());
    require::enforce(world, rules::may_not_join(&client, caller, runtime, &denied.join(",")))
}

/// The networks that a body names, a subnet before the network that it is in, each with the action of joining it.
fn networks(body: &Document) -> Vec<(ResourceId, String)> {
    let member = |path: &str| body.get("properties").and_then(|it| it.pointer(path)).and_then(Value::as_str);
    let standard = "/typeProperties/computeProperties/vNetProperties";
    let standard = member(&format!("{standard}/subnetId")).or_else(|| member(&format!("{standard}/vNetId")));
    let express = member("/typeProperties/customerVirtualNetwork/subnetId");
    let network = |text: &str| {
        let id = ResourceId::parse(text)?;
        let action = format!("{}/join/action", id.resource_type()?);
        Some((id, action))
    };
    standard.into_iter().chain(express).filter_map(network).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_networks_of_both_ways_are_found() {
        let named = |type_properties: Value| {
            let body = json!({ "properties": { "type": "Managed", "typeProperties": type_properties } });
            networks(body.as_object().unwrap()).into_iter().map(|(id, action)| format!("{id} {action}")).collect::<Vec<_>>()
        };
        let network = "/subscriptions/s/resourceGroups/rg/providers/Microsoft.Network/virtualNetworks/v";
        let subnet = format!("{network}/subnets/n");
        assert_eq!(
            named(json!({ "computeProperties": { "vNetProperties": { "vNetId": network, "subnet": "n" } } })),
            [format!("{network} Microsoft.Network/virtualNetworks/join/action")]
        );
        assert_eq!(
            named(json!({ "computeProperties": { "vNetProperties": { "vNetId": network, "subnetId": subnet } },
                "customerVirtualNetwork": { "subnetId": subnet } })),
            [0, 1].map(|_| format!("{subnet} Microsoft.Network/virtualNetworks/subnets/join/action"))
        );
        for nothing in [json!({}), json!(null), json!({ "customerVirtualNetwork": { "subnetId": "n" } })] {
            assert!(named(nothing).is_empty());
        }
    }
}
