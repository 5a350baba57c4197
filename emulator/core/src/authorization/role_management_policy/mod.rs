//! Role management policies: what privileged identity management asks of those who are given a role, or activate it.
//!
//! Every role has one at every scope. They are worked out and not stored until somebody changes one; a scope does not
//! inherit the policy of the one above it, as documented. Rules are kept as the JSON that they are on the wire.
//! Follows <https://learn.microsoft.com/rest/api/authorization/role-management-policies> and `authorization-wire` 4.8.

mod default_rules;
mod document;
mod requirements;

use super::filter::{Term, terms};
use super::role_definition;
use crate::fault::Fault;
use crate::members;
use crate::resource_id::ResourceId;
use crate::rules::role_management_policies as rules;
use crate::rules::role_management_policies::Flaw;
use crate::timestamp::{Duration, Timestamp};
use crate::world::{Document, World};
use serde_json::Value;
use std::sync::Arc;
use uuid::Uuid;

pub use document::{KIND, id_of, tenant_meant};
pub use requirements::{Occasion, Requirements, requirements};

/// The type of policies.
pub const POLICIES: &str = "Microsoft.Authorization/roleManagementPolicies";
/// The type of what binds a policy to its role.
pub const POLICY_ASSIGNMENTS: &str = "Microsoft.Authorization/roleManagementPolicyAssignments";

/// A policy that somebody has changed.
#[derive(Clone, Debug, PartialEq)]
pub struct RoleManagementPolicy {
    /// Where it counts, as the URL wrote it.
    pub scope: ResourceId,
    /// The tenant whose directory has it.
    pub tenant_id: Uuid,
    /// The role that it is about.
    pub role: Uuid,
    /// The rules that were changed.
    pub rules: Vec<Document>,
    /// What portals show.
    pub display_name: Option<Arc<str>>,
    /// What it is for.
    pub description: Option<Arc<str>>,
    /// When it was changed last.
    pub last_modified_on: Timestamp,
    /// The object id of whoever changed it last; none for those of a world file.
    pub last_modified_by: Option<Uuid>,
}

/// A policy as it is read: of a role at a scope, changed or not.
#[derive(Clone, Debug)]
pub struct Shown {
    /// The GUID that names it.
    pub name: Uuid,
    /// Where it counts.
    pub scope: ResourceId,
    /// The tenant whose directory has it.
    pub tenant_id: Uuid,
    /// The role that it is about.
    pub role: Uuid,
    /// All its rules.
    pub rules: Arc<[Document]>,
    /// What was changed; none where nothing was.
    pub changed: Option<Arc<RoleManagementPolicy>>,
}

impl Shown {
    fn of(world: &World, tenant: Uuid, scope: &ResourceId, role: Uuid) -> Self {
        let changed = world.role_management_policies.get(key_of(tenant, scope, role).as_str()).cloned();
        let (name, rules) = (name_of(world, scope, role), rules_of(changed.as_deref()));
        Self { name, scope: scope.clone(), tenant_id: tenant, role, rules, changed }
    }

    /// Returns the resource id.
    pub fn id(&self) -> ResourceId {
        self.scope.at_scope(POLICIES, &self.name.to_string())
    }

    /// Returns the name of what binds it to its role.
    pub fn assignment_name(&self) -> String {
        format!("{}_{}", self.name, self.role)
    }
}

/// Returns the policies at a scope: one for each role that can be assigned there.
///
/// # Errors
/// `policy-filter-is-supported`.
pub fn list(world: &World, scope: &ResourceId, filter: Option<&str>, caller_tenant: Uuid) -> Result<Vec<Shown>, Fault> {
    let text = filter.unwrap_or_default();
    let not_supported = || rules::filter_not_supported(text);
    let mut role = None;
    for term in if text.is_empty() { Vec::new() } else { terms(text).ok_or_else(not_supported)? } {
        match term {
            Term::Call(name) if name == "atscope" => {}
            Term::Equals(name, value) if name == "roledefinitionid" => {
                let name = value.rsplit('/').next().unwrap_or_default();
                role = Some(Uuid::try_parse(name).map_err(|_| not_supported())?);
            }
            _ => return Err(not_supported()),
        }
    }
    let tenant = world.tenant_of(scope).unwrap_or(caller_tenant);
    let at_scope = role_definition::list(world, scope, None, tenant)?;
    let asked = at_scope.into_iter().filter(|it| role.is_none_or(|role| it.id == role));
    Ok(asked.map(|it| Shown::of(world, tenant, scope, it.id)).collect())
}

