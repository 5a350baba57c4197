//! Monitoring of sharing: what the status of a shared runtime and of those linked to it says, from the first node to the
//! end of each link.
//!
//! <https://learn.microsoft.com/azure/data-factory/monitor-integration-runtime>

use adf_emulator_tests::{Azure, CONTRIBUTOR, RG_LINKED, factory, factory_with_identity, grant, linked_to, role_assignment, runtime};
use reqwest::Method;
use serde_json::{Value, json};

const SUBSCRIPTION_ID: &str = "22222222-2222-2222-2222-222222222222";

/// An emulator whose clock stands, with a shared runtime that has a node with heartbeats, and a factory that wants to link.
struct Share {
    azure: Azure,
    shared: String,
    linking: String,
    principal: String,
    node: String,
}

impl Share {
    async fn start() -> Self {
        let azure = Azure::start().await;
        azure.control(Method::PATCH, "clock", &json!({ "set": "2040-01-01T00:00:00Z", "frozen": true })).await.has_status(200);
        let (shared, linking, principal) = azure.two_factories().await;
        let node = azure.node(&shared, "node1").await;
        let share = Self { azure, shared, linking, principal, node };
        share.beat().await;
        share
    }

    async fn beat(&self) {
        self.azure.control(Method::POST, &format!("nodes/{}/heartbeat", self.node), &json!({})).await.has_status(200);
    }

    async fn grants(&self, number: u32, principal: &str) {
        self.azure.owner().put(&role_assignment(&self.shared, number), grant(CONTRIBUTOR, principal)).await.has_status(201);
    }

    async fn links(&self, linked: &str) {
        self.azure.owner().put(linked, linked_to(&self.shared)).await.has_status(200);
    }

    async fn status(&self, runtime: &str) -> String {
        self.azure.owner().post(&format!("{runtime}/getStatus"), Value::Null).await.has_status(200).text().to_owned()
    }

    async fn monitoring(&self, runtime: &str) -> String {
        self.azure.owner().post(&format!("{runtime}/monitoringData"), Value::Null).await.has_status(200).text().to_owned()
    }

    /// Returns the `links` of the shared runtime as they stand in its status.
    async fn shown_links(&self) -> String {
        let status: Value = serde_json::from_str(&self.status(&self.shared).await).unwrap();
        status["properties"]["typeProperties"]["links"].to_string()
    }
}

fn element(linked: &str, factory: &str, create_time: &str) -> String {
    format!(
        r#"{{"name":"{linked}","subscriptionId":"{SUBSCRIPTION_ID}","dataFactoryName":"{factory}","dataFactoryLocation":"eastus","createTime":"{create_time}"}}"#
    )
}

/// The status of a linked runtime that has no access.
fn denied(linked: &str, factory: &str, create_time: &str) -> String {
    format!(
        r#"{{"name":"{linked}","properties":{{"dataFactoryName":"{factory}","state":"AccessDenied","type":"SelfHosted","typeProperties":{{"nodes":[],"links":[],"versionStatus":"None","capabilities":{{}},"createTime":"{create_time}"}}}}}}"#
    )
}

