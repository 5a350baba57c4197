//! From a world file to a world: tenants and principals, resources, role assignments, linked runtimes, nodes.
//!
//! Each entry is applied as a PUT by an all-powerful system caller, so a file is held to the same rules as a client;
//! what `state` has is then laid over it.

use super::format::{self, RoleAssignment, Schedule, WorldFile};
use super::principals;
use super::{ClockEntry, SeedError, Seeded, WorldText};
use crate::authorization::role_management_policy::{self, POLICIES};
use crate::authorization::schedule::{self, Family};
use crate::authorization::{custom_roles, scope};
use crate::data_factory::reference;
use crate::directory::sign_in;
use crate::directory::tenant::Tenant;
use crate::fault::Fault;
use crate::id_source::{COUNTER_MAX, IdSource};
use crate::members;
use crate::resource_id::ResourceId;
use crate::resources::management_group;
use crate::resources::operation::{self, Effect, Operation};
use crate::resources::provider;
use crate::resources::subscription::Subscription;
use crate::seed_state::SeedState;
use crate::strict_json;
use crate::table::Table;
use crate::timestamp::{Duration, Timestamp};
use crate::world::{self, Document, Due, KINDS, World};
use serde_json::{Value, json};
use std::collections::HashSet;
use std::sync::Arc;
use uuid::Uuid;

/// One step of applying a file.
type Step = fn(&mut World, &WorldFile) -> Result<(), Mistake>;

/// A mistake: what is wrong and what to do, and the field that is wrong.
pub(super) type Mistake = (String, Option<String>);

