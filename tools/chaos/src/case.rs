//! A case: one fault, injected into one workflow. The table lists the cases, and `random` draws more.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::fault::{Fault, Interruption, Phase, places_order};
use crate::journal::{Condition, HangPoint};
use crate::workflow::Workflow;

/// The requests of every workflow, in the order in which they are sent when nothing fails.
pub(crate) type RecordedRequests = BTreeMap<Workflow, Vec<String>>;

/// Where a fault is injected, and how often.
#[derive(Clone, Debug)]
pub(crate) struct Injection {
    pub(crate) fault: Fault,
    /// The request that meets the fault, such as `GET /v3/orderRequest/{id}`.
    pub(crate) request: String,
    /// How many of these requests Lumen answers normally first.
    pub(crate) skip: u32,
    /// How many of these requests meet the fault. If it is not set, all of them do until the fault is
    /// cleared.
    pub(crate) times: Option<u32>,
}

/// A fault in a workflow.
#[derive(Clone, Debug)]
pub(crate) struct Case {
    pub(crate) workflow: Workflow,
    pub(crate) condition: Condition,
    pub(crate) injection: Injection,
    /// How long the request has been in progress when a process is interrupted.
    pub(crate) interrupt_after: Duration,
    /// What is injected into the first attempt to recover.
    pub(crate) second_injection: Option<Injection>,
    /// Whether the request is certain to be sent, so that a fault that is never hit is an error in the case.
    pub(crate) must_hit: bool,
}

impl Injection {
    /// A fault that starts with the first such request. An interruption happens only once.
    fn at(request: &str, fault: Fault) -> Self {
        let times = fault.interruption().map(|_| 1);
        Self { fault, request: request.into(), skip: 0, times }
    }
}

impl Case {
    fn new(workflow: Workflow, condition: Condition, request: &str, fault: Fault) -> Self {
        Self {
            workflow,
            condition,
            injection: Injection::at(request, fault),
            interrupt_after: Duration::ZERO,
            second_injection: None,
            must_hit: fault != Fault::None,
        }
    }

    /// The case in which nothing goes wrong.
    pub(crate) fn without_fault(workflow: Workflow) -> Self {
        Self::new(workflow, Condition::Local, "", Fault::None)
    }

    /// Its name in `--only`.
    pub(crate) fn name(&self) -> String {
        let Self { workflow, condition, injection, .. } = self;
        let name = format!("{}/{}/{}", workflow.name(), injection.request, injection.fault.name());
        match condition {
            Condition::Local => name,
            other => format!("{name}@{}", other.name()),
        }
    }
}

/// Every case of the table. The cases about the journal come last.
pub(crate) fn all(recorded: &RecordedRequests) -> Vec<Case> {
    let mut cases = Vec::new();
    for (workflow, requests) in recorded {
        for request in distinct(requests) {
            for fault in Fault::all().into_iter().filter(|fault| fault.applies_to(request)) {
                cases.push(Case::new(*workflow, Condition::Local, request, fault));
            }
        }
    }
    let with_journal =
        [Workflow::Create, Workflow::Bandwidth, Workflow::Reserve, Workflow::Subscribe];
    for workflow in with_journal {
        let requests = recorded.get(&workflow).into_iter().flatten();
        let Some(order) = requests.into_iter().find(|request| places_order(request)) else {
            continue;
        };
        for (condition, fault) in journal_cases() {
            cases.push(Case::new(workflow, condition, order, fault));
        }
    }
    cases
}

/// The combinations of a journal condition and a fault of the order request.
fn journal_cases() -> Vec<(Condition, Fault)> {
    use Interruption::{CtrlC, CtrlCTwice, KillProvider, KillTerraform};

    let mut cases: Vec<_> = [
        Condition::ReadOnly,
        Condition::Full,
        Condition::AlmostFull,
        Condition::S3Refuses,
        Condition::S3Hangs(HangPoint::BeforeOrder),
        Condition::S3Hangs(HangPoint::WhileOrdering),
        Condition::S3Hangs(HangPoint::WhilePolling),
    ]
    .map(|condition| (condition, Fault::None))
    .into();
    for condition in [Condition::S3, Condition::Deleted] {
        cases.extend(
            [
                Fault::None,
                Fault::ConnectionRefused,
                Fault::ResetBeforeProcessing,
                Fault::ResetAfterProcessing,
                Fault::Interrupted(KillProvider, Phase::BeforeProcessing),
                Fault::Interrupted(KillProvider, Phase::AfterProcessing),
                Fault::Interrupted(KillTerraform, Phase::BeforeProcessing),
                Fault::Interrupted(KillTerraform, Phase::AfterProcessing),
                Fault::Interrupted(CtrlC, Phase::AfterProcessing),
                Fault::Interrupted(CtrlCTwice, Phase::AfterProcessing),
            ]
            .map(|fault| (condition, fault)),
        );
    }
    cases
}

/// A few cases that cover the worst moments for a failure.
pub(crate) fn short(recorded: &RecordedRequests) -> Vec<Case> {
    use Interruption::{CtrlCTwice, KillProvider, KillTerraform};

    let choice = [
        (Workflow::Create, Fault::ResetBeforeProcessing),
        (Workflow::Create, Fault::ResetAfterProcessing),
        (Workflow::Create, Fault::Interrupted(KillProvider, Phase::BeforeProcessing)),
        (Workflow::Create, Fault::Interrupted(KillProvider, Phase::AfterProcessing)),
        (Workflow::Create, Fault::Interrupted(KillTerraform, Phase::AfterProcessing)),
        (Workflow::Create, Fault::Interrupted(CtrlCTwice, Phase::AfterProcessing)),
        (Workflow::Bandwidth, Fault::StatusAfterProcessing(500)),
        (Workflow::Rename, Fault::Interrupted(KillProvider, Phase::AfterProcessing)),
        (Workflow::Delete, Fault::Interrupted(KillProvider, Phase::AfterProcessing)),
        (Workflow::Delete, Fault::ConnectionRefused),
        (Workflow::Reserve, Fault::Interrupted(KillProvider, Phase::AfterProcessing)),
        (Workflow::Grow, Fault::Interrupted(KillTerraform, Phase::AfterProcessing)),
    ];
    choice
        .into_iter()
        .filter_map(|(workflow, fault)| {
            let order = recorded.get(&workflow)?.iter().find(|request| places_order(request))?;
            Some(Case::new(workflow, Condition::Local, order, fault))
        })
        .collect()
}

/// Each request once, in the order in which they first appear.
pub(crate) fn distinct(requests: &[String]) -> Vec<&str> {
    let mut distinct: Vec<&str> = Vec::new();
    for request in requests {
        if !distinct.contains(&request.as_str()) {
            distinct.push(request);
        }
    }
    distinct
}
