//! A pipeline: a state, a configuration, and the runs of Terraform that work on both.

use std::cell::Cell;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use futures::future::pending;
use jiff::SignedDuration;
use lumen_core::{Action, Core, Death, Object, Plan, Program, Provider, has_errors, walk};
use terraform_provider_lumen::framework::Value;
use terraform_provider_lumen::plugin::proto::tfplugin6::Diagnostic;
use terraform_provider_lumen::plugin::proto::tfplugin6::diagnostic::Severity;
use terraform_provider_lumen::provider;
use tokio::time::Instant;

use crate::configuration;
use crate::ground::Ground;
use crate::history::{Command, Environment, Invocation, JournalPlace, PipelineSettings, Resource};
use crate::process::{Host, OnMachine, Phase, Process, Run};

/// The maximum duration of a run. Orders take hours, and people are asked after a day.
const LONGEST: Duration = Duration::from_hours(30);

/// A pipeline.
pub(crate) struct Pipeline {
    pub(crate) settings: PipelineSettings,
    pub(crate) host: Host,
    pub(crate) slots: Vec<Slot>,
    /// Earlier versions of the state, oldest first.
    versions: Vec<Vec<Stored>>,
    saved_plan: Option<SavedPlan>,
    program: Program,
    /// The provider between two runs.
    idle: Provider,
    /// The longest time that the refresh and the plan of one object took. Neither of them waits for Lumen to
    /// build anything.
    pub(crate) longest_plan: Duration,
}

/// A resource address.
pub(crate) struct Slot {
    pub(crate) config: Option<Resource>,
    pub(crate) core: Core,
    /// Objects that were replaced but could not be destroyed yet.
    pub(crate) deposed: Vec<Object>,
}

/// The content of a state file for an address.
#[derive(Clone, Debug, Default)]
pub(crate) struct Stored {
    pub(crate) object: Option<Object>,
    pub(crate) deposed: Vec<Object>,
}

struct SavedPlan {
    changes: Vec<(usize, Plan)>,
    /// The state for which it was made.
    state: Vec<String>,
}

/// The output of a run.
#[derive(Debug, Default)]
pub(crate) struct Told {
    pub(crate) diagnostics: Vec<Diagnostic>,
    /// Whether Terraform was killed.
    pub(crate) is_killed: bool,
    /// What it did, or would do, by address.
    pub(crate) actions: Vec<(usize, Action)>,
    /// The planned changes, by attribute.
    pub(crate) changes: String,
    /// The id that is passed to an import.
    pub(crate) import_id: Option<String>,
}

impl Told {
    pub(crate) fn failed(&self) -> bool {
        self.is_killed || has_errors(&self.diagnostics)
    }

    /// The text that people see.
    pub(crate) fn shown(&self) -> String {
        let shown = self.diagnostics.iter().map(|told| {
            let kind = if told.severity() == Severity::Error { "Error" } else { "Warning" };
            format!("{kind}: {}\n\n{}\n\n", told.summary, told.detail)
        });
        shown.collect()
    }
}

impl Pipeline {
    pub(crate) fn new(index: usize, settings: PipelineSettings, program: &Program) -> Self {
        let host = Host {
            name: format!("runner-{index}"),
            skew: SignedDuration::from_secs(settings.skew_seconds),
            workspace: format!("net-{index}"),
        };
        let idle = Provider::start(program);
        let slots = settings.resources.iter().map(|config| {
            let mut core = Core::new(configuration::kind(config.as_ref()), idle.clone());
            core.shares_run = Rc::new(Cell::new(true));
            core.keeps_planned_private = settings.keeps_planned_private;
            Slot { config: config.clone(), core, deposed: Vec::new() }
        });
        let slots = slots.collect();
        let program = program.clone();
        let (versions, longest_plan) = (Vec::new(), Duration::ZERO);
        Self { settings, host, slots, versions, saved_plan: None, program, idle, longest_plan }
    }

    pub(crate) fn state(&self) -> Vec<Stored> {
        let stored = self
            .slots
            .iter()
            .map(|slot| Stored { object: slot.core.state.clone(), deposed: slot.deposed.clone() });
        stored.collect()
    }

    pub(crate) fn set_state(&mut self, state: Vec<Stored>) {
        for (slot, stored) in self.slots.iter_mut().zip(state) {
            slot.core.state = stored.object;
            slot.deposed = stored.deposed;
        }
    }

