//! A fault meets a request: which one strikes, and what it makes of the answer.
//!
//! What can only be known by answering is looked up here beforehand, and only while a world has faults.

use super::{MadeUp, Struck};
use crate::answered::{Answered, Refused, See};
use crate::app::{App, HttpRequest, Surface};
use crate::arm::answer::operation_of;
use crate::arm::envelope;
use crate::arm::envelope::ResponseFacts;
use crate::entra;
use crate::entra::audience::Service;
use crate::graph;
use crate::journal::matching::Facts;
use crate::world_cell::WorldCell;
use adf_emulator_core::resource_id::ResourceId;
use bytes::Bytes;
use hyper::body::{Body, Frame, SizeHint};
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

/// Returns the fault that strikes a request, if one does.
pub fn strike(app: &App, cell: &WorldCell, http: &HttpRequest, surface: &Surface) -> Option<Struck> {
    let world = cell.read();
    let (path, operation, service, tenant) = match surface {
        Surface::Entra(path) => (Some(path), entra::answer::operation_of(&http.method, path), None, None),
        Surface::Graph(path) => (Some(path), graph::operation_of(&http.method, path), Some(Service::Graph), None),
        Surface::ResourceManager(path) => {
            let operation = path.as_ref().map_or("-", |path| operation_of(&http.method, path));
            (path.as_ref(), operation, Some(Service::ResourceManager), path.as_ref().and_then(|path| world.tenant_of(path)))
        }
    };
    let caller = service.and_then(|service| entra::caller(app, cell, &world, http, service, tenant).ok());
    let caller = caller.and_then(|caller| world.directory.principal(caller.object_id)).cloned();
    let facts = Facts {
        method: http.method.as_str(),
        path: path.map_or_else(|| http.uri.path(), |path| path.as_str()),
        operation,
        caller: caller.as_deref(),
        status: None,
        code: None,
        rule: None,
        would_refuse: None,
    };
    let struck = cell.faults().strike(&facts, world.ids.seed())?;
    Some(Struck { caller, ..struck })
}

/// Returns what a surface would call the request, and its path.
pub fn named(http: &HttpRequest, surface: Surface) -> (&'static str, Option<ResourceId>) {
    match surface {
        Surface::Entra(path) => (entra::answer::operation_of(&http.method, &path), Some(path)),
        Surface::Graph(path) => (graph::operation_of(&http.method, &path), Some(path)),
        Surface::ResourceManager(path) => (path.as_ref().map_or("-", |path| operation_of(&http.method, path)), path),
    }
}

/// Returns what is answered in place of the world.
pub fn in_its_place(app: &App, cell: &WorldCell, http: &HttpRequest, surface: Surface, struck: &Struck, made_up: &MadeUp) -> Answered {
    let facts = ResponseFacts::of(app, cell.clock().now(), http);
    let (operation, path) = named(http, surface);
    let reason = || format!("The fault {} answered in the world's place.", struck.id);
    Answered {
        request_id: facts.request_id,
        operation,
        path,
        caller: struck.caller.clone(),
        decisions: Vec::new(),
        let_pass: None,
        refused: made_up.code.as_ref().map(|code| Refused::told(code, reason(), See::Faults)),
        response: envelope::made_up(&facts, made_up),
    }
}

/// Returns the first half of a body: of a JSON object never JSON.
pub fn malformed(body: &Bytes) -> Bytes {
    if body.is_empty() { Bytes::from_static(b"{") } else { body.slice(..body.len().div_ceil(2)) }
}

/// A body that ends in its middle, as when a connection breaks.
#[derive(Debug)]
pub struct BrokenOff {
    half: Option<Bytes>,
    /// Whether the half had its time to go out.
    is_sent: bool,
    whole: u64,
}

impl BrokenOff {
    /// Returns the first half of a body, which says that it is the whole.
    pub fn of(body: Bytes) -> Self {
        let whole = u64::try_from(body.len()).unwrap_or(u64::MAX).max(1);
        Self { half: Some(body.slice(..body.len() / 2)), is_sent: false, whole }
    }
}

impl Body for BrokenOff {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        if let Some(half) = self.half.take() {
            return Poll::Ready(Some(Ok(Frame::data(half))));
        }
        if self.is_sent {
            return Poll::Ready(Some(Err(io::Error::other("a fault broke the answer off"))));
        }
        // The library sends what it has when a body has no more for now; an error at once would take the half along.
        self.is_sent = true;
        context.waker().wake_by_ref();
        Poll::Pending
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.whole)
    }
}
