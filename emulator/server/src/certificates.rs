//! The local certificate authority, the server's certificate, and the files of keys.
//!
//! One file holds the authority's certificate together with its key, so that the two can never differ; a file appears
//! whole or not at all, and the first of two starters wins. The server's own certificate is new at each start.
//! What clients need of an authority and a leaf: `client-connection` 1, item 1.

use std::collections::BTreeMap;
use std::io::{self, Write as _};
use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use parking_lot::Mutex;
use rcgen::{
    BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, GeneralSubtree, IsCa, Issuer, KeyPair, KeyUsagePurpose,
    NameConstraints, PKCS_ECDSA_P256_SHA256,
};
use rustls_pki_types::pem::PemObject as _;
use rustls_pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use tempfile::TempDir;

use crate::azure_hosts::{self, AzureHost};
use crate::clock;
use crate::config::{self, KeptIn};
use crate::log::Log;

/// The file with the authority's certificate and key.
const AUTHORITY_FILE: &str = "authority.pem";

/// The file with the authority's certificate alone, for clients.
const CA_FILE: &str = "ca.pem";

const DAY: u64 = 24 * 60 * 60;

/// How long the authority is good. Long, because users put it into trust stores by hand.
const AUTHORITY_DAYS: u64 = 3650;

/// How long what one run needs is good, from yesterday on: longer than any run lasts, and no longer.
const RUN_DAYS: u64 = 8;

/// How long a server certificate is good: Apple's clients refuse more than 825 days, also of a private authority
/// <https://support.apple.com/103769>.
const SERVER_CERTIFICATE_DAYS: u64 = 397;

/// What went wrong with keys and certificates.
#[derive(Debug)]
pub struct CertificateError(String);

impl std::fmt::Display for CertificateError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for CertificateError {}

fn failed(what: &str) -> impl FnOnce(rcgen::Error) -> CertificateError + '_ {
    move |error| CertificateError(format!("{what}: {error}"))
}

/// The folder of keys. Where it cannot be written, what it is asked to keep lasts as long as this value.
#[derive(Debug)]
pub struct StateFolder {
    path: Option<PathBuf>,
    log: Log,
    kept_here: Mutex<KeptHere>,
}

#[derive(Debug, Default)]
struct KeptHere {
    files: BTreeMap<String, Vec<u8>>,
    folder: Option<TempDir>,
}

impl StateFolder {
    /// Returns the folder, made where it was missing. Warns where it cannot be had.
    pub fn open(kept_in: &KeptIn, log: &Log) -> Self {
        let path = match kept_in {
            KeptIn::Process => None,
            KeptIn::Folder(path) => Some(path.clone()),
            KeptIn::StateFolder => {
                let path = config::state_folder();
                if path.is_none() {
                    log.warn("there is no home folder: the certificate authority and the signing key last as long as this process; name a folder with --tls-dir");
                }
                path
            }
        };
        // Absolute, because clients that run elsewhere are told where it is.
        let path = path.map(|path| std::path::absolute(&path).unwrap_or(path));
        Self { path, log: log.clone(), kept_here: Mutex::default() }
    }

    /// Returns the content of the file `name`; the first to ask, of all processes, makes it. The file is readable by
    /// its owner only and appears whole or not at all. Where it can be neither read nor written this warns, and what
    /// was made is returned to each later caller of this value.
    pub fn create_once(&self, name: &str, make: impl FnOnce() -> Vec<u8>) -> Vec<u8> {
        let mut kept_here = self.kept_here.lock();
        if let Some(bytes) = kept_here.files.get(name) {
            return bytes.clone();
        }
        let made = match &self.path {
            None => make(),
            Some(folder) => match read_or_create(folder, name, make) {
                Ok(bytes) => return bytes,
                Err((problem, made)) => {
                    self.log.warn(&format!(
                        "'{}' cannot be used ({problem}): what belongs there lasts as long as this process; \
                         name a folder that can be written with --tls-dir",
                        folder.join(name).display()
                    ));
                    made
                }
            },
        };
        kept_here.files.insert(name.to_owned(), made.clone());
        made
    }

    /// Returns whether `name` came from the folder, so that it is there for the next process.
    fn keeps(&self, name: &str) -> bool {
        self.path.is_some() && !self.kept_here.lock().files.contains_key(name)
    }

    /// Leaves the file `name`, which cannot be used because of `problem`, as it is, and uses `bytes` for this process.
    /// Warns.
    pub fn use_instead(&self, name: &str, problem: &str, bytes: Vec<u8>) {
        self.log.warn(&format!("{name} {problem}: using a new one for this process only; delete the file to get a new one that is kept"));
        self.kept_here.lock().files.insert(name.to_owned(), bytes);
    }

