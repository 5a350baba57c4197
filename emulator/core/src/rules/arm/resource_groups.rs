//! Resource groups: their names, their location, their manager, their end.
//!
//! Texts: `arm-wire` 1.1, 1.8 and 2.

use super::{ERRORS, NAMES};
use crate::fault::Fault;
use crate::rules::Evidence::{Assumed, Documented, Reported};
use crate::rules::{Origin, PRINTED, Rule};

const GROUPS: &str = "https://learn.microsoft.com/azure/azure-resource-manager/management/manage-resource-groups-portal";
const GROUPS_API: &str = "https://learn.microsoft.com/rest/api/resources/resource-groups/create-or-update";

/// The longest name of a resource group in characters (Microsoft's page of naming rules).
pub const RESOURCE_GROUP_NAME_LENGTH_MAX: usize = 90;

/// A group's name has 1 to 90 letters, digits, and `-` `_` `(` `)` `.`, and does not end with a dot.
pub static RESOURCE_GROUP_NAME_SHAPE: Rule = Rule {
    name: "resource-group-name-shape",
    sentence: "A resource group's name has 1 to 90 letters, digits, -, _, (, ) and ., and does not end with a dot.",
    page: NAMES,
    status: 400,
    code: "InvalidResourceGroup",
    origin: Origin::Gateway,
    remedy: "Take a name of letters, digits, '-', '_', '(', ')' and '.'.",
    limit: Documented { page: NAMES },
    answer: Reported { source: PRINTED },
};

/// A group never moves to another location.
pub static RESOURCE_GROUP_KEEPS_ITS_LOCATION: Rule = Rule {
    name: "resource-group-keeps-its-location",
    sentence: "A resource group stays in the location in which it was created.",
    page: GROUPS,
    status: 409,
    code: "InvalidResourceGroupLocation",
    origin: Origin::Gateway,
    remedy: "Send the location that the group has, or take another name.",
    limit: Reported { source: PRINTED },
    answer: Reported { source: PRINTED },
};

/// Whoever manages a group manages it for good.
pub static RESOURCE_GROUP_KEEPS_ITS_MANAGER: Rule = Rule {
    name: "resource-group-keeps-its-manager",
    sentence: "The managedBy of a resource group is given when it is created, and stays.",
    page: GROUPS_API,
    status: 409,
    code: "InvalidResourceGroupManagedBy",
    origin: Origin::Gateway,
    remedy: "Leave managedBy out, or send the one that the group has.",
    limit: Reported { source: PRINTED },
    answer: Assumed { because: "no refused change of managedBy was recorded" },
};

/// Nothing is written in a group that is being deleted.
pub static RESOURCE_GROUP_IS_NOT_BEING_DELETED: Rule = Rule {
    name: "resource-group-is-not-being-deleted",
    sentence: "Nothing can be written in a resource group while it is being deleted.",
    page: "https://learn.microsoft.com/azure/azure-resource-manager/management/delete-resource-group",
    status: 409,
    code: "ResourceGroupBeingDeleted",
    origin: Origin::Gateway,
    remedy: "Wait until the group is gone, and create it again.",
    limit: Documented { page: ERRORS },
    answer: Reported { source: PRINTED },
};

/// Checks a group's name: `InvalidResourceGroup` names the characters that it may not have.
pub fn resource_group_name_has_its_shape(name: &str) -> Result<(), Fault> {
    let mut wrong: Vec<char> = Vec::new();
    for character in name.chars().filter(|it| !(it.is_alphanumeric() || "-_().".contains(*it))) {
        if !wrong.contains(&character) {
            wrong.push(character);
        }
    }
    if !wrong.is_empty() {
        let wrong: Vec<String> = wrong.iter().map(char::to_string).collect();
        return Err(RESOURCE_GROUP_NAME_SHAPE.broken(format!(
            "The provided resource group name '{name}' has these invalid characters: '{}'. The name can only be a letter, digit, '-', \
             '.', '(', ')' or '_'.",
            wrong.join(",")
        )));
    }
    if name.ends_with('.') {
        return Err(RESOURCE_GROUP_NAME_SHAPE.broken(format!("The provided resource group name '{name}' must not end with a '.'.")));
    }
    if name.chars().count() > RESOURCE_GROUP_NAME_LENGTH_MAX {
        return Err(RESOURCE_GROUP_NAME_SHAPE.broken(format!(
            "The provided resource group name '{name}' exceeds the maximum length of '{RESOURCE_GROUP_NAME_LENGTH_MAX}'."
        )));
    }
    Ok(())
}

/// Returns the fault of a write that would move a group to `sent`; `exists_in` is normalised.
pub fn group_location_changed(sent: &str, exists_in: &str) -> Fault {
    RESOURCE_GROUP_KEEPS_ITS_LOCATION
        .broken(format!("Invalid resource group location '{sent}'. The Resource group already exists in location '{exists_in}'."))
}

/// Returns the fault of a write that would give group `name` to another manager.
pub fn group_manager_changed(name: &str) -> Fault {
    RESOURCE_GROUP_KEEPS_ITS_MANAGER.broken(format!("The 'managedBy' property of resource group '{name}' cannot be changed."))
}

/// Returns the fault of a write below group `name` while it is being deleted.
pub fn group_being_deleted(name: &str) -> Fault {
    RESOURCE_GROUP_IS_NOT_BEING_DELETED
        .broken(format!("The resource group '{name}' is in deprovisioning state and cannot perform this operation."))
}
