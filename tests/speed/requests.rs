//! A GET of a factory over keep-alive plain HTTP, with a signed token, `--auth strict` and all headers, against a bare
//! axum handler that answers the same bytes, and against one that answers the same body with next to no headers.

use super::{Figures, ratio};
use adf_emulator::config::{Authentication, Config};
use adf_emulator::embed::Emulator;
use adf_emulator_tests::{RG_SHARED, TENANT, factory, factory_with_identity};
use axum::http::{HeaderMap, HeaderValue, header};
use serde_json::Value;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Instant;

const WARM_UP_REQUESTS: usize = 2_000;
const REQUESTS: usize = 30_000;

/// Measures with one connection and with four at once.
pub fn measure() {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let (emulator, token) = runtime.block_on(async {
        let config = Config { authentication: Authentication::Strict, ..Config::embedded() };
        let emulator = Emulator::with(config).await.unwrap();
        let token = token(emulator.http()).await;
        (emulator, token)
    });
    let path = format!("{}?api-version=2018-06-01", factory(RG_SHARED, "speed"));
    let (headers, body) = runtime.block_on(make_factory(emulator.http(), &path, &token));
    let json = HeaderMap::from_iter([(header::CONTENT_TYPE, HeaderValue::from_static("application/json; charset=utf-8"))]);
    let bare = runtime.block_on(bare_handler(headers, body.clone()));
    let barest = runtime.block_on(bare_handler(json, body));
    let ours: SocketAddr = emulator.http().trim_start_matches("http://").parse().unwrap();
    let request = format!("GET {path} HTTP/1.1\r\nHost: {ours}\r\nAuthorization: Bearer {token}\r\nAccept: */*\r\n\r\n");
    for connections in [1, 4] {
        let mut all = [(barest, Vec::new()), (bare, Vec::new()), (ours, Vec::new())];
        // Turn about, so that all see the same machine.
        for _ in 0..3 {
            all.iter_mut().for_each(|(address, took)| took.extend(load(*address, &request, connections)));
        }
        let [barest, bare, ours] = all.map(|(_, took)| Figures::from(took));
        barest.print(&format!("bare axum handler, same body, {connections} connection(s)"), "");
        bare.print(&format!("bare axum handler, same headers and body, {connections} connection(s)"), "");
        let [of_bare, of_barest] = [bare, barest].map(|one| ratio(one.median(), ours.median()));
        ours.print(
            &format!("GET factory, JWT, strict, {connections} connection(s)"),
            &format!("{of_bare} of the bare handler (at least 0.6); {of_barest} of the one without headers"),
        );
    }
}

async fn token(url: &str) -> String {
    let form = "grant_type=client_credentials&client_id=33333333-3333-3333-3333-000000000001&client_secret=owner-secret\
                &scope=https%3A%2F%2Fmanagement.azure.com%2F.default";
    let request = reqwest::Client::new().post(format!("{url}/{TENANT}/oauth2/v2.0/token")).body(form);
    let answer: Value = request.header("content-type", "application/x-www-form-urlencoded").send().await.unwrap().json().await.unwrap();
    answer["access_token"].as_str().unwrap().to_owned()
}

/// Makes the factory; returns the headers and the body with which a GET is answered.
async fn make_factory(url: &str, path: &str, token: &str) -> (HeaderMap, bytes::Bytes) {
    let client = reqwest::Client::new();
    client.put(format!("{url}{path}")).bearer_auth(token).json(&factory_with_identity()).send().await.unwrap().error_for_status().unwrap();
    let got = client.get(format!("{url}{path}")).bearer_auth(token).send().await.unwrap().error_for_status().unwrap();
    (got.headers().clone(), got.bytes().await.unwrap())
}

async fn bare_handler(headers: HeaderMap, body: bytes::Bytes) -> SocketAddr {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let answer = move || std::future::ready((headers.clone(), body.clone()));
    let router = axum::Router::new().fallback(answer);
    tokio::spawn(async move { axum::serve(listener, router).await });
    address
}

fn load(address: SocketAddr, request: &str, connections: usize) -> Vec<u64> {
    std::thread::scope(|scope| {
        let each: Vec<_> = (0..connections).map(|_| scope.spawn(|| one_connection(address, request, REQUESTS / connections))).collect();
        each.into_iter().flat_map(|thread| thread.join().unwrap()).collect()
    })
}

/// Sends the same request again and again. All answers are of one length, which the first tells, so that reading an
/// answer costs the same however long its head is: the server is measured, not this client.
fn one_connection(address: SocketAddr, request: &str, requests: usize) -> Vec<u64> {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_nodelay(true).unwrap();
    let mut buffer = vec![0; 16 * 1024];
    stream.write_all(request.as_bytes()).unwrap();
    let length = read_first(&mut stream, &mut buffer);
    let mut all = Vec::with_capacity(requests);
    for number in 0..requests + WARM_UP_REQUESTS {
        let from = Instant::now();
        stream.write_all(request.as_bytes()).unwrap();
        stream.read_exact(&mut buffer[..length]).unwrap();
        let took = from.elapsed();
        assert!(buffer.starts_with(b"HTTP/1.1 200"), "{}", String::from_utf8_lossy(&buffer[..length]));
        if number >= WARM_UP_REQUESTS {
            all.push(u64::try_from(took.as_nanos()).unwrap());
        }
    }
    all
}

/// Reads the first answer; returns its length, head and body.
fn read_first(stream: &mut TcpStream, buffer: &mut [u8]) -> usize {
    let mut filled = 0;
    loop {
        let read = stream.read(&mut buffer[filled..]).unwrap();
        assert!(read > 0, "the server hung up");
        filled += read;
        let text = String::from_utf8_lossy(&buffer[..filled]).to_lowercase();
        let Some(head) = text.find("\r\n\r\n") else { continue };
        let length: usize = text.split("content-length: ").nth(1).and_then(|rest| rest.split("\r\n").next()?.parse().ok()).unwrap();
        if filled >= head + 4 + length {
            return head + 4 + length;
        }
    }
}
