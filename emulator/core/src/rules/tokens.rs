//! Rules of the token that every request to Resource Manager has: it is there, good, and of the right service and tenant.
//!
//! They refuse before anything else about the caller is known. What is wrong with a token, and the challenge that tells a
//! client what to do about it, is the server's affair (`entra/`); how a client gets one is no rule of Resource Manager's.

use super::Evidence::{Assumed, Documented, Reported};
use super::{Origin, PRINTED, Rule};

/// "Azure REST API reference", with what a request needs.
const REST: &str = "https://learn.microsoft.com/rest/api/azure/";
/// "Access tokens in the Microsoft identity platform", with how a service validates one.
const ACCESS_TOKENS: &str = "https://learn.microsoft.com/entra/identity-platform/access-tokens";
/// "Authenticate requests across tenants".
const TENANTS: &str = "https://learn.microsoft.com/azure/azure-resource-manager/management/authenticate-multi-tenant";

/// The status of each of them.
const STATUS: u16 = 401;

/// Nobody is let in without one.
pub static TOKEN_IS_SENT: Rule = Rule {
    name: "token-is-sent",
    sentence: "Every request has an access token in its Authorization header.",
    page: REST,
    status: STATUS,
    code: "AuthenticationFailed",
    origin: Origin::Gateway,
    remedy: "Sign in and send 'Authorization: Bearer TOKEN'; the emulator takes the name of a principal for its token too, unless it was \
             started with --auth strict.",
    limit: Documented { page: REST },
    answer: Reported { source: PRINTED },
};

/// The header's form.
pub static TOKEN_HEADER_SHAPE: Rule = Rule {
    name: "token-header-shape",
    sentence: "The Authorization header is 'Bearer' and a token.",
    page: REST,
    status: STATUS,
    code: "AuthenticationFailedInvalidHeader",
    origin: Origin::Gateway,
    remedy: "Send 'Authorization: Bearer TOKEN'; user names and passwords are for Entra, which gives a token for them.",
    limit: Documented { page: REST },
    answer: Reported { source: PRINTED },
};

/// The form of the header of other directories' tokens.
pub static AUXILIARY_TOKEN_HEADER_SHAPE: Rule = Rule {
    name: "auxiliary-token-header-shape",
    sentence: "The header x-ms-authorization-auxiliary has at most three tokens, each after 'Bearer'.",
    page: TENANTS,
    status: STATUS,
    code: "AuthenticationFailedInvalidHeader",
    origin: Origin::Gateway,
    remedy: "Send 'x-ms-authorization-auxiliary: Bearer TOKEN, Bearer TOKEN', with the tokens of the directories that the request links.",
    limit: Documented { page: TENANTS },
    answer: Assumed { because: "the code and text are those of the Authorization header" },
};

/// Somebody must stand behind it.
pub static TOKEN_IS_VALID: Rule = Rule {
    name: "token-is-valid",
    sentence: "A token is one that Entra has signed, for a principal that is there and may sign in.",
    page: ACCESS_TOKENS,
    status: STATUS,
    code: "InvalidAuthenticationToken",
    origin: Origin::Gateway,
    remedy: "Fetch a new token from the emulator's own Entra: the client's authority is the emulator, and the principal is in the world and \
             not blocked. 'adf-emulator doctor' looks for what is wrong.",
    limit: Documented { page: ACCESS_TOKENS },
    answer: Reported { source: PRINTED },
};

/// Tokens do not last.
pub static TOKEN_HAS_NOT_EXPIRED: Rule = Rule {
    name: "token-has-not-expired",
    sentence: "A token is good for a limited time, about an hour; on the world's clock.",
    page: ACCESS_TOKENS,
    status: STATUS,
    code: "ExpiredAuthenticationToken",
    origin: Origin::Gateway,
    remedy: "Fetch a new token: clients of Azure do so by themselves, as the answer's challenge asks them to.",
    limit: Documented { page: ACCESS_TOKENS },
    answer: Reported { source: PRINTED },
};

/// A token is for one service.
pub static TOKEN_IS_FOR_RESOURCE_MANAGER: Rule = Rule {
    name: "token-is-for-resource-manager",
    sentence: "A token names the service that it is for; Resource Manager takes only its own.",
    page: ACCESS_TOKENS,
    status: STATUS,
    code: "InvalidAuthenticationTokenAudience",
    origin: Origin::Gateway,
    remedy: "Ask for the scope https://management.azure.com/.default, or for that of the URL at which the emulator listens.",
    limit: Documented { page: ACCESS_TOKENS },
    answer: Reported { source: PRINTED },
};

/// A token is of one tenant.
pub static TOKEN_IS_OF_THE_SUBSCRIPTIONS_TENANT: Rule = Rule {
    name: "token-is-of-the-subscriptions-tenant",
    sentence: "A token is of the tenant that the subscription in the path belongs to.",
    page: TENANTS,
    status: STATUS,
    code: "InvalidAuthenticationTokenTenant",
    origin: Origin::Gateway,
    remedy: "Sign in to the tenant that the message names, as a member or a guest of it, or with an application of it.",
    limit: Documented { page: TENANTS },
    answer: Reported { source: PRINTED },
};

/// All of them, in the order in which a request meets them.
pub static ALL: &[&Rule] = &[
    &TOKEN_IS_SENT,
    &TOKEN_HEADER_SHAPE,
    &AUXILIARY_TOKEN_HEADER_SHAPE,
    &TOKEN_IS_VALID,
    &TOKEN_HAS_NOT_EXPIRED,
    &TOKEN_IS_FOR_RESOURCE_MANAGER,
    &TOKEN_IS_OF_THE_SUBSCRIPTIONS_TENANT,
];
