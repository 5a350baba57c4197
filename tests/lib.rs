//! The harness of the tests over HTTP: an emulator inside the test, and a demanding client.
//!
//! Whatever a test asks, the client checks on every answer of Resource Manager what Azure always does: request and
//! correlation ids, content type, an empty 204, an error in one of the two envelopes.

use adf_emulator::config::Config;
use adf_emulator::embed::Emulator;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

/// The built-in world's tenant, subscription and groups.
pub const TENANT: &str = "11111111-1111-1111-1111-111111111111";
/// The subscription of the built-in world's first tenant.
pub const SUBSCRIPTION: &str = "/subscriptions/22222222-2222-2222-2222-222222222222";
/// The group of the sharing factory.
pub const RG_SHARED: &str = "/subscriptions/22222222-2222-2222-2222-222222222222/resourceGroups/rg-shared";
/// The group of the linking factory.
pub const RG_LINKED: &str = "/subscriptions/22222222-2222-2222-2222-222222222222/resourceGroups/rg-linked";
/// The group of the other tenant.
pub const RG_FABRIKAM: &str = "/subscriptions/88888888-8888-8888-8888-888888888888/resourceGroups/rg-fabrikam";
/// The role that the documentation says to grant.
pub const CONTRIBUTOR: &str = "b24988ac-6180-42a0-ab88-20f7382dd24c";
/// The role that may grant everything.
pub const OWNER: &str = "8e3af657-a8ff-443c-a75c-2fe8c4bcb635";
/// The role that may only read.
pub const READER: &str = "acdd72a7-3385-48ef-bd42-f606fba81ae7";

/// Returns the id of a factory in a group.
pub fn factory(group: &str, name: &str) -> String {
    format!("{group}/providers/Microsoft.DataFactory/factories/{name}")
}

/// Returns the id of an integration runtime of a factory.
pub fn runtime(factory: &str, name: &str) -> String {
    format!("{factory}/integrationRuntimes/{name}")
}

/// Returns the id of a role assignment at a scope. `number` makes the name.
pub fn role_assignment(scope: &str, number: u32) -> String {
    format!("{scope}/providers/Microsoft.Authorization/roleAssignments/aaaaaaaa-0000-4000-8000-{number:012}")
}

/// Returns the id of a custom role at a scope. `number` makes the name.
pub fn role_definition(scope: &str, number: u32) -> String {
    format!("{scope}/providers/Microsoft.Authorization/roleDefinitions/bbbbbbbb-0000-4000-8000-{number:012}")
}

/// Returns the body of a custom role that lets its holders read factories.
pub fn custom_role(role_name: &str, assignable_scopes: &[&str]) -> Value {
    let permissions = [json!({ "actions": ["Microsoft.DataFactory/factories/read"] })];
    json!({ "properties": { "roleName": role_name, "permissions": permissions, "assignableScopes": assignable_scopes } })
}

/// The object id of the built-in world's application that holds no role.
pub const STRANGER: &str = "44444444-4444-4444-4444-000000000006";

/// Returns the id of a deny assignment at a scope. `number` makes the name.
pub fn deny_assignment(scope: &str, number: u32) -> String {
    format!("{scope}/providers/Microsoft.Authorization/denyAssignments/dddddddd-0000-4000-8000-{number:012}")
}

/// Returns the body that denies actions to a principal.
pub fn deny(name: &str, actions: &[&str], principal_id: &str) -> Value {
    json!({ "properties": { "denyAssignmentName": name, "permissions": [{ "actions": actions }],
        "principals": [{ "id": principal_id }] } })
}

/// Returns the id of a request for an active assignment at a scope. `number` makes the name.
pub fn assignment_request(scope: &str, number: u32) -> String {
    format!("{scope}/providers/Microsoft.Authorization/roleAssignmentScheduleRequests/eeeeeeee-0000-4000-8000-{number:012}")
}

