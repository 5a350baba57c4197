//! A server from configuration to ready: certificates, world, sockets, and what it says of itself.
//!
//! What `serve`, `exec` and an embedding test share. It prints nothing on standard output.

use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use adf_emulator_core::world_file::{self, Seeded, WorldText};
use serde::Serialize;
use serde_json::Value;
use tokio::task::JoinSet;
use tokio_rustls::TlsAcceptor;

use crate::app::{self, App, Process, Served};
use crate::certificates::{Authority, AzureAuthority, CertificateError, StateFolder};
use crate::clock;
use crate::commands::Failure;
use crate::config::{Authentication, Config, WrongUse};
use crate::connect::{self, Gate, Gated};
use crate::control;
use crate::listen::{self, Shutdown};
use crate::log::Log;
use crate::world_cell::Moment;
use crate::worlds::OpenWorld;

/// A running emulator.
#[derive(Debug)]
pub struct Server {
    http: String,
    https: String,
    ca_file: Option<PathBuf>,
    azure_ca_pem: Option<String>,
    app: Arc<App>,
    start: Arc<OpenWorld>,
    serving: JoinSet<()>,
}

/// The line that says that the emulator is ready.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ReadyLine<'a> {
    http: &'a str,
    https: &'a str,
    ca_file: Option<String>,
    tenant_id: Option<&'a str>,
    subscription_id: Option<&'a str>,
    pid: u32,
}

impl Server {
    /// Starts what `config` says, and returns when it listens.
    ///
    /// # Errors
    /// Wrong use: a bad world file, a name that no certificate can have. Else: a port in use.
    pub async fn start(config: Config) -> Result<Self, Failure> {
        let Seeded { world, clock } = read_world(&config)?;
        let log = Log::new(config.log);
        let log = if config.summary { log.with_summary() } else { log };
        let shutdown = Shutdown::default();
        let state_folder = Arc::new(StateFolder::open(&config.kept_in, &log));
        let authority = Authority::load_or_create(&state_folder).map_err(|error| Failure::Failed(error.to_string()))?;
        let listeners = listen::bind(&config.listen).await.map_err(|error| Failure::Failed(error.to_string()))?;
        let addresses: Vec<SocketAddr> = listeners.iter().filter_map(|listener| listener.local_addr().ok()).collect();
        if addresses.is_empty() {
            return Err(WrongUse::new("there is no address to listen on: name one with --listen 127.0.0.1:0").into());
        }
        warn_of_open_doors(&addresses, &config, &log);

        let own: Vec<IpAddr> = addresses.iter().map(SocketAddr::ip).filter(|ip| !ip.is_unspecified()).collect();
        let tls = authority
            .server_configuration(&config.tls_names, &own)
            .map_err(|error| WrongUse::new(format!("{error}; give host names or addresses")))?;
        let ca_pem = authority.pem().to_owned();
        let process = Process { config, log, shutdown: shutdown.clone(), state_folder, ca_pem, addresses, tls: tls.clone() };
        let app = Arc::new(App::new(process, Moment { world, time: clock.into() }));
        let no_world = || Failure::Failed("the world that was made is gone".to_owned());
        let start = app.served(app::START_WORLD).ok_or_else(no_world)?;
        let (http, https) = start.urls();
        let served = Served::new(Arc::clone(&app), Arc::clone(&start.cell), &http);
        let mut serving = JoinSet::new();
        let (gated, azure_ca_pem) = gated(&app, served, &mut serving).map_err(|error| Failure::Failed(error.to_string()))?;
        for listener in listeners {
            serving.spawn(listen::serve(listener, TlsAcceptor::from(tls.clone()), gated.clone(), shutdown.clone()));
        }
        Ok(Self { http, https, ca_file: authority.file().map(Path::to_owned), azure_ca_pem, app, start, serving })
    }

    /// Returns the base URL for plain HTTP, such as `http://127.0.0.1:4443`.
    pub fn http(&self) -> &str {
        &self.http
    }

    /// Returns the base URL for HTTPS, such as `https://localhost:4443`.
    pub fn https(&self) -> &str {
        &self.https
    }

    /// Returns the certificate of the local authority as PEM.
    pub fn ca_pem(&self) -> &str {
        self.app.ca_pem()
    }

    /// Returns the file with the certificate of the local authority; `None` when there is nowhere to write.
    pub fn ca_file(&self) -> Option<&Path> {
        self.ca_file.as_deref()
    }

