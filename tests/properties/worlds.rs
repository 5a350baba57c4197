//! Random histories of a world, asked without a socket: a refusal changes nothing, what was put is there, an export seeds
//! a world that exports the same bytes and answers the same bytes.

use adf_emulator::app::{App, HttpRequest, START_WORLD, Surface, ask};
use adf_emulator::arm::request::Body;
use adf_emulator::embed::Emulator;
use adf_emulator::listen::Connection;
use adf_emulator_tests::{CONTRIBUTOR, READER, RG_LINKED, RG_SHARED, factory, grant, linked_to, role_assignment, runtime};
use axum::http::{HeaderMap, HeaderValue, Method};
use proptest::prelude::*;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::sync::Arc;

/// One step of a history. Numbers choose among a few names, so that steps meet each other.
#[derive(Clone, Debug)]
enum Step {
    PutGroup(u8),
    DeleteGroup(u8),
    PutFactory { number: u8, identity: bool },
    DeleteFactory(u8),
    PutRuntime { factory: u8, number: u8 },
    PutLinked { factory: u8, to: u8 },
    DeleteRuntime { factory: u8, number: u8 },
    Grant { factory: u8, at: u8, reader: bool, name: u32 },
    Revoke { at: u8, name: u32 },
    RemoveLinks { at: u8, factory: u8 },
    RegenerateKey(u8),
    TagFactory(u8),
    PutLinkedService { factory: u8, number: u8, secret: bool },
    PutIdentity(u8),
}

fn step() -> impl Strategy<Value = Step> {
    let few = 0..3_u8;
    prop_oneof![
        1 => few.clone().prop_map(Step::PutGroup),
        1 => few.clone().prop_map(Step::DeleteGroup),
        6 => (few.clone(), any::<bool>()).prop_map(|(number, identity)| Step::PutFactory { number, identity }),
        1 => few.clone().prop_map(Step::DeleteFactory),
        5 => (few.clone(), few.clone()).prop_map(|(factory, number)| Step::PutRuntime { factory, number }),
        4 => (few.clone(), few.clone()).prop_map(|(factory, to)| Step::PutLinked { factory, to }),
        1 => (few.clone(), few.clone()).prop_map(|(factory, number)| Step::DeleteRuntime { factory, number }),
        5 => (few.clone(), few.clone(), any::<bool>(), 0..3_u32).prop_map(|(factory, at, reader, name)| Step::Grant { factory, at, reader, name }),
        1 => (few.clone(), 0..3_u32).prop_map(|(at, name)| Step::Revoke { at, name }),
        1 => (few.clone(), few.clone()).prop_map(|(at, factory)| Step::RemoveLinks { at, factory }),
        1 => few.clone().prop_map(Step::RegenerateKey),
        1 => few.clone().prop_map(Step::TagFactory),
        2 => (few.clone(), few.clone(), any::<bool>()).prop_map(|(factory, number, secret)| Step::PutLinkedService { factory, number, secret }),
        1 => few.prop_map(Step::PutIdentity),
    ]
}

fn group_id(number: u8) -> String {
    match number {
        0 => RG_SHARED.to_owned(),
        1 => RG_LINKED.to_owned(),
        _ => format!("{}/resourceGroups/rg-more", adf_emulator_tests::SUBSCRIPTION),
    }
}

fn factory_id(number: u8) -> String {
    factory(&group_id(number), &format!("factory{number}"))
}

/// The first runtime of each factory is the one that others link to.
fn shared_id(number: u8) -> String {
    runtime(&factory_id(number), "runtime0")
}

/// An application without its sockets.
struct Asked {
    app: Arc<App>,
    emulator: Emulator,
}

impl Asked {
    fn new(world: Option<&str>) -> Self {
        let tokio = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let emulator = tokio.block_on(async {
            match world {
                Some(text) => Emulator::with_world(text).await.unwrap(),
                None => Emulator::start().await.unwrap(),
            }
        });
        Self { app: emulator.app().clone(), emulator }
    }

