//! `principal-exists`

use adf_emulator_tests::{Azure, READER, RG_SHARED, TENANT, grant, role_assignment};
use reqwest::Method;

const NOBODYS: &str = "00000000-0000-0000-0000-00000000000a";
/// An application of the other tenant.
const FABRIKAM_OWNER: &str = "44444444-4444-4444-4444-000000000009";

#[tokio::test]
async fn an_unknown_principal_is_refused_unless_its_type_is_given() {
    let azure = Azure::start().await;
    for (number, principal) in [(1, NOBODYS), (2, FABRIKAM_OWNER)] {
        let (owner, name) = (azure.owner(), role_assignment(RG_SHARED, number));
        let mut body = grant(READER, principal);
        let answer = owner.is_refused(Method::PUT, &name, body.clone(), 400, "PrincipalNotFound").await;
        answer.by_rule("principal-exists").says(&format!(
            "Principal {} does not exist in the directory {TENANT}. Check that you have the correct principal ID. If you are creating \
             this principal and then immediately assigning a role, this error might be related to a replication delay. In this case, \
             set the role assignment principalType property to a value, such as ServicePrincipal, User, or Group.  See \
             https://aka.ms/docs-principaltype",
            principal.replace('-', "")
        ));
        body["properties"]["principalType"] = "ServicePrincipal".into();
        owner.put(&name, body).await.has_status(201);
    }
    // It is there, and its principal is still of another tenant.
    azure.caller("fabrikam-owner").get(RG_SHARED).await.is_refused(401, "InvalidAuthenticationTokenTenant");
}
