//! Passwords and keys of applications and service principals: add and remove.
//!
//! A new password is good at once. Adding or removing a key needs a proof: a token that a key which is there has signed.
//! Follows <https://learn.microsoft.com/graph/api/application-addpassword> and
//! <https://learn.microsoft.com/graph/api/application-addkey>.

use adf_emulator_core::directory::credentials::Credentials;
use adf_emulator_core::directory::refusal::Refusal;
use adf_emulator_core::directory::{Principal, PrincipalKind, service_principal};
use adf_emulator_core::world::{Document, World};
use serde_json::{Value, json};
use uuid::Uuid;

use super::Reply;
use super::credential;
use super::failure::Failure;
use super::list;
use super::object::{Object, ObjectType};
use super::request::GraphRequest;
use super::write::found;
use crate::clock::host_now;
use crate::entra::assertion::Assertion;

/// Whom a proof is for <https://learn.microsoft.com/graph/application-rollkey-prooftoken>.
pub const PROOF_AUDIENCE: &str = "00000002-0000-0000-c000-000000000000";

/// `POST /applications/{id}/addPassword`, also of a service principal
pub fn add_password(asked: &GraphRequest<'_>, world: &mut World) -> Result<Reply, Failure> {
    let wanted = match asked.body()?.shift_remove("passwordCredential") {
        None | Some(Value::Null) => Document::new(),
        Some(Value::Object(wanted)) => wanted,
        Some(_) => return Err(Failure::bad_request("The property 'passwordCredential' has to be an object.")),
    };
    let now = world.now;
    let made = change(asked, world, |world, credentials| credentials.add_password(&mut world.ids, now, &wanted))?;
    let mut body = json!({ "@odata.context": list::context_url(asked, "microsoft.graph.passwordCredential") });
    if let (Some(body), Value::Object(made)) = (body.as_object_mut(), credential::password(&made, Some(&made.secret))) {
        body.extend(made);
    }
    Ok(Reply::Json(body))
}

/// `POST /applications/{id}/removePassword`, also of a service principal
pub fn remove_password(asked: &GraphRequest<'_>, world: &mut World) -> Result<Reply, Failure> {
    let body = asked.body()?;
    let Some(key_id) = body.get("keyId").and_then(Value::as_str) else {
        return Err(Failure::bad_request("The property 'keyId' is missing."));
    };
    change(asked, world, |_, credentials| credentials.remove_password(key_id)).map(|()| Reply::NoContent)
}

/// Changes the credentials of the application or service principal that a request names.
fn change<T>(
    asked: &GraphRequest<'_>,
    world: &mut World,
    change: impl FnOnce(&mut World, &mut Credentials) -> Result<T, Refusal>,
) -> Result<T, Failure> {
    let found = found(asked, world)?;
    let id = found.id();
    let answer = match (found, found.object_type()) {
        (Object::Application(application), _) => {
            let mut changed = application.clone();
            change(world, &mut changed.credentials).inspect(|_| world.directory.put_application(changed))
        }
        (Object::Principal(_), ObjectType::ServicePrincipal) => service_principal::change_credentials(world, id, change),
        (Object::Principal(_), _) => return Err(Failure::bad_request("Unsupported resource type.")),
    };
    answer.map_err(Failure::of)
}

/// `POST /applications/{id}/addKey`, also of a service principal
pub fn add_key(asked: &GraphRequest<'_>, world: &mut World) -> Result<Reply, Failure> {
    let body = asked.body()?;
    is_proven(asked, world, &body)?;
    if body.get("passwordCredential").is_some_and(|it| !it.is_null()) {
        return Err(Failure::not_emulated("keys with a password"));
    }
    let Some(wanted) = body.get("keyCredential").and_then(Value::as_object) else {
        return Err(Failure::bad_request("The property 'keyCredential' is missing."));
    };
    let now = world.now;
    let made = change(asked, world, |world, credentials| credentials.add_key(&mut world.ids, now, wanted))?;
    let mut body = json!({ "@odata.context": list::context_url(asked, "microsoft.graph.keyCredential") });
    if let (Some(body), Value::Object(made)) = (body.as_object_mut(), credential::key(&made)) {
        body.extend(made);
    }
    Ok(Reply::Json(body))
}

/// `POST /applications/{id}/removeKey`, also of a service principal
pub fn remove_key(asked: &GraphRequest<'_>, world: &mut World) -> Result<Reply, Failure> {
    let body = asked.body()?;
    is_proven(asked, world, &body)?;
    let key_id = body.get("keyId").and_then(Value::as_str).unwrap_or_default();
    let unknown = || Refusal::NotFound(key_id.to_owned());
    change(asked, world, |_, credentials| {
        let id = Uuid::try_parse(key_id).map_err(|_| unknown())?;
        if credentials.remove_key(id) { Ok(()) } else { Err(unknown()) }
    })
    .map(|()| Reply::NoContent)
}

/// Checks that the client has a key of the application or service principal: it signed a token that says so.
fn is_proven(asked: &GraphRequest<'_>, world: &World, body: &Document) -> Result<(), Failure> {
    let proof = body.get("proof").and_then(Value::as_str).ok_or_else(Failure::no_proof)?;
    let found = found(asked, world)?;
    let credentials = match found {
        Object::Application(it) => &it.credentials,
        Object::Principal(Principal { kind: PrincipalKind::ServicePrincipal(it), .. }) => &it.credentials,
        Object::Principal(_) => return Err(Failure::forbidden()),
    };
    let proof = Assertion::parse(proof).map_err(|_| Failure::no_proof())?;
    let is_of_it = Uuid::try_parse(&proof.claims.iss) == Ok(found.id());
    let is_for_graph = proof.claims.aud.all().iter().any(|audience| audience == PROOF_AUDIENCE);
    let keys = credentials.keys.iter().filter(|key| key.is_good_at(world.now));
    let is_signed = proof.is_signed_with_one_of(keys.map(|key| &*key.certificate)).is_ok();
    if is_of_it && is_for_graph && is_signed && proof.is_in_time(host_now()).is_ok() { Ok(()) } else { Err(Failure::no_proof()) }
}
