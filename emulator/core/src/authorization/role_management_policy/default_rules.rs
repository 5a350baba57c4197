//! The rules of a policy that nobody has changed, in the order in which Azure's examples show them.
//!
//! That expiration is asked for, that active assignments and activations need a justification, and the eight hours of an
//! activation are documented; a year for eligibilities and half a year for active assignments are *Assumed*: they are the
//! portal's longest.

use crate::world::Document;
use serde_json::{Value, json};
use std::sync::{Arc, LazyLock};

/// The rules, made once: a list of policies has them for every role.
pub(super) static ALL: LazyLock<Arc<[Document]>> = LazyLock::new(|| all().into());

fn all() -> Vec<Document> {
    let mut rules = Vec::new();
    for (caller, level) in [("Admin", "Eligibility"), ("Admin", "Assignment"), ("EndUser", "Assignment")] {
        let target = json!({ "caller": caller, "operations": ["All"], "level": level, "targetObjects": null, "inheritableSettings": null,
            "enforcedSettings": null });
        let mut add = |properties: Value, id: String, kind: &str| {
            let Value::Object(mut rule) = properties else { return };
            rule.insert("id".to_owned(), id.into());
            rule.insert("ruleType".to_owned(), format!("RoleManagementPolicy{kind}Rule").into());
            rule.insert("target".to_owned(), target.clone());
            rules.push(rule);
        };
        let is_activation = caller == "EndUser";
        if is_activation {
            add(approval(), format!("Approval_{caller}_{level}"), "Approval");
            let context = json!({ "isEnabled": false, "claimValue": "" });
            add(context, format!("AuthenticationContext_{caller}_{level}"), "AuthenticationContext");
        }
        let (enabled, longest) = match (caller, level) {
            ("Admin", "Eligibility") => (json!([]), "P365D"),
            ("Admin", _) => (json!(["Justification"]), "P180D"),
            _ => (json!(["MultiFactorAuthentication", "Justification"]), "PT8H"),
        };
        add(json!({ "enabledRules": enabled }), format!("Enablement_{caller}_{level}"), "Enablement");
        let expiration = json!({ "isExpirationRequired": true, "maximumDuration": longest, "exceptionMembers": null });
        add(expiration, format!("Expiration_{caller}_{level}"), "Expiration");
        for recipient in ["Admin", "Requestor", "Approver"] {
            let notification = json!({ "notificationType": "Email", "recipientType": recipient, "isDefaultRecipientsEnabled": true,
                "notificationLevel": "All", "notificationRecipients": null });
            add(notification, format!("Notification_{recipient}_{caller}_{level}"), "Notification");
        }
    }
    rules
}

fn approval() -> Value {
    json!({ "setting": { "isApprovalRequired": false, "isApprovalRequiredForExtension": false, "isRequestorJustificationRequired": true,
        "approvalMode": "SingleStage", "approvalStages": [{ "approvalStageTimeOutInDays": 1, "isApproverJustificationRequired": true,
            "escalationTimeInMinutes": 0, "primaryApprovers": [], "isEscalationEnabled": false, "escalationApprovers": null }] } })
}
