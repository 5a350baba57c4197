//! Lists of Graph: filtered, counted, cut into pages, with the members that were selected.
//!
//! Objects come in the order of their ids, so a page begins behind the last id of the one before. Sizes of pages:
//! <https://learn.microsoft.com/graph/paging>; what needs eventual consistency:
//! <https://learn.microsoft.com/graph/aad-advanced-queries>.

use adf_emulator_core::world::{Document, World};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use uuid::Uuid;

use super::Reply;
use super::failure::Failure;
use super::filter::{Filter, NoFilter};
use super::object::{Object, ObjectType};
use super::request::GraphRequest;
use super::select::Selection;

/// Objects of a page when the client does not say.
const PAGE_DEFAULT: usize = 100;

/// Objects of a page that a client may ask for.
const PAGE_MAX: usize = 999;

/// The query options that lists have.
const OPTIONS: [&str; 5] = ["$select", "$filter", "$count", "$top", "$skiptoken"];

/// What a list is of.
#[derive(Clone, Copy, Debug)]
pub enum Listed {
    /// Objects of one type, shown as that.
    OneType(ObjectType),
    /// Objects of several types, each shown with its own.
    Several,
}

/// Answers with those of a type.
///
/// # Errors
/// For options that cannot be read or are not emulated.
pub fn collection(asked: &GraphRequest<'_>, world: &World, of_type: ObjectType) -> Result<Reply, Failure> {
    let filter = filter(asked, of_type)?;
    // The Azure CLI looks for single principals in this way; a large directory need not be gone through for them.
    let exact = filter.as_ref().and_then(Filter::equation).and_then(|(property, text)| exact(world, of_type, property, text));
    let all: Vec<Object<'_>> = match exact {
        Some(found) => found.into_iter().collect(),
        None if of_type == ObjectType::Application => world.directory.applications().map(|it| Object::Application(it)).collect(),
        None => world.directory.principals().map(|it| Object::Principal(it)).collect(),
    };
    let objects = all.into_iter().filter(|it| it.object_type() == of_type && asked.sees(*it));
    answer(asked, world, objects.collect(), Listed::OneType(of_type), filter.as_ref())
}

/// Returns the one object that can have this value, for values that lead straight to it.
fn exact<'w>(world: &'w World, of_type: ObjectType, property: &str, text: &str) -> Option<Option<Object<'w>>> {
    let directory = &world.directory;
    let id = Uuid::try_parse(text).ok();
    let principal = |found: Option<&'w std::sync::Arc<_>>| found.map(|it| Object::Principal(it));
    match (of_type, property.to_ascii_lowercase().as_str(), id) {
        (ObjectType::User, "userprincipalname", _) => Some(principal(directory.by_user_principal_name(text))),
        (ObjectType::ServicePrincipal, "appid" | "serviceprincipalnames", Some(id)) => Some(principal(directory.by_app_id(id))),
        (ObjectType::Application, "appid", Some(id)) => Some(directory.application_of(id).map(|it| Object::Application(it))),
        _ => None,
    }
}

/// Answers with these objects, as the query asks for them.
///
/// # Errors
/// For options that cannot be read or are not emulated.
pub fn several(asked: &GraphRequest<'_>, world: &World, objects: Vec<Object<'_>>) -> Result<Reply, Failure> {
    let filter = asked.query.get("$filter").map(read).transpose()?;
    check_advanced(asked, filter.as_ref())?;
    answer(asked, world, objects, Listed::Several, filter.as_ref())
}

/// Answers with these objects of one type, as the query asks for them.
///
/// # Errors
/// For options that cannot be read or are not emulated.
pub fn of_type(asked: &GraphRequest<'_>, world: &World, objects: Vec<Object<'_>>, of_type: ObjectType) -> Result<Reply, Failure> {
    let filter = filter(asked, of_type)?;
    let objects = objects.into_iter().filter(|it| it.object_type() == of_type).collect();
    answer(asked, world, objects, Listed::OneType(of_type), filter.as_ref())
}

/// Answers with how many there are of a type.
///
/// # Errors
/// Without eventual consistency, and for a filter that cannot be read.
pub fn count(asked: &GraphRequest<'_>, world: &World, objects: &[Object<'_>], of_type: Option<ObjectType>) -> Result<Reply, Failure> {
    asked.only(&["$filter"])?;
    if !asked.is_eventual() {
        return Err(Failure::request_bad_request("$count is not currently supported."));
    }
    let filter = match of_type {
        Some(of_type) => filter(asked, of_type)?,
        None => asked.query.get("$filter").map(read).transpose()?,
    };
    let is_meant = |it: &&Object<'_>| of_type.is_none_or(|of_type| it.object_type() == of_type) && asked.sees(**it);
    let counted = objects.iter().filter(is_meant).filter(|it| filter.as_ref().is_none_or(|filter| filter.admits(&it.document(world))));
    Ok(Reply::Count(counted.count()))
}

