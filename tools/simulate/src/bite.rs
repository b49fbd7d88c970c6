//! Checks that the simulation detects faults: they are planted into a copy of the provider, and each must be
//! found.
//!
//! A fault is a patch in `faults/`, whose first line describes the fault. The provider itself is unchanged:
//! the patches are applied to a copy of the workspace below `target/`, which is built once. At run time, each
//! patch checks whether its fault is the one to plant.

use std::collections::{BTreeMap, BTreeSet};
use std::env::consts::EXE_SUFFIX;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::campaign::{Arguments, print};
use crate::regression::{self, Regression};
use crate::violation::kind;

/// A fault that is not found within this many minutes or histories counts as not found. `--minutes` and
/// `--histories` can lower the limits.
const MINUTES: u64 = 5;
const HISTORIES: u64 = 20_000;

/// The code that the copy needs in addition to the patches: a patch calls `crate::planted::is("its name")`.
const SWITCH: &str = "\n/// Which fault is planted.\npub mod planted;\n";

/// Plants each fault, and searches for it. Returns whether all were found.
pub(crate) fn bite(names: &[String], arguments: &Arguments) -> bool {
    let faults = match faults(names) {
        Ok(faults) => faults,
        Err(error) => {
            print(&error);
            return false;
        }
    };
    let workshop = Workshop::new().and_then(|mut workshop| {
        // All patches are applied, even if only some are wanted, so that the build is always the same.
        let planted = self::faults(&[])?.into_iter();
        let misfits: BTreeMap<String, String> = planted
            .filter_map(|fault| Some((workshop.plant(&fault).err()?, fault.name)))
            .map(|(error, name)| (name, error))
            .collect();
        workshop.build()?;
        Ok((workshop, misfits))
    });
    let (workshop, misfits) = match workshop {
        Ok(made) => made,
        Err(error) => {
            print(&error);
            return false;
        }
    };
    print("| fault | histories | seconds | violation |\n|---|---:|---:|---|");
    let mut is_well = true;
    for fault in faults {
        let found = match misfits.get(&fault.name) {
            Some(error) => Err(error.clone()),
            None => workshop.hunt(&fault, arguments),
        };
        is_well &= matches!(found, Ok(Some(_)));
        let row = match found {
            Ok(Some(Found { histories, seconds, violation })) => {
                format!("{histories} | {seconds:.1} | {violation}")
            }
            Ok(None) => "not found | | ".to_owned(),
            Err(error) => format!("{} | | ", error.trim()),
        };
        print(&format!("| {}: {} | {row} |", fault.name, fault.title));
    }
    is_well
}

/// A fault that can be planted.
struct Planted {
    name: String,
    title: String,
    patch: PathBuf,
}

/// How a fault was found.
struct Found {
    /// How many histories it took.
    histories: u64,
    /// How long they took, without the build.
    seconds: f64,
    violation: String,
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join("..")
}

/// The faults with these names, or all faults.
fn faults(names: &[String]) -> Result<Vec<Planted>, String> {
    let folder = root().join("tools").join("simulate").join("faults");
    let mut faults = Vec::new();
    for entry in folder.read_dir().map_err(|error| told(&folder, &error))? {
        let patch = entry.map_err(|error| told(&folder, &error))?.path();
        let name = patch.file_stem().map(|it| it.to_string_lossy().into_owned());
        let name = name.unwrap_or_default();
        let is_patch = patch.extension().is_some_and(|ending| ending == "patch");
        if is_patch && (names.is_empty() || names.contains(&name)) {
            let text = fs::read_to_string(&patch).map_err(|error| told(&patch, &error))?;
            let title = text.lines().next().unwrap_or_default().to_owned();
            faults.push(Planted { name, title, patch });
        }
    }
    let unknown = names.iter().find(|name| faults.iter().all(|fault| fault.name != **name));
    if let Some(unknown) = unknown {
        return Err(format!("there is no fault `{unknown}` in {}", folder.display()));
    }
    faults.sort_by(|one, another| one.name.cmp(&another.name));
    Ok(faults)
}

