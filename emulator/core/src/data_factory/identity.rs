//! The managed identities of a factory: what a body asks for, and the principals that the directory gets.
//!
//! A system-assigned identity lives and dies with its factory and is a service principal from the same moment. A
//! user-assigned one that the world does not know gets an invented principal, the same for every factory that names
//! it, for as long as one does. Follows <https://learn.microsoft.com/azure/data-factory/data-factory-service-identity>
//! and `datafactory-wire` 2.2.

use super::document;
use crate::authorization::require;
use crate::fault::Fault;
use crate::managed_identity::user_assigned_identity;
use crate::resource_id::ResourceId;
use crate::rules::lifecycle;
use crate::seed_state::{self, SeedState};
use crate::world::{Document, World};
use serde_json::{Value, json};
use uuid::Uuid;

/// The identities that a factory has. INVARIANT: at least one.
#[derive(Clone, Debug, PartialEq)]
pub struct Identity {
    /// Its own.
    pub system_assigned: Option<SystemAssigned>,
    /// Those that were made apart from it, in the order of the body.
    pub user_assigned: Vec<UserAssigned>,
}

/// A factory's own identity.
#[derive(Clone, Debug, PartialEq)]
pub struct SystemAssigned {
    /// The object id of its service principal.
    pub principal_id: Uuid,
    /// Its application id, which only the directory shows.
    pub client_id: Uuid,
    /// The tenant of the factory.
    pub tenant_id: Uuid,
}

/// A user-assigned identity as a factory has it.
#[derive(Clone, Debug)]
pub struct UserAssigned {
    /// The identity's id, printed as it was sent.
    pub id: ResourceId,
    /// The object id of its service principal.
    pub principal_id: Uuid,
    /// Its application id.
    pub client_id: Uuid,
}

/// What a body says of identities.
#[derive(Clone, Debug, PartialEq)]
pub enum Requested {
    /// Nothing: no `identity`, or null.
    Unsaid,
    /// That there be none: `None`, or an empty value.
    None,
    /// These.
    These {
        /// Whether the factory has one of its own.
        system_assigned: bool,
        /// The ids of the others.
        user_assigned: Vec<ResourceId>,
    },
}

/// Ids are printed as sent, so two spellings are two values.
impl PartialEq for UserAssigned {
    fn eq(&self, other: &Self) -> bool {
        self.id.as_str() == other.id.as_str() && self.principal_id == other.principal_id && self.client_id == other.client_id
    }
}

impl Identity {
    /// Returns `SystemAssigned`, `UserAssigned` or both with a comma.
    pub const fn type_name(&self) -> &'static str {
        match (self.system_assigned.is_some(), self.user_assigned.is_empty()) {
            (true, true) => "SystemAssigned",
            (true, false) => "SystemAssigned,UserAssigned",
            (false, _) => "UserAssigned",
        }
    }

    /// Returns the principal of the user-assigned identity `id`, if the factory has it.
    pub fn principal_of(&self, id: &ResourceId) -> Option<Uuid> {
        self.user_assigned.iter().find(|one| one.id == *id).map(|one| one.principal_id)
    }

    /// Returns the `identity` member as Azure prints it.
    pub fn to_document(&self) -> Document {
        let mut document = Document::new();
        document.insert("type".into(), self.type_name().into());
        if let Some(own) = &self.system_assigned {
            document.insert("principalId".into(), own.principal_id.to_string().into());
            document.insert("tenantId".into(), own.tenant_id.to_string().into());
        }
        if !self.user_assigned.is_empty() {
            let ids = |one: &UserAssigned| json!({ "clientId": one.client_id.to_string(), "principalId": one.principal_id.to_string() });
            let all: Document = self.user_assigned.iter().map(|one| (one.id.as_str().to_owned(), ids(one))).collect();
            document.insert("userAssignedIdentities".into(), all.into());
        }
        document
    }

    /// Returns the ids that the server made, as the `state` of a world file has them.
    pub fn to_state(&self) -> Document {
        let mut state = Document::new();
        if let Some(own) = &self.system_assigned {
            state.insert("principalId".into(), own.principal_id.to_string().into());
            state.insert("clientId".into(), own.client_id.to_string().into());
        }
        if let Some(all) = self.to_document().shift_remove("userAssignedIdentities") {
            state.insert("userAssignedIdentities".into(), all);
        }
        state
    }

    /// Returns the `identity` member that a client would send for it.
    pub fn to_body(&self) -> Document {
        let mut body = Document::new();
        body.insert("type".into(), self.type_name().into());
        if !self.user_assigned.is_empty() {
            let all: Document = self.user_assigned.iter().map(|one| (one.id.as_str().to_owned(), json!({}))).collect();
            body.insert("userAssignedIdentities".into(), all.into());
        }
        body
    }
}

