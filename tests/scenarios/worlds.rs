//! Worlds on ports of their own, over sockets: they do not see each other, one sign-in serves them all, and a world
//! that is deleted is gone with its port and its connections.

use adf_emulator_tests::{Answer, Azure, RG_SHARED, TENANT, factory, factory_with_identity};
use reqwest::{Certificate, Method};
use serde_json::{Value, json};
use std::io::{Read, Write};
use std::net::TcpStream;

/// Opens a world; returns its id and its URLs for plain HTTP and HTTPS.
async fn open(azure: &Azure, from: &str) -> (String, String, String) {
    let world = azure.control(Method::POST, "worlds", &json!({ "from": from })).await.has_status(201).json();
    let text = |name: &str| world[name].as_str().unwrap().to_owned();
    (text("id"), text("http"), text("https"))
}

fn factory_at(url: &str) -> String {
    format!("{url}{}?api-version=2018-06-01", factory(RG_SHARED, "worlds"))
}

async fn status(azure: &Azure, method: Method, url: &str, token: &str) -> u16 {
    let request = azure.client().request(method.clone(), factory_at(url)).bearer_auth(token);
    let request = if method == Method::PUT { request.json(&factory_with_identity()) } else { request };
    request.send().await.unwrap().status().as_u16()
}

#[tokio::test]
async fn worlds_do_not_see_each_other() {
    let azure = Azure::start().await;
    let (_, one, _) = open(&azure, "start").await;
    assert_eq!(status(&azure, Method::PUT, azure.url(), "owner").await, 200);
    assert_eq!(status(&azure, Method::GET, &one, "owner").await, 404);
    let (_, fork, _) = open(&azure, "current").await;
    assert_eq!(status(&azure, Method::GET, &fork, "owner").await, 200);
    assert_eq!(status(&azure, Method::DELETE, &fork, "owner").await, 200);
    assert_eq!(status(&azure, Method::GET, azure.url(), "owner").await, 200);

    // On a world's port our own endpoints act on that world, and forks are of that world.
    let patch = azure.client().patch(format!("{one}/_emulator/clock")).json(&json!({ "set": "2100-01-01T00:00:00Z", "frozen": true }));
    patch.send().await.unwrap().error_for_status().unwrap();
    let clock = async |url: &str| azure.client().get(format!("{url}/_emulator/clock")).send().await.unwrap().json::<Value>().await.unwrap();
    assert_eq!(clock(&one).await["now"], "2100-01-01T00:00:00Z");
    assert_eq!(clock(azure.url()).await["frozen"], false);
    let body = json!({ "from": "current" });
    let of_one: Value = azure.client().post(format!("{one}/_emulator/worlds")).json(&body).send().await.unwrap().json().await.unwrap();
    assert_eq!(clock(of_one["http"].as_str().unwrap()).await["now"], "2100-01-01T00:00:00Z");
}

#[tokio::test]
async fn a_worlds_port_speaks_https_with_the_same_certificate() {
    let azure = Azure::start().await;
    let (_, _, https) = open(&azure, "start").await;
    let ca = Certificate::from_pem(azure.emulator().ca_pem().as_bytes()).unwrap();
    let client = reqwest::Client::builder().tls_certs_only([ca]).no_proxy().build().unwrap();
    let health: Value = client.get(format!("{https}/_emulator/health")).send().await.unwrap().json().await.unwrap();
    assert_eq!(health["worlds"], 2);
}

#[tokio::test]
async fn a_token_is_good_in_every_world_that_has_its_principal() {
    let azure = Azure::start().await;
    let token = azure.sign_in(1, "owner-secret", "https://management.azure.com/.default").await;
    let (_, one, _) = open(&azure, "start").await;
    assert_eq!(status(&azure, Method::PUT, &one, &token).await, 200);
    // For the URL of a world's own port it is good too, while there is that world.
    let of_port = azure.sign_in(1, "owner-secret", &format!("{one}/.default")).await;
    assert_eq!(status(&azure, Method::GET, azure.url(), &of_port).await, 404);
    let elsewhere =
        json!({ "world": { "tenants": [{ "id": TENANT, "subscriptions": [{ "id": "22222222-2222-2222-2222-222222222222" }] }] } });
    let without = azure.control(Method::POST, "worlds", &elsewhere).await.has_status(201).json();
    assert_eq!(status(&azure, Method::GET, without["http"].as_str().unwrap(), &token).await, 401);
}

