//! Resource ids and scopes: parse, print, compare without case, parent, "at or below".
//!
//! An id keeps the spelling it was given and compares without case, so no other code lowers the case of an id.
//! It never looks anything up. A path is read from its start, as Resource Manager does: the root, a subscription or a
//! group, then a provider with pairs of type and name, and behind a whole resource, where a type could stand, the next
//! provider. The last provider is the one that the resource is of.
//! Follows <https://learn.microsoft.com/azure/azure-resource-manager/management/overview#understand-scope>.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

const SUBSCRIPTIONS: &str = "/subscriptions/";
const RESOURCE_GROUPS: &str = "/resourcegroups/";
const PROVIDERS: &str = "/providers/";

/// The id of a resource, group, subscription or management group, or the root scope `/`.
///
/// INVARIANT: one leading slash, no empty segment, no trailing slash (but for `/` itself).
#[derive(Clone)]
pub struct ResourceId {
    text: Arc<str>,
    /// INVARIANT: `text` in lower case; what tables are keyed by.
    key: Arc<str>,
}

impl ResourceId {
    /// Returns the root scope `/`, above every tenant's subscriptions.
    pub fn root() -> Self {
        Self::new("/")
    }

    /// Reads an id; doubled and trailing slashes are dropped. `None` unless it begins with `/`.
    pub fn parse(text: &str) -> Option<Self> {
        text.starts_with('/').then(|| Self::new(text))
    }

    fn new(text: &str) -> Self {
        let is_untidy = text.len() > 1 && (text.ends_with('/') || has_doubled_slash(text));
        let text: Arc<str> = if is_untidy {
            let mut whole = String::with_capacity(text.len());
            for segment in text.split('/').filter(|segment| !segment.is_empty()) {
                whole.push('/');
                whole.push_str(segment);
            }
            if whole.is_empty() { "/".into() } else { whole.into() }
        } else {
            text.into()
        };
        let key = lower_case(&text);
        Self { text, key }
    }

    /// Returns the id as it was written.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Returns the id in lower case: equal ids have equal keys.
    pub fn key(&self) -> &Arc<str> {
        &self.key
    }

    /// Returns whether this is the root scope.
    pub fn is_root(&self) -> bool {
        &*self.key == "/"
    }

    /// Returns the segments, as written.
    pub fn segments(&self) -> impl DoubleEndedIterator<Item = &str> {
        self.text.split('/').filter(|segment| !segment.is_empty())
    }

    /// Returns the subscription's id as written, when the id lies in one.
    pub fn subscription(&self) -> Option<&str> {
        self.text.get(SUBSCRIPTIONS.len()..self.subscription_end()?)
    }

    fn subscription_end(&self) -> Option<usize> {
        self.key.starts_with(SUBSCRIPTIONS).then(|| segment_end(&self.key, SUBSCRIPTIONS.len()))?
    }

    /// Where the resource group's name begins and ends.
    fn resource_group_place(&self) -> Option<(usize, usize)> {
        let after = self.subscription_end()?;
        let from = after + RESOURCE_GROUPS.len();
        self.key.get(after..from).filter(|part| *part == RESOURCE_GROUPS)?;
        segment_end(&self.key, from).map(|end| (from, end))
    }

    /// Returns the scope of the subscription that the id lies in.
    pub fn subscription_scope(&self) -> Option<ResourceId> {
        self.subscription().map(|id| Self::new(&format!("/subscriptions/{id}")))
    }

    /// Returns the resource group's name as written, when the id lies in one.
    pub fn resource_group(&self) -> Option<&str> {
        let (from, end) = self.resource_group_place()?;
        self.text.get(from..end)
    }

    /// Returns the id of the resource group that the id lies in.
    pub fn resource_group_scope(&self) -> Option<ResourceId> {
        let (subscription, group) = (self.subscription()?, self.resource_group()?);
        Some(Self::new(&format!("/subscriptions/{subscription}/resourceGroups/{group}")))
    }

    /// Returns the key of the resource group that the id lies in. Allocates nothing.
    pub fn resource_group_key(&self) -> Option<&str> {
        self.key.get(..self.resource_group_place()?.1)
    }

    /// Returns the name: the last segment.
    pub fn name(&self) -> &str {
        self.text.rsplit('/').next().unwrap_or_default()
    }

