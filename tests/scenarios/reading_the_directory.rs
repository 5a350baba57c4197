//! Role cmdlets look principals up in Microsoft Graph: by name before they grant, by id when they list.
//!
//! Follows <https://learn.microsoft.com/graph/api/directoryobject-getbyids>.

use adf_emulator_tests::{Answer, Azure, TENANT};
use serde_json::{Value, json};

const ADA: &str = "55555555-5555-5555-5555-000000000001";
const OWNER: &str = "44444444-4444-4444-4444-000000000001";
const OWNER_APP: &str = "33333333-3333-3333-3333-000000000001";
const ENGINEERS: &str = "66666666-6666-6666-6666-000000000001";
const IDENTITY: &str = "77777777-7777-7777-7777-000000000001";
const FABRIKAM_OWNER: &str = "44444444-4444-4444-4444-000000000009";

async fn get(azure: &Azure, caller: &str, path: &str) -> Answer {
    azure.fetch_as(caller, &format!("/graph/v1.0/{path}")).await
}

async fn found(azure: &Azure, path: &str) -> Vec<String> {
    let list = get(azure, "ada", path).await.has_status(200).json();
    list["value"].as_array().unwrap().iter().map(|it| it["id"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn principals_are_found_as_the_azure_cli_and_powershell_look_for_them() {
    let azure = Azure::start().await;
    for (path, ids) in [
        ("servicePrincipals?$filter=servicePrincipalNames%2Fany%28c%3Ac%20eq%20%2733333333-3333-3333-3333-000000000001%27%29", vec![OWNER]),
        ("servicePrincipals?$filter=servicePrincipalNames/any(c:%20c%20eq%20'33333333-3333-3333-3333-000000000001')", vec![OWNER]),
        ("servicePrincipals?$filter=servicePrincipalNames/any(c:c%20eq%20'44444444-4444-4444-4444-000000000001')", vec![]),
        ("servicePrincipals?%24filter=appId+eq+%2733333333-3333-3333-3333-000000000001%27", vec![OWNER]),
        ("servicePrincipals?$filter=displayName%20eq%20'OWNER'", vec![OWNER]),
        ("servicePrincipals?$filter=displayName%20eq%20'fabrikam-owner'", vec![]),
        ("servicePrincipals?$filter=servicePrincipalType%20eq%20'ManagedIdentity'", vec![IDENTITY]),
        ("users?$filter=userPrincipalName%20eq%20'ada%40contoso.onmicrosoft.com'", vec![ADA]),
        ("users?$filter=startswith(displayName,'ad')", vec![ADA]),
        ("users?$filter=id%20eq%20'55555555-5555-5555-5555-000000000001'", vec![ADA]),
        ("groups", vec![ENGINEERS]),
        ("groups?$count=true&$top=100", vec![ENGINEERS]),
        ("applications?$filter=appId%20eq%20'33333333-3333-3333-3333-000000000009'", vec![]),
        ("users?$filter=accountEnabled%20eq%20true%20and%20(displayName%20eq%20'x'%20or%20startswith(userPrincipalName,'ada'))", vec![ADA]),
        ("servicePrincipals?$filter=id%20in%20('44444444-4444-4444-4444-000000000001','x')", vec![OWNER]),
    ] {
        assert_eq!(found(&azure, path).await, ids, "{path}");
    }
    let list = get(&azure, "owner", &format!("servicePrincipals?$filter=appId%20eq%20'{OWNER_APP}'")).await.json();
    assert_eq!(list["@odata.context"], format!("{}/graph/v1.0/$metadata#servicePrincipals", azure.url()));
    let shown = list["value"][0].as_object().unwrap();
    // Members and order as recorded of the Azure CLI's `ad sp list`.
    assert_eq!(
        shown.keys().take(9).collect::<Vec<_>>(),
        [
            "id",
            "deletedDateTime",
            "accountEnabled",
            "alternativeNames",
            "appDisplayName",
            "appDescription",
            "appId",
            "applicationTemplateId",
            "appOwnerOrganizationId"
        ]
    );
    for (member, value) in [
        ("id", json!(OWNER)),
        ("appId", json!(OWNER_APP)),
        ("displayName", json!("owner")),
        ("servicePrincipalType", json!("Application")),
        ("servicePrincipalNames", json!([OWNER_APP])),
        ("accountEnabled", json!(true)),
        ("appOwnerOrganizationId", json!(TENANT)),
    ] {
        assert_eq!(shown[member], value, "{member}");
    }
}

#[tokio::test]
async fn ids_are_resolved_to_principals_with_their_types() {
    let azure = Azure::start().await;
    let ask = async |caller: &str, body: Value| azure.post_as(caller, "/graph/v1.0/directoryObjects/getByIds", &body).await;
    let types = ["user", "group", "servicePrincipal", "directoryObjectPartnerReference"];
    let unknown = "99999999-9999-4999-8999-999999999999";
    let ids = [OWNER, ADA, ENGINEERS, IDENTITY, unknown, FABRIKAM_OWNER];
    for caller in ["owner", "ada", "eve", "reader", OWNER] {
        let answer = ask(caller, json!({ "ids": ids, "types": types })).await.has_status(200).json();
        let found: Vec<(&str, &str)> =
            answer["value"].as_array().unwrap().iter().map(|it| (text(&it["id"]), text(&it["@odata.type"]))).collect();
        let service_principal = "#microsoft.graph.servicePrincipal";
        let user = (ADA, "#microsoft.graph.user");
        assert_eq!(found, [(OWNER, service_principal), user, (ENGINEERS, "#microsoft.graph.group"), (IDENTITY, service_principal)]);
    }
    let users = ask("owner", json!({ "ids": ids, "types": ["user"] })).await.has_status(200).json();
    assert_eq!(users["value"].as_array().unwrap().len(), 1);
    for bad in
        [json!({}), json!({ "ids": "x" }), json!({ "ids": ["x"] }), json!([]), json!({ "ids": [1] }), json!({ "ids": [], "types": 1 })]
    {
        ask("owner", bad).await.is_refused(400, "BadRequest");
    }
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap()
}

/// What is selected must be there: <https://learn.microsoft.com/graph/query-parameters#select-parameter>.
async fn is_selected_by_name(azure: &Azure) {
    for (path, of) in [
        (format!("users/{ADA}?$select=foo"), "user"),
        ("users?$select=id,foo".to_owned(), "user"),
        (format!("groups/{ENGINEERS}?$select=foo,id"), "group"),
        (format!("servicePrincipals/{OWNER}?$select=foo"), "servicePrincipal"),
        ("applications?$select=foo".to_owned(), "application"),
        (format!("groups/{ENGINEERS}/members?$select=foo"), "directoryObject"),
        (format!("directoryObjects/{ADA}?$select=foo/bar"), "directoryObject"),
    ] {
        let said = format!("Parsing OData Select and Expand failed: Could not find a property named 'foo' on type 'microsoft.graph.{of}'.");
        get(azure, "owner", &path).await.is_refused(400, "BadRequest").says(&said);
    }
    // What Graph has and the emulator has not is named.
    for name in ["assignedLicenses", "extension_0123_level", "manager", "passwordProfile/password"] {
        get(azure, "owner", &format!("users?$select=id,{name}")).await.is_refused(501, "NotEmulated");
    }
    for all in ["*", "id,*", ""] {
        let user = get(azure, "owner", &format!("users/{ADA}?$select={all}")).await.has_status(200).json();
        assert_eq!(user["displayName"], "Ada", "{all}");
    }
    let members = get(azure, "owner", &format!("groups/{ENGINEERS}/members?$select=userPrincipalName")).await.has_status(200).json();
    assert_eq!(members["value"][0]["userPrincipalName"], "ada@contoso.onmicrosoft.com");
}

#[tokio::test]
async fn single_objects_are_read_by_id() {
    let azure = Azure::start().await;
    let ada = json!({
        "@odata.context": format!("{}/graph/v1.0/$metadata#users/$entity", azure.url()), "businessPhones": [], "displayName": "Ada",
        "givenName": null, "jobTitle": null, "mail": null, "mobilePhone": null, "officeLocation": null, "preferredLanguage": null,
        "surname": null, "userPrincipalName": "ada@contoso.onmicrosoft.com", "id": ADA
    });
    for path in [format!("users/{ADA}"), format!("users('{ADA}')"), "users/ADA@contoso.onmicrosoft.com".to_owned(), "me".to_owned()] {
        assert_eq!(get(&azure, "ada", &path).await.has_status(200).json(), ada, "{path}");
    }
    let identity = get(&azure, "owner", &format!("servicePrincipals/{IDENTITY}")).await.has_status(200).json();
    assert_eq!(identity["servicePrincipalType"], "ManagedIdentity");
    assert_eq!(identity["alternativeNames"][0], "isExplicit=True");
    get(&azure, "owner", &format!("directoryObjects/{ENGINEERS}")).await.has_status(200);
    let selected = get(&azure, "owner", &format!("groups/{ENGINEERS}?$select=id")).await.has_status(200).json();
    assert_eq!((&selected["id"], selected.get("displayName")), (&json!(ENGINEERS), None));
    assert_eq!(selected["@odata.context"], format!("{}/graph/v1.0/$metadata#groups(id)/$entity", azure.url()));
    let more = get(&azure, "owner", &format!("users/{ADA}?$select=accountEnabled,userType")).await.has_status(200).json();
    assert_eq!((&more["accountEnabled"], &more["userType"], more.get("id")), (&json!(true), &json!("Member"), None));
    is_selected_by_name(&azure).await;
    for path in [format!("servicePrincipals(appId='{OWNER_APP}')"), format!("servicePrincipals/{OWNER}")] {
        assert_eq!(get(&azure, "owner", &path).await.has_status(200).json()["id"], OWNER);
    }
    assert_eq!(get(&azure, "owner", &format!("applications(appId='{OWNER_APP}')")).await.has_status(200).json()["appId"], OWNER_APP);
    get(&azure, "owner", "me").await.is_refused(400, "BadRequest");
    for path in [format!("users/{OWNER}"), format!("groups/{ADA}"), format!("directoryObjects/{FABRIKAM_OWNER}"), "users/nobody".to_owned()]
    {
        let answer = get(&azure, "owner", &path).await;
        let id = path.rsplit('/').next().unwrap();
        let message = format!("Resource '{id}' does not exist or one of its queried reference-property objects are not present.");
        answer.is_refused(404, "Request_ResourceNotFound").says(&message);
    }
}

#[tokio::test]
async fn a_token_has_to_be_graphs() {
    let azure = Azure::start().await;
    let path = format!("users/{ADA}");
    let graph = azure.sign_in(1, "owner-secret", &format!("{}/graph//.default", azure.url())).await;
    get(&azure, &graph, &path).await.has_status(200);
    let public = azure.sign_in(1, "owner-secret", "https://graph.microsoft.com/.default").await;
    get(&azure, &public, &path).await.has_status(200);
    let arm = azure.sign_in(1, "owner-secret", "https://management.azure.com/.default").await;
    let refused = get(&azure, &arm, &path).await;
    refused.is_refused(401, "InvalidAuthenticationToken").says("Access token validation failure. Invalid audience.");
    azure.fetch(&format!("/graph/v1.0/{path}")).await.is_refused(401, "InvalidAuthenticationToken");
    azure.advance("PT2H").await;
    let expired = get(&azure, &graph, &path).await;
    assert!(expired.is_refused(401, "InvalidAuthenticationToken").header("www-authenticate").unwrap().contains("insufficient_claims"));
}

#[tokio::test]
async fn the_rest_of_graph_is_refused_by_name() {
    let azure = Azure::start().await;
    for path in [
        "organization",
        "applications(uniqueName='x')/extensionProperties",
        "oauth2PermissionGrants",
        "users?$search=x",
        "users?$filter=nickname%20eq%20'x'",
        "users?$filter=contains(displayName,'x')",
        "groups?$orderby=id",
        "groups?$expand=members",
        "servicePrincipals/x/appRoleAssignments",
    ] {
        let answer = get(&azure, "owner", path).await;
        assert!(answer.is_refused(501, "NotEmulated").header("x-emulator-not-emulated").is_some(), "{path}");
    }
    let before = azure.export();
    let batch = json!({ "requests": [{ "id": "1", "method": "DELETE", "url": format!("/users/{ADA}") }] });
    for (answer, what) in [
        (get(&azure, "owner", "users?$search=%22displayName:ada%22").await, "the query option $search"),
        (get(&azure, "owner", "groups?$OrderBy=displayName").await, "the query option $OrderBy"),
        (get(&azure, "owner", &format!("groups/{ENGINEERS}?$expand=members")).await, "the query option $expand"),
        (get(&azure, "owner", &format!("groups/{ENGINEERS}/members?$orderby=id")).await, "the query option $orderby"),
        (azure.post_as("ada", "/graph/v1.0/$batch", &batch).await, "POST /graph/v1.0/$batch"),
    ] {
        answer.is_refused(501, "NotEmulated").says(&format!("The emulator does not have this part of Microsoft Graph: {what}."));
        assert_eq!(answer.header("x-emulator-not-emulated"), Some(what));
    }
    assert_eq!(azure.export(), before);
    azure.fetch_as("owner", "/graph/v3.0/users").await.is_refused(501, "NotEmulated");
    azure.post_as("owner", "/graph/v1.0/oauth2PermissionGrants", &json!({})).await.is_refused(501, "NotEmulated");
    get(&azure, "owner", "users?$filter=displayName%20eq%20'x").await.is_refused(400, "BadRequest");
    azure.fetch("/graph/v1.0/applications").await.is_refused(401, "InvalidAuthenticationToken");
}

#[tokio::test]
async fn long_lists_come_in_pages_and_are_counted_on_demand() {
    let azure = Azure::start().await;
    let (mut path, mut found, mut pages) = ("applications?$top=2&$select=appId&$count=true".to_owned(), Vec::new(), 0);
    loop {
        let list = get(&azure, "reader", &path).await.has_status(200).json();
        assert_eq!(list.get("@odata.count"), None, "without eventual consistency nobody counts");
        assert_eq!(list["@odata.context"], format!("{}/graph/v1.0/$metadata#applications(appId)", azure.url()));
        let page = list["value"].as_array().unwrap().clone();
        assert!(page.len() <= 2 && page.iter().all(|it| it.as_object().unwrap().len() == 1));
        (found, pages) = ([found, page].concat(), pages + 1);
        let Some(next) = list["@odata.nextLink"].as_str() else { break };
        path = next.strip_prefix(&format!("{}/graph/v1.0/", azure.url())).unwrap().to_owned();
    }
    assert_eq!((found.len(), pages), (6, 3));
    let counted = azure.fetch_with("/graph/v1.0/groups?$count=true", ("consistencylevel", "eventual")).await;
    counted.is_refused(401, "InvalidAuthenticationToken");
    let eventual = "ConsistencyLevel=eventual";
    let counted = get(&azure, "owner", &format!("groups?$count=true&{eventual}")).await.has_status(200).json();
    assert_eq!(counted["@odata.count"], 1);
    let number = get(&azure, "owner", &format!("users/$count?{eventual}&$filter=userType%20eq%20'Guest'")).await;
    assert_eq!((number.has_status(200).text(), number.header("content-type")), ("1", Some("text/plain")));
    get(&azure, "owner", "users/$count").await.is_refused(400, "Request_BadRequest");
    let negated = "users?$filter=not(displayName%20eq%20'Ada')";
    get(&azure, "owner", negated).await.is_refused(400, "Request_UnsupportedQuery").says(
        "Operator 'Not' is not supported because the 'ConsistencyLevel:eventual' header is missing. Refer to https://aka.ms/graph-docs/advanced-queries for more information",
    );
    assert_eq!(
        found_in(&get(&azure, "owner", &format!("{negated}&$count=true&{eventual}")).await),
        ["55555555-5555-5555-5555-000000000002"]
    );
    for size in ["0", "1000", "x"] {
        let refused = get(&azure, "owner", &format!("users?$top={size}")).await;
        refused
            .is_refused(400, "Request_BadRequest")
            .says(&format!("Invalid page size specified: '{size}'. Must be between 1 and 999 inclusive."));
    }
}

fn found_in(list: &Answer) -> Vec<String> {
    list.has_status(200).json()["value"].as_array().unwrap().iter().map(|it| text(&it["id"]).to_owned()).collect()
}
