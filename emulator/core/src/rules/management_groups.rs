//! Rules of Microsoft.Management: what the tree of management groups may be, and who moves what.
//!
//! Checks take plain values; the tree is looked through in `resources/management_group/`. Limits are documented; what
//! Azure answers is mostly not, and then `BadRequest` with a text of our own.

use super::Evidence::{Assumed, Documented, Reported};
use super::{Origin, Rule};
use crate::fault::Fault;

const OVERVIEW: &str = "https://learn.microsoft.com/azure/governance/management-groups/overview";
const MANAGE: &str = "https://learn.microsoft.com/azure/governance/management-groups/manage";
const NAMES: &str = "https://learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules";
const DELETE: &str = "https://learn.microsoft.com/rest/api/managementgroups/management-groups/delete";
const SETTINGS: &str = "https://learn.microsoft.com/azure/governance/management-groups/how-to/protect-resource-hierarchy";

/// How many levels of groups there may be below the root group.
pub const DEPTH_MAX: usize = 6;
/// The most management groups of a directory.
pub const PER_DIRECTORY_MAX: usize = 10_000;
/// The most characters of a name.
pub const NAME_LENGTH_MAX: usize = 90;

/// A management group that is named exists.
pub static MANAGEMENT_GROUP_EXISTS: Rule = Rule {
    name: "management-group-exists",
    sentence: "A management group that is read, is a parent, or at which a role is assigned exists.",
    page: OVERVIEW,
    status: 404,
    code: "ManagementGroupNotFound",
    origin: Origin::Provider,
    remedy: "Name a management group of the tenant, or the root group, which has the tenant's id as its name.",
    limit: Documented { page: OVERVIEW },
    answer: Assumed { because: "recorded for a missing parent group; taken over for others" },
};

/// The name of a management group has its shape.
pub static MANAGEMENT_GROUP_NAME_SHAPE: Rule = Rule {
    name: "management-group-name-shape",
    sentence: "The name of a management group has 1 to 90 letters, digits, hyphens, underscores, periods and parentheses; it starts with a \
               letter or digit and does not end with a period.",
    page: NAMES,
    status: 400,
    code: "BadRequest",
    origin: Origin::Provider,
    remedy: "Choose a name of that shape; what people read is displayName.",
    limit: Documented { page: NAMES },
    answer: Assumed { because: "neither code nor text was found" },
};

/// Management groups nest six levels deep.
pub static MANAGEMENT_GROUP_DEPTH: Rule = Rule {
    name: "management-group-depth",
    sentence: "Management groups nest up to six levels deep, the root group not counted.",
    page: OVERVIEW,
    status: 400,
    code: "BadRequest",
    origin: Origin::Provider,
    remedy: "Put the group nearer to the root group.",
    limit: Documented { page: OVERVIEW },
    answer: Assumed { because: "neither code nor text was found" },
};

/// A directory has at most 10,000 management groups.
pub static MANAGEMENT_GROUPS_PER_DIRECTORY: Rule = Rule {
    name: "management-groups-per-directory",
    sentence: "A directory has at most 10,000 management groups.",
    page: OVERVIEW,
    status: 400,
    code: "BadRequest",
    origin: Origin::Provider,
    remedy: "Delete groups that are not needed.",
    limit: Documented { page: OVERVIEW },
    answer: Assumed { because: "neither code nor text was found" },
};

/// A group is not moved below itself.
pub static MANAGEMENT_GROUP_IS_NOT_BELOW_ITSELF: Rule = Rule {
    name: "management-group-is-not-below-itself",
    sentence: "A management group is not moved into itself or into a group below it.",
    page: OVERVIEW,
    status: 400,
    code: "BadRequest",
    origin: Origin::Provider,
    remedy: "Name a parent that is not below the group.",
    limit: Documented { page: OVERVIEW },
    answer: Assumed { because: "neither code nor text was found" },
};

/// The root group stays where it is.
pub static ROOT_MANAGEMENT_GROUP_STAYS: Rule = Rule {
    name: "root-management-group-stays",
    sentence: "The root management group is neither moved nor deleted.",
    page: OVERVIEW,
    status: 400,
    code: "BadRequest",
    origin: Origin::Provider,
    remedy: "Leave the root group alone; its displayName can be changed.",
    limit: Documented { page: OVERVIEW },
    answer: Assumed { because: "neither code nor text was found" },
};

