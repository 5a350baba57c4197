//! The other half of the decision: what deny assignments take away from what roles allow.
//!
//! Works on plain values, as `evaluate.rs` does: `require.rs` gathers the deny assignments at the scope and above it.
//! A deny assignment wins over every role; it spares those whom it excludes.
//! Follows <https://learn.microsoft.com/azure/role-based-access-control/deny-assignments>.

use super::condition::Condition;
use super::evaluate::Question;
use super::role_definition::Permission;
use crate::action::Pattern;
use std::sync::Arc;
use uuid::Uuid;

/// The principal that stands for every user, group, service principal and managed identity of a directory.
pub const EVERYONE: Uuid = Uuid::nil();

/// A principal as a deny assignment names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DenyPrincipal {
    /// The object id, or `EVERYONE`.
    pub id: Uuid,
    /// What it is, as it was given: `User`, `Group`, `ServicePrincipal`, of everyone `SystemDefined`.
    pub principal_type: Arc<str>,
}

/// A deny assignment at the scope asked about or above it.
#[derive(Clone, Copy, Debug)]
pub struct Denial<'a> {
    /// What it denies.
    pub permissions: &'a [Permission],
    /// The condition of the deny assignment itself.
    pub condition: Option<&'a Condition>,
    /// Whom it is for; `EVERYONE` among them means everyone.
    pub principals: &'a [DenyPrincipal],
    /// Whom it spares.
    pub exclude_principals: &'a [DenyPrincipal],
    /// Whether it counts at its own scope alone.
    pub do_not_apply_to_child_scopes: bool,
    /// Whether its scope is the very one asked about.
    pub is_at_scope: bool,
    /// Whether it blocks, or only says that it would.
    pub is_enforced: bool,
    /// Whether callers may take it away: so it denies nothing that is done to deny assignments, whatever it covers.
    pub can_be_taken_away: bool,
}

/// What nobody denies but Azure, in lower case.
const TAKING_AWAY: [&str; 2] = ["microsoft.authorization/denyassignments/write", "microsoft.authorization/denyassignments/delete"];

/// What one deny assignment says to a question.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Verdict<M> {
    /// It denies the action.
    Denies {
        /// The pattern that covers it.
        matched: M,
    },
    /// It would deny the action if it were enforced.
    OnlyAudits,
    /// It covers the action, but what callers made denies no taking away.
    CanBeTakenAway,
    /// It does not name the caller nor a group of the caller.
    NamesOthers,
    /// It spares the caller or a group of the caller.
    SparesTheCaller,
    /// It is for its own scope, and the one asked about is below.
    AppliesToItsScopeAlone,
    /// It would deny the action if a condition were met.
    ConditionNotMet,
    /// It does not speak of the action, or takes it out again.
    NothingMatches,
}

impl<M> Verdict<M> {
    /// Returns the same verdict with another form of the pattern.
    pub fn map<N>(self, change: impl FnOnce(M) -> N) -> Verdict<N> {
        match self {
            Self::Denies { matched } => Verdict::Denies { matched: change(matched) },
            Self::OnlyAudits => Verdict::OnlyAudits,
            Self::CanBeTakenAway => Verdict::CanBeTakenAway,
            Self::NamesOthers => Verdict::NamesOthers,
            Self::SparesTheCaller => Verdict::SparesTheCaller,
            Self::AppliesToItsScopeAlone => Verdict::AppliesToItsScopeAlone,
            Self::ConditionNotMet => Verdict::ConditionNotMet,
            Self::NothingMatches => Verdict::NothingMatches,
        }
    }
}

/// Returns what a deny assignment says. `holders` are the caller and all groups that hold the caller.
pub fn verdict<'a>(question: Question<'_>, denial: Denial<'a>, holders: impl Iterator<Item = Uuid> + Clone) -> Verdict<Pattern<'a>> {
    let names = |list: &[DenyPrincipal]| holders.clone().any(|holder| list.iter().any(|it| it.id == holder));
    if denial.do_not_apply_to_child_scopes && !denial.is_at_scope {
        return Verdict::AppliesToItsScopeAlone;
    }
    if !denial.principals.iter().any(|it| it.id == EVERYONE) && !names(denial.principals) {
        return Verdict::NamesOthers;
    }
    if names(denial.exclude_principals) {
        return Verdict::SparesTheCaller;
    }
    let Question { action, plane, .. } = question;
    let covers = |it: &'a Permission| it.matched(action, plane).filter(|_| it.excluded_by(action, plane).is_none()).map(|by| (it, by));
    let is_met = |condition: Option<&Condition>| condition.is_none_or(|it| question.meets(it));
    let covering = || denial.permissions.iter().filter_map(covers);
    let denies = covering().find(|(it, _)| is_met(it.condition.as_ref()) && is_met(denial.condition)).map(|(_, matched)| matched);
    match denies {
        None if covering().next().is_some() => Verdict::ConditionNotMet,
        None => Verdict::NothingMatches,
        Some(_) if denial.can_be_taken_away && TAKING_AWAY.iter().any(|it| it.eq_ignore_ascii_case(action)) => Verdict::CanBeTakenAway,
        Some(_) if !denial.is_enforced => Verdict::OnlyAudits,
        Some(matched) => Verdict::Denies { matched },
    }
}

/// A deny assignment that was considered, and what came of it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ConsideredDenial {
    /// The resource id.
    pub id: String,
    /// The GUID that names it.
    pub name: Uuid,
    /// The name that people read.
    pub deny_assignment_name: String,
    /// Its scope.
    pub scope: String,
    /// What it has to say.
    pub verdict: Verdict<String>,
}

