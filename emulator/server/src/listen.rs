//! Sockets: one port that speaks TLS and plain HTTP, told apart by a connection's first byte.
//!
//! Each connection is a task of its own, so a client that says nothing delays nobody. Connections without a request
//! in hand are closed when they have been silent for long, or when room is needed. Nothing here knows what is served.

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::pin::pin;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Weak};
use std::task::Poll;
use std::time::Duration;

use hyper::body::{Body, Incoming};
use hyper::header::{CONTENT_LENGTH, HeaderValue};
use hyper::server::conn::http1;
use hyper::{Method, Request, Response};
use hyper_util::rt::TokioIo;
use parking_lot::Mutex;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::sync::watch;
use tokio::task::{AbortHandle, JoinSet};
use tokio_rustls::TlsAcceptor;

use crate::azure_hosts::AzureHost;
use crate::config::ListenAddress;

/// The first byte of a TLS handshake record (RFC 8446, 5.1). No HTTP method begins with it.
const TLS_HANDSHAKE: u8 = 0x16;

/// Connections of one listener. Below the usual limit of 1,024 open files of a process.
const CONNECTIONS_MAX: usize = 900;

/// Seconds that a connection may stay without its first whole request head: first byte, handshake, slow senders.
const FIRST_REQUEST_SECONDS_MAX: u32 = 20;

/// Seconds that a connection may stay silent between requests.
const IDLE_SECONDS_MAX: u32 = 120;

/// Seconds that a request may take, its body included. Our own waits last at most 60 seconds.
const REQUEST_SECONDS_MAX: u32 = 180;

/// Seconds that a tunnel to another host may stay silent. As long as usual proxies wait, because tests do too.
const TUNNEL_SECONDS_MAX: u32 = 600;

/// Bytes of a request's line and headers.
const REQUEST_HEAD_BYTES_MAX: usize = 64 * 1024;

/// How long stopping waits for the answers in flight.
const STOP_TIME_MAX: Duration = Duration::from_millis(700);

/// How long after it was asked to stop a listener still takes what had been sent before: a request that has arrived
/// but that the runtime has not seen yet is in flight too.
const LAST_ARRIVALS_TIME: Duration = Duration::from_millis(20);

/// Connections that may wait to be accepted, as for the listeners that tokio binds.
const BACKLOG: u32 = 1024;

/// How often free ports are tried until one is free on both loopback addresses.
const PORT_TRIES_MAX: usize = 16;

/// What is known of the connection of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Connection {
    /// The client's address.
    pub peer: SocketAddr,
    /// The address that the client connected to.
    pub local: SocketAddr,
    /// Whether the connection is encrypted.
    pub tls: bool,
    /// The host of Azure's that the client believes to talk to, in a tunnel of `connect.rs`.
    pub azure_host: Option<AzureHost>,
}

/// What answers the requests of a port.
pub trait Serve: Clone + Send + Sync + 'static {
    /// The body of an answer.
    type Body: Body<Data: Send, Error: Into<Box<dyn std::error::Error + Send + Sync>>> + Send + 'static;

    /// Returns the answer to a request that came in on this connection; none closes the connection without one.
    fn answer(&self, connection: Connection, request: Request<Incoming>) -> impl Future<Output = Option<Response<Self::Body>>> + Send;
}

/// Asks everything that listens with it to stop. Clones are the same.
#[derive(Clone, Debug)]
pub struct Shutdown {
    requested: watch::Sender<bool>,
    /// The ports that closed while they were held; none when ports are not held.
    held: Arc<Mutex<Option<Vec<Arc<TcpListener>>>>>,
}

impl Default for Shutdown {
    fn default() -> Self {
        Self { requested: watch::Sender::new(false), held: Arc::default() }
    }
}

impl Shutdown {
    /// Asks to stop: no new connections, answers in flight are sent.
    pub fn request(&self) {
        self.requested.send_replace(true);
    }

