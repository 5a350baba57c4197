//! Whether the variables of a shell lead its clients to a running emulator: proxies, certificates, addresses.
//!
//! Each client is named with the variable that it reads (`client-connection` 9). Nothing is asked over the network.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use hyper::Uri;
use hyper_util::client::proxy::matcher::Matcher;

use super::reach::Reached;
use super::{Finding, Kind};
use crate::azure_hosts::AzureHost;
use crate::commands::ask::Emulator;
use crate::commands::{java, trust};
use crate::config;

/// The remedy of most findings.
const ENV: &str = "eval \"$(adf-emulator env)\", or run the client by 'adf-emulator exec'";

/// The variables that replace or add to a trust store, with those read where they are not set, and who reads them.
const TRUST: [(&str, &[&str], &str); 4] = [
    ("REQUESTS_CA_BUNDLE", &["CURL_CA_BUNDLE"], "the Azure CLI and the Azure SDKs for Python"),
    ("SSL_CERT_FILE", &[], "Go, Rust, Terraform and .NET on Linux"),
    ("NODE_EXTRA_CA_CERTS", &[], "Node and the Azure SDKs for JavaScript"),
    ("CURL_CA_BUNDLE", &["SSL_CERT_FILE"], "curl"),
];

/// Who reads the trust store of the system where the variable is not set; the others bring certificates of their own.
const READ_THE_SYSTEM: [&str; 2] = ["SSL_CERT_FILE", "CURL_CA_BUNDLE"];

/// The variables that say where Azure is, and who reads them.
const ADDRESSES: [(&str, &str); 2] =
    [("AZURE_AUTHORITY_HOST", "the credentials of the Azure SDKs"), ("ARM_METADATA_HOSTNAME", "Terraform")];

/// What is looked at.
pub(super) struct Look<'a> {
    /// The variables.
    pub(super) present: &'a BTreeMap<String, String>,
    /// The emulator.
    pub(super) emulator: &'a Emulator,
    /// What the emulator says of itself.
    pub(super) reached: &'a Reached,
}

/// Looks at the variables.
pub(super) fn look(look: &Look<'_>, findings: &mut Vec<Finding>) {
    let stands_in = look.reached.is_transparent;
    if !stands_in {
        findings.extend(look.proxies());
        findings.extend(ADDRESSES.iter().filter_map(|(variable, who)| look.address(variable, who)));
        findings.extend(look.azure_cli());
    }
    findings.extend(["EMULATOR_URL", "EMULATOR_HTTP_URL"].iter().filter_map(|variable| look.other_port(variable)));
    findings.extend(look.trust());
}

/// Returns whether the proxy of the variables is the emulator itself, as in a transparent run.
pub(super) fn names_as_proxy(present: &BTreeMap<String, String>, emulator: &Emulator) -> bool {
    proxy(present).is_some_and(|(_, proxy)| proxy.trim_end_matches('/').ends_with(&format!("127.0.0.1:{}", emulator.port)))
}

fn proxy(present: &BTreeMap<String, String>) -> Option<(&'static str, &str)> {
    let value = |name: &str| present.get(name).map(String::as_str).filter(|value| !value.is_empty());
    ["https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"].into_iter().find_map(|name| Some((name, value(name)?)))
}

