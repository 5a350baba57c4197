//! The settings of a world, by the names of the contract.
//!
//! What a setting means is said where it is read; here is which values it takes.

use crate::managed_identity::assigned;
use crate::resource_id::ResourceId;
use crate::timestamp::Duration;
use crate::world::Document;
use serde_json::Value;
use std::sync::Arc;

/// How a world behaves where Azure leaves a choice, or where a test wants another.
#[derive(Clone, Debug, PartialEq)]
pub struct Settings {
    /// How long a long-running operation lasts on the world's clock.
    pub operation_duration: Duration,
    /// Whether a shared runtime must have a registered node before it is linked.
    pub link_needs_registered_node: bool,
    /// Whether a linked service with a secret needs an online node of the runtime that it connects via.
    pub secret_needs_online_node: bool,
    /// Whose token the managed identity endpoints hand out when a request does not say: a resource's id.
    pub managed_identity: Option<Arc<str>>,
    /// The user as whom sign-in pages and device codes are confirmed without anybody: a name or an object id.
    pub sign_in_as: Option<Arc<str>>,
    /// How long after it was made a role assignment counts; those of a world file count at once.
    pub role_assignment_delay: Duration,
    /// How long after it was made a principal is known to role assignments; those of a world file are known at once.
    pub principal_replication_delay: Duration,
    /// Whether Resource Manager counts requests and refuses those that are too many.
    pub throttling: bool,
    /// How often a node that is a process of its own sends a heartbeat, in the host's time.
    pub node_heartbeat: Duration,
    /// How long after the last heartbeat such a node is Offline, on the world's clock.
    pub offline_after: Duration,
    /// What becomes of a request that access control refuses.
    pub authorization: Authorization,
    /// Which groups of a caller count.
    pub group_membership: GroupMembership,
}

/// What becomes of a request that access control refuses.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Authorization {
    /// It is refused.
    #[default]
    Enforce,
    /// It passes, and it is told that it would have been refused.
    Audit,
}

/// Which groups of a caller count.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum GroupMembership {
    /// Those that hold the caller now.
    #[default]
    Live,
    /// Those that held the caller when its token was issued.
    Token,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            operation_duration: Duration::ZERO,
            link_needs_registered_node: false,
            secret_needs_online_node: false,
            managed_identity: None,
            sign_in_as: None,
            role_assignment_delay: Duration::ZERO,
            principal_replication_delay: Duration::ZERO,
            throttling: false,
            node_heartbeat: Duration::from_seconds(30),
            offline_after: Duration::from_seconds(90),
            authorization: Authorization::Enforce,
            group_membership: GroupMembership::Live,
        }
    }
}

/// The shortest time between two heartbeats: whoever asks for less wants a load, not a node. Our own bound.
const INTERVAL_MIN: Duration = Duration::from_ticks(1_000_000);

/// The setting that depends on another.
const OFFLINE_AFTER: &str = "offlineAfter";

/// One setting: its name, how it is read from a JSON value, and its value as JSON.
struct Setting {
    name: &'static str,
    get: fn(&Settings) -> Value,
    set: fn(&mut Settings, &Value) -> Result<(), String>,
}

const AUTHORIZATION: &[(&str, Authorization)] = &[("enforce", Authorization::Enforce), ("audit", Authorization::Audit)];
const GROUP_MEMBERSHIP: &[(&str, GroupMembership)] = &[("live", GroupMembership::Live), ("token", GroupMembership::Token)];

