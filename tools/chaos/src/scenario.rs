//! The scenario of a case: a configuration is applied, the next one meets a fault, and Terraform and the
//! operator recover from it.

use std::thread;
use std::time::{Duration, Instant};

use lumen_report::failure::Failure;
use lumen_simulator::Fault as SimulatedFault;

use crate::Tools;
use crate::case::Case;
use crate::fault::{Interruption, places_order};
use crate::harness::Harness;
use crate::invariants;
use crate::journal::{Condition, HangPoint};
use crate::operator;
use crate::outcome::{Outcome, Verdict};
use crate::terraform::{Finished, Running};
use crate::workflow::Workflow;

/// How often the configuration is applied before a case counts as broken.
const APPLIES: u32 = 3;
/// How much later the configuration is applied again after an error that says to try again later.
const HOUR: Duration = Duration::from_hours(1);
/// How often the operator may be asked before a case counts as broken.
const QUESTIONS: u32 = 2;
/// The pause between two Ctrl-C signals, and between an interruption and the end of requests in progress.
const PAUSE: Duration = Duration::from_millis(120);

/// Runs a case, given the requests that its workflow sends when nothing fails.
pub(crate) fn run(tools: &Tools, case: Case, recorded: &[String]) -> Outcome {
    let began = Instant::now();
    let (verdict, folder) = match Harness::new(tools, &case) {
        Err(verdict) => (verdict, None),
        Ok(mut harness) => match scenario(&mut harness, &case, recorded) {
            Ok(verdict) => (verdict, None),
            Err(failure) => (Verdict::Broken(failure.to_string()), Some(harness.terraform.keep())),
        },
    };
    Outcome { case, verdict, duration: began.elapsed(), folder }
}

/// Records the requests that a workflow sends when nothing fails.
pub(crate) fn record(tools: &Tools, workflow: Workflow) -> Result<Vec<String>, Failure> {
    let case = Case::without_fault(workflow);
    let mut harness = Harness::new(tools, &case)
        .map_err(|verdict| Failure::new(format!("nothing can be recorded: {verdict:?}")))?;
    harness.prepare()?;
    let before = harness.lumen.requests().len();
    let finished = harness.terraform.run(workflow.command())?;
    if !finished.succeeded() {
        return Err(Failure::new(format!("{} fails: {finished:?}", workflow.title())));
    }
    Ok(harness.lumen.requests().split_off(before))
}

fn scenario(
    harness: &mut Harness<'_>,
    case: &Case,
    recorded: &[String],
) -> Result<Verdict, Failure> {
    harness.prepare()?;
    if let (Some(s3), Condition::S3Hangs(_)) = (&harness.journal.s3, case.condition) {
        s3.start()?;
    }
    harness.terraform.set(harness.journal.environment());
    let finished = run_with_fault(harness, case, recorded)?;
    harness.lumen.clear_faults();
    harness.check(&finished)?;
    let mut only_the_journal_knew = false;
    if case.condition == Condition::Deleted {
        only_the_journal_knew = harness.journal.has_open_orders()?;
        harness.journal.delete()?;
    }
    let verdict = recover(harness, case, recorded, finished)?;
    if only_the_journal_knew && invariants::has_duplicates(harness) {
        return Ok(Verdict::JournalLost);
    }
    if invariants::check(harness).is_err() {
        // A plan that finds nothing to do does not save the refreshed state. An apply does.
        harness.terraform.run(harness.workflow.command())?;
    }
    invariants::check(harness)?;
    Ok(verdict)
}

