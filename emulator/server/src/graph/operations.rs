//! The table of Graph's operations: method and path, what runs, and whether a guest may.
//!
//! `{type}` is one of the collections, `{any}` one of them or `directoryObjects`, `{key}` anything. Names in the log are
//! those of the pages below <https://learn.microsoft.com/graph/api/>. Writing is for members and applications that may.

use adf_emulator_core::world::World;
use axum::http::Method;

use super::Reply;
use super::failure::Failure;
use super::object::ObjectType;
use super::request::GraphRequest;
use super::{federated_credential, membership, secret, write};

/// Answers a request.
type Read = fn(&GraphRequest<'_>, &World) -> Result<Reply, Failure>;
/// Changes a world as a request asks.
type Write = fn(&GraphRequest<'_>, &mut World) -> Result<Reply, Failure>;

/// What runs.
#[derive(Clone, Copy)]
pub enum Run {
    /// It changes nothing.
    Read(Read),
    /// It changes the directory.
    Write(Write),
}

/// An operation.
pub struct Operation {
    method: Method,
    path: &'static str,
    /// Its name in log and journal; of what all types have, without the type.
    pub name: &'static str,
    /// What runs.
    pub run: Run,
    /// Whether a guest may.
    pub is_for_guests: bool,
}

const fn read(method: Method, path: &'static str, name: &'static str, run: Read) -> Operation {
    Operation { method, path, name, run: Run::Read(run), is_for_guests: false }
}

const fn by_id(method: Method, path: &'static str, name: &'static str, run: Read) -> Operation {
    Operation { method, path, name, run: Run::Read(run), is_for_guests: true }
}

const fn write(method: Method, path: &'static str, name: &'static str, run: Write) -> Operation {
    Operation { method, path, name, run: Run::Write(run), is_for_guests: false }
}

const GET: Method = Method::GET;
const POST: Method = Method::POST;
const PATCH: Method = Method::PATCH;
const DELETE: Method = Method::DELETE;

static OPERATIONS: &[Operation] = &[
    by_id(POST, "directoryObjects/getByIds", "getbyids", membership::get_by_ids),
    by_id(GET, "directoryObjects/{key}", "get", write::get),
    write(DELETE, "directoryObjects/{key}", "delete", write::delete),
    read(GET, "{type}", "list", write::list),
    write(POST, "{type}", "create", write::create),
    read(GET, "{type}/$count", "count", write::count),
    by_id(GET, "{type}/{key}", "get", write::get),
    write(PATCH, "{type}/{key}", "update", write::update),
    write(DELETE, "{type}/{key}", "delete", write::delete),
    read(GET, "groups/{key}/members", "list-members", membership::members),
    read(GET, "groups/{key}/members/{key}", "list-members", membership::members),
    write(POST, "groups/{key}/members/$ref", "post-members", membership::add_member),
    write(DELETE, "groups/{key}/members/{key}/$ref", "delete-members", membership::remove_member),
    read(GET, "groups/{key}/transitiveMembers", "list-transitivemembers", membership::transitive_members),
    read(GET, "groups/{key}/transitiveMembers/{key}", "list-transitivemembers", membership::transitive_members),
    read(GET, "{any}/{key}/memberOf", "list-memberof", membership::member_of),
    read(GET, "{any}/{key}/memberOf/{key}", "list-memberof", membership::member_of),
    read(GET, "{any}/{key}/transitiveMemberOf", "list-transitivememberof", membership::transitive_member_of),
    read(GET, "{any}/{key}/transitiveMemberOf/{key}", "list-transitivememberof", membership::transitive_member_of),
    read(POST, "{any}/{key}/getMemberGroups", "getmembergroups", membership::get_member_groups),
    read(POST, "{any}/{key}/getMemberObjects", "getmemberobjects", membership::get_member_groups),
    read(POST, "{any}/{key}/checkMemberGroups", "checkmembergroups", membership::check_member_groups),
    read(POST, "{any}/{key}/checkMemberObjects", "checkmemberobjects", membership::check_member_objects),
    read(GET, "{type}/{key}/owners", "list-owners", membership::owners),
    write(POST, "{type}/{key}/owners/$ref", "post-owners", membership::add_owner),
    write(DELETE, "{type}/{key}/owners/{key}/$ref", "delete-owners", membership::remove_owner),
    read(GET, "{type}/{key}/ownedObjects", "list-ownedobjects", membership::owned_objects),
    write(POST, "{type}/{key}/addPassword", "addpassword", secret::add_password),
    write(POST, "{type}/{key}/removePassword", "removepassword", secret::remove_password),
    write(POST, "{type}/{key}/addKey", "addkey", secret::add_key),
    write(POST, "{type}/{key}/removeKey", "removekey", secret::remove_key),
    read(GET, "applications/{key}/federatedIdentityCredentials", "list-federatedidentitycredentials", federated_credential::list),
    write(POST, "applications/{key}/federatedIdentityCredentials", "post-federatedidentitycredentials", federated_credential::create),
    read(GET, "applications/{key}/federatedIdentityCredentials/{key}", "federatedidentitycredential-get", federated_credential::get),
    write(
        PATCH,
        "applications/{key}/federatedIdentityCredentials/{key}",
        "federatedidentitycredential-update",
        federated_credential::update,
    ),
    write(
        DELETE,
        "applications/{key}/federatedIdentityCredentials/{key}",
        "federatedidentitycredential-delete",
        federated_credential::delete,
    ),
];

impl Operation {
    /// Returns the operation that a request is for.
    pub fn find(asked: &GraphRequest<'_>) -> Option<&'static Self> {
        let method = if asked.http.method == Method::HEAD { &GET } else { &asked.http.method };
        OPERATIONS.iter().find(|it| it.method == *method && it.is_at(&asked.parts))
    }

    fn is_at(&self, parts: &[String]) -> bool {
        let wanted = self.path.split('/');
        let is_one = |(wanted, part): (&str, &String)| match wanted {
            "{key}" => !part.starts_with('$') || part.contains('@'),
            "{type}" => ObjectType::of_collection(part).is_some(),
            "{any}" => ObjectType::of_collection(part).is_some() || part.eq_ignore_ascii_case("directoryObjects"),
            name => part.strip_prefix("microsoft.graph.").unwrap_or(part).eq_ignore_ascii_case(name),
        };
        wanted.clone().count() == parts.len() && wanted.zip(parts).all(is_one)
    }
}