/// Returns the world that the files describe together. `host_now` is the host's instant.
///
/// # Errors
/// The first mistake, with its file, place and remedy.
pub fn read(texts: &[WorldText<'_>], host_now: Timestamp) -> Result<Seeded, SeedError> {
    let mut files = Vec::new();
    for text in texts {
        // The derived reader would take an array for an object's members in their order.
        if text.text.trim_start().starts_with('[') {
            return Err(in_file(text.name)(("a world file is a JSON object; put '{' and '}' around it".to_owned(), None)));
        }
        let file: WorldFile = strict_json::read(text.text).map_err(|mistake| misread(text.name, mistake))?;
        files.push((text.name, file));
    }
    let clock = in_each(&files, |file, found| Ok(clock(file, host_now)?.unwrap_or(found)), ClockEntry::default())?;
    in_each(&files, |file, ()| counter_is_within_bounds(file), ())?;
    let seed = files.iter().filter_map(|(_, file)| file.seed).next_back().unwrap_or(0);
    // What seeding draws is replaced by what `state` has, and must not be among what was drawn before.
    let drawn = files.iter().filter_map(|(_, file)| file.state.as_ref()).map(|state| state.id_counter).max().unwrap_or(0);
    let mut world = World { ids: IdSource::resume(seed, drawn), ..World::default() };
    world.now = match clock {
        ClockEntry::Offset(offset) => host_now.plus(offset),
        ClockEntry::FrozenAt(at) => at,
    };
    each_id_once(&files)?;
    apply(&mut world, &files)?;
    Ok(Seeded { world, clock })
}

/// No resource, role assignment or node stands twice: a second PUT would overwrite the first without a word. Ids that
/// cannot be read are left to the steps that read them.
fn each_id_once(files: &[(&str, WorldFile)]) -> Result<(), SeedError> {
    let mut seen = HashSet::new();
    // Outside subscriptions two directories may use one name.
    let directory = |state: &strict_json::Object| state.0.get("tenantId").and_then(Value::as_str).unwrap_or_default().to_owned();
    for (name, file) in files {
        let resources = file
            .resources
            .iter()
            .enumerate()
            .map(|(index, entry)| (format!("resources[{index}].id"), entry.id.clone(), directory(&entry.state)));
        let role_assignments = file.role_assignments.iter().enumerate().map(|(index, entry)| match &entry.name {
            Some(name) => (format!("roleAssignments[{index}].name"), name.clone(), format!("{}{}", entry.principal, entry.scope)),
            None => (format!("roleAssignments[{index}]"), format!("/{}/{}{}", entry.principal, entry.role, entry.scope), String::new()),
        });
        let nodes = file.nodes.iter().enumerate();
        let nodes =
            nodes.map(|(index, entry)| (format!("nodes[{index}].nodeName"), format!("{}/nodes/{}", entry.runtime, entry.node_name)));
        let lists =
            [("roleEligibilitySchedules", &file.role_eligibility_schedules), ("roleAssignmentSchedules", &file.role_assignment_schedules)];
        let schedules = lists.iter().flat_map(|(list, entries)| entries.iter().enumerate().map(move |(index, entry)| (list, index, entry)));
        let nodes = nodes.map(|(at, id)| (at, id, String::new()));
        let schedules = schedules.map(|(list, index, entry)| match &entry.name {
            Some(name) => (format!("{list}[{index}].name"), name.clone(), format!("{}{}", entry.principal, entry.scope)),
            None => (format!("{list}[{index}]"), format!("/{list}/{}/{}{}", entry.principal, entry.role, entry.scope), String::new()),
        });
        for (at, id, directory) in resources.chain(role_assignments).chain(schedules).chain(nodes) {
            let key = ResourceId::parse(&id).map_or_else(|| id.to_lowercase(), |id| id.key().to_string());
            if !seen.insert((key, directory)) {
                return Err(in_file(name)(wrong(&at, format!("'{id}' is there twice; merge the two entries"))));
            }
        }
    }
    Ok(())
}

/// Applies the steps in the contract's order, each over all files.
fn apply(world: &mut World, files: &[(&str, WorldFile)]) -> Result<(), SeedError> {
    let steps: [Step; 13] = [
        settings,
        settings_agree,
        tenants,
        sign_in_as,
        principals::add_members_and_owners,
        resources,
        principals::all_are_there,
        role_assignments,
        policies,
        schedules,
        linked_resources,
        nodes,
        references,
    ];
    for step in steps {
        for (name, file) in files {
            step(world, file).map_err(in_file(name))?;
        }
    }
    for (name, file) in files {
        issuers(world, file).map_err(in_file(name))?;
        file_state(world, file).map_err(in_file(name))?;
    }
    Ok(())
}

fn in_file(name: &str) -> impl Fn(Mistake) -> SeedError {
    move |(problem, target)| SeedError { file: name.to_owned(), problem, target, place: None }
}

/// The mistake of a text that has not the form of a world file.
fn misread(name: &str, mistake: strict_json::Mistake) -> SeedError {
    let place = Some((mistake.line, mistake.column));
    SeedError { file: name.to_owned(), problem: mistake.to_string(), target: mistake.target, place }
}

fn in_each<T>(files: &[(&str, WorldFile)], step: impl Fn(&WorldFile, T) -> Result<T, Mistake>, first: T) -> Result<T, SeedError> {
    files.iter().try_fold(first, |found, (name, file)| step(file, found).map_err(in_file(name)))
}

pub(super) fn wrong(at: &str, problem: impl std::fmt::Display) -> Mistake {
    (format!("{at}: {problem}"), Some(at.to_owned()))
}

fn counter_is_within_bounds(file: &WorldFile) -> Result<(), Mistake> {
    match file.state.as_ref().map(|state| state.id_counter).filter(|counter| *counter > COUNTER_MAX) {
        Some(counter) => Err(wrong("state.idCounter", format!("{counter} is too large; at most {COUNTER_MAX} is taken"))),
        None => Ok(()),
    }
}

fn clock(file: &WorldFile, host_now: Timestamp) -> Result<Option<ClockEntry>, Mistake> {
    let Some(entry) = &file.clock else { return Ok(None) };
    match (&entry.frozen_at, &entry.offset) {
        (Some(_), Some(_)) => Err(wrong("clock", "both 'frozenAt' and 'offset' are given; keep one")),
        (Some(text), None) => instant_of_a_clock("clock.frozenAt", text).map(|at| Some(ClockEntry::FrozenAt(at))),
        (None, Some(text)) => {
            let offset = duration("clock.offset", text)?;
            is_within_time("clock.offset", host_now.plus(offset), text)?;
            Ok(Some(ClockEntry::Offset(offset)))
        }
        (None, None) => Ok(None),
    }
}

fn instant_of_a_clock(at: &str, text: &str) -> Result<Timestamp, Mistake> {
    let instant = timestamp(at, text)?;
    is_within_time(at, instant, text)?;
    Ok(instant)
}

/// A clock shows a year that Azure can print, as one that is moved does.
fn is_within_time(at: &str, instant: Timestamp, text: &str) -> Result<(), Mistake> {
    if (Timestamp::EARLIEST..=Timestamp::LATEST).contains(&instant) {
        return Ok(());
    }
    Err(wrong(at, format!("'{text}' leads out of time; the clock shows the years 1 to 9998")))
}

pub(super) fn timestamp(at: &str, text: &str) -> Result<Timestamp, Mistake> {
    Timestamp::parse(text).ok_or_else(|| wrong(at, format!("'{text}' is not an instant; write one such as 2030-01-01T00:00:00Z")))
}

fn duration(at: &str, text: &str) -> Result<Duration, Mistake> {
    Duration::parse(text).ok_or_else(|| wrong(at, format!("'{text}' is not a duration; write one such as PT10M")))
}

pub(super) fn guid(at: &str, text: &str) -> Result<Uuid, Mistake> {
    Uuid::try_parse(text).map_err(|_| wrong(at, format!("'{text}' is not a GUID; write one such as 11111111-1111-1111-1111-111111111111")))
}

fn settings(world: &mut World, file: &WorldFile) -> Result<(), Mistake> {
    for (name, value) in &file.settings.0 {
        world.settings.set(name, value).map_err(|problem| wrong(&format!("settings.{name}"), problem))?;
    }
    Ok(())
}

/// What one file sets may be a match for what another does, so they are compared when all are set.
fn settings_agree(world: &mut World, file: &WorldFile) -> Result<(), Mistake> {
    let ours = |problem: &(&str, String)| [problem.0, "nodeHeartbeat"].iter().any(|name| file.settings.0.contains_key(*name));
    match world.settings.check() {
        Err(problem) if ours(&problem) => Err(wrong(&format!("settings.{}", problem.0), problem.1)),
        _ => Ok(()),
    }
}

fn tenants(world: &mut World, file: &WorldFile) -> Result<(), Mistake> {
    for (index, entry) in file.tenants.iter().enumerate() {
        let at = format!("tenants[{index}]");
        let number = world.directory.tenants().count();
        SeedState::new(&entry.state.0).finish().map_err(|fault| wrong(&format!("{at}.state"), describe(&fault)))?;
        let id = match &entry.id {
            Some(text) => guid(&format!("{at}.id"), text)?,
            None => world.ids.guid_of(format!("tenant/{number}").as_bytes()),
        };
        if world.directory.tenant(id).is_some() {
            return Err(wrong(&format!("{at}.id"), format!("the tenant '{id}' is there twice; merge the two entries")));
        }
        let domain = entry.domain.clone().unwrap_or_else(|| format!("tenant{number}.onmicrosoft.com"));
        world.directory.add_tenant(Tenant {
            id,
            display_name: entry.display_name.as_deref().unwrap_or(&domain).into(),
            domain: domain.as_str().into(),
            management_groups: Arc::default(),
        });
        for (index, principal) in entry.principals.iter().enumerate() {
            principals::add(world, id, &domain, principal, &format!("{at}.principals[{index}]"))?;
        }
        for (index, subscription) in entry.subscriptions.iter().enumerate() {
            add_subscription(world, id, subscription, &format!("{at}.subscriptions[{index}]"))?;
        }
        let groups: Vec<Document> = entry.management_groups.iter().map(|it| it.0.clone()).collect();
        management_group::seed(world, id, &groups)
            .map_err(|(place, member, problem)| wrong(&format!("{at}.managementGroups[{place}].{member}"), problem))?;
    }
    Ok(())
}

fn add_subscription(world: &mut World, tenant_id: Uuid, entry: &format::Subscription, at: &str) -> Result<(), Mistake> {
    let id = match &entry.id {
        Some(text) => guid(&format!("{at}.id"), text)?,
        None => world.ids.guid_of(format!("subscription/{}", world.subscriptions.len()).as_bytes()),
    };
    if world.subscriptions.contains(&id) {
        return Err(wrong(&format!("{at}.id"), format!("the subscription '{id}' is there twice; give each its own id")));
    }
    let display_name = entry.display_name.clone().unwrap_or_else(|| id.to_string());
    let subscription = Subscription::new(id, tenant_id, &display_name, entry.registered_providers.as_deref());
    let subscription = subscription.lay_over(&entry.state.0).map_err(|fault| wrong(&format!("{at}.state"), describe(&fault)))?;
    world.subscription_order = world.subscription_order.iter().copied().chain([id]).collect();
    world.subscriptions.insert(id, subscription);
    Ok(())
}

/// Keeps the issuers as they are written. What a key says is looked at when somebody signs in by it.
fn issuers(world: &mut World, file: &WorldFile) -> Result<(), Mistake> {
    for (index, entry) in file.issuers.iter().enumerate() {
        let at = format!("issuers[{index}]");
        if let Some(unknown) = entry.0.keys().find(|name| !["issuer", "jwks"].contains(&name.as_str())) {
            return Err(wrong(&format!("{at}.{unknown}"), "it is not known here; an issuer has 'issuer' and 'jwks'"));
        }
        let issuer = members::text(&entry.0, "issuer").map_err(|fault| wrong(&format!("{at}.issuer"), fault.message()))?;
        issuer.ok_or_else(|| wrong(&format!("{at}.issuer"), "it is missing; write the URL that stands in the tokens"))?;
        let jwks = members::object(&entry.0, "jwks").map_err(|fault| wrong(&format!("{at}.jwks"), fault.message()))?;
        let jwks = jwks.ok_or_else(|| wrong(&format!("{at}.jwks"), "it is missing; write the issuer's keys, as its JWKS has them"))?;
        members::objects(jwks, "keys").map_err(|fault| wrong(&format!("{at}.jwks.keys"), fault.message()))?;
    }
    world.issuers = world.issuers.iter().cloned().chain(file.issuers.iter().map(|it| it.0.clone())).collect();
    Ok(())
}

fn sign_in_as(world: &mut World, file: &WorldFile) -> Result<(), Mistake> {
    let is_ours = file.settings.0.contains_key("signInAs");
    if is_ours { sign_in::check_by_itself(world).map_err(|problem| wrong("settings.signInAs", problem)) } else { Ok(()) }
}

fn resources(world: &mut World, file: &WorldFile) -> Result<(), Mistake> {
    put_resources(world, file, false)
}

fn linked_resources(world: &mut World, file: &WorldFile) -> Result<(), Mistake> {
    put_resources(world, file, true)
}

/// Puts the resources with or without `linkedInfo`, parents before children, else in the file's order.
fn put_resources(world: &mut World, file: &WorldFile, linked: bool) -> Result<(), Mistake> {
    let mut entries = Vec::new();
    for (index, entry) in file.resources.iter().enumerate().filter(|(_, entry)| is_linked(&entry.body.0) == linked) {
        let at = format!("resources[{index}]");
        let id = ResourceId::parse(&entry.id).filter(|id| !id.is_root());
        let id = id.filter(provider::may_be_a_scope);
        let id = id.ok_or_else(|| wrong(&format!("{at}.id"), format!("'{}' is not a resource id", entry.id)))?;
        let kind = KINDS.iter().position(|kind| world::is_of_kind(&id, kind));
        let kind =
            kind.ok_or_else(|| wrong(&format!("{at}.id"), format!("resources like '{id}' are not emulated; leave the entry out")))?;
        entries.push((kind, at, id, entry));
    }
    entries.sort_by_key(|(kind, ..)| *kind);
    for (kind, at, id, entry) in entries {
        seed(world, kind, &at, &id, &entry.body.0, &entry.state.0)?;
    }
    Ok(())
}

fn is_linked(body: &Document) -> bool {
    let linked_info = body.get("properties").and_then(|it| it.get("typeProperties")).and_then(|it| it.get("linkedInfo"));
    linked_info.is_some_and(|it| !it.is_null())
}

fn seed(world: &mut World, kind: usize, at: &str, id: &ResourceId, body: &Document, state: &Document) -> Result<(), Mistake> {
    let Some(kind) = KINDS.get(kind) else { return Ok(()) };
    (kind.seed)(world, id, body, state).map_err(|fault| wrong(at, describe(&fault)))
}

fn describe(fault: &Fault) -> String {
    match fault {
        Fault::RuleBroken(broken) => {
            format!("{} {} ({})", broken.rule.code, broken.message.as_deref().unwrap_or_default(), broken.rule.remedy)
        }
        Fault::Forbidden(_) | Fault::NotEmulated(_) => fault.message(),
    }
}

fn role_assignments(world: &mut World, file: &WorldFile) -> Result<(), Mistake> {
    // What a file says has been there before, not only since it was read: no identity in it is too young to be known.
    world.made_lately = Table::default();
    for (index, entry) in file.role_assignments.iter().enumerate() {
        let at = format!("roleAssignments[{index}]");
        let RoleAssignment { principal, role, scope, name, state, .. } = entry;
        let held = Held { principal, role, scope, name: name.as_deref(), state: &state.0 };
        let (scope, principal, role, name) = held.look_up(world, &at, "roleAssignment")?;
        let body = json!({ "properties": {
            "roleDefinitionId": format!("/providers/Microsoft.Authorization/roleDefinitions/{role}"),
            "principalId": principal,
            "principalType": entry.principal_type,
            "description": entry.description,
            "condition": entry.condition,
            "conditionVersion": entry.condition_version,
            "delegatedManagedIdentityResourceId": entry.delegated_managed_identity_resource_id,
        }});
        let id = scope.at_scope(world::ROLE_ASSIGNMENTS, &name.to_string());
        put_entry(world, world::ROLE_ASSIGNMENTS, &at, &id, body, &entry.state.0)?;
    }
    Ok(())
}

fn policies(world: &mut World, file: &WorldFile) -> Result<(), Mistake> {
    for (index, entry) in file.role_management_policies.iter().enumerate() {
        let at = format!("roleManagementPolicies[{index}]");
        let scope = scope_of(world, &at, &entry.scope)?;
        let tenant = directory_of(&entry.state.0).unwrap_or_else(|| role_management_policy::tenant_meant(world, &scope));
        let role = role_of(world, &entry.role, Some(tenant)).ok_or_else(|| no_role(&at, &entry.role))?;
        if role_management_policy::is_changed(world, tenant, &scope, role) {
            let is_it = |other: &&format::Policy| {
                role_of(world, &other.role, Some(tenant)) == Some(role)
                    && ResourceId::parse(&other.scope).is_some_and(|it| it == scope)
                    && directory_of(&other.state.0).is_none_or(|it| it == tenant)
            };
            let first = file.role_management_policies.iter().take(index).position(|other| is_it(&other));
            let first = first.map_or_else(|| "another file".to_owned(), |first| format!("roleManagementPolicies[{first}]"));
            let problem = format!("the policy of the role '{}' at '{scope}' is in {first} too; merge the two entries", entry.role);
            return Err(wrong(&at, problem));
        }
        let rules: Vec<&Document> = entry.rules.iter().map(|it| &it.0).collect();
        let body = json!({ "properties": { "displayName": entry.display_name, "description": entry.description, "rules": rules } });
        let Value::Object(body) = body else { continue };
        let kind = KINDS.iter().position(|kind| kind.resource_type == POLICIES).unwrap_or(KINDS.len());
        seed(world, kind, &at, &role_management_policy::id_of(world, &scope, role), &body, &entry.state.0)?;
    }
    Ok(())
}

/// Eligibilities first: what is activated may name one.
fn schedules(world: &mut World, file: &WorldFile) -> Result<(), Mistake> {
    let eligibilities = (Family::Eligibility, "roleEligibilitySchedules", &file.role_eligibility_schedules);
    let assignments = (Family::Assignment, "roleAssignmentSchedules", &file.role_assignment_schedules);
    for (family, list, entries) in [eligibilities, assignments] {
        for (index, entry) in entries.iter().enumerate() {
            let at = format!("{list}[{index}]");
            let Schedule { principal, role, scope, name, state, .. } = entry;
            let held = Held { principal, role, scope, name: name.as_deref(), state: &state.0 };
            let (scope, principal, role, name) = held.look_up(world, &at, list)?;
            let body = json!({ "properties": {
                "roleDefinitionId": format!("/providers/Microsoft.Authorization/roleDefinitions/{role}"),
                "principalId": principal,
                "principalType": entry.principal_type,
                "startDateTime": entry.start_date_time,
                "endDateTime": entry.end_date_time,
                "linkedRoleEligibilityScheduleId": entry.linked_role_eligibility_schedule_id,
                "condition": entry.condition,
                "conditionVersion": entry.condition_version,
            }});
            let id = scope.at_scope(family.schedules(), &name.to_string());
            put_entry(world, family.schedules(), &at, &id, body, &entry.state.0)?;
        }
    }
    Ok(())
}

/// Who has which role where, as an entry writes it.
struct Held<'a> {
    principal: &'a str,
    role: &'a str,
    scope: &'a str,
    name: Option<&'a str>,
    state: &'a Document,
}

