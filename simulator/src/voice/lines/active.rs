//! The telephone numbers in service, and what the report shows of them, which lags behind.

use std::collections::BTreeMap;
use std::time::Duration;

use super::ledger::LineOrderKind;
use super::record::Line;
use crate::voice::numbers::Number;

/// The telephone numbers in service.
#[derive(Default)]
pub(crate) struct ActiveNumbers(BTreeMap<Number, Entry>);

/// What is known about a number.
struct Entry {
    /// `None` if the number is no longer in service.
    now: Option<Line>,
    /// What the report shows until `shown_at`.
    earlier: Option<Line>,
    /// When the report shows `now`.
    shown_at: Duration,
}

/// What the report shows of a number.
pub(crate) struct Shown<'l> {
    pub(crate) number: Number,
    pub(crate) line: &'l Line,
    /// The order whose outcome the report does not show yet.
    pub(crate) pending: Option<LineOrderKind>,
}

impl Entry {
    fn shown(&self, number: Number, at: Duration) -> Option<Shown<'_>> {
        if self.shown_at <= at {
            return Some(Shown { number, line: self.now.as_ref()?, pending: None });
        }
        let kind =
            if self.now.is_some() { LineOrderKind::Change } else { LineOrderKind::Disconnect };
        Some(Shown { number, line: self.earlier.as_ref()?, pending: Some(kind) })
    }
}

impl ActiveNumbers {
    pub(crate) fn get(&self, number: Number) -> Option<&Line> {
        self.0.get(&number)?.now.as_ref()
    }

    /// Every number in service, sorted.
    pub(crate) fn all(&self) -> impl Iterator<Item = (Number, &Line)> {
        self.0.iter().filter_map(|(number, entry)| Some((*number, entry.now.as_ref()?)))
    }

    /// Every number that the report shows, sorted.
    pub(crate) fn shown(&self, at: Duration) -> impl Iterator<Item = Shown<'_>> {
        self.0.iter().filter_map(move |(number, entry)| entry.shown(*number, at))
    }

    /// Puts a number into service. The report shows it from `shown_at`.
    pub(crate) fn add(&mut self, number: Number, line: Line, shown_at: Duration) {
        self.0.insert(number, Entry { now: Some(line), earlier: None, shown_at });
    }

    /// Changes a number. Returns whether it is in service.
    pub(crate) fn change(
        &mut self,
        number: Number,
        shown_at: Duration,
        change: impl FnOnce(&mut Line),
    ) -> bool {
        self.update(number, shown_at, |mut line| {
            change(&mut line);
            Some(line)
        })
    }

    /// Takes a number out of service. Returns whether it was in service.
    pub(crate) fn remove(&mut self, number: Number, shown_at: Duration) -> bool {
        self.update(number, shown_at, |_| None)
    }

    fn update(
        &mut self,
        number: Number,
        shown_at: Duration,
        update: impl FnOnce(Line) -> Option<Line>,
    ) -> bool {
        let Some(entry) = self.0.get_mut(&number) else { return false };
        let Some(line) = entry.now.take() else { return false };
        entry.earlier = Some(line.clone());
        entry.now = update(line);
        entry.shown_at = shown_at;
        true
    }
}
