//! Words of commands that a person pastes into a POSIX shell.
//!
//! Names and paths come from clients: what a shell would take for more than a word of text is quoted.

use std::borrow::Cow;

/// Returns the text as one word; as it is where that is already one.
pub fn word(text: &str) -> Cow<'_, str> {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"_-./:@%+=,".contains(&byte);
    if !text.is_empty() && text.bytes().all(is_plain) { text.into() } else { quoted(text).into() }
}

/// Returns the text between single quotes, in which a shell replaces nothing.
pub fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "'\\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_shell_would_read_otherwise_is_quoted() {
        for (text, expected) in [
            ("/subscriptions/s/resourceGroups/rg-1", "/subscriptions/s/resourceGroups/rg-1"),
            ("http://127.0.0.1:4443", "http://127.0.0.1:4443"),
            ("http://[::1]:4443", "'http://[::1]:4443'"),
            ("", "''"),
            ("a b", "'a b'"),
            ("$(touch x)`;&|<>*?~#!\"\\\n", "'$(touch x)`;&|<>*?~#!\"\\\n'"),
            ("it's; '$x'", "'it'\\''s; '\\''$x'\\'''"),
            ("ä", "'ä'"),
        ] {
            assert_eq!(word(text), expected);
        }
    }

    /// What a shell makes of each word is the text again.
    #[cfg(unix)]
    #[test]
    fn a_shell_reads_each_word_back() {
        for text in
            ["/a/b", "a b", "it's", "'", "''", "$(echo x)", "`echo x`", "a;b&c|d", "* ? [a]", "~", "#", "!x", "\"", "\\", "a\nb", "", "ä"]
        {
            let script = format!("printf '%s' {}", word(text));
            let ran = std::process::Command::new("sh").args(["-c", &script]).output().unwrap();
            assert_eq!(String::from_utf8(ran.stdout).unwrap(), text, "{script}");
        }
    }
}
