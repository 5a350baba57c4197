//! `/metadata/endpoints`: where the other endpoints of this cloud are, in its three shapes.
//!
//! Resource Manager serves it to everyone. Clients read it once and believe it, so every URL has the origin that the
//! client itself used. Which client needs which field: `client-connection` 3.1.

use serde::Serialize;

use super::audience::RESOURCE_MANAGER;
use crate::azure_hosts::AzureHost;

/// The version from which the answer is one object.
const ONE_OBJECT_SINCE: &str = "2022-09-01";

/// The versions that answer with the oldest, flat object.
const FLAT: [&str; 3] = ["2015-01-01", "2018-05-01", "1.0"];

/// What a version of the document looks like.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub enum Metadata {
    /// One cloud.
    One(Box<Cloud>),
    /// A list of clouds.
    List([Box<Cloud>; 1]),
    /// The oldest form.
    Flat(Flat),
}

impl Metadata {
    /// Returns the document of that version; `None` when it is not a version.
    pub fn of(version: &str, origin: &str) -> Option<Self> {
        if FLAT.contains(&version) {
            let is_azure = AzureHost::at(origin).is_some();
            return Some(Self::Flat(if is_azure { Flat::of_azure() } else { Flat::at(origin) }));
        }
        let is_date =
            version.get(..10).is_some_and(|date| adf_emulator_core::timestamp::Timestamp::parse(&format!("{date}T00:00:00Z")).is_some());
        if !is_date {
            return None;
        }
        let cloud = Box::new(Cloud::at(origin));
        Some(if version < ONE_OBJECT_SINCE { Self::List([cloud]) } else { Self::One(cloud) })
    }
}

/// One cloud.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Cloud {
    name: &'static str,
    portal: String,
    resource_manager: String,
    microsoft_graph_resource_id: String,
    graph: String,
    graph_audience: String,
    authentication: Authentication,
    suffixes: Suffixes,
    gallery: String,
    batch: &'static str,
    media: &'static str,
    sql_management: &'static str,
    active_directory_data_lake: &'static str,
    #[serde(rename = "ossrdbmsResourceId")]
    oss_databases: &'static str,
    vm_image_alias_doc: String,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Authentication {
    login_endpoint: String,
    audiences: [&'static str; 2],
    tenant: &'static str,
    identity_provider: &'static str,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Suffixes {
    storage: &'static str,
    key_vault_dns: &'static str,
}

impl Cloud {
    fn at(origin: &str) -> Self {
        if AzureHost::at(origin).is_some() { Self::of_azure() } else { Self::of_emulator(origin) }
    }

    /// Azure's public cloud as it describes itself, in the members that ours has (`arm-wire` 4.10).
    fn of_azure() -> Self {
        let old_graph = "https://graph.windows.net/";
        let aliases = "https://raw.githubusercontent.com/Azure/azure-rest-api-specs/main/arm-compute/quickstart-templates/aliases.json";
        let mut cloud = Self::of_emulator(AzureHost::ResourceManager.origin());
        cloud.name = "AzureCloud";
        cloud.portal = "https://portal.azure.com".to_owned();
        cloud.resource_manager = format!("{}/", AzureHost::ResourceManager.origin());
        cloud.microsoft_graph_resource_id = format!("{}/", AzureHost::Graph.origin());
        cloud.graph = old_graph.to_owned();
        cloud.graph_audience = old_graph.to_owned();
        cloud.authentication.login_endpoint = AzureHost::Login.origin().to_owned();
        cloud.gallery = "https://gallery.azure.com/".to_owned();
        cloud.vm_image_alias_doc = aliases.to_owned();
        cloud
    }

    fn of_emulator(origin: &str) -> Self {
        let [core_windows, _, azure, _] = RESOURCE_MANAGER;
        let graph = format!("{origin}/graph/");
        Self {
            name: "Emulator",
            portal: format!("{origin}/"),
            resource_manager: origin.to_owned(),
            microsoft_graph_resource_id: graph.clone(),
            graph: graph.clone(),
            graph_audience: graph,
            authentication: Authentication {
                login_endpoint: origin.to_owned(),
                audiences: [core_windows, azure],
                tenant: "common",
                identity_provider: "AAD",
            },
            suffixes: Suffixes { storage: "core.windows.net", key_vault_dns: "vault.azure.net" },
            gallery: format!("{origin}/"),
            batch: "https://batch.core.windows.net/",
            media: "https://rest.media.azure.net",
            sql_management: "https://management.core.windows.net:8443/",
            active_directory_data_lake: "https://datalake.azure.net/",
            oss_databases: "https://ossrdbms-aad.database.windows.net",
            vm_image_alias_doc: format!("{origin}/aliases.json"),
        }
    }
}

/// The oldest form of the document.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Flat {
    gallery_endpoint: String,
    graph_endpoint: String,
    portal_endpoint: String,
    authentication: FlatAuthentication,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct FlatAuthentication {
    login_endpoint: String,
    audiences: [&'static str; 1],
}

impl Flat {
    fn at(origin: &str) -> Self {
        let [audience, ..] = RESOURCE_MANAGER;
        Self {
            gallery_endpoint: format!("{origin}/"),
            graph_endpoint: format!("{origin}/graph/"),
            portal_endpoint: format!("{origin}/"),
            authentication: FlatAuthentication { login_endpoint: format!("{origin}/"), audiences: [audience] },
        }
    }

    fn of_azure() -> Self {
        let Cloud { gallery, graph, portal, authentication, .. } = Cloud::of_azure();
        let [audience, ..] = authentication.audiences;
        Self {
            gallery_endpoint: gallery,
            graph_endpoint: graph,
            portal_endpoint: portal,
            authentication: FlatAuthentication { login_endpoint: authentication.login_endpoint, audiences: [audience] },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_version_has_its_shape() {
        let json = |version| Metadata::of(version, "https://localhost:4443").map(|it| serde_json::to_value(it).unwrap());
        for version in ["2022-09-01", "2023-11-01", "2025-01-01-preview"] {
            assert_eq!(json(version).unwrap()["authentication"]["loginEndpoint"], "https://localhost:4443");
        }
        for version in ["2019-05-01", "2020-06-01", "2016-06-01"] {
            assert_eq!(json(version).unwrap()[0]["microsoftGraphResourceId"], "https://localhost:4443/graph/");
        }
        for version in ["2015-01-01", "2018-05-01", "1.0"] {
            assert_eq!(json(version).unwrap()["portalEndpoint"], "https://localhost:4443/");
        }
        let at_azure = serde_json::to_value(Metadata::of("2022-09-01", "https://management.azure.com")).unwrap();
        assert_eq!(at_azure["name"], "AzureCloud");
        assert_eq!(at_azure["authentication"]["loginEndpoint"], "https://login.microsoftonline.com");
        assert_eq!(at_azure["microsoftGraphResourceId"], "https://graph.microsoft.com/");
        let at_azure = serde_json::to_value(Metadata::of("2015-01-01", "https://management.azure.com")).unwrap();
        assert_eq!(at_azure["authentication"]["loginEndpoint"], "https://login.microsoftonline.com");
        for version in ["", "2", "latest", "2022-13-01", "２０２２-09-01"] {
            assert_eq!(json(version), None, "{version}");
        }
    }
}
