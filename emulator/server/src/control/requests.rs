//! `requests`: the journal of the world: list, read, clear, wait for, verify.
//!
//! Waiting is real time and lasts at most a minute; what is waited for may be there already.

use std::sync::Arc;
use std::time::Duration;

use adf_emulator_core::world::World;
use axum::http::StatusCode;
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::{Answer, ControlRequest, Refusal, no_content, ok};
use crate::clock::Stopwatch;
use crate::journal::entry::Entry;
use crate::journal::matching::{FIELDS, Facts, Match, WrongField};
use crate::journal::{Excerpt, Journal, NoSuchEntry};

/// What `GET requests` may be asked with.
pub const PARAMETERS: [&str; 8] = ["operation", "caller", "status", "rule", "code", "wouldRefuse", "since", "limit"];

/// Seconds that a wait may last, and lasts unless it says otherwise.
const WAIT_SECONDS_MAX: u64 = 60;
const WAIT_SECONDS_USUAL: u64 = 30;

/// Entries that a verification shows because they differ least.
const NEAREST_MAX: usize = 3;

/// Lists the journal, oldest first.
pub fn list(request: &ControlRequest<'_>) -> Answer {
    let query = request.query();
    let (mut fields, mut since, mut limit) = (Map::new(), None, usize::MAX);
    for (name, value) in query.iter() {
        match name {
            "since" => since = Some(entry_id(value).map_err(|refusal| refusal.at("since"))?),
            "limit" => limit = value.parse().map_err(|_| invalid("limit", "it is a whole number"))?,
            "status" => drop(fields.insert(name.to_owned(), value.parse::<u16>().map_err(|_| invalid("status", "it is a status"))?.into())),
            "wouldRefuse" if ["true", "false"].contains(&value) => drop(fields.insert(name.to_owned(), (value == "true").into())),
            _ => drop(fields.insert(name.to_owned(), value.into())),
        }
    }
    let wanted = Match::read(&fields, &FIELDS).map_err(|wrong| Refusal::bad_request("InvalidField", wrong.problem).at(wrong.field))?;
    let Excerpt { entries, dropped } = request.cell.journal().after(since).map_err(|gone| no_such_entry(gone).at("since"))?;
    let world = request.cell.read();
    let value: Vec<_> =
        entries.iter().filter(|entry| wanted.fits(&Facts::of(entry))).take(limit).map(|entry| entry.document(&world)).collect();
    Ok(ok(&json!({ "value": value, "dropped": dropped })))
}

/// Returns one entry with headers and bodies.
pub fn get(request: &ControlRequest<'_>) -> Answer {
    let id = entry_id(request.last_segment())?;
    match request.cell.journal().entry(id) {
        Some(entry) => Ok(ok(&entry.whole(&request.cell.read()).into())),
        None => Err(Refusal { status: StatusCode::NOT_FOUND, ..no_such_entry(NoSuchEntry(id)) }),
    }
}

/// Clears the journal.
pub fn clear(request: &ControlRequest<'_>) -> Answer {
    request.cell.journal().clear();
    Ok(no_content())
}

/// Says whether the journal has what was expected, and if not what came nearest.
pub fn verify(request: &ControlRequest<'_>) -> Answer {
    let fields = request.fields(&["match", "exactly", "atLeast", "never", "since"])?;
    let wanted = wanted(&fields)?;
    let entries = request.cell.journal().after(since(&fields)?).map_err(|gone| no_such_entry(gone).at("since"))?.entries;
    let count = entries.iter().filter(|entry| wanted.fits(&Facts::of(entry))).count();
    let expected = expectation(&fields)?;
    let is_ok = expected.is_met_by(count);
    let nearest = if is_ok { Vec::new() } else { nearest(&entries, &wanted, expected.is_exceeded_by(count), &request.cell.read()) };
    let mut said = json!({ "ok": is_ok, "count": count, "nearest": nearest });
    if count == 0
        && let (Some(note), Some(said)) = (unknown_caller(request, &wanted), said.as_object_mut())
    {
        said.insert("note".to_owned(), note.into());
    }
    Ok(ok(&said))
}

/// Says that nobody has the name of the caller that is looked for: somebody may have it later, so it is no mistake.
fn unknown_caller(request: &ControlRequest<'_>, wanted: &Match) -> Option<String> {
    let caller = wanted.caller()?;
    let is_there = request.cell.read().directory.meant_by(caller).is_some();
    (!is_there).then(|| format!("Nobody in this world is called '{caller}'."))
}

/// Waits until the journal has as many entries as are asked for.
pub async fn wait(request: &ControlRequest<'_>) -> Answer {
    let fields = request.fields(&["match", "count", "timeoutSeconds", "since"])?;
    let (wanted, since) = (wanted(&fields)?, since(&fields)?);
    let count = whole_number(&fields, "count")?.unwrap_or(1);
    let seconds = whole_number(&fields, "timeoutSeconds")?.unwrap_or(WAIT_SECONDS_USUAL);
    if seconds > WAIT_SECONDS_MAX {
        return Err(invalid("timeoutSeconds", &format!("it is at most {WAIT_SECONDS_MAX}")));
    }
    let journal = request.cell.journal();
    journal.after(since).map_err(|gone| no_such_entry(gone).at("since"))?;
    let watch = Stopwatch::start();
    let found = tokio::select! {
        found = enough(journal, &wanted, since, count) => Some(found),
        () = tokio::time::sleep(Duration::from_secs(seconds)) => None,
        () = request.app.shutdown().requested() => None,
    };
    let waited = watch.elapsed().as_secs_f64();
    match found {
        Some(found) => {
            let world = request.cell.read();
            Ok(ok(&json!({ "value": found.iter().map(|entry| entry.document(&world)).collect::<Vec<_>>() })))
        }
        None => {
            let there = matching(journal, &wanted, since).len();
            let note = unknown_caller(request, &wanted).map(|note| format!(" {note}")).unwrap_or_default();
            let message =
                format!("{there} of {count} requests came within {waited:.1} seconds. 'requests/verify' tells what came nearest.{note}");
            Err(Refusal::new(StatusCode::REQUEST_TIMEOUT, "RequestTimeout", message))
        }
    }
}

