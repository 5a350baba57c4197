//! Every operation of Resource Manager is shut to a stranger, to nobody, and to a bad token, and a refusal changes nothing.
//!
//! Made from the table of operations, so that a new operation is asked as well.

use adf_emulator::arm::routes::{self, Access, Operation, Run};
use adf_emulator_tests::{Azure, SUBSCRIPTION};

/// The path of an operation with every parameter filled in.
pub(crate) fn path(operation: &Operation) -> String {
    let filled = operation.path.split('/').map(|part| match part {
        "{scope}" => format!("{}/resourceGroups/rg-shared", SUBSCRIPTION.trim_start_matches('/')),
        "{subscriptionId}" => SUBSCRIPTION.rsplit('/').next().unwrap().to_owned(),
        "{resourceGroupName}" => "rg-shared".to_owned(),
        "{resourceProviderNamespace}" => "Microsoft.DataFactory".to_owned(),
        part if part.starts_with('{') => "aaaaaaaa-0000-4000-8000-000000000001".to_owned(),
        part => part.to_owned(),
    });
    filled.collect::<Vec<_>>().join("/")
}

#[tokio::test]
async fn a_stranger_gets_through_no_door() {
    let azure = Azure::start().await;
    let before = azure.export();
    for operation in routes::all() {
        let answer = azure.caller("stranger").send(operation.method.clone(), &path(operation), None).await;
        let what = format!("{} {}: {answer:?}", operation.name, path(operation));
        match operation.access {
            Access::Action(_) | Access::RoleAssignmentAction(_) | Access::ActionSomewhere(_) | Access::NamespaceAction(_) => {
                assert_eq!(answer.status(), 403, "{what}");
                assert!(answer.text().is_empty() || answer.code() == "AuthorizationFailed", "{what}");
                assert!(answer.header("x-emulator-decision").is_some(), "{what}");
            }
            Access::ScheduleAction(_) => {
                assert_eq!(answer.status(), 400, "{what}");
                assert!(answer.text().is_empty() || answer.code() == "InsufficientPermissions", "{what}");
                assert!(answer.header("x-emulator-decision").is_some(), "{what}");
            }
            // Nobody gets anything: another version than theirs, or not emulated.
            Access::Filtered if matches!(operation.run, Run::NotEmulated) => assert!(matches!(answer.status(), 404 | 501), "{what}"),
            Access::Filtered => assert_eq!(answer.status(), 200, "{what}"),
            Access::Starter => assert!(!matches!(answer.status(), 200..300), "{what}"),
        }
    }
    assert_eq!(azure.export(), before);
}

#[tokio::test]
async fn nobody_and_bad_tokens_get_through_no_door() {
    let azure = Azure::start().await;
    let before = azure.export();
    let bad = ["nosuchprincipal", "a.b.c", "eyJhbGciOiJub25lIn0.e30.", ""];
    for operation in routes::all() {
        let path = path(operation);
        let missing = azure.nobody().send(operation.method.clone(), &path, None).await;
        assert_eq!(missing.status(), 401, "{}: {missing:?}", operation.name);
        assert!(missing.text().is_empty() || missing.code() == "AuthenticationFailed", "{missing:?}");
        assert!(missing.header("www-authenticate").is_some_and(|it| it.contains("authorization_uri")), "{missing:?}");
        for token in bad {
            let answer = azure.caller(token).send(operation.method.clone(), &path, None).await;
            assert_eq!(answer.status(), 401, "{} with '{token}': {answer:?}", operation.name);
        }
    }
    assert_eq!(azure.export(), before);
}
