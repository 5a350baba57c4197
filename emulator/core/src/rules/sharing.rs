//! Rules of sharing a self-hosted integration runtime: each documented limitation, and our choices beside them.
//!
//! Checks take plain values; `data_factory/link.rs` knows the world and asks them in Azure's order. One answer,
//! `UnauthorizedIntegrationRuntimeAccess`, serves several rules: the rule's name says which one it was.
//! Follows the pages named below; wire texts: `datafactory-wire` 4 and 6.

use super::Evidence::{Assumed, Documented, Recorded, Reported};
use super::{Origin, PUBLIC_RECORDINGS, Rule};
use crate::fault::{Fault, NotEmulated};
use crate::resource_id::ResourceId;

/// "Create a shared self-hosted integration runtime", with "Known limitations" at its end.
const SHARING: &str = "https://learn.microsoft.com/azure/data-factory/create-shared-self-hosted-integration-runtime-powershell";
/// "Create and configure a self-hosted integration runtime".
const SELF_HOSTED: &str = "https://learn.microsoft.com/azure/data-factory/create-self-hosted-integration-runtime";
/// Data Factory's part of the page of limits.
const LIMITS: &str = "https://learn.microsoft.com/azure/azure-resource-manager/management/azure-subscription-service-limits";
/// Where users quote the refusal of a link without a grant.
const NO_GRANT: &str = "MicrosoftDocs/azure-docs#55466, #94969";

/// At most so many runtimes can be linked to one (Data Factory's page of limits).
pub const LINKS_MAX: usize = 100;
/// At most so many nodes can be registered with one runtime (the page on self-hosted runtimes).
pub const NODES_MAX: usize = 4;

/// A linked runtime needs an identity that can be granted something.
pub static LINKING_FACTORY_NEEDS_IDENTITY: Rule = Rule {
    name: "linking-factory-needs-identity",
    sentence: "The factory in which a linked integration runtime is created must have a managed identity.",
    page: SHARING,
    status: 400,
    code: "ManagedIdentityRequiredToCreateLinkedIntegrationRuntime",
    origin: Origin::DataFactory,
    remedy: "PUT the linking factory with \"identity\": {\"type\": \"SystemAssigned\"}; portal and PowerShell send it, a template or an SDK must \
             set it. Or give it a user-assigned identity, make a credential of it and name that in linkedInfo.credential.",
    limit: Documented { page: SHARING },
    answer: Reported { source: "hashicorp/terraform-provider-azurerm#14036, #24742" },
};

/// Both factories belong to one tenant.
pub static SHARING_WITHIN_ONE_TENANT: Rule = Rule {
    name: "sharing-within-one-tenant",
    sentence: "A runtime can be shared only with factories of the same Microsoft Entra tenant.",
    page: SHARING,
    status: 401,
    code: "UnauthorizedIntegrationRuntimeAccess",
    origin: Origin::DataFactory,
    remedy: "Link from a factory in a subscription of the shared runtime's own tenant; a role assignment across tenants does not help.",
    limit: Documented { page: SHARING },
    answer: Assumed { because: "access is checked by the identity, so the answer of a missing grant is the likeliest" },
};

/// To share is to assign a role.
pub static GRANTING_NEEDS_OWNER: Rule = Rule {
    name: "granting-needs-owner",
    sentence: "Granting and revoking access to a shared runtime needs Owner or User Access Administrator, at the runtime or above it.",
    page: SHARING,
    status: 403,
    code: "AuthorizationFailed",
    origin: Origin::Gateway,
    remedy: "Let somebody grant who may do Microsoft.Authorization/roleAssignments/write (to revoke: …/delete) at the runtime or above it: an \
             Owner or a User Access Administrator. Contributor may not.",
    limit: Documented { page: SHARING },
    answer: Recorded { source: PUBLIC_RECORDINGS },
};

/// The grant comes before the link.
pub static LINK_NEEDS_GRANT: Rule = Rule {
    name: "link-needs-grant",
    sentence: "The linking factory's identity must hold Contributor at the shared runtime, or above it, before the link is made.",
    page: SHARING,
    status: 401,
    code: "UnauthorizedIntegrationRuntimeAccess",
    origin: Origin::DataFactory,
    remedy: "Assign Contributor at the shared runtime to the principal of the linking factory's identity, then link again. The caller's own \
             roles do not count.",
    limit: Documented { page: SHARING },
    answer: Reported { source: NO_GRANT },
};

