//! What a schedule request asks for: its body, both ways.
//!
//! Members that are null count as left out, unknown ones are ignored. Whether what is asked for is allowed is decided in
//! `request.rs`.

use crate::fault::Fault;
use crate::members;
use crate::rules::schedules as rules;
use crate::timestamp::{Duration, Timestamp};
use crate::world::{Document, drop_nulls};
use serde_json::{Value, json};
use std::sync::Arc;

/// The properties of a request as they are sent. The scope is that of the URL.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ScheduleRequestParameters {
    /// The object id of the principal.
    pub principal_id: String,
    /// The id of the role definition, under whichever scope.
    pub role_definition_id: String,
    /// What is to happen.
    pub request_type: String,
    /// The eligibility that is activated: its name or its id.
    pub linked_role_eligibility_schedule_id: Option<Arc<str>>,
    /// Why.
    pub justification: Option<Arc<str>>,
    /// The number of a ticket.
    pub ticket_number: Option<Arc<str>>,
    /// The system that has the ticket.
    pub ticket_system: Option<Arc<str>>,
    /// When it begins and ends.
    pub schedule_info: Option<ScheduleInfo>,
    /// A condition.
    pub condition: Option<Arc<str>>,
    /// The version of its language.
    pub condition_version: Option<Arc<str>>,
}

/// When an assignment begins and ends.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ScheduleInfo {
    /// When it begins; at once when it is left out.
    pub start_date_time: Option<Timestamp>,
    /// When it ends.
    pub expiration: Option<Expiration>,
}

/// When an assignment ends.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Expiration {
    /// `AfterDuration`, `AfterDateTime` or `NoExpiration`.
    pub expiration_type: Option<Arc<str>>,
    /// The end.
    pub end_date_time: Option<Timestamp>,
    /// How long it lasts, as ISO 8601 writes it.
    pub duration: Option<Arc<str>>,
}

impl ScheduleRequestParameters {
    /// Reads the body of a PUT.
    ///
    /// # Errors
    /// `schedule-request-is-whole`, `schedule-times-are-iso-8601`, `content-is-valid`.
    pub fn read(body: &Document) -> Result<Self, Fault> {
        let Some(Value::Object(properties)) = body.get("properties") else { return Err(rules::required_property_missing("properties")) };
        let text = |name: &str| text_of(properties, name);
        let required = |name: &str| text(name)?.map(|it| it.to_string()).ok_or_else(|| rules::required_property_missing(name));
        let ticket = members::object(properties, "ticketInfo")?;
        let of_ticket = |name: &str| ticket.map_or(Ok(None), |ticket| text_of(ticket, name));
        Ok(Self {
            principal_id: required("principalId")?,
            role_definition_id: required("roleDefinitionId")?,
            request_type: required("requestType")?,
            linked_role_eligibility_schedule_id: text("linkedRoleEligibilityScheduleId")?.filter(|it| !it.is_empty()),
            justification: text("justification")?,
            ticket_number: of_ticket("ticketNumber")?,
            ticket_system: of_ticket("ticketSystem")?,
            schedule_info: members::object(properties, "scheduleInfo")?.map(ScheduleInfo::read).transpose()?,
            condition: text("condition")?.filter(|it| !it.is_empty()),
            condition_version: text("conditionVersion")?,
        })
    }

    /// Returns the body of a PUT that asks for this.
    pub fn document(&self) -> Document {
        let ticket = (self.ticket_number.is_some() || self.ticket_system.is_some())
            .then(|| json!({ "ticketNumber": self.ticket_number.as_deref(), "ticketSystem": self.ticket_system.as_deref() }));
        let properties = json!({
            "principalId": self.principal_id,
            "roleDefinitionId": self.role_definition_id,
            "requestType": self.request_type,
            "linkedRoleEligibilityScheduleId": self.linked_role_eligibility_schedule_id.as_deref(),
            "justification": self.justification.as_deref(),
            "ticketInfo": ticket,
            "scheduleInfo": self.schedule_info.as_ref().map(ScheduleInfo::document),
            "condition": self.condition.as_deref(),
            "conditionVersion": self.condition_version.as_deref(),
        });
        let Value::Object(mut document) = json!({ "properties": properties }) else { return Document::new() };
        drop_nulls(&mut document);
        document
    }
}

impl ScheduleInfo {
    fn read(info: &Document) -> Result<Self, Fault> {
        let expiration = members::object(info, "expiration")?.map(|it| {
            Ok::<_, Fault>(Expiration {
                expiration_type: text_of(it, "type")?,
                end_date_time: time_of(it, "endDateTime")?,
                duration: text_of(it, "duration")?.filter(|text| !text.is_empty()),
            })
        });
        Ok(Self { start_date_time: time_of(info, "startDateTime")?, expiration: expiration.transpose()? })
    }

