//! Files of certificates for clients: those already in force, and ours.
//!
//! `REQUESTS_CA_BUNDLE`, `SSL_CERT_FILE` and `CURL_CA_BUNDLE` replace a client's trust store, so the file that they
//! name must keep what the client trusts already; `NODE_EXTRA_CA_CERTS` adds to it. Names of the variables:
//! `client-connection` 2.

use std::collections::BTreeMap;
use std::io;
use std::path::Path;

use rustls_pki_types::CertificateDer;
use rustls_pki_types::pem::PemObject as _;

use crate::certificates::{self, Readers};

const BEGIN: &[u8] = b"-----BEGIN ";

/// Where systems keep the certificates that they trust, most usual first: Debian, Fedora, openSUSE, Alpine and macOS,
/// Homebrew. There is no such file on Windows.
const SYSTEM_BUNDLES: [&str; 7] = [
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
    "/etc/ssl/ca-bundle.pem",
    "/etc/ssl/cert.pem",
    "/opt/homebrew/etc/ca-certificates/cert.pem",
    "/usr/local/etc/openssl@3/cert.pem",
];

/// The variables that replace a trust store, each with those that its clients read when it is not set.
const REPLACING: [(&str, &[&str]); 3] =
    [("REQUESTS_CA_BUNDLE", &["CURL_CA_BUNDLE"]), ("CURL_CA_BUNDLE", &["SSL_CERT_FILE"]), ("SSL_CERT_FILE", &[])];

/// The variable that adds to a trust store.
const ADDING: &str = "NODE_EXTRA_CA_CERTS";

/// Returns the variables by which clients trust `ca_pem`, which is in the file `ca_file`. Writes the files that they
/// name into `folder`, their names beginning with `prefix`. `present` is the environment of the clients. What it names and
/// cannot be read counts as not set, because a variable that is old is no reason to stop; `warn` is told.
pub(super) fn variables(
    ca_pem: &str,
    ca_file: &Path,
    present: &BTreeMap<String, String>,
    folder: &Path,
    prefix: &str,
    mut warn: impl FnMut(String),
) -> io::Result<BTreeMap<String, String>> {
    let mut variables = BTreeMap::new();
    let mut trusted = BTreeMap::new();
    for name in REPLACING.map(|(name, _)| name).into_iter().chain([ADDING]) {
        let Some(path) = present.get(name).filter(|value| !value.is_empty()) else { continue };
        match read_certificates(Path::new(path)) {
            Ok(certificates) => drop(trusted.insert(name, (path, certificates))),
            Err(error) => {
                warn(format!("{name} names what cannot be read ({error}) and counts as not set: name a file that is there, or unset it"))
            }
        }
    }
    let write = |name: &str, certificates: Vec<u8>| {
        let file = format!("{prefix}{name}");
        certificates::replace(folder, &file, &certificates, Readers::Everyone).map(|()| folder.join(file).display().to_string())
    };

    let mut of_system = None;
    for (name, others) in REPLACING {
        let value = match trusted.get(name).or_else(|| others.iter().find_map(|other| trusted.get(other))) {
            Some((path, certificates)) => {
                let file = format!("{}.pem", name.to_ascii_lowercase().replace('_', "-"));
                if contains(certificates, ca_pem) { String::clone(path) } else { write(&file, with(certificates.clone(), ca_pem))? }
            }
            None => match &of_system {
                Some(path) => String::clone(path),
                None => of_system.insert(write("ca-bundle.pem", with(system_certificates(), ca_pem))?).clone(),
            },
        };
        variables.insert(name.to_owned(), value);
    }

    let value = match trusted.get(ADDING) {
        Some((path, certificates)) if contains(certificates, ca_pem) => String::clone(path),
        Some((_, certificates)) => write("node-extra-ca-certs.pem", with(certificates.clone(), ca_pem))?,
        None => ca_file.display().to_string(),
    };
    variables.insert(ADDING.to_owned(), value);
    Ok(variables)
}

/// Reads a file of certificates, or all such files of a folder, which `requests` accepts too.
pub(super) fn read_certificates(path: &Path) -> io::Result<Vec<u8>> {
    let named = |error: io::Error| io::Error::new(error.kind(), format!("'{}': {error}", path.display()));
    if !path.is_dir() {
        return std::fs::read(path).map_err(named);
    }
    let mut files: Vec<_> = std::fs::read_dir(path).map_err(named)?.flatten().map(|entry| entry.path()).collect();
    files.sort();
    let mut all = Vec::new();
    for certificates in files.iter().filter(|file| file.is_file()).flat_map(std::fs::read) {
        if certificates.windows(BEGIN.len()).any(|part| part == BEGIN) {
            all = joined(all, &certificates);
        }
    }
    Ok(all)
}

