//! Principals and applications of a world file, both ways.
//!
//! An entry `ServicePrincipal` is an application and its service principal in one; what only one of them has stands under
//! `application` or beside it. `Application` is one that has no service principal. Passwords and keys have Graph's
//! names; `secret` and `certificates` are the short form of those without times.

use super::apply::{Mistake, guid, timestamp, wrong};
use super::export::State;
use super::format;
use crate::directory::application::{self, Application, is_redirect_uri};
use crate::directory::credentials::{Credentials, Key, Password};
use crate::directory::federated_credential;
use crate::directory::group::{self, Group};
use crate::directory::profile::{Known, Profile};
use crate::directory::service_principal::{self, ServicePrincipal};
use crate::directory::user::{self, User};
use crate::directory::{Principal, PrincipalKind};
use crate::seed_state::SeedState;
use crate::strict_json::Object;
use crate::timestamp::Timestamp;
use crate::world::{Document, World};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use std::sync::Arc;
use uuid::Uuid;

/// Adds what an entry describes.
///
/// # Errors
/// For ids and names that are there twice, and for what cannot be read.
pub(super) fn add(world: &mut World, tenant_id: Uuid, domain: &str, entry: &format::Principal, at: &str) -> Result<(), Mistake> {
    if let Some(name) = entry.name.as_deref() {
        check_name(world, name).map_err(|problem| wrong(&format!("{at}.name"), problem))?;
    }
    let object_id = match (&entry.object_id, &entry.name) {
        (Some(text), _) => guid(&format!("{at}.objectId"), text)?,
        (None, Some(name)) => world.ids.guid_of(format!("principal/{name}").as_bytes()),
        (None, None) => world.ids.guid_of(format!("principal/{}", world.directory.declared().count()).as_bytes()),
    };
    if world.directory.principal(object_id).is_some() || world.directory.application(object_id).is_some() {
        return Err(wrong(&format!("{at}.objectId"), format!("the principal '{object_id}' is there twice; give each its own id")));
    }
    let name = entry.name.as_deref();
    let display_name = entry.display_name.as_deref().or(name).unwrap_or("principal");
    let mut state = SeedState::new(&entry.state.0);
    let known = match entry.principal_type.as_deref() {
        Some("ServicePrincipal") => &service_principal::KNOWN,
        Some("Application") => &application::KNOWN,
        Some("User") => &user::KNOWN,
        _ => &group::KNOWN,
    };
    let profile = profile(&mut state, known, &entry.properties, at)?;
    let kind = match entry.principal_type.as_deref() {
        Some("ServicePrincipal") => {
            let app_id = app_id(world, entry, object_id, at)?;
            let application = application_of(world, tenant_id, app_id, display_name, entry, &mut state, at)?;
            world.directory.put_application(application);
            let credentials = credentials(world, app_id, &entry.passwords, &entry.keys, at)?;
            PrincipalKind::ServicePrincipal(ServicePrincipal { app_id, credentials, disabled: entry.disabled.unwrap_or(false) })
        }
        Some("Application") => {
            let app_id = app_id(world, entry, object_id, at)?;
            let mut application = Application::new(object_id, tenant_id, app_id, display_name);
            application.profile = profile;
            fill(world, &mut application, entry, (&entry.passwords, &entry.keys), at)?;
            world.directory.put_application(application);
            return state.finish().map_err(|_| not_understood(at));
        }
        Some("User") => PrincipalKind::User(read_user(world, entry, object_id, domain, at)?),
        Some("Group") => PrincipalKind::Group(Group { members: Arc::default() }),
        other => {
            let found = other.unwrap_or("nothing");
            return Err(wrong(&format!("{at}.type"), format!("found {found}; write ServicePrincipal, Application, User or Group")));
        }
    };
    let name = name.map(Into::into);
    world.directory.put(Principal { object_id, tenant_id, name, display_name: display_name.into(), profile, kind });
    state.finish().map_err(|_| not_understood(at))
}

/// Checks that a name is there and nobody else's. One with two dots, such as a user principal name, is a name like any
/// other; as a bearer value it would be read as a token.
fn check_name(world: &World, name: &str) -> Result<(), String> {
    if name.trim().is_empty() {
        return Err("it is empty; write a name, or leave it out".to_owned());
    }
    match world.directory.named(name) {
        Some(_) => Err(format!("the name '{name}' is there twice; a principal's name is unique over all tenants")),
        None => Ok(()),
    }
}

