//! Cases of sharing a self-hosted integration runtime.
//!
//! Rules: `rules/sharing.rs` of the core; the walk through the same requests is in `docs/sharing.md`.

use axum::http::Method;
use serde_json::{Value, json};

use super::super::case::{Case, Step};
use super::references::through;
use super::{
    CONTRIBUTOR, Cases, RG_FABRIKAM, RG_LINKED, RG_SHARED, SUBSCRIPTION, auth_keys, delete, eastus, factory, get, grant, granted, linked,
    linked_to, linking_factory, post, put, register_node, role_assignment, runtime, self_hosted, shared, shared_and_linked, shared_runtime,
    sharing_factory, two_factories, with_identity,
};

/// What Data Factory says of a link that may not be made to the runtime `shared`.
const ACCESS_DENIED: &str = "Access denied. Unable to access shared integration runtime 'shared'. Please check whether this resource has been \
                             granted permission by the shared integration runtime";

pub(super) const CASES: Cases = &[
    ("linking-factory-needs-identity", linking_factory_needs_identity),
    ("sharing-within-one-tenant", sharing_within_one_tenant),
    ("granting-needs-owner", granting_needs_owner),
    ("link-needs-grant", link_needs_grant),
    ("guest-shares-by-identity", guest_shares_by_identity),
    ("revoked-link-is-access-denied", revoked_link_is_access_denied),
    ("link-is-removed-at-the-shared-runtime", link_is_removed_at_the_shared_runtime),
    ("linked-runtime-mirrors-shared", linked_runtime_mirrors_shared),
    ("regenerated-key-stops", regenerated_key_stops),
    ("four-nodes", four_nodes),
    ("only-version-2", only_version_2),
    ("link-names-a-runtime", link_names_a_runtime),
    ("shared-runtime-exists", shared_runtime_exists),
    ("one-level-of-sharing", one_level_of_sharing),
    ("hundred-links", hundred_links),
    ("shared-runtime-needs-node", shared_runtime_needs_node),
    ("link-stays-a-link", link_stays_a_link),
];

/// Links the runtime in the linking factory.
fn link() -> Step {
    put(linked(), linked_to(&shared()))
}

fn linking_factory_needs_identity(name: &'static str) -> Case {
    Case::new(name, link())
        .after(shared_runtime())
        .after([put(linking_factory(), eastus())])
        .says(
            "Managed identity is required when creating linked integration runtime 'linked' under 'linking'. Please specify a managed \
             identity via credential object.",
        )
        .passes_after(
            "The linking factory gets an identity, and the identity the grant.",
            [put(linking_factory(), with_identity()).keeping("principal", "principalId"), granted()],
        )
}

fn sharing_within_one_tenant(name: &'static str) -> Case {
    let abroad = factory(RG_FABRIKAM, "abroad");
    let mut skipped = grant(CONTRIBUTOR, "{{abroad}}");
    if let Some(properties) = skipped.get_mut("properties").and_then(Value::as_object_mut) {
        // Without it the grant is refused already: the directory does not know the principal.
        properties.insert("principalType".to_owned(), "ServicePrincipal".into());
    }
    Case::new(name, put(runtime(&abroad, "linked"), linked_to(&shared())).by("fabrikam-owner"))
        .after(shared_runtime())
        .after([
            put(&abroad, with_identity()).by("fabrikam-owner").keeping("abroad", "principalId"),
            put(role_assignment(&shared(), 2), skipped),
        ])
        .says(ACCESS_DENIED)
        .nothing_helps("No grant crosses a tenant: only a factory in a subscription of the shared runtime's own tenant can link to it.")
}

fn granting_needs_owner(name: &'static str) -> Case {
    let contributor = "44444444-4444-4444-4444-000000000002";
    let assignment = role_assignment(&shared(), 1);
    Case::new(name, put(&assignment, grant(CONTRIBUTOR, "{{principal}}")).by("contributor"))
        .after(two_factories())
        .says(format!(
            "The client '33333333-3333-3333-3333-000000000002' with object id '{contributor}' does not have authorization to perform action \
             'Microsoft.Authorization/roleAssignments/write' over scope '{assignment}' or the scope is invalid. If access was recently \
             granted, please refresh your credentials."
        ))
        .passes_after("The caller becomes Owner of the shared runtime.", [put(role_assignment(&shared(), 2), grant(super::OWNER, contributor))])
}

fn link_needs_grant(name: &'static str) -> Case {
    Case::new(name, link())
        .after(two_factories())
        .says(ACCESS_DENIED)
        .passes_after("Contributor at the shared runtime is granted to the linking factory's identity.", [granted()])
}

fn guest_shares_by_identity(name: &'static str) -> Case {
    let graph = |path: &str| Step::written(Method::GET, format!("/graph/v1.0/{path}"), "").by("eve");
    Case::new(name, graph("servicePrincipals?$filter=displayName%20eq%20'linking'"))
        .after([put(linking_factory(), with_identity()).by("eve").keeping("principal", "principalId")])
        .says("Insufficient privileges to complete the operation.")
        .passes_as("The guest asks for the identity by its object id, which the factory shows.", graph("servicePrincipals/{{principal}}"))
}

fn revoked_link_is_access_denied(name: &'static str) -> Case {
    Case::new(name, put(format!("{}/linkedservices/orders", linking_factory()), through("linked")))
        .after(shared_and_linked())
        .after([delete(role_assignment(&shared(), 1))])
        .says(ACCESS_DENIED)
        .passes_after("The grant is made again.", [granted()])
}

