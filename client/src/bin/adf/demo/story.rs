//! The first half of the demo: two factories, a runtime, sharing, linking, using, keys and nodes.
//!
//! Follows <https://learn.microsoft.com/azure/data-factory/create-shared-self-hosted-integration-runtime-powershell>
//! and <https://learn.microsoft.com/azure/data-factory/create-self-hosted-integration-runtime>.

use super::{
    cast::{Cast, Places},
    stage::{Refusal, Stage, Stop},
};
use adf_emulator_client::{
    AuthKeyName, CONTRIBUTOR, Error, LinkOptions, NodeRegistration, RegisteredNode, Result,
    models::{
        Factory, IntegrationRuntimeAuthKeys, IntegrationRuntimeResource, IntegrationRuntimeStatus, LinkedServiceResource, RoleAssignment,
    },
};
use serde_json::{Map, json};
use std::io;

type Told = std::result::Result<(), Stop>;

pub(super) const SERVICE_PRINCIPAL: Option<&str> = Some("ServicePrincipal");
/// The linked service that goes through the linked runtime.
pub(super) const FILES: &str = "OnPremisesFiles";

/// What is played, where, and what later steps need of earlier ones.
pub(super) struct Story {
    pub(super) stage: Stage,
    pub(super) cast: Cast,
    pub(super) places: Places,
    /// The object id of the linking factory's managed identity.
    pub(super) principal: String,
    /// The owner's grant.
    pub(super) grant: RoleAssignment,
    keys: IntegrationRuntimeAuthKeys,
}

impl Story {
    /// A story that has not begun.
    pub(super) fn new(stage: Stage, cast: Cast, places: Places) -> Self {
        Self {
            stage,
            cast,
            places,
            principal: String::new(),
            grant: RoleAssignment::default(),
            keys: IntegrationRuntimeAuthKeys::default(),
        }
    }

    /// Tells it all. With `keep`, what was made stays.
    pub(super) async fn tell(&mut self, keep: bool) -> Told {
        self.two_factories().await?;
        self.the_runtime().await?;
        self.linking_too_early().await?;
        self.granting_and_linking().await?;
        self.using_it().await?;
        self.four_nodes().await?;
        self.changing_a_key().await?;
        self.another_tenant().await?;
        self.revoking().await?;
        self.a_guest_shares().await?;
        self.unlinking().await?;
        if !keep {
            self.cleaning_up().await?;
        }
        Ok(())
    }

    /// Says how it went.
    pub(super) fn sum_up(&mut self) -> io::Result<()> {
        let (steps, refusals) = self.stage.counts();
        self.stage.report().words(&format!("\n{steps} steps, {refusals} of them refusals: all as documented."))
    }

    async fn two_factories(&mut self) -> Told {
        self.stage.chapter("Two factories")?;
        let with_identity = Factory::new("eastus").with_system_assigned_identity();
        self.stage
            .succeeds(
                "owner",
                "Create the factory that will own the runtime.",
                self.cast.owner.factories().create_or_update(&self.places.sharing, &with_identity),
                identity_of,
            )
            .await?;
        self.stage
            .succeeds(
                "owner",
                "Create the factory that will link to it; without a managed identity, as a template or an SDK \
                 makes it unless told otherwise.",
                self.cast.owner.factories().create_or_update(&self.places.linking, &Factory::new("eastus")),
                |factory| match factory.identity {
                    None => Ok("no managed identity".to_owned()),
                    Some(_) => Err("it has an identity that nobody asked for".to_owned()),
                },
            )
            .await?;
        self.stage
            .is_refused(
                "stranger",
                "Somebody without any role looks at it. Every request is authorized.",
                FORBIDDEN,
                self.cast.stranger.factories().get(&self.places.linking),
            )
            .await
    }

    async fn the_runtime(&mut self) -> Told {
        self.stage.chapter("A self-hosted integration runtime and its first node")?;
        self.stage
            .succeeds(
                "owner",
                "Create the runtime. Nothing marks it as shared.",
                self.cast.owner.integration_runtimes().create_or_update(&self.places.shared, &IntegrationRuntimeResource::self_hosted()),
                |runtime| Ok(format!("resource id {}", runtime.id.as_deref().unwrap_or("-"))),
            )
            .await?;
        self.stage
            .is_refused(
                "reader",
                "A Reader may see the runtime, but not the keys with which machines register.",
                FORBIDDEN,
                self.cast.reader.integration_runtimes().list_auth_keys(&self.places.shared),
            )
            .await?;
        self.keys =
            self.stage
                .succeeds("owner", "Read the keys.", self.cast.owner.integration_runtimes().list_auth_keys(&self.places.shared), |keys| {
                    match (&keys.auth_key1, &keys.auth_key2) {
                        (Some(_), Some(_)) => Ok("authKey1 and authKey2".to_owned()),
                        _ => Err("there should be two keys".to_owned()),
                    }
                })
                .await?;
        let key = self.keys.auth_key1.clone();
        self.node("A machine registers with the first key.", key, "node1").await?;
        self.stage
            .succeeds("owner", "Look at its status.", self.cast.owner.integration_runtimes().get_status(&self.places.shared), |status| {
                shows_state(status, "Online")
            })
            .await?;
        Ok(())
    }

