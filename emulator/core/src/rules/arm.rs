//! Rules of Azure Resource Manager itself: what the front door refuses before a provider sees the request.
//!
//! Texts and statuses: `arm-wire` 1.3 to 1.9 of the reference.

use super::Evidence::{Documented, Recorded, Reported};
use super::{Origin, Rule};
use crate::fault::Fault;

const ERRORS: &str = "https://learn.microsoft.com/azure/azure-resource-manager/troubleshooting/common-deployment-errors";

/// A resource group that is read or written below must exist.
pub static RESOURCE_GROUP_EXISTS: Rule = Rule {
    name: "resource-group-exists",
    sentence: "A resource group must exist before anything in it is read or written.",
    page: "https://learn.microsoft.com/azure/azure-resource-manager/troubleshooting/error-not-found",
    status: 404,
    code: "ResourceGroupNotFound",
    origin: Origin::Gateway,
    remedy: "Create the resource group, or correct its name.",
    limit: Documented { page: ERRORS },
    answer: Recorded { source: "azure-cli-resource/test_resource_group" },
};

/// A subscription in a path must exist; this is answered before the token is looked at.
pub static SUBSCRIPTION_EXISTS: Rule = Rule {
    name: "subscription-exists",
    sentence: "The subscription in the path must exist.",
    page: "https://learn.microsoft.com/azure/azure-resource-manager/troubleshooting/error-subscription-not-found",
    status: 404,
    code: "SubscriptionNotFound",
    origin: Origin::Gateway,
    remedy: "Name a subscription of the world, or add it to the world file.",
    limit: Documented { page: ERRORS },
    answer: Reported { source: "arm-wire 1.8" },
};

/// Rules of this file, in the order of `arm-wire` 1.7.
pub static ALL: &[&Rule] = &[&SUBSCRIPTION_EXISTS, &RESOURCE_GROUP_EXISTS];

/// Returns the fault of resource group `name` (as the caller wrote it) not existing.
pub fn resource_group_not_found(name: &str) -> Fault {
    RESOURCE_GROUP_EXISTS.broken(format!("Resource group '{name}' could not be found."))
}
