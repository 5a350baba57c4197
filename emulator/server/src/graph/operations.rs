//! The table of Graph's operations: method and path, what runs, and whether a guest may.
//!
//! `{type}` is one of the collections, `{any}` one of them or `directoryObjects`, `{key}` anything. Names in log and journal
//! are those of the pages below <https://learn.microsoft.com/graph/api/>, such as `user-list`, also for what has no page of
//! its own, such as `user-count`. Writing is for members and applications that may.

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
    names: Names,
    /// What runs.
    pub run: Run,
    /// Whether a guest may.
    pub is_for_guests: bool,
}

/// Names of an operation: of users, groups, service principals, applications, and of `directoryObjects`.
type Names = [&'static str; 5];

/// Returns the names of an operation that is called the same for all types.
const fn one(name: &'static str) -> Names {
    [name; 5]
}

/// The names of an operation that each type has a page for. A macro, because `concat!` takes nothing but literals.
macro_rules! each {
    ($name:literal) => {
        [
            concat!("user-", $name),
            concat!("group-", $name),
            concat!("serviceprincipal-", $name),
            concat!("application-", $name),
            concat!("directoryobject-", $name),
        ]
    };
}

/// The names of what makes an object.
const CREATE: Names =
    ["user-post-users", "group-post-groups", "serviceprincipal-post-serviceprincipals", "application-post-applications", "Graph"];

const fn read(method: Method, path: &'static str, names: Names, run: Read) -> Operation {
    Operation { method, path, names, run: Run::Read(run), is_for_guests: false }
}

const fn by_id(method: Method, path: &'static str, names: Names, run: Read) -> Operation {
    Operation { method, path, names, run: Run::Read(run), is_for_guests: true }
}

const fn write(method: Method, path: &'static str, names: Names, run: Write) -> Operation {
    Operation { method, path, names, run: Run::Write(run), is_for_guests: false }
}

const GET: Method = Method::GET;
const POST: Method = Method::POST;
const PATCH: Method = Method::PATCH;
const DELETE: Method = Method::DELETE;

static OPERATIONS: &[Operation] = &[
    by_id(POST, "directoryObjects/getByIds", one("directoryobject-getbyids"), membership::get_by_ids),
    by_id(GET, "directoryObjects/{key}", each!("get"), write::get),
    write(DELETE, "directoryObjects/{key}", each!("delete"), write::delete),
    read(GET, "{type}", each!("list"), write::list),
    write(POST, "{type}", CREATE, write::create),
    read(GET, "{type}/$count", each!("count"), write::count),
    by_id(GET, "{type}/{key}", each!("get"), write::get),
    write(PATCH, "{type}/{key}", each!("update"), write::update),
    write(DELETE, "{type}/{key}", each!("delete"), write::delete),
    read(GET, "groups/{key}/members", one("group-list-members"), membership::members),
    read(GET, "groups/{key}/members/{key}", one("group-list-members"), membership::members),
    write(POST, "groups/{key}/members/$ref", one("group-post-members"), membership::add_member),
    write(DELETE, "groups/{key}/members/{key}/$ref", one("group-delete-members"), membership::remove_member),
    read(GET, "groups/{key}/transitiveMembers", one("group-list-transitivemembers"), membership::transitive_members),
    read(GET, "groups/{key}/transitiveMembers/{key}", one("group-list-transitivemembers"), membership::transitive_members),
    read(GET, "{any}/{key}/memberOf", each!("list-memberof"), membership::member_of),
    read(GET, "{any}/{key}/memberOf/{key}", each!("list-memberof"), membership::member_of),
    read(GET, "{any}/{key}/transitiveMemberOf", each!("list-transitivememberof"), membership::transitive_member_of),
    read(GET, "{any}/{key}/transitiveMemberOf/{key}", each!("list-transitivememberof"), membership::transitive_member_of),
    read(POST, "{any}/{key}/getMemberGroups", one("directoryobject-getmembergroups"), membership::get_member_groups),
    read(POST, "{any}/{key}/getMemberObjects", one("directoryobject-getmemberobjects"), membership::get_member_groups),
    read(POST, "{any}/{key}/checkMemberGroups", one("directoryobject-checkmembergroups"), membership::check_member_groups),
    read(POST, "{any}/{key}/checkMemberObjects", one("directoryobject-checkmemberobjects"), membership::check_member_objects),
    read(GET, "{type}/{key}/owners", each!("list-owners"), membership::owners),
    write(POST, "{type}/{key}/owners/$ref", each!("post-owners"), membership::add_owner),
    write(DELETE, "{type}/{key}/owners/{key}/$ref", each!("delete-owners"), membership::remove_owner),
    read(GET, "{type}/{key}/ownedObjects", each!("list-ownedobjects"), membership::owned_objects),
    write(POST, "{type}/{key}/addPassword", each!("addpassword"), secret::add_password),
    write(POST, "{type}/{key}/removePassword", each!("removepassword"), secret::remove_password),
    write(POST, "{type}/{key}/addKey", each!("addkey"), secret::add_key),
    write(POST, "{type}/{key}/removeKey", each!("removekey"), secret::remove_key),
    read(
        GET,
        "applications/{key}/federatedIdentityCredentials",
        one("application-list-federatedidentitycredentials"),
        federated_credential::list,
    ),
    write(
        POST,
        "applications/{key}/federatedIdentityCredentials",
        one("application-post-federatedidentitycredentials"),
        federated_credential::create,
    ),
    read(GET, "applications/{key}/federatedIdentityCredentials/{key}", one("federatedidentitycredential-get"), federated_credential::get),
    write(
        PATCH,
        "applications/{key}/federatedIdentityCredentials/{key}",
        one("federatedidentitycredential-update"),
        federated_credential::update,
    ),
    write(
        DELETE,
        "applications/{key}/federatedIdentityCredentials/{key}",
        one("federatedidentitycredential-delete"),
        federated_credential::delete,
    ),
];

/// Returns the names that log and journal have for operations; some stand twice.
pub fn names() -> impl Iterator<Item = &'static str> {
    OPERATIONS.iter().flat_map(|operation| operation.names).chain([super::GRAPH])
}

