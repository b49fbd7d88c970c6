//! The figures, and the tables that show them.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::time::Duration;

use super::cycle::{Case, Cost};
use super::meter::Usage;
use super::step::Step;
use super::subject::{Subject, TERRAFORM_DATA};

/// All measurements of a command.
#[derive(Default)]
struct Cell {
    /// The wall times in seconds.
    walls: Vec<f64>,
    /// The wall times as multiples of Terraform's own cost in the same run.
    ratios: Vec<f64>,
    /// The usage in the metered run.
    used: Option<Usage>,
    requests: BTreeMap<String, u64>,
}

/// All measurements.
#[derive(Default)]
pub(crate) struct Results(BTreeMap<(Case, Step, Subject), Cell>);

impl Results {
    /// Adds a run, together with the `terraform_data` run to compare it with.
    pub(crate) fn add_walls(
        &mut self,
        case: Case,
        subject: Subject,
        costs: &[Cost],
        floor: &[Cost],
    ) {
        for (cost, floor) in costs.iter().zip(floor) {
            let cell = self.0.entry((case, cost.step, subject)).or_default();
            cell.walls.push(cost.wall.as_secs_f64());
            cell.ratios.push(cost.wall.as_secs_f64() / floor.wall.as_secs_f64());
        }
    }

    /// Adds the metered run.
    pub(crate) fn add_use(&mut self, case: Case, subject: Subject, costs: Vec<Cost>) {
        for Cost { step, wall: _, used, requests } in costs {
            let cell = self.0.entry((case, step, subject)).or_default();
            (cell.used, cell.requests) = (used, requests);
        }
    }

    /// The wall times, then the usage of the providers, then the requests to Lumen.
    pub(crate) fn to_markdown(
        &self,
        subjects: &[Subject],
        steps: &[Step],
        latency: Duration,
    ) -> String {
        let ours: Vec<Subject> = subjects.iter().filter(|it| it.is_ours()).copied().collect();
        let mut text = self.walls(subjects);
        if !latency.is_zero() {
            text.push_str(&self.chains(&ours, latency));
        }
        text.push_str(&self.used(subjects));
        for &subject in &ours {
            text.push_str(&self.requests(subject, steps));
        }
        text
    }

    /// Shows how much of Lumen's latency is hidden by sending requests concurrently.
    fn chains(&self, ours: &[Subject], latency: Duration) -> String {
        let mut text = format!(
            "\nWith {} ms of latency: the number of sequential requests, and the wall time as a multiple of \
             their latency plus Terraform's own time:\n\n",
            latency.as_millis()
        );
        text.push_str(&header(&["objects", "`-parallelism`", "command"], ours));
        for (case, step) in self.rows() {
            let _ = write!(text, "| {} | {} | {} |", case.size, case.parallelism, step.title());
            let cell = |subject| self.0.get(&(case, step, subject));
            let floor = cell(TERRAFORM_DATA).and_then(|cell| median(&cell.walls));
            for &subject in ours {
                let told = cell(subject).zip(floor).and_then(|(cell, floor)| {
                    let chain = chain(&cell.requests, case);
                    let least = floor + latency.as_secs_f64() * f64::from(chain);
                    Some(format!("{chain} ({:.2})", median(&cell.walls)? / least))
                });
                let _ = write!(text, " {} |", or_dash(told));
            }
            text.push('\n');
        }
        text
    }

    fn walls(&self, subjects: &[Subject]) -> String {
        let mut text = String::from("Wall in seconds (and as a multiple of `terraform_data`):\n\n");
        text.push_str(&header(&["objects", "`-parallelism`", "command"], subjects));
        for (case, step) in self.rows() {
            let _ = write!(text, "| {} | {} | {} |", case.size, case.parallelism, step.title());
            for &subject in subjects {
                let cell = self.0.get(&(case, step, subject));
                let wall =
                    cell.and_then(|cell| median(&cell.walls)).map(|wall| format!("{wall:.2}"));
                let ratio = cell.and_then(|cell| median(&cell.ratios));
                let ratio = ratio.filter(|_| subject != TERRAFORM_DATA);
                let ratio = ratio.map(|ratio| format!(" ({ratio:.1})"));
                let _ = write!(text, " {}{} |", or_dash(wall), ratio.unwrap_or_default());
            }
            text.push('\n');
        }
        text
    }

    fn used(&self, subjects: &[Subject]) -> String {
        let providers: Vec<Subject> =
            subjects.iter().filter(|subject| **subject != TERRAFORM_DATA).copied().collect();
        let mut text =
            String::from("\nThe provider alone: CPU in seconds, peak memory in MiB, starts:\n\n");
        text.push_str(&header(&["objects", "`-parallelism`", "command"], &providers));
        for (case, step) in self.rows() {
            let _ = write!(text, "| {} | {} | {} |", case.size, case.parallelism, step.title());
            for &subject in &providers {
                let cell = self.0.get(&(case, step, subject));
                let used = cell.and_then(|cell| cell.used.as_ref()).map(described);
                let _ = write!(text, " {} |", or_dash(used));
            }
            text.push('\n');
        }
        text
    }

