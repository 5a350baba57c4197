//! Role assignments: who holds which role at which scope.
//!
//! Put, get, delete and list, with what Azure checks on the way. Whether an assignment allows something is decided
//! in `evaluate.rs`; where assignments are kept is in `table.rs`. The resource at which a role is assigned
//! need not exist, as recorded; its resource group must.
//! Follows <https://learn.microsoft.com/rest/api/authorization/role-assignments> and `authorization-wire` 1 and 2.

mod document;
mod gathered;
mod held;
mod list;
pub mod table;

use super::condition::{Attributes, Condition, Source, Value};
use super::management_lock::{self, Change};
use super::role_definition::RoleType;
use super::{built_in_roles, require, role_definition, schedule, scope};
use crate::fault::Fault;
use crate::guid;
use crate::resource_id::ResourceId;
use crate::resources::{management_group, resource_group};
use crate::rules::{conditions, management_groups, role_assignments as rules};
use crate::timestamp::Timestamp;
use crate::world::{ROLE_ASSIGNMENTS, World};
use std::borrow::Cow;
use std::sync::Arc;
use table::limit_key;
use uuid::Uuid;

pub use document::KIND;
pub use list::list;

/// The action of deleting an assignment.
pub const DELETE: &str = "Microsoft.Authorization/roleAssignments/delete";

/// A role given to a principal at a scope.
#[derive(Clone, Debug, PartialEq)]
pub struct RoleAssignment {
    /// The GUID that names it in its whole directory.
    pub name: Uuid,
    /// Where, as the URL wrote it.
    pub scope: ResourceId,
    /// The tenant whose directory has it.
    pub tenant_id: Uuid,
    /// The role.
    pub role: Uuid,
    /// Who holds it; may be gone, or of another tenant.
    pub principal_id: Uuid,
    /// What the principal is.
    pub principal_type: PrincipalType,
    /// What must hold besides.
    pub condition: Option<Condition>,
    /// What it is for.
    pub description: Option<Arc<str>>,
    /// The managed identity on whose behalf another tenant's principal assigned it; echoed.
    pub delegated_managed_identity_resource_id: Option<Arc<str>>,
    /// Echoed where it was sent.
    pub can_delegate: Option<bool>,
    /// When it was made.
    pub created_on: Timestamp,
    /// When it was last put.
    pub updated_on: Timestamp,
    /// The object id of whoever made it; none for those of a world file.
    pub created_by: Option<Uuid>,
    /// The object id of whoever put it last; none for those of a world file.
    pub updated_by: Option<Uuid>,
    /// The schedule that made it and will end it; none where it was put.
    pub schedule: Option<Uuid>,
}

impl RoleAssignment {
    /// Returns the resource id.
    pub fn id(&self) -> ResourceId {
        self.scope.at_scope(ROLE_ASSIGNMENTS, &self.name.to_string())
    }
}

/// Azure's words for what a principal is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PrincipalType {
    /// A person, guests included.
    User,
    /// A group.
    Group,
    /// An application or a managed identity.
    ServicePrincipal,
    /// A group of another tenant.
    ForeignGroup,
    /// A device.
    Device,
}

impl PrincipalType {
    const ALL: [Self; 5] = [Self::User, Self::Group, Self::ServicePrincipal, Self::ForeignGroup, Self::Device];

    /// Returns Azure's word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::User => "User",
            Self::Group => "Group",
            Self::ServicePrincipal => "ServicePrincipal",
            Self::ForeignGroup => "ForeignGroup",
            Self::Device => "Device",
        }
    }

    /// Reads Azure's word, whatever its case.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.as_str().eq_ignore_ascii_case(word))
    }
}

