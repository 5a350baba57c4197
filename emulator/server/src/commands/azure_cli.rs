//! A folder for `AZURE_CONFIG_DIR` in which the Azure CLI is signed in, written without running it.
//!
//! The files are those that `az cloud register`, `az cloud set` and `az login --service-principal` of azure-cli 2.91
//! leave behind. Tokens are not among them: the Azure CLI fetches one when it needs it.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use crate::certificates::{self, Readers};
use crate::config;

/// The cloud that the Azure CLI is signed in to.
#[derive(Clone, Copy)]
pub(super) enum Cloud<'a> {
    /// The emulator at this URL, registered.
    Emulator(&'a str),
    /// Azure's public cloud, which the Azure CLI knows by itself.
    Azure,
}

impl Cloud<'_> {
    /// The name, which is also what `/metadata/endpoints` calls it.
    const fn name(self) -> &'static str {
        match self {
            Self::Emulator(_) => "Emulator",
            Self::Azure => "AzureCloud",
        }
    }
}

/// Writes the files into `folder` and returns the variables that point the Azure CLI at them. `variables` are those of
/// the clients, which say who signs in; `present` is the environment of the clients.
pub(super) fn write(
    folder: &Path,
    cloud: Cloud<'_>,
    world: &Value,
    variables: &BTreeMap<String, String>,
    present: &BTreeMap<String, String>,
) -> io::Result<BTreeMap<String, String>> {
    let value = |name: &str| variables.get(name).map(String::as_str);
    let subscription = value("AZURE_SUBSCRIPTION_ID");
    let put = |name: &str, text: &str| certificates::replace(folder, name, text.as_bytes(), Readers::Owner);
    put("config", &configuration(cloud))?;
    put("clouds.config", &endpoints(cloud, subscription))?;
    if let (Some(tenant), Some(client), Some(secret)) = (value("AZURE_TENANT_ID"), value("AZURE_CLIENT_ID"), value("AZURE_CLIENT_SECRET")) {
        let entry = json!([{ "client_id": client, "tenant": tenant, "client_secret": secret }]);
        put("service_principal_entries.json", &entry.to_string())?;
        put("azureProfile.json", &profile(cloud, world, tenant, client, subscription).to_string())?;
    }
    let mut set = BTreeMap::from([("AZURE_CONFIG_DIR".to_owned(), folder.display().to_string())]);
    if let Some(extensions) = extensions(present) {
        set.insert("AZURE_EXTENSION_DIR".to_owned(), extensions.display().to_string());
    }
    Ok(set)
}

/// `encrypt_token_cache` matters on Windows alone, where the entries would otherwise be looked for encrypted.
fn configuration(cloud: Cloud<'_>) -> String {
    let name = cloud.name();
    let discovery = match cloud {
        Cloud::Emulator(_) => "instance_discovery = false\n",
        Cloud::Azure => "",
    };
    format!(
        "[cloud]\nname = {name}\n\n[core]\n{discovery}collect_telemetry = false\nencrypt_token_cache = false\n\
         login_experience_v2 = false\n\n[auto-upgrade]\nenable = false\n"
    )
}

/// The cloud with the endpoints that the Azure CLI would read from `/metadata/endpoints`.
fn endpoints(cloud: Cloud<'_>, subscription: Option<&str>) -> String {
    let name = cloud.name();
    let subscription = subscription.map(|id| format!("subscription = {id}\n")).unwrap_or_default();
    let Cloud::Emulator(https) = cloud else { return format!("[{name}]\n{subscription}") };
    format!(
        "[{name}]\n\
         endpoint_active_directory = {https}\n\
         endpoint_active_directory_data_lake_resource_id = https://datalake.azure.net/\n\
         endpoint_active_directory_graph_resource_id = {https}/graph/\n\
         endpoint_active_directory_resource_id = https://management.core.windows.net/\n\
         endpoint_batch_resource_id = https://batch.core.windows.net/\n\
         endpoint_gallery = {https}/\n\
         endpoint_management = https://management.core.windows.net/\n\
         endpoint_media_resource_id = https://rest.media.azure.net\n\
         endpoint_microsoft_graph_resource_id = {https}/graph/\n\
         endpoint_ossrdbms_resource_id = https://ossrdbms-aad.database.windows.net\n\
         endpoint_portal = {https}/\n\
         endpoint_resource_manager = {https}\n\
         endpoint_sql_management = https://management.core.windows.net:8443/\n\
         endpoint_vm_image_alias_doc = {https}/aliases.json\n\
         suffix_keyvault_dns = .vault.azure.net\n\
         suffix_storage_endpoint = core.windows.net\n\
         {subscription}"
    )
}

