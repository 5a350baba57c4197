//! Answers requests to Entra, and to the other places where callers come by tokens and endpoints.
//!
//! Which paths are ours is told by their first two segments; everything else is Resource Manager's. No answer here
//! carries `Strict-Transport-Security`: a browser would apply it to every port of localhost.

use std::sync::Arc;

use adf_emulator_core::directory::sign_in;
use adf_emulator_core::fault::Fault;
use adf_emulator_core::resource_id::ResourceId;
use adf_emulator_core::rules::arm;
use adf_emulator_core::world::World;
use axum::http::{HeaderValue, Method, StatusCode, header};
use serde::Serialize;
use uuid::Uuid;

use super::authorize::{self, Choice};
use super::device_code;
use super::device_page;
use super::discovery::{Configuration, Instances, KeySet, Version, tenant_named};
use super::form::Form;
use super::logout;
use super::metadata::Metadata;
use super::page;
use super::sign_in_error::{SignInError, Trace};
use super::token_endpoint::{TokenRequest, token};
use crate::answered::{Answered, Refused};
use crate::app::{App, HttpRequest, HttpResponse};
use crate::arm::envelope::{self, Refusal, ResponseFacts};
use crate::arm::request::Query;
use crate::azure_hosts::AzureHost;
use crate::clock::host_now;
use crate::identity_endpoints::{self, Service};
use crate::own_page;
use crate::world_cell::WorldCell;

/// First segments that only Entra has, or that `/metadata/endpoints` names; the second of a path may be one of
/// `SECOND_SEGMENTS` instead.
const FIRST_SEGMENTS: [&str; 9] =
    ["metadata", "msi", "adfs", "common", "organizations", "consumers", "devicelogin", "error", "aliases.json"];

/// Segments that follow a tenant at Entra.
const SECOND_SEGMENTS: [&str; 9] = ["oauth2", "v2.0", ".well-known", "discovery", "login", "logout", "kmsi", "saml2", "userrealm"];

/// First segments of Resource Manager's paths.
const RESOURCE_MANAGER_SEGMENTS: [&str; 3] = ["subscriptions", "providers", "tenants"];

/// Returns whether a path is Entra's.
pub fn serves(path: &ResourceId) -> bool {
    let has = |known: &[&str], segment: Option<&str>| segment.is_some_and(|it| known.iter().any(|known| known.eq_ignore_ascii_case(it)));
    let (mut first, mut second) = (path.segments(), path.segments().skip(1));
    let (first, second) = (first.next(), second.next());
    has(&FIRST_SEGMENTS, first) || (!has(&RESOURCE_MANAGER_SEGMENTS, first) && has(&SECOND_SEGMENTS, second))
}

/// Returns the name of the operation that a request asks for; `Entra` when it is not emulated.
pub fn operation_of(method: &Method, path: &ResourceId) -> &'static str {
    let (segments, get) = (segments_of(path), is_read(method));
    match segments.as_slice() {
        ["metadata", "endpoints"] => "Metadata_Endpoints",
        ["metadata", "identity", "oauth2", "token"] => "ManagedIdentity_InstanceMetadata",
        ["msi", "token"] => "ManagedIdentity_AppService",
        ["error"] if get => "Error",
        ["devicelogin"] | [_, "oauth2", "deviceauth"] => "DeviceLogin",
        ["common", "discovery", "instance"] if get => "Discovery_Instance",
        [_, ".well-known", "openid-configuration"] | [_, "v2.0", ".well-known", "openid-configuration"] if get => "Discovery_OpenId",
        [_, "discovery", "keys"] | [_, "discovery", "v2.0", "keys"] if get => "Discovery_Keys",
        [_, "userrealm", _] if get => "UserRealm",
        [_, "oauth2", "authorize"] | [_, "oauth2", "v2.0", "authorize"] => "Authorize",
        [_, "oauth2", "logout"] | [_, "oauth2", "v2.0", "logout"] => "Logout",
        ["common", "oauth2", "nativeclient"] if get => "NativeClient",
        [_, "oauth2", "token"] | [_, "oauth2", "v2.0", "token"] => "Token",
        [_, "oauth2", "devicecode"] | [_, "oauth2", "v2.0", "devicecode"] => "DeviceCode",
        _ => "Entra",
    }
}

