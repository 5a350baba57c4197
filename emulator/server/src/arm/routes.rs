//! The table of all operations, and how a request finds its own.
//!
//! Routing is by parsed resource id, not by path patterns: paths compare without case, a scope has any depth, and the
//! last provider names the type. Each kind keeps its rows; this file collects them. The table is data: the
//! list of operations, the authorization tests and the "not emulated" answers are made from it.

use super::reply::Reply;
use super::request::{ArmRequest, is_at_least};
use crate::authorization;
use crate::data_factory;
use crate::managed_identity;
use crate::resources;
use adf_emulator_core::authorization::evaluate::Reach;
use adf_emulator_core::authorization::scope::group_of;
use adf_emulator_core::fault::Fault;
use adf_emulator_core::resource_id::ResourceId;
use adf_emulator_core::resources::provider::{self, Provider, ResourceType};
use adf_emulator_core::world::World;
use axum::http::Method;
use rustc_hash::FxHashMap;
use std::sync::LazyLock;

/// What an operation answers.
pub type Answer = Result<Reply, Fault>;

/// One operation of an API that we know.
#[derive(Debug)]
pub struct Operation {
    /// The operation id of the API description, such as `Factories_CreateOrUpdate`.
    pub name: &'static str,
    /// The method.
    pub method: Method,
    /// The path as the API description writes it; `/{scope}` stands for any scope, of any depth.
    pub path: &'static str,
    /// Who may.
    pub access: Access,
    /// What to run.
    pub run: Run,
    /// What is special about it, for the list of operations.
    pub note: &'static str,
    /// In which versions of its type there is such an operation.
    pub versions: Versions,
}

impl Operation {
    /// Returns an operation about which nothing is special.
    pub const fn new(name: &'static str, method: Method, path: &'static str, access: Access, run: Run) -> Self {
        Self { name, method, path, access, run, note: "", versions: Versions::All }
    }

    /// Returns an operation that exists in api-versions of this date and later, and is else like any.
    pub const fn since(date: &'static str, name: &'static str, method: Method, path: &'static str, access: Access, run: Run) -> Self {
        Self { name, method, path, access, run, note: "", versions: Versions::Since(date) }
    }

    /// Returns what it acts on, as a template.
    fn target(&'static self) -> Option<ResourceId> {
        ResourceId::parse(self.path).map(|template| Route::of(self).target(&template))
    }

    /// Returns whether what it acts on can be the scope itself.
    fn acts_at(&'static self, scope: &ResourceId) -> bool {
        let is_at =
            |target: ResourceId| target.segments().next() == Some(ANY_SCOPE) || target.segments().count() == scope.segments().count();
        self.target().is_some_and(is_at) && self.acts_at_or_below(scope)
    }

    /// Returns whether what it acts on can be the scope, or lie below it: by the spelling of its path, and because
    /// subscriptions lie below management groups.
    pub fn acts_at_or_below(&'static self, scope: &ResourceId) -> bool {
        let Some(target) = self.target() else { return false };
        let (parts, wanted): (Vec<&str>, Vec<&str>) = (target.segments().collect(), scope.segments().collect());
        let is_anywhere = || parts.first() == Some(&ANY_SCOPE);
        let is_of_a_group = || parts.first() == Some(&"subscriptions") && group_of(scope.key()).is_some();
        let is_spelled_so = || {
            let fits = |(part, wanted): (&&str, &&str)| part.starts_with('{') || part.eq_ignore_ascii_case(wanted);
            parts.len() >= wanted.len() && parts.iter().zip(&wanted).all(fits)
        };
        is_anywhere() || is_of_a_group() || is_spelled_so()
    }
}

/// In which api-versions of its type an operation exists.
#[derive(Clone, Copy, Debug)]
pub enum Versions {
    /// In all.
    All,
    /// In those of this date and later.
    Since(&'static str),
    /// In these.
    Only(&'static [&'static str]),
}

impl Versions {
    /// Returns whether `version` is one of them, where the type has it.
    pub fn have(self, version: &str) -> bool {
        match self {
            Self::All => true,
            Self::Since(date) => is_at_least(version, date),
            Self::Only(versions) => versions.iter().any(|it| it.eq_ignore_ascii_case(version)),
        }
    }
}

/// What stands in a path for any scope, of any depth.
const ANY_SCOPE: &str = "{scope}";