/// A group with children is not deleted.
pub static MANAGEMENT_GROUP_IS_EMPTY: Rule = Rule {
    name: "management-group-is-empty",
    sentence: "A management group that is deleted has no groups and no subscriptions below it.",
    page: DELETE,
    status: 400,
    code: "BadRequest",
    origin: Origin::Provider,
    remedy: "Move the groups and subscriptions below it elsewhere first.",
    limit: Documented { page: DELETE },
    answer: Assumed { because: "neither code nor text was found" },
};

/// Whoever moves a subscription may give access to it.
pub static MOVING_A_SUBSCRIPTION_NEEDS_PERMISSION: Rule = Rule {
    name: "moving-a-subscription-needs-permission",
    sentence: "Whoever moves a subscription or a management group to another management group may write and delete role assignments there.",
    page: MANAGE,
    status: 400,
    code: "BadRequest",
    origin: Origin::Provider,
    remedy: "Have the caller made Owner of what is moved.",
    limit: Documented { page: MANAGE },
    answer: Reported { source: "users of a Terraform module quote code and text" },
};

/// Whoever moves a subscription keeps the right to give access to it.
pub static MOVING_A_SUBSCRIPTION_KEEPS_ITS_OWNER: Rule = Rule {
    name: "moving-a-subscription-keeps-its-owner",
    sentence: "Whoever owns a subscription through the management group it is in moves it only to a group where they are Owner too, or below the root group.",
    page: MANAGE,
    status: 400,
    code: "BadRequest",
    origin: Origin::Provider,
    remedy: "Have the caller made Owner of the subscription itself, or of the group that it is moved to.",
    limit: Documented { page: MANAGE },
    answer: Assumed { because: "code and text are those of a caller who does not own the subscription" },
};

/// A move takes no custom role away from where it is assigned.
pub static MOVE_KEEPS_CUSTOM_ROLES: Rule = Rule {
    name: "move-keeps-custom-roles",
    sentence: "A subscription or management group in which a custom role is assigned is not moved out from under the management group at which the role is assignable.",
    page: OVERVIEW,
    status: 400,
    code: "BadRequest",
    origin: Origin::Provider,
    remedy: "Delete the role's assignments first, or make the role assignable at what is moved or at a group above both places.",
    limit: Documented { page: OVERVIEW },
    answer: Reported { source: "MicrosoftDocs/azure-docs#44805" },
};

/// Hierarchy settings hang on the root group.
pub static HIERARCHY_SETTINGS_ARE_THE_ROOT_GROUPS: Rule = Rule {
    name: "hierarchy-settings-are-the-root-groups",
    sentence: "The settings of the hierarchy are those of the root management group.",
    page: SETTINGS,
    status: 400,
    code: "BadRequest",
    origin: Origin::Provider,
    remedy: "Name the root group, which has the tenant's id as its name.",
    limit: Documented { page: SETTINGS },
    answer: Assumed { because: "neither code nor text was found" },
};

/// Hierarchy settings that are read exist.
pub static HIERARCHY_SETTINGS_EXIST: Rule = Rule {
    name: "hierarchy-settings-exist",
    sentence: "Settings of the hierarchy that are read or deleted were put before.",
    page: SETTINGS,
    status: 404,
    code: "NotFound",
    origin: Origin::Provider,
    remedy: "Put the settings.",
    limit: Documented { page: SETTINGS },
    answer: Reported { source: "users of Az PowerShell quote the text; its code is inferred" },
};

/// The rules, in the order in which they are checked.
pub static ALL: &[&Rule] = &[
    &MANAGEMENT_GROUP_EXISTS,
    &MANAGEMENT_GROUP_NAME_SHAPE,
    &MANAGEMENT_GROUPS_PER_DIRECTORY,
    &MANAGEMENT_GROUP_DEPTH,
    &MANAGEMENT_GROUP_IS_NOT_BELOW_ITSELF,
    &ROOT_MANAGEMENT_GROUP_STAYS,
    &MANAGEMENT_GROUP_IS_EMPTY,
    &MOVING_A_SUBSCRIPTION_NEEDS_PERMISSION,
    &MOVING_A_SUBSCRIPTION_KEEPS_ITS_OWNER,
    &MOVE_KEEPS_CUSTOM_ROLES,
    &HIERARCHY_SETTINGS_ARE_THE_ROOT_GROUPS,
    &HIERARCHY_SETTINGS_EXIST,
];

