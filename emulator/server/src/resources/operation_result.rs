//! The results of the front door's long-running operations: `…/operationresults/{token}`.
//!
//! The token is unpadded base64url of a job id and a location, and like Azure's it names the group and not one of its
//! deletions: while any of them is under way the answer is 202. Form: `arm-wire` 1.10.

use crate::arm::reply::Reply;
use crate::arm::request::ArmRequest;
use crate::arm::routes::{Access, Answer, Operation, Run, Versions};
use adf_emulator_core::authorization::require;
use adf_emulator_core::resources::operation::{self, Operation as Deletion};
use adf_emulator_core::rules::arm;
use adf_emulator_core::world::World;
use axum::http::Method;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use std::sync::Arc;
use uuid::Uuid;

/// How the job ids of deletions begin.
const DELETION_JOB: &str = "RESOURCEGROUPDELETIONJOB-";
/// The most characters of a name in a job id, as recorded.
const NAME_LENGTH_MAX: usize = 47;

/// The operations of results.
pub static OPERATIONS: &[Operation] = &[Operation {
    name: "OperationResults_Get",
    method: Method::GET,
    path: "/subscriptions/{subscriptionId}/operationresults/{operationId}",
    access: Access::Starter,
    run: Run::Read(get),
    note: "",
    versions: Versions::All,
}];

/// `GET /subscriptions/{subscriptionId}/operationresults/{token}`: 202 until it is over, then 200 without a body
/// <https://learn.microsoft.com/azure/azure-resource-manager/management/async-operations>
fn get(world: &World, request: &ArmRequest) -> Answer {
    let token = request.target.name();
    let scope = request.target.subscription_scope().unwrap_or_else(|| request.target.clone());
    let name = name_in(token);
    let is_meant = |it: &&Arc<Deletion>| Some(name_in_job(it.target.name())) == name;
    let meant: Vec<_> = operation::group_deletions(world, &scope).filter(is_meant).collect();
    if !meant.iter().any(|it| it.started_by == request.caller.object_id) {
        require::require(world, request.caller.object_id, "Microsoft.Resources/subscriptions/operationresults/read", &scope)?;
    }
    if meant.is_empty() {
        return Err(arm::operation_not_found(token));
    }
    let over = meant.iter().all(|it| it.is_over(world.now));
    Ok(if over { Reply::empty_ok() } else { accepted(token, request) })
}

/// Returns 202 with the URL of the result in `Location`.
pub(super) fn accepted(token: &str, request: &ArmRequest) -> Reply {
    let subscription = request.target.subscription().unwrap_or_default();
    Reply::accepted().location(&request.url(&format!("/subscriptions/{subscription}/operationresults/{token}")))
}

/// Returns the token of the deletion of a group.
pub(super) fn token_of_deletion(group: &str, location: &str) -> String {
    let job = format!("{DELETION_JOB}{}-{}", name_in_job(group), location.to_uppercase());
    URL_SAFE_NO_PAD.encode(format!(r#"{{"jobId":"{job}","jobLocation":"{location}"}}"#))
}

/// Returns a group's name as a job id has it: in upper case, what is no letter or digit as a colon and two hex digits; a
/// long one cut, with sixteen digits of a hash behind it.
fn name_in_job(group: &str) -> String {
    let escaped = |byte: u8| if byte.is_ascii_alphanumeric() { char::from(byte).to_string() } else { format!(":{byte:02X}") };
    let whole: String = group.to_uppercase().bytes().map(escaped).collect();
    match whole.get(..NAME_LENGTH_MAX) {
        Some(start) if whole.len() > NAME_LENGTH_MAX => {
            let (hash, _) = Uuid::new_v5(&Uuid::NAMESPACE_URL, whole.as_bytes()).as_u64_pair();
            format!("{start}|{hash:016X}")
        }
        _ => whole,
    }
}

/// Returns the name that a token has, as `name_in_job` gives it.
fn name_in(token: &str) -> Option<String> {
    let text = String::from_utf8(URL_SAFE_NO_PAD.decode(token).ok()?).ok()?;
    let document: serde_json::Value = serde_json::from_str(&text).ok()?;
    let (name, _) = document.get("jobId")?.as_str()?.strip_prefix(DELETION_JOB)?.rsplit_once('-')?;
    Some(name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_as_recorded_and_leads_back() {
        let token = token_of_deletion("test-rest-rgpfrgp32l", "eastus");
        let recorded = "eyJqb2JJZCI6IlJFU09VUkNFR1JPVVBERUxFVElPTkpPQi1URVNUOjJEUkVTVDoyRFJHUEZSR1AzMkwtRUFTVFVTIiwiam9iTG9jYXRpb24iOiJlYXN0\
                        dXMifQ";
        assert_eq!(token, recorded);
        assert_eq!(name_in(&token), Some(name_in_job("Test-Rest-RgPfrgp32l")));
        assert_eq!(name_in("nonsense"), None);
    }

    #[test]
    fn a_long_name_is_cut_and_still_its_own() {
        let (one, other) = ("a".repeat(48), format!("{}b", "a".repeat(47)));
        assert_ne!(name_in_job(&one), name_in_job(&other));
        assert_eq!(name_in_job(&one).len(), 47 + 1 + 16);
        assert_eq!(name_in(&token_of_deletion(&one, "eastus")), Some(name_in_job(&one)));
        assert_eq!(name_in_job("Ü_"), ":C3:9C:5F");
    }
}
