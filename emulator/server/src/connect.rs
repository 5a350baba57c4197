//! `CONNECT`: what makes the port of `exec --transparent` a proxy whose client believes to talk to Azure.
//!
//! A tunnel to one of Azure's hosts ends here, with a certificate for its name, and is served as that host; any other
//! tunnel is passed on, or refused by name with `--offline`. Only peers on this machine are answered, over plain
//! connections and never inside a tunnel. Who may use a proxy that was set before is for that proxy to say: its
//! credentials come from the client. Follows RFC 9110, 9.3.6.

use std::io;
use std::net::IpAddr;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::http::uri::Authority;
use axum::http::{HeaderMap, HeaderValue, Method, Request, Response, StatusCode, Uri, header};
use http_body_util::{Either, Empty};
use hyper::body::{Bytes, Incoming};
use hyper::ext::ReasonPhrase;
use hyper::upgrade::{OnUpgrade, Upgraded};
use hyper_util::client::proxy::matcher::{Intercept, Matcher};
use hyper_util::rt::TokioIo;
use rustls::ServerConfig;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::sync::mpsc;
use tokio_rustls::TlsAcceptor;

use crate::app::{BodyOut, Served};
use crate::azure_hosts::AzureHost;
use crate::certificates::{AzureAuthority, CertificateError};
use crate::config::Transparent;
use crate::listen::{Activity, Connection, Connections, Phase, Serve, Shutdown, speak_http};
use crate::log::Log;

/// The only port of Azure's hosts.
const HTTPS_PORT: u16 = 443;

/// Tunnels that are open at once; one more closes the one that has been silent for longest. A tunnel to another host
/// takes two of the usual 1,024 open files of a process.
const TUNNELS_MAX: usize = 200;

/// Tunnels that wait to be taken in.
const WAITING_MAX: usize = 16;

/// How long reaching another host may take.
const REACH_TIME_MAX: Duration = Duration::from_secs(20);

/// Answers `CONNECT` for a process.
#[derive(Debug)]
pub struct Gate {
    certificates: Vec<(AzureHost, Arc<ServerConfig>)>,
    offline: bool,
    /// The proxy that was set before, and the hosts that need none.
    proxy: Matcher,
    log: Log,
    opened: mpsc::Sender<Opened>,
}

/// A tunnel that the client was promised.
#[derive(Debug)]
struct Opened {
    client: OnUpgrade,
    connection: Connection,
    to: Destination,
}

/// Where a tunnel leads.
enum Destination {
    /// To ourselves, as this host.
    Azure(AzureHost, Arc<ServerConfig>),
    /// To another host.
    Other(TcpStream),
    /// To another host, by the proxy that was set before.
    ByProxy(TokioIo<Upgraded>),
}

impl std::fmt::Debug for Destination {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Azure(host, _) => host.name(),
            Self::Other(_) => "another host",
            Self::ByProxy(_) => "another host, by a proxy",
        })
    }
}

/// Why no tunnel is opened.
struct Refusal {
    status: StatusCode,
    message: String,
    /// What another proxy demands.
    demands: HeaderMap,
}

impl Refusal {
    fn new(status: StatusCode, message: impl Into<String>) -> Self {
        Self { status, message: message.into(), demands: HeaderMap::new() }
    }

    /// Clients show the reason of a proxy's answer and seldom its body, so both say the same.
    fn response(self) -> Response<BodyOut> {
        let reason = ReasonPhrase::try_from(self.message.as_bytes());
        let mut response = Response::new(Either::Left(format!("{}\n", self.message).into()));
        *response.status_mut() = self.status;
        *response.headers_mut() = self.demands;
        response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
        if let Ok(reason) = reason {
            response.extensions_mut().insert(reason);
        }
        response
    }
}

/// What the start world's port serves: in a transparent run a gate, and behind it what any port does.
#[derive(Clone, Debug)]
pub struct Gated {
    /// The gate of a transparent run.
    pub gate: Option<Arc<Gate>>,
    /// What is behind it.
    pub inside: Arc<Served>,
}

impl Serve for Gated {
    type Body = BodyOut;

    async fn answer(&self, connection: Connection, mut request: Request<Incoming>) -> Option<Response<BodyOut>> {
        if let Some(gate) = &self.gate
            && let Some(answer) = gate.answer(connection, &mut request).await
        {
            return Some(answer);
        }
        self.inside.answer(connection, request).await
    }
}

/// Where tunnels that were promised wait to be served.
#[derive(Debug)]
pub struct Tunnels(mpsc::Receiver<Opened>);