    /// Returns the certificate of the authority of Azure's hosts as PEM, in a transparent run.
    pub fn azure_ca_pem(&self) -> Option<&str> {
        self.azure_ca_pem.as_deref()
    }

    /// Returns what stops the server, which the server's own control endpoint may use too.
    pub fn shutdown(&self) -> Shutdown {
        self.app.shutdown().clone()
    }

    /// Returns the whole world as a world file, as `GET /_emulator/world` gives it.
    pub fn export(&self) -> String {
        control::world::document(&self.start.cell, control::world::Form::Whole).to_string()
    }

    /// Returns the world as a hand-written world file would have it.
    pub fn world_document(&self) -> Value {
        control::world::document(&self.start.cell, control::world::Form::ByHand)
    }

    /// Returns the application that answers.
    pub fn app(&self) -> &Arc<App> {
        &self.app
    }

    /// Returns the JSON line that says where the emulator is, and the ids of the first tenant and subscription.
    pub fn ready_line(&self) -> String {
        let world = self.world_document();
        let first = |list: &Value, name: &str| list.get(name).and_then(|list| list.get(0)).cloned().unwrap_or_default();
        let tenant = first(&world, "tenants");
        let subscription = first(&tenant, "subscriptions");
        let line = ReadyLine {
            http: &self.http,
            https: &self.https,
            ca_file: self.ca_file().map(|file| file.display().to_string()),
            tenant_id: tenant.get("id").and_then(Value::as_str),
            subscription_id: subscription.get("id").and_then(Value::as_str),
            pid: std::process::id(),
        };
        serde_json::to_value(&line).unwrap_or_default().to_string()
    }

    /// Stops: no new connections, then the answers in flight. Takes less than a second.
    pub async fn stop(mut self) {
        self.end().await;
    }

    /// Stops, then writes the start world to the file that keeps it across runs, where there is one.
    ///
    /// # Errors
    /// It cannot be written: it is as it was.
    pub async fn stop_and_save(mut self) -> Result<(), Failure> {
        self.end().await;
        self.app.save()
    }

    async fn end(&mut self) {
        let worlds = self.app.stop();
        while self.serving.join_next().await.is_some() {}
        for world in worlds {
            // A world that ended badly has nothing in flight any more.
            let _ = world.await;
        }
        self.app.log().flush();
    }
}

/// Puts the gate of a transparent run before what the port serves, and returns the certificate that its clients have to
/// trust.
fn gated(app: &App, inside: Arc<Served>, serving: &mut JoinSet<()>) -> Result<(Gated, Option<String>), CertificateError> {
    let Some(transparent) = &app.config().transparent else { return Ok((Gated { gate: None, inside }, None)) };
    let authority = AzureAuthority::new()?;
    let (gate, tunnels) = Gate::new(&authority, transparent, app.log())?;
    serving.spawn(connect::serve(tunnels, Arc::clone(&inside), app.shutdown().clone()));
    Ok((Gated { gate: Some(Arc::new(gate)), inside }, Some(authority.pem().to_owned())))
}

/// Returns the world that the configuration's files describe.
fn read_world(config: &Config) -> Result<Seeded, WrongUse> {
    let given: Vec<WorldText<'_>> = config.worlds.iter().map(|file| WorldText { name: &file.name, text: &file.text }).collect();
    let texts = if given.is_empty() { vec![world_file::built_in()] } else { given };
    let seeded = world_file::read(&texts, clock::host_now()).map_err(|mistake| WrongUse::new(mistake.to_string()))?;
    if config.authentication == Authentication::Relaxed && seeded.world.directory.named("owner").is_none() {
        return Err(WrongUse::new(
            "--auth relaxed takes an unknown caller for 'owner', whom the world does not have: add a principal of that name",
        ));
    }
    Ok(seeded)
}

/// Says that more than this machine can reach us. The secrets of the built-in world are public.
fn warn_of_open_doors(addresses: &[SocketAddr], config: &Config, log: &Log) {
    if let Some(open) = addresses.iter().find(|address| !address.ip().is_loopback()) {
        let control = match config.control_token {
            Some(_) => "",
            None => "; /_emulator/ answers them only with --control-token",
        };
        log.warn(&format!("{open} can be reached from other machines, and the secrets of the built-in world are public{control}"));
    }
}

/// Whoever forgets to stop it leaves no port open.
impl Drop for Server {
    fn drop(&mut self) {
        self.app.stop();
        self.shutdown().release_ports();
    }
}
