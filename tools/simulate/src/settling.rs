//! `terraform-provider-lumen journal settle`, which a person runs in the environment of a pipeline.

use std::sync::Arc;

use terraform_provider_lumen::journal::{Author, Journal};

use crate::configuration;
use crate::ground::Ground;
use crate::pipeline::Pipeline;
use crate::process::{OnMachine, Phase, Process, Run};

/// Settles the order with this reference. Returns what it was for, or why it can't be settled.
pub(crate) async fn settle(
    ground: &Arc<Ground>,
    pipeline: &Pipeline,
    run: u64,
    reference: &str,
) -> Result<String, String> {
    let run = Run::new(ground, &pipeline.host, run, pipeline.is_traced(), &[]);
    let machine = OnMachine(Process::new(&run, Phase::Plan));
    let place = configuration::journal(pipeline.settings.journal, &pipeline.host);
    let settled = match (place.parse(), reference.parse()) {
        (Ok(place), Ok(reference)) => {
            let author = Author::new(None, None);
            let journal = Journal::of(Some(place), author, Arc::new(machine));
            journal.settle(&reference).await.map_err(|error| error.to_string())
        }
        _ => Err("no such order".to_owned()),
    };
    run.ended(false);
    settled.map(|order| order.what)
}
