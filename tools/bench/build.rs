//! Compiles the messages of Terraform's protocol, with which `bench` calls a provider.

use std::error::Error;

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=../proto");
    tonic_prost_build::configure()
        .build_client(false)
        .build_server(false)
        .compile_fds(protox::compile(["tfplugin6.proto"], ["../../proto"])?)?;
    Ok(())
}
