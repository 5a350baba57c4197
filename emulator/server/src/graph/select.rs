//! `$select` of Microsoft Graph: which members of an object an answer has.
//!
//! A name that Graph's type does not have is refused as Graph refuses it; one that it has and the emulator has not is
//! refused by name. Facts: <https://learn.microsoft.com/graph/query-parameters#select-parameter> and what users quote.

use adf_emulator_core::world::Document;

use super::failure::Failure;
use super::object::ObjectType;
use super::request::GraphRequest;

/// What is selected: none when the client does not say, or says everything.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Selection<'a>(Option<Vec<&'a str>>);

impl<'a> Selection<'a> {
    /// Returns what a request selects of objects of that type, or of objects of several types.
    ///
    /// # Errors
    /// No such object has a member of that name, or it is not emulated.
    pub fn of(asked: &'a GraphRequest<'_>, of_type: Option<ObjectType>) -> Result<Self, Failure> {
        let Some(select) = asked.query.get("$select") else { return Ok(Self(None)) };
        let names: Vec<&str> = select.split(',').map(str::trim).filter(|name| !name.is_empty()).collect();
        names.iter().try_for_each(|name| check(name, of_type))?;
        Ok(Self(Some(names).filter(|names| !names.is_empty() && !names.contains(&"*"))))
    }

    /// Returns what stands behind the name of the set in the context of an answer.
    pub fn context(&self) -> String {
        self.0.as_ref().map_or_else(String::new, |names| format!("({})", names.join(",")))
    }

    /// Returns what is selected of an object, in the object's order; else what is shown of it anyway.
    pub fn applied(&self, shown: Document, whole: impl FnOnce() -> Document) -> Document {
        let Some(names) = &self.0 else { return shown };
        let annotations = shown.into_iter().filter(|(name, _)| name.starts_with('@'));
        let is_selected = |name: &String| names.iter().any(|it| it.eq_ignore_ascii_case(name));
        annotations.chain(whole().into_iter().filter(|(name, _)| is_selected(name))).collect()
    }
}

fn check(name: &str, of_type: Option<ObjectType>) -> Result<(), Failure> {
    let types = of_type.map_or_else(|| ObjectType::ALL.to_vec(), |of_type| vec![of_type]);
    let (first, is_nested) = name.split_once('/').map_or((name, false), |(first, _)| (first, true));
    let is_ours = first == "*" || first.starts_with('@') || types.iter().any(|it| it.has(first));
    if is_ours && !is_nested {
        return Ok(());
    }
    // Directory extensions are named like this, whatever they are called.
    let is_of_graph = first.contains('_') || types.iter().any(|it| only_graph_has(*it).any(|known| known.eq_ignore_ascii_case(first)));
    if is_ours || is_of_graph {
        return Err(Failure::not_emulated(&format!("the $select {name}")));
    }
    let type_name = of_type.map_or("directoryObject", ObjectType::name);
    Err(Failure::bad_request(format!(
        "Parsing OData Select and Expand failed: Could not find a property named '{first}' on type 'microsoft.graph.{type_name}'."
    )))
}

/// What Graph has of a type besides what is emulated, by its own pages, such as
/// <https://learn.microsoft.com/graph/api/resources/user>.
fn only_graph_has(of_type: ObjectType) -> impl Iterator<Item = &'static str> {
    let names = match of_type {
        ObjectType::User => ONLY_OF_USER,
        ObjectType::Group => ONLY_OF_GROUP,
        ObjectType::ServicePrincipal => ONLY_OF_SERVICE_PRINCIPAL,
        ObjectType::Application => ONLY_OF_APPLICATION,
    };
    names.split(' ')
}

const ONLY_OF_USER: &str = "aboutMe activities agreementAcceptances appRoleAssignments assignedLicenses assignedPlans authentication authorizationInfo \
    birthday calendar calendars contacts createdObjects customSecurityAttributes deviceEnrollmentLimit devices directReports drive \
    drives employeeLeaveDateTime events extensions externalUserStateChangeDateTime hireDate identities imAddresses infoCatalogs \
    interests isLicenseReconciliationNeeded isManagementRestricted isResourceAccount joinedTeams lastPasswordChangeDateTime \
    legalAgeGroupClassification licenseAssignmentStates licenseDetails mailFolders mailboxSettings manager memberOf messages mySite \
    oauth2PermissionGrants onPremisesProvisioningErrors onPremisesSipInfo ownedDevices ownedObjects pastProjects people photo photos \
    preferredName presence print provisionedPlans refreshTokensValidFromDateTime registeredDevices responsibilities schools \
    scopedRoleMemberOf serviceProvisioningErrors settings signInActivity signInSessionsValidFromDateTime skills sponsors \
    transitiveMemberOf";

const ONLY_OF_GROUP: &str = "acceptedSenders accessType allowExternalSenders appRoleAssignments assignedLabels assignedLicenses autoSubscribeNewMembers \
    calendar conversations createdByAppId createdOnBehalfOf drive drives endpoints events extensions groupLifecyclePolicies \
    hasMembersWithLicenseErrors hideFromAddressLists hideFromOutlookClients infoCatalogs isArchived isFavorite \
    isManagementRestricted isSubscribedByMail licenseProcessingState memberOf members membersWithLicenseErrors onenote \
    organizationId owners permissionGrants photo photos planner rejectedSenders settings sites team threads transitiveMemberOf \
    transitiveMembers uniqueName unseenCount writebackConfiguration";

const ONLY_OF_SERVICE_PRINCIPAL: &str = "appManagementPolicies appRoleAssignedTo appRoleAssignments claimsMappingPolicies createdByAppId createdObjects \
    customSecurityAttributes delegatedPermissionClassifications endpoints errorUrl federatedIdentityCredentials \
    homeRealmDiscoveryPolicies isDisabled isManagementRestricted licenseDetails memberOf oauth2PermissionGrants ownedObjects owners \
    passwordSingleSignOnSettings preferredTokenSigningKeyEndDateTime publishedPermissionScopes publisherName \
    remoteDesktopSecurityConfiguration samlMetadataUrl synchronization tokenIssuancePolicies tokenLifetimePolicies \
    transitiveMemberOf";

const ONLY_OF_APPLICATION: &str = "appManagementPolicies authenticationBehaviors connectorGroup createdByAppId createdOnBehalfOf extensionProperties \
    federatedIdentityCredentials homeRealmDiscoveryPolicies isDisabled isManagementRestricted logo migrationStatus \
    nativeAuthenticationApisEnabled oauth2RequirePostResponse onPremisesPublishing orgRestrictions owners \
    requestSignatureVerification samlMetadataUrl servicePrincipalLockConfiguration synchronization tokenIssuancePolicies \
    tokenLifetimePolicies uniqueName windows";
