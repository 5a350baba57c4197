//! The results of the front door's long-running operations: `…/operationresults/{token}`.
//!
//! The token is unpadded base64url of a job id and a location, as Azure's; clients treat it as opaque. Where Azure
//! shortens a long name with sixteen digits of a hash, ours are half of the operation's id, so that two deletions of
//! one group have two URLs. Form: `arm-wire` 1.10.

use crate::arm::reply::Reply;
use crate::arm::request::ArmRequest;
use crate::arm::routes::{Access, Answer, Operation, Run};
use adf_emulator_core::authorization::require;
use adf_emulator_core::resources::operation;
use adf_emulator_core::rules::arm;
use adf_emulator_core::world::World;
use axum::http::Method;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use uuid::Uuid;

/// The most characters of an encoded name in a job id, as recorded.
const NAME_LENGTH_MAX: usize = 47;

/// The operations of results.
pub static OPERATIONS: &[Operation] = &[Operation {
    name: "OperationResults_Get",
    method: Method::GET,
    path: "/subscriptions/{subscriptionId}/operationresults/{operationId}",
    access: Access::Starter,
    run: Run::Read(get),
    note: "",
}];

/// `GET /subscriptions/{subscriptionId}/operationresults/{token}`: 202 until it is over, then 200 without a body
/// <https://learn.microsoft.com/azure/azure-resource-manager/management/async-operations>
fn get(world: &World, request: &ArmRequest) -> Answer {
    let token = request.target.name();
    let operation = first_half_of_id(token).and_then(|half| operation::beginning_with(world, half));
    let started_by_caller = operation.is_some_and(|it| it.started_by == request.caller.object_id);
    if !started_by_caller {
        let scope = request.target.subscription_scope().unwrap_or_else(|| request.target.clone());
        require::require(world, request.caller.object_id, "Microsoft.Resources/subscriptions/operationresults/read", &scope)?;
    }
    let operation = operation.ok_or_else(|| arm::operation_not_found(token))?;
    Ok(if operation.is_over(world.now) { Reply::empty_ok() } else { accepted(token, request) })
}

/// Returns 202 with the URL of the result in `Location`.
pub(super) fn accepted(token: &str, request: &ArmRequest) -> Reply {
    let subscription = request.target.subscription().unwrap_or_default();
    Reply::accepted().location(&request.url(&format!("/subscriptions/{subscription}/operationresults/{token}")))
}

/// Returns the token of the deletion of a group.
pub(super) fn token_of_deletion(operation: Uuid, group: &str, location: &str) -> String {
    let (first_half, _) = operation.as_u64_pair();
    let name: String = encoded(group).chars().take(NAME_LENGTH_MAX).collect();
    let job = format!("RESOURCEGROUPDELETIONJOB-{name}|{first_half:016X}-{}", location.to_uppercase());
    URL_SAFE_NO_PAD.encode(format!(r#"{{"jobId":"{job}","jobLocation":"{location}"}}"#))
}

/// Upper case, and every other byte than letters and digits as a colon and two hex digits.
fn encoded(name: &str) -> String {
    let one =
        |byte: u8| if byte.is_ascii_alphanumeric() { char::from(byte).to_ascii_uppercase().to_string() } else { format!(":{byte:02X}") };
    name.bytes().map(one).collect()
}

fn first_half_of_id(token: &str) -> Option<u64> {
    let text = String::from_utf8(URL_SAFE_NO_PAD.decode(token).ok()?).ok()?;
    let digits = text.split_once('|')?.1.split('-').next()?;
    u64::from_str_radix(digits, 16).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_has_azures_form_and_leads_back() {
        let operation = Uuid::from_u64_pair(0x959A_9CC9_0F76_65CB, 7);
        let token = token_of_deletion(operation, "test-rest_rg", "eastus");
        let text = String::from_utf8(URL_SAFE_NO_PAD.decode(&token).unwrap()).unwrap();
        assert_eq!(text, r#"{"jobId":"RESOURCEGROUPDELETIONJOB-TEST:2DREST:5FRG|959A9CC90F7665CB-EASTUS","jobLocation":"eastus"}"#);
        assert_eq!(first_half_of_id(&token), Some(0x959A_9CC9_0F76_65CB));
        assert_eq!(first_half_of_id("nonsense"), None);
    }
}
