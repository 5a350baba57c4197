//! Tag names of a subscription: those that are predefined, with their values, and those in use.
//!
//! A predefined tag binds nobody: any tag may be set, and a predefined one counts as used where it is set. Names compare
//! without case, values with it. What is predefined is part of the subscription.
//! Follows <https://learn.microsoft.com/rest/api/resources/tags>.

use crate::fault::Fault;
use crate::resources::resource_group;
use crate::resources::subscription::Subscription;
use crate::rules::arm;
use crate::seed_state;
use crate::world::{Document, KINDS, World};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// What is predefined in a subscription: by name in lower case, the name as it was first written and its values.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PredefinedTags(BTreeMap<String, (String, BTreeSet<String>)>);

impl PredefinedTags {
    /// Reads what a world file's state has: values by name.
    ///
    /// # Errors
    /// The limits of tags; when the values of a name are no list of texts.
    pub fn read(entries: &Document) -> Result<Self, Fault> {
        let mut read = BTreeMap::new();
        for (name, values) in entries {
            arm::tag_name_has_its_shape(name)?;
            let texts = values.as_array().ok_or_else(|| seed_state::refuse("predefinedTags"))?.iter().map(|value| {
                let text = value.as_str().ok_or_else(|| seed_state::refuse("predefinedTags"))?;
                arm::tag_value_has_its_length(name, text).map(|()| text.to_owned())
            });
            read.insert(name.to_lowercase(), (name.clone(), texts.collect::<Result<_, Fault>>()?));
        }
        Ok(Self(read))
    }

    /// Returns it as a world file's state has it.
    pub fn state(&self) -> Document {
        let list = |values: &BTreeSet<String>| values.iter().cloned().map(Value::String).collect();
        self.0.values().map(|(name, values)| (name.clone(), Value::Array(list(values)))).collect()
    }

    fn named(&self, name: &str) -> Option<&(String, BTreeSet<String>)> {
        self.0.get(&name.to_lowercase())
    }
}

/// A tag name, how many things have it, and its values: predefined ones and those in use.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TagName {
    /// The name as it was predefined, else as it was met first.
    pub name: String,
    /// How many resources, groups and subscriptions have a tag of the name.
    pub count: usize,
    /// Each value with how many have it.
    pub values: BTreeMap<String, usize>,
}

/// Returns all tag names of a subscription, by name: the predefined ones, and those that the subscription, its groups
/// and its resources have.
///
/// # Errors
/// `subscription-exists`.
pub fn list(world: &World, subscription: &str) -> Result<Vec<TagName>, Fault> {
    let subscription = subscription_of(world, subscription)?;
    let mut names: BTreeMap<String, TagName> = BTreeMap::new();
    for (key, (name, values)) in &subscription.predefined_tags.0 {
        let values = values.iter().map(|value| (value.clone(), 0)).collect();
        names.insert(key.clone(), TagName { name: name.clone(), count: 0, values });
    }
    let mut count = |tags: &Document| {
        for (name, value) in tags {
            let met = names.entry(name.to_lowercase()).or_insert_with(|| TagName { name: name.clone(), ..TagName::default() });
            met.count += 1;
            *met.values.entry(value.as_str().unwrap_or_default().to_owned()).or_default() += 1;
        }
    };
    let scope = subscription.scope();
    subscription.tags.iter().for_each(&mut count);
    resource_group::list(world, &scope).filter_map(|group| group.tags.as_ref()).for_each(&mut count);
    KINDS.iter().flat_map(|kind| (kind.tracked)(world, &scope)).filter_map(|it| it.tags).for_each(|tags| count(&tags));
    Ok(names.into_values().collect())
}

/// Predefines a name; returns it, and whether it is new.
///
/// # Errors
/// `subscription-exists` and the limits of a tag's name.
pub fn create_or_update(world: &mut World, subscription: &str, name: &str) -> Result<(TagName, bool), Fault> {
    arm::tag_name_has_its_shape(name)?;
    let is_new = change(world, subscription, |tags| {
        let is_new = !tags.0.contains_key(&name.to_lowercase());
        tags.0.entry(name.to_lowercase()).or_insert_with(|| (name.to_owned(), BTreeSet::new()));
        Ok(is_new)
    })?;
    used(world, subscription, name).map(|it| (it, is_new))
}

/// Predefines a value of a name; returns the name, and whether the value is new.
///
/// # Errors
/// `subscription-exists`, `predefined-tag-name-exists` and the limit of a tag's value.
pub fn create_or_update_value(world: &mut World, subscription: &str, name: &str, value: &str) -> Result<(TagName, bool), Fault> {
    arm::tag_value_has_its_length(name, value)?;
    let is_new = change(world, subscription, |tags| {
        let found = tags.0.get_mut(&name.to_lowercase());
        let (_, values) = found.ok_or_else(|| arm::predefined_tag_name_not_found(name))?;
        Ok(values.insert(value.to_owned()))
    })?;
    used(world, subscription, name).map(|it| (it, is_new))
}