    /// Waits until somebody asks to stop.
    pub async fn requested(&self) {
        // The sender is at hand, so waiting ends only when the value is true.
        let _ = self.requested.subscribe().wait_for(|requested| *requested).await;
    }

    /// Keeps the ports that close from now on until `release_ports`: who sees one close then knows that all is done.
    pub fn hold_ports(&self) {
        self.held.lock().get_or_insert_default();
    }

    /// Closes the ports that were held.
    pub fn release_ports(&self) {
        drop(self.held.lock().take());
    }

    /// Closes a port, at once or when ports are not held any more.
    pub(crate) fn close(&self, port: Arc<TcpListener>) {
        if let Some(held) = &mut *self.held.lock() {
            held.push(port);
        }
    }

    /// Waits until somebody asks to stop and what was sent before has been seen.
    pub(crate) async fn due(&self) {
        self.requested().await;
        tokio::time::sleep(LAST_ARRIVALS_TIME).await;
    }
}

/// Why an address cannot be listened on.
#[derive(Debug)]
pub struct BindError {
    address: SocketAddr,
    error: io::Error,
}

impl std::fmt::Display for BindError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { address, error } = self;
        let (ip, port) = (address.ip(), address.port());
        match error.kind() {
            io::ErrorKind::AddrInUse => {
                write!(f, "port {port} of {ip} is in use: stop what listens there, or take a free port with --listen 127.0.0.1:0")
            }
            io::ErrorKind::PermissionDenied => {
                write!(f, "port {port} of {ip} needs more rights: use a port above 1023, or a free one with --listen 127.0.0.1:0")
            }
            _ => write!(f, "cannot listen on {address}: {error}; name an address of this machine, or use --listen 127.0.0.1:0"),
        }
    }
}

impl std::error::Error for BindError {}

/// Listens on each address. `localhost` is 127.0.0.1 and, where there is one, ::1, on the same port.
pub async fn bind(addresses: &[ListenAddress]) -> Result<Vec<TcpListener>, BindError> {
    let mut listeners = Vec::new();
    for address in addresses {
        match *address {
            ListenAddress::At(address) => listeners.push(bind_one(address).await?),
            ListenAddress::Localhost(port) => listeners.append(&mut bind_localhost(port).await?),
        }
    }
    Ok(listeners)
}

async fn bind_one(address: SocketAddr) -> Result<TcpListener, BindError> {
    TcpListener::bind(address).await.map_err(|error| BindError { address, error })
}

async fn bind_localhost(port: u16) -> Result<Vec<TcpListener>, BindError> {
    let mut left = PORT_TRIES_MAX;
    loop {
        let v4 = bind_one(SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), port)).await?;
        let taken = v4.local_addr().map_or(port, |address| address.port());
        match bind_one(SocketAddr::new(IpAddr::V6(Ipv6Addr::LOCALHOST), taken)).await {
            Ok(v6) => return Ok(vec![v4, v6]),
            Err(BindError { error, .. }) if error.kind() != io::ErrorKind::AddrInUse => return Ok(vec![v4]),
            Err(in_use) if port != 0 => return Err(in_use),
            Err(_) if left == 0 => return Ok(vec![v4]),
            Err(_) => left -= 1,
        }
    }
}

/// Listens on a free port of this address, at once: nothing is looked up.
///
/// # Errors
/// What the system says, such as that too many files are open. Needs a runtime.
pub fn bind_free_port(ip: IpAddr) -> io::Result<TcpListener> {
    let socket = if ip.is_ipv4() { TcpSocket::new_v4()? } else { TcpSocket::new_v6()? };
    socket.bind(SocketAddr::new(ip, 0))?;
    socket.listen(BACKLOG)
}