/// Returns whether a text is a certificate as PEM. What the certificate says is looked at when somebody signs in by it.
fn is_certificate(pem: &str) -> bool {
    let begun = pem.split_once("-----BEGIN CERTIFICATE-----");
    let inside = begun.and_then(|(_, rest)| rest.split_once("-----END CERTIFICATE-----"));
    inside.is_some_and(|(inside, _)| {
        let letters: String = inside.split_whitespace().collect();
        !letters.is_empty() && STANDARD.decode(letters).is_ok()
    })
}

fn not_understood(at: &str) -> Mistake {
    wrong(&format!("{at}.state"), "it has a member that is not known here, or one of the wrong form; take it out")
}

fn profile(state: &mut SeedState, known: &Known, properties: &Object, at: &str) -> Result<Profile, Mistake> {
    let created_on = state.time("createdDateTime").map_err(|_| not_understood(at))?;
    let mut profile = Profile { created_on, ..Profile::default() };
    let problem = format!("it has what Microsoft Graph does not let a client set for {}, or in another form; take it out", known.of);
    known.set(&mut profile, properties.0.clone()).map_err(|_| wrong(&format!("{at}.properties"), problem))?;
    Ok(profile)
}

fn app_id(world: &World, entry: &format::Principal, object_id: Uuid, at: &str) -> Result<Uuid, Mistake> {
    let app_id = match &entry.app_id {
        Some(text) => guid(&format!("{at}.appId"), text)?,
        None => world.ids.guid_of(format!("application/{object_id}").as_bytes()),
    };
    if world.directory.by_app_id(app_id).is_some() || world.directory.application_of(app_id).is_some() {
        return Err(wrong(&format!("{at}.appId"), format!("the application '{app_id}' is there twice; give each its own id")));
    }
    Ok(app_id)
}

/// Returns the application of an entry that is a service principal too.
fn application_of(
    world: &World,
    tenant_id: Uuid,
    app_id: Uuid,
    display_name: &str,
    entry: &format::Principal,
    state: &mut SeedState,
    at: &str,
) -> Result<Application, Mistake> {
    let own = &entry.application;
    let object_id = match &own.object_id {
        Some(text) => guid(&format!("{at}.application.objectId"), text)?,
        None => usual_id(world, app_id),
    };
    let mut application = Application::new(object_id, tenant_id, app_id, display_name);
    let mut made = SeedState::new(&state.object("application").map_err(|_| not_understood(at))?);
    application.profile = profile(&mut made, &application::KNOWN, &own.properties, &format!("{at}.application"))?;
    made.finish().map_err(|_| not_understood(at))?;
    fill(world, &mut application, entry, (&own.passwords, &own.keys), at)?;
    Ok(application)
}

/// The object id of an application whose world file does not say it.
fn usual_id(world: &World, app_id: Uuid) -> Uuid {
    world.ids.guid_of(format!("application object/{app_id}").as_bytes())
}

/// Fills in what an entry says of its application in any case, and these passwords and keys.
fn fill(
    world: &World,
    application: &mut Application,
    entry: &format::Principal,
    (passwords, keys): (&[format::Password], &[format::Key]),
    at: &str,
) -> Result<(), Mistake> {
    if let Some(index) = entry.certificates.iter().position(|pem| !is_certificate(pem)) {
        let problem = "it is no certificate; write one as PEM, from '-----BEGIN CERTIFICATE-----' on";
        return Err(wrong(&format!("{at}.certificates[{index}]"), problem));
    }
    let app_id = application.app_id;
    let made = |what: &str| world.ids.guid_of(format!("{what} of {app_id}").as_bytes());
    let plain = entry.secret.iter().map(|secret| Password::plain(made("secret"), secret));
    let certificates = entry.certificates.iter().map(|pem| Key::plain(made(pem), pem));
    let written = credentials(world, app_id, passwords, keys, at)?;
    application.credentials =
        Credentials { passwords: plain.chain(written.passwords).collect(), keys: certificates.chain(written.keys).collect() };
    application.graph = entry.graph.as_deref().map(Into::into);
    if let Some((index, uri)) = entry.redirect_uris.iter().enumerate().find(|(_, uri)| !is_redirect_uri(uri)) {
        let problem = format!("'{uri}' is no redirect URI; write one such as https://app.example/signin-oidc");
        return Err(wrong(&format!("{at}.redirectUris[{index}]"), problem));
    }
    application.redirect_uris = Arc::new(entry.redirect_uris.iter().map(|uri| uri.as_str().into()).collect());
    for (index, entry) in entry.federated_credentials.iter().enumerate() {
        let at = format!("{at}.federatedCredentials[{index}]");
        federated_credential::has_its_shape(&entry.0).map_err(|problem| wrong(&at, problem.message()))?;
    }
    application.federated_credentials = Arc::new(entry.federated_credentials.iter().map(|it| Value::Object(it.0.clone())).collect());
    Ok(())
}

