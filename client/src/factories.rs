//! Factories: create, read, list, tag, delete.
//!
//! Follows <https://learn.microsoft.com/rest/api/datafactory/factories>.

use crate::{
    arm::{ArmClient, ArmRequest},
    error::Result,
    models::Factory,
    resource_id::FactoryId,
};
use serde_json::json;
use std::{collections::BTreeMap, fmt};

/// The api-version of all of Data Factory.
pub(crate) const API_VERSION: &str = "2018-06-01";

/// The operations of `Microsoft.DataFactory/factories`.
#[derive(Debug, Clone, Copy)]
pub struct Factories<'a>(pub(crate) &'a ArmClient);

impl Factories<'_> {
    /// Creates the factory, or replaces it: what the body leaves out is gone.
    ///
    /// # Errors
    /// The service's refusal, such as `DataFactoryNameInUse`.
    pub async fn create_or_update(&self, id: &FactoryId, factory: &Factory) -> Result<Factory> {
        self.0.send(put(id).json(factory)?).await?.json()
    }

    /// Returns the factory.
    ///
    /// # Errors
    /// `ResourceNotFound` when there is none.
    pub async fn get(&self, id: &FactoryId) -> Result<Factory> {
        self.0.send(get(id)).await?.json()
    }

    /// Returns the factories of a resource group.
    ///
    /// # Errors
    /// The service's refusal.
    pub async fn list_by_resource_group(&self, subscription_id: &str, resource_group: &str) -> Result<Vec<Factory>> {
        let group = format!("/subscriptions/{subscription_id}/resourceGroups/{resource_group}");
        self.0.list(get(format!("{group}/{COLLECTION}"))).await
    }

    /// Returns the factories of a subscription.
    ///
    /// # Errors
    /// The service's refusal.
    pub async fn list(&self, subscription_id: &str) -> Result<Vec<Factory>> {
        let subscription = format!("/subscriptions/{subscription_id}");
        self.0.list(get(format!("{subscription}/{COLLECTION}"))).await
    }

    /// Replaces the factory's tags and nothing else.
    ///
    /// # Errors
    /// The service's refusal.
    pub async fn update(&self, id: &FactoryId, tags: &BTreeMap<String, String>) -> Result<Factory> {
        let request = ArmRequest::patch(id).query("api-version", API_VERSION);
        self.0.send(request.json(&json!({ "tags": tags }))?).await?.json()
    }

    /// Deletes the factory with everything in it. Returns false when there was none.
    ///
    /// # Errors
    /// The service's refusal.
    pub async fn delete(&self, id: &FactoryId) -> Result<bool> {
        let request = ArmRequest::delete(id).query("api-version", API_VERSION);
        self.0.delete(request).await
    }
}

const COLLECTION: &str = "providers/Microsoft.DataFactory/factories";

fn get(path: impl fmt::Display) -> ArmRequest {
    ArmRequest::get(path).query("api-version", API_VERSION)
}

fn put(path: impl fmt::Display) -> ArmRequest {
    ArmRequest::put(path).query("api-version", API_VERSION)
}
