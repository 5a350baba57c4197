//! Which actions there are: what a custom role may name.
//!
//! The operations of Microsoft.DataFactory are published and stand here whole, those of Microsoft.Authorization too, for
//! who asks what there is to permit. Of every other namespace it is only known that it is there: a built-in role names it.
//! An action of such a namespace, and of Microsoft.Authorization, counts as published.
//! Follows <https://learn.microsoft.com/azure/role-based-access-control/resource-provider-operations>.

use super::built_in_roles;
use super::role_definition::Permission;
use crate::action::{Pattern, Plane};
use std::collections::BTreeSet;
use std::sync::LazyLock;

/// What is wrong with an action of a custom role.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unpublished {
    /// There is no such resource provider.
    Namespace,
    /// The provider has no operation like it.
    Action,
}

/// Checks that a pattern covers some published action.
///
/// # Errors
/// What about it is not published.
pub fn is_published(pattern: &str, plane: Plane) -> Result<(), Unpublished> {
    let (namespace, rest) = pattern.split_once('/').unwrap_or((pattern, ""));
    if let Some((start, _)) = namespace.split_once('*') {
        let start = start.to_ascii_lowercase();
        let is_known = NAMESPACES.range(start.clone()..).next().is_some_and(|known| known.starts_with(&start));
        return if is_known { Ok(()) } else { Err(Unpublished::Namespace) };
    }
    if rest.is_empty() {
        return Err(Unpublished::Action);
    }
    if !NAMESPACES.contains(&namespace.to_ascii_lowercase()) {
        return Err(Unpublished::Namespace);
    }
    if !namespace.eq_ignore_ascii_case(DATA_FACTORY) {
        return Ok(());
    }
    let pattern = Pattern::new(pattern);
    if of_data_factory(plane).iter().any(|action| pattern.matches(action)) { Ok(()) } else { Err(Unpublished::Action) }
}

/// Returns whether Azure has a provider with this namespace, compared without case: whether a built-in role names it.
pub fn names_namespace(namespace: &str) -> bool {
    NAMESPACES.contains(&namespace.to_ascii_lowercase())
}

/// Returns the actions of a namespace that are known by name, each with whether it is a data action: the published ones
/// of Microsoft.DataFactory and Microsoft.Authorization, and of every other namespace those that built-in roles name
/// without a wildcard.
pub fn of_namespace(namespace: &str) -> impl Iterator<Item = (String, bool)> {
    let is_factory = namespace.eq_ignore_ascii_case(DATA_FACTORY);
    let is_authorization = namespace.eq_ignore_ascii_case(AUTHORIZATION);
    let of_authorization = ACTIONS_OF_AUTHORIZATION.iter().flat_map(|(of, verbs)| {
        verbs
            .split(' ')
            .map(move |verb| if of.is_empty() { format!("{AUTHORIZATION}/{verb}") } else { format!("{AUTHORIZATION}/{of}/{verb}") })
    });
    let control = ACTIONS_OF_DATA_FACTORY.iter().map(|action| ((*action).to_owned(), false));
    let data = DATA_ACTIONS_OF_DATA_FACTORY.iter().map(|action| ((*action).to_owned(), true));
    let of_roles = built_in_roles::all().iter().flat_map(|role| role.permissions.iter()).flat_map(|it| {
        let control = it.actions.iter().chain(it.not_actions.iter()).map(|pattern| (pattern.as_str().to_owned(), false));
        let data = it.data_actions.iter().chain(it.not_data_actions.iter()).map(|pattern| (pattern.as_str().to_owned(), true));
        control.chain(data).filter(|(action, _)| !action.contains('*')).collect::<Vec<_>>()
    });
    let of_authorization = of_authorization.map(|action| (action, false)).filter(move |_| is_authorization);
    control.chain(data).filter(move |_| is_factory).chain(of_authorization).chain(of_roles.filter(move |_| !is_factory))
}

