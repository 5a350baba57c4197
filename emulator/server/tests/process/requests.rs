//! Requests that are none, and bodies that are too large.
//!
//! Each gets an answer that its client can read, and harms nobody else.

use crate::Serve;
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
