//! Why a change of the directory is refused, in the directory's terms.
//!
//! Never a status or a JSON error: what Microsoft Graph says of each is the server's.

use uuid::Uuid;

/// Why a change is refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The caller may not, whoever it is: a managed identity belongs to its resource.
    NotAllowed,
    /// There is no such object.
    NotFound(String),
    /// A property is missing.
    Required {
        /// The property.
        property: &'static str,
        /// The type of object that needs it.
        of: &'static str,
    },
    /// The value of a property cannot be read, or is out of bounds.
    Invalid {
        /// The property.
        property: String,
        /// The type of object.
        of: &'static str,
    },
    /// The type of object has no such property that a client can set.
    Unknown(String),
    /// Another object has that value, which is unique.
    Taken(&'static str),
    /// A member or owner is one already; names the property.
    AlreadyReferenced(&'static str),
    /// No application of the tenant has the id of a service principal that is to be made.
    NoBackingApplication(String),
    /// The application has a service principal already; its id.
    HasServicePrincipal(Uuid),
    /// The application of a service principal that is to be made is another tenant's.
    ApplicationOfAnotherTenant,
    /// The domain of a user principal name is not the tenant's.
    WrongDomain,
    /// A password is too simple.
    SimplePassword,
    /// A key credential holds no certificate.
    NoCertificate,
    /// A credential that is there cannot be changed; its id.
    CredentialStays(Uuid),
    /// No password has that id.
    NoPassword(String),
    /// An object has more entries of a kind than it may.
    TooMany {
        /// What there are too many of.
        what: &'static str,
        /// How many there may be.
        max: usize,
    },
    /// Graph has it and the emulator has not.
    NotEmulated(&'static str),
}