fn link_is_removed_at_the_shared_runtime(name: &'static str) -> Case {
    let remove = |factory: &str| post(format!("{}/removeLinks", shared()), json!({ "factoryName": factory }));
    Case::new(name, remove(&linking_factory()))
        .after(shared_and_linked())
        .says("Internal error has occurred.")
        .passes_as("The factory is named by its bare name.", remove("linking"))
}

fn linked_runtime_mirrors_shared(name: &'static str) -> Case {
    Case::new(name, post(format!("{}/listAuthKeys", linked()), Value::Null))
        .after(shared_and_linked())
        .says("The integration runtime 'linked' is linked. This operation is not supported on it; use the shared integration runtime '…'.")
        .passes_as("The keys are read at the shared runtime.", post(format!("{}/listAuthKeys", shared()), Value::Null))
}

fn regenerated_key_stops(name: &'static str) -> Case {
    let regenerate = post(format!("{}/regenerateAuthKey", shared()), json!({ "keyName": "authKey1" })).keeping("new", "authKey1");
    let new = Step::control(Method::POST, "nodes", &json!({ "authKey": "{{new}}", "nodeName": "node1" }));
    Case::new(name, register_node("node1"))
        .after(shared_runtime())
        .after([auth_keys(&shared()), regenerate])
        .says("The authentication key is not valid: no integration runtime has it now. It may have been regenerated.")
        .passes_as("The node registers with the new key.", new)
}

fn four_nodes(name: &'static str) -> Case {
    Case::new(name, register_node("node5"))
        .after(shared_runtime())
        .after([auth_keys(&shared())])
        .after(["node1", "node2", "node3", "node4"].map(register_node))
        .says("The integration runtime 'shared' already has 4 nodes, the maximum.")
        .passes_after("One of the four is deleted.", [delete(format!("{}/nodes/node4", shared()))])
}

fn only_version_2(name: &'static str) -> Case {
    Case::new(name, get(format!("{RG_SHARED}/providers/Microsoft.DataFactory/dataFactories/old")))
        .says("The operation 'Microsoft.DataFactory/dataFactories' is not emulated yet. Nothing was read or changed at '…'.")
        .nothing_helps("Sharing exists in version 2 only, whose factories are of the type Microsoft.DataFactory/factories.")
}

fn link_names_a_runtime(name: &'static str) -> Case {
    Case::new(name, put(linked(), linked_to(&sharing_factory())))
        .after(two_factories())
        .after([granted()])
        .says("The linkedInfo of the integration runtime is invalid: the resourceId '…' is not the id of an integration runtime.")
        .passes_as("The id is the shared runtime's and not its factory's.", link())
}

fn shared_runtime_exists(name: &'static str) -> Case {
    Case::new(name, link())
        .after([put(sharing_factory(), with_identity()), put(linking_factory(), with_identity()).keeping("principal", "principalId")])
        .after([put(role_assignment(&sharing_factory(), 1), grant(CONTRIBUTOR, "{{principal}}"))])
        .says(ACCESS_DENIED)
        .passes_after("The runtime is created.", [put(shared(), self_hosted())])
}

fn one_level_of_sharing(name: &'static str) -> Case {
    let third = factory(RG_LINKED, "third");
    let onward = |to: &str| put(runtime(&third, "onward"), linked_to(to));
    Case::new(name, onward(&linked()))
        .after(shared_and_linked())
        .after([
            put(&third, with_identity()).keeping("third", "principalId"),
            put(role_assignment(SUBSCRIPTION, 2), grant(CONTRIBUTOR, "{{third}}")),
        ])
        .says("The integration runtime 'linked' cannot be linked to: it is itself linked.")
        .passes_as("The link is to the runtime that is shared itself.", onward(&shared()))
}

fn hundred_links(name: &'static str) -> Case {
    let numbered = |number: u32| runtime(&linking_factory(), &format!("linked-{number}"));
    let mut resources = vec![
        json!({ "id": sharing_factory(), "body": with_identity() }),
        json!({ "id": shared(), "body": self_hosted() }),
        json!({ "id": linking_factory(), "body": with_identity() }),
    ];
    resources.extend((1..=100).map(|number| json!({ "id": numbered(number), "body": linked_to(&shared()) })));
    let held = json!({ "principal": linking_factory(), "role": "Contributor", "scope": shared() });
    Case::new(name, put(numbered(101), linked_to(&shared())))
        .in_world(json!({ "resources": resources, "roleAssignments": [held] }))
        .says("The integration runtime 'shared' already has 100 linked integration runtimes, the maximum.")
        .passes_after("One of the hundred is deleted.", [delete(numbered(1))])
}

fn shared_runtime_needs_node(name: &'static str) -> Case {
    let subscription = SUBSCRIPTION.trim_start_matches("/subscriptions/");
    let body = json!({ "name": "linked", "subscriptionId": subscription, "dataFactoryName": "linking", "dataFactoryLocation": "eastus" });
    Case::new(name, post(format!("{}/linkedIntegrationRuntime", shared()), body))
        .after(shared_runtime())
        .passes_after("A node is registered.", [auth_keys(&shared()), register_node("node1")])
}

fn link_stays_a_link(name: &'static str) -> Case {
    Case::new(name, put(linked(), self_hosted()))
        .after(shared_and_linked())
        .says("Updating property linkedInfo is not supported.")
        .passes_after("The linked runtime is deleted first.", [delete(linked())])
}
