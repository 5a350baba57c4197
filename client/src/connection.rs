//! Where Azure Resource Manager is, whom to ask for tokens, and which certificates to trust.
//!
//! The defaults are Azure's public cloud. The variables that `adf-emulator exec` and
//! `adf-emulator env` set point the same code at an emulator. This is the only file of the library
//! that reads the environment.

use crate::error::{Error, Result};
use azure_core::{
    cloud::{CloudConfiguration, CustomConfiguration},
    credentials::{AccessToken, Secret, TokenCredential, TokenRequestOptions},
    http::{ClientOptions, ExponentialRetryOptions, RetryOptions, Transport, Url, new_http_client},
    time::{Duration, OffsetDateTime},
};
use azure_identity::{ClientSecretCredential, ClientSecretCredentialOptions, DeveloperToolsCredential};
use std::sync::Arc;

/// Azure Resource Manager of the public cloud.
pub const AZURE_RESOURCE_MANAGER: &str = "https://management.azure.com";

/// How to reach Azure Resource Manager, in the cloud or emulated.
#[derive(Debug, Clone)]
pub struct Connection {
    resource_manager: Url,
    authority_host: Option<String>,
    transport: Transport,
    retry: RetryOptions,
}

impl Connection {
    /// Connects to Azure's public cloud.
    ///
    /// # Errors
    /// None that is known; the address is a constant.
    pub fn azure() -> Result<Self> {
        Self::to(AZURE_RESOURCE_MANAGER)
    }

    /// Connects to a Resource Manager at `url`. Unless it is Azure's own, tokens are asked for at the
    /// same address, as an emulator serves both.
    ///
    /// # Errors
    /// [`Error::Invalid`] when `url` is not an https URL: a token is never sent in the clear.
    pub fn to(url: &str) -> Result<Self> {
        let resource_manager = Url::parse(url).map_err(|problem| Error::invalid(format!("'{url}' is not a URL: {problem}")))?;
        if resource_manager.scheme() != "https" || resource_manager.host_str().is_none() {
            return Err(Error::invalid(format!(
                "'{url}' is not an https URL. Tokens are sent over https only; \
                 the emulator speaks https on the same port"
            )));
        }
        let origin = resource_manager.origin().ascii_serialization();
        Ok(Self {
            resource_manager,
            authority_host: (origin != AZURE_RESOURCE_MANAGER).then_some(origin),
            transport: Transport::new(new_http_client(None)),
            retry: patient_retries(),
        })
    }

    /// Connects as the environment says.
    ///
    /// `EMULATOR_URL` is the address, else `ADF_EMULATOR_URL` (whose port speaks https too), else Azure.
    /// `AZURE_AUTHORITY_HOST` is where tokens come from; `EMULATOR_CA` a file of certificates to trust.
    ///
    /// # Errors
    /// [`Error::Invalid`] when a variable has no usable value.
    pub fn from_environment() -> Result<Self> {
        Self::from_variables(|name| std::env::var(name).ok())
    }

    /// Connects as [`Connection::from_environment`] does, with another source of variables.
    ///
    /// # Errors
    /// As [`Connection::from_environment`].
    pub fn from_variables(variable: impl Fn(&str) -> Option<String>) -> Result<Self> {
        let variable = |name: &str| variable(name).filter(|value| !value.is_empty());
        let mut connection = match (variable("EMULATOR_URL"), variable("ADF_EMULATOR_URL")) {
            (Some(url), _) => Self::to(&url)?,
            (None, Some(url)) => Self::to(&url.replacen("http://", "https://", 1))?,
            (None, None) => Self::azure()?,
        };
        if let Some(host) = variable("AZURE_AUTHORITY_HOST") {
            connection = connection.with_authority_host(host);
        }
        if let Some(file) = variable("EMULATOR_CA") {
            let pem = std::fs::read(&file).map_err(|problem| Error::invalid(format!("EMULATOR_CA: cannot read '{file}': {problem}")))?;
            connection = connection.trusting(&pem)?;
        }
        Ok(connection)
    }

    /// The same, asking for tokens at `host`.
    pub fn with_authority_host(mut self, host: impl Into<String>) -> Self {
        self.authority_host = Some(host.into());
        self
    }

    /// The same, trusting the certificates of a PEM text beside the system's.
    ///
    /// # Errors
    /// [`Error::Invalid`] when the text holds no certificate.
    pub fn trusting(mut self, pem: &[u8]) -> Result<Self> {
        let certificates =
            reqwest::Certificate::from_pem_bundle(pem).map_err(|problem| Error::invalid(format!("not a PEM certificate: {problem}")))?;
        if certificates.is_empty() {
            return Err(Error::invalid("no certificate in the PEM text"));
        }
        let client = reqwest::Client::builder()
            .tls_certs_merge(certificates)
            // The limits of azure_core's own client: 20 seconds to connect, 60 between bytes.
            .connect_timeout(std::time::Duration::from_secs(20))
            .read_timeout(std::time::Duration::from_secs(60))
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .map_err(|problem| Error::invalid(format!("the certificate cannot be trusted: {problem}")))?;
        self.transport = Transport::new(Arc::new(client));
        Ok(self)
    }

    /// The same, sending through `transport`.
    pub fn with_transport(mut self, transport: Transport) -> Self {
        self.transport = transport;
        self
    }

    /// The same, never repeating a request: what fails is seen at once.
    pub fn without_retries(mut self) -> Self {
        self.retry = RetryOptions::none();
        self
    }