impl Look<'_> {
    fn value(&self, name: &str) -> Option<&str> {
        self.present.get(name).map(String::as_str).filter(|value| !value.is_empty())
    }

    fn proxy(&self) -> Option<(&'static str, &str)> {
        proxy(self.present)
    }

    fn proxies(&self) -> Option<Finding> {
        let (variable, proxy) = self.proxy()?;
        let url: Uri = format!("https://{}:{}/", self.emulator.https_host(), self.emulator.port).parse().ok()?;
        let passes = |list: &str| Matcher::builder().https(proxy.to_owned()).no(list.to_owned()).build().intercept(&url).is_none();
        // Clients read one of the two spellings first, and not the same one.
        let set = ["NO_PROXY", "no_proxy"].into_iter().filter_map(|name| Some((name, self.present.get(name)?)));
        let wrong: Vec<&str> = set.clone().filter(|(_, list)| !passes(list)).map(|(name, _)| name).collect();
        let which = match (set.count(), wrong.as_slice()) {
            (0, _) => "NO_PROXY is not set".to_owned(),
            (_, []) => return None,
            (_, names) => format!("{} does not name it", names.join(" and ")),
        };
        let host = self.emulator.https_host();
        // A proxy's URL may hold a password.
        let says = format!("{variable} sends requests for {host} to a proxy, and {which}");
        Some(Finding::new(Kind::Proxy, says, format!("add {host} to NO_PROXY and no_proxy: {ENV}")))
    }

    fn address(&self, variable: &str, who: &str) -> Option<Finding> {
        let Some(value) = self.value(variable) else {
            return Some(Finding::new(Kind::RealCloud, format!("{who}: {variable} is not set, so they ask Azure itself"), ENV));
        };
        let host = host_of(value);
        if AzureHost::named(&host).is_some() || crate::azure_hosts::is_public(&host) {
            return Some(Finding::new(Kind::RealCloud, format!("{who}: {variable} is '{value}', which is Azure itself"), ENV));
        }
        self.other_port(variable)
    }

    /// An address of this machine with another port than the emulator's.
    fn other_port(&self, variable: &str) -> Option<Finding> {
        let value = self.value(variable)?;
        let address = value.split_once("://").map_or(value, |(_, address)| address).split('/').next().unwrap_or_default();
        let port: u16 = address.rsplit_once(':').and_then(|(_, port)| port.parse().ok())?;
        let is_here = ["localhost", "127.0.0.1", "[::1]"].contains(&&*host_of(value)) || host_of(value) == self.emulator.host;
        (is_here && port != self.emulator.port).then(|| {
            let says = format!("{variable} is '{value}', but the emulator is at port {}", self.emulator.port);
            Finding::new(Kind::WrongPort, says, format!("{ENV}; or look at the other one with --url"))
        })
    }

    /// What the Azure CLI's folder says, where it has one.
    fn azure_cli(&self) -> Option<Finding> {
        let folder = self.value("AZURE_CONFIG_DIR").map(PathBuf::from).or_else(|| config::home_folder().map(|home| home.join(".azure")))?;
        let read = |name: &str| std::fs::read_to_string(folder.join(name)).unwrap_or_default();
        let configuration = read("config");
        if configuration.is_empty() {
            return None;
        }
        let cloud = entry(&configuration, "cloud", "name").unwrap_or_else(|| "AzureCloud".to_owned());
        let endpoint = entry(&read("clouds.config"), &cloud, "endpoint_resource_manager").unwrap_or_default();
        if endpoint.trim_end_matches('/').ends_with(&format!(":{}", self.emulator.port)) {
            let discovers = entry(&configuration, "core", "instance_discovery").is_none_or(|value| !is_off(&value));
            let asks = discovers && !self.value("AZURE_CORE_INSTANCE_DISCOVERY").is_some_and(is_off);
            return asks.then(|| {
                let says =
                    "the Azure CLI: instance discovery is on, so it asks login.microsoftonline.com whether the emulator is Microsoft's";
                Finding::new(Kind::RealCloud, says, "az config set core.instance_discovery=false")
            });
        }
        let says = format!("the Azure CLI: its cloud is '{cloud}', whose Resource Manager is not this emulator ('{}')", folder.display());
        let url = format!("https://{}:{}", self.emulator.https_host(), self.emulator.port);
        let register = format!("az cloud register --name Emulator --endpoint-resource-manager {url}, az cloud set --name Emulator");
        Some(Finding::new(Kind::RealCloud, says, format!("{register}, and sign in; or run it by 'adf-emulator exec'")))
    }

    fn trust(&self) -> Vec<Finding> {
        let by_system = trust::holds(&trust::system_certificates(), &self.reached.ca);
        let mut findings = Vec::new();
        for (variable, others, who) in TRUST {
            let set = [variable].iter().chain(others).find_map(|name| Some((*name, self.value(name)?)));
            let problem = match set {
                None if by_system && READ_THE_SYSTEM.contains(&variable) => continue,
                None => "is not set".to_owned(),
                Some((name, file)) => match trust::read_certificates(Path::new(file)) {
                    Ok(held) if trust::holds(&held, &self.reached.ca) => continue,
                    Ok(_) if name == variable => format!("names '{file}', which does not hold the emulator's authority"),
                    Ok(_) => format!("is not set, and {name} names '{file}', which does not hold the emulator's authority"),
                    Err(error) => format!("cannot be read: {error}"),
                },
            };
            findings.push(Finding::new(Kind::NotTrusted, format!("{who}: {variable} {problem}"), ENV));
        }
        let java = match java::trusts(self.present, &self.reached.ca) {
            Ok(true) => return findings,
            Ok(false) => "names no trust store with the emulator's authority".to_owned(),
            Err(error) => format!("cannot be used: {error}"),
        };
        findings.push(Finding::new(Kind::NotTrusted, format!("Java: JAVA_TOOL_OPTIONS {java}"), ENV));
        findings
    }
}