fn credentials(
    world: &World,
    app_id: Uuid,
    passwords: &[format::Password],
    keys: &[format::Key],
    at: &str,
) -> Result<Credentials, Mistake> {
    let id = |text: &Option<String>, what: &str, index: usize| match text {
        Some(text) => guid(&format!("{at}.{what}[{index}].keyId"), text),
        None => Ok(world.ids.guid_of(format!("{what}[{index}] of {app_id}").as_bytes())),
    };
    // What stands here has times; without them it would be the short form and be written as that.
    let start = |text: &Option<String>, at: &str| text.as_deref().map_or(Ok(Timestamp::default()), |text| timestamp(at, text)).map(Some);
    let end = |text: &Option<String>, at: &str| text.as_deref().map(|text| timestamp(at, text)).transpose();
    let mut read = Credentials::default();
    for (index, entry) in passwords.iter().enumerate() {
        let place = format!("{at}.passwords[{index}]");
        read.passwords.push(Password {
            key_id: id(&entry.key_id, "passwords", index)?,
            display_name: entry.display_name.as_deref().map(Into::into),
            starts_on: start(&entry.start_date_time, &place)?,
            ends_on: end(&entry.end_date_time, &place)?,
            secret: entry.secret_text.as_str().into(),
        });
    }
    for (index, entry) in keys.iter().enumerate() {
        let place = format!("{at}.keys[{index}]");
        read.keys.push(Key {
            key_id: id(&entry.key_id, "keys", index)?,
            display_name: entry.display_name.as_deref().map(Into::into),
            starts_on: start(&entry.start_date_time, &place)?,
            ends_on: end(&entry.end_date_time, &place)?,
            key_type: entry.key_type.as_deref().unwrap_or("AsymmetricX509Cert").into(),
            usage: entry.usage.as_deref().unwrap_or("Verify").into(),
            certificate: entry.key.as_str().into(),
        });
    }
    Ok(read)
}

fn read_user(world: &World, entry: &format::Principal, object_id: Uuid, domain: &str, at: &str) -> Result<User, Mistake> {
    let name = entry.name.clone().unwrap_or_else(|| object_id.to_string());
    let user_principal_name = entry.user_principal_name.clone().unwrap_or_else(|| format!("{name}@{domain}"));
    if world.directory.by_user_principal_name(&user_principal_name).is_some() {
        let problem = format!("'{user_principal_name}' is there twice; give each user its own");
        return Err(wrong(&format!("{at}.userPrincipalName"), problem));
    }
    let home_tenant = entry.home_tenant.as_deref().map(|text| guid(&format!("{at}.homeTenant"), text)).transpose()?;
    Ok(User {
        user_principal_name: user_principal_name.into(),
        password: entry.password.as_deref().map(Into::into),
        guest: entry.guest.unwrap_or(false),
        home_tenant,
        global_administrator: entry.global_administrator.unwrap_or(false),
        disabled: entry.disabled.unwrap_or(false),
    })
}

/// Fills in members and owners, when all principals of the files are there: groups may hold each other. An id may be
/// that of a resource's identity, which comes later; see `all_are_there`.
///
/// # Errors
/// For a name that nobody has, and for members of what is no group.
pub(super) fn add_members_and_owners(world: &mut World, file: &format::WorldFile) -> Result<(), Mistake> {
    for (at, entry) in entries(file) {
        let Some(id) = id_of(world, entry) else {
            let says_nothing = entry.members.is_empty() && entry.owners.is_empty() && entry.application.owners.is_empty();
            says_nothing.then_some(()).ok_or_else(|| wrong(&at, "only an entry with a name or an objectId has members or owners"))?;
            continue;
        };
        if !entry.members.is_empty() {
            let at = format!("{at}.members");
            let group = world.directory.principal(id).filter(|it| matches!(it.kind, PrincipalKind::Group(_))).cloned();
            let group = group.ok_or_else(|| wrong(&at, "only a Group has members"))?;
            let members = ids(world, &entry.members, &at)?.into();
            world.directory.put(Principal { kind: PrincipalKind::Group(Group { members }), ..Principal::clone(&group) });
        }
        let owners = ids(world, &entry.owners, &format!("{at}.owners"))?;
        world.directory.set_owners(id, owners);
        let of_application = ids(world, &entry.application.owners, &format!("{at}.application.owners"))?;
        if let Some(application) =
            world.directory.principal(id).and_then(|it| it.app_id()).and_then(|id| world.directory.application_of(id))
        {
            let application = application.object_id;
            world.directory.set_owners(application, of_application);
        }
    }
    Ok(())
}

