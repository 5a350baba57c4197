//! A page of somebody else, in a browser on this machine, gets nothing for a name: neither under a host of its own that it
//! lets mean 127.0.0.1, nor from its own origin. Who shows a token may come by any host.

use adf_emulator::config::{Authentication, Config};
use adf_emulator_tests::{Azure, RG_SHARED};
use reqwest::{Method, RequestBuilder, StatusCode};
use serde_json::{Value, json};

const EVIL: [(&str, &str); 3] = [("host", "evil.example:4443"), ("origin", "https://evil.example"), ("origin", "null")];
const IMDS: &str = "/metadata/identity/oauth2/token?api-version=2018-02-01&resource=https%3A%2F%2Fmanagement.azure.com%2F";
const ARM: &str = "https://management.azure.com/.default";
/// The client of the Azure CLI, which no world has to declare.
const AZ: &str = "04b07795-8ddb-461a-bbee-02f9e1bf7b46";

fn arm(azure: &Azure, method: Method, path: &str, token: &str) -> RequestBuilder {
    azure.client().request(method, format!("{}{path}?api-version=2021-04-01", azure.url())).bearer_auth(token)
}

fn new_group() -> String {
    RG_SHARED.replace("rg-shared", "rg-evil")
}

async fn status(request: RequestBuilder, (name, value): (&str, &str)) -> StatusCode {
    request.header(name, value).send().await.unwrap().status()
}

#[tokio::test]
async fn a_page_elsewhere_is_nobody_by_name() {
    for authentication in [Authentication::Standard, Authentication::Relaxed] {
        let azure = Azure::with(Config { authentication, ..Config::embedded() }).await;
        let token = azure.sign_in(1, "owner-secret", ARM).await;
        for evil in EVIL {
            let put = arm(&azure, Method::PUT, &new_group(), "owner").json(&json!({ "location": "eastus" }));
            let refused = put.header(evil.0, evil.1).send().await.unwrap();
            assert_eq!((refused.status().as_u16(), evil), (401, evil));
            let message = refused.json::<Value>().await.unwrap()["error"]["message"].as_str().unwrap().to_owned();
            assert!(message.ends_with("From there a token of the emulator is taken, but no name."), "{message}");
            let me = azure.client().get(format!("{}/graph/v1.0/me", azure.url())).bearer_auth("ada");
            assert_eq!(status(me, evil).await, 401);
            assert_eq!(status(arm(&azure, Method::GET, RG_SHARED, &token), evil).await, 200);
        }
        assert!(!azure.export().contains("rg-evil"), "a refusal changes nothing");
    }
}

#[tokio::test]
async fn a_page_elsewhere_gets_no_token_of_a_managed_identity() {
    let azure = Azure::start().await;
    for evil in EVIL {
        let ask = azure.client().get(format!("{}{IMDS}", azure.url())).header("Metadata", "true").header(evil.0, evil.1);
        let refused = ask.send().await.unwrap();
        assert_eq!(refused.status(), 403);
        assert_eq!(refused.json::<Value>().await.unwrap()["error"], "access_denied");
        let path = IMDS.replace("/metadata/identity/oauth2/token", "/msi/token").replace("2018-02-01", "2019-08-01");
        let ask = azure.client().get(format!("{}{path}", azure.url())).header("X-IDENTITY-HEADER", "x");
        assert_eq!(status(ask, evil).await, 403);
    }
}

/// A world that signs its users in by itself asks nobody; whoever calls it by a host of somebody else is asked.
#[tokio::test]
async fn a_page_elsewhere_is_not_signed_in_without_being_asked() {
    let azure = Azure::with_setting("signInAs", json!("ada")).await;
    let evil = EVIL[0];
    let code = azure.post_form("/organizations/oauth2/v2.0/devicecode", &[("client_id", AZ), ("scope", ARM)]).await.json();
    let grant = "urn:ietf:params:oauth:grant-type:device_code";
    let form = [("client_id", AZ), ("grant_type", grant), ("device_code", code["device_code"].as_str().unwrap())];
    let body: String = form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish();
    let poll = azure.client().post(format!("{}/organizations/oauth2/v2.0/token", azure.url()));
    let refused = poll.header(evil.0, evil.1).body(body).send().await.unwrap().json::<Value>().await.unwrap();
    assert_eq!(refused["error"], "authorization_pending");
    let authorize = format!(
        "{}/organizations/oauth2/v2.0/authorize?client_id={AZ}&response_type=code&scope=openid&redirect_uri=http%3A%2F%2Flocalhost",
        azure.url()
    );
    assert_eq!(status(azure.client().get(&authorize), evil).await, 200, "the page that asks");
    assert_eq!(azure.client().get(&authorize).send().await.unwrap().status(), 302);
}

#[tokio::test]
async fn hosts_that_no_page_can_have_are_welcome() {
    let azure = Azure::with(Config { tls_names: vec!["emulator.corp.example".to_owned()], ..Config::embedded() }).await;
    for host in [
        "localhost",
        "127.0.0.1:4443",
        "[::1]:4443",
        "10.0.0.5:4443",
        "169.254.169.254",
        "emulator:4443",
        "adf_emulator",
        "host.docker.internal:4443",
        "emulator.default.svc.cluster.local",
        "Emulator.corp.example:4443",
        "management.azure.com",
    ] {
        assert_eq!(status(arm(&azure, Method::GET, RG_SHARED, "owner"), ("host", host)).await, 200, "{host}");
        let ask = azure.client().get(format!("{}{IMDS}", azure.url())).header("Metadata", "true");
        assert_eq!(status(ask, ("host", host)).await, 200, "{host}");
    }
    for host in ["emulator.corp.example.evil.example", "localhost.evil.example", "xazure.com", "127.0.0.1.evil.example"] {
        assert_eq!(status(arm(&azure, Method::GET, RG_SHARED, "owner"), ("host", host)).await, 401, "{host}");
    }
    let own = azure.url().to_owned();
    assert_eq!(status(arm(&azure, Method::GET, RG_SHARED, "owner"), ("origin", &own)).await, 200);
}
