//! JSON as Azure's reader takes it: with comments, single quotes, names without quotes, line breaks inside of texts, and
//! commas at the end.
//!
//! The Azure CLI sends deployments like that: the user's template as it stands in the file, under a name without quotes.
//! A number that JSON cannot hold is refused. The grammar is the library's; which of its freedoms count is decided here.

use jsonc_parser::{JsonValue, ParseOptions, parse_to_value};
use serde_json::{Map, Number, Value};

/// What Azure's reader accepts, and what it does not.
const FREEDOMS: ParseOptions = ParseOptions {
    allow_comments: true,
    allow_loose_object_property_names: true,
    allow_trailing_commas: true,
    allow_missing_commas: false,
    allow_single_quoted_strings: true,
    allow_hexadecimal_numbers: true,
    allow_unary_plus_numbers: false,
    allow_bare_decimal_point_numbers: false,
    allow_non_finite_numbers: false,
    allow_extended_string_escapes: false,
};

/// Reads a text; of a repeated name the last value counts.
///
/// # Errors
/// What cannot be read, and where.
pub fn parse(text: &str) -> Result<Value, String> {
    let parsed = parse_to_value(text, &FREEDOMS).map_err(|problem| problem.to_string())?;
    value(parsed.ok_or("There is no value in it")?)
}

fn value(parsed: JsonValue<'_>) -> Result<Value, String> {
    Ok(match parsed {
        JsonValue::Null => Value::Null,
        JsonValue::Boolean(truth) => Value::Bool(truth),
        JsonValue::String(text) => Value::String(text.into_owned()),
        JsonValue::Number(digits) => Value::Number(number(digits).ok_or_else(|| format!("'{digits}' is not a number of JSON"))?),
        JsonValue::Array(elements) => Value::Array(elements.into_iter().map(value).collect::<Result<_, _>>()?),
        JsonValue::Object(members) => {
            let members = members.into_iter().map(|(name, member)| value(member).map(|member| (name.into_owned(), member)));
            Value::Object(members.collect::<Result<Map<_, _>, _>>()?)
        }
    })
}

fn number(digits: &str) -> Option<Number> {
    let hexadecimal = digits.strip_prefix("0x").or_else(|| digits.strip_prefix("0X"));
    match hexadecimal {
        Some(digits) => u64::from_str_radix(digits, 16).ok().map(Number::from),
        None => serde_json::from_str(digits).ok(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_the_azure_cli_sends_is_read() {
        let body = "{\"properties\": {\"mode\": \"Incremental\", template:{\n  // the user's file\n  'outputs': {}, /* as it */\n  \
                    \"text\": \"is,\n  with breaks\", \"list\": [1, 0x1F,],\n}}}";
        let expected = json!({ "properties": { "mode": "Incremental", "template": { "outputs": {}, "text": "is,\n  with breaks", "list": [1, 31] } } });
        assert_eq!(parse(body), Ok(expected));
        assert_eq!(parse("{a:1,b:2,a:3}").unwrap().to_string(), r#"{"a":3,"b":2}"#);
    }

    #[test]
    fn what_nobody_could_mean_is_refused() {
        let cases =
            ["", "// x", "{", "{a b:1}", "{a:1 b:2}", "{a:}", "{a:1}}", "{a:+1}", "{a:NaN}", "{a:.5}", "{a:1e999}", "{a:\"\\x41\"}", "a=b"];
        for text in cases {
            assert!(parse(text).is_err(), "{text}");
        }
        assert!(parse(&"[".repeat(100_000)).is_err());
    }

    proptest::proptest! {
        #[test]
        fn strict_json_is_read_as_it_is(text in "[ \\[\\]{}:,\"a-c0-9.eE+/*'\\\\-]{0,24}") {
            if let Ok(strict) = serde_json::from_str::<Value>(&text) {
                proptest::prop_assert_eq!(parse(&text), Ok(strict));
            }
        }
    }
}
