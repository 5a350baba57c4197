//! Rules of custom roles: what a role definition must be, and what keeps it.
//!
//! Checks take plain values; what exists is looked up in `authorization/custom_roles.rs`. Codes: `authorization-wire` 3.2
//! and 6.3, which knows most texts only by their codes; limits: section 7. Which actions there are stands in
//! `authorization/published_actions.rs`.

use super::Evidence::{Assumed, Documented, Reported};
use super::{Origin, Rule};
use crate::action::Plane;
use crate::authorization::published_actions::Unpublished;
use crate::fault::Fault;
use crate::guid;
use crate::resource_id::ResourceId;
use crate::resources::{management_group, provider};
use uuid::Uuid;

const CUSTOM_ROLES: &str = "https://learn.microsoft.com/azure/role-based-access-control/custom-roles";
const DEFINITIONS: &str = "https://learn.microsoft.com/azure/role-based-access-control/role-definitions";
const TROUBLESHOOTING: &str = "https://learn.microsoft.com/azure/role-based-access-control/troubleshooting";
const REST_PUT_STEPS: &str = "https://learn.microsoft.com/azure/role-based-access-control/custom-roles-rest";
const REST_PUT: &str = "https://learn.microsoft.com/rest/api/authorization/role-definitions/create-or-update";

/// The most characters of a role's name.
pub const NAME_CHARACTERS_MAX: usize = 512;
/// The most characters of a role's description.
pub const DESCRIPTION_CHARACTERS_MAX: usize = 2_048;
/// The most assignable scopes of a custom role.
pub const ASSIGNABLE_SCOPES_MAX: usize = 2_000;
/// The most custom roles of a tenant.
pub const PER_TENANT_MAX: usize = 5_000;

const BADLY_FORMATTED: &str = "The request was incorrectly formatted.";
const TEXT_UNKNOWN: &str = "its code is in clients, its text was not found";

/// The name of a role definition is a GUID.
pub static ROLE_DEFINITION_NAME_IS_A_GUID: Rule = Rule {
    name: "role-definition-name-is-a-guid",
    sentence: "The name of a role definition, unlike its role name, is a GUID.",
    page: REST_PUT,
    status: 400,
    code: "BadRequestFormat",
    origin: Origin::Provider,
    remedy: "Choose a new GUID as the name, and send the role's own name as roleName.",
    limit: Documented { page: REST_PUT },
    answer: Assumed { because: "the code and text are those of malformed role assignments" },
};

/// An assignable scope is a management group, a subscription, a resource group or a resource, never the root.
pub static ASSIGNABLE_SCOPE_IS_AN_ID: Rule = Rule {
    name: "assignable-scope-is-an-id",
    sentence: "An assignable scope of a custom role is the id of a management group, a subscription or something below one; not the root, and without wildcards.",
    page: CUSTOM_ROLES,
    status: 400,
    code: "LinkedInvalidPropertyId",
    origin: Origin::Gateway,
    remedy: "Write ids such as /subscriptions/{id} in assignableScopes.",
    limit: Documented { page: CUSTOM_ROLES },
    answer: Assumed { because: "the code is in clients; the text is the usual one of that code" },
};

/// A custom role is made, changed and deleted by who may do so at every one of its assignable scopes.
pub static ROLE_DEFINITION_NEEDS_PERMISSION_AT_EVERY_SCOPE: Rule = Rule {
    name: "role-definition-needs-permission-at-every-scope",
    sentence: "Whoever makes, changes or deletes a custom role may do so at every one of its assignable scopes.",
    page: CUSTOM_ROLES,
    status: 403,
    code: "LinkedAuthorizationFailed",
    origin: Origin::Gateway,
    remedy: "Have Owner or User Access Administrator granted at every assignable scope, or name fewer of them.",
    limit: Documented { page: CUSTOM_ROLES },
    answer: Reported { source: "authorization-wire 6.1" },
};

/// Built-in roles are not changed.
pub static BUILT_IN_ROLE_STAYS: Rule = Rule {
    name: "built-in-role-stays",
    sentence: "A built-in role is neither changed nor deleted.",
    page: DEFINITIONS,
    status: 409,
    code: "RoleDefinitionExists",
    origin: Origin::Provider,
    remedy: "Make a custom role under a new GUID.",
    limit: Documented { page: DEFINITIONS },
    answer: Assumed { because: TEXT_UNKNOWN },
};

