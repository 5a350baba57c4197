//! The dispatcher: the order of all checks, in one place.
//!
//! The order is part of the emulated behaviour (`arm-wire` 1.7): path and subscription id, api-version, the subscription,
//! the token, the namespace, authorization, the resource group, type and version, registration, and only then the
//! operation, which reads the body. Locks and the deletion of a group stand behind body and location, before whatever else
//! the operation refuses. A type that no operation serves is authorized by the action derived from its path before anything
//! is said about it.

use super::envelope::{self, Refusal, ResponseFacts};
use super::paging;
use super::quota::Quota;
use super::reply::Reply;
use super::request::{ArmRequest, Body, Caller, Query};
use super::routes::{self, Access, Answer, Found, Operation, Run};
use crate::answered::Answered;
use crate::app::{App, HttpRequest};
use crate::authorization::{role_assignment, schedule};
use crate::entra;
use crate::entra::authenticate::Known;
use crate::entra::auxiliary;
use crate::world_cell::{Reading, WorldCell};
use adf_emulator_core::authorization::ledger::{self, Ledger};
use adf_emulator_core::authorization::management_lock::{self, Change};
use adf_emulator_core::authorization::require;
use adf_emulator_core::directory::Principal;
use adf_emulator_core::fault::Fault;
use adf_emulator_core::guid;
use adf_emulator_core::resource_id::ResourceId;
use adf_emulator_core::resources::api_version;
use adf_emulator_core::resources::provider::{self, Provider};
use adf_emulator_core::resources::resource_group::{self, ResourceGroup};
use adf_emulator_core::rules::{arm, sharing};
use adf_emulator_core::world::World;
use axum::http::Method;
use std::sync::Arc;
use uuid::Uuid;

/// The namespace of the front door's own extensions, such as deployments.
const RESOURCES: &str = "Microsoft.Resources";

/// The namespace whose provider words it in its own way that it has no such type.
const AUTHORIZATION: &str = "Microsoft.Authorization";

/// What was found out about a request on the way to its answer; the headers are made from it.
#[derive(Debug, Default)]
struct Progress {
    operation: Option<&'static Operation>,
    caller: Option<Caller>,
    /// Who that is.
    principal: Option<Arc<Principal>>,
    /// The quota that the request counted against; none when it did not get so far.
    quota: Option<Quota>,
}

/// Answers one request to Resource Manager; `path` is none when it cannot be understood.
pub fn answer(app: &App, cell: &WorldCell, http: &HttpRequest, path: Option<ResourceId>) -> Answered {
    let mut facts = ResponseFacts::of(app, cell.clock().now(), http);
    let mut progress = Progress::default();
    let (result, Ledger { decisions, let_pass }) = ledger::kept(|| match &path {
        Some(path) => run(app, cell, http, path, &mut progress),
        None => Err(Refusal::Fault(arm::invalid_request_content("The request path is not UTF-8 text without control characters."))),
    });
    let Progress { operation, caller, principal, quota } = progress;
    facts.describe(operation, caller, quota);
    let (mut response, refused) = envelope::response(&facts, path.as_ref(), result);
    let let_pass = let_pass.first().copied();
    if let Some(rule) = let_pass {
        envelope::mark_would_refuse(&mut response, rule.code, facts.request_id);
    }
    Answered {
        response,
        request_id: facts.request_id,
        operation: operation.map_or("-", |operation| operation.name),
        path,
        caller: principal,
        decisions,
        refused,
        let_pass,
    }
}