/// Returns the id of a request for an eligibility at a scope. `number` makes the name.
pub fn eligibility_request(scope: &str, number: u32) -> String {
    format!("{scope}/providers/Microsoft.Authorization/roleEligibilityScheduleRequests/eeeeeeee-0000-4000-8000-{number:012}")
}

/// Returns the id of the role management policy of a role at a scope.
pub async fn policy_of(azure: &Azure, scope: &str, role: &str) -> String {
    policy_of_as(&azure.owner(), scope, role).await
}

/// Returns the id of the policy of a role at a scope, as a caller sees it.
pub async fn policy_of_as(caller: &Caller<'_>, scope: &str, role: &str) -> String {
    let list = format!("{scope}/providers/Microsoft.Authorization/roleManagementPolicies?$filter=roleDefinitionId eq '{role}'");
    caller.get(&list).await.has_status(200).json()["value"][0]["id"].as_str().unwrap().to_owned()
}

/// Returns the body of a schedule request that lasts so long, for a reason.
pub fn asks(request_type: &str, role: &str, principal_id: &str, duration: &str) -> Value {
    let mut body = grant(role, principal_id);
    body["properties"]["requestType"] = request_type.into();
    body["properties"]["justification"] = "on call".into();
    body["properties"]["scheduleInfo"] = json!({ "expiration": { "type": "AfterDuration", "duration": duration } });
    body
}

/// Returns the body that grants a role to a principal.
pub fn grant(role: &str, principal_id: &str) -> Value {
    json!({ "properties": { "roleDefinitionId": format!("{SUBSCRIPTION}/providers/Microsoft.Authorization/roleDefinitions/{role}"), "principalId": principal_id } })
}

/// Returns the body of a factory with a system-assigned identity.
pub fn factory_with_identity() -> Value {
    json!({ "location": "eastus", "identity": { "type": "SystemAssigned" } })
}

/// Returns the body of a self-hosted runtime.
pub fn self_hosted() -> Value {
    json!({ "properties": { "type": "SelfHosted" } })
}

/// Returns the body of a runtime linked to another.
pub fn linked_to(resource_id: &str) -> Value {
    json!({ "properties": { "type": "SelfHosted", "typeProperties": { "linkedInfo": { "authorizationType": "RBAC", "resourceId": resource_id } } } })
}

/// Returns a world in which `root` may do everything, with `count` other assignments at `scope`.
pub fn world_with_assignments(scope: &str, count: u32) -> Value {
    let other = |number: u32| format!("bbbbbbbb-0000-4000-8000-{number:012}");
    let principal = |number: u32| json!({ "name": format!("p{number}"), "type": "ServicePrincipal", "objectId": other(number) });
    let held = |number: u32| json!({ "principal": format!("p{number}"), "role": "Reader", "scope": scope });
    let mut principals: Vec<Value> = (0..=count).map(principal).collect();
    principals.push(json!({ "name": "root", "type": "ServicePrincipal" }));
    let mut assignments: Vec<Value> = (0..count).map(held).collect();
    assignments.push(json!({ "principal": "root", "role": "Owner", "scope": "/" }));
    json!({
        "tenants": [{ "id": TENANT, "principals": principals, "managementGroups": [{ "name": "mg" }],
            "subscriptions": [{ "id": SUBSCRIPTION.rsplit('/').next() }] }],
        "roleAssignments": assignments,
    })
}

/// The object id of the user `ada`.
pub const ADA: &str = "55555555-5555-5555-5555-000000000001";

/// Returns the id of a lock at a scope.
pub fn lock(scope: &str, name: &str) -> String {
    format!("{scope}/providers/Microsoft.Authorization/locks/{name}?api-version=2020-05-01")
}

/// Returns the id of a management group.
pub fn management_group(name: &str) -> String {
    format!("/providers/Microsoft.Management/managementGroups/{name}")
}

/// Returns the body of a management group under another.
pub fn below(parent: &str) -> Value {
    json!({ "properties": { "details": { "parent": { "id": management_group(parent) } } } })
}

