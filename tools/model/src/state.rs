//! A state of the model: the journal, Lumen, Terraform's states, and the position of each process.

use crate::act::{Act, Key, Rule, Step, Steps};
use crate::event::Outcome;
use crate::rules::World;
use crate::setting::{Kind, Layout, Mutation, Setting};

/// No process, or nothing.
pub(crate) const NONE: u8 = u8::MAX;

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct State {
    /// The knowledge that follows from the acts, as in the monitor of traces.
    pub(crate) world: World,
    /// The first rule that was broken.
    pub(crate) broken: Option<Rule>,
    pub(crate) journals: Vec<Journal>,
    pub(crate) orders: Vec<Order>,
    pub(crate) states: Vec<TfState>,
    pub(crate) processes: Vec<Process>,
    /// The configured object or change, by its number.
    pub(crate) wish: u8,
    /// How much may still fail and change.
    pub(crate) crashes: u8,
    pub(crate) faults: u8,
    pub(crate) power_cuts: u8,
    pub(crate) changes: u8,
}

/// The real content of the target's folder in a journal.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Journal {
    pub(crate) entries: Vec<Entry>,
    /// The objects that the next one replaces, recorded by their ids and by the generations of their orders.
    pub(crate) replaced_ids: u8,
    pub(crate) replaced_generations: u8,
}

/// The files of an entry, and their content.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Entry {
    pub(crate) files: Steps,
    pub(crate) lossy: Steps,
    /// The process that wrote the intent, while it runs: `written_by`.
    pub(crate) writer: u8,
    /// The process that is recorded as its author.
    pub(crate) author: u8,
    pub(crate) wish: u8,
    pub(crate) reference: u32,
    /// The orders whose objects existed before this one was written down.
    pub(crate) existing: u8,
    /// The order that `accepted` names.
    pub(crate) receipt: u8,
    pub(crate) ending: Option<Ending>,
    pub(crate) age: Age,
    /// Whether a person was asked about it.
    pub(crate) asked: bool,
    /// Whether the process of a set of instances has returned its object.
    pub(crate) returned: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Age {
    Fresh,
    /// The time to search for its order is over.
    Overdue,
    /// It was closed so long ago that it can be pruned.
    Old,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Ending {
    InState,
    Reached,
    NotAccepted,
    Untraced,
    Failed,
    Gone,
    Settled,
}

impl Default for Entry {
    fn default() -> Self {
        Self {
            files: Steps::default(),
            lossy: Steps::default(),
            writer: NONE,
            author: NONE,
            wish: 0,
            reference: 0,
            existing: 0,
            receipt: NONE,
            ending: None,
            age: Age::Fresh,
            asked: false,
            returned: false,
        }
    }
}

impl Entry {
    pub(crate) fn is_open(&self) -> bool {
        self.files.has(Step::Intent) && !self.files.has(Step::Done)
    }

    /// Whether the outcome of the order is written down.
    pub(crate) fn is_answered(&self) -> bool {
        self.files.has(Step::Accepted) || self.files.has(Step::Done)
    }
}

/// An order that was sent, as Lumen has it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Order {
    pub(crate) key: (u8, u8),
    pub(crate) reference: u32,
    pub(crate) wish: u8,
    pub(crate) fate: Fate,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Fate {
    /// The request is in flight.
    InFlight,
    /// Lumen is working on it.
    Building,
    /// Lumen reports it as done, but the inventory does not show its result yet.
    Unseen,
    /// The inventory shows its result.
    Visible,
    /// It was never carried out.
    Failed,
    /// Its result no longer exists.
    Gone,
}

impl Fate {
    /// Whether Lumen has accepted it, and it has not failed.
    pub(crate) fn is_carried_out(self) -> bool {
        matches!(self, Self::Building | Self::Unseen | Self::Visible | Self::Gone)
    }

    /// Whether it costs money.
    pub(crate) fn exists(self) -> bool {
        matches!(self, Self::Building | Self::Unseen | Self::Visible)
    }
}

/// What Terraform has saved for an instance.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct TfState {
    pub(crate) held: Option<Held>,
    /// The object that a new one has replaced and that is yet to be destroyed.
    pub(crate) deposed: Option<Held>,
    /// An object that was lost with an earlier version of the state.
    pub(crate) lost: u8,
    /// The orders that it has, if only the state shows what was ordered: `voice_order_ids`.
    pub(crate) known: u8,
}

/// An object, or a change, in a state.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Held {
    pub(crate) order: u8,
    /// The entry of its order.
    pub(crate) key: (u8, u8),
    pub(crate) wish: u8,
    /// Whether the entry is noted as unconfirmed.
    pub(crate) unconfirmed: bool,
}

/// A provider process that orders one instance, or waits for its next start.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Process {
    pub(crate) at: At,
    /// How often it may still start.
    pub(crate) runs: u8,
    /// The object in the state when it started.
    pub(crate) held: Option<Held>,
    /// The deposed object that it must also destroy.
    pub(crate) deposed: Option<Held>,
    pub(crate) known: u8,
    pub(crate) wish: u8,
    pub(crate) promise: Option<(u8, u32)>,
    /// The entry that it works on.
    pub(crate) generation: u8,
    pub(crate) replaced_ids: u8,
    pub(crate) replaced_generations: u8,
    /// The objects that its own plan replaces, if they are passed to the apply.
    pub(crate) planned_ids: u8,
    pub(crate) planned_generations: u8,
    pub(crate) existing: u8,
    /// The reference of its order.
    pub(crate) reference: u32,
    /// The order that it has placed or found.
    pub(crate) order: u8,
    pub(crate) is_again: bool,
    /// Whether an earlier run placed the order that it returns.
    pub(crate) has_adopted: bool,
    /// Whether it ended with an error or a warning for a person.
    pub(crate) asked: bool,
}