    fn ask(&self, method: Method, path: &str, body: Option<Value>) -> (u16, String) {
        let loopback = SocketAddr::from(([127, 0, 0, 1], 1));
        let version = if path.contains("Microsoft.DataFactory/") && !path.contains("Authorization") { "2018-06-01" } else { "2022-04-01" };
        let version = if path.contains("ManagedIdentity") { "2023-01-31" } else { version };
        let version = if path.contains("/providers/") { version } else { "2022-09-01" };
        let mut headers = HeaderMap::new();
        headers.insert("authorization", HeaderValue::from_static("Bearer owner"));
        headers.insert("content-type", HeaderValue::from_static("application/json"));
        let http = HttpRequest {
            method,
            uri: format!("{path}?api-version={version}").parse().unwrap(),
            headers,
            body: Body::Whole(body.map(|body| body.to_string().into_bytes()).unwrap_or_default().into()),
            origin: "http://127.0.0.1:1".to_owned(),
            connection: Connection { peer: loopback, local: loopback, tls: false, azure_host: None },
        };
        let surface = Surface::of(http.connection.azure_host, &http.uri);
        let response = ask(&self.app, &self.app.world(START_WORLD).unwrap(), &http, surface).response;
        (response.status().as_u16(), String::from_utf8(response.body().to_vec()).unwrap())
    }

    fn export(&self) -> String {
        self.emulator.export()
    }

    fn principal_of(&self, number: u8) -> Option<String> {
        let (_, body) = self.ask(Method::GET, &factory_id(number), None);
        serde_json::from_str::<Value>(&body).ok()?["identity"]["principalId"].as_str().map(str::to_owned)
    }

    fn take(&self, step: &Step) -> (Method, String, u16) {
        let (method, path, body) = self.request(step);
        let (status, _) = self.ask(method.clone(), &path, body);
        (method, path, status)
    }

    fn request(&self, step: &Step) -> (Method, String, Option<Value>) {
        let put = |path: String, body: Value| (Method::PUT, path, Some(body));
        match step {
            Step::PutGroup(number) => put(group_id(*number), json!({ "location": "eastus" })),
            Step::DeleteGroup(number) => (Method::DELETE, group_id(*number), None),
            Step::PutFactory { number, identity: true } => {
                put(factory_id(*number), json!({ "location": "eastus", "identity": { "type": "SystemAssigned" } }))
            }
            Step::PutFactory { number, identity: false } => put(factory_id(*number), json!({ "location": "eastus" })),
            Step::DeleteFactory(number) => (Method::DELETE, factory_id(*number), None),
            Step::PutRuntime { factory, number } => {
                let body = json!({ "properties": { "type": "SelfHosted", "description": format!("of {factory}") } });
                put(runtime(&factory_id(*factory), &format!("runtime{number}")), body)
            }
            Step::PutLinked { factory, to } => put(runtime(&factory_id(*factory), "linked"), linked_to(&shared_id(*to))),
            Step::DeleteRuntime { factory, number } => (Method::DELETE, runtime(&factory_id(*factory), &format!("runtime{number}")), None),
            Step::Grant { factory, at, reader, name } => {
                let principal = self.principal_of(*factory).unwrap_or_else(|| "55555555-5555-5555-5555-000000000001".to_owned());
                put(role_assignment(&shared_id(*at), *name), grant(if *reader { READER } else { CONTRIBUTOR }, &principal))
            }
            Step::Revoke { at, name } => (Method::DELETE, role_assignment(&shared_id(*at), *name), None),
            Step::RemoveLinks { at, factory } => {
                let body = json!({ "factoryName": format!("factory{factory}") });
                (Method::POST, format!("{}/removeLinks", shared_id(*at)), Some(body))
            }
            Step::RegenerateKey(at) => {
                (Method::POST, format!("{}/regenerateAuthKey", shared_id(*at)), Some(json!({ "keyName": "authKey1" })))
            }
            Step::TagFactory(number) => (Method::PATCH, factory_id(*number), Some(json!({ "tags": { "step": "tagged" } }))),
            Step::PutLinkedService { factory, number, secret } => {
                let value = if *secret { json!({ "type": "SecureString", "value": "hidden" }) } else { json!("plain") };
                let through = json!({ "referenceName": format!("runtime{number}"), "type": "IntegrationRuntimeReference" });
                let properties = json!({ "type": "SqlServer", "connectVia": through, "typeProperties": { "connectionString": value } });
                put(format!("{}/linkedservices/service{number}", factory_id(*factory)), json!({ "properties": properties }))
            }
            Step::PutIdentity(number) => {
                let path = format!("{}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/identity", group_id(*number));
                put(path, json!({ "location": "eastus" }))
            }
        }
    }

