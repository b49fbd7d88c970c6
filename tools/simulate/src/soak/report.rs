//! The output of a soak: what was done, how long it took, and what is violated.

use std::collections::BTreeMap;
use std::fmt::{Display, Write as _};
use std::time::Duration;

use lumen_simulator::{Action, OrderState, VoiceStatus};

use super::lane::State;
use super::{Day, Options, memory};
use crate::history::Resource;

/// How much memory the process had, in MiB.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Memory {
    /// Before the pipelines begin.
    pub(super) before: Option<u64>,
    /// After they have ended, with all of their states.
    pub(super) after: Option<u64>,
    /// After the states and the remains of the runs are dropped.
    pub(super) simulator: Option<u64>,
}

/// The table of a soak.
pub(super) fn table(options: &Options, day: &Day, states: &[&State], wall: Duration) -> Vec<Row> {
    let record = day.record.borrow();
    let (files, open) = {
        let bucket = day.ground.bucket();
        (bucket.objects.len(), bucket.open_entries().len())
    };
    let (ledger, traffic) = (day.lumen().ledger(), day.lumen().traffic());
    let slots = || states.iter().flat_map(|state| &state.pipeline.slots);
    let connections =
        slots().filter(|slot| matches!(slot.config, Some(Resource::Connection(_)))).count();
    let reservations =
        slots().filter(|slot| matches!(slot.config, Some(Resource::Numbers(_)))).count();
    let of = |action| {
        let orders = ledger.orders.iter().filter(|order| order.action == action);
        let (failed, all) = orders.fold((0, 0), |(failed, all), order| {
            (failed + u64::from(order.state == OrderState::Failed), all + 1)
        });
        format!("{all}, of which {failed} failed")
    };
    let voice = ledger.voice_orders.iter().filter(|it| it.status == VoiceStatus::Completed);
    let longest_plan = states.iter().map(|state| state.pipeline.longest_plan).max();
    let mut rows = vec![
        row("states, each of at most 1,000 objects", states.len()),
        row("connections in the end", connections),
        row("reservations in the end", reservations),
        row("simulated time until nothing was left to do", text(day.ground.elapsed())),
        row(
            "limit of requests in a second; latency",
            format!("{}; {} ms", options.rate, options.latency),
        ),
        row("runs", record.runs),
        row("... killed", record.killed),
        row("... ended in an error", record.failed),
        row(
            "edits of a configuration; changes in the portal",
            format!("{}; {}", record.edits, day.drifts.get()),
        ),
        row("wishes fulfilled", record.fulfilled),
        row("decisions of people", record.decisions),
        row("faults injected", told(&day.ground.faults())),
        row("orders of new connections", of(Action::Add)),
        row("orders of changes", of(Action::Modify)),
        row("orders of disconnections", of(Action::Delete)),
        row("orders of numbers, completed", voice.count()),
        row("requests", traffic.requests),
        row("requests answered with 429", traffic.refused),
        row("most requests in a second", traffic.most_in_a_second),
        row("longest refresh and plan of one object", longest_plan.map_or_else(String::new, text)),
        row(
            "longest run",
            format!("{} ({})", text(record.longest_run.time), record.longest_run.what),
        ),
        row(
            "longest time from a wish to its fulfillment",
            format!("{} ({})", text(record.longest_wish.time), record.longest_wish.what),
        ),
        row("files in the journal in the end", files),
        row("... entries that are open", open),
    ];
    let mut requests: Vec<_> = ledger.requests.iter().collect();
    requests.sort_by_key(|(_, count)| std::cmp::Reverse(**count));
    rows.extend(requests.into_iter().map(|(name, count)| row(&format!("`{name}`"), count)));
    rows.extend(
        record.errors.iter().map(|(heading, count)| row(&format!("error: {heading}"), count)),
    );
    rows.push(row("wall time", text(wall)));
    rows
}

/// The memory rows of the table.
pub(super) fn memory(memory: Memory) -> Vec<Row> {
    let shown = |mebibytes: Option<u64>| mebibytes.map_or("-".to_owned(), |it| format!("{it} MiB"));
    vec![
        row("memory before the pipelines begin", shown(memory.before)),
        row("memory when they have ended", shown(memory.after)),
        row(
            "... without the states and the runs: the simulator and its journal",
            shown(memory.simulator),
        ),
        row("peak memory of the process", shown(memory::peak())),
    ]
}

/// A row of the table.
pub(super) struct Row(String, String);

fn row(name: &str, value: impl Display) -> Row {
    Row(name.to_owned(), format!("{value}"))
}

fn text(time: Duration) -> String {
    let seconds = time.as_secs();
    match seconds {
        0..10 => format!("{:.1} s", time.as_secs_f64()),
        10..600 => format!("{seconds} s"),
        _ => format!("{} h {:02} min", seconds / 3600, seconds / 60 % 60),
    }
}

fn told(counts: &BTreeMap<String, u64>) -> String {
    let all: u64 = counts.values().sum();
    let kinds: Vec<String> = counts.iter().map(|(kind, count)| format!("{count} {kind}")).collect();
    format!("{all}: {}", kinds.join(", "))
}

/// The rows as Markdown.
pub(super) fn markdown(rows: &[Row]) -> String {
    let mut text = "| what | value |\n|---|---:|\n".to_owned();
    for Row(name, value) in rows {
        let _ = writeln!(text, "| {name} | {value} |");
    }
    text
}
