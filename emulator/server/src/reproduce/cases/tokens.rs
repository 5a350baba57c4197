//! Cases of the token that every request has.
//!
//! Rules: `rules/tokens.rs` of the core. Tokens come from the token endpoint, as any client's do.

use axum::http::Method;
use serde_json::json;

use super::super::case::{Case, Step};
use super::{Cases, RG_FABRIKAM, RG_SHARED, TENANT, get};

/// What a token has to be for.
const RESOURCE_MANAGER: &str = "https://management.azure.com";
const GRAPH: &str = "https://graph.microsoft.com";

pub(super) const CASES: Cases = &[
    ("token-is-sent", token_is_sent),
    ("token-header-shape", token_header_shape),
    ("auxiliary-token-header-shape", auxiliary_token_header_shape),
    ("token-is-valid", token_is_valid),
    ("token-has-not-expired", token_has_not_expired),
    ("token-is-for-resource-manager", token_is_for_resource_manager),
    ("token-is-of-the-subscriptions-tenant", token_is_of_the_subscriptions_tenant),
];

/// Reads the group with whatever stands in the header.
fn with_header(authorization: &str) -> Step {
    get(RG_SHARED).by("").with("Authorization", authorization)
}

/// Signs the built-in world's `owner` in to a service; keeps the token as `{{token}}`.
fn sign_in(service: &str) -> Step {
    let form = "grant_type=client_credentials&client_id=33333333-3333-3333-3333-000000000001&client_secret=owner-secret";
    Step::written(Method::POST, format!("/{TENANT}/oauth2/v2.0/token"), format!("{form}&scope={service}/.default"))
        .by("")
        .with("Content-Type", "application/x-www-form-urlencoded")
        .keeping("token", "access_token")
}

fn token_is_sent(name: &'static str) -> Case {
    Case::new(name, get(RG_SHARED).by(""))
        .says("Authentication failed. The 'Authorization' header is missing.")
        .passes_as("The request has a token.", get(RG_SHARED))
}

fn token_header_shape(name: &'static str) -> Case {
    Case::new(name, with_header("Basic b3duZXI6b3duZXItc2VjcmV0"))
        .says("Authentication failed. The 'Authorization' header is provided in an invalid format.")
        .passes_as("The header has a bearer token.", get(RG_SHARED))
}

fn auxiliary_token_header_shape(name: &'static str) -> Case {
    let with = |tokens: &str| get(RG_SHARED).with("x-ms-authorization-auxiliary", tokens);
    Case::new(name, with("Bearer fabrikam-owner, Bearer owner, Bearer owner, Bearer owner"))
        .after([get(RG_FABRIKAM).by("fabrikam-owner")])
        .says("Authentication failed. The 'x-ms-authorization-auxiliary' header is provided in an invalid format.")
        .passes_as("The header has three tokens at most.", with("Bearer fabrikam-owner"))
}

fn token_is_valid(name: &'static str) -> Case {
    Case::new(name, with_header("Bearer of.another.issuer"))
        .says("The access token is invalid.")
        .passes_as("The token is of a principal of the world.", get(RG_SHARED))
}

fn token_has_not_expired(name: &'static str) -> Case {
    Case::new(name, with_header("Bearer {{token}}"))
        .after([sign_in(RESOURCE_MANAGER), Step::control(Method::PATCH, "clock", &json!({ "advance": "PT2H" }))])
        .says("The access token expiry UTC time '…' is earlier than current UTC time '…'.")
        .passes_after("A new token is fetched.", [sign_in(RESOURCE_MANAGER)])
}

fn token_is_for_resource_manager(name: &'static str) -> Case {
    Case::new(name, with_header("Bearer {{token}}"))
        .after([sign_in(GRAPH)])
        .says(
            "The access token has been obtained for wrong audience or resource 'https://graph.microsoft.com'. It should exactly match with \
             one of the allowed audiences …",
        )
        .passes_after("A token for Resource Manager is fetched.", [sign_in(RESOURCE_MANAGER)])
}

fn token_is_of_the_subscriptions_tenant(name: &'static str) -> Case {
    Case::new(name, get(RG_SHARED).by("fabrikam-owner"))
        .after([get(RG_FABRIKAM).by("fabrikam-owner")])
        .says(format!(
            "The access token is from the wrong issuer '…'. It must match the tenant 'https://sts.windows.net/{TENANT}/' associated with this \
             subscription. …"
        ))
        .passes_as("The token is of somebody of the subscription's tenant.", get(RG_SHARED))
}
