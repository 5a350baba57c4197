//! The commands that ask or tell.
//!
//! `serve` is in `start.rs` and `stop.rs`, `exec` in `exec.rs`.

use crate::{Serve, ask, body_of, emulator, get, refused, said};
use serde_json::Value;
use std::collections::BTreeMap;
use std::process::Output;

#[test]
fn completions_and_help_go_to_standard_output() {
    let state = tempfile::tempdir().unwrap();
    for (arguments, text) in [
        (&["completions", "bash"] as &[&str], "_adf__emulator"),
        (&["completions", "zsh"], "#compdef adf-emulator"),
        (&["completions", "fish"], "complete -c adf-emulator"),
        (&["completions", "powershell"], "Register-ArgumentCompleter"),
        (&["--version"], env!("CARGO_PKG_VERSION")),
        (&["--help"], "Without a command: serve."),
        (&["serve", "--help"], "Example: adf-emulator serve"),
        (&["exec", "--help"], "Example: adf-emulator exec"),
        (&["env", "--help"], "Example: eval"),
        (&["health", "--help"], "Example: adf-emulator health"),
        (&["start", "--help"], "Example: adf-emulator start"),
        (&["stop", "--help"], "Example: adf-emulator stop"),
        (&["wait", "--help"], "Example: adf-emulator wait"),
        (&["doctor", "--help"], "Example: adf-emulator doctor"),
        (&["limitations", "--help"], "Example: adf-emulator limitations"),
        (&["reproduce", "--help"], "Example: adf-emulator reproduce link-needs-grant"),
        (&["explain", "--help"], "Example: adf-emulator explain --principal"),
        (&["who-can", "--help"], "Example: adf-emulator who-can --action"),
        (&["what-can", "--help"], "Example: adf-emulator what-can --principal"),
        (&["least-privilege", "--help"], "Example: adf-emulator least-privilege --principal"),
        (&["completions", "--help"], "Example: adf-emulator completions"),
    ] {
        let output = emulator(state.path()).args(arguments).output().unwrap();
        let out = String::from_utf8(output.stdout.clone()).unwrap();
        assert!(output.status.success() && out.contains(text), "{arguments:?}: {out} {}", said(&output));
    }
}

#[test]
fn health_says_whether_an_emulator_is_ready() {
    let state = tempfile::tempdir().unwrap();
    let serve = Serve::start(state.path(), &[]);
    for url in [serve.text("http"), serve.text("https")] {
        let output = emulator(state.path()).args(["health", "--url", &url]).output().unwrap();
        assert!(output.status.success(), "{}", said(&output));
        assert!(String::from_utf8(output.stdout).unwrap().starts_with("ready: version "));
    }
    let url = serve.text("http");
    drop(serve);
    let output = emulator(state.path()).args(["health", "--url", &url]).output().unwrap();
    refused(&output, 1, "adf-emulator serve");
}

#[test]
fn limitations_are_listed_without_an_emulator_and_are_those_of_one() {
    let state = tempfile::tempdir().unwrap();
    let limitations = |arguments: &[&str]| emulator(state.path()).arg("limitations").args(arguments).output().unwrap();
    let all = limitations(&["--json"]);
    let all: Vec<Value> = serde_json::from_slice(&all.stdout).unwrap_or_else(|error| panic!("{error} {}", said(&all)));
    let serve = Serve::start(state.path(), &[]);
    let served = get(&serve.address(), "/_emulator/rules");
    let served: Value = serde_json::from_str(served.split_once("\r\n\r\n").unwrap().1).unwrap();
    let observable: Vec<&Value> = served["value"].as_array().unwrap().iter().filter(|rule| rule["code"] != "").collect();
    assert!(all.len() >= 60 && all.iter().collect::<Vec<_>>() == observable, "{} of {}", all.len(), observable.len());
    let one = limitations(&["four-nodes", "--json"]);
    assert_eq!(serde_json::from_slice::<Vec<Value>>(&one.stdout).unwrap()[0]["code"], "NodeLimitReached");
    let text = String::from_utf8(limitations(&[]).stdout).unwrap();
    assert!(text.contains("link-needs-grant  (401 UnauthorizedIntegrationRuntimeAccess)"), "{text}");
    let page = include_str!("../../../../docs/limitations.md");
    let shown = String::from_utf8(limitations(&["link-needs-grant"]).stdout).unwrap();
    assert!(page.contains(&format!("```\n{shown}```\n")), "the page shows something else than {shown}");
    refused(&limitations(&["link-need-grant"]), 2, "perhaps you mean 'link-needs-grant'");
}

