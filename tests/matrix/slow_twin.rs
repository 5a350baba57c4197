//! The decision found the slow and obvious way, over plain texts: what the evaluator is compared with.
//!
//! Shares nothing with the core, not even the table of roles: it reads `fixtures/roles` itself. It lower-cases everything
//! first, tries every place where a `*` could end, walks groups and scopes anew for each question, and reduces a
//! condition from the innermost parentheses outwards. Never fast, never clever.

use std::collections::BTreeMap;
use std::path::Path;

/// A permission object of a role, in lower case.
#[derive(Clone, Debug, Default)]
pub(crate) struct Permission {
    /// Patterns of allowed actions.
    pub(crate) actions: Vec<String>,
    /// Patterns of actions that are taken out again.
    pub(crate) not_actions: Vec<String>,
    /// Patterns of allowed data actions.
    pub(crate) data_actions: Vec<String>,
    /// Patterns of data actions that are taken out again.
    pub(crate) not_data_actions: Vec<String>,
    /// The condition.
    pub(crate) condition: Option<String>,
}

/// Who holds which role where.
#[derive(Clone, Debug)]
pub(crate) struct Assignment {
    /// A principal or a group.
    pub(crate) principal: String,
    /// The name of the role.
    pub(crate) role: String,
    /// The scope.
    pub(crate) scope: String,
    /// The condition.
    pub(crate) condition: Option<String>,
}

/// What nobody may do somewhere.
#[derive(Clone, Debug)]
pub(crate) struct Denial {
    /// Principals and groups that are named; the all-zero GUID is everyone.
    pub(crate) principals: Vec<String>,
    /// Principals and groups that are spared.
    pub(crate) excluded: Vec<String>,
    /// The pattern that is denied.
    pub(crate) action: String,
    /// The pattern that is taken out again.
    pub(crate) not_action: String,
    /// The scope.
    pub(crate) scope: String,
    /// Whether scopes below are left alone.
    pub(crate) only_there: bool,
}

/// Everything that a decision depends on.
#[derive(Clone, Debug, Default)]
pub(crate) struct Facts {
    /// The permission objects of each role, by its name in lower case.
    pub(crate) roles: BTreeMap<String, Vec<Permission>>,
    /// Groups and their direct members: pairs of group and member.
    pub(crate) members: Vec<(String, String)>,
    /// The role assignments.
    pub(crate) assignments: Vec<Assignment>,
    /// The deny assignments.
    pub(crate) denials: Vec<Denial>,
}

impl Facts {
    /// Returns whether `principal` may do `action` at `scope`.
    pub(crate) fn allow(&self, principal: &str, action: &str, scope: &str, is_data_action: bool) -> bool {
        let mut allowed = false;
        for assignment in &self.assignments {
            let about_the_caller = self.is_or_holds(&assignment.principal, principal);
            let about_the_scope = is_at_or_above(&assignment.scope, scope);
            if about_the_caller && about_the_scope && holds(&assignment.condition, action) {
                for permission in &self.roles[&assignment.role.to_lowercase()] {
                    allowed = allowed || permission_allows(permission, action, is_data_action);
                }
            }
        }
        for denial in &self.denials {
            let names = |list: &[String]| list.iter().filter(|it| self.is_or_holds(it, principal)).count() > 0;
            let everyone = denial.principals.iter().filter(|it| it.replace(['0', '-'], "").is_empty()).count() > 0;
            let about_the_caller = (everyone || names(&denial.principals)) && !names(&denial.excluded);
            let below = !is_at_or_above(scope, &denial.scope);
            let about_the_scope = is_at_or_above(&denial.scope, scope) && !(denial.only_there && below);
            let about_the_action = !is_data_action && matches(&denial.action, action) && !matches(&denial.not_action, action);
            allowed = allowed && !(about_the_caller && about_the_scope && about_the_action);
        }
        allowed
    }

    fn is_or_holds(&self, holder: &str, principal: &str) -> bool {
        let mut reached = vec![principal.to_lowercase()];
        for _ in 0..=self.members.len() {
            for (group, member) in &self.members {
                if reached.contains(&member.to_lowercase()) && !reached.contains(&group.to_lowercase()) {
                    reached.push(group.to_lowercase());
                }
            }
        }
        reached.contains(&holder.to_lowercase())
    }
}

/// Returns whether one permission object allows the action, its condition included.
pub(crate) fn permission_allows(permission: &Permission, action: &str, is_data_action: bool) -> bool {
    let action = action.to_lowercase();
    let (allowed, taken_out) = match is_data_action {
        true => (&permission.data_actions, &permission.not_data_actions),
        false => (&permission.actions, &permission.not_actions),
    };
    let covers = |list: &[String]| list.iter().filter(|pattern| matches(pattern, &action)).count() > 0;
    covers(allowed) && !covers(taken_out) && holds(&permission.condition, &action)
}

