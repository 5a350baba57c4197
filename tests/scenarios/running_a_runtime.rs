//! Runtimes from day to day: what their status says, how nodes come and go, how a managed one starts and stops.
//!
//! <https://learn.microsoft.com/azure/data-factory/monitor-integration-runtime>

use adf_emulator_tests::{Answer, Azure, RG_SHARED, factory, factory_with_identity, runtime};
use reqwest::Method;
use serde_json::{Value, json};

/// The built-in world with its clock stopped, and operations that take a minute.
async fn slow() -> Azure {
    let mut world: Value = serde_json::from_str(&Azure::start().await.export()).unwrap();
    world["clock"] = json!({ "frozenAt": "2030-01-01T00:00:00Z" });
    world["state"]["now"] = json!("2030-01-01T00:00:00Z");
    world["settings"]["operationDuration"] = json!("PT1M");
    Azure::with_world(&world).await
}

async fn status(azure: &Azure, runtime: &str) -> Answer {
    azure.owner().post(&format!("{runtime}/getStatus"), Value::Null).await
}

#[tokio::test]
async fn a_status_has_azures_members_in_azures_order() {
    let azure = slow().await;
    let (shared, _, _) = azure.two_factories().await;
    let [key, _] = azure.auth_keys(&shared).await;
    let task_queue_id = key.split('@').nth(1).unwrap();
    let expected = format!(
        r#"{{"name":"shared","properties":{{"dataFactoryName":"sharing","state":"NeedRegistration","type":"SelfHosted","typeProperties":{{"serviceRegion":"eu","autoUpdate":"On","internalChannelEncryption":"NotSet","taskQueueId":"{task_queue_id}","nodes":[],"serviceUrls":["sharing.eastus.datafactory.azure.net"],"links":[],"versionStatus":"None","capabilities":{{}},"latestVersion":"5.5.7762.1","newerVersions":["5.5.7762.1","5.4.7749.1","5.4.7741.1","5.2.7740.4","5.4.7732.1"],"createTime":"2030-01-01T00:00:00Z"}}}}}}"#
    );
    assert_eq!(status(&azure, &shared).await.has_status(200).text(), expected);
    assert!(key.starts_with(&format!("IR@{task_queue_id}@sharing@ServiceEndpoint=sharing.eastus.datafactory.azure.net@")));

    let body = json!({ "authKey": key, "nodeName": "Node_1", "machineName": "HOST-1", "version": "5.4.7741.1" });
    azure.control(Method::POST, "nodes", &body).await.has_status(201);
    let capabilities = r#"{"serviceBusConnected":"True","httpsPortEnabled":"True","credentialInSync":"True","connectedToResourceManager":"True","nodeEnabled":"True"}"#;
    let node = format!(
        r#"{{"nodeName":"Node_1","machineName":"HOST-1","hostServiceUri":"https://host-1:8050/HostServiceRemote.svc/","status":"Online","capabilities":{capabilities},"versionStatus":"UpdateAvailable","version":"5.4.7741.1","registerTime":"2030-01-01T00:00:00Z","lastConnectTime":"2030-01-01T00:00:00Z","lastStartTime":"2030-01-01T00:00:00Z","lastUpdateResult":"None","isActiveDispatcher":true,"maxConcurrentJobs":20}}"#
    );
    let expected = format!(
        r#"{{"name":"shared","properties":{{"dataFactoryName":"sharing","state":"Online","type":"SelfHosted","typeProperties":{{"serviceRegion":"eu","autoUpdate":"On","internalChannelEncryption":"NotSet","taskQueueId":"{task_queue_id}","version":"5.4.7741.1","nodes":[{node}],"serviceUrls":["sharing.eastus.datafactory.azure.net","*.servicebus.windows.net"],"links":[],"versionStatus":"UpdateAvailable","capabilities":{capabilities},"latestVersion":"5.5.7762.1","newerVersions":["5.5.7762.1","5.4.7749.1"],"createTime":"2030-01-01T00:00:00Z"}}}}}}"#
    );
    assert_eq!(status(&azure, &shared).await.has_status(200).text(), expected);
    assert_eq!(azure.owner().get(&format!("{shared}/nodes/node_1")).await.has_status(200).text(), node);
}

