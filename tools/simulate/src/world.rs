//! The world of a history, which carries out the steps.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use futures::future::join_all;
use lumen_core::{Program, Status};
use lumen_simulator::{Options, OrderState, PageFaults, RetryAfter, Settings, Simulator};

use crate::configuration::{self, LUMEN, OTHER_LUMEN, SITES};
use crate::ground::{Ground, beginning};
use crate::history::{
    Command, Environment, History, Invocation, LumenChange, LumenSettings, Pages, PortalChange,
    Resource, StatusEndpoint, Step,
};
use crate::invariants::Orders;
use crate::pipeline::{Pipeline, Stored, Told};
use crate::{lines, pools, portal, settling};

/// The notification of an order about active numbers that fails.
const FAILURE: u32 = 1616;
/// How many seconds the report of active numbers may lag: the provider assumes that it shows a change after 15
/// minutes.
const LONGEST_LAG: f64 = 600.0;

/// Everything in the world of a history.
pub(crate) struct World {
    pub(crate) ground: Arc<Ground>,
    pub(crate) pipelines: Vec<Pipeline>,
    pub(crate) orders: Orders,
    /// All messages that people have seen so far.
    pub(crate) told: String,
    /// What happened, in words.
    pub(crate) log: Vec<String>,
    /// How often a person had to decide something.
    pub(crate) questions: usize,
    /// The former configurations of each address.
    pub(crate) former: Vec<(u8, u8, Resource)>,
    runs: u64,
    settings: LumenSettings,
    has_subscriptions: bool,
}

impl World {
    pub(crate) fn new(
        history: &History,
        program: &Program,
        notes_effects: bool,
    ) -> io::Result<Self> {
        let mut lumens = BTreeMap::new();
        let uses_both = history.steps.iter().any(|step| match step {
            Step::Run(runs) => runs.iter().any(|run| run.environment != Environment::Usual),
            _ => false,
        });
        for url in if uses_both { vec![LUMEN, OTHER_LUMEN] } else { vec![LUMEN] } {
            let settings = settings(&history.lumen);
            // The other Lumen has its own services, with the same ids.
            let services = if url == OTHER_LUMEN { 3 } else { 0 };
            let options = Options { settings, services, ..Options::default() };
            let lumen = Simulator::offline(options, beginning())?;
            // Every plan lists the sites. A few sites are enough, because only multiple pages matter.
            lumen.keep_sites(&SITES.map(|(site, _)| site));
            if history.has_subscriptions() && url == LUMEN {
                pools::fill(&lumen);
            }
            lumens.insert(url.to_owned(), lumen);
        }
        let pipelines = history.pipelines.iter().enumerate();
        let pipelines = pipelines.map(|(at, it)| Pipeline::new(at, it.clone(), program)).collect();
        Ok(Self {
            ground: Arc::new(Ground::new(lumens, history.seed, notes_effects)),
            pipelines,
            orders: Orders::default(),
            told: String::new(),
            log: Vec::new(),
            questions: 0,
            former: Vec::new(),
            runs: 0,
            settings: history.lumen.clone(),
            has_subscriptions: history.has_subscriptions(),
        })
    }

    pub(crate) fn lumen(&self) -> &Simulator {
        match self.ground.lumen(LUMEN) {
            Some(lumen) => lumen,
            None => unreachable!("the usual Lumen exists from the beginning"),
        }
    }

    /// Carries out a step.
    pub(crate) async fn step(&mut self, step: &Step) {
        if is_unknown_to_the_model(step) {
            self.ground.trace().end();
        }
        match step {
            Step::Run(invocations) => {
                self.run(invocations).await;
            }
            Step::Edit { pipeline, address, to } => self.edit(*pipeline, *address, to.clone()),
            Step::Taint { pipeline, address } => self.mark(*pipeline, *address, Status::Tainted),
            Step::Untaint { pipeline, address } => self.mark(*pipeline, *address, Status::Ready),
            Step::Move { pipeline, from, to } => self.rename(*pipeline, *from, *to),
            Step::Forget { pipeline, address } => {
                if let Some(slot) = self.slot(*pipeline, *address) {
                    let forgotten = Stored {
                        object: slot.core.state.take(),
                        deposed: std::mem::take(&mut slot.deposed),
                    };
                    self.orders.forget(&[forgotten]);
                }
            }
            Step::LoseState { pipeline } => {
                if let Some(pipeline) = self.pipelines.get_mut(usize::from(*pipeline)) {
                    let state = pipeline.state();
                    pipeline.set_state(vec![Stored::default(); state.len()]);
                    self.orders.forget(&state);
                }
            }
            Step::RollBack { pipeline, versions } => {
                if let Some(pipeline) = self.pipelines.get_mut(usize::from(*pipeline)) {
                    let state = pipeline.state();
                    pipeline.roll_back(usize::from(*versions));
                    self.orders.forget(&state);
                    self.orders.roll_back();
                }
            }
            Step::LoseJournal { pipeline } => self.lose_journal(*pipeline),
            Step::Wait { seconds } => {
                tokio::time::sleep(Duration::from_secs((*seconds).into())).await;
            }
            Step::Portal { service, change } => self.portal(*service, change),
            Step::Lumen(change) => self.change_lumen(change),
        }
    }