/// A custom role has a name.
pub static ROLE_HAS_A_NAME: Rule = Rule {
    name: "role-has-a-name",
    sentence: "A custom role has a role name.",
    page: REST_PUT,
    status: 400,
    code: "RoleDefinitionNameNullOrEmpty",
    origin: Origin::Provider,
    remedy: "Send roleName.",
    limit: Documented { page: REST_PUT },
    answer: Assumed { because: TEXT_UNKNOWN },
};

/// A role that a caller makes is a custom role.
pub static ROLE_TYPE_IS_CUSTOM: Rule = Rule {
    name: "role-type-is-custom",
    sentence: "The type of a role that a caller makes is CustomRole.",
    page: REST_PUT,
    status: 400,
    code: "InvalidRoleDefinitionType",
    origin: Origin::Provider,
    remedy: "Leave type out, or send CustomRole.",
    limit: Documented { page: REST_PUT },
    answer: Assumed { because: TEXT_UNKNOWN },
};

/// A custom role can be assigned somewhere.
pub static ROLE_HAS_ASSIGNABLE_SCOPES: Rule = Rule {
    name: "role-has-assignable-scopes",
    sentence: "A custom role has at least one assignable scope.",
    page: CUSTOM_ROLES,
    status: 400,
    code: "MissingAssignableScopes",
    origin: Origin::Provider,
    remedy: "Name the scopes at which the role may be assigned in assignableScopes.",
    limit: Documented { page: CUSTOM_ROLES },
    answer: Assumed { because: TEXT_UNKNOWN },
};

/// An action has at most one wildcard.
pub static ACTION_HAS_ONE_WILDCARD: Rule = Rule {
    name: "action-has-one-wildcard",
    sentence: "An action of a custom role, or of a deny assignment that a caller makes, has at most one wildcard.",
    page: CUSTOM_ROLES,
    status: 400,
    code: "InvalidActionOrNotAction",
    origin: Origin::Provider,
    remedy: "Write one action for each thing that the second wildcard stood for.",
    limit: Documented { page: CUSTOM_ROLES },
    answer: Assumed { because: "the code and text are those of other actions that match nothing" },
};

/// The name of a role has at most 512 characters.
pub static ROLE_NAME_LENGTH: Rule = Rule {
    name: "role-name-length",
    sentence: "The name of a custom role has at most 512 characters.",
    page: CUSTOM_ROLES,
    status: 400,
    code: "BadRequestFormat",
    origin: Origin::Provider,
    remedy: "Shorten roleName.",
    limit: Documented { page: CUSTOM_ROLES },
    answer: Assumed { because: "the code and text are those of other malformed requests" },
};

/// The description of a role has at most 2,048 characters.
pub static ROLE_DESCRIPTION_LENGTH: Rule = Rule {
    name: "role-description-length",
    sentence: "The description of a custom role has at most 2,048 characters.",
    page: CUSTOM_ROLES,
    status: 400,
    code: "BadRequestFormat",
    origin: Origin::Provider,
    remedy: "Shorten the description.",
    limit: Documented { page: CUSTOM_ROLES },
    answer: Assumed { because: "the code and text are those of other malformed requests" },
};

/// A role has at most 2,000 assignable scopes.
pub static ASSIGNABLE_SCOPE_COUNT: Rule = Rule {
    name: "assignable-scope-count",
    sentence: "A custom role has at most 2,000 assignable scopes.",
    page: CUSTOM_ROLES,
    status: 400,
    code: "BadRequestFormat",
    origin: Origin::Provider,
    remedy: "Name a scope above several of them.",
    limit: Documented { page: CUSTOM_ROLES },
    answer: Assumed { because: "the code and text are those of other malformed requests" },
};

/// A role can be assigned at and below one management group.
pub static ONE_MANAGEMENT_GROUP: Rule = Rule {
    name: "one-management-group",
    sentence: "At most one of the assignable scopes of a custom role is a management group; whether it exists is not checked.",
    page: CUSTOM_ROLES,
    status: 400,
    code: "BadRequestFormat",
    origin: Origin::Provider,
    remedy: "Name one management group, or make a role for each.",
    limit: Documented { page: CUSTOM_ROLES },
    answer: Assumed { because: "the code and text are those of other malformed requests" },
};

