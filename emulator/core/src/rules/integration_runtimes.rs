//! Rules of integration runtimes, their nodes and their update settings, apart from sharing.
//!
//! Checks take plain values. Patterns: `datafactory-wire` 7.1; what Azure answers to a bad document is mostly not
//! known and marked so. A runtime's own name is in `naming.rs`.

use super::Evidence::{Assumed, Documented, Reported};
use super::{Origin, Rule};
use crate::fault::Fault;
use crate::resource_id::ResourceId;
use uuid::Uuid;

const CREATE: &str = "https://learn.microsoft.com/rest/api/datafactory/integration-runtimes/create-or-update";
const UPDATE: &str = "https://learn.microsoft.com/rest/api/datafactory/integration-runtimes/update";
const NODES: &str = "https://learn.microsoft.com/rest/api/datafactory/integration-runtime-nodes/update";
/// "Standard virtual network injection method", with who may join a network.
const NETWORKS: &str = "https://learn.microsoft.com/azure/data-factory/azure-ssis-integration-runtime-standard-virtual-network-injection";
const OTHERS: &str = "Data Factory answers other invalid documents so";

/// A node's name has at most so many characters (the API description).
pub const NODE_NAME_LENGTH_MAX: usize = 150;

/// Letters, digits, dashes and underscores.
pub static NODE_NAME_SHAPE: Rule = Rule {
    name: "node-name-shape",
    sentence: "A node's name has 1 to 150 letters, digits, dashes and underscores and begins with a letter or digit.",
    page: NODES,
    status: 400,
    code: "BadRequest",
    origin: Origin::DataFactory,
    remedy: "Choose a name of letters, digits, dashes and underscores that begins with a letter or digit.",
    limit: Documented { page: NODES },
    answer: Assumed { because: OTHERS },
};

/// The discriminator must be there.
pub static INTEGRATION_RUNTIME_HAS_A_TYPE: Rule = Rule {
    name: "integration-runtime-has-a-type",
    sentence: "An integration runtime's properties.type is SelfHosted or Managed; without it the document is refused.",
    page: CREATE,
    status: 400,
    code: "BadRequest",
    origin: Origin::DataFactory,
    remedy: "Send \"properties\": {\"type\": \"SelfHosted\"}. azure-mgmt-datafactory 10.0.0 for Python leaves it out: set it with \
             type=\"SelfHosted\".",
    limit: Documented { page: CREATE },
    answer: Assumed { because: OTHERS },
};

/// A runtime keeps its type.
pub static INTEGRATION_RUNTIME_KEEPS_ITS_TYPE: Rule = Rule {
    name: "integration-runtime-keeps-its-type",
    sentence: "The type of an existing integration runtime cannot be changed.",
    page: "https://learn.microsoft.com/azure/data-factory/ci-cd-github-troubleshoot-guide",
    status: 400,
    code: "DataFactoryPropertyUpdateNotSupported",
    origin: Origin::DataFactory,
    remedy: "Use the same type in every environment, or delete the runtime first.",
    limit: Documented { page: "https://learn.microsoft.com/azure/data-factory/ci-cd-github-troubleshoot-guide" },
    answer: Reported { source: "the same page quotes code and message; the status is inferred" },
};

/// Keys and nodes are self-hosted, start and stop are managed.
pub static OPERATION_SUITS_THE_RUNTIME: Rule = Rule {
    name: "operation-suits-the-runtime",
    sentence: "Keys, nodes, links, updates and credentials are of self-hosted runtimes only; start and stop are of managed runtimes only.",
    page: "https://learn.microsoft.com/rest/api/datafactory/integration-runtimes",
    status: 400,
    code: "BadRequest",
    origin: Origin::DataFactory,
    remedy: "Send the request to a runtime of the type that it is meant for.",
    limit: Documented { page: "https://learn.microsoft.com/azure/data-factory/concepts-integration-runtime" },
    answer: Assumed { because: OTHERS },
};

