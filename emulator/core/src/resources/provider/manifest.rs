//! The manifests: what Azure tells of each provider, as far as it was recorded or is documented.
//!
//! Each type has its own. A version stands here when a specification, a recording or a client uses it, or when the service listed it itself
//! (`authorization-wire` 1.1, `client-connection` 1.6 and 8). Children that Azure's manifest does not list, such as
//! pipelines, are their root's: see `api_version.rs`. Regions are those of `location.rs`: which of them Azure offers
//! for each type was not recorded.

use super::{Provider, ResourceType};
use crate::resources::api_version::FRONT_DOOR;

/// All providers, by namespace.
pub static PROVIDERS: &[Provider] = &[
    Provider { namespace: "Microsoft.Authorization", registration_required: false, authorization: None, types: AUTHORIZATION_TYPES },
    Provider {
        namespace: "Microsoft.DataFactory",
        registration_required: true,
        authorization: Some(["0947a342-ab4a-43be-93b3-b8243fc161e5", "f0a6aa2a-e9d8-4bae-bcc2-36b405e8a5da"]),
        types: DATA_FACTORY_TYPES,
    },
    Provider { namespace: "Microsoft.ManagedIdentity", registration_required: true, authorization: None, types: MANAGED_IDENTITY_TYPES },
    Provider {
        namespace: "Microsoft.Management",
        registration_required: true,
        authorization: Some(["f2c304cf-8e7e-4c3f-8164-16299ad9d272", "c1cf3708-588a-4647-be7f-f400bbe214cf"]),
        types: MANAGEMENT_TYPES,
    },
    Provider { namespace: "Microsoft.Resources", registration_required: false, authorization: None, types: RESOURCES_TYPES },
];

