//! Sentences on a terminal: filled to its width, behind a margin.
//!
//! For what people read; JSON never goes through here.

/// The width to which text is filled, in characters. Our own choice: most terminals are wider.
const WIDTH: usize = 100;

/// Returns the text in lines of at most [`WIDTH`] characters with `margin` spaces before each; a longer word has a line
/// of its own.
pub(crate) fn filled(text: &str, margin: usize) -> String {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        match lines.last_mut() {
            Some(line) if line.chars().count() + 1 + word.chars().count() <= WIDTH => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(format!("{}{word}", " ".repeat(margin))),
        }
    }
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_put_together_up_to_the_width() {
        assert_eq!(filled("", 4), "");
        assert_eq!(filled("a  b\nc", 2), "  a b c");
        let text = filled(&"word ".repeat(40), 10);
        assert!(text.lines().all(|line| line.len() <= WIDTH && line.starts_with("          word")), "{text}");
        assert_eq!(text.lines().count(), 3);
        assert_eq!(filled(&format!("a {} b", "x".repeat(200)), 0).lines().count(), 3);
    }
}