/// Returns the host that the value of a variable names, with or without a scheme and a port.
pub(super) fn host_of(value: &str) -> String {
    let address = value.split_once("://").map_or(value, |(_, address)| address).split('/').next().unwrap_or_default();
    let host = match address.rsplit_once(':') {
        Some((host, port)) if !port.ends_with(']') => host,
        _ => address,
    };
    host.to_ascii_lowercase()
}

fn is_off(value: &str) -> bool {
    ["false", "0", "no", "off"].iter().any(|off| off.eq_ignore_ascii_case(value))
}

/// Returns a value of a section of the Azure CLI's files.
fn entry(text: &str, section: &str, name: &str) -> Option<String> {
    let heading = format!("[{section}]");
    let inside = text.lines().map(str::trim).skip_while(|line| *line != heading).skip(1).take_while(|line| !line.starts_with('['));
    let mut pairs = inside.filter_map(|line| line.split_once('='));
    pairs.find(|(known, _)| known.trim() == name).map(|(_, value)| value.trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::certificates::{Authority, StateFolder};
    use crate::config::{KeptIn, LogForm};
    use crate::log::Log;
    use rustls::pki_types::CertificateDer;
    use rustls::pki_types::pem::PemObject as _;

    /// What is found with these variables, by an emulator on port 7 whose authority is in the file that they may name.
    struct Shell {
        folder: tempfile::TempDir,
        ca: CertificateDer<'static>,
    }

    impl Shell {
        fn new() -> Self {
            let kept = StateFolder::open(&KeptIn::Process, &Log::new(LogForm::Off));
            let pem = Authority::load_or_create(&kept).unwrap().pem().to_owned();
            let folder = tempfile::tempdir().unwrap();
            std::fs::write(folder.path().join("ca.pem"), &pem).unwrap();
            std::fs::write(folder.path().join("other.pem"), "").unwrap();
            let ca = CertificateDer::from_pem_slice(pem.as_bytes()).unwrap();
            Self { folder, ca }
        }

        fn file(&self, name: &str) -> String {
            self.folder.path().join(name).display().to_string()
        }

        /// The variables with which nothing is wrong.
        fn good(&self) -> BTreeMap<String, String> {
            let ca = self.file("ca.pem");
            let pem = std::fs::read_to_string(&ca).unwrap();
            let java = java::variable(&pem, &BTreeMap::new(), self.folder.path(), "", &[]).unwrap();
            let mut good = BTreeMap::from([java]);
            for name in TRUST.map(|(name, ..)| name) {
                good.insert(name.to_owned(), ca.clone());
            }
            let more = [
                ("AZURE_AUTHORITY_HOST", "https://localhost:7"),
                ("ARM_METADATA_HOSTNAME", "localhost:7"),
                ("AZURE_CORE_INSTANCE_DISCOVERY", "false"),
                ("AZURE_CONFIG_DIR", &self.file("azure")),
            ];
            good.extend(more.map(|(name, value)| (name.to_owned(), value.to_owned())));
            good
        }

        fn found(&self, changes: &[(&str, Option<&str>)], is_transparent: bool) -> Vec<(Kind, String)> {
            let mut present = self.good();
            for (name, value) in changes {
                match value {
                    Some(value) => present.insert((*name).to_owned(), (*value).to_owned()),
                    None => present.remove(*name),
                };
            }
            let emulator = Emulator::local(7);
            let reached = Reached { version: String::new(), ca: self.ca.clone(), is_transparent };
            let mut findings = Vec::new();
            look(&Look { present: &present, emulator: &emulator, reached: &reached }, &mut findings);
            assert!(findings.iter().all(|finding| !finding.remedy.is_empty()));
            findings.into_iter().map(|finding| (finding.kind, finding.says)).collect()
        }
    }

    #[test]
    fn nothing_is_found_where_nothing_is_wrong() {
        assert_eq!(Shell::new().found(&[], false), []);
    }

    #[test]
    fn a_proxy_is_in_the_way_unless_both_lists_say_otherwise() {
        let shell = Shell::new();
        let proxy = ("https_proxy", Some("http://me:secret@proxy.example:3128"));
        for (lists, said) in [
            (&[] as &[(&str, Option<&str>)], Some("NO_PROXY is not set")),
            (&[("NO_PROXY", Some("internal"))], Some("NO_PROXY does not name it")),
            (&[("NO_PROXY", Some("localhost")), ("no_proxy", Some("internal"))], Some("no_proxy does not name it")),
            (&[("NO_PROXY", Some("localhost,127.0.0.1"))], None),
            (&[("no_proxy", Some("*"))], None),
        ] {
            let found = shell.found(&[&[proxy], lists].concat(), false);
            match said {
                None => assert_eq!(found, [], "{lists:?}"),
                Some(said) => {
                    assert!(matches!(found.as_slice(), [(Kind::Proxy, says)] if says.ends_with(said)), "{found:?}");
                    assert!(!found[0].1.contains("secret"));
                }
            }
        }
    }

    #[test]
    fn an_authority_that_is_not_trusted_is_told_with_client_and_variable() {
        let shell = Shell::new();
        let (other, missing) = (shell.file("other.pem"), shell.file("missing.pem"));
        for (changes, said) in [
            (
                &[("REQUESTS_CA_BUNDLE", None), ("CURL_CA_BUNDLE", None)] as &[_],
                "the Azure CLI and the Azure SDKs for Python: REQUESTS_CA_BUNDLE is not set",
            ),
            (&[("NODE_EXTRA_CA_CERTS", None)], "Node and the Azure SDKs for JavaScript: NODE_EXTRA_CA_CERTS is not set"),
            (&[("SSL_CERT_FILE", Some(&*other))], "Go, Rust, Terraform and .NET on Linux: SSL_CERT_FILE names '"),
            (&[("CURL_CA_BUNDLE", Some(&*missing))], "curl: CURL_CA_BUNDLE cannot be read: '"),
            (&[("JAVA_TOOL_OPTIONS", None)], "Java: JAVA_TOOL_OPTIONS names no trust store"),
            (&[("JAVA_TOOL_OPTIONS", Some("-Djavax.net.ssl.trustStore=/missing.jks"))], "Java: JAVA_TOOL_OPTIONS cannot be used: "),
        ] {
            let found = shell.found(changes, false);
            assert!(matches!(found.as_slice(), [(Kind::NotTrusted, says)] if says.starts_with(said)), "{said}: {found:?}");
        }
        // What is read in place of a variable counts.
        assert_eq!(shell.found(&[("REQUESTS_CA_BUNDLE", None)], false), []);
    }

    #[test]
    fn a_client_that_talks_to_the_real_cloud_is_told() {
        let shell = Shell::new();
        for (name, value) in [
            ("AZURE_AUTHORITY_HOST", None),
            ("AZURE_AUTHORITY_HOST", Some("https://login.microsoftonline.com/")),
            ("ARM_METADATA_HOSTNAME", None),
            ("ARM_METADATA_HOSTNAME", Some("management.azure.com")),
        ] {
            let found = shell.found(&[(name, value)], false);
            assert!(matches!(found.as_slice(), [(Kind::RealCloud, says)] if says.contains(name)), "{found:?}");
            // Unless the emulator stands in for it.
            assert_eq!(shell.found(&[(name, value), ("HTTPS_PROXY", Some("http://127.0.0.1:7"))], true), []);
        }
        let azure = shell.folder.path().join("azure");
        std::fs::create_dir(&azure).unwrap();
        let put = |name: &str, text: &str| std::fs::write(azure.join(name), text).unwrap();
        put("config", "[core]\noutput = json\n");
        assert!(matches!(shell.found(&[], false).as_slice(), [(Kind::RealCloud, says)] if says.contains("'AzureCloud'")));
        put("config", "[cloud]\nname = Mine\n");
        put("clouds.config", "[Mine]\nendpoint_resource_manager = https://localhost:7\n");
        assert_eq!(shell.found(&[], false), []);
        let found = shell.found(&[("AZURE_CORE_INSTANCE_DISCOVERY", None)], false);
        assert!(matches!(found.as_slice(), [(Kind::RealCloud, says)] if says.contains("instance discovery is on")), "{found:?}");
    }

    #[test]
    fn a_variable_with_another_port_is_told() {
        let shell = Shell::new();
        for (name, value) in [
            ("AZURE_AUTHORITY_HOST", "https://localhost:8/"),
            ("EMULATOR_URL", "https://127.0.0.1:8"),
            ("ARM_METADATA_HOSTNAME", "localhost:8"),
        ] {
            let found = shell.found(&[(name, Some(value))], false);
            assert!(matches!(found.as_slice(), [(Kind::WrongPort, says)] if says.starts_with(name)), "{found:?}");
        }
    }
}
