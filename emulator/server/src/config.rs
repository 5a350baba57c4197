//! The command line and the environment: what the process was asked to do.
//!
//! The only file that reads the environment. Every option is also a variable, `ADF_EMULATOR_` and its name.
//! Wrong use becomes one line that names the mistake and the remedy; nothing is started here.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::str::FromStr;

use clap::{ArgMatches, Args, CommandFactory, FromArgMatches, Parser, Subcommand, ValueEnum};
use etcetera::BaseStrategy;

use crate::state_file::StateFile;

mod questions;
mod running;

pub use questions::{
    AccessQuestion, ExplainOptions, LeastPrivilegeOptions, LimitationsOptions, ReproduceOptions, WhatCanOptions, WhoCanOptions,
};
pub use running::{DoctorOptions, NodeOptions, StartOptions, StopOptions, WaitOptions};

/// The port when none is named.
pub const DEFAULT_PORT: u16 = 4443;

/// What `exec` says of `--listen`, whose default is another there.
const LISTEN_OF_EXEC: &str =
    "Address to listen on: IP:PORT, or localhost:PORT for 127.0.0.1 and ::1; port 0 takes a free one [default: localhost:0, a free port]";

const WITHOUT_A_COMMAND: &str = "Without a command: serve.\n\nExample: adf-emulator serve --listen 127.0.0.1:0";

/// A local emulator of Azure Data Factory and Azure role-based access control.
#[derive(Debug, Parser)]
#[command(name = "adf-emulator", version, after_help = WITHOUT_A_COMMAND)]
struct CommandLine {
    #[command(subcommand)]
    command: Command,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Answers like Azure until stopped; prints one JSON line when it is ready
    #[command(after_help = "Example: adf-emulator serve --listen 127.0.0.1:0 --world world.json")]
    Serve(ServeAloneOptions),
    /// Starts the emulator on a free port, points the clients of COMMAND at it, and stops with it
    #[command(after_help = "Example: adf-emulator exec -- pytest -q", mut_arg("listen", |listen| listen.help(LISTEN_OF_EXEC)))]
    Exec(ExecOptions),
    /// Prints the variables that point each client at a running emulator
    #[command(after_help = "Example: eval \"$(adf-emulator env --as contributor)\"")]
    Env(EnvOptions),
    /// Starts an emulator in the background, prints its ready line and returns
    #[command(after_help = "Example: adf-emulator start --world world.json")]
    Start(StartOptions),
    /// Stops a running emulator and returns when it has gone
    #[command(after_help = "Example: adf-emulator stop --url http://127.0.0.1:4443")]
    Stop(StopOptions),
    /// Waits until an emulator is ready
    #[command(after_help = "Example: adf-emulator wait --timeout 10")]
    Wait(WaitOptions),
    /// Says whether an emulator is ready
    #[command(after_help = "Example: adf-emulator health --url http://127.0.0.1:4443")]
    Health(HealthOptions),
    /// Lists the documented limitations, or tells all about one
    #[command(after_help = "Example: adf-emulator limitations link-needs-grant")]
    Limitations(LimitationsOptions),
    /// Meets a limitation in an emulator of its own: requests, refusal, reason, and what mends it
    #[command(after_help = "Example: adf-emulator reproduce link-needs-grant\n         \
        adf-emulator reproduce --error 'UnauthorizedIntegrationRuntimeAccess'")]
    Reproduce(ReproduceOptions),
    /// Says whether somebody may do something somewhere, and why
    #[command(after_help = "Example: adf-emulator explain --principal reader --action Microsoft.DataFactory/factories/write \
        --scope /subscriptions/22222222-2222-2222-2222-222222222222")]
    Explain(ExplainOptions),
    /// Lists who may do something somewhere
    #[command(after_help = "Example: adf-emulator who-can --action Microsoft.Authorization/roleAssignments/write \
        --scope /subscriptions/22222222-2222-2222-2222-222222222222")]
    WhoCan(WhoCanOptions),
    /// Lists what somebody may do somewhere
    #[command(after_help = "Example: adf-emulator what-can --principal reader --scope /subscriptions/22222222-2222-2222-2222-222222222222")]
    WhatCan(WhatCanOptions),
    /// Tells the narrowest role that would have done for what was asked so far, and the grants that were never used
    #[command(after_help = "Example: adf-emulator least-privilege --principal contributor\n         \
        adf-emulator exec --as contributor -- sh -c 'pytest -q; adf-emulator least-privilege --principal contributor'")]
    LeastPrivilege(LeastPrivilegeOptions),
    /// Acts as a self-hosted node until stopped: registers with a key, is Online, and goes Offline at the end
    #[command(after_help = "Example: adf-emulator node --auth-key \"$KEY\" --name node1\n         \
        where KEY=$(az datafactory integration-runtime list-auth-key -g rg-shared --factory-name sharing --name shared \
        --query authKey1 -o tsv)")]
    Node(NodeOptions),
    /// Says why a client does not get through to a running emulator, and the remedy
    #[command(after_help = "Example: adf-emulator doctor --url http://127.0.0.1:4443")]
    Doctor(DoctorOptions),
    /// Prints the completions of a shell
    #[command(after_help = "Example: adf-emulator completions bash > ~/.local/share/bash-completion/completions/adf-emulator")]
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
}

