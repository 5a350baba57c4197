//! The hierarchy at once: every group and subscription of a tenant as an entity, and which of them a caller asks for.
//!
//! A search is about one entity, which the filter names. What a caller may do with an entity is asked of its roles.
//! Follows <https://learn.microsoft.com/rest/api/managementgroups/entities/list>.

use super::{Shown, id_of, list};
use crate::authorization::require;
use crate::fault::Fault;
use crate::resource_id::ResourceId;
use crate::resources::subscription;
use crate::rules::{arm, management_groups as rules};
use crate::world::World;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use uuid::Uuid;

/// A group or a subscription with its place in the hierarchy.
#[derive(Clone, Debug, PartialEq)]
pub struct Entity {
    /// The scope.
    pub id: ResourceId,
    /// What portals show.
    pub display_name: Arc<str>,
    /// The tenant.
    pub tenant_id: Uuid,
    /// Names and display names of the groups above, the nearest first, the root group last.
    pub above: Vec<(Arc<str>, Arc<str>)>,
    /// How many entities are below it.
    pub descendants: usize,
    /// How many entities are directly below it.
    pub children: usize,
    /// How many groups are directly below it.
    pub child_groups: usize,
}

/// What a caller may do with an entity.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Permissions {
    /// Nothing.
    NoAccess,
    /// Read it.
    View,
    /// Change it.
    Edit,
    /// Delete it.
    Delete,
}

impl Permissions {
    /// Returns the word of the API.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NoAccess => "noaccess",
            Self::View => "view",
            Self::Edit => "edit",
            Self::Delete => "delete",
        }
    }

    /// Returns what `caller` may do at the scope of a group or a subscription.
    pub fn at(world: &World, caller: Uuid, id: &ResourceId) -> Self {
        let of = if id.subscription().is_some() { "Microsoft.Resources/subscriptions" } else { super::TYPE };
        let may = |verb: &str| require::is_allowed(world, caller, &format!("{of}/{verb}"), id);
        match () {
            () if may("delete") => Self::Delete,
            () if may("write") => Self::Edit,
            () if may("read") => Self::View,
            () => Self::NoAccess,
        }
    }
}

impl Entity {
    fn new(id: ResourceId, display_name: &Arc<str>, tenant_id: Uuid, above: Vec<(Arc<str>, Arc<str>)>) -> Self {
        Self { id, display_name: display_name.clone(), tenant_id, above, descendants: 0, children: 0, child_groups: 0 }
    }

    /// Returns whether it is a group, and not a subscription.
    pub fn is_group(&self) -> bool {
        self.id.subscription().is_none()
    }

    fn is_named(&self, name: &str) -> bool {
        self.id.name().eq_ignore_ascii_case(name)
    }

    fn is_child_of(&self, other: &Self) -> bool {
        self.above.first().is_some_and(|(name, _)| other.is_group() && other.is_named(name))
    }

    fn is_below(&self, other: &Self) -> bool {
        other.is_group() && self.above.iter().any(|(name, _)| other.is_named(name))
    }
}

/// Returns the groups of a tenant, the root group first, then its subscriptions.
pub fn entities(world: &World, tenant_id: Uuid) -> Vec<Entity> {
    let groups = list(world, tenant_id);
    let places: BTreeMap<String, &Shown> = groups.iter().map(|it| (it.name.to_lowercase(), it)).collect();
    let tree = world.directory.tenant(tenant_id).map(|tenant| &tenant.management_groups);
    let parent_of = |id: Uuid| {
        let inside = tree.and_then(|tree| tree.of_subscription(id)).and_then(|group| places.get(&group.name.to_lowercase()));
        inside.copied().or(groups.first())
    };
    let mut all: Vec<Entity> =
        groups.iter().map(|it| Entity::new(id_of(&it.name), &it.display_name, tenant_id, it.above.clone())).collect();
    for it in subscription::of_tenant(world, tenant_id) {
        let Some(parent) = parent_of(it.id) else { continue };
        let above = std::iter::once((parent.name.clone(), parent.display_name.clone())).chain(parent.above.iter().cloned());
        all.push(Entity::new(it.scope(), &it.display_name, tenant_id, above.collect()));
    }
    count(&mut all);
    all
}