/// The subscriptions of the tenant, whether or not the application holds a role there: what it may do is told by the
/// answers, not by an empty list. The first is the default unless another of them is named.
fn profile(cloud: Cloud<'_>, world: &Value, tenant: &str, client: &str, default: Option<&str>) -> Value {
    let list = |entry: &Value, name: &str| entry.get(name).and_then(Value::as_array).cloned().unwrap_or_default();
    let text = |entry: &Value, name: &str| entry.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
    let tenants = list(world, "tenants");
    let subscriptions: Vec<Value> =
        tenants.iter().filter(|it| text(it, "id").eq_ignore_ascii_case(tenant)).flat_map(|it| list(it, "subscriptions")).collect();
    let is = |entry: &Value, id: &str| text(entry, "id").eq_ignore_ascii_case(id);
    let default = subscriptions.iter().find(|it| default.is_some_and(|id| is(it, id))).or_else(|| subscriptions.first());
    let default = default.map(|it| text(it, "id")).unwrap_or_default();
    let shown: Vec<Value> = subscriptions
        .iter()
        .map(|it| {
            json!({ "id": text(it, "id"), "name": text(it, "displayName"), "state": "Enabled",
                "user": { "name": client, "type": "servicePrincipal" }, "isDefault": text(it, "id") == default, "tenantId": tenant,
                "environmentName": cloud.name(), "homeTenantId": tenant, "managedByTenants": [] })
        })
        .collect();
    json!({ "subscriptions": shown })
}

/// The extensions that are installed already: the Azure CLI would look for them in its folder, which is now another.
fn extensions(present: &BTreeMap<String, String>) -> Option<PathBuf> {
    if present.contains_key("AZURE_EXTENSION_DIR") {
        return None;
    }
    let own = present.get("AZURE_CONFIG_DIR").map(PathBuf::from).or_else(|| config::home_folder().map(|home| home.join(".azure")))?;
    Some(own.join("cliextensions")).filter(|folder| folder.is_dir())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_application_is_signed_in_to_the_subscriptions_of_its_tenant() {
        let world = json!({ "tenants": [
            { "id": "t1", "subscriptions": [{ "id": "s1", "displayName": "One" }, { "id": "s2", "displayName": "Two" }] },
            { "id": "t2", "subscriptions": [{ "id": "s3", "displayName": "Three" }] },
        ] });
        let shown = |default| {
            let profile = profile(Cloud::Azure, &world, "T1", "app", default);
            let all = profile["subscriptions"].as_array().unwrap().clone();
            all.iter().map(|it| format!("{} {}", it["id"].as_str().unwrap(), it["isDefault"])).collect::<Vec<_>>()
        };
        assert_eq!(shown(None), ["s1 true", "s2 false"]);
        assert_eq!(shown(Some("S2")), ["s1 false", "s2 true"]);
        assert_eq!(shown(Some("s3")), ["s1 true", "s2 false"]);
    }

    #[test]
    fn nobody_is_signed_in_when_nobody_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let set = write(folder.path(), Cloud::Emulator("https://localhost:7"), &json!({}), &BTreeMap::new(), &BTreeMap::new()).unwrap();
        assert_eq!(set["AZURE_CONFIG_DIR"], folder.path().display().to_string());
        let cloud = std::fs::read_to_string(folder.path().join("clouds.config")).unwrap();
        assert!(cloud.contains("endpoint_resource_manager = https://localhost:7\n") && !cloud.contains("\nsubscription"), "{cloud}");
        assert!(!folder.path().join("azureProfile.json").exists());
    }
}
