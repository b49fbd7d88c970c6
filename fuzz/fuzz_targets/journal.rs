//! A journal to which anybody can write. Existing files are not changed, a file that can't be read blocks
//! orders of its own target only, and no two orders share a reference.

#![no_main]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use libfuzzer_sys::arbitrary::{self, Arbitrary, Unstructured};
use libfuzzer_sys::fuzz_target;
use serde_json::{Value, json};
use terraform_provider_lumen::journal::{
    Ending, Journal, JournalError, JournalLocation, LatestOrder, OrderTarget,
};
use terraform_provider_lumen::lumen::{Environment, ObjectId};

const GENERATIONS: [&str; 12] =
    ["0", "1", "2", "3", "4294967294", "4294967295", "4294967296", "01", "+1", "-1", "", "1.0"];
const STEPS: [&str; 9] = [
    "-intent.json",
    "-accepted.json",
    "-returned.json",
    "-gone.json",
    "-settled.json",
    "-done.json",
    "-later.json",
    ".json",
    "-intent.json#77",
];
const NAMES: [&str; 14] = [
    "format",
    "version",
    "reference",
    "what",
    "written_at",
    "written_by",
    "author",
    "origin",
    "process",
    "likeness",
    "receipt",
    "ending",
    "workspace",
    "folder",
];

#[derive(Arbitrary, Debug)]
struct File<'a> {
    folder: u8,
    generation: u8,
    step: u8,
    contents: Contents<'a>,
}

#[derive(Arbitrary, Debug)]
enum Contents<'a> {
    Sound,
    /// Valid except for one member.
    Odd(u8, &'a [u8]),
    Any(&'a [u8]),
}

fuzz_target!(|files: Vec<File<'_>>| {
    let place =
        tempfile::Builder::new().prefix("lumen-fuzz-").tempdir_in(memory()).expect("a folder");
    let target = target("edge-1");
    for file in &files {
        write(place.path(), &target, file);
    }
    let before = contents(place.path());
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(use_it(place.path(), &target));
    let after = contents(place.path());
    for (file, text) in before {
        assert_eq!(after.get(&file), Some(&text), "{} was changed", file.display());
    }
});

/// A folder in memory, because a journal syncs its files.
fn memory() -> PathBuf {
    let shared = PathBuf::from("/dev/shm");
    if shared.is_dir() { shared } else { std::env::temp_dir() }
}

fn target(name: &str) -> OrderTarget {
    let customer = "1-ABCDE".parse().expect("a customer number");
    OrderTarget::new(&Environment::Production.url(), &customer, "iod_connection", &[name])
}

fn write(place: &Path, target: &OrderTarget, file: &File<'_>) {
    let of = |names: &[&str], choice: u8| names[usize::from(choice) % names.len()].to_owned();
    let folder =
        of(&[target.as_str(), target.as_str(), "other-1", "deep/er", "", "ſ"], file.folder);
    let name = match file.generation {
        250 => "replaces-77001.json".to_owned(),
        251 => "replaces-.json".to_owned(),
        _ => of(&GENERATIONS, file.generation) + &of(&STEPS, file.step),
    };
    let sound = json!({
        "format": "terraform-provider-lumen order journal",
        "version": 1,
        "reference": format!("tf-{}-{}", file.folder, file.generation),
        "what": "the connection `edge-1`",
        "written_at": "2026-01-02T03:04:05Z",
        "written_by": "0123456789abcdef",
        "receipt": { "site": "PL0001247634" },
        "ending": "in_state",
    });
    let text = match &file.contents {
        Contents::Sound => sound.to_string().into_bytes(),
        Contents::Odd(member, seed) => {
            let mut sound = sound;
            let odd = lumen_fuzz::json(&mut Unstructured::new(seed), &NAMES, 3).unwrap_or_default();
            sound[of(&NAMES, *member)] = odd;
            sound.to_string().into_bytes()
        }
        Contents::Any(bytes) => bytes.to_vec(),
    };
    let folder = place.join(folder);
    // The input may name a file twice, or use the name of a folder: then the write replaces the file or
    // fails, and either is fine.
    let _ = fs::create_dir_all(&folder).and_then(|()| fs::write(folder.join(name), text));
}

