//! The shape of a world file, read strictly: unknown and repeated keys are errors with line and column.
//!
//! These types exist only while a file is read; nothing of them is stored in a world.

use serde::Deserialize;
use serde::de::{Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};
use std::fmt;

/// A whole file.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase", default)]
pub(super) struct WorldFile {
    pub(super) seed: Option<u64>,
    pub(super) clock: Option<Clock>,
    pub(super) tenants: Vec<Tenant>,
    pub(super) issuers: Vec<Object>,
    pub(super) settings: Object,
    pub(super) resources: Vec<Resource>,
    pub(super) role_assignments: Vec<RoleAssignment>,
    pub(super) role_management_policies: Vec<Policy>,
    pub(super) role_eligibility_schedules: Vec<Schedule>,
    pub(super) role_assignment_schedules: Vec<Schedule>,
    pub(super) nodes: Vec<Node>,
    pub(super) state: Option<FileState>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase", default)]
pub(super) struct Clock {
    pub(super) frozen_at: Option<String>,
    pub(super) offset: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase", default)]
pub(super) struct Tenant {
    pub(super) id: Option<String>,
    pub(super) display_name: Option<String>,
    pub(super) domain: Option<String>,
    pub(super) principals: Vec<Principal>,
    pub(super) management_groups: Vec<Object>,
    pub(super) subscriptions: Vec<Subscription>,
    pub(super) state: Object,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase", default)]
pub(super) struct Principal {
    pub(super) name: Option<String>,
    #[serde(rename = "type")]
    pub(super) principal_type: Option<String>,
    pub(super) object_id: Option<String>,
    pub(super) display_name: Option<String>,
    pub(super) app_id: Option<String>,
    pub(super) secret: Option<String>,
    pub(super) graph: Option<String>,
    pub(super) certificates: Vec<String>,
    pub(super) federated_credentials: Vec<Object>,
    pub(super) redirect_uris: Vec<String>,
    pub(super) user_principal_name: Option<String>,
    pub(super) password: Option<String>,
    pub(super) global_administrator: Option<bool>,
    pub(super) guest: Option<bool>,
    pub(super) home_tenant: Option<String>,
    pub(super) disabled: Option<bool>,
    pub(super) members: Vec<String>,
    pub(super) owners: Vec<String>,
    pub(super) properties: Object,
    pub(super) passwords: Vec<Password>,
    pub(super) keys: Vec<Key>,
    pub(super) application: Application,
    pub(super) state: Object,
}

/// What an application has that is apart from its service principal.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase", default)]
pub(super) struct Application {
    pub(super) object_id: Option<String>,
    pub(super) properties: Object,
    pub(super) passwords: Vec<Password>,
    pub(super) keys: Vec<Key>,
    pub(super) owners: Vec<String>,
}

/// A password, with the names that Microsoft Graph gives its members.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct Password {
    pub(super) key_id: Option<String>,
    pub(super) display_name: Option<String>,
    pub(super) start_date_time: Option<String>,
    pub(super) end_date_time: Option<String>,
    pub(super) secret_text: String,
}

/// A key, with the names that Microsoft Graph gives its members.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct Key {
    pub(super) key_id: Option<String>,
    pub(super) display_name: Option<String>,
    pub(super) start_date_time: Option<String>,
    pub(super) end_date_time: Option<String>,
    #[serde(rename = "type")]
    pub(super) key_type: Option<String>,
    pub(super) usage: Option<String>,
    pub(super) key: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase", default)]
pub(super) struct Subscription {
    pub(super) id: Option<String>,
    pub(super) display_name: Option<String>,
    pub(super) registered_providers: Option<Vec<String>>,
    pub(super) state: Object,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct Resource {
    pub(super) id: String,
    #[serde(default)]
    pub(super) body: Object,
    #[serde(default)]
    pub(super) state: Object,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct RoleAssignment {
    pub(super) principal: String,
    pub(super) role: String,
    pub(super) scope: String,
    #[serde(default)]
    pub(super) name: Option<String>,
    #[serde(default)]
    pub(super) principal_type: Option<String>,
    #[serde(default)]
    pub(super) description: Option<String>,
    #[serde(default)]
    pub(super) condition: Option<String>,
    #[serde(default)]
    pub(super) condition_version: Option<String>,
    #[serde(default)]
    pub(super) delegated_managed_identity_resource_id: Option<String>,
    #[serde(default)]
    pub(super) state: Object,
}

/// A role management policy that is not as it would be.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct Policy {
    pub(super) role: String,
    pub(super) scope: String,
    #[serde(default)]
    pub(super) display_name: Option<String>,
    #[serde(default)]
    pub(super) description: Option<String>,
    #[serde(default)]
    pub(super) rules: Vec<Object>,
    #[serde(default)]
    pub(super) state: Object,
}

/// An eligibility, or an active assignment for a time.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct Schedule {
    pub(super) principal: String,
    pub(super) role: String,
    pub(super) scope: String,
    #[serde(default)]
    pub(super) name: Option<String>,
    #[serde(default)]
    pub(super) principal_type: Option<String>,
    #[serde(default)]
    pub(super) start_date_time: Option<String>,
    #[serde(default)]
    pub(super) end_date_time: Option<String>,
    #[serde(default)]
    pub(super) linked_role_eligibility_schedule_id: Option<String>,
    #[serde(default)]
    pub(super) condition: Option<String>,
    #[serde(default)]
    pub(super) condition_version: Option<String>,
    #[serde(default)]
    pub(super) state: Object,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct Node {
    pub(super) runtime: String,
    pub(super) node_name: String,
    #[serde(default)]
    pub(super) status: Option<String>,
    #[serde(default)]
    pub(super) version: Option<String>,
    #[serde(default)]
    pub(super) machine_name: Option<String>,
    #[serde(default)]
    pub(super) state: Object,
}

/// What the server made that belongs to no entry.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase", default)]
pub(super) struct FileState {
    pub(super) id_counter: u64,
    pub(super) now: Option<String>,
    pub(super) operations: Vec<Operation>,
    pub(super) made_lately: Vec<Made>,
    pub(super) schedule_requests: Vec<Resource>,
    pub(super) deleted_management_groups: Vec<DeletedManagementGroup>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct DeletedManagementGroup {
    pub(super) tenant: String,
    pub(super) name: String,
    pub(super) version: u64,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct Made {
    pub(super) principal: String,
    pub(super) on: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct Operation {
    pub(super) id: String,
    pub(super) started_by: String,
    #[serde(default)]
    pub(super) tenant_id: Option<String>,
    pub(super) target: String,
    pub(super) effect: String,
    pub(super) started_on: String,
    pub(super) ends_on: String,
    pub(super) settled: bool,
    #[serde(default)]
    pub(super) failed: bool,
}

/// A JSON object in which no key stands twice, at any depth.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Object(pub(super) Map<String, Value>);

impl<'de> Deserialize<'de> for Object {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match Strict::deserialize(deserializer)?.0 {
            Value::Object(map) => Ok(Self(map)),
            other => Err(D::Error::custom(format!("expected an object, found {other}"))),
        }
    }
}

/// Any JSON value in which no key stands twice.
struct Strict(Value);

impl<'de> Deserialize<'de> for Strict {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(StrictVisitor).map(Self)
    }
}

struct StrictVisitor;

impl<'de> Visitor<'de> for StrictVisitor {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Value, E> {
        Number::from_f64(value).map(Value::Number).ok_or_else(|| E::custom("a number that JSON cannot hold"))
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_unit<E: Error>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<Value, A::Error> {
        let mut all = Vec::new();
        while let Some(Strict(value)) = elements.next_element()? {
            all.push(value);
        }
        Ok(Value::Array(all))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Value, A::Error> {
        let mut map = Map::new();
        while let Some(key) = entries.next_key::<String>()? {
            if map.contains_key(&key) {
                return Err(A::Error::custom(format!("duplicate field `{key}`")));
            }
            let Strict(value) = entries.next_value()?;
            map.insert(key, value);
        }
        Ok(Value::Object(map))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unknown_and_repeated_keys_are_named_with_their_line() {
        let problem = |text: &str| serde_json::from_str::<WorldFile>(text).unwrap_err().to_string();
        assert!(problem("{\n\"tennants\": []}").contains("unknown field `tennants`"));
        assert!(problem("{\n\"tennants\": []}").contains("line 2"));
        assert!(problem("{\"seed\":1,\n\"seed\":2}").contains("duplicate field `seed` at line 2"));
        let nested = "{\"resources\":[{\"id\":\"/x\",\n\"body\":{\"a\":1,\n\"a\":2}}]}";
        assert!(problem(nested).contains("duplicate field `a` at line 3"));
    }
}