    async fn linking_too_early(&mut self) -> Told {
        self.stage.chapter("Linking too early")?;
        self.stage
            .is_refused(
                "owner",
                "Link to the runtime from the other factory, which has no managed identity.",
                Refusal {
                    status: 400,
                    code: "ManagedIdentityRequiredToCreateLinkedIntegrationRuntime",
                    rule: Some("linking-factory-needs-identity"),
                },
                self.cast.owner.sharing().link(&self.places.linked, &self.places.shared, LinkOptions::default()),
            )
            .await?;
        let with_identity = Factory::new("eastus").with_system_assigned_identity();
        let factory = self
            .stage
            .succeeds(
                "owner",
                "Give the linking factory an identity.",
                self.cast.owner.factories().create_or_update(&self.places.linking, &with_identity),
                identity_of,
            )
            .await?;
        self.principal = factory.principal_id().unwrap_or_default().to_owned();
        self.stage
            .is_refused(
                "owner",
                "Link again. That the caller owns everything does not count: the identity needs permission.",
                NOT_GRANTED,
                self.cast.owner.sharing().link(&self.places.linked, &self.places.shared, LinkOptions::default()),
            )
            .await
    }

    async fn granting_and_linking(&mut self) -> Told {
        self.stage.chapter("Granting, then linking")?;
        self.stage
            .is_refused(
                "contributor",
                "A Contributor tries to grant it. Contributors may do everything but hand out roles.",
                Refusal { rule: Some("granting-needs-owner"), ..FORBIDDEN },
                self.cast.contributor.sharing().grant(&self.places.shared, &self.principal),
            )
            .await?;
        self.grant = self
            .stage
            .succeeds(
                "owner",
                "The owner grants: the linking factory's identity becomes Contributor at the runtime.",
                self.cast.owner.role_assignments().create(&self.places.shared, CONTRIBUTOR, &self.principal, SERVICE_PRINCIPAL),
                |grant| Ok(format!("to principal {}", grant.properties.principal_id)),
            )
            .await?;
        self.stage
            .succeeds(
                "owner",
                "Now linking works: the linked runtime names the resource id of the shared one.",
                self.cast.owner.sharing().link(&self.places.linked, &self.places.shared, LinkOptions::default()),
                |runtime| match runtime.linked_info() {
                    Some(link) => Ok(format!("linked, authorized by {}", link.authorization_type)),
                    None => Err("the answer has no linkedInfo".to_owned()),
                },
            )
            .await?;
        let linking = self.places.linking.name().to_owned();
        self.stage
            .succeeds(
                "owner",
                "The shared runtime's status lists who is linked.",
                self.cast.owner.sharing().links(&self.places.shared),
                |links| match links.as_slice() {
                    [link] if link.data_factory_name.as_deref() == Some(&linking) => Ok(format!("links: {linking}")),
                    _ => Err(format!("'{linking}' should be its only link")),
                },
            )
            .await?;
        Ok(())
    }

    async fn using_it(&mut self) -> Told {
        self.stage.chapter("Using and monitoring the linked runtime")?;
        self.linked_status("The linked runtime is only a name: its status is the shared one's.", "Online").await?;
        self.stage
            .succeeds(
                "owner",
                "So is its monitoring.",
                self.cast.owner.integration_runtimes().get_monitoring_data(&self.places.linked),
                |data| {
                    let nodes = data.nodes.as_deref().unwrap_or_default().len();
                    match (data.name.as_deref(), nodes) {
                        (Some("shared-ir"), 1) => Ok("of shared-ir, with its node".to_owned()),
                        _ => Err("it should be shared-ir's, with one node".to_owned()),
                    }
                },
            )
            .await?;
        self.stage
            .is_refused(
                "owner",
                "It has no keys of its own.",
                BAD_REQUEST,
                self.cast.owner.integration_runtimes().list_auth_keys(&self.places.linked),
            )
            .await?;
        self.stage
            .succeeds(
                "owner",
                "Use it: a linked service of the linking factory connects through it.",
                self.cast.owner.linked_services().create_or_update(&self.places.linking, FILES, &files_via("linked-ir")),
                |_| Ok("connects via linked-ir".to_owned()),
            )
            .await?;
        self.stage
            .is_refused(
                "owner",
                "While something connects through it, it cannot be deleted.",
                BAD_REQUEST,
                self.cast.owner.integration_runtimes().delete(&self.places.linked),
            )
            .await
    }