fn run(app: &App, cell: &WorldCell, http: &HttpRequest, path: &ResourceId, progress: &mut Progress) -> Result<Reply, Refusal> {
    let world = cell.read();
    let query = Query::parse(http.uri.query().unwrap_or_default());
    let subscription_id = subscription_id(path)?;
    let api_version = query.find("api-version").filter(|version| !version.is_empty()).ok_or_else(arm::missing_api_version)?.clone();
    let subscription = subscription_id.map(|(text, id)| world.subscriptions.get(&id).ok_or_else(|| arm::subscription_not_found(text)));
    let tenant = subscription.transpose()?.map(|it| it.tenant_id);
    let Known { caller, groups } = entra::authenticate(app, cell, &world, http, tenant).map_err(Refusal::Token)?;
    progress.caller = Some(caller);
    progress.principal = world.directory.principal(caller.object_id).cloned();
    let auxiliary = auxiliary(app, cell, &world, http)?;
    let world = heeding(world, caller, groups.as_ref());
    let found = find(&http.method, path);
    progress.operation = found.as_ref().map(|found| found.operation);
    check_namespaces(path, found.as_ref())?;
    let target = found.as_ref().map_or_else(|| path.clone(), |found| found.target.clone());
    let HttpRequest { method, headers, body, origin, .. } = http;
    let request = ArmRequest { method, path: path.clone(), target, query, headers, body, origin, api_version, caller, auxiliary };
    let Some(found) = found else {
        admit_unknown(cell, &world, &request, progress)?;
        return Err(unknown(&world, &request).into());
    };
    let answered = match found.operation.run {
        Run::Read(read) => {
            admit(cell, &world, &found, &request, progress)?;
            paging::check(&request.query)?;
            unless(held(&world, &found, &request), || read(&world, &request))
        }
        Run::Write(write) => cell.update(|world| {
            heed(world, caller, groups.as_ref());
            admit(cell, world, &found, &request, progress)?;
            let reply = unless(held(world, &found, &request), || {
                check_size(&request)?;
                write(world, &request)
            });
            world.directory.forget_token();
            reply
        }),
        Run::NotEmulated => {
            admit(cell, &world, &found, &request, progress)?;
            unless(held(&world, &found, &request), || {
                // Resource Manager reads a body before anything is done with it, such as the template of a deployment.
                check_size(&request)?;
                if request.has_body() {
                    request.document()?;
                }
                Err(Fault::not_emulated(found.operation.name))
            })
        }
    };
    let reply = answered.map_err(|fault| fault.positioned(|place| request.position_of(place)))?;
    Ok(if request.method == Method::HEAD { reply.to_head() } else { reply })
}

/// Returns who the caller is in other directories.
fn auxiliary(app: &App, cell: &WorldCell, world: &World, http: &HttpRequest) -> Result<Vec<Uuid>, Refusal> {
    let credentials = auxiliary::credentials(&http.headers);
    let credentials = credentials.map_err(|problem| Refusal::Token(problem.challenge(&http.origin, None, cell.clock().now())))?;
    if auxiliary::is_encrypted(&credentials) {
        return Err(Fault::not_emulated("x-ms-authorization-auxiliary with EncryptedBearer").into());
    }
    entra::authenticate_auxiliary(app, cell, world, http, &credentials).map_err(Refusal::Token)
}

/// Returns the world as it is for a caller: where the groups of the token count, with those.
fn heeding(world: Reading, caller: Caller, groups: Option<&Arc<[Uuid]>>) -> Reading {
    if groups.is_none() {
        return world;
    }
    let mut world = World::clone(&world);
    heed(&mut world, caller, groups);
    Reading::from_inner(Arc::new(world))
}

fn heed(world: &mut World, caller: Caller, groups: Option<&Arc<[Uuid]>>) {
    if let Some(groups) = groups {
        world.directory.heed_token(caller.object_id, Arc::clone(groups));
    }
}

/// Returns the name of the operation that a request asks for; `-` when there is none.
pub fn operation_of(method: &Method, path: &ResourceId) -> &'static str {
    find(method, path).map_or("-", |found| found.operation.name)
}

/// A HEAD finds its own operation, or else is answered by the GET of the same resource.
fn find(method: &Method, path: &ResourceId) -> Option<Found> {
    let own = routes::find(method, path);
    if own.is_none() && *method == Method::HEAD { routes::find(&Method::GET, path) } else { own }
}

/// The subscription's id, as written and read.
fn subscription_id(path: &ResourceId) -> Result<Option<(&str, Uuid)>, Fault> {
    let Some(text) = path.subscription() else { return Ok(None) };
    guid::dashed(text).map(|id| Some((text, id))).ok_or_else(|| arm::invalid_subscription_id(text))
}

