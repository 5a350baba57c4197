//! What a write to Data Factory must carry and what it may not change; what must exist to be read.
//!
//! Texts known: `datafactory-wire` 6.3 and `datafactory-models` 15; where none is known the answer follows
//! `datafactory-wire` 9: 400 in Data Factory's envelope.

use super::Evidence::{Assumed, Documented, Recorded, Reported};
use super::{Origin, PRINTED, Rule};
use crate::fault::Fault;
use crate::resource_id::ResourceId;
use uuid::Uuid;

const REST: &str = "https://learn.microsoft.com/rest/api/datafactory/";
const FACTORY_PUT: &str = "https://learn.microsoft.com/rest/api/datafactory/factories/create-or-update";
const IDENTITY: &str = "https://learn.microsoft.com/azure/data-factory/data-factory-service-identity";
const ASSIGNING: &str =
    "https://learn.microsoft.com/entra/identity/managed-identities-azure-resources/how-manage-user-assigned-managed-identities";
const CUSTOMER_KEY: &str = "https://learn.microsoft.com/azure/data-factory/enable-customer-managed-key";

/// What it takes, at a user-assigned identity, to give it to a resource: as refusals name it.
pub const ASSIGN_ACTION: &str = "Microsoft.ManagedIdentity/userAssignedIdentities/assign/action";
/// The same as the provider registers it, a star in its name; built-in roles have the one or the other.
pub const ASSIGN_ACTION_REGISTERED: &str = "Microsoft.ManagedIdentity/userAssignedIdentities/*/assign/action";

/// What lies in a factory must exist to be read.
pub static DOCUMENT_EXISTS: Rule = Rule {
    name: "document-exists",
    sentence: "A runtime, a linked service or a credential must exist in its factory before it is read or used.",
    page: REST,
    status: 404,
    code: "NotFound",
    origin: Origin::DataFactory,
    remedy: "Create it first, or correct its name.",
    limit: Documented { page: REST },
    answer: Recorded { source: "azure-powershell/TestSharedIntegrationRuntime" },
};

/// The body of what lies in a factory has `properties`.
pub static DOCUMENT_HAS_PROPERTIES: Rule = Rule {
    name: "document-has-properties",
    sentence: "The body of a PUT of a runtime, a linked service or a credential has 'properties'.",
    page: REST,
    status: 400,
    code: "BadRequest",
    origin: Origin::DataFactory,
    remedy: "Send {\"properties\":{\"type\":…}}.",
    limit: Documented { page: REST },
    answer: Reported { source: PRINTED },
};

/// The members of a body are what the models say.
pub static DOCUMENT_SHAPE: Rule = Rule {
    name: "document-shape",
    sentence: "The members of a body have the types and values that Data Factory's models give them; a type is never left out.",
    page: REST,
    status: 400,
    code: "BadRequest",
    origin: Origin::DataFactory,
    remedy: "Correct the member that the message names.",
    limit: Documented { page: REST },
    answer: Assumed { because: "of refused bodies only one text is known, that for missing 'properties'" },
};

/// A write with `If-Match` happens only to what the client has read.
pub static ETAG_MATCHES: Rule = Rule {
    name: "etag-matches",
    sentence: "A write with If-Match is carried out only while the document still has that etag; * is any.",
    page: FACTORY_PUT,
    status: 412,
    code: "PreconditionFailed",
    origin: Origin::DataFactory,
    remedy: "Read the document again and send the etag that it has now.",
    limit: Documented { page: FACTORY_PUT },
    answer: Assumed { because: "no refused If-Match was recorded" },
};

/// The identity of a factory is of a known type.
pub static IDENTITY_SHAPE: Rule = Rule {
    name: "identity-shape",
    sentence: "The identity of a factory is SystemAssigned, UserAssigned with ids of user-assigned identities, both, or None.",
    page: IDENTITY,
    status: 400,
    code: "BadRequest",
    origin: Origin::DataFactory,
    remedy: "Send {\"type\":\"SystemAssigned\"}, or name the user-assigned identities by their resource ids.",
    limit: Documented { page: FACTORY_PUT },
    answer: Assumed { because: "no refused identity was recorded" },
};

/// A factory's identity does not go away by being left out.
pub static FACTORY_KEEPS_ITS_IDENTITY: Rule = Rule {
    name: "factory-keeps-its-identity",
    sentence: "A PUT of a factory that has an identity says what becomes of it: the section 'identity' may not be left out.",
    page: IDENTITY,
    status: 400,
    code: "BadRequest",
    origin: Origin::DataFactory,
    remedy: "Send the identity that the factory has; {\"type\":\"None\"} takes it away.",
    limit: Documented { page: IDENTITY },
    answer: Assumed { because: "documented to be refused, the text is not known" },
};

/// Giving a factory a user-assigned identity is using that identity.
pub static ASSIGNING_AN_IDENTITY_NEEDS_PERMISSION: Rule = Rule {
    name: "assigning-an-identity-needs-permission",
    sentence: "Whoever gives a factory a user-assigned identity may assign that identity: Managed Identity Operator or more, there.",
    page: ASSIGNING,
    status: 403,
    code: "LinkedAuthorizationFailed",
    origin: Origin::Gateway,
    remedy: "Have Managed Identity Operator granted to the caller at the user-assigned identity.",
    limit: Documented { page: ASSIGNING },
    answer: Reported { source: PRINTED },
};

