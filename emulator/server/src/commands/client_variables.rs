//! The variables that point each client at an emulator: what `exec` sets and `env` prints.
//!
//! Which client reads which: `client-connection` 2 and 9. What the caller has set to sign in with is kept; the
//! emulator's own addresses are always those of this emulator.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::config::WrongUse;

/// Hosts that must be reached without a proxy.
const DIRECT: [&str; 3] = ["localhost", "127.0.0.1", "::1"];

/// Where an emulator is.
#[derive(Debug)]
pub(super) struct Addresses {
    /// Its base URL for plain HTTP.
    pub(super) http: String,
    /// Its base URL for HTTPS.
    pub(super) https: String,
    /// The file with its authority's certificate.
    pub(super) ca_file: String,
}

/// Returns the variables of clients that sign in as `principal`, an application or a user of `world` (a world file's
/// document). The application is `owner` unless another is named; the user is the first of the first tenant with a
/// password. `present` is the environment of the clients. Wrong use when the world has no such application or user.
pub(super) fn variables(
    addresses: &Addresses,
    world: &Value,
    principal: Option<&str>,
    present: &BTreeMap<String, String>,
) -> Result<BTreeMap<String, String>, WrongUse> {
    let named = principal.map(|name| find(world, name)).transpose()?;
    let kept = |variable: &str| present.get(variable).and_then(|name| find(world, name).ok());
    let application = named.filter(|named| named.is("ServicePrincipal"));
    let application = application.or_else(|| kept("AZURE_CLIENT_ID")).or_else(|| find(world, "owner").ok());
    let user = named.filter(|named| named.is("User")).or_else(|| kept("EMULATOR_USER")).or_else(|| first_user(world));
    let tenant = application.map(|application| application.tenant).or_else(|| list(world, "tenants").next());

    let mut variables = BTreeMap::new();
    let mut set = |names: &[&str], value: Option<&str>| {
        for (name, value) in names.iter().zip(std::iter::repeat(value)) {
            if let Some(value) = present.get(*name).map(String::as_str).or(value) {
                variables.insert((*name).to_owned(), value.to_owned());
            }
        }
    };
    let of_tenant = |name| tenant.and_then(|tenant| text(tenant, name));
    let subscription = tenant.and_then(|tenant| list(tenant, "subscriptions").next());
    set(&["AZURE_TENANT_ID", "ARM_TENANT_ID"], of_tenant("id"));
    set(&["AZURE_SUBSCRIPTION_ID", "ARM_SUBSCRIPTION_ID"], subscription.and_then(|subscription| text(subscription, "id")));
    set(&["AZURE_CLIENT_ID", "ARM_CLIENT_ID"], application.and_then(|application| application.text("appId")));
    set(&["AZURE_CLIENT_SECRET", "ARM_CLIENT_SECRET"], application.and_then(|application| application.text("secret")));
    set(&["AZURE_AUTHORITY_HOST"], Some(&addresses.https));
    set(&["ARM_METADATA_HOSTNAME"], addresses.https.strip_prefix("https://"));
    set(&["AZURE_CORE_INSTANCE_DISCOVERY"], Some("false"));
    set(&["EMULATOR_USER"], user.and_then(|user| user.text("userPrincipalName")));
    set(&["EMULATOR_PASSWORD"], user.and_then(|user| user.text("password")));

    for (name, value) in [
        ("ADF_EMULATOR_URL", &addresses.http),
        ("EMULATOR_HTTP_URL", &addresses.http),
        ("EMULATOR_URL", &addresses.https),
        ("EMULATOR_CA", &addresses.ca_file),
    ] {
        variables.insert(name.to_owned(), value.clone());
    }
    let in_force = |name: &str| present.get(name).map_or("", String::as_str);
    let upper = if present.contains_key("NO_PROXY") { "NO_PROXY" } else { "no_proxy" };
    variables.insert("NO_PROXY".to_owned(), with_direct(in_force(upper)));
    if present.contains_key("no_proxy") {
        variables.insert("no_proxy".to_owned(), with_direct(in_force("no_proxy")));
    }
    Ok(variables)
}

/// Adds our hosts to a list of hosts without a proxy, unless it names them or all.
fn with_direct(list: &str) -> String {
    let mut hosts: Vec<&str> = list.split(',').map(str::trim).filter(|host| !host.is_empty()).collect();
    if !hosts.contains(&"*") {
        let missing = DIRECT.into_iter().filter(|direct| !list.split(',').any(|host| host.trim() == *direct));
        hosts.extend(missing);
    }
    hosts.join(",")
}

/// A principal of a world file, with the tenant that it is in.
#[derive(Clone, Copy, Debug)]
struct Principal<'a> {
    tenant: &'a Value,
    entry: &'a Value,
}

impl<'a> Principal<'a> {
    fn is(self, kind: &str) -> bool {
        self.text("type") == Some(kind)
    }

    fn text(self, name: &str) -> Option<&'a str> {
        text(self.entry, name)
    }
}

fn text<'a>(entry: &'a Value, name: &str) -> Option<&'a str> {
    entry.get(name).and_then(Value::as_str)
}

fn list<'a>(entry: &'a Value, name: &str) -> impl Iterator<Item = &'a Value> + use<'a> {
    entry.get(name).and_then(Value::as_array).into_iter().flatten()
}

fn principals(world: &Value) -> impl Iterator<Item = Principal<'_>> {
    list(world, "tenants").flat_map(|tenant| list(tenant, "principals").map(move |entry| Principal { tenant, entry }))
}

