//! The harness of a case: a simulated Lumen, Terraform in a folder of its own, and an order journal.

use std::sync::Arc;

use lumen_report::failure::{Context, Failure};
use lumen_simulator::{
    Fault as SimulatedFault, Line, Options as SimulatorOptions, ReportSettings, RetryAfter,
    Settings, Simulator, VoiceSettings,
};

use crate::Tools;
use crate::case::{Case, Injection};
use crate::configuration::{OTHER_LINE, RESERVED};
use crate::fault::Fault;
use crate::invariants;
use crate::journal::{Condition, Journal};
use crate::outcome::Verdict;
use crate::s3_server::S3Server;
use crate::terraform::{Finished, Terraform};
use crate::workflow::{ObjectKind, Workflow};

/// How many seconds an order takes that has not ended when it is canceled.
const TOO_SLOW: f64 = 3600.0;

/// The environment of one case.
pub(crate) struct Harness<'tools> {
    pub(crate) workflow: Workflow,
    pub(crate) lumen: Simulator,
    pub(crate) terraform: Terraform<'tools>,
    pub(crate) journal: Journal,
    /// How many providers were killed, so that they could not delete their temporary files.
    pub(crate) killed: usize,
}

impl<'tools> Harness<'tools> {
    /// Starts the simulator. Fails with a verdict if this machine can't run the case.
    pub(crate) fn new(tools: &'tools Tools, case: &Case) -> Result<Self, Verdict> {
        let condition = case.condition;
        if condition.needs_mounts() && !tools.can_mount {
            return Err(Verdict::NotRun("`unshare -rm` is not permitted here".into()));
        }
        let s3 = match &tools.s3 {
            _ if !condition.needs_s3() => None,
            Err(why) => return Err(Verdict::NotRun(format!("there is no S3 server: {why}"))),
            Ok(s3) => Some(s3),
        };
        let start = || -> Result<Self, Failure> {
            let lumen = tools.runtime.block_on(Simulator::start(fast_lumen(case.workflow)));
            let lumen = lumen.context("the simulator can't be started")?;
            if case.workflow.object() == ObjectKind::Subscription {
                add_numbers(&lumen)?;
            }
            let mut terraform = Terraform::new(tools)?;
            let s3 = match s3 {
                Some(s3) if condition.needs_own_s3() => {
                    Some(Arc::new(S3Server::new(&s3.program, terraform.folder())?))
                }
                Some(s3) => Some(s3.shared.clone()),
                None => None,
            };
            let journal = Journal::new(condition, terraform.folder(), s3)?;
            terraform.set(lumen.environment());
            Ok(Self { workflow: case.workflow, lumen, terraform, journal, killed: 0 })
        };
        start().map_err(|failure| Verdict::Broken(failure.to_string()))
    }

    /// Applies the configuration from before the fault, and writes the one that is applied with the fault.
    pub(crate) fn prepare(&mut self) -> Result<(), Failure> {
        if let Some(before) = self.workflow.before() {
            self.terraform.write(&before.module())?;
            let finished = self.terraform.run(Workflow::Create.command())?;
            if !finished.succeeded() {
                return Err(Failure::new(format!("the preparation fails: {}", finished.text())));
            }
        }
        if let Some(after) = self.workflow.after() {
            self.terraform.write(&after.module())?;
        }
        Ok(())
    }

    /// Injects a fault. Returns whether the simulator counts the requests that meet it.
    pub(crate) fn inject(&self, injection: &Injection, recorded: &[String]) -> bool {
        if injection.fault == Fault::ConnectionRefused {
            return self.refuse_connections(injection, recorded);
        }
        let Some(mut fault) = injection.fault.simulated(&injection.request) else { return false };
        fault = fault.skip(injection.skip);
        if let Some(times) = injection.times {
            fault = fault.times(times);
        }
        self.lumen.fault(fault);
        true
    }

    /// Refuses connections as soon as the request before the injection is answered. The answer also closes
    /// idle connections, so that no byte of the next request can be sent.
    fn refuse_connections(&self, injection: &Injection, recorded: &[String]) -> bool {
        let skip = usize::try_from(injection.skip).unwrap_or(usize::MAX);
        let mut places =
            recorded.iter().enumerate().filter(|(_, request)| **request == injection.request);
        let place = places.nth(skip).map(|(place, _)| place).unwrap_or_default();
        let earlier = recorded.get(..place).unwrap_or_default();
        let Some((last, rest)) = earlier.split_last() else {
            self.lumen.refuse_connections();
            return false;
        };
        let passed = rest.iter().filter(|request| *request == last).count();
        let passed = u32::try_from(passed).unwrap_or(u32::MAX);
        self.lumen.fault(SimulatedFault::close(&format!("{last}$")).skip(passed).times(1));
        true
    }

    /// Whether a request has met a fault.
    pub(crate) fn fault_was_hit(&self) -> bool {
        self.lumen.faults_injected() > 0
    }

    /// Plans, and returns whether nothing is left to do. A plan that fails replaces the last finished
    /// command.
    pub(crate) fn nothing_to_do(&self, last: &mut Finished) -> Result<bool, Failure> {
        let planned = self.terraform.run(self.workflow.plan_command())?;
        match planned.code {
            Some(0) => return Ok(true),
            Some(2) => {}
            _ => *last = planned,
        }
        Ok(false)
    }

    /// Checks what must hold after every command.
    pub(crate) fn check(&self, finished: &Finished) -> Result<(), Failure> {
        if self.journal.condition == Condition::Deleted {
            return Ok(());
        }
        let known = [self.terraform.state_text(), self.journal.text()?, finished.text()].join("\n");
        match invariants::lost_order(&self.lumen, &known) {
            None => Ok(()),
            Some(order) => {
                let message = format!("{order} is in neither the state, the journal nor an error");
                Err(Failure::new(message))
            }
        }
    }

    /// Checks that no provider is still running after Terraform has ended.
    pub(crate) fn check_provider_ended(&self) -> Result<(), Failure> {
        if self.terraform.providers_ended() {
            return Ok(());
        }
        self.terraform.kill_providers();
        Err(Failure::new("the provider is still running after Terraform has ended"))
    }
}

/// A Lumen that completes orders in a fraction of a second, unless the workflow cancels an order.
fn fast_lumen(workflow: Workflow) -> SimulatorOptions {
    let settings = Settings {
        order_seconds: 0.3,
        inventory_lag_seconds: 0.1,
        retry_after: RetryAfter::None,
        voice: VoiceSettings {
            order_seconds: if workflow == Workflow::Cancel { TOO_SLOW } else { 0.2 },
            change_seconds: 0.2,
            foc_seconds: 0.2,
            disconnect_seconds: Some(0.2),
            inventory_lag_seconds: 0.1,
            report: ReportSettings { lag_seconds: 0.1, ..ReportSettings::default() },
            ..VoiceSettings::default()
        },
        ..Settings::default()
    };
    SimulatorOptions { settings, ..SimulatorOptions::default() }
}

/// Reserves the numbers of a subscription. Another number is in service, because an empty report of active
/// numbers proves nothing.
fn add_numbers(lumen: &Simulator) -> Result<(), Failure> {
    lumen
        .add_voice_order("2036", "DENVER", "CO", RESERVED.len())
        .context("the simulator has no such rate center")?;
    lumen.add_lines(&[OTHER_LINE], &Line::new("2036", "BOULDER-SBC"));
    Ok(())
}