/// Who may run an operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Whoever is allowed this action at the target.
    Action(&'static str),
    /// Whoever is allowed this action at the target; conditions see the role assignment that is asked for or is there.
    RoleAssignmentAction(&'static str),
    /// Whoever is allowed this action at the target, and whoever asks about their own eligibilities and active roles.
    ScheduleAction(&'static str),
    /// Whoever is allowed this action at some scope, wherever that is.
    ActionSomewhere(&'static str),
    /// Whoever is allowed this action of the namespace in the path, such as `register/action`, in the subscription.
    NamespaceAction(&'static str),
    /// Everyone who has a token; the answer shows only what the caller may see.
    Filtered,
    /// Whoever started the long-running operation; the operation checks it.
    Starter,
}

impl Access {
    /// Returns the one action that is asked for; none where none is, or one of the path's namespace.
    pub const fn action(self) -> Option<&'static str> {
        match self {
            Self::Action(action) | Self::RoleAssignmentAction(action) | Self::ScheduleAction(action) | Self::ActionSomewhere(action) => {
                Some(action)
            }
            Self::NamespaceAction(_) | Self::Filtered | Self::Starter => None,
        }
    }

    /// Returns where a role for the action must be held.
    pub const fn reach(self) -> Reach {
        match self {
            Self::ActionSomewhere(_) => Reach::Anywhere,
            _ => Reach::AtScope,
        }
    }
}

/// Returns where a role must be held for an action at a scope, as the operations say that ask for it there.
pub fn reach_of(action: &str, scope: &ResourceId) -> Reach {
    let asks = |it: &&'static Operation| it.access.action().is_some_and(|asked| asked.eq_ignore_ascii_case(action)) && it.acts_at(scope);
    let is_anywhere = all().filter(|it| it.access.reach() == Reach::Anywhere).any(|it| asks(&it));
    if is_anywhere { Reach::Anywhere } else { Reach::AtScope }
}

/// What an operation runs.
#[derive(Clone, Copy, Debug)]
pub enum Run {
    /// It reads the world.
    Read(fn(&World, &ArmRequest) -> Answer),
    /// It changes the world, or leaves it as it was.
    Write(fn(&mut World, &ArmRequest) -> Answer),
    /// Azure has it and we do not.
    NotEmulated,
}

/// The tables of all kinds.
static TABLES: &[&[Operation]] = &[
    resources::tenant::OPERATIONS,
    resources::subscription::OPERATIONS,
    resources::location::OPERATIONS,
    resources::provider::OPERATIONS,
    resources::resource_group::OPERATIONS,
    resources::resource::OPERATIONS,
    resources::operation_result::OPERATIONS,
    resources::tags::OPERATIONS,
    resources::tag_names::OPERATIONS,
    resources::deployment::OPERATIONS,
    resources::management_group::OPERATIONS,
    resources::management_group_subscription::OPERATIONS,
    resources::management_group_entities::OPERATIONS,
    resources::hierarchy_settings::OPERATIONS,
    resources::not_emulated::OPERATIONS,
    managed_identity::user_assigned_identity::OPERATIONS,
    managed_identity::federated_identity_credential::OPERATIONS,
    managed_identity::not_emulated::OPERATIONS,
    authorization::role_assignment::OPERATIONS,
    authorization::role_definition::OPERATIONS,
    authorization::deny_assignment::OPERATIONS,
    authorization::management_lock::OPERATIONS,
    authorization::permissions::OPERATIONS,
    authorization::provider_operations::OPERATIONS,
    authorization::operations::OPERATIONS,
    authorization::elevated_access::OPERATIONS,
    authorization::classic_administrators::OPERATIONS,
    authorization::usage_metrics::OPERATIONS,
    authorization::schedule::ASSIGNMENTS,
    authorization::schedule::ELIGIBILITIES,
    authorization::role_management_policy::OPERATIONS,
    authorization::eligible_child_resources::OPERATIONS,
    authorization::not_emulated::OPERATIONS,
    data_factory::factory::OPERATIONS,
    data_factory::integration_runtime::OPERATIONS,
    data_factory::node::OPERATIONS,
    data_factory::linked_service::OPERATIONS,
    data_factory::credential::OPERATIONS,
    data_factory::managed_virtual_network::OPERATIONS,
    data_factory::not_emulated::OPERATIONS,
];

/// Returns all operations.
pub fn all() -> impl Iterator<Item = &'static Operation> {
    TABLES.iter().flat_map(|table| table.iter())
}

/// Where a path's last `providers` segment stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Scope {
    /// There is none: a route of the front door itself.
    FrontDoor,
    Tenant,
    Subscription,
    ResourceGroup,
    /// Any other: a management group, a resource.
    Other,
    /// In a template only: any scope.
    Any,
}

#[derive(Debug)]
struct Route {
    operation: &'static Operation,
    scope: Scope,
    /// Literal segments in lower case, `None` for a name.
    parts: Vec<Option<String>>,
    provider: Option<&'static Provider>,
    resource_type: Option<&'static ResourceType>,
}

/// Routes by the first segment of the part that is matched, then by the number of its segments.
type Index = FxHashMap<Box<[u8]>, Vec<Vec<Route>>>;

static INDEX: LazyLock<Index> = LazyLock::new(|| {
    let mut index = Index::default();
    for operation in all() {
        let route = Route::of(operation);
        let first = route.parts.first().cloned().flatten().unwrap_or_default();
        let by_length = index.entry(first.into_bytes().into()).or_default();
        let length = route.parts.len();
        if by_length.len() <= length {
            by_length.resize_with(length + 1, Vec::new);
        }
        if let Some(routes) = by_length.get_mut(length) {
            routes.push(route);
        }
    }
    index
});

/// How many segments the path of a nested resource has; room for more is made when needed.
const SEGMENTS_USUAL: usize = 16;

/// The operation that a request asks for.
#[derive(Clone, Debug)]
pub struct Found {
    /// The operation.
    pub operation: &'static Operation,
    /// What it acts on: see `ArmRequest::target`.
    pub target: ResourceId,
    /// Whether it is about an extension, such as a role assignment, of whatever stands before it.
    pub extends: bool,
    /// The provider; none for a route of the front door itself, which has its own api-versions and needs no
    /// registration.
    pub provider: Option<&'static Provider>,
    /// The type whose api-versions count: that of the resource, or the nearest above it that the manifest has.
    pub resource_type: Option<&'static ResourceType>,
}

/// Returns the operation that a request asks for and what it acts on.
pub fn find(method: &Method, path: &ResourceId) -> Option<Found> {
    let key = path.key();
    let mut whole: Vec<&[u8]> = Vec::with_capacity(SEGMENTS_USUAL);
    whole.extend(key.as_bytes().split(|byte| *byte == b'/').filter(|part| !part.is_empty()));
    let route = find_route(method, Scope::FrontDoor, &whole).or_else(|| {
        let behind = key.get(path.namespace_place()?..)?.split('/').count();
        let (scope, part) = whole.split_at_checked(whole.len().checked_sub(behind)?)?;
        find_route(method, scope_of(scope.split_last()?.1), part)
    })?;
    let Route { operation, scope, provider, resource_type, .. } = route;
    let extends = *scope == Scope::Any;
    Some(Found { operation, target: route.target(path), extends, provider: *provider, resource_type: *resource_type })
}

/// Returns whether a path is known under any method, in an api-version of its type.
pub fn knows(path: &ResourceId, version: &str) -> bool {
    let methods = [Method::GET, Method::PUT, Method::PATCH, Method::POST, Method::DELETE, Method::HEAD];
    methods.iter().any(|method| find(method, path).is_some_and(|found| found.operation.versions.have(version)))
}

fn find_route(method: &Method, scope: Scope, parts: &[&[u8]]) -> Option<&'static Route> {
    let routes = INDEX.get(*parts.first()?)?.get(parts.len())?;
    routes.iter().find(|route| route.operation.method == *method && route.fits(scope, parts))
}

