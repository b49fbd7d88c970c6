//! The parts of a history in plain English.

use crate::configuration::RATE_CENTERS;
use crate::fault::{Effect, Fault, Happening};
use crate::history::{
    Command, Connection, Environment, Invocation, JournalPlace, LumenChange, LumenSettings,
    Numbers, Pages, PipelineSettings, PortalChange, Resource, StatusEndpoint, Step, Subscription,
};

/// Lumen's initial behavior.
pub(crate) fn lumen(settings: &LumenSettings) -> String {
    let LumenSettings { order_seconds, lag_seconds, status_lag_seconds, status, pages, page_size } =
        settings;
    let mut parts = vec![format!("an order takes {}", time((*order_seconds).into()))];
    if 0 < *lag_seconds {
        parts.push(format!("the inventory lags by {}", time((*lag_seconds).into())));
    }
    if *status != StatusEndpoint::On {
        parts.push(self::status(*status).to_owned());
    } else if 0 < *status_lag_seconds {
        let lag = time((*status_lag_seconds).into());
        parts.push(format!("the status of an order is not available for the first {lag}"));
    }
    match pages {
        Pages::Right => {}
        Pages::RepeatLast => parts.push("lists repeat their last page".to_owned()),
        Pages::Overlap => parts.push("the pages of a list overlap".to_owned()),
        Pages::WrongTotals => parts.push("the totals of lists are wrong".to_owned()),
        Pages::MissingTotals => parts.push("lists have no totals".to_owned()),
    }
    if *page_size < 100 {
        parts.push(format!("a page has at most {} entries", (*page_size).max(2)));
    }
    format!("At Lumen, {}.", parts.join("; "))
}

fn status(endpoint: StatusEndpoint) -> &'static str {
    match endpoint {
        StatusEndpoint::On => "the status of an order can be requested",
        StatusEndpoint::NotFound => "there is no status endpoint (404)",
        StatusEndpoint::MethodNotAllowed => "there is no status endpoint (405)",
        StatusEndpoint::NotImplemented => "there is no status endpoint (501)",
    }
}

/// A pipeline, with its initial configuration.
pub(crate) fn pipeline(number: usize, settings: &PipelineSettings) -> String {
    let journal = match settings.journal {
        JournalPlace::Bucket => "in the bucket that all pipelines share",
        JournalPlace::SharedDisk => "on the network disk that all pipelines share",
        JournalPlace::OwnDisk => "on its own machine's disk",
    };
    let clock = match settings.skew_seconds {
        0 => String::new(),
        ahead @ 1.. => format!(" Its clock is {} ahead.", time(ahead.unsigned_abs())),
        behind => format!(" Its clock is {} behind.", time(behind.unsigned_abs())),
    };
    let saves =
        if settings.saves_at_end { " Its state is saved only when a run ends." } else { "" };
    let private = if settings.keeps_planned_private {
        ""
    } else {
        " Its Terraform does not pass a plan's private data to the second plan."
    };
    let resources = settings.resources.iter().enumerate().map(|(address, resource)| {
        let what = resource.as_ref().map_or_else(|| "nothing".to_owned(), self::resource);
        format!("\n    address {address}: {what}")
    });
    let resources: String = resources.collect();
    format!("Pipeline {number} keeps its journal {journal}.{clock}{saves}{private}{resources}")
}

fn resource(resource: &Resource) -> String {
    match resource {
        Resource::Connection(Connection {
            name,
            site,
            mbps,
            external_id,
            is_accepted_enough,
            create_before_destroy,
        }) => {
            let mut text = format!("connection `{name}` with {mbps} Mbps at site {site}");
            if let Some(id) = external_id {
                text.push_str(", with the reference `");
                text.push_str(id);
                text.push('`');
            }
            if *is_accepted_enough {
                text.push_str(", with `wait_for = \"accepted\"`");
            }
            if *create_before_destroy {
                text.push_str(", with `create_before_destroy`");
            }
            text
        }
        Resource::Numbers(Numbers { rate_center, quantity, .. }) => {
            let center = RATE_CENTERS[usize::from(*rate_center) % RATE_CENTERS.len()];
            format!("{quantity} telephone numbers in {center}")
        }
        Resource::Subscription(subscription) => self::subscription(subscription),
    }
}

