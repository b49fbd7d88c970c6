//! The log of the requests that have arrived.

use std::collections::{BTreeMap, HashMap};

/// Every request so far. Each name is stored only once, because benchmarks send hundreds of
/// thousands of requests.
#[derive(Default)]
pub(crate) struct RequestLog {
    names: Vec<String>,
    /// Positions in `names`, by name.
    positions: HashMap<String, usize>,
    /// Positions in `names`, oldest request first.
    sequence: Vec<usize>,
}

impl RequestLog {
    /// Records a request by its name in the ledger.
    pub(crate) fn record(&mut self, name: String) {
        let new = self.names.len();
        let position = *self.positions.entry(name).or_insert_with_key(|name| {
            self.names.push(name.clone());
            new
        });
        self.sequence.push(position);
    }

    /// The name of every request, oldest first.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.sequence.iter().filter_map(|position| self.names.get(*position)).map(String::as_str)
    }

    /// The number of requests by name.
    pub(crate) fn counts(&self) -> BTreeMap<String, u64> {
        let mut counts = vec![0; self.names.len()];
        for position in &self.sequence {
            counts[*position] += 1;
        }
        self.names.iter().cloned().zip(counts).collect()
    }
}
