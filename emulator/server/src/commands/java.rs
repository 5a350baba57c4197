//! `JAVA_TOOL_OPTIONS`: a trust store for Java, which reads no file of certificates.
//!
//! The store replaces the one of the JVM, so it holds what is trusted already and ours. It is PKCS#12, which every Java
//! since 8u301 reads by the password that all trust stores have. What the variable said before stays; a JVM takes the
//! last of two values. Follows <https://docs.oracle.com/en/java/javase/17/security/java-secure-socket-extension-jsse-reference-guide.html>.

use std::collections::BTreeMap;
use std::io::{self, Write as _};
use std::path::Path;

use p12_keystore::{Certificate, KeyStore, KeyStoreEntry, Pkcs12ImportPolicy};
use rustls_pki_types::CertificateDer;
use rustls_pki_types::pem::PemObject as _;

use super::trust;
use crate::certificates::{self, Readers};

/// The variable that every JVM reads.
const VARIABLE: &str = "JAVA_TOOL_OPTIONS";

/// The name of the trust store's file.
const FILE: &str = "java-trust.p12";

/// The password that trust stores have by convention; what is in them is public.
const PASSWORD: &str = "changeit";

/// Rounds of hashing the password. Few, because it hides nothing and each start would wait for them.
const ITERATIONS: u32 = 1;

const STORE: &str = "-Djavax.net.ssl.trustStore=";
const STORE_PASSWORD: &str = "-Djavax.net.ssl.trustStorePassword=";
const STORE_TYPE: &str = "-Djavax.net.ssl.trustStoreType=";

/// Returns the variable with its value as `options` has it. Where the trust store cannot be had this says why on standard
/// error and returns none, because most commands have nothing to do with Java.
pub(super) fn variable(
    ca_pem: &str,
    present: &BTreeMap<String, String>,
    folder: &Path,
    prefix: &str,
    more: &[String],
) -> Option<(String, String)> {
    match options(ca_pem, present, folder, prefix, more) {
        Ok(options) => Some((VARIABLE.to_owned(), options)),
        Err(error) => {
            // A closed standard error is no reason to fail.
            let _ = writeln!(std::io::stderr(), "adf-emulator: warning: Java will not trust the emulator: {error}");
            None
        }
    }
}

/// Returns whether a JVM with these variables trusts that certificate by a trust store that they name.
pub(super) fn trusts(present: &BTreeMap<String, String>, certificate: &CertificateDer<'_>) -> io::Result<bool> {
    let words = words(present.get(VARIABLE).map_or("", String::as_str));
    let last = |option: &str| words.iter().rev().find_map(|word| word.strip_prefix(option));
    let Some(store) = last(STORE) else { return Ok(false) };
    let held = read(Path::new(store), last(STORE_PASSWORD).unwrap_or(PASSWORD))?;
    Ok(held.iter().any(|held| held.as_der() == &**certificate))
}

/// Writes the trust store into `folder`, its name beginning with `prefix`, and returns the value of the variable, which
/// also has `more` options. `present` is the environment of the clients; a trust store that it names already must be
/// PKCS#12 to be added to.
fn options(ca_pem: &str, present: &BTreeMap<String, String>, folder: &Path, prefix: &str, more: &[String]) -> io::Result<String> {
    let before = present.get(VARIABLE).map_or("", String::as_str).trim();
    let words = words(before);
    let last = |option: &str| words.iter().rev().find_map(|word| word.strip_prefix(option));
    let mut trusted = match last(STORE) {
        Some(store) => read(Path::new(store), last(STORE_PASSWORD).unwrap_or(PASSWORD))?,
        None => of_pem(&trust::system_certificates()),
    };
    trusted.append(&mut of_pem(ca_pem.as_bytes()));
    let file = format!("{prefix}{FILE}");
    certificates::replace(folder, &file, &written(trusted)?, Readers::Everyone)?;
    let file = folder.join(file).display().to_string();
    let ours = [format!("{STORE}{file}"), format!("{STORE_PASSWORD}{PASSWORD}"), format!("{STORE_TYPE}PKCS12")];
    // Whoever sets the variable from its own output must not get everything twice.
    let added = ours.iter().chain(more).filter(|option| !words.contains(option)).map(|option| quoted(option));
    let all: Vec<String> = std::iter::once(before.to_owned()).filter(|it| !it.is_empty()).chain(added).collect();
    Ok(all.join(" "))
}

/// Returns the certificates of a PKCS#12 trust store.
fn read(store: &Path, password: &str) -> io::Result<Vec<Certificate>> {
    let named = |problem: String| {
        io::Error::other(format!("the trust store '{}' that {VARIABLE} names, which must be PKCS#12: {problem}", store.display()))
    };
    let bytes = std::fs::read(store).map_err(|error| named(error.to_string()))?;
    let read = KeyStore::from_pkcs12(&bytes, password, Pkcs12ImportPolicy::Raw).map_err(|error| named(error.to_string()))?;
    let certificate = |entry: &KeyStoreEntry| match entry {
        KeyStoreEntry::Certificate(certificate) => Some(certificate.clone()),
        _ => None,
    };
    Ok(read.entries().filter_map(|(_, entry)| certificate(entry)).collect())
}