/// A factory stays encrypted with a customer's key.
pub static FACTORY_KEEPS_ITS_CUSTOMER_KEY: Rule = Rule {
    name: "factory-keeps-its-customer-key",
    sentence: "A factory that is encrypted with a customer's key stays so.",
    page: CUSTOMER_KEY,
    status: 400,
    code: "RemovedCMKToExistingFactory",
    origin: Origin::DataFactory,
    remedy: "Send 'encryption' with the key that the factory has.",
    limit: Documented { page: CUSTOMER_KEY },
    answer: Reported { source: "azure.datafactory.devops#56" },
};

/// A repository is set at a factory of the subscription that is asked.
pub static REPOSITORY_NAMES_A_FACTORY: Rule = Rule {
    name: "repository-names-a-factory",
    sentence: "configureFactoryRepo names a factory of the subscription in its path.",
    page: "https://learn.microsoft.com/rest/api/datafactory/factories/configure-factory-repo",
    status: 400,
    code: "BadRequest",
    origin: Origin::DataFactory,
    remedy: "Send the factory's resource id as 'factoryResourceId'.",
    limit: Assumed { because: "the permission that is checked is one of the subscription in the path" },
    answer: Assumed { because: "no refused call was recorded" },
};

/// Rules of this file.
pub static ALL: &[&Rule] = &[
    &DOCUMENT_EXISTS,
    &DOCUMENT_HAS_PROPERTIES,
    &DOCUMENT_SHAPE,
    &ETAG_MATCHES,
    &ASSIGNING_AN_IDENTITY_NEEDS_PERMISSION,
    &IDENTITY_SHAPE,
    &FACTORY_KEEPS_ITS_IDENTITY,
    &FACTORY_KEEPS_ITS_CUSTOMER_KEY,
    &REPOSITORY_NAMES_A_FACTORY,
];

/// Returns the fault of `id`, printed with a collection in lower case, not existing.
pub fn document_not_found(id: &ResourceId) -> Fault {
    DOCUMENT_EXISTS.broken("The document could not be retrieved because it does not exist.").at(id.as_str())
}

/// Returns the fault of a body without `properties`.
pub fn properties_missing() -> Fault {
    DOCUMENT_HAS_PROPERTIES.broken("Invalid value for property 'Properties'")
}

/// Returns the fault of the member at `path` being missing or not what its model says.
pub fn invalid_value(path: &str) -> Fault {
    DOCUMENT_SHAPE.broken(format!("Invalid value for property '{path}'"))
}

/// Returns the fault of an `If-Match` that does not fit.
pub fn etag_does_not_match() -> Fault {
    ETAG_MATCHES.broken("The etag in the If-Match header does not match the etag of the document.")
}

/// Returns the fault of identities of type `kinds`, which is not one.
pub fn identity_type_unknown(kinds: &str) -> Fault {
    IDENTITY_SHAPE.broken(format!(
        "The identity type '{kinds}' is not one of 'SystemAssigned', 'UserAssigned', 'SystemAssigned,UserAssigned', 'None'."
    ))
}

/// Returns the fault of `id` not being the id of a user-assigned identity.
pub fn not_a_user_assigned_identity(id: &str) -> Fault {
    IDENTITY_SHAPE.broken(format!("'{id}' is not the resource id of a user-assigned managed identity."))
}

/// Returns the fault of type `UserAssigned` without any.
pub fn user_assigned_identities_missing() -> Fault {
    IDENTITY_SHAPE.broken("The identity type 'UserAssigned' needs 'userAssignedIdentities'.")
}

/// Returns the fault of `factory` being given an identity in a subscription of another tenant than the caller's.
pub fn identity_of_another_tenant(factory: &ResourceId, tenant: Uuid, subscription: &str) -> Fault {
    let action = "Microsoft.DataFactory/factories/write";
    ASSIGNING_AN_IDENTITY_NEEDS_PERMISSION.broken(super::access::linked_subscription_of_another_tenant(
        action,
        factory,
        tenant,
        subscription,
    ))
}

/// Returns the fault of `client` writing `factory` without being allowed to assign the identities `denied` to it.
pub fn may_not_assign(client: &str, object_id: Uuid, factory: &ResourceId, denied: &[&str]) -> Fault {
    let (each, linked) = (vec![ASSIGN_ACTION; denied.len()].join(","), denied.join(","));
    ASSIGNING_AN_IDENTITY_NEEDS_PERMISSION.broken(format!(
        "The client '{client}' with object id '{object_id}' has permission to perform action 'Microsoft.DataFactory/factories/write' on \
         scope '{factory}'; however, it does not have permission to perform action(s) '{each}' on the linked scope(s) '{linked}' \
         (respectively) or the linked scope(s) are invalid."
    ))
}

/// Returns the fault of a PUT of factory `name` that leaves out the identity that it has.
pub fn identity_left_out(name: &str) -> Fault {
    FACTORY_KEEPS_ITS_IDENTITY.broken(format!("The factory '{name}' has a managed identity, so 'identity' must be specified."))
}

/// Returns the fault of a PUT that would take a customer's key away.
pub fn customer_key_removed() -> Fault {
    FACTORY_KEEPS_ITS_CUSTOMER_KEY.broken("Update factory failed. You cannot remove CMK settings to existing factory")
}

/// Returns the fault of `id` not being the id of a factory of the subscription in the path.
pub fn not_a_factory(id: &str) -> Fault {
    REPOSITORY_NAMES_A_FACTORY.broken(format!("'{id}' is not the resource id of a factory of this subscription."))
}
