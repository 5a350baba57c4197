//! Decisions about access in an embedded world: what `explain`, `who-can`, `what-can` and `least-privilege` answer, without
//! HTTP.
//!
//! Principals are named as there: by name, object id, application id or user principal name, or by the id of a resource
//! with an identity.

use std::sync::Arc;

use adf_emulator_core::action::Plane;
use adf_emulator_core::authorization::evaluate::{Explanation, Question};
use adf_emulator_core::authorization::{inquiry, require};
use adf_emulator_core::directory::Principal;
use adf_emulator_core::resource_id::ResourceId;
use adf_emulator_core::world;

use super::{Needed, Refused, World};
use crate::control::explain::{asked, operations_for};
use crate::control::least_privilege;

impl World {
    /// Says whether a principal may do something somewhere, and why: the decision that a request would meet.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let (write, subscription) = ("Microsoft.DataFactory/factories/write", "/subscriptions/22222222-2222-2222-2222-222222222222");
    /// let emulator = adf_emulator::embed::Emulator::start().await?;
    /// assert!(emulator.explain("contributor", write, subscription)?.allowed);
    ///
    /// let refused = emulator.explain("reader", write, subscription)?;
    /// assert!(!refused.allowed);
    /// assert_eq!(refused.assignments[0].why(), "Reader does not name the action");
    ///
    /// let who = emulator.who_can(write, subscription)?;
    /// assert!(who.iter().any(|it| it.name.as_deref() == Some("factory-contributor")));
    /// assert!(emulator.what_can("reader", subscription)?.contains(&"Factories_Get"));
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// There is no such principal, or the scope is no id.
    pub fn explain(&self, principal: &str, action: &str, scope: &str) -> Result<Explanation, Refused> {
        let question = asked(&self.opened.cell.read(), action, Plane::Control, &at(scope)?);
        self.explain_asked(principal, question, scope)
    }

    /// As `explain`, of an action on data, or with the attributes that conditions look at.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// use adf_emulator_core::action::Plane;
    /// use adf_emulator_core::authorization::evaluate::Question;
    ///
    /// let emulator = adf_emulator::embed::Emulator::start().await?;
    /// let read = "Microsoft.Storage/storageAccounts/blobServices/containers/blobs/read";
    /// let question = Question::new(read, Plane::Data, emulator.now());
    /// let subscription = "/subscriptions/22222222-2222-2222-2222-222222222222";
    /// assert!(!emulator.explain_asked("owner", question, subscription)?.allowed);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// There is no such principal, or the scope is no id.
    pub fn explain_asked(&self, principal: &str, question: Question<'_>, scope: &str) -> Result<Explanation, Refused> {
        let world = self.opened.cell.read();
        let (principal, scope) = (meant(&world, principal)?, at(scope)?);
        Ok(require::explain(&world, principal.object_id, question, &scope))
    }

    /// Returns what each principal needed for what the journal says was done, or that one alone.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let emulator = adf_emulator::embed::Emulator::start().await?;
    /// # let client = reqwest::Client::builder().no_proxy().build()?;
    /// let group = "subscriptions/22222222-2222-2222-2222-222222222222/resourceGroups/rg-shared";
    /// let url = format!("{}/{group}?api-version=2022-09-01", emulator.http());
    /// client.get(url).bearer_auth("owner").send().await?;
    ///
    /// let needed = emulator.least_privilege(Some("owner"))?;
    /// let role = needed[0].role.as_ref().expect("a role is enough");
    /// assert_eq!((needed[0].operations.len(), role.scope.as_str()), (1, format!("/{group}").as_str()));
    /// assert_ne!(role.name, "Owner");
    /// assert!(needed[0].unused.is_empty());
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// There is no such principal.
    pub fn least_privilege(&self, principal: Option<&str>) -> Result<Vec<Needed>, Refused> {
        let world = self.opened.cell.read();
        let only = principal.map(|named| meant(&world, named)).transpose()?;
        Ok(least_privilege::needed(&world, &self.entries(), only.map(|it| it.object_id)))
    }

    /// Returns the principals that may do something somewhere; see `explain`.
    ///
    /// # Errors
    /// The scope is no id.
    pub fn who_can(&self, action: &str, scope: &str) -> Result<Vec<Arc<Principal>>, Refused> {
        let (world, scope) = (self.opened.cell.read(), at(scope)?);
        let question = asked(&world, action, Plane::Control, &scope);
        Ok(inquiry::who_can(&world, question, &scope).cloned().collect())
    }

    /// Returns the names of the emulated operations that a principal may run on what is at a scope or below it; see `explain`.
    ///
    /// # Errors
    /// There is no such principal, or the scope is no id.
    pub fn what_can(&self, principal: &str, scope: &str) -> Result<Vec<&'static str>, Refused> {
        let world = self.opened.cell.read();
        let (principal, scope) = (meant(&world, principal)?, at(scope)?);
        let mut names: Vec<&'static str> = operations_for(&world, principal, &scope).map(|(operation, _)| operation.name).collect();
        names.dedup();
        Ok(names)
    }
}

fn meant<'a>(world: &'a world::World, text: &str) -> Result<&'a Arc<Principal>, Refused> {
    world.directory.meant_by(text).ok_or_else(|| Refused(format!("there is no principal '{text}'")))
}

fn at(scope: &str) -> Result<ResourceId, Refused> {
    ResourceId::parse(scope).ok_or_else(|| Refused(format!("'{scope}' is not a scope; it is '/' or begins with one")))
}