    /// Returns the type as written, such as `Microsoft.DataFactory/factories/integrationRuntimes`, of an id that names a
    /// provider and something of it: every second segment behind the namespace.
    pub fn resource_type(&self) -> Option<String> {
        self.namespace_and_type().map(|(namespace, types)| format!("{namespace}/{types}"))
    }

    /// Returns the namespace and behind it the type, as written; see `resource_type`.
    pub fn namespace_and_type(&self) -> Option<(&str, String)> {
        let (namespace, rest) = self.provider_part()?;
        Some((namespace, rest.split('/').step_by(2).collect::<Vec<_>>().join("/")))
    }

    /// Returns the namespace of the provider that the id is of, or that it is itself.
    pub fn namespace(&self) -> Option<&str> {
        self.text.get(self.namespace_place()?..)?.split('/').next()
    }

    /// Returns whether the type is `resource_type`, compared without case.
    pub fn is_of_type(&self, resource_type: &str) -> bool {
        self.provider_part().is_some_and(|(namespace, rest)| {
            let types = std::iter::once(namespace).chain(rest.split('/').step_by(2));
            rest.split('/').count() % 2 == 0
                && types.clone().count() == resource_type.split('/').count()
                && types.zip(resource_type.split('/')).all(|(one, two)| one.eq_ignore_ascii_case(two))
        })
    }

    /// Returns the names along the type, such as factory and runtime.
    pub fn names(&self) -> Vec<&str> {
        self.provider_part().map(|(_, rest)| rest.split('/').skip(1).step_by(2).collect()).unwrap_or_default()
    }

    fn provider_part(&self) -> Option<(&str, &str)> {
        self.text.get(self.namespace_place()?..)?.split_once('/')
    }

    /// Returns where the namespace of the last provider begins; `None` for a route of the front door itself, and for what
    /// is no path of Resource Manager. Allocates nothing.
    pub fn namespace_place(&self) -> Option<usize> {
        self.read().0
    }

    /// Returns whether the id names something whole: the root, a subscription, a group, a resource, or at the root a
    /// namespace. A type without a name is none, nor what is no path of Resource Manager.
    pub fn is_whole(&self) -> bool {
        self.is_root() || self.read().1 == self.key.len()
    }

    /// Returns what the last provider of the id stands behind: of an extension, such as a role assignment, its scope.
    pub fn extended(&self) -> Option<ResourceId> {
        let text = self.text.get(..self.namespace_place()? - PROVIDERS.len())?;
        Some(Self::new(if text.is_empty() { "/" } else { text }))
    }

    /// Where the last namespace begins, and how far the id names something whole.
    fn read(&self) -> (Option<usize>, usize) {
        let base = self.resource_group_place().map(|(_, end)| end).or_else(|| self.subscription_end());
        let (mut last, mut whole) = (None, base.unwrap_or_default());
        while self.key.get(whole..).is_some_and(|rest| rest.starts_with(PROVIDERS)) {
            let namespace = whole + PROVIDERS.len();
            last = Some(namespace);
            match resource_end(&self.key, namespace) {
                Some(end) => whole = end,
                None => break,
            }
        }
        (last, whole)
    }

    /// Returns the scope directly above, by the spelling of the id alone: the parent resource, the scope an extension
    /// hangs on, the group, the subscription, the root. `None` above the root.
    pub fn parent(&self) -> Option<ResourceId> {
        if self.is_root() {
            return None;
        }
        self.parent_key().and_then(|key| self.text.get(..key.len())).map(|text| Self::new(if text.is_empty() { "/" } else { text }))
    }

    /// Returns the key of the scope directly above; see `parent`. Allocates nothing.
    pub fn parent_key(&self) -> Option<&str> {
        parent_of_key(&self.key)
    }

    /// Returns whether this scope is `scope` or lies below it, on segment boundaries.
    pub fn is_at_or_below(&self, scope: &ResourceId) -> bool {
        key_is_at_or_below(&self.key, &scope.key)
    }

    /// Returns the id of a child: `{self}/{kind}/{name}`.
    pub fn child(&self, kind: &str, name: &str) -> ResourceId {
        let head = if self.is_root() { "" } else { &*self.text };
        Self::new(&format!("{head}/{kind}/{name}"))
    }