/// Returns a world in which `root` may do everything, with these management groups above the subscription.
pub fn world_with_management_groups(groups: &Value) -> Value {
    json!({
        "tenants": [{ "id": TENANT, "managementGroups": groups,
            "principals": [{ "name": "root", "type": "ServicePrincipal" }, { "name": "ada", "type": "User", "objectId": ADA }],
            "subscriptions": [{ "id": SUBSCRIPTION.rsplit('/').next(), "displayName": "main" }] }],
        "roleAssignments": [{ "principal": "root", "role": "Owner", "scope": "/" }],
    })
}

/// An emulator and a client for it.
pub struct Azure {
    emulator: Emulator,
    client: reqwest::Client,
}

impl Azure {
    /// Starts an emulator with the built-in world.
    pub async fn start() -> Self {
        Self::around(Emulator::start().await.unwrap())
    }

    /// Starts an emulator with a world of the test's own.
    pub async fn with_world(world: &Value) -> Self {
        Self::around(Emulator::with_world(&world.to_string()).await.unwrap())
    }

    /// Starts an emulator with the built-in world under one more setting.
    pub async fn with_setting(name: &str, value: Value) -> Self {
        let mut world: Value = serde_json::from_str(include_str!("../fixtures/worlds/built-in.json")).unwrap();
        world["settings"][name] = value;
        Self::with_world(&world).await
    }

    /// Starts an emulator as `config` says.
    pub async fn with(config: Config) -> Self {
        Self::around(Emulator::with(config).await.unwrap())
    }

    fn around(emulator: Emulator) -> Self {
        let client = reqwest::Client::builder().no_proxy().redirect(reqwest::redirect::Policy::none()).build().unwrap();
        Self { emulator, client }
    }

    /// Returns the emulator.
    pub fn emulator(&self) -> &Emulator {
        &self.emulator
    }

    /// Returns the HTTP client, for what is not Resource Manager.
    pub fn client(&self) -> &reqwest::Client {
        &self.client
    }

    /// Returns the base URL.
    pub fn url(&self) -> &str {
        self.emulator.http()
    }

