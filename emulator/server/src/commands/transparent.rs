//! What `exec --transparent` sets besides: the proxy that stands in for Azure's hosts, and what would lead past it.
//!
//! Nothing names the emulator to a client, so what usually does is taken away. A proxy that was set before carries the
//! tunnels to other hosts, with the credentials that its clients have. Who reads which: `client-connection` 2 and 9.

use std::collections::BTreeMap;

use hyper::Uri;
use hyper_util::client::proxy::matcher::Matcher;

use crate::azure_hosts::AzureHost;
use crate::config::{ListenAddress, Transparent, WrongUse};

/// Variables that would point clients elsewhere than at Azure's own names.
pub(super) const REMOVED: [&str; 3] = ["AZURE_AUTHORITY_HOST", "ARM_METADATA_HOSTNAME", "AZURE_CORE_INSTANCE_DISCOVERY"];

/// The variables of the proxy for https, in the order in which curl reads them.
const PROXIES: [&str; 4] = ["https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"];

/// The variables of hosts without a proxy.
const DIRECT: [&str; 2] = ["NO_PROXY", "no_proxy"];

/// Returns how other hosts are reached, as `present`, the environment of the clients, says.
///
/// Wrong use when they are reached by a proxy that takes no `CONNECT` in plain HTTP.
pub(super) fn settings(offline: bool, present: &BTreeMap<String, String>) -> Result<Transparent, WrongUse> {
    let value = |names: &[&str]| names.iter().filter_map(|name| present.get(*name)).find(|value| !value.is_empty()).cloned();
    let direct = value(&DIRECT).unwrap_or_default();
    if offline {
        return Ok(Transparent { offline, proxy: String::new(), direct });
    }
    let proxy = value(&PROXIES).unwrap_or_default();
    match proxy.split_once("://") {
        Some((scheme, rest)) if !scheme.eq_ignore_ascii_case("http") => {
            // Without its user and password.
            let at = rest.rsplit('@').next().unwrap_or_default();
            Err(WrongUse::new(format!(
                "--transparent reaches other hosts only by a proxy of http://, not '{scheme}://{at}': set HTTPS_PROXY to one, unset it, or add --offline"
            )))
        }
        _ => Ok(Transparent { offline, proxy, direct }),
    }
}

/// Checks that nobody but this machine can reach the proxy: it answers no other, and stands in for Azure.
///
/// Wrong use when an address can be reached from elsewhere.
pub(super) fn is_for_this_machine(listen: &[ListenAddress]) -> Result<(), WrongUse> {
    let open = listen.iter().find_map(|address| match address {
        ListenAddress::At(at) if !at.ip().to_canonical().is_loopback() => Some(at),
        ListenAddress::At(_) | ListenAddress::Localhost(_) => None,
    });
    open.map_or(Ok(()), |open| {
        Err(WrongUse::new(format!(
            "--transparent is a proxy for this machine alone, and --listen '{open}' can be reached from others: give 127.0.0.1:{port} or \
             localhost:{port}, or leave --listen out",
            port = open.port()
        )))
    })
}

/// Returns the environment of the clients without what would lead past the proxy to Azure: hosts without a proxy that
/// are Azure's, and the variables that are taken away.
pub(super) fn environment(mut present: BTreeMap<String, String>) -> BTreeMap<String, String> {
    present.retain(|name, _| !REMOVED.contains(&name.as_str()));
    for name in DIRECT {
        if let Some(list) = present.get_mut(name) {
            let kept: Vec<&str> = list.split(',').map(str::trim).filter(|entry| !leads_past(entry)).collect();
            *list = kept.join(",");
        }
    }
    present
}

/// Returns whether an entry of hosts without a proxy covers one of Azure's.
fn leads_past(entry: &str) -> bool {
    let direct = Matcher::builder().https("http://proxy.invalid").no(entry.to_owned()).build();
    AzureHost::ALL.iter().any(|host| direct.intercept(&Uri::from_static(host.origin())).is_none())
}

/// Returns the variables of the proxy at `http`. `direct` are the hosts that clients reach without it.
pub(super) fn variables(http: &str, transparent: &Transparent, present: &BTreeMap<String, String>) -> BTreeMap<String, String> {
    let before = transparent.proxy.split_once("://").map_or(&*transparent.proxy, |(_, rest)| rest);
    let credentials = before.rsplit_once('@').map(|(credentials, _)| format!("{credentials}@")).unwrap_or_default();
    let proxy = http.replacen("://", &format!("://{credentials}"), 1);
    // Plain requests go where they went, unless nothing may leave the machine.
    let for_http: &[&str] = if transparent.offline { &["HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"] } else { &[] };
    let names = ["HTTPS_PROXY", "https_proxy"].iter().chain(for_http);
    let mut variables: BTreeMap<String, String> = names.map(|name| ((*name).to_owned(), proxy.clone())).collect();
    // Node reads the variables of proxies only when this one says so; the Azure SDKs do in any case.
    let node = "NODE_USE_ENV_PROXY";
    variables.insert(node.to_owned(), present.get(node).cloned().unwrap_or_else(|| "1".to_owned()));
    variables
}

