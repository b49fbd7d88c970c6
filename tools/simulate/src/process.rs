//! A run of Terraform, and the machine as its provider's processes see it.
//!
//! Everything that a process does to the world passes through [`Process::begin`] and [`Process::end`]. They
//! take a moment, let other processes run, and apply the faults of the run. A dead process never gets past
//! either of them, so that its remains have no effect.

use std::fmt;
use std::future::pending;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use jiff::{SignedDuration, Timestamp};
use object_store::ObjectStore;
use reqwest::Url;
use terraform_provider_lumen::machine::{Files, Machine, NetworkError};
use tokio::sync::watch;

use crate::fault::{Effect, Fault, Happening, Plan};
use crate::ground::{Ground, locked};
use crate::storage::{Files as SimulatedFiles, Objects};
use crate::trace::Trace;

/// A machine that runs Terraform.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Host {
    /// Its name, which is also the folder of its own disk.
    pub(crate) name: String,
    /// How far its clock is ahead.
    pub(crate) skew: SignedDuration,
    /// The Terraform workspace of its state.
    pub(crate) workspace: String,
}

/// The status of a run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Life {
    /// Terraform was killed, and the processes of the provider with it.
    pub(crate) is_killed: bool,
    /// Somebody pressed Ctrl-C.
    pub(crate) is_stopped: bool,
}

/// A run of Terraform.
pub(crate) struct Run {
    pub(crate) ground: Arc<Ground>,
    pub(crate) host: Host,
    /// A unique number.
    number: u64,
    /// Whether its journal is in the bucket.
    is_traced: bool,
    faults: Mutex<Plan>,
    life: watch::Sender<Life>,
}

impl Run {
    pub(crate) fn new(
        ground: &Arc<Ground>,
        host: &Host,
        number: u64,
        is_traced: bool,
        faults: &[Fault],
    ) -> Arc<Self> {
        Arc::new(Self {
            ground: Arc::clone(ground),
            host: host.clone(),
            number,
            is_traced: is_traced && ground.trace().is_recording(),
            faults: Mutex::new(Plan::new(faults)),
            life: watch::Sender::new(Life::default()),
        })
    }

    /// How many effects it had.
    fn effects(&self) -> u32 {
        locked(&self.faults).effects()
    }

    pub(crate) fn life(&self) -> watch::Receiver<Life> {
        self.life.subscribe()
    }

    /// Completes when Terraform is killed.
    pub(crate) async fn killed(&self) {
        let mut life = self.life();
        if life.wait_for(|life| life.is_killed).await.is_err() {
            pending::<()>().await;
        }
    }

    /// Completes when somebody presses Ctrl-C.
    pub(crate) async fn stopped(&self) {
        let mut life = self.life();
        if life.wait_for(|life| life.is_stopped).await.is_err() {
            pending::<()>().await;
        }
    }

    pub(crate) fn kill(&self) {
        self.life.send_modify(|life| life.is_killed = true);
    }

    fn is_killed(&self) -> bool {
        self.life.borrow().is_killed
    }

    /// The number of its process in this phase.
    fn process_number(&self, phase: Phase) -> u32 {
        u32::try_from(self.number * 2 + phase as u64).unwrap_or(u32::MAX)
    }

    /// Called when its processes have ended.
    pub(crate) fn ended(&self, is_saved: bool) {
        self.kill();
        if self.is_traced {
            for phase in [Phase::Plan, Phase::Apply] {
                self.ground.trace().ends(self.process_number(phase), is_saved);
            }
        }
    }

    /// Ends everything on the machine, and loses data that was not synced.
    fn cut_power(&self) {
        self.kill();
        let folder = self.own_folder();
        let mut chance = self.ground.randomness();
        self.ground.disk().cut_power(&folder, &mut chance);
    }

    fn own_folder(&self) -> PathBuf {
        PathBuf::from(format!("/{}", self.host.name))
    }
}

/// A part of a run. Each part has its own provider process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Phase {
    /// Plans, refreshes and imports.
    Plan,
    /// Applies.
    Apply,
}

/// A process of the provider.
pub(crate) struct Process {
    pub(crate) run: Arc<Run>,
    pub(crate) phase: Phase,
    number: u32,
    is_dead: AtomicBool,
    died: watch::Sender<bool>,
}

impl fmt::Debug for Process {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{:?} of {}", self.phase, self.run.host.name)
    }
}

impl Process {
    pub(crate) fn new(run: &Arc<Run>, phase: Phase) -> Arc<Self> {
        let number = run.process_number(phase);
        if run.is_traced {
            run.ground.trace().starts(number);
        }
        Arc::new(Self {
            run: Arc::clone(run),
            phase,
            number,
            is_dead: AtomicBool::new(false),
            died: watch::Sender::new(false),
        })
    }