/// Takes the next connection; `None` when the port has been closed. Holds the listener only while it asks, so that
/// whoever owns it closes the port by dropping it.
async fn accept(listener: &Weak<TcpListener>) -> Option<io::Result<(TcpStream, SocketAddr)>> {
    std::future::poll_fn(|context| match listener.upgrade() {
        Some(listener) => listener.poll_accept(context).map(Some),
        None => Poll::Ready(None),
    })
    .await
}

/// Serves `served` on `listener` until `shutdown` is requested, then sends the answers in flight, for less than a
/// second.
pub async fn serve(listener: TcpListener, tls: TlsAcceptor, served: impl Serve, shutdown: Shutdown) {
    let listener = Arc::new(listener);
    let lent = Arc::downgrade(&listener);
    let stop = shutdown.clone();
    let close = async move {
        stop.due().await;
        stop.close(listener);
    };
    tokio::join!(serve_lent(lent, tls, served, shutdown), close);
}

/// As `serve`, on a listener whose owner closes the port by dropping it and then requests `shutdown`.
pub async fn serve_lent(listener: Weak<TcpListener>, tls: TlsAcceptor, served: impl Serve, shutdown: Shutdown) {
    let mut connections = Connections::default();
    let mut seconds = tokio::time::interval(Duration::from_secs(1));
    seconds.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    let mut stop = pin!(shutdown.due());
    loop {
        let accepted = tokio::select! {
            () = &mut stop => break,
            accepted = accept(&listener) => accepted,
            _ = seconds.tick(), if !connections.is_empty() => {
                connections.close_overdue();
                continue;
            }
        };
        match accepted {
            None => break,
            Some(Ok((stream, peer))) => {
                let activity = connections.activity();
                let talk = talk(stream, peer, tls.clone(), served.clone(), shutdown.clone(), activity.clone());
                connections.add(activity, talk);
            }
            // The client was gone before it was accepted.
            Some(Err(error)) if error.kind() == io::ErrorKind::ConnectionAborted => {}
            // Too many open files, no memory: make room and go on.
            Some(Err(_)) => connections.make_room().await,
        }
        while connections.len() >= CONNECTIONS_MAX {
            connections.make_room().await;
        }
    }
    connections.end().await;
}

/// What a connection is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Phase {
    /// It has not sent a whole request head yet.
    First = 0,
    /// It waits between two requests.
    Idle = 1,
    /// It has a request in hand.
    Request = 2,
    /// It is a tunnel to another host; begins anew with each byte.
    Tunnel = 3,
}

/// What one connection is doing and since when, seen from outside.
#[derive(Clone, Debug)]
pub(crate) struct Activity {
    /// The phase, and times four the second in which it began.
    state: Arc<AtomicU32>,
    /// The listener's count of seconds.
    second: Arc<AtomicU32>,
}

impl Activity {
    fn new(second: &Arc<AtomicU32>) -> Self {
        let activity = Self { state: Arc::default(), second: Arc::clone(second) };
        activity.begin(Phase::First);
        activity
    }

    /// Says what the connection does from now on.
    pub(crate) fn begin(&self, phase: Phase) {
        let second = self.second.load(Ordering::Relaxed);
        self.state.store(second.wrapping_mul(4).wrapping_add(phase as u32), Ordering::Relaxed);
    }

    fn phase(&self) -> Phase {
        match self.state.load(Ordering::Relaxed) % 4 {
            0 => Phase::First,
            1 => Phase::Idle,
            2 => Phase::Request,
            _ => Phase::Tunnel,
        }
    }

    fn seconds(&self) -> u32 {
        let began = self.state.load(Ordering::Relaxed) / 4;
        self.second.load(Ordering::Relaxed).saturating_sub(began)
    }

    fn is_overdue(&self) -> bool {
        let seconds_max = match self.phase() {
            Phase::First => FIRST_REQUEST_SECONDS_MAX,
            Phase::Idle => IDLE_SECONDS_MAX,
            Phase::Request => REQUEST_SECONDS_MAX,
            Phase::Tunnel => TUNNEL_SECONDS_MAX,
        };
        self.seconds() > seconds_max
    }
}