/// Returns the options by which a JVM takes the proxy at `http`. `direct` are the hosts that it reaches without it.
pub(super) fn java_options(http: &str, transparent: &Transparent, direct: &str) -> Vec<String> {
    let address = http.split_once("://").map_or(http, |(_, address)| address);
    let (host, port) = address.rsplit_once(':').unwrap_or((address, ""));
    let host = host.trim_start_matches('[').trim_end_matches(']');
    let schemes: &[&str] = if transparent.offline { &["https", "http"] } else { &["https"] };
    let mut options: Vec<String> =
        schemes.iter().flat_map(|scheme| [format!("-D{scheme}.proxyHost={host}"), format!("-D{scheme}.proxyPort={port}")]).collect();
    let names = direct.split(',').map(|entry| entry.trim().trim_start_matches("*.").trim_start_matches('.'));
    // A name covers what is below it; an address does not, and of networks a JVM knows nothing.
    let patterns = names.filter(|name| !name.is_empty() && !name.contains('/')).map(|name| match name {
        "127.0.0.1" => "127.*".to_owned(),
        "::1" => "[::1]".to_owned(),
        name if name.parse::<std::net::IpAddr>().is_ok() => name.to_owned(),
        name => format!("{name}|*.{name}"),
    });
    options.push(format!("-Dhttp.nonProxyHosts={}", patterns.collect::<Vec<_>>().join("|")));
    options
}

#[cfg(test)]
mod tests {
    use super::*;

    fn map(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
        pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn what_would_lead_past_the_proxy_is_taken_away() {
        let before = map(&[
            ("NO_PROXY", "*"),
            ("no_proxy", "internal, .azure.com,login.microsoftonline.com,10.0.0.0/8,vault.azure.net,windows.net"),
            ("AZURE_AUTHORITY_HOST", "https://login.example"),
            ("ARM_METADATA_HOSTNAME", "x"),
            ("OTHER", "kept"),
        ]);
        let expected = map(&[("NO_PROXY", ""), ("no_proxy", "internal,10.0.0.0/8,vault.azure.net"), ("OTHER", "kept")]);
        assert_eq!(environment(before), expected);
    }

    #[test]
    fn the_proxy_that_was_set_before_is_used_and_its_credentials_stay_with_the_clients() {
        let present = map(&[("HTTPS_PROXY", "http://me:secret@proxy.example:3128/"), ("ALL_PROXY", "socks5://x"), ("NO_PROXY", "a")]);
        let online = settings(false, &present).unwrap();
        assert_eq!((&*online.proxy, &*online.direct), ("http://me:secret@proxy.example:3128/", "a"));
        let set = variables("http://127.0.0.1:7", &online, &present);
        let ours = "http://me:secret@127.0.0.1:7";
        assert_eq!(set, map(&[("HTTPS_PROXY", ours), ("https_proxy", ours), ("NODE_USE_ENV_PROXY", "1")]));
        let offline = settings(true, &present).unwrap();
        let set = variables("http://127.0.0.1:7", &offline, &map(&[("NODE_USE_ENV_PROXY", "0")]));
        assert!(set.len() == 7 && set["HTTP_PROXY"] == "http://127.0.0.1:7" && set["NODE_USE_ENV_PROXY"] == "0", "{set:?}");
        for proxy in ["proxy.example:3128", "HTTP://proxy.example"] {
            assert_eq!(settings(false, &map(&[("all_proxy", proxy)])).unwrap().proxy, proxy);
        }
    }

    #[test]
    fn a_proxy_that_cannot_be_used_is_named_without_its_password() {
        let wrong = settings(false, &map(&[("HTTPS_PROXY", "socks5://me:secret@proxy.example:1080")])).unwrap_err();
        assert!(wrong.line.contains("'socks5://proxy.example:1080'") && !wrong.line.contains("secret"), "{wrong:?}");
        assert!(settings(true, &map(&[("HTTPS_PROXY", "socks5://proxy.example")])).is_ok());
    }

    #[test]
    fn java_has_its_own_names() {
        let options = java_options("http://127.0.0.1:7", &Transparent::default(), ".internal,10.1.1.1,10.0.0.0/8,localhost,127.0.0.1,::1");
        let direct = "-Dhttp.nonProxyHosts=internal|*.internal|10.1.1.1|localhost|*.localhost|127.*|[::1]";
        assert_eq!(options, ["-Dhttps.proxyHost=127.0.0.1", "-Dhttps.proxyPort=7", direct]);
        let offline = Transparent { offline: true, ..Transparent::default() };
        assert!(java_options("http://[::1]:7", &offline, "").contains(&"-Dhttp.proxyHost=::1".to_owned()));
    }
}