async fn enough(journal: &Journal, wanted: &Match, since: Option<Uuid>, count: u64) -> Vec<Arc<Entry>> {
    loop {
        // Asked for first, so that nothing that comes between looking and waiting is missed.
        let mut added = std::pin::pin!(journal.added());
        added.as_mut().enable();
        let found = matching(journal, wanted, since);
        if u64::try_from(found.len()).unwrap_or(u64::MAX) >= count {
            return found;
        }
        added.await;
    }
}

/// What matches now. An entry to begin after that was dropped meanwhile was older than all that are there.
fn matching(journal: &Journal, wanted: &Match, since: Option<Uuid>) -> Vec<Arc<Entry>> {
    let entries = journal.after(since).or_else(|_| journal.after(None)).map(|excerpt| excerpt.entries).unwrap_or_default();
    entries.into_iter().filter(|entry| wanted.fits(&Facts::of(entry))).collect()
}

/// How many are expected.
#[derive(Clone, Copy, Debug)]
enum Expectation {
    Exactly(u64),
    AtLeast(u64),
}

impl Expectation {
    fn is_met_by(self, count: usize) -> bool {
        let count = u64::try_from(count).unwrap_or(u64::MAX);
        match self {
            Self::Exactly(number) => count == number,
            Self::AtLeast(number) => count >= number,
        }
    }

    fn is_exceeded_by(self, count: usize) -> bool {
        matches!(self, Self::Exactly(number) if u64::try_from(count).unwrap_or(u64::MAX) > number)
    }
}

fn expectation(fields: &Map<String, Value>) -> Result<Expectation, Refusal> {
    let never = match fields.get("never") {
        None => None,
        Some(Value::Bool(true)) => Some(Expectation::Exactly(0)),
        Some(_) => return Err(invalid("never", "it is true or not there")),
    };
    let exactly = whole_number(fields, "exactly")?.map(Expectation::Exactly);
    let at_least = whole_number(fields, "atLeast")?.map(Expectation::AtLeast);
    match (never, exactly, at_least) {
        (Some(one), None, None) | (None, Some(one), None) | (None, None, Some(one)) => Ok(one),
        _ => Err(invalid("exactly", "one of 'exactly', 'atLeast' and 'never' says what is expected")),
    }
}

/// Returns what explains a count: of too many those that matched, of too few those that nearly did.
fn nearest(entries: &[Arc<Entry>], wanted: &Match, too_many: bool, world: &World) -> Vec<Value> {
    let mut others: Vec<_> = entries.iter().map(|entry| (entry, wanted.differences(&Facts::of(entry)))).collect();
    others.retain(|(_, differences)| differences.is_empty() == too_many);
    others.sort_by_key(|(_, differences)| differences.len());
    let shown = others.into_iter().take(NEAREST_MAX).map(|(entry, differences)| {
        let mut document = entry.document(world);
        document.insert("differsIn".to_owned(), differences.iter().map(|difference| difference.document()).collect());
        document.into()
    });
    shown.collect()
}

fn wanted(fields: &Map<String, Value>) -> Result<Match, Refusal> {
    let wanted = match fields.get("match") {
        Some(Value::Object(wanted)) => Match::read(wanted, &FIELDS),
        Some(_) => return Err(invalid("match", "it is an object")),
        None => return Err(invalid("match", "it must be there; {} means every request")),
    };
    wanted.map_err(wrong_match)
}

/// Says in our own envelope which field of a `match` is wrong.
pub fn wrong_match(WrongField { field, problem, is_unknown }: WrongField) -> Refusal {
    let code = if is_unknown { "UnknownField" } else { "InvalidField" };
    Refusal::bad_request(code, format!("The field 'match' is not as it should be: {problem}")).at(format!("match.{field}"))
}

fn since(fields: &Map<String, Value>) -> Result<Option<Uuid>, Refusal> {
    match fields.get("since") {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => entry_id(text).map(Some).map_err(|refusal| refusal.at("since")),
        Some(_) => Err(invalid("since", "it is the id of an entry")),
    }
}

fn whole_number(fields: &Map<String, Value>, name: &str) -> Result<Option<u64>, Refusal> {
    match fields.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(value) => value.as_u64().map(Some).ok_or_else(|| invalid(name, "it is a whole number from 0")),
    }
}

/// Reads the id of an entry.
pub fn entry_id(text: &str) -> Result<Uuid, Refusal> {
    let wrong =
        || Refusal::bad_request("InvalidField", format!("'{text}' is not the id of an entry: that is the answer's x-ms-request-id."));
    Uuid::try_parse(text).map_err(|_| wrong().at("id"))
}

/// Says that an entry is not there, or not any more.
pub fn no_such_entry(NoSuchEntry(id): NoSuchEntry) -> Refusal {
    let message = format!("The journal has no entry '{id}', or not any more: it keeps the newest 10,000 entries, or 32 MiB.");
    Refusal::bad_request("NoSuchEntry", message).at("id")
}

fn invalid(name: &str, form: &str) -> Refusal {
    Refusal::bad_request("InvalidField", format!("The field '{name}' is not as it should be: {form}.")).at(name)
}
