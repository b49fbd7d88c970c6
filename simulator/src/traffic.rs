//! The requests that came, and how many may come.

use std::collections::{BTreeMap, HashMap};
use std::time::Duration;

/// Every request so far. Each name is kept once, because benchmarks send hundreds of thousands.
#[derive(Default)]
pub(crate) struct Traffic {
    names: Vec<String>,
    numbers: HashMap<String, usize>,
    /// Positions in `names`, oldest request first.
    sequence: Vec<usize>,
    /// The current second since the start, and what came in it.
    second: u64,
    in_second: u32,
}

impl Traffic {
    /// Counts a request by the name that the ledger gives it.
    pub(crate) fn count(&mut self, name: String) {
        let new = self.names.len();
        let number = *self.numbers.entry(name).or_insert_with_key(|name| {
            self.names.push(name.clone());
            new
        });
        self.sequence.push(number);
    }

    /// Whether one more request in this second is within the limit.
    pub(crate) fn admits(&mut self, now: Duration, per_second: Option<u32>) -> bool {
        if self.second != now.as_secs() {
            self.second = now.as_secs();
            self.in_second = 0;
        }
        self.in_second = self.in_second.saturating_add(1);
        per_second.is_none_or(|limit| self.in_second <= limit)
    }

    /// Every request by name, oldest first.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.sequence.iter().filter_map(|number| self.names.get(*number)).map(String::as_str)
    }

    /// How many requests came by each name.
    pub(crate) fn counts(&self) -> BTreeMap<String, u64> {
        let mut counts = vec![0; self.names.len()];
        for number in &self.sequence {
            counts[*number] += 1;
        }
        self.names.iter().cloned().zip(counts).collect()
    }
}