/// What a PUT asks for. The scope is that of the URL.
#[derive(Clone, Debug, Default)]
pub struct RoleAssignmentCreateParameters {
    /// The id of the role definition, under whichever scope.
    pub role_definition_id: String,
    /// The object id of the principal.
    pub principal_id: String,
    /// What the principal is; the directory is asked when it is left out.
    pub principal_type: Option<String>,
    /// What the assignment is for.
    pub description: Option<String>,
    /// A condition.
    pub condition: Option<String>,
    /// The version of its language; `2.0` when it is left out.
    pub condition_version: Option<String>,
    /// Echoed.
    pub delegated_managed_identity_resource_id: Option<String>,
    /// Echoed.
    pub can_delegate: Option<bool>,
    /// Whether the request could not speak of description, condition and delegated identity: what is there of them stays.
    pub is_of_an_older_version: bool,
}

impl RoleAssignmentCreateParameters {
    /// Returns what conditions see of the request: `@Request[Microsoft.Authorization/roleAssignments:…]`. The type of the
    /// principal is there only if it was sent, as documented.
    pub fn attributes(&self) -> Attributes {
        let role = rules::role_definition_id_is_a_path(&self.role_definition_id).ok();
        let principal = guid::read(&self.principal_id);
        let principal_type = self.principal_type.as_deref().and_then(PrincipalType::parse);
        attributes(Source::Request, role, principal, principal_type)
    }

    /// Returns what conditions see of an assignment that is like this one: `@Resource[…]`.
    pub(super) fn attributes_of_resource(&self) -> Attributes {
        let role = rules::role_definition_id_is_a_path(&self.role_definition_id).ok();
        let principal_type = self.principal_type.as_deref().and_then(PrincipalType::parse);
        attributes(Source::Resource, role, Uuid::try_parse(&self.principal_id).ok(), principal_type)
    }
}

impl RoleAssignment {
    /// Returns what conditions see of the assignment: `@Resource[Microsoft.Authorization/roleAssignments:…]`.
    pub fn attributes(&self) -> Attributes {
        attributes(Source::Resource, Some(self.role), Some(self.principal_id), Some(self.principal_type))
    }
}

/// Returns what conditions see of an assignment.
/// <https://learn.microsoft.com/azure/role-based-access-control/conditions-authorization-actions-attributes>
pub(super) fn attributes(source: Source, role: Option<Uuid>, principal: Option<Uuid>, principal_type: Option<PrincipalType>) -> Attributes {
    let of = |name: &str, value: Option<Value>| (format!("{ROLE_ASSIGNMENTS}:{name}"), value.into_iter().collect());
    let all = [
        of("RoleDefinitionId", role.map(Value::Guid)),
        of("PrincipalId", principal.map(Value::Guid)),
        of("PrincipalType", principal_type.map(|it| Value::Text(it.as_str().to_owned()))),
    ];
    all.into_iter().fold(Attributes::default(), |attributes, (name, values)| attributes.with(source, &name, values))
}

/// Makes the assignment `name` at `scope`, or puts it anew. `caller` is none for a world file.
///
/// # Errors
/// The rules of `rules/role_assignments.rs`, in their order there, and `resource-group-exists`.
pub fn put(
    world: &mut World,
    scope: &ResourceId,
    name: &str,
    asked: RoleAssignmentCreateParameters,
    caller: Option<Uuid>,
) -> Result<Arc<RoleAssignment>, Fault> {
    let tenant = tenant_of(world, scope, guid::read(&asked.principal_id), caller);
    put_in(world, tenant, scope, name, asked, caller)
}