impl Gate {
    /// Returns the gate, whose certificates `authority` signs, and its tunnels.
    ///
    /// # Errors
    /// A certificate could not be made.
    pub fn new(authority: &AzureAuthority, transparent: &Transparent, log: &Log) -> Result<(Self, Tunnels), CertificateError> {
        let certificate = |host| authority.configuration(host).map(|configuration| (host, configuration));
        let (opened, waiting) = mpsc::channel(WAITING_MAX);
        let proxy = Matcher::builder().https(transparent.proxy.clone()).no(transparent.direct.clone()).build();
        let certificates = AzureHost::ALL.into_iter().map(certificate).collect::<Result<_, _>>()?;
        Ok((Self { certificates, offline: transparent.offline, proxy, log: log.clone(), opened }, Tunnels(waiting)))
    }

    /// Returns the answer to a request that is for the gate itself.
    async fn answer<B>(&self, connection: Connection, request: &mut Request<B>) -> Option<Response<BodyOut>> {
        if connection.tls || !connection.peer.ip().to_canonical().is_loopback() {
            return None;
        }
        if request.method() == Method::CONNECT {
            // Boxed, because it is large and would be moved with every request.
            return Some(Box::pin(self.connect(connection, request)).await.unwrap_or_else(Refusal::response));
        }
        self.refuses(request.uri()).map(Refusal::response)
    }

    /// Opens the tunnel that a `CONNECT` asks for.
    async fn connect<B>(&self, connection: Connection, request: &mut Request<B>) -> Result<Response<BodyOut>, Refusal> {
        let authority = request.uri().authority().filter(|authority| authority.port_u16().is_some()).cloned();
        let authority = authority.ok_or_else(|| Refusal::new(StatusCode::BAD_REQUEST, "CONNECT needs a host and a port"))?;
        let credentials = request.headers().get(header::PROXY_AUTHORIZATION).cloned();
        let to = self.destination(&authority, credentials).await?;
        let client = hyper::upgrade::on(request);
        let ended = |_| Refusal::new(StatusCode::SERVICE_UNAVAILABLE, "the emulator is stopping");
        self.opened.send(Opened { client, connection, to }).await.map_err(ended)?;
        Ok(Response::new(Either::Left(Bytes::new().into())))
    }

    async fn destination(&self, authority: &Authority, credentials: Option<HeaderValue>) -> Result<Destination, Refusal> {
        if let Some(host) = AzureHost::named(authority.host()) {
            let certificate = self.certificates.iter().find(|(known, _)| *known == host).map(|(_, certificate)| Arc::clone(certificate));
            let only = || Refusal::new(StatusCode::FORBIDDEN, format!("of {} only port {HTTPS_PORT} is emulated", host.name()));
            let certificate = certificate.filter(|_| authority.port_u16() == Some(HTTPS_PORT)).ok_or_else(only)?;
            return Ok(Destination::Azure(host, certificate));
        }
        if self.offline && !is_this_machine(authority.host()) {
            return Err(self.offline(authority.host()));
        }
        let reached = tokio::time::timeout(REACH_TIME_MAX, self.reach(authority, credentials)).await;
        let late = |_| Refusal::new(StatusCode::GATEWAY_TIMEOUT, format!("{authority} cannot be reached in time"));
        reached.map_err(late)?
    }

    async fn reach(&self, authority: &Authority, credentials: Option<HeaderValue>) -> Result<Destination, Refusal> {
        let unreached = |error: io::Error| Refusal::new(StatusCode::BAD_GATEWAY, format!("{authority} cannot be reached: {error}"));
        let url = Uri::builder().scheme("https").authority(authority.as_str()).path_and_query("/").build();
        if let Some(proxy) = url.ok().and_then(|url| self.proxy.intercept(&url)) {
            return by_proxy(&proxy, authority, credentials).await;
        }
        let port = authority.port_u16().unwrap_or(HTTPS_PORT);
        TcpStream::connect((without_brackets(authority.host()), port)).await.map(Destination::Other).map_err(unreached)
    }

    /// Refuses a plain request to another host when nothing may leave the machine.
    fn refuses(&self, uri: &Uri) -> Option<Refusal> {
        let host = uri.host().filter(|host| self.offline && !is_this_machine(host))?;
        Some(self.offline(host))
    }

    fn offline(&self, host: &str) -> Refusal {
        if let Some(summary) = self.log.summary() {
            summary.add_offline(host);
        }
        Refusal::new(StatusCode::FORBIDDEN, format!("{host} is not emulated, and --offline lets nothing else through"))
    }
}

