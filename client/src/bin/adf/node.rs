//! `adf node`: registering nodes, which Azure leaves to software on a machine.
//!
//! Only the emulator can do this, at an endpoint of its own; against Azure the subcommand says so.

use crate::{
    failure::Failure,
    output::{Details, Document},
    session::Session,
};
use adf_emulator_client::NodeRegistration;
use clap::{Args, Subcommand};

/// What to do with nodes.
#[derive(Debug, Subcommand)]
pub(crate) enum NodeCommand {
    /// Register a node with one of the runtime's keys (emulator only)
    ///
    /// On Azure a node is a machine: install the integration runtime there and give it the key.
    #[command(after_help = "Example:\n  adf node register --key 'IR@…' -n node1")]
    Register(Register),
}

/// `adf node register`.
#[derive(Debug, Args)]
pub(crate) struct Register {
    /// An authentication key of the runtime, from `adf runtime keys`
    #[arg(long, short, value_name = "KEY")]
    key: String,

    /// The node's name
    #[arg(long, short, default_value = "node1", value_name = "NODE")]
    name: String,

    /// The version of the node's software
    #[arg(long, value_name = "VERSION")]
    node_version: Option<String>,

    /// The machine's name [default: the emulator's choice]
    #[arg(long, value_name = "NAME")]
    machine_name: Option<String>,
}

impl NodeCommand {
    /// Does it.
    pub(crate) async fn run(&self, session: &Session) -> Result<Document, Failure> {
        match self {
            Self::Register(register) => register.run(session).await,
        }
    }
}

impl Register {
    async fn run(&self, session: &Session) -> Result<Document, Failure> {
        if session.connection.is_azure() {
            return Err(Failure::usage(
                "registering a node is for the emulator only. On Azure, install the integration runtime \
                 on a machine and give it the key; for the emulator, run under `adf-emulator exec -- COMMAND`",
            ));
        }
        let node = session
            .emulator()
            .register_node(&NodeRegistration {
                auth_key: self.key.clone(),
                node_name: self.name.clone(),
                version: self.node_version.clone(),
                machine_name: self.machine_name.clone(),
            })
            .await?;
        let text =
            Details::default().with("Node", Some(&node.node_name)).with("Status", Some(&node.status)).with("Runtime", Some(&node.runtime));
        Ok(Document::new(&node, text))
    }
}
