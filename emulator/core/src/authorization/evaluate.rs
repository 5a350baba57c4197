//! The decision: whether what a caller holds allows an action, and why.
//!
//! Works on plain values: `require.rs` gathers which assignments apply, and nothing here looks
//! anything up. `is_allowed` runs on every request and allocates nothing; `explain` gives the
//! same answer with its reasons and runs only where somebody reads them.
//! Follows <https://learn.microsoft.com/azure/role-based-access-control/overview>.

use super::condition::{Attributes, Circumstances, Condition};
use super::denial::ConsideredDenial;
use super::role_definition::Permission;
use crate::action::Plane;
use crate::timestamp::Timestamp;

/// Where a role must be held so that it counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// At the scope that is asked about, or above it.
    AtScope,
    /// At any scope at all: of what belongs to no scope, such as the list of providers.
    Anywhere,
}

/// What is asked: may this be done?
#[derive(Clone, Copy, Debug)]
pub struct Question<'a> {
    /// The name of the action.
    pub action: &'a str,
    /// The lists of a role in which the action is looked for.
    pub plane: Plane,
    /// What conditions look at.
    pub circumstances: Circumstances<'a>,
    /// Where a role must be held.
    pub reach: Reach,
}

impl<'a> Question<'a> {
    /// Asks for an action of this plane, at this time, with no attributes.
    pub const fn new(action: &'a str, plane: Plane, now: Timestamp) -> Self {
        Self { action, plane, circumstances: Circumstances { attributes: Attributes::NONE, now }, reach: Reach::AtScope }
    }

    /// Returns the same question, for which a role counts wherever it is held.
    #[must_use]
    pub const fn anywhere(mut self) -> Self {
        self.reach = Reach::Anywhere;
        self
    }

    /// Returns the same question with the attributes of the request.
    #[must_use]
    pub const fn with(mut self, attributes: &'a Attributes) -> Self {
        self.circumstances.attributes = attributes;
        self
    }

    /// Returns whether the condition is met for what is asked.
    pub(super) fn meets(self, condition: &Condition) -> bool {
        condition.is_met(self.action, self.circumstances)
    }
}

/// A role assignment that applies: it names the caller or a group that holds the caller, at the
/// scope asked about or above it.
#[derive(Clone, Copy, Debug)]
pub struct Grant<'a> {
    /// The permission objects of the role.
    pub permissions: &'a [Permission],
    /// The condition of the assignment itself.
    pub condition: Option<&'a Condition>,
}

/// Returns whether any of the grants allows what is asked: roles add up, and an exclusion takes
/// away from its own permission object alone. What deny assignments take away is in `denial.rs`.
pub fn is_allowed<'a>(question: Question<'_>, grants: impl IntoIterator<Item = Grant<'a>>) -> bool {
    let Question { action, plane, .. } = question;
    grants.into_iter().any(|grant| {
        let is_met = |condition: &Condition| question.meets(condition);
        grant.permissions.iter().any(|permission| {
            permission.matched(action, plane).is_some()
                && permission.excluded_by(action, plane).is_none()
                && permission.condition.as_ref().is_none_or(is_met)
                && grant.condition.is_none_or(is_met)
        })
    })
}

/// A role assignment to be explained, whether or not it applies.
#[derive(Clone, Debug)]
pub struct Candidate<'a> {
    /// The resource id of the assignment.
    pub id: String,
    /// The name of the role.
    pub role: String,
    /// The scope of the assignment.
    pub scope: String,
    /// What it gives, or why it does not apply.
    pub grant: Result<Grant<'a>, DoesNotApply>,
}

/// Why an assignment of the caller has no say.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum DoesNotApply {
    /// Its scope is neither the one asked about nor above it.
    ScopeIsElsewhere,
    /// Its principal is not of the tenant to which the scope belongs.
    PrincipalOfAnotherTenant,
    /// Its role does not exist any more.
    RoleIsGone,
    /// It was made a short while ago, and the world's setting delays it.
    NotInForceYet,
}

