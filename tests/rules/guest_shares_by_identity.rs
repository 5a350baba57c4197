//! `guest-shares-by-identity`

use adf_emulator_tests::{Azure, CONTRIBUTOR, RG_LINKED, RG_SHARED, factory, factory_with_identity, grant, role_assignment};

#[tokio::test]
async fn a_guest_finds_nobody_by_keyword_and_shares_by_the_identitys_id() {
    let azure = Azure::start().await;
    let (guest, sharing) = (azure.caller("eve"), factory(RG_SHARED, "sharing"));
    guest.put(&sharing, factory_with_identity()).await.has_status(200);
    let linking = guest.put(&factory(RG_LINKED, "linking"), factory_with_identity()).await.has_status(200).json();
    let identity = linking["identity"]["principalId"].as_str().unwrap();
    for search in [
        "servicePrincipals",
        "servicePrincipals?$filter=displayName%20eq%20'linking'",
        "servicePrincipals?$search=%22displayName:linking%22",
        "users?$filter=startswith(displayName,'a')",
        "groups",
    ] {
        let answer = azure.fetch_as("eve", &format!("/graph/v1.0/{search}")).await;
        answer.is_refused(403, "Authorization_RequestDenied").by_rule("guest-shares-by-identity");
        answer.says("Insufficient privileges to complete the operation.");
    }
    azure.fetch_as("eve", &format!("/graph/v1.0/servicePrincipals/{identity}")).await.has_status(200);
    guest.put(&role_assignment(&sharing, 1), grant(CONTRIBUTOR, identity)).await.has_status(201);
}