    /// What every GET of the places that a history touches answers.
    fn everything(&self) -> Vec<(String, u16, String)> {
        let mut paths = BTreeSet::new();
        for number in 0..3 {
            paths.extend([group_id(number), factory_id(number), format!("{}/integrationRuntimes", factory_id(number))]);
            paths.insert(format!("{}/linkedservices", factory_id(number)));
            paths.insert(format!("{}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/identity", group_id(number)));
            paths.extend((0..3).map(|name| role_assignment(&shared_id(number), name)));
            for name in ["runtime0", "runtime1", "runtime2", "linked"] {
                paths.insert(runtime(&factory_id(number), name));
            }
        }
        let read = |path: String| {
            let (status, body) = self.ask(Method::GET, &path, None);
            (path, status, body)
        };
        let mut all: Vec<_> = paths.into_iter().map(read).collect();
        for number in 0..3 {
            for action in ["getStatus", "listAuthKeys", "monitoringData"] {
                for name in ["runtime0", "linked"] {
                    let path = format!("{}/{action}", runtime(&factory_id(number), name));
                    let (status, body) = self.ask(Method::POST, &path, None);
                    all.push((path, status, body));
                }
            }
        }
        all
    }
}

proptest! {
    // A tenth of the cases that PROPTEST_CASES asks for: each is a whole history.
    #![proptest_config(ProptestConfig { cases: ProptestConfig::default().cases / 10, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn an_export_seeds_a_world_that_is_the_same(steps in prop::collection::vec(step(), 1..40)) {
        let asked = Asked::new(None);
        for step in &steps {
            asked.take(step);
        }
        let export = asked.export();
        let again = Asked::new(Some(&export));
        prop_assert_eq!(again.export(), export);
        prop_assert_eq!(again.everything(), asked.everything());
    }

    #[test]
    fn a_refusal_changes_nothing_and_what_was_put_is_there(steps in prop::collection::vec(step(), 1..40)) {
        let asked = Asked::new(None);
        for step in &steps {
            let before = asked.export();
            let (method, path, status) = asked.take(step);
            match status {
                400.. => prop_assert_eq!(asked.export(), before, "{:?} was refused with {}", step, status),
                _ if method == Method::PUT => {
                    let (found, _) = asked.ask(Method::GET, &path, None);
                    prop_assert_eq!(found, 200, "{:?}", step);
                }
                _ if method == Method::DELETE => {
                    let (found, _) = asked.ask(Method::GET, &path, None);
                    prop_assert_eq!(found, 404, "{:?}", step);
                }
                _ => {}
            }
        }
    }

    #[test]
    fn the_same_history_gives_the_same_bytes(steps in prop::collection::vec(step(), 1..20)) {
        let frozen = |export: &str| {
            let mut world: Value = serde_json::from_str(export).unwrap();
            world["clock"] = json!({ "frozenAt": "2030-01-01T00:00:00Z" });
            world["state"]["now"] = json!("2030-01-01T00:00:00Z");
            world.to_string()
        };
        let start = frozen(&Asked::new(None).export());
        let (one, two) = (Asked::new(Some(&start)), Asked::new(Some(&start)));
        for step in &steps {
            prop_assert_eq!(one.take(step), two.take(step));
        }
        prop_assert_eq!(one.export(), two.export());
        prop_assert_eq!(one.everything(), two.everything());
    }
}