/// A decision with its reasons.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Explanation {
    /// The decision: a role assignment allows the action and no deny assignment denies it.
    pub allowed: bool,
    /// Every assignment that was considered, in the order given.
    pub assignments: Vec<Considered>,
    /// Every deny assignment at the scope and above it.
    pub deny_assignments: Vec<ConsideredDenial>,
}

impl Explanation {
    /// Returns the same explanation with what the deny assignments say; one that denies decides.
    #[must_use]
    pub fn with_deny_assignments(mut self, deny_assignments: Vec<ConsideredDenial>) -> Self {
        self.allowed &= !deny_assignments.iter().any(ConsideredDenial::denies);
        self.deny_assignments = deny_assignments;
        self
    }

    /// Returns the deny assignment that took away what a role allows.
    pub fn denied_by(&self) -> Option<&ConsideredDenial> {
        let denial = self.deny_assignments.iter().find(|considered| considered.denies());
        denial.filter(|_| self.decided_by().is_some())
    }

    /// Returns the first assignment that allowed the action, whether or not it was denied again.
    pub fn decided_by(&self) -> Option<&Considered> {
        self.assignments.iter().find(|considered| matches!(considered.outcome, Outcome::Allows { .. }))
    }

    /// Returns whether a condition stood in the way of an assignment that would otherwise have allowed the action.
    pub fn condition_stopped_it(&self) -> bool {
        !self.allowed && self.decided_by().is_none() && self.assignments.iter().any(|considered| considered.condition().is_some())
    }

    /// Returns in a line what the assignments that apply have to say, or that there is none.
    pub fn summary(&self) -> String {
        let applying = self.assignments.iter().filter(|it| it.applies()).map(Considered::why);
        let applying: Vec<String> = self.denied_by().map(ConsideredDenial::why).into_iter().chain(applying).collect();
        match (applying.is_empty(), self.assignments.len()) {
            (true, 0) => "the caller holds no role".to_owned(),
            (true, elsewhere) => format!("no role assignment applies at the scope; {elsewhere} elsewhere"),
            (false, _) => applying.join("; "),
        }
    }
}

/// An assignment that was considered, and what came of it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Considered {
    /// The resource id of the assignment.
    pub id: String,
    /// The name of the role.
    pub role: String,
    /// The scope of the assignment.
    pub scope: String,
    /// The condition of the assignment itself, met or not.
    pub under: Option<String>,
    /// What it has to say.
    pub outcome: Outcome,
}

impl Considered {
    /// Returns whether the assignment concerns the caller and the scope at all.
    pub fn applies(&self) -> bool {
        !matches!(self.outcome, Outcome::DoesNotApply(_))
    }

    /// Returns the pattern of the role that covers the action.
    pub fn matched(&self) -> Option<&str> {
        match &self.outcome {
            Outcome::Allows { matched } | Outcome::Excluded { matched, .. } | Outcome::ConditionNotMet { matched, .. } => Some(matched),
            Outcome::NothingMatches | Outcome::DoesNotApply(_) => None,
        }
    }

    /// Returns the pattern by which the role excludes the action again.
    pub fn excluded_by(&self) -> Option<&str> {
        match &self.outcome {
            Outcome::Excluded { excluded_by, .. } => Some(excluded_by),
            _ => None,
        }
    }

    /// Returns the condition that stood in the way.
    pub fn condition(&self) -> Option<&str> {
        match &self.outcome {
            Outcome::ConditionNotMet { condition, .. } => Some(condition),
            _ => None,
        }
    }

    /// Returns the outcome as a sentence.
    pub fn why(&self) -> String {
        let role = &self.role;
        match &self.outcome {
            Outcome::Allows { matched } => format!("{role} allows '{matched}'"),
            Outcome::ConditionNotMet { matched, .. } => format!("{role} allows '{matched}' only under a condition that is not met"),
            Outcome::Excluded { matched, excluded_by } => format!("{role} allows '{matched}' but excludes '{excluded_by}'"),
            Outcome::NothingMatches => format!("{role} does not name the action"),
            Outcome::DoesNotApply(DoesNotApply::ScopeIsElsewhere) => {
                format!("'{}' is neither the scope nor above it", self.scope)
            }
            Outcome::DoesNotApply(DoesNotApply::PrincipalOfAnotherTenant) => "the principal is not of the tenant of the scope".to_owned(),
            Outcome::DoesNotApply(DoesNotApply::NotInForceYet) => "the assignment is not in force yet (roleAssignmentDelay)".to_owned(),
            Outcome::DoesNotApply(DoesNotApply::RoleIsGone) => "the role does not exist any more".to_owned(),
        }
    }
}