/// Applies the configuration while the fault is injected.
fn run_with_fault(
    harness: &mut Harness<'_>,
    case: &Case,
    recorded: &[String],
) -> Result<Finished, Failure> {
    let hang_point = match case.condition {
        Condition::S3Hangs(point) => Some(point),
        _ => None,
    };
    if let (Some(HangPoint::BeforeOrder), Some(s3)) = (hang_point, &harness.journal.s3) {
        s3.hang();
    }
    let slow_request = hang_point.and_then(|point| request_at(point, recorded));
    if let Some(request) = slow_request {
        let slow = SimulatedFault::delay(&format!("{request}$"), PAUSE * 4).times(1);
        harness.lumen.fault(slow);
    }
    let is_counted = harness.inject(&case.injection, recorded) || slow_request.is_some();
    let mount_script = harness.journal.mount_script();
    let mut running =
        harness.terraform.start(harness.workflow.command(), mount_script.as_deref())?;
    if slow_request.is_some()
        && running.wait_until(|| harness.fault_was_hit())?
        && let Some(s3) = &harness.journal.s3
    {
        s3.hang();
    }
    if let Some(interruption) = case.injection.fault.interruption()
        && running.wait_until(|| harness.fault_was_hit())?
    {
        thread::sleep(case.interrupt_after);
        interrupt(harness, &mut running, interruption);
        thread::sleep(PAUSE);
        harness.lumen.clear_faults();
    }
    let finished = running.finish()?;
    if case.must_hit && is_counted && !harness.fault_was_hit() {
        return Err(Failure::new("no request met the fault"));
    }
    if let Some(s3) = &harness.journal.s3 {
        match case.condition {
            Condition::S3Hangs(_) => s3.resume(),
            Condition::S3Refuses => s3.start()?,
            _ => {}
        }
    }
    harness.check_provider_ended()?;
    Ok(finished)
}

fn interrupt(harness: &mut Harness<'_>, running: &mut Running, interruption: Interruption) {
    match interruption {
        Interruption::KillProvider => harness.killed += harness.terraform.kill_providers(),
        Interruption::KillTerraform => running.kill(),
        Interruption::CtrlC => running.interrupt(),
        Interruption::CtrlCTwice => {
            running.interrupt();
            thread::sleep(PAUSE);
            running.interrupt();
        }
    }
}

/// The request during which S3 starts to hang, or `None` if it hangs from the start.
fn request_at(point: HangPoint, recorded: &[String]) -> Option<&str> {
    let order = recorded.iter().position(|request| places_order(request))?;
    match point {
        HangPoint::BeforeOrder => None,
        HangPoint::WhileOrdering => recorded.get(order).map(String::as_str),
        HangPoint::WhilePolling => recorded.get(order + 1).map(String::as_str),
    }
}

/// Applies until nothing is left to do. The operator acts if an error asks for that.
fn recover(
    harness: &mut Harness<'_>,
    case: &Case,
    recorded: &[String],
    first: Finished,
) -> Result<Verdict, Failure> {
    let mut last = first;
    let (mut applies, mut questions) = (0, 0);
    let mut verdict = Verdict::Recovered;
    let mut second_injection = case.second_injection.as_ref();
    loop {
        if last.succeeded() && harness.nothing_to_do(&mut last)? {
            return Ok(verdict);
        }
        if harness.journal.age_unanswered()? {
            harness.lumen.advance(HOUR);
        } else if let Some(question) = operator::question(&last) {
            questions += 1;
            if questions > QUESTIONS {
                let summary = question.summary;
                return Err(Failure::new(format!("the operator is asked repeatedly: {summary}")));
            }
            verdict = Verdict::AskedOperator(question);
            operator::act(harness, &last)?;
            applies = 0;
        } else if applies == APPLIES {
            let why = last.summary().unwrap_or("the plan is not empty");
            return Err(Failure::new(format!("{APPLIES} applies were not enough: {why}")));
        }
        match second_injection.take() {
            Some(injection) => {
                harness.inject(injection, recorded);
            }
            None => applies += 1,
        }
        last = harness.terraform.run(harness.workflow.command())?;
        harness.lumen.clear_faults();
        harness.check_provider_ended()?;
        harness.check(&last)?;
    }
}
