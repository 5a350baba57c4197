//! Whether an emulator can be reached: its name, its port, its clock, its certificate, from the network alone.
//!
//! Each step needs the one before it, so the first that fails is the last that is told.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use adf_emulator_core::timestamp::Timestamp;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{CertificateError, ClientConfig, RootCertStore};
use serde_json::Value;
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

use super::environment::host_of;
use super::{Finding, Kind, environment};
use crate::azure_hosts::{AzureHost, is_public};
use crate::clock::host_now;
use crate::commands::ask::Emulator;
use crate::config::DEFAULT_PORT;

/// Seconds by which two clocks may differ. Entra's own tolerance, which signed assertions meet.
const SKEW_SECONDS_MAX: u64 = 300;

/// What was found of a running emulator.
#[derive(Debug)]
pub(super) struct Reached {
    /// Its version.
    pub(super) version: String,
    /// The certificate of its authority.
    pub(super) ca: CertificateDer<'static>,
    /// Whether it stands in for Azure's hosts.
    pub(super) is_transparent: bool,
}

/// Looks whether the emulator can be reached; `None` when it cannot.
pub(super) async fn look(emulator: &Emulator, present: &BTreeMap<String, String>, findings: &mut Vec<Finding>) -> Option<Reached> {
    if let Err(finding) = listens(emulator, present, findings).await {
        findings.push(finding);
        return None;
    }
    let reached = match answers(emulator, present, findings).await {
        Ok(reached) => reached,
        Err(finding) => {
            findings.push(finding);
            return None;
        }
    };
    findings.extend(certificate(emulator, &reached.ca).await);
    for variable in ["EMULATOR_URL", "EMULATOR_HTTP_URL", "AZURE_AUTHORITY_HOST", "ARM_METADATA_HOSTNAME"] {
        findings.extend(means_no_address(variable, present).await);
    }
    Some(reached)
}

/// Looks whether the name in a variable means an address. Azure's own names are another finding's.
async fn means_no_address(variable: &str, present: &BTreeMap<String, String>) -> Option<Finding> {
    let host = present.get(variable).map(|value| host_of(value)).filter(|host| !host.is_empty())?;
    if AzureHost::named(&host).is_some() || is_public(&host) {
        return None;
    }
    let looked_up = tokio::time::timeout(Emulator::ANSWER_TIME_MAX, tokio::net::lookup_host((bare(&host), 0))).await;
    let error = looked_up.ok()?.err()?;
    let says = format!("{variable} names '{host}', which means no address: {error}");
    Some(Finding::new(Kind::NameResolution, says, "call it localhost: eval \"$(adf-emulator env)\"; or add the name to /etc/hosts"))
}

fn bare(host: &str) -> &str {
    host.trim_start_matches('[').trim_end_matches(']')
}

/// Looks whether the name means an address, and whether somebody listens there.
async fn listens(emulator: &Emulator, present: &BTreeMap<String, String>, findings: &mut Vec<Finding>) -> Result<(), Finding> {
    let Emulator { host, port, .. } = emulator;
    let addresses = tokio::net::lookup_host((bare(host), *port)).await.map(Iterator::collect::<Vec<_>>);
    let addresses = addresses.map_err(|error| {
        Finding::new(
            Kind::NameResolution,
            format!("'{host}' means no address: {error}"),
            "name another with --url, or add it to /etc/hosts",
        )
    })?;
    let mut open = Vec::new();
    for address in &addresses {
        open.push(matches!(tokio::time::timeout(Emulator::ANSWER_TIME_MAX, TcpStream::connect(address)).await, Ok(Ok(_))));
    }
    match open.as_slice() {
        [false, rest @ ..] if rest.contains(&true) => {
            let first = addresses.first().map(ToString::to_string).unwrap_or_default();
            findings.push(Finding::new(
                Kind::NameResolution,
                format!("'{host}' means {first} first, where nobody listens: clients that try one address only do not get through"),
                format!("start it with --listen {host}:{port}, or use the address itself"),
            ));
            Ok(())
        }
        all if all.contains(&true) => Ok(()),
        _ => Err(elsewhere(emulator, present).await.unwrap_or_else(|| {
            let at = emulator.http();
            Finding::new(Kind::NotRunning, format!("nobody listens at {at}"), "start one with 'adf-emulator start', or name it with --url")
        })),
    }
}