    /// The address of Azure Resource Manager.
    pub fn resource_manager(&self) -> &Url {
        &self.resource_manager
    }

    /// True when this is Azure itself.
    pub fn is_azure(&self) -> bool {
        self.resource_manager.origin().ascii_serialization() == AZURE_RESOURCE_MANAGER
    }

    /// The options of every pipeline over this connection.
    pub(crate) fn client_options(&self) -> ClientOptions {
        let mut options = ClientOptions { transport: Some(self.transport.clone()), retry: self.retry.clone(), ..ClientOptions::default() };
        if let Some(host) = &self.authority_host {
            let mut cloud = CustomConfiguration::default();
            cloud.authority_host.clone_from(host);
            options.cloud = Some(Arc::new(CloudConfiguration::from(cloud)));
        }
        options
    }

    /// Returns a credential for an application and its secret.
    ///
    /// # Errors
    /// [`Error::SignIn`] when a part is missing or malformed; a wrong secret shows at the first call.
    pub fn client_secret(&self, tenant_id: &str, client_id: &str, secret: &str) -> Result<Arc<dyn TokenCredential>> {
        let options = ClientSecretCredentialOptions { client_options: self.client_options() };
        let secret = Secret::new(secret.to_owned());
        ClientSecretCredential::new(tenant_id, client_id.to_owned(), secret, Some(options))
            .map(|credential| credential as Arc<dyn TokenCredential>)
            .map_err(sign_in)
    }

    /// Returns the credential that the environment names: `AZURE_TENANT_ID`, `AZURE_CLIENT_ID` and
    /// `AZURE_CLIENT_SECRET`, or where no secret is set whoever is signed in with the Azure CLI.
    ///
    /// # Errors
    /// [`Error::SignIn`] when there is a secret without the rest.
    pub fn credential_from_environment(&self) -> Result<Arc<dyn TokenCredential>> {
        let variable = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
        let needed =
            |name: &str| variable(name).ok_or_else(|| Error::SignIn { message: format!("AZURE_CLIENT_SECRET is set, but {name} is not") });
        match variable("AZURE_CLIENT_SECRET") {
            Some(secret) => self.client_secret(&needed("AZURE_TENANT_ID")?, &needed("AZURE_CLIENT_ID")?, &secret),
            None => DeveloperToolsCredential::new(None).map(|credential| credential as Arc<dyn TokenCredential>).map_err(sign_in),
        }
    }
}

/// A credential for the emulator only: the token is the name of a principal.
#[derive(Debug)]
pub struct PrincipalName(String);

impl PrincipalName {
    /// Calls as the principal of the emulator's world that has this name.
    pub fn new(name: impl Into<String>) -> Arc<Self> {
        Arc::new(Self(name.into()))
    }
}

#[async_trait::async_trait]
impl TokenCredential for PrincipalName {
    async fn get_token(&self, _scopes: &[&str], _options: Option<TokenRequestOptions<'_>>) -> azure_core::Result<AccessToken> {
        let expires_on = OffsetDateTime::now_utc() + Duration::hours(1);
        Ok(AccessToken::new(self.0.clone(), expires_on))
    }
}

/// Two retries within ten seconds: enough for a busy service, short enough for a person who waits.
fn patient_retries() -> RetryOptions {
    RetryOptions::exponential(ExponentialRetryOptions {
        max_retries: 2,
        max_total_elapsed: Duration::seconds(10),
        ..ExponentialRetryOptions::default()
    })
}

fn sign_in(problem: azure_core::Error) -> Error {
    Error::SignIn { message: problem.to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn from(pairs: &[(&str, &str)]) -> Result<Connection> {
        Connection::from_variables(|name| {
            let found = pairs.iter().find(|(key, _)| *key == name);
            found.map(|(_, value)| (*value).to_owned())
        })
    }

    #[test]
    fn without_variables_it_is_azure() {
        let connection = from(&[("EMULATOR_URL", "")]).unwrap();
        assert!(connection.is_azure());
        assert_eq!(connection.authority_host, None);
    }

    #[test]
    fn the_emulators_address_also_gives_tokens() {
        let connection = from(&[("EMULATOR_URL", "https://localhost:4443")]).unwrap();
        assert!(!connection.is_azure());
        assert_eq!(connection.authority_host.as_deref(), Some("https://localhost:4443"));
    }

    #[test]
    fn the_plain_address_alone_never_means_azure() {
        let connection =
            from(&[("ADF_EMULATOR_URL", "http://127.0.0.1:4443"), ("AZURE_AUTHORITY_HOST", "https://localhost:4443")]).unwrap();
        assert_eq!(connection.resource_manager().as_str(), "https://127.0.0.1:4443/");
        assert_eq!(connection.authority_host.as_deref(), Some("https://localhost:4443"));
    }

    #[test]
    fn tokens_are_not_sent_in_the_clear() {
        for url in ["http://localhost:4443", "localhost:4443", "https://", "ftp://x"] {
            assert!(Connection::to(url).is_err(), "{url}");
        }
    }

    #[test]
    fn a_missing_ca_file_is_named() {
        let error = from(&[("EMULATOR_CA", "/nowhere/ca.pem")]).unwrap_err();
        assert!(error.to_string().contains("/nowhere/ca.pem"), "{error}");
        let azure = Connection::azure().unwrap();
        assert!(azure.trusting(b"not a certificate").is_err());
    }
}