    /// Writes the public file `name` whole, beside the keys or, where `beside_keys` is false or fails, into a
    /// temporary folder that goes with this value. Returns where it is; `None` when it can be written nowhere.
    fn publish(&self, name: &str, bytes: &[u8], beside_keys: bool) -> Option<PathBuf> {
        if let Some(folder) = self.path.as_ref().filter(|_| beside_keys)
            && replace(folder, name, bytes, Readers::Everyone).is_ok()
        {
            return Some(folder.join(name));
        }
        let mut kept_here = self.kept_here.lock();
        if kept_here.folder.is_none() {
            kept_here.folder = tempfile::Builder::new().prefix("adf-emulator-").tempdir().ok();
        }
        let folder = kept_here.folder.as_ref()?.path();
        replace(folder, name, bytes, Readers::Everyone).ok().map(|()| folder.join(name))
    }
}

/// Reads the file, or makes it unless another was first. An error hands back what was made.
fn read_or_create(folder: &Path, name: &str, make: impl FnOnce() -> Vec<u8>) -> Result<Vec<u8>, (io::Error, Vec<u8>)> {
    let path = folder.join(name);
    match std::fs::read(&path) {
        Ok(bytes) => return Ok(bytes),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(error) => return Err((error, make())),
    }
    let made = make();
    let created = std::fs::create_dir_all(folder).and_then(|()| {
        // Readable by its owner only from the start, and synced before it gets its name: a power cut must not leave
        // an empty key that every later start would trip over.
        let mut file = tempfile::Builder::new().prefix(".new-").tempfile_in(folder)?;
        file.write_all(&made)?;
        file.as_file().sync_all()?;
        match file.persist_noclobber(&path) {
            Ok(_) => Ok(None),
            Err(lost) if lost.error.kind() == io::ErrorKind::AlreadyExists => std::fs::read(&path).map(Some),
            Err(lost) => Err(lost.error),
        }
    });
    match created {
        Ok(Some(winner)) => Ok(winner),
        Ok(None) => Ok(made),
        Err(error) => Err((error, made)),
    }
}

/// Who may read a file that we write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Readers {
    /// Everyone: there is nothing in it that is not public.
    Everyone,
    /// Its owner only: there are secrets in it.
    Owner,
}

/// Puts `bytes` under that name in one step. A public file that has them already is left as it is.
pub fn replace(folder: &Path, name: &str, bytes: &[u8], readers: Readers) -> io::Result<()> {
    let path = folder.join(name);
    if readers == Readers::Everyone && std::fs::read(&path).is_ok_and(|present| present == bytes) {
        return Ok(());
    }
    std::fs::create_dir_all(folder)?;
    let mut builder = tempfile::Builder::new();
    builder.prefix(".new-");
    // Without a word a new file is its owner's.
    #[cfg(unix)]
    if readers == Readers::Everyone {
        builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o644));
    }
    let mut file = builder.tempfile_in(folder)?;
    file.write_all(bytes)?;
    file.persist(&path)?;
    Ok(())
}

/// The local certificate authority.
#[derive(Debug)]
pub struct Authority {
    issuer: Issuer<'static, KeyPair>,
    certificate: CertificateDer<'static>,
    pem: String,
    file: Option<PathBuf>,
}

impl Authority {
    /// Returns the authority that the folder keeps, made on first use.
    /// A file that is not an authority is left as it is; this warns and makes one for this process.
    pub fn load_or_create(folder: &StateFolder) -> Result<Self, CertificateError> {
        let fresh = new_authority()?;
        let text = folder.create_once(AUTHORITY_FILE, || fresh.clone().into_bytes());
        let mut authority = match Self::parse(&text) {
            Ok(authority) => authority,
            Err(problem) => {
                folder.use_instead(AUTHORITY_FILE, &problem.to_string(), fresh.clone().into_bytes());
                Self::parse(fresh.as_bytes())?
            }
        };
        let beside_keys = folder.keeps(AUTHORITY_FILE);
        authority.file = folder.publish(CA_FILE, authority.pem.as_bytes(), beside_keys);
        Ok(authority)
    }

    fn parse(text: &[u8]) -> Result<Self, CertificateError> {
        let no_authority = |_| CertificateError("does not hold a certificate and its key".to_owned());
        let certificate = CertificateDer::from_pem_slice(text).map_err(no_authority)?;
        let key = PrivateKeyDer::from_pem_slice(text).map_err(no_authority)?;
        let key = KeyPair::try_from(&key).map_err(failed("holds a key that cannot be used"))?;
        let public_key = key.public_key_raw();
        if !certificate.windows(public_key.len()).any(|part| part == public_key) {
            return Err(CertificateError("holds a certificate of another key".to_owned()));
        }
        let pem = pem_of("CERTIFICATE", &certificate);
        Ok(Self { issuer: Issuer::new(authority_params(&key), key), certificate, pem, file: None })
    }