/// Returns the certificates that the system trusts, as PEM; none where it keeps no such file.
pub(super) fn system_certificates() -> Vec<u8> {
    SYSTEM_BUNDLES.iter().find_map(|path| std::fs::read(path).ok()).unwrap_or_default()
}

/// Returns whether PEM text holds that certificate, however it is written.
pub(super) fn holds(certificates: &[u8], certificate: &CertificateDer<'_>) -> bool {
    CertificateDer::pem_slice_iter(certificates).flatten().any(|held| held == *certificate)
}

fn contains(certificates: &[u8], ca_pem: &str) -> bool {
    let ca = ca_pem.trim_end().as_bytes();
    certificates.windows(ca.len()).any(|part| part == ca)
}

fn with(certificates: Vec<u8>, ca_pem: &str) -> Vec<u8> {
    joined(certificates, ca_pem.as_bytes())
}

fn joined(mut certificates: Vec<u8>, more: &[u8]) -> Vec<u8> {
    if certificates.last().is_some_and(|last| *last != b'\n') {
        certificates.push(b'\n');
    }
    certificates.extend_from_slice(more);
    certificates
}

#[cfg(test)]
mod tests {
    use super::*;

    const OURS: &str = "-----BEGIN CERTIFICATE-----\nours\n-----END CERTIFICATE-----\n";
    const THEIRS: &str = "-----BEGIN CERTIFICATE-----\ntheirs\n-----END CERTIFICATE-----";

    #[test]
    fn the_files_hold_what_was_trusted_and_ours() {
        let home = tempfile::tempdir().unwrap();
        let theirs = home.path().join("theirs.pem");
        std::fs::write(&theirs, THEIRS).unwrap();
        let theirs = theirs.display().to_string();
        let present = BTreeMap::from(["CURL_CA_BUNDLE", "NODE_EXTRA_CA_CERTS"].map(|name| (name.to_owned(), theirs.clone())));
        let folder = home.path().join("out");
        let once = variables(OURS, Path::new("/ca.pem"), &present, &folder, "4443-", |warning| panic!("{warning}")).unwrap();
        for name in ["REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "NODE_EXTRA_CA_CERTS"] {
            assert_eq!(std::fs::read_to_string(&once[name]).unwrap(), format!("{THEIRS}\n{OURS}"), "{name}");
        }
        let of_system = std::fs::read(&once["SSL_CERT_FILE"]).unwrap();
        assert_eq!(of_system, with(system_certificates(), OURS));

        let twice = variables(OURS, Path::new("/ca.pem"), &once, &folder, "4443-", |warning| panic!("{warning}")).unwrap();
        assert_eq!(once, twice);
    }

    #[test]
    fn a_folder_counts_as_all_its_certificates() {
        let home = tempfile::tempdir().unwrap();
        std::fs::write(home.path().join("a.0"), THEIRS).unwrap();
        std::fs::write(home.path().join("b.0"), THEIRS).unwrap();
        std::fs::write(home.path().join("README"), "no certificate").unwrap();
        assert_eq!(read_certificates(home.path()).unwrap(), format!("{THEIRS}\n{THEIRS}").into_bytes());
    }

    #[test]
    fn node_gets_the_authority_alone_and_a_missing_file_is_named_and_left_out() {
        let home = tempfile::tempdir().unwrap();
        let mut present = BTreeMap::new();
        let set = variables(OURS, Path::new("/ca.pem"), &present, home.path(), "", |warning| panic!("{warning}")).unwrap();
        assert_eq!(set["NODE_EXTRA_CA_CERTS"], "/ca.pem");
        for name in ["SSL_CERT_FILE", "NODE_EXTRA_CA_CERTS"] {
            present.insert(name.to_owned(), "/missing.pem".to_owned());
        }
        let mut told = Vec::new();
        assert_eq!(variables(OURS, Path::new("/ca.pem"), &present, home.path(), "", |warning| told.push(warning)).unwrap(), set);
        assert!(told[0].starts_with("SSL_CERT_FILE names what cannot be read ('/missing.pem': "), "{told:?}");
        assert!(told.len() == 2 && told[1].starts_with("NODE_EXTRA_CA_CERTS"), "{told:?}");
    }
}