/// Reads the `identity` of a body.
///
/// # Errors
/// `identity-shape` when its type is unknown, or user-assigned identities are missing or are none.
pub fn requested(body: &Document) -> Result<Requested, Fault> {
    let Some(identity) = document::object(body, "identity")? else { return Ok(Requested::Unsaid) };
    let (mut system_assigned, mut user_assigned) = (false, false);
    let kinds = document::text(identity, "identity.type")?.unwrap_or_default();
    for kind in kinds.split(',').map(str::trim).filter(|kind| !kind.is_empty() && !kind.eq_ignore_ascii_case("None")) {
        match kind {
            _ if kind.eq_ignore_ascii_case("SystemAssigned") => system_assigned = true,
            _ if kind.eq_ignore_ascii_case("UserAssigned") => user_assigned = true,
            _ => return Err(lifecycle::identity_type_unknown(kinds)),
        }
    }
    if !system_assigned && !user_assigned {
        return Ok(Requested::None);
    }
    let user_assigned = if user_assigned { requested_ids(identity)? } else { Vec::new() };
    Ok(Requested::These { system_assigned, user_assigned })
}

fn requested_ids(identity: &Document) -> Result<Vec<ResourceId>, Fault> {
    let sent = document::object(identity, "identity.userAssignedIdentities")?.map(document::without_nulls).unwrap_or_default();
    let mut ids: Vec<ResourceId> = Vec::with_capacity(sent.len());
    for text in sent.keys() {
        let id = ResourceId::parse(text).filter(|id| id.is_of_type(user_assigned_identity::RESOURCE_TYPE));
        let id = id.ok_or_else(|| lifecycle::not_a_user_assigned_identity(text))?;
        if !ids.contains(&id) {
            ids.push(id);
        }
    }
    if ids.is_empty() { Err(lifecycle::user_assigned_identities_missing()) } else { Ok(ids) }
}

/// Refuses a caller who may not assign the user-assigned identities in the body of a PUT of `factory`. `auxiliary` is who
/// the caller is in other directories.
///
/// # Errors
/// `assigning-an-identity-needs-permission`, `identity-shape`; an identity of another directory is not emulated.
pub fn require_assign(world: &World, caller: Uuid, auxiliary: &[Uuid], factory: &ResourceId, body: &Document) -> Result<(), Fault> {
    let Requested::These { user_assigned, .. } = requested(body)? else { return Ok(()) };
    let tenant = world.directory.tenant_of(caller);
    let who_asks = |id: &ResourceId| match world.tenant_of(id).filter(|it| Some(*it) != tenant) {
        Some(other) => auxiliary.iter().copied().find(|it| world.directory.tenant_of(*it) == Some(other)),
        None => Some(caller),
    };
    if let Some(subscription) = user_assigned.iter().find(|id| who_asks(id).is_none()).and_then(ResourceId::subscription) {
        return require::enforce(world, lifecycle::identity_of_another_tenant(factory, tenant.unwrap_or_default(), subscription));
    }
    let spelling = |caller: Uuid, id: &ResourceId| {
        let is_registered = require::is_allowed(world, caller, lifecycle::ASSIGN_ACTION_REGISTERED, id);
        if is_registered { lifecycle::ASSIGN_ACTION_REGISTERED } else { lifecycle::ASSIGN_ACTION }
    };
    let is_denied = |id: &&ResourceId| who_asks(id).is_none_or(|caller| !require::permits(world, caller, spelling(caller, id), id));
    let denied: Vec<&str> = user_assigned.iter().filter(is_denied).map(ResourceId::as_str).collect();
    if denied.is_empty() {
        let is_abroad = user_assigned.iter().any(|id| who_asks(id) != Some(caller));
        let abroad = || Err(Fault::not_emulated("Factories_CreateOrUpdate with a user-assigned identity of another tenant"));
        return if is_abroad { abroad() } else { Ok(()) };
    }
    let client = world.directory.principal(caller).map_or_else(|| caller.to_string(), |principal| principal.client());
    require::enforce(world, lifecycle::may_not_assign(&client, caller, factory, &denied))
}

/// Gives `factory` the identities that a body asks for, and takes those away that it does not.
///
/// # Errors
/// `factory-keeps-its-identity` when the factory has one and the body does not say anything.
pub fn assign(world: &mut World, factory: &ResourceId, held: Option<&Identity>, requested: &Requested) -> Result<Option<Identity>, Fault> {
    let (system_assigned, wanted) = match requested {
        Requested::Unsaid if held.is_some() => return Err(lifecycle::identity_left_out(factory.name())),
        Requested::Unsaid | Requested::None => (false, [].as_slice()),
        Requested::These { system_assigned, user_assigned } => (*system_assigned, user_assigned.as_slice()),
    };
    let own = match held.and_then(|identity| identity.system_assigned.clone()) {
        Some(own) if system_assigned => Some(own),
        Some(own) => {
            world.directory.remove(own.principal_id);
            None
        }
        None if system_assigned => Some(create(world, factory)),
        None => None,
    };
    let before = held.map(|identity| identity.user_assigned.as_slice()).unwrap_or_default();
    let user_assigned = wanted.iter().map(|id| take(world, factory, before, id)).collect::<Vec<_>>();
    for gone in before.iter().filter(|one| !wanted.contains(&one.id)) {
        forget_invented(world, factory, gone);
    }
    let some = own.is_some() || !user_assigned.is_empty();
    Ok(some.then_some(Identity { system_assigned: own, user_assigned }))
}

