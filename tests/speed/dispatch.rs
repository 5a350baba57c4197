//! A GET of a factory without sockets: what the dispatcher itself costs.
//!
//! From the request's parts to the answer's; what `requests` has on top of it is the sockets' and the token's.

use super::Figures;
use adf_emulator::app::{HttpRequest, START_WORLD, Surface, ask as dispatch};
use adf_emulator::arm::request::Body;
use adf_emulator::embed::Emulator;
use adf_emulator::listen::Connection;
use adf_emulator_tests::{RG_SHARED, factory, factory_with_identity};
use axum::http::{HeaderMap, HeaderValue, Method};
use std::hint::black_box;
use std::net::SocketAddr;

const REQUESTS: usize = 50_000;

/// Measures with the name of a principal as the token.
pub fn measure() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let emulator = runtime.block_on(Emulator::start()).unwrap();
    let cell = emulator.app().world(START_WORLD).unwrap();
    let ask = |method: Method, body: Vec<u8>| {
        let loopback = SocketAddr::from(([127, 0, 0, 1], 1));
        let mut headers = HeaderMap::new();
        headers.insert("authorization", HeaderValue::from_static("Bearer owner"));
        let http = HttpRequest {
            method,
            uri: format!("{}?api-version=2018-06-01", factory(RG_SHARED, "speed")).parse().unwrap(),
            headers,
            body: Body::Whole(body.into()),
            origin: "http://127.0.0.1:1".to_owned(),
            connection: Connection { peer: loopback, local: loopback, tls: false, azure_host: None },
        };
        let surface = Surface::of(http.connection.azure_host, &http.uri);
        let answered = dispatch(emulator.app(), &cell, &http, surface);
        assert_eq!(answered.response.status(), 200);
        answered
    };
    ask(Method::PUT, factory_with_identity().to_string().into_bytes());
    Figures::of(REQUESTS, || drop(black_box(ask(Method::GET, Vec::new())))).print("GET factory without sockets", "");
}