/// What one assignment says to a question.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Outcome {
    /// It allows the action.
    Allows {
        /// The pattern that covers it.
        matched: String,
    },
    /// It would allow the action if a condition were met.
    ConditionNotMet {
        /// The pattern that covers it.
        matched: String,
        /// The condition, of the permission or of the assignment.
        condition: String,
    },
    /// Its role takes the action out again.
    Excluded {
        /// The pattern that covers it.
        matched: String,
        /// The pattern that takes it out.
        excluded_by: String,
    },
    /// Its role does not speak of the action.
    NothingMatches,
    /// It is not about this caller at this scope.
    DoesNotApply(DoesNotApply),
}

impl Outcome {
    /// How near the outcome is to allowing, the nearest first.
    const fn distance(&self) -> u8 {
        match self {
            Self::Allows { .. } => 0,
            Self::ConditionNotMet { .. } => 1,
            Self::Excluded { .. } => 2,
            Self::NothingMatches => 3,
            Self::DoesNotApply(_) => 4,
        }
    }
}

/// Returns the decision with what every candidate had to say. Of several permission objects of a
/// role, the one nearest to allowing speaks for it.
pub fn explain<'a>(question: Question<'_>, candidates: impl IntoIterator<Item = Candidate<'a>>) -> Explanation {
    let consider = |candidate: Candidate<'_>| Considered {
        under: candidate.grant.as_ref().ok().and_then(|grant| grant.condition).map(|condition| condition.text.to_string()),
        outcome: match candidate.grant {
            Ok(grant) => outcome(question, grant),
            Err(reason) => Outcome::DoesNotApply(reason),
        },
        id: candidate.id,
        role: candidate.role,
        scope: candidate.scope,
    };
    let mut explanation = Explanation { assignments: candidates.into_iter().map(consider).collect(), ..Explanation::default() };
    explanation.allowed = explanation.decided_by().is_some();
    explanation
}

