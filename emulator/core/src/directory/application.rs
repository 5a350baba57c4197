//! What an application signs in with.
//!
//! An application and its service principal are one entry here, as in a world file. Certificates and federated
//! credentials are kept as the file has them.

use std::sync::Arc;

/// The credentials and rights of an application.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Application {
    /// The client secret.
    pub secret: Option<Arc<str>>,
    /// What it may do at Microsoft Graph; `write` or nothing.
    pub graph: Option<Arc<str>>,
    /// Certificates in PEM.
    pub certificates: Arc<Vec<Arc<str>>>,
    /// Federated credentials as the world file has them.
    pub federated_credentials: Arc<Vec<serde_json::Value>>,
    /// Where the answers of sign-ins may be sent, besides this machine.
    pub redirect_uris: Arc<Vec<Arc<str>>>,
}
