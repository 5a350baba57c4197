//! Subscriptions and the resource providers registered in them.
//!
//! Registering takes `operationDuration` on the world's clock; while it is under way resources can be made already, as
//! the documentation of the registering state has it. Follows <https://learn.microsoft.com/rest/api/resources/subscriptions>.

use crate::authorization::require;
use crate::fault::Fault;
use crate::resource_id::ResourceId;
use crate::resources::provider::{self, Provider};
use crate::resources::tag_names::PredefinedTags;
use crate::resources::tags;
use crate::seed_state::{self, SeedState};
use crate::timestamp::Timestamp;
use crate::world::{Document, World};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::Arc;
use uuid::Uuid;

/// A subscription of a tenant.
#[derive(Clone, Debug, PartialEq)]
pub struct Subscription {
    /// The subscription id.
    pub id: Uuid,
    /// The tenant that it belongs to.
    pub tenant_id: Uuid,
    /// What portals show.
    pub display_name: Arc<str>,
    /// Tags, when any were ever set.
    pub tags: Option<Document>,
    /// Tag names that are offered before anything has them.
    pub predefined_tags: Arc<PredefinedTags>,
    /// Registration by namespace in lower case; a namespace that is not here was never registered.
    registrations: Arc<BTreeMap<String, Registration>>,
}

/// How far a resource provider is registered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Registration {
    /// Whether its resources can be made; an unregistered provider was registered once.
    pub registered: bool,
    /// When registering, or unregistering, is over.
    pub settles_on: Timestamp,
}

impl Registration {
    const LONG_AGO: Self = Self { registered: true, settles_on: Timestamp::from_ticks(0) };
}

impl Subscription {
    /// Returns a subscription in which the providers `registered` are registered, or all that we serve.
    pub fn new(id: Uuid, tenant_id: Uuid, display_name: &str, registered: Option<&[String]>) -> Self {
        let namespaces: Vec<String> = match registered {
            Some(namespaces) => namespaces.iter().map(|namespace| namespace.to_lowercase()).collect(),
            None => registrable().map(str::to_lowercase).collect(),
        };
        let registrations = namespaces.into_iter().map(|namespace| (namespace, Registration::LONG_AGO)).collect();
        Self {
            id,
            tenant_id,
            display_name: display_name.into(),
            tags: None,
            predefined_tags: Arc::default(),
            registrations: Arc::new(registrations),
        }
    }

    /// Returns the scope `/subscriptions/{id}`.
    pub fn scope(&self) -> ResourceId {
        ResourceId::root().child("subscriptions", &self.id.to_string())
    }

    /// Returns whether resources of `namespace` can be made; compared without case.
    pub fn has_registered(&self, namespace: &str) -> bool {
        self.registrations.get(&namespace.to_lowercase()).is_some_and(|registration| registration.registered)
    }