#[test]
fn a_limitation_is_reproduced_by_name_and_by_what_a_client_printed() {
    let state = tempfile::tempdir().unwrap();
    let reproduce = |arguments: &[&str]| emulator(state.path()).arg("reproduce").args(arguments).output().unwrap();
    let json = |output: &Output| serde_json::from_slice::<Value>(&output.stdout).unwrap_or_else(|error| panic!("{error} {}", said(output)));
    let text = |output: Output| String::from_utf8(output.stdout).unwrap();

    let shown = reproduce(&["link-needs-grant"]);
    assert!(shown.status.success(), "{}", said(&shown));
    let shown = text(shown);
    for part in ["> PUT ", "< HTTP/1.1 401 Unauthorized", "< x-emulator-rule: link-needs-grant", "Remedy\n", "Seen: 401 Unauthorized"] {
        assert!(shown.contains(part), "no {part} in {shown}");
    }
    let ran = reproduce(&["four-nodes", "--json"]);
    assert!(ran.status.success());
    let ran = json(&ran);
    assert_eq!((&ran["refused"]["answer"]["headers"]["x-emulator-rule"], &ran["asDocumented"]), (&"four-nodes".into(), &true.into()));
    assert_eq!(ran["remedy"]["steps"].as_array().unwrap().len(), 1);
    assert_eq!(ran["remedy"]["again"]["answer"]["status"], 201);

    let none = reproduce(&["sharing-within-one-tenant"]);
    assert!(none.status.success());
    assert!(text(none).contains("remedy: none\n"));
    assert_eq!(json(&reproduce(&["sharing-within-one-tenant", "--json"]))["remedy"], "none");

    let pasted =
        reproduce(&["--json", "--error", "(UnauthorizedIntegrationRuntimeAccess) Access denied. Unable to access shared \u{2026}"]);
    assert!(pasted.status.success());
    let pasted = json(&pasted);
    assert_eq!(pasted["rule"]["name"], "link-needs-grant");
    assert!(pasted["alsoPossible"].as_array().unwrap().contains(&"shared-runtime-exists".into()), "{pasted}");
    let alone = json(&reproduce(&["--json", "--error", "NodeLimitReached"]));
    assert_eq!((&alone["alsoPossible"], ran.get("alsoPossible")), (&Value::Array(Vec::new()), None));

    assert!(text(reproduce(&["four-nodes", "--curl"])).contains("\nrefused 409 NodeLimitReached four-nodes -X POST "));
    assert!(text(reproduce(&["four-nodes", "--az"])).contains("\nrefused NodeLimitReached --method post "));
    for (wrong, code, words) in [
        (&["for-nodes"] as &[&str], 2, "perhaps you mean 'four-nodes'"),
        (&["UnauthorizedIntegrationRuntimeAccess"], 2, "name one of"),
        (&[], 2, "required arguments"),
        (&["--error", ""], 2, "--error is empty"),
        (&["--error", "nothing of the kind was ever seen"], 1, "no limitation answers like"),
        (&["net-sdk-1-1-0"], 1, "no request can show"),
    ] {
        refused(&reproduce(wrong), code, words);
    }
}

