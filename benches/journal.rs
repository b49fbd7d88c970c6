//! The cost of writing an order to the journal, compared with the cost of the same files on the disk alone.
//!
//! Run `cargo bench --bench journal`. The files are in `TMPDIR`, so set it to a folder on the disk to
//! measure.

use std::fs::File;
use std::io::{self, Write};
use std::path::Path;

use criterion::{Criterion, criterion_group, criterion_main};
use tempfile::TempDir;
use terraform_provider_lumen::journal::{
    Ending, Journal, JournalLocation, LatestOrder, OrderTarget,
};
use tokio::runtime::Builder;

/// As long as the content of a connection's entry.
const TEXT: &str = "about as long as what is kept of an order, which is some hundred bytes in all";

/// Every order in the bench has a different target, as in a run that creates many objects.
fn thing(number: u64) -> Option<OrderTarget> {
    let api = "https://api.example.com".parse().ok()?;
    let customer = "1-ABC".parse().ok()?;
    Some(OrderTarget::new(&api, &customer, "bench", &[&number.to_string()]))
}

/// The whole life of an order: it is looked up, written down, accepted, and closed.
async fn order(journal: &Journal, thing: &OrderTarget) -> Option<()> {
    let LatestOrder::None(free) = journal.latest_order::<String>(thing).await.ok()? else {
        return None;
    };
    let reference = free.reference()?;
    let entry = free.write_down(&reference, TEXT, None, &TEXT.repeat(4)).await.ok()??;
    entry.accept(&TEXT.repeat(4)).await.ok()?;
    journal.close(entry.key(), Ending::InState).await.ok().map(drop)
}

/// Writes three files. Each file is synced, and then its folder.
fn disk_alone(folder: &Path) -> io::Result<()> {
    std::fs::create_dir(folder)?;
    for name in ["intent", "accepted", "done"] {
        let mut file = File::create_new(folder.join(name))?;
        file.write_all(TEXT.repeat(5).as_bytes())?;
        file.sync_all()?;
        File::open(folder)?.sync_all()?;
    }
    Ok(())
}

/// A journal with many targets whose orders have ended, as a plan finds it after years.
fn fill(folder: &Path) -> Option<()> {
    for number in 0..1000 {
        let target = serde_json::to_value(thing(number)?).ok()?;
        let folder = folder.join(target.as_str()?);
        std::fs::create_dir_all(&folder).ok()?;
        for step in ["intent", "accepted", "done"] {
            std::fs::write(folder.join(format!("0-{step}.json")), TEXT).ok()?;
        }
    }
    Some(())
}

#[expect(clippy::expect_used, reason = "a bench that can't run has no result")]
fn bench(criterion: &mut Criterion) {
    // The provider itself also uses a current-thread runtime.
    let runtime = Builder::new_current_thread().enable_all().build().expect("a runtime");
    let folder = TempDir::new().expect("a folder");
    let journal = Journal::new(JournalLocation::Folder(folder.path().join("journal")));
    let mut group = criterion.benchmark_group("journal");
    let mut number = 0;
    group.bench_function("an order, from looking to closing", |bencher| {
        bencher.iter(|| {
            number += 1;
            let thing = thing(number).expect("a thing");
            runtime.block_on(order(&journal, &thing)).expect("an order that is written down");
        });
    });
    let mut number = 0;
    group.bench_function("the same files, by the disk alone", |bencher| {
        bencher.iter(|| {
            number += 1;
            disk_alone(&folder.path().join(number.to_string())).expect("three files");
        });
    });
    let [thing, done] = [0, 1].map(|number| thing(number).expect("a thing"));
    group.bench_function("looking for an order that is not there", |bencher| {
        bencher.iter(|| runtime.block_on(journal.latest_order::<String>(&thing)).is_ok());
    });
    let many = folder.path().join("many");
    fill(&many).expect("a journal");
    let many = Journal::new(JournalLocation::Folder(many));
    group.bench_function("listing 1,000 targets of 3 files", |bencher| {
        bencher.iter(|| runtime.block_on(many.survey()).expect("a list"));
    });
    group.bench_function("looking for an order that has ended", |bencher| {
        bencher.iter(|| runtime.block_on(many.latest_order::<String>(&done)).is_ok());
    });
    group.finish();
}

criterion_group!(benches, bench);
criterion_main!(benches);