/// There must be something to link to.
pub static SHARED_RUNTIME_EXISTS: Rule = Rule {
    name: "shared-runtime-exists",
    sentence: "The runtime that is linked to must exist.",
    page: SHARING,
    status: 401,
    code: "UnauthorizedIntegrationRuntimeAccess",
    origin: Origin::DataFactory,
    remedy: "Send as linkedInfo.resourceId the id that a GET of the shared runtime shows.",
    limit: Assumed { because: "it follows from what a link is" },
    answer: Assumed { because: "access is checked by the id, so a missing runtime is answered like one without a grant" },
};

/// A guest cannot search the directory for a factory.
pub static GUEST_SHARES_BY_IDENTITY: Rule = Rule {
    name: "guest-shares-by-identity",
    sentence: "A guest cannot list or search the directory, so a guest who shares enters the managed identity of the linking factory.",
    page: SHARING,
    status: 403,
    code: "Authorization_RequestDenied",
    origin: Origin::Provider,
    remedy: "Take identity.principalId from the linking factory and grant to that object id; reading the directory by id is allowed.",
    limit: Documented { page: SHARING },
    answer: Documented { page: "https://learn.microsoft.com/graph/resolve-auth-errors" },
};

/// Without the grant, or without its element in `links`, a linked runtime is of no use.
pub static REVOKED_LINK_IS_ACCESS_DENIED: Rule = Rule {
    name: "revoked-link-is-access-denied",
    sentence: "When the grant is revoked or the link is removed, the linked runtime stays, but its state is AccessDenied and nothing connects \
               through it.",
    page: SHARING,
    status: 401,
    code: "UnauthorizedIntegrationRuntimeAccess",
    origin: Origin::DataFactory,
    remedy: "Grant Contributor at the shared runtime again; if the link was removed there, PUT the linked runtime again as well.",
    limit: Documented { page: SHARING },
    answer: Assumed { because: "the state is in the API description; a linked service through such a runtime was not recorded" },
};

/// `removeLinks` takes the bare name of the linking factory.
pub static LINK_IS_REMOVED_AT_THE_SHARED_RUNTIME: Rule = Rule {
    name: "link-is-removed-at-the-shared-runtime",
    sentence: "A link is removed at the shared runtime, by the name of the linking factory; a resource id in its place is an error.",
    page: SHARING,
    status: 500,
    code: "InternalError",
    origin: Origin::DataFactory,
    remedy: "POST removeLinks to the shared runtime with {\"factoryName\": \"NAME\"}, the linking factory's name and not its id.",
    limit: Documented { page: SHARING },
    answer: Reported { source: "Azure/azure-powershell#12191" },
};

/// Nodes, keys and monitoring are those of the shared runtime.
pub static LINKED_RUNTIME_MIRRORS_SHARED: Rule = Rule {
    name: "linked-runtime-mirrors-shared",
    sentence: "A linked runtime is logical: status, nodes and monitoring come from the shared runtime, and keys, nodes, updates and \
               credentials are handled there.",
    page: SHARING,
    status: 400,
    code: "BadRequest",
    origin: Origin::DataFactory,
    remedy: "Send the request to the shared runtime, whose id stands in the linked runtime's linkedInfo.resourceId.",
    limit: Documented { page: SHARING },
    answer: Assumed { because: "clients say that it is not supported, not how it is refused" },
};

/// A regenerated key registers nothing any more.
pub static REGENERATED_KEY_STOPS: Rule = Rule {
    name: "regenerated-key-stops",
    sentence: "Either authentication key registers a node; a regenerated key no longer does, and registered nodes stay.",
    page: SELF_HOSTED,
    status: 400,
    code: "InvalidAuthKey",
    origin: Origin::Provider,
    remedy: "Register with a key that listAuthKeys shows now.",
    limit: Documented { page: SELF_HOSTED },
    answer: Assumed { because: "nodes register over a protocol that is not public; this is the emulator's own endpoint" },
};

