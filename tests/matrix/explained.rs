//! Every operation of Resource Manager, asked by principals of the built-in world with different roles: what `explain` says beforehand is what
//! the request meets.

use super::doors::path;
use adf_emulator::arm::routes;
use adf_emulator_tests::Azure;
use serde_json::json;

const PRINCIPALS: [&str; 6] = ["owner", "reader", "access-admin", "factory-contributor", "stranger", "ada"];

#[tokio::test]
async fn what_is_explained_is_what_a_request_meets() {
    let azure = Azure::start().await;
    let emulator = azure.emulator();
    let (mut allowed, mut refused, mut wrong) = (0, 0, Vec::new());
    for operation in routes::all() {
        for principal in PRINCIPALS {
            emulator.clear_requests();
            azure.caller(principal).send(operation.method.clone(), &path(operation), None).await;
            let entries = emulator.requests(&json!({})).unwrap();
            // What the request did is no part of the question.
            emulator.reset();
            let Some(decision) = entries[0].decisions.first() else { continue };
            let explained = emulator.explain(principal, &decision.action, decision.scope.as_str()).unwrap();
            if explained.allowed != decision.is_allowed() {
                let (name, scope) = (operation.name, &decision.scope);
                wrong.push(format!("{name} by {principal} at {scope}: met {}, explained {}", decision.is_allowed(), explained.allowed));
            }
            if decision.is_allowed() { allowed += 1 } else { refused += 1 }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(allowed > 500 && refused > 500, "{allowed} allowed, {refused} refused");
}