/// Returns the policy `name` at `scope`.
///
/// # Errors
/// `policy-exists`.
pub fn get(world: &World, scope: &ResourceId, name: &str, caller_tenant: Uuid) -> Result<Shown, Fault> {
    let not_found = || rules::policy_not_found(name);
    let name = Uuid::try_parse(name).map_err(|_| not_found())?;
    let tenant = world.tenant_of(scope).unwrap_or(caller_tenant);
    let at_scope = role_definition::list(world, scope, None, tenant)?;
    let role = at_scope.into_iter().find(|it| name_of(world, scope, it.id) == name).ok_or_else(not_found)?;
    Ok(Shown::of(world, tenant, scope, role.id))
}

/// Returns the policy that the assignment `{policy}_{role}` at `scope` binds to its role.
///
/// # Errors
/// `policy-exists`.
pub fn get_assigned(world: &World, scope: &ResourceId, name: &str, caller_tenant: Uuid) -> Result<Shown, Fault> {
    let found = name.split_once('_').and_then(|(policy, _)| get(world, scope, policy, caller_tenant).ok());
    found.filter(|it| it.assignment_name().eq_ignore_ascii_case(name)).ok_or_else(|| rules::policy_not_found(name))
}

/// Changes the rules of the policy `name` at `scope` that `body` has; the others stay as they are.
///
/// # Errors
/// `policy-exists`, `policy-rule-shape`, `activation-lasts-a-day-at-most`, `content-is-valid`.
pub fn update(
    world: &mut World,
    scope: &ResourceId,
    name: &str,
    body: &Document,
    caller: Option<Uuid>,
    caller_tenant: Uuid,
) -> Result<Shown, Fault> {
    let tenant = world.tenant_of(scope).unwrap_or(caller_tenant);
    let shown = get(world, scope, name, tenant)?;
    let empty = Document::new();
    let properties = members::object(body, "properties")?.unwrap_or(&empty);
    let mut changed = shown.changed.as_deref().cloned().unwrap_or_else(|| RoleManagementPolicy {
        scope: scope.clone(),
        tenant_id: tenant,
        role: shown.role,
        rules: Vec::new(),
        display_name: None,
        description: None,
        last_modified_on: world.now,
        last_modified_by: caller,
    });
    (changed.last_modified_on, changed.last_modified_by) = (world.now, caller);
    for (member, kept) in [("displayName", &mut changed.display_name), ("description", &mut changed.description)] {
        if let Some(text) = members::text(properties, member)? {
            *kept = Some(text.into());
        }
    }
    let sent = match properties.get("rules") {
        None | Some(Value::Null) => &[][..],
        Some(Value::Array(sent)) => sent,
        Some(_) => return Err(rules::rule_is_wrong("rules", Flaw::NotAList)),
    };
    for rule in sent {
        let rule = checked(rule, &shown.rules)?;
        let id = rule.get("id").cloned();
        changed.rules.retain(|it| it.get("id") != id.as_ref());
        changed.rules.push(rule);
    }
    world.role_management_policies.insert(key_of(tenant, scope, shown.role).as_str().into(), changed);
    Ok(Shown::of(world, tenant, scope, shown.role))
}

/// Takes back what was changed of the policy `name` at `scope`; returns whether anything was.
///
/// # Errors
/// `policy-exists`.
pub fn delete(world: &mut World, scope: &ResourceId, name: &str, caller_tenant: Uuid) -> Result<bool, Fault> {
    let tenant = world.tenant_of(scope).unwrap_or(caller_tenant);
    let role = get(world, scope, name, tenant)?.role;
    Ok(world.role_management_policies.remove(key_of(tenant, scope, role).as_str()))
}

/// Returns whether somebody has changed the policy of a role at a scope in the directory of a tenant.
pub fn is_changed(world: &World, tenant: Uuid, scope: &ResourceId, role: Uuid) -> bool {
    world.role_management_policies.contains(key_of(tenant, scope, role).as_str())
}