fn count(all: &mut [Entity]) {
    let at: BTreeMap<String, usize> = all.iter().enumerate().map(|(at, it)| (it.id.name().to_lowercase(), at)).collect();
    let lines: Vec<(bool, Vec<usize>)> = all
        .iter()
        .map(|it| (it.is_group(), it.above.iter().filter_map(|(name, _)| at.get(&name.to_lowercase()).copied()).collect()))
        .collect();
    for (is_group, above) in lines {
        for (distance, at) in above.into_iter().enumerate() {
            let Some(upper) = all.get_mut(at) else { continue };
            upper.descendants += 1;
            upper.children += usize::from(distance == 0);
            upper.child_groups += usize::from(distance == 0 && is_group);
        }
    }
}

/// What a caller asks for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EntityQuery {
    terms: Vec<Term>,
    search: Option<Search>,
    /// Only groups, or only subscriptions.
    groups_only: Option<bool>,
}

/// One term of a filter; texts in lower case.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Term {
    NameIs(String),
    NameContains(String),
    DisplayNameContains(String),
}

/// What is asked about the entity that the filter names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Search {
    AllowedParents,
    AllowedChildren,
    ParentAndFirstLevelChildren,
    ParentOnly,
    ChildrenOnly,
}

impl EntityQuery {
    /// Reads `$filter`, `$search`, `$view` and `groupName`, each empty when it was not sent.
    ///
    /// # Errors
    /// `filter-is-understood` for what is not one of the documented forms, and for a search without `name eq '…'`.
    pub fn read(filter: &str, search: &str, view: &str, group_name: &str) -> Result<Self, Fault> {
        let mut terms = if filter.trim().is_empty() { Vec::new() } else { terms(filter).ok_or_else(|| arm::invalid_filter(filter))? };
        if !group_name.is_empty() {
            terms = vec![Term::NameIs(group_name.to_lowercase())];
        }
        let search = match search.to_ascii_lowercase().as_str() {
            "" => None,
            "allowedparents" => Some(Search::AllowedParents),
            "allowedchildren" => Some(Search::AllowedChildren),
            "parentandfirstlevelchildren" => Some(Search::ParentAndFirstLevelChildren),
            "parentonly" => Some(Search::ParentOnly),
            "childrenonly" => Some(Search::ChildrenOnly),
            _ => return Err(arm::invalid_filter(search)),
        };
        if search.is_some() && !matches!(terms.as_slice(), [Term::NameIs(_)]) {
            return Err(arm::invalid_filter(filter));
        }
        let groups_only = match view.to_ascii_lowercase().as_str() {
            "" | "fullhierarchy" | "audit" => None,
            "groupsonly" => Some(true),
            "subscriptionsonly" => Some(false),
            _ => return Err(arm::invalid_filter(view)),
        };
        Ok(Self { terms, search, groups_only })
    }

    /// Returns those of `all` that are asked for and that `caller` may see. A search for parents and children also shows
    /// what has something below it that the caller may see.
    pub fn choose<'a>(&self, world: &World, caller: Uuid, all: &'a [Entity]) -> Vec<&'a Entity> {
        let may = |it: &Entity| Permissions::at(world, caller, &it.id);
        let sees = |it: &Entity| may(it) > Permissions::NoAccess;
        let changes = |it: &&Entity| may(it) >= Permissions::Edit;
        let is_of_view = |it: &&Entity| self.groups_only.is_none_or(|groups| it.is_group() == groups);
        let all_of_view = all.iter().filter(is_of_view);
        let Some(search) = self.search else {
            return all_of_view.filter(|it| self.fits(it) && sees(it)).collect();
        };
        let Some(subject) = all.iter().find(|it| self.fits(it)) else { return Vec::new() };
        // By name in lower case: what the caller may see, and what is above it.
        let with_above = |it: &Entity| it.above.iter().map(|(name, _)| name.to_lowercase()).chain([it.id.name().to_lowercase()]).collect();
        let reached: BTreeSet<String> = match search {
            Search::AllowedParents | Search::AllowedChildren => BTreeSet::new(),
            _ => all.iter().filter(|it| sees(it)).flat_map(|it| -> Vec<String> { with_above(it) }).collect(),
        };
        let sees_below = |it: &&Entity| reached.contains(&it.id.name().to_lowercase());
        match search {
            Search::AllowedParents => all_of_view.filter(|it| may_move(all, subject, it)).filter(changes).collect(),
            Search::AllowedChildren => all_of_view.filter(|it| may_move(all, it, subject)).filter(changes).collect(),
            Search::ParentOnly => all_of_view.filter(|it| it.id == subject.id).filter(sees_below).collect(),
            Search::ChildrenOnly => all_of_view.filter(|it| it.is_child_of(subject)).filter(sees_below).collect(),
            Search::ParentAndFirstLevelChildren => {
                all_of_view.filter(|it| it.id == subject.id || it.is_child_of(subject)).filter(sees_below).collect()
            }
        }
    }

    fn fits(&self, it: &Entity) -> bool {
        let fits = |term: &Term| match term {
            Term::NameIs(name) => it.is_named(name),
            Term::NameContains(part) => it.id.name().to_lowercase().contains(part),
            Term::DisplayNameContains(part) => it.display_name.to_lowercase().contains(part),
        };
        self.terms.is_empty() || self.terms.iter().any(fits)
    }
}

