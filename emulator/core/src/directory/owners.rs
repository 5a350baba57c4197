//! Who owns applications, service principals and groups.
//!
//! Owning gives nothing here: whoever may write may write everything. It is kept because clients ask for it.
//! Follows <https://learn.microsoft.com/graph/api/application-list-owners>.

use super::refusal::Refusal;
use super::{Directory, PrincipalKind};
use uuid::Uuid;

impl Directory {
    /// Returns the object ids of the owners of an object, in the order they were added.
    pub fn owners(&self, owned: Uuid) -> &[Uuid] {
        self.owners.get(&owned).map(|owners| owners.as_slice()).unwrap_or_default()
    }

    /// Returns the object ids of what somebody owns.
    pub fn owned_by(&self, owner: Uuid) -> impl Iterator<Item = Uuid> {
        self.owners.iter().filter(move |(_, owners)| owners.contains(&owner)).map(|(owned, _)| *owned)
    }

    /// Makes these the owners of an object.
    pub fn set_owners(&mut self, owned: Uuid, owners: Vec<Uuid>) {
        if owners.is_empty() {
            self.owners.remove(&owned);
        } else {
            self.owners.insert(owned, owners);
        }
    }

    /// Adds an owner: a user or a service principal of the object's tenant.
    ///
    /// # Errors
    /// When there is no such principal, it cannot own, or owns the object already.
    pub fn add_owner(&mut self, owned: Uuid, tenant_id: Uuid, owner: Uuid) -> Result<(), Refusal> {
        let found = self.principal(owner).filter(|it| it.tenant_id == tenant_id);
        let found = found.ok_or_else(|| Refusal::NotFound(owner.to_string()))?;
        if matches!(found.kind, PrincipalKind::Group(_)) {
            return Err(Refusal::Invalid { property: "owners".to_owned(), of: "DirectoryObject" });
        }
        if self.owners(owned).contains(&owner) {
            return Err(Refusal::AlreadyReferenced("owners"));
        }
        self.set_owners(owned, self.owners(owned).iter().copied().chain([owner]).collect());
        Ok(())
    }

    /// Takes an owner away.
    ///
    /// # Errors
    /// When it is none.
    pub fn remove_owner(&mut self, owned: Uuid, owner: Uuid) -> Result<(), Refusal> {
        if !self.owners(owned).contains(&owner) {
            return Err(Refusal::NotFound(owner.to_string()));
        }
        self.set_owners(owned, self.owners(owned).iter().copied().filter(|it| *it != owner).collect());
        Ok(())
    }

    /// Makes a user the owner of what it has made; an application that makes something does not own it.
    pub(super) fn own_if_user(&mut self, owned: Uuid, creator: Uuid) {
        if self.principal(creator).is_some_and(|it| matches!(it.kind, PrincipalKind::User(_))) {
            self.set_owners(owned, vec![creator]);
        }
    }

    /// Takes somebody who is gone from all owners, and the owners from what is gone.
    pub(super) fn forget_owner(&mut self, gone: Uuid) {
        self.owners.remove(&gone);
        for owned in self.owned_by(gone).collect::<Vec<_>>() {
            self.set_owners(owned, self.owners(owned).iter().copied().filter(|it| *it != gone).collect());
        }
    }
}
