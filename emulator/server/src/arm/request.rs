//! URL, headers, caller and body bytes as one `ArmRequest`.
//!
//! Paths are normalised here (doubled and trailing slashes, percent-encoding) and queries decoded in full. The body is
//! parsed only when an operation asks for it, which is after authorization. Never decides access.

use adf_emulator_core::fault::Fault;
use adf_emulator_core::lenient_json;
use adf_emulator_core::reader_words::{self, Place};
use adf_emulator_core::resource_id::ResourceId;
use adf_emulator_core::rules::arm;
use adf_emulator_core::world::Document;
use axum::http::{HeaderMap, Method, header};
use bytes::Bytes;
use percent_encoding::{AsciiSet, CONTROLS, PercentEncode, utf8_percent_encode};
use serde_json::Value;
use std::borrow::Cow;
use uuid::Uuid;

/// Bytes of a request body above which it is refused: Resource Manager's limit of 4 MB.
pub const BODY_BYTES_MAX: usize = 4 * 1024 * 1024;

/// Who is calling.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Caller {
    /// The object id of the principal.
    pub object_id: Uuid,
    /// The tenant that the token is of.
    pub tenant_id: Uuid,
}

/// A body, or that it was larger than `BODY_BYTES_MAX`.
#[derive(Clone, Debug)]
pub enum Body {
    /// The whole body.
    Whole(Bytes),
    /// It was too large to be read.
    TooLarge,
}

/// A request to Resource Manager by a known caller.
#[derive(Debug)]
pub struct ArmRequest<'a> {
    /// The method.
    pub method: &'a Method,
    /// The whole path, normalised, in the caller's spelling.
    pub path: ResourceId,
    /// What the operation acts on: the resource; of an action the resource it is sent to; of a list the scope or
    /// parent that is listed.
    pub target: ResourceId,
    /// The query.
    pub query: Query<'a>,
    /// The headers.
    pub headers: &'a HeaderMap,
    /// The body.
    pub body: &'a Body,
    /// Scheme and host that the client used, such as `https://localhost:4443`.
    pub origin: &'a str,
    /// The api-version as it was sent.
    pub api_version: Cow<'a, str>,
    /// Who is calling.
    pub caller: Caller,
    /// The object ids of who that is in other directories, by auxiliary tokens.
    pub auxiliary: Vec<Uuid>,
}

impl ArmRequest<'_> {
    /// Returns the value of `If-Match`, where one was sent.
    pub fn if_match(&self) -> Option<&str> {
        self.headers.get(header::IF_MATCH).and_then(|value| value.to_str().ok())
    }

    /// Returns the value of `If-None-Match`, where one was sent.
    pub fn if_none_match(&self) -> Option<&str> {
        self.headers.get(header::IF_NONE_MATCH).and_then(|value| value.to_str().ok())
    }

    /// Returns what the target lies in: the scope of an extension such as a role assignment, the parent of a nested
    /// resource.
    pub fn parent(&self) -> ResourceId {
        self.target.parent().unwrap_or_else(ResourceId::root)
    }

    /// Returns whether `$expand` names `property`.
    pub fn expands(&self, property: &str) -> bool {
        let expand = self.query.get("$expand").unwrap_or_default();
        expand.split(',').any(|name| name.trim().eq_ignore_ascii_case(property))
    }

    /// Returns the absolute URL of a path, with this request's api-version.
    pub fn url(&self, path: &str) -> String {
        format!("{}{}?api-version={}", self.origin, encoded(path), encoded(&self.api_version))
    }

    /// Returns whether there is a body at all.
    pub fn has_body(&self) -> bool {
        !matches!(self.body, Body::Whole(bytes) if bytes.is_empty())
    }

    /// Returns the body as a JSON object. A repeated key counts as its last value, as Azure's reader does.
    ///
    /// # Errors
    /// `RequestContentTooLarge`, `UnsupportedMediaType` or `InvalidRequestContent`.
    pub fn document(&self) -> Result<Document, Fault> {
        let Body::Whole(bytes) = self.body else { return Err(arm::request_too_large()) };
        let bytes = without_mark(bytes);
        match read(bytes) {
            Ok(Value::Object(document)) if document.values().map(levels).max() < Some(arm::CONTENT_LEVELS_MAX) => Ok(document),
            Ok(Value::Object(_)) => Err(unreadable(bytes, "The request content is nested too deep")),
            Ok(other) => Err(arm::content_is_no_object(&other)),
            Err(_) if !bytes.is_empty() && !self.says_json() => Err(arm::unsupported_media_type(self.media_type())),
            Err(problem) => Err(unreadable(bytes, &problem)),
        }
    }

    /// Returns line and position of a place in the body.
    pub fn position_of(&self, place: &Place) -> Option<(usize, usize)> {
        let Body::Whole(bytes) = &self.body else { return None };
        std::str::from_utf8(without_mark(bytes)).ok().and_then(|text| reader_words::position_of(text, place))
    }

    fn media_type(&self) -> Option<&str> {
        self.headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok())
    }

    fn says_json(&self) -> bool {
        let said = self.media_type().and_then(|text| text.split(';').next()).unwrap_or_default().trim();
        said.eq_ignore_ascii_case("application/json") || said.to_ascii_lowercase().ends_with("+json")
    }
}