/// Takes away what the directory knows only because of `factory`, which is gone or going.
pub fn release(world: &mut World, factory: &ResourceId, identity: &Identity) {
    if let Some(own) = &identity.system_assigned {
        world.directory.remove(own.principal_id);
    }
    for one in &identity.user_assigned {
        forget_invented(world, factory, one);
    }
}

/// Makes a factory's own identity.
fn create(world: &mut World, factory: &ResourceId) -> SystemAssigned {
    let (principal_id, client_id) = (world.ids.next_guid(), world.ids.next_guid());
    let tenant_id = world.tenant_of(factory).unwrap_or_default();
    world.directory.add_managed_identity(principal_id, client_id, tenant_id, factory, false);
    world.principal_is_made(principal_id);
    SystemAssigned { principal_id, client_id, tenant_id }
}

/// Returns a user-assigned identity for a factory: as the directory knows it, as it was held, or invented.
fn take(world: &mut World, factory: &ResourceId, held: &[UserAssigned], id: &ResourceId) -> UserAssigned {
    if let Some(principal) = world.directory.identity_of(id) {
        let client_id = principal.app_id().unwrap_or_default();
        return UserAssigned { id: id.clone(), principal_id: principal.object_id, client_id };
    }
    if let Some(held) = held.iter().find(|one| one.id == *id) {
        return UserAssigned { id: id.clone(), ..held.clone() };
    }
    let (principal_id, client_id) = invented(world, id);
    let tenant_id = world.tenant_of(id).or_else(|| world.tenant_of(factory)).unwrap_or_default();
    world.directory.add_managed_identity(principal_id, client_id, tenant_id, id, true);
    UserAssigned { id: id.clone(), principal_id, client_id }
}

/// Returns the object id and application id that an unknown user-assigned identity gets.
fn invented(world: &World, id: &ResourceId) -> (Uuid, Uuid) {
    let of = |what: &str| world.ids.guid_of(format!("{what} of {}", id.key()).as_bytes());
    (of("principal"), of("client"))
}

/// Takes the invented principal of `gone` out of the directory when no factory but `factory` names it, and the identity
/// was not made since.
fn forget_invented(world: &mut World, factory: &ResourceId, gone: &UserAssigned) {
    let others = world.factories.values().filter(|other| other.id != *factory);
    let named =
        others.filter_map(|other| other.identity.as_ref()).any(|identity| identity.principal_of(&gone.id) == Some(gone.principal_id));
    let is_invented = invented(world, &gone.id).0 == gone.principal_id && user_assigned_identity::find(world, &gone.id).is_none();
    if !named && is_invented {
        world.directory.remove(gone.principal_id);
    }
}

/// Lays the ids of an exported or hand-written `state` over the identities of `factory`.
///
/// # Errors
/// `world-file-state` when a value is no GUID or names an identity that the factory does not have.
pub fn lay_over(world: &mut World, factory: &ResourceId, identity: &mut Identity, state: &mut SeedState) -> Result<(), Fault> {
    let (principal_id, client_id) = (state.guid("principalId")?, state.guid("clientId")?);
    let ids = state.object("userAssignedIdentities")?;
    match &mut identity.system_assigned {
        Some(own) => {
            world.directory.remove(own.principal_id);
            own.principal_id = principal_id.unwrap_or(own.principal_id);
            own.client_id = client_id.unwrap_or(own.client_id);
            if world.directory.principal(own.principal_id).is_some() {
                return Err(seed_state::refuse("principalId"));
            }
            world.directory.add_managed_identity(own.principal_id, own.client_id, own.tenant_id, factory, false);
        }
        None if principal_id.or(client_id).is_some() => return Err(seed_state::refuse("principalId")),
        None => {}
    }
    for (id, ids) in ids {
        let known = ResourceId::parse(&id).and_then(|id| identity.user_assigned.iter_mut().find(|one| one.id == id));
        let (Some(known), Value::Object(ids)) = (known, ids) else { return Err(seed_state::refuse(&id)) };
        let mut ids = SeedState::new(&ids);
        let before = known.clone();
        known.principal_id = ids.guid("principalId")?.unwrap_or(known.principal_id);
        known.client_id = ids.guid("clientId")?.unwrap_or(known.client_id);
        ids.finish()?;
        if known.principal_id != before.principal_id {
            forget_invented(world, factory, &before);
        }
    }
    Ok(())
}