/// As `put`, in the directory of a tenant.
fn put_in(
    world: &mut World,
    tenant_id: Uuid,
    scope: &ResourceId,
    name: &str,
    asked: RoleAssignmentCreateParameters,
    caller: Option<Uuid>,
) -> Result<Arc<RoleAssignment>, Fault> {
    let name = rules::name_is_a_guid(name)?;
    scope_exists(world, tenant_id, scope)?;
    let principal_id = rules::principal_id_is_a_guid(&asked.principal_id)?;
    let given_type = asked.principal_type.as_deref().map(given_principal_type).transpose()?;
    let role = rules::role_definition_id_is_a_path(&asked.role_definition_id)?;
    // A world file may give any role anywhere: every built-in role can be tried out in a subscription.
    let role = match caller {
        Some(_) => assignable(world, scope, tenant_id, role)?,
        None => role_definition::find(world, tenant_id, role).ok_or_else(|| rules::role_definition_not_found(&role.to_string()))?.id,
    };
    let existing = world.role_assignments.get(tenant_id, name).cloned();
    let existing = existing.as_deref();
    if existing.is_some_and(|it| it.principal_id != principal_id || it.scope != *scope) {
        return Err(rules::update_not_permitted());
    }
    if let Some(existing) = existing.filter(|it| it.role != role) {
        may_change_role(world, existing, caller)?;
    }
    let (created_on, created_by) = existing.map_or((world.now, caller), |existing| (existing.created_on, existing.created_by));
    let schedule = existing.and_then(|existing| existing.schedule);
    let principal_type = principal_type(world, principal_id, given_type, tenant_id)?;
    let twin = world
        .role_assignments
        .of_principal_at(principal_id, scope)
        .find(|it| it.role == role && it.name != name && it.tenant_id == tenant_id);
    if let Some(twin) = twin {
        return Err(rules::role_assignment_exists(twin.name));
    }
    if existing.is_none() {
        one_more_fits(world, tenant_id, scope)?;
    }
    let condition = asked.condition.filter(|text| !text.is_empty()).map(|text| condition(text, asked.condition_version)).transpose()?;
    asked.description.as_deref().map(rules::description_has_its_length).transpose()?;
    let kept = existing.filter(|_| asked.is_of_an_older_version);
    let made = RoleAssignment {
        name,
        scope: scope.clone(),
        tenant_id,
        role,
        principal_id,
        principal_type,
        condition: condition.or_else(|| kept?.condition.clone()),
        description: asked.description.map(Arc::from).or_else(|| kept?.description.clone()),
        delegated_managed_identity_resource_id: asked
            .delegated_managed_identity_resource_id
            .map(Arc::from)
            .or_else(|| kept?.delegated_managed_identity_resource_id.clone()),
        can_delegate: asked.can_delegate,
        created_on,
        updated_on: world.now,
        created_by,
        updated_by: caller,
        schedule,
    };
    if let Some(existing) = existing.filter(|_| !administers(world, &made)) {
        an_administrator_is_left(world, existing)?;
    }
    world.asks_for_the_time |= made.condition.as_ref().is_some_and(Condition::asks_for_the_time);
    world.role_assignments.insert(made.clone());
    schedule::follow(world, &made);
    Ok(Arc::new(made))
}

/// Returns why putting the assignment would be refused, or nothing; changes nothing.
pub fn validate(world: &World, scope: &ResourceId, name: &str, asked: RoleAssignmentCreateParameters, caller: Uuid) -> Option<Fault> {
    put(&mut world.clone(), scope, name, asked, Some(caller)).err()
}

/// Returns the assignment `name` at `scope`; outside subscriptions it is one of the caller's tenant.
///
/// # Errors
/// `role-assignment-exists`.
pub fn get<'a>(world: &'a World, scope: &ResourceId, name: &str, caller_tenant: Uuid) -> Result<&'a Arc<RoleAssignment>, Fault> {
    find(world, scope, name, caller_tenant).ok_or_else(|| rules::role_assignment_not_found(name))
}

/// Takes the assignment `name` at `scope` away, outside subscriptions one of the caller's tenant; returns it, or nothing if
/// there was none.
///
/// # Errors
/// `last-rbac-administrator-stays`.
pub fn delete(world: &mut World, scope: &ResourceId, name: &str, caller_tenant: Uuid) -> Result<Option<Arc<RoleAssignment>>, Fault> {
    let Some(assignment) = find(world, scope, name, caller_tenant).cloned() else { return Ok(None) };
    an_administrator_is_left(world, &assignment)?;
    world.role_assignments.remove(assignment.tenant_id, assignment.name);
    if let Some(schedule) = assignment.schedule {
        schedule::remove(world, assignment.tenant_id, schedule);
    }
    Ok(Some(assignment))
}

