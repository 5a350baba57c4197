//! The form of a request: path, api-version, namespace and type, method, body, filter.
//!
//! Lists of what would be accepted come in as plain values. Texts: `arm-wire` 1.3, 1.4, 1.8 and 1.9.

use super::ERRORS;
use crate::fault::Fault;
use crate::reader_words::{LEVELS_MAX, Place};
use crate::rules::Evidence::{Assumed, Documented, Recorded, Reported};
use crate::rules::{Origin, PRINTED, PUBLIC_RECORDINGS, Rule};
use serde_json::Value;

const PROVIDERS: &str = "https://learn.microsoft.com/azure/azure-resource-manager/management/resource-providers-and-types";
const INVALID_PROVIDER: &str = "https://learn.microsoft.com/azure/azure-resource-manager/troubleshooting/error-register-resource-provider";
const REST: &str = "https://learn.microsoft.com/rest/api/azure/";
const RESOURCES_LIST: &str = "https://learn.microsoft.com/rest/api/resources/resources/list";
const LIMITS: &str = "https://learn.microsoft.com/azure/azure-resource-manager/management/azure-subscription-service-limits";

/// The largest request body in bytes: 4 MiB.
pub const CONTENT_BYTES_MAX: usize = 4 * 1024 * 1024;

/// How deep a request body may be nested. Our own bound: a world file holds bodies a few levels down, and its reader
/// stops at 128.
pub const CONTENT_LEVELS_MAX: usize = LEVELS_MAX;

/// The types that Resource Manager reads bodies as stand here.
const DEFINITIONS: &str = "Microsoft.WindowsAzure.ResourceStack.Frontdoor.Data.Definitions";

/// A subscription id is a GUID.
pub static SUBSCRIPTION_ID_IS_A_GUID: Rule = Rule {
    name: "subscription-id-is-a-guid",
    sentence: "The subscription id in a path is a GUID.",
    page: REST,
    status: 400,
    code: "InvalidSubscriptionId",
    origin: Origin::Gateway,
    remedy: "Write the subscription's id, not its name, into the path.",
    limit: Documented { page: ERRORS },
    answer: Recorded { source: PUBLIC_RECORDINGS },
};

/// A path leads to a subscription or to a provider at tenant level.
pub static PATH_HAS_A_SUBSCRIPTION_OR_PROVIDER: Rule = Rule {
    name: "path-has-a-subscription-or-provider",
    sentence: "A path begins with a subscription or with a resource provider that has tenant level resources.",
    page: REST,
    status: 404,
    code: "MissingSubscription",
    origin: Origin::Gateway,
    remedy: "Begin the path with /subscriptions/{id} or /providers/{namespace}.",
    limit: Reported { source: PRINTED },
    answer: Reported { source: PRINTED },
};

/// Every request names an api-version.
pub static API_VERSION_IS_REQUIRED: Rule = Rule {
    name: "api-version-is-required",
    sentence: "Every request names the version of the API that it is written for.",
    page: REST,
    status: 400,
    code: "MissingApiVersionParameter",
    origin: Origin::Gateway,
    remedy: "Add ?api-version= to the URL.",
    limit: Documented { page: REST },
    answer: Reported { source: PRINTED },
};

/// Resource Manager's own routes have versions of their own.
pub static API_VERSION_IS_KNOWN: Rule = Rule {
    name: "api-version-is-known",
    sentence: "A request for a route of Resource Manager itself names one of its api-versions.",
    page: REST,
    status: 400,
    code: "InvalidApiVersionParameter",
    origin: Origin::Gateway,
    remedy: "Take one of the api-versions that the message lists.",
    limit: Reported { source: PRINTED },
    answer: Reported { source: PRINTED },
};

/// A type of a provider is used in the versions that the provider offers.
pub static API_VERSION_SUITS_THE_TYPE: Rule = Rule {
    name: "api-version-suits-the-type",
    sentence: "A resource is read and written in an api-version of its type.",
    page: INVALID_PROVIDER,
    status: 400,
    code: "NoRegisteredProviderFound",
    origin: Origin::Gateway,
    remedy: "Take one of the api-versions that the message lists.",
    limit: Documented { page: ERRORS },
    answer: Recorded { source: PUBLIC_RECORDINGS },
};

/// A provider has the type in the path.
pub static RESOURCE_TYPE_EXISTS: Rule = Rule {
    name: "resource-type-exists",
    sentence: "The resource type in a path is a type of its provider.",
    page: PROVIDERS,
    status: 404,
    code: "InvalidResourceType",
    origin: Origin::Gateway,
    remedy: "Correct the type, or the order of type and name in the path.",
    limit: Documented { page: ERRORS },
    answer: Reported { source: PRINTED },
};

/// A namespace belongs to a provider.
pub static NAMESPACE_EXISTS: Rule = Rule {
    name: "namespace-exists",
    sentence: "The namespace in a path is that of a resource provider.",
    page: PROVIDERS,
    status: 404,
    code: "InvalidResourceNamespace",
    origin: Origin::Gateway,
    remedy: "Correct the namespace; GET /subscriptions/{id}/providers lists them.",
    limit: Documented { page: ERRORS },
    answer: Reported { source: PRINTED },
};

