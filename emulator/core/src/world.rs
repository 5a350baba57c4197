//! A world: one isolated cloud. One table per kind, the id source, what is due next.
//!
//! Clone is cheap. Never behaviour of a kind: a kind acts on the world, the world lists the kinds. `KINDS` is what a
//! world file and the deletion of a group go by.

use crate::authorization::custom_roles;
use crate::authorization::deny_assignment::{self, DenyAssignment};
use crate::authorization::management_lock::{self, ManagementLock};
use crate::authorization::role_assignment;
use crate::authorization::role_assignment::table::AssignmentTable;
use crate::authorization::role_definition::RoleDefinition;
use crate::authorization::role_management_policy::{self, RoleManagementPolicy};
use crate::authorization::schedule::request::ScheduleRequest;
use crate::authorization::schedule::{self, Schedule};
use crate::data_factory::credential::{self, Credential};
use crate::data_factory::factory::{self, Factory};
use crate::data_factory::integration_runtime::{self, IntegrationRuntime};
use crate::data_factory::linked_service::{self, LinkedService};
use crate::data_factory::node::{self, heartbeat};
use crate::directory::Directory;
use crate::directory::sign_in::SignIns;
use crate::fault::Fault;
use crate::guid;
use crate::id_source::IdSource;
use crate::managed_identity::federated_identity_credential::{self, FederatedIdentityCredential};
use crate::managed_identity::user_assigned_identity::{self, UserAssignedIdentity};
use crate::resource_id::ResourceId;
use crate::resources::management_group::settings as hierarchy_settings;
use crate::resources::operation::Operation;
use crate::resources::resource_group::{self, ResourceGroup};
use crate::resources::subscription::Subscription;
use crate::settings::Settings;
use crate::table::{Lookup, Table};
use crate::timestamp::{Duration, Timestamp};
use serde_json::{Map, Value};
use std::sync::Arc;
use uuid::Uuid;

/// A JSON object as a client or a world file sent it.
pub type Document = Map<String, Value>;

/// One isolated cloud, as one value.
#[derive(Clone, Debug, Default)]
pub struct World {
    /// The world's clock at the last write; moved forward by `settle` alone.
    pub now: Timestamp,
    /// INVARIANT: true if a condition that was ever put asks for the time, so that a reader has to bring it along.
    pub asks_for_the_time: bool,
    /// Where ids come from.
    pub ids: IdSource,
    /// How the world behaves.
    pub settings: Settings,
    /// Tenants and principals.
    pub directory: Directory,
    /// When a principal was made, of those made while the setting delays their replication.
    pub made_lately: Table<Uuid, Timestamp>,
    /// Refresh tokens and codes; never exported.
    pub sign_ins: SignIns,
    /// Issuers of federated assertions with their keys, as the world file has them.
    pub issuers: Arc<[Document]>,
    /// Subscription ids in the order they were added.
    pub subscription_order: Arc<[Uuid]>,
    /// Subscriptions by id.
    pub subscriptions: Table<Uuid, Subscription>,
    /// Resource groups by key of their id.
    pub resource_groups: Table<Arc<str>, ResourceGroup>,
    /// User-assigned identities by key of their id.
    pub user_assigned_identities: Table<Arc<str>, UserAssignedIdentity>,
    /// Federated credentials of user-assigned identities by key of their id.
    pub federated_identity_credentials: Table<Arc<str>, FederatedIdentityCredential>,
    /// Factories by key of their id.
    pub factories: Table<Arc<str>, Factory>,
    /// INVARIANT: the key of each factory's id by its name in lower case; names are unique over the world.
    pub factory_names: Lookup<Arc<str>, Arc<str>>,
    /// How many factories were ever made: what their order goes by.
    pub factories_made: u64,
    /// Custom roles by their tenant and the GUID that names them in its directory.
    pub role_definitions: Table<(Uuid, Uuid), RoleDefinition>,
    /// INVARIANT: the GUID of every custom role by its tenant and its name in lower case.
    pub role_names: Table<(Uuid, Arc<str>), Uuid>,
    /// Role assignments by name, scope and principal.
    pub role_assignments: AssignmentTable,
    /// Eligibilities and active assignments of privileged identity management by their tenant and their name.
    pub schedules: Table<(Uuid, Uuid), Schedule>,
    /// The requests that were made for them, likewise.
    pub schedule_requests: Table<(Uuid, Uuid), ScheduleRequest>,
    /// Role management policies that somebody has changed, by key of their scope, a zero byte, their role and their tenant.
    pub role_management_policies: Table<Arc<str>, RoleManagementPolicy>,
    /// Deny assignments by key of their scope, a zero byte, their name and their tenant.
    pub deny_assignments: Table<Arc<str>, DenyAssignment>,
    /// Locks by key of their scope, a zero byte and their name in lower case.
    pub management_locks: Table<Arc<str>, ManagementLock>,
    /// Linked services by key of their id.
    pub linked_services: Table<Arc<str>, LinkedService>,
    /// Credentials by key of their id.
    pub credentials: Table<Arc<str>, Credential>,
    /// Integration runtimes, with their nodes and links, by key of their id.
    pub integration_runtimes: Table<Arc<str>, IntegrationRuntime>,
    /// INVARIANT: the runtime of each node whose next heartbeat is waited for, by when the node was last heard of and its id.
    pub heard_of: Table<(Timestamp, Uuid), ResourceId>,
    /// Long-running operations by id.
    pub operations: Table<Uuid, Operation>,
    /// INVARIANT: the operations that are not settled yet, in the order in which they end, and the schedules that begin or
    /// end.
    pub due: Table<(Timestamp, Due), ()>,
}

