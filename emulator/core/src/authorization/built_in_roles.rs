//! The built-in roles of Azure, compiled in.
//!
//! `build.rs` makes the table from `fixtures/roles`, so that there is nothing to read or build at
//! start. Roles that callers make are not here. How a role is shown is the server's.
//! Follows <https://learn.microsoft.com/azure/role-based-access-control/built-in-roles>.

use std::borrow::Cow;

use uuid::Uuid;

use super::condition::Condition;
use super::role_definition::{Patterns, Permission, RoleDefinition, RoleType};
use crate::timestamp::Timestamp;

include!(concat!(env!("OUT_DIR"), "/built_in_roles.rs"));

/// Owner: every action, the giving of access included.
pub const OWNER: Uuid = Uuid::from_u128(0x8e3af657_a8ff_443c_a75c_2fe8c4bcb635);
/// Contributor: every action but the giving of access.
pub const CONTRIBUTOR: Uuid = Uuid::from_u128(0xb24988ac_6180_42a0_ab88_20f7382dd24c);
/// Reader: every read.
pub const READER: Uuid = Uuid::from_u128(0xacdd72a7_3385_48ef_bd42_f606fba81ae7);
/// User Access Administrator: every read, and the giving of access.
pub const USER_ACCESS_ADMINISTRATOR: Uuid = Uuid::from_u128(0x18d7d88d_d35e_4fb5_a5c3_7773c20a72d9);

/// Returns every built-in role, in order of their ids.
pub fn all() -> &'static [RoleDefinition] {
    &ROLES
}

/// Returns the built-in role of this id. Looks at the few whose ids begin with the same byte, because every decision asks.
pub fn by_id(id: Uuid) -> Option<&'static RoleDefinition> {
    let first = usize::from(*id.as_bytes().first()?);
    let (from, to) = (usize::from(*STARTS.get(first)?), usize::from(*STARTS.get(first + 1)?));
    let place = IDS.get(from..to)?.iter().position(|it| *it == id.as_u128())?;
    ROLES.get(from + place)
}

/// Returns the built-in role of this name, whatever the case of its letters.
pub fn by_name(role_name: &str) -> Option<&'static RoleDefinition> {
    let wanted = || role_name.bytes().map(|b| b.to_ascii_lowercase());
    let named = |place: &u16| ROLES.get(usize::from(*place));
    let found = BY_NAME.binary_search_by(|place| {
        let name = named(place).map_or("", |role| &role.role_name);
        name.bytes().map(|b| b.to_ascii_lowercase()).cmp(wanted())
    });
    named(BY_NAME.get(found.ok()?)?)
}

/// 2020-01-01T00:00:00Z: our own choice, because the source has no dates.
const MADE_ON: Timestamp = Timestamp::from_seconds(1_577_836_800);

const EVERYWHERE: &[Cow<'static, str>] = &[Cow::Borrowed("/")];

const fn built_in(
    id: u128,
    role_name: &'static str,
    description: &'static str,
    assignable_scopes: &'static [Cow<'static, str>],
    permissions: &'static [Permission],
) -> RoleDefinition {
    RoleDefinition {
        id: Uuid::from_u128(id),
        tenant_id: None,
        role_name: Cow::Borrowed(role_name),
        role_type: RoleType::BuiltInRole,
        description: Cow::Borrowed(description),
        assignable_scopes: Cow::Borrowed(assignable_scopes),
        permissions: Cow::Borrowed(permissions),
        created_on: MADE_ON,
        updated_on: MADE_ON,
        created_by: None,
        updated_by: None,
    }
}

const fn permission(
    actions: &'static [&'static str],
    not_actions: &'static [&'static str],
    data_actions: &'static [&'static str],
    not_data_actions: &'static [&'static str],
    condition: Option<Condition>,
) -> Permission {
    Permission {
        actions: Patterns::BuiltIn(actions),
        not_actions: Patterns::BuiltIn(not_actions),
        data_actions: Patterns::BuiltIn(data_actions),
        not_data_actions: Patterns::BuiltIn(not_data_actions),
        condition,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_of_the_fixtures_are_there_and_each_is_found_both_ways() {
        assert_eq!(all().len(), 933);
        for role in all() {
            assert_eq!(by_id(role.id), Some(role));
            assert_eq!(by_name(&role.role_name.to_uppercase()), Some(role));
        }
        assert_eq!(by_id(Uuid::nil()), None);
        assert_eq!(by_name("Owne"), None);
    }

    #[test]
    fn the_roles_with_names_of_their_own_are_those() {
        let named = |id| by_id(id).map(|role| role.role_name.as_ref());
        assert_eq!(named(OWNER), Some("Owner"));
        assert_eq!(named(CONTRIBUTOR), Some("Contributor"));
        assert_eq!(named(READER), Some("Reader"));
        assert_eq!(named(USER_ACCESS_ADMINISTRATOR), Some("User Access Administrator"));
    }

    #[test]
    fn the_facts_of_the_source_are_kept() {
        let permissions = || all().iter().flat_map(|role| role.permissions.iter());
        assert_eq!(permissions().filter(|p| p.condition.is_some()).count(), 32);
        assert_eq!(all().iter().filter(|role| role.permissions.len() > 1).count(), 17);
        let elsewhere = all().iter().filter(|role| role.assignable_scopes.as_ref() != EVERYWHERE);
        assert_eq!(elsewhere.count(), 5);
    }
}