    fn requests(&self, subject: Subject, steps: &[Step]) -> String {
        let mut text = format!("\nRequests to Lumen, {}:\n\n", subject.title());
        let titles: Vec<&str> = steps.iter().map(|step| step.title()).collect();
        let _ = writeln!(text, "| objects | `-parallelism` | request | {} |", titles.join(" | "));
        let _ = writeln!(text, "|---|---|---{}|", "|---".repeat(steps.len()));
        let cases: BTreeSet<Case> = self.0.keys().map(|(case, ..)| *case).collect();
        for case in cases {
            let cells: Vec<_> =
                steps.iter().map(|step| self.0.get(&(case, *step, subject))).collect();
            let names: BTreeSet<&String> =
                cells.iter().flatten().flat_map(|cell| cell.requests.keys()).collect();
            for name in names {
                let _ = write!(text, "| {} | {} | `{name}` |", case.size, case.parallelism);
                for cell in &cells {
                    let count = cell.and_then(|cell| cell.requests.get(name));
                    let _ = write!(text, " {} |", or_dash(count.map(u64::to_string)));
                }
                text.push('\n');
            }
        }
        text
    }

    fn rows(&self) -> BTreeSet<(Case, Step)> {
        self.0.keys().map(|(case, step, _)| (*case, *step)).collect()
    }
}

fn header(first: &[&str], subjects: &[Subject]) -> String {
    let titles: Vec<&str> =
        first.iter().copied().chain(subjects.iter().map(|subject| subject.title())).collect();
    format!("| {} |\n{}|\n", titles.join(" | "), "|---".repeat(titles.len()))
}

fn described(used: &Usage) -> String {
    #[expect(clippy::cast_precision_loss, reason = "no provider has 2^53 KiB")]
    let peak = used.peak_kib as f64 / 1024.0;
    format!("{:.3} s, {peak:.1}, {}×", used.cpu.as_secs_f64(), used.starts)
}

fn or_dash(text: Option<String>) -> String {
    text.unwrap_or_else(|| "–".into())
}

/// The number of sequential requests if none were sent concurrently: the requests of one object, times the
/// number of batches that `-parallelism` requires, plus one for each kind of request of which there are fewer
/// than objects.
fn chain(requests: &BTreeMap<String, u64>, case: Case) -> u32 {
    let waves = case.size.div_ceil(case.parallelism.max(1));
    let [size, waves] = [case.size, waves].map(|it| u64::try_from(it).unwrap_or(u64::MAX));
    let share = |count: &u64| if *count < size { 1 } else { count.div_ceil(size) * waves };
    u32::try_from(requests.values().map(share).sum::<u64>()).unwrap_or(u32::MAX)
}

/// The middle value, or the mean of the middle two.
pub(crate) fn median(values: &[f64]) -> Option<f64> {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let (lower, upper) =
        (sorted.get(sorted.len().checked_sub(1)? / 2)?, sorted.get(sorted.len() / 2)?);
    Some(f64::midpoint(*lower, *upper))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_is_in_the_middle() {
        assert_eq!(median(&[]), None);
        assert_eq!(median(&[3.0, 1.0, 2.0]), Some(2.0));
        assert_eq!(median(&[4.0, 1.0, 2.0, 3.0]), Some(2.5));
    }

    #[test]
    fn what_all_objects_share_is_one_request_of_each() {
        let requests =
            [("GET /token", 1), ("GET /site", 2), ("POST /order", 100), ("GET /order", 250)];
        let requests = requests.map(|(name, count)| (name.to_owned(), count)).into();

        assert_eq!(chain(&requests, Case { parallelism: 200, size: 100 }), 1 + 1 + 1 + 3);
        assert_eq!(chain(&requests, Case { parallelism: 50, size: 100 }), 1 + 1 + 2 + 6);
    }

    #[test]
    fn tables_compare_with_the_floor_of_the_same_run() {
        let case = Case { parallelism: 10, size: 100 };
        let cost = |seconds| Cost {
            step: Step::Plan,
            wall: Duration::from_secs(seconds),
            used: Some(Usage { starts: 2, cpu: Duration::from_millis(1234), peak_kib: 9728 }),
            requests: BTreeMap::from([("GET /a".to_owned(), 3)]),
        };
        let mut results = Results::default();
        for (floor, own) in [(1, 2), (2, 2), (4, 12)] {
            let floor = [cost(floor)];
            results.add_walls(case, Subject::TerraformData, &floor, &floor);
            results.add_walls(case, Subject::Connections, &[cost(own)], &floor);
        }
        results.add_use(case, Subject::Connections, vec![cost(2)]);

        let subjects = [Subject::TerraformData, Subject::Connections];
        let text = results.to_markdown(&subjects, &[Step::Plan], Duration::from_millis(500));

        let expected = "\
Wall in seconds (and as a multiple of `terraform_data`):

| objects | `-parallelism` | command | terraform_data | connections |
|---|---|---|---|---|
| 100 | 10 | plan | 2.00 | 2.00 (2.0) |

With 500 ms of latency: the number of sequential requests, and the wall time as a multiple of their latency plus Terraform's own time:

| objects | `-parallelism` | command | connections |
|---|---|---|---|
| 100 | 10 | plan | 1 (0.80) |

The provider alone: CPU in seconds, peak memory in MiB, starts:

| objects | `-parallelism` | command | connections |
|---|---|---|---|
| 100 | 10 | plan | 1.234 s, 9.5, 2× |

Requests to Lumen, connections:

| objects | `-parallelism` | request | plan |
|---|---|---|---|
| 100 | 10 | `GET /a` | 3 |
";
        assert_eq!(text, expected);
    }
}
