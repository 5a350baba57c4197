//! The settings of a world, by the names of the contract.
//!
//! A setting that is not honoured yet is refused unless it has its default, so that no test believes in it.

use crate::managed_identity::assigned;
use crate::resource_id::ResourceId;
use crate::timestamp::Duration;
use crate::world::Document;
use serde_json::Value;
use std::sync::Arc;

/// How a world behaves where Azure leaves a choice, or where a test wants another.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Settings {
    /// How long a long-running operation lasts on the world's clock.
    pub operation_duration: Duration,
    /// Whether a shared runtime must have a registered node before it is linked.
    pub link_needs_registered_node: bool,
    /// Whose token the managed identity endpoints hand out when a request does not say: a resource's id.
    pub managed_identity: Option<Arc<str>>,
    /// The user as whom sign-in pages and device codes are confirmed without anybody: a name or an object id.
    pub sign_in_as: Option<Arc<str>>,
    /// Whether Resource Manager counts requests and refuses those that are too many.
    pub throttling: bool,
}

/// Settings that are not honoured yet, with the one value that is accepted.
const NOT_HONOURED: &[(&str, &str)] = &[
    ("authorization", "enforce"),
    ("roleAssignmentDelay", "PT0S"),
    ("principalReplicationDelay", "PT0S"),
    ("groupMembership", "live"),
    ("nodeHeartbeat", "PT30S"),
    ("offlineAfter", "PT90S"),
];

impl Settings {
    /// Sets one setting.
    ///
    /// # Errors
    /// What is wrong with name or value, and what would be right.
    pub fn set(&mut self, name: &str, value: &Value) -> Result<(), String> {
        match name {
            "operationDuration" => {
                let duration = value.as_str().and_then(Duration::parse).filter(|it| *it >= Duration::ZERO);
                self.operation_duration = duration.ok_or_else(|| format!("{value} is not a duration; write one such as \"PT5S\""))?;
            }
            "linkNeedsRegisteredNode" => {
                self.link_needs_registered_node = value.as_bool().ok_or_else(|| format!("{value} is not true or false"))?;
            }
            "throttling" => self.throttling = value.as_bool().ok_or_else(|| format!("{value} is not true or false"))?,
            "managedIdentity" => match value {
                Value::Null => self.managed_identity = None,
                Value::String(text) if ResourceId::parse(text).is_some_and(|id| assigned::can_have_identities(&id)) => {
                    self.managed_identity = Some(text.as_str().into());
                }
                _ => return Err(format!("{value} is not the id of a factory or of a user-assigned identity")),
            },
            "signInAs" => match value {
                Value::Null => self.sign_in_as = None,
                Value::String(text) if !text.is_empty() => self.sign_in_as = Some(text.as_str().into()),
                _ => return Err(format!("{value} is not the name or object id of a user")),
            },
            _ => return accept_default(name, value),
        }
        Ok(())
    }

    /// Returns the settings that differ from their default.
    pub fn document(&self) -> Document {
        let mut document = Document::new();
        if self.operation_duration != Duration::ZERO {
            document.insert("operationDuration".to_owned(), self.operation_duration.to_string().into());
        }
        if self.link_needs_registered_node {
            document.insert("linkNeedsRegisteredNode".to_owned(), true.into());
        }
        if let Some(identity) = &self.managed_identity {
            document.insert("managedIdentity".to_owned(), Value::String(identity.to_string()));
        }
        if let Some(user) = &self.sign_in_as {
            document.insert("signInAs".to_owned(), Value::String(user.to_string()));
        }
        if self.throttling {
            document.insert("throttling".to_owned(), true.into());
        }
        document
    }
}

fn accept_default(name: &str, value: &Value) -> Result<(), String> {
    let Some((_, default)) = NOT_HONOURED.iter().find(|(known, _)| *known == name) else {
        return Err("there is no such setting; see 'World files' in the documentation for all of them".to_owned());
    };
    if value.as_str() == Some(default) {
        Ok(())
    } else {
        Err("this version does not honour it yet; leave it out, or give its default".to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_is_not_honoured_is_refused_unless_it_is_the_default() {
        let mut settings = Settings::default();
        assert!(settings.set("authorization", &json!("enforce")).is_ok());
        assert!(settings.set("authorization", &json!("audit")).unwrap_err().contains("does not honour"));
        assert!(settings.set("trottling", &json!(true)).unwrap_err().contains("no such setting"));
        assert!(settings.set("operationDuration", &json!("PT5S")).is_ok());
        assert!(settings.set("operationDuration", &json!("5 seconds")).is_err());
        let group = "/subscriptions/22222222-2222-2222-2222-222222222222/resourceGroups/rg";
        for wrong in [json!(group), json!("uai"), json!(5), json!(format!("{group}/providers/Microsoft.Compute/virtualMachines/a"))] {
            assert!(settings.set("managedIdentity", &wrong).unwrap_err().contains("is not the id of"), "{wrong}");
        }
        assert!(settings.set("managedIdentity", &Value::Null).is_ok());
        assert!(settings.set("signInAs", &json!(true)).unwrap_err().contains("is not the name"));
        assert_eq!(Value::Object(settings.document()), json!({ "operationDuration": "PT5S" }));
    }
}