/// Checks that all members and owners are there, now that the resources have their identities.
///
/// # Errors
/// For the first that is not.
pub(super) fn all_are_there(world: &mut World, file: &format::WorldFile) -> Result<(), Mistake> {
    for (at, entry) in entries(file) {
        for (list, name) in [(&entry.members, "members"), (&entry.owners, "owners"), (&entry.application.owners, "application.owners")] {
            let missing = list.iter().find(|text| world.directory.named(text).is_none());
            if let Some(missing) = missing {
                return Err(nobody(&format!("{at}.{name}"), missing));
            }
        }
    }
    Ok(())
}

fn entries(file: &format::WorldFile) -> impl Iterator<Item = (String, &format::Principal)> {
    file.tenants.iter().enumerate().flat_map(|(tenant, entry)| {
        let place = move |index: usize| format!("tenants[{tenant}].principals[{index}]");
        entry.principals.iter().enumerate().map(move |(index, principal)| (place(index), principal))
    })
}

fn id_of(world: &World, entry: &format::Principal) -> Option<Uuid> {
    match (&entry.name, &entry.object_id) {
        (Some(name), _) => world.directory.named(name).map(|it| it.object_id),
        (None, Some(id)) => Uuid::try_parse(id).ok(),
        (None, None) => None,
    }
}

fn ids(world: &World, texts: &[String], at: &str) -> Result<Vec<Uuid>, Mistake> {
    let one = |text: &String| {
        let named = world.directory.named(text).map(|it| it.object_id);
        named.or_else(|| Uuid::try_parse(text).ok()).ok_or_else(|| nobody(at, text))
    };
    texts.iter().map(one).collect()
}

fn nobody(at: &str, text: &str) -> Mistake {
    wrong(at, format!("'{text}' is no principal of this world; name one, or give an object id"))
}

/// Returns the entries of a tenant: its principals in their order, then the applications without a service principal.
pub(super) fn export(world: &World, tenant_id: Uuid, state: State) -> Vec<Value> {
    let principals = world.directory.declared().filter(|it| it.tenant_id == tenant_id).map(|it| principal(world, it, state));
    let alone = |it: &&Arc<Application>| it.tenant_id == tenant_id && world.directory.by_app_id(it.app_id).is_none();
    principals.chain(world.directory.applications().filter(alone).map(|it| application_alone(world, it, state))).collect()
}

fn principal(world: &World, principal: &Principal, state: State) -> Value {
    let mut entry = json!({ "name": principal.name.as_deref(), "type": principal.principal_type(), "objectId": principal.object_id,
        "displayName": &*principal.display_name });
    let mut made = state_of(&principal.profile);
    let more = match &principal.kind {
        PrincipalKind::ServicePrincipal(it) => match world.directory.application_of(it.app_id) {
            Some(application) => {
                let of_application = state_of(&application.profile);
                if !of_application.is_empty() {
                    made.insert("application".to_owned(), Value::Object(of_application));
                }
                let mut more = with_application(world, it, application, state);
                merge(&mut more, of_file(application));
                more
            }
            None => json!({ "appId": it.app_id }),
        },
        PrincipalKind::User(it) => json!({ "userPrincipalName": &*it.user_principal_name, "password": it.password.as_deref(),
            "globalAdministrator": it.global_administrator.then_some(true), "guest": it.guest.then_some(true),
            "homeTenant": it.home_tenant, "disabled": it.disabled.then_some(true) }),
        PrincipalKind::Group(it) => json!({ "members": names(world, &it.members) }),
        PrincipalKind::ManagedIdentity(_) => Value::Null,
    };
    merge(&mut entry, more);
    merge(
        &mut entry,
        json!({ "properties": *principal.profile.properties, "owners": names(world, world.directory.owners(principal.object_id)) }),
    );
    finished(entry, made, state)
}

