//! What Azure's JSON reader says of a body that it cannot read, and where a member of one that it can read stands.
//!
//! The reader is Newtonsoft's: sentences, path, line and position are its own (`arm-wire` 1.3). A position is how many
//! characters of the line were read. Nothing is read here but what was refused elsewhere: `lenient_json.rs` says what is
//! accepted.
//! Follows <https://www.newtonsoft.com/json/help/html/SerializationErrorHandling.htm>.

use std::str::Chars;

/// How deep a text may be nested.
pub const LEVELS_MAX: usize = 100;

/// A place in a body, by the path of the member.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// Behind the member's name and its colon.
    Name(String),
    /// Behind the first token of its value.
    Value(String),
    /// Behind the last token of its value.
    End(String),
}

impl Place {
    /// Returns the path of the member.
    pub fn path(&self) -> &str {
        match self {
            Self::Name(path) | Self::Value(path) | Self::End(path) => path,
        }
    }
}

/// Returns what the reader says of a text that it cannot read; none of one that it can.
pub fn problem_of(text: &str) -> Option<String> {
    Reader::new(text, None).document().err()
}

/// Returns line and position of a place in a text, as far as that can be read.
pub fn position_of(text: &str, place: &Place) -> Option<(usize, usize)> {
    let mut reader = Reader::new(text, Some(place));
    // What cannot be read behind the place does not matter.
    drop(reader.document());
    reader.found
}

/// One step of a path.
enum Step {
    Name(String),
    Index(usize),
}

struct Reader<'a> {
    rest: Chars<'a>,
    line: usize,
    position: usize,
    path: Vec<Step>,
    sought: Option<&'a Place>,
    found: Option<(usize, usize)>,
}

/// Nothing, or what the reader says.
type Read = Result<(), String>;

impl<'a> Reader<'a> {
    fn new(text: &'a str, sought: Option<&'a Place>) -> Self {
        Self { rest: text.chars(), line: 1, position: 0, path: Vec::new(), sought, found: None }
    }

    fn document(&mut self) -> Read {
        self.skip_blank()?;
        if self.peek().is_none() {
            return self.says("Error reading JObject from JsonReader.");
        }
        self.value()?;
        self.skip_blank()?;
        match self.peek() {
            None => Ok(()),
            Some(letter) => self.says(&format!("Additional text encountered after finished reading JSON content: {letter}.")),
        }
    }

    fn value(&mut self) -> Read {
        match self.peek() {
            Some('{') => self.nested(Self::object),
            Some('[') => self.nested(Self::array),
            Some('"' | '\'') => self.string().map(|_| self.has_read(Place::Value)),
            Some(letter) if letter.is_ascii_alphanumeric() || matches!(letter, '-' | '.') => self.literal(),
            Some(letter) => self.says(&format!("Unexpected character encountered while parsing value: {letter}.")),
            None => self.says("Unexpected end when reading JSON."),
        }
    }

    fn nested(&mut self, inside: fn(&mut Self) -> Read) -> Read {
        self.bump();
        self.has_read(Place::Value);
        if self.path.len() >= LEVELS_MAX {
            return self.says(&format!("The reader's MaxDepth of {LEVELS_MAX} has been exceeded."));
        }
        inside(self)?;
        self.has_read(Place::End);
        Ok(())
    }

    fn object(&mut self) -> Read {
        loop {
            self.skip_blank()?;
            let name = match self.peek() {
                None => return self.says("Unexpected end when deserializing object."),
                Some('}') => return self.pass(),
                Some('"' | '\'') => self.string()?,
                Some(letter) if is_of_a_name(letter) => self.word(is_of_a_name),
                Some(letter) => return self.says(&format!("Invalid property identifier character: {letter}.")),
            };
            self.skip_blank()?;
            match self.peek() {
                None => return self.says("Unexpected end when deserializing object."),
                Some(':') => self.pass()?,
                Some(letter) => {
                    return self.says(&format!("Invalid character after parsing property name. Expected ':' but got: {letter}."));
                }
            }
            self.path.push(Step::Name(name));
            self.has_read(Place::Name);
            self.skip_blank()?;
            if self.peek().is_none()
                && let Some(Step::Name(name)) = self.path.last()
            {
                let sentence = format!("Unexpected end when setting {name}'s value.");
                return self.says(&sentence);
            }
            self.value()?;
            self.comma_or('}', "Unexpected end when deserializing object.")?;
            self.path.pop();
        }
    }

    fn array(&mut self) -> Read {
        let mut index = 0;
        loop {
            self.skip_blank()?;
            match self.peek() {
                None => return self.says("Unexpected end when deserializing array."),
                Some(']') => return self.pass(),
                Some(_) => {}
            }
            self.path.push(Step::Index(index));
            self.value()?;
            self.comma_or(']', "Unexpected end when deserializing array.")?;
            self.path.pop();
            index += 1;
        }
    }

