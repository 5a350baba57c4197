//! The command line of `adf`: what can be asked for, and the help that explains it.
//!
//! Every subcommand has an example in its help. What a subcommand does is in the file of its name.

use crate::{demo::Demo, factory::FactoryCommand, node::NodeCommand, runtime::RuntimeCommand};
use clap::{Args, Parser, Subcommand, ValueEnum};

const EXAMPLES: &str = "\
Examples:
  adf-emulator exec -- adf demo                      every documented step, with its refusals
  adf factory create -g rg-shared -n adf-shared      a factory with a managed identity
  adf runtime create -g rg-shared -f adf-shared -n ir1
  adf runtime share -g rg-shared -f adf-shared -n ir1 --with rg-linked/adf-linked
  adf runtime link -g rg-linked -f adf-linked -n linked --to RESOURCE_ID

Sign-in: AZURE_TENANT_ID, AZURE_CLIENT_ID and AZURE_CLIENT_SECRET; without a secret,
whoever is signed in with the Azure CLI. `adf-emulator exec -- COMMAND` sets these and
the emulator's address.

Exit status: 0 done, 1 refused or failed, 2 wrong use.";

/// Share a self-hosted integration runtime of Azure Data Factory, step by step as documented.
///
/// Works against Azure and against adf-emulator alike.
#[derive(Debug, Parser)]
#[command(name = "adf", version, after_help = EXAMPLES, arg_required_else_help = true)]
pub(crate) struct Arguments {
    #[command(flatten)]
    pub(crate) common: Common,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// What every subcommand takes.
#[derive(Debug, Clone, Args)]
pub(crate) struct Common {
    /// How to print: tables for people, JSON for programs
    #[arg(long, short = 'o', global = true, value_enum, default_value_t = Format::Table,
          env = "ADF_OUTPUT", hide_env_values = true, value_name = "FORMAT", help_heading = "Common options")]
    pub(crate) output: Format,

    /// The subscription's id
    #[arg(long, global = true, env = "AZURE_SUBSCRIPTION_ID", value_name = "ID", hide_env_values = true, help_heading = "Common options")]
    pub(crate) subscription: Option<String>,

    /// Azure Resource Manager's address; without it, Azure's own
    #[arg(long, global = true, env = "EMULATOR_URL", value_name = "URL", hide_env_values = true, help_heading = "Common options")]
    pub(crate) url: Option<String>,

    /// A file of certificates to trust beside the system's
    #[arg(long, global = true, env = "EMULATOR_CA", value_name = "FILE", hide_env_values = true, help_heading = "Common options")]
    pub(crate) ca: Option<String>,

    /// Print each request and its status to standard error
    #[arg(long, short, global = true, help_heading = "Common options")]
    pub(crate) verbose: bool,
}

/// How to print.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// Aligned columns and sentences.
    Table,
    /// The service's documents.
    Json,
}

/// The subcommands.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Factories: create, show, list, delete
    #[command(subcommand, after_help = "Example:\n  adf factory list")]
    Factory(FactoryCommand),

    /// Integration runtimes: their keys and status, and the steps of sharing
    #[command(subcommand, after_help = "Example:\n  adf runtime list -g rg-shared -f adf-shared")]
    Runtime(RuntimeCommand),

    /// Nodes of self-hosted runtimes (emulator only)
    #[command(subcommand, after_help = "Example:\n  adf node register --key 'IR@…' -n node1")]
    Node(NodeCommand),

    /// Walk through all documented steps of sharing, and be refused on the way (emulator only)
    Demo(Demo),
}

/// Names an integration runtime.
#[derive(Debug, Clone, Args)]
pub(crate) struct RuntimeName {
    #[command(flatten)]
    pub(crate) factory: InFactory,

    /// The integration runtime's name
    #[arg(long, short, value_name = "RUNTIME")]
    pub(crate) name: String,
}

/// Names the factory that something is in.
#[derive(Debug, Clone, Args)]
pub(crate) struct InFactory {
    /// The resource group
    #[arg(long, short = 'g', env = "ADF_RESOURCE_GROUP", value_name = "GROUP", hide_env_values = true)]
    pub(crate) resource_group: String,

    /// The factory
    #[arg(long, short, env = "ADF_FACTORY", value_name = "FACTORY", hide_env_values = true)]
    pub(crate) factory: String,
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    fn parse(line: &str) -> Result<Arguments, clap::Error> {
        Arguments::try_parse_from(line.split(' '))
    }

    #[test]
    fn the_definition_is_sound() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn every_subcommand_has_an_example() {
        fn visit(command: &clap::Command, path: &str) {
            let help = command.get_after_help().map(ToString::to_string);
            let help = help.unwrap_or_default();
            assert!(help.contains("Example"), "{path} has no example");
            assert!(help.contains("adf "), "the example of {path} is no command");
            for subcommand in command.get_subcommands() {
                visit(subcommand, &format!("{path} {}", subcommand.get_name()));
            }
        }
        visit(&Arguments::command(), "adf");
    }

    /// Each example in the help is itself a command line that parses.
    #[test]
    fn the_examples_can_be_typed() {
        fn visit(command: &clap::Command) {
            let help = command.get_after_help().map(ToString::to_string);
            for line in help.unwrap_or_default().lines() {
                let Some(example) = line.strip_prefix("  adf ") else {
                    continue;
                };
                // What follows in a column of its own explains the example.
                let typed = example.split("   ").next().unwrap_or_default();
                let id = "/subscriptions/s/resourceGroups/g/providers/Microsoft.DataFactory/factories/f/integrationRuntimes/ir1";
                let typed = typed.replace("RESOURCE_ID", id);
                let words = typed.split_whitespace().map(|word| word.trim_matches('\''));
                let words = ["adf"].into_iter().chain(words);
                let parsed = Arguments::try_parse_from(words);
                assert!(parsed.is_ok(), "{line}: {}", parsed.unwrap_err());
            }
            command.get_subcommands().for_each(visit);
        }
        visit(&Arguments::command());
    }

    #[test]
    fn common_options_may_stand_anywhere() {
        let before = parse("adf -o json --subscription s factory list").unwrap();
        let after = parse("adf factory list -o json --subscription s").unwrap();
        assert_eq!(before.common.output, Format::Json);
        assert_eq!(after.common.output, Format::Json);
        assert_eq!(after.common.subscription.as_deref(), Some("s"));
    }

    #[test]
    fn wrong_use_is_status_2() {
        for line in [
            "adf nonsense",
            "adf runtime create -g g -f f",
            "adf runtime share -g g -f f -n ir1",
            "adf runtime link -g g -f f -n linked --to ir1",
            "adf runtime regenerate-key -g g -f f -n ir1 --key third",
            "adf factory list -o xml",
            "adf node register",
        ] {
            let error = parse(line).unwrap_err();
            assert_eq!(error.exit_code(), 2, "{line}");
        }
    }
}
