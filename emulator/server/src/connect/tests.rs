//! Tunnels: who is served as Azure, what is passed on, what is refused, and how they end.
//!
//! What a run sets so that clients come this way is tested with the command, in `tests/process/transparent.rs`.

use std::collections::BTreeMap;
use std::net::SocketAddr;

use serde_json::Value;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

use super::*;
use crate::config::{Config, LogForm};
use crate::server::Server;

const TOKEN: &str = "11111111-1111-1111-1111-111111111111/oauth2/v2.0/token";
const GROUP: &str = "/subscriptions/22222222-2222-2222-2222-222222222222/resourceGroups/new?api-version=2024-11-01";

async fn start(transparent: Transparent) -> Server {
    Server::start(Config { transparent: Some(transparent), summary: true, ..Config::embedded() }).await.unwrap()
}

fn address(server: &Server) -> SocketAddr {
    server.http().strip_prefix("http://").unwrap().parse().unwrap()
}

/// A client that trusts Azure's authority of the run, and nobody else, and comes by the proxy.
fn client(server: &Server) -> reqwest::Client {
    let trusted = reqwest::Certificate::from_pem(server.azure_ca_pem().unwrap().as_bytes()).unwrap();
    let proxy = reqwest::Proxy::https(server.http()).unwrap();
    reqwest::Client::builder().tls_certs_only([trusted]).proxy(proxy).redirect(reqwest::redirect::Policy::none()).build().unwrap()
}

async fn json(request: reqwest::RequestBuilder) -> Value {
    request.send().await.unwrap().json().await.unwrap()
}

/// Sends these words and returns the connection with the head of the answer.
async fn ask(at: SocketAddr, words: &str) -> (TcpStream, String) {
    let mut stream = TcpStream::connect(at).await.unwrap();
    stream.write_all(words.as_bytes()).await.unwrap();
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        match stream.read_u8().await {
            Ok(byte) => head.push(byte),
            Err(_) => break,
        }
    }
    (stream, String::from_utf8(head).unwrap())
}

async fn connect(server: &Server, to: &str) -> (TcpStream, String) {
    ask(address(server), &format!("CONNECT {to} HTTP/1.1\r\nHost: {to}\r\nProxy-Authorization: Basic bWU6c2VjcmV0\r\n\r\n")).await
}

async fn rest(mut stream: TcpStream) -> String {
    let mut text = String::new();
    stream.read_to_string(&mut text).await.unwrap();
    text
}