#[tokio::test]
async fn a_refresh_token_belongs_to_its_world() {
    let azure = Azure::start().await;
    let (_, one, _) = open(&azure, "start").await;
    let path = format!("/{TENANT}/oauth2/v2.0/token");
    let client = ("client_id", "04b07795-8ddb-461a-bbee-02f9e1bf7b46");
    let scope = ("scope", "https://management.azure.com/.default offline_access");
    let user = [("username", "ada@contoso.onmicrosoft.com"), ("password", "ada-password")];
    let signed_in = azure.post_form(&path, &[("grant_type", "password"), client, scope, user[0], user[1]]).await.has_status(200).json();
    let refresh_token = signed_in["refresh_token"].as_str().unwrap().to_owned();
    let form = [("grant_type", "refresh_token"), client, scope, ("refresh_token", &refresh_token)];
    azure.post_form(&path, &form).await.has_status(200);
    let body: String = form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish();
    let there = |url: &str| {
        let request = azure.client().post(format!("{url}{path}")).header("content-type", "application/x-www-form-urlencoded");
        request.body(body.clone()).send()
    };
    assert_eq!(there(&one).await.unwrap().status(), 400, "another world does not know it");
    let (_, fork, _) = open(&azure, "current").await;
    assert_eq!(there(&fork).await.unwrap().status(), 200, "a fork has what its origin had");
}

#[tokio::test]
async fn a_deleted_world_is_gone_with_its_port_and_connections() {
    let azure = Azure::start().await;
    let (id, http, _) = open(&azure, "start").await;
    let address = http.trim_start_matches("http://").to_owned();
    // Also when it is asked at that very port: the answer is sent.
    let asked = tokio::task::spawn_blocking(move || {
        let (mut idle, mut own) = (TcpStream::connect(&address).unwrap(), TcpStream::connect(&address).unwrap());
        idle.write_all(format!("GET /_emulator/health HTTP/1.1\r\nHost: {address}\r\n\r\n").as_bytes()).unwrap();
        idle.read_exact(&mut [0; 12]).unwrap();
        own.write_all(format!("DELETE /_emulator/worlds/{id} HTTP/1.1\r\nHost: {address}\r\n\r\n").as_bytes()).unwrap();
        let mut answer = String::new();
        own.read_to_string(&mut answer).unwrap();
        idle.read_to_end(&mut Vec::new()).unwrap();
        (answer, TcpStream::connect(&address).is_err())
    });
    let (answer, is_closed) = asked.await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 204"), "{answer}");
    assert!(is_closed);
    azure.fetch("/_emulator/worlds/1").await.is_refused(404, "NotFound");
    azure.fetch("/_emulator/health").await.has_status(200);
}

#[tokio::test]
async fn a_snapshot_of_one_world_is_restored_in_another() {
    let azure = Azure::start().await;
    azure.owner().put(&factory(RG_SHARED, "worlds"), factory_with_identity()).await.has_status(200);
    azure.control(Method::PUT, "snapshots/with-factory", &json!({})).await.has_status(204);
    let (_, one, _) = open(&azure, "start").await;
    let restore = azure.client().post(format!("{one}/_emulator/snapshots/with-factory/restore")).json(&json!({}));
    restore.send().await.unwrap().error_for_status().unwrap();
    assert_eq!(status(&azure, Method::GET, &one, "owner").await, 200);
    let (_, two, _) = open(&azure, "snapshot:with-factory").await;
    assert_eq!(status(&azure, Method::GET, &two, "owner").await, 200);
    let answer: Answer = azure.control(Method::POST, "reset", &json!({})).await;
    answer.has_status(204);
    assert_eq!(status(&azure, Method::GET, azure.url(), "owner").await, 404);
    assert_eq!(status(&azure, Method::GET, &one, "owner").await, 200);
}