/// What becomes due.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Due {
    /// The operation with this id ends.
    Operation(Uuid),
    /// The schedule with this tenant and name begins or ends.
    Schedule(Uuid, Uuid),
}

/// What a world file and a group's deletion need to know of a resource kind.
#[derive(Debug)]
pub struct Kind {
    /// The type, such as `Microsoft.DataFactory/factories`.
    pub resource_type: &'static str,
    /// Creates the resource as a PUT by an all-powerful caller does, then lays what `state` has over it.
    pub seed: fn(&mut World, &ResourceId, &Document, &Document) -> Result<(), Fault>,
    /// Returns all resources of the kind in the order of their creation or id, parents first.
    pub export: fn(&World) -> Vec<Seed>,
    /// Takes away every resource of the kind at a scope and below it, and what the directory knows of it.
    pub remove_at_and_below: fn(&mut World, &ResourceId),
    /// Returns the tracked resources of the kind at a scope and below it, for `/resources`; none for children.
    pub tracked: fn(&World, &ResourceId) -> Vec<TrackedResource>,
}

/// A resource as a world file has it.
#[derive(Clone, Debug, PartialEq)]
pub struct Seed {
    /// The id.
    pub id: ResourceId,
    /// What a client would PUT.
    pub body: Document,
    /// What the server made of it: identity, etag, times, keys.
    pub state: Document,
}

/// What `/resources` shows of a resource. Members that are `None` are absent on the wire.
#[derive(Clone, Debug, PartialEq)]
pub struct TrackedResource {
    /// The id.
    pub id: ResourceId,
    /// The type as the provider prints it.
    pub resource_type: &'static str,
    /// The action of reading it.
    pub read_action: &'static str,
    /// The location as `/resources` prints it: normalised.
    pub location: String,
    /// The identity document, as GET shows it.
    pub identity: Option<Value>,
    /// The tags.
    pub tags: Option<Document>,
    /// When it was made, for `$expand=createdTime`.
    pub created_on: Timestamp,
    /// When it was last changed, for `$expand=changedTime`.
    pub changed_on: Timestamp,
}

