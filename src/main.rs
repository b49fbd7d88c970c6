//! The plugin process: Terraform starts it, asks what it wants, and ends it.

use std::process::ExitCode;

use terraform_provider_lumen::{command, plugin, provider};

#[tokio::main]
async fn main() -> ExitCode {
    // Chosen once for both sides, Terraform's and Lumen's; a second choice would be the same.
    rustls::crypto::ring::default_provider().install_default().ok();
    if let Some(done) = command::run().await {
        return done;
    }
    plugin::log::start();
    plugin::serve(provider::registry()).await
}