    /// Returns the id of a resource at this scope: `{self}/providers/{resource_type}/{name}`.
    pub fn at_scope(&self, resource_type: &str, name: &str) -> ResourceId {
        let head = if self.is_root() { "" } else { &*self.text };
        Self::new(&format!("{head}/providers/{resource_type}/{name}"))
    }
}

/// Whether two slashes stand side by side. Looks at all pairs, because that is quicker than to stop at the first.
fn has_doubled_slash(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.iter().zip(bytes.iter().skip(1)).fold(false, |found, (one, next)| found | (*one == b'/' && one == next))
}

/// Returns `text` in lower case, byte for byte as long, so that a place in the one is a place in the other.
fn lower_case(text: &Arc<str>) -> Arc<str> {
    if text.is_ascii() {
        let has_upper = text.bytes().fold(false, |found, byte| found | byte.is_ascii_uppercase());
        return if has_upper { text.to_ascii_lowercase().into() } else { text.clone() };
    }
    let lower = text.to_lowercase();
    if lower.len() == text.len() { lower.into() } else { text.to_ascii_lowercase().into() }
}

/// Returns where the segment that begins at `from` ends.
fn segment_end(text: &str, from: usize) -> Option<usize> {
    let rest = text.get(from..).filter(|rest| !rest.is_empty())?;
    Some(rest.find('/').map_or(text.len(), |at| from + at))
}

/// Returns where the resource ends whose namespace begins at `namespace`: behind the last pair of type and name before the
/// next provider. A namespace alone counts as a resource at the root only.
fn resource_end(key: &str, namespace: usize) -> Option<usize> {
    let mut end = segment_end(key, namespace)?;
    let mut whole = (namespace == PROVIDERS.len()).then_some(end);
    loop {
        if whole.is_some() && key.get(end..).is_some_and(|rest| rest.starts_with(PROVIDERS)) {
            return whole;
        }
        match segment_end(key, end + 1).and_then(|type_end| segment_end(key, type_end + 1)) {
            Some(name_end) => end = name_end,
            None => return whole,
        }
        whole = Some(end);
    }
}

/// Returns the key of the scope directly above `key`, or `None` above the root.
pub fn parent_of_key(key: &str) -> Option<&str> {
    if key == "/" || key.is_empty() {
        return None;
    }
    let above = cut_segments(key, 2)?;
    let above = match cut_segments(above, 1) {
        // A type and a name are cut; what is left may end in `/providers/{namespace}`.
        Some(without_namespace) if without_namespace.ends_with("/providers") => without_namespace.trim_end_matches("/providers"),
        _ => above,
    };
    Some(if above.is_empty() { "/" } else { above })
}

fn cut_segments(key: &str, count: usize) -> Option<&str> {
    (0..count).try_fold(key, |left, _| left.rfind('/').and_then(|at| left.get(..at)))
}

