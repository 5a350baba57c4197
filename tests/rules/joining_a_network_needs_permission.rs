//! `joining-a-network-needs-permission`

use adf_emulator_tests::{Azure, RG_SHARED, grant, role_assignment, runtime};
use reqwest::Method;
use serde_json::{Value, json};

const FACTORY_CONTRIBUTOR: &str = "44444444-4444-4444-4444-000000000005";
const NETWORK_CONTRIBUTOR: &str = "4d97b98b-1d4f-4787-a291-c67834d212e7";

fn in_network(members: &Value) -> Value {
    json!({ "properties": { "type": "Managed", "typeProperties": members } })
}

#[tokio::test]
async fn a_factory_contributor_joins_only_the_networks_that_it_may_join() {
    let azure = Azure::start().await;
    let (shared, ..) = azure.two_factories().await;
    let managed = runtime(shared.rsplit_once("/integrationRuntimes").unwrap().0, "managed");
    let network = format!("{RG_SHARED}/providers/Microsoft.Network/virtualNetworks/vnet");
    let subnet = format!("{network}/subnets/default");
    let standard = in_network(&json!({ "computeProperties": { "vNetProperties": { "vNetId": network, "subnet": "default" } } }));
    let express = in_network(&json!({ "customerVirtualNetwork": { "subnetId": subnet } }));
    let caller = azure.caller("factory-contributor");
    caller.put(&managed, in_network(&json!({}))).await.has_status(200);
    for (body, linked) in [(&standard, &network), (&express, &subnet)] {
        let answer = caller.is_refused(Method::PUT, &managed, body.clone(), 403, "LinkedAuthorizationFailed").await;
        answer.by_rule("joining-a-network-needs-permission").says(&format!(
            "The client '33333333-3333-3333-3333-000000000005' with object id '{FACTORY_CONTRIBUTOR}' has permission to perform action \
             'Microsoft.DataFactory/factories/integrationRuntimes/write' on scope '{managed}'; however, it does not have permission to \
             perform action 'join/action' on the linked scope(s) '{linked}'."
        ));
    }
    azure.owner().put(&role_assignment(&network, 1), grant(NETWORK_CONTRIBUTOR, FACTORY_CONTRIBUTOR)).await.has_status(201);
    caller.put(&managed, standard).await.has_status(200);
    caller.put(&managed, express).await.has_status(200);
}
