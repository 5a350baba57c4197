//! `role-assignments-per-subscription`

use adf_emulator_tests::{Azure, READER, SUBSCRIPTION, grant, role_assignment, world_with_assignments};
use reqwest::Method;

#[tokio::test]
async fn the_four_thousandth_fits_and_one_more_does_not() {
    let azure = Azure::with_world(&world_with_assignments(SUBSCRIPTION, 3_999)).await;
    let root = azure.caller("root");
    let one_more = |number: u32| grant(READER, &format!("bbbbbbbb-0000-4000-8000-{number:012}"));
    let below = format!("{SUBSCRIPTION}/providers/Microsoft.Storage/storageAccounts/one");
    root.put(&role_assignment(&below, 1), one_more(3_999)).await.has_status(201);
    let name = role_assignment(&below, 2);
    let answer = root.is_refused(Method::PUT, &name, one_more(0), 400, "RoleAssignmentLimitExceeded").await;
    answer.says("No more role assignments can be created").by_rule("role-assignments-per-subscription");
    root.put(&role_assignment(&below, 1), one_more(3_999)).await.has_status(201);
    root.delete(&role_assignment(&below, 1)).await.has_status(200);
    root.put(&name, one_more(0)).await.has_status(201);
    root.put(&role_assignment("", 3), one_more(0)).await.has_status(201);
}