/// A provider has the route in the path.
pub static ROUTE_EXISTS: Rule = Rule {
    name: "route-exists",
    sentence: "A provider answers only the actions and child types that it has.",
    page: REST,
    status: 404,
    code: "HttpResourceNotFound",
    origin: Origin::Provider,
    remedy: "Correct the action's name.",
    limit: Reported { source: PRINTED },
    answer: Reported { source: PRINTED },
};

/// Microsoft.Authorization has nothing behind the names of its types.
pub static RESOURCE_TYPE_IS_SUPPORTED: Rule = Rule {
    name: "resource-type-is-supported",
    sentence: "Behind a type of Microsoft.Authorization stands one name, or one of the actions that the api-version has.",
    page: REST,
    status: 404,
    code: "ResourceTypeNotSupported",
    origin: Origin::Provider,
    remedy: "End the path with the name; a name has no slash in it. Where the action is right, take an api-version that has it.",
    limit: Reported { source: PRINTED },
    answer: Reported { source: "https://github.com/Azure/azure-rest-api-specs/issues/10337" },
};

/// A route answers the methods that it has.
pub static METHOD_IS_ALLOWED: Rule = Rule {
    name: "method-is-allowed",
    sentence: "A resource answers only the HTTP methods that its operations have.",
    page: REST,
    status: 405,
    code: "MethodNotAllowed",
    origin: Origin::Provider,
    remedy: "Take the method of the operation that is meant.",
    limit: Reported { source: PRINTED },
    answer: Reported { source: PRINTED },
};

/// A body has at most four mebibytes.
pub static CONTENT_AT_MOST_4_MB: Rule = Rule {
    name: "content-at-most-4-mb",
    sentence: "A request body has at most 4 MB.",
    page: LIMITS,
    status: 413,
    code: "RequestContentTooLarge",
    origin: Origin::Gateway,
    remedy: "Send less.",
    limit: Documented { page: LIMITS },
    answer: Reported { source: PRINTED },
};

/// A body is JSON.
pub static CONTENT_IS_JSON: Rule = Rule {
    name: "content-is-json",
    sentence: "A body that is not JSON is refused by its media type.",
    page: REST,
    status: 415,
    code: "UnsupportedMediaType",
    origin: Origin::Gateway,
    remedy: "Send JSON, with Content-Type: application/json.",
    limit: Documented { page: REST },
    answer: Reported { source: PRINTED },
};

/// A body has the members that Resource Manager knows, with values that it can read.
pub static CONTENT_IS_VALID: Rule = Rule {
    name: "content-is-valid",
    sentence: "A body is well-formed JSON with the members that Resource Manager knows.",
    page: REST,
    status: 400,
    code: "InvalidRequestContent",
    origin: Origin::Gateway,
    remedy: "Correct the body where the message points.",
    limit: Documented { page: ERRORS },
    answer: Reported { source: PRINTED },
};

/// A `$filter` is an expression that the list understands.
pub static FILTER_IS_UNDERSTOOD: Rule = Rule {
    name: "filter-is-understood",
    sentence: "A $filter compares the properties that the list can be filtered by, and does not mix tags with others.",
    page: RESOURCES_LIST,
    status: 400,
    code: "InvalidFilterInQueryString",
    origin: Origin::Gateway,
    remedy: "Write property eq 'value', joined with and or or.",
    limit: Documented { page: RESOURCES_LIST },
    answer: Assumed { because: "no refused filter of a resource list was recorded" },
};

/// What says which part of a list is asked for can be read: `$top` and `$skip` are numbers, `$skiptoken` is of a `nextLink`.
pub static PAGE_IS_UNDERSTOOD: Rule = Rule {
    name: "page-is-understood",
    sentence: "$top is a whole number from 1, $skip one from 0, and $skiptoken is that of a nextLink.",
    page: RESOURCES_LIST,
    status: 400,
    code: "InvalidQueryParameterValue",
    origin: Origin::Gateway,
    remedy: "Send a number, take the token from nextLink, or leave the parameter out.",
    limit: Documented { page: RESOURCES_LIST },
    answer: Assumed { because: "no refused page was recorded" },
};

/// Returns the fault of `id` not being a GUID.
pub fn invalid_subscription_id(id: &str) -> Fault {
    SUBSCRIPTION_ID_IS_A_GUID.broken(format!("The provided subscription identifier '{id}' is malformed or invalid."))
}

/// Returns the fault of a path that leads nowhere.
pub fn missing_subscription() -> Fault {
    PATH_HAS_A_SUBSCRIPTION_OR_PROVIDER.broken("The request did not have a subscription or a valid tenant level resource provider.")
}

/// Returns the fault of a request without api-version.
pub fn missing_api_version() -> Fault {
    API_VERSION_IS_REQUIRED.broken("The api-version query parameter (?api-version=) is required for all requests.")
}

