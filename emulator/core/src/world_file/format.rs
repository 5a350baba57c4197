//! The shape of a world file, read strictly: unknown and repeated keys are errors with path, line and column.
//!
//! These types exist only while a file is read; nothing of them is stored in a world.

use crate::strict_json::Object;
use serde::Deserialize;

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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::strict_json;

    #[test]
    fn unknown_and_repeated_keys_are_named_with_their_line() {
        let mistake = |text: &str| {
            let wrong = strict_json::read::<WorldFile>(text).unwrap_err();
            (wrong.target.unwrap_or_default(), wrong.line)
        };
        assert_eq!(mistake("{\n\"tennants\": []}"), ("tennants".to_owned(), 2));
        assert_eq!(mistake("{\"seed\":1,\n\"seed\":2}"), ("seed".to_owned(), 2));
        let nested = "{\"resources\":[{\"id\":\"/x\",\n\"body\":{\"a\":1,\n\"a\":2}}]}";
        assert_eq!(mistake(nested), ("resources[0].body.a".to_owned(), 3));
    }
}