    /// Restores an older version of the state.
    pub(crate) fn roll_back(&mut self, versions: usize) {
        let Some(index) = self.versions.len().checked_sub(versions.max(1)) else { return };
        let state = self.versions[index].clone();
        self.set_state(state);
    }

    /// The text of the state, including the private data.
    pub(crate) fn state_text(&self) -> String {
        let objects =
            self.slots.iter().flat_map(|slot| slot.core.state.iter().chain(&slot.deposed));
        let text = objects.map(|object| {
            let mut text = String::from_utf8_lossy(&object.private).into_owned();
            texts_of(&object.value, &mut text);
            text
        });
        text.collect()
    }

    /// Whether an order of an object in the state has not ended.
    pub(crate) fn is_pending(&self) -> bool {
        let objects = self.slots.iter().filter_map(|slot| slot.core.state.as_ref());
        objects.into_iter().any(|object| object.text("status") == "pending")
    }

    /// Whether its journal is in the bucket.
    pub(crate) fn is_traced(&self) -> bool {
        self.settings.journal == JournalPlace::Bucket
    }

    pub(crate) fn has_objects(&self) -> bool {
        self.slots.iter().any(|slot| slot.core.state.is_some())
    }

    /// Runs Terraform.
    pub(crate) async fn run(
        &mut self,
        ground: &Arc<Ground>,
        number: u64,
        invocation: &Invocation,
        import_id: Option<String>,
    ) -> Told {
        let run = Run::new(ground, &self.host, number, self.is_traced(), &invocation.faults);
        let before = self.state();
        let mut provider = self.start(&run);
        let mut told = Told { import_id, ..Told::default() };
        let block = configuration::provider(
            self.settings.journal,
            &self.host,
            // A pipeline uses the other Lumen only by mistake, never to begin there.
            invocation.environment == Environment::OtherLumen && self.has_objects(),
        );
        let mut stopping = provider.clone();
        let ended = {
            let work = async {
                told.diagnostics.extend(provider.configure(&block).await);
                if has_errors(&told.diagnostics) {
                    return;
                }
                for slot in &mut self.slots {
                    slot.core.provider = provider.clone();
                }
                self.command(invocation.command, &mut told).await;
            };
            let stop = async {
                run.stopped().await;
                stopping.stop().await;
                pending::<()>().await;
            };
            tokio::select! {
                biased;
                () = run.killed() => Ended::Killed,
                () = stop => Ended::Killed,
                () = work => Ended::Finished,
                () = tokio::time::sleep(LONGEST) => Ended::Late,
            }
        };
        match ended {
            Ended::Finished => {}
            Ended::Killed => {
                told.is_killed = true;
                if self.settings.saves_at_end {
                    self.set_state(before.clone());
                }
            }
            Ended::Late => {
                run.kill();
                told.is_killed = true;
                ground.violated(format!(
                    "{:?} has not ended after {} hours",
                    invocation.command,
                    LONGEST.as_secs() / 3600
                ));
            }
        }
        // The remains of the processes have no further effect.
        for slot in &mut self.slots {
            slot.core.provider = self.idle.clone();
        }
        let only_looks = matches!(invocation.command, Command::Plan | Command::PlanAndSave);
        let is_lost = told.is_killed && self.settings.saves_at_end;
        run.ended(!only_looks && !is_lost);
        if only_looks {
            self.set_state(before);
        } else {
            self.versions.push(before);
            if ground.scale().versions < self.versions.len() {
                self.versions.remove(0);
            }
        }
        told
    }

    fn start(&self, run: &Arc<Run>) -> Provider {
        let (run, phases) = (Arc::clone(run), Cell::new(0));
        let program = self.program.elsewhere(move || {
            // Terraform's first process plans, the second one applies.
            let phase =
                if phases.replace(phases.get() + 1) == 0 { Phase::Plan } else { Phase::Apply };
            let process = Process::new(&run, phase);
            let registry = provider::registry_on(Arc::new(OnMachine(Arc::clone(&process))));
            let death: Death = Arc::new(move || Box::pin(Arc::clone(&process).crashed()));
            lumen_core::Process { registry, death: Some(death) }
        });
        Provider::start(&program)
    }

