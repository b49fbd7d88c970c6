//! The plugin process. Terraform starts it, calls it, and stops it.

use std::process::ExitCode;
use std::time::Duration;

use terraform_provider_lumen::plugin::{self, Plugin};
use terraform_provider_lumen::{command, provider};
use tokio::runtime::Builder;

// One thread is enough, because the provider mostly waits for the network. More threads would make each call
// and the start slower, and use more memory. Tokio itself adds threads for blocking work, such as disk access
// and name resolution.
fn main() -> ExitCode {
    let runtime = match Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("The provider can't start: {error}");
            return ExitCode::FAILURE;
        }
    };
    let code = runtime.block_on(run());
    // A disk that hangs must not keep the process from exiting. A thread that waits for it can't be stopped.
    runtime.shutdown_timeout(Duration::from_secs(1));
    code
}

async fn run() -> ExitCode {
    // Use the same crypto provider for both sides, Terraform and Lumen. This fails only if one has already
    // been installed, and then it is the same one.
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
