//! What is printed, and how: a document as text for people or JSON for programs.
//!
//! Text is plain unless standard output is a terminal, and never coloured when `NO_COLOR` is set
//! (<https://no-color.org>). A reader that closes the pipe is no error.

use crate::arguments::Format;
use serde::Serialize;
use serde_json::{Value, json};
use std::{
    fmt::{self, Write as _},
    io::{self, IsTerminal, Write},
};

/// What a subcommand has to say: the service's document, and the same in words.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Document {
    pub(crate) json: Value,
    pub(crate) text: String,
}

impl Document {
    /// A document of the service, and how it reads.
    pub(crate) fn new(document: &impl Serialize, text: impl fmt::Display) -> Self {
        Self { json: serde_json::to_value(document).unwrap_or(Value::Null), text: text.to_string() }
    }

    /// The outcome of a deletion.
    pub(crate) fn deleted(what: &str, name: &str, existed: bool) -> Self {
        let text = if existed { format!("Deleted {what} '{name}'.") } else { format!("There was no {what} '{name}'.") };
        Self { json: json!({ "deleted": existed }), text }
    }

    /// Writes the document in the chosen format.
    pub(crate) fn write(&self, format: Format, out: &mut impl Write) -> io::Result<()> {
        match format {
            Format::Table => writeln!(out, "{}", self.text.trim_end()),
            Format::Json => writeln!(out, "{:#}", self.json),
        }
    }
}

/// Rows under headings, in columns as wide as their widest cell.
#[derive(Debug, Clone, Default)]
pub(crate) struct Table {
    rows: Vec<Vec<String>>,
}

impl Table {
    /// A table with these headings.
    pub(crate) fn new<const N: usize>(headings: [&str; N]) -> Self {
        Self { rows: vec![headings.iter().map(|it| it.to_uppercase()).collect()] }
    }

    /// Adds a row; a missing value shows as a dash.
    pub(crate) fn row<const N: usize>(&mut self, cells: [Option<&str>; N]) {
        let cells = cells.iter().map(|cell| match cell {
            Some(text) if !text.is_empty() => (*text).to_owned(),
            _ => "-".to_owned(),
        });
        self.rows.push(cells.collect());
    }

    /// The table, or a sentence when it has no rows.
    pub(crate) fn or_else(&self, sentence: &str) -> String {
        if self.rows.len() > 1 { self.to_string() } else { sentence.to_owned() }
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let columns = self.rows.iter().map(Vec::len).max().unwrap_or(0);
        let widths: Vec<usize> = (0..columns)
            .map(|column| {
                let cells = self.rows.iter().filter_map(|row| row.get(column));
                cells.map(|cell| cell.chars().count()).max().unwrap_or(0)
            })
            .collect();
        for row in &self.rows {
            let mut line = String::new();
            for (cell, width) in row.iter().zip(&widths) {
                write!(line, "{cell:<width$}  ")?;
            }
            writeln!(f, "{}", line.trim_end())?;
        }
        Ok(())
    }
}

/// Labels with their values, one a line; values that are missing are left out.
#[derive(Debug, Clone, Default)]
pub(crate) struct Details(Vec<(&'static str, String)>);

impl Details {
    /// The same with one more line.
    pub(crate) fn with(mut self, label: &'static str, value: Option<&str>) -> Self {
        if let Some(value) = value.filter(|value| !value.is_empty()) {
            self.0.push((label, value.to_owned()));
        }
        self
    }
}

impl fmt::Display for Details {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let width = self.0.iter().map(|(label, _)| label.len()).max();
        let width = width.unwrap_or(0);
        for (label, value) in &self.0 {
            writeln!(f, "{label:<width$}  {value}")?;
        }
        Ok(())
    }
}

/// Colours, or none.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Paint {
    on: bool,
}

impl Paint {
    /// Colours if the stream is a terminal that wants them.
    pub(crate) fn for_stream(stream: &impl IsTerminal) -> Self {
        let variable = |name: &str| std::env::var(name).unwrap_or_default();
        Self { on: stream.is_terminal() && wants_colour(&variable("NO_COLOR"), &variable("TERM")) }
    }

    /// Never colours.
    #[cfg(test)]
    pub(crate) fn plain() -> Self {
        Self { on: false }
    }

    /// A heading.
    pub(crate) fn bold(self, text: &str) -> String {
        self.style("1", text)
    }

    /// What went well.
    pub(crate) fn green(self, text: &str) -> String {
        self.style("32", text)
    }

    /// A refusal that was expected.
    pub(crate) fn yellow(self, text: &str) -> String {
        self.style("33", text)
    }

    /// What went wrong.
    pub(crate) fn red(self, text: &str) -> String {
        self.style("1;31", text)
    }

    /// What may be skipped.
    pub(crate) fn dim(self, text: &str) -> String {
        self.style("2", text)
    }

    fn style(self, code: &str, text: &str) -> String {
        if self.on { format!("\x1b[{code}m{text}\x1b[0m") } else { text.to_owned() }
    }
}

fn wants_colour(no_color: &str, term: &str) -> bool {
    no_color.is_empty() && term != "dumb"
}

/// Breaks a text into lines of at most `width` characters, at spaces only.
pub(crate) fn wrap(text: &str, width: usize) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = String::new();
    for word in text.split_whitespace() {
        if !line.is_empty() && line.chars().count() + 1 + word.chars().count() > width {
            lines.push(std::mem::take(&mut line));
        }
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    if !line.is_empty() {
        lines.push(line);
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_as_wide_as_their_widest_cell() {
        let mut table = Table::new(["name", "location"]);
        table.row([Some("adf-shared"), Some("eastus")]);
        table.row([Some("æøå"), None]);
        assert_eq!(table.to_string(), "NAME        LOCATION\nadf-shared  eastus\næøå         -\n");
    }

    #[test]
    fn an_empty_table_is_a_sentence() {
        assert_eq!(Table::new(["name"]).or_else("No factories."), "No factories.");
    }

    #[test]
    fn details_leave_out_what_is_missing() {
        let details = Details::default().with("Name", Some("ir1")).with("Description", None).with("State", Some("Online"));
        assert_eq!(details.to_string(), "Name   ir1\nState  Online\n");
    }

    #[test]
    fn a_document_is_written_as_asked() {
        let document = Document::deleted("factory", "f", true);
        let mut out = Vec::new();
        document.write(Format::Table, &mut out).unwrap();
        document.write(Format::Json, &mut out).unwrap();
        assert_eq!(String::from_utf8(out).unwrap(), "Deleted factory 'f'.\n{\n  \"deleted\": true\n}\n");
    }

    #[test]
    fn no_color_and_dumb_terminals_are_respected() {
        assert!(wants_colour("", "xterm"));
        assert!(!wants_colour("1", "xterm"));
        assert!(!wants_colour("", "dumb"));
        assert_eq!(Paint::plain().red("x"), "x");
        assert_eq!(Paint { on: true }.red("x"), "\x1b[1;31mx\x1b[0m");
    }

    #[test]
    fn long_text_breaks_at_spaces() {
        assert_eq!(wrap("one two  three", 7), ["one two", "three"]);
        assert_eq!(wrap("unbreakable", 3), ["unbreakable"]);
        assert!(wrap(" ", 3).is_empty());
    }
}