/// The options of `serve`.
#[derive(Debug, Args)]
pub struct ServeAloneOptions {
    /// How to serve.
    #[command(flatten)]
    pub serve: ServeOptions,
    /// Stop when standard input ends: with the program that holds its other end, however that ends
    #[arg(long, env = "ADF_EMULATOR_UNTIL_STDIN_CLOSES")]
    pub until_stdin_closes: bool,
}

/// The options of `serve`, which `exec` has too.
#[derive(Clone, Debug, Default, Args)]
pub struct ServeOptions {
    /// Address to listen on: IP:PORT, or localhost:PORT for 127.0.0.1 and ::1; port 0 takes a free one [default: localhost:4443]
    #[arg(long, value_name = "ADDR", env = "ADF_EMULATOR_LISTEN", value_delimiter = ',')]
    pub listen: Vec<ListenAddress>,
    /// World file instead of the built-in world; several are merged in order
    #[arg(long, value_name = "FILE", env = "ADF_EMULATOR_WORLD")]
    pub world: Vec<PathBuf>,
    /// How callers are known: by token or name, by token only, or by any token
    #[arg(long, value_enum, value_name = "HOW", env = "ADF_EMULATOR_AUTH", default_value_t)]
    pub auth: Authentication,
    /// Folder of the local certificate authority and the signing key [default: the user's state folder]
    #[arg(long, value_name = "DIR", env = "ADF_EMULATOR_TLS_DIR")]
    pub tls_dir: Option<PathBuf>,
    /// Another name or address that the server's certificate is good for
    #[arg(long, value_name = "NAME", env = "ADF_EMULATOR_TLS_NAME", value_delimiter = ',')]
    pub tls_name: Vec<String>,
    /// Token that lets callers from other machines use /_emulator/
    #[arg(long, value_name = "TOKEN", env = "ADF_EMULATOR_CONTROL_TOKEN", hide_env_values = true)]
    pub control_token: Option<String>,
    /// File that gets the ready line too, whole, once the emulator is ready
    #[arg(long, value_name = "FILE", env = "ADF_EMULATOR_READY_FILE")]
    pub ready_file: Option<PathBuf>,
    /// One line a request on standard error [default: text; off for exec]
    #[arg(long, value_enum, value_name = "FORM", env = "ADF_EMULATOR_LOG")]
    pub log: Option<LogForm>,
    /// File that keeps the world across runs: read at start if it is there, written on a clean stop
    #[arg(long, value_name = "FILE", env = "ADF_EMULATOR_STATE")]
    pub state: Option<PathBuf>,
}

