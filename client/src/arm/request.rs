//! A request to Azure Resource Manager before it is sent: method, path, query, body.
//!
//! Paths are given as ids are written, and percent-encoded here, segment by segment.

use crate::error::{Error, Result};
use azure_core::http::{Method, Url};
use serde::Serialize;
use std::fmt;

/// A request before it is sent.
#[derive(Debug, Clone)]
pub struct ArmRequest {
    pub(super) method: Method,
    path: String,
    query: Vec<(&'static str, String)>,
    pub(super) body: Option<Vec<u8>>,
}

impl ArmRequest {
    /// A GET of `path`, which begins with a slash and is not percent-encoded.
    pub fn get(path: impl fmt::Display) -> Self {
        Self::new(Method::Get, path)
    }

    /// A PUT.
    pub fn put(path: impl fmt::Display) -> Self {
        Self::new(Method::Put, path)
    }

    /// A PATCH.
    pub fn patch(path: impl fmt::Display) -> Self {
        Self::new(Method::Patch, path)
    }

    /// A POST.
    pub fn post(path: impl fmt::Display) -> Self {
        Self::new(Method::Post, path)
    }

    /// A DELETE.
    pub fn delete(path: impl fmt::Display) -> Self {
        Self::new(Method::Delete, path)
    }

    /// The same with a query parameter.
    pub fn query(mut self, key: &'static str, value: impl Into<String>) -> Self {
        self.query.push((key, value.into()));
        self
    }

    /// The same with a JSON body.
    ///
    /// # Errors
    /// [`Error::Invalid`] when the value has no JSON form.
    pub fn json(mut self, body: &impl Serialize) -> Result<Self> {
        let bytes = serde_json::to_vec(body).map_err(|problem| Error::invalid(format!("the body has no JSON form: {problem}")))?;
        self.body = Some(bytes);
        Ok(self)
    }

    fn new(method: Method, path: impl fmt::Display) -> Self {
        Self { method, path: path.to_string(), query: Vec::new(), body: None }
    }

    /// The URL at an endpoint. Names are percent-encoded segment by segment.
    pub(super) fn url(&self, endpoint: &Url) -> Result<Url> {
        let mut url = endpoint.clone();
        url.path_segments_mut()
            .map_err(|()| Error::invalid(format!("'{endpoint}' cannot carry a path")))?
            .pop_if_empty()
            .extend(self.path.split('/').filter(|part| !part.is_empty()));
        if !self.query.is_empty() {
            url.query_pairs_mut().extend_pairs(&self.query);
        }
        Ok(url)
    }
}
