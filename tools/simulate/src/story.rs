//! A history as a story: the initial world, the steps, the messages, and the violations.

use crate::history::History;
use crate::trial::Verdict;
use crate::words;

/// The story of a history, with its outcome.
pub(crate) fn tell(history: &History, verdict: &Verdict) -> String {
    let mut lines = vec![words::lumen(&history.lumen)];
    let pipelines = history.pipelines.iter().enumerate();
    lines.extend(pipelines.map(|(number, pipeline)| words::pipeline(number, pipeline)));
    let last = "Nothing fails anymore. Every pipeline runs `terraform apply` until nothing is left to do, and people do what the messages ask for.";
    let steps = history.steps.iter().map(words::step).chain([last.to_owned()]);
    // The steps after a violation do not happen.
    for (at, (step, told)) in steps.zip(&verdict.log).enumerate() {
        lines.push(format!("{}. {step}", at + 1));
        lines.extend(without_repetitions(told).iter().map(|told| indented(told)));
    }
    if verdict.violations.is_empty() {
        lines.push("All invariants hold.".to_owned());
    } else {
        // The lines after the first one were printed above.
        let violations = verdict.violations.iter().filter_map(|it| it.lines().next());
        lines.extend(violations.map(|violation| format!("Violated: {violation}")));
    }
    lines.join("\n")
}

/// Combines equal entries, because people repeat the same run until something changes.
fn without_repetitions(told: &[String]) -> Vec<String> {
    let mut short: Vec<(&String, usize)> = Vec::new();
    for entry in told {
        match short.last_mut() {
            Some((last, times)) if *last == entry => *times += 1,
            _ => short.push((entry, 1)),
        }
    }
    let texts = short.into_iter().map(|(entry, times)| {
        if times == 1 { entry.clone() } else { format!("{times} times: {entry}") }
    });
    texts.collect()
}

fn indented(text: &str) -> String {
    let lines = text.trim_end().lines().map(|line| format!("     {line}"));
    lines.map(|line| line.trim_end().to_owned()).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_told_again_and_again_is_told_once() {
        let told = ["a", "b", "b", "b", "a"].map(str::to_owned);

        assert_eq!(without_repetitions(&told), ["a", "3 times: b", "a"]);
    }
}
