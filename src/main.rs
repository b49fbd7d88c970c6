//! The plugin process: Terraform starts it, asks what it wants, and ends it.

use std::process::ExitCode;

use terraform_provider_lumen::{command, plugin, provider};

// One thread, and others only where a disk or a name server keeps somebody waiting: Terraform itself
// is busier than we are. Threads that hand every call to each other took 20 µs more of a processor for
// each, 0.8 ms more to start, and 0.4 MB.
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
