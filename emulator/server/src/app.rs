//! The application: the registry of worlds, and the one way that every request takes.
//!
//! Which surface a request is for is told by its path: the emulator's own, Entra's, Graph's, or Resource Manager's,
//! which is everything else. The only dashmap stands here; no guard of it outlives its expression.

use crate::answered::Answered;
use crate::arm;
use crate::arm::request::{BODY_BYTES_MAX, Body};
use crate::azure_hosts::AzureHost;
use crate::certificates::StateFolder;
use crate::clock::{Stopwatch, Time};
use crate::commands::Failure;
use crate::config::Config;
use crate::control;
use crate::entra::{self, Entra};
use crate::faults::strike::{self, BrokenOff, in_its_place, malformed, strike};
use crate::faults::{Effect, Struck};
use crate::graph;
use crate::journal::entry::Entry;
use crate::listen::{Connection, Serve, Shutdown};
use crate::log::{Log, RequestLine};
use crate::snapshots::Snapshots;
use crate::world_cell::{Moment, WorldCell};
use crate::worlds::{NoPort, OpenWorld};
use adf_emulator_core::id_source::IdSource;
use adf_emulator_core::resource_id::ResourceId;
use axum::http::{HeaderMap, Method, Request, Response, Uri, header};
use bytes::Bytes;
use dashmap::DashMap;
use http_body_util::{BodyExt, Either, Full, LengthLimitError, Limited};
use hyper::body::{Body as _, Incoming};
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use tokio::task::JoinHandle;
use uuid::Uuid;

/// A response whose body is all there.
pub type HttpResponse = Response<Bytes>;

/// A body on its way out: whole, but where a fault breaks it off.
pub type BodyOut = Either<Full<Bytes>, BrokenOff>;

/// Bytes of a body that is too large that are read on, so that its client reads our answer.
const DROPPED_BYTES_MAX: usize = 256 * 1024 * 1024;

/// The id of the world that a process starts with.
pub const START_WORLD: u64 = 0;

/// How far one request id is from the next: odd, so that none comes twice, and with digits that look like chance.
const REQUEST_ID_STEP: u128 = 0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835;

/// A request whose body is all there.
#[derive(Debug)]
pub struct HttpRequest {
    /// The method.
    pub method: Method,
    /// The path and query, as sent.
    pub uri: Uri,
    /// The headers.
    pub headers: HeaderMap,
    /// The body.
    pub body: Body,
    /// Scheme and host that the client used, such as `https://localhost:4443`.
    pub origin: String,
    /// The connection it came in on.
    pub connection: Connection,
}

impl HttpRequest {
    /// Returns the host by which the client called us, without the port; empty when it cannot be told.
    pub fn host(&self) -> &str {
        let authority = self.origin.split_once("://").map_or("", |(_, authority)| authority);
        match authority.rsplit_once(':') {
            Some((host, port)) if !port.contains(']') => host,
            _ => authority,
        }
    }
}

/// What all worlds of a process share.
#[derive(Debug)]
pub struct Process {
    /// How it was started.
    pub config: Config,
    /// The log.
    pub log: Log,
    /// What stops it.
    pub shutdown: Shutdown,
    /// The folder of keys.
    pub state_folder: Arc<StateFolder>,
    /// The certificate of the local authority, as PEM.
    pub ca_pem: String,
    /// Where it listens: the start world's addresses, the first of which is that of all other worlds.
    pub addresses: Vec<SocketAddr>,
    /// The TLS configuration of all ports.
    pub tls: Arc<rustls::ServerConfig>,
}

/// The process's one application.
#[derive(Debug)]
pub struct App {
    process: Process,
    entra: Entra,
    worlds: DashMap<u64, Arc<OpenWorld>>,
    worlds_made: AtomicU64,
    snapshots: Snapshots,
    /// Where request ids come from; a counter of the process, so that a read changes no world.
    first_request_id: u128,
    requests: AtomicU64,
}

impl App {
    /// Returns the application of a process that starts with a world like that.
    pub fn new(process: Process, start: Moment) -> Self {
        let first_request_id = IdSource::new(start.world.ids.seed()).guid_of(b"request").as_u128();
        let entra = Entra::new(Arc::clone(&process.state_folder), process.config.authentication);
        let address = process.addresses.first().copied().unwrap_or_else(|| SocketAddr::from(([127, 0, 0, 1], 0)));
        let worlds = DashMap::new();
        worlds.insert(START_WORLD, Arc::new(OpenWorld::at_the_start(Arc::new(WorldCell::new(start)), address)));
        let (worlds_made, requests) = (AtomicU64::new(START_WORLD), AtomicU64::new(0));
        Self { process, entra, worlds, worlds_made, snapshots: Snapshots::default(), first_request_id, requests }
    }