/// All names that `operation_of` returns.
pub const OPERATIONS: [&str; 15] = [
    "Metadata_Endpoints",
    "ManagedIdentity_InstanceMetadata",
    "ManagedIdentity_AppService",
    "Error",
    "DeviceLogin",
    "Discovery_Instance",
    "Discovery_OpenId",
    "Discovery_Keys",
    "UserRealm",
    "Authorize",
    "Logout",
    "NativeClient",
    "Token",
    "DeviceCode",
    "Entra",
];

fn segments_of(path: &ResourceId) -> Vec<&str> {
    path.key().split('/').filter(|segment| !segment.is_empty()).collect()
}

/// What answers are made from.
struct Exchange<'a> {
    app: &'a App,
    cell: &'a WorldCell,
    world: Arc<World>,
    http: &'a HttpRequest,
    query: Query<'a>,
    request_id: Uuid,
}

/// An answer, and why it is a refusal.
struct Explained {
    response: HttpResponse,
    refused: Option<Refused>,
}

/// Answers one request to Entra.
pub fn answer(app: &App, cell: &WorldCell, http: &HttpRequest, path: &ResourceId) -> Answered {
    let query = Query::parse(http.uri.query().unwrap_or_default());
    let exchange = Exchange { app, cell, world: Arc::clone(&cell.read()), http, query, request_id: app.next_request_id() };
    let (operation, segments) = (operation_of(&http.method, path), segments_of(path));
    let Explained { response, refused } = match segments.as_slice() {
        ["metadata", "endpoints"] => exchange.metadata(cell),
        ["metadata", "identity", "oauth2", "token"] => exchange.managed_identity(Service::InstanceMetadata),
        ["msi", "token"] => exchange.managed_identity(Service::AppService),
        _ => exchange.sign_in(&segments, path),
    };
    let (request_id, path) = (exchange.request_id, Some(path.clone()));
    Answered { response, request_id, operation, path, caller: None, decisions: Vec::new(), refused, let_pass: None }
}