fn outcome(question: Question<'_>, grant: Grant<'_>) -> Outcome {
    let Question { action, plane, .. } = question;
    let unmet = |condition: &&Condition| !question.meets(condition);
    let outcomes = grant.permissions.iter().map(|permission| {
        let Some(matched) = permission.matched(action, plane) else {
            return Outcome::NothingMatches;
        };
        let matched = matched.to_string();
        if let Some(excluded_by) = permission.excluded_by(action, plane) {
            let excluded_by = excluded_by.to_string();
            return Outcome::Excluded { matched, excluded_by };
        }
        let conditions = [permission.condition.as_ref(), grant.condition];
        match conditions.into_iter().flatten().find(unmet) {
            Some(condition) => Outcome::ConditionNotMet { matched, condition: condition.text.to_string() },
            None => Outcome::Allows { matched },
        }
    });
    outcomes.min_by_key(Outcome::distance).unwrap_or(Outcome::NothingMatches)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::authorization::built_in_roles::{self, by_name};
    use crate::authorization::condition::{Source, Value};
    use crate::authorization::role_definition::Patterns;
    use proptest::prelude::*;
    use uuid::Uuid;

    fn control(action: &str) -> Question<'_> {
        Question::new(action, Plane::Control, Timestamp::default())
    }

    fn grant(role_name: &str) -> Grant<'static> {
        Grant { permissions: &by_name(role_name).unwrap().permissions, condition: None }
    }

    fn candidate<'a>(grant: Grant<'a>) -> Candidate<'a> {
        Candidate { id: String::new(), role: "role".to_owned(), scope: "/".to_owned(), grant: Ok(grant) }
    }

    fn permission(allowed: &[&str], excluded: &[&str]) -> Permission {
        let patterns = |list: &[&str]| list.iter().map(|text| text.to_string()).collect();
        Permission {
            actions: patterns(allowed),
            not_actions: patterns(excluded),
            data_actions: Patterns::NONE,
            not_data_actions: Patterns::NONE,
            condition: None,
        }
    }

    #[test]
    fn the_four_general_roles_differ_in_giving_access_and_in_writing() {
        let may = |role, action| is_allowed(control(action), [grant(role)]);
        let (grants, writes) = ("Microsoft.Authorization/roleAssignments/write", "Microsoft.DataFactory/factories/write");
        assert!(may("Owner", grants) && may("Owner", writes));
        assert!(!may("Contributor", grants) && may("Contributor", writes));
        assert!(may("User Access Administrator", grants));
        assert!(!may("User Access Administrator", writes));
        assert!(!may("Reader", grants) && !may("Reader", writes));
        assert!(may("reader", "Microsoft.DataFactory/factories/read"));
    }

    #[test]
    fn an_owner_reads_no_data() {
        let read = "Microsoft.Storage/storageAccounts/blobServices/containers/blobs/read";
        let data = Question::new(read, Plane::Data, Timestamp::default());
        assert!(!is_allowed(data, [grant("Owner")]));
        assert!(is_allowed(data, [grant("Storage Blob Data Reader")]));
        assert!(!is_allowed(control(read), [grant("Storage Blob Data Reader")]));
    }

    #[test]
    fn an_exclusion_takes_away_from_its_own_permission_object_alone() {
        let both = [permission(&["a/*"], &["a/write"]), permission(&["a/write"], &[])];
        let held = |permissions| Grant { permissions, condition: None };
        assert!(!is_allowed(control("a/write"), [held(&both[..1])]));
        assert!(is_allowed(control("a/write"), [held(&both)]));
        assert!(is_allowed(control("a/write"), [held(&both[..1]), held(&both[1..])]));
    }

    #[test]
    fn a_condition_of_the_role_or_of_the_assignment_has_to_hold() {
        let write = control("Microsoft.Authorization/roleAssignments/write");
        let role = "Key Vault Data Access Administrator";
        assert!(!is_allowed(write, [grant(role)]));
        assert!(is_allowed(control("Microsoft.Authorization/roleAssignments/read"), [grant(role)]));
        let asked = |id: u128| {
            let name = "Microsoft.Authorization/roleAssignments:RoleDefinitionId";
            Attributes::default().with(Source::Request, name, vec![Value::Guid(Uuid::from_u128(id))])
        };
        assert!(is_allowed(write.with(&asked(0x4633458b_17de_408a_b874_0445c86b69e6)), [grant(role)]));
        assert!(!is_allowed(write.with(&asked(0xacdd72a7_3385_48ef_bd42_f606fba81ae7)), [grant(role)]));

        let condition = Condition::known("@Resource[a:b] StringEquals 'c'", "2.0");
        let held = Grant { condition: Some(&condition), ..grant("Owner") };
        assert!(!is_allowed(write, [held]));
        assert!(is_allowed(write, [held, grant("Owner")]));
        let explanation = explain(write, [candidate(held)]);
        assert_eq!(explanation.assignments[0].condition(), Some(condition.text.as_ref()));
        assert!(explanation.condition_stopped_it());
        assert!(!explain(write, [candidate(grant("Reader"))]).condition_stopped_it());
    }

    #[test]
    fn an_explanation_names_what_decided() {
        let write = control("Microsoft.Authorization/roleAssignments/write");
        let elsewhere = Candidate { grant: Err(DoesNotApply::ScopeIsElsewhere), ..candidate(grant("Owner")) };
        let refused = explain(write, [elsewhere, candidate(grant("Contributor"))]);
        assert!(!refused.allowed);
        assert_eq!(refused.decided_by(), None);
        assert!(!refused.assignments[0].applies());
        let contributor = &refused.assignments[1];
        assert_eq!(contributor.matched(), Some("*"));
        assert_eq!(contributor.excluded_by(), Some("Microsoft.Authorization/*/Write"));
        assert_eq!(contributor.why(), "role allows '*' but excludes 'Microsoft.Authorization/*/Write'");
        assert_eq!(refused.summary(), contributor.why());
        assert_eq!(explain(write, []).summary(), "the caller holds no role");
    }

    fn a_pattern() -> impl Strategy<Value = String> {
        "[ab*]{1,2}/[ab*]{1,2}"
    }

    fn some_permissions() -> impl Strategy<Value = Vec<Permission>> {
        let patterns = || prop::collection::vec(a_pattern(), 0..3).prop_map(|list| list.into_iter().collect::<Patterns>());
        let condition = prop::option::of(prop::sample::select(vec![
            "!(ActionMatches{'a/a'}) OR @Request[x] BoolEquals true",
            "@Request[x] BoolEquals true",
            "!(@Request[x] BoolEquals true)",
        ]));
        let one = (patterns(), patterns(), condition).prop_map(|(actions, not_actions, text)| Permission {
            actions: actions.clone(),
            not_actions: not_actions.clone(),
            data_actions: not_actions,
            not_data_actions: actions,
            condition: text.map(|text| Condition::known(text, "2.0")),
        });
        prop::collection::vec(one, 0..3)
    }

    fn a_plane() -> impl Strategy<Value = Plane> {
        prop::sample::select(vec![Plane::Control, Plane::Data])
    }

    proptest! {
        #[test]
        fn roles_add_up(
            roles in prop::collection::vec(some_permissions(), 0..4),
            action in "[aAb]{1,2}/[abB]{1,2}",
            plane in a_plane(),
        ) {
            let question = Question::new(&action, plane, Timestamp::default());
            let grant = |permissions: &'_ Vec<Permission>| -> bool {
                is_allowed(question, [Grant { permissions, condition: None }])
            };
            let all = roles.iter().map(|permissions| Grant { permissions, condition: None });
            prop_assert_eq!(is_allowed(question, all), roles.iter().any(grant));
        }

        #[test]
        fn one_more_assignment_never_takes_access_away(
            roles in prop::collection::vec(some_permissions(), 1..5),
            action in "[ab]{1,2}/[ab]{1,2}",
            plane in a_plane(),
        ) {
            let question = Question::new(&action, plane, Timestamp::default());
            let held = |permissions| Grant { permissions, condition: None };
            let grants: Vec<_> = roles.iter().map(|permissions| held(permissions)).collect();
            let without = is_allowed(question, grants.iter().skip(1).copied());
            prop_assert!(!without || is_allowed(question, grants));
        }

        #[test]
        fn an_explanation_says_the_same_as_the_decision(
            roles in prop::collection::vec(some_permissions(), 0..4),
            action in "[ab]{1,2}/[ab]{1,2}",
            plane in a_plane(),
        ) {
            let question = Question::new(&action, plane, Timestamp::default());
            let grants = || roles.iter().map(|permissions| Grant { permissions, condition: None });
            let explanation = explain(question, grants().map(candidate));
            prop_assert_eq!(explanation.allowed, is_allowed(question, grants()));
        }

        #[test]
        fn a_star_alone_allows_whatever_is_asked(action in "\\PC{0,40}") {
            let everything = [permission(&["*"], &[])];
            let held = Grant { permissions: &everything, condition: None };
            prop_assert!(is_allowed(control(&action), [held]));
        }

        #[test]
        fn an_owner_may_do_what_anybody_may(
            role in prop::sample::select(built_in_roles::all()),
            action in prop::sample::select(vec![
                "Microsoft.DataFactory/factories/write",
                "Microsoft.Authorization/roleAssignments/delete",
                "Microsoft.Resources/subscriptions/resourceGroups/read",
            ]),
        ) {
            let held = Grant { permissions: &role.permissions, condition: None };
            let anybody = is_allowed(control(action), [held]);
            prop_assert!(!anybody || is_allowed(control(action), [grant("Owner")]));
        }
    }
}