    /// Returns the authority's certificate as PEM, for clients.
    pub fn pem(&self) -> &str {
        &self.pem
    }

    /// Returns the file with the authority's certificate; `None` when there is nowhere to write.
    pub fn file(&self) -> Option<&Path> {
        self.file.as_deref()
    }

    /// Returns a TLS configuration with a new server certificate, good for `localhost`, 127.0.0.1, ::1, `names` and
    /// `addresses`. TLS 1.2 and 1.3, HTTP/1.1.
    pub fn server_configuration(&self, names: &[String], addresses: &[IpAddr]) -> Result<Arc<rustls::ServerConfig>, CertificateError> {
        // What this authority vouches for lasts longer than a run, in trust stores: never for Azure's own names.
        if let Some(name) = names.iter().find(|name| azure_hosts::is_public(name)) {
            return Err(CertificateError(format!("--tls-name '{name}' is Azure's own; 'exec --transparent' serves those")));
        }
        let mut sans: Vec<String> = ["localhost", "127.0.0.1", "::1"].map(str::to_owned).to_vec();
        let more = addresses.iter().map(IpAddr::to_string);
        for name in names.iter().cloned().chain(more) {
            if !sans.contains(&name) {
                sans.push(name);
            }
        }
        self.configuration(sans)
    }

    /// Returns a TLS configuration with a new certificate for these names, the first of which is its subject.
    fn configuration(&self, sans: Vec<String>) -> Result<Arc<rustls::ServerConfig>, CertificateError> {
        let key = KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256).map_err(failed("the server's key"))?;
        let subject = sans.first().cloned().unwrap_or_default();
        let mut params = CertificateParams::new(sans).map_err(failed("a name of the server (--tls-name)"))?;
        params.distinguished_name = rcgen::DistinguishedName::new();
        params.distinguished_name.push(DnType::CommonName, subject);
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        params.use_authority_key_identifier_extension = true;
        set_validity(&mut params, SERVER_CERTIFICATE_DAYS);
        let certificate = params.signed_by(&key, &self.issuer).map_err(failed("the server's certificate"))?;

        let tls = |error: rustls::Error| CertificateError(format!("TLS: {error}"));
        let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let mut configuration = rustls::ServerConfig::builder_with_provider(provider)
            .with_protocol_versions(&[&rustls::version::TLS13, &rustls::version::TLS12])
            .map_err(tls)?
            .with_no_client_auth()
            .with_single_cert(vec![certificate.der().clone(), self.certificate.clone()], key)
            .map_err(tls)?;
        configuration.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(Arc::new(configuration))
    }
}

/// Returns a new authority as the text of its file: certificate and key.
fn new_authority() -> Result<String, CertificateError> {
    let key = KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256).map_err(failed("the authority's key"))?;
    let mut params = authority_params(&key);
    set_validity(&mut params, AUTHORITY_DAYS);
    let certificate = params.self_signed(&key).map_err(failed("the authority's certificate"))?;
    Ok(format!("{}{}", pem_of("CERTIFICATE", certificate.der()), key.serialize_pem()))
}

/// The authority of one run, for Azure's own hosts. Its key is never written down, it vouches for no other names, and it
/// is good for a few days.
#[derive(Debug)]
pub struct AzureAuthority(Authority);

impl AzureAuthority {
    /// Returns a new one.
    pub fn new() -> Result<Self, CertificateError> {
        let key = KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256).map_err(failed("the authority's key"))?;
        let mut params = authority_params(&key);
        params.name_constraints = Some(NameConstraints {
            permitted_subtrees: AzureHost::ALL.iter().map(|host| GeneralSubtree::DnsName(host.name().to_owned())).collect(),
            excluded_subtrees: Vec::new(),
        });
        set_validity(&mut params, RUN_DAYS);
        let certificate = params.self_signed(&key).map_err(failed("the authority's certificate"))?.der().clone();
        let pem = pem_of("CERTIFICATE", &certificate);
        Ok(Self(Authority { issuer: Issuer::new(params, key), certificate, pem, file: None }))
    }

    /// Returns the authority's certificate as PEM.
    pub fn pem(&self) -> &str {
        self.0.pem()
    }

    /// Returns a TLS configuration with a new certificate for this host.
    pub fn configuration(&self, host: AzureHost) -> Result<Arc<rustls::ServerConfig>, CertificateError> {
        self.0.configuration(vec![host.name().to_owned()])
    }
}

