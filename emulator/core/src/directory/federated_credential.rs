//! Federated credentials of applications: which issuer may speak for it, and about whom.
//!
//! They are kept as a world file or a client wrote them; those of a world file may lack id and name, which are then
//! made from what they say. User-assigned identities have theirs at Resource Manager.
//! Follows <https://learn.microsoft.com/graph/api/resources/federatedidentitycredential>.

use super::application::Application;
use super::profile::{Form, Known, Profile};
use super::refusal::Refusal;
use crate::fault::Fault;
use crate::members;
use crate::rules::arm::invalid_request_content;
use crate::world::{Document, World};
use serde_json::Value;
use std::sync::Arc;
use uuid::Uuid;

/// Federated credentials that an application may have
/// <https://learn.microsoft.com/entra/workload-id/workload-identity-federation-considerations>.
const PER_APPLICATION_MAX: usize = 20;

/// What a federated credential can be told.
static KNOWN: Known = Known {
    of: "FederatedIdentityCredential",
    kept: &[("audiences", Form::Texts), ("description", Form::Text), ("issuer", Form::Text), ("name", Form::Text), ("subject", Form::Text)],
    read_only: &["id"],
};

/// Checks that the members of an entry of a world file are known, and of the types that a client would have to send.
///
/// # Errors
/// `content-is-valid`, for the first that is not.
pub fn has_its_shape(entry: &Document) -> Result<(), Fault> {
    const TEXTS: [&str; 5] = ["id", "name", "issuer", "subject", "description"];
    if let Some(unknown) = entry.keys().find(|name| !TEXTS.contains(&name.as_str()) && *name != "audiences") {
        return Err(invalid_request_content(&format!("The property '{unknown}' is not known.")));
    }
    TEXTS.into_iter().try_for_each(|name| members::text(entry, name).map(drop))?;
    members::texts(entry, "audiences").map(drop)
}

/// Returns the id of an entry: its own, else one made from issuer and subject, which no other entry has together.
pub fn id(world: &World, application: &Application, entry: &Value) -> String {
    if let Some(id) = text(entry, "id") {
        return id.to_owned();
    }
    let (issuer, subject) = (text(entry, "issuer").unwrap_or_default(), text(entry, "subject").unwrap_or_default());
    world.ids.guid_of(format!("federatedCredential/{}/{issuer}/{subject}", application.app_id).as_bytes()).to_string()
}

/// Returns the entry with this id or name.
pub fn find<'a>(world: &World, application: &'a Application, id_or_name: &str) -> Option<(usize, &'a Value)> {
    let is_meant =
        |entry: &Value| id(world, application, entry).eq_ignore_ascii_case(id_or_name) || text(entry, "name") == Some(id_or_name);
    application.federated_credentials.iter().enumerate().find(|(_, entry)| is_meant(entry))
}

/// Adds one; returns its id. <https://learn.microsoft.com/graph/api/application-post-federatedidentitycredentials>
///
/// # Errors
/// For a body that lacks what one needs or has what is not known, for a name that is taken, an issuer and subject that
/// are, and for one too many.
pub fn create(world: &mut World, application: Uuid, body: Document) -> Result<String, Refusal> {
    for property in ["name", "issuer", "subject", "audiences"] {
        if body.get(property).is_none_or(Value::is_null) {
            return Err(Refusal::Required { property, of: "FederatedIdentityCredential" });
        }
    }
    let found = found(world, application)?;
    if found.federated_credentials.len() >= PER_APPLICATION_MAX {
        return Err(Refusal::TooMany { what: "FederatedIdentityCredentials", max: PER_APPLICATION_MAX });
    }
    let mut profile = Profile::default();
    KNOWN.set(&mut profile, body)?;
    let entry = Value::Object(Arc::unwrap_or_clone(profile.properties));
    is_free(&found, &entry, None)?;
    let id = world.ids.next_guid().to_string();
    let mut made = Document::new();
    made.insert("id".to_owned(), id.clone().into());
    made.extend(entry.as_object().cloned().unwrap_or_default());
    change(world, application, |entries| entries.push(Value::Object(made)))?;
    Ok(id)
}

/// Changes one; its name stays. <https://learn.microsoft.com/graph/api/federatedidentitycredential-update>
///
/// # Errors
/// When there is none, and as for `create`.
pub fn update(world: &mut World, application: Uuid, id_or_name: &str, mut body: Document) -> Result<(), Refusal> {
    let found = found(world, application)?;
    let (at, entry) = self::find(world, &found, id_or_name).ok_or_else(|| Refusal::NotFound(id_or_name.to_owned()))?;
    body.shift_remove("name");
    let mut profile = Profile { properties: Arc::new(entry.as_object().cloned().unwrap_or_default()), ..Profile::default() };
    KNOWN.set(&mut profile, body)?;
    let mut entry = Arc::unwrap_or_clone(profile.properties);
    // What the id is made from may have changed, and the id must not.
    entry.entry("id").or_insert_with(|| id(world, &found, found.federated_credentials.get(at).unwrap_or(&Value::Null)).into());
    let entry = Value::Object(entry);
    is_free(&found, &entry, Some(at))?;
    change(world, application, |entries| entries.iter_mut().skip(at).take(1).for_each(|it| *it = entry.clone()))
}

/// Deletes one. <https://learn.microsoft.com/graph/api/federatedidentitycredential-delete>
///
/// # Errors
/// When there is none.
pub fn delete(world: &mut World, application: Uuid, id_or_name: &str) -> Result<(), Refusal> {
    let found = found(world, application)?;
    let (at, _) = self::find(world, &found, id_or_name).ok_or_else(|| Refusal::NotFound(id_or_name.to_owned()))?;
    change(world, application, |entries| drop(entries.remove(at)))
}

fn found(world: &World, application: Uuid) -> Result<Arc<Application>, Refusal> {
    world.directory.application(application).cloned().ok_or_else(|| Refusal::NotFound(application.to_string()))
}

fn change(world: &mut World, application: Uuid, change: impl FnOnce(&mut Vec<Value>)) -> Result<(), Refusal> {
    world.directory.change_application(application, |it| {
        change(Arc::make_mut(&mut it.federated_credentials));
        Ok(())
    })
}

fn is_free(application: &Application, entry: &Value, at: Option<usize>) -> Result<(), Refusal> {
    let mut others = application.federated_credentials.iter().enumerate().filter(|(other, _)| Some(*other) != at).map(|(_, it)| it);
    let same = |one: &Value, other: &Value, name: &str| text(one, name).is_some() && text(one, name) == text(other, name);
    let is_same = |other: &Value| same(entry, other, "name") || same(entry, other, "issuer") && same(entry, other, "subject");
    if others.any(is_same) { Err(Refusal::Taken("name")) } else { Ok(()) }
}

fn text<'a>(entry: &'a Value, name: &str) -> Option<&'a str> {
    entry.get(name).and_then(Value::as_str)
}