/// All settings, in the order of the documentation.
static ALL: &[Setting] = &[
    Setting {
        name: "operationDuration",
        get: |settings| settings.operation_duration.to_string().into(),
        set: |settings, value| length_of_time(value).map(|it| settings.operation_duration = it),
    },
    Setting {
        name: "linkNeedsRegisteredNode",
        get: |settings| settings.link_needs_registered_node.into(),
        set: |settings, value| truth(value).map(|it| settings.link_needs_registered_node = it),
    },
    Setting {
        name: "secretNeedsOnlineNode",
        get: |settings| settings.secret_needs_online_node.into(),
        set: |settings, value| truth(value).map(|it| settings.secret_needs_online_node = it),
    },
    Setting {
        name: "managedIdentity",
        get: |settings| settings.managed_identity.as_deref().into(),
        set: |settings, value| identity(value).map(|it| settings.managed_identity = it),
    },
    Setting {
        name: "signInAs",
        get: |settings| settings.sign_in_as.as_deref().into(),
        set: |settings, value| user(value).map(|it| settings.sign_in_as = it),
    },
    Setting {
        name: "authorization",
        get: |settings| word_of(AUTHORIZATION, settings.authorization),
        set: |settings, value| one_of(AUTHORIZATION, value).map(|it| settings.authorization = it),
    },
    Setting {
        name: "roleAssignmentDelay",
        get: |settings| settings.role_assignment_delay.to_string().into(),
        set: |settings, value| length_of_time(value).map(|it| settings.role_assignment_delay = it),
    },
    Setting {
        name: "principalReplicationDelay",
        get: |settings| settings.principal_replication_delay.to_string().into(),
        set: |settings, value| length_of_time(value).map(|it| settings.principal_replication_delay = it),
    },
    Setting {
        name: "groupMembership",
        get: |settings| word_of(GROUP_MEMBERSHIP, settings.group_membership),
        set: |settings, value| one_of(GROUP_MEMBERSHIP, value).map(|it| settings.group_membership = it),
    },
    Setting {
        name: "throttling",
        get: |settings| settings.throttling.into(),
        set: |settings, value| truth(value).map(|it| settings.throttling = it),
    },
    Setting {
        name: "nodeHeartbeat",
        get: |settings| in_seconds(settings.node_heartbeat).into(),
        set: |settings, value| interval(value).map(|it| settings.node_heartbeat = it),
    },
    Setting {
        name: OFFLINE_AFTER,
        get: |settings| in_seconds(settings.offline_after).into(),
        set: |settings, value| interval(value).map(|it| settings.offline_after = it),
    },
];

impl Settings {
    /// Sets one setting.
    ///
    /// # Errors
    /// What is wrong with name or value, and what would be right.
    pub fn set(&mut self, name: &str, value: &Value) -> Result<(), String> {
        let setting = ALL.iter().find(|setting| setting.name == name);
        let unknown = || "there is no such setting; see 'World files' in the documentation for all of them".to_owned();
        (setting.ok_or_else(unknown)?.set)(self, value)
    }

    /// Checks what settings have to do with each other, once all are set.
    ///
    /// # Errors
    /// The name of the setting to correct, and what is wrong with it.
    pub fn check(&self) -> Result<(), (&'static str, String)> {
        if self.offline_after > self.node_heartbeat {
            return Ok(());
        }
        let Self { offline_after, node_heartbeat, .. } = self;
        let problem = format!(
            "{} is not longer than nodeHeartbeat, which is {}; set both, this one longer",
            in_seconds(*offline_after),
            in_seconds(*node_heartbeat)
        );
        Err((OFFLINE_AFTER, problem))
    }

    /// Returns whether what counts depends on the time itself, so that a reader has to bring it along.
    pub fn asks_for_the_time(&self) -> bool {
        self.role_assignment_delay > Duration::ZERO || self.principal_replication_delay > Duration::ZERO
    }

    /// Returns the names of all settings.
    pub fn names() -> Vec<&'static str> {
        ALL.iter().map(|setting| setting.name).collect()
    }

    /// Returns every setting with its value.
    pub fn all(&self) -> Document {
        ALL.iter().map(|setting| (setting.name.to_owned(), (setting.get)(self))).collect()
    }

    /// Returns the settings that differ from their default.
    pub fn document(&self) -> Document {
        let default = Self::default();
        let changed = ALL.iter().filter(|setting| (setting.get)(self) != (setting.get)(&default));
        changed.map(|setting| (setting.name.to_owned(), (setting.get)(self))).collect()
    }
}

fn length_of_time(value: &Value) -> Result<Duration, String> {
    let duration = value.as_str().and_then(Duration::parse).filter(|it| *it >= Duration::ZERO);
    duration.ok_or_else(|| format!("{value} is not a duration; write one such as \"PT5S\""))
}