fn first_user(world: &Value) -> Option<Principal<'_>> {
    let tenant = list(world, "tenants").next()?;
    let mut users = list(tenant, "principals").map(|entry| Principal { tenant, entry }).filter(|user| user.is("User"));
    users.find(|user| user.text("password").is_some())
}

/// Finds who has that name, object id, application id or user principal name and can sign in.
fn find<'a>(world: &'a Value, name: &str) -> Result<Principal<'a>, WrongUse> {
    let is_called = |principal: &Principal<'_>| {
        let names = ["name", "objectId", "appId", "userPrincipalName"].map(|key| principal.text(key));
        names.into_iter().flatten().any(|known| known.eq_ignore_ascii_case(name))
    };
    let can_sign_in = |principal: &Principal<'_>| principal.is("ServicePrincipal") || principal.is("User");
    principals(world).filter(can_sign_in).find(is_called).ok_or_else(|| {
        let known: Vec<&str> = principals(world).filter(can_sign_in).filter_map(|principal| principal.text("name")).collect();
        let known = if known.is_empty() { "none".to_owned() } else { known.join(", ") };
        WrongUse::new(format!("--as '{name}' is no application or user of the world; it has {known}"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn addresses() -> Addresses {
        Addresses { http: "http://127.0.0.1:7".to_owned(), https: "https://localhost:7".to_owned(), ca_file: "/state/ca.pem".to_owned() }
    }

    fn world() -> Value {
        json!({"tenants": [
            {"id": "t1", "principals": [
                {"name": "owner", "type": "ServicePrincipal", "appId": "a1", "secret": "s1"},
                {"name": "all", "type": "Group", "objectId": "g1"},
                {"name": "bob", "type": "User", "userPrincipalName": "bob@x"},
                {"name": "ada", "type": "User", "userPrincipalName": "ada@x", "password": "p1"},
            ], "subscriptions": [{"id": "sub1"}]},
            {"id": "t2", "principals": [
                {"name": "guest-app", "type": "ServicePrincipal", "appId": "a2", "secret": "s2"},
                {"name": "zoe", "type": "User", "userPrincipalName": "zoe@y", "password": "p2"},
            ], "subscriptions": [{"id": "sub2"}]},
        ]})
    }

    fn set(principal: Option<&str>, present: &[(&str, &str)]) -> BTreeMap<String, String> {
        let present = present.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        variables(&addresses(), &world(), principal, &present).unwrap()
    }

    #[test]
    fn the_application_is_owner_and_the_user_the_first_with_a_password() {
        let set = set(None, &[]);
        for (name, value) in [
            ("AZURE_TENANT_ID", "t1"),
            ("ARM_TENANT_ID", "t1"),
            ("AZURE_CLIENT_ID", "a1"),
            ("ARM_CLIENT_SECRET", "s1"),
            ("ARM_SUBSCRIPTION_ID", "sub1"),
            ("ARM_METADATA_HOSTNAME", "localhost:7"),
            ("AZURE_AUTHORITY_HOST", "https://localhost:7"),
            ("AZURE_CORE_INSTANCE_DISCOVERY", "false"),
            ("EMULATOR_USER", "ada@x"),
            ("EMULATOR_PASSWORD", "p1"),
            ("EMULATOR_URL", "https://localhost:7"),
            ("ADF_EMULATOR_URL", "http://127.0.0.1:7"),
            ("EMULATOR_CA", "/state/ca.pem"),
            ("NO_PROXY", "localhost,127.0.0.1,::1"),
        ] {
            assert_eq!(set.get(name).map(String::as_str), Some(value), "{name}");
        }
        assert!(!set.contains_key("no_proxy"));
    }

    #[test]
    fn another_application_brings_its_tenant_and_a_user_leaves_the_application() {
        let application = set(Some("GUEST-APP"), &[]);
        assert_eq!((&*application["AZURE_CLIENT_ID"], &*application["AZURE_TENANT_ID"]), ("a2", "t2"));
        assert_eq!((&*application["AZURE_SUBSCRIPTION_ID"], &*application["EMULATOR_USER"]), ("sub2", "ada@x"));
        let user = set(Some("zoe@y"), &[]);
        assert_eq!((&*user["AZURE_CLIENT_ID"], &*user["EMULATOR_PASSWORD"]), ("a1", "p2"));
    }

    #[test]
    fn what_the_caller_has_set_is_kept_and_added_to() {
        let present = [
            ("AZURE_CLIENT_ID", "mine"),
            ("EMULATOR_USER", "zoe@y"),
            ("EMULATOR_URL", "https://old"),
            ("no_proxy", "a, ::1"),
            ("NO_PROXY", "*"),
        ];
        let set = set(None, &present);
        assert_eq!(set["AZURE_CLIENT_ID"], "mine");
        assert_eq!(set["EMULATOR_PASSWORD"], "p2");
        assert_eq!(set["EMULATOR_URL"], "https://localhost:7");
        assert_eq!(set["NO_PROXY"], "*");
        assert_eq!(set["no_proxy"], "a,::1,localhost,127.0.0.1");
    }

    #[test]
    fn who_cannot_sign_in_is_named_with_who_can() {
        for name in ["nobody", "all"] {
            let wrong = variables(&addresses(), &world(), Some(name), &BTreeMap::new()).unwrap_err();
            assert_eq!(wrong.line, format!("--as '{name}' is no application or user of the world; it has owner, bob, ada, guest-app, zoe"));
        }
        let empty = variables(&addresses(), &json!({}), None, &BTreeMap::new()).unwrap();
        assert!(!empty.contains_key("AZURE_CLIENT_ID") && empty.contains_key("AZURE_AUTHORITY_HOST"));
    }
}