fn scope_of(before_providers: &[&[u8]]) -> Scope {
    match before_providers {
        [] => Scope::Tenant,
        [b"subscriptions", _] => Scope::Subscription,
        [b"subscriptions", _, b"resourcegroups", _] => Scope::ResourceGroup,
        _ => Scope::Other,
    }
}

impl Route {
    fn of(operation: &'static Operation) -> Self {
        let parts: Vec<Option<String>> = operation
            .path
            .split('/')
            .filter(|part| !part.is_empty())
            .map(|part| if part.starts_with('{') { None } else { Some(part.to_lowercase()) })
            .collect();
        let is_providers = |part: &Option<String>| part.as_deref() == Some("providers");
        let (scope, parts) = match parts.iter().rposition(is_providers) {
            // `/subscriptions/{s}/providers/{ns}` is the front door's own.
            Some(at) if parts.get(at + 1).is_some_and(Option::is_some) => {
                let scope = match parts.get(..at).unwrap_or_default() {
                    [] => Scope::Tenant,
                    [None] => Scope::Any,
                    [_, _] => Scope::Subscription,
                    [first, _, _, _] if first.as_deref() == Some("subscriptions") => Scope::ResourceGroup,
                    _ => Scope::Other,
                };
                (scope, parts.get(at + 1..).unwrap_or_default().to_vec())
            }
            _ => (Scope::FrontDoor, parts),
        };
        let (provider, resource_type) = match scope {
            Scope::FrontDoor => (None, None),
            _ => types_of(&parts),
        };
        Self { operation, scope, parts, provider, resource_type }
    }

