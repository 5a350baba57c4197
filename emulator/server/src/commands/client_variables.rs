//! The variables that point each client at an emulator: what `exec` sets and `env` prints.
//!
//! Which client reads which: `client-connection` 2 and 9. What the caller has set to sign in with is kept, unless `--as`
//! names somebody: it may come from an `env` before. The emulator's own addresses are always those of this emulator.

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
    let named_application = named.filter(|named| named.is("ServicePrincipal"));
    let named_user = named.filter(|named| named.is("User"));
    let mut variables = credential("AZURE_", named_application, world, present, find(world, "owner").ok());
    // A caller that has set one family alone means both.
    let usual = variables.get("AZURE_CLIENT_ID").and_then(|id| find(world, id).ok());
    variables.extend(credential("ARM_", named_application, world, present, usual));
    variables.extend(user(named_user, world, present));
    for (name, value) in [
        ("AZURE_AUTHORITY_HOST", addresses.https.as_str()),
        ("ARM_METADATA_HOSTNAME", addresses.https.strip_prefix("https://").unwrap_or_default()),
        ("AZURE_CORE_INSTANCE_DISCOVERY", "false"),
    ] {
        variables.insert(name.to_owned(), present.get(name).map_or(value, String::as_str).to_owned());
    }
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

/// Returns the variables of one family, `AZURE_` or `ARM_`, by which an application signs in: who `--as` names, else whom
/// the caller has set, else `usual`. Application, secret and tenant are one credential: whom `--as` names brings all three,
/// and beside an application that the caller has set stand its own secret and tenant, or none.
fn credential(
    family: &str,
    named: Option<Principal<'_>>,
    world: &Value,
    present: &BTreeMap<String, String>,
    usual: Option<Principal<'_>>,
) -> BTreeMap<String, String> {
    let set_by_caller = |name: &str| present.get(&format!("{family}{name}")).filter(|value| !value.is_empty()).map(String::as_str);
    let application = named.or_else(|| match set_by_caller("CLIENT_ID") {
        Some(id) => find(world, id).ok().filter(|it| it.is("ServicePrincipal")),
        None => usual,
    });
    let tenant = application.map(|application| application.tenant).or_else(|| list(world, "tenants").next());
    let of = |name: &str| application.and_then(|application| application.text(name));
    let subscriptions = || tenant.into_iter().flat_map(|tenant| list(tenant, "subscriptions")).filter_map(|it| text(it, "id"));
    let kept = |name: &str| set_by_caller(name).filter(|_| named.is_none());
    // That of another tenant is of whoever was named before; any other may well be meant.
    let is_elsewhere = |id: &str| {
        let of_others = list(world, "tenants").filter(|it| tenant != Some(it)).flat_map(|it| list(it, "subscriptions"));
        of_others.filter_map(|it| text(it, "id")).any(|known| known == id)
    };
    let subscription = set_by_caller("SUBSCRIPTION_ID").filter(|id| named.is_none() || !is_elsewhere(id));
    let values = [
        ("TENANT_ID", kept("TENANT_ID").or_else(|| tenant.and_then(|tenant| text(tenant, "id")))),
        ("CLIENT_ID", kept("CLIENT_ID").or_else(|| of("appId"))),
        ("CLIENT_SECRET", kept("CLIENT_SECRET").or_else(|| of("secret"))),
        ("SUBSCRIPTION_ID", subscription.or_else(|| subscriptions().next())),
    ];
    values.into_iter().filter_map(|(name, value)| Some((format!("{family}{name}"), value?.to_owned()))).collect()
}

/// Returns the variables of a user and its password: whom `--as` names, else whom the caller has set, else the first.
fn user(named: Option<Principal<'_>>, world: &Value, present: &BTreeMap<String, String>) -> BTreeMap<String, String> {
    let set_by_caller = |name: &str| present.get(name).filter(|value| !value.is_empty() && named.is_none()).map(String::as_str);
    let user = named.or_else(|| match set_by_caller("EMULATOR_USER") {
        Some(name) => find(world, name).ok().filter(|it| it.is("User")),
        None => first_user(world),
    });
    let of = |name: &str| user.and_then(|user| user.text(name));
    let values = [("EMULATOR_USER", of("userPrincipalName")), ("EMULATOR_PASSWORD", of("password"))];
    values.into_iter().filter_map(|(name, value)| Some((name.to_owned(), set_by_caller(name).or(value)?.to_owned()))).collect()
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
        assert_eq!((&*set["AZURE_CLIENT_ID"], &*set["AZURE_TENANT_ID"]), ("mine", "t1"));
        assert!(!set.contains_key("AZURE_CLIENT_SECRET"), "no secret of somebody else stands beside it");
        assert_eq!(set["EMULATOR_PASSWORD"], "p2");
        assert_eq!(set["EMULATOR_URL"], "https://localhost:7");
        assert_eq!(set["NO_PROXY"], "*");
        assert_eq!(set["no_proxy"], "a,::1,localhost,127.0.0.1");
    }

    #[test]
    fn whom_as_names_replaces_what_an_env_before_has_set() {
        let before = set(Some("guest-app"), &[]);
        let present: Vec<(&str, &str)> = before.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        assert_eq!(set(None, &present), before, "who is not named stays");
        for (principal, application, user) in [("owner", ["a1", "s1", "t1", "sub1"], "p1"), ("zoe", ["a2", "s2", "t2", "sub2"], "p2")] {
            let now = set(Some(principal), &present);
            for family in ["AZURE", "ARM"] {
                let found = ["CLIENT_ID", "CLIENT_SECRET", "TENANT_ID", "SUBSCRIPTION_ID"].map(|name| &*now[&format!("{family}_{name}")]);
                assert_eq!(found, application, "{principal} {family}");
            }
            assert_eq!(now["EMULATOR_PASSWORD"], user, "{principal}");
        }
        let beside = set(Some("owner"), &[("AZURE_SUBSCRIPTION_ID", "mine"), ("ARM_CLIENT_SECRET", "old")]);
        assert_eq!((&*beside["AZURE_SUBSCRIPTION_ID"], &*beside["ARM_CLIENT_SECRET"]), ("mine", "s1"));
        let known = set(None, &[("AZURE_CLIENT_ID", "a2")]);
        assert_eq!((&*known["AZURE_CLIENT_SECRET"], &*known["ARM_CLIENT_ID"], &*known["ARM_TENANT_ID"]), ("s2", "a2", "t2"));
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
