//! Microsoft Entra: tenants and the principals in them.
//!
//! Principals are found by object id, by the name a world file gives them, by application id and by user principal
//! name. Group membership is transitive and worked out when it changes, not when it is asked.
//! Follows <https://learn.microsoft.com/entra/fundamentals/>.

pub mod application;
pub mod credentials;
pub mod federated_credential;
pub mod group;
mod owners;
pub mod profile;
pub mod refusal;
pub mod service_principal;
pub mod sign_in;
pub mod tenant;
pub mod user;

use crate::resource_id::ResourceId;
use crate::resources::management_group::ManagementGroups;
use crate::table::{Lookup, Table};
use application::Application;
use group::Group;
use profile::Profile;
use service_principal::{ManagedIdentity, ServicePrincipal};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use tenant::Tenant;
use user::User;
use uuid::Uuid;

/// Someone who can hold a role.
#[derive(Clone, Debug, PartialEq)]
pub struct Principal {
    /// The id in the tenant's directory.
    pub object_id: Uuid,
    /// The tenant whose directory has it.
    pub tenant_id: Uuid,
    /// The name a world file gives it; unique over all tenants. Managed identities have none.
    pub name: Option<Arc<str>>,
    /// What portals show.
    pub display_name: Arc<str>,
    /// What clients have set besides.
    pub profile: Profile,
    /// What it is.
    pub kind: PrincipalKind,
}

/// What a principal is.
#[derive(Clone, Debug, PartialEq)]
pub enum PrincipalKind {
    /// A person, or a guest.
    User(User),
    /// A group of principals.
    Group(Group),
    /// An application.
    ServicePrincipal(ServicePrincipal),
    /// The identity of a resource.
    ManagedIdentity(ManagedIdentity),
}

impl Principal {
    /// Returns the `principalType` of role assignments: `User`, `Group` or `ServicePrincipal`.
    pub const fn principal_type(&self) -> &'static str {
        match self.kind {
            PrincipalKind::User(_) => "User",
            PrincipalKind::Group(_) => "Group",
            PrincipalKind::ServicePrincipal(_) | PrincipalKind::ManagedIdentity(_) => "ServicePrincipal",
        }
    }

    /// Returns how refusals name it: an application by its id, a user by the user principal name.
    pub fn client(&self) -> String {
        match &self.kind {
            PrincipalKind::User(user) => user.user_principal_name.to_string(),
            PrincipalKind::Group(_) => self.object_id.to_string(),
            PrincipalKind::ServicePrincipal(it) => it.app_id.to_string(),
            PrincipalKind::ManagedIdentity(it) => it.client_id.to_string(),
        }
    }

    /// Returns the application id of an application or managed identity.
    pub const fn app_id(&self) -> Option<Uuid> {
        match &self.kind {
            PrincipalKind::ServicePrincipal(it) => Some(it.app_id),
            PrincipalKind::ManagedIdentity(it) => Some(it.client_id),
            _ => None,
        }
    }
}

/// The directory of all tenants of a world.
#[derive(Clone, Debug, Default)]
pub struct Directory {
    tenants: Table<Uuid, Tenant>,
    tenant_order: Arc<Vec<Uuid>>,
    principals: Lookup<Uuid, Arc<Principal>>,
    /// INVARIANT: the object ids of `principals`, in order.
    principal_ids: Table<Uuid, ()>,
    /// Object ids of all but managed identities, in the order they were added.
    order: Arc<Vec<Uuid>>,
    names: Lookup<Arc<str>, Uuid>,
    app_ids: Lookup<Uuid, Uuid>,
    user_principal_names: Lookup<Arc<str>, Uuid>,
    applications: Table<Uuid, Application>,
    /// INVARIANT: the object id of each application by its application id.
    application_ids: Lookup<Uuid, Uuid>,
    /// Owners of applications, service principals and groups that have some.
    owners: Table<Uuid, Vec<Uuid>>,
    /// INVARIANT: the object id of each managed identity by the key of its resource's id.
    identities: Lookup<Arc<str>, Uuid>,
    /// INVARIANT: for each principal in a group, every group that holds it, directly or not.
    groups_of: Lookup<Uuid, Arc<[Uuid]>>,
    /// The groups that the token of whoever calls right now names, where those count instead. INVARIANT: none in a
    /// directory that is kept.
    groups_of_token: Option<(Uuid, Arc<[Uuid]>)>,
}

impl Directory {
    /// Returns the tenant with this id.
    pub fn tenant(&self, id: Uuid) -> Option<&Arc<Tenant>> {
        self.tenants.get(&id)
    }

    /// Returns the tenant whose directory has this principal.
    pub fn tenant_of(&self, principal: Uuid) -> Option<Uuid> {
        self.principal(principal).map(|it| it.tenant_id)
    }

    /// Returns the tenants in the order they were added.
    pub fn tenants(&self) -> impl Iterator<Item = &Arc<Tenant>> {
        self.tenant_order.iter().filter_map(|id| self.tenants.get(id))
    }