/// Returns whether a pattern covers an action: some way of giving each `*` a run of characters does.
pub(crate) fn matches(pattern: &str, action: &str) -> bool {
    let (pattern, action) = (pattern.to_lowercase(), action.to_lowercase());
    match pattern.split_once('*') {
        None => pattern == action,
        Some((head, rest)) => {
            let ends = (0..=action.len()).filter(|at| action.is_char_boundary(*at));
            action.starts_with(head) && ends.filter(|at| *at >= head.len()).any(|at| matches(rest, action.split_at(at).1))
        }
    }
}

/// Returns whether `upper` is `lower` or one of the scopes above it, segment by segment.
pub(crate) fn is_at_or_above(upper: &str, lower: &str) -> bool {
    let segments = |scope: &str| scope.to_lowercase().split('/').filter(|s| !s.is_empty()).map(str::to_owned).collect::<Vec<_>>();
    segments(lower).starts_with(&segments(upper))
}

/// Returns whether a condition holds for the action of a request without attributes; no condition always does.
pub(crate) fn holds(condition: &Option<String>, action: &str) -> bool {
    let Some(text) = condition else { return true };
    let Some(mut formula) = formula(&text.to_lowercase(), action) else { return false };
    formula = format!("({formula})");
    while let Some((before, rest)) = formula.split_once(')') {
        let Some((outside, inside)) = before.rsplit_once('(') else { return false };
        let Some(value) = reduce(inside) else { return false };
        formula = format!("{outside}{value}{rest}");
    }
    formula == "t"
}

/// Writes a condition with one letter a term, `t` or `f`, and `& | ! ( )`. A comparison is `f`: its attribute is missing.
fn formula(text: &str, action: &str) -> Option<String> {
    let mut out = String::new();
    let mut word = String::new();
    let mut comparison = String::new();
    let mut rest = format!("{text} ");
    while !rest.is_empty() {
        let letter = rest.remove(0);
        if letter == '{' && word == "actionmatches" {
            let (inside, after) = rest.split_once('}')?;
            let named = inside.trim().strip_prefix('\'')?.strip_suffix('\'')?;
            out.push(if matches(named, action) { 't' } else { 'f' });
            word.clear();
            rest = after.to_owned();
            continue;
        }
        if let Some(close) = [('{', '}'), ('[', ']'), ('\'', '\'')].iter().find(|(open, _)| *open == letter).map(|(_, close)| *close) {
            let (_, after) = rest.split_once(close)?;
            comparison.push('?');
            rest = after.to_owned();
            continue;
        }
        let ends_word = letter.is_whitespace() || "()!&|".contains(letter);
        if !ends_word {
            word.push(letter);
            continue;
        }
        if rest.trim_start().starts_with('{') && word == "actionmatches" {
            rest = rest.trim_start().to_owned();
            continue;
        }
        let connector = match word.as_str() {
            "and" => Some('&'),
            "or" => Some('|'),
            "not" => Some('!'),
            _ => None,
        };
        if connector.is_none() && !word.is_empty() {
            comparison.push('?');
        }
        let sign = Some(letter).filter(|letter| "()!&|".contains(*letter));
        if (connector.is_some() || sign.is_some()) && !comparison.is_empty() {
            out.push('f');
            comparison.clear();
        }
        word.clear();
        out.extend(connector);
        out.extend(sign);
    }
    if !comparison.is_empty() {
        out.push('f');
    }
    Some(out.replace("&&", "&").replace("||", "|"))
}

/// Works out a formula without parentheses; `None` when AND and OR stand side by side or it is none.
fn reduce(formula: &str) -> Option<char> {
    let mut text = formula.to_owned();
    for _ in 0..=formula.len() {
        text = text.replace("!t", "F").replace("!f", "T").to_lowercase();
    }
    let sign = match (text.contains('&'), text.contains('|')) {
        (true, true) => return None,
        (true, false) => '&',
        _ => '|',
    };
    let terms: Vec<&str> = text.split(sign).collect();
    if !terms.iter().all(|term| ["t", "f"].contains(term)) {
        return None;
    }
    let is_true = if sign == '&' { !terms.contains(&"f") } else { terms.contains(&"t") };
    Some(if is_true { 't' } else { 'f' })
}

/// Reads the roles of a folder of fixtures.
pub(crate) fn roles_of(folder: &Path) -> BTreeMap<String, Vec<Permission>> {
    let mut roles = BTreeMap::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|extension| extension != "json") {
            continue;
        }
        let role: serde_json::Value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
        let permissions = role["permissions"].as_array().unwrap().iter().map(|permission| {
            let list = |key: &str| {
                let texts = permission[key].as_array().into_iter().flatten();
                texts.map(|text| text.as_str().unwrap().to_lowercase()).collect()
            };
            Permission {
                actions: list("actions"),
                not_actions: list("notActions"),
                data_actions: list("dataActions"),
                not_data_actions: list("notDataActions"),
                condition: permission["condition"].as_str().map(str::to_owned),
            }
        });
        roles.insert(role["roleName"].as_str().unwrap().to_lowercase(), permissions.collect());
    }
    roles
}
