//! `env`: the variables that point each client at a running emulator, for a shell or a program to read.
//!
//! Which variables these are, and for which client, is in `client_variables.rs`.

use std::collections::BTreeMap;
use std::process::ExitCode;

use serde_json::Value;

use super::ask::Emulator;
use super::client_variables::{self, Addresses};
use super::{Failure, block_on, java, print, trust, warn};
use crate::certificates::{self, Readers};
use crate::config::{self, EnvOptions, EnvShell, WrongUse};
use crate::shell::quoted;

/// Asks the emulator who is in its world and prints the variables.
pub(super) fn run(options: &EnvOptions) -> Result<ExitCode, Failure> {
    let emulator = Emulator::at(&options.emulator)?;
    let (ca_pem, world) = block_on(async {
        let ca_pem = emulator.get("/_emulator/ca.pem").await?;
        let world = emulator.get("/_emulator/world?state=false").await?;
        Ok((ca_pem, world))
    })?;
    let ca_pem = String::from_utf8_lossy(&ca_pem);
    let world: Value = serde_json::from_slice(&world)
        .map_err(|error| Failure::Failed(format!("{} does not answer with a world ({error}): is it an emulator?", emulator.http())))?;

    let no_home = || WrongUse::new("there is no home folder to write the certificates to: name a folder with --tls-dir");
    let folder = options.tls_dir.clone().or_else(config::state_folder).ok_or_else(no_home)?.join("env");
    let unwritable = |error| {
        Failure::Failed(format!("cannot write the clients' certificates to '{}' ({error}): name a folder with --tls-dir", folder.display()))
    };
    let ca_file = format!("{}-ca.pem", emulator.port);
    certificates::replace(&folder, &ca_file, ca_pem.as_bytes(), Readers::Everyone).map_err(unwritable)?;
    let ca_file = folder.join(ca_file);

    let present = config::environment();
    let addresses = Addresses {
        http: emulator.http(),
        https: format!("https://{}:{}", emulator.https_host(), emulator.port),
        ca_file: ca_file.display().to_string(),
    };
    let mut variables = client_variables::variables(&addresses, &world, options.principal.as_deref(), &present)?;
    let prefix = format!("{}-", emulator.port);
    variables.extend(trust::variables(&ca_pem, &ca_file, &present, &folder, &prefix, |warning| warn(&warning)).map_err(unwritable)?);
    variables.extend(java::variable(&ca_pem, &present, &folder, &prefix, &[]));
    print(&printed(&variables, options.shell))?;
    Ok(ExitCode::SUCCESS)
}

fn printed(variables: &BTreeMap<String, String>, shell: EnvShell) -> String {
    let each = |line: fn(&str, &str) -> String| variables.iter().map(|(name, value)| line(name, value)).collect();
    match shell {
        EnvShell::Sh => each(|name, value| format!("export {name}={}\n", quoted(value))),
        EnvShell::Powershell => each(|name, value| format!("$env:{name} = '{}'\n", value.replace('\'', "''"))),
        EnvShell::Json => format!("{:#}\n", serde_json::json!(variables)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_shell_reads_the_value_back() {
        let variables = BTreeMap::from([("A".to_owned(), "it's $HOME".to_owned())]);
        assert_eq!(printed(&variables, EnvShell::Sh), "export A='it'\\''s $HOME'\n");
        assert_eq!(printed(&variables, EnvShell::Powershell), "$env:A = 'it''s $HOME'\n");
        assert_eq!(printed(&variables, EnvShell::Json), "{\n  \"A\": \"it's $HOME\"\n}\n");
    }
}
