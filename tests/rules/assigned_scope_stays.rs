//! `assigned-scope-stays`

use adf_emulator_tests::{Azure, RG_LINKED, RG_SHARED, SUBSCRIPTION, custom_role, grant, role_assignment, role_definition};
use reqwest::Method;

#[tokio::test]
async fn a_scope_with_assignments_is_not_taken_out_unless_another_covers_them() {
    let azure = Azure::start().await;
    let (owner, role) = (azure.owner(), role_definition(SUBSCRIPTION, 1));
    owner.put(&role, custom_role("Linker", &[RG_SHARED, RG_LINKED])).await.has_status(201);
    let give = grant("bbbbbbbb-0000-4000-8000-000000000001", "44444444-4444-4444-4444-000000000006");
    owner.put(&role_assignment(RG_LINKED, 1), give).await.has_status(201);
    let fewer = custom_role("Linker", &[RG_SHARED]);
    let answer = owner.is_refused(Method::PUT, &role, fewer.clone(), 400, "RoleScopeBeingRemovedContainsAssignments").await;
    answer.by_rule("assigned-scope-stays").says(&format!(
        "Role assignments found under scope '{RG_LINKED}' which is being removed. Removing this scope from the role will orphan these \
         assignments. Delete these assignments before removing the scope."
    ));
    owner.put(&role, custom_role("Linker", &[SUBSCRIPTION])).await.has_status(201);
    owner.delete(&role_assignment(RG_LINKED, 1)).await.has_status(200);
    owner.put(&role, fewer).await.has_status(201);
}