/// Returns whole seconds as the documentation writes them: `PT90S`.
fn in_seconds(duration: Duration) -> String {
    let seconds = duration.ticks() / Duration::from_seconds(1).ticks();
    if Duration::from_seconds(seconds) == duration { format!("PT{seconds}S") } else { duration.to_string() }
}

fn interval(value: &Value) -> Result<Duration, String> {
    let duration = length_of_time(value)?;
    if duration >= INTERVAL_MIN { Ok(duration) } else { Err(format!("{value} is too short; it is at least {INTERVAL_MIN}")) }
}

fn word_of<T: Copy + PartialEq>(words: &[(&'static str, T)], meant: T) -> Value {
    words.iter().find(|(_, it)| *it == meant).map(|(word, _)| *word).into()
}

fn one_of<T: Copy>(words: &[(&'static str, T)], value: &Value) -> Result<T, String> {
    let found = words.iter().find(|(word, _)| value.as_str() == Some(word)).map(|(_, it)| *it);
    let known = || words.iter().map(|(word, _)| format!("\"{word}\"")).collect::<Vec<_>>().join(" or ");
    found.ok_or_else(|| format!("{value} is not {}", known()))
}

fn truth(value: &Value) -> Result<bool, String> {
    value.as_bool().ok_or_else(|| format!("{value} is not true or false"))
}

fn identity(value: &Value) -> Result<Option<Arc<str>>, String> {
    match value {
        Value::Null => Ok(None),
        Value::String(text) if ResourceId::parse(text).is_some_and(|id| assigned::can_have_identities(&id)) => {
            Ok(Some(text.as_str().into()))
        }
        _ => Err(format!("{value} is not the id of a factory or of a user-assigned identity")),
    }
}

fn user(value: &Value) -> Result<Option<Arc<str>>, String> {
    match value {
        Value::Null => Ok(None),
        Value::String(text) if !text.is_empty() => Ok(Some(text.as_str().into())),
        _ => Err(format!("{value} is not the name or object id of a user")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_setting_takes_values_of_its_kind_only() {
        let mut settings = Settings::default();
        assert_eq!(settings.set("authorization", &json!("Audit")).unwrap_err(), "\"Audit\" is not \"enforce\" or \"audit\"");
        assert!(settings.set("groupMembership", &Value::Null).is_err());
        assert!(settings.set("trottling", &json!(true)).unwrap_err().contains("no such setting"));
        assert!(settings.set("operationDuration", &json!("PT5S")).is_ok());
        assert!(settings.set("operationDuration", &json!("5 seconds")).is_err());
        let group = "/subscriptions/22222222-2222-2222-2222-222222222222/resourceGroups/rg";
        for wrong in [json!(group), json!("uai"), json!(5), json!(format!("{group}/providers/Microsoft.Compute/virtualMachines/a"))] {
            assert!(settings.set("managedIdentity", &wrong).unwrap_err().contains("is not the id of"), "{wrong}");
        }
        assert!(settings.set("managedIdentity", &Value::Null).is_ok());
        assert!(settings.set("signInAs", &json!(true)).unwrap_err().contains("is not the name"));
        assert!(settings.set("nodeHeartbeat", &json!("PT0.01S")).unwrap_err().contains("at least PT0.1S"));
        assert_eq!(Value::Object(settings.document()), json!({ "operationDuration": "PT5S" }));
    }

    #[test]
    fn a_node_is_not_offline_before_its_next_heartbeat_is_due() {
        let mut settings = Settings::default();
        assert_eq!(settings.check(), Ok(()));
        settings.set("nodeHeartbeat", &json!("PT90S")).unwrap();
        let (name, problem) = settings.check().unwrap_err();
        assert!(name == "offlineAfter" && problem.contains("PT90S is not longer than nodeHeartbeat"), "{name}: {problem}");
        settings.set("offlineAfter", &json!("PT91S")).unwrap();
        assert_eq!(settings.check(), Ok(()));
    }

    #[test]
    fn every_setting_takes_its_own_value() {
        let mut settings = Settings::default();
        for (name, value) in Settings::default().all() {
            settings.set(&name, &value).unwrap();
        }
        assert_eq!(settings, Settings::default());
        assert_eq!(settings.all().keys().map(String::as_str).collect::<Vec<_>>(), Settings::names());
    }
}
