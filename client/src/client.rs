//! The client: one caller at one Resource Manager, and the groups of operations it offers.
//!
//! What an operation sends and reads is in the file of its group.

use crate::{
    arm::{ArmClient, Observer},
    connection::Connection,
    error::Result,
    factories::Factories,
    integration_runtimes::{IntegrationRuntimeNodes, IntegrationRuntimes},
    linked_services::LinkedServices,
    role_assignments::RoleAssignments,
    sharing::Sharing,
};
use azure_core::credentials::TokenCredential;
use std::sync::Arc;

/// Calls Azure Resource Manager as one principal. Cloning it is cheap.
#[derive(Debug, Clone)]
pub struct Client {
    arm: ArmClient,
}

impl Client {
    /// Calls over `connection` as `credential`.
    pub fn new(connection: &Connection, credential: Arc<dyn TokenCredential>) -> Self {
        Self { arm: ArmClient::new(connection, credential) }
    }

    /// Calls as the environment says: see [`Connection::from_environment`] and
    /// [`Connection::credential_from_environment`].
    ///
    /// # Errors
    /// Those of the two.
    pub fn from_environment() -> Result<Self> {
        let connection = Connection::from_environment()?;
        let credential = connection.credential_from_environment()?;
        Ok(Self::new(&connection, credential))
    }

    /// The same, telling `observer` of every exchange.
    pub fn observed_by(self, observer: Observer) -> Self {
        Self { arm: self.arm.observed_by(observer) }
    }

    /// Requests that have no method of their own here.
    pub fn arm(&self) -> &ArmClient {
        &self.arm
    }

    /// Factories.
    pub fn factories(&self) -> Factories<'_> {
        Factories(&self.arm)
    }

    /// Integration runtimes, their keys, status and monitoring.
    pub fn integration_runtimes(&self) -> IntegrationRuntimes<'_> {
        IntegrationRuntimes(&self.arm)
    }

    /// The nodes of self-hosted runtimes.
    pub fn integration_runtime_nodes(&self) -> IntegrationRuntimeNodes<'_> {
        IntegrationRuntimeNodes(&self.arm)
    }

    /// Linked services.
    pub fn linked_services(&self) -> LinkedServices<'_> {
        LinkedServices(&self.arm)
    }

    /// Role assignments.
    pub fn role_assignments(&self) -> RoleAssignments<'_> {
        RoleAssignments(&self.arm)
    }

    /// The steps of sharing.
    pub fn sharing(&self) -> Sharing<'_> {
        Sharing(&self.arm)
    }
}