/// Returns the fault of a management group not existing.
pub fn management_group_not_found(name: &str) -> Fault {
    MANAGEMENT_GROUP_EXISTS.broken(format!("The management group '{name}' cannot be found."))
}

/// Checks the name of a new group.
pub fn name_has_its_shape(name: &str) -> Result<(), Fault> {
    let is_letter = |letter: char| letter.is_ascii_alphanumeric() || "-_.()".contains(letter);
    let starts = name.starts_with(|letter: char| letter.is_ascii_alphanumeric());
    if starts && name.len() <= NAME_LENGTH_MAX && name.chars().all(is_letter) && !name.ends_with('.') {
        return Ok(());
    }
    Err(MANAGEMENT_GROUP_NAME_SHAPE.broken(format!("The management group name '{name}' is invalid.")))
}

/// Checks how many groups there are before one more.
pub fn one_more_group_fits(count: usize) -> Result<(), Fault> {
    if count < PER_DIRECTORY_MAX {
        return Ok(());
    }
    Err(MANAGEMENT_GROUPS_PER_DIRECTORY
        .broken(format!("The directory has the most management groups that it can have, {PER_DIRECTORY_MAX}.")))
}

/// Checks the level of the deepest group of a change, counted from one below the root group.
pub fn fits_the_depth(level: usize, name: &str) -> Result<(), Fault> {
    if level <= DEPTH_MAX {
        return Ok(());
    }
    Err(MANAGEMENT_GROUP_DEPTH.broken(format!("The management group '{name}' exceeds the maximum depth of {DEPTH_MAX} levels.")))
}

/// Checks that the new parent is not the group or below it.
pub fn is_not_below_itself(is_below: bool, name: &str) -> Result<(), Fault> {
    let message = || format!("The management group '{name}' cannot be moved below itself.");
    if is_below { Err(MANAGEMENT_GROUP_IS_NOT_BELOW_ITSELF.broken(message())) } else { Ok(()) }
}

/// Checks that it is not the root group that is moved or deleted.
pub fn root_group_stays(is_another: bool) -> Result<(), Fault> {
    if is_another { Ok(()) } else { Err(ROOT_MANAGEMENT_GROUP_STAYS.broken("The root management group cannot be moved or deleted.")) }
}

/// Checks that nothing is below a group that is deleted.
pub fn is_empty(is_empty: bool, name: &str) -> Result<(), Fault> {
    let message = || format!("The management group '{name}' has children and cannot be deleted.");
    if is_empty { Ok(()) } else { Err(MANAGEMENT_GROUP_IS_EMPTY.broken(message())) }
}

/// Checks that the caller may give access to what is moved, a subscription or a group.
pub fn may_move(may: bool, is_subscription: bool) -> Result<(), Fault> {
    if may { Ok(()) } else { Err(MOVING_A_SUBSCRIPTION_NEEDS_PERMISSION.broken(no_right_to_give_access(is_subscription))) }
}

/// Checks that the caller may give access to a subscription where it is moved to.
pub fn keeps_its_owner(may: bool) -> Result<(), Fault> {
    if may { Ok(()) } else { Err(MOVING_A_SUBSCRIPTION_KEEPS_ITS_OWNER.broken(no_right_to_give_access(true))) }
}

fn no_right_to_give_access(is_subscription: bool) -> String {
    let moved = if is_subscription { "subscription" } else { "management group" };
    format!(
        "Permission to write and delete on resources of type 'Microsoft.Authorization/roleAssignments' is required on the {moved} or its \
         ancestors."
    )
}

/// Checks that custom roles stay assignable where they are assigned.
pub fn keeps_custom_roles(stay: bool) -> Result<(), Fault> {
    if stay { Ok(()) } else { Err(MOVE_KEEPS_CUSTOM_ROLES.broken("Failed to complete the move operation")) }
}

/// Returns the fault of settings being asked of another group.
pub fn settings_are_the_root_groups(name: &str) -> Fault {
    let message = format!("Hierarchy settings can be set on the root management group only, not on '{name}'.");
    HIERARCHY_SETTINGS_ARE_THE_ROOT_GROUPS.broken(message)
}

/// Returns the fault of settings not being there.
pub fn settings_not_found(name: &str) -> Fault {
    HIERARCHY_SETTINGS_EXIST.broken(format!("'/providers/Microsoft.Management/managementGroups/{name}/settings/default' not found"))
}