    /// Reads what may follow a value: a comma, or what closes, which is left.
    fn comma_or(&mut self, closing: char, at_the_end: &str) -> Read {
        self.skip_blank()?;
        match self.peek() {
            Some(',') => self.pass(),
            Some(letter) if letter == closing => Ok(()),
            Some(letter) => self.says(&format!("After parsing a value an unexpected character was encountered: {letter}.")),
            None => self.says(at_the_end),
        }
    }

    fn string(&mut self) -> Result<String, String> {
        let delimiter = self.bump().unwrap_or('"');
        let mut text = String::new();
        loop {
            match self.bump() {
                None => return self.says(&format!("Unterminated string. Expected delimiter: {delimiter}.")).map(|()| text),
                Some(letter) if letter == delimiter => return Ok(text),
                Some('\\') => match self.bump() {
                    Some('u') => text.push(self.code_unit()?),
                    Some('n') => text.push('\n'),
                    Some('r') => text.push('\r'),
                    Some('t') => text.push('\t'),
                    Some('b') => text.push('\u{8}'),
                    Some('f') => text.push('\u{c}'),
                    Some(letter @ ('"' | '\'' | '\\' | '/')) => text.push(letter),
                    Some(letter) => return self.says(&format!("Bad JSON escape sequence: \\{letter}.")).map(|()| text),
                    None => return self.says(&format!("Unterminated string. Expected delimiter: {delimiter}.")).map(|()| text),
                },
                Some(letter) => text.push(letter),
            }
        }
    }

    /// Reads four hexadecimal digits; half of a pair stands for itself, because only its place counts.
    fn code_unit(&mut self) -> Result<char, String> {
        let digits: String = self.rest.clone().take(4).collect();
        match u32::from_str_radix(&digits, 16) {
            Ok(code) if digits.len() == 4 => {
                self.rest.nth(3);
                self.position += 4;
                Ok(char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER))
            }
            _ => self.says(&format!("Invalid Unicode escape sequence: \\u{digits}.")).map(|()| ' '),
        }
    }

    fn literal(&mut self) -> Read {
        let word = self.word(|letter| letter.is_ascii_alphanumeric() || matches!(letter, '-' | '+' | '.'));
        let is_number = || {
            let digits = word.strip_prefix('-').unwrap_or(&word);
            let is_hexadecimal = digits.get(..2).is_some_and(|start| start.eq_ignore_ascii_case("0x"));
            digits.starts_with(|letter: char| letter.is_ascii_digit())
                && (is_hexadecimal || digits.parse::<f64>().is_ok_and(f64::is_finite))
        };
        match word.chars().next() {
            _ if matches!(word.as_str(), "true" | "false" | "null") || is_number() => {}
            Some('t' | 'f') => return self.says("Error parsing boolean value."),
            Some('n') => return self.says("Error parsing null value."),
            _ => return self.says(&format!("Input string '{word}' is not a valid number.")),
        }
        self.has_read(Place::Value);
        Ok(())
    }

    fn skip_blank(&mut self) -> Read {
        loop {
            match self.peek() {
                Some(letter) if letter.is_whitespace() => self.pass()?,
                Some('/') => self.comment()?,
                _ => return Ok(()),
            }
        }
    }

    fn comment(&mut self) -> Read {
        self.bump();
        match self.bump() {
            Some('/') => while self.peek().is_some_and(|letter| letter != '\n') && self.bump().is_some() {},
            Some('*') => {
                let mut last = ' ';
                loop {
                    match self.bump() {
                        Some('/') if last == '*' => break,
                        Some(letter) => last = letter,
                        None => return self.says("Unexpected end while parsing comment."),
                    }
                }
            }
            Some(letter) => return self.says(&format!("Error parsing comment. Expected: *, got {letter}.")),
            None => return self.says("Unexpected end while parsing comment."),
        }
        Ok(())
    }

    fn word(&mut self, is_of_it: fn(char) -> bool) -> String {
        let mut word = String::new();
        while let Some(letter) = self.peek().filter(|letter| is_of_it(*letter)) {
            word.push(letter);
            self.bump();
        }
        word
    }

    fn peek(&self) -> Option<char> {
        self.rest.clone().next()
    }

    fn bump(&mut self) -> Option<char> {
        let letter = self.rest.next()?;
        match letter {
            '\n' => (self.line, self.position) = (self.line + 1, 0),
            _ => self.position += letter.len_utf16(),
        }
        Some(letter)
    }

    fn pass(&mut self) -> Read {
        self.bump();
        Ok(())
    }

    /// Notes the place when it is the one that is sought.
    fn has_read(&mut self, place: fn(String) -> Place) {
        if self.found.is_none() && self.sought.is_some_and(|sought| *sought == place(self.path())) {
            self.found = Some((self.line, self.position));
        }
    }

    fn path(&self) -> String {
        let written = self.path.iter().map(|step| match step {
            Step::Index(index) => format!("[{index}]"),
            Step::Name(name) => format!(".{name}"),
        });
        let path: String = written.collect();
        path.strip_prefix('.').map(str::to_owned).unwrap_or(path)
    }

    fn says(&self, sentence: &str) -> Read {
        // At the very start the reader is on no line yet.
        let line = if self.line == 1 && self.position == 0 { 0 } else { self.line };
        Err(format!("{sentence} Path '{}', line {line}, position {}.", self.path(), self.position))
    }
}