/// Four nodes are the most.
pub static FOUR_NODES: Rule = Rule {
    name: "four-nodes",
    sentence: "A self-hosted integration runtime has at most four nodes.",
    page: SELF_HOSTED,
    status: 409,
    code: "NodeLimitReached",
    origin: Origin::Provider,
    remedy: "Remove a node first; a node that is registered already may register again.",
    limit: Documented { page: SELF_HOSTED },
    answer: Assumed { because: "nodes register over a protocol that is not public; this is the emulator's own endpoint" },
};

/// Version 1 has no sharing.
pub static ONLY_VERSION_2: Rule = Rule {
    name: "only-version-2",
    sentence: "Sharing exists in Data Factory V2 only; factories of version 1 (Microsoft.DataFactory/dataFactories) are not emulated.",
    page: SHARING,
    status: 501,
    code: "NotEmulated",
    origin: Origin::Gateway,
    remedy: "Use Microsoft.DataFactory/factories with api-version 2018-06-01.",
    limit: Documented { page: SHARING },
    answer: Assumed { because: "Azure serves version 1; the emulator says that it does not" },
};

/// What an old SDK lacks shows on the client, not on the server.
pub static NET_SDK_1_1_0: Rule = Rule {
    name: "net-sdk-1-1-0",
    sentence: "The .NET SDK must be version 1.1.0 or later to share a runtime. Not observable at a server: an older SDK cannot write the request.",
    page: SHARING,
    status: 200,
    code: "",
    origin: Origin::DataFactory,
    remedy: "Use Microsoft.Azure.Management.DataFactory 1.1.0 or later.",
    limit: Documented { page: SHARING },
    answer: Assumed { because: "there is no request by which a server could tell" },
};

/// The id in `linkedInfo` is a runtime's.
pub static LINK_NAMES_A_RUNTIME: Rule = Rule {
    name: "link-names-a-runtime",
    sentence: "linkedInfo says how access is authorized and has the resource id of an integration runtime.",
    page: SHARING,
    status: 400,
    code: "BadRequest",
    origin: Origin::DataFactory,
    remedy: "Send {\"authorizationType\": \"RBAC\", \"resourceId\": \"/subscriptions/…/factories/…/integrationRuntimes/…\"}.",
    limit: Documented { page: "https://learn.microsoft.com/rest/api/datafactory/integration-runtimes/create-or-update" },
    answer: Assumed { because: "Data Factory answers other malformed documents so" },
};

/// Sharing has one level.
pub static ONE_LEVEL_OF_SHARING: Rule = Rule {
    name: "one-level-of-sharing",
    sentence: "A linked runtime cannot be shared on, and a runtime cannot be linked to itself.",
    page: SHARING,
    status: 400,
    code: "BadRequest",
    origin: Origin::DataFactory,
    remedy: "Link to the runtime that has the nodes.",
    limit: Assumed { because: "nothing documents a chain of links" },
    answer: Assumed { because: "Data Factory answers other invalid documents so" },
};

/// A hundred links are the most.
pub static HUNDRED_LINKS: Rule = Rule {
    name: "hundred-links",
    sentence: "At most 100 runtimes can be linked to one self-hosted integration runtime.",
    page: LIMITS,
    status: 400,
    code: "BadRequest",
    origin: Origin::DataFactory,
    remedy: "Remove a link at the shared runtime first, or share another runtime.",
    limit: Documented { page: LIMITS },
    answer: Assumed { because: "the limit is documented, its refusal was not found" },
};

/// A node is needed before a link is registered from the sharing side.
pub static SHARED_RUNTIME_NEEDS_NODE: Rule = Rule {
    name: "shared-runtime-needs-node",
    sentence: "linkedIntegrationRuntime needs a registered node at the shared runtime; so does a link, where the setting \
               linkNeedsRegisteredNode says so.",
    page: SHARING,
    status: 400,
    code: "UnsupportedVersionForSharableIR",
    origin: Origin::DataFactory,
    remedy: "Register a node with one of the shared runtime's keys first.",
    limit: Reported { source: "MicrosoftDocs/azure-docs#106804" },
    answer: Reported { source: "Azure/azure-cli-extensions#5129; the status is inferred" },
};

