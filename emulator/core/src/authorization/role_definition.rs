//! Role definitions: what a role allows, and where it may be assigned.
//!
//! One type serves the roles compiled in and those that callers make: the first are static data
//! that cost nothing to build, the second share what they hold. Which roles exist is not here; see
//! `built_in_roles.rs`.
//! Follows <https://learn.microsoft.com/azure/role-based-access-control/role-definitions>.

use std::borrow::Cow;
use std::sync::Arc;

use uuid::Uuid;

use super::built_in_roles;
use super::condition::Condition;
use super::filter::{Term, terms};
use crate::action::{Pattern, Plane};
use crate::fault::Fault;
use crate::resource_id::{ResourceId, key_is_at_or_below};
use crate::rules::role_assignments as rules;
use crate::timestamp::Timestamp;

/// A named set of permissions.
#[derive(Clone, PartialEq, Debug)]
pub struct RoleDefinition {
    /// The GUID that names the role in the whole directory.
    pub id: Uuid,
    /// The name that people read.
    pub role_name: Cow<'static, str>,
    /// Whether Azure or a caller made the role.
    pub role_type: RoleType,
    /// What the role is for, in a sentence.
    pub description: Cow<'static, str>,
    /// The scopes at which, and below which, the role may be assigned.
    pub assignable_scopes: Cow<'static, [Cow<'static, str>]>,
    /// What the role allows: the union of these objects.
    pub permissions: Cow<'static, [Permission]>,
    /// When the role was made.
    pub created_on: Timestamp,
    /// When it was last changed.
    pub updated_on: Timestamp,
    /// The object id of whoever made it; built-in roles have none.
    pub created_by: Option<Uuid>,
    /// The object id of whoever changed it last; built-in roles have none.
    pub updated_by: Option<Uuid>,
}

/// Who made a role.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum RoleType {
    /// Azure's own; nobody changes it.
    BuiltInRole,
    /// Made by a caller.
    CustomRole,
}

impl RoleType {
    /// Returns Azure's word for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::BuiltInRole => "BuiltInRole",
            Self::CustomRole => "CustomRole",
        }
    }
}

/// One permission object of a role. `not_actions` take away from this object's `actions` alone:
/// they deny nothing that another object or another role allows.
#[derive(Clone, PartialEq, Debug)]
pub struct Permission {
    /// Patterns of the control-plane actions that are allowed.
    pub actions: Patterns,
    /// Patterns of those among them that are not.
    pub not_actions: Patterns,
    /// Patterns of the data actions that are allowed.
    pub data_actions: Patterns,
    /// Patterns of those among them that are not.
    pub not_data_actions: Patterns,
    /// What must hold besides, if anything.
    pub condition: Option<Condition>,
}

impl Permission {
    /// Returns the first pattern that allows the action, whether or not another excludes it again.
    pub fn matched(&self, action: &str, plane: Plane) -> Option<Pattern<'_>> {
        match plane {
            Plane::Control => self.actions.first_match(action),
            Plane::Data => self.data_actions.first_match(action),
        }
    }

    /// Returns the first pattern that excludes the action from this permission.
    pub fn excluded_by(&self, action: &str, plane: Plane) -> Option<Pattern<'_>> {
        match plane {
            Plane::Control => self.not_actions.first_match(action),
            Plane::Data => self.not_data_actions.first_match(action),
        }
    }
}

/// One list of action patterns, in the order in which the role has them.
#[derive(Clone, Debug)]
pub enum Patterns {
    /// Compiled in.
    BuiltIn(&'static [&'static str]),
    /// Given by a caller.
    Custom(Arc<[Box<str>]>),
}

impl Patterns {
    /// A list without patterns.
    pub const NONE: Self = Self::BuiltIn(&[]);

