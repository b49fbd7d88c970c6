//! The objects that a plan replaces. What is ordered in their place must be distinguished from them.
//!
//! Terraform reports most replacements, but not those of tainted objects: the plan of a tainted object
//! looks like that of a new one. All that is known is that an object of the same target was just read, and
//! that no plan keeps it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::notes::{in_time, record_best_effort};
use super::purchase::Order;
use crate::journal::{Journal, LatestOrder, OrderTarget};
use crate::lumen::ObjectId;
use crate::services::Session;

/// What this run has seen of the objects in Terraform's state.
#[derive(Debug, Default)]
pub struct Replacements(Mutex<Objects>);

#[derive(Debug, Default)]
struct Objects {
    read: BTreeMap<OrderTarget, BTreeSet<ObjectId>>,
    kept: BTreeSet<ObjectId>,
    made: BTreeSet<ObjectId>,
    /// Objects that the journal records as replaced, because no plan had kept them by then.
    taken_for_replaced: BTreeMap<ObjectId, OrderTarget>,
    /// Objects that an order of an earlier run made, and that now belong to a new resource instance.
    adopted: BTreeSet<ObjectId>,
}

impl Replacements {
    /// Records that an object of the state was read.
    pub(super) fn was_read(&self, target: Option<OrderTarget>, object: Option<ObjectId>) {
        if let (Some(target), Some(object)) = (target, object) {
            let mut objects = self.objects();
            objects.adopted.remove(&object);
            objects.kept.remove(&object);
            objects.read.entry(target).or_default().insert(object);
        }
    }

    /// Records that an order of this run made an object.
    pub(super) fn was_made(&self, object: Option<ObjectId>) {
        self.objects().made.extend(object);
    }

    /// Excludes all objects that this run knows from an order whose own object is not known yet.
    pub(super) fn exclude_known(&self, order: &mut impl Order) {
        if order.object_id().is_none() {
            let known = {
                let objects = self.objects();
                objects.read.values().flatten().chain(&objects.made).cloned().collect()
            };
            order.exclude(&known);
        }
    }

    /// Returns the objects of this target that were read, and that no plan has kept so far.
    pub(crate) fn replaced(&self, target: &OrderTarget) -> BTreeSet<ObjectId> {
        let objects = self.objects();
        let read = objects.read.get(target).cloned().unwrap_or_default();
        read.difference(&objects.kept).cloned().collect()
    }

    /// Records that a new instance has adopted an object that an earlier run ordered.
    pub(super) fn was_adopted(&self, object: Option<ObjectId>) {
        self.objects().adopted.extend(object);
    }

    /// Whether a new instance adopted the object in this run. Then the old instance, which the new one was
    /// meant to replace, must not end the object.
    pub(super) fn is_adopted(&self, object: Option<&ObjectId>) -> bool {
        object.is_some_and(|object| self.objects().adopted.contains(object))
    }

    /// Records that a plan keeps an object of the state. This voids replacements that an earlier plan
    /// recorded, but that were never applied.
    pub(super) async fn is_kept(
        &self,
        session: &Session,
        target: Option<OrderTarget>,
        object: Option<ObjectId>,
    ) {
        let (Some(object), journal) = (object, &session.journal) else { return };
        if let (Some(target), Some(open)) = (target, session.open_entries().await)
            && open.replaces(&target, &object)
        {
            journal.does_not_replace(&target, &object).await;
        }
        let mistaken = {
            let mut objects = self.objects();
            objects.kept.insert(object.clone());
            objects.taken_for_replaced.remove(&object)
        };
        if let Some(target) = mistaken {
            journal.does_not_replace(&target, &object).await;
        }
    }

    /// Records that a new object is planned; `told` is the object that it replaces, if Terraform reports
    /// one. Returns the objects that it replaces. If that can't be recorded in the journal, the order is
    /// refused later.
    pub(super) async fn is_planned(
        &self,
        journal: &Journal,
        target: &OrderTarget,
        told: Option<ObjectId>,
    ) -> BTreeSet<ObjectId> {
        let mut replaced: BTreeSet<ObjectId> = told.into_iter().collect();
        if replaced.is_empty() {
            replaced = self.replaced(target);
            let mut objects = self.objects();
            let mistakable = replaced.iter().map(|object| (object.clone(), target.clone()));
            objects.taken_for_replaced.extend(mistakable);
        }
        for object in &replaced {
            record_best_effort(journal.replaces(target, object)).await;
        }
        replaced
    }

    fn objects(&self) -> MutexGuard<'_, Objects> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The objects that a planned object replaces.
pub(crate) struct ReplacedObjects<'a> {
    session: &'a Session,
    target: &'a OrderTarget,
    /// The object that Terraform reports.
    told: Option<ObjectId>,
    /// The objects that the plan replaces, if Terraform keeps them for the apply. Then the notes of other
    /// plans do not count.
    planned: Option<BTreeSet<ObjectId>>,
}

impl<'a> ReplacedObjects<'a> {
    pub(super) fn new(
        session: &'a Session,
        target: &'a OrderTarget,
        told: Option<ObjectId>,
        planned: Option<BTreeSet<ObjectId>>,
    ) -> Self {
        Self { session, target, told, planned }
    }

    /// Removes the replaced objects from `objects`. A plan that is made again before the apply knows them
    /// only from the journal.
    pub(crate) async fn remove_from(&self, objects: &mut Vec<ObjectId>) {
        let Session { replacements, sightings, .. } = self.session;
        objects.retain(|object| self.told.as_ref() != Some(object));
        let inferred = |object: &ObjectId| replacements.replaced(self.target).contains(object);
        if objects.iter().any(inferred) {
            // The plan that keeps such an object may still come.
            sightings.becomes(|| !objects.iter().any(inferred)).await;
            objects.retain(|object| !inferred(object));
        }
        if objects.is_empty() {
            return;
        }
        // Nothing is resumed here, so the receipt of the order does not matter.
        let latest = self.session.journal.latest_order::<serde_json::Value>(self.target);
        if let Some(LatestOrder::None(slot)) = in_time(latest).await {
            // The journal may still record an object that this run took for replaced by mistake.
            let is_kept = |object: &ObjectId| replacements.objects().kept.contains(object);
            let is_own = |object: &ObjectId| {
                self.planned.as_ref().is_none_or(|planned| planned.contains(object))
            };
            let is_noted = |object: &ObjectId| slot.replaced.contains(object) && is_own(object);
            objects.retain(|object| !is_noted(object) || is_kept(object));
        }
    }
}
