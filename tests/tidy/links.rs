//! The links of the documentation lead somewhere: those into the repository name a file or a folder of it.
//!
//! Addresses elsewhere are not asked: no test reaches a network.

use crate::documents::prose;
use crate::tree::File;

fn links_to_nothing(pages: &[File], exists: impl Fn(&str) -> bool) -> Vec<String> {
    let mut found = Vec::new();
    for page in pages {
        let folder = page.path.rsplit_once('/').map_or("", |(folder, _)| folder);
        for target in targets(&prose(page)) {
            let path = target.split('#').next().unwrap_or_default();
            let is_ours = !path.is_empty() && !path.contains("://") && !path.starts_with("mailto:");
            if is_ours && !resolve(folder, path).is_some_and(|path| exists(&path)) {
                found.push(format!("{}: a link to {target}, which is not there", page.path));
            }
        }
    }
    found
}

/// Returns what the links of a text lead to: `](target)`.
fn targets(text: &str) -> Vec<&str> {
    text.split("](").skip(1).filter_map(|rest| rest.split([')', ' ', '\n']).next()).collect()
}

/// Returns a path as seen from the root, or nothing when it leaves the repository.
fn resolve(folder: &str, path: &str) -> Option<String> {
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()?),
            name => parts.push(name),
        }
    }
    Some(parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tree::{self, pages, sample};
    use crate::{none, one};

    #[test]
    fn links_lead_somewhere() {
        let page = sample("docs/a.md", "[b](../b.md#c) [d](https://d) [e](#e)\n```\n[f](f.md)\n```\n[g](clients/g.md)");
        one(&links_to_nothing(std::slice::from_ref(&page), |path| path == "b.md"), "clients/g.md");
        one(&links_to_nothing(&[sample("a.md", "[up](../b.md)")], |_| true), "../b.md");
        none(&links_to_nothing(&pages(), tree::exists));
    }
}