/// Checks that giving another role under the name of an assignment is no way around what stands against deleting it.
fn may_change_role(world: &World, existing: &RoleAssignment, caller: Option<Uuid>) -> Result<(), Fault> {
    let Some(caller) = caller else { return Ok(()) };
    require::require_with(world, caller, DELETE, &existing.id(), &existing.attributes())?;
    management_lock::permits(world, &existing.id(), Change::Delete)
}

/// Checks that a subscription keeps an administrator of access without this one. What ends by itself does not stand in for
/// what lasts.
pub(super) fn an_administrator_is_left(world: &World, without: &RoleAssignment) -> Result<(), Fault> {
    let is_subscription = without.scope.subscription_scope().as_ref() == Some(&without.scope);
    if !is_subscription || !administers(world, without) {
        return Ok(());
    }
    let lasts =
        |it: &RoleAssignment| it.schedule.and_then(|name| world.schedules.get(&(it.tenant_id, name))).is_none_or(|it| it.end.is_none());
    let others = world.role_assignments.at(without.scope.key()).filter(|it| it.name != without.name && administers(world, it));
    rules::an_administrator_is_left(others.filter(|it| lasts(it) || !lasts(without)).count())
}

/// Whether an assignment makes somebody an administrator of access: it is under no condition, and of who is there.
fn administers(world: &World, it: &RoleAssignment) -> bool {
    let is_known = || world.directory.principal(it.principal_id).is_some_and(|principal| principal.tenant_id == it.tenant_id);
    administers_access(it.role) && it.condition.is_none() && is_known()
}

/// Takes every assignment at `scope` and below it away, as the deletion of a resource does; of one tenant, or of all.
pub(super) fn remove_those(world: &mut World, scope: &ResourceId, tenant: Option<Uuid>) {
    let all = world.role_assignments.at(scope.key()).chain(world.role_assignments.below(scope.key()));
    let of_tenant = all.filter(|it| tenant.is_none_or(|tenant| it.tenant_id == tenant));
    let gone: Vec<(Uuid, Uuid)> = of_tenant.map(|it| (it.tenant_id, it.name)).collect();
    for (tenant, name) in gone {
        world.role_assignments.remove(tenant, name);
    }
}

/// Checks that a role can be assigned at a scope, and returns it.
pub(super) fn assignable(world: &World, scope: &ResourceId, tenant: Uuid, role: Uuid) -> Result<Uuid, Fault> {
    let role = role_definition::assignable(world, scope, tenant, role)?;
    if role.role_type == RoleType::CustomRole && role.has_data_actions() && scope::group_of(scope.key()).is_some() {
        return Err(rules::data_role_at_a_management_group());
    }
    Ok(role.id)
}

fn find<'a>(world: &'a World, scope: &ResourceId, name: &str, caller_tenant: Uuid) -> Option<&'a Arc<RoleAssignment>> {
    let tenant = world.tenant_of(scope).unwrap_or(caller_tenant);
    world.role_assignments.get(tenant, guid::read(name)?).filter(|it| it.scope == *scope)
}

/// Checks that the resource group of a scope is there, or the management group in the directory of a tenant; a resource need
/// not be.
pub(super) fn scope_exists(world: &World, tenant: Uuid, scope: &ResourceId) -> Result<(), Fault> {
    if scope.resource_group().is_some() {
        resource_group::get(world, scope)?;
    }
    match management_group::named_in(scope.key()) {
        Some(name) if management_group::tenant_with(world, tenant, name).is_none() => {
            Err(management_groups::management_group_not_found(name))
        }
        _ => Ok(()),
    }
}

/// Returns the tenant in whose directory something is put at a scope: that of the subscription, else that of the caller;
/// of a world file, which has none, the one that scope and principal mean.
pub(super) fn tenant_of(world: &World, scope: &ResourceId, principal: Option<Uuid>, caller: Option<Uuid>) -> Uuid {
    let of = |id| world.directory.tenant_of(id);
    let tenant = match caller {
        Some(caller) => world.tenant_of(scope).or_else(|| of(caller)),
        None => scope::tenant_meant(world, scope, principal.and_then(of)),
    };
    tenant.unwrap_or_default()
}