    /// Returns the first pattern that covers the action.
    pub fn first_match(&self, action: &str) -> Option<Pattern<'_>> {
        let covers = |pattern: &Pattern<'_>| pattern.matches(action);
        match self {
            Self::BuiltIn(list) => list.iter().map(|text| Pattern::new(text)).find(covers),
            Self::Custom(list) => list.iter().map(|text| Pattern::new(text)).find(covers),
        }
    }

    /// Returns the patterns in order.
    pub fn iter(&self) -> impl Iterator<Item = Pattern<'_>> {
        let (built_in, custom): (&[&'static str], &[Box<str>]) = match self {
            Self::BuiltIn(list) => (list, &[]),
            Self::Custom(list) => (&[], list),
        };
        let built_in = built_in.iter().map(|text| Pattern::new(text));
        built_in.chain(custom.iter().map(|text| Pattern::new(text)))
    }
}

impl PartialEq for Patterns {
    fn eq(&self, other: &Self) -> bool {
        self.iter().eq(other.iter())
    }
}

impl FromIterator<String> for Patterns {
    fn from_iter<I: IntoIterator<Item = String>>(texts: I) -> Self {
        Self::Custom(texts.into_iter().map(String::into_boxed_str).collect())
    }
}

impl RoleDefinition {
    /// Returns whether the role can be assigned at the scope: one of its scopes is it or above it.
    pub fn is_assignable_at(&self, scope: &ResourceId) -> bool {
        self.assignable_scopes.iter().any(|it| key_is_at_or_below(scope.key(), &it.to_lowercase()))
    }

    fn is_assignable_below(&self, scope: &ResourceId) -> bool {
        self.assignable_scopes.iter().any(|it| key_is_at_or_below(&it.to_lowercase(), scope.key()))
    }
}

/// Returns the role of this GUID, wherever it can be assigned.
pub fn find(id: Uuid) -> Option<&'static RoleDefinition> {
    built_in_roles::by_id(id)
}

/// Returns the role named `id`. Built-in roles are found by id everywhere, also those that no list shows there
/// (*Assumed*: what Azure says of a role of Microsoft.Capacity at a subscription is not known).
///
/// # Errors
/// `role-definition-exists`.
pub fn get(scope: &ResourceId, id: &str) -> Result<&'static RoleDefinition, Fault> {
    let shows = |role: &&RoleDefinition| role.role_type == RoleType::BuiltInRole || role.is_assignable_at(scope);
    let role = Uuid::try_parse(id).ok().and_then(find).filter(shows);
    role.ok_or_else(|| rules::role_definition_not_found(id))
}

/// Returns the role named `id` if it can be assigned at the scope.
///
/// # Errors
/// `role-definition-exists`.
pub fn assignable(scope: &ResourceId, id: Uuid) -> Result<&'static RoleDefinition, Fault> {
    find(id).filter(|role| role.is_assignable_at(scope)).ok_or_else(|| rules::role_definition_not_found(&id.to_string()))
}

/// Returns the roles that a list at the scope shows: those that can be assigned there, as far as the filter lets them
/// through.
///
/// # Errors
/// `role-definition-filter-is-supported`.
pub fn list(scope: &ResourceId, filter: Option<&str>) -> Result<Vec<&'static RoleDefinition>, Fault> {
    let text = filter.unwrap_or_default();
    let not_supported = || rules::role_definition_filter_not_supported(text);
    let terms = if text.is_empty() { Vec::new() } else { terms(text).ok_or_else(not_supported)? };
    let (mut role_name, mut role_type, mut and_below) = (None, None, false);
    for term in &terms {
        match term {
            Term::Equals(name, value) if name == "rolename" => role_name = Some(value),
            Term::Equals(name, value) if name == "type" => role_type = Some(value),
            Term::Call(name) if name == "atscopeandbelow" => and_below = true,
            _ => return Err(not_supported()),
        }
    }
    let is_shown = |role: &&RoleDefinition| {
        role_name.is_none_or(|name| role.role_name.eq_ignore_ascii_case(name))
            && role_type.is_none_or(|word| role.role_type.as_str().eq_ignore_ascii_case(word))
            && (role.is_assignable_at(scope) || and_below && role.is_assignable_below(scope))
    };
    Ok(built_in_roles::all().iter().filter(is_shown).collect())
}