    /// Returns how the process was started.
    pub fn config(&self) -> &Config {
        &self.process.config
    }

    /// Returns the log.
    pub fn log(&self) -> &Log {
        &self.process.log
    }

    /// Returns what stops the process.
    pub fn shutdown(&self) -> &Shutdown {
        &self.process.shutdown
    }

    /// Returns the certificate of the local authority, as PEM.
    pub fn ca_pem(&self) -> &str {
        &self.process.ca_pem
    }

    /// Returns the folder of the certificate authority and the signing key.
    pub fn state_folder(&self) -> &StateFolder {
        &self.process.state_folder
    }

    /// Returns what signs callers in.
    pub fn entra(&self) -> &Entra {
        &self.entra
    }

    /// Returns whether this process is known by that host and listens on that port.
    pub fn is_served_at(&self, host: &str, port: u16) -> bool {
        let is_name = |name: &String| name.eq_ignore_ascii_case(host);
        let is_port = || {
            let is_the_process_s = self.process.addresses.iter().any(|address| address.port() == port);
            is_the_process_s || self.worlds.iter().any(|world| world.address.port() == port)
        };
        (["localhost", "127.0.0.1", "::1"].contains(&host) || self.config().tls_names.iter().any(is_name)) && is_port()
    }

    /// Returns whether this world is known by that host and listens on that port.
    pub fn serves(&self, cell: &WorldCell, host: &str, port: u16) -> bool {
        let is_its_own = |world: &OpenWorld| {
            let is_the_process_s = || self.process.addresses.iter().any(|address| address.port() == port);
            std::ptr::eq(&*world.cell, cell) && (world.address.port() == port || world.id == START_WORLD && is_the_process_s())
        };
        self.is_served_at(host, port) && self.worlds.iter().any(|world| is_its_own(&world))
    }

    /// Returns the first address that the process listens on.
    pub fn address(&self) -> SocketAddr {
        self.process.addresses.first().copied().unwrap_or_else(|| SocketAddr::from(([127, 0, 0, 1], 0)))
    }

    /// Returns the TLS configuration of all ports.
    pub fn tls(&self) -> &Arc<rustls::ServerConfig> {
        &self.process.tls
    }

    /// Returns the named states of worlds.
    pub fn snapshots(&self) -> &Snapshots {
        &self.snapshots
    }

    /// Returns how many worlds there are.
    pub fn worlds_count(&self) -> usize {
        self.worlds.len()
    }

    /// Returns the world with this id.
    pub fn world(&self, id: u64) -> Option<Arc<WorldCell>> {
        self.worlds.get(&id).map(|world| world.cell.clone())
    }

    /// Returns the world with this id and where it listens.
    pub fn served(&self, id: u64) -> Option<Arc<OpenWorld>> {
        self.worlds.get(&id).map(|world| world.clone())
    }

    /// Returns all worlds in the order in which they were opened.
    pub fn worlds(&self) -> Vec<Arc<OpenWorld>> {
        let mut all: Vec<Arc<OpenWorld>> = self.worlds.iter().map(|world| world.clone()).collect();
        all.sort_unstable_by_key(|world| world.id);
        all
    }

    /// Opens a world that begins like that, on a port of its own. Must be called on a runtime.
    ///
    /// # Errors
    /// There is no port, or no file is left for one.
    pub fn open_world(self: &Arc<Self>, start: Moment) -> Result<Arc<OpenWorld>, NoPort> {
        let id = self.worlds_made.fetch_add(1, Ordering::Relaxed).saturating_add(1);
        let world = Arc::new(OpenWorld::open(self, id, Arc::new(WorldCell::new(start)), self.worlds.len())?);
        self.worlds.insert(id, Arc::clone(&world));
        Ok(world)
    }

    /// Closes a world's port and connections; returns whether there was such a world. The start world stays.
    pub fn close_world(&self, id: u64) -> bool {
        let gone = if id == START_WORLD { None } else { self.worlds.remove(&id) };
        gone.map(|(_, world)| world.close()).is_some()
    }

    /// Asks everything that listens to stop; the answers in flight are sent. Returns what waits for the worlds' own
    /// ports.
    pub fn stop(&self) -> Vec<JoinHandle<()>> {
        self.shutdown().request();
        self.worlds().iter().filter_map(|world| world.close_with(self.shutdown())).collect()
    }