#[test]
fn a_running_emulator_explains_who_may_do_what() {
    let state = tempfile::tempdir().unwrap();
    let serve = Serve::start(state.path(), &["--log", "text"]);
    let (url, scope) = (serve.text("http"), "/subscriptions/22222222-2222-2222-2222-222222222222");
    let ask = |arguments: &[&str]| emulator(state.path()).args(arguments).args(["--url", &url, "--scope", scope]).output().unwrap();
    let text = |output: Output| String::from_utf8(output.stdout.clone()).unwrap() + &said(&output);
    let write = ["--action", "Microsoft.DataFactory/factories/write"];
    let told = text(ask(&[&["explain", "--principal", "reader"], write.as_slice()].concat()));
    assert!(
        told.contains("reader may not") && told.contains("Reader does not name the action") && told.contains("would allow it"),
        "{told}"
    );
    let told = ask(&[&["explain", "--json", "--principal", "owner"], write.as_slice()].concat());
    assert_eq!(serde_json::from_slice::<Value>(&told.stdout).unwrap()["decidedBy"]["role"], "Owner");
    assert!(text(ask(&[&["who-can"], write.as_slice()].concat())).contains("factory-contributor"));
    assert!(text(ask(&["what-can", "--principal", "reader"])).contains("Factories_Get "));
    let told = text(ask(&["what-can", "--principal", "stranger"]));
    let told = told.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(told.contains("stranger may run none of the operations") && told.contains(&format!("--role Reader --scope {scope}")), "{told}");
    refused(&ask(&["what-can", "--principal", "nobody"]), 1, "There is no principal 'nobody'");
}

