//! `{scope}/providers/Microsoft.Resources/tags/default`: the tags of a subscription, a group or a resource, by
//! themselves.
//!
//! They are the tags that the scope shows; a change goes through the scope's own update.
//! Follows <https://learn.microsoft.com/rest/api/resources/tags>.

use crate::data_factory::factory;
use crate::fault::Fault;
use crate::managed_identity::user_assigned_identity;
use crate::reader_words::Place;
use crate::resource_id::ResourceId;
use crate::resources::subscription::Subscription;
use crate::resources::{definition, resource_group, tags};
use crate::rules::arm;
use crate::world::{Document, World};
use serde_json::Value;

/// What kinds of scopes have tags.
enum Tagged {
    Subscription,
    ResourceGroup,
    Factory,
    UserAssignedIdentity,
}

/// Returns the kind of a scope.
///
/// # Errors
/// `ResourceNotFound` for what has no tags.
fn tagged(scope: &ResourceId) -> Result<Tagged, Fault> {
    if scope.is_of_type(factory::RESOURCE_TYPE) {
        return Ok(Tagged::Factory);
    }
    if scope.is_of_type(user_assigned_identity::RESOURCE_TYPE) {
        return Ok(Tagged::UserAssignedIdentity);
    }
    match (scope.subscription(), scope.resource_group(), scope.segments().count()) {
        (Some(_), None, 2) => Ok(Tagged::Subscription),
        (Some(_), Some(_), 4) => Ok(Tagged::ResourceGroup),
        _ => Err(arm::resource_not_found(scope)),
    }
}

/// Returns the tags of a scope.
///
/// # Errors
/// Whatever the scope says of itself when it is missing.
pub fn get(world: &World, scope: &ResourceId) -> Result<Document, Fault> {
    Ok(match tagged(scope)? {
        Tagged::Subscription => subscription(world, scope)?.tags.clone().unwrap_or_default(),
        Tagged::ResourceGroup => resource_group::get(world, scope)?.tags.clone().unwrap_or_default(),
        Tagged::Factory => factory::get(world, scope)?.tags.clone(),
        Tagged::UserAssignedIdentity => user_assigned_identity::get(world, scope)?.tags.clone(),
    })
}

/// Replaces all tags of a scope by those of the body; returns them.
///
/// # Errors
/// `InvalidRequestContent`, the limits of tags, and whatever the scope says of itself when it is missing.
pub fn create_or_update(world: &mut World, scope: &ResourceId, body: &Document) -> Result<Document, Fault> {
    get(world, scope)?;
    put(world, scope, sent_in(body)?)
}

/// Merges the body's tags into those of a scope, replaces them, or takes away those that match by name and value, or by
/// name alone where the body has no value; returns what is left.
///
/// # Errors
/// As `create_or_update`.
pub fn update(world: &mut World, scope: &ResourceId, body: &Document) -> Result<Document, Fault> {
    let (mut tags, sent) = (get(world, scope)?, sent_in(body)?);
    let operation = definition::text(body, "operation")?.unwrap_or_default();
    match operation.to_ascii_lowercase().as_str() {
        "merge" => {
            for (name, value) in sent {
                let same = tags.keys().find(|other| other.eq_ignore_ascii_case(&name)).cloned();
                tags.insert(same.unwrap_or(name), value);
            }
        }
        "replace" => tags = sent,
        "delete" => {
            let goes = |name: &str, value: &Value| {
                sent.iter().any(|(other, gone)| other.eq_ignore_ascii_case(name) && (gone == value || gone.as_str() == Some("")))
            };
            tags.retain(|name, value| !goes(name, value));
        }
        _ => {
            let sentence = format!("Error converting value \"{operation}\" to type 'TagsPatchOperation'.");
            return Err(arm::invalid_member(&sentence, Place::Value("operation".to_owned())));
        }
    }
    put(world, scope, tags)
}