/// Takes a predefined name away; returns whether it was there.
///
/// # Errors
/// `subscription-exists`; `predefined-tag-name-has-no-values` and `predefined-tag-is-not-in-use`.
pub fn delete(world: &mut World, subscription: &str, name: &str) -> Result<bool, Fault> {
    let Some((_, values)) = subscription_of(world, subscription)?.predefined_tags.named(name) else { return Ok(false) };
    arm::predefined_tag_name_has_no_values(name, values.len())?;
    arm::predefined_tag_is_not_in_use(name, None, used(world, subscription, name)?.count)?;
    change(world, subscription, |tags| Ok(tags.0.remove(&name.to_lowercase()).is_some()))
}

/// Takes a predefined value of a name away; returns whether it was there.
///
/// # Errors
/// `subscription-exists`, `predefined-tag-name-exists` and `predefined-tag-is-not-in-use`.
pub fn delete_value(world: &mut World, subscription: &str, name: &str, value: &str) -> Result<bool, Fault> {
    let found = subscription_of(world, subscription)?.predefined_tags.named(name);
    let (_, values) = found.ok_or_else(|| arm::predefined_tag_name_not_found(name))?;
    if !values.contains(value) {
        return Ok(false);
    }
    let count = used(world, subscription, name)?.values.get(value).copied().unwrap_or_default();
    arm::predefined_tag_is_not_in_use(name, Some(value), count)?;
    change(world, subscription, |tags| Ok(tags.0.get_mut(&name.to_lowercase()).is_some_and(|(_, values)| values.remove(value))))
}

fn used(world: &World, subscription: &str, name: &str) -> Result<TagName, Fault> {
    let found = list(world, subscription)?.into_iter().find(|it| it.name.to_lowercase() == name.to_lowercase());
    found.ok_or_else(|| arm::predefined_tag_name_not_found(name))
}

fn change<T>(world: &mut World, subscription: &str, change: impl FnOnce(&mut PredefinedTags) -> Result<T, Fault>) -> Result<T, Fault> {
    let mut changed = Subscription::clone(subscription_of(world, subscription)?);
    let answer = change(Arc::make_mut(&mut changed.predefined_tags))?;
    world.subscriptions.insert(changed.id, changed);
    Ok(answer)
}

fn subscription_of<'a>(world: &'a World, id: &str) -> Result<&'a Arc<Subscription>, Fault> {
    world.subscription(id).ok_or_else(|| arm::subscription_not_found(id))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;
    use uuid::Uuid;

    const ID: &str = "00000000-0000-0000-0000-000000000022";

    fn world() -> World {
        let mut world = World::default();
        let id = Uuid::try_parse(ID).unwrap();
        let mut subscription = Subscription::new(id, Uuid::nil(), "s", None);
        subscription.tags = json!({ "ENV": "a", "other": "x" }).as_object().cloned();
        world.subscriptions.insert(id, subscription);
        world
    }

    #[test]
    fn what_is_predefined_and_what_is_in_use_are_one_list() {
        let mut world = world();
        assert!(create_or_update(&mut world, ID, "Env").unwrap().1);
        assert!(!create_or_update(&mut world, ID, "env").unwrap().1);
        assert!(create_or_update_value(&mut world, ID, "ENV", "b").unwrap().1);
        let listed = list(&world, ID).unwrap();
        let shown: Vec<_> = listed.iter().map(|it| (it.name.as_str(), it.count, format!("{:?}", it.values))).collect();
        assert_eq!(shown, [("Env", 1, r#"{"a": 1, "b": 0}"#.to_owned()), ("other", 1, r#"{"x": 1}"#.to_owned())]);
    }

    #[test]
    fn what_was_never_predefined_is_not_deleted() {
        let mut world = world();
        assert!(!delete(&mut world, ID, "other").unwrap());
        assert!(delete_value(&mut world, ID, "other", "x").is_err());
        create_or_update(&mut world, ID, "other").unwrap();
        assert!(!delete_value(&mut world, ID, "other", "y").unwrap());
        assert!(delete(&mut world, ID, "other").is_err(), "it is in use");
        assert!(list(&world, "missing").is_err());
    }

    #[test]
    fn the_written_form_gives_the_same_back() {
        let mut world = world();
        create_or_update(&mut world, ID, "Env").unwrap();
        create_or_update_value(&mut world, ID, "Env", "b").unwrap();
        let tags = &world.subscription(ID).unwrap().predefined_tags;
        assert_eq!(PredefinedTags::read(&tags.state()).unwrap(), **tags);
        assert!(PredefinedTags::read(json!({ "a": "b" }).as_object().unwrap()).is_err());
        assert!(PredefinedTags::read(json!({ "a<": [] }).as_object().unwrap()).is_err());
    }
}