fn check_size(request: &ArmRequest) -> Result<(), Fault> {
    if matches!(request.body, Body::TooLarge) { Err(arm::request_too_large()) } else { Ok(()) }
}

/// A path must be of namespaces that Azure has, or lie in a subscription.
fn check_namespaces(path: &ResourceId, found: Option<&Found>) -> Result<(), Fault> {
    if found.is_none() && path.namespace().is_none() && path.subscription().is_none() {
        return Err(arm::missing_subscription());
    }
    if found.is_none_or(|it| it.extends) { provider::namespaces_exist(path) } else { Ok(()) }
}

/// Everything between the token and the operation itself.
fn admit(cell: &WorldCell, world: &World, found: &Found, request: &ArmRequest, progress: &mut Progress) -> Result<(), Fault> {
    authorize(world, found, request)?;
    let is_there = found.operation.versions.have(&request.api_version);
    let quota = count(cell, world, request, Some(found.operation))?;
    // Of the front door's own, deployments included, a missing group is told after counting (`arm-wire` 1.2).
    progress.quota = Some(quota).filter(|_| found.provider.is_none_or(|it| it.namespace == RESOURCES));
    check_group(world, request)?;
    match (found.provider, found.resource_type) {
        _ if !is_there => return Err(unknown(world, request)),
        (Some(provider), Some(resource_type)) => {
            api_version::type_has(world, &request.path, provider, resource_type, &request.api_version)?;
            if found.extends {
                api_version::scope_is_of_a_type(&request.path, &request.api_version)?;
            }
            check_registration(world, request, provider)?;
        }
        (Some(_), None) => return Err(unknown(world, request)),
        (None, _) => api_version::front_door_has(&request.api_version)?,
    }
    progress.quota = Some(quota);
    Ok(())
}

/// Answers a request unless it is held. What is wrong with body or location is said first even then: it is found by trying,
/// on a world that a refusal throws away.
fn unless(held: Result<(), Fault>, answer: impl FnOnce() -> Answer) -> Answer {
    let Err(held) = held else { return answer() };
    let (tried, _) = ledger::kept(answer);
    Err(tried.err().filter(arm::is_told_before_locks).unwrap_or(held))
}

/// Whether the deletion of its group or a lock holds a request.
fn held(world: &World, found: &Found, request: &ArmRequest) -> Result<(), Fault> {
    check_deletion(world, request)?;
    check_locks(world, found, request)
}

fn authorize(world: &World, found: &Found, request: &ArmRequest) -> Result<(), Fault> {
    let caller = request.caller.object_id;
    match found.operation.access {
        Access::ActionSomewhere(action) => require::require_somewhere(world, caller, action, &request.target),
        Access::Action(action) => require::require(world, caller, action, &request.target),
        Access::RoleAssignmentAction(action) => {
            let attributes = role_assignment::attributes(world, request);
            require::require_with(world, caller, action, &request.target, &attributes)
        }
        Access::ScheduleAction(action) => schedule::require(world, request, action),
        Access::NamespaceAction(action) => {
            let scope = request.target.subscription_scope().unwrap_or_else(|| request.target.clone());
            require::require(world, caller, &format!("{}/{action}", request.target.name()), &scope)
        }
        Access::Filtered | Access::Starter => Ok(()),
    }
}

/// Counts the request against its quota, while the world throttles.
fn count(cell: &WorldCell, world: &World, request: &ArmRequest, operation: Option<&Operation>) -> Result<Quota, Fault> {
    let quota = Quota::of(request.method, operation, &request.path);
    if !world.settings.throttling {
        return Ok(quota);
    }
    let subscription = request.path.subscription().and_then(guid::dashed);
    let remaining = cell.buckets().lock().take(cell.clock().now(), subscription, request.caller.object_id, quota.verb())?;
    Ok(quota.with(remaining))
}