    /// Returns a caller by a principal's name, which is its token.
    pub fn caller(&self, name: &str) -> Caller<'_> {
        Caller { azure: self, token: Some(name.to_owned()) }
    }

    /// Returns a caller without a token.
    pub fn nobody(&self) -> Caller<'_> {
        Caller { azure: self, token: None }
    }

    /// Sends a GET to what is not Resource Manager.
    pub async fn fetch(&self, path: &str) -> Answer {
        Answer::read(self.client.get(format!("{}{path}", self.url())).send().await.unwrap()).await
    }

    /// As `fetch`, with a token.
    pub async fn fetch_as(&self, token: &str, path: &str) -> Answer {
        Answer::read(self.client.get(format!("{}{path}", self.url())).bearer_auth(token).send().await.unwrap()).await
    }

    /// Sends a POST with a body and a token to what is not Resource Manager.
    pub async fn post_as(&self, token: &str, path: &str, body: &Value) -> Answer {
        Answer::read(self.client.post(format!("{}{path}", self.url())).bearer_auth(token).json(body).send().await.unwrap()).await
    }

    /// Sends a request to Microsoft Graph; a path without a version is of v1.0. A body of null is none.
    pub async fn graph(&self, token: &str, method: Method, path: &str, body: &Value) -> Answer {
        let version = if path.starts_with("beta/") { "" } else { "v1.0/" };
        let request = self.client.request(method, format!("{}/graph/{version}{path}", self.url())).bearer_auth(token);
        let request = if body.is_null() { request } else { request.json(body) };
        Answer::read(request.send().await.unwrap()).await
    }

    /// Sends a form to a tenant's token endpoint, such as `/oauth2/v2.0/token`.
    pub async fn post_form(&self, path: &str, form: &[(&str, &str)]) -> Answer {
        let body: String = form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish();
        let request = self.client.post(format!("{}{path}", self.url())).header("content-type", "application/x-www-form-urlencoded");
        Answer::read(request.body(body).send().await.unwrap()).await
    }

    /// Signs in an application of the built-in world's first tenant by its number, for a scope; returns the token.
    pub async fn sign_in(&self, number: u32, secret: &str, scope: &str) -> String {
        let client_id = format!("33333333-3333-3333-3333-{number:012}");
        let form = [("grant_type", "client_credentials"), ("client_id", &client_id), ("client_secret", secret), ("scope", scope)];
        let answer = self.post_form(&format!("/{TENANT}/oauth2/v2.0/token"), &form).await;
        answer.has_status(200).json()["access_token"].as_str().unwrap().to_owned()
    }

    /// Moves the world's clock forward.
    pub async fn advance(&self, by: &str) {
        let request = self.client.patch(format!("{}/_emulator/clock", self.url())).json(&json!({ "advance": by }));
        Answer::read(request.send().await.unwrap()).await.has_status(200);
    }

    /// Returns the built-in world's owner.
    pub fn owner(&self) -> Caller<'_> {
        self.caller("owner")
    }

    /// Returns the whole world, as `GET /_emulator/world` gives it.
    pub fn export(&self) -> String {
        self.emulator.export()
    }

    /// Makes a self-hosted runtime `shared` in the factory `sharing` and a factory `linking` with an identity; returns
    /// the ids of runtime and linking factory, and the identity's principal.
    pub async fn two_factories(&self) -> (String, String, String) {
        let (sharing, linking) = (factory(RG_SHARED, "sharing"), factory(RG_LINKED, "linking"));
        let owner = self.owner();
        owner.put(&sharing, factory_with_identity()).await.has_status(200);
        let shared = runtime(&sharing, "shared");
        owner.put(&shared, self_hosted()).await.has_status(200);
        let made = owner.put(&linking, factory_with_identity()).await.has_status(200).json();
        (shared, linking, made["identity"]["principalId"].as_str().unwrap().to_owned())
    }

    /// As `two_factories`, and grants Contributor at the runtime and links it as `linked`; returns the ids of the
    /// shared and the linked runtime.
    pub async fn shared_and_linked(&self) -> (String, String) {
        let (shared, linking, principal) = self.two_factories().await;
        let owner = self.owner();
        owner.put(&role_assignment(&shared, 1), grant(CONTRIBUTOR, &principal)).await.has_status(201);
        let linked = runtime(&linking, "linked");
        owner.put(&linked, linked_to(&shared)).await.has_status(200);
        (shared, linked)
    }

    /// Returns the two authentication keys of a runtime.
    pub async fn auth_keys(&self, runtime: &str) -> [String; 2] {
        let keys = self.owner().post(&format!("{runtime}/listAuthKeys"), Value::Null).await.has_status(200).json();
        ["authKey1", "authKey2"].map(|name| keys[name].as_str().unwrap().to_owned())
    }

    /// Registers a node with a runtime's first key; returns its id.
    pub async fn node(&self, runtime: &str, node_name: &str) -> String {
        let [key, _] = self.auth_keys(runtime).await;
        self.register_node(&key, node_name).await.has_status(201).json()["id"].as_str().unwrap().to_owned()
    }

    /// Sends a request to one of the emulator's own endpoints, such as `nodes`; null is no body.
    pub async fn control(&self, method: Method, path: &str, body: &Value) -> Answer {
        let request = self.client.request(method, format!("{}/_emulator/{path}", self.url()));
        let request = if body.is_null() { request.header("content-type", "application/json") } else { request.json(body) };
        Answer::read(request.send().await.unwrap()).await
    }

    /// Reads a URL that is not Resource Manager's, with a header.
    pub async fn fetch_with(&self, path: &str, header: (&str, &str)) -> Answer {
        let request = self.client.get(format!("{}{path}", self.url())).header(header.0, header.1);
        Answer::read(request.send().await.unwrap()).await
    }

    /// Returns the state of a runtime, and the name under which its status is told.
    pub async fn state_of(&self, runtime: &str) -> (String, String) {
        let status = self.owner().post(&format!("{runtime}/getStatus"), Value::Null).await.has_status(200).json();
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        (text(&status["properties"]["state"]), text(&status["name"]))
    }

    /// Registers a node with a key at the control endpoint; returns the answer.
    pub async fn register_node(&self, auth_key: &str, node_name: &str) -> Answer {
        let url = format!("{}/_emulator/nodes", self.url());
        let body = json!({ "authKey": auth_key, "nodeName": node_name });
        Answer::read(self.client.post(url).json(&body).send().await.unwrap()).await
    }
}