/// A runtime is born linked or not.
pub static LINK_STAYS_A_LINK: Rule = Rule {
    name: "link-stays-a-link",
    sentence: "A runtime with nodes and keys of its own cannot become a linked one, nor the other way round.",
    page: SHARING,
    status: 400,
    code: "DataFactoryPropertyUpdateNotSupported",
    origin: Origin::DataFactory,
    remedy: "Delete the runtime and create it anew, or use another name.",
    limit: Assumed { because: "nothing says what would become of its nodes and keys" },
    answer: Assumed { because: "Data Factory refuses other changes of a runtime's nature so" },
};

/// Rules of this file: first what the page on sharing says, in its order, then what follows from it.
pub static ALL: &[&Rule] = &[
    &LINKING_FACTORY_NEEDS_IDENTITY,
    &SHARING_WITHIN_ONE_TENANT,
    &GRANTING_NEEDS_OWNER,
    &LINK_NEEDS_GRANT,
    &GUEST_SHARES_BY_IDENTITY,
    &REVOKED_LINK_IS_ACCESS_DENIED,
    &LINK_IS_REMOVED_AT_THE_SHARED_RUNTIME,
    &LINKED_RUNTIME_MIRRORS_SHARED,
    &REGENERATED_KEY_STOPS,
    &FOUR_NODES,
    &ONLY_VERSION_2,
    &NET_SDK_1_1_0,
    &LINK_NAMES_A_RUNTIME,
    &SHARED_RUNTIME_EXISTS,
    &ONE_LEVEL_OF_SHARING,
    &HUNDRED_LINKS,
    &SHARED_RUNTIME_NEEDS_NODE,
    &LINK_STAYS_A_LINK,
];

/// Returns the refusal of access to the shared runtime named `shared`, for the reason that `rule` gives.
pub fn access_denied(rule: &'static Rule, shared: &str) -> Fault {
    rule.broken(format!(
        "Access denied. Unable to access shared integration runtime '{shared}'. Please check whether this resource has been granted permission \
         by the shared integration runtime"
    ))
}

/// Returns the fault of a linked runtime in a factory that has no identity to grant to.
pub fn identity_required(runtime: &str, factory: &str) -> Fault {
    LINKING_FACTORY_NEEDS_IDENTITY.broken(format!(
        "Managed identity is required when creating linked integration runtime '{runtime}' under '{factory}'. Please specify a managed \
         identity via credential object."
    ))
}

/// Returns the fault of a runtime that is linked being sent without `linkedInfo`, or the other way round.
pub fn link_changed() -> Fault {
    LINK_STAYS_A_LINK.broken("Updating property linkedInfo is not supported.")
}

/// Returns the fault of `linkedInfo` not being one; `problem` says what is wrong.
pub fn bad_linked_info(problem: &str) -> Fault {
    LINK_NAMES_A_RUNTIME.broken(format!("The linkedInfo of the integration runtime is invalid: {problem}"))
}

/// Returns the fault of linking to what is not the one with the nodes; `problem` says what it is.
pub fn more_than_one_level(shared: &str, problem: &str) -> Fault {
    ONE_LEVEL_OF_SHARING.broken(format!("The integration runtime '{shared}' cannot be linked to: {problem}"))
}

/// Checks that one more link fits beside the `others`.
pub fn links_at_most_a_hundred(others: usize, shared: &str) -> Result<(), Fault> {
    if others < LINKS_MAX {
        return Ok(());
    }
    Err(HUNDRED_LINKS
        .broken(format!("The integration runtime '{shared}' already has {LINKS_MAX} linked integration runtimes, the maximum.")))
}

/// Checks that one more node fits beside the `others`.
pub fn nodes_at_most_four(others: usize, runtime: &str) -> Result<(), Fault> {
    if others < NODES_MAX {
        return Ok(());
    }
    Err(FOUR_NODES.broken(format!("The integration runtime '{runtime}' already has {NODES_MAX} nodes, the maximum.")))
}

