//! The crates that the program contains, and their metadata.
//!
//! `cargo tree` lists them: it resolves features as the build does, and leaves out crates that only tests,
//! build scripts and macros need. `cargo metadata` and the lock file describe them. Only the paths depend on
//! the machine, and only `reproducible` reads them. They must not get into the bill of materials, as `bill`
//! explains.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use lumen_report::failure::{Context, Failure};
use lumen_terraform::provider::{self, PACKAGE, workspace};
use serde::Deserialize;

use super::read;

/// The crates of the program.
pub(super) struct Crates {
    /// The provider's own crate, and then the others, sorted by name.
    pub(super) own: Crate,
    pub(super) others: Vec<Crate>,
    /// The target folder of cargo.
    pub(super) target_folder: PathBuf,
}

/// A crate of the program.
pub(super) struct Crate {
    pub(super) id: Id,
    pub(super) described: Description,
    /// The SHA-256 hash of its package in the registry, which the lock file pins.
    pub(super) checksum: Option<String>,
    /// The crates that it depends on directly.
    pub(super) uses: BTreeSet<Id>,
}

/// A name and a version. They identify a crate, because all crates come from the same source.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Id {
    pub(super) name: String,
    pub(super) version: String,
}

/// The fields of a crate's manifest that are used.
#[derive(Deserialize)]
pub(super) struct Description {
    name: String,
    version: String,
    pub(super) license: Option<String>,
    pub(super) description: Option<String>,
    pub(super) repository: Option<String>,
    pub(super) manifest_path: PathBuf,
}

#[derive(Deserialize)]
struct Metadata {
    packages: Vec<Description>,
    target_directory: PathBuf,
}

/// The crates that a build of the provider for this target contains.
pub(super) fn shipped(target: &str) -> Result<Crates, Failure> {
    let tree = ask(&[
        "tree",
        &format!("--package={PACKAGE}"),
        &format!("--target={target}"),
        "--edges=normal,no-proc-macro",
        "--prefix=depth",
        "--format=|{p}",
    ])?;
    let metadata =
        ask(&["metadata", "--format-version=1", &format!("--filter-platform={target}")])?;
    let metadata: Metadata =
        serde_json::from_str(&metadata).context("`cargo metadata` has an unexpected format")?;
    let lock = read(&workspace().join("Cargo.lock"))?;
    let checksums = checksums(&String::from_utf8_lossy(&lock));

    let mut known: BTreeMap<Id, Description> = metadata
        .packages
        .into_iter()
        .map(|it| (Id { name: it.name.clone(), version: it.version.clone() }, it))
        .collect();
    let mut crates = Vec::new();
    for (id, uses) in edges(&tree).context("`cargo tree` has an unexpected format")? {
        let described = known
            .remove(&id)
            .context(format_args!("`cargo metadata` does not know {} {}", id.name, id.version))?;
        crates.push(Crate { checksum: checksums.get(&id).cloned(), id, described, uses });
    }
    let own = crates.iter().position(|it| it.id.name == PACKAGE);
    let own = crates.remove(own.context("the provider is not in its own tree")?);
    Ok(Crates { own, others: crates, target_folder: metadata.target_directory })
}

fn ask(arguments: &[&str]) -> Result<String, Failure> {
    let answer = provider::nested_cargo().args(arguments).arg("--locked").output();
    let answer = answer.context("cargo can't be run")?;
    if !answer.status.success() {
        return Err(Failure::new(String::from_utf8_lossy(&answer.stderr)));
    }
    String::from_utf8(answer.stdout).context("the output of cargo is not UTF-8")
}

/// The direct dependencies of every crate, from lines such as `2|tokio v1.54.1 (*)`: a depth and a crate.
fn edges(tree: &str) -> Option<BTreeMap<Id, BTreeSet<Id>>> {
    let mut edges: BTreeMap<Id, BTreeSet<Id>> = BTreeMap::new();
    let mut path: Vec<Id> = Vec::new();
    for line in tree.lines().filter(|line| !line.is_empty()) {
        let (depth, named) = line.split_once('|')?;
        let mut words = named.split(' ');
        let name = words.next()?.to_owned();
        let version = words.next()?.strip_prefix('v')?.to_owned();
        let id = Id { name, version };
        path.truncate(depth.parse().ok()?);
        if let Some(user) = path.last() {
            edges.entry(user.clone()).or_default().insert(id.clone());
        }
        edges.entry(id.clone()).or_default();
        path.push(id);
    }
    Some(edges)
}

/// The checksums that a lock file pins. Cargo writes one value per line.
fn checksums(lock: &str) -> BTreeMap<Id, String> {
    let value = |package: &str, key: &str| {
        let start = format!("{key} = \"");
        let line = package.lines().find_map(|line| line.strip_prefix(&start))?;
        Some(line.trim_end_matches('"').to_owned())
    };
    lock.split("[[package]]")
        .filter_map(|package| {
            let id = Id { name: value(package, "name")?, version: value(package, "version")? };
            Some((id, value(package, "checksum")?))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::edges;

    #[test]
    fn a_tree_lists_direct_dependencies() {
        let tree = "0|own v1.0.0 (/somewhere)\n1|a v1.0.0\n2|b v2.0.0\n1|b v2.0.0 (*)\n";

        let edges = edges(tree).unwrap_or_default();

        let said: Vec<String> = edges
            .iter()
            .map(|(id, uses)| {
                let uses: Vec<&str> = uses.iter().map(|it| it.name.as_str()).collect();
                format!("{} uses {uses:?}", id.name)
            })
            .collect();
        assert_eq!(said, [r#"a uses ["b"]"#, r#"b uses []"#, r#"own uses ["a", "b"]"#]);
    }
}
