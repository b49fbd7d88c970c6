//! The plugin process: Terraform starts it, asks what it wants, and ends it.

use std::process::ExitCode;

use terraform_provider_lumen::{command, plugin, provider};

// One thread, and more only where a disk or a resolver keeps somebody waiting: a plan takes 0.17 ms
// of a processor, so that a thousand wait for Terraform. Threads that hand calls to each other took
// 20 µs more for each of them, and two milliseconds more to start.
#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    // Chosen once for both sides, Terraform's and Lumen's; a second choice would be the same.
    rustls::crypto::ring::default_provider().install_default().ok();
    if let Some(done) = command::run().await {
        return done;
    }
    plugin::log::start();
    plugin::serve(provider::registry()).await
}