/// An action of a role is one that some provider has.
pub static ACTION_IS_PUBLISHED: Rule = Rule {
    name: "action-is-published",
    sentence: "An action of a custom role, or of a deny assignment that a caller makes, covers an operation that a known resource provider \
               publishes.",
    page: CUSTOM_ROLES,
    status: 400,
    code: "InvalidActionOrNotAction",
    origin: Origin::Provider,
    remedy: "List the provider's operations and take the action from there.",
    limit: Documented { page: CUSTOM_ROLES },
    answer: Reported { source: "authorization-wire 6.3" },
};

/// A data action of a role is one that some provider has.
pub static DATA_ACTION_IS_PUBLISHED: Rule = Rule {
    name: "data-action-is-published",
    sentence: "A data action of a custom role covers a data operation that a known resource provider publishes.",
    page: CUSTOM_ROLES,
    status: 400,
    code: "InvalidDataActionOrNotDataAction",
    origin: Origin::Provider,
    remedy: "List the provider's operations and take the data action from there; control actions stand in actions.",
    limit: Documented { page: CUSTOM_ROLES },
    answer: Reported { source: "authorization-wire 6.3; the texts are those of actions" },
};

/// A tenant has at most 5,000 custom roles.
pub static ROLES_PER_DIRECTORY: Rule = Rule {
    name: "roles-per-directory",
    sentence: "A tenant has at most 5,000 custom roles.",
    page: CUSTOM_ROLES,
    status: 400,
    code: "RoleDefinitionLimitExceeded",
    origin: Origin::Provider,
    remedy: "Delete custom roles that are not used.",
    limit: Documented { page: CUSTOM_ROLES },
    answer: Assumed { because: "code and text are documented, the status is not" },
};

/// The name of a role is unique in its directory.
pub static ROLE_NAME_IS_UNIQUE: Rule = Rule {
    name: "role-name-is-unique",
    sentence: "The name of a custom role is unique in its tenant, built-in roles included, whatever the case of its letters.",
    page: CUSTOM_ROLES,
    status: 409,
    code: "RoleDefinitionWithSameNameExists",
    origin: Origin::Provider,
    remedy: "Choose another roleName, or change the role that has it.",
    limit: Documented { page: CUSTOM_ROLES },
    answer: Reported { source: "authorization-wire 6.3; the texts may go on" },
};

/// A scope stays assignable while the role is assigned there.
pub static ASSIGNED_SCOPE_STAYS: Rule = Rule {
    name: "assigned-scope-stays",
    sentence: "A scope at which, or below which, a custom role is assigned, or by a schedule will be or can be, stays one of its assignable scopes.",
    page: TROUBLESHOOTING,
    status: 400,
    code: "RoleScopeBeingRemovedContainsAssignments",
    origin: Origin::Provider,
    remedy: "Delete those role assignments first.",
    limit: Documented { page: TROUBLESHOOTING },
    answer: Reported { source: "authorization-wire 6.3" },
};

/// A custom role stays while it is assigned.
pub static ASSIGNED_ROLE_STAYS: Rule = Rule {
    name: "assigned-role-stays",
    sentence: "A custom role that is assigned, or by a schedule will be or can be, is not deleted.",
    page: TROUBLESHOOTING,
    status: 400,
    code: "RoleDefinitionHasAssignments",
    origin: Origin::Provider,
    remedy: "Delete the role's assignments first.",
    limit: Documented { page: TROUBLESHOOTING },
    answer: Assumed { because: "code and text are documented, the status is not" },
};

/// A role is put where it shows.
pub static ROLE_DEFINITION_SHOWS_WHERE_IT_IS_PUT: Rule = Rule {
    name: "role-definition-shows-where-it-is-put",
    sentence: "A custom role is put at one of its assignable scopes, or above or below one.",
    page: REST_PUT_STEPS,
    status: 400,
    code: "BadRequestFormat",
    origin: Origin::Provider,
    remedy: "Put the role at one of its assignableScopes, or add the scope of the path to them.",
    limit: Documented { page: REST_PUT_STEPS },
    answer: Assumed {
        because: "the page asks for one of the scopes; clients put roles above them too; the code and text are those of other malformed requests",
    },
};

