//! Which api-versions a route accepts, and what is said of any other.
//!
//! Front door routes share one list, which is not the manifest's; a provider's types have theirs in `provider.rs`.
//! Follows `arm-wire` 1.4 and `client-connection` 1.6.

use crate::fault::Fault;
use crate::resource_id::ResourceId;
use crate::resources::provider::{self, Provider, ResourceType};
use crate::rules::arm;
use crate::world::World;

/// Versions of all front door routes, newest first: those that Azure listed in October 2024, those of
/// its specifications, and the newer ones in use.
pub const FRONT_DOOR: &[&str] = &[
    "2025-04-01",
    "2025-03-01",
    "2024-11-01",
    "2024-08-01",
    "2024-07-01",
    "2024-06-01-preview",
    "2024-03-01",
    "2023-07-01",
    "2023-07-01-preview",
    "2023-03-01-preview",
    "2022-12-01",
    "2022-11-01-preview",
    "2022-09-01",
    "2022-06-01",
    "2022-05-01",
    "2022-03-01-preview",
    "2022-01-01",
    "2021-04-01",
    "2021-01-01",
    "2020-10-01",
    "2020-09-01",
    "2020-08-01",
    "2020-07-01",
    "2020-06-01",
    "2020-05-01",
    "2020-01-01",
    "2019-11-01",
    "2019-10-01",
    "2019-09-01",
    "2019-08-01",
    "2019-07-01",
    "2019-06-01",
    "2019-05-10",
    "2019-05-01",
    "2019-03-01",
    "2018-11-01",
    "2018-09-01",
    "2018-08-01",
    "2018-07-01",
    "2018-06-01",
    "2018-05-01",
    "2018-02-01",
    "2018-01-01",
    "2017-12-01",
    "2017-08-01",
    "2017-06-01",
    "2017-05-10",
    "2017-05-01",
    "2017-03-01",
    "2016-09-01",
    "2016-07-01",
    "2016-06-01",
    "2016-02-01",
    "2015-11-01",
    "2015-01-01",
    "2014-04-01-preview",
    "2014-04-01",
    "2014-01-01",
    "2013-03-01",
    "2014-02-26",
    "2014-04",
];

/// Returns nothing when the front door's own routes have `version`.
///
/// # Errors
/// `InvalidApiVersionParameter`.
pub fn front_door_has(version: &str) -> Result<(), Fault> {
    if knows(FRONT_DOOR, version) { Ok(()) } else { Err(arm::invalid_api_version(version, FRONT_DOOR)) }
}

/// Returns nothing when `resource_type`, which `path` is about, has `version`.
///
/// # Errors
/// `NoRegisteredProviderFound` for a type of a subscription or group, else `InvalidResourceType`.
pub fn type_has(world: &World, path: &ResourceId, provider: &Provider, resource_type: &ResourceType, version: &str) -> Result<(), Fault> {
    if knows(resource_type.api_versions, version) {
        return Ok(());
    }
    let is_extension = provider.namespace == "Microsoft.Authorization" || resource_type.capabilities == "SupportsExtension";
    if is_extension || path.subscription().is_none() {
        return Err(arm::invalid_resource_type(resource_type.name, provider.namespace, version, resource_type.api_versions));
    }
    let group = path.resource_group_key().and_then(|key| world.resource_groups.get(key));
    let location = group.map_or("global", |group| &group.location);
    Err(arm::no_registered_provider(location, version, resource_type.name, resource_type.api_versions, &resource_type.locations()))
}

/// Returns nothing when the type that a path names is known in `version`. `type_path` is the type without the
/// namespace, of an action with the action's name behind it.
///
/// # Errors
/// `InvalidResourceNamespace`, `InvalidResourceType`, or what `type_has` says.
pub fn path_has(world: &World, path: &ResourceId, namespace: &str, type_path: &str, version: &str) -> Result<(), Fault> {
    let provider = provider::get(namespace)?;
    match provider.nearest_type(type_path) {
        Some(resource_type) => type_has(world, path, provider, resource_type, version),
        None => Err(arm::unknown_resource_type(namespace, version)),
    }
}

/// Returns nothing when what `path` extends, in `version`, may be one of Azure's resources: it need not be there, and may be
/// of any type below one that is known.
///
/// # Errors
/// `InvalidResourceType`.
pub fn scope_is_of_a_type(path: &ResourceId, version: &str) -> Result<(), Fault> {
    match path.extended().as_ref().and_then(provider::without_type) {
        Some(namespace) => Err(arm::unknown_resource_type(&namespace, version)),
        None => Ok(()),
    }
}

fn knows(versions: &[&str], version: &str) -> bool {
    versions.iter().any(|known| known.eq_ignore_ascii_case(version))
}