    /// Writes the start world to the file that keeps it across runs, where there is one.
    ///
    /// # Errors
    /// It cannot be written: it is as it was.
    pub fn save(&self) -> Result<(), Failure> {
        match (&self.config().state, self.world(START_WORLD)) {
            (Some(file), Some(cell)) => file.save(&control::world::document(&cell, control::world::Form::Whole).to_string()),
            _ => Ok(()),
        }
    }

    /// Returns the next id of a request.
    pub fn next_request_id(&self) -> Uuid {
        let number = self.requests.fetch_add(1, Ordering::Relaxed);
        let id = self.first_request_id.wrapping_add(u128::from(number).wrapping_mul(REQUEST_ID_STEP));
        uuid::Builder::from_u128(id).with_variant(uuid::Variant::RFC4122).with_version(uuid::Version::Random).into_uuid()
    }
}

/// What a port serves: one world of the application. Shared as one, because each request takes its share.
#[derive(Debug)]
pub struct Served {
    app: Arc<App>,
    cell: Arc<WorldCell>,
    /// The URL by which commands on this machine reach it: what the listener knows, never what a request says.
    url: Arc<str>,
}

impl Served {
    /// Returns what the port of the world `cell` serves at that URL.
    pub fn new(app: Arc<App>, cell: Arc<WorldCell>, url: &str) -> Arc<Self> {
        Arc::new(Self { app, cell, url: url.into() })
    }
}

impl Serve for Arc<Served> {
    type Body = BodyOut;

    async fn answer(&self, connection: Connection, request: Request<Incoming>) -> Option<Response<BodyOut>> {
        let (parts, body) = request.into_parts();
        let origin = origin(connection, &parts.headers, &parts.uri);
        let none_yet = Body::Whole(Bytes::new());
        let mut http = HttpRequest { method: parts.method, uri: parts.uri, headers: parts.headers, body: none_yet, origin, connection };
        let bytes_max = if control::takes_a_world(&self.app, &self.cell, &http) { control::WORLD_BYTES_MAX } else { BODY_BYTES_MAX };
        let Some(body) = read_body(body, bytes_max).await else { return Some(whole(arm::envelope::not_http())) };
        http.body = body;
        answer(self, http).await
    }
}

fn whole(response: HttpResponse) -> Response<BodyOut> {
    response.map(|body| Either::Left(body.into()))
}

/// Reads the body to its end; `None` when it has none.
async fn read_body(mut body: Incoming, bytes_max: usize) -> Option<Body> {
    if body.is_end_stream() {
        return Some(Body::Whole(Bytes::new()));
    }
    match Limited::new(&mut body, bytes_max).collect().await {
        Ok(whole) => Some(Body::Whole(whole.to_bytes())),
        Err(problem) if problem.is::<LengthLimitError>() => {
            // Clients that are still sending would not read an answer: they would see the connection break.
            let mut dropped = 0;
            while let Some(Ok(frame)) = body.frame().await
                && dropped < DROPPED_BYTES_MAX
            {
                dropped += frame.data_ref().map_or(0, Bytes::len);
            }
            Some(Body::TooLarge)
        }
        Err(_) => None,
    }
}

/// Which part of Azure a request is for, with its path.
#[derive(Debug)]
pub enum Surface {
    /// Microsoft Entra ID, and what else hands out tokens and endpoints.
    Entra(ResourceId),
    /// Microsoft Graph.
    Graph(ResourceId),
    /// Everything else; the path is none when it cannot be understood.
    ResourceManager(Option<ResourceId>),
}

impl Surface {
    /// Returns the part of Azure that a URL is for. At one of Azure's own hosts that is told by the host.
    pub fn of(host: Option<AzureHost>, uri: &Uri) -> Self {
        let path = match host {
            Some(AzureHost::Graph) => arm::request::path(&format!("{}{}", graph::PATH, uri.path())),
            _ => arm::request::path(uri.path()),
        };
        match path {
            Some(path) if host.is_some() => Self::at(host, path),
            // Nearly all requests are for resources; those need not be looked at twice.
            Some(path) if uri.path().starts_with("/subscriptions/") => Self::ResourceManager(Some(path)),
            Some(path) if entra::answer::serves(&path) => Self::Entra(path),
            Some(path) if graph::serves(&path) => Self::Graph(path),
            path => Self::ResourceManager(path),
        }
    }

    fn at(host: Option<AzureHost>, path: ResourceId) -> Self {
        match host {
            Some(AzureHost::Graph) => Self::Graph(path),
            Some(AzureHost::Login | AzureHost::LoginWindows | AzureHost::SecurityTokenService) => Self::Entra(path),
            _ if &**path.key() == "/metadata/endpoints" => Self::Entra(path),
            _ => Self::ResourceManager(Some(path)),
        }
    }
}

