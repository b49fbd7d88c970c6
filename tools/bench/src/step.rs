//! The Terraform commands that are measured, in order.

use clap::ValueEnum;

/// A Terraform command. Each command needs the results of the previous one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, ValueEnum)]
pub(crate) enum Step {
    /// Plans all objects, and saves the plan.
    Plan,
    /// Applies the saved plan.
    Apply,
    /// Plans when there is nothing to do.
    NoOpPlan,
    /// `plan -refresh-only`.
    RefreshOnly,
    /// Destroys all objects.
    Destroy,
}

impl Step {
    /// The named commands, and the commands that the others require. All commands if none is named.
    pub(crate) fn chosen(named: &[Step]) -> Vec<Step> {
        let is_chosen = |step: &&Step| {
            let optional = matches!(step, Step::NoOpPlan | Step::RefreshOnly);
            !optional || named.is_empty() || named.contains(step)
        };
        Step::value_variants().iter().filter(is_chosen).copied().collect()
    }

    pub(crate) fn title(self) -> &'static str {
        match self {
            Step::Plan => "plan",
            Step::Apply => "apply",
            Step::NoOpPlan => "no-op plan",
            Step::RefreshOnly => "refresh-only",
            Step::Destroy => "destroy",
        }
    }

    /// The arguments of `terraform`. `-detailed-exitcode` makes a plan fail if it finds something to do.
    pub(crate) fn arguments(self, parallelism: usize) -> Vec<String> {
        let (command, last) = match self {
            Step::Plan => ("plan", vec!["-out=planned"]),
            Step::Apply => ("apply", vec!["planned"]),
            Step::NoOpPlan => ("plan", vec!["-detailed-exitcode"]),
            Step::RefreshOnly => ("plan", vec!["-refresh-only"]),
            Step::Destroy => ("destroy", vec!["-auto-approve"]),
        };
        let usual = [command, "-no-color", "-input=false", &format!("-parallelism={parallelism}")];
        usual.into_iter().chain(last).map(str::to_owned).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_choice_keeps_what_the_others_need() {
        let chosen = Step::chosen(&[Step::RefreshOnly]);

        assert_eq!(chosen, [Step::Plan, Step::Apply, Step::RefreshOnly, Step::Destroy]);
        assert_eq!(Step::chosen(&[]).len(), 5);
    }

    #[test]
    fn options_come_before_the_plan() {
        let arguments = Step::Apply.arguments(10).join(" ");

        assert_eq!(arguments, "apply -no-color -input=false -parallelism=10 planned");
    }
}