/// The command of a refusal is pasted into a shell as it is: whatever the port, and whatever a client put into its path.
#[cfg(unix)]
#[test]
fn the_command_of_a_refusal_works_when_it_is_pasted() {
    let state = tempfile::tempdir().unwrap();
    let serve = Serve::start(state.path(), &["--log", "text"]);
    let opened = ask(&serve.address(), "POST", "/_emulator/worlds", r#"{"from":"start"}"#);
    let world: Value = serde_json::from_str(body_of(&opened)).unwrap();
    let folder = state.path().join("pasted");
    std::fs::create_dir(&folder).unwrap();
    let bin = folder.join("adf-emulator");
    std::os::unix::fs::symlink(env!("CARGO_BIN_EXE_adf-emulator"), &bin).unwrap();
    let path = format!("{}:{}", folder.display(), std::env::var("PATH").unwrap());
    let paste = |see: &str| {
        let mut shell = std::process::Command::new("sh");
        shell.args(["-c", see]).current_dir(&folder).env("PATH", &path).env("ADF_EMULATOR_URL", "http://127.0.0.1:1").output().unwrap()
    };
    let group = "/subscriptions/22222222-2222-2222-2222-222222222222/resourceGroups/rg-shared";
    let paths = [
        format!("{group}?api-version=2024-11-01"),
        format!(
            "{group}/providers/Microsoft.DataFactory/factories/%27%3Btouch%20x%3B%27%24(touch%20y)%60touch%20z%60?api-version=2018-06-01"
        ),
        format!("{group}/providers/Microsoft.DataFactory/%3B%20touch%20x%20%23/a?api-version=2018-06-01"),
    ];
    let of_world = world["http"].as_str().unwrap().trim_start_matches("http://").to_owned();
    for address in [serve.address(), of_world] {
        for path in &paths {
            let mut stream = std::net::TcpStream::connect(&address).unwrap();
            let head = format!("PUT {path} HTTP/1.1\r\nHost: $(touch h).test\r\nAuthorization: Bearer reader\r\n");
            std::io::Write::write_all(&mut stream, format!("{head}Content-Length: 0\r\nConnection: close\r\n\r\n").as_bytes()).unwrap();
            std::io::Read::read_to_string(&mut stream, &mut String::new()).unwrap();
        }
        let journal: Value = serde_json::from_str(body_of(&get(&address, "/_emulator/requests?status=403"))).unwrap();
        let entries = journal["value"].as_array().unwrap();
        assert_eq!(entries.len(), 3, "{journal}");
        for entry in entries {
            let see = entry["see"].as_str().unwrap();
            let told = paste(see);
            assert!(told.status.success() && String::from_utf8_lossy(&told.stdout).contains(" may not "), "{see}: {}", said(&told));
        }
    }
    let left: Vec<_> = std::fs::read_dir(&folder).unwrap().map(|it| it.unwrap().file_name()).collect();
    assert_eq!(left, ["adf-emulator"]);
    let (_, log) = serve.kill();
    let line = log.lines().find(|line| line.contains("; see: adf-emulator explain --url http://127.0.0.1:")).unwrap();
    assert!(line.contains(" --action Microsoft.Resources/subscriptions/resourceGroups/write --scope /subscriptions/"), "{line}");
}

#[test]
fn help_tells_the_defaults_of_each_command() {
    let state = tempfile::tempdir().unwrap();
    let help = |command: &str| String::from_utf8(emulator(state.path()).args([command, "--help"]).output().unwrap().stdout).unwrap();
    let words = |text: String| text.split_whitespace().collect::<Vec<_>>().join(" ");
    for command in ["serve", "start"] {
        assert!(words(help(command)).contains("[default: localhost:4443]"), "{}", help(command));
    }
    let exec = words(help("exec"));
    assert!(exec.contains("[default: localhost:0, a free port]") && !exec.contains("localhost:4443"), "{exec}");
}

#[test]
fn a_running_emulator_tells_which_role_would_have_done() {
    let state = tempfile::tempdir().unwrap();
    let serve = Serve::start(state.path(), &[]);
    let url = serve.text("http");
    let ask = |arguments: &[&str]| emulator(state.path()).args(["least-privilege", "--url", &url]).args(arguments).output().unwrap();
    let text = |output: Output| String::from_utf8(output.stdout.clone()).unwrap() + &said(&output);
    assert!(text(ask(&[])).starts_with("nobody has asked for anything"), "{}", text(ask(&[])));
    let told = text(ask(&["--principal", "contributor"]));
    assert!(told.contains("needs no role") && told.contains("never used: Contributor at /subscriptions/22222222"), "{told}");
    let told: Value = serde_json::from_slice(&ask(&["--principal", "contributor", "--json"]).stdout).unwrap();
    assert_eq!(told["value"][0]["principal"], "contributor");
    refused(&ask(&["--principal", "nobody"]), 1, "There is no principal 'nobody'");
    refused(&ask(&["--since", "yesterday"]), 1, "'yesterday' is not the id of an entry");
}

#[test]
fn env_points_clients_at_a_running_emulator() {
    let state = tempfile::tempdir().unwrap();
    let serve = Serve::start(state.path(), &[]);
    let url = serve.text("http");
    let mut command = emulator(state.path());
    command.args(["env", "--shell", "json", "--as", "reader", "--url", &url]).env("ARM_CLIENT_ID", "mine");
    let output = command.output().unwrap();
    let set: BTreeMap<String, String> = serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{error} {}", said(&output)));
    assert_eq!(set["AZURE_CLIENT_ID"], "33333333-3333-3333-3333-000000000003");
    assert_eq!(set["AZURE_CLIENT_SECRET"], "reader-secret");
    // What an env before has set gives way to whom --as names.
    assert_eq!(set["ARM_CLIENT_ID"], set["AZURE_CLIENT_ID"]);
    assert_eq!(set["EMULATOR_URL"], serve.text("https"));
    assert_eq!(set["ADF_EMULATOR_URL"], url);
    let ca = std::fs::read_to_string(serve.ca_file()).unwrap();
    assert_eq!(std::fs::read_to_string(&set["EMULATOR_CA"]).unwrap(), ca);
    for name in ["REQUESTS_CA_BUNDLE", "SSL_CERT_FILE", "CURL_CA_BUNDLE", "NODE_EXTRA_CA_CERTS"] {
        assert!(std::fs::read_to_string(&set[name]).unwrap().contains(&ca), "{name}");
        assert!(set[name].starts_with(state.path().to_str().unwrap()), "{name}");
    }
    assert!(set["JAVA_TOOL_OPTIONS"].starts_with(&format!("-Djavax.net.ssl.trustStore={}", state.path().display())), "{set:?}");
    let output = emulator(state.path()).args(["env", "--url", &url]).output().unwrap();
    assert!(String::from_utf8(output.stdout).unwrap().contains("export AZURE_CLIENT_SECRET='owner-secret'\n"));
    let output = emulator(state.path()).args(["env", "--as", "nobody", "--url", &url]).output().unwrap();
    refused(&output, 2, "--as 'nobody'");
}
