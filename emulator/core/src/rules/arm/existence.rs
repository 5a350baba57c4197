//! What must exist before a request makes sense: subscription, group, parent, resource, registration.
//!
//! Names are printed as the caller typed them. Texts: `arm-wire` 1.7 and 1.8.

use super::ERRORS;
use crate::fault::{Detail, Fault};
use crate::resource_id::ResourceId;
use crate::rules::Evidence::{Assumed, Documented, Recorded, Reported};
use crate::rules::{Origin, PRINTED, PUBLIC_RECORDINGS, Rule};

const NOT_FOUND: &str = "https://learn.microsoft.com/azure/azure-resource-manager/troubleshooting/error-not-found";

/// A subscription in a path must exist; this is answered before the token is looked at.
pub static SUBSCRIPTION_EXISTS: Rule = Rule {
    name: "subscription-exists",
    sentence: "The subscription in the path must exist.",
    page: ERRORS,
    status: 404,
    code: "SubscriptionNotFound",
    origin: Origin::Gateway,
    remedy: "Name a subscription of the world, or add it to the world file.",
    limit: Documented { page: ERRORS },
    answer: Reported { source: PRINTED },
};

/// A resource group that is read or written below must exist.
pub static RESOURCE_GROUP_EXISTS: Rule = Rule {
    name: "resource-group-exists",
    sentence: "A resource group must exist before anything in it is read or written.",
    page: NOT_FOUND,
    status: 404,
    code: "ResourceGroupNotFound",
    origin: Origin::Gateway,
    remedy: "Create the resource group, or correct its name.",
    limit: Documented { page: ERRORS },
    answer: Recorded { source: "azure-cli-resource/test_rest_arm" },
};

/// A provider's resources can be made only where the provider is registered.
pub static PROVIDER_IS_REGISTERED: Rule = Rule {
    name: "provider-is-registered",
    sentence: "A subscription must be registered for a resource provider before its resources are used.",
    page: "https://learn.microsoft.com/azure/azure-resource-manager/troubleshooting/error-register-resource-provider",
    status: 409,
    code: "MissingSubscriptionRegistration",
    origin: Origin::Gateway,
    remedy: "Register the provider: POST /subscriptions/{id}/providers/{namespace}/register.",
    limit: Documented { page: ERRORS },
    answer: Recorded { source: PUBLIC_RECORDINGS },
};

/// A provider stays registered while it has resources.
pub static PROVIDER_IN_USE_STAYS_REGISTERED: Rule = Rule {
    name: "provider-in-use-stays-registered",
    sentence: "A resource provider can be unregistered only when the subscription has no resources of it any more.",
    page: "https://learn.microsoft.com/azure/azure-resource-manager/management/resource-providers-and-types",
    status: 409,
    code: "ResourceProviderInUse",
    origin: Origin::Gateway,
    remedy: "Delete the provider's resources first.",
    limit: Documented { page: "https://learn.microsoft.com/azure/azure-resource-manager/management/resource-providers-and-types" },
    answer: Assumed { because: "no refused unregistration was recorded" },
};

/// A child can be made or read only below a parent that exists.
pub static PARENT_RESOURCE_EXISTS: Rule = Rule {
    name: "parent-resource-exists",
    sentence: "The parent of a nested resource must exist.",
    page: "https://learn.microsoft.com/azure/azure-resource-manager/troubleshooting/error-parent-resource",
    status: 404,
    code: "ParentResourceNotFound",
    origin: Origin::Gateway,
    remedy: "Create the parent resource first, or correct its name.",
    limit: Documented { page: ERRORS },
    answer: Recorded { source: PUBLIC_RECORDINGS },
};

/// A resource that is read or patched must exist.
pub static RESOURCE_EXISTS: Rule = Rule {
    name: "resource-exists",
    sentence: "A resource must exist before it is read or changed.",
    page: NOT_FOUND,
    status: 404,
    code: "ResourceNotFound",
    origin: Origin::Gateway,
    remedy: "Create the resource, or correct its id.",
    limit: Documented { page: ERRORS },
    answer: Recorded { source: "azure-sdk-net/DataFactory_Create_Exists_Get_List_Delete" },
};