/// Somebody who calls Resource Manager.
pub struct Caller<'a> {
    azure: &'a Azure,
    token: Option<String>,
}

impl Caller<'_> {
    /// Sends a GET.
    pub async fn get(&self, path: &str) -> Answer {
        self.send(Method::GET, path, None).await
    }

    /// Sends a HEAD.
    pub async fn head(&self, path: &str) -> Answer {
        self.send(Method::HEAD, path, None).await
    }

    /// Sends a PUT.
    pub async fn put(&self, path: &str, body: Value) -> Answer {
        self.send(Method::PUT, path, Some(body)).await
    }

    /// Sends a PATCH.
    pub async fn patch(&self, path: &str, body: Value) -> Answer {
        self.send(Method::PATCH, path, Some(body)).await
    }

    /// Sends a POST with a body, or with none when it is null.
    pub async fn post(&self, path: &str, body: Value) -> Answer {
        self.send(Method::POST, path, Some(body).filter(|body| !body.is_null())).await
    }

    /// Sends a DELETE.
    pub async fn delete(&self, path: &str) -> Answer {
        self.send(Method::DELETE, path, None).await
    }

    /// Sends a request. `path` may be a whole URL; one without an api-version gets that of its namespace.
    pub async fn send(&self, method: Method, path: &str, body: Option<Value>) -> Answer {
        let bytes = body.map(|body| body.to_string().into_bytes());
        self.send_bytes(method, path, bytes, &[("content-type", "application/json")]).await
    }

    /// Sends a request with these bytes and headers.
    pub async fn send_bytes(&self, method: Method, path: &str, body: Option<Vec<u8>>, headers: &[(&str, &str)]) -> Answer {
        let path = path.strip_prefix(self.azure.url()).unwrap_or(path);
        let mut request = self.azure.client.request(method.clone(), format!("{}{}", self.azure.url(), versioned(path)));
        if let Some(token) = &self.token {
            request = request.bearer_auth(token);
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = match body {
            Some(bytes) => request.body(bytes),
            None => request.header("content-length", "0"),
        };
        let answer = Answer::read(request.send().await.unwrap()).await;
        answer.is_well_formed(&method);
        answer
    }

    /// Sends a request that must be refused with this status and code, and checks that it changed nothing.
    pub async fn is_refused(&self, method: Method, path: &str, body: Value, status: u16, code: &str) -> Answer {
        let before = self.azure.export();
        let answer = self.send(method, path, Some(body).filter(|body| !body.is_null())).await;
        answer.is_refused(status, code);
        assert_eq!(self.azure.export(), before, "a refused request changed the world");
        answer
    }
}

