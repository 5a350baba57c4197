//! Where resources may be: a location must be given, be offered, and stay.
//!
//! Locations compare after removing spaces and lowering the case; that is done by the caller. Texts: `arm-wire` 1.8.

use super::ERRORS;
use crate::fault::Fault;
use crate::resource_id::ResourceId;
use crate::rules::Evidence::{Documented, Recorded, Reported};
use crate::rules::{Origin, PRINTED, PUBLIC_RECORDINGS, Rule};

const RESOURCE_LOCATION: &str = "https://learn.microsoft.com/azure/azure-resource-manager/templates/resource-location";

/// A tracked resource and a group are made with a location.
pub static LOCATION_IS_REQUIRED: Rule = Rule {
    name: "location-is-required",
    sentence: "A tracked resource and a resource group are created with a location.",
    page: RESOURCE_LOCATION,
    status: 400,
    code: "LocationRequired",
    origin: Origin::Gateway,
    remedy: "Add \"location\" to the body.",
    limit: Documented { page: ERRORS },
    answer: Reported { source: PRINTED },
};

/// A type can be made only where its provider offers it.
pub static LOCATION_SUITS_THE_TYPE: Rule = Rule {
    name: "location-suits-the-type",
    sentence: "A resource can only be created in a region where its type is offered.",
    page: RESOURCE_LOCATION,
    status: 400,
    code: "LocationNotAvailableForResourceType",
    origin: Origin::Gateway,
    remedy: "Take one of the regions that the message lists.",
    limit: Documented { page: RESOURCE_LOCATION },
    answer: Recorded { source: PUBLIC_RECORDINGS },
};

/// A group can be made only in a region that exists.
pub static LOCATION_SUITS_RESOURCE_GROUPS: Rule = Rule {
    name: "location-suits-resource-groups",
    sentence: "A resource group can only be created in a region that Azure has.",
    page: RESOURCE_LOCATION,
    status: 400,
    code: "LocationNotAvailableForResourceGroup",
    origin: Origin::Gateway,
    remedy: "Take one of the regions that the message lists.",
    limit: Reported { source: PRINTED },
    answer: Reported { source: PRINTED },
};

/// A resource never moves to another location.
pub static RESOURCE_KEEPS_ITS_LOCATION: Rule = Rule {
    name: "resource-keeps-its-location",
    sentence: "A resource stays in the location in which it was created.",
    page: RESOURCE_LOCATION,
    status: 409,
    code: "InvalidResourceLocation",
    origin: Origin::Gateway,
    remedy: "Send the location that the resource has, or take another name.",
    limit: Documented { page: ERRORS },
    answer: Reported { source: PRINTED },
};

/// Returns the fault of a body that needs a location having none.
pub fn location_required() -> Fault {
    LOCATION_IS_REQUIRED.broken("The location property is required for this definition.")
}

/// Returns the fault of `resource_type` not being offered in `sent`; `offered` are normalised names.
pub fn location_not_available(sent: &str, resource_type: &str, offered: &[&str]) -> Fault {
    LOCATION_SUITS_THE_TYPE.broken(format!(
        "The provided location '{sent}' is not available for resource type '{resource_type}'. List of available regions for the \
         resource type is '{}'.",
        offered.join(",")
    ))
}

/// Returns the fault of there being no region `sent` for groups; `offered` are normalised names.
pub fn location_not_available_for_group(sent: &str, offered: &[&str]) -> Fault {
    LOCATION_SUITS_RESOURCE_GROUPS.broken(format!(
        "The provided location '{sent}' is not available for resource group. List of available regions is '{}'.",
        offered.join(",")
    ))
}

/// Returns the fault of a write that would move `id` from the location `exists_in` to `sent`, both normalised.
pub fn location_changed(id: &ResourceId, exists_in: &str, sent: &str) -> Fault {
    let (name, group) = (id.names().join("/"), id.resource_group().unwrap_or_default());
    RESOURCE_KEEPS_ITS_LOCATION.broken(format!(
        "The resource '{name}' already exists in location '{exists_in}' in resource group '{group}'. A resource with the same name \
         cannot be created in location '{sent}'. Please select a new resource name."
    ))
}