/// Takes all tags of a scope away.
///
/// # Errors
/// Whatever the scope says of itself when it is missing.
pub fn delete(world: &mut World, scope: &ResourceId) -> Result<(), Fault> {
    get(world, scope)?;
    put(world, scope, Document::new()).map(|_| ())
}

fn sent_in(body: &Document) -> Result<Document, Fault> {
    definition::tags_have_known_members(body)?;
    let properties = definition::member(body, "properties").and_then(Value::as_object);
    let missing = || arm::invalid_member("Required property 'properties' not found in JSON.", Place::End(String::new()));
    let properties = properties.ok_or_else(missing)?;
    Ok(tags::sent_in(properties)?.unwrap_or_default())
}

fn put(world: &mut World, scope: &ResourceId, tags: Document) -> Result<Document, Fault> {
    let body: Document = [("tags".to_owned(), Value::Object(tags.clone()))].into_iter().collect();
    match tagged(scope)? {
        Tagged::Subscription => {
            arm::tags_have_their_shape(&tags)?;
            let mut changed = subscription(world, scope)?.clone();
            changed.tags = Some(tags.clone());
            world.subscriptions.insert(changed.id, changed);
        }
        Tagged::ResourceGroup => drop(resource_group::update(world, scope, &body)?),
        Tagged::Factory => drop(factory::update(world, scope, &body)?),
        Tagged::UserAssignedIdentity => drop(user_assigned_identity::update(world, scope, &body)?),
    }
    Ok(tags)
}

fn subscription<'a>(world: &'a World, scope: &ResourceId) -> Result<&'a Subscription, Fault> {
    let id = scope.subscription().unwrap_or_default();
    world.subscription(id).map(|it| &**it).ok_or_else(|| arm::subscription_not_found(id))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::resources::subscription::Subscription;
    use serde_json::json;
    use uuid::Uuid;

    fn world() -> (World, ResourceId) {
        let mut world = World::default();
        let id = Uuid::from_u128(0x22);
        world.subscriptions.insert(id, Subscription::new(id, Uuid::nil(), "s", None));
        let scope = world.subscriptions.get(&id).unwrap().scope();
        (world, scope)
    }

    fn change(world: &mut World, scope: &ResourceId, operation: &str, tags: Value) -> String {
        let body = json!({ "operation": operation, "properties": { "tags": tags } });
        let left = update(world, scope, body.as_object().unwrap()).unwrap();
        serde_json::to_string(&left).unwrap()
    }

    #[test]
    fn merging_replacing_and_taking_away() {
        let (mut world, scope) = world();
        assert_eq!(change(&mut world, &scope, "Merge", json!({ "Env": "a", "b": "c" })), r#"{"Env":"a","b":"c"}"#);
        assert_eq!(change(&mut world, &scope, "merge", json!({ "ENV": "d" })), r#"{"Env":"d","b":"c"}"#);
        assert_eq!(change(&mut world, &scope, "Delete", json!({ "env": "D", "B": "c" })), r#"{"Env":"d"}"#);
        assert_eq!(change(&mut world, &scope, "Merge", json!({ "n": "1" })), r#"{"Env":"d","n":"1"}"#);
        assert_eq!(change(&mut world, &scope, "Delete", json!({ "N": "" })), r#"{"Env":"d"}"#);
        assert_eq!(change(&mut world, &scope, "Replace", json!({ "x": "y" })), r#"{"x":"y"}"#);
        delete(&mut world, &scope).unwrap();
        assert!(get(&world, &scope).unwrap().is_empty());
        let wrong = json!({ "operation": "Add", "properties": { "tags": {} } });
        assert!(update(&mut world, &scope, wrong.as_object().unwrap()).is_err());
        assert!(create_or_update(&mut world, &scope, &Document::new()).is_err());
    }

    #[test]
    fn what_has_no_tags_is_not_found() {
        let (world, scope) = world();
        assert!(get(&world, &scope.child("resourceGroups", "missing")).is_err());
        assert!(get(&world, &scope.at_scope("Microsoft.Authorization/roleAssignments", "a")).is_err());
    }
}