/// The URL of a long-running operation is good only for an operation that the world remembers.
pub static OPERATION_EXISTS: Rule = Rule {
    name: "operation-exists",
    sentence: "The result of a long-running operation can be read at the URL that its 202 gave, and nowhere else.",
    page: "https://learn.microsoft.com/azure/azure-resource-manager/management/async-operations",
    status: 404,
    code: "OperationNotFound",
    origin: Origin::Gateway,
    remedy: "Follow the Location or Azure-AsyncOperation header as it was given.",
    limit: Documented { page: "https://learn.microsoft.com/azure/azure-resource-manager/management/async-operations" },
    answer: Assumed { because: "the answer to a token that Azure did not hand out was not found" },
};

/// Returns the fault of subscription `id` (as the caller wrote it) not existing.
pub fn subscription_not_found(id: &str) -> Fault {
    SUBSCRIPTION_EXISTS.broken(format!("The subscription '{id}' could not be found."))
}

/// Returns the fault of resource group `name` (as the caller wrote it) not existing.
pub fn resource_group_not_found(name: &str) -> Fault {
    RESOURCE_GROUP_EXISTS.broken(format!("Resource group '{name}' could not be found."))
}

/// Returns the fault of `namespace` not being registered in the subscription.
pub fn missing_subscription_registration(namespace: &str) -> Fault {
    let message = format!(
        "The subscription is not registered to use namespace '{namespace}'. See https://aka.ms/rps-not-found for how to register \
         subscriptions."
    );
    let detail = Detail { code: PROVIDER_IS_REGISTERED.code.into(), target: Some(namespace.into()), message: message.clone() };
    PROVIDER_IS_REGISTERED.broken(message).with_detail(detail)
}

/// Returns the fault of `namespace` still having resources in the subscription.
pub fn provider_in_use(namespace: &str) -> Fault {
    PROVIDER_IN_USE_STAYS_REGISTERED
        .broken(format!("The subscription still has resources of the namespace '{namespace}', so it cannot be unregistered."))
}

/// Returns the fault of the resource that `child` lies in not existing.
pub fn parent_not_found(child: &ResourceId) -> Fault {
    let mut names = child.names();
    names.pop();
    let parent = names.join("/");
    PARENT_RESOURCE_EXISTS.broken(format!("Can not perform requested operation on nested resource. Parent resource '{parent}' not found."))
}

/// Returns the fault of resource `id` not existing.
pub fn resource_not_found(id: &ResourceId) -> Fault {
    let group = id.resource_group().unwrap_or("<null>");
    RESOURCE_EXISTS.broken(format!(
        "The Resource '{}' under resource group '{group}' was not found. For more details please go to \
         https://aka.ms/ARMResourceNotFoundFix",
        short_form(id)
    ))
}

/// Returns the fault of no operation having the id in the URL, whose last segment is `token`.
pub fn operation_not_found(token: &str) -> Fault {
    OPERATION_EXISTS.broken(format!("The operation '{token}' could not be found."))
}

/// Returns `{namespace}/{type}/{name}[/{type}/{name}]`: what stands after the last `providers`.
fn short_form(id: &ResourceId) -> String {
    let segments: Vec<&str> = id.segments().collect();
    let providers = segments.iter().rposition(|segment| segment.eq_ignore_ascii_case("providers"));
    segments.iter().skip(providers.map_or(0, |at| at + 1)).copied().collect::<Vec<_>>().join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(fault: Fault) -> String {
        let Fault::RuleBroken(broken) = fault else { unreachable!() };
        broken.message.unwrap_or_default()
    }

    #[test]
    fn a_missing_resource_is_named_by_type_and_names() {
        let group = "/subscriptions/s/resourceGroups/rg/providers/Microsoft.DataFactory/factories/f/integrationRuntimes/r";
        let inside = ResourceId::parse(group).unwrap();
        assert_eq!(
            message(resource_not_found(&inside)),
            "The Resource 'Microsoft.DataFactory/factories/f/integrationRuntimes/r' under resource group 'rg' was not found. For more \
             details please go to https://aka.ms/ARMResourceNotFoundFix"
        );
        assert_eq!(
            message(parent_not_found(&inside)),
            "Can not perform requested operation on nested resource. Parent resource 'f' not found."
        );
        let outside = ResourceId::parse("/providers/Microsoft.Management/managementGroups/m").unwrap();
        assert!(message(resource_not_found(&outside)).contains("under resource group '<null>' was not found"));
    }
}