/// The options of `exec`.
#[derive(Debug, Args)]
pub struct ExecOptions {
    /// How to serve.
    #[command(flatten)]
    pub serve: ServeOptions,
    /// Whom the clients sign in as: an application or a user of the world
    #[arg(long = "as", value_name = "PRINCIPAL", env = "ADF_EMULATOR_AS")]
    pub principal: Option<String>,
    /// Stand in for Azure's own hosts, for programs that know nothing of an emulator
    #[arg(long, env = "ADF_EMULATOR_TRANSPARENT")]
    pub transparent: bool,
    /// With --transparent: refuse all other hosts
    #[arg(long, env = "ADF_EMULATOR_OFFLINE", requires = "transparent")]
    pub offline: bool,
    /// File that gets the world, as a world file, when the command fails
    #[arg(long, value_name = "FILE", env = "ADF_EMULATOR_KEEP_WORLD")]
    pub keep_world: Option<PathBuf>,
    /// Fail also when the command asked for something that is not emulated
    #[arg(long, env = "ADF_EMULATOR_FAIL_ON_NOT_EMULATED")]
    pub fail_on_not_emulated: bool,
    /// The command to run, after `--`, and its arguments
    #[arg(required = true, trailing_var_arg = true, allow_hyphen_values = true, value_name = "COMMAND")]
    pub command: Vec<OsString>,
}

/// Where a running emulator is, and how to ask it.
#[derive(Debug, Args)]
pub struct RunningEmulator {
    /// The running emulator
    #[arg(long, env = "ADF_EMULATOR_URL", default_value = "http://127.0.0.1:4443")]
    pub url: String,
    /// The token of its /_emulator/, where it has one
    #[arg(long, value_name = "TOKEN", env = "ADF_EMULATOR_CONTROL_TOKEN", hide_env_values = true)]
    pub control_token: Option<String>,
}

/// The options of `health`.
#[derive(Debug, Args)]
pub struct HealthOptions {
    /// Which emulator.
    #[command(flatten)]
    pub emulator: RunningEmulator,
}

/// The options of `env`.
#[derive(Debug, Args)]
pub struct EnvOptions {
    /// Which emulator.
    #[command(flatten)]
    pub emulator: RunningEmulator,
    /// Whom the clients sign in as: an application or a user of the world
    #[arg(long = "as", value_name = "PRINCIPAL", env = "ADF_EMULATOR_AS")]
    pub principal: Option<String>,
    /// Whose assignments to print
    #[arg(long, value_enum, value_name = "SHELL", env = "ADF_EMULATOR_SHELL", default_value_t)]
    pub shell: EnvShell,
    /// Folder that gets the file of certificates [default: the user's state folder]
    #[arg(long, value_name = "DIR", env = "ADF_EMULATOR_TLS_DIR")]
    pub tls_dir: Option<PathBuf>,
}

/// The form in which `env` prints variables.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum EnvShell {
    /// `export NAME='value'`
    #[default]
    Sh,
    /// `$env:NAME = 'value'`
    Powershell,
    /// One JSON object
    Json,
}

/// How a bearer value is read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Authentication {
    /// A token of the emulator, or the name or object id of a principal
    #[default]
    Standard,
    /// A token of the emulator only
    Strict,
    /// Any token; what is not a name or object id is `owner`
    Relaxed,
}

/// The form of the request log.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum LogForm {
    /// A line of words
    Text,
    /// A line of JSON
    Json,
    /// No line
    #[default]
    Off,
}

/// An address to listen on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ListenAddress {
    /// 127.0.0.1 and, where there is one, ::1, on one port.
    Localhost(u16),
    /// This address.
    At(SocketAddr),
}

impl FromStr for ListenAddress {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let port = text.strip_prefix("localhost:").unwrap_or(text);
        if let Ok(port) = port.parse() {
            return Ok(Self::Localhost(port));
        }
        text.parse().map(Self::At).map_err(|_| "give IP:PORT, for example 127.0.0.1:0, or localhost:PORT".to_owned())
    }
}

/// A world file as it was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WorldText {
    /// The file's name, for messages.
    pub name: String,
    /// What it says.
    pub text: String,
}

/// Where the certificate authority and the signing key are kept.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum KeptIn {
    /// The user's state folder.
    #[default]
    StateFolder,
    /// This folder.
    Folder(PathBuf),
    /// Nowhere: they last as long as this process.
    Process,
}