/// A path that no operation serves is authorized by the action that its path means (`authorization-wire` 5.2).
fn admit_unknown(cell: &WorldCell, world: &World, request: &ArmRequest, progress: &mut Progress) -> Result<(), Fault> {
    let action = action_of(request);
    require::require(world, request.caller.object_id, &action, &request.path)?;
    let quota = count(cell, world, request, None)?;
    check_group(world, request)?;
    progress.quota = Some(quota);
    Ok(())
}

fn action_of(request: &ArmRequest) -> String {
    let front_door = match request.path.resource_group() {
        Some(_) => "Microsoft.Resources/subscriptions/resourceGroups",
        None => "Microsoft.Resources/subscriptions",
    };
    let resource_type = request.path.resource_type().unwrap_or_else(|| front_door.to_owned());
    let verb = match *request.method {
        Method::PUT | Method::PATCH => "write",
        Method::DELETE => "delete",
        Method::POST => "action",
        _ => "read",
    };
    format!("{resource_type}/{verb}")
}

/// What is said of a path that no operation serves, to somebody who might: that it is not emulated, or there is no such
/// type, or not in that version, or not that method, or its provider has no such route. Version 1 of Data Factory is
/// refused as such.
fn unknown(world: &World, request: &ArmRequest) -> Fault {
    if let Some(version_1) = sharing::version_1(&request.path) {
        return version_1;
    }
    let namespace_and_type = request.path.namespace_and_type();
    let has_version = match &namespace_and_type {
        Some((namespace, type_path)) if provider::is_not_emulated(namespace, type_path) => {
            return Fault::not_emulated(action_of(request));
        }
        Some((namespace, type_path)) => api_version::path_has(world, &request.path, namespace, type_path, &request.api_version),
        None => api_version::front_door_has(&request.api_version),
    };
    if let Err(fault) = has_version {
        return fault;
    }
    if routes::knows(&request.path, &request.api_version) {
        return arm::method_not_allowed(request.method.as_str(), request.path.as_str());
    }
    match namespace_and_type {
        Some((namespace, type_path)) if namespace.eq_ignore_ascii_case(AUTHORIZATION) => {
            arm::unsupported_resource_type(&format!("{namespace}/{type_path}"))
        }
        Some(_) => arm::no_http_resource(&request.url(request.path.as_str())),
        None => arm::missing_subscription(),
    }
}

/// The group of a resource must exist; a group's own routes say so themselves.
fn check_group<'w>(world: &'w World, request: &ArmRequest) -> Result<Option<&'w ResourceGroup>, Fault> {
    let is_below = request.path.resource_group_key().is_some_and(|group| group.len() < request.path.key().len());
    if is_below { resource_group::get(world, &request.path).map(|group| Some(&**group)) } else { Ok(None) }
}

/// Nothing is changed in a group that is being deleted.
fn check_deletion(world: &World, request: &ArmRequest) -> Result<(), Fault> {
    match check_group(world, request)? {
        Some(group) if group.deleting && !matches!(*request.method, Method::GET | Method::HEAD) => {
            Err(arm::group_being_deleted(group.id.name()))
        }
        _ => Ok(()),
    }
}

/// Locks stand against everything but reading, a POST that only reads included (`arm-wire` 1.8).
fn check_locks(world: &World, found: &Found, request: &ArmRequest) -> Result<(), Fault> {
    let reads = match found.operation.access {
        Access::Action(action) | Access::ActionSomewhere(action) | Access::ScheduleAction(action) => action.ends_with("/read"),
        Access::NamespaceAction(_) | Access::RoleAssignmentAction(_) => false,
        Access::Filtered | Access::Starter => true,
    };
    match *request.method {
        Method::DELETE => management_lock::permits(world, &request.target, Change::Delete),
        Method::GET | Method::HEAD => Ok(()),
        _ if reads => Ok(()),
        _ => management_lock::permits(world, &request.target, Change::Write),
    }
}

fn check_registration(world: &World, request: &ArmRequest, provider: &Provider) -> Result<(), Fault> {
    let registered =
        || request.path.subscription().and_then(|id| world.subscription(id)).is_none_or(|it| it.has_registered(provider.namespace));
    if provider.registration_required && !registered() { Err(arm::missing_subscription_registration(provider.namespace)) } else { Ok(()) }
}