impl Held<'_> {
    /// Returns the scope, the principal, the role and the entry's name, which is made of them where it is left out.
    fn look_up(&self, world: &World, at: &str, kind: &str) -> Result<(ResourceId, Uuid, Uuid, Uuid), Mistake> {
        let scope = scope_of(world, at, self.scope)?;
        let principal = principal_of(world, self.principal).ok_or_else(|| {
            let problem = format!("'{}' is no principal of this world; give a name, an object id or the id of a resource", self.principal);
            wrong(&format!("{at}.principal"), problem)
        })?;
        let likely = || scope::tenant_meant(world, &scope, world.directory.tenant_of(principal));
        let role = role_of(world, self.role, directory_of(self.state).or_else(likely)).ok_or_else(|| no_role(at, self.role))?;
        let name = match self.name {
            Some(text) => guid(&format!("{at}.name"), text)?,
            None => world.ids.guid_of(format!("{kind}/{principal}/{role}/{}", scope.key()).as_bytes()),
        };
        Ok((scope, principal, role, name))
    }
}

fn scope_of(world: &World, at: &str, text: &str) -> Result<ResourceId, Mistake> {
    let scope = ResourceId::parse(text);
    let scope = scope.ok_or_else(|| wrong(&format!("{at}.scope"), format!("'{text}' is not a scope; it begins with a slash")))?;
    if !provider::may_be_a_scope(&scope) {
        let problem = "is not a scope; give a subscription, a resource group, a management group or a whole resource id";
        return Err(wrong(&format!("{at}.scope"), format!("'{text}' {problem}")));
    }
    if let Some(subscription) = scope.subscription().filter(|id| world.subscription(id).is_none()) {
        return Err(wrong(&format!("{at}.scope"), format!("there is no subscription '{subscription}'; add it to a tenant")));
    }
    Ok(scope)
}