/// The open connections of one listener.
#[derive(Debug, Default)]
pub(crate) struct Connections {
    tasks: JoinSet<()>,
    open: Vec<(AbortHandle, Activity)>,
    second: Arc<AtomicU32>,
}

impl Connections {
    /// Returns how many there are.
    pub(crate) fn len(&self) -> usize {
        self.tasks.len()
    }

    /// Returns whether there is none.
    pub(crate) fn is_empty(&self) -> bool {
        self.tasks.is_empty()
    }

    /// Returns the activity of a connection that begins now.
    pub(crate) fn activity(&self) -> Activity {
        Activity::new(&self.second)
    }

    /// Takes a connection in.
    pub(crate) fn add(&mut self, activity: Activity, talk: impl Future<Output = ()> + Send + 'static) {
        self.open.push((self.tasks.spawn(talk), activity));
        if self.open.len() >= CONNECTIONS_MAX {
            self.forget_closed();
        }
    }

    /// Counts a second and closes what has taken too long.
    pub(crate) fn close_overdue(&mut self) {
        self.second.fetch_add(1, Ordering::Relaxed);
        self.forget_closed();
        self.open.iter().filter(|(_, activity)| activity.is_overdue()).for_each(|(task, _)| task.abort());
    }

    /// Closes the connection that has been without a request for longest; waits a moment when there is none.
    pub(crate) async fn make_room(&mut self) {
        self.forget_closed();
        let silent = self.open.iter().filter(|(_, activity)| activity.phase() != Phase::Request);
        if let Some((task, _)) = silent.max_by_key(|(_, activity)| activity.seconds()) {
            task.abort();
        }
        let _ = tokio::time::timeout(Duration::from_millis(20), self.tasks.join_next()).await;
        self.forget_closed();
    }

    /// Waits for the answers in flight, for less than a second, and closes the rest.
    pub(crate) async fn end(mut self) {
        let _ = tokio::time::timeout(STOP_TIME_MAX, async { while self.tasks.join_next().await.is_some() {} }).await;
    }

    fn forget_closed(&mut self) {
        while self.tasks.try_join_next().is_some() {}
        self.open.retain(|(task, _)| !task.is_finished());
    }
}

/// Serves one connection to its end.
async fn talk(stream: TcpStream, peer: SocketAddr, tls: TlsAcceptor, served: impl Serve, shutdown: Shutdown, activity: Activity) {
    // Small answers must not wait for an acknowledgement.
    let _ = stream.set_nodelay(true);
    let Ok(local) = stream.local_addr() else { return };
    let mut first = [0];
    let peeked = tokio::select! {
        biased;
        peeked = stream.peek(&mut first) => peeked,
        () = shutdown.due() => return,
    };
    match (peeked, first) {
        (Ok(1), [TLS_HANDSHAKE]) => {
            let shaken = tokio::select! {
                biased;
                shaken = tls.accept(stream) => shaken,
                () = shutdown.due() => return,
            };
            if let Ok(stream) = shaken {
                speak_http(stream, Connection { peer, local, tls: true, azure_host: None }, served, shutdown, activity).await;
            }
        }
        (Ok(1), _) => {
            speak_http(stream, Connection { peer, local, tls: false, azure_host: None }, served, shutdown, activity).await;
        }
        _ => {}
    }
}

