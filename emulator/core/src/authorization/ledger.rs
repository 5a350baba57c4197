//! What one request asked of access control, in order, and what came of it.
//!
//! Kinds ask deep inside: may the caller assign that identity, does the linking factory's own identity hold the grant?
//! Log, journal and least privilege tell of all of it. `require.rs` notes each decision here, a thread at a time, while
//! somebody keeps a ledger. No decision ever reads it, so it is no state of a world.

use super::evaluate::{Question, Reach};
use super::role_assignment::RoleAssignment;
use super::role_definition;
use crate::action::Plane;
use crate::resource_id::ResourceId;
use crate::rules::Rule;
use crate::world::World;
use std::cell::RefCell;
use std::sync::Arc;
use uuid::Uuid;

/// What was asked and decided while a ledger was kept.
#[derive(Debug, Default)]
pub struct Ledger {
    /// The decisions, in the order in which they were asked for.
    pub decisions: Vec<Decision>,
    /// The rules of the refusals that an auditing world let pass, in order.
    pub let_pass: Vec<&'static Rule>,
}

/// A question about access, and what came of it.
#[derive(Clone, Debug)]
pub struct Decision {
    /// Whose access was asked about: the caller, or the identity of a linking factory.
    pub principal: Uuid,
    /// The action.
    pub action: Arc<str>,
    /// Where.
    pub scope: ResourceId,
    /// Where a role counted.
    pub reach: Reach,
    /// What came of it.
    pub outcome: Outcome,
}

/// What access control said.
#[derive(Clone, Debug)]
pub enum Outcome {
    /// The principal may, by this role assignment; a global administrator may elevate without one.
    Allowed {
        /// The first assignment found that allows it.
        by: Option<Arc<RoleAssignment>>,
    },
    /// The principal may not.
    Refused {
        /// What was considered, in a line.
        because: Box<str>,
    },
}

thread_local! {
    /// The ledger of the request that this thread answers.
    static OPEN: RefCell<Option<Ledger>> = const { RefCell::new(None) };
}

/// Does the work and returns, besides what came of it, what was asked and decided meanwhile.
pub fn kept<T>(work: impl FnOnce() -> T) -> (T, Ledger) {
    let outer = OPEN.replace(Some(Ledger::default()));
    let done = work();
    (done, OPEN.replace(outer).unwrap_or_default())
}

/// Notes a decision where a ledger is kept.
pub(super) fn note(principal: Uuid, question: Question<'_>, scope: &ResourceId, outcome: impl FnOnce() -> Outcome) {
    OPEN.with_borrow_mut(|open| {
        if let Some(ledger) = open {
            let Question { action, reach, .. } = question;
            ledger.decisions.push(Decision { principal, action: action.into(), scope: scope.clone(), reach, outcome: outcome() });
        }
    });
}

/// Notes a refusal that is let pass.
pub(super) fn note_let_pass(rule: &'static Rule) {
    OPEN.with_borrow_mut(|open| {
        if let Some(ledger) = open {
            ledger.let_pass.push(rule);
        }
    });
}

impl Decision {
    /// Returns whether the principal may.
    pub const fn is_allowed(&self) -> bool {
        matches!(self.outcome, Outcome::Allowed { .. })
    }

    /// Returns why it was decided so, with the names that roles and groups have in the world by now.
    pub fn because(&self, world: &World) -> String {
        match &self.outcome {
            Outcome::Refused { because } => because.to_string(),
            Outcome::Allowed { by: None } => "a global administrator may do this without a role".to_owned(),
            Outcome::Allowed { by: Some(assignment) } => self.allowed_by(world, assignment),
        }
    }

    fn allowed_by(&self, world: &World, assignment: &RoleAssignment) -> String {
        let RoleAssignment { name, scope, principal_id, .. } = assignment;
        let role = role_definition::find(world, assignment.tenant_id, assignment.role);
        let role_name = role.map_or_else(|| assignment.role.to_string(), |role| role.role_name.to_string());
        let of_role = || role.into_iter().flat_map(|role| role.permissions.iter());
        let allowing = of_role().filter(|it| it.excluded_by(&self.action, Plane::Control).is_none());
        let pattern = allowing.filter_map(|it| it.matched(&self.action, Plane::Control)).next();
        let pattern = pattern.map_or_else(|| self.action.to_string(), |pattern| pattern.to_string());
        let group = Some(*principal_id).filter(|holder| *holder != self.principal);
        let group = group.map(|id| match world.directory.principal(id) {
            Some(group) => group.name.as_ref().unwrap_or(&group.display_name).to_string(),
            None => id.to_string(),
        });
        let to = group.map(|name| format!(" to the group '{name}'")).unwrap_or_default();
        format!("{role_name} allows '{pattern}', assigned{to} at '{scope}' (role assignment {name})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::timestamp::Timestamp;

    #[test]
    fn a_ledger_has_what_was_noted_while_it_was_kept() {
        let root = ResourceId::root();
        let question = |action| Question::new(action, Plane::Control, Timestamp::default());
        let asked = |action| note(Uuid::nil(), question(action), &root, || Outcome::Allowed { by: None });
        asked("nobody/keeps/read");
        let ((_, inner), outer) = kept(|| {
            asked("a/read");
            let inner = kept(|| asked("b/read"));
            asked("c/read");
            inner
        });
        let actions = |ledger: &Ledger| ledger.decisions.iter().map(|it| it.action.to_string()).collect::<Vec<_>>();
        assert_eq!((actions(&outer), actions(&inner)), (vec!["a/read".to_owned(), "c/read".to_owned()], vec!["b/read".to_owned()]));
    }
}