fn no_role(at: &str, role: &str) -> Mistake {
    wrong(&format!("{at}.role"), format!("there is no role '{role}'; give a role's name or GUID"))
}

/// A name, an object id (of a principal that need not be there any more), or a resource with an identity.
fn principal_of(world: &World, text: &str) -> Option<Uuid> {
    if let Some(resource) = ResourceId::parse(text) {
        return world.directory.identity_of(&resource).map(|it| it.object_id);
    }
    world.directory.named(text).map(|it| it.object_id).or_else(|| Uuid::try_parse(text).ok())
}

/// The tenant that an entry's `state` names. What cannot be read is left to the kind.
fn directory_of(state: &Document) -> Option<Uuid> {
    state.get("tenantId").and_then(Value::as_str).and_then(|text| Uuid::try_parse(text).ok())
}

fn role_of(world: &World, text: &str, tenant: Option<Uuid>) -> Option<Uuid> {
    Uuid::try_parse(text).ok().or_else(|| custom_roles::by_name(world, text, tenant).map(|role| role.id))
}

fn nodes(world: &mut World, file: &WorldFile) -> Result<(), Mistake> {
    for (index, entry) in file.nodes.iter().enumerate() {
        let at = format!("nodes[{index}]");
        let runtime = ResourceId::parse(&entry.runtime);
        let runtime = runtime.ok_or_else(|| wrong(&format!("{at}.runtime"), format!("'{}' is not a resource id", entry.runtime)))?;
        let body = json!({ "status": entry.status, "version": entry.version, "machineName": entry.machine_name });
        put_entry(world, world::NODES, &at, &runtime.child("nodes", &entry.node_name), body, &entry.state.0)?;
    }
    Ok(())
}