    /// Returns it as the wire has it, all members written.
    pub fn document(&self) -> Value {
        let expiration = self.expiration.as_ref().map(|it| {
            json!({ "type": it.expiration_type.as_deref(), "endDateTime": it.end_date_time.map(|at| at.to_string()),
                "duration": it.duration.as_deref() })
        });
        json!({ "startDateTime": self.start_date_time.map(|at| at.to_string()), "expiration": expiration })
    }

    /// Returns when it ends if it begins at `start`; none where it does not. A duration that is left out means no end,
    /// where `duration_may_be_missing`, as Azure takes it for eligibilities.
    ///
    /// # Errors
    /// `schedule-times-are-iso-8601`, `schedule-info-shape`.
    pub(super) fn end(&self, start: Timestamp, duration_may_be_missing: bool) -> Result<Option<Timestamp>, Fault> {
        let Some(expiration) = &self.expiration else { return Ok(None) };
        let given = (expiration.expiration_type.as_deref(), expiration.end_date_time, expiration.duration.as_deref());
        let end = match given {
            (Some(word), _, _) if word.eq_ignore_ascii_case("NoExpiration") => None,
            (Some(word), _, Some(text)) if word.eq_ignore_ascii_case("AfterDuration") => Some(after(start, text)?),
            (Some(word), _, None) if word.eq_ignore_ascii_case("AfterDuration") && duration_may_be_missing => None,
            (Some(word), Some(end), _) if word.eq_ignore_ascii_case("AfterDateTime") => Some(end),
            (None, None, Some(text)) => Some(after(start, text)?),
            (None, end, None) => end,
            _ => return Err(rules::invalid_schedule()),
        };
        if end.is_some_and(|end| end <= start) { Err(rules::invalid_schedule()) } else { Ok(end) }
    }
}

fn after(start: Timestamp, duration: &str) -> Result<Timestamp, Fault> {
    Duration::parse(duration).map(|duration| start.plus(duration)).ok_or_else(|| rules::unreadable_duration(duration))
}

fn text_of(object: &Document, name: &str) -> Result<Option<Arc<str>>, Fault> {
    Ok(members::text(object, name)?.map(Arc::from))
}

fn time_of(object: &Document, name: &str) -> Result<Option<Timestamp>, Fault> {
    let text = text_of(object, name)?.filter(|text| !text.is_empty());
    text.map(|text| Timestamp::parse(&text).ok_or_else(|| rules::unreadable_time(name, &text))).transpose()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_end_follows_from_what_is_said() {
        let start = Timestamp::from_seconds(1_000);
        let end = |expiration: Value, may_be_missing: bool| {
            let body = json!({ "expiration": expiration });
            ScheduleInfo::read(body.as_object().unwrap()).and_then(|info| info.end(start, may_be_missing)).map_err(|_| ())
        };
        let at = |seconds| Ok(Some(Timestamp::from_seconds(seconds)));
        assert_eq!(end(json!({ "type": "AfterDuration", "duration": "PT1H" }), false), at(4_600));
        assert_eq!(end(json!({ "type": "afterdatetime", "endDateTime": "1970-01-01T00:20:00Z" }), false), at(1_200));
        assert_eq!(end(json!({ "type": "NoExpiration" }), false), Ok(None));
        assert_eq!(end(Value::Null, false), Ok(None));
        assert_eq!(end(json!({ "duration": "PT1H" }), false), at(4_600));
        assert_eq!(end(json!({ "type": "AfterDuration" }), true), Ok(None));
        for wrong in [
            json!({ "type": "AfterDuration" }),
            json!({ "type": "AfterDuration", "duration": "soon" }),
            json!({ "type": "AfterDuration", "duration": "-PT1H" }),
            json!({ "type": "AfterDateTime" }),
            json!({ "type": "AfterDateTime", "endDateTime": "1970-01-01T00:00:00Z" }),
            json!({ "type": "AfterDateTime", "endDateTime": "tomorrow" }),
            json!({ "type": "Sometime" }),
        ] {
            assert_eq!(end(wrong.clone(), false), Err(()), "{wrong}");
        }
    }

    #[test]
    fn a_request_is_written_as_it_was_read() {
        let body = json!({ "properties": {
            "principalId": "p", "roleDefinitionId": "r", "requestType": "AdminAssign", "justification": "why",
            "ticketInfo": { "ticketNumber": "1" },
            "scheduleInfo": { "startDateTime": "2030-01-01T00:00:00Z", "expiration": { "type": "AfterDuration", "duration": "P365D" } } } });
        let read = ScheduleRequestParameters::read(body.as_object().unwrap()).unwrap();
        assert_eq!(Value::Object(read.document()), body);
    }
}
