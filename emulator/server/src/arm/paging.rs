//! Pages of a list: `$top`, `$skiptoken` and `nextLink`.
//!
//! A list is one page up to 1,000 elements (DESIGN 8). The link is absolute and keeps the query, api-version
//! included, as `arm-wire` 1.10 has it.

use super::reply::List;
use super::request::ArmRequest;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// The most elements of a page.
pub const PAGE_ELEMENTS_MAX: usize = 1_000;

/// Returns the page of `elements` that `request` asks for.
pub fn page<T>(elements: Vec<T>, request: &ArmRequest) -> List<T> {
    let top = request.query.get("$top").and_then(|text| text.parse().ok()).filter(|top| *top > 0);
    let size = top.unwrap_or(PAGE_ELEMENTS_MAX).min(PAGE_ELEMENTS_MAX);
    let from = request.query.get("$skiptoken").and_then(read_token).unwrap_or(0);
    let more = elements.len() > from.saturating_add(size);
    let value = elements.into_iter().skip(from).take(size).collect();
    List { value, next_link: more.then(|| next_link(request, from.saturating_add(size))) }
}

fn next_link(request: &ArmRequest, from: usize) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    for (key, value) in request.query.iter().filter(|(key, _)| !key.eq_ignore_ascii_case("$skiptoken")) {
        query.append_pair(key, value);
    }
    query.append_pair("$skiptoken", &URL_SAFE_NO_PAD.encode(format!("{{\"from\":{from}}}")));
    format!("{}{}?{}", request.origin, request.path, query.finish())
}

fn read_token(token: &str) -> Option<usize> {
    let bytes = URL_SAFE_NO_PAD.decode(token.trim_end_matches('=')).ok()?;
    let document: serde_json::Value = serde_json::from_slice(&bytes).ok()?;
    document.get("from")?.as_u64().and_then(|from| usize::try_from(from).ok())
}