    /// Runs Terraform, in several pipelines concurrently.
    pub(crate) async fn run(&mut self, invocations: &[Invocation]) -> Vec<Told> {
        if invocations.iter().any(|run| matches!(run.command, Command::Import(_))) {
            self.ground.trace().end();
        }
        self.orders.begin(&self.pipelines);
        self.orders.lines.begin(invocations);
        let ids: Vec<Option<String>> =
            invocations.iter().map(|invocation| self.import_id(invocation)).collect();
        let ground = &self.ground;
        let mut runs = Vec::new();
        let mut left: Vec<Option<&mut Pipeline>> = self.pipelines.iter_mut().map(Some).collect();
        let mut busy = BTreeSet::new();
        for (invocation, id) in invocations.iter().zip(ids) {
            let pipeline = usize::from(invocation.pipeline);
            // The state is locked while a run works on it, so each pipeline runs only once.
            let Some(pipeline) = left.get_mut(pipeline).and_then(Option::take) else { continue };
            busy.insert(invocation.pipeline);
            self.runs += 1;
            runs.push(pipeline.run(ground, self.runs, invocation, id));
        }
        let told = join_all(runs).await;
        self.log.extend(self.ground.take_effects());
        for (invocation, told) in invocations.iter().zip(&told) {
            self.orders.imported(told.import_id.as_deref());
            let text = told.shown();
            self.log.push(format!(
                "pipeline {} ran {:?}: {}{:?}\n{}{text}",
                invocation.pipeline,
                invocation.command,
                if told.is_killed { "killed " } else { "" },
                told.actions,
                if self.ground.notes_effects() { told.changes.as_str() } else { "" },
            ));
            self.told.push_str(&text);
        }
        told
    }

    fn import_id(&self, invocation: &Invocation) -> Option<String> {
        let Command::Import(address) = invocation.command else { return None };
        let pipeline = self.pipelines.get(usize::from(invocation.pipeline))?;
        let slot = pipeline.slots.get(usize::from(address))?;
        // People don't import an object that Terraform already manages elsewhere.
        let ids = portal::ids_to_import(self.lumen(), slot.config.as_ref()?);
        ids.into_iter().find(|id| !self.is_managed(id))
    }

    fn slot(&mut self, pipeline: u8, address: u8) -> Option<&mut crate::pipeline::Slot> {
        self.pipelines.get_mut(usize::from(pipeline))?.slots.get_mut(usize::from(address))
    }

    fn mark(&mut self, pipeline: u8, address: u8, status: Status) {
        let slot = self.slot(pipeline, address);
        if let Some(object) = slot.and_then(|slot| slot.core.state.as_mut()) {
            object.status = status;
        }
    }

    pub(crate) fn edit(&mut self, pipeline: u8, address: u8, to: Option<Resource>) {
        let Some(slot) = self.slot(pipeline, address) else { return };
        // The type of a resource is part of its address.
        let is_possible = to.is_none() || configuration::kind(to.as_ref()) == slot.core.resource();
        if is_possible {
            let before = std::mem::replace(&mut slot.config, to);
            self.former.extend(before.map(|before| (pipeline, address, before)));
            self.orders.lines.edited(pipeline);
        }
    }

    fn rename(&mut self, pipeline: u8, from: u8, to: u8) {
        let Some(pipeline) = self.pipelines.get_mut(usize::from(pipeline)) else { return };
        let (from, to) = (usize::from(from), usize::from(to));
        let slots = &mut pipeline.slots;
        if slots.len() <= from.max(to)
            || from == to
            || slots[from].core.resource() != slots[to].core.resource()
            || slots[to].config.is_some()
            || slots[to].core.state.is_some()
            || !slots[to].deposed.is_empty()
        {
            return;
        }
        slots.swap(from, to);
    }