fn given_principal_type(word: &str) -> Result<PrincipalType, Fault> {
    PrincipalType::parse(word).ok_or_else(|| rules::unknown_principal_type(word))
}

/// Returns what the directory says the principal is. It need not be there when the caller said what it is.
pub(super) fn principal_type(world: &World, principal: Uuid, given: Option<PrincipalType>, tenant: Uuid) -> Result<PrincipalType, Fault> {
    let of_tenant = world.directory.application(principal).is_some_and(|it| it.tenant_id == tenant);
    match given {
        None if of_tenant => return Err(rules::principal_is_an_application()),
        Some(given) if of_tenant => return Err(rules::unmatched_principal_type(principal, "Application", given.as_str())),
        _ => {}
    }
    // Azure looks an identity up where it may not have arrived yet; who gives the type spares it the look.
    let is_known = given.is_some() || world.is_replicated(principal);
    let known = world.directory.principal(principal).filter(|it| is_known && it.tenant_id == tenant);
    let actual = known.and_then(|it| PrincipalType::parse(it.principal_type()));
    match (actual, given) {
        (Some(actual), Some(given)) if actual != given => Err(rules::unmatched_principal_type(principal, actual.as_str(), given.as_str())),
        (Some(known), _) | (None, Some(known)) => Ok(known),
        (None, None) => Err(rules::principal_not_found(principal, tenant)),
    }
}

/// Checks that the limit of the scope's subscription or management group leaves room.
pub(super) fn one_more_fits(world: &World, tenant: Uuid, scope: &ResourceId) -> Result<(), Fault> {
    let Some(key) = limit_key(scope) else { return Ok(()) };
    let count = world.role_assignments.count_in(tenant, key.clone());
    match scope::group_of(&key) {
        Some(_) => rules::one_more_fits_a_management_group(count),
        None => rules::one_more_fits_a_subscription(count),
    }
}

/// Reads a condition.
pub(super) fn condition(text: String, version: Option<String>) -> Result<Condition, Fault> {
    let version = version.filter(|it| !it.is_empty()).map_or(Cow::Borrowed("2.0"), Cow::Owned);
    let condition = Condition::new(text, version);
    conditions::condition_is_valid(&condition)?;
    Ok(condition)
}