fn with_application(world: &World, it: &ServicePrincipal, application: &Application, state: State) -> Value {
    let is_usual = application.object_id == usual_id(world, it.app_id);
    let mut own = json!({ "objectId": (!is_usual && state == State::Kept).then_some(application.object_id),
        "properties": *application.profile.properties,
        "passwords": passwords(&application.credentials), "keys": keys(&application.credentials),
        "owners": names(world, world.directory.owners(application.object_id)) });
    drop_empty(&mut own);
    json!({ "appId": it.app_id, "disabled": it.disabled.then_some(true), "passwords": passwords(&it.credentials),
        "keys": keys(&it.credentials), "application": own })
}

fn application_alone(world: &World, application: &Application, state: State) -> Value {
    let mut entry = json!({ "type": "Application", "objectId": application.object_id, "displayName": &*application.display_name,
        "appId": application.app_id });
    merge(&mut entry, of_file(application));
    merge(
        &mut entry,
        json!({ "properties": *application.profile.properties,
        "passwords": passwords(&application.credentials), "keys": keys(&application.credentials),
        "owners": names(world, world.directory.owners(application.object_id)) }),
    );
    finished(entry, state_of(&application.profile), state)
}

/// What stands in an entry itself, whether or not its application has a service principal.
fn of_file(application: &Application) -> Value {
    let credentials = &application.credentials;
    let secret = credentials.passwords.iter().find(|it| it.is_plain()).map(|it| &*it.secret);
    let certificates: Vec<&str> = credentials.keys.iter().filter(|it| it.is_plain()).map(|it| &*it.certificate).collect();
    json!({ "secret": secret, "graph": application.graph.as_deref(), "certificates": certificates,
        "federatedCredentials": &*application.federated_credentials,
        "redirectUris": application.redirect_uris.iter().map(|uri| &**uri).collect::<Vec<_>>() })
}

fn passwords(credentials: &Credentials) -> Vec<Value> {
    let entry = |it: &Password| {
        let mut entry = json!({ "keyId": it.key_id, "displayName": it.display_name.as_deref(),
            "startDateTime": it.starts_on.map(|at| at.to_string()), "endDateTime": it.ends_on.map(|at| at.to_string()),
            "secretText": &*it.secret });
        drop_empty(&mut entry);
        entry
    };
    credentials.passwords.iter().filter(|it| !it.is_plain()).map(entry).collect()
}

fn keys(credentials: &Credentials) -> Vec<Value> {
    let entry = |it: &Key| {
        let mut entry = json!({ "keyId": it.key_id, "displayName": it.display_name.as_deref(),
            "startDateTime": it.starts_on.map(|at| at.to_string()), "endDateTime": it.ends_on.map(|at| at.to_string()),
            "type": &*it.key_type, "usage": &*it.usage, "key": &*it.certificate });
        drop_empty(&mut entry);
        entry
    };
    credentials.keys.iter().filter(|it| !it.is_plain()).map(entry).collect()
}

fn names(world: &World, ids: &[Uuid]) -> Vec<String> {
    let name = |id: &Uuid| world.directory.principal(*id).and_then(|it| it.name.as_deref().map(str::to_owned));
    ids.iter().map(|id| name(id).unwrap_or_else(|| id.to_string())).collect()
}

fn state_of(profile: &Profile) -> Document {
    let created_on = profile.created_on.map(|at| ("createdDateTime".to_owned(), Value::String(at.to_string())));
    created_on.into_iter().collect()
}

fn merge(entry: &mut Value, more: Value) {
    if let (Some(entry), Value::Object(more)) = (entry.as_object_mut(), more) {
        entry.extend(more);
    }
}

/// Takes out what says nothing: null, and lists and objects without anything in them.
fn drop_empty(entry: &mut Value) {
    let says_something = |value: &Value| match value {
        Value::Null => false,
        Value::Array(list) => !list.is_empty(),
        Value::Object(object) => !object.is_empty(),
        _ => true,
    };
    if let Some(entry) = entry.as_object_mut() {
        entry.retain(|_, value| says_something(value));
    }
}

fn finished(mut entry: Value, made: Document, state: State) -> Value {
    drop_empty(&mut entry);
    super::export::with_state(entry, made, state)
}
