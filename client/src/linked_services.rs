//! Linked services: the connections that go through an integration runtime.
//!
//! Follows <https://learn.microsoft.com/rest/api/datafactory/linked-services>.

use crate::{
    arm::{ArmClient, ArmRequest},
    error::Result,
    factories::API_VERSION,
    models::LinkedServiceResource,
    resource_id::FactoryId,
};

/// The operations of `Microsoft.DataFactory/factories/linkedservices`.
#[derive(Debug, Clone, Copy)]
pub struct LinkedServices<'a>(pub(crate) &'a ArmClient);

impl LinkedServices<'_> {
    /// Creates the linked service, or replaces it.
    ///
    /// # Errors
    /// The service's refusal, such as a `connectVia` that names no runtime of the factory.
    pub async fn create_or_update(
        &self,
        factory: &FactoryId,
        name: &str,
        linked_service: &LinkedServiceResource,
    ) -> Result<LinkedServiceResource> {
        let request = ArmRequest::put(factory.linked_service(name)?);
        let request = request.query("api-version", API_VERSION);
        self.0.send(request.json(linked_service)?).await?.json()
    }

    /// Returns the linked service; its secrets are masked.
    ///
    /// # Errors
    /// `NotFound` when there is none in the factory.
    pub async fn get(&self, factory: &FactoryId, name: &str) -> Result<LinkedServiceResource> {
        let request = ArmRequest::get(factory.linked_service(name)?);
        let request = request.query("api-version", API_VERSION);
        self.0.send(request).await?.json()
    }

    /// Deletes the linked service. Returns false when there was none.
    ///
    /// # Errors
    /// The service's refusal.
    pub async fn delete(&self, factory: &FactoryId, name: &str) -> Result<bool> {
        let request = ArmRequest::delete(factory.linked_service(name)?);
        self.0.delete(request.query("api-version", API_VERSION)).await
    }
}