/// Rules of this file, in the order in which a PUT meets them, then those of a DELETE.
pub static ALL: &[&Rule] = &[
    &ROLE_DEFINITION_NAME_IS_A_GUID,
    &ASSIGNABLE_SCOPE_IS_AN_ID,
    &ROLE_DEFINITION_NEEDS_PERMISSION_AT_EVERY_SCOPE,
    &BUILT_IN_ROLE_STAYS,
    &ROLE_HAS_A_NAME,
    &ROLE_TYPE_IS_CUSTOM,
    &ROLE_NAME_LENGTH,
    &ROLE_DESCRIPTION_LENGTH,
    &ROLE_HAS_ASSIGNABLE_SCOPES,
    &ASSIGNABLE_SCOPE_COUNT,
    &ONE_MANAGEMENT_GROUP,
    &ROLE_DEFINITION_SHOWS_WHERE_IT_IS_PUT,
    &ACTION_HAS_ONE_WILDCARD,
    &ACTION_IS_PUBLISHED,
    &DATA_ACTION_IS_PUBLISHED,
    &ROLES_PER_DIRECTORY,
    &ROLE_NAME_IS_UNIQUE,
    &ASSIGNED_SCOPE_STAYS,
    &ASSIGNED_ROLE_STAYS,
];

/// Reads the name of a role definition, which is a GUID.
pub fn name_is_a_guid(name: &str) -> Result<Uuid, Fault> {
    guid::read(name).ok_or_else(|| ROLE_DEFINITION_NAME_IS_A_GUID.broken(BADLY_FORMATTED))
}

/// Reads the assignable scope at that place of the list.
pub fn assignable_scope_is_an_id(text: &str, place: usize) -> Result<ResourceId, Fault> {
    let is_scope = |id: &ResourceId| {
        let is_in_a_subscription = id.subscription().is_some_and(|id| guid::dashed(id).is_some());
        is_in_a_subscription || id.is_of_type(management_group::TYPE)
    };
    ResourceId::parse(text).filter(|id| is_scope(id) && provider::may_be_a_scope(id) && !text.contains('*')).ok_or_else(|| {
        ASSIGNABLE_SCOPE_IS_AN_ID.broken(format!(
            "Property id '{text}' at path 'properties.assignableScopes[{place}]' is invalid. Expect fully qualified resource Id that start \
             with '/subscriptions/{{subscriptionId}}' or '/providers/{{resourceProviderNamespace}}/'."
        ))
    })
}

/// Returns the fault of a role being assignable in a subscription of another tenant than the caller's.
pub fn subscription_of_another_tenant(action: &str, scope: &ResourceId, tenant: Uuid, subscription: &str) -> Fault {
    ROLE_DEFINITION_NEEDS_PERMISSION_AT_EVERY_SCOPE.broken(super::access::linked_subscription_of_another_tenant(
        action,
        scope,
        tenant,
        subscription,
    ))
}

/// Returns the fault of `client` doing `action` at `scope` without being allowed to at the assignable scopes `denied`.
pub fn permission_missing(client: &str, object_id: Uuid, action: &str, scope: &ResourceId, denied: &[&str]) -> Fault {
    let (each, linked) = (vec![action; denied.len()].join(","), denied.join(","));
    ROLE_DEFINITION_NEEDS_PERMISSION_AT_EVERY_SCOPE.broken(format!(
        "The client '{client}' with object id '{object_id}' has permission to perform action '{action}' on scope '{scope}'; however, it \
         does not have permission to perform action(s) '{each}' on the linked scope(s) '{linked}' (respectively) or the linked scope(s) \
         are invalid."
    ))
}

/// Returns the fault of a built-in role being put or deleted.
pub fn built_in_role(id: Uuid) -> Fault {
    BUILT_IN_ROLE_STAYS.broken(format!("The role definition '{id}' is a built-in role and cannot be changed."))
}