    fn lose_journal(&mut self, pipeline: u8) {
        let Some(pipeline) = self.pipelines.get(usize::from(pipeline)) else { return };
        match pipeline.settings.journal {
            crate::history::JournalPlace::Bucket => self.ground.bucket().lose(),
            crate::history::JournalPlace::SharedDisk => {
                self.ground.disk().lose(Path::new("/share"));
            }
            crate::history::JournalPlace::OwnDisk => {
                let folder = format!("/{}", pipeline.host.name);
                self.ground.disk().lose(Path::new(&folder));
            }
        }
        self.orders.lose_journal();
    }

    /// Whether a state has the object with this id.
    pub(crate) fn is_in_a_state(&self, id: &str) -> bool {
        self.pipelines.iter().any(|pipeline| pipeline.state_text().contains(id))
    }

    /// The same for a service, even if a state has only the order that creates it so far.
    pub(crate) fn is_managed(&self, service: &str) -> bool {
        let orders = self.lumen().ledger().orders;
        let made = orders.iter().filter(|order| {
            order.action == lumen_simulator::Action::Add
                && order.service_id.as_deref() == Some(service)
        });
        self.is_in_a_state(service)
            || made.map(|order| &order.order_request_id).any(|id| self.is_in_a_state(id))
    }

    /// Whether another address or pipeline also has the service of this one.
    pub(crate) fn is_managed_twice(&self, pipeline: usize, address: u8) -> bool {
        let Some(slot) = self.pipelines[pipeline].slots.get(usize::from(address)) else {
            return false;
        };
        let own = slot.core.state.as_ref().map(|object| object.text("service_id"));
        let Some(own) = own.filter(|service| !service.is_empty()) else { return false };
        let slots = self.pipelines.iter().flat_map(|pipeline| &pipeline.slots);
        let objects = slots.filter_map(|slot| slot.core.state.as_ref());
        objects.filter(|object| object.text("service_id") == own).count() > 1
    }

    /// `terraform-provider-lumen journal settle`, which a person runs after checking the portal. If the order
    /// is still in progress, the person waits. If it has built a service that is in no state, the person
    /// disconnects the service in the portal. Returns whether anything was done.
    pub(crate) async fn settle_order(&mut self, pipeline: usize, reference: &str) -> bool {
        let ledger = self.lumen().ledger();
        if lines::may_appear(&ledger, reference) {
            return false;
        }
        let order = ledger.orders.iter().rfind(|order| order.external_id == reference);
        if order.is_some_and(|order| order.state == OrderState::Running) {
            return false;
        }
        let built = order.filter(|order| {
            order.state == OrderState::Succeeded && order.action == lumen_simulator::Action::Add
        });
        let is_held = built.is_some_and(|order| {
            self.is_in_a_state(&order.order_request_id)
                || order.service_id.as_ref().is_some_and(|id| self.is_in_a_state(id))
        });
        if let Some(id) = built.and_then(|order| order.service_id.clone()).filter(|_| !is_held) {
            self.log.push(format!("people disconnect {id} in the portal"));
            self.end_in_portal(&id);
        }
        self.runs += 1;
        let pipeline = &self.pipelines[pipeline];
        let settled = settling::settle(&self.ground, pipeline, self.runs, reference).await;
        self.log.push(format!("journal settle {reference}: {settled:?}"));
        true
    }

    fn end_in_portal(&mut self, id: &str) {
        self.ground.trace().end();
        self.orders.changed_in_portal(id, true);
        self.lumen().change_service(id, |service| "Disconnected".clone_into(&mut service.status));
    }

    /// The text of all journals.
    pub(crate) fn journal_text(&self) -> String {
        let files = self.ground.disk().files(Path::new("/"));
        let mut text: String = files
            .into_iter()
            .map(|(_, text)| String::from_utf8_lossy(&text).into_owned())
            .collect();
        for object in self.ground.bucket().objects.values() {
            text.push_str(&String::from_utf8_lossy(&object.text));
        }
        text
    }

    fn portal(&mut self, service: u8, change: &PortalChange) {
        let services = portal::living(self.lumen());
        let Some(service) = services.get(usize::from(service) % services.len().max(1)) else {
            return;
        };
        let id = service.service_id.clone();
        if service.status != "Active" {
            return;
        }
        self.orders.changed_in_portal(&id, matches!(change, PortalChange::End));
        self.lumen().change_service(&id, |service| match change {
            PortalChange::Bandwidth(mbps) => service.bandwidth_mbps = *mbps,
            PortalChange::Name(name) => service.name.clone_from(name),
            PortalChange::End => "Disconnected".clone_into(&mut service.status),
        });
    }

