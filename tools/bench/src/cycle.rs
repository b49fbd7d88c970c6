//! The cost of the life of a number of objects, from the first plan to the destroy.

use std::path::{Path, PathBuf};
use std::time::Duration;

use lumen_report::failure::Failure;
use lumen_terraform::SOURCE_ADDRESS;
use tempfile::TempDir;

use super::backend::Backend;
use super::lumen::{self, Lumen, Requests};
use super::meter::Usage;
use super::null;
use super::step::Step;
use super::subject::{Subject, TERRAFORM_DATA};
use super::table::Results;
use super::workspace::{Observed, Served, Setup, Workspace};

/// The number of objects, and how many of them Terraform processes at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Case {
    pub(crate) parallelism: usize,
    pub(crate) size: usize,
}

/// All pairs, except those where a smaller `-parallelism` already handles all objects at once.
pub(crate) fn cases(sizes: &[usize], parallelism: &[usize]) -> Vec<Case> {
    let pairs = parallelism
        .iter()
        .flat_map(|&parallelism| sizes.iter().map(move |&size| Case { parallelism, size }));
    let is_held_up = |case: &Case| {
        parallelism.iter().all(|&other| other >= case.parallelism || other < case.size)
    };
    pairs.filter(is_held_up).collect()
}

/// Everything that the cases have in common.
pub(crate) struct Bench {
    pub(crate) runs: usize,
    pub(crate) steps: Vec<Step>,
    /// Additional lines of the provider block.
    pub(crate) settings: Vec<String>,
    /// The folder of all journals. They are kept until the end, because deleting files makes `ext4` slow to
    /// create new files for several seconds, which took longer than everything else.
    pub(crate) journals: TempDir,
    pub(crate) lumen: Lumen,
    /// The latency of Lumen's answers.
    pub(crate) latency: Duration,
    pub(crate) backend: Backend,
    pub(crate) terraform: PathBuf,
    pub(crate) provider: PathBuf,
    pub(crate) null: Option<PathBuf>,
}

/// The cost of a command.
#[derive(Clone, Debug)]
pub(crate) struct Cost {
    pub(crate) step: Step,
    pub(crate) wall: Duration,
    pub(crate) used: Option<Usage>,
    pub(crate) requests: Requests,
}

impl Bench {
    /// Measures all subjects in each run, so that other load on the machine affects all of them equally.
    /// Then runs each subject once more with a meter.
    pub(crate) fn measure(
        &self,
        case: Case,
        subjects: &[Subject],
        results: &mut Results,
    ) -> Result<(), Failure> {
        for run in 1..=self.runs {
            let mut floor = Vec::new();
            for &subject in subjects {
                let costs = self.cycle(case, subject, Observed::No)?;
                progress(case, subject, &format!("{run}/{}", self.runs), &costs);
                if subject == TERRAFORM_DATA {
                    floor.clone_from(&costs);
                }
                results.add_walls(case, subject, &costs, &floor);
            }
        }
        for &subject in subjects.iter().filter(|subject| **subject != TERRAFORM_DATA) {
            let costs = self.cycle(case, subject, Observed::Metered)?;
            progress(case, subject, "metered", &costs);
            results.add_use(case, subject, costs);
        }
        Ok(())
    }

    fn cycle(
        &self,
        case: Case,
        subject: Subject,
        observed: Observed,
    ) -> Result<Vec<Cost>, Failure> {
        let Case { parallelism, size } = case;
        let workspace = Workspace::new(&Setup {
            terraform: &self.terraform,
            backend: self.backend.module(subject.name()),
            module: subject.module(size, &self.settings),
            served: self.served(subject),
            observed,
            journals: self.journals.path(),
            environment: &self.lumen.environment,
        })?;
        self.lumen.start_anew()?;
        let mut before = Requests::new();
        let mut costs = Vec::new();
        for &step in &self.steps {
            let wall = workspace.run(&step.arguments(parallelism))?;
            let used = workspace.used()?;
            let after = self.lumen.requests()?;
            let requests = lumen::difference(&before, &after);
            before = after;
            costs.push(Cost { step, wall, used, requests });
        }
        Ok(costs)
    }

    fn served(&self, subject: Subject) -> Option<Served<'_>> {
        let (source, program): (_, &Path) = match subject {
            Subject::TerraformData => return None,
            Subject::NullResource => (null::SOURCE_ADDRESS, self.null.as_ref()?),
            Subject::Connections | Subject::Reservations => (SOURCE_ADDRESS, &self.provider),
        };
        Some(Served { source, program })
    }
}

fn progress(case: Case, subject: Subject, run: &str, costs: &[Cost]) {
    let walls: Vec<String> = costs
        .iter()
        .map(|cost| format!("{} {:.2} s", cost.step.title(), cost.wall.as_secs_f64()))
        .collect();
    let Case { parallelism, size } = case;
    println!("   {size} at {parallelism}, {}, {run}: {}", subject.title(), walls.join(", "));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_objects_need_no_further_parallelism() {
        let cases = cases(&[1, 10, 100], &[10, 200]);

        let pairs: Vec<_> = cases.iter().map(|case| (case.size, case.parallelism)).collect();
        assert_eq!(pairs, [(1, 10), (10, 10), (100, 10), (100, 200)]);
    }
}
