//! `adf runtime`: what can be asked of integration runtimes.
//!
//! The subcommands are declared here and done in `document.rs` (the runtime itself), `keys.rs`,
//! `status.rs` and `sharing.rs`.

mod document;
mod keys;
mod sharing;
mod status;

use crate::{
    arguments::{InFactory, RuntimeName},
    failure::Failure,
    output::Document,
    session::Session,
};
use clap::Subcommand;

/// What to do with integration runtimes.
#[derive(Debug, Subcommand)]
pub(crate) enum RuntimeCommand {
    /// Create a self-hosted runtime, or replace its definition
    #[command(after_help = "Example:\n  adf runtime create -g rg-shared -f adf-shared -n ir1 --description shared")]
    Create(document::Create),

    /// Show a runtime's definition
    #[command(after_help = "Example:\n  adf runtime show -g rg-shared -f adf-shared -n ir1")]
    Show(RuntimeName),

    /// List the runtimes of a factory
    #[command(after_help = "Example:\n  adf runtime list -g rg-shared -f adf-shared")]
    List(InFactory),

    /// Show the keys with which nodes register
    #[command(after_help = "Example:\n  adf runtime keys -g rg-shared -f adf-shared -n ir1")]
    Keys(RuntimeName),

    /// Make one key anew; the old one stops working
    #[command(after_help = "Example:\n  adf runtime regenerate-key -g rg-shared -f adf-shared -n ir1 --key authKey1")]
    RegenerateKey(keys::RegenerateKey),

    /// Show the state, the nodes and who is linked
    #[command(after_help = "Example:\n  adf runtime status -g rg-shared -f adf-shared -n ir1")]
    Status(RuntimeName),

    /// Show what the nodes are doing
    #[command(after_help = "Example:\n  adf runtime monitor -g rg-linked -f adf-linked -n linked")]
    Monitor(RuntimeName),

    /// Delete a runtime
    #[command(after_help = "Example:\n  adf runtime delete -g rg-shared -f adf-shared -n ir1")]
    Delete(RuntimeName),

    /// Share a runtime: grant another factory's managed identity permission on it
    #[command(
        after_help = "Examples:\n  adf runtime share -g rg-shared -f adf-shared -n ir1 --with rg-linked/adf-linked\n  adf runtime share -g rg-shared -f adf-shared -n ir1 --principal-id 44444444-4444-4444-4444-000000000001"
    )]
    Share(sharing::Share),

    /// Link to a shared runtime from another factory
    #[command(
        after_help = "Example:\n  adf runtime link -g rg-linked -f adf-linked -n linked --to /subscriptions/22222222-2222-2222-2222-222222222222/resourceGroups/rg-shared/providers/Microsoft.DataFactory/factories/adf-shared/integrationRuntimes/ir1"
    )]
    Link(sharing::Link),

    /// Use a runtime: create a linked service that connects through it
    #[command(
        after_help = "Example:\n  adf runtime use -g rg-linked -f adf-linked -n linked --linked-service OnPremFiles --property host=//files/reports --property userId=svc --secret password=x"
    )]
    Use(sharing::Use),

    /// Revoke the sharing: delete the grant that `share` made
    #[command(after_help = "Example:\n  adf runtime revoke -g rg-shared -f adf-shared -n ir1 --from rg-linked/adf-linked")]
    Revoke(sharing::Revoke),

    /// Remove another factory's links from a shared runtime
    #[command(after_help = "Example:\n  adf runtime unlink -g rg-shared -f adf-shared -n ir1 --from adf-linked")]
    Unlink(sharing::Unlink),
}

impl RuntimeCommand {
    /// Does it.
    pub(crate) async fn run(&self, session: &Session) -> Result<Document, Failure> {
        match self {
            Self::Create(create) => create.run(session).await,
            Self::Show(name) => document::show(name, session).await,
            Self::List(factory) => document::list(factory, session).await,
            Self::Keys(name) => keys::list(name, session).await,
            Self::RegenerateKey(regenerate) => regenerate.run(session).await,
            Self::Status(name) => status::status(name, session).await,
            Self::Monitor(name) => status::monitor(name, session).await,
            Self::Delete(name) => document::delete(name, session).await,
            Self::Share(share) => share.run(session).await,
            Self::Link(link) => link.run(session).await,
            Self::Use(usage) => usage.run(session).await,
            Self::Revoke(revoke) => revoke.run(session).await,
            Self::Unlink(unlink) => unlink.run(session).await,
        }
    }
}
