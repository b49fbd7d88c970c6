//! A history: what people and the world do, step by step. It is plain data, so that it can be generated from
//! a seed, written to a file, shortened, and replayed.

use serde::{Deserialize, Serialize};

use crate::fault::Fault;

/// A history, and the world in which it begins.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct History {
    /// The seed of random choices that are not part of a step, such as which request is served first.
    pub(crate) seed: u64,
    pub(crate) lumen: LumenSettings,
    pub(crate) pipelines: Vec<PipelineSettings>,
    pub(crate) steps: Vec<Step>,
}

impl History {
    /// Whether a pipeline has a subscription at some time.
    pub(crate) fn has_subscriptions(&self) -> bool {
        let mut first = self.pipelines.iter().flat_map(|pipeline| &pipeline.resources);
        // The type of a resource is part of its address.
        first.any(|resource| matches!(resource, Some(Resource::Subscription(_))))
    }
}

/// How Lumen behaves.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct LumenSettings {
    /// How long an order takes.
    pub(crate) order_seconds: u32,
    /// How long it takes until the inventory shows a change.
    pub(crate) lag_seconds: u32,
    /// How long the status of a new order is not available.
    pub(crate) status_lag_seconds: u32,
    pub(crate) status: StatusEndpoint,
    pub(crate) pages: Pages,
    /// The maximum number of items in a page.
    pub(crate) page_size: u8,
}

/// Whether Lumen offers the status of orders.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum StatusEndpoint {
    #[default]
    On,
    NotFound,
    MethodNotAllowed,
    NotImplemented,
}

/// The faults of Lumen's pages.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Pages {
    #[default]
    Right,
    RepeatLast,
    Overlap,
    WrongTotals,
    MissingTotals,
}

/// A pipeline: one state, and the machine on which it runs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct PipelineSettings {
    pub(crate) journal: JournalPlace,
    /// How far the clock of the machine is ahead.
    pub(crate) skew_seconds: i64,
    /// Whether the state is only saved when a run ends, as in a remote backend.
    pub(crate) saves_at_end: bool,
    /// Whether Terraform passes a plan's private data to the second plan, as 1.15 does.
    pub(crate) keeps_planned_private: bool,
    /// The initial configuration, by address.
    pub(crate) resources: Vec<Option<Resource>>,
}

/// The location of a pipeline's journal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum JournalPlace {
    /// A bucket that all pipelines share.
    Bucket,
    /// A network disk that all pipelines share.
    SharedDisk,
    /// The disk of the pipeline's own machine.
    OwnDisk,
}

/// What is configured at an address.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Resource {
    Connection(Connection),
    Numbers(Numbers),
    Subscription(Subscription),
}

/// `lumen_iod_connection`
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Connection {
    pub(crate) name: String,
    /// The index of the site.
    pub(crate) site: u8,
    pub(crate) mbps: u32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) external_id: Option<String>,
    /// Whether creating it waits only until Lumen has accepted the order.
    #[serde(default)]
    pub(crate) is_accepted_enough: bool,
    /// Whether a replacement is created before the old object is destroyed.
    #[serde(default)]
    pub(crate) create_before_destroy: bool,
}

/// `lumen_voice_tn_reservation`
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Numbers {
    /// The index of the rate center.
    pub(crate) rate_center: u8,
    pub(crate) quantity: u8,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) external_order_id: Option<String>,
}

/// `lumen_voice_tn_subscription`
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Subscription {
    /// The index of the pool that has its numbers. Each pipeline has its own.
    pub(crate) pool: u8,
    /// The numbers, by their places in the pool, sorted.
    pub(crate) numbers: Vec<u8>,
    /// The index of the route.
    pub(crate) route: u8,
    /// Whether creating it waits only until Lumen has accepted the order.
    #[serde(default)]
    pub(crate) is_accepted_enough: bool,
    /// Whether numbers that leave it stay in service. Otherwise they are disconnected.
    #[serde(default)]
    pub(crate) retains: bool,
}

/// A step of a history.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Step {
    /// Terraform runs, possibly several times concurrently.
    Run(Vec<Invocation>),
    /// Somebody changes a configuration.
    Edit { pipeline: u8, address: u8, to: Option<Resource> },
    /// `terraform taint`
    Taint { pipeline: u8, address: u8 },
    /// `terraform untaint`
    Untaint { pipeline: u8, address: u8 },
    /// `terraform state mv`, with the same change in the configuration.
    Move { pipeline: u8, from: u8, to: u8 },
    /// An object is removed from the state: `terraform state rm`.
    Forget { pipeline: u8, address: u8 },
    /// The state is lost.
    LoseState { pipeline: u8 },
    /// An older version of the state is restored.
    RollBack { pipeline: u8, versions: u8 },
    /// The pipeline's journal is lost.
    LoseJournal { pipeline: u8 },
    /// Nothing happens for a while.
    Wait { seconds: u32 },
    /// Somebody changes a service in Lumen's portal.
    Portal { service: u8, change: PortalChange },
    /// Lumen's behavior changes.
    Lumen(LumenChange),
}

/// A run of Terraform.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Invocation {
    pub(crate) pipeline: u8,
    pub(crate) command: Command,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) faults: Vec<Fault>,
    #[serde(default)]
    pub(crate) environment: Environment,
}

/// A Terraform command.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Command {
    Plan,
    /// `terraform plan -out`
    PlanAndSave,
    Apply,
    /// `terraform apply PLAN`
    ApplySaved,
    /// `terraform apply -refresh-only`
    Refresh,
    Destroy,
    /// `terraform apply -replace=ADDRESS`
    Replace(u16),
    /// `terraform import ADDRESS` of the service that has the configured name.
    Import(u16),
}

/// The environment of a run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Environment {
    /// The usual environment.
    #[default]
    Usual,
    /// The provider is configured for another Lumen.
    OtherLumen,
}

/// A change in Lumen's portal.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum PortalChange {
    Bandwidth(u32),
    Name(String),
    /// The service is disconnected.
    End,
}

/// A change of Lumen's behavior.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum LumenChange {
    /// Prices change to this percentage of the usual prices.
    Prices(u16),
    /// The next orders, this many of them, fail.
    FailOrders(u8),
    /// This many orders are accepted per day.
    Quota(u8),
    /// Orders take this long.
    OrderSeconds(u32),
    /// The inventory lags by this much.
    LagSeconds(u32),
    /// The availability of the order-status endpoint changes.
    Status(StatusEndpoint),
    /// Everything works normally again.
    Recover,
}