/// Returns the certificates of PEM text. What cannot be read is left out, as clients do.
fn of_pem(pem: &[u8]) -> Vec<Certificate> {
    CertificateDer::pem_slice_iter(pem).flatten().filter_map(|der| Certificate::from_der(&der).ok()).collect()
}

fn written(certificates: Vec<Certificate>) -> io::Result<Vec<u8>> {
    let mut store = KeyStore::new();
    let mut known = std::collections::BTreeSet::new();
    for (number, certificate) in certificates.into_iter().enumerate() {
        if known.insert(certificate.as_der().to_vec()) {
            store.add_entry(&format!("authority-{number}"), KeyStoreEntry::Certificate(certificate));
        }
    }
    let writer = store.writer(PASSWORD).encryption_iterations(ITERATIONS).mac_iterations(ITERATIONS);
    writer.write().map_err(|error| io::Error::other(error.to_string()))
}

/// Returns the options in the variable as a JVM reads them: apart by blanks, unless in quotes.
fn words(options: &str) -> Vec<String> {
    let (mut found, mut word, mut quote) = (Vec::new(), None::<String>, None);
    for character in options.chars() {
        match quote {
            Some(open) if open == character => quote = None,
            None if character == '\'' || character == '"' => {
                quote = Some(character);
                word.get_or_insert_default();
            }
            None if character.is_whitespace() => found.extend(word.take()),
            _ => word.get_or_insert_default().push(character),
        }
    }
    found.extend(word);
    found
}

/// Returns an option so that a JVM reads it as one.
fn quoted(option: &str) -> String {
    let quote = if option.contains('"') { '\'' } else { '"' };
    let is_plain = !option.contains(|character: char| character.is_whitespace() || "'\"".contains(character));
    if is_plain { option.to_owned() } else { format!("{quote}{option}{quote}") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::certificates::{Authority, StateFolder};
    use crate::config::{KeptIn, LogForm};
    use crate::log::Log;

    fn ca_pem() -> String {
        let folder = StateFolder::open(&KeptIn::Process, &Log::new(LogForm::Off));
        Authority::load_or_create(&folder).unwrap().pem().to_owned()
    }

    fn in_store(path: &Path) -> Vec<Vec<u8>> {
        read(path, PASSWORD).unwrap().iter().map(|certificate| certificate.as_der().to_vec()).collect()
    }

    fn der(pem: &str) -> Vec<u8> {
        of_pem(pem.as_bytes())[0].as_der().to_vec()
    }

    #[test]
    fn the_store_holds_what_was_trusted_and_ours() {
        let folder = tempfile::tempdir().unwrap();
        let ours = ca_pem();
        let present = BTreeMap::from([(VARIABLE.to_owned(), "-Dmine=1 ".to_owned())]);
        let set = options(&ours, &present, folder.path(), "7-", &["-Dmore=2".to_owned()]).unwrap();
        let file = folder.path().join("7-java-trust.p12");
        let path = file.display();
        assert_eq!(set, format!("-Dmine=1 {STORE}{path} {STORE_PASSWORD}changeit {STORE_TYPE}PKCS12 -Dmore=2"));
        let held = in_store(&file);
        assert!(held.contains(&der(&ours)));
        assert!(of_pem(&trust::system_certificates()).iter().all(|certificate| held.contains(&certificate.as_der().to_vec())));
    }

    #[test]
    fn a_store_that_was_named_is_added_to_and_saying_it_again_adds_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let (theirs, ours) = (ca_pem(), ca_pem());
        let store = folder.path().join("their store.p12");
        std::fs::write(&store, written(of_pem(theirs.as_bytes())).unwrap()).unwrap();
        let mut present = BTreeMap::from([(VARIABLE.to_owned(), format!("'{STORE}{}'", store.display()))]);
        let set = options(&ours, &present, folder.path(), "", &[]).unwrap();
        let mut held = in_store(&folder.path().join(FILE));
        held.sort();
        let mut expected = vec![der(&theirs), der(&ours)];
        expected.sort();
        assert_eq!(held, expected);
        present.insert(VARIABLE.to_owned(), set.clone());
        assert_eq!(options(&ours, &present, folder.path(), "", &[]).unwrap(), set);
    }

    #[test]
    fn a_store_that_cannot_be_read_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let store = folder.path().join("keys.jks");
        std::fs::write(&store, "not PKCS#12").unwrap();
        for path in [&store, &folder.path().join("missing")] {
            let present = BTreeMap::from([(VARIABLE.to_owned(), format!("{STORE}{}", path.display()))]);
            let error = options(&ca_pem(), &present, folder.path(), "", &[]).unwrap_err().to_string();
            assert!(error.contains(&path.display().to_string()) && error.contains("PKCS#12"), "{error}");
        }
    }

    #[test]
    fn options_are_read_back_as_they_were() {
        let option = format!("{STORE}/a folder/it's.p12");
        assert_eq!(words(&format!("-Da  {} '-Db c'", quoted(&option))), ["-Da", &option, "-Db c"]);
    }
}
