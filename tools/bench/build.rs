//! Compiles the messages of Terraform's protocol, which `bench` uses to call a provider.

use std::error::Error;

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=../proto");
    tonic_prost_build::configure()
        .build_client(false)
        .build_server(false)
        .compile_fds(protox::compile(["tfplugin6.proto"], ["../../proto"])?)?;
    Ok(())
}