/// Speaks HTTP on a connection to its end. A request that is upgraded takes the stream with it.
pub(crate) async fn speak_http(
    stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
    facts: Connection,
    served: impl Serve,
    shutdown: Shutdown,
    activity: Activity,
) {
    let seen = activity.clone();
    let service = hyper::service::service_fn(move |request| {
        activity.begin(Phase::Request);
        let (activity, served) = (activity.clone(), served.clone());
        async move {
            let is_head = request.method() == Method::HEAD;
            let answer = served.answer(facts, request).await;
            activity.begin(Phase::Idle);
            // What the library does on an error: it closes the connection.
            let mut answer = answer.ok_or_else(|| io::Error::other("no answer"))?;
            if is_head && answer.body().is_end_stream() {
                // The library says so of every other request.
                answer.headers_mut().entry(CONTENT_LENGTH).or_insert(HeaderValue::from_static("0"));
            }
            Ok::<_, io::Error>(answer)
        }
    });
    let connection =
        http1::Builder::new().half_close(true).max_header_size(REQUEST_HEAD_BYTES_MAX).serve_connection(TokioIo::new(stream), service);
    let mut connection = pin!(connection.with_upgrades());
    tokio::select! {
        // First what the client has sent: a request that has arrived is answered.
        biased;
        _ = &mut connection => return,
        () = shutdown.due() => {}
    }
    if seen.phase() == Phase::First {
        // Half a head asks for nothing.
        return;
    }
    connection.as_mut().graceful_shutdown();
    // The connection ends as its client wishes; there is nobody to tell.
    let _ = connection.await;
}

#[cfg(test)]
mod tests {
    use super::*;
    use bytes::Bytes;
    use http_body_util::{BodyExt as _, Full};
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    use tokio::task::JoinHandle;

    use crate::certificates::{Authority, StateFolder};
    use crate::config::{KeptIn, LogForm};
    use crate::log::Log;

    struct Toy {
        address: SocketAddr,
        ca_pem: String,
        shutdown: Shutdown,
        server: JoinHandle<()>,
    }

    /// Says whether the connection is encrypted and what it was sent, and when it has begun to read.
    #[derive(Clone, Default)]
    struct Echo(Arc<tokio::sync::Notify>);

    impl Serve for Echo {
        type Body = Full<Bytes>;

        async fn answer(&self, connection: Connection, request: Request<Incoming>) -> Option<Response<Full<Bytes>>> {
            self.0.notify_one();
            let sent = request.into_body().collect().await.unwrap().to_bytes();
            Some(Response::new(format!("{}{}", connection.tls, String::from_utf8_lossy(&sent)).into()))
        }
    }

    async fn toy(served: impl Serve) -> Toy {
        let folder = StateFolder::open(&KeptIn::Process, &Log::new(LogForm::Off));
        let authority = Authority::load_or_create(&folder).unwrap();
        let tls = TlsAcceptor::from(authority.server_configuration(&[], &[]).unwrap());
        let free = SocketAddr::from(([127, 0, 0, 1], 0));
        let listener = bind(&[ListenAddress::At(free)]).await.unwrap().remove(0);
        let address = listener.local_addr().unwrap();
        let shutdown = Shutdown::default();
        let server = tokio::spawn(serve(listener, tls, served, shutdown.clone()));
        Toy { address, ca_pem: authority.pem().to_owned(), shutdown, server }
    }

    async fn read_to_end(mut stream: TcpStream) -> String {
        let mut text = String::new();
        stream.read_to_string(&mut text).await.unwrap();
        text
    }

    #[tokio::test]
    async fn one_port_speaks_both() {
        let toy = toy(Echo::default()).await;
        let ca = reqwest::Certificate::from_pem(toy.ca_pem.as_bytes()).unwrap();
        let client = reqwest::Client::builder().tls_certs_only([ca]).no_proxy().build().unwrap();
        for (url, tls) in [
            (format!("http://{}/", toy.address), "false"),
            (format!("https://{}/", toy.address), "true"),
            (format!("https://localhost:{}/", toy.address.port()), "true"),
        ] {
            assert_eq!(client.get(url).send().await.unwrap().text().await.unwrap(), tls);
        }
    }