    async fn four_nodes(&mut self) -> Told {
        self.stage.chapter("Nodes: four at most")?;
        let second = self.keys.auth_key2.clone();
        let says = "Another machine registers; either key works.";
        self.node(says, second.clone(), "node2").await?;
        self.node("A third.", second.clone(), "node3").await?;
        self.node("A fourth.", second.clone(), "node4").await?;
        self.stage
            .is_refused(
                "machine",
                "A fifth.",
                Refusal { status: 409, code: "NodeLimitReached", rule: Some("four-nodes") },
                register(&self.cast, second, "node5"),
            )
            .await?;
        self.stage
            .succeeds(
                "owner",
                "Take the fourth away again.",
                self.cast.owner.integration_runtime_nodes().delete(&self.places.shared, "node4"),
                |existed| match existed {
                    true => Ok("removed".to_owned()),
                    false => Err("it should have been there".to_owned()),
                },
            )
            .await?;
        Ok(())
    }

    async fn changing_a_key(&mut self) -> Told {
        self.stage.chapter("Keys: the old one stops")?;
        let old = self.keys.auth_key1.clone();
        let keys = self
            .stage
            .succeeds(
                "owner",
                "Regenerate the first key.",
                self.cast.owner.integration_runtimes().regenerate_auth_key(&self.places.shared, AuthKeyName::AuthKey1),
                |keys| match &keys.auth_key1 {
                    Some(new) if Some(new) != old.as_ref() => Ok("a new authKey1".to_owned()),
                    _ => Err("it should answer with a new authKey1".to_owned()),
                },
            )
            .await?;
        self.stage
            .is_refused(
                "machine",
                "A machine registers with the old key.",
                Refusal { status: 400, code: "InvalidAuthKey", rule: Some("regenerated-key-stops") },
                register(&self.cast, old.clone(), "node4"),
            )
            .await?;
        self.node("With the new one it may.", keys.auth_key1, "node4").await?;
        self.linked_status("The nodes that had registered with the old key stay, as the linked runtime shows.", "Online").await
    }

    /// A machine registers.
    async fn node(&mut self, says: &str, key: Option<String>, name: &'static str) -> Told {
        self.stage
            .succeeds("machine", says, register(&self.cast, key, name), |node| Ok(format!("{} is {}", node.node_name, node.status)))
            .await?;
        Ok(())
    }

    /// Looks at the linked runtime.
    pub(super) async fn linked_status(&mut self, says: &str, state: &str) -> Told {
        self.stage
            .succeeds("owner", says, self.cast.owner.integration_runtimes().get_status(&self.places.linked), |status| {
                shows_state(status, state)
            })
            .await?;
        Ok(())
    }
}

/// No role grants it.
pub(super) const FORBIDDEN: Refusal = Refusal { status: 403, code: "AuthorizationFailed", rule: None };

/// The identity has no permission at the shared runtime.
pub(super) const NOT_GRANTED: Refusal =
    Refusal { status: 401, code: "UnauthorizedIntegrationRuntimeAccess", rule: Some("link-needs-grant") };

const BAD_REQUEST: Refusal = Refusal { status: 400, code: "BadRequest", rule: None };

/// A linked service for files, through a runtime.
pub(super) fn files_via(runtime: &str) -> LinkedServiceResource {
    let mut properties = Map::new();
    properties.insert("host".to_owned(), json!("\\\\files\\reports"));
    properties.insert("userId".to_owned(), json!("svc-reports"));
    LinkedServiceResource::via("FileServer", runtime, properties)
}

async fn register(cast: &Cast, key: Option<String>, name: &str) -> Result<RegisteredNode> {
    let auth_key = key.ok_or_else(|| Error::Invalid { message: "there is no such key".to_owned() })?;
    let node = NodeRegistration { auth_key, node_name: name.to_owned(), ..NodeRegistration::default() };
    cast.machine.register_node(&node).await
}

/// What a factory's answer shows: its identity.
pub(super) fn identity_of(factory: &Factory) -> std::result::Result<String, String> {
    match factory.principal_id() {
        Some(principal) => Ok(format!("managed identity {principal}")),
        None => Err("it should have a managed identity".to_owned()),
    }
}

fn shows_state(status: &IntegrationRuntimeStatus, expected: &str) -> std::result::Result<String, String> {
    let properties = &status.properties;
    let names: Vec<&str> = properties.type_properties.nodes.iter().filter_map(|node| node.node_name.as_deref()).collect();
    let nodes = if names.is_empty() { "no nodes".to_owned() } else { names.join(", ") };
    let name = status.name.as_deref().unwrap_or("-");
    if properties.state == expected {
        Ok(format!("{name} is {expected}: {nodes}"))
    } else {
        Err(format!("its state should be {expected}, but it is {}", properties.state))
    }
}