/// Returns the published actions of Microsoft.DataFactory.
pub(super) const fn of_data_factory(plane: Plane) -> &'static [&'static str] {
    match plane {
        Plane::Control => &ACTIONS_OF_DATA_FACTORY,
        Plane::Data => &DATA_ACTIONS_OF_DATA_FACTORY,
    }
}

const DATA_FACTORY: &str = "Microsoft.DataFactory";
const AUTHORIZATION: &str = "Microsoft.Authorization";

/// The namespaces that built-in roles name, in lower case.
static NAMESPACES: LazyLock<BTreeSet<String>> = LazyLock::new(|| {
    let lists = |it: &'static Permission| [&it.actions, &it.not_actions, &it.data_actions, &it.not_data_actions];
    let patterns = built_in_roles::all().iter().flat_map(|role| role.permissions.iter()).flat_map(lists).flat_map(|list| list.iter());
    let namespaces = patterns.filter_map(|pattern| pattern.as_str().split_once('/')).map(|(namespace, _)| namespace);
    namespaces.filter(|namespace| !namespace.contains('*')).map(str::to_ascii_lowercase).collect()
});

/// The actions of Microsoft.DataFactory, as its list of operations has them.
static ACTIONS_OF_DATA_FACTORY: [&str; 133] = [
    "Microsoft.DataFactory/register/action",
    "Microsoft.DataFactory/unregister/action",
    "Microsoft.DataFactory/checkazuredatafactorynameavailability/read",
    "Microsoft.DataFactory/factories/read",
    "Microsoft.DataFactory/factories/write",
    "Microsoft.DataFactory/factories/delete",
    "Microsoft.DataFactory/factories/createdataflowdebugsession/action",
    "Microsoft.DataFactory/factories/startdataflowdebugsession/action",
    "Microsoft.DataFactory/factories/addDataFlowToDebugSession/action",
    "Microsoft.DataFactory/factories/executeDataFlowDebugCommand/action",
    "Microsoft.DataFactory/factories/deletedataflowdebugsession/action",
    "Microsoft.DataFactory/factories/querydataflowdebugsessions/action",
    "Microsoft.DataFactory/factories/cancelpipelinerun/action",
    "Microsoft.DataFactory/factories/cancelSandboxPipelineRun/action",
    "Microsoft.DataFactory/factories/sandboxpipelineruns/action",
    "Microsoft.DataFactory/factories/querytriggers/action",
    "Microsoft.DataFactory/factories/getFeatureValue/action",
    "Microsoft.DataFactory/factories/queryFeaturesValue/action",
    "Microsoft.DataFactory/factories/getDataPlaneAccess/action",
    "Microsoft.DataFactory/factories/getGitHubAccessToken/action",
    "Microsoft.DataFactory/factories/querytriggerruns/action",
    "Microsoft.DataFactory/factories/querypipelineruns/action",
    "Microsoft.DataFactory/factories/querydebugpipelineruns/action",
    "Microsoft.DataFactory/factories/PrivateEndpointConnectionsApproval/action",
    "Microsoft.DataFactory/factories/adfcdcs/read",
    "Microsoft.DataFactory/factories/adfcdcs/delete",
    "Microsoft.DataFactory/factories/adfcdcs/write",
    "Microsoft.DataFactory/factories/adflinkconnections/read",
    "Microsoft.DataFactory/factories/adflinkconnections/delete",
    "Microsoft.DataFactory/factories/adflinkconnections/write",
    "Microsoft.DataFactory/factories/credentials/read",
    "Microsoft.DataFactory/factories/credentials/write",
    "Microsoft.DataFactory/factories/credentials/delete",
    "Microsoft.DataFactory/factories/dataflows/read",
    "Microsoft.DataFactory/factories/dataflows/delete",
    "Microsoft.DataFactory/factories/dataflows/write",
    "Microsoft.DataFactory/factories/dataMappers/read",
    "Microsoft.DataFactory/factories/dataMappers/delete",
    "Microsoft.DataFactory/factories/dataMappers/write",
    "Microsoft.DataFactory/factories/datasets/read",
    "Microsoft.DataFactory/factories/datasets/delete",
    "Microsoft.DataFactory/factories/datasets/write",
    "Microsoft.DataFactory/factories/debugpipelineruns/cancel/action",
    "Microsoft.DataFactory/factories/getDataPlaneAccess/read",
    "Microsoft.DataFactory/factories/getFeatureValue/read",
    "Microsoft.DataFactory/factories/globalParameters/read",
    "Microsoft.DataFactory/factories/globalParameters/delete",
    "Microsoft.DataFactory/factories/globalParameters/write",
    "Microsoft.DataFactory/factories/integrationruntimes/read",
    "Microsoft.DataFactory/factories/integrationruntimes/write",
    "Microsoft.DataFactory/factories/integrationruntimes/delete",
    "Microsoft.DataFactory/factories/integrationruntimes/start/action",
    "Microsoft.DataFactory/factories/integrationruntimes/stop/action",
    "Microsoft.DataFactory/factories/integrationruntimes/getconnectioninfo/action",
    "Microsoft.DataFactory/factories/integrationruntimes/listauthkeys/action",
    "Microsoft.DataFactory/factories/integrationruntimes/synccredentials/action",
    "Microsoft.DataFactory/factories/integrationruntimes/upgrade/action",
    "Microsoft.DataFactory/factories/integrationruntimes/createexpressshirinstalllink/action",
    "Microsoft.DataFactory/factories/integrationruntimes/regenerateauthkey/action",
    "Microsoft.DataFactory/factories/integrationruntimes/removelinks/action",
    "Microsoft.DataFactory/factories/integrationruntimes/linkedIntegrationRuntime/action",
    "Microsoft.DataFactory/factories/integrationruntimes/getObjectMetadata/action",
    "Microsoft.DataFactory/factories/integrationruntimes/refreshObjectMetadata/action",
    "Microsoft.DataFactory/factories/integrationruntimes/enableInteractiveQuery/action",
    "Microsoft.DataFactory/factories/integrationruntimes/disableInteractiveQuery/action",
    "Microsoft.DataFactory/factories/integrationruntimes/getstatus/read",
    "Microsoft.DataFactory/factories/integrationruntimes/monitoringdata/read",
    "Microsoft.DataFactory/factories/integrationruntimes/nodes/read",
    "Microsoft.DataFactory/factories/integrationruntimes/nodes/delete",
    "Microsoft.DataFactory/factories/integrationruntimes/nodes/write",
    "Microsoft.DataFactory/factories/integrationruntimes/nodes/ipAddress/action",
    "Microsoft.DataFactory/factories/integrationruntimes/outboundNetworkDependenciesEndpoints/read",
    "Microsoft.DataFactory/factories/linkedServices/read",
    "Microsoft.DataFactory/factories/linkedServices/delete",
    "Microsoft.DataFactory/factories/linkedServices/write",
    "Microsoft.DataFactory/factories/managedVirtualNetworks/read",
    "Microsoft.DataFactory/factories/managedVirtualNetworks/write",
    "Microsoft.DataFactory/factories/managedVirtualNetworks/managedPrivateEndpoints/read",
    "Microsoft.DataFactory/factories/managedVirtualNetworks/managedPrivateEndpoints/write",
    "Microsoft.DataFactory/factories/managedVirtualNetworks/managedPrivateEndpoints/delete",
    "Microsoft.DataFactory/factories/operationResults/read",
    "Microsoft.DataFactory/factories/pipelineruns/read",
    "Microsoft.DataFactory/factories/pipelineruns/cancel/action",
    "Microsoft.DataFactory/factories/pipelineruns/queryactivityruns/action",
    "Microsoft.DataFactory/factories/pipelineruns/activityruns/read",
    "Microsoft.DataFactory/factories/pipelineruns/queryactivityruns/read",
    "Microsoft.DataFactory/factories/pipelines/read",
    "Microsoft.DataFactory/factories/pipelines/delete",
    "Microsoft.DataFactory/factories/pipelines/write",
    "Microsoft.DataFactory/factories/pipelines/createrun/action",
    "Microsoft.DataFactory/factories/pipelines/sandbox/action",
    "Microsoft.DataFactory/factories/pipelines/pipelineruns/read",
    "Microsoft.DataFactory/factories/pipelines/pipelineruns/activityruns/progress/read",
    "Microsoft.DataFactory/factories/pipelines/sandbox/create/action",
    "Microsoft.DataFactory/factories/pipelines/sandbox/run/action",
    "Microsoft.DataFactory/factories/privateEndpointConnectionProxies/read",
    "Microsoft.DataFactory/factories/privateEndpointConnectionProxies/write",
    "Microsoft.DataFactory/factories/privateEndpointConnectionProxies/delete",
    "Microsoft.DataFactory/factories/privateEndpointConnectionProxies/validate/action",
    "Microsoft.DataFactory/factories/privateEndpointConnectionProxies/operationresults/read",
    "Microsoft.DataFactory/factories/privateEndpointConnectionProxies/operationstatuses/read",
    "Microsoft.DataFactory/factories/privateEndpointConnections/read",
    "Microsoft.DataFactory/factories/privateEndpointConnections/write",
    "Microsoft.DataFactory/factories/privateEndpointConnections/delete",
    "Microsoft.DataFactory/factories/privateLinkResources/read",
    "Microsoft.DataFactory/factories/providers/Microsoft.Insights/diagnosticSettings/read",
    "Microsoft.DataFactory/factories/providers/Microsoft.Insights/diagnosticSettings/write",
    "Microsoft.DataFactory/factories/providers/Microsoft.Insights/logDefinitions/read",
    "Microsoft.DataFactory/factories/providers/Microsoft.Insights/metricDefinitions/read",
    "Microsoft.DataFactory/factories/queryFeaturesValue/read",
    "Microsoft.DataFactory/factories/querypipelineruns/read",
    "Microsoft.DataFactory/factories/querytriggerruns/read",
    "Microsoft.DataFactory/factories/sandboxpipelineruns/read",
    "Microsoft.DataFactory/factories/sandboxpipelineruns/sandboxActivityRuns/read",
    "Microsoft.DataFactory/factories/sessions/write",
    "Microsoft.DataFactory/factories/triggerruns/read",
    "Microsoft.DataFactory/factories/triggers/read",
    "Microsoft.DataFactory/factories/triggers/write",
    "Microsoft.DataFactory/factories/triggers/delete",
    "Microsoft.DataFactory/factories/triggers/subscribetoevents/action",
    "Microsoft.DataFactory/factories/triggers/geteventsubscriptionstatus/action",
    "Microsoft.DataFactory/factories/triggers/unsubscribefromevents/action",
    "Microsoft.DataFactory/factories/triggers/querysubscriptionevents/action",
    "Microsoft.DataFactory/factories/triggers/deletequeuedsubscriptionevents/action",
    "Microsoft.DataFactory/factories/triggers/start/action",
    "Microsoft.DataFactory/factories/triggers/stop/action",
    "Microsoft.DataFactory/factories/triggers/triggerruns/read",
    "Microsoft.DataFactory/factories/triggers/triggerruns/cancel/action",
    "Microsoft.DataFactory/factories/triggers/triggerruns/rerun/action",
    "Microsoft.DataFactory/locations/configureFactoryRepo/action",
    "Microsoft.DataFactory/locations/getFeatureValue/action",
    "Microsoft.DataFactory/locations/getFeatureValue/read",
    "Microsoft.DataFactory/operations/read",
];

