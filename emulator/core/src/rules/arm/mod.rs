//! Rules of Azure Resource Manager itself: what the front door refuses before a provider sees the request.
//!
//! One file a concern: the request's form, what must exist, resource groups, locations, tags, throttling. Texts and statuses:
//! `arm-wire` 1.3 to 1.9 and 2 of the reference. Every function here returns the fault; whether it applies is
//! decided where the world is known.

mod existence;
mod locations;
mod request;
mod resource_groups;
mod tags;
mod throttling;

use super::Rule;
use crate::fault::Fault;

pub use existence::{
    OPERATION_EXISTS, PARENT_RESOURCE_EXISTS, PROVIDER_IN_USE_STAYS_REGISTERED, PROVIDER_IS_REGISTERED, RESOURCE_EXISTS,
    RESOURCE_GROUP_EXISTS, SUBSCRIPTION_EXISTS, missing_subscription_registration, operation_not_found, parent_not_found, provider_in_use,
    resource_group_not_found, resource_not_found, subscription_not_found,
};
pub use locations::{
    LOCATION_IS_REQUIRED, LOCATION_SUITS_RESOURCE_GROUPS, LOCATION_SUITS_THE_TYPE, RESOURCE_KEEPS_ITS_LOCATION, location_changed,
    location_not_available, location_not_available_for_group, location_required,
};
pub use request::{
    API_VERSION_IS_KNOWN, API_VERSION_IS_REQUIRED, API_VERSION_SUITS_THE_TYPE, CONTENT_AT_MOST_4_MB, CONTENT_BYTES_MAX, CONTENT_IS_JSON,
    CONTENT_IS_VALID, CONTENT_LEVELS_MAX, FILTER_IS_UNDERSTOOD, METHOD_IS_ALLOWED, NAMESPACE_EXISTS, PAGE_IS_UNDERSTOOD,
    PATH_HAS_A_SUBSCRIPTION_OR_PROVIDER, RESOURCE_TYPE_EXISTS, RESOURCE_TYPE_IS_SUPPORTED, ROUTE_EXISTS, SUBSCRIPTION_ID_IS_A_GUID,
    content_is_no_object, invalid_api_version, invalid_filter, invalid_member, invalid_namespace, invalid_page, invalid_request_content,
    invalid_resource_type, invalid_subscription_id, method_not_allowed, missing_api_version, missing_subscription, no_http_resource,
    no_registered_provider, request_too_large, unknown_resource_type, unsupported_media_type, unsupported_resource_type,
};
pub use resource_groups::{
    RESOURCE_GROUP_IS_NOT_BEING_DELETED, RESOURCE_GROUP_KEEPS_ITS_LOCATION, RESOURCE_GROUP_KEEPS_ITS_MANAGER,
    RESOURCE_GROUP_NAME_LENGTH_MAX, RESOURCE_GROUP_NAME_SHAPE, group_being_deleted, group_location_changed, group_manager_changed,
    resource_group_name_has_its_shape,
};
pub use tags::{
    PREDEFINED_TAG_IS_NOT_IN_USE, PREDEFINED_TAG_NAME_EXISTS, PREDEFINED_TAG_NAME_HAS_NO_VALUES, TAG_COUNT, TAG_COUNT_MAX,
    TAG_NAME_CHARACTERS, TAG_NAME_LENGTH, TAG_NAME_LENGTH_MAX, TAG_NAME_PREFIX, TAG_VALUE_LENGTH, TAG_VALUE_LENGTH_MAX,
    predefined_tag_is_not_in_use, predefined_tag_name_has_no_values, predefined_tag_name_not_found, tag_name_has_its_shape,
    tag_value_has_its_length, tags_have_their_shape,
};
pub use throttling::{REQUESTS_PER_SUBSCRIPTION, REQUESTS_PER_TENANT, subscription_requests_throttled, tenant_requests_throttled};

/// Microsoft's list of the errors that Resource Manager gives.
const ERRORS: &str = "https://learn.microsoft.com/azure/azure-resource-manager/troubleshooting/common-deployment-errors";
/// Microsoft's page of naming rules.
const NAMES: &str = "https://learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules";

/// Rules of this folder, in the order in which the front door checks them (`arm-wire` 1.7).
pub static ALL: &[&Rule] = &[
    &SUBSCRIPTION_ID_IS_A_GUID,
    &PATH_HAS_A_SUBSCRIPTION_OR_PROVIDER,
    &API_VERSION_IS_REQUIRED,
    &API_VERSION_IS_KNOWN,
    &SUBSCRIPTION_EXISTS,
    &NAMESPACE_EXISTS,
    &REQUESTS_PER_SUBSCRIPTION,
    &REQUESTS_PER_TENANT,
    &RESOURCE_GROUP_EXISTS,
    &RESOURCE_TYPE_EXISTS,
    &API_VERSION_SUITS_THE_TYPE,
    &ROUTE_EXISTS,
    &RESOURCE_TYPE_IS_SUPPORTED,
    &METHOD_IS_ALLOWED,
    &PROVIDER_IS_REGISTERED,
    &PROVIDER_IN_USE_STAYS_REGISTERED,
    &CONTENT_AT_MOST_4_MB,
    &CONTENT_IS_JSON,
    &CONTENT_IS_VALID,
    &FILTER_IS_UNDERSTOOD,
    &PAGE_IS_UNDERSTOOD,
    &RESOURCE_GROUP_NAME_SHAPE,
    &LOCATION_IS_REQUIRED,
    &LOCATION_SUITS_RESOURCE_GROUPS,
    &LOCATION_SUITS_THE_TYPE,
    &RESOURCE_KEEPS_ITS_LOCATION,
    &RESOURCE_GROUP_KEEPS_ITS_LOCATION,
    &RESOURCE_GROUP_KEEPS_ITS_MANAGER,
    &RESOURCE_GROUP_IS_NOT_BEING_DELETED,
    &TAG_COUNT,
    &TAG_NAME_LENGTH,
    &TAG_NAME_CHARACTERS,
    &TAG_VALUE_LENGTH,
    &TAG_NAME_PREFIX,
    &PREDEFINED_TAG_NAME_EXISTS,
    &PREDEFINED_TAG_NAME_HAS_NO_VALUES,
    &PREDEFINED_TAG_IS_NOT_IN_USE,
    &PARENT_RESOURCE_EXISTS,
    &RESOURCE_EXISTS,
    &OPERATION_EXISTS,
];

/// Returns whether a refusal is told before locks and the deletion of the group: what is wrong with body or location.
pub fn is_told_before_locks(fault: &Fault) -> bool {
    let Some(rule) = fault.rule() else { return false };
    ALL.iter().take_while(|it| !std::ptr::eq(**it, &RESOURCE_GROUP_IS_NOT_BEING_DELETED)).any(|it| std::ptr::eq(*it, rule))
}