/// Opens a tunnel through another proxy, with the client's own credentials. What that proxy demands is handed back.
async fn by_proxy(proxy: &Intercept, authority: &Authority, credentials: Option<HeaderValue>) -> Result<Destination, Refusal> {
    let at = proxy.uri().authority().map_or("", Authority::as_str);
    let failed =
        |problem: String| Refusal::new(StatusCode::BAD_GATEWAY, format!("{authority} cannot be reached by the proxy {at}: {problem}"));
    let host = without_brackets(proxy.uri().host().unwrap_or_default());
    let stream = TcpStream::connect((host, proxy.uri().port_u16().unwrap_or(80))).await.map_err(|error| failed(error.to_string()))?;
    let shaken = hyper::client::conn::http1::handshake(TokioIo::new(stream)).await;
    let (mut sender, driver) = shaken.map_err(|error| failed(error.to_string()))?;
    tokio::spawn(driver.with_upgrades());
    let request = Request::builder().method(Method::CONNECT).uri(authority.as_str()).header(header::HOST, authority.as_str());
    let request = request.body(Empty::<Bytes>::new()).map(|mut request| {
        request.headers_mut().extend(credentials.map(|credentials| (header::PROXY_AUTHORIZATION, credentials)));
        request
    });
    let answer = sender.send_request(request.map_err(|error| failed(error.to_string()))?).await;
    let answer = answer.map_err(|error| failed(error.to_string()))?;
    if !answer.status().is_success() {
        let mut refusal = failed(format!("it answers {}", answer.status()));
        refusal.status = answer.status();
        let demands = answer.headers().get_all(header::PROXY_AUTHENTICATE);
        refusal.demands.extend(demands.iter().map(|demand| (header::PROXY_AUTHENTICATE, demand.clone())));
        return Err(refusal);
    }
    let upgraded = hyper::upgrade::on(answer).await.map_err(|error| failed(error.to_string()))?;
    Ok(Destination::ByProxy(TokioIo::new(upgraded)))
}

fn is_this_machine(host: &str) -> bool {
    host.eq_ignore_ascii_case("localhost") || without_brackets(host).parse::<IpAddr>().is_ok_and(|ip| ip.to_canonical().is_loopback())
}

fn without_brackets(host: &str) -> &str {
    host.trim_start_matches('[').trim_end_matches(']')
}

/// Serves tunnels until `shutdown` is requested: those to Azure's hosts with `served`.
pub async fn serve(Tunnels(mut opened): Tunnels, served: Arc<Served>, shutdown: Shutdown) {
    let mut tunnels = Connections::default();
    let mut seconds = tokio::time::interval(Duration::from_secs(1));
    seconds.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    let mut stop = pin!(shutdown.due());
    loop {
        let tunnel = tokio::select! {
            () = &mut stop => break,
            Some(tunnel) = opened.recv() => tunnel,
            _ = seconds.tick(), if !tunnels.is_empty() => {
                tunnels.close_overdue();
                continue;
            }
        };
        let activity = tunnels.activity();
        tunnels.add(activity.clone(), carry(tunnel, Arc::clone(&served), shutdown.clone(), activity));
        while tunnels.len() > TUNNELS_MAX {
            tunnels.make_room().await;
        }
    }
    tunnels.end().await;
}

/// Carries one tunnel to its end.
async fn carry(tunnel: Opened, served: Arc<Served>, shutdown: Shutdown, activity: Activity) {
    let Opened { client, connection, to } = tunnel;
    let client = tokio::select! {
        client = client => client,
        () = shutdown.due() => return,
    };
    let Ok(client) = client.map(TokioIo::new) else { return };
    match to {
        Destination::Azure(host, certificate) => {
            let shaken = tokio::select! {
                shaken = TlsAcceptor::from(certificate).accept(client) => shaken,
                () = shutdown.due() => return,
            };
            if let Ok(stream) = shaken {
                let facts = Connection { tls: true, azure_host: Some(host), ..connection };
                speak_http(stream, facts, served, shutdown, activity).await;
            }
        }
        Destination::Other(other) => pass(client, other, shutdown, activity).await,
        Destination::ByProxy(other) => pass(client, other, shutdown, activity).await,
    }
}

/// Passes bytes both ways. When one side ends its half, so does the other, and the tunnel when both have.
async fn pass(client: TokioIo<Upgraded>, mut other: impl AsyncRead + AsyncWrite + Unpin, shutdown: Shutdown, activity: Activity) {
    activity.begin(Phase::Tunnel);
    let mut client = Watched { stream: client, activity };
    tokio::select! {
        // How a tunnel ends is between its two ends.
        _ = tokio::io::copy_bidirectional(&mut client, &mut other) => {}
        () = shutdown.due() => {}
    }
}

/// A stream whose bytes, either way, show that its tunnel is in use.
struct Watched<S> {
    stream: S,
    activity: Activity,
}

impl<S> Watched<S> {
    fn seen<T>(&self, polled: Poll<T>) -> Poll<T> {
        if polled.is_ready() {
            self.activity.begin(Phase::Tunnel);
        }
        polled
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Watched<S> {
    fn poll_read(mut self: Pin<&mut Self>, context: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let polled = Pin::new(&mut self.stream).poll_read(context, buffer);
        self.seen(polled)
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Watched<S> {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let polled = Pin::new(&mut self.stream).poll_write(context, bytes);
        self.seen(polled)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

#[cfg(test)]
mod tests;