/// Returns what an authority with that key says of itself. Each has a name of its own, because trust stores that hold
/// two authorities look them up by name.
fn authority_params(key: &KeyPair) -> CertificateParams {
    let mut params = CertificateParams::default();
    let fingerprint: String = params.key_identifier(key).iter().take(4).map(|byte| format!("{byte:02x}")).collect();
    params.distinguished_name = rcgen::DistinguishedName::new();
    params.distinguished_name.push(DnType::OrganizationName, "adf-emulator");
    params.distinguished_name.push(DnType::CommonName, format!("adf-emulator local authority {fingerprint}"));
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    params
}

/// Makes the certificate good from yesterday, for machines whose clocks differ, for so many days.
fn set_validity(params: &mut CertificateParams, days: u64) {
    let yesterday = Duration::from_secs(clock::host_now().seconds().unsigned_abs().saturating_sub(DAY));
    let not_before = rcgen::date_time_ymd(1970, 1, 1) + yesterday;
    params.not_before = not_before;
    params.not_after = not_before + Duration::from_secs(days * DAY);
}

/// Returns PEM text of that kind, such as `CERTIFICATE`.
pub fn pem_of(kind: &str, der: &[u8]) -> String {
    use base64::Engine as _;
    let encoded = base64::engine::general_purpose::STANDARD.encode(der);
    let mut pem = format!("-----BEGIN {kind}-----");
    for (index, letter) in encoded.chars().enumerate() {
        if index % 64 == 0 {
            pem.push('\n');
        }
        pem.push(letter);
    }
    pem.push_str(&format!("\n-----END {kind}-----\n"));
    pem
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::LogForm;

    fn folder_at(path: &Path) -> StateFolder {
        StateFolder::open(&KeptIn::Folder(path.to_owned()), &Log::new(LogForm::Off))
    }

    #[test]
    fn the_first_wins_and_the_file_is_the_owners() {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("new/folder");
        let made = folder_at(&path).create_once("key", || b"first".to_vec());
        assert_eq!(made, b"first");
        assert_eq!(folder_at(&path).create_once("key", || b"second".to_vec()), b"first");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            assert_eq!(path.join("key").metadata().unwrap().permissions().mode() & 0o777, 0o600);
        }
    }

    #[test]
    fn starters_at_once_agree() {
        let home = tempfile::tempdir().unwrap();
        let all: Vec<String> = std::thread::scope(|scope| {
            let starters: Vec<_> =
                (0..8).map(|_| scope.spawn(|| Authority::load_or_create(&folder_at(home.path())).unwrap().pem)).collect();
            starters.into_iter().map(|starter| starter.join().unwrap()).collect()
        });
        assert!(all.iter().all(|pem| *pem == all[0]));
        assert_eq!(std::fs::read_to_string(home.path().join(CA_FILE)).unwrap(), all[0]);
        let left: Vec<_> = std::fs::read_dir(home.path()).unwrap().collect();
        assert_eq!(left.len(), 2, "{left:?}");
    }

    #[test]
    fn a_folder_that_cannot_be_written_gives_an_authority_for_this_value() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let folder = folder_at(&file.path().join("below-a-file"));
        let first = Authority::load_or_create(&folder).unwrap();
        assert_eq!(first.pem, Authority::load_or_create(&folder).unwrap().pem);
        assert_eq!(std::fs::read_to_string(first.file().unwrap()).unwrap(), first.pem);
        assert_eq!(folder.create_once("key", || vec![1]), [1]);
        assert_eq!(folder.create_once("key", || vec![2]), [1]);
    }

    #[test]
    fn a_file_that_is_no_authority_is_left_alone() {
        let home = tempfile::tempdir().unwrap();
        let (one, other) = (new_authority().unwrap(), new_authority().unwrap());
        let (certificate, _) = one.split_once("-----BEGIN PRIVATE").unwrap();
        let (_, key) = other.split_once("-----BEGIN PRIVATE").unwrap();
        for text in ["", "nothing", certificate, &format!("{certificate}-----BEGIN PRIVATE{key}")] {
            std::fs::write(home.path().join(AUTHORITY_FILE), text).unwrap();
            let folder = folder_at(home.path());
            let authority = Authority::load_or_create(&folder).unwrap();
            assert_eq!(std::fs::read_to_string(home.path().join(AUTHORITY_FILE)).unwrap(), text);
            assert!(!authority.file().unwrap().starts_with(home.path()));
            authority.server_configuration(&["emulator".to_owned()], &[]).unwrap();
        }
    }

    #[test]
    fn a_name_that_is_none_is_refused() {
        let folder = StateFolder::open(&KeptIn::Process, &Log::new(LogForm::Off));
        let authority = Authority::load_or_create(&folder).unwrap();
        assert!(authority.server_configuration(&["käse".to_owned()], &[]).is_err());
    }
}
