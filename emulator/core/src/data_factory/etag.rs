//! Etags as Data Factory makes them: a counter, the region of the storage, the time of the write.
//!
//! Stored without the inner quotes that a factory's `eTag` shows. A write that changes nothing keeps the etag, which
//! is the caller's business. Follows `datafactory-wire` 1.3.

use crate::fault::Fault;
use crate::rules::lifecycle;
use crate::world::World;
use std::sync::Arc;

/// The 4-hex group that stands for the region of the storage, as far as recordings tell; others show `0000`.
const REGION_GROUPS: &[(&str, u16)] = &[("eastus", 0x0100), ("centralus", 0x0300), ("westus2", 0x0800), ("westeurope", 0x0d00)];

/// Draws the etag of a write that happens now, in a factory in `location` (normalised).
pub fn next(world: &mut World, location: &str) -> Arc<str> {
    let counter = world.ids.next_number() & 0xffff_ffff;
    let region = REGION_GROUPS.iter().find(|(name, _)| *name == location).map_or(0, |(_, group)| *group);
    let seconds = world.now.seconds() & 0xffff_ffff;
    format!("{counter:08x}-0000-{region:04x}-0000-{seconds:08x}0000").into()
}

/// Returns whether `header`, a list of etags or `*`, names `etag`. Quotes and `W/` do not count.
pub fn names(header: &str, etag: &str) -> bool {
    header.split(',').map(bare).any(|one| one == "*" || one.eq_ignore_ascii_case(etag))
}

/// Refuses a write whose `If-Match` names neither the etag that is there nor, with `*`, whatever is there.
///
/// # Errors
/// `etag-matches` when it does not fit, also when there is nothing yet.
pub fn require_match(if_match: Option<&str>, current: Option<&str>) -> Result<(), Fault> {
    match (if_match, current) {
        (None, _) => Ok(()),
        (Some(header), Some(etag)) if names(header, etag) => Ok(()),
        (Some(header), None) if bare(header) == "*" => Ok(()),
        (Some(_), _) => Err(lifecycle::etag_does_not_match()),
    }
}

fn bare(etag: &str) -> &str {
    let etag = etag.trim();
    etag.strip_prefix("W/").unwrap_or(etag).trim_matches(['"', '\\'])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::timestamp::Timestamp;

    #[test]
    fn the_last_digits_are_the_time_of_the_write() {
        let mut world = World { now: Timestamp::parse("2018-07-21T14:38:53.9Z").unwrap(), ..World::default() };
        assert_eq!(&*next(&mut world, "westeurope"), "00000001-0000-0d00-0000-5b53457d0000");
        assert_eq!(&*next(&mut world, "norwayeast"), "00000002-0000-0000-0000-5b53457d0000");
    }

    #[test]
    fn a_client_may_send_back_what_it_read_in_any_form() {
        let etag = "0000180d-0000-0000-0000-5b53457d0000";
        for header in [etag.to_owned(), format!("\"{etag}\""), format!("W/\"{etag}\""), format!("\"\\\"{etag}\\\"\""), "*".into()] {
            assert!(require_match(Some(&header), Some(etag)).is_ok(), "{header}");
        }
        assert!(require_match(Some("\"0000180e-0000-0000-0000-5b53457d0000\""), Some(etag)).is_err());
        assert!(require_match(Some(etag), None).is_err());
        assert!(require_match(Some("*"), None).is_ok(), "unconditional, as the API description says");
        assert!(require_match(None, Some(etag)).is_ok());
    }
}