    /// Returns the tenant with this id or domain, compared without case.
    pub fn tenant_named(&self, id_or_domain: &str) -> Option<&Arc<Tenant>> {
        match Uuid::try_parse(id_or_domain) {
            Ok(id) => self.tenant(id),
            Err(_) => self.tenants().find(|tenant| tenant.domain.eq_ignore_ascii_case(id_or_domain)),
        }
    }

    /// Adds a tenant.
    pub fn add_tenant(&mut self, tenant: Tenant) {
        Arc::make_mut(&mut self.tenant_order).push(tenant.id);
        self.tenants.insert(tenant.id, tenant);
    }

    /// Replaces the management groups of a tenant.
    pub fn set_management_groups(&mut self, tenant_id: Uuid, groups: ManagementGroups) {
        if let Some(tenant) = self.tenants.get(&tenant_id).map(|tenant| Tenant::clone(tenant)) {
            self.tenants.insert(tenant_id, Tenant { management_groups: Arc::new(groups), ..tenant });
        }
    }

    /// Returns the principal with this object id.
    pub fn principal(&self, object_id: Uuid) -> Option<&Arc<Principal>> {
        self.principals.get(&object_id)
    }

    /// Returns all principals by object id.
    pub fn principals(&self) -> impl Iterator<Item = &Arc<Principal>> {
        self.principal_ids.iter().filter_map(|(id, _)| self.principals.get(id))
    }

    /// Returns users, groups and applications in the order they were added; managed identities belong to resources.
    pub fn declared(&self) -> impl Iterator<Item = &Arc<Principal>> {
        self.order.iter().filter_map(|id| self.principals.get(id))
    }

    /// Returns the principal with this name or object id: what a bare bearer value means.
    pub fn named(&self, name_or_object_id: &str) -> Option<&Arc<Principal>> {
        let by_name = self.names.get(name_or_object_id).copied();
        by_name.or_else(|| Uuid::try_parse(name_or_object_id).ok()).and_then(|id| self.principal(id))
    }

    /// Returns the application or managed identity with this application id.
    pub fn by_app_id(&self, app_id: Uuid) -> Option<&Arc<Principal>> {
        self.app_ids.get(&app_id).and_then(|id| self.principal(*id))
    }

    /// Returns the user with this user principal name, compared without case.
    pub fn by_user_principal_name(&self, name: &str) -> Option<&Arc<Principal>> {
        self.user_principal_names.get(name.to_lowercase().as_str()).and_then(|id| self.principal(*id))
    }

    /// Returns the principal that a person means: by name, object id, application id or user principal name, or the identity
    /// of the resource with that id.
    pub fn meant_by(&self, text: &str) -> Option<&Arc<Principal>> {
        let by_app_id = || Uuid::try_parse(text).ok().and_then(|id| self.by_app_id(id));
        let of_resource = || ResourceId::parse(text).and_then(|id| self.identity_of(&id));
        self.named(text).or_else(by_app_id).or_else(|| self.by_user_principal_name(text)).or_else(of_resource)
    }

    /// Returns what a user is in a tenant: the user of that tenant, or the guest there whose home is that account.
    pub fn account_in(&self, user: &User, tenant: Uuid) -> Option<&Arc<Principal>> {
        let home_name = user.home_name();
        self.principals().find(|it| it.tenant_id == tenant && matches!(&it.kind, PrincipalKind::User(it) if it.home_name() == home_name))
    }

    /// Returns the managed identity of a resource: its own, or what a user-assigned identity is.
    pub fn identity_of(&self, resource: &ResourceId) -> Option<&Arc<Principal>> {
        self.identities.get(resource.key()).and_then(|id| self.principal(*id))
    }

    /// Lets the groups of a token count as those of its principal, until `forget_token`.
    pub fn heed_token(&mut self, object_id: Uuid, groups: Arc<[Uuid]>) {
        self.groups_of_token = Some((object_id, groups));
    }

    /// Lets the groups of the directory count again.
    pub fn forget_token(&mut self) {
        self.groups_of_token = None;
    }

    /// Returns the groups that hold `object_id`, directly or through other groups; those of its token while it is heeded.
    pub fn groups_of(&self, object_id: Uuid) -> &[Uuid] {
        if let Some((_, groups)) = self.groups_of_token.as_ref().filter(|(caller, _)| *caller == object_id) {
            return groups;
        }
        self.groups_of.get(&object_id).map(|groups| &**groups).unwrap_or_default()
    }