    async fn command(&mut self, command: Command, told: &mut Told) {
        match command {
            Command::Refresh => self.refresh(told).await,
            Command::Plan => drop(self.plan(None, told).await),
            Command::PlanAndSave => {
                let changes = self.plan(None, told).await;
                let state = self.fingerprint();
                self.saved_plan = changes.map(|changes| SavedPlan { changes, state });
            }
            Command::Apply => {
                let changes = self.plan(None, told).await;
                self.apply(changes, told).await;
            }
            Command::Replace(address) => {
                let changes = self.plan(Some(address.into()), told).await;
                self.apply(changes, told).await;
            }
            Command::ApplySaved => {
                // Terraform refuses a plan that was made for another state.
                let saved = self.saved_plan.take();
                if let Some(saved) = saved.filter(|saved| saved.state == self.fingerprint()) {
                    told.actions =
                        saved.changes.iter().map(|(at, plan)| (*at, plan.action)).collect();
                    self.apply(Some(saved.changes), told).await;
                }
            }
            Command::Destroy => self.destroy(told).await,
            Command::Import(address) => self.import(address.into(), told).await,
        }
    }

    /// A fingerprint of the state.
    fn fingerprint(&self) -> Vec<String> {
        let texts = self.slots.iter().map(|slot| {
            let object = slot.core.state.as_ref();
            let object = object.map(|object| format!("{:?} {:?}", object.status, object.value));
            format!("{object:?} {}", slot.deposed.len())
        });
        texts.collect()
    }

    async fn refresh(&mut self, told: &mut Told) {
        let refreshed = walk(self.slots.iter_mut().map(|slot| slot.core.refresh())).await;
        told.diagnostics.extend(refreshed.into_iter().flat_map(|run| run.diagnostics));
    }

    /// All changes, or `None` if something can't be planned.
    async fn plan(
        &mut self,
        replaced: Option<usize>,
        told: &mut Told,
    ) -> Option<Vec<(usize, Plan)>> {
        let planned = self.slots.iter_mut().enumerate().map(async |(address, slot)| {
            slot.core.replace_on_demand = replaced == Some(address);
            let began = Instant::now();
            let plan = slot.plan().await;
            slot.core.replace_on_demand = false;
            (address, plan, began.elapsed())
        });
        let planned = walk(planned).await;
        let mut changes = Vec::new();
        for (address, plan, took) in planned {
            self.longest_plan = self.longest_plan.max(took);
            let Some(plan) = plan else { continue };
            told.diagnostics.extend(plan.diagnostics.iter().cloned());
            if plan.action != Action::Nothing {
                told.changes.push_str(&plan.changes());
                told.actions.push((address, plan.action));
                changes.push((address, plan));
            }
        }
        let has_deposed = self.slots.iter().any(|slot| !slot.deposed.is_empty());
        if has_deposed {
            told.actions.push((usize::MAX, Action::Destroy));
        }
        (!has_errors(&told.diagnostics)).then_some(changes)
    }

    async fn apply(&mut self, changes: Option<Vec<(usize, Plan)>>, told: &mut Told) {
        let Some(changes) = changes else { return };
        let mut plans: Vec<Option<Plan>> = vec![None; self.slots.len()];
        for (address, plan) in changes {
            plans[address] = Some(plan);
        }
        let applied = self.slots.iter_mut().zip(plans).map(async |(slot, plan)| {
            let mut told = Vec::new();
            slot.destroy_deposed(&mut told).await;
            if let Some(plan) = plan {
                slot.apply(&plan, &mut told).await;
            }
            told
        });
        told.diagnostics.extend(walk(applied).await.into_iter().flatten());
    }

    async fn destroy(&mut self, told: &mut Told) {
        let planned = self.slots.iter_mut().map(async |slot| {
            let mut told = slot.core.refresh().await.diagnostics;
            let plan = match (has_errors(&told), &slot.core.state) {
                (false, Some(_)) => Some(slot.core.plan_destroy().await),
                _ => None,
            };
            told.extend(plan.iter().flat_map(|plan| plan.diagnostics.iter().cloned()));
            (told, plan)
        });
        let planned = walk(planned).await;
        let (diagnostics, plans): (Vec<_>, Vec<_>) = planned.into_iter().unzip();
        told.diagnostics.extend(diagnostics.into_iter().flatten());
        if has_errors(&told.diagnostics) {
            return;
        }
        let changes = plans.into_iter().enumerate();
        let changes: Vec<_> = changes.filter_map(|(at, plan)| Some((at, plan?))).collect();
        told.actions.extend(changes.iter().map(|(at, _)| (*at, Action::Destroy)));
        self.apply(Some(changes), told).await;
    }

