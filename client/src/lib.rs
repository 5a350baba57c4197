//! A typed client for sharing a self-hosted integration runtime of Azure Data Factory.
//!
//! It speaks to Azure Resource Manager over the official pipeline (`azure_core`) and signs in with the
//! official credentials (`azure_identity`). The same code works against Azure and against the
//! emulator; only the [`Connection`] differs. It shares no code with the emulator, so that it is a
//! second reading of what Azure's documentation says.
//!
//! ```no_run
//! # async fn example() -> adf_emulator_client::Result<()> {
//! use adf_emulator_client::{Client, FactoryId};
//!
//! let azure = Client::from_environment()?;
//! let shared = FactoryId::new("2222…", "rg-shared", "adf-shared")?.integration_runtime("ir1")?;
//! let linking = FactoryId::new("2222…", "rg-linked", "adf-linked")?;
//! azure.sharing().share(&shared, &linking).await?;
//! let linked = linking.integration_runtime("linked")?;
//! azure.sharing().link(&linked, &shared, Default::default()).await?;
//! # Ok(())
//! # }
//! ```

pub mod models;

mod arm;
mod client;
mod connection;
mod emulator;
mod error;
mod factories;
#[cfg(test)]
mod fake_azure;
mod integration_runtimes;
mod linked_services;
mod resource_id;
mod role_assignments;
mod sharing;

pub use arm::{Answer, ArmClient, ArmRequest, Exchange, Observer};
pub use client::Client;
pub use connection::{AZURE_RESOURCE_MANAGER, Connection, PrincipalName};
pub use emulator::{EmulatorClient, Health, NodeRegistration, RegisteredNode, Rule};
pub use error::{Error, Result, ServiceError};
pub use factories::Factories;
pub use integration_runtimes::{AuthKeyName, IntegrationRuntimeNodes, IntegrationRuntimes};
pub use linked_services::LinkedServices;
pub use resource_id::{FactoryId, IntegrationRuntimeId, same_id};
pub use role_assignments::{CONTRIBUTOR, RoleAssignmentFilter, RoleAssignments};
pub use sharing::{LinkOptions, Revocation, Sharing};