    /// Puts a principal, in place of one with the same object id.
    pub fn put(&mut self, principal: Principal) {
        let id = principal.object_id;
        if let Some(PrincipalKind::User(before)) = self.principals.get(&id).map(|it| &it.kind) {
            self.user_principal_names.remove(before.user_principal_name.to_lowercase().as_str());
        }
        if let Some(name) = &principal.name {
            self.names.insert(name.clone(), id);
        }
        if let Some(app_id) = principal.app_id() {
            self.app_ids.insert(app_id, id);
        }
        if let PrincipalKind::User(user) = &principal.kind {
            self.user_principal_names.insert(user.user_principal_name.to_lowercase().into(), id);
        }
        if self.principals.get(&id).is_none() && !matches!(principal.kind, PrincipalKind::ManagedIdentity(_)) {
            Arc::make_mut(&mut self.order).push(id);
        }
        if let PrincipalKind::ManagedIdentity(identity) = &principal.kind {
            self.identities.insert(identity.resource.key().clone(), id);
        }
        let is_group = matches!(principal.kind, PrincipalKind::Group(_));
        self.principals.insert(id, Arc::new(principal));
        self.principal_ids.insert(id, ());
        if is_group {
            self.work_out_groups();
        }
    }

    /// Takes a principal away; role assignments to it stay. Returns whether it was there.
    pub fn remove(&mut self, object_id: Uuid) -> bool {
        let Some(principal) = self.principals.get(&object_id).cloned() else { return false };
        if let Some(name) = &principal.name {
            self.names.remove(name);
        }
        if let Some(app_id) = principal.app_id() {
            self.app_ids.remove(&app_id);
        }
        if let PrincipalKind::User(user) = &principal.kind {
            self.user_principal_names.remove(user.user_principal_name.to_lowercase().as_str());
        }
        if let PrincipalKind::ManagedIdentity(identity) = &principal.kind
            && self.identities.get(identity.resource.key()) == Some(&object_id)
        {
            self.identities.remove(identity.resource.key());
        }
        self.principals.remove(&object_id);
        self.principal_ids.remove(&object_id);
        if self.order.contains(&object_id) {
            Arc::make_mut(&mut self.order).retain(|id| *id != object_id);
        }
        self.forget_owner(object_id);
        if self.forget_member(object_id) || matches!(principal.kind, PrincipalKind::Group(_)) {
            self.work_out_groups();
        }
        true
    }

    /// Adds the service principal of a resource's identity, in the same moment as the resource.
    pub fn add_managed_identity(&mut self, object_id: Uuid, client_id: Uuid, tenant_id: Uuid, resource: &ResourceId, user_assigned: bool) {
        self.put(Principal {
            object_id,
            tenant_id,
            name: None,
            display_name: resource.name().into(),
            profile: Profile::default(),
            kind: PrincipalKind::ManagedIdentity(ManagedIdentity { client_id, resource: resource.clone(), user_assigned }),
        });
    }

    /// Takes somebody who is gone out of all groups; returns whether it was in one.
    fn forget_member(&mut self, gone: Uuid) -> bool {
        let groups = self.groups_of.get(&gone).map(|groups| groups.to_vec()).unwrap_or_default();
        for id in &groups {
            let Some(principal) = self.principals.get(id) else { continue };
            let PrincipalKind::Group(group) = &principal.kind else { continue };
            let members = group.members.iter().copied().filter(|it| *it != gone).collect();
            let changed = Principal { kind: PrincipalKind::Group(Group { members }), ..Principal::clone(principal) };
            self.principals.insert(*id, Arc::new(changed));
        }
        !groups.is_empty()
    }

    fn work_out_groups(&mut self) {
        let mut holders: BTreeMap<Uuid, Vec<Uuid>> = BTreeMap::new();
        for principal in self.principals() {
            if let PrincipalKind::Group(group) = &principal.kind {
                for member in group.members.iter() {
                    holders.entry(*member).or_default().push(principal.object_id);
                }
            }
        }
        let mut groups_of = Lookup::default();
        for member in holders.keys() {
            let (mut found, mut open) = (BTreeSet::new(), vec![*member]);
            while let Some(at) = open.pop() {
                let above = holders.get(&at).into_iter().flatten().copied();
                open.extend(above.filter(|group| found.insert(*group)));
            }
            groups_of.insert(*member, found.into_iter().collect::<Vec<_>>().into());
        }
        self.groups_of = groups_of;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn group(id: u128, members: &[u128]) -> Principal {
        let members = members.iter().map(|id| Uuid::from_u128(*id)).collect();
        let kind = PrincipalKind::Group(Group { members });
        let (object_id, profile) = (Uuid::from_u128(id), Profile::default());
        Principal { object_id, tenant_id: Uuid::nil(), name: None, display_name: "g".into(), profile, kind }
    }

    #[test]
    fn membership_is_transitive_and_survives_cycles() {
        let mut directory = Directory::default();
        directory.put(group(10, &[1]));
        directory.put(group(20, &[10]));
        directory.put(group(30, &[20]));
        directory.put(group(10, &[1, 30]));
        let all = [10, 20, 30].map(Uuid::from_u128);
        assert_eq!(directory.groups_of(Uuid::from_u128(1)), all);
        assert!(directory.remove(Uuid::from_u128(20)));
        assert_eq!(directory.groups_of(Uuid::from_u128(1)), [Uuid::from_u128(10)]);
        let PrincipalKind::Group(thirty) = &directory.principal(Uuid::from_u128(30)).unwrap().kind else { panic!("a group") };
        assert!(thirty.members.is_empty(), "what is gone is no member any more");
    }
}
