//! The `$filter` of role assignments and role definitions: terms joined by `and`.
//!
//! Only the form is read here; which terms a list supports is its own. Names compare without case, a quote inside a
//! value is written twice.
//! Follows <https://learn.microsoft.com/azure/role-based-access-control/role-assignments-list-rest>.

/// One term of a filter; names in lower case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Term {
    /// A function without a value, such as `atScope()`.
    Call(String),
    /// A function of a value, such as `assignedTo('…')`.
    CallOf(String, String),
    /// A property and the value that it must have, such as `roleName eq '…'`.
    Equals(String, String),
}

/// Reads a filter; `None` when it has another form.
pub(super) fn terms(filter: &str) -> Option<Vec<Term>> {
    let mut terms = Vec::new();
    let mut left = filter.trim();
    loop {
        let (term, rest) = term(left)?;
        terms.push(term);
        if rest.is_empty() {
            return Some(terms);
        }
        let (and, after) = rest.trim_start().split_at_checked(3)?;
        if !and.eq_ignore_ascii_case("and") || !rest.starts_with(char::is_whitespace) || !after.starts_with(char::is_whitespace) {
            return None;
        }
        left = after.trim_start();
    }
}

fn term(text: &str) -> Option<(Term, &str)> {
    let end = text.find(|letter: char| !letter.is_ascii_alphanumeric())?;
    let (name, rest) = text.split_at_checked(end).filter(|(name, _)| !name.is_empty())?;
    let name = name.to_ascii_lowercase();
    if let Some(inside) = rest.strip_prefix('(') {
        if let Some(after) = inside.trim_start().strip_prefix(')') {
            return Some((Term::Call(name), after));
        }
        let (value, after) = quoted(inside.trim_start())?;
        return Some((Term::CallOf(name, value), after.trim_start().strip_prefix(')')?));
    }
    let (operator, after) = rest.trim_start().split_at_checked(2)?;
    if !operator.eq_ignore_ascii_case("eq") || !after.starts_with(char::is_whitespace) {
        return None;
    }
    let (value, after) = quoted(after.trim_start())?;
    Some((Term::Equals(name, value), after))
}

fn quoted(text: &str) -> Option<(String, &str)> {
    let mut value = String::new();
    let mut left = text.strip_prefix('\'')?;
    loop {
        let (part, after) = left.split_once('\'')?;
        value.push_str(part);
        match after.strip_prefix('\'') {
            Some(rest) => {
                value.push('\'');
                left = rest;
            }
            None => return Some((value, after)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn terms_are_read_whatever_their_spacing_and_case() {
        let call = |name: &str| Term::Call(name.to_owned());
        let of = |name: &str, value: &str| Term::CallOf(name.to_owned(), value.to_owned());
        let equals = |name: &str, value: &str| Term::Equals(name.to_owned(), value.to_owned());
        assert_eq!(terms("atScope()"), Some(vec![call("atscope")]));
        assert_eq!(terms(" AtScope( ) AND  assignedTo( 'x' )"), Some(vec![call("atscope"), of("assignedto", "x")]));
        assert_eq!(terms("roleName  EQ 'it''s and so'"), Some(vec![equals("rolename", "it's and so")]));
        assert_eq!(terms("atScopeAndBelow() and type eq 'CustomRole'"), Some(vec![call("atscopeandbelow"), equals("type", "CustomRole")]));
    }

    #[test]
    fn what_has_another_form_is_not_read() {
        for filter in
            ["", "atScope", "principalId eq x", "principalId eq 'x", "principalId ne 'x'", "a() or b()", "a() andb()", "a()and b()", "'x'"]
        {
            assert_eq!(terms(filter), None, "{filter}");
        }
    }
}
