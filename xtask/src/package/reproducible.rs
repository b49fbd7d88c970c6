//! A reproducible build: nothing in the program depends on the machine.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::{env, iter};

use jiff::Timestamp;
use lumen_report::failure::Failure;
use lumen_terraform::provider::{self, workspace};

use super::compiler::Compiler;
use super::crates::Crates;
use super::read;

/// Builds the program of a package for a target, and returns its path.
pub(super) fn build(
    package: &str,
    target: &str,
    compiler: &Compiler,
    crates: &Crates,
    moment: Timestamp,
) -> Result<PathBuf, Failure> {
    let mut flags: Vec<String> = renamed(compiler, crates)
        .into_iter()
        .map(|(path, name)| format!("--remap-path-prefix={path}={name}"))
        .collect();
    if target.ends_with("windows-msvc") {
        // Linkers for Windows write the time into the program by default.
        flags.push("-Clink-arg=/Brepro".to_owned());
        // With this, users don't need to install a runtime library.
        flags.push("-Ctarget-feature=+crt-static".to_owned());
    }
    let mut cargo = provider::cargo_build(package);
    // Profile settings in the environment must not change a release.
    for (name, _) in env::vars_os() {
        if name.to_string_lossy().starts_with("CARGO_PROFILE_") {
            cargo.env_remove(name);
        }
    }
    cargo
        .args(["--release", "--locked", "--target", target])
        .env_remove("RUSTFLAGS")
        .env("CARGO_ENCODED_RUSTFLAGS", flags.join("\u{1f}"))
        .env("CARGO_INCREMENTAL", "0")
        .env("SOURCE_DATE_EPOCH", moment.as_second().to_string())
        // Makes the macOS linker leave out the time.
        .env("ZERO_AR_DATE", "1");
    let program = provider::built(cargo, package)?;
    expect_no_traces(&read(&program)?, &machine_paths(compiler, crates))?;
    Ok(program)
}

/// The names that replace paths in the program's messages. The last match wins.
fn renamed(compiler: &Compiler, crates: &Crates) -> Vec<(String, String)> {
    // Each registry has a folder, whose name depends on the mirror.
    let registries: BTreeSet<&Path> = crates
        .others
        .iter()
        .filter_map(|it| it.described.manifest_path.parent()?.parent())
        .collect();
    let source = Path::new(&compiler.folder).join("lib/rustlib/src/rust");
    iter::once((workspace(), "/provider".to_owned()))
        .chain(registries.into_iter().map(|folder| (folder, "/crates".to_owned())))
        .chain([
            (crates.target_folder.as_path(), "/target".to_owned()),
            (Path::new(&compiler.folder), "/rust".to_owned()),
            // This is the name that the standard library itself uses.
            (source.as_path(), format!("/rustc/{}", compiler.commit)),
        ])
        .map(|(path, name)| (path.display().to_string(), name))
        .collect()
}

/// The paths of the sources, of the tools and of the user's home.
fn machine_paths(compiler: &Compiler, crates: &Crates) -> BTreeSet<PathBuf> {
    let homes = ["CARGO_HOME", "RUSTUP_HOME"].into_iter().filter_map(env::var_os);
    homes
        .map(PathBuf::from)
        .chain(env::home_dir())
        .chain([
            workspace().to_owned(),
            crates.target_folder.clone(),
            env::temp_dir(),
            PathBuf::from(&compiler.folder),
        ])
        .filter(|path| path.components().count() > 1)
        .collect()
}

/// Fails if the program contains a path of this machine, because that would make every build different.
fn expect_no_traces(program: &[u8], paths: &BTreeSet<PathBuf>) -> Result<(), Failure> {
    let separators = ['/', '\\'].into_iter();
    let found: Vec<String> = separators
        .flat_map(|separator| {
            paths.iter().map(move |path| {
                let path = path.display().to_string().replace(['/', '\\'], &separator.to_string());
                format!("{}{separator}", path.trim_end_matches(separator))
            })
        })
        .filter_map(|path| {
            let mut places = program.windows(path.len());
            let place = places.position(|bytes| bytes == path.as_bytes())?;
            let rest = program.get(place..).unwrap_or_default();
            let text = rest.iter().take_while(|byte| byte.is_ascii_graphic()).take(120);
            Some(text.map(|byte| char::from(*byte)).collect())
        })
        .collect();
    if found.is_empty() {
        return Ok(());
    }
    Err(Failure::new(format!(
        "The program contains paths of this machine, so the build is not reproducible:\n{}",
        found.join("\n")
    )))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::path::PathBuf;

    use super::expect_no_traces;

    #[test]
    fn a_path_in_the_program_is_reported() {
        let paths = BTreeSet::from([PathBuf::from("/build")]);

        let clean = expect_no_traces(b"\0/crates/tokio/src/lib.rs\0", &paths);
        let traced = expect_no_traces(b"\0/build/tokio/src/lib.rs\0", &paths);

        assert!(clean.is_ok());
        let message = traced.map_err(|failure| failure.to_string());
        assert!(message.is_err_and(|message| message.ends_with("\n/build/tokio/src/lib.rs")));
    }
}