/// Whether the role is one of those that the last-administrator rule counts.
fn administers_access(role: Uuid) -> bool {
    [built_in_roles::OWNER, built_in_roles::USER_ACCESS_ADMINISTRATOR].contains(&role)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::authorization::require;
    use crate::directory::group::Group;
    use crate::directory::profile::Profile;
    use crate::directory::tenant::Tenant;
    use crate::directory::user::User;
    use crate::directory::{Principal, PrincipalKind};
    use crate::resources::management_group::{ManagementGroup, ManagementGroups};
    use crate::resources::resource_group;
    use crate::resources::subscription::Subscription;

    const TENANT: Uuid = Uuid::from_u128(0x11);
    const SUBSCRIPTION: &str = "/subscriptions/00000000-0000-0000-0000-000000000022";
    const GROUP: &str = "/subscriptions/00000000-0000-0000-0000-000000000022/resourceGroups/rg1";
    const READ: &str = "Microsoft.DataFactory/factories/read";

    fn scope(text: &str) -> ResourceId {
        ResourceId::parse(text).unwrap()
    }

    fn person(id: u128, tenant_id: Uuid) -> Principal {
        let user = User { user_principal_name: format!("u{id}@x").into(), ..User::default() };
        let (kind, profile) = (PrincipalKind::User(user), Profile::default());
        Principal { object_id: Uuid::from_u128(id), tenant_id, name: None, display_name: "u".into(), profile, kind }
    }

    /// A tenant with users 1 and 2, group 9 of user 1, and another tenant with user 3.
    fn world() -> World {
        let mut world = World::default();
        let mut groups = ManagementGroups::default();
        groups.insert(ManagementGroup::new("mg", None, None));
        groups.place(Uuid::from_u128(0x22), Some("mg"));
        for (id, groups) in [(TENANT, groups), (Uuid::from_u128(0x99), ManagementGroups::default())] {
            let management_groups = Arc::new(groups);
            world.directory.add_tenant(Tenant { id, display_name: "t".into(), domain: id.to_string().into(), management_groups });
        }
        for principal in [person(1, TENANT), person(2, TENANT), person(3, Uuid::from_u128(0x99))] {
            world.directory.put(principal);
        }
        let members = Arc::from([Uuid::from_u128(1)]);
        world.directory.put(Principal { kind: PrincipalKind::Group(Group { members }), ..person(9, TENANT) });
        let id = Uuid::from_u128(0x22);
        world.subscriptions.insert(id, Subscription::new(id, TENANT, "s", None));
        for name in ["rg1", "rg10"] {
            let body = serde_json::from_str(r#"{"location":"eastus"}"#).unwrap();
            resource_group::create_or_update(&mut world, &scope(SUBSCRIPTION).child("resourceGroups", name), &body).unwrap();
        }
        world
    }

    fn asked(role: Uuid, principal: u128) -> RoleAssignmentCreateParameters {
        RoleAssignmentCreateParameters {
            role_definition_id: format!("/providers/Microsoft.Authorization/roleDefinitions/{role}"),
            principal_id: Uuid::from_u128(principal).to_string(),
            ..Default::default()
        }
    }

    fn give(world: &mut World, name: u128, role: Uuid, principal: u128, at: &str) {
        put(world, &scope(at), &Uuid::from_u128(name).to_string(), asked(role, principal), None).unwrap();
    }

    fn names(world: &World, at: &str, filter: &str) -> Vec<u128> {
        let filter = Some(filter).filter(|it| !it.is_empty());
        let mut names: Vec<u128> = list(world, &scope(at), filter, TENANT).unwrap().iter().map(|it| it.name.as_u128()).collect();
        names.sort_unstable();
        names
    }

    fn may(world: &World, principal: u128, at: &str) -> bool {
        require::is_allowed(world, Uuid::from_u128(principal), READ, &scope(at))
    }

    #[test]
    fn access_is_inherited_downwards_through_groups_and_on_segment_boundaries() {
        let mut world = world();
        give(&mut world, 1, built_in_roles::READER, 9, GROUP);
        assert!(may(&world, 1, GROUP) && may(&world, 1, &format!("{}/providers/a/b/c", GROUP.to_uppercase())));
        assert!(!may(&world, 1, &format!("{GROUP}0")) && !may(&world, 1, SUBSCRIPTION) && !may(&world, 2, GROUP));
        give(&mut world, 2, built_in_roles::READER, 2, "/providers/Microsoft.Management/managementGroups/MG");
        assert!(may(&world, 2, GROUP) && !may(&world, 2, "/"));
        give(&mut world, 3, built_in_roles::READER, 3, "/");
        assert!(may(&world, 3, "/") && !may(&world, 3, SUBSCRIPTION), "a root scope is one tenant's");
    }

    #[test]
    fn a_principal_with_many_assignments_is_answered_the_same() {
        let mut world = world();
        for name in 1..=40 {
            give(&mut world, name, built_in_roles::READER, 2, &format!("{GROUP}/providers/a/b/c{name}"));
        }
        assert!(may(&world, 2, &format!("{GROUP}/providers/a/b/c7/d/e")) && !may(&world, 2, &format!("{GROUP}/providers/a/b/c")));
        give(&mut world, 41, built_in_roles::READER, 2, "/providers/Microsoft.Management/managementGroups/mg");
        assert!(may(&world, 2, &format!("{GROUP}/providers/a/b/c")));
    }

    #[test]
    fn a_list_shows_what_is_at_above_and_below() {
        let mut world = world();
        give(&mut world, 1, built_in_roles::READER, 1, "/");
        give(&mut world, 2, built_in_roles::READER, 1, "/providers/Microsoft.Management/managementGroups/mg");
        give(&mut world, 3, built_in_roles::READER, 1, SUBSCRIPTION);
        give(&mut world, 4, built_in_roles::READER, 9, GROUP);
        give(&mut world, 5, built_in_roles::READER, 1, &format!("{GROUP}/providers/a/b/c"));
        give(&mut world, 6, built_in_roles::READER, 1, &format!("{GROUP}0"));
        give(&mut world, 7, built_in_roles::READER, 3, "/");
        assert_eq!(names(&world, GROUP, ""), [1, 2, 3, 4, 5]);
        assert_eq!(names(&world, GROUP, "atScope()"), [1, 2, 3, 4]);
        let one = Uuid::from_u128(1);
        assert_eq!(names(&world, GROUP, &format!("principalId eq '{one}'")), [1, 2, 3, 5]);
        assert_eq!(names(&world, GROUP, &format!("assignedTo('{one}')")), [1, 2, 3, 4, 5]);
        assert_eq!(names(&world, GROUP, &format!("atScope() and assignedTo('{one}')")), [1, 2, 3, 4]);
        assert_eq!(names(&world, "/providers/Microsoft.Management/managementGroups/MG", ""), [1, 2, 3, 4, 5, 6]);
        assert_eq!(names(&world, "/", &format!("principalId eq '{one}'")), [1, 2, 3, 5, 6]);
        assert!(list(&world, &scope("/"), None, TENANT).is_err());
    }

    #[test]
    fn an_update_keeps_when_and_by_whom_it_was_made() {
        let mut world = world();
        let (name, by) = (Uuid::from_u128(7).to_string(), Some(Uuid::from_u128(2)));
        world.now = Timestamp::from_seconds(1);
        put(&mut world, &scope(GROUP), &name, asked(built_in_roles::READER, 1), None).unwrap();
        world.now = Timestamp::from_seconds(2);
        let asked = RoleAssignmentCreateParameters { description: Some("d".to_owned()), ..asked(built_in_roles::READER, 1) };
        let put = put(&mut world, &scope(GROUP), &name, asked, by).unwrap();
        assert_eq!((put.created_on.seconds(), put.updated_on.seconds()), (1, 2));
        assert_eq!((put.created_by, put.updated_by), (None, by));
        assert_eq!(world.role_assignments.len(), 1);
    }

    #[test]
    fn what_goes_with_a_scope_is_gone_in_every_index() {
        let mut world = world();
        give(&mut world, 1, built_in_roles::OWNER, 1, SUBSCRIPTION);
        give(&mut world, 2, built_in_roles::READER, 2, &format!("{GROUP}/providers/a/b/c"));
        remove_those(&mut world, &scope(GROUP), None);
        assert_eq!(world.role_assignments.iter().count(), 1);
        assert_eq!(world.role_assignments.of_principal(Uuid::from_u128(2)).count(), 0);
        assert_eq!(world.role_assignments.count_in(TENANT, SUBSCRIPTION.into()), 1);
        let last = Uuid::from_u128(1).to_string();
        assert!(delete(&mut world, &scope(SUBSCRIPTION), &last, TENANT).is_err(), "the last owner stays");
        let role = |role: Uuid, by: Option<u128>, world: &mut World| {
            put(world, &scope(SUBSCRIPTION), &last, asked(role, 1), by.map(Uuid::from_u128))
                .map(|_| ())
                .map_err(|fault| fault.rule().map(|it| it.name))
        };
        let stays = Err(Some("last-rbac-administrator-stays"));
        assert_eq!(role(built_in_roles::READER, Some(1), &mut world), stays, "neither is it made another role");
        assert_eq!(role(built_in_roles::USER_ACCESS_ADMINISTRATOR, Some(1), &mut world), Ok(()));
    }
}