#[tokio::test]
async fn links_show_who_uses_the_runtime_from_the_link_to_its_end() {
    let share = Share::start().await;
    let (owner, linked) = (share.azure.owner(), runtime(&share.linking, "linked"));
    assert_eq!(share.shown_links().await, "[]");
    owner.put(&linked, linked_to(&share.shared)).await.is_refused(401, "UnauthorizedIntegrationRuntimeAccess");
    assert_eq!(share.shown_links().await, "[]", "a refused link is none");
    share.grants(1, &share.principal).await;
    assert_eq!(share.shown_links().await, "[]", "a grant is no link");
    owner.post(&format!("{linked}/getStatus"), Value::Null).await.is_refused(404, "NotFound");

    share.azure.advance("PT1M").await;
    share.links(&linked).await;
    let first = element("linked", "linking", "2040-01-01T00:01:00Z");
    assert_eq!(share.shown_links().await, format!("[{first}]"));
    share.azure.advance("PT1M").await;
    share.beat().await;
    let other = factory(RG_LINKED, "another");
    let made = owner.put(&other, factory_with_identity()).await.json();
    share.grants(2, made["identity"]["principalId"].as_str().unwrap()).await;
    let second = runtime(&other, "linked");
    share.links(&second).await;
    share.links(&linked).await;
    let both = format!("[{first},{}]", element("linked", "another", "2040-01-01T00:02:00Z"));
    assert_eq!(share.shown_links().await, both, "a link that is put again keeps its place and its time");

    let shared = share.status(&share.shared).await;
    assert!(shared.contains(r#""state":"Online""#) && shared.contains(&both), "{shared}");
    for linked in [&linked, &second] {
        assert_eq!(share.status(linked).await, shared, "each linked runtime tells what the shared one does");
        assert_eq!(share.monitoring(linked).await, share.monitoring(&share.shared).await);
    }
    owner.post(&format!("{}/removeLinks", share.shared), json!({ "factoryName": "another" })).await.has_status(200);
    assert_eq!(share.shown_links().await, format!("[{first}]"));
    assert_eq!(share.status(&second).await, denied("linked", "another", "2040-01-01T00:02:00Z"));
    owner.delete(&linked).await.has_status(200);
    assert_eq!(share.shown_links().await, "[]");
}

#[tokio::test]
async fn the_loss_of_a_node_shows_at_every_linked_runtime() {
    let share = Share::start().await;
    share.grants(1, &share.principal).await;
    let linked = [runtime(&share.linking, "one"), runtime(&share.linking, "two")];
    for linked in &linked {
        share.links(linked).await;
    }
    let by_hand = share.azure.node(&share.shared, "node2").await;
    let states = async |expected: &str| {
        let shared = share.status(&share.shared).await;
        assert!(
            shared.starts_with(&format!(r#"{{"name":"shared","properties":{{"dataFactoryName":"sharing","state":"{expected}""#)),
            "{shared}"
        );
        for linked in &linked {
            assert_eq!(share.status(linked).await, shared);
        }
    };
    states("Online").await;
    share.azure.advance("PT90S").await;
    states("Limited").await;
    let there = r#""availableMemoryInMB":16384,"cpuUtilization":0,"concurrentJobsLimit":20,"concurrentJobsRunning":0,"maxConcurrentJobs":20,"sentBytes":0.0,"receivedBytes":0.0"#;
    let lost = format!(
        r#"{{"name":"shared","nodes":[{{"nodeName":"node1","concurrentJobsLimit":20,"maxConcurrentJobs":20}},{{"nodeName":"node2",{there}}}]}}"#
    );
    assert_eq!(share.monitoring(&linked[1]).await, lost);
    share.azure.control(Method::PATCH, &format!("nodes/{by_hand}"), &json!({ "status": "Offline" })).await.has_status(200);
    states("Offline").await;
    share.beat().await;
    states("Limited").await;
    share.azure.control(Method::DELETE, &format!("nodes/{by_hand}"), &Value::Null).await.has_status(204);
    states("Online").await;
    share.azure.control(Method::DELETE, &format!("nodes/{}", share.node), &Value::Null).await.has_status(204);
    states("NeedRegistration").await;
    assert_eq!(share.monitoring(&linked[0]).await, r#"{"name":"shared"}"#);
}

#[tokio::test]
async fn a_linked_runtime_without_access_says_so_until_it_has_access_again() {
    let share = Share::start().await;
    let (owner, linked) = (share.azure.owner(), runtime(&share.linking, "linked"));
    share.grants(1, &share.principal).await;
    share.links(&linked).await;
    let (told, without) = (share.status(&share.shared).await, denied("linked", "linking", "2040-01-01T00:00:00Z"));
    assert_eq!(share.status(&linked).await, told);

    owner.delete(&role_assignment(&share.shared, 1)).await.has_status(200);
    assert_eq!(share.status(&linked).await, without);
    assert_eq!(share.monitoring(&linked).await, r#"{"name":"linked"}"#);
    assert_eq!(share.status(&share.shared).await, told, "revoking takes no link away");
    share.grants(1, &share.principal).await;
    assert_eq!(share.status(&linked).await, told);

    owner.post(&format!("{}/removeLinks", share.shared), json!({ "factoryName": "linking" })).await.has_status(200);
    assert_eq!(share.shown_links().await, "[]");
    assert_eq!(share.status(&linked).await, without);
    share.links(&linked).await;
    assert_eq!(share.status(&linked).await, told);

    owner.delete(&share.shared).await.has_status(200);
    assert_eq!(share.status(&linked).await, without);
    owner.post(&format!("{}/getStatus", share.shared), Value::Null).await.is_refused(404, "NotFound");
}

#[tokio::test]
async fn nodes_are_managed_at_the_shared_runtime_alone() {
    let share = Share::start().await;
    let (owner, linked) = (share.azure.owner(), runtime(&share.linking, "linked"));
    share.grants(1, &share.principal).await;
    share.links(&linked).await;
    let before = share.azure.export();
    let node = format!("{linked}/nodes/node1");
    for refused in [
        owner.get(&node).await,
        owner.patch(&node, json!({ "concurrentJobsLimit": 2 })).await,
        owner.delete(&node).await,
        owner.post(&format!("{node}/ipAddress"), Value::Null).await,
        owner.post(&format!("{linked}/upgrade"), Value::Null).await,
    ] {
        refused.is_refused(400, "BadRequest").by_rule("linked-runtime-mirrors-shared");
    }
    assert_eq!(share.azure.export(), before);
    let node = format!("{}/nodes/node1", share.shared);
    let limited = owner.patch(&node, json!({ "concurrentJobsLimit": 2 })).await.has_status(200).json();
    assert_eq!((&limited["nodeName"], &limited["concurrentJobsLimit"]), (&json!("node1"), &json!(2)));
    assert!(share.monitoring(&linked).await.contains(r#""concurrentJobsLimit":2,"#), "a linked runtime shows the new limit");
}
