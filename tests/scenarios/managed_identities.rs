//! A workload asks the instance metadata service, or App Service, for a token of its managed identity.
//!
//! Follows <https://learn.microsoft.com/entra/identity/managed-identities-azure-resources/how-to-use-vm-token> and
//! <https://learn.microsoft.com/azure/app-service/overview-managed-identity>.

use adf_emulator::config::{Authentication, Config};
use adf_emulator_tests::{Answer, Azure, RG_LINKED, RG_SHARED, factory};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

const IMDS: &str = "/metadata/identity/oauth2/token";
const APP_SERVICE: &str = "/msi/token";
const ARM: &str = "https%3A%2F%2Fmanagement.azure.com%2F";
const UAI: &str = "77777777-7777-7777-7777-000000000001";
const UAI_CLIENT: &str = "33333333-3333-3333-3333-000000000101";

fn uai() -> String {
    format!("{RG_LINKED}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/uai-default")
}

async fn ask(azure: &Azure, path: &str, query: &str, header: (&str, &str)) -> Answer {
    azure.fetch_with(&format!("{path}?{query}"), header).await
}

async fn imds(azure: &Azure, more: &str) -> Answer {
    ask(azure, IMDS, &format!("api-version=2018-02-01&resource={ARM}{more}"), ("Metadata", "true")).await
}

async fn app_service(azure: &Azure, caller: &str, more: &str) -> Answer {
    ask(azure, APP_SERVICE, &format!("api-version=2019-08-01&resource={ARM}{more}"), ("X-IDENTITY-HEADER", caller)).await
}

fn claims(answer: &Value) -> Value {
    let claims = answer["access_token"].as_str().unwrap().split('.').nth(1).unwrap();
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(claims).unwrap()).unwrap()
}

fn not_found(answer: &Answer) {
    assert_eq!(answer.has_status(400).json(), json!({ "error": "invalid_request", "error_description": "Identity not found" }));
}

#[tokio::test]
async fn the_setting_says_whose_token_the_metadata_service_gives() {
    let azure = Azure::with(Config { authentication: Authentication::Strict, ..Config::embedded() }).await;
    for more in [
        String::new(),
        format!("&client_id={UAI_CLIENT}"),
        format!("&object_id={UAI}"),
        format!("&msi_res_id={}", uai().replace('/', "%2F").to_uppercase().replace("%2F", "/")),
    ] {
        let answer = imds(&azure, &more).await.has_status(200).json();
        let token = claims(&answer);
        assert_eq!((&token["oid"], &token["appidacr"], &token["idtyp"]), (&json!(UAI), &json!("2"), &json!("app")), "{more}");
        assert_eq!((&token["xms_mirid"], &token["aud"]), (&json!(uai()), &json!("https://management.azure.com/")));
        assert_eq!((&answer["client_id"], &answer["expires_in"]), (&json!(UAI_CLIENT), &json!("86399")));
        assert_eq!((&answer["token_type"], &answer["resource"]), (&json!("Bearer"), &json!("https://management.azure.com/")));
        assert_eq!(answer["expires_on"], token["exp"].to_string());
        assert_eq!(answer["not_before"], token["nbf"].to_string());
        let token = answer["access_token"].as_str().unwrap();
        azure.caller(token).get(&format!("{RG_SHARED}/providers/Microsoft.DataFactory/factories")).await.has_status(200);
    }
    azure.advance("PT23H").await;
    let slash =
        ask(&azure, "/metadata/identity/oauth2/token/", &format!("api-version=2018-02-01&resource={ARM}"), ("metadata", "True")).await;
    slash.has_status(200);
    let answer = app_service(&azure, "anything", &format!("&mi_res_id={}", uai())).await.has_status(200).json();
    assert!(answer.get("expires_in").is_none() && answer["expires_on"].is_string(), "{answer}");
    for more in [
        "&client_id=33333333-3333-3333-3333-000000000001",
        "&client_id=owner",
        "&object_id=44444444-4444-4444-4444-000000000001",
        "&object_id=x",
        "&msi_res_id=x",
        "&mi_res_id=/subscriptions/22222222-2222-2222-2222-222222222222",
    ] {
        not_found(&imds(&azure, more).await);
        not_found(&app_service(&azure, "x", more).await);
    }
}