    fn fits(&self, scope: Scope, parts: &[&[u8]]) -> bool {
        let at_scope = self.scope == scope || (self.scope == Scope::Any && scope != Scope::FrontDoor);
        at_scope && self.parts.iter().zip(parts).all(|(mine, theirs)| mine.as_deref().is_none_or(|literal| literal.as_bytes() == *theirs))
    }

    /// What the operation acts on: see `ArmRequest::target`.
    fn target(&self, path: &ResourceId) -> ResourceId {
        let cut = match self.parts.as_slice() {
            [.., None] => 0,
            // Namespace, type, name: a resource whose name is always the same, such as `tags/default`.
            parts if self.scope != Scope::FrontDoor && parts.len() % 2 == 1 => 0,
            [_, Some(_)] if self.scope != Scope::FrontDoor => 3,
            _ => 1,
        };
        if cut == 0 {
            return path.clone();
        }
        let mut text = path.as_str();
        for _ in 0..cut {
            text = text.rfind('/').and_then(|at| text.get(..at)).unwrap_or_default();
        }
        ResourceId::parse(text).unwrap_or_else(ResourceId::root)
    }
}

/// The provider and the type of a template's part behind `providers`: its first segment and every second after it.
fn types_of(parts: &[Option<String>]) -> (Option<&'static Provider>, Option<&'static ResourceType>) {
    let provider = parts.first().and_then(Option::as_deref).and_then(provider::find);
    let types: Vec<&str> = parts.iter().skip(1).step_by(2).map_while(Option::as_deref).collect();
    (provider, provider.and_then(|it| it.nearest_type(&types.join("/"))))
}

#[cfg(test)]
mod tests {
    use super::*;

    const GROUP: &str = "/subscriptions/s/resourceGroups/rg";
    const MANAGEMENT_GROUP: &str = "/providers/Microsoft.Management/managementGroups/mg";

    #[test]
    fn an_operation_acts_where_its_path_can_lie() {
        let factory = format!("{GROUP}/providers/Microsoft.DataFactory/factories/f");
        let runtime = format!("{factory}/integrationRuntimes/ir");
        for (name, at, elsewhere) in [
            (
                "Factories_CreateOrUpdate",
                ["/", MANAGEMENT_GROUP, "/subscriptions/s", GROUP, &factory].as_slice(),
                [runtime.as_str()].as_slice(),
            ),
            ("Factories_ListByResourceGroup", &["/", "/SUBSCRIPTIONS/s", GROUP], &[&factory]),
            ("Factories_List", &["/", MANAGEMENT_GROUP, "/subscriptions/s"], &[GROUP]),
            ("IntegrationRuntimes_ListAuthKeys", &[GROUP, &factory, &runtime], &[&format!("{runtime}/nodes/n")]),
            ("ManagementGroups_CreateOrUpdate", &["/", MANAGEMENT_GROUP], &["/subscriptions/s", GROUP]),
            ("HierarchySettings_Delete", &["/", MANAGEMENT_GROUP], &["/subscriptions/s", GROUP, &factory]),
            ("RoleAssignments_Create", &["/", MANAGEMENT_GROUP, "/subscriptions/s", GROUP, &factory, &runtime], &[]),
            ("GlobalAdministrator_ElevateAccess", &["/"], &["/subscriptions/s", MANAGEMENT_GROUP]),
            ("Providers_Register", &["/", "/subscriptions/s"], &[GROUP]),
        ] {
            let operation = all().find(|it| it.name == name).unwrap_or_else(|| panic!("{name}"));
            let acts = |scope: &str| operation.acts_at_or_below(&ResourceId::parse(scope).unwrap());
            at.iter().for_each(|scope| assert!(acts(scope), "{name} at {scope}"));
            elsewhere.iter().for_each(|scope| assert!(!acts(scope), "{name} at {scope}"));
        }
    }
}