/// What a server is started with.
#[derive(Clone, Debug, Default)]
pub struct Config {
    /// Where to listen; none means `localhost` on [`DEFAULT_PORT`].
    pub listen: Vec<ListenAddress>,
    /// The world files in order; none means the built-in world.
    pub worlds: Vec<WorldText>,
    /// How callers are known.
    pub authentication: Authentication,
    /// Where keys are kept.
    pub kept_in: KeptIn,
    /// More names of the server.
    pub tls_names: Vec<String>,
    /// The token of `/_emulator/` for peers from elsewhere.
    pub control_token: Option<String>,
    /// The request log.
    pub log: LogForm,
    /// The file that keeps the world across runs.
    pub state: Option<StateFile>,
    /// Whether a summary is kept of what was not emulated and what was refused.
    pub summary: bool,
    /// Whether the port is also a proxy that stands in for Azure's hosts, and how.
    pub transparent: Option<Transparent>,
}

/// How a transparent run treats other hosts than Azure's.
#[derive(Clone, Debug, Default)]
pub struct Transparent {
    /// Whether they are refused.
    pub offline: bool,
    /// The URL of the proxy by which they are reached; empty means none.
    pub proxy: String,
    /// The hosts that are reached without that proxy, as `NO_PROXY` has them.
    pub direct: String,
}

impl Config {
    /// Returns the configuration of an emulator inside a test: a free port of 127.0.0.1, keys that last as long as
    /// the process, no log.
    pub fn embedded() -> Self {
        let free_port = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 0);
        Self { listen: vec![ListenAddress::At(free_port)], kept_in: KeptIn::Process, ..Self::default() }
    }

    /// Reads the world files that the options name and returns what to start a server with; without a port the one
    /// given here, without a form of log the one given here.
    /// Wrong use (exit code 2) when a file cannot be read or an option has a value that cannot be meant.
    pub fn from_options(options: &ServeOptions, port: u16, log: LogForm) -> Result<Self, WrongUse> {
        let mut listen = options.listen.clone();
        if listen.is_empty() {
            listen.push(ListenAddress::Localhost(port));
        }
        if options.control_token.as_deref() == Some("") {
            return Err(WrongUse::new("--control-token is empty: give a token or leave it out"));
        }
        if let Some(wrong) = options.tls_name.iter().find(|name| !is_host(name)) {
            return Err(WrongUse::new(format!(
                "--tls-name '{wrong}' is no host name and no address: give one such as emulator.test or 10.0.0.5, or leave it out"
            )));
        }
        let (state, kept) = match options.state.as_deref().map(StateFile::open).transpose()? {
            Some((file, kept)) => (Some(file), kept),
            None => (None, None),
        };
        let worlds = match kept {
            Some(kept) => vec![kept],
            None => options.world.iter().map(read_world).collect::<Result<_, _>>()?,
        };
        Ok(Self {
            listen,
            worlds,
            authentication: options.auth,
            kept_in: options.tls_dir.clone().map_or(KeptIn::StateFolder, KeptIn::Folder),
            tls_names: options.tls_name.clone(),
            control_token: options.control_token.clone(),
            log: options.log.unwrap_or(log),
            state,
            summary: false,
            transparent: None,
        })
    }
}

fn read_world(path: &PathBuf) -> Result<WorldText, WrongUse> {
    let name = path.display().to_string();
    let refused = |problem: String| WrongUse::new(format!("--world '{name}': {problem}"));
    let bytes = std::fs::read(path).map_err(|error| refused(format!("{error}; give a file that can be read")))?;
    let text = String::from_utf8(bytes).map_err(|_| refused("the file is not UTF-8; save it as UTF-8".to_owned()))?;
    Ok(WorldText { name, text })
}

/// Wrong use of the command line: one line that names the mistake and the remedy. Exit code 2.
#[derive(Debug, PartialEq, Eq)]
pub struct WrongUse {
    /// The line.
    pub line: String,
}

impl WrongUse {
    /// Returns the mistake that `line` names.
    pub fn new(line: impl Into<String>) -> Self {
        Self { line: line.into() }
    }
}