fn subscription(subscription: &Subscription) -> String {
    let Subscription { pool, numbers, route, is_accepted_enough, retains } = subscription;
    let numbers: Vec<String> = numbers.iter().map(ToString::to_string).collect();
    let mut text = format!(
        "a subscription of the numbers {} of pool {pool}, with route {route}",
        numbers.join(", ")
    );
    if *is_accepted_enough {
        text.push_str(", with `wait_for = \"accepted\"`");
    }
    if *retains {
        text.push_str(", with `on_destroy = \"retain\"`");
    }
    text
}

/// A sentence about a step.
pub(crate) fn step(step: &Step) -> String {
    match step {
        Step::Run(invocations) => {
            let runs: Vec<String> = invocations.iter().map(invocation).collect();
            match runs.as_slice() {
                [] => "Nothing runs.".to_owned(),
                [run] => format!("{run}."),
                runs => format!("At the same time: {}.", runs.join(". And ")),
            }
        }
        Step::Edit { pipeline, address, to } => {
            let to = to.as_ref().map_or_else(|| "nothing".to_owned(), resource);
            format!("Somebody changes the configuration of {} to {to}.", place(*pipeline, *address))
        }
        Step::Taint { pipeline, address } => {
            format!("Somebody runs `terraform taint` for {}.", place(*pipeline, *address))
        }
        Step::Untaint { pipeline, address } => {
            format!("Somebody runs `terraform untaint` for {}.", place(*pipeline, *address))
        }
        Step::Move { pipeline, from, to } => format!(
            "Somebody moves address {from} to address {to} in the state and the configuration of pipeline {pipeline}."
        ),
        Step::Forget { pipeline, address } => {
            format!("Somebody runs `terraform state rm` for {}.", place(*pipeline, *address))
        }
        Step::LoseState { pipeline } => format!("The state of pipeline {pipeline} is lost."),
        Step::RollBack { pipeline, versions: 1 } => {
            format!("The state of pipeline {pipeline} is rolled back to the previous version.")
        }
        Step::RollBack { pipeline, versions } => {
            format!("The state of pipeline {pipeline} is rolled back by {versions} versions.")
        }
        Step::LoseJournal { pipeline } => format!("The journal of pipeline {pipeline} is lost."),
        Step::Wait { seconds } => format!("Nothing happens for {}.", time((*seconds).into())),
        Step::Portal { service, change } => {
            let change = match change {
                PortalChange::Bandwidth(mbps) => format!("changes it to {mbps} Mbps"),
                PortalChange::Name(name) => format!("renames it to `{name}`"),
                PortalChange::End => "disconnects it".to_owned(),
            };
            format!("Somebody opens service {service} in Lumen's portal and {change}.")
        }
        Step::Lumen(change) => format!("Lumen's behavior changes: {}.", lumen_change(change)),
    }
}

fn place(pipeline: u8, address: u8) -> String {
    format!("address {address} in pipeline {pipeline}")
}

fn lumen_change(change: &LumenChange) -> String {
    match change {
        LumenChange::Prices(percent) => {
            format!("prices are {percent} percent of the usual prices")
        }
        LumenChange::FailOrders(count) => format!("the next {count} orders fail"),
        LumenChange::Quota(count) => format!("{count} orders are accepted per day"),
        LumenChange::OrderSeconds(seconds) => {
            format!("an order takes {}", time((*seconds).into()))
        }
        LumenChange::LagSeconds(seconds) => {
            format!("the inventory lags by {}", time((*seconds).into()))
        }
        LumenChange::Status(endpoint) => status(*endpoint).to_owned(),
        LumenChange::Recover => {
            "it returns to its initial behavior, at the current prices".to_owned()
        }
    }
}

fn invocation(invocation: &Invocation) -> String {
    let Invocation { pipeline, command, faults, environment } = invocation;
    let command = match command {
        Command::Plan => "`terraform plan`".to_owned(),
        Command::PlanAndSave => "`terraform plan -out=PLAN`".to_owned(),
        Command::Apply => "`terraform apply`".to_owned(),
        Command::ApplySaved => "`terraform apply PLAN`".to_owned(),
        Command::Refresh => "`terraform apply -refresh-only`".to_owned(),
        Command::Destroy => "`terraform destroy`".to_owned(),
        Command::Replace(address) => format!("`terraform apply -replace` of address {address}"),
        Command::Import(address) => format!("`terraform import` to address {address}"),
    };
    let elsewhere = match environment {
        Environment::Usual => "",
        Environment::OtherLumen => ", configured for another Lumen",
    };
    let run = format!("Pipeline {pipeline} runs {command}{elsewhere}");
    let faults = faults.iter().map(|fault| self::fault(*fault));
    [run].into_iter().chain(faults).collect::<Vec<_>>().join("; ")
}