    async fn import(&mut self, address: usize, told: &mut Told) {
        let id = told.import_id.clone();
        let Some(slot) = self.slots.get_mut(address) else { return };
        if let (None, Some(id)) = (&slot.core.state, id) {
            told.diagnostics.extend(slot.core.import(&id).await.diagnostics);
        }
    }
}

enum Ended {
    Finished,
    Killed,
    Late,
}

impl Slot {
    /// Plans the change at this address.
    async fn plan(&mut self) -> Option<Plan> {
        if let Some(config) = &self.config {
            let block = configuration::block(config);
            return Some(self.core.plan(&block).await);
        }
        self.core.state.as_ref()?;
        let refreshed = self.core.refresh().await;
        if refreshed.failed() || self.core.state.is_none() {
            return Some(Plan::failed(refreshed.diagnostics));
        }
        let mut plan = self.core.plan_destroy().await;
        plan.diagnostics.splice(0..0, refreshed.diagnostics);
        Some(plan)
    }

    async fn apply(&mut self, plan: &Plan, told: &mut Vec<Diagnostic>) {
        let creates_first = plan.action == Action::Replace
            && self.config.as_ref().is_some_and(configuration::is_created_first);
        match plan.action {
            Action::Nothing => {}
            Action::Destroy => told.extend(self.core.carry_out(plan).await.diagnostics),
            Action::Replace if creates_first => self.replace_create_first(plan, told).await,
            Action::Replace => {
                told.extend(self.core.carry_out(&plan.destroying()).await.diagnostics);
                if !has_errors(told) {
                    self.change(plan, told).await;
                }
            }
            Action::Create | Action::Update => self.change(plan, told).await,
        }
    }

    /// Plans again, as Terraform does, and changes what both plans agree on.
    async fn change(&mut self, plan: &Plan, told: &mut Vec<Diagnostic>) {
        let (broken, again) = self.core.plan_again(plan).await;
        if has_errors(&again.diagnostics) {
            told.extend(again.diagnostics);
            return;
        }
        if !broken.is_empty() {
            let about_prices = |text: &String| {
                ["hourly_price", "monthly_price", "billing_account_name"]
                    .iter()
                    .any(|name| text.contains(name))
            };
            assert!(
                broken.iter().all(about_prices),
                "rule broken: the final plan matches the plan: {broken:?}"
            );
            told.push(Diagnostic {
                summary: INCONSISTENT.to_owned(),
                detail: broken.join("\n"),
                severity: Severity::Error.into(),
                ..Diagnostic::default()
            });
            return;
        }
        told.extend(self.core.carry_out(&again).await.diagnostics);
    }

    async fn replace_create_first(&mut self, plan: &Plan, told: &mut Vec<Diagnostic>) {
        let Some(old) = self.core.state.take() else { return };
        self.deposed.push(old);
        self.change(plan, told).await;
        if self.core.state.is_none() {
            // If the new object fails and leaves nothing, the old one is restored.
            self.core.state = self.deposed.pop();
            return;
        }
        if !has_errors(told) {
            self.destroy_deposed(told).await;
        }
    }

    async fn destroy_deposed(&mut self, told: &mut Vec<Diagnostic>) {
        for _ in 0..self.deposed.len() {
            let mut core = self.core.another();
            core.state = self.deposed.first().cloned();
            told.extend(core.refresh().await.diagnostics);
            if core.state.is_some() && !has_errors(told) {
                let plan = core.plan_destroy().await;
                told.extend(plan.diagnostics.iter().cloned());
                if !has_errors(&plan.diagnostics) {
                    told.extend(core.carry_out(&plan).await.diagnostics);
                }
            }
            self.deposed.remove(0);
            self.deposed.extend(core.state);
        }
    }
}

/// All texts in a value, one per line.
pub(crate) fn texts_of(value: &Value, text: &mut String) {
    match value {
        Value::String(one) => {
            text.push('\n');
            text.push_str(one);
        }
        Value::List(all) | Value::Set(all) => all.iter().for_each(|one| texts_of(one, text)),
        Value::Map(all) => all.values().for_each(|one| texts_of(one, text)),
        _ => {}
    }
}

/// Terraform's own message when two plans differ.
pub(crate) const INCONSISTENT: &str = "Provider produced inconsistent final plan";