impl Exchange<'_> {
    /// `/metadata/endpoints` is Resource Manager's: its errors have Resource Manager's shape.
    fn metadata(&self, cell: &WorldCell) -> Explained {
        let document = match self.query.get("api-version").filter(|version| !version.is_empty()) {
            _ if !is_read(&self.http.method) => Err(arm::method_not_allowed(self.http.method.as_str(), "/metadata/endpoints")),
            None => Err(arm::missing_api_version()),
            Some(version) => Metadata::of(version, &self.http.origin)
                .ok_or_else(|| arm::invalid_api_version(version, &["2022-09-01", "2019-05-01", "2015-01-01"])),
        };
        match document {
            Ok(document) => Explained { response: json(StatusCode::OK, &document, "no-cache"), refused: None },
            Err(fault) => self.refused_by_resource_manager(cell, fault),
        }
    }

    /// The endpoints of managed identities have a shape of their own, for errors too.
    fn managed_identity(&self, service: Service) -> Explained {
        let answer = identity_endpoints::token(&identity_endpoints::TokenRequest {
            service,
            method: &self.http.method,
            headers: &self.http.headers,
            query: &self.query,
            world: &self.world,
            entra: self.app.entra(),
            origin: &self.http.origin,
            outside: own_page::outside(self.app, self.http),
            is_ours: &|host, port| self.app.is_served_at(host, port),
            request_id: self.request_id,
            now: host_now(),
        });
        let cache = "no-store, no-cache";
        let (mut response, refused) = match answer {
            Ok(token) => (json(StatusCode::OK, &token, cache), None),
            Err(refusal) => (json(refusal.status, &refusal, cache), Some(refusal.refused())),
        };
        self.add_ids(&mut response);
        Explained { response, refused }
    }

    fn refused_by_resource_manager(&self, cell: &WorldCell, fault: Fault) -> Explained {
        let facts = ResponseFacts::of(self.app, cell.clock().now(), self.http);
        let (mut response, refused) = envelope::response(&facts, None, Err(Refusal::Fault(fault)));
        response.headers_mut().remove(header::STRICT_TRANSPORT_SECURITY);
        Explained { response, refused }
    }

    fn sign_in(&self, segments: &[&str], path: &ResourceId) -> Explained {
        let name = path.segments().next().unwrap_or_default();
        let get = is_read(&self.http.method);
        let answer = match segments {
            ["error"] if get => Ok(self.error_page()),
            // ADFS and Entra name the page of device codes in their own ways.
            ["devicelogin"] | [_, "oauth2", "deviceauth"] => device_page::answer(self.app, self.cell, self.http, &self.query),
            ["common", "discovery", "instance"] if get => self.instances(),
            [_, ".well-known", "openid-configuration"] if get => self.configuration(name, Version::One),
            [_, "v2.0", ".well-known", "openid-configuration"] if get => self.configuration(name, Version::Two),
            [_, "discovery", "keys"] | [_, "discovery", "v2.0", "keys"] if get => self.keys(name),
            [_, "userrealm", _] if get => self.user_realm(path.name()),
            ["adfs", "oauth2", "authorize"] | [_, "oauth2", "v2.0", "authorize"] => self.authorize(name, Version::Two),
            [_, "oauth2", "authorize"] => self.authorize(name, Version::One),
            [_, "oauth2", "logout"] | [_, "oauth2", "v2.0", "logout"] => self.logout(name),
            ["common", "oauth2", "nativeclient"] if get => Ok(native_client()),
            ["adfs", "oauth2", "token"] | [_, "oauth2", "v2.0", "token"] => self.token(name, Version::Two),
            ["adfs", "oauth2", "devicecode"] | [_, "oauth2", "v2.0", "devicecode"] => self.device_code(name, Version::Two),
            [_, "oauth2", "token"] => self.token(name, Version::One),
            [_, "oauth2", "devicecode"] => self.device_code(name, Version::One),
            _ => Err(SignInError::not_emulated(&format!("{} '{}'", self.http.method, path.as_str()))),
        };
        match answer {
            Ok(mut response) => {
                self.add_ids(&mut response);
                Explained { response, refused: None }
            }
            Err(error) => Explained { response: self.refused(&error), refused: Some(error.refused()) },
        }
    }

    fn configuration(&self, name: &str, version: Version) -> Result<HttpResponse, SignInError> {
        let tenant = tenant_named(&self.world, name, "invalid_tenant")?;
        let mut response = json(StatusCode::OK, &Configuration::of(tenant, name, version, &self.http.origin), "no-cache");
        allow_every_origin(&mut response);
        Ok(response)
    }

    fn keys(&self, name: &str) -> Result<HttpResponse, SignInError> {
        tenant_named(&self.world, name, "invalid_tenant")?;
        let key = self.app.entra().tokens.signing_key().map_err(|_| SignInError::no_key())?;
        let mut response = json(StatusCode::OK, &KeySet::of(key), "no-cache");
        allow_every_origin(&mut response);
        Ok(response)
    }

    fn instances(&self) -> Result<HttpResponse, SignInError> {
        let parameter = "authorization_endpoint";
        let endpoint = self.query.get(parameter).ok_or_else(|| SignInError::parameter_missing(parameter))?;
        let mut response = json(StatusCode::OK, &Instances::of(endpoint, &self.http.origin)?, "no-cache");
        allow_every_origin(&mut response);
        Ok(response)
    }

    /// Says that a user's passwords are checked here, whatever the name: nobody is federated.
    fn user_realm(&self, name: &str) -> Result<HttpResponse, SignInError> {
        let domain = name.rsplit_once('@').map_or("", |(_, domain)| domain);
        let cloud = if AzureHost::at(&self.http.origin).is_some() { "microsoftonline.com" } else { "Emulator" };
        let realm = serde_json::json!({ "ver": "1.0", "account_type": "Managed", "domain_name": domain, "cloud_instance_name": cloud });
        Ok(json(StatusCode::OK, &realm, "no-cache"))
    }

    fn token(&self, name: &str, version: Version) -> Result<HttpResponse, SignInError> {
        self.asked(name, version, |request| Ok(json(StatusCode::OK, &token(request)?, "no-store, no-cache")))
    }

    fn device_code(&self, name: &str, version: Version) -> Result<HttpResponse, SignInError> {
        self.asked(name, version, |request| Ok(json(StatusCode::OK, &device_code::issue(request)?, "no-store, no-cache")))
    }

    /// Answers a browser that a client sent here. What is wrong is shown on a page.
    fn authorize(&self, name: &str, version: Version) -> Result<HttpResponse, SignInError> {
        let posted = self.http.method == Method::POST;
        if !posted && !is_read(&self.http.method) {
            return Err(SignInError::method_not_supported(self.http.method.as_str()));
        }
        let trace = self.trace();
        let form = if posted { self.form() } else { Form::of_query(self.http.uri.query().unwrap_or_default()) };
        let answered = form.and_then(|form| {
            let choice = match (form.get(authorize::CHOSEN), form.get(authorize::CANCELLED)) {
                // A link can choose nobody: only the page's own form does.
                _ if !posted => Choice::None,
                (_, Some(_)) => Choice::Cancelled,
                (Some(user), None) => Choice::User(user),
                (None, None) => Choice::None,
            };
            // Anybody's page may send a user here; only this one says who the user is.
            if choice != Choice::None
                && let Some(why) = own_page::foreign(self.app, self.http)
            {
                return Ok(page::page(StatusCode::FORBIDDEN, "Refused", &format!("<p>{}</p>", page::escaped(&why))));
            }
            let action = self.http.uri.path();
            self.asked_with(&form, name, version, |request| authorize::answer(request, choice, action, &trace))
        });
        match answered {
            Err(error) if error.not_emulated.is_none() => Ok(page::refusal(&error, &trace)),
            answered => answered,
        }
    }

    fn logout(&self, name: &str) -> Result<HttpResponse, SignInError> {
        tenant_named(&self.world, name, "invalid_request")?;
        let form = match self.http.method {
            Method::POST => self.form()?,
            _ => Form::of_query(self.http.uri.query().unwrap_or_default())?,
        };
        Ok(logout::answer(&self.world, form.get("post_logout_redirect_uri"), form.get("state")))
    }

    fn form(&self) -> Result<Form, SignInError> {
        Form::read(&self.http.headers, &self.http.body)
    }

    /// Answers a form that was posted to an endpoint of a tenant.
    fn asked(
        &self,
        name: &str,
        version: Version,
        answer: impl FnOnce(&TokenRequest<'_>) -> Result<HttpResponse, SignInError>,
    ) -> Result<HttpResponse, SignInError> {
        if self.http.method != Method::POST {
            return Err(SignInError::method_not_supported(self.http.method.as_str()));
        }
        self.asked_with(&self.form()?, name, version, answer)
    }

    fn asked_with(
        &self,
        form: &Form,
        name: &str,
        version: Version,
        answer: impl FnOnce(&TokenRequest<'_>) -> Result<HttpResponse, SignInError>,
    ) -> Result<HttpResponse, SignInError> {
        let tenant = tenant_named(&self.world, name, "invalid_request")?;
        answer(&TokenRequest {
            form,
            version,
            tenant,
            tenant_name: name,
            world: &self.world,
            cell: self.cell,
            world_now: self.cell.clock().now(),
            // Nobody is asked who the user is, so nobody else's page may ask.
            by_itself: sign_in::by_itself(&self.world).filter(|_| own_page::rebound(self.app, self.http).is_none()),
            tokens: &self.app.entra().tokens,
            origin: &self.http.origin,
            is_ours: &|host, port| self.app.is_served_at(host, port),
            is_this_world: &|host, port| self.app.serves(self.cell, host, port),
            request_id: self.request_id,
            now: host_now(),
        })
    }

    /// The page that an error's `error_uri` names: Microsoft's own, which explains the number. Where we stand in for
    /// its host, that would lead back here.
    fn error_page(&self) -> HttpResponse {
        let digits = |code: &&str| !code.is_empty() && code.bytes().all(|byte| byte.is_ascii_digit());
        let code = self.query.get("code").filter(digits).unwrap_or_default();
        let mut response = HttpResponse::default();
        *response.status_mut() = StatusCode::FOUND;
        let page = match AzureHost::at(&self.http.origin) {
            Some(_) => "https://learn.microsoft.com/entra/identity-platform/reference-error-codes".to_owned(),
            None => format!("https://login.microsoftonline.com/error?code={code}"),
        };
        if let Ok(page) = HeaderValue::from_str(&page) {
            response.headers_mut().insert(header::LOCATION, page);
        }
        response
    }

    /// What an error says of this request; the client may have given it an id.
    fn trace(&self) -> Trace<'_> {
        let sent = self.http.headers.get("client-request-id").and_then(|id| id.to_str().ok()).and_then(|id| Uuid::try_parse(id).ok());
        Trace {
            origin: &self.http.origin,
            trace_id: self.request_id,
            correlation_id: sent.unwrap_or_else(|| self.app.next_request_id()),
            now: host_now(),
        }
    }

    fn refused(&self, error: &SignInError) -> HttpResponse {
        let trace = self.trace();
        let mut response =
            bytes(StatusCode::from_u16(error.status).unwrap_or(StatusCode::BAD_REQUEST), error.body(&trace), "no-store, no-cache");
        if let Some(what) = &error.not_emulated {
            // A path may have letters that a header cannot.
            let what = HeaderValue::from_str(what).unwrap_or_else(|_| HeaderValue::from_static("Entra"));
            response.headers_mut().insert("x-emulator-not-emulated", what);
        }
        self.add_ids(&mut response);
        response
    }

    fn add_ids(&self, response: &mut HttpResponse) {
        if let Ok(id) = HeaderValue::from_str(&self.request_id.to_string()) {
            response.headers_mut().insert("x-ms-request-id", id);
        }
        let wanted = self.http.headers.get("return-client-request-id").is_some_and(|value| value.as_bytes().eq_ignore_ascii_case(b"true"));
        if let Some(id) = self.http.headers.get("client-request-id").filter(|_| wanted) {
            response.headers_mut().insert("client-request-id", id.clone());
        }
    }
}

/// The page on which native clients take their answer from the address.
fn native_client() -> HttpResponse {
    page::page(StatusCode::OK, "Signed in", "<p>You can close this window.</p>")
}

fn is_read(method: &Method) -> bool {
    *method == Method::GET || *method == Method::HEAD
}

/// Web pages of any origin may read what an authority says of itself, as they may at Entra.
fn allow_every_origin(response: &mut HttpResponse) {
    response.headers_mut().insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
}

fn json(status: StatusCode, body: &impl Serialize, cache: &'static str) -> HttpResponse {
    bytes(status, serde_json::to_vec(body).unwrap_or_default(), cache)
}

fn bytes(status: StatusCode, body: Vec<u8>, cache: &'static str) -> HttpResponse {
    let mut response = HttpResponse::new(body.into());
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json; charset=utf-8"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(cache));
    headers.insert(header::PRAGMA, HeaderValue::from_static("no-cache"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    response
}
