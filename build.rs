//! Compiles `proto/` to Rust with protox, so that no `protoc` is needed on the machine.

use std::error::Error;

const PROTOS: [&str; 2] = ["tfplugin6.proto", "plugin.proto"];

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=proto");
    tonic_prost_build::configure()
        // RPCs that are not implemented yet return "unimplemented".
        .generate_default_stubs(true)
        // Schemas are sent in the same order every time.
        .btree_map(".")
        // Uses slices of the received message instead of copies, because a plan carries three whole states.
        .bytes(".tfplugin6.DynamicValue")
        .compile_fds(protox::compile(PROTOS, ["proto"])?)?;
    Ok(())
}