/// What the command line asks for.
#[derive(Debug)]
pub enum Request {
    /// A command to run.
    Run(Box<Command>),
    /// Help or the version: the text to print.
    Tell(String),
}

/// Reads the command line `arguments`, the program's name first.
pub fn read(arguments: impl IntoIterator<Item = OsString>) -> Result<Request, WrongUse> {
    let mut arguments: Vec<OsString> = arguments.into_iter().collect();
    let first = arguments.get(1).map(|first| first.to_string_lossy().into_owned());
    match first.as_deref() {
        Some("-h" | "--help" | "-V" | "--version") => {}
        Some(command) if !command.starts_with('-') => {}
        Some(_) => arguments.insert(1, "serve".into()),
        None => arguments.push("serve".into()),
    }
    let of_command: Vec<OsString> = arguments.iter().skip(2).cloned().collect();
    let mut matches = match command_line().try_get_matches_from(arguments) {
        Ok(matches) => matches,
        Err(error) if error.use_stderr() => return Err(one_line(&error, first.as_deref())),
        Err(error) => return Ok(Request::Tell(error.to_string())),
    };
    let read = CommandLine::from_arg_matches_mut(&mut matches.clone());
    let mut command = read.map_err(|error| one_line(&error, first.as_deref()))?.command;
    if let Some((_, options)) = matches.remove_subcommand() {
        split_list_of_worlds(&mut command, &options);
    }
    if let Command::Start(start) = &mut command {
        start.arguments = of_command;
    }
    Ok(Request::Run(Box::new(command)))
}

/// Returns the command line as it is read. A variable that is empty counts as not set, as compose files and continuous
/// integration set those that they have no value for, and a flag's variable takes the usual words for yes and no.
fn command_line() -> clap::Command {
    let is_empty = |name: &std::ffi::OsStr| std::env::var_os(name).is_some_and(|value| value.is_empty());
    CommandLine::command().mut_subcommands(|command| {
        command.mut_args(|argument| {
            let unset = argument.get_env().is_some_and(is_empty);
            let argument = if unset { argument.env(None::<&str>) } else { argument };
            let is_flag = matches!(argument.get_action(), clap::ArgAction::SetTrue);
            if is_flag { argument.value_parser(clap::builder::BoolishValueParser::new()) } else { argument }
        })
    })
}

/// Returns the command line's description for completions: without what is hidden.
pub fn description() -> clap::Command {
    let whole = CommandLine::command();
    let shown = |command: &clap::Command| {
        let arguments: Vec<clap::Arg> = command.get_arguments().filter(|argument| !argument.is_hide_set()).cloned().collect();
        let about = command.get_about().cloned().unwrap_or_default();
        clap::Command::new(command.get_name().to_owned()).about(about).args(arguments)
    };
    let commands: Vec<clap::Command> = whole.get_subcommands().map(shown).collect();
    shown(&whole).version(env!("CARGO_PKG_VERSION")).subcommands(commands)
}

/// Splits the list of world files that a variable holds.
fn split_list_of_worlds(command: &mut Command, matches: &ArgMatches) {
    let serve = match command {
        Command::Serve(serve) => &mut serve.serve,
        Command::Exec(exec) => &mut exec.serve,
        Command::Start(start) => &mut start.serve,
        _ => return,
    };
    if matches.value_source("world") == Some(clap::parser::ValueSource::EnvVariable) {
        let listed = std::mem::take(&mut serve.world);
        serve.world = listed.iter().flat_map(|list| std::env::split_paths(list).collect::<Vec<_>>()).collect();
    }
}

/// Returns the complaint of the command line's parser as one line: what it says before it explains usage.
fn one_line(error: &clap::Error, command: Option<&str>) -> WrongUse {
    let text = error.to_string();
    let said: Vec<&str> = text
        .lines()
        .map(str::trim)
        .take_while(|line| !line.starts_with("Usage:") && !line.starts_with("For more information"))
        .filter(|line| !line.is_empty())
        .collect();
    let said = said.join(" ");
    let said = said.strip_prefix("error: ").unwrap_or(&said);
    let known = description().find_subcommand(command.unwrap_or("serve")).is_some();
    let help = match command {
        Some(command) if known => format!("adf-emulator {command} --help"),
        _ => "adf-emulator --help".to_owned(),
    };
    WrongUse::new(format!("{}; see '{help}'", said.trim_end_matches('.')))
}

