//! GUIDs as Azure reads them: in the ids of subscriptions in one form alone, elsewhere in those that .NET reads.
//!
//! The `uuid` crate reads more forms than Azure does. In an id that would make one subscription show under several keys.

use uuid::Uuid;

/// The length of a GUID with its dashes.
const DASHED: usize = 36;
/// The length of a GUID without dashes.
const SIMPLE: usize = 32;

/// Reads a GUID with dashes and nothing around it, as it stands in the id of a subscription.
pub fn dashed(text: &str) -> Option<Uuid> {
    if text.len() == DASHED { Uuid::try_parse(text).ok() } else { None }
}

/// Reads a GUID as .NET does: with dashes, and then also in braces or parentheses, or without.
pub fn read(text: &str) -> Option<Uuid> {
    let inside = |open: char, close: char| text.strip_prefix(open).and_then(|rest| rest.strip_suffix(close));
    match inside('{', '}').or_else(|| inside('(', ')')) {
        Some(inside) => dashed(inside),
        None if text.len() == SIMPLE => Uuid::try_parse(text).ok(),
        None => dashed(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_form_is_read_where_azure_reads_it() {
        let id = Uuid::from_u128(0x2222_2222_2222_2222_2222_2222_2222_2222);
        let [plain, simple] = [id.to_string(), id.simple().to_string()];
        assert_eq!((dashed(&plain), read(&plain), dashed(&plain.to_uppercase())), (Some(id), Some(id), Some(id)));
        for text in [simple.clone(), format!("{{{plain}}}"), format!("({plain})")] {
            assert_eq!((dashed(&text), read(&text)), (None, Some(id)), "{text}");
        }
        for text in ["", "x", &format!("urn:uuid:{plain}"), &format!("{{{simple}}}"), &format!("{{{plain}"), &plain.replacen('-', "2", 1)] {
            assert_eq!((dashed(text), read(text)), (None, None), "{text}");
        }
    }
}
