//! Role definitions: what a role allows, and where it may be assigned.
//!
//! One type serves the roles compiled in and those that callers make: the first are static data
//! that cost nothing to build, the second share what they hold. Which roles exist is not here; see
//! `built_in_roles.rs` and `custom_roles.rs`.
//! Follows <https://learn.microsoft.com/azure/role-based-access-control/role-definitions>.

use std::borrow::Cow;
use std::sync::Arc;

use uuid::Uuid;

use super::condition::Condition;
use super::filter::{Term, terms};
use super::{built_in_roles, custom_roles, scope};
use crate::action::{Pattern, Plane};
use crate::fault::Fault;
use crate::guid;
use crate::members;
use crate::resource_id::ResourceId;
use crate::rules::role_assignments as rules;
use crate::timestamp::Timestamp;
use crate::world::{Document, World};

/// A named set of permissions.
#[derive(Clone, PartialEq, Debug)]
pub struct RoleDefinition {
    /// The GUID that names the role in its whole directory.
    pub id: Uuid,
    /// The tenant whose directory has it; built-in roles are in all of them.
    pub tenant_id: Option<Uuid>,
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
    /// Reads a permission object of a custom role or of a deny assignment.
    ///
    /// # Errors
    /// `content-is-valid` when a member is of another type.
    pub fn read(object: &Document) -> Result<Self, Fault> {
        let patterns = |name: &str| Ok::<_, Fault>(members::texts(object, name)?.into_iter().collect::<Patterns>());
        Ok(Self {
            actions: patterns("actions")?,
            not_actions: patterns("notActions")?,
            data_actions: patterns("dataActions")?,
            not_data_actions: patterns("notDataActions")?,
            condition: Condition::read(object)?,
        })
    }

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
    pub fn is_assignable_at(&self, world: &World, scope: &ResourceId) -> bool {
        let tenant = self.tenant_id.unwrap_or_default();
        self.scopes().any(|it| scope::is_at_or_above(world, tenant, it.key(), scope))
    }

    /// Returns whether the role allows data actions.
    pub fn has_data_actions(&self) -> bool {
        has_data_actions(&self.permissions)
    }

    fn is_assignable_below(&self, world: &World, scope: &ResourceId) -> bool {
        let tenant = self.tenant_id.unwrap_or_default();
        self.scopes().any(|it| scope::is_at_or_above(world, tenant, scope.key(), &it))
    }

    /// Returns the assignable scopes as ids.
    pub fn scopes(&self) -> impl Iterator<Item = ResourceId> {
        self.assignable_scopes.iter().filter_map(|it| ResourceId::parse(it))
    }
}

/// Returns whether some of these permission objects allow data actions.
pub fn has_data_actions(permissions: &[Permission]) -> bool {
    permissions.iter().any(|it| it.data_actions.iter().next().is_some())
}

/// Returns whether the role can be assigned at the scope, above it or below it: whoever asks there finds it.
pub fn is_around(world: &World, role: &RoleDefinition, scope: &ResourceId) -> bool {
    role.role_type == RoleType::BuiltInRole || role.is_assignable_at(world, scope) || role.is_assignable_below(world, scope)
}

/// Returns the role of this GUID in the directory of a tenant, wherever it can be assigned.
pub fn find(world: &World, tenant: Uuid, id: Uuid) -> Option<&RoleDefinition> {
    built_in_roles::by_id(id).or_else(|| world.role_definitions.get(&(tenant, id)).map(|role| &**role))
}

/// Returns the role named `id` as it shows at the scope; outside subscriptions, those of the caller's tenant show. Built-in roles
/// are found by id everywhere, also those that no list shows there (*Assumed*: what Azure says of a role of
/// Microsoft.Capacity at a subscription is not known).
///
/// # Errors
/// `role-definition-exists`.
pub fn get<'a>(world: &'a World, scope: &ResourceId, id: &str, caller_tenant: Uuid) -> Result<&'a RoleDefinition, Fault> {
    let tenant = world.tenant_of(scope).unwrap_or(caller_tenant);
    let role = guid::read(id).and_then(|id| find(world, tenant, id)).filter(|role| is_around(world, role, scope));
    role.ok_or_else(|| rules::role_definition_not_found(id))
}

/// Returns the role of this GUID in the directory of a tenant, which can be assigned at the scope.
///
/// # Errors
/// `role-definition-exists`.
pub fn assignable<'a>(world: &'a World, scope: &ResourceId, tenant: Uuid, id: Uuid) -> Result<&'a RoleDefinition, Fault> {
    find(world, tenant, id)
        .filter(|role| role.is_assignable_at(world, scope))
        .ok_or_else(|| rules::role_definition_not_found(&id.to_string()))
}

/// Returns the roles that a list at the scope shows: those that can be assigned there, as far as the filter lets them
/// through, custom roles first. At the root they are all custom roles of the caller's tenant.
///
/// # Errors
/// `role-definition-filter-is-supported`.
pub fn list<'a>(world: &'a World, scope: &ResourceId, filter: Option<&str>, caller_tenant: Uuid) -> Result<Vec<&'a RoleDefinition>, Fault> {
    let text = filter.unwrap_or_default();
    let not_supported = || rules::role_definition_filter_not_supported(text);
    let terms = if text.is_empty() { Vec::new() } else { terms(text).ok_or_else(not_supported)? };
    let (mut role_names, mut role_types, mut and_below) = (Vec::new(), Vec::new(), scope.is_root());
    for term in &terms {
        match term {
            Term::Equals(name, value) if name == "rolename" => role_names.push(value),
            Term::Equals(name, value) if name == "type" => role_types.push(value),
            Term::Call(name) if name == "atscopeandbelow" => and_below = true,
            _ => return Err(not_supported()),
        }
    }
    let is_there = |role: &RoleDefinition| {
        let below = and_below && (role.role_type == RoleType::CustomRole || !scope.is_root());
        role.is_assignable_at(world, scope) || (below && role.is_assignable_below(world, scope))
    };
    let is_shown = |role: &&RoleDefinition| {
        role_names.iter().all(|name| custom_roles::is_named(role, name))
            && role_types.iter().all(|word| role.role_type.as_str().eq_ignore_ascii_case(word))
            && is_there(role)
    };
    let tenant = world.tenant_of(scope).unwrap_or(caller_tenant);
    let custom = custom_roles::of_tenant(world, tenant).map(|role| &**role);
    Ok(custom.chain(built_in_roles::all()).filter(is_shown).collect())
}