impl Operation {
    /// Returns the operation that a method and the parts of a path ask for.
    pub fn find(method: &Method, parts: &[String]) -> Option<&'static Self> {
        let method = if *method == Method::HEAD { &GET } else { method };
        OPERATIONS.iter().find(|it| it.method == *method && it.is_at(parts))
    }

    /// Returns its name at a path with these parts.
    pub fn name_at(&self, parts: &[String]) -> &'static str {
        let of_type = parts.first().and_then(|first| ObjectType::of_collection(first));
        let [user, group, service_principal, application, directory_object] = self.names;
        match of_type {
            Some(ObjectType::User) => user,
            Some(ObjectType::Group) => group,
            Some(ObjectType::ServicePrincipal) => service_principal,
            Some(ObjectType::Application) => application,
            None => directory_object,
        }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_tells_the_type_and_what_is_done() {
        let name = |method: Method, path: &str| {
            let parts: Vec<String> = path.split('/').map(str::to_owned).collect();
            Operation::find(&method, &parts).map(|it| it.name_at(&parts))
        };
        for (method, path, expected) in [
            (GET, "users", "user-list"),
            (Method::HEAD, "Groups", "group-list"),
            (POST, "groups", "group-post-groups"),
            (GET, "servicePrincipals/$count", "serviceprincipal-count"),
            (PATCH, "applications/k", "application-update"),
            (GET, "directoryObjects/k", "directoryobject-get"),
            (GET, "users/k/memberOf", "user-list-memberof"),
            (POST, "users/k/getMemberGroups", "directoryobject-getmembergroups"),
            (DELETE, "groups/k/members/k/$ref", "group-delete-members"),
            (POST, "applications/k/addPassword", "application-addpassword"),
        ] {
            assert_eq!(name(method, path), Some(expected), "{path}");
        }
        assert_eq!(name(GET, "devices"), None);
    }

    #[test]
    fn a_name_stands_for_one_method() {
        let names = |it: &'static Operation| it.names.map(|name| (name, &it.method));
        let all: Vec<_> = OPERATIONS.iter().flat_map(names).collect();
        for (name, method) in &all {
            assert!(all.iter().all(|(other, of)| other != name || of == method), "{name}");
        }
    }
}
