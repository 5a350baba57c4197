//! Requests that are none, and bodies that are too large.
//!
//! Each gets an answer that its client can read, and harms nobody else.

use crate::{Serve, ask, body_of, get};
use std::io::{Read as _, Write as _};
use std::net::TcpStream;

const FACTORY: &str = "/subscriptions/22222222-2222-2222-2222-222222222222/resourceGroups/rg-shared/providers/\
                       Microsoft.DataFactory/factories/too-large?api-version=2018-06-01";

fn sent(serve: &Serve, head: &str, body: &[u8]) -> String {
    let mut stream = TcpStream::connect(serve.address()).unwrap();
    stream.write_all(head.as_bytes()).unwrap();
    stream.write_all(body).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

#[test]
fn a_client_that_sends_too_much_reads_why() {
    let state = tempfile::tempdir().unwrap();
    let serve = Serve::start(state.path(), &["--log", "off"]);
    let body = vec![b' '; 20 * 1024 * 1024];
    let head = format!(
        "PUT {FACTORY} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer owner\r\nConnection: close\r\nContent-Length: {}\r\n\r\n",
        body.len()
    );
    let answer = sent(&serve, &head, &body);
    assert!(answer.starts_with("HTTP/1.1 413") && answer.contains("RequestContentTooLarge"), "{answer}");
}

#[test]
fn a_large_world_goes_back_in() {
    let state = tempfile::tempdir().unwrap();
    let serve = Serve::start(state.path(), &["--log", "off"]);
    let exported = body_of(&get(&serve.address(), "/_emulator/world")).to_owned();
    let large = exported.clone() + &" ".repeat(5 * 1024 * 1024);
    assert!(ask(&serve.address(), "PUT", "/_emulator/world", &large).starts_with("HTTP/1.1 204"));
    assert_eq!(body_of(&get(&serve.address(), "/_emulator/world")), exported);
    let opened = ask(&serve.address(), "POST", "/_emulator/worlds", &format!("{{\"world\":{large}}}"));
    assert!(opened.starts_with("HTTP/1.1 201"), "{opened}");
    let other = ask(&serve.address(), "PATCH", "/_emulator/settings", &large);
    assert!(other.starts_with("HTTP/1.1 413") && other.contains("larger than 4 MB"), "{other}");
    let too_large = ask(&serve.address(), "PUT", "/_emulator/world", &" ".repeat(64 * 1024 * 1024 + 1));
    assert!(too_large.starts_with("HTTP/1.1 413") && too_large.contains("larger than 64 MB"), "{too_large}");
}

#[test]
fn a_neighbour_hears_of_worlds_by_the_name_that_it_used() {
    let state = tempfile::tempdir().unwrap();
    let serve = Serve::start(state.path(), &["--log", "off", "--listen", "0.0.0.0:0", "--control-token", "t"]);
    let opened_by = |host: &str| {
        let head = format!(
            "POST /_emulator/worlds HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer t\r\nConnection: close\r\n\
             Content-Type: application/json\r\nContent-Length: 16\r\n\r\n"
        );
        let answer = sent(&serve, &head, b"{\"from\":\"start\"}");
        let world: serde_json::Value = serde_json::from_str(body_of(&answer)).unwrap_or_else(|error| panic!("{error}: {answer}"));
        let port = world["http"].as_str().unwrap().rsplit(':').next().unwrap().to_owned();
        ["http", "https"].map(|scheme| world[scheme].as_str().unwrap().replace(&port, "PORT"))
    };
    assert_eq!(opened_by("emulator:4820"), ["http://emulator:PORT", "https://emulator:PORT"]);
    assert_eq!(opened_by("192.0.2.2"), ["http://192.0.2.2:PORT", "https://192.0.2.2:PORT"]);
    assert_eq!(opened_by("localhost:4820"), ["http://127.0.0.1:PORT", "https://localhost:PORT"]);
}

#[test]
fn what_is_not_http_is_refused() {
    let state = tempfile::tempdir().unwrap();
    let serve = Serve::start(state.path(), &["--log", "off"]);
    for (head, body) in [
        ("hello\r\n\r\n", ""),
        ("GET /x HTTP/1.1\r\nHost: a\r\nHost\r\n\r\n", ""),
        ("PUT /x HTTP/1.1\r\nHost: localhost\r\nContent-Length: many\r\n\r\n", ""),
        ("PUT /x HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n", "zz\r\n"),
    ] {
        let answer = sent(&serve, head, body.as_bytes());
        assert!(answer.starts_with("HTTP/1.1 400"), "{head}: {answer}");
    }
    assert!(crate::get(&serve.address(), "/_emulator/health").starts_with("HTTP/1.1 200"));
}
