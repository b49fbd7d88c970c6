//! Terraform's walk over the instances of a run.

use futures::{StreamExt as _, stream};

/// How many instances Terraform works on at once by default (`-parallelism`).
pub const PARALLELISM: usize = 10;

/// Does something to every instance, to at most [`PARALLELISM`] of them at once. Returns the results in the
/// order of the instances.
pub async fn walk<Done>(
    instances: impl IntoIterator<Item = impl Future<Output = Done>>,
) -> Vec<Done> {
    let numbered = instances.into_iter().enumerate();
    let numbered = numbered.map(async |(at, instance)| (at, instance.await));
    let mut done: Vec<_> = stream::iter(numbered).buffer_unordered(PARALLELISM).collect().await;
    done.sort_by_key(|(at, _)| *at);
    done.into_iter().map(|(_, done)| done).collect()
}
