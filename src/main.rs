//! The plugin process: Terraform starts it, asks what it wants, and ends it.

use std::process::ExitCode;

use terraform_provider_lumen::plugin::{self, Plugin};
use terraform_provider_lumen::{command, provider};

// The runtime has one thread, and starts others only to wait for a disk or a name server. With more
// threads, every call is handed from one to another, which costs CPU, start-up time and memory, and
// the provider has little to compute.
#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    // Chosen once for both sides, Terraform's and Lumen's; a second choice would be the same.
    rustls::crypto::ring::default_provider().install_default().ok();
    if let Some(done) = command::run().await {
        return done;
    }
    plugin::serve(Plugin {
        address: "registry.terraform.io/lumen-community/lumen",
        module: "lumen",
        registry: provider::registry(),
    })
    .await
}
