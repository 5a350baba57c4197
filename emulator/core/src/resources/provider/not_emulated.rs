//! What Azure has and the emulator does not: whole providers, and types of the providers that it serves.
//!
//! A path to one of them is refused by name, and not as if it were misspelt. Types that have rows in the table of
//! operations stand in `manifest.rs` instead. Follows
//! <https://learn.microsoft.com/azure/role-based-access-control/resource-provider-operations> and the API descriptions.

use super::find;
use crate::authorization::published_actions;

/// Types of served providers, each without namespace and by its first part: what is below them is not emulated either.
static TYPES: &[(&str, &[&str])] = &[
    (
        "Microsoft.Authorization",
        &[
            "acquirePolicyToken",
            "attributeNamespaces",
            "checkAccess",
            "dataAliases",
            "dataPolicyManifests",
            "diagnosticSettings",
            "diagnosticSettingsCategories",
            "findOrphanRoleAssignments",
            "policyAssignments",
            "policyDefinitions",
            "policyEnrollments",
            "policyExemptions",
            "policySetDefinitions",
            "variables",
        ],
    ),
    ("Microsoft.Management", &["serviceGroups"]),
    (
        "Microsoft.Resources",
        &[
            "builtInTemplateSpecs",
            "changes",
            "dataBoundaries",
            "deploymentScripts",
            "deploymentStacks",
            "deploymentStacksWhatIfResults",
            "snapshots",
            "templateSpecs",
            "templateSpecVersions",
        ],
    ),
];

/// Returns whether Azure has this type and the emulator does not; `type_path` is the type without the namespace, and may
/// be empty for the provider itself.
pub fn is_not_emulated(namespace: &str, type_path: &str) -> bool {
    let Some(provider) = find(namespace) else { return published_actions::names_namespace(namespace) };
    let first = type_path.split('/').next().unwrap_or_default();
    let types = TYPES.iter().find(|(name, _)| *name == provider.namespace).map_or(&[][..], |(_, types)| types);
    types.iter().any(|known| known.eq_ignore_ascii_case(first))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_azure_has_and_nobody_serves_is_not_emulated() {
        for (namespace, type_path) in [
            ("microsoft.compute", "virtualMachines"),
            ("Microsoft.Storage", ""),
            ("Microsoft.Authorization", "policyassignments"),
            ("Microsoft.Resources", "templateSpecs/versions"),
        ] {
            assert!(is_not_emulated(namespace, type_path), "{namespace} {type_path}");
        }
        for (namespace, type_path) in [
            ("Contoso.Nothing", "things"),
            ("Microsoft.DataFactory", ""),
            ("Microsoft.DataFactory", "plants"),
            ("Microsoft.Authorization", "roleAssignments"),
            ("Microsoft.Authorization", ""),
            ("Microsoft.Authorization", "foo"),
        ] {
            assert!(!is_not_emulated(namespace, type_path), "{namespace} {type_path}");
        }
    }

    #[test]
    fn no_manifest_has_a_type_that_is_not_emulated() {
        for (namespace, types) in TYPES {
            let provider = find(namespace).unwrap();
            assert!(types.iter().all(|it| provider.resource_type(it).is_none()), "{namespace}");
        }
    }
}