#[tokio::test]
async fn a_runtime_is_online_limited_or_offline_as_its_nodes_are() {
    let azure = Azure::start().await;
    let (shared, _, _) = azure.two_factories().await;
    let monitoring = format!("{shared}/monitoringData");
    assert_eq!(azure.owner().post(&monitoring, Value::Null).await.text(), r#"{"name":"shared"}"#, "no key without a node");
    let (one, two) = (azure.node(&shared, "node1").await, azure.node(&shared, "node2").await);
    let set = async |id: &str, body: Value| azure.control(Method::PATCH, &format!("nodes/{id}"), &body).await.has_status(200).json();
    for (first, second, state) in [
        ("Online", "Online", "Online"),
        ("Online", "Limited", "Limited"),
        ("Offline", "Online", "Limited"),
        ("Offline", "Offline", "Offline"),
        ("Limited", "Offline", "Limited"),
    ] {
        set(&one, json!({ "status": first })).await;
        assert_eq!(set(&two, json!({ "status": second })).await["status"], second);
        assert_eq!(azure.state_of(&shared).await.0, state, "{first} and {second}");
    }
    set(&one, json!({ "status": "Online", "availableMemoryInMB": 16740, "cpuUtilization": 15, "concurrentJobsRunning": 1 })).await;
    let told = azure.owner().post(&monitoring, Value::Null).await.has_status(200).text().to_owned();
    let expected = r#"{"name":"shared","nodes":[{"nodeName":"node1","availableMemoryInMB":16740,"cpuUtilization":15,"concurrentJobsLimit":20,"concurrentJobsRunning":1,"maxConcurrentJobs":20,"sentBytes":0.0,"receivedBytes":0.0},{"nodeName":"node2","concurrentJobsLimit":20,"maxConcurrentJobs":20}]}"#;
    assert_eq!(told, expected);
    for bad in [json!({ "status": "Asleep" }), json!({ "cpuUtilization": 101 }), json!({ "availableMemoryInMB": -1 }), json!({ "x": 1 })] {
        let before = azure.export();
        assert_eq!(azure.control(Method::PATCH, &format!("nodes/{one}"), &bad).await.status(), 400, "{bad}");
        assert_eq!(azure.export(), before);
    }
}

#[tokio::test]
async fn nodes_are_read_limited_upgraded_and_deleted() {
    let azure = Azure::start().await;
    let (shared, _, _) = azure.two_factories().await;
    let [key, _] = azure.auth_keys(&shared).await;
    let body = json!({ "authKey": key, "nodeName": "node1", "version": "5.0.0.0" });
    let registered = azure.control(Method::POST, "nodes", &body).await.has_status(201).json();
    let by_id = format!("nodes/{}", registered["id"].as_str().unwrap());
    assert_eq!(azure.fetch(&format!("/_emulator/{by_id}")).await.has_status(200).json(), registered);
    let node = format!("{shared}/nodes/NODE1");
    let ip = azure.owner().post(&format!("{node}/ipAddress"), Value::Null).await.has_status(200).json();
    assert!(ip["ipAddress"].as_str().unwrap().starts_with("10."));
    azure.owner().post(&format!("{shared}/upgrade"), Value::Null).await.has_status(200);
    let upgraded = azure.owner().get(&node).await.json();
    let (version, result) = (upgraded["version"].as_str().unwrap(), upgraded["lastUpdateResult"].as_str().unwrap());
    assert_eq!((version, result, upgraded["versionStatus"].as_str().unwrap()), ("5.5.7762.1", "Succeed", "UpToDate"));
    let info = azure.owner().post(&format!("{shared}/getConnectionInfo"), Value::Null).await.has_status(200).json();
    assert_eq!((&info["version"], &info["isIdentityCertExprired"]), (&json!("5.5.7762.1"), &json!(false)));
    azure.owner().post(&format!("{shared}/syncCredentials"), Value::Null).await.has_status(200);

    azure.owner().delete(&node).await.has_status(200);
    azure.owner().delete(&node).await.has_status(204);
    let missing = azure.owner().get(&node).await;
    missing.is_refused(404, "NotFound").says("The document could not be retrieved because it does not exist.");
    for method in [Method::GET, Method::PATCH, Method::DELETE] {
        azure.control(method, &by_id, &json!({})).await.is_refused(404, "NotFound");
    }
    azure.control(Method::POST, &format!("{by_id}/heartbeat"), &json!({})).await.is_refused(404, "NotFound");
}

#[tokio::test]
async fn a_managed_runtime_starts_and_stops_as_a_long_running_operation() {
    let azure = slow().await;
    let owner = azure.owner();
    let sharing = factory(RG_SHARED, "sharing");
    owner.put(&sharing, factory_with_identity()).await.has_status(200);
    let managed = runtime(&sharing, "managed");
    let properties =
        json!({ "type": "Managed", "description": "d", "typeProperties": { "computeProperties": { "location": "East US 2" } } });
    let made = owner.put(&managed, json!({ "properties": properties })).await.has_status(200).text().to_owned();
    assert!(made.contains(r#""typeProperties":{"computeProperties":{"location":"East US 2"}},"state":"Initial"}"#), "{made}");

    let accepted = owner.post(&format!("{managed}/start"), Value::Null).await;
    assert_eq!((accepted.has_status(202).text(), accepted.header("retry-after")), ("", Some("1")));
    let (status_url, result_url) = (accepted.header("azure-asyncoperation").unwrap(), accepted.header("location").unwrap());
    let id = status_url.rsplit('/').next().unwrap().split('?').next().unwrap();
    assert_eq!(id.len(), 32);
    assert_eq!(status_url, format!("{}{managed}/start/operationstatuses/{id}?api-version=2018-06-01", azure.url()));
    assert_eq!(result_url, format!("{}{managed}/start/operationresults/{id}?api-version=2018-06-01", azure.url()));

    azure.advance("PT59S").await;
    let polled = owner.get(status_url).await;
    assert_eq!(polled.has_status(200).text(), format!(r#"{{"status":"InProgress","name":"{id}","properties":null,"error":null}}"#));
    assert_eq!(polled.header("retry-after"), Some("1"));
    assert_eq!(owner.get(result_url).await.has_status(202).header("retry-after"), Some("1"));
    assert_eq!(azure.state_of(&managed).await.0, "Starting");
    azure.caller("stranger").get(status_url).await.is_refused(403, "AuthorizationFailed");
    azure.caller("stranger").get(result_url).await.is_refused(403, "AuthorizationFailed");
    azure.caller("reader").get(status_url).await.has_status(200);

    azure.advance("PT1S").await;
    let started = r#"{"name":"managed","properties":{"dataFactoryName":"sharing","state":"Started","type":"Managed","dataFactoryLocation":null,"resourceUri":null,"typeProperties":{"nodes":[],"otherErrors":[],"createTime":"2030-01-01T00:00:00Z"},"dataFactoryTags":null,"managedVirtualNetwork":null}}"#;
    let over = owner.get(status_url).await;
    assert_eq!(over.has_status(200).text(), format!(r#"{{"status":"Succeeded","name":"{id}","properties":{started},"error":null}}"#));
    assert_eq!(over.header("retry-after"), None);
    assert_eq!(owner.get(result_url).await.has_status(200).text(), started);
    assert_eq!(status(&azure, &managed).await.text(), started);
    assert_eq!(owner.get(&managed).await.json()["properties"]["state"], "Started");

    let accepted = owner.post(&format!("{managed}/stop"), Value::Null).await;
    assert_eq!(azure.state_of(&managed).await.0, "Stopping");
    azure.advance("PT1M").await;
    assert_eq!(azure.state_of(&managed).await.0, "Stopped");
    let polled = owner.get(accepted.header("azure-asyncoperation").unwrap()).await.json();
    assert_eq!((&polled["status"], &polled["properties"]), (&json!("Succeeded"), &Value::Null));
    assert_eq!(owner.get(accepted.header("location").unwrap()).await.has_status(200).text(), "");
    let unknown = status_url.replace(id, "00000000000000000000000000000000");
    owner.get(&unknown).await.is_refused(404, "NotFound");
    // One that is made anew was neither started nor stopped.
    owner.delete(&managed).await.has_status(200);
    owner.put(&managed, json!({ "properties": properties })).await.has_status(200);
    for old in [status_url, result_url] {
        owner.get(old).await.is_refused(404, "NotFound");
    }
    assert_eq!(azure.state_of(&managed).await.0, "Initial");
    azure.caller("stranger").get(&unknown).await.is_refused(403, "AuthorizationFailed");
}

/// Headers and links are URLs, which have no letters beyond ASCII.
#[tokio::test]
async fn a_name_of_other_letters_is_encoded_where_a_url_is_told() {
    let azure = slow().await;
    let owner = azure.owner();
    let group = RG_SHARED.replace("rg-shared", "üb");
    owner.put(&format!("{group}?api-version=2021-04-01"), json!({ "location": "eastus" })).await.has_status(201);
    for name in ["one-factory", "other-factory"] {
        owner.put(&factory(&group, name), factory_with_identity()).await.has_status(200);
    }
    let managed = runtime(&factory(&group, "one-factory"), "managed");
    owner.put(&managed, json!({ "properties": { "type": "Managed", "typeProperties": {} } })).await.has_status(200);
    let accepted = owner.post(&format!("{managed}/start"), Value::Null).await;
    for header in ["azure-asyncoperation", "location"] {
        let url = accepted.has_status(202).header(header).unwrap();
        assert!(url.is_ascii() && url.contains("/resourceGroups/%C3%BCb/"), "{url}");
        assert!([200, 202].contains(&owner.get(url).await.status()), "{url}");
    }
    let list = format!("{group}/providers/Microsoft.DataFactory/factories");
    let first = owner.get(&format!("{list}?$top=1")).await.has_status(200).json();
    let next = first["nextLink"].as_str().unwrap();
    assert!(next.is_ascii(), "{next}");
    assert_eq!(owner.get(next).await.has_status(200).json()["value"][0]["name"], "other-factory");
    assert_eq!(first["value"][0]["id"], factory(&group, "one-factory"), "ids are as they were written");
}

#[tokio::test]
async fn documents_keep_their_etag_until_they_change() {
    let azure = Azure::start().await;
    let (shared, _, _) = azure.two_factories().await;
    let owner = azure.owner();
    let etag = owner.get(&shared).await.json()["etag"].as_str().unwrap().to_owned();
    let with = async |method: Method, header: &str, value: &str, body: Option<Value>| {
        let body = body.map(|body| body.to_string().into_bytes());
        owner.send_bytes(method, &shared, body, &[("content-type", "application/json"), (header, value)]).await
    };
    assert_eq!(with(Method::GET, "if-none-match", &etag, None).await.status(), 304);
    let described = json!({ "properties": { "type": "SelfHosted", "description": "d" } });
    with(Method::PUT, "if-match", "\"0000\"", Some(described.clone())).await.has_status(412).by_rule("etag-matches");
    let changed = with(Method::PUT, "if-match", &etag, Some(described.clone())).await.has_status(200).json();
    assert_ne!(changed["etag"], etag.as_str());
    assert_eq!(owner.put(&shared, described).await.json(), changed, "a PUT that changes nothing");
    assert_eq!(with(Method::GET, "if-none-match", &etag, None).await.status(), 200);
}