/// Looks for an emulator on the other ports that it may be on: the usual one, and those that variables name.
async fn elsewhere(emulator: &Emulator, present: &BTreeMap<String, String>) -> Option<Finding> {
    let named = ["ADF_EMULATOR_URL", "EMULATOR_HTTP_URL", "EMULATOR_URL", "AZURE_AUTHORITY_HOST"];
    let ports =
        named.iter().filter_map(|name| present.get(*name)).filter_map(|url| url.trim_end_matches('/').rsplit(':').next()?.parse().ok());
    let ports: BTreeSet<u16> = ports.chain([DEFAULT_PORT]).filter(|port| *port != emulator.port).collect();
    for port in ports {
        let other = Emulator { host: emulator.host.clone(), port, control_token: None };
        if health(&other).await.is_some() {
            let says = format!("nobody listens at {}, but an emulator answers at {}", emulator.http(), other.http());
            return Some(Finding::new(Kind::WrongPort, says, format!("name it: --url {}", other.http())));
        }
    }
    None
}

/// Returns what an emulator says of itself: version, and the time on its machine.
async fn health(emulator: &Emulator) -> Option<(String, Option<Timestamp>)> {
    let body = emulator.get("/_emulator/health").await.ok()?;
    let health: Value = serde_json::from_slice(&body).ok()?;
    health.get("worlds")?;
    let time = health.get("hostTime").and_then(Value::as_str).and_then(Timestamp::parse);
    Some((health.get("version")?.as_str()?.to_owned(), time))
}

/// Looks whether it is an emulator who answers, and what time it is there.
async fn answers(emulator: &Emulator, present: &BTreeMap<String, String>, findings: &mut Vec<Finding>) -> Result<Reached, Finding> {
    let at = emulator.http();
    let other = || {
        let says = format!("what answers at {at} is no emulator");
        Finding::new(Kind::WrongPort, says, "name the emulator's port with --url, or start one with 'adf-emulator start'")
    };
    let (version, there) = health(emulator).await.ok_or_else(other)?;
    let ca = emulator.get("/_emulator/ca.pem").await.map_err(|_| other())?;
    let ca = CertificateDer::from_pem_slice(&ca).map_err(|_| other())?;
    findings.extend(there.and_then(skew));
    // Asked only where it matters: to any other emulator it is a request that it refuses and remembers.
    let is_transparent = environment::names_as_proxy(present, emulator) && emulator.tunnels_to(AzureHost::Login.name()).await;
    Ok(Reached { version, ca, is_transparent })
}

/// Compares the time of the emulator's machine with this machine's clock.
fn skew(there: Timestamp) -> Option<Finding> {
    let seconds = there.seconds().abs_diff(host_now().seconds());
    let says =
        format!("the emulator's clock and this machine's differ by {seconds} seconds: certificates and signed assertions may not be good");
    (seconds > SKEW_SECONDS_MAX)
        .then(|| Finding::new(Kind::ClockSkew, says, "set both by a time server; restart a virtual machine that has slept"))
}

/// Looks whether the certificate is good for the name, and of the authority that the emulator hands out.
async fn certificate(emulator: &Emulator, ca: &CertificateDer<'static>) -> Option<Finding> {
    let host = emulator.https_host();
    let name = ServerName::try_from(bare(host).to_owned()).ok()?;
    let mut roots = RootCertStore::empty();
    roots.add(ca.clone()).ok()?;
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let configuration = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions().ok()?;
    let connector = TlsConnector::from(Arc::new(configuration.with_root_certificates(roots).with_no_client_auth()));
    let stream = TcpStream::connect((bare(&emulator.host), emulator.port)).await.ok()?;
    let shaken = tokio::time::timeout(Emulator::ANSWER_TIME_MAX, connector.connect(name, stream)).await;
    let error = shaken.ok()?.err()?;
    let problem = error.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>());
    Some(match problem {
        Some(rustls::Error::InvalidCertificate(CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. })) => {
            let says = format!("the emulator's certificate is not good for '{host}'");
            Finding::new(Kind::NameResolution, says, format!("start it with --tls-name {host}, or call it localhost"))
        }
        Some(rustls::Error::InvalidCertificate(
            CertificateError::Expired
            | CertificateError::ExpiredContext { .. }
            | CertificateError::NotValidYet
            | CertificateError::NotValidYetContext { .. },
        )) => {
            let says = "the emulator's certificate is not good at this machine's time";
            Finding::new(Kind::ClockSkew, says, "set both clocks by a time server, and restart the emulator")
        }
        _ => {
            let says = format!("the certificate at https://{host}:{} is not of the emulator's authority ({error})", emulator.port);
            Finding::new(Kind::NotTrusted, says, "look for what stands between, such as a proxy that reads TLS, and restart the emulator")
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clocks_may_differ_a_little() {
        let date = |seconds: i64| Timestamp::from_seconds(host_now().seconds() + seconds);
        assert_eq!(skew(date(200)), None);
        for seconds in [-4_000, 400] {
            assert_eq!(skew(date(seconds)).unwrap().kind, Kind::ClockSkew);
        }
    }
}
