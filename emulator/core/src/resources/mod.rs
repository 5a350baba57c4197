//! Microsoft.Resources: subscriptions, resource groups, providers, long-running operations.
//!
//! One file a kind. Follows <https://learn.microsoft.com/rest/api/resources/>.

pub mod api_version;
pub mod definition;
pub mod location;
pub mod management_group;
pub mod operation;
pub mod provider;
pub mod resource;
pub mod resource_filter;
pub mod resource_group;
pub mod subscription;
pub mod tag_names;
pub mod tags;
pub mod tags_at_scope;
pub mod tenant;
pub mod throttling;
