//! Whether the simulation bites: faults are planted into copies of the provider, and each must be found.
//!
//! A fault is a patch in `faults/`, whose first line says in words what is wrong. The provider itself
//! has no trace of it: the patch is applied to a copy of the workspace below `target/`.

use std::collections::BTreeSet;
use std::env::consts::EXE_SUFFIX;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::campaign::{Arguments, print};
use crate::regression::{self, Regression};
use crate::violation::kind;

/// A fault that is not found in this time, or in so many histories, is not found.
const PATIENCE: Duration = Duration::from_mins(5);
const HISTORIES: u64 = 20_000;

/// Plants each fault, and looks for it. Returns whether all were found.
pub(crate) fn bite(names: &[String], arguments: &Arguments) -> bool {
    let faults = match faults(names) {
        Ok(faults) => faults,
        Err(error) => {
            print(&error);
            return false;
        }
    };
    print("| fault | histories | seconds | violation |\n|---|---|---|---|");
    let mut is_well = true;
    for fault in faults {
        let row = match Workshop::new().and_then(|workshop| workshop.hunt(&fault, arguments)) {
            Ok(Some(Found { histories, seconds, violation })) => {
                format!("{histories} | {seconds:.0} | {violation}")
            }
            Ok(None) => {
                is_well = false;
                "**not found** | |".to_owned()
            }
            Err(error) => {
                is_well = false;
                format!("**{}** | |", error.trim())
            }
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
    /// How long they took, without the time that the build took.
    seconds: f64,
    violation: String,
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join("..")
}

/// The faults of these names, or all.
fn faults(names: &[String]) -> Result<Vec<Planted>, String> {
    let folder = root().join("tools").join("simulate").join("faults");
    let mut faults = Vec::new();
    for entry in folder.read_dir().map_err(|error| told(&folder, &error))? {
        let patch = entry.map_err(|error| told(&folder, &error))?.path();
        let name = patch.file_stem().map(|it| it.to_string_lossy().into_owned());
        let name = name.unwrap_or_default();
        if names.is_empty() || names.contains(&name) {
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

/// A copy of the workspace.
struct Workshop {
    root: PathBuf,
    tree: PathBuf,
    target: PathBuf,
    kept: PathBuf,
}

impl Workshop {
    /// Makes the copy equal to the workspace. A file that is equal already is not written again, or
    /// everything would be built again.
    fn new() -> Result<Self, String> {
        let root = root().canonicalize().map_err(|error| told(&root(), &error))?;
        let place = root.join("target").join("simulate-bites");
        let (tree, target) = (place.join("tree"), place.join("target"));
        let workshop = Self { kept: place.join("kept"), root, tree, target };
        let files = workshop.files()?;
        for file in &files {
            let (from, to) = (workshop.root.join(file), workshop.tree.join(file));
            // A file that was removed and not committed is still listed.
            let Ok(text) = fs::read(&from) else { continue };
            if fs::read(&to).ok().as_ref() != Some(&text) {
                let folder = to.parent().unwrap_or(&workshop.tree);
                fs::create_dir_all(folder).map_err(|error| told(folder, &error))?;
                fs::write(&to, text).map_err(|error| told(&to, &error))?;
            }
        }
        let mut folders = vec![workshop.tree.clone()];
        while let Some(folder) = folders.pop() {
            for entry in folder.read_dir().map_err(|error| told(&folder, &error))? {
                let path = entry.map_err(|error| told(&folder, &error))?.path();
                let below = path.strip_prefix(&workshop.tree).unwrap_or(&path);
                if path.is_dir() {
                    folders.push(path);
                } else if !files.contains(below) || !workshop.root.join(below).exists() {
                    fs::remove_file(&path).map_err(|error| told(&path, &error))?;
                }
            }
        }
        Ok(workshop)
    }

    /// What belongs to the workspace, committed or not.
    fn files(&self) -> Result<BTreeSet<PathBuf>, String> {
        let mut git = Command::new("git");
        git.args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"]);
        let listed = output(git.current_dir(&self.root))?;
        Ok(listed.split('\0').filter(|name| !name.is_empty()).map(PathBuf::from).collect())
    }

    /// Plants a fault, builds, and tries histories until it is found.
    fn hunt(&self, fault: &Planted, arguments: &Arguments) -> Result<Option<Found>, String> {
        let mut git = Command::new("git");
        // The copy is below the workspace, and `git apply` must not look for that.
        git.env("GIT_CEILING_DIRECTORIES", self.tree.parent().unwrap_or(&self.tree));
        git.args(["apply", "-C1"]).arg(&fault.patch);
        output(git.current_dir(&self.tree))
            .map_err(|error| format!("the patch does not apply any more: {error}"))?;
        let mut cargo = Command::new(std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned()));
        cargo.args(["build", "--quiet", "--profile", "simulate", "--package", "lumen-simulate"]);
        cargo.env("CARGO_TARGET_DIR", &self.target);
        output(cargo.current_dir(&self.tree)).map_err(|error| format!("no build: {error}"))?;

        let (first, began) = (arguments.seed, Instant::now());
        let mut seed = first;
        while let Some(violated) =
            self.first_violation(seed, first + HISTORIES, arguments, began)?
        {
            let (found, kind_found) = (violated.seed().unwrap_or(seed), violated.kind());
            // What is violated without the fault as well is another one.
            let is_sound =
                violated.replay(false).violations.iter().all(|it| kind(it) != kind_found);
            if is_sound {
                let violation = violated.violation().and_then(|it| it.lines().next());
                return Ok(Some(Found {
                    histories: found - first + 1,
                    seconds: began.elapsed().as_secs_f64(),
                    violation: violation.unwrap_or_default().to_owned(),
                }));
            }
            seed = found + 1;
        }
        Ok(None)
    }

    /// The first history from this seed on that is violated where the fault is.
    fn first_violation(
        &self,
        seed: u64,
        end: u64,
        arguments: &Arguments,
        began: Instant,
    ) -> Result<Option<Regression>, String> {
        let left = PATIENCE.saturating_sub(began.elapsed()).as_secs().div_ceil(60);
        if left == 0 || end <= seed {
            return Ok(None);
        }
        if self.kept.exists() {
            fs::remove_dir_all(&self.kept).map_err(|error| told(&self.kept, &error))?;
        }
        let program = self.target.join("simulate").join(format!("lumen-simulate{EXE_SUFFIX}"));
        let mut simulate = Command::new(program);
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

/// What a command prints; an error with the end of its complaints if it fails.
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
    use super::*;

    #[test]
    fn every_fault_says_what_it_is_and_fits_the_code() {
        for fault in faults(&[]).unwrap() {
            assert!(fault.title.ends_with('.') && fault.title.contains(' '), "{}", fault.title);
            let mut git = Command::new("git");
            git.args(["apply", "-C1", "--check"]).arg(&fault.patch);

            let applied = output(git.current_dir(root()));

            assert!(applied.is_ok(), "{} does not apply any more: {applied:?}", fault.name);
        }
    }
}