fn told(place: &Path, error: &io::Error) -> String {
    format!("{}: {error}", place.display())
}

/// A copy of the workspace with all faults in it. A fault is inactive until its name is in the environment,
/// so that all of them need only one build.
struct Workshop {
    /// The folder in which the patches are applied.
    stage: PathBuf,
    /// The folder that is built. Unchanged files are not written again, because that would rebuild them.
    tree: PathBuf,
    target: PathBuf,
    kept: PathBuf,
    files: BTreeSet<PathBuf>,
}

impl Workshop {
    fn new() -> Result<Self, String> {
        let root = root().canonicalize().map_err(|error| told(&root(), &error))?;
        let place = root.join("target").join("simulate-bites");
        let mut git = Command::new("git");
        git.args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"]);
        let listed = output(git.current_dir(&root))?;
        let listed = listed.split('\0').filter(|name| !name.is_empty()).map(PathBuf::from);
        let files: BTreeSet<PathBuf> = listed.filter(|file| root.join(file).is_file()).collect();
        let [stage, tree, target, kept] =
            ["stage", "tree", "target", "kept"].map(|name| place.join(name));
        mirror(&root, &stage, &files)?;
        Ok(Self { stage, tree, target, kept, files })
    }

    /// Plants a fault. Fails if the code has changed so much that the patch no longer applies.
    fn plant(&self, fault: &Planted) -> Result<(), String> {
        let mut git = Command::new("git");
        // The copy is inside the workspace, and `git apply` must not find the workspace's repository.
        git.env("GIT_CEILING_DIRECTORIES", self.stage.parent().unwrap_or(&self.stage));
        git.args(["apply", "-C1"]).arg(&fault.patch);
        output(git.current_dir(&self.stage))
            .map(drop)
            .map_err(|error| format!("the patch no longer applies: {error}"))
    }

    fn build(&mut self) -> Result<(), String> {
        let (source, main) = (self.stage.join("src"), self.stage.join("src").join("lib.rs"));
        let text = fs::read_to_string(&main).map_err(|error| told(&main, &error))?;
        fs::write(&main, text + SWITCH).map_err(|error| told(&main, &error))?;
        fs::write(source.join("planted.rs"), include_str!("../faults/planted.rs"))
            .map_err(|error| told(&source, &error))?;
        self.files.insert(Path::new("src").join("planted.rs"));
        mirror(&self.stage, &self.tree, &self.files)?;
        let mut cargo = Command::new(std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned()));
        cargo.args(["build", "--quiet", "--profile", "simulate", "--package", "lumen-simulate"]);
        cargo.env("CARGO_TARGET_DIR", &self.target);
        output(cargo.current_dir(&self.tree))
            .map_err(|error| format!("the build failed: {error}"))?;
        Ok(())
    }

    /// Tries histories until a fault is found.
    fn hunt(&self, fault: &Planted, arguments: &Arguments) -> Result<Option<Found>, String> {
        let (first, began) = (arguments.seed, Instant::now());
        let mut seed = first;
        while let Some(violated) = self.first_violation(fault, seed, arguments, began)? {
            let (found, kind_found) = (violated.seed().unwrap_or(seed), violated.kind());
            // A violation that also occurs without the fault has a different cause.
            let sound = violated.replay(false);
            if sound.violations.iter().all(|violation| kind(violation) != kind_found) {
                return Ok(Some(Found {
                    histories: found - first + 1,
                    seconds: began.elapsed().as_secs_f64(),
                    violation: kind_found,
                }));
            }
            seed = found + 1;
        }
        Ok(None)
    }

    /// The first history from this seed on that is violated with the fault.
    fn first_violation(
        &self,
        fault: &Planted,
        seed: u64,
        arguments: &Arguments,
        began: Instant,
    ) -> Result<Option<Regression>, String> {
        let end = arguments.seed.saturating_add(arguments.histories.unwrap_or(HISTORIES));
        let patience = Duration::from_mins(arguments.minutes.unwrap_or(MINUTES));
        let left = patience.saturating_sub(began.elapsed()).as_secs().div_ceil(60);
        if left == 0 || end <= seed {
            return Ok(None);
        }
        if self.kept.exists() {
            fs::remove_dir_all(&self.kept).map_err(|error| told(&self.kept, &error))?;
        }
        let program = self.target.join("simulate").join(format!("lumen-simulate{EXE_SUFFIX}"));
        let mut simulate = Command::new(program);
        simulate.env("PLANTED_FAULT", &fault.name);
        simulate.args(["--first", "--seed", &seed.to_string()]);
        simulate.args(["--histories", &(end - seed).to_string(), "--minutes", &left.to_string()]);
        simulate.args(["--threads", &arguments.threads.to_string(), "--keep"]).arg(&self.kept);
        simulate.stdout(Stdio::null()).status().map_err(|error| error.to_string())?;
        if !self.kept.exists() {
            return Ok(None);
        }
        let kept = regression::files(&self.kept)?;
        kept.first().map(|file| Regression::read(file)).transpose()
    }
}