/// What PATCH takes.
pub static UPDATE_SETTINGS_SHAPE: Rule = Rule {
    name: "update-settings-shape",
    sentence: "autoUpdate is On or Off, and updateDelayOffset an ISO 8601 duration, with or without quotation marks inside the text.",
    page: UPDATE,
    status: 400,
    code: "BadRequest",
    origin: Origin::DataFactory,
    remedy: "Send {\"autoUpdate\": \"Off\", \"updateDelayOffset\": \"\\\"PT3H\\\"\"}.",
    limit: Documented { page: UPDATE },
    answer: Assumed { because: OTHERS },
};

/// There are two keys.
pub static KEY_NAME_IS_KNOWN: Rule = Rule {
    name: "key-name-is-known",
    sentence: "regenerateAuthKey takes the keyName authKey1 or authKey2.",
    page: "https://learn.microsoft.com/rest/api/datafactory/integration-runtimes/regenerate-auth-key",
    status: 400,
    code: "BadRequest",
    origin: Origin::DataFactory,
    remedy: "Send {\"keyName\": \"authKey1\"} or {\"keyName\": \"authKey2\"}.",
    limit: Documented { page: "https://learn.microsoft.com/rest/api/datafactory/integration-runtimes/regenerate-auth-key" },
    answer: Assumed { because: OTHERS },
};

/// A node runs between one job and as many as its machine allows.
pub static CONCURRENT_JOBS_LIMIT: Rule = Rule {
    name: "concurrent-jobs-limit",
    sentence: "A node's concurrentJobsLimit lies between 1 and its maxConcurrentJobs.",
    page: NODES,
    status: 400,
    code: "BadRequest",
    origin: Origin::DataFactory,
    remedy: "Send a number from 1 to the node's maxConcurrentJobs.",
    limit: Documented { page: NODES },
    answer: Assumed { because: OTHERS },
};

/// What the link requests take.
pub static LINK_REQUEST_SHAPE: Rule = Rule {
    name: "link-request-shape",
    sentence: "removeLinks takes the text factoryName; linkedIntegrationRuntime takes the texts name, subscriptionId, dataFactoryName and \
               dataFactoryLocation.",
    page: "https://learn.microsoft.com/rest/api/datafactory/integration-runtimes/remove-links",
    status: 400,
    code: "BadRequest",
    origin: Origin::DataFactory,
    remedy: "Send the members that the sentence names, as texts.",
    limit: Documented { page: "https://learn.microsoft.com/rest/api/datafactory/integration-runtimes/remove-links" },
    answer: Assumed { because: OTHERS },
};

/// A network is joined by who may.
pub static JOINING_A_NETWORK_NEEDS_PERMISSION: Rule = Rule {
    name: "joining-a-network-needs-permission",
    sentence: "Whoever makes a managed runtime in a virtual network may join that network: Network Contributor or more, there.",
    page: NETWORKS,
    status: 403,
    code: "LinkedAuthorizationFailed",
    origin: Origin::Gateway,
    remedy: "Have Network Contributor, or a role with Microsoft.Network/virtualNetworks/*/join/action, granted to the caller at the network.",
    limit: Documented { page: NETWORKS },
    answer: Reported { source: "MicrosoftDocs/azure-docs#30976" },
};

/// Rules of this file.
pub static ALL: &[&Rule] = &[
    &INTEGRATION_RUNTIME_HAS_A_TYPE,
    &INTEGRATION_RUNTIME_KEEPS_ITS_TYPE,
    &OPERATION_SUITS_THE_RUNTIME,
    &UPDATE_SETTINGS_SHAPE,
    &KEY_NAME_IS_KNOWN,
    &LINK_REQUEST_SHAPE,
    &NODE_NAME_SHAPE,
    &CONCURRENT_JOBS_LIMIT,
    &JOINING_A_NETWORK_NEEDS_PERMISSION,
];