    #[tokio::test]
    async fn localhost_is_both_addresses_on_one_port() {
        let listeners = bind(&[ListenAddress::Localhost(0)]).await.unwrap();
        let ports: Vec<u16> = listeners.iter().map(|listener| listener.local_addr().unwrap().port()).collect();
        assert!(ports.iter().all(|port| *port == ports[0]));
        let again = bind(&[ListenAddress::Localhost(ports[0])]).await.unwrap_err().to_string();
        assert!(again.contains(&format!("port {}", ports[0])) && again.contains("--listen 127.0.0.1:0"), "{again}");
    }

    #[tokio::test]
    async fn silent_and_half_spoken_clients_delay_nobody() {
        let toy = toy(Echo::default()).await;
        let mut waiting = Vec::new();
        for words in ["", "\x16", "\x16\x03\x01", "G", "GET / HTTP/1.1\r\nHost:"] {
            let mut stream = TcpStream::connect(toy.address).await.unwrap();
            stream.write_all(words.as_bytes()).await.unwrap();
            waiting.push(stream);
        }
        let mut stream = TcpStream::connect(toy.address).await.unwrap();
        stream.write_all(b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").await.unwrap();
        assert!(read_to_end(stream).await.ends_with("false"));
    }

    #[tokio::test]
    async fn a_silent_connection_makes_room_for_another() {
        let mut connections = Connections::default();
        for _ in 0..CONNECTIONS_MAX {
            connections.add(Activity::new(&connections.second.clone()), std::future::pending());
        }
        connections.make_room().await;
        assert_eq!(connections.tasks.len(), CONNECTIONS_MAX - 1);
    }

    #[tokio::test]
    async fn what_takes_too_long_is_closed() {
        let mut connections = Connections::default();
        let second = connections.second.clone();
        let [first, idle, request, tunnel] = std::array::from_fn(|_| Activity::new(&second));
        idle.begin(Phase::Idle);
        request.begin(Phase::Request);
        tunnel.begin(Phase::Tunnel);
        for activity in [first, idle, request, tunnel] {
            connections.add(activity, std::future::pending());
        }
        let mut closed_after = Vec::new();
        for second in 1..=TUNNEL_SECONDS_MAX + 1 {
            let before = connections.tasks.len();
            connections.close_overdue();
            tokio::task::yield_now().await;
            connections.forget_closed();
            closed_after.extend(std::iter::repeat_n(second, before - connections.tasks.len()));
        }
        let limits = [FIRST_REQUEST_SECONDS_MAX, IDLE_SECONDS_MAX, REQUEST_SECONDS_MAX, TUNNEL_SECONDS_MAX];
        assert_eq!(closed_after, limits.map(|seconds| seconds + 1));
    }

    #[tokio::test]
    async fn stopping_answers_what_is_in_flight_and_closes_the_rest() {
        let begun = Arc::new(tokio::sync::Notify::new());
        let toy = toy(Echo(Arc::clone(&begun))).await;
        let silent = TcpStream::connect(toy.address).await.unwrap();
        let mut stream = TcpStream::connect(toy.address).await.unwrap();
        stream.write_all(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\nha").await.unwrap();
        begun.notified().await;
        toy.shutdown.request();
        assert_eq!(read_to_end(silent).await, "");
        stream.write_all(b"lf").await.unwrap();
        let answer = read_to_end(stream).await;
        assert!(answer.starts_with("HTTP/1.1 200") && answer.ends_with("half"), "{answer}");
        toy.server.await.unwrap();
        assert!(TcpStream::connect(toy.address).await.is_err());
    }

    #[tokio::test]
    async fn a_head_without_end_is_refused() {
        let toy = toy(Echo::default()).await;
        let mut stream = TcpStream::connect(toy.address).await.unwrap();
        let head = format!("GET / HTTP/1.1\r\nHost: x\r\nX: {}", "x".repeat(REQUEST_HEAD_BYTES_MAX + 1));
        stream.write_all(head.as_bytes()).await.unwrap();
        assert!(read_to_end(stream).await.starts_with("HTTP/1.1 431"));
    }
}