/// Returns whether a certificate can be good for that: a host's name, also with `*` as its first label, or an address.
fn is_host(text: &str) -> bool {
    rustls_pki_types::ServerName::try_from(text.strip_prefix("*.").unwrap_or(text)).is_ok()
}

/// Returns the folder in which the emulator keeps its files: in the XDG state folder, on Windows in LOCALAPPDATA.
/// `None` when there is no home folder.
pub fn state_folder() -> Option<PathBuf> {
    let folders = etcetera::choose_base_strategy().ok()?;
    Some(folders.state_dir().unwrap_or_else(|| folders.cache_dir()).join("adf-emulator"))
}

/// Returns the user's home folder, where there is one.
pub fn home_folder() -> Option<PathBuf> {
    etcetera::home_dir().ok()
}

/// Returns the machine's own name without its domain, where it has one.
pub fn machine_name() -> Option<String> {
    #[cfg(unix)]
    let name = rustix::system::uname().nodename().to_string_lossy().into_owned();
    #[cfg(not(unix))]
    let name = std::env::var("COMPUTERNAME").unwrap_or_default();
    name.split('.').next().filter(|name| !name.is_empty()).map(str::to_owned)
}

/// Returns the variables of this process's environment that are text.
pub fn environment() -> BTreeMap<String, String> {
    std::env::vars_os().filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_words(words: &[&str]) -> Result<Request, WrongUse> {
        read(std::iter::once("adf-emulator").chain(words.iter().copied()).map(OsString::from))
    }

    fn serve_of(words: &[&str]) -> ServeOptions {
        match read_words(words) {
            Ok(Request::Run(command)) => match *command {
                Command::Serve(options) => options.serve,
                other => panic!("{other:?}"),
            },
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn no_command_means_serve() {
        assert!(serve_of(&[]).listen.is_empty());
        let options = serve_of(&["--listen", "127.0.0.1:0", "--listen", "localhost:7", "--auth", "strict"]);
        assert_eq!(options.listen[1], ListenAddress::Localhost(7));
        assert_eq!(options.auth, Authentication::Strict);
    }

    #[test]
    fn wrong_use_is_one_line_with_a_remedy() {
        for (words, said) in [
            (&["--lisen", "x"] as &[_], "unexpected argument '--lisen' found"),
            (&["serv"], "unrecognized subcommand 'serv'"),
            (&["serve", "--listen", "here"], "give IP:PORT"),
            (&["serve", "--auth", "none"], "possible values: standard, strict, relaxed"),
            (&["exec"], "required arguments were not provided"),
            (&["exec", "--offline", "--", "true"], "--transparent"),
            (&["completions", "cmd"], "invalid value 'cmd'"),
        ] {
            let line = read_words(words).unwrap_err().line;
            assert!(line.contains(said), "{line}");
            assert!(line.contains("--help'") && !line.contains('\n'), "{line}");
        }
    }

    #[test]
    fn every_command_has_an_example() {
        for command in [
            "serve",
            "exec",
            "start",
            "stop",
            "wait",
            "env",
            "health",
            "limitations",
            "reproduce",
            "explain",
            "who-can",
            "what-can",
            "least-privilege",
            "node",
            "doctor",
            "completions",
        ] {
            let Ok(Request::Tell(text)) = read_words(&[command, "--help"]) else { panic!("{command}") };
            assert!(text.contains("Example: ") || text.contains("Example:\n"), "{text}");
        }
    }

    #[test]
    fn the_command_of_exec_keeps_its_own_options() {
        let Ok(Request::Run(command)) = read_words(&["exec", "--as", "ada", "--", "sh", "-c", "x", "--as", "y"]) else { panic!() };
        let Command::Exec(options) = *command else { panic!() };
        assert_eq!(options.principal.as_deref(), Some("ada"));
        assert_eq!(options.command, ["sh", "-c", "x", "--as", "y"]);
    }
}