/// Whether a name without quotes may have this letter.
fn is_of_a_name(letter: char) -> bool {
    letter.is_alphanumeric() || matches!(letter, '_' | '$')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lenient_json;

    #[test]
    fn each_mistake_has_the_readers_sentence() {
        for (text, sentence) in [
            ("", "Error reading JObject from JsonReader. Path '', line 0, position 0."),
            ("not", "Error parsing null value. Path '', line 1, position 3."),
            ("abc", "Input string 'abc' is not a valid number. Path '', line 1, position 3."),
            ("<a>", "Unexpected character encountered while parsing value: <. Path '', line 0, position 0."),
            ("{", "Unexpected end when deserializing object. Path '', line 1, position 1."),
            ("{{", "Invalid property identifier character: {. Path '', line 1, position 1."),
            ("{\"a\"}", "Invalid character after parsing property name. Expected ':' but got: }. Path '', line 1, position 4."),
            ("{\"a\":", "Unexpected end when setting a's value. Path 'a', line 1, position 5."),
            ("{\"a\":}", "Unexpected character encountered while parsing value: }. Path 'a', line 1, position 5."),
            ("{\"a\": \"x", "Unterminated string. Expected delimiter: \". Path 'a', line 1, position 8."),
            ("{\"a\": \"\\x\"}", "Bad JSON escape sequence: \\x. Path 'a', line 1, position 9."),
            (
                "{\n  \"a\": 1\n  \"b\": 2\n}",
                "After parsing a value an unexpected character was encountered: \". Path 'a', line 3, position 2.",
            ),
            ("{\"a\": [1, {\"b\": tru}]}", "Error parsing boolean value. Path 'a[1].b', line 1, position 19."),
            ("{\"a\": [1", "Unexpected end when deserializing array. Path 'a[0]', line 1, position 8."),
            ("{\"a\": 1}}", "Additional text encountered after finished reading JSON content: }. Path '', line 1, position 8."),
            ("{a: 1, /* b", "Unexpected end while parsing comment. Path '', line 1, position 11."),
            ("{a: 1e999}", "Input string '1e999' is not a valid number. Path 'a', line 1, position 9."),
        ] {
            assert_eq!(problem_of(text).as_deref(), Some(sentence), "{text}");
        }
        assert_eq!(problem_of("{a: 'b', // c\n  \"d\\u0041\": [-1.5e3, 0x1F, true, null,],}"), None);
        let deep = problem_of(&"[".repeat(100_000)).unwrap();
        assert!(deep.starts_with("The reader's MaxDepth of 100 has been exceeded. Path '[0][0]"), "{deep}");
    }

    #[test]
    fn a_member_is_found_by_its_path() {
        // As recorded: of a name the colon counts, of a value its first character.
        let text = "{\n  \"properties\": {\n    \"enforcementMode\": {\n    }\n  },\r\n  \"tags\": { \"a.b\": \"ü\", \"c\": [0, 1] }\n}";
        for (place, found) in [
            (Place::Name("properties.enforcementMode".to_owned()), Some((3, 22))),
            (Place::Value("properties.enforcementMode".to_owned()), Some((3, 24))),
            (Place::End("properties".to_owned()), Some((5, 3))),
            (Place::Value("tags.a.b".to_owned()), Some((6, 22))),
            (Place::Value("tags.c[1]".to_owned()), Some((6, 34))),
            (Place::End("tags.d".to_owned()), None),
        ] {
            assert_eq!(position_of(text, &place), found, "{place:?}");
        }
    }

    proptest::proptest! {
        #[test]
        fn what_is_read_has_no_problem(text in "[ \\[\\]{}:,\"a-c0-9.eE+/*'\\\\-]{0,24}") {
            if lenient_json::parse(&text).is_ok() {
                proptest::prop_assert_eq!(problem_of(&text), None);
            }
        }
    }
}