/// Whether the tree allows that `child` is moved below `parent`, where it is not yet.
fn may_move(all: &[Entity], child: &Entity, parent: &Entity) -> bool {
    let levels = all.iter().filter(|it| it.is_group() && it.is_below(child)).map(|it| it.above.len() - child.above.len()).max();
    let deepest = parent.above.len() + 1 + levels.unwrap_or_default();
    parent.is_group()
        && !child.above.is_empty()
        && child.id != parent.id
        && !child.is_child_of(parent)
        && !parent.is_below(child)
        && (!child.is_group() || deepest <= rules::DEPTH_MAX)
}

/// Reads terms joined by `or`: `name eq '…'`, `contains(name,'…')`, `contains(displayName,'…')`.
fn terms(filter: &str) -> Option<Vec<Term>> {
    let (mut terms, mut left) = (Vec::new(), filter.trim());
    loop {
        let lower = left.to_ascii_lowercase();
        let (before, rest) = left.split_once('\'')?;
        let (value, rest) = rest.split_once('\'')?;
        let value = value.to_lowercase();
        let before: String = lower.get(..before.len())?.chars().filter(|letter| !letter.is_whitespace()).collect();
        let (term, rest) = match before.as_str() {
            "nameeq" => (Term::NameIs(value), rest),
            "contains(name," => (Term::NameContains(value), rest.trim_start().strip_prefix(')')?),
            "contains(displayname," => (Term::DisplayNameContains(value), rest.trim_start().strip_prefix(')')?),
            _ => return None,
        };
        terms.push(term);
        left = rest.trim_start();
        if left.is_empty() {
            return Some(terms);
        }
        let (or, rest) = left.split_at_checked(2)?;
        left = rest.trim_start();
        if !or.eq_ignore_ascii_case("or") {
            return None;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn filters_are_read_and_others_are_not() {
        let name = |text: &str| Term::NameIs(text.to_owned());
        assert_eq!(terms("name eq 'A'"), Some(vec![name("a")]));
        let both = vec![Term::NameContains("b".to_owned()), Term::DisplayNameContains("c".to_owned())];
        assert_eq!(terms("contains(name, 'B') or contains(displayName,'C')"), Some(both));
        for wrong in ["name", "name eq a", "name eq 'a", "name eq 'a' and name eq 'b'", "type eq 'a'", "contains(name,'a'", "name eq 'a' é"]
        {
            assert_eq!(terms(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_search_names_its_entity() {
        assert!(EntityQuery::read("", "ParentOnly", "", "").is_err());
        assert!(EntityQuery::read("contains(name,'a')", "ParentOnly", "", "").is_err());
        assert!(EntityQuery::read("name eq 'a'", "ParentOnly", "", "").is_ok());
        let read = |filter: &str, search: &str, group_name: &str| EntityQuery::read(filter, search, "", group_name).unwrap();
        assert_eq!(read("", "childrenonly", "A"), read("name eq 'a'", "ChildrenOnly", ""));
        assert!(EntityQuery::read("", "Grandparents", "", "a").is_err());
        assert!(EntityQuery::read("", "", "Nothing", "").is_err());
    }
}