/// The effect at which a fault happens, and the fault.
fn fault(Fault { at, after, what }: Fault) -> String {
    let effect = effect(at, after);
    let before = |what: &str| format!("before {effect}, {what}");
    let afterwards = |what: &str| format!("after {effect}, {what}");
    match what {
        Happening::Refused => format!("{effect} definitely fails (no connection, or a full disk)"),
        Happening::LostBefore => {
            format!("{effect} is lost, which looks as if only its answer were lost")
        }
        Happening::LostAfter => format!("{effect} arrives, but its answer is lost"),
        Happening::Status(code) => {
            format!("a gateway answers {effect} with {code} and does not forward it")
        }
        Happening::Cut => format!("{effect} arrives, but its answer is cut off"),
        Happening::Slow(seconds) => {
            format!("{effect} arrives, but its answer takes {}", time(seconds.into()))
        }
        Happening::Twice => format!("{effect} arrives twice"),
        Happening::Nothing => format!("{effect} is answered as if nothing existed"),
        Happening::Dearer => before("all prices rise"),
        Happening::KillBefore => before("Terraform and the provider are killed"),
        Happening::KillAfter => afterwards("Terraform and the provider are killed"),
        Happening::CrashBefore => {
            before("the provider's process dies, and Terraform keeps running")
        }
        Happening::CrashAfter => {
            afterwards("the provider's process dies, and Terraform keeps running")
        }
        Happening::PowerCutBefore => before("the machine loses power"),
        Happening::PowerCutAfter => afterwards("the machine loses power"),
        Happening::Stop => before("somebody presses Ctrl-C"),
    }
}

fn effect(effect: Effect, after: u16) -> String {
    let noun = match effect {
        Effect::Any => "request or file operation",
        Effect::Order => "order",
        Effect::Status => "request for the status of an order",
        Effect::Inventory => "request for the inventory",
        Effect::Price => "request for a price",
        Effect::Request => "other request",
        Effect::Intent => "intent in the journal",
        Effect::Write => "write to the journal",
        Effect::Read => "read of the journal",
    };
    format!("its {} {noun}", ordinal(u32::from(after) + 1))
}

fn ordinal(number: u32) -> String {
    const WORDS: [&str; 6] = ["first", "second", "third", "fourth", "fifth", "sixth"];
    if let Some(word) = usize::try_from(number - 1).ok().and_then(|at| WORDS.get(at)) {
        return (*word).to_owned();
    }
    let ending = match (number % 10, number % 100) {
        (_, 11..=13) => "th",
        (1, _) => "st",
        (2, _) => "nd",
        (3, _) => "rd",
        _ => "th",
    };
    format!("{number}{ending}")
}

/// Formats a number of seconds: `90` as `1 min 30 s`.
fn time(seconds: u64) -> String {
    let parts = [(seconds / 3600, "h"), (seconds / 60 % 60, "min"), (seconds % 60, "s")];
    let parts = parts.into_iter().filter(|(number, _)| 0 < *number);
    let parts: Vec<String> = parts.map(|(number, unit)| format!("{number} {unit}")).collect();
    if parts.is_empty() { "no time".to_owned() } else { parts.join(" ") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_with_a_fault_is_a_sentence() {
        let fault = Fault { at: Effect::Order, after: 0, what: Happening::PowerCutAfter };
        let run = Invocation {
            pipeline: 0,
            command: Command::Apply,
            faults: vec![fault],
            environment: Environment::Usual,
        };

        assert_eq!(
            step(&Step::Run(vec![run])),
            "Pipeline 0 runs `terraform apply`; after its first order, the machine loses power."
        );
    }

    #[test]
    fn numbers_and_times_are_words() {
        assert_eq!([1, 2, 11, 21, 112].map(ordinal), ["first", "second", "11th", "21st", "112th"]);
        assert_eq!([0, 90, 7200].map(time), ["no time", "1 min 30 s", "2 h"]);
    }
}