/// Its data actions.
static DATA_ACTIONS_OF_DATA_FACTORY: [&str; 1] = ["Microsoft.DataFactory/factories/credentials/useSecrets/action"];

/// The actions of Microsoft.Authorization, as its list of operations had them on 2026-02-23: the type, and what is done.
/// <https://learn.microsoft.com/azure/role-based-access-control/permissions/management-and-governance#microsoftauthorization>
static ACTIONS_OF_AUTHORIZATION: [(&str, &str); 30] = [
    ("", "elevateAccess/action"),
    ("acquirePolicyToken", "read"),
    ("classicAdministrators", "read write delete operationstatuses/read"),
    ("denyAssignments", "read write delete"),
    ("diagnosticSettings", "read write delete"),
    ("diagnosticSettingsCategories", "read"),
    ("locks", "read write delete"),
    ("operations", "read"),
    ("permissions", "read"),
    ("policies", "audit/action auditIfNotExists/action deny/action deployIfNotExists/action"),
    ("policyAssignments", "read write delete exempt/action"),
    ("policyAssignments/privateLinkAssociations", "read write delete"),
    ("policyAssignments/resourceManagementPrivateLinks", "read write delete"),
    ("policyAssignments/resourceManagementPrivateLinks/privateEndpointConnectionProxies", "read write delete validate/action"),
    ("policyAssignments/resourceManagementPrivateLinks/privateEndpointConnections", "read write delete"),
    ("policyDefinitions", "read write delete versions/read versions/write versions/delete"),
    ("policyEnrollments", "read write delete"),
    ("policyExemptions", "read write delete"),
    ("policySetDefinitions", "read write delete versions/read versions/write versions/delete"),
    ("providerOperations", "read"),
    ("roleAssignments", "read write delete"),
    ("roleAssignmentScheduleInstances", "read"),
    ("roleAssignmentScheduleRequests", "read write cancel/action"),
    ("roleAssignmentSchedules", "read"),
    ("roleDefinitions", "read write delete"),
    ("roleEligibilityScheduleInstances", "read"),
    ("roleEligibilityScheduleRequests", "read write cancel/action whenApprovalRequired/write"),
    ("roleEligibilitySchedules", "read"),
    ("roleManagementPolicies", "read write approvalRule/action"),
    ("roleManagementPolicyAssignments", "read"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_is_published_when_it_covers_something_published() {
        let control = |pattern| is_published(pattern, Plane::Control);
        for pattern in [
            "*",
            "*/read",
            "Microsoft.Data*/read",
            "microsoft.datafactory/FACTORIES/read",
            "Microsoft.DataFactory/*/read",
            "Microsoft.Storage/whatever/action",
        ] {
            assert_eq!(control(pattern), Ok(()), "{pattern}");
        }
        assert_eq!(control("Microsoft.DataFactory/factories/fly/action"), Err(Unpublished::Action));
        assert_eq!(control("Microsoft.DataFactory/fly/*"), Err(Unpublished::Action));
        assert_eq!(control("Microsoft.DataFactory"), Err(Unpublished::Action));
        assert_eq!(control("Contoso.Flights/planes/read"), Err(Unpublished::Namespace));
        assert_eq!(control("Contoso*/read"), Err(Unpublished::Namespace));
        assert_eq!(is_published("Microsoft.DataFactory/factories/read", Plane::Data), Err(Unpublished::Action));
    }

    #[test]
    fn the_actions_of_authorization_are_whole() {
        let actions: Vec<String> = of_namespace("microsoft.authorization").map(|(action, _)| action).collect();
        for action in ["elevateAccess/action", "policyAssignments/exempt/action", "roleManagementPolicies/approvalRule/action"] {
            assert!(actions.contains(&format!("Microsoft.Authorization/{action}")), "{action}");
        }
        let count = ACTIONS_OF_AUTHORIZATION.iter().map(|(_, verbs)| verbs.split(' ').count()).sum::<usize>();
        assert_eq!(count, 79, "the page has as many rows");
    }
}