/// The type of role assignments, which have a shape of their own in a world file.
pub const ROLE_ASSIGNMENTS: &str = "Microsoft.Authorization/roleAssignments";
/// The type of deny assignments.
pub const DENY_ASSIGNMENTS: &str = "Microsoft.Authorization/denyAssignments";
/// The type of locks.
pub const LOCKS: &str = "Microsoft.Authorization/locks";
/// The type of role definitions, of which only custom roles are in a world.
pub const ROLE_DEFINITIONS: &str = "Microsoft.Authorization/roleDefinitions";
/// The type of self-hosted nodes, which have a shape of their own in a world file.
pub const NODES: &str = "Microsoft.DataFactory/factories/integrationRuntimes/nodes";
/// The type of resource groups, whose ids have no provider.
pub const RESOURCE_GROUPS: &str = "Microsoft.Resources/resourceGroups";

/// All resource kinds, parents before children; the order in which a world file is applied.
pub static KINDS: &[&Kind] = &[
    &resource_group::KIND,
    &user_assigned_identity::KIND,
    &federated_identity_credential::KIND,
    &factory::KIND,
    &integration_runtime::KIND,
    &node::KIND,
    &linked_service::KIND,
    &credential::KIND,
    &hierarchy_settings::KIND,
    &custom_roles::KIND,
    &deny_assignment::KIND,
    &management_lock::KIND,
    &role_assignment::KIND,
    &role_management_policy::KIND,
    &schedule::ELIGIBILITIES,
    &schedule::ASSIGNMENTS,
];

impl World {
    /// Returns when something becomes due next.
    pub fn due_next(&self) -> Option<Timestamp> {
        let operation = self.due.first().map(|((at, _), _)| *at);
        operation.into_iter().chain(heartbeat::next_overdue(self)).min()
    }

    /// Returns the subscription with this id, which may be malformed.
    pub fn subscription(&self, id: &str) -> Option<&Arc<Subscription>> {
        guid::dashed(id).and_then(|id| self.subscriptions.get(&id))
    }

    /// Returns the tenant of a scope: that of its subscription. The root and management groups are of whoever asks.
    pub fn tenant_of(&self, scope: &ResourceId) -> Option<Uuid> {
        scope.subscription().and_then(|id| self.subscription(id)).map(|subscription| subscription.tenant_id)
    }

    /// Remembers that a principal was made now, where the setting delays its replication; forgets those that have
    /// arrived.
    pub fn principal_is_made(&mut self, object_id: Uuid) {
        if self.settings.principal_replication_delay == Duration::ZERO {
            return;
        }
        let arrived: Vec<Uuid> = self.made_lately.iter().map(|(id, _)| *id).filter(|id| self.is_replicated(*id)).collect();
        for id in arrived {
            self.made_lately.remove(&id);
        }
        self.made_lately.insert(object_id, self.now);
    }

    /// Returns whether role assignments know a principal by now.
    pub fn is_replicated(&self, object_id: Uuid) -> bool {
        let delay = self.settings.principal_replication_delay;
        self.made_lately.get(&object_id).is_none_or(|made| made.plus(delay) <= self.now)
    }

    /// Takes away everything at `scope` and below it, role assignments included.
    pub fn remove_at_and_below(&mut self, scope: &ResourceId) {
        for kind in KINDS.iter().rev() {
            (kind.remove_at_and_below)(self, scope);
        }
    }
}

/// Returns whether `id` is the id of a resource of `kind`.
pub fn is_of_kind(id: &ResourceId, kind: &Kind) -> bool {
    if kind.resource_type == RESOURCE_GROUPS {
        return id.resource_group().is_some() && id.segments().count() == 4;
    }
    id.is_of_type(kind.resource_type)
}

/// Takes every null out of a document, at any depth of objects.
pub fn drop_nulls(document: &mut Document) {
    document.retain(|_, value| !value.is_null());
    for value in document.values_mut() {
        if let Value::Object(inner) = value {
            drop_nulls(inner);
        }
    }
}