#[tokio::test]
async fn a_factory_acts_with_its_own_identity_and_those_it_was_given() {
    let azure = Azure::start().await;
    let (own, two, none) = (factory(RG_LINKED, "mi-own"), factory(RG_LINKED, "mi-two"), factory(RG_LINKED, "mi-none"));
    let other = format!("{RG_LINKED}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/uai-other");
    azure.owner().put(&other, json!({ "location": "eastus" })).await.has_status(201);
    let put = |id: String, identity: Value| {
        let azure = &azure;
        async move { azure.owner().put(&id, json!({ "location": "eastus", "identity": identity })).await.has_status(200).json() }
    };
    let made = put(own.clone(), json!({ "type": "SystemAssigned,UserAssigned", "userAssignedIdentities": { uai(): {} } })).await;
    put(two.clone(), json!({ "type": "UserAssigned", "userAssignedIdentities": { uai(): {}, other.clone(): {} } })).await;
    azure.owner().put(&none, json!({ "location": "eastus" })).await.has_status(200);

    let by_default = claims(&app_service(&azure, &own, "").await.has_status(200).json());
    assert_eq!((&by_default["oid"], &by_default["xms_mirid"]), (&made["identity"]["principalId"], &json!(own)));
    for more in [format!("&client_id={UAI_CLIENT}"), format!("&mi_res_id={}", uai())] {
        assert_eq!(claims(&app_service(&azure, &own, &more).await.has_status(200).json())["oid"], UAI);
    }
    assert_eq!(claims(&app_service(&azure, &own, &format!("&mi_res_id={own}")).await.has_status(200).json())["oid"], by_default["oid"]);
    assert_eq!(claims(&app_service(&azure, &two, &format!("&object_id={UAI}")).await.has_status(200).json())["oid"], UAI);
    let which = app_service(&azure, &two, "").await.has_status(400).json();
    assert!(which["error_description"].as_str().unwrap().starts_with("Multiple user assigned identities exist"), "{which}");
    not_found(&app_service(&azure, &own, &format!("&mi_res_id={other}")).await);
    not_found(&app_service(&azure, &none, "").await);
    not_found(&app_service(&azure, &factory(RG_LINKED, "nowhere"), "").await);
    not_found(&app_service(&azure, "/subscriptions/", "").await);
    not_found(&app_service(&azure, RG_LINKED, "").await);
    azure.owner().delete(&uai()).await.has_status(200);
    not_found(&imds(&azure, "").await);
}

#[tokio::test]
async fn what_a_request_lacks_is_named() {
    let azure = Azure::start().await;
    for (path, query, header, says) in [
        (IMDS, "api-version=2018-02-01&resource=r", ("X-Other", "true"), "Required header 'Metadata' not specified"),
        (IMDS, "api-version=2018-02-01&resource=r", ("Metadata", "false"), "Required header 'Metadata' not specified"),
        (APP_SERVICE, "api-version=2019-08-01&resource=r", ("Metadata", "true"), "Required header 'X-IDENTITY-HEADER' not specified"),
        (IMDS, "resource=r", ("Metadata", "true"), "Required query variable 'api-version' is missing"),
        (IMDS, "api-version=2018-02-01&resource=", ("Metadata", "true"), "Required query variable 'resource' is missing"),
        (
            IMDS,
            "api-version=2017-12-01&resource=r",
            ("Metadata", "true"),
            "The api-version '2017-12-01' is not supported; use '2018-02-01'",
        ),
        (IMDS, "api-version=newest&resource=r", ("Metadata", "true"), "The api-version 'newest' is not supported; use '2018-02-01'"),
        (
            IMDS,
            "api-version=2018-02-01&resource=r&client_id=a&object_id=b",
            ("Metadata", "true"),
            "An identity is named by one of client_id, object_id and its resource id",
        ),
    ] {
        let refused = ask(&azure, path, query, header).await;
        assert_eq!(refused.has_status(400).json(), json!({ "error": "invalid_request", "error_description": says }), "{query}");
    }
    let unknown = ask(&azure, IMDS, "api-version=2018-02-01&resource=https://unknown.example", ("Metadata", "true")).await;
    assert_eq!(unknown.has_status(400).json()["error"], "invalid_resource");
    azure.post_form(IMDS, &[]).await.has_status(405);
    let world = json!({ "settings": { "managedIdentity": factory(RG_LINKED, "one") } });
    not_found(&imds(&Azure::with_world(&world).await, "").await);
    not_found(&imds(&Azure::with_world(&json!({})).await, "").await);
}
