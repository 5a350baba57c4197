//! Federated credentials of applications: list, get, create, change, delete.
//!
//! The emulator's own issuer, which a world file writes as `self`, is shown with its address.
//! Follows <https://learn.microsoft.com/graph/api/resources/federatedidentitycredentials-overview>.

use adf_emulator_core::directory::application::Application;
use adf_emulator_core::directory::federated_credential as core;
use adf_emulator_core::world::{Document, World};
use serde_json::{Value, json};

use super::Reply;
use super::failure::Failure;
use super::list::context_url;
use super::object::Object;
use super::request::GraphRequest;
use super::write::{found, key};
use crate::azure_hosts::graph_of;
use crate::entra::federation::{OWN_ISSUER, OWN_ISSUER_PATH};

/// `GET /applications/{id}/federatedIdentityCredentials`
pub fn list(asked: &GraphRequest<'_>, world: &World) -> Result<Reply, Failure> {
    asked.only(&[])?;
    let application = application(asked, world)?;
    let value: Vec<Value> =
        application.federated_credentials.iter().map(|entry| Value::Object(shown(asked, world, application, entry))).collect();
    Ok(Reply::Json(json!({ "@odata.context": context_url(asked, &collection(application)), "value": value })))
}

/// `GET /applications/{id}/federatedIdentityCredentials/{id or name}`
pub fn get(asked: &GraphRequest<'_>, world: &World) -> Result<Reply, Failure> {
    entity(asked, world, key(asked, 3)).map(Reply::Json)
}

/// `POST /applications/{id}/federatedIdentityCredentials`
pub fn create(asked: &GraphRequest<'_>, world: &mut World) -> Result<Reply, Failure> {
    let application = application(asked, world)?.object_id;
    let id = core::create(world, application, asked.body()?).map_err(Failure::of)?;
    let body = entity(asked, world, &id)?;
    let location = format!("{}/v2/{}/federatedIdentityCredentials/{id}", graph_of(&asked.http.origin), asked.caller.tenant_id);
    Ok(Reply::Created { body, location })
}

/// `PATCH /applications/{id}/federatedIdentityCredentials/{id or name}`
pub fn update(asked: &GraphRequest<'_>, world: &mut World) -> Result<Reply, Failure> {
    let application = application(asked, world)?.object_id;
    core::update(world, application, key(asked, 3), asked.body()?).map(|()| Reply::NoContent).map_err(Failure::of)
}

/// `DELETE /applications/{id}/federatedIdentityCredentials/{id or name}`
pub fn delete(asked: &GraphRequest<'_>, world: &mut World) -> Result<Reply, Failure> {
    let application = application(asked, world)?.object_id;
    core::delete(world, application, key(asked, 3)).map(|()| Reply::NoContent).map_err(Failure::of)
}

fn application<'w>(asked: &GraphRequest<'_>, world: &'w World) -> Result<&'w Application, Failure> {
    match found(asked, world)? {
        Object::Application(application) => Ok(application),
        Object::Principal(_) => Err(Failure::not_found(key(asked, 1))),
    }
}

fn entity(asked: &GraphRequest<'_>, world: &World, id_or_name: &str) -> Result<Value, Failure> {
    let application = application(asked, world)?;
    let (_, entry) = core::find(world, application, id_or_name).ok_or_else(|| Failure::not_found(id_or_name))?;
    let mut entity = Document::new();
    entity.insert("@odata.context".to_owned(), context_url(asked, &format!("{}/$entity", collection(application))));
    entity.extend(shown(asked, world, application, entry));
    Ok(Value::Object(entity))
}

fn collection(application: &Application) -> String {
    format!("applications('{}')/federatedIdentityCredentials", application.object_id)
}

fn shown(asked: &GraphRequest<'_>, world: &World, application: &Application, entry: &Value) -> Document {
    let id = core::id(world, application, entry);
    let member = |name: &str| entry.get(name).cloned().unwrap_or(Value::Null);
    let issuer = match entry.get("issuer").and_then(Value::as_str) {
        Some(OWN_ISSUER) => json!(format!("{}/{OWN_ISSUER_PATH}", asked.http.origin)),
        _ => member("issuer"),
    };
    let name = entry.get("name").cloned().unwrap_or_else(|| id.as_str().into());
    let shown = json!({ "id": id, "name": name, "issuer": issuer, "subject": member("subject"), "description": member("description"),
        "audiences": member("audiences") });
    match shown {
        Value::Object(shown) => shown,
        _ => Document::new(),
    }
}