    /// Returns the `registrationState` of a provider at `now`.
    pub fn registration_state(&self, provider: &Provider, now: Timestamp) -> &'static str {
        if !provider.registration_required {
            return "Registered";
        }
        match self.registrations.get(&provider.namespace.to_lowercase()) {
            None => "NotRegistered",
            Some(Registration { registered: true, settles_on }) if now < *settles_on => "Registering",
            Some(Registration { registered: true, .. }) => "Registered",
            Some(Registration { registered: false, settles_on }) if now < *settles_on => "Unregistering",
            Some(_) => "Unregistered",
        }
    }

    /// Returns the same subscription with another registration of `namespace`.
    #[must_use]
    pub fn with_registration(mut self, namespace: &str, registration: Registration) -> Self {
        Arc::make_mut(&mut self.registrations).insert(namespace.to_lowercase(), registration);
        self
    }

    /// Returns the namespaces of the registered providers for a world file, or none when they are all that we serve.
    pub fn registered_providers(&self) -> Option<Vec<&str>> {
        let registered: Vec<&str> = self
            .registrations
            .iter()
            .filter(|(_, registration)| registration.registered)
            .map(|(namespace, _)| spelled(namespace))
            .collect();
        let is_default = registered.iter().copied().eq(registrable());
        (!is_default).then_some(registered)
    }

    /// Returns what a world file's `state` says: the tags, the predefined ones, and the registrations that were changed since the start.
    pub fn state(&self) -> Document {
        let changed = self.registrations.iter().filter(|(_, registration)| **registration != Registration::LONG_AGO);
        let changed: Document = changed
            .map(|(namespace, it)| {
                let entry = json!({ "registered": it.registered, "settlesOn": it.settles_on.to_string() });
                (spelled(namespace).to_owned(), entry)
            })
            .collect();
        let mut state = Document::new();
        if let Some(tags) = &self.tags {
            state.insert("tags".to_owned(), Value::Object(tags.clone()));
        }
        let predefined = self.predefined_tags.state();
        if !predefined.is_empty() {
            state.insert("predefinedTags".to_owned(), Value::Object(predefined));
        }
        if !changed.is_empty() {
            state.insert("registrations".to_owned(), Value::Object(changed));
        }
        state
    }

    /// Lays a world file's `state` over the subscription.
    ///
    /// # Errors
    /// When it has a member that is not known, or of the wrong form.
    pub fn lay_over(mut self, state: &Document) -> Result<Self, Fault> {
        self.tags = tags::sent_in(state)?;
        let mut state = SeedState::new(state);
        state.any("tags");
        self.predefined_tags = Arc::new(PredefinedTags::read(&state.object("predefinedTags")?)?);
        for (namespace, entry) in state.object("registrations")? {
            let mut entry = SeedState::new(entry.as_object().ok_or_else(|| seed_state::refuse("registrations"))?);
            let registered = entry.flag("registered")?.unwrap_or_default();
            let settles_on = entry.time("settlesOn")?.unwrap_or_default();
            entry.finish()?;
            self = self.with_registration(&namespace, Registration { registered, settles_on });
        }
        state.finish()?;
        Ok(self)
    }
}

/// Returns all subscriptions of a tenant in the order in which they were added.
pub fn of_tenant(world: &World, tenant_id: Uuid) -> impl Iterator<Item = &Arc<Subscription>> {
    world.subscription_order.iter().filter_map(|id| world.subscriptions.get(id)).filter(move |it| it.tenant_id == tenant_id)
}

/// Returns the subscriptions of a tenant on which, or below which, `caller` holds a role.
pub fn list(world: &World, caller: Uuid, tenant_id: Uuid) -> Vec<Arc<Subscription>> {
    let is_seen = |it: &&Arc<Subscription>| require::holds_a_role_around(world, caller, &it.scope());
    of_tenant(world, tenant_id).filter(is_seen).cloned().collect()
}

/// The namespaces that can be registered, by name.
fn registrable() -> impl Iterator<Item = &'static str> {
    provider::PROVIDERS.iter().filter(|provider| provider.registration_required).map(|provider| provider.namespace)
}

fn spelled(namespace: &str) -> &str {
    provider::find(namespace).map_or(namespace, |provider| provider.namespace)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_that_we_serve_is_the_default_and_needs_no_words() {
        let subscription = Subscription::new(Uuid::nil(), Uuid::nil(), "s", None);
        assert_eq!(subscription.registered_providers(), None);
        assert!(subscription.state().is_empty());
        assert!(subscription.has_registered("microsoft.DATAFACTORY"));
    }

    #[test]
    fn the_written_form_gives_the_same_subscription_back() {
        let some = ["Microsoft.DataFactory".to_owned(), "Microsoft.Storage".to_owned()];
        let later = Registration { registered: false, settles_on: Timestamp::from_seconds(5) };
        let subscription = Subscription::new(Uuid::nil(), Uuid::nil(), "s", Some(&some)).with_registration("Microsoft.DataFactory", later);
        let names: Vec<String> = subscription.registered_providers().unwrap().into_iter().map(str::to_owned).collect();
        assert_eq!(names, ["microsoft.storage"]);
        let again = Subscription::new(Uuid::nil(), Uuid::nil(), "s", Some(&names)).lay_over(&subscription.state()).unwrap();
        assert_eq!(again, subscription);
    }
}