/// Checks a node's name.
pub fn node_name_has_its_shape(name: &str) -> Result<(), Fault> {
    let begins_well = name.bytes().next().is_some_and(|byte| byte.is_ascii_alphanumeric());
    let goes_on_well = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-');
    if begins_well && goes_on_well && name.len() <= NODE_NAME_LENGTH_MAX {
        return Ok(());
    }
    let message = format!(
        "The node name '{name}' is invalid. It has 1 to {NODE_NAME_LENGTH_MAX} letters, digits, dashes and underscores and begins with a letter \
         or digit."
    );
    Err(NODE_NAME_SHAPE.broken(message).at("nodeName"))
}

/// Returns the fault of `client` writing a runtime in networks that it may not join.
pub fn may_not_join(client: &str, object_id: Uuid, runtime: &ResourceId, networks: &str) -> Fault {
    JOINING_A_NETWORK_NEEDS_PERMISSION.broken(format!(
        "The client '{client}' with object id '{object_id}' has permission to perform action \
         'Microsoft.DataFactory/factories/integrationRuntimes/write' on scope '{runtime}'; however, it does not have permission to perform \
         action 'join/action' on the linked scope(s) '{networks}'."
    ))
}

/// Returns the fault of a runtime without `properties.type`, or with one that is not known.
pub fn type_not_known(sent: Option<&str>) -> Fault {
    let problem = match sent {
        None => "The integration runtime has no 'properties.type'.".to_owned(),
        Some(sent) => format!("The integration runtime type '{sent}' is not known."),
    };
    INTEGRATION_RUNTIME_HAS_A_TYPE.broken(format!("{problem} The supported types are 'SelfHosted' and 'Managed'."))
}

/// Returns the fault of an existing runtime being sent with another type.
pub fn type_changed() -> Fault {
    INTEGRATION_RUNTIME_KEEPS_ITS_TYPE.broken("Updating property type is not supported.")
}

/// Returns the fault of `operation` being asked of a runtime of another type.
pub fn does_not_suit(operation: &str, runtime: &str, runtime_type: &str) -> Fault {
    OPERATION_SUITS_THE_RUNTIME
        .broken(format!("The operation '{operation}' is not supported on the integration runtime '{runtime}' of type '{runtime_type}'."))
}

/// Returns the fault of an update setting not having its form.
pub fn bad_update_setting(name: &str, accepted: &str) -> Fault {
    UPDATE_SETTINGS_SHAPE.broken(format!("Invalid value for property '{name}'. Expected is {accepted}."))
}

/// Returns the fault of a key name that is neither of the two.
pub fn key_name_not_known(sent: Option<&str>) -> Fault {
    let sent = sent.unwrap_or_default();
    KEY_NAME_IS_KNOWN.broken(format!("Invalid value '{sent}' for property 'keyName'. The key names are 'authKey1' and 'authKey2'."))
}

/// Returns the fault of a member of a link request that is missing or not a text.
pub fn bad_link_request(member: &str) -> Fault {
    LINK_REQUEST_SHAPE.broken(format!("Invalid value for property '{member}'. Expected is a text that is not empty."))
}

/// Checks a node's limit of concurrent jobs against what its machine allows; `None` is what is not a number.
pub fn concurrent_jobs_limit_in_range(sent: Option<i64>, jobs_max: i64) -> Result<i64, Fault> {
    sent.filter(|limit| (1..=jobs_max).contains(limit)).ok_or_else(|| {
        CONCURRENT_JOBS_LIMIT.broken(format!("Invalid value for property 'concurrentJobsLimit'. It lies between 1 and {jobs_max}."))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_nodes_name_ends_where_the_pattern_does() {
        let node = |name: &str| node_name_has_its_shape(name).is_ok();
        assert!(node("N") && node("node_1-a") && node(&"n".repeat(150)));
        assert!(!node("") && !node("_n") && !node("n.1") && !node(&"n".repeat(151)));
    }

    #[test]
    fn a_node_runs_at_least_one_job_and_at_most_what_it_can() {
        assert!(concurrent_jobs_limit_in_range(Some(1), 20).is_ok() && concurrent_jobs_limit_in_range(Some(20), 20).is_ok());
        for bad in [Some(0), Some(21), Some(-1), None] {
            assert!(concurrent_jobs_limit_in_range(bad, 20).is_err());
        }
    }
}