/// Adds the api-version that clients use for the path's namespace.
fn versioned(path: &str) -> String {
    if path.to_lowercase().contains("api-version=") {
        return path.to_owned();
    }
    let lower = path.to_lowercase();
    let version = match lower.split('?').next().and_then(|path| path.rsplit_once("/providers/")).map(|(_, rest)| rest) {
        Some(rest) if rest.starts_with("microsoft.datafactory/") => "2018-06-01",
        Some(rest) if rest.starts_with("microsoft.authorization/denyassignments") => "2024-07-01-preview",
        Some(rest) if rest.starts_with("microsoft.authorization/classicadministrators") => "2015-07-01",
        Some(rest) if rest.starts_with("microsoft.authorization/elevateaccess") => "2015-07-01",
        Some(rest) if is_of_schedules(rest) => "2020-10-01",
        Some(rest) if rest.starts_with("microsoft.authorization/") => "2022-04-01",
        Some(rest) if rest.starts_with("microsoft.managedidentity/") => "2023-01-31",
        Some(rest) if rest.starts_with("microsoft.management/") && !rest.ends_with("register") => "2023-04-01",
        _ => "2022-09-01",
    };
    format!("{path}{}api-version={version}", if path.contains('?') { '&' } else { '?' })
}

/// Returns whether a type is one of privileged identity management, which has versions of its own.
fn is_of_schedules(rest: &str) -> bool {
    let types = ["roleassignmentschedule", "roleeligibilityschedule", "rolemanagementpolic", "eligiblechildresources"];
    let name = rest.strip_prefix("microsoft.authorization/");
    name.is_some_and(|name| types.iter().any(|start| name.starts_with(start)))
}

/// An answer, whole.
#[derive(Debug)]
pub struct Answer {
    status: StatusCode,
    headers: reqwest::header::HeaderMap,
    body: String,
}

impl Answer {
    async fn read(response: reqwest::Response) -> Self {
        let (status, headers) = (response.status(), response.headers().clone());
        Self { status, headers, body: response.text().await.unwrap() }
    }

    /// Returns the status.
    pub fn status(&self) -> u16 {
        self.status.as_u16()
    }

    /// Returns the body as text.
    pub fn text(&self) -> &str {
        &self.body
    }

    /// Returns the body as JSON.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|problem| panic!("{problem} in {self:?}"))
    }

    /// Returns a header's value.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    /// Asserts the status.
    #[track_caller]
    pub fn has_status(&self, status: u16) -> &Self {
        assert_eq!(self.status(), status, "{self:?}");
        self
    }

    /// Asserts a refusal's status and code.
    #[track_caller]
    pub fn is_refused(&self, status: u16, code: &str) -> &Self {
        assert_eq!((self.status(), self.code().as_str()), (status, code), "{self:?}");
        self
    }

    /// Asserts a refusal's message.
    #[track_caller]
    pub fn says(&self, message: &str) -> &Self {
        assert_eq!(self.json()["error"]["message"], message, "{self:?}");
        self
    }

    /// Asserts the rule that refused.
    #[track_caller]
    pub fn by_rule(&self, rule: &str) -> &Self {
        assert_eq!(self.header("x-emulator-rule"), Some(rule), "{self:?}");
        self
    }

    /// Returns a refusal's code.
    pub fn code(&self) -> String {
        self.json()["error"]["code"].as_str().unwrap_or_default().to_owned()
    }

    /// What Azure does on every answer (`arm-wire` 1.2).
    #[track_caller]
    fn is_well_formed(&self, method: &Method) {
        for name in ["x-ms-request-id", "x-ms-correlation-request-id", "x-ms-routing-request-id", "date"] {
            assert!(self.header(name).is_some(), "no {name} in {self:?}");
        }
        assert_eq!(self.header("cache-control"), Some("no-cache"), "{self:?}");
        if self.body.is_empty() {
            let may_be_empty = self.status.is_success() || self.status == StatusCode::NOT_MODIFIED || *method == Method::HEAD;
            assert!(may_be_empty, "an error without a body: {self:?}");
            return;
        }
        assert_ne!(self.status, StatusCode::NO_CONTENT, "a 204 with a body: {self:?}");
        assert_eq!(self.header("content-type"), Some("application/json; charset=utf-8"), "{self:?}");
        if !self.status.is_success() {
            let error = &self.json()["error"];
            assert!(error["code"].is_string() && (error["message"].is_string() || error["message"].is_null()), "{self:?}");
        }
    }
}