impl ConsideredDenial {
    /// Returns whether it denies the action.
    pub fn denies(&self) -> bool {
        matches!(self.verdict, Verdict::Denies { .. })
    }

    /// Returns the verdict as a sentence.
    pub fn why(&self) -> String {
        let name = &self.deny_assignment_name;
        match &self.verdict {
            Verdict::Denies { matched } => format!("the deny assignment '{name}' denies '{matched}'"),
            Verdict::CanBeTakenAway => format!("the deny assignment '{name}' does not keep anybody from taking it away"),
            Verdict::OnlyAudits => format!("the deny assignment '{name}' is not enforced"),
            Verdict::NamesOthers => format!("the deny assignment '{name}' is for others"),
            Verdict::SparesTheCaller => format!("the deny assignment '{name}' spares the caller"),
            Verdict::AppliesToItsScopeAlone => format!("the deny assignment '{name}' is for its own scope alone"),
            Verdict::ConditionNotMet => format!("the condition of the deny assignment '{name}' is not met"),
            Verdict::NothingMatches => format!("the deny assignment '{name}' does not name the action"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::action::Plane;
    use crate::authorization::role_definition::Patterns;
    use crate::timestamp::Timestamp;

    const ADA: Uuid = Uuid::from_u128(1);
    const GROUP: Uuid = Uuid::from_u128(9);

    fn permission(actions: &[&str], not_actions: &[&str]) -> Permission {
        let patterns = |list: &[&str]| list.iter().map(|text| text.to_string()).collect();
        Permission {
            actions: patterns(actions),
            not_actions: patterns(not_actions),
            data_actions: Patterns::NONE,
            not_data_actions: Patterns::NONE,
            condition: None,
        }
    }

    fn named(id: Uuid) -> [DenyPrincipal; 1] {
        [DenyPrincipal { id, principal_type: "User".into() }]
    }

    fn asked(denial: Denial<'_>) -> Verdict<String> {
        asked_for("a/write", denial)
    }

    fn asked_for(action: &str, denial: Denial<'_>) -> Verdict<String> {
        let question = Question::new(action, Plane::Control, Timestamp::default());
        verdict(question, denial, [ADA, GROUP].into_iter()).map(|pattern| pattern.to_string())
    }

    #[test]
    fn each_part_of_a_deny_assignment_decides() {
        let write = [permission(&["A/*"], &[])];
        let everyone = named(EVERYONE);
        let denial = Denial {
            permissions: &write,
            condition: None,
            principals: &everyone,
            exclude_principals: &[],
            do_not_apply_to_child_scopes: false,
            is_at_scope: false,
            is_enforced: true,
            can_be_taken_away: true,
        };
        let denies = Verdict::Denies { matched: "A/*".to_owned() };
        assert_eq!(asked(denial), denies);
        assert_eq!(asked(Denial { principals: &named(GROUP), ..denial }), denies);
        assert_eq!(asked(Denial { principals: &named(Uuid::from_u128(2)), ..denial }), Verdict::NamesOthers);
        assert_eq!(asked(Denial { exclude_principals: &named(GROUP), ..denial }), Verdict::SparesTheCaller);
        assert_eq!(asked(Denial { exclude_principals: &named(EVERYONE), ..denial }), denies, "nobody is called everyone");
        assert_eq!(asked(Denial { do_not_apply_to_child_scopes: true, ..denial }), Verdict::AppliesToItsScopeAlone);
        assert_eq!(asked(Denial { do_not_apply_to_child_scopes: true, is_at_scope: true, ..denial }), denies);
        assert_eq!(asked(Denial { is_enforced: false, ..denial }), Verdict::OnlyAudits);
        let condition = Condition::known("@Resource[a:b] StringEquals 'c'", "2.0");
        assert_eq!(asked(Denial { condition: Some(&condition), ..denial }), Verdict::ConditionNotMet);
        let conditioned = [Permission { condition: Some(condition), ..permission(&["*"], &[]) }, permission(&["a/write"], &[])];
        assert_eq!(asked(Denial { permissions: &conditioned[..1], ..denial }), Verdict::ConditionNotMet);
        assert_eq!(asked(Denial { permissions: &conditioned, ..denial }), Verdict::Denies { matched: "a/write".to_owned() });
        assert_eq!(asked(Denial { permissions: &[permission(&["A/*"], &["*/write"])], ..denial }), Verdict::NothingMatches);
        assert_eq!(asked(Denial { permissions: &[permission(&["a/read"], &[])], ..denial }), Verdict::NothingMatches);
    }

    #[test]
    fn what_a_caller_made_keeps_nobody_from_taking_it_away() {
        let (all, everyone) = ([permission(&["*"], &[])], named(EVERYONE));
        let denial = Denial {
            permissions: &all,
            condition: None,
            principals: &everyone,
            exclude_principals: &[],
            do_not_apply_to_child_scopes: false,
            is_at_scope: true,
            is_enforced: true,
            can_be_taken_away: true,
        };
        for verb in ["write", "DELETE"] {
            let action = format!("Microsoft.Authorization/denyAssignments/{verb}");
            assert_eq!(asked_for(&action, denial), Verdict::CanBeTakenAway);
            let of_azure = asked_for(&action, Denial { can_be_taken_away: false, ..denial });
            assert_eq!(of_azure, Verdict::Denies { matched: "*".to_owned() });
        }
        assert!(matches!(asked_for("Microsoft.Authorization/denyAssignments/read", denial), Verdict::Denies { .. }));
        let others = [permission(&["a/*"], &[])];
        let verdict = asked_for("Microsoft.Authorization/denyAssignments/write", Denial { permissions: &others, ..denial });
        assert_eq!(verdict, Verdict::NothingMatches);
    }
}