/// Returns the fault of an authentication key that no runtime has now.
pub fn key_not_valid() -> Fault {
    REGENERATED_KEY_STOPS
        .broken("The authentication key is not valid: no integration runtime has it now. It may have been regenerated.")
        .at("authKey")
}

/// Returns the fault of a request that belongs to the shared runtime with the id `shared`.
pub fn belongs_to_shared(linked: &str, shared: &str) -> Fault {
    LINKED_RUNTIME_MIRRORS_SHARED.broken(format!(
        "The integration runtime '{linked}' is linked. This operation is not supported on it; use the shared integration runtime '{shared}'."
    ))
}

/// Checks that `factory_name` of `removeLinks` is a name.
pub fn is_a_factory_name(factory_name: &str) -> Result<(), Fault> {
    if factory_name.contains('/') {
        return Err(LINK_IS_REMOVED_AT_THE_SHARED_RUNTIME.broken("Internal error has occurred."));
    }
    Ok(())
}

/// Returns the fault of a shared runtime without a registered node: a code without message, about that runtime.
pub fn node_required(shared: &ResourceId) -> Fault {
    SHARED_RUNTIME_NEEDS_NODE.broken("").without_message().at(shared.as_str())
}

/// Returns the fault of a path of any type of Data Factory's version 1; none for other paths.
pub fn version_1(path: &ResourceId) -> Option<Fault> {
    const TYPE: &str = "Microsoft.DataFactory/dataFactories";
    let asked = path.resource_type()?;
    let (head, rest) = asked.split_at_checked(TYPE.len())?;
    let is_version_1 = head.eq_ignore_ascii_case(TYPE) && (rest.is_empty() || rest.starts_with('/'));
    is_version_1.then(|| Fault::NotEmulated(NotEmulated { operation: TYPE.to_owned(), rule: Some(&ONLY_VERSION_2) }))
}

/// Returns the rule behind an `AuthorizationFailed`: granting or revoking at an integration runtime, where `scope` is
/// the runtime or a role assignment there.
pub fn rule_of_refusal(action: &str, scope: &ResourceId) -> Option<&'static Rule> {
    const GRANTING: [&str; 2] = ["Microsoft.Authorization/roleAssignments/write", "Microsoft.Authorization/roleAssignments/delete"];
    let is_granting = GRANTING.iter().any(|it| it.eq_ignore_ascii_case(action));
    let is_runtime = |id: &ResourceId| id.is_of_type("Microsoft.DataFactory/factories/integrationRuntimes");
    let at_runtime = is_runtime(scope)
        || (scope.is_of_type("Microsoft.Authorization/roleAssignments") && scope.parent().is_some_and(|parent| is_runtime(&parent)));
    (is_granting && at_runtime).then_some(&GRANTING_NEEDS_OWNER)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refused_grant_at_a_runtime_is_the_owners_rule_and_elsewhere_not() {
        let runtime = "/subscriptions/s/resourceGroups/g/providers/Microsoft.DataFactory/factories/f/integrationruntimes/r";
        let id = |text: &str| ResourceId::parse(text).unwrap();
        let rule = |action: &str, scope: &str| rule_of_refusal(action, &id(scope)).map(|rule| rule.name);
        let assignment = format!("{runtime}/providers/Microsoft.Authorization/roleAssignments/a");
        assert_eq!(rule("Microsoft.Authorization/roleAssignments/write", &assignment), Some("granting-needs-owner"));
        assert_eq!(rule("microsoft.authorization/roleassignments/DELETE", runtime), Some("granting-needs-owner"));
        assert_eq!(rule("Microsoft.Authorization/roleAssignments/read", &assignment), None);
        assert_eq!(rule("Microsoft.Authorization/roleAssignments/write", "/subscriptions/s/resourceGroups/g"), None);
    }

    #[test]
    fn limits_bite_at_the_next_one() {
        assert!(links_at_most_a_hundred(99, "r").is_ok() && links_at_most_a_hundred(100, "r").is_err());
        assert!(nodes_at_most_four(3, "r").is_ok() && nodes_at_most_four(4, "r").is_err());
        assert!(is_a_factory_name("f-linked").is_ok() && is_a_factory_name("/subscriptions/s").is_err());
    }
}