    /// Records what it does with a journal in the bucket.
    pub(crate) fn trace(&self, note: impl FnOnce(&mut Trace, u32)) {
        if self.run.is_traced {
            note(&mut self.run.ground.trace(), self.number);
        }
    }

    /// Completes when the process has died without its Terraform.
    pub(crate) async fn crashed(self: Arc<Self>) {
        let mut died = self.died.subscribe();
        if died.wait_for(|died| *died).await.is_err() {
            pending::<()>().await;
        }
    }

    fn is_dead(&self) -> bool {
        self.is_dead.load(Ordering::Relaxed) || self.run.is_killed()
    }

    /// Called before an effect. Returns what happens to it.
    pub(crate) async fn begin(
        &self,
        effect: Effect,
        what: impl FnOnce() -> String,
    ) -> Option<Happening> {
        self.stay_dead().await;
        tokio::time::sleep(self.run.ground.moment()).await;
        self.stay_dead().await;
        let happening = self.next(effect, what);
        self.stay_dead().await;
        happening
    }

    /// The same for an effect that takes no time.
    pub(crate) fn next(&self, effect: Effect, what: impl FnOnce() -> String) -> Option<Happening> {
        let happening = locked(&self.run.faults).next(effect);
        self.run.ground.note(|| {
            let fault = happening.map(|it| format!(" - {it:?}")).unwrap_or_default();
            format!("{} {:?}: {}{fault}", self.run.host.name, self.phase, what())
        });
        let most = self.run.ground.scale().most_effects;
        if self.run.effects() == most {
            self.run.ground.violated(format!("a run does not end: it had {most} effects"));
            self.run.kill();
        }
        let happening = happening?;
        self.run.ground.count_fault(happening);
        match happening {
            Happening::KillBefore => self.run.kill(),
            Happening::CrashBefore => self.crash(),
            Happening::PowerCutBefore => self.run.cut_power(),
            Happening::Stop => self.run.life.send_modify(|life| life.is_stopped = true),
            Happening::Dearer => self.run.ground.raise_prices(),
            _ => {}
        }
        Some(happening)
    }

    /// Called after an effect.
    pub(crate) async fn end(&self, happening: Option<Happening>) {
        self.happened(happening);
        if let Some(Happening::Slow(seconds)) = happening {
            tokio::time::sleep(Duration::from_secs(seconds.into())).await;
        }
        self.stay_dead().await;
    }

    /// The same for an effect that takes no time.
    pub(crate) fn happened(&self, happening: Option<Happening>) {
        match happening {
            Some(Happening::KillAfter) => self.run.kill(),
            Some(Happening::CrashAfter) => self.crash(),
            Some(Happening::PowerCutAfter) => self.run.cut_power(),
            _ => {}
        }
    }

    /// Stops here forever if the process is dead.
    pub(crate) async fn stay_dead(&self) {
        if self.is_dead() {
            pending::<()>().await;
        }
    }

    /// Whether the process is dead, so that an effect that takes no time must not happen.
    pub(crate) fn has_no_effect(&self) -> bool {
        self.is_dead()
    }

    fn crash(&self) {
        self.is_dead.store(true, Ordering::Relaxed);
        self.died.send_replace(true);
    }

    /// Called when an order is sent. A process that only plans must not send any.
    pub(crate) fn sends_order(&self) {
        if self.phase == Phase::Plan {
            self.run
                .ground
                .violated("an order is sent by a plan, a refresh or an import".to_owned());
        }
    }
}

/// The machine that a process runs on.
#[derive(Debug)]
pub(crate) struct OnMachine(pub(crate) Arc<Process>);

#[async_trait]
impl Machine for OnMachine {
    fn now(&self) -> Timestamp {
        self.0.run.ground.now() + self.0.run.host.skew
    }

    fn variable(&self, name: &str) -> Option<String> {
        match name {
            "TFC_WORKSPACE_SLUG" => Some("example/net".to_owned()),
            "TF_WORKSPACE" => Some(self.0.run.host.workspace.clone()),
            "TF_PLUGIN_MAGIC_COOKIE" => Some("set".to_owned()),
            _ => None,
        }
    }

    fn folder(&self) -> Option<PathBuf> {
        Some(PathBuf::from("/net"))
    }

    fn terraform(&self) -> Option<String> {
        (!self.0.run.is_killed()).then(|| format!("boot-{}", self.0.run.number))
    }

    async fn send(
        &self,
        _: &reqwest::Client,
        request: reqwest::Request,
    ) -> Result<reqwest::Response, NetworkError> {
        crate::network::send(&self.0, request).await
    }

    fn files(&self) -> Arc<dyn Files> {
        Arc::new(SimulatedFiles(Arc::clone(&self.0)))
    }

    fn objects(&self, _: &Url) -> Option<Box<dyn ObjectStore>> {
        Some(Box::new(Objects(Arc::clone(&self.0))))
    }
}