    fn change_lumen(&mut self, change: &LumenChange) {
        let usual = settings(&self.settings);
        let has_subscriptions = self.has_subscriptions;
        self.lumen().set(|settings| match change {
            LumenChange::Prices(percent) => settings.price_factor = f64::from(*percent) / 100.0,
            LumenChange::FailOrders(count) => {
                settings.fail_orders = Some("no more ports at this site".to_owned());
                settings.fail_orders_count = Some(u32::from(*count));
                if has_subscriptions {
                    settings.voice.next_notifications = vec![FAILURE; usize::from(*count)];
                }
            }
            LumenChange::Quota(count) => settings.daily_quota = Some(u32::from(*count)),
            LumenChange::OrderSeconds(seconds) => {
                settings.order_seconds = f64::from(*seconds);
                settings.voice.order_seconds = f64::from(*seconds);
                settings.voice.change_seconds = f64::from(*seconds);
            }
            LumenChange::LagSeconds(seconds) => {
                settings.inventory_lag_seconds = f64::from(*seconds);
                settings.voice.inventory_lag_seconds = f64::from(*seconds);
                settings.voice.report.lag_seconds = f64::from(*seconds).min(LONGEST_LAG);
            }
            LumenChange::Status(endpoint) => settings.status_endpoint = status(*endpoint),
            LumenChange::Recover => {
                let price_factor = settings.price_factor;
                *settings = Settings { price_factor, ..usual };
            }
        });
    }

    /// Makes Lumen work normally again.
    pub(crate) fn recover(&mut self) {
        self.change_lumen(&LumenChange::Recover);
        self.lumen().set(|settings| {
            settings.order_seconds = settings.order_seconds.min(600.0);
            settings.voice.order_seconds = settings.voice.order_seconds.min(600.0);
            settings.inventory_lag_seconds = settings.inventory_lag_seconds.min(60.0);
            settings.voice.inventory_lag_seconds = settings.voice.inventory_lag_seconds.min(60.0);
            settings.voice.change_seconds = settings.voice.change_seconds.min(600.0);
            settings.voice.report.lag_seconds = settings.voice.report.lag_seconds.min(60.0);
        });
    }
}

/// Whether a step changes states or journals in a way that the model does not include.
fn is_unknown_to_the_model(step: &Step) -> bool {
    matches!(
        step,
        Step::Forget { .. }
            | Step::LoseState { .. }
            | Step::RollBack { .. }
            | Step::LoseJournal { .. }
            | Step::Portal { .. }
    )
}

fn settings(lumen: &LumenSettings) -> Settings {
    let mut settings = Settings {
        order_seconds: f64::from(lumen.order_seconds),
        inventory_lag_seconds: f64::from(lumen.lag_seconds),
        status_lag_seconds: f64::from(lumen.status_lag_seconds),
        status_endpoint: status(lumen.status),
        page_faults: match lumen.pages {
            Pages::Right => PageFaults::None,
            Pages::RepeatLast => PageFaults::RepeatLastPage,
            Pages::Overlap => PageFaults::OverlapPages,
            Pages::WrongTotals => PageFaults::WrongTotals,
            Pages::MissingTotals => PageFaults::MissingTotals,
        },
        retry_after: RetryAfter::None,
        page_size_max: usize::from(lumen.page_size.max(2)),
        ..Settings::default()
    };
    settings.voice.order_seconds = f64::from(lumen.order_seconds);
    settings.voice.inventory_lag_seconds = f64::from(lumen.lag_seconds);
    settings.voice.change_seconds = f64::from(lumen.order_seconds);
    settings.voice.report.lag_seconds = f64::from(lumen.lag_seconds);
    settings
}

fn status(endpoint: StatusEndpoint) -> lumen_simulator::StatusEndpoint {
    match endpoint {
        StatusEndpoint::On => lumen_simulator::StatusEndpoint::On,
        StatusEndpoint::NotFound => lumen_simulator::StatusEndpoint::NotFound,
        StatusEndpoint::MethodNotAllowed => lumen_simulator::StatusEndpoint::MethodNotAllowed,
        StatusEndpoint::NotImplemented => lumen_simulator::StatusEndpoint::NotImplemented,
    }
}
