//! What a rule is, and all of them: every documented limitation is one named item with its evidence.
//!
//! The doc comment, `sentence`, states the rule in our words; wire texts stand where the rule is broken and come from
//! documentation or a recording. Each rule has one canonical test in `tests/rules/`, named like it. Never a world:
//! a check takes plain values.

use crate::fault::Fault;

pub mod access;
pub mod arm;
pub mod conditions;
pub mod deny_assignments;
pub mod integration_runtimes;
pub mod lifecycle;
pub mod limits;
pub mod managed_identity;
pub mod management_groups;
pub mod management_locks;
pub mod naming;
pub mod references;
pub mod role_assignments;
pub mod role_definitions;
pub mod role_management_policies;
pub mod schedules;
pub mod sharing;
pub mod tokens;

/// Evidence of an answer that stands in recorded tests of Azure's own clients, which are public, for other providers or
/// operations than ours: so it is not among our fixtures.
pub const PUBLIC_RECORDINGS: &str = "public test recordings of Azure's clients";
/// Evidence of what users quote from Azure, or what Microsoft's pages or open clients print.
const PRINTED: &str = "quoted by users, Microsoft's pages or open clients";

/// A documented limitation, and how Azure answers when it is met.
#[derive(Debug)]
pub struct Rule {
    /// The rule's own name, in kebab-case; unique.
    pub name: &'static str,
    /// The rule in one sentence of our own.
    pub sentence: &'static str,
    /// The page that documents it.
    pub page: &'static str,
    /// The HTTP status of the refusal.
    pub status: u16,
    /// The error code of the refusal.
    pub code: &'static str,
    /// Who writes the refusal; decides envelope and headers.
    pub origin: Origin,
    /// What to do about it: the smallest change that makes the request pass.
    pub remedy: &'static str,
    /// How sure it is that the limitation exists.
    pub limit: Evidence,
    /// How sure it is that Azure answers like this.
    pub answer: Evidence,
}

/// Which service writes a refusal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// Resource Manager itself: `x-ms-failure-cause: gateway`.
    Gateway,
    /// A resource provider in ARM's plain envelope, such as Microsoft.Authorization.
    Provider,
    /// Data Factory: an envelope of four keys, nulls written.
    DataFactory,
}

/// How sure a fact is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Evidence {
    /// Seen in a recorded exchange; `source` names the recording.
    Recorded {
        /// The recording.
        source: &'static str,
    },
    /// Stated by Microsoft's documentation.
    Documented {
        /// The page.
        page: &'static str,
    },
    /// Quoted by users or encoded in clients.
    Reported {
        /// The issue, or the client.
        source: &'static str,
    },
    /// Not known; our choice.
    Assumed {
        /// Why this and not something else.
        because: &'static str,
    },
}

impl Evidence {
    /// Returns the word for it: `recorded`, `documented`, `reported` or `assumed`.
    pub const fn grade(self) -> &'static str {
        match self {
            Self::Recorded { .. } => "recorded",
            Self::Documented { .. } => "documented",
            Self::Reported { .. } => "reported",
            Self::Assumed { .. } => "assumed",
        }
    }

    /// Returns what the grade rests on: a recording, a page, who says so, or why it was assumed.
    pub const fn ground(self) -> &'static str {
        match self {
            Self::Recorded { source } | Self::Reported { source } => source,
            Self::Documented { page } => page,
            Self::Assumed { because } => because,
        }
    }
}

impl Rule {
    /// Returns whether a request can meet the rule; some limitations are the business of clients alone.
    pub const fn is_observable(&self) -> bool {
        !self.code.is_empty()
    }

    /// Returns the fault of this rule having been broken, with Azure's `message`.
    pub fn broken(&'static self, message: impl Into<String>) -> Fault {
        Fault::broken(self, message.into())
    }
}

/// All rules, by what they are about, in the order of their documentation.
pub static AREAS: &[(&str, &[&Rule])] = &[
    ("Resource Manager", arm::ALL),
    ("Tokens", tokens::ALL),
    ("Access", access::ALL),
    ("Managed identities", managed_identity::ALL),
    ("Management groups", management_groups::ALL),
    ("Role assignments", role_assignments::ALL),
    ("Conditions", conditions::ALL),
    ("Role definitions", role_definitions::ALL),
    ("Privileged identity management", schedules::ALL),
    ("Role management policies", role_management_policies::ALL),
    ("Deny assignments", deny_assignments::ALL),
    ("Locks", management_locks::ALL),
    ("Names", naming::ALL),
    ("Limits", limits::ALL),
    ("References", references::ALL),
    ("Documents and factories", lifecycle::ALL),
    ("Integration runtimes", integration_runtimes::ALL),
    ("Sharing", sharing::ALL),
];

/// Returns all rules, in the order of their documentation.
pub fn all() -> impl Iterator<Item = &'static Rule> {
    AREAS.iter().flat_map(|(_, rules)| *rules).copied()
}