/// Puts an entry that has a shape of its own in the file through its kind, as the document that a client would send.
fn put_entry(world: &mut World, resource_type: &str, at: &str, id: &ResourceId, body: Value, state: &Document) -> Result<(), Mistake> {
    let Value::Object(mut body) = body else { return Ok(()) };
    world::drop_nulls(&mut body);
    let kind = KINDS.iter().position(|kind| kind.resource_type == resource_type);
    seed(world, kind.unwrap_or(KINDS.len()), at, id, &body, state)
}

/// Documents may refer to each other in any order, so references are checked when all are there.
fn references(world: &mut World, _: &WorldFile) -> Result<(), Mistake> {
    reference::all_must_exist(world).map_err(|fault| wrong("resources", describe(&fault)))
}

fn file_state(world: &mut World, file: &WorldFile) -> Result<(), Mistake> {
    let Some(state) = &file.state else { return Ok(()) };
    world.ids = IdSource::resume(world.ids.seed(), state.id_counter);
    if let Some(text) = &state.now {
        world.now = instant_of_a_clock("state.now", text)?;
    }
    for (index, entry) in state.made_lately.iter().enumerate() {
        let at = format!("state.madeLately[{index}]");
        world.made_lately.insert(guid(&at, &entry.principal)?, timestamp(&at, &entry.on)?);
    }
    for (index, entry) in state.deleted_management_groups.iter().enumerate() {
        let tenant = guid(&format!("state.deletedManagementGroups[{index}]"), &entry.tenant)?;
        management_group::remember_deleted(world, tenant, &entry.name, entry.version);
    }
    for (index, entry) in state.schedule_requests.iter().enumerate() {
        schedule::read_request(world, &entry.id, &entry.body.0, &entry.state.0)
            .map_err(|fault| wrong(&format!("state.scheduleRequests[{index}]"), describe(&fault)))?;
    }
    for (index, entry) in state.operations.iter().enumerate() {
        let at = format!("state.operations[{index}]");
        let id = guid(&at, &entry.id)?;
        let target = ResourceId::parse(&entry.target).ok_or_else(|| wrong(&at, format!("'{}' is not a resource id", entry.target)))?;
        let effect = Effect::named(&entry.effect).ok_or_else(|| wrong(&at, format!("'{}' is not an effect", entry.effect)))?;
        let (started_on, ends_on) = (timestamp(&at, &entry.started_on)?, timestamp(&at, &entry.ends_on)?);
        let started_by = guid(&at, &entry.started_by)?;
        let tenant_id = entry.tenant_id.as_ref().map(|text| guid(&at, text)).transpose()?;
        let tenant_id = tenant_id.unwrap_or_else(|| operation::tenant_of(world, started_by, &target));
        if !entry.settled {
            world.due.insert((ends_on, Due::Operation(id)), ());
        }
        let has_failed = entry.failed;
        world.operations.insert(id, Operation { id, started_by, tenant_id, target, effect, started_on, ends_on, has_failed });
    }
    Ok(())
}