fn answer(
    asked: &GraphRequest<'_>,
    world: &World,
    objects: Vec<Object<'_>>,
    listed: Listed,
    filter: Option<&Filter>,
) -> Result<Reply, Failure> {
    asked.only(&OPTIONS)?;
    let select = match listed {
        Listed::OneType(of_type) => Selection::of(asked, Some(of_type))?,
        Listed::Several => Selection::of(asked, None)?,
    };
    let size = page_size(asked)?;
    let after = asked
        .query
        .get("$skiptoken")
        .map(|token| {
            read_token(token).ok_or_else(|| {
                Failure::request_bad_request("The specified page token value has expired and can no longer be included in your request.")
            })
        })
        .transpose()?;
    let mut met: Vec<Object<'_>> =
        objects.into_iter().filter(|it| filter.is_none_or(|filter| filter.admits(&it.document(world)))).collect();
    met.sort_by_key(|it| it.id());
    let total = met.len();
    let mut page = met.into_iter().skip_while(|it| after.is_some_and(|after| it.id() <= after));
    let shown: Vec<Object<'_>> = page.by_ref().take(size).collect();
    let context = match listed {
        Listed::OneType(of_type) => of_type.collection(),
        Listed::Several => "directoryObjects",
    };
    let mut list = Document::new();
    list.insert("@odata.context".to_owned(), context_url(asked, &format!("{context}{}", select.context())));
    if asked.is_eventual() && asked.query.get("$count").is_some_and(|it| it.eq_ignore_ascii_case("true")) {
        list.insert("@odata.count".to_owned(), json!(total));
    }
    if let (Some(last), true) = (shown.last(), page.next().is_some()) {
        list.insert("@odata.nextLink".to_owned(), next_link(asked, last.id()).into());
    }
    let show = |it: Object<'_>| match listed {
        Listed::OneType(_) => select.applied(it.shown(world), || it.document(world)),
        Listed::Several => select.applied(it.shown_among_others(world), || it.document(world)),
    };
    list.insert("value".to_owned(), shown.into_iter().map(|it| Value::Object(show(it))).collect());
    Ok(Reply::Json(Value::Object(list)))
}

/// Answers with one object.
///
/// # Errors
/// For options other than `$select`, and for what cannot be selected.
pub fn entity(asked: &GraphRequest<'_>, world: &World, object: Object<'_>, of_type: Option<ObjectType>) -> Result<Document, Failure> {
    asked.only(&["$select"])?;
    let select = Selection::of(asked, of_type)?;
    let collection = of_type.map_or("directoryObjects", ObjectType::collection);
    let mut entity = Document::new();
    entity.insert("@odata.context".to_owned(), context_url(asked, &format!("{collection}{}/$entity", select.context())));
    let shown = match of_type {
        Some(_) => object.shown(world),
        None => object.shown_among_others(world),
    };
    entity.extend(select.applied(shown, || object.document(world)));
    Ok(entity)
}

/// Returns the context of an answer.
pub fn context_url(asked: &GraphRequest<'_>, of: &str) -> Value {
    Value::String(format!("{}/$metadata#{of}", asked.base()))
}

fn filter(asked: &GraphRequest<'_>, of_type: ObjectType) -> Result<Option<Filter>, Failure> {
    let Some(text) = asked.query.get("$filter") else { return Ok(None) };
    let filter = read(text)?;
    if !filter.properties().iter().all(|property| of_type.has(property)) {
        return Err(Failure::not_emulated(&format!("the $filter {text}")));
    }
    check_advanced(asked, Some(&filter))?;
    Ok(Some(filter))
}

fn check_advanced(asked: &GraphRequest<'_>, filter: Option<&Filter>) -> Result<(), Failure> {
    match filter.and_then(Filter::advanced) {
        Some(operator) if !asked.is_eventual() => Err(Failure::unsupported_query(operator)),
        _ => Ok(()),
    }
}

fn read(text: &str) -> Result<Filter, Failure> {
    Filter::parse(text).map_err(|problem| match problem {
        NoFilter::Malformed => Failure::bad_request(format!("Invalid filter clause: '{text}'.")),
        NoFilter::NotEmulated => Failure::not_emulated(&format!("the $filter {text}")),
    })
}

fn page_size(asked: &GraphRequest<'_>) -> Result<usize, Failure> {
    let Some(top) = asked.query.get("$top") else { return Ok(PAGE_DEFAULT) };
    let invalid =
        || Failure::request_bad_request(format!("Invalid page size specified: '{top}'. Must be between 1 and {PAGE_MAX} inclusive."));
    top.parse().ok().filter(|size| (1..=PAGE_MAX).contains(size)).ok_or_else(invalid)
}

fn next_link(asked: &GraphRequest<'_>, last: Uuid) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    let others = asked.query.iter().filter(|(name, _)| !name.eq_ignore_ascii_case("$skiptoken"));
    for (name, value) in others {
        query.append_pair(name, value);
    }
    query.append_pair("$skiptoken", &URL_SAFE_NO_PAD.encode(last.as_bytes()));
    // The names of options keep their dollar sign, as Graph writes them.
    format!("{}{}?{}", asked.http.origin, asked.http.uri.path(), query.finish().replace("%24", "$"))
}

fn read_token(token: &str) -> Option<Uuid> {
    URL_SAFE_NO_PAD.decode(token).ok().and_then(|bytes| Uuid::from_slice(&bytes).ok())
}
