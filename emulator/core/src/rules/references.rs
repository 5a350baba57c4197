//! References inside a factory: they lead somewhere, and what they lead to stays.
//!
//! Texts: `datafactory-wire` 6.3; which reference meets which: `datafactory-models` 16.1.

use super::Evidence::{Assumed, Documented, Reported};
use super::{Origin, Rule};
use crate::fault::Fault;
use crate::resource_id::ResourceId;
use crate::world::Document;
use serde_json::{Value, json};

const TROUBLESHOOTING: &str = "https://learn.microsoft.com/azure/data-factory/ci-cd-github-troubleshoot-guide";
const RUNTIME: &str = "https://learn.microsoft.com/azure/data-factory/concepts-integration-runtime";
/// "Encrypt credentials for on-premises data stores".
const ENCRYPTION: &str = "https://learn.microsoft.com/azure/data-factory/encrypt-credentials-self-hosted-integration-runtime";
const CREDENTIALS: &str = "https://learn.microsoft.com/azure/data-factory/credentials";

/// A linked service connects through a runtime that exists.
pub static CONNECT_VIA_NAMES_A_RUNTIME: Rule = Rule {
    name: "connect-via-names-a-runtime",
    sentence: "A linked service connects via an integration runtime that its factory has; the default one only once it was created.",
    page: RUNTIME,
    status: 400,
    code: "InputIsMalformedDetailed",
    origin: Origin::DataFactory,
    remedy: "Create the integration runtime first, or leave connectVia out.",
    limit: Documented { page: RUNTIME },
    answer: Reported { source: "vsts-publish-adf#60" },
};

/// A reference names a document that exists.
pub static REFERENCE_EXISTS: Rule = Rule {
    name: "reference-exists",
    sentence: "A document refers only to documents that its factory has.",
    page: TROUBLESHOOTING,
    status: 400,
    code: "BadRequest",
    origin: Origin::DataFactory,
    remedy: "Create what is referred to first, or correct the referenceName.",
    limit: Documented { page: TROUBLESHOOTING },
    answer: Documented { page: TROUBLESHOOTING },
};

/// A document that another refers to stays.
pub static DOCUMENT_IS_NOT_REFERENCED: Rule = Rule {
    name: "document-is-not-referenced",
    sentence: "A document is deleted only when no other document of its factory refers to it.",
    page: "https://learn.microsoft.com/azure/data-factory/concepts-linked-services",
    status: 400,
    code: "BadRequest",
    origin: Origin::DataFactory,
    remedy: "Delete or change the document that the message names first.",
    limit: Reported { source: "azurebi-docs#102" },
    answer: Reported { source: "azurebi-docs#102" },
};

/// A credential stands for an identity that its factory has.
pub static CREDENTIAL_NAMES_AN_IDENTITY_OF_THE_FACTORY: Rule = Rule {
    name: "credential-names-an-identity-of-the-factory",
    sentence: "A credential of type ManagedIdentity names a user-assigned identity that is assigned to its factory.",
    page: CREDENTIALS,
    status: 400,
    code: "BadRequest",
    origin: Origin::DataFactory,
    remedy: "Add the identity to the factory's userAssignedIdentities, then create the credential.",
    limit: Documented { page: CREDENTIALS },
    answer: Assumed { because: "no refused credential was recorded" },
};

/// A node encrypts what its runtime connects with.
pub static SECRET_NEEDS_ONLINE_NODE: Rule = Rule {
    name: "secret-needs-online-node",
    sentence: "The secrets of a linked service are encrypted by a node of the self-hosted runtime that it connects via, which has to be online; \
               enforced under the setting 'secretNeedsOnlineNode'.",
    page: ENCRYPTION,
    status: 400,
    code: "BadRequest",
    origin: Origin::DataFactory,
    remedy: "Bring a node of the integration runtime online, or take the secret from a key vault.",
    limit: Documented { page: ENCRYPTION },
    answer: Reported {
        source: "MicrosoftDocs/azure-docs#17892, Azure/azure-quickstart-templates#11692; what comes behind the document is not known",
    },
};

/// Rules of this file.
pub static ALL: &[&Rule] = &[
    &CONNECT_VIA_NAMES_A_RUNTIME,
    &SECRET_NEEDS_ONLINE_NODE,
    &REFERENCE_EXISTS,
    &DOCUMENT_IS_NOT_REFERENCED,
    &CREDENTIAL_NAMES_AN_IDENTITY_OF_THE_FACTORY,
];

/// Returns the fault of `connectVia` naming no runtime.
pub fn no_such_runtime(name: &str) -> Fault {
    CONNECT_VIA_NAMES_A_RUNTIME.broken(format!("Input is malformed. Reason: Could not get integration runtime details for {name}"))
}

/// Returns the fault of a linked service whose secrets nobody can encrypt; `properties` have none in clear.
pub fn cannot_encrypt(id: &ResourceId, mut properties: Document) -> Fault {
    let values = properties.get_mut("typeProperties").and_then(Value::as_object_mut);
    values.into_iter().flat_map(|it| it.values_mut()).for_each(|value| *value = "********************".into());
    let payload = json!({ "Id": id.as_str(), "Name": id.name(), "Properties": properties });
    let payload = format!("{payload:#}").replace('\n', "\r\n");
    SECRET_NEEDS_ONLINE_NODE.broken(format!("Failed to encrypt sub-resource payload {payload}")).at(id.as_str())
}

/// Returns the fault of the document `writing` referring to `name`, which is not there.
pub fn invalid_reference(name: &str, writing: &ResourceId) -> Fault {
    REFERENCE_EXISTS.broken(format!("The document creation or update failed because of invalid reference '{name}'.")).at(writing.as_str())
}

/// Returns the fault of the document `id` being referred to by `name`.
pub fn still_referenced(name: &str, id: &ResourceId) -> Fault {
    DOCUMENT_IS_NOT_REFERENCED.broken(format!("The document cannot be deleted since it is referenced by {name}.")).at(id.as_str())
}

/// Returns the fault of the identity `id` not being assigned to `factory`.
pub fn identity_not_assigned(id: &str, factory: &str) -> Fault {
    CREDENTIAL_NAMES_AN_IDENTITY_OF_THE_FACTORY
        .broken(format!("The user-assigned managed identity '{id}' is not assigned to the factory '{factory}'."))
}
