//! How much a role allows, counted in the actions that are known by name.
//!
//! Known are the published actions of Microsoft.DataFactory, and of every other namespace those that built-in roles name
//! without a wildcard. So a count compares roles; it is not how many actions Azure has.

use super::built_in_roles;
use super::published_actions;
use super::role_definition::{Patterns, Permission, RoleDefinition};
use crate::action::{Pattern, Plane};
use std::collections::BTreeSet;
use std::sync::LazyLock;

/// The known actions of one plane, in lower case and in order, so that what begins alike stands together.
struct Catalogue(Vec<Box<str>>);

static CONTROL: LazyLock<Catalogue> = LazyLock::new(|| Catalogue::of(Plane::Control));
static DATA: LazyLock<Catalogue> = LazyLock::new(|| Catalogue::of(Plane::Data));

/// Returns how many of the known actions a role allows, control and data.
pub(super) fn breadth(role: &RoleDefinition) -> usize {
    let of = |catalogue: &Catalogue, lists: fn(&Permission) -> (&Patterns, &Patterns)| {
        let mut allowed = BTreeSet::new();
        for permission in role.permissions.iter() {
            let (named, excluded) = lists(permission);
            let excluded: BTreeSet<usize> = catalogue.covered_by(excluded).collect();
            allowed.extend(catalogue.covered_by(named).filter(|place| !excluded.contains(place)));
        }
        allowed.len()
    };
    of(&CONTROL, |it| (&it.actions, &it.not_actions)) + of(&DATA, |it| (&it.data_actions, &it.not_data_actions))
}

impl Catalogue {
    fn of(plane: Plane) -> Self {
        let of_roles = built_in_roles::all().iter().flat_map(|role| role.permissions.iter()).flat_map(move |it| match plane {
            Plane::Control => [&it.actions, &it.not_actions],
            Plane::Data => [&it.data_actions, &it.not_data_actions],
        });
        let named = of_roles.flat_map(Patterns::iter).map(Pattern::as_str).filter(|action| !action.contains('*'));
        let published = published_actions::of_data_factory(plane).iter().copied();
        let all: BTreeSet<Box<str>> = named.chain(published).map(|action| action.to_ascii_lowercase().into()).collect();
        Self(all.into_iter().collect())
    }

    /// Returns the places of the actions that any of the patterns covers; one may come twice.
    fn covered_by(&self, patterns: &Patterns) -> impl Iterator<Item = usize> {
        patterns.iter().flat_map(|pattern| {
            let start = pattern.as_str().split('*').next().unwrap_or_default().to_ascii_lowercase();
            let from = self.0.partition_point(|action| **action < *start);
            let alike = self.0.iter().enumerate().skip(from).take_while(move |(_, action)| action.starts_with(&start));
            alike.filter(move |(_, action)| pattern.matches(action)).map(|(place, _)| place)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::authorization::built_in_roles::by_name;

    #[test]
    fn a_role_that_allows_more_is_broader() {
        let of = |name| breadth(by_name(name).unwrap());
        let all = of("Owner");
        assert_eq!(all, CONTROL.0.len(), "every control action, and none on data");
        assert!(all > of("Contributor") && of("Contributor") > of("Reader") && of("Reader") > 0);
        assert!(of("Contributor") > of("Data Factory Contributor") && of("Data Factory Contributor") > 133);
        assert!(of("Storage Blob Data Reader") > 0 && of("Storage Blob Data Owner") > of("Storage Blob Data Reader"));
    }

    #[test]
    fn actions_are_found_as_a_look_at_each_finds_them() {
        for pattern in
            ["*", "*/read", "Microsoft.DataFactory/*", "microsoft.datafactory/factories/*/READ", "Microsoft.DataFactory/factories/read"]
        {
            let patterns: Patterns = [pattern.to_owned()].into_iter().collect();
            let found: Vec<usize> = CONTROL.covered_by(&patterns).collect();
            let each = CONTROL.0.iter().enumerate().filter(|(_, action)| Pattern::new(pattern).matches(action));
            assert_eq!(found, each.map(|(place, _)| place).collect::<Vec<_>>(), "{pattern}");
            assert!(!found.is_empty(), "{pattern}");
        }
    }
}