#[tokio::test]
async fn azures_hosts_are_served_as_if_we_were_they() {
    let server = start(Transparent::default()).await;
    let client = client(&server);
    for authority in ["https://login.microsoftonline.com", "https://login.windows.net", "https://sts.windows.net"] {
        let configuration = json(client.get(format!("{authority}/common/v2.0/.well-known/openid-configuration"))).await;
        assert_eq!(configuration["token_endpoint"], format!("{authority}/common/oauth2/v2.0/token"));
        assert_eq!(configuration["issuer"], "https://login.microsoftonline.com/{tenantid}/v2.0");
    }
    let token = async |scope: &str| {
        let form = [
            ("client_id", "33333333-3333-3333-3333-000000000001"),
            ("client_secret", "owner-secret"),
            ("grant_type", "client_credentials"),
            ("scope", scope),
        ];
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish();
        let request = client.post(format!("https://login.microsoftonline.com/{TOKEN}")).body(body);
        let answer = json(request.header("content-type", "application/x-www-form-urlencoded")).await;
        answer["access_token"].as_str().unwrap_or_else(|| panic!("{answer}")).to_owned()
    };
    let arm = token("https://management.azure.com/.default").await;
    let created = client.put(format!("https://management.azure.com{GROUP}")).bearer_auth(&arm).body(r#"{"location":"eastus"}"#);
    assert_eq!(created.send().await.unwrap().status(), 201);
    let deleted = client.delete(format!("https://management.azure.com{GROUP}")).bearer_auth(&arm).send().await.unwrap();
    let poll = deleted.headers()["location"].to_str().unwrap().to_owned();
    assert!(poll.starts_with("https://management.azure.com/subscriptions/"), "{poll}");
    assert_eq!(client.get(poll).bearer_auth(&arm).send().await.unwrap().status(), 200);
    let graph = token("https://graph.microsoft.com/.default").await;
    let users = json(client.get("https://graph.microsoft.com/v1.0/users").bearer_auth(&graph)).await;
    assert_eq!(users["@odata.context"], "https://graph.microsoft.com/v1.0/$metadata#users");
    let metadata = json(client.get("https://management.azure.com/metadata/endpoints?api-version=2022-09-01")).await;
    assert_eq!(metadata["resourceManager"], "https://management.azure.com/");

    // The same token at the emulator's own address, and what is ours is not at Azure's.
    let ours = reqwest::Client::new().get(format!("{}{GROUP}", server.http())).bearer_auth(&arm).send().await.unwrap();
    assert_eq!(ours.status(), 404);
    assert_ne!(client.get("https://management.azure.com/_emulator/health").send().await.unwrap().status(), 200);
    let unknown = client.get(format!("https://management.azure.com{GROUP}")).send().await.unwrap();
    let challenge = unknown.headers()["www-authenticate"].to_str().unwrap();
    assert!(challenge.contains(r#"authorization_uri="https://login.windows.net/11111111-"#), "{challenge}");
    server.stop().await;
}

#[tokio::test]
async fn a_certificate_is_for_one_host_and_the_local_authority_signs_none_of_azures() {
    let server = start(Transparent::default()).await;
    let names: BTreeMap<&str, &str> = BTreeMap::from([("login.windows.net", "graph.microsoft.com")]);
    let asks = async |trusted: &str, resolve: Option<SocketAddr>| {
        let trusted = reqwest::Certificate::from_pem(trusted.as_bytes()).unwrap();
        let builder = reqwest::Client::builder().tls_certs_only([trusted]).no_proxy();
        let builder = resolve.iter().fold(builder, |builder, at| builder.resolve("management.azure.com", *at));
        builder.build().unwrap().get(format!("https://management.azure.com:{}/", address(&server).port())).send().await
    };
    let at = Some(address(&server));
    for trusted in [server.ca_pem(), server.azure_ca_pem().unwrap()] {
        let error = asks(trusted, at).await.unwrap_err();
        assert!(error.is_connect(), "{error:?}");
    }
    // Who tunnels to one host and asks for another does not get the other's certificate.
    for (asked, tunnel) in names {
        let (stream, head) = connect(&server, &format!("{tunnel}:443")).await;
        assert!(head.starts_with("HTTP/1.1 200"), "{head}");
        let mut roots = rustls::RootCertStore::empty();
        let pem = server.azure_ca_pem().unwrap();
        use rustls_pki_types::pem::PemObject as _;
        roots.add(rustls_pki_types::CertificateDer::from_pem_slice(pem.as_bytes()).unwrap()).unwrap();
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let configuration = rustls::ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
        let configuration = configuration.with_root_certificates(roots).with_no_client_auth();
        let connector = tokio_rustls::TlsConnector::from(Arc::new(configuration));
        assert!(connector.connect(asked.try_into().unwrap(), stream).await.is_err());
    }
    server.stop().await;
}

#[tokio::test]
async fn other_hosts_are_passed_on_both_ways_and_halves_end_by_themselves() {
    let server = start(Transparent::default()).await;
    let other = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let to = other.local_addr().unwrap().to_string();
    let answering = tokio::spawn(async move {
        let (mut stream, _) = other.accept().await.unwrap();
        let mut heard = String::new();
        // Its end is heard while this side still has something to say.
        stream.read_to_string(&mut heard).await.unwrap();
        stream.write_all(format!("heard {heard}").as_bytes()).await.unwrap();
        drop(stream);
        // And the other way round.
        let (mut stream, _) = other.accept().await.unwrap();
        stream.write_all(b"hello").await.unwrap();
        stream.shutdown().await.unwrap();
        rest(stream).await
    });
    let (mut stream, head) = connect(&server, &to).await;
    assert!(head.starts_with("HTTP/1.1 200"), "{head}");
    stream.write_all(b"ping").await.unwrap();
    stream.shutdown().await.unwrap();
    assert_eq!(rest(stream).await, "heard ping");
    let (mut stream, _) = connect(&server, &to).await;
    let mut hello = String::new();
    stream.read_to_string(&mut hello).await.unwrap();
    stream.write_all(b"late").await.unwrap();
    drop(stream);
    assert_eq!((hello.as_str(), answering.await.unwrap().as_str()), ("hello", "late"));

    let (_, head) = connect(&server, "127.0.0.1:1").await;
    assert!(head.starts_with("HTTP/1.1 502 127.0.0.1:1 cannot be reached: "), "{head}");
    let (_, head) = connect(&server, "management.azure.com:8443").await;
    assert!(head.starts_with("HTTP/1.1 403 of management.azure.com only port 443 is emulated\r\n"), "{head}");
    server.stop().await;
}

#[tokio::test]
async fn the_proxy_that_was_set_before_gets_the_clients_credentials() {
    let before = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let proxy = format!("http://me:secret@{}", before.local_addr().unwrap());
    let server = start(Transparent { proxy, direct: "direct.invalid".to_owned(), ..Transparent::default() }).await;
    let answering = tokio::spawn(async move {
        let mut heads = Vec::new();
        for answer in
            ["HTTP/1.1 200 OK\r\n\r\nhello", "HTTP/1.1 407 No\r\nProxy-Authenticate: Basic realm=\"x\"\r\nContent-Length: 0\r\n\r\n"]
        {
            let (mut stream, _) = before.accept().await.unwrap();
            let mut head = Vec::new();
            while !head.ends_with(b"\r\n\r\n") {
                head.push(stream.read_u8().await.unwrap());
            }
            heads.push(String::from_utf8(head).unwrap().to_ascii_lowercase());
            stream.write_all(answer.as_bytes()).await.unwrap();
        }
        heads
    });
    let (stream, head) = connect(&server, "other.invalid:443").await;
    assert!(head.starts_with("HTTP/1.1 200"), "{head}");
    assert_eq!(rest(stream).await, "hello");
    let (_, head) = connect(&server, "other.invalid:443").await;
    assert!(head.starts_with("HTTP/1.1 407") && head.contains("proxy-authenticate: Basic realm=\"x\""), "{head}");
    for head in answering.await.unwrap() {
        assert!(head.starts_with("connect other.invalid:443 http/1.1\r\n"), "{head}");
        assert!(head.contains("proxy-authorization: basic bwu6c2vjcmv0\r\n"), "{head}");
    }
    // Azure's own hosts never go there, and neither do those that need no proxy.
    let (_, head) = connect(&server, "graph.microsoft.com:443").await;
    assert!(head.starts_with("HTTP/1.1 200"), "{head}");
    let (_, head) = connect(&server, "direct.invalid:443").await;
    assert!(head.starts_with("HTTP/1.1 502 direct.invalid:443 cannot be reached: "), "{head}");
    server.stop().await;
}

#[tokio::test]
async fn offline_refuses_other_hosts_by_name() {
    let server = start(Transparent { offline: true, ..Transparent::default() }).await;
    let why = "is not emulated, and --offline lets nothing else through";
    let (_, head) = connect(&server, "pypi.example:443").await;
    assert!(head.starts_with(&format!("HTTP/1.1 403 pypi.example {why}\r\n")), "{head}");
    let plain = "GET http://169.254.169.254/metadata HTTP/1.1\r\nHost: 169.254.169.254\r\n\r\n";
    let (_, head) = ask(address(&server), plain).await;
    assert!(head.starts_with(&format!("HTTP/1.1 403 169.254.169.254 {why}\r\n")), "{head}");
    let own = format!("GET {}/_emulator/health HTTP/1.1\r\nHost: localhost\r\n\r\n", server.http());
    assert!(ask(address(&server), &own).await.1.starts_with("HTTP/1.1 200"));
    let other = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let (_, head) = connect(&server, &format!("localhost:{}", other.local_addr().unwrap().port())).await;
    assert!(head.starts_with("HTTP/1.1 200"), "{head}");
    let told = server.app().log().summary().unwrap().to_string();
    assert_eq!(told, "adf-emulator: 2 requests were for other hosts and refused by --offline:\n  169.254.169.254\n  pypi.example\n");
    server.stop().await;
}

#[tokio::test]
async fn nobody_else_gets_a_tunnel() {
    // Not from an emulator that is no transparent run, and not inside a tunnel.
    let ordinary = Server::start(Config::embedded()).await.unwrap();
    for to in ["management.azure.com:443", "127.0.0.1:1", "localhost:443"] {
        let (_, head) = connect(&ordinary, to).await;
        assert!(head.starts_with("HTTP/1.1 4"), "{head}");
    }
    ordinary.stop().await;
    let server = start(Transparent::default()).await;
    let request = reqwest::Method::from_bytes(b"CONNECT").unwrap();
    let inside = client(&server).request(request, "https://management.azure.com/").send().await;
    assert!(!inside.is_ok_and(|answer| answer.status().is_success()));
    let (_, head) = ask(address(&server), "CONNECT management.azure.com HTTP/1.1\r\nHost: x\r\n\r\n").await;
    assert!(head.starts_with("HTTP/1.1 400"), "{head}");

    // Not for a neighbour, and not over an encrypted connection.
    let (here, there): (SocketAddr, SocketAddr) = ("127.0.0.1:9".parse().unwrap(), "192.0.2.1:9".parse().unwrap());
    let (gate, _tunnels) = Gate::new(&AzureAuthority::new().unwrap(), &Transparent::default(), &Log::new(LogForm::Off)).unwrap();
    for (peer, tls, is_for_the_gate) in [(there, false, false), (here, true, false), (here, false, true)] {
        let mut request = Request::connect("management.azure.com:443").body(()).unwrap();
        let answer = gate.answer(Connection { peer, local: here, tls, azure_host: None }, &mut request).await;
        assert_eq!(answer.is_some(), is_for_the_gate, "{answer:?}");
    }
    server.stop().await;
}

#[tokio::test]
async fn stopping_ends_tunnels() {
    let server = start(Transparent::default()).await;
    let other = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let (silent, _) = connect(&server, &other.local_addr().unwrap().to_string()).await;
    let (unshaken, _) = connect(&server, "management.azure.com:443").await;
    let watch = crate::clock::Stopwatch::start();
    server.stop().await;
    assert_eq!((rest(silent).await, rest(unshaken).await), (String::new(), String::new()));
    assert!(watch.elapsed() < Duration::from_millis(900), "{:?}", watch.elapsed());
}