/// Returns whether `key` is `scope` or lies below it; both are keys (lower case).
pub fn key_is_at_or_below(key: &str, scope: &str) -> bool {
    scope == "/" || key.strip_prefix(scope).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

impl fmt::Display for ResourceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl fmt::Debug for ResourceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl PartialEq for ResourceId {
    fn eq(&self, other: &Self) -> bool {
        self.key == other.key
    }
}

impl Eq for ResourceId {}

impl PartialOrd for ResourceId {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for ResourceId {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.key.cmp(&other.key)
    }
}

impl Hash for ResourceId {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.key.hash(state);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const RUNTIME: &str = "/subscriptions/S/resourceGroups/Rg/providers/Microsoft.DataFactory/factories/F/integrationRuntimes/Ir";

    fn id(text: &str) -> ResourceId {
        ResourceId::parse(text).unwrap()
    }

    #[test]
    fn parts_of_a_nested_resource() {
        let runtime = id(RUNTIME);
        assert_eq!(runtime.subscription(), Some("S"));
        assert_eq!(runtime.resource_group(), Some("Rg"));
        assert_eq!(runtime.resource_type().as_deref(), Some("Microsoft.DataFactory/factories/integrationRuntimes"));
        assert!(runtime.is_of_type("microsoft.datafactory/factories/integrationruntimes"));
        assert!(!runtime.is_of_type("Microsoft.DataFactory/factories"));
        assert_eq!(runtime.names(), ["F", "Ir"]);
        assert_eq!(runtime.name(), "Ir");
    }

    #[test]
    fn parents_end_at_the_root() {
        let assignment = id(&format!("{RUNTIME}/providers/Microsoft.Authorization/roleAssignments/G"));
        let mut chain = vec![];
        let mut scope = Some(assignment);
        while let Some(at) = scope {
            scope = at.parent();
            chain.push(at.to_string());
        }
        let factory = "/subscriptions/S/resourceGroups/Rg/providers/Microsoft.DataFactory/factories/F";
        assert_eq!(chain[1..], [RUNTIME, factory, "/subscriptions/S/resourceGroups/Rg", "/subscriptions/S", "/"]);
        assert_eq!(id("/providers/Microsoft.Management/managementGroups/mg1").parent(), Some(ResourceId::root()));
    }

    #[test]
    fn a_path_is_read_from_its_start() {
        let group = "/subscriptions/s/resourceGroups/g";
        let assignment = "providers/Microsoft.Authorization/roleAssignments/a";
        let of = |path: &str| id(path).resource_type();
        assert_eq!(of(&format!("{RUNTIME}/{assignment}")).as_deref(), Some("Microsoft.Authorization/roleAssignments"));
        assert_eq!(of("/providers/Microsoft.Capacity/providers/a.b/c/d").as_deref(), Some("a.b/c"));
        assert_eq!(of(&format!("{group}/providers/a.b/types")).as_deref(), Some("a.b/types"));
        // What stands in the place of a name is a name.
        assert_eq!(of(&format!("{group}/providers/a.b/types/{assignment}")).as_deref(), Some("a.b/types/Microsoft.Authorization/a"));
        assert_eq!(of(&format!("{group}/providers/a.b/{assignment}")).as_deref(), Some("a.b/providers/roleAssignments"));
        for nowhere in [format!("{group}/b/{assignment}"), format!("/subscription/s/{assignment}"), format!("{group}/{}", "providers")] {
            assert_eq!((of(&nowhere), id(&nowhere).is_whole()), (None, false), "{nowhere}");
        }
        for whole in ["/", "/subscriptions/s", group, RUNTIME, "/providers/Microsoft.Capacity", &format!("{RUNTIME}/{assignment}")] {
            assert!(id(whole).is_whole(), "{whole}");
        }
        for part in [format!("{group}/providers/a.b"), format!("{group}/providers/a.b/types"), format!("{RUNTIME}/providers")] {
            assert!(!id(&part).is_whole(), "{part}");
        }
        let scope = |path: &str| id(path).extended();
        assert_eq!(scope(&format!("{RUNTIME}/{assignment}")), Some(id(RUNTIME)));
        assert_eq!((scope(&format!("/{assignment}")), scope(group)), (Some(ResourceId::root()), None));
    }

    #[test]
    fn doubled_and_trailing_slashes_do_not_count() {
        assert_eq!(id("//subscriptions/s//resourcegroups/RG/").as_str(), "/subscriptions/s/resourcegroups/RG");
        assert_eq!(id("//").as_str(), "/");
        assert_eq!(id("/subscriptions/S/resourceGroups/rg"), id("/Subscriptions/s/resourcegroups/RG"));
        assert_eq!(ResourceId::parse("subscriptions/s"), None);
    }

    #[test]
    fn a_group_is_not_above_one_whose_name_begins_alike() {
        let (one, ten) = (id("/subscriptions/s/resourceGroups/rg1"), id("/subscriptions/s/resourceGroups/rg10"));
        assert!(!ten.is_at_or_below(&one));
        assert!(one.is_at_or_below(&one) && one.is_at_or_below(&ResourceId::root()));
        assert!(id(RUNTIME).is_at_or_below(&id("/SUBSCRIPTIONS/s")));
    }

    proptest! {
        #[test]
        fn parsing_a_printed_id_gives_it_back(text in "(/[A-Za-z0-9._ÄÖé-]{1,6}){0,9}/?") {
            if let Some(parsed) = ResourceId::parse(&text) {
                let again = ResourceId::parse(parsed.as_str()).unwrap();
                prop_assert_eq!(again.as_str(), parsed.as_str());
                let mut above = parsed.parent();
                while let Some(scope) = above {
                    prop_assert!(parsed.is_at_or_below(&scope));
                    above = scope.parent();
                }
            }
        }
    }
}
