//! What principals hold themselves and through their groups, gathered once for many decisions.
//!
//! Only which assignments there are is kept, never what they allow: scopes, conditions and times are judged each time. It
//! is never out of date: a table that changes begins with nothing gathered, and a principal whose groups have changed is
//! told by the groups. It is bounded, and clones of a world share it.

use super::RoleAssignment;
use super::held::Held;
use crate::table::Lookup;
use std::sync::{Arc, OnceLock};
use uuid::Uuid;

/// For how many principals it is kept at most. Our own bound.
const PRINCIPALS_MAX: u128 = 64;
/// How many assignments of a principal are kept at most; more are looked up by their scopes. Our own bound.
const ASSIGNMENTS_MAX: usize = 64;

/// What was gathered since the last change. Each principal has one place, and whoever comes first keeps it.
#[derive(Clone, Debug)]
pub(super) struct Gathered(Arc<[OnceLock<Holding>]>);

/// What one principal holds.
#[derive(Debug)]
struct Holding {
    principal: Uuid,
    groups: Box<[Uuid]>,
    /// None when there is too much of it.
    assignments: Option<Vec<Arc<RoleAssignment>>>,
}

impl Default for Gathered {
    fn default() -> Self {
        Self((0..PRINCIPALS_MAX).map(|_| OnceLock::new()).collect())
    }
}

impl Gathered {
    /// Returns what the principal holds, then what its groups do; none when that is much, or another has the place.
    pub(super) fn of(&self, principal: Uuid, groups: &[Uuid], by_principal: &Lookup<Uuid, Held>) -> Option<&[Arc<RoleAssignment>]> {
        let place = usize::try_from(principal.as_u128() % PRINCIPALS_MAX).ok()?;
        let holding = self.0.get(place)?.get_or_init(|| Holding::of(principal, groups, by_principal));
        let is_theirs = holding.principal == principal && *holding.groups == *groups;
        holding.assignments.as_deref().filter(|_| is_theirs)
    }
}

impl Holding {
    fn of(principal: Uuid, groups: &[Uuid], by_principal: &Lookup<Uuid, Held>) -> Self {
        let holders = std::iter::once(principal).chain(groups.iter().copied());
        let few: Option<Vec<_>> = holders.filter_map(|holder| by_principal.get(&holder)).map(Held::few).collect();
        let assignments = few.map(|few| few.concat()).filter(|all| all.len() <= ASSIGNMENTS_MAX);
        Self { principal, groups: groups.into(), assignments }
    }
}

#[cfg(test)]
mod tests {
    use super::super::PrincipalType;
    use super::super::table::AssignmentTable;
    use super::*;
    use crate::resource_id::ResourceId;
    use crate::timestamp::Timestamp;
    use crate::world::World;

    const ADA: Uuid = Uuid::from_u128(1);
    const GROUP: Uuid = Uuid::from_u128(2);
    const SUBSCRIPTION: &str = "/subscriptions/s";

    fn assignment(name: u128, principal_id: Uuid, scope: &str) -> RoleAssignment {
        RoleAssignment {
            name: Uuid::from_u128(name),
            scope: ResourceId::parse(scope).unwrap(),
            tenant_id: Uuid::nil(),
            role: Uuid::nil(),
            principal_id,
            principal_type: PrincipalType::User,
            condition: None,
            description: None,
            delegated_managed_identity_resource_id: None,
            can_delegate: None,
            created_on: Timestamp::default(),
            updated_on: Timestamp::default(),
            created_by: None,
            updated_by: None,
            schedule: None,
        }
    }

    fn found(table: &AssignmentTable, principal: Uuid, groups: &[Uuid]) -> Vec<u128> {
        let scope = ResourceId::parse("/subscriptions/s/resourceGroups/rg").unwrap();
        table.of_holders_at_or_above(&World::default(), Uuid::nil(), principal, groups, &scope).map(|it| it.name.as_u128()).collect()
    }

    #[test]
    fn what_was_gathered_is_never_out_of_date() {
        let mut table = AssignmentTable::default();
        table.insert(assignment(10, GROUP, SUBSCRIPTION));
        assert_eq!(found(&table, ADA, &[GROUP]), [10]);
        let fork = table.clone();
        table.insert(assignment(11, ADA, SUBSCRIPTION));
        table.insert(assignment(12, ADA, "/subscriptions/other"));
        assert_eq!((found(&table, ADA, &[GROUP]), found(&fork, ADA, &[GROUP])), (vec![11, 10], vec![10]));
        assert_eq!(found(&table, ADA, &[Uuid::from_u128(3)]), [11], "the group is another");
        assert_eq!(found(&table, ADA, &[]), [11]);
        table.remove(Uuid::nil(), Uuid::from_u128(10));
        assert_eq!(found(&table, ADA, &[GROUP]), [11]);
        let same_place = Uuid::from_u128(ADA.as_u128() + PRINCIPALS_MAX);
        assert_eq!(found(&table, same_place, &[ADA]), [11], "the place is taken");
    }

    #[test]
    fn much_is_looked_up_and_found_as_well() {
        let mut table = AssignmentTable::default();
        for number in 0..100 {
            table.insert(assignment(100 + number, if number % 2 == 0 { ADA } else { GROUP }, SUBSCRIPTION));
        }
        let expected: Vec<u128> = (0..100).step_by(2).chain((1..100).step_by(2)).map(|number| 100 + number).collect();
        assert_eq!(found(&table, ADA, &[GROUP]), expected);
        for number in 0..95 {
            table.remove(Uuid::nil(), Uuid::from_u128(100 + number));
        }
        assert_eq!(found(&table, ADA, &[GROUP]), [196, 198, 195, 197, 199]);
    }
}
