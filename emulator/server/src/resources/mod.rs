//! Microsoft.Resources and Microsoft.Management on the wire: shapes and operations, one file a kind.
//!
//! These are the front door's own routes: their api-versions are not a provider's. What is not emulated has rows all
//! the same, so that it is authorized as Azure does and then refused by name.

pub mod deployment;
pub mod hierarchy_settings;
pub mod location;
pub mod management_group;
pub mod management_group_entities;
pub mod management_group_subscription;
pub mod not_emulated;
pub mod operation_result;
pub mod provider;
pub mod resource;
pub mod resource_group;
pub mod subscription;
pub mod tag_names;
pub mod tags;
pub mod tenant;
