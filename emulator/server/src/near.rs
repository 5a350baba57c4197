//! Names that were meant: what a slip of the pen is like.
//!
//! Said to whoever names an operation, a method or a rule that there is not.

/// From which likeness on a name is suggested.
const NEAR: f64 = 0.75;

/// How many names are suggested.
const SUGGESTED_MAX: usize = 3;

/// Returns `, perhaps you mean 'NAME' or 'NAME'` with the names that are like `asked`, the likest first; empty where none is.
pub fn suggested<'a>(asked: &str, known: impl Iterator<Item = &'a str>) -> String {
    let lower = asked.to_lowercase();
    let nearness = |known: &str| {
        let known = known.to_lowercase();
        let shared = lower.len() > 3 && known.contains(&lower);
        if shared { 1.0 } else { strsim::jaro_winkler(&lower, &known).max(strsim::sorensen_dice(&lower, &known)) }
    };
    let mut near: Vec<(f64, &str)> = known.map(|known| (nearness(known), known)).filter(|(near, _)| *near >= NEAR).collect();
    near.sort_by(|(left, _), (right, _)| right.total_cmp(left));
    let near: Vec<String> = near.iter().take(SUGGESTED_MAX).map(|(_, name)| format!("'{name}'")).collect();
    if near.is_empty() { String::new() } else { format!(", perhaps you mean {}", near.join(" or ")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_alike_is_suggested_the_likest_first() {
        let known = ["Factories_Get", "Factories_Delete", "Subscriptions_List"];
        let suggested = |asked| suggested(asked, known.into_iter());
        assert!(suggested("Factories_Gett").starts_with(", perhaps you mean 'Factories_Get'"), "{}", suggested("Factories_Gett"));
        assert_eq!(suggested("subscriptions"), ", perhaps you mean 'Subscriptions_List'");
        assert_eq!(suggested("xyz"), "");
    }
}