/// Returns the name that was given.
pub fn role_has_a_name(name: Option<String>) -> Result<String, Fault> {
    let name = name.filter(|name| !name.trim().is_empty());
    let name = name.ok_or_else(|| ROLE_HAS_A_NAME.broken("The name of the role definition is null or empty."))?;
    if name.chars().count() <= NAME_CHARACTERS_MAX { Ok(name) } else { Err(ROLE_NAME_LENGTH.broken(BADLY_FORMATTED)) }
}

/// Checks the length of a description.
pub fn description_has_its_length(description: &str) -> Result<(), Fault> {
    let fits = description.chars().count() <= DESCRIPTION_CHARACTERS_MAX;
    if fits { Ok(()) } else { Err(ROLE_DESCRIPTION_LENGTH.broken(BADLY_FORMATTED)) }
}

/// Checks the type that was given, if any.
pub fn role_type_is_custom(given: Option<&str>) -> Result<(), Fault> {
    match given {
        Some(word) if !word.eq_ignore_ascii_case("CustomRole") => {
            Err(ROLE_TYPE_IS_CUSTOM.broken(format!("The role definition type '{word}' is not valid. It must be 'CustomRole'.")))
        }
        _ => Ok(()),
    }
}

/// Checks how many assignable scopes there are, and how many of them are management groups.
pub fn role_has_assignable_scopes(count: usize, management_groups: usize) -> Result<(), Fault> {
    if count == 0 {
        return Err(ROLE_HAS_ASSIGNABLE_SCOPES.broken("The role definition must have at least one assignable scope."));
    }
    if count > ASSIGNABLE_SCOPES_MAX {
        return Err(ASSIGNABLE_SCOPE_COUNT.broken(BADLY_FORMATTED));
    }
    if management_groups > 1 { Err(ONE_MANAGEMENT_GROUP.broken(BADLY_FORMATTED)) } else { Ok(()) }
}

/// Checks that the role shows at the scope at which it is put.
pub fn shows_where_it_is_put(shows: bool) -> Result<(), Fault> {
    if shows { Ok(()) } else { Err(ROLE_DEFINITION_SHOWS_WHERE_IT_IS_PUT.broken(BADLY_FORMATTED)) }
}

/// Checks an action, or what stands in its place: how many wildcards it has, and whether it was found to be published.
pub fn action_is_published(action: &str, plane: Plane, published: Result<(), Unpublished>) -> Result<(), Fault> {
    let matches_nothing = || format!("'{action}' does not match any of the actions supported by the providers.");
    if action.matches('*').count() > 1 {
        return Err(ACTION_HAS_ONE_WILDCARD.broken(matches_nothing()));
    }
    let rule = match plane {
        Plane::Control => &ACTION_IS_PUBLISHED,
        Plane::Data => &DATA_ACTION_IS_PUBLISHED,
    };
    published.map_err(|what| match what {
        Unpublished::Action => rule.broken(matches_nothing()),
        Unpublished::Namespace => rule
            .broken("The resource provider referenced in the action is not returned in the list of providers from Azure Resource Manager."),
    })
}

/// Checks that one more role fits below the limit, `count` being there.
pub fn one_more_fits(count: usize) -> Result<(), Fault> {
    if count < PER_TENANT_MAX {
        return Ok(());
    }
    Err(ROLES_PER_DIRECTORY.broken("Role definition limit exceeded. No more role definitions can be created"))
}

/// Returns the fault of a new role having the name of another.
pub fn name_is_taken() -> Fault {
    ROLE_NAME_IS_UNIQUE.broken("A custom role with the same name already exists in this directory.")
}

/// Returns the fault of a role taking over the name of another.
pub fn new_name_is_taken() -> Fault {
    ROLE_NAME_IS_UNIQUE.broken("A role definition cannot be updated with a name that already exists.")
}

/// Returns the fault of an assignable scope being taken away while the role is assigned there.
pub fn scope_has_assignments(scope: &str) -> Fault {
    ASSIGNED_SCOPE_STAYS.broken(format!(
        "Role assignments found under scope '{scope}' which is being removed. Removing this scope from the role will orphan these \
         assignments. Delete these assignments before removing the scope."
    ))
}

/// Returns the fault of a role being deleted while it is assigned.
pub fn role_has_assignments() -> Fault {
    ASSIGNED_ROLE_STAYS.broken("There are existing role assignments referencing role")
}
