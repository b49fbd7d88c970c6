//! One thing that goes wrong in one workflow: a cell of the table, or a random run.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::journal::{Condition, When};
use crate::strike::{Moment, Strike, Whom, orders};
use crate::workflow::Workflow;

/// The requests of every workflow, in their order, as Terraform makes them when nothing fails.
pub(crate) type Recorded = BTreeMap<Workflow, Vec<String>>;

/// Which failure meets which request, and how often.
#[derive(Clone, Debug)]
pub(crate) struct Blow {
    pub(crate) request: String,
    pub(crate) strike: Strike,
    /// How many of these requests pass unharmed first.
    pub(crate) skip: u32,
    /// How many are struck; all until somebody sets it right without it.
    pub(crate) times: Option<u32>,
}

/// Something that goes wrong.
#[derive(Clone, Debug)]
pub(crate) struct Cell {
    pub(crate) workflow: Workflow,
    pub(crate) condition: Condition,
    pub(crate) blow: Blow,
    /// How long a request has been under way when somebody ends something.
    pub(crate) wait: Duration,
    /// What the first attempt to recover meets.
    pub(crate) second: Option<Blow>,
    /// Whether it is certain that the request comes.
    pub(crate) must_strike: bool,
}

impl Blow {
    /// Strikes the first such request; a failure lasts until somebody sets it right.
    fn at(request: &str, strike: Strike) -> Self {
        let times = strike.interrupts().map(|_| 1);
        Self { request: request.into(), strike, skip: 0, times }
    }
}

impl Cell {
    pub(crate) fn new(
        workflow: Workflow,
        condition: Condition,
        request: &str,
        strike: Strike,
    ) -> Self {
        let blow = Blow::at(request, strike);
        let must_strike = strike != Strike::None;
        Self { workflow, condition, blow, wait: Duration::ZERO, second: None, must_strike }
    }

    /// The run in which nothing goes wrong.
    pub(crate) fn calm(workflow: Workflow) -> Self {
        Self::new(workflow, Condition::Local, "", Strike::None)
    }

    /// Its name in `--only`.
    pub(crate) fn name(&self) -> String {
        let Self { workflow, condition, blow, .. } = self;
        let name = format!("{}/{}/{}", workflow.name(), blow.request, blow.strike.name());
        match condition {
            Condition::Local => name,
            other => format!("{name}@{}", other.name()),
        }
    }
}

/// The whole table, journals in trouble last.
pub(crate) fn table(recorded: &Recorded) -> Vec<Cell> {
    let mut cells = Vec::new();
    for (workflow, requests) in recorded {
        for request in distinct(requests) {
            for strike in Strike::all().into_iter().filter(|strike| strike.fits(request)) {
                cells.push(Cell::new(*workflow, Condition::Local, request, strike));
            }
        }
    }
    for workflow in [Workflow::Create, Workflow::Bandwidth, Workflow::Reserve] {
        let Some(order) = recorded.get(&workflow).and_then(|all| all.iter().find(|it| orders(it)))
        else {
            continue;
        };
        for (condition, strike) in journals_in_trouble() {
            cells.push(Cell::new(workflow, condition, order, strike));
        }
    }
    cells
}

/// What goes wrong with journals, and with the order that they hold.
fn journals_in_trouble() -> Vec<(Condition, Strike)> {
    let kill = |whom, moment| Strike::Interrupted(whom, moment);
    let mut cells: Vec<_> = [
        Condition::ReadOnly,
        Condition::Full,
        Condition::AlmostFull,
        Condition::StoreRefuses,
        Condition::StoreHangs(When::Before),
        Condition::StoreHangs(When::During),
        Condition::StoreHangs(When::After),
    ]
    .map(|condition| (condition, Strike::None))
    .into();
    for condition in [Condition::Store, Condition::Deleted] {
        cells.extend(
            [
                Strike::None,
                Strike::Refused,
                Strike::ResetBefore,
                Strike::ResetAfter,
                kill(Whom::Provider, Moment::Before),
                kill(Whom::Provider, Moment::After),
                kill(Whom::Terraform, Moment::Before),
                kill(Whom::Terraform, Moment::After),
                kill(Whom::Once, Moment::After),
                kill(Whom::Twice, Moment::After),
            ]
            .map(|strike| (condition, strike)),
        );
    }
    cells
}

/// A few cells that say the most.
pub(crate) fn short(recorded: &Recorded) -> Vec<Cell> {
    let kill = |whom, moment| Strike::Interrupted(whom, moment);
    let choice = [
        (Workflow::Create, Strike::ResetBefore),
        (Workflow::Create, Strike::ResetAfter),
        (Workflow::Create, kill(Whom::Provider, Moment::Before)),
        (Workflow::Create, kill(Whom::Provider, Moment::After)),
        (Workflow::Create, kill(Whom::Terraform, Moment::After)),
        (Workflow::Create, kill(Whom::Twice, Moment::After)),
        (Workflow::Bandwidth, Strike::Committed(500)),
        (Workflow::Rename, kill(Whom::Provider, Moment::After)),
        (Workflow::Delete, kill(Whom::Provider, Moment::After)),
        (Workflow::Delete, Strike::Refused),
        (Workflow::Reserve, kill(Whom::Provider, Moment::After)),
        (Workflow::Grow, kill(Whom::Terraform, Moment::After)),
    ];
    choice
        .into_iter()
        .filter_map(|(workflow, strike)| {
            let order = recorded.get(&workflow)?.iter().find(|request| orders(request))?;
            Some(Cell::new(workflow, Condition::Local, order, strike))
        })
        .collect()
}

/// Each request once, in the order of the first ones.
pub(crate) fn distinct(requests: &[String]) -> Vec<&str> {
    let mut distinct: Vec<&str> = Vec::new();
    for request in requests {
        if !distinct.contains(&request.as_str()) {
            distinct.push(request);
        }
    }
    distinct
}