/// The position of a process, which is its next step.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum At {
    Idle,
    Confirm,
    CloseSaved,
    Note,
    Plan,
    Look,
    Prune(u8),
    Prepare,
    WriteDown,
    ReadBack { after_error: bool },
    Send,
    SendAgain,
    Search,
    CheckFound,
    AcceptFound,
    Relate,
    CloseReplaced,
    CloseEarlier,
    Accept,
    Follow,
    CloseRefused,
    CloseRefusedForNow,
    CloseUntraced,
    CloseFailed,
    CloseReached,
    Returned,
    CloseEarly,
    Save,
    Destroy,
    NoteGone,
    SaveDestroyed,
}

impl Process {
    pub(crate) fn new(runs: u8) -> Self {
        Self {
            at: At::Idle,
            runs,
            held: None,
            deposed: None,
            known: 0,
            wish: 0,
            promise: None,
            generation: 0,
            replaced_ids: 0,
            replaced_generations: 0,
            planned_ids: 0,
            planned_generations: 0,
            existing: 0,
            reference: 0,
            order: NONE,
            is_again: false,
            has_adopted: false,
            asked: false,
        }
    }
}

impl State {
    pub(crate) fn new(setting: &Setting) -> Self {
        let mut world = World::default();
        let kind = if setting.kind == Kind::Build {
            crate::rules::Kind::Build
        } else {
            crate::rules::Kind::Change
        };
        (0..setting.journals()).for_each(|_| world.add_folder(kind));
        Self {
            world,
            broken: None,
            journals: vec![Journal::default(); setting.journals()],
            orders: Vec::new(),
            states: vec![TfState::default(); setting.states()],
            processes: vec![Process::new(setting.runs); setting.processes],
            wish: 1,
            crashes: setting.crashes,
            faults: setting.faults,
            power_cuts: setting.power_cuts,
            changes: setting.changes,
        }
    }

    /// Passes an act to the rules.
    pub(crate) fn act(&mut self, process: usize, act: Act) {
        if let Err(rule) = self.world.step(bits(process), act) {
            self.broken.get_or_insert(rule);
        }
    }

    /// Creates a file, and returns what the caller learns: the truth (`Now` or `Before`), unless the store
    /// fails.
    pub(crate) fn create(
        &mut self,
        setting: &Setting,
        process: usize,
        key: (usize, usize),
        step: Step,
        durable: bool,
        store: Store,
    ) -> Outcome {
        let (journal, generation) = key;
        let entries = &mut self.journals[journal].entries;
        if entries.len() <= generation {
            entries.resize(generation + 1, Entry::default());
        }
        let entry = &mut entries[generation];
        let is_there = entry.files.has(step) && !setting.is(Mutation::UnconditionalPut);
        if store != Store::Refuses && !is_there {
            entry.files.add(step);
            if !durable {
                entry.lossy.add(step);
            }
        }
        let outcome = match store {
            Store::Works if is_there => Outcome::Before,
            Store::Works => Outcome::Now,
            Store::LosesAnswer => Outcome::Before,
            Store::Fails | Store::Refuses => Outcome::Error,
        };
        let key = Key { folder: journal, generation };
        self.act(process, Act::Create { key, step, durable, outcome });
        outcome
    }

    pub(crate) fn process(&mut self, process: usize) -> &mut Process {
        &mut self.processes[process]
    }

    /// The orders whose objects the inventory shows, as bits.
    pub(crate) fn visible(&self) -> u8 {
        let shown = self.orders.iter().enumerate().filter(|(_, it)| it.fate == Fate::Visible);
        shown.fold(0, |all, (order, _)| all | 1 << order)
    }

    pub(crate) fn fate(&self, order: u8) -> Option<Fate> {
        self.orders.get(usize::from(order)).map(|order| order.fate)
    }

    pub(crate) fn entry(&self, key: (u8, u8)) -> Option<&Entry> {
        self.journals[usize::from(key.0)].entries.get(usize::from(key.1))
    }

    /// Ends a run, which loses everything that it knew.
    pub(crate) fn end(&mut self, setting: &Setting, process: usize, asked: bool) {
        for journal in &mut self.journals {
            for entry in &mut journal.entries {
                if usize::from(entry.writer) == process {
                    entry.writer = NONE;
                }
            }
        }
        let runs = self.processes[process].runs;
        self.processes[process] = Process { asked, ..Process::new(runs) };
        self.act(process, Act::Crashed);
        // The process that the twins share has ended when all of them have ended.
        if setting.layout != Layout::Twins || self.processes.iter().all(|it| it.at == At::Idle) {
            let is_own = |entry: &Entry| {
                setting.layout == Layout::Twins || usize::from(entry.author) == process
            };
            let entries = self.journals.iter_mut().flat_map(|journal| &mut journal.entries);
            entries.filter(|entry| is_own(entry)).for_each(|entry| entry.returned = false);
        }
    }
}

/// The store's reaction to the creation of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Store {
    Works,
    /// It creates the file, but its answer is lost. The repeated request finds the file.
    LosesAnswer,
    /// It creates the file, but the caller gets an error.
    Fails,
    /// It does not create the file, and the caller gets an error.
    Refuses,
}

/// A small number as the type that the rules use.
#[expect(clippy::cast_possible_truncation, reason = "numbers in an exploration are small")]
pub(crate) fn bits(number: usize) -> u8 {
    number as u8
}