/// Returns the answer; none where a fault wants that there is none.
async fn answer(served: &Served, http: HttpRequest) -> Option<Response<BodyOut>> {
    let Served { app, cell, url } = served;
    if http.connection.azure_host.is_none() && control::is_for(http.uri.path()) {
        // Boxed, because what it may wait for is large and is moved with every request.
        return Some(whole(dated(Box::pin(control::answer(app, cell, &http)).await, cell)));
    }
    let watch = Stopwatch::start();
    let surface = Surface::of(http.connection.azure_host, &http.uri);
    let struck = if cell.faults().any() { strike(app, cell, &http, &surface) } else { None };
    if let Some(Effect::Delay(delay)) = struck.as_ref().map(Struck::effect) {
        tokio::time::sleep(*delay).await;
    }
    let mut answered = match struck.as_ref().map(|struck| (struck, struck.effect())) {
        Some((struck, Effect::Answer(made_up))) => in_its_place(app, cell, &http, surface, struck, made_up),
        Some((struck, Effect::DropBefore)) => {
            let named = strike::named(&http, surface);
            let (id, now) = (app.next_request_id(), cell.clock().now());
            cell.journal().add(Entry::dropped(&http, url, id, struck, named, now, lasted(cell, watch.elapsed())));
            return None;
        }
        _ => ask(app, cell, &http, surface),
    };
    answered.response = dated(answered.response, cell);
    let effect = struck.as_ref().map(Struck::effect);
    let has_body = arm::envelope::may_have_a_body(answered.response.status());
    if has_body && matches!(effect, Some(Effect::Malformed)) {
        *answered.response.body_mut() = malformed(answered.response.body());
    }
    let duration = watch.elapsed();
    if app.log().wants(answered.response.status().as_u16(), answered.let_pass) {
        log(served, &http.method, &answered, duration);
    }
    let lasted = lasted(cell, duration);
    let (entry, response) = Entry::answered(&http, url, answered, struck.as_ref(), cell.clock().now(), lasted);
    cell.journal().add(entry);
    match effect {
        // There is no middle to break off in.
        Some(Effect::DropMidBody) => has_body.then(|| response.map(|body| Either::Right(BrokenOff::of(body)))),
        _ => Some(whole(response)),
    }
}

/// Returns the answer with its time, which is the world's, whoever answers, so that a history can be repeated. What a fault
/// makes up may have another.
fn dated(mut response: HttpResponse, cell: &WorldCell) -> HttpResponse {
    response.headers_mut().entry(header::DATE).or_insert_with(|| arm::envelope::date(cell.clock().now()));
    response
}

/// Returns how long a request lasted on the world's clock: where that stands still, no time at all.
fn lasted(cell: &WorldCell, duration: Duration) -> Duration {
    match cell.clock().time() {
        Time::Frozen { .. } => Duration::ZERO,
        Time::Running { .. } => duration,
    }
}

/// Asks the surface that a request is for. Log, journal and faults are the caller's.
pub fn ask(app: &App, cell: &WorldCell, http: &HttpRequest, surface: Surface) -> Answered {
    match surface {
        Surface::Entra(path) => entra::answer::answer(app, cell, http, &path),
        Surface::Graph(path) => graph::answer(app, cell, http, &path),
        Surface::ResourceManager(path) => arm::answer::answer(app, cell, http, path),
    }
}

fn log(Served { app, url, .. }: &Served, method: &Method, answered: &Answered, duration: Duration) {
    let caller = answered.caller.as_ref().map(|caller| caller.client());
    app.log().request(&RequestLine {
        method: method.as_str(),
        operation: answered.operation,
        target: answered.path.as_ref().map_or("-", |path| path.as_str()),
        caller: caller.as_deref(),
        status: answered.response.status().as_u16(),
        code: answered.refused.as_ref().map(|refused| &*refused.code),
        because: answered.because(url).as_deref(),
        let_pass: answered.let_pass,
        duration,
    });
}

fn origin(connection: Connection, headers: &HeaderMap, uri: &Uri) -> String {
    if let Some(host) = connection.azure_host {
        return host.origin().to_owned();
    }
    let scheme = if connection.tls { "https" } else { "http" };
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok()).or_else(|| uri.authority().map(|it| it.as_str()));
    match host {
        Some(host) => [scheme, "://", host].concat(),
        None => format!("{scheme}://{}", connection.local),
    }
}