/// Reads a body, nearly always strict JSON; what is not, as Azure's own reader does.
fn read(bytes: &[u8]) -> Result<Value, String> {
    serde_json::from_slice(bytes).or_else(|problem| match std::str::from_utf8(bytes) {
        Ok(text) if !text.is_empty() => lenient_json::parse(text),
        _ => Err(problem.to_string()),
    })
}

/// Returns the fault of a body that cannot be read, in the words of Azure's reader, which has none for some of it.
fn unreadable(bytes: &[u8], problem: &str) -> Fault {
    let said = std::str::from_utf8(bytes).ok().and_then(reader_words::problem_of);
    arm::invalid_request_content(said.as_deref().unwrap_or(problem))
}

/// Returns a body without the mark of its byte order.
fn without_mark(bytes: &[u8]) -> &[u8] {
    bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes)
}

/// Returns how many levels of arrays and objects a value has; the reader has bounded them.
fn levels(value: &Value) -> usize {
    match value {
        Value::Array(items) => 1 + items.iter().map(levels).max().unwrap_or_default(),
        Value::Object(members) => 1 + members.values().map(levels).max().unwrap_or_default(),
        _ => 0,
    }
}

/// Returns whether an api-version is of this date or later; a suffix such as `-preview` does not count.
pub fn is_at_least(api_version: &str, date: &str) -> bool {
    api_version.get(..date.len()).is_some_and(|start| start >= date)
}

/// The parameters of a query, decoded: percent-encoding, `+` for a space, keys without `=`.
#[derive(Clone, Debug, Default)]
pub struct Query<'a>(Vec<(Cow<'a, str>, Cow<'a, str>)>);

impl<'a> Query<'a> {
    /// Reads the text behind the `?`.
    pub fn parse(text: &'a str) -> Self {
        Self(form_urlencoded::parse(text.as_bytes()).collect())
    }

    /// Returns the first value of `name`, compared without case.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.find(name).map(|value| &**value)
    }

    /// As `get`, to be kept beside the query.
    pub fn find(&self, name: &str) -> Option<&Cow<'a, str>> {
        self.0.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    }

    /// Returns all parameters in their order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(key, value)| (&**key, &**value))
    }
}

/// What a path has no place for as it is (RFC 3986, 3.3), and percent signs: paths are kept decoded.
const NOT_IN_A_PATH: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'#')
    .add(b'%')
    .add(b'<')
    .add(b'>')
    .add(b'?')
    .add(b'[')
    .add(b'\\')
    .add(b']')
    .add(b'^')
    .add(b'`')
    .add(b'{')
    .add(b'|')
    .add(b'}');

/// Returns a path as a URL has it: a header takes no other letters.
pub fn encoded(path: &str) -> PercentEncode<'_> {
    utf8_percent_encode(path, NOT_IN_A_PATH)
}

/// Returns the normalised path; `None` when it is not UTF-8 once decoded, or holds control characters.
pub fn path(text: &str) -> Option<ResourceId> {
    // Nearly all paths are plain already, and those that are not cost more.
    if text.bytes().fold(true, |plain, byte| plain & byte.is_ascii_graphic() & (byte != b'%')) {
        return ResourceId::parse(text);
    }
    let decoded = percent_encoding::percent_decode_str(text).decode_utf8().ok()?;
    if decoded.chars().any(char::is_control) {
        return None;
    }
    ResourceId::parse(&decoded)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn queries_are_decoded_in_full() {
        let query = Query::parse("disambiguation_dummy&API-version=2022-04-01&%24filter=roleName+eq+%27Reader%27&$top=");
        assert_eq!(query.get("api-version"), Some("2022-04-01"));
        assert_eq!(query.get("$filter"), Some("roleName eq 'Reader'"));
        assert_eq!(query.get("$top"), Some(""));
        assert_eq!(query.get("disambiguation_dummy"), Some(""));
        assert_eq!(query.get("$skip"), None);
    }

    #[test]
    fn paths_are_normalised() {
        assert_eq!(path("//subscriptions/S/resourceGroups/a%20b/").unwrap().as_str(), "/subscriptions/S/resourceGroups/a b");
        assert!(path("/a%FF").is_none());
        assert!(path("/a%00").is_none());
    }

    #[test]
    fn a_path_goes_into_a_url_and_comes_back() {
        let plain = "/subscriptions/S/resourceGroups/a(b)_c.d-e/providers/A.B/c's:d@e";
        assert_eq!(encoded(plain).to_string(), plain);
        let sent = encoded("/resourceGroups/üb 50%|\"x\"").to_string();
        assert_eq!(sent, "/resourceGroups/%C3%BCb%2050%25%7C%22x%22");
        assert_eq!(path(&sent).unwrap().as_str(), "/resourceGroups/üb 50%|\"x\"");
    }

    #[test]
    fn versions_compare_by_their_date() {
        assert!(is_at_least("2020-03-01-preview", "2020-03-01") && is_at_least("2022-04-01", "2020-03-01"));
        assert!(!is_at_least("2018-01-01-preview", "2018-07-01") && !is_at_least("x", "2018-07-01"));
    }
}