const fn global(name: &'static str, api_versions: &'static [&'static str]) -> ResourceType {
    ResourceType { name, api_versions, is_regional: false, capabilities: "None" }
}

const fn extension(name: &'static str, api_versions: &'static [&'static str]) -> ResourceType {
    ResourceType { name, api_versions, is_regional: false, capabilities: "SupportsExtension" }
}

const fn regional(name: &'static str, api_versions: &'static [&'static str], capabilities: &'static str) -> ResourceType {
    ResourceType { name, api_versions, is_regional: true, capabilities }
}

const DATA_FACTORY: &[&str] = &["2018-06-01"];

const DATA_FACTORY_VERSION_1: &[&str] =
    &["2015-10-01", "2015-09-01", "2015-08-01", "2015-07-01-preview", "2015-05-01-preview", "2015-01-01-preview", "2014-04-01"];

const DATA_FACTORY_TYPES: &[ResourceType] = &[
    regional(
        "dataFactories",
        DATA_FACTORY_VERSION_1,
        "CrossResourceGroupResourceMove, CrossSubscriptionResourceMove, SupportsTags, SupportsLocation",
    ),
    regional(
        "factories",
        DATA_FACTORY,
        "CrossResourceGroupResourceMove, CrossSubscriptionResourceMove, SystemAssignedResourceIdentity, SupportsTags, SupportsLocation",
    ),
    regional("factories/integrationRuntimes", DATA_FACTORY, "None"),
    regional("checkAzureDataFactoryNameAvailability", DATA_FACTORY, "None"),
    global("operations", DATA_FACTORY),
    global("locations", DATA_FACTORY),
    regional("locations/configureFactoryRepo", DATA_FACTORY, "None"),
    regional("locations/getFeatureValue", DATA_FACTORY, "None"),
];

/// As the service listed them in 2021, and what descriptions and clients name since.
const ROLE_ASSIGNMENTS: &[&str] = &[
    "2022-04-01",
    "2022-01-01-preview",
    "2021-04-01-preview",
    "2020-10-01-preview",
    "2020-08-01-preview",
    "2020-04-01-preview",
    "2020-03-01-preview",
    "2019-04-01-preview",
    "2018-12-01-preview",
    "2018-09-01-preview",
    "2018-07-01",
    "2018-01-01-preview",
    "2017-10-01-preview",
    "2017-09-01",
    "2017-05-01",
    "2016-07-01",
    "2015-07-01",
    "2015-06-01",
    "2015-05-01-preview",
    "2014-10-01-preview",
    "2014-07-01-preview",
    "2014-04-01-preview",
];

const ROLE_DEFINITIONS: &[&str] = &[
    "2022-05-01-preview",
    "2022-04-01",
    "2018-07-01",
    "2018-01-01-preview",
    "2017-09-01",
    "2017-05-01",
    "2016-07-01",
    "2015-07-01",
    "2015-06-01",
    "2015-05-01-preview",
    "2014-10-01-preview",
    "2014-07-01-preview",
    "2014-04-01-preview",
];

const DENY_ASSIGNMENTS: &[&str] = &["2024-07-01-preview", "2022-04-01", "2020-03-01-preview", "2018-07-01-preview", "2018-07-01"];

const PROVIDER_OPERATIONS: &[&str] =
    &["2022-04-01", "2018-07-01", "2018-01-01-preview", "2017-05-01", "2016-07-01", "2015-07-01", "2015-06-01"];

const ELEVATE_ACCESS: &[&str] = &["2017-05-01", "2016-07-01", "2015-07-01", "2015-06-01"];

const CLASSIC_ADMINISTRATORS: &[&str] =
    &["2015-07-01", "2015-06-01", "2015-05-01-preview", "2014-10-01-preview", "2014-07-01-preview", "2014-04-01-preview"];

const LOCKS: &[&str] = &["2020-05-01", "2017-04-01", "2016-09-01", "2015-05-01-preview", "2015-01-01"];

/// Of privileged identity management.
const SCHEDULES: &[&str] = &["2024-09-01-preview", "2024-02-01-preview", "2020-10-01-preview", "2020-10-01"];

const SCHEDULE_REQUESTS: &[&str] = &["2024-09-01-preview", "2024-02-01-preview", "2022-04-01-preview", "2020-10-01-preview", "2020-10-01"];

const ALERTS: &[&str] = &["2022-08-01-preview"];

const APPROVALS: &[&str] = &["2021-01-01-preview"];

const ACCESS_REVIEWS: &[&str] =
    &["2021-12-01-preview", "2021-11-16-preview", "2021-07-01-preview", "2021-03-01-preview", "2018-05-01-preview"];

/// Those of the locks and of the access reviews: both describe the list.
const OPERATIONS: &[&str] = &[
    "2021-12-01-preview",
    "2021-11-16-preview",
    "2021-07-01-preview",
    "2021-03-01-preview",
    "2020-05-01",
    "2018-05-01-preview",
    "2017-04-01",
    "2016-09-01",
    "2015-05-01-preview",
    "2015-01-01",
];

const AUTHORIZATION_TYPES: &[ResourceType] = &[
    extension("roleAssignments", ROLE_ASSIGNMENTS),
    global("roleAssignmentsUsageMetrics", &["2019-08-01-preview"]),
    extension("roleDefinitions", ROLE_DEFINITIONS),
    extension("denyAssignments", DENY_ASSIGNMENTS),
    extension("permissions", ROLE_DEFINITIONS),
    global("classicAdministrators", CLASSIC_ADMINISTRATORS),
    global("elevateAccess", ELEVATE_ACCESS),
    global("providerOperations", PROVIDER_OPERATIONS),
    extension("eligibleChildResources", SCHEDULES),
    extension("roleAssignmentSchedules", SCHEDULES),
    extension("roleAssignmentScheduleInstances", SCHEDULES),
    extension("roleAssignmentScheduleRequests", SCHEDULE_REQUESTS),
    extension("roleEligibilitySchedules", SCHEDULES),
    extension("roleEligibilityScheduleInstances", SCHEDULES),
    extension("roleEligibilityScheduleRequests", SCHEDULE_REQUESTS),
    extension("roleManagementPolicies", SCHEDULES),
    extension("roleManagementPolicyAssignments", SCHEDULES),
    extension("roleManagementAlerts", ALERTS),
    extension("roleManagementAlertConfigurations", ALERTS),
    extension("roleManagementAlertDefinitions", ALERTS),
    extension("roleManagementAlertOperations", ALERTS),
    extension("roleAssignmentApprovals", APPROVALS),
    extension("accessReviewScheduleDefinitions", ACCESS_REVIEWS),
    extension("accessReviewScheduleSettings", ACCESS_REVIEWS),
    extension("accessReviewHistoryDefinitions", ACCESS_REVIEWS),
    extension("locks", LOCKS),
    global("privateLinkAssociations", &["2020-05-01"]),
    global("resourceManagementPrivateLinks", &["2020-05-01"]),
    global("operations", OPERATIONS),
];

const MANAGED_IDENTITY: &[&str] = &[
    "2025-05-31-preview",
    "2025-01-31-preview",
    "2024-11-30",
    "2023-07-31-preview",
    "2023-01-31",
    "2022-01-31-preview",
    "2021-09-30-preview",
    "2018-11-30",
    "2015-08-31-preview",
];

const FEDERATED_IDENTITY_CREDENTIALS: &[&str] = MANAGED_IDENTITY.split_at(6).0;

const SYSTEM_ASSIGNED_IDENTITIES: &[&str] = MANAGED_IDENTITY.split_at(8).0;

const MANAGED_IDENTITY_TYPES: &[ResourceType] = &[
    regional(
        "userAssignedIdentities",
        MANAGED_IDENTITY,
        "CrossResourceGroupResourceMove, CrossSubscriptionResourceMove, SupportsTags, SupportsLocation",
    ),
    regional("userAssignedIdentities/federatedIdentityCredentials", FEDERATED_IDENTITY_CREDENTIALS, "None"),
    extension("identities", SYSTEM_ASSIGNED_IDENTITIES),
    global("operations", MANAGED_IDENTITY),
];

const MANAGEMENT: &[&str] = &[
    "2023-04-01",
    "2021-04-01",
    "2020-10-01",
    "2020-05-01",
    "2020-02-01",
    "2019-11-01",
    "2018-03-01-preview",
    "2018-03-01-beta",
    "2018-01-01-preview",
    "2017-11-01-preview",
    "2017-08-31-preview",
    "2017-06-30-preview",
    "2017-05-31-preview",
];

/// Recorded: what groups had first, the other types have since, or later.
const MANAGEMENT_SINCE_2018: &[&str] = MANAGEMENT.split_at(9).0;

const HIERARCHY_SETTINGS: &[&str] = &["2023-04-01", "2021-04-01", "2020-10-01", "2020-05-01", "2020-02-01", "2018-03-01-beta"];

const BACKFILL: &[&str] = MANAGEMENT.split_at(8).0;

const MANAGEMENT_TYPES: &[ResourceType] = &[
    global("resources", &["2017-11-01-preview", "2017-08-31-preview", "2017-06-30-preview", "2017-05-31-preview"]),
    global("managementGroups", MANAGEMENT),
    global("getEntities", MANAGEMENT_SINCE_2018),
    global("managementGroups/settings", HIERARCHY_SETTINGS),
    global("checkNameAvailability", MANAGEMENT_SINCE_2018),
    global("operationResults", MANAGEMENT_SINCE_2018),
    global("operationResults/asyncOperation", MANAGEMENT),
    global("operations", MANAGEMENT),
    global("tenantBackfillStatus", BACKFILL),
    global("startTenantBackfill", BACKFILL),
];

/// Since 2019-10-01.
const TAGS: &[&str] = FRONT_DOOR.split_at(28).0;

/// The front door's own: their versions are not the manifest's (`arm-wire` 1.4).
const RESOURCES_TYPES: &[ResourceType] = &[
    global("tenants", FRONT_DOOR),
    global("locations", FRONT_DOOR),
    global("providers", FRONT_DOOR),
    global("checkresourcename", FRONT_DOOR),
    global("calculateTemplateHash", FRONT_DOOR),
    global("resources", FRONT_DOOR),
    global("subscriptions", FRONT_DOOR),
    global("subscriptions/resources", FRONT_DOOR),
    global("subscriptions/providers", FRONT_DOOR),
    global("subscriptions/operationresults", FRONT_DOOR),
    regional("resourceGroups", FRONT_DOOR, "SupportsTags, SupportsLocation"),
    regional("subscriptions/resourceGroups", FRONT_DOOR, "SupportsTags, SupportsLocation"),
    global("subscriptions/resourcegroups/resources", FRONT_DOOR),
    global("subscriptions/locations", FRONT_DOOR),
    global("subscriptions/tagnames", FRONT_DOOR),
    global("subscriptions/tagNames/tagValues", FRONT_DOOR),
    extension("deployments", FRONT_DOOR),
    extension("deployments/operations", FRONT_DOOR),
    extension("links", FRONT_DOOR),
    extension("tags", TAGS),
    global("checkPolicyCompliance", FRONT_DOOR),
    global("checkZonePeers", FRONT_DOOR),
    global("operations", FRONT_DOOR),
];