fn contents(place: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut folders = vec![place.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).expect("a folder").flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let text = fs::read(&path).expect("a file");
                found.insert(path, text);
            }
        }
    }
    found
}

async fn use_it(place: &Path, target: &OrderTarget) {
    let journal = Journal::new(JournalLocation::Folder(place.to_owned()));
    let entries = journal.open_entries().await.expect("a folder can be listed");
    let mut survey = journal.read_all(&entries).await.expect("a folder can be read");
    assert!(survey.open.is_sorted_by_key(|order| order.written_at));
    for order in &survey.open {
        assert!(entries.has(&order.key) && entries.has_target(order.key.target()));
        let found = journal.find(&order.reference).await.expect("an open order");
        assert_eq!(found.reference, order.reference);
        if let Err(error) = journal.history(&order.reference).await {
            speaks(&error);
        }
        assert!(
            !journal.is_settled(&order.id()).await.expect("can be told") || {
                let file = place.join(order.key.target().as_str());
                fs::read_dir(file).is_ok_and(|files| 0 < files.count())
            }
        );
    }
    journal.check_answers(&mut survey).await.expect("a folder can be read");
    survey.unreadable.iter().for_each(speaks);

    let _ = journal.latest_receipt::<Value>(target).await;
    let slot = match journal.latest_order::<Value>(target).await {
        Ok(LatestOrder::None(slot)) => slot,
        Ok(LatestOrder::Accepted(open) | LatestOrder::Unanswered(open)) => {
            assert!(entries.has(open.entry.key()), "the latest order is among the open ones");
            return;
        }
        Err(error) => {
            speaks(&error);
            let about = survey.unreadable.iter().map(ToString::to_string);
            let is_told = about.filter(|error| error.contains(target.as_str())).count() != 0;
            assert!(is_told || entries.has_target(target), "a survey reports it: {error}");
            return;
        }
    };
    if let Err(error) = journal.earlier_object::<Value>(slot.key()).await {
        speaks(&error);
    }
    order(&journal, target, slot).await;
    another_target_is_free(&journal).await;
}

/// Places an order from its intent to its end, and then the next order.
async fn order(
    journal: &Journal,
    target: &OrderTarget,
    slot: terraform_provider_lumen::journal::Slot,
) {
    let reference = slot.reference().expect("a reference");
    let receipt = json!({ "site": "PL1" });
    let entry =
        slot.write_down(&reference, "a test", None, &receipt).await.expect("can be written down");
    let entry = entry.expect("there is no other writer");
    let Ok(LatestOrder::Unanswered(open)) = journal.latest_order::<Value>(target).await else {
        panic!("the order that was written down is the latest order");
    };
    assert_eq!((&open.reference, &open.receipt), (&reference, &receipt));

    let accepted = json!({ "order": "1ec0b2a0" });
    entry.accept(&accepted).await.expect("can be written down");
    let Ok(LatestOrder::Accepted(open)) = journal.latest_order::<Value>(target).await else {
        panic!("the accepted order is the latest order");
    };
    assert_eq!((&open.reference, &open.receipt), (&reference, &accepted));

    let object: ObjectId = "77001".parse().expect("an id");
    journal.replaces(target, &object).await.expect("can be written down");
    assert!(journal.close(entry.key(), Ending::InState).await.expect("can be closed"));
    match journal.latest_order::<Value>(target).await {
        Ok(LatestOrder::None(next)) => {
            assert_ne!(next.key(), entry.key());
            assert!(next.replaced.contains(&object));
            assert_ne!(next.reference(), Some(reference), "no two orders share a reference");
        }
        Ok(_) => panic!("a closed order is not open"),
        // All generation numbers are used up.
        Err(error) => speaks(&error),
    }
}

async fn another_target_is_free(journal: &Journal) {
    let other = target("edge-2");
    assert!(matches!(journal.latest_order::<Value>(&other).await, Ok(LatestOrder::None(_))));
}

fn speaks(error: &JournalError) {
    assert!(!matches!(error, JournalError::Unavailable(_)), "the disk works: {error}");
    assert!(!error.to_string().is_empty());
}
