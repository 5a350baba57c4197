//! Linked services and credentials: secrets, references, and what a world file keeps of them.
//!
//! Forms of `datafactory-wire` 5 and `datafactory-models` 11 and 16.

use adf_emulator_tests::{Azure, RG_LINKED, RG_SHARED, factory, factory_with_identity};
use serde_json::{Value, json};

#[tokio::test]
async fn a_secret_is_shown_masked_and_may_be_sent_back() {
    let azure = Azure::start().await;
    let (owner, factory) = (azure.owner(), factory(RG_SHARED, "sharing"));
    owner.put(&factory, factory_with_identity()).await.has_status(200);
    let id = format!("{factory}/linkedServices/Orders");
    let secret = json!({ "type": "SecureString", "value": "AccountKey=s3cret" });
    let sent = json!({ "properties": { "type": "AzureStorage", "typeProperties": { "connectionString": secret } } });
    let first = owner.put(&id, sent.clone()).await.has_status(200).json();
    let shown = &first["properties"]["typeProperties"];
    assert_eq!(shown["connectionString"], json!({ "type": "SecureString", "value": "**********" }));
    assert!(shown["encryptedCredential"].as_str().unwrap().starts_with("ew0KICAiVmVyc2lvbiI6"));
    assert_eq!(first["id"], format!("{factory}/linkedservices/Orders"));
    assert_eq!(first["type"], "Microsoft.DataFactory/factories/linkedservices");
    let order: Vec<&String> = first.as_object().unwrap().keys().collect();
    assert_eq!(order, ["id", "name", "type", "properties", "etag"]);

    let back = owner.put(&id, json!({ "properties": first["properties"] })).await.has_status(200).json();
    assert_eq!(back, first, "what was read changes nothing");
    let mut described = first["properties"].clone();
    described["description"] = json!("Example description");
    let described = owner.put(&id, json!({ "properties": described })).await.has_status(200).json();
    assert_eq!(described["properties"]["typeProperties"], *shown);
    assert_ne!(described["etag"], first["etag"]);
    let other = owner.put(&id, sent).await.has_status(200).json();
    assert_ne!(other["properties"]["typeProperties"]["encryptedCredential"], shown["encryptedCredential"], "another secret");
    assert!(!azure.export().contains("s3cret"));
}

#[tokio::test]
async fn a_world_with_references_in_any_order_is_written_down_and_read_again() {
    let azure = Azure::start().await;
    let (owner, factory) = (azure.owner(), factory(RG_LINKED, "linking"));
    let uai = format!("{RG_LINKED}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/uai-default");
    let identity = json!({ "type": "SystemAssigned,UserAssigned", "userAssignedIdentities": { uai.clone(): {} } });
    owner.put(&factory, json!({ "location": "eastus", "identity": identity })).await.has_status(200);
    let put = async |path: &str, properties: Value| {
        owner.put(&format!("{factory}/{path}"), json!({ "properties": properties })).await.has_status(200).json()
    };
    let vault = json!({ "type": "LinkedServiceReference", "referenceName": "zz-vault" });
    put("integrationRuntimes/own", json!({ "type": "SelfHosted" })).await;
    put("linkedservices/zz-vault", json!({ "type": "AzureKeyVault" })).await;
    put("credentials/default", json!({ "type": "ManagedIdentity", "typeProperties": { "resourceId": uai } })).await;
    let key = json!({ "type": "AzureKeyVaultSecret", "secretName": "k", "store": vault });
    put("credentials/app", json!({ "type": "ServicePrincipal", "typeProperties": { "servicePrincipalKey": key } })).await;
    let uses = json!({ "type": "CredentialReference", "referenceName": "app" });
    let through = json!({ "type": "IntegrationRuntimeReference", "referenceName": "own" });
    let blob = json!({ "type": "AzureBlobStorage", "typeProperties": { "credential": uses }, "connectVia": through });
    put("linkedservices/aa-blob", blob).await;

    let copy = Azure::with_world(&serde_json::from_str(&azure.export()).unwrap()).await;
    assert_eq!(copy.export(), azure.export());
    for path in ["", "/linkedservices", "/credentials", "/credentials/default", "/linkedservices/aa-blob", "/integrationRuntimes"] {
        let path = format!("{factory}{path}");
        assert_eq!(copy.owner().get(&path).await.text(), owner.get(&path).await.text());
    }
    let mut dangling: Value = serde_json::from_str(&azure.export()).unwrap();
    dangling["resources"].as_array_mut().unwrap().retain(|it| !it["id"].as_str().unwrap().ends_with("zz-vault"));
    let refused = adf_emulator::embed::Emulator::with_world(&dangling.to_string()).await.unwrap_err();
    assert!(format!("{refused:?}").contains("invalid reference 'zz-vault'"), "{refused:?}");
}