/// Takes back what was changed of every policy at `scope` and below it, as the deletion of a resource does; of one tenant,
/// or of all.
pub(super) fn remove_those(world: &mut World, scope: &ResourceId, tenant: Option<Uuid>) {
    let is_gone = |it: &RoleManagementPolicy| it.scope.is_at_or_below(scope) && tenant.is_none_or(|tenant| it.tenant_id == tenant);
    let gone = world.role_management_policies.values().filter(|it| is_gone(it));
    let gone: Vec<String> = gone.map(|it| key_of(it.tenant_id, &it.scope, it.role)).collect();
    for key in gone {
        world.role_management_policies.remove(key.as_str());
    }
}

/// The name of the policy of a role at a scope: it follows from both.
fn name_of(world: &World, scope: &ResourceId, role: Uuid) -> Uuid {
    world.ids.guid_of(format!("roleManagementPolicy/{role}{}", scope.key()).as_bytes())
}

fn key_of(tenant: Uuid, scope: &ResourceId, role: Uuid) -> String {
    format!("{}\0{}{}", scope.key(), role.simple(), tenant.simple())
}

fn rules_of(changed: Option<&RoleManagementPolicy>) -> Arc<[Document]> {
    let Some(changed) = changed else { return default_rules::ALL.clone() };
    let change_of = |rule: &Document| changed.rules.iter().find(|it| it.get("id") == rule.get("id"));
    default_rules::ALL.iter().map(|rule| change_of(rule).unwrap_or(rule).clone()).collect()
}

/// A rule as it is sent, with what it leaves out as it was.
fn checked(sent: &Value, known: &[Document]) -> Result<Document, Fault> {
    let id = sent.get("id").and_then(Value::as_str).unwrap_or_default();
    let wrong = |flaw: Flaw| rules::rule_is_wrong(id, flaw);
    let rule = sent.as_object().ok_or_else(|| wrong(Flaw::Unknown))?;
    if rule.get("ruleType").and_then(Value::as_str) == Some("RoleManagementPolicyPimOnlyModeRule") {
        return Err(Fault::not_emulated("PIM only mode of a role (PIMOnlyMode_Admin_Assignment)"));
    }
    let before = known.iter().find(|it| it.get("id").and_then(Value::as_str) == Some(id)).ok_or_else(|| wrong(Flaw::Unknown))?;
    if rule.get("ruleType").is_some_and(|kind| Some(kind) != before.get("ruleType")) {
        return Err(wrong(Flaw::OtherType));
    }
    let mut whole = before.clone();
    whole.extend(rule.iter().filter(|(_, value)| !value.is_null()).map(|(name, value)| (name.clone(), value.clone())));
    if let Some(flaw) = flaw_of(&whole, before) {
        return Err(wrong(flaw));
    }
    if id == "Expiration_EndUser_Assignment" {
        let longest = whole.get("maximumDuration").and_then(Value::as_str).and_then(Duration::parse);
        rules::activation_ends_within_a_day(longest.filter(|_| whole.get("isExpirationRequired") == Some(&Value::Bool(true))))?;
    }
    Ok(whole)
}

/// What is wrong with the members of a rule: each is of the sort that it was.
fn flaw_of(rule: &Document, before: &Document) -> Option<Flaw> {
    const ENABLED: [&str; 3] = ["MultiFactorAuthentication", "Justification", "Ticketing"];
    let same_sort = |(name, was): (&String, &Value)| {
        let is = rule.get(name).unwrap_or(&Value::Null);
        was.is_null() || std::mem::discriminant(is) == std::mem::discriminant(was)
    };
    let exceptions = rule.get("exceptionMembers").filter(|it| !it.is_null());
    let is_member = |it: &Value| it.get("id").and_then(Value::as_str).is_some_and(|id| Uuid::try_parse(id).is_ok());
    let has_members = |it: &Value| it.as_array().is_some_and(|members| members.iter().all(is_member));
    if !before.iter().all(same_sort) {
        return Some(Flaw::OtherSort);
    }
    if !exceptions.is_none_or(has_members) {
        return Some(Flaw::ExceptionMember);
    }
    let duration = rule.get("maximumDuration").and_then(Value::as_str);
    if duration.is_some_and(|text| Duration::parse(text).is_none_or(|it| it <= Duration::ZERO)) {
        return Some(Flaw::Duration);
    }
    let enabled = rule.get("enabledRules").and_then(Value::as_array);
    let is_known = |it: &Value| it.as_str().is_some_and(|it| ENABLED.contains(&it));
    if !enabled.into_iter().flatten().all(is_known) {
        return Some(Flaw::EnabledRule);
    }
    None
}