/// Makes a folder a copy of these files of another folder.
fn mirror(from: &Path, to: &Path, files: &BTreeSet<PathBuf>) -> Result<(), String> {
    for file in files {
        let (from, to) = (from.join(file), to.join(file));
        let text = fs::read(&from).map_err(|error| told(&from, &error))?;
        if fs::read(&to).ok().as_ref() != Some(&text) {
            let folder = to.parent().unwrap_or(&to);
            fs::create_dir_all(folder).map_err(|error| told(folder, &error))?;
            fs::write(&to, text).map_err(|error| told(&to, &error))?;
        }
    }
    let mut folders = vec![to.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in folder.read_dir().map_err(|error| told(&folder, &error))? {
            let path = entry.map_err(|error| told(&folder, &error))?.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.strip_prefix(to).is_ok_and(|file| !files.contains(file)) {
                fs::remove_file(&path).map_err(|error| told(&path, &error))?;
            }
        }
    }
    Ok(())
}

/// Returns the output of a command, or the relevant line of its error output if it fails.
fn output(command: &mut Command) -> Result<String, String> {
    let output = command.output().map_err(|error| error.to_string())?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
    }
    let errors = String::from_utf8_lossy(&output.stderr);
    let first = errors.lines().find(|line| line.starts_with("error"));
    Err(first.or(errors.lines().last()).unwrap_or("it failed").to_owned())
}

#[cfg(test)]
mod tests {
    use tempfile::TempDir;

    use super::*;

    #[test]
    fn every_fault_says_what_it_is() -> Result<(), String> {
        for fault in faults(&[])? {
            assert!(fault.title.ends_with('.') && fault.title.contains(' '), "{}", fault.title);
            let text = fs::read_to_string(&fault.patch).map_err(|error| error.to_string())?;
            assert!(text.contains(&format!("planted::is(\"{}\")", fault.name)), "{}", fault.name);
        }
        Ok(())
    }

    /// Patches must be updated when the code around them changes, and all of them must apply together.
    #[test]
    fn every_fault_can_be_planted() -> Result<(), String> {
        let faults = faults(&[])?;
        let mut files = BTreeSet::new();
        for fault in &faults {
            let text = fs::read_to_string(&fault.patch).map_err(|error| error.to_string())?;
            files.extend(
                text.lines().filter_map(|line| line.strip_prefix("+++ b/")).map(PathBuf::from),
            );
        }
        let folder = TempDir::new().map_err(|error| error.to_string())?;
        let [stage, tree, target, kept] =
            ["stage", "tree", "target", "kept"].map(|name| folder.path().join(name));
        mirror(&root(), &stage, &files)?;
        let workshop = Workshop { stage, tree, target, kept, files };
        for fault in &faults {
            workshop.plant(fault).map_err(|error| format!("{}: {error}", fault.name))?;
        }
        Ok(())
    }
}