/// Returns the fault of `version` not being among `supported`, the front door's own versions.
pub fn invalid_api_version(version: &str, supported: &[&str]) -> Fault {
    let supported = supported.join(",");
    API_VERSION_IS_KNOWN.broken(format!("The api-version '{version}' is invalid. The supported versions are '{supported}'."))
}

/// Returns the fault of `version` not being a version of `type_path` (without namespace), with normalised locations.
pub fn no_registered_provider(location: &str, version: &str, type_path: &str, versions: &[&str], locations: &[&str]) -> Fault {
    API_VERSION_SUITS_THE_TYPE.broken(format!(
        "No registered resource provider found for location '{location}' and API version '{version}' for type '{type_path}'. The \
         supported api-versions are '{}'. The supported locations are '{}'.",
        versions.join(", "),
        locations.join(", ")
    ))
}

/// Returns the fault of a type that `namespace` does not have.
pub fn unknown_resource_type(namespace: &str, version: &str) -> Fault {
    RESOURCE_TYPE_EXISTS.broken(format!("The resource type could not be found in the namespace '{namespace}' for api version '{version}'."))
}

/// Returns the fault of `type_path` of `namespace`, at tenant or extension scope, having `versions` but not `version`.
pub fn invalid_resource_type(type_path: &str, namespace: &str, version: &str, versions: &[&str]) -> Fault {
    RESOURCE_TYPE_EXISTS.broken(format!(
        "The resource type '{type_path}' could not be found in the namespace '{namespace}' for api version '{version}'. The supported \
         api-versions are '{}'.",
        versions.join(",")
    ))
}

/// Returns the fault of there being no provider `namespace`.
pub fn invalid_namespace(namespace: &str) -> Fault {
    NAMESPACE_EXISTS.broken(format!("The resource namespace '{namespace}' is invalid."))
}

/// Returns the fault of a provider having no route for `uri`.
pub fn no_http_resource(uri: &str) -> Fault {
    ROUTE_EXISTS.broken(format!("No HTTP resource was found that matches the request URI '{uri}'."))
}

/// Returns the fault of Microsoft.Authorization not having `resource_type`, every second segment of the path.
pub fn unsupported_resource_type(resource_type: &str) -> Fault {
    RESOURCE_TYPE_IS_SUPPORTED.broken(format!("Unsupported resource type: '{resource_type}'."))
}

/// Returns the fault of `uri` not answering `method`.
pub fn method_not_allowed(method: &str, uri: &str) -> Fault {
    METHOD_IS_ALLOWED.broken(format!("The HTTP method '{method}' is not supported on the resource '{uri}'."))
}

/// Returns the fault of a body over `CONTENT_BYTES_MAX`.
pub fn request_too_large() -> Fault {
    CONTENT_AT_MOST_4_MB.broken("The request content size exceeds the maximum size of 4 MB.")
}

/// Returns the fault of a body that is no JSON and says so, or does not say what it is.
pub fn unsupported_media_type(media_type: Option<&str>) -> Fault {
    let media_type = media_type.unwrap_or("<null>");
    CONTENT_IS_JSON.broken(format!("The content media type '{media_type}' is not supported. Only 'application/json' is supported."))
}

/// Returns the fault of a body that cannot be read, with the reader's own sentence.
pub fn invalid_request_content(detail: &str) -> Fault {
    CONTENT_IS_VALID.broken(format!("The request content was invalid and could not be deserialized: '{detail}'."))
}

/// Returns the fault of a member of the body that the reader could not take, with its sentence about it.
pub fn invalid_member(sentence: &str, place: Place) -> Fault {
    invalid_request_content(&format!("{sentence} Path '{}'.", place.path())).in_body(place)
}

/// Returns the fault of a body that is an array, or that value alone.
pub fn content_is_no_object(value: &Value) -> Fault {
    let sentence = match value {
        Value::Array(_) => format!(
            "Cannot deserialize the current JSON array (e.g. [1,2,3]) into type '{DEFINITIONS}.ResourceDefinition' because the type requires \
             a JSON object (e.g. {{\"name\":\"value\"}}) to deserialize correctly.\r\nTo fix this error either change the JSON to a JSON \
             object (e.g. {{\"name\":\"value\"}}) or change the deserialized type to an array or a type that implements a collection \
             interface (e.g. ICollection, IList) like List<T> that can be deserialized from a JSON array. JsonArrayAttribute can also be \
             added to the type to force it to deserialize from a JSON array.\r\n"
        ),
        value => format!("Error converting value {value} to type '{DEFINITIONS}.ResourceDefinition'. "),
    };
    invalid_request_content(&format!("{sentence}Path ''.")).in_body(Place::Value(String::new()))
}

/// Returns the fault of a parameter that says which part of a list is asked for.
pub fn invalid_page(parameter: &str, value: &str) -> Fault {
    PAGE_IS_UNDERSTOOD.broken(format!("Invalid {parameter} '{value}' specified in the query string."))
}

/// Returns the fault of `filter` not being understood.
pub fn invalid_filter(filter: &str) -> Fault {
    FILTER_IS_UNDERSTOOD.broken(format!("Invalid $filter '{filter}' specified in the query string."))
}
