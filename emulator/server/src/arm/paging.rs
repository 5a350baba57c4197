//! Pages of a list: `$top`, `$skiptoken` and `nextLink`.
//!
//! A list is one page up to 1,000 elements, which is our choice. The link is absolute and keeps the query, api-version
//! included, as `arm-wire` 1.10 has it.

use super::reply::List;
use super::request::{ArmRequest, Query, encoded};
use adf_emulator_core::fault::Fault;
use adf_emulator_core::rules::arm;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The most elements of a page.
pub const PAGE_ELEMENTS_MAX: usize = 1_000;

/// Refuses a request whose `$top`, `$skip` or `$skiptoken` cannot be read; an empty one counts as not sent.
///
/// # Errors
/// `page-is-understood`.
pub fn check(query: &Query) -> Result<(), Fault> {
    let number = |text: &str| text.parse::<u32>().ok();
    let invalid = |name: &str, reads: &dyn Fn(&str) -> bool| match query.get(name).filter(|text| !text.is_empty() && !reads(text)) {
        Some(text) => Err(arm::invalid_page(name, text)),
        None => Ok(()),
    };
    invalid("$top", &|text| number(text).is_some_and(|top| top > 0))?;
    invalid("$skip", &|text| number(text).is_some())?;
    invalid("$skiptoken", &|text| read_token(text).is_some())
}

/// Returns the page of `elements` that `request` asks for. A page begins with the element that the token names, wherever
/// it stands by now: who deletes what a page showed before asking for the next misses none.
pub fn page<T: Serialize>(elements: Vec<T>, request: &ArmRequest) -> List<T> {
    let top = request.query.get("$top").and_then(|text| text.parse().ok());
    let size = top.unwrap_or(PAGE_ELEMENTS_MAX).min(PAGE_ELEMENTS_MAX);
    let token = request.query.get("$skiptoken").and_then(read_token).unwrap_or_default();
    let from = token.at.and_then(|id| elements.iter().position(|element| id_of(element).as_ref() == Some(&id))).unwrap_or(token.from);
    let end = from.saturating_add(size);
    let next_link = elements.get(end).map(|next| next_link(request, &Token { from: end, at: id_of(next) }));
    List { value: elements.into_iter().skip(from).take(size).collect(), next_link }
}

/// Where a page begins.
#[derive(Default, Deserialize, Serialize)]
struct Token {
    /// How many elements stood before it.
    from: usize,
    /// The id of its first element, where elements have ids.
    at: Option<String>,
}

fn id_of(element: &impl Serialize) -> Option<String> {
    let document = serde_json::to_value(element).ok()?;
    document.get("id").and_then(Value::as_str).map(str::to_owned)
}

fn next_link(request: &ArmRequest, token: &Token) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    for (key, value) in request.query.iter().filter(|(key, _)| !key.eq_ignore_ascii_case("$skiptoken")) {
        query.append_pair(key, value);
    }
    // The token's shape serializes to a JSON object, which cannot fail.
    query.append_pair("$skiptoken", &URL_SAFE_NO_PAD.encode(serde_json::to_vec(token).unwrap_or_default()));
    format!("{}{}?{}", request.origin, encoded(request.path.as_str()), query.finish())
}

fn read_token(text: &str) -> Option<Token> {
    let bytes = URL_SAFE_NO_PAD.decode(text.trim_end_matches('=')).ok()?;
    serde_json::from_slice(&bytes).ok()
}
