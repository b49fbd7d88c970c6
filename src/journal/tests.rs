//! What the journal writes down, and what stops an order.

mod entries;
mod failing_disk;
mod names;
mod places;
#[path = "../../tests/acceptance/s3.rs"]
mod s3;
mod settled;

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

use serde_json::json;
use tempfile::TempDir;

use super::*;
use crate::lumen::ApiUrl;

type Tested = Result<(), Box<dyn std::error::Error>>;

/// The caller chooses the type of the receipt. Here, it is a word.
type Word = String;

struct World {
    folder: TempDir,
    target: OrderTarget,
}

fn given() -> Result<World, Box<dyn std::error::Error>> {
    Ok(World { folder: tempfile::tempdir()?, target: target("edge-1")? })
}

fn target(name: &str) -> Result<OrderTarget, Box<dyn std::error::Error>> {
    let api: ApiUrl = "https://api.example.com".parse()?;
    Ok(OrderTarget::new(&api, &"1-ABC".parse()?, "connection", &["name", name]))
}

impl World {
    /// The journal as another process would open it.
    fn journal(&self) -> Journal {
        Journal::new(JournalLocation::Folder(self.folder.path().join("deep").join("orders")))
    }

    fn files(&self) -> Vec<PathBuf> {
        let folder = self.folder.path().join("deep/orders").join(self.target.folder());
        let entries = fs::read_dir(folder).into_iter().flatten().flatten();
        let mut files: Vec<_> = entries.map(|entry| entry.path()).collect();
        files.sort();
        files
    }

    fn names(&self) -> Vec<String> {
        let name = |path: PathBuf| Some(path.file_name()?.to_str()?.to_owned());
        self.files().into_iter().filter_map(name).collect()
    }

    async fn free(&self, journal: &Journal) -> Result<Slot, Box<dyn std::error::Error>> {
        match journal.latest_order::<Word>(&self.target).await? {
            LatestOrder::None(free) => Ok(free),
            _ => Err("something is under way".into()),
        }
    }

    async fn written(&self, journal: &Journal) -> Result<Entry, Box<dyn std::error::Error>> {
        let free = self.free(journal).await?;
        let reference = free.reference().ok_or("no reference")?;
        let entry = free.write_down(&reference, "a thing", None, &"draft").await?;
        entry.ok_or_else(|| "another process was faster".into())
    }

    async fn refusal(&self) -> String {
        match self.journal().latest_order::<Word>(&self.target).await {
            Ok(_) => "nothing is odd".to_owned(),
            Err(error) => error.to_string(),
        }
    }
}

#[tokio::test]
async fn an_order_is_written_down_accepted_and_closed() -> Tested {
    let world = given()?;

    let entry = world.written(&world.journal()).await?;
    let doubt = world.journal().latest_order::<Word>(&world.target).await?;
    assert!(
        matches!(doubt, LatestOrder::Unanswered(OpenEntry { receipt, .. }) if receipt == "draft")
    );

    entry.accept(&"order 7").await?;
    let accepted = world.journal().latest_order::<Word>(&world.target).await?;
    assert!(
        matches!(accepted, LatestOrder::Accepted(OpenEntry { receipt, .. }) if receipt == "order 7")
    );

    world.journal().close(entry.key(), Ending::InState).await?;
    world.journal().close(entry.key(), Ending::Gone).await?;
    world.free(&world.journal()).await?;
    let names = ["0-accepted.json", "0-done.json", "0-gone.json", "0-intent.json"];
    assert_eq!(
        world.names(),
        names,
        "the first ending stays, and that it is gone is noted beside it"
    );
    Ok(())
}

/// Every way of accessing the files uses the same path, whatever the name of the folder is.
#[tokio::test]
async fn a_folder_may_be_called_anything() -> Tested {
    let world = given()?;
    for name in ["two words", "50 %25", "~", "Zürich #1"] {
        let folder = world.folder.path().join(name);
        let journal = || Journal::new(JournalLocation::Folder(folder.clone()));

        let entry = world.written(&journal()).await?;
        journal().close(entry.key(), Ending::InState).await?;
        journal().close(entry.key(), Ending::InState).await?;

        let free = world.free(&journal()).await?;
        assert_eq!(free.reference(), world.target.reference(1, &BTreeSet::new()));
        assert_eq!(folder.join(world.target.folder()).read_dir()?.count(), 2, "{name}");
    }
    Ok(())
}

#[tokio::test]
async fn an_entry_is_closed_only_in_the_journal_that_has_it() -> Tested {
    let (world, other) = (given()?, given()?);
    let entry = world.written(&world.journal()).await?;

    let elsewhere = other.journal().close(entry.key(), Ending::InState).await?;
    other.journal().returned(entry.key()).await?;
    let here = world.journal().close(entry.key(), Ending::InState).await?;
    let again = world.journal().close(entry.key(), Ending::InState).await?;

    assert_eq!((elsewhere, here, again), (false, true, true));
    assert_eq!(other.names(), Vec::<String>::new());
    Ok(())
}

/// A process that is killed while it writes leaves a draft. It has not sent anything yet.
#[tokio::test]
async fn a_draft_that_stayed_behind_is_no_order() -> Tested {
    let world = given()?;
    let folder = world.folder.path().join("deep/orders").join(world.target.folder());
    fs::create_dir_all(&folder)?;
    fs::write(folder.join("0-intent.json#1234567890"), "{\"format\"")?;

    assert!(world.journal().survey().await?.open.is_empty());
    let entry = world.written(&world.journal()).await?;

    let doubt = world.journal().latest_order::<Word>(&world.target).await?;
    assert!(
        matches!(doubt, LatestOrder::Unanswered(OpenEntry { entry: found, .. }) if found.key() == entry.key())
    );
    Ok(())
}

#[tokio::test]
async fn looking_leaves_nothing_behind() -> Tested {
    let world = given()?;

    world.free(&world.journal()).await?;
    assert!(world.journal().survey().await?.open.is_empty());

    assert!(!world.folder.path().join("deep").exists());
    Ok(())
}

#[tokio::test]
async fn of_two_processes_one_writes_an_order_down() -> Tested {
    let world = given()?;
    let (one, other) = (world.journal(), world.journal());
    let (first, second) = (world.free(&one).await?, world.free(&other).await?);
    let reference = first.reference().ok_or("no reference")?;
    assert_eq!(second.reference(), Some(reference.clone()), "a crash does not change it");

    let written = (
        first.write_down(&reference, "a thing", None, &"mine").await?,
        second.write_down(&reference, "a thing", None, &"mine too").await?,
    );

    assert!(matches!(written, (Some(_), None)));
    Ok(())
}

#[tokio::test]
async fn in_one_process_a_thing_is_ordered_once_at_a_time() -> Tested {
    let world = given()?;
    let journal = world.journal();

    let claim = journal.claim(&world.target);
    assert!(claim.is_some() && journal.claim(&world.target).is_none());
    assert!(journal.claim(&target("edge-2")?).is_some(), "another thing is free");
    assert!(journal.is_claimed(&world.target) && !journal.is_claimed(&target("edge-2")?));
    drop(claim);

    assert!(!journal.is_claimed(&world.target) && journal.claim(&world.target).is_some());
    Ok(())
}

#[tokio::test]
async fn every_order_of_a_thing_has_a_reference_of_its_own() -> Tested {
    let world = given()?;
    let journal = world.journal();
    let mut references = HashSet::new();
    for _ in 0..4 {
        let entry = world.written(&journal).await?;
        journal.close(entry.key(), Ending::Gone).await?;
        let free = world.free(&journal).await?;
        references.insert(free.reference().ok_or("no reference")?);
    }

    assert_eq!(references.len(), 4);
    assert!(references.iter().all(|reference| reference.as_str().len() == 20));
    Ok(())
}

/// The model of the protocol, in `tools/model`, derives the same references.
#[test]
fn references_stay_what_they_are() -> Tested {
    let target = OrderTarget::in_folder("iod_connection-5be0");
    let replaced = BTreeSet::from(["1000".parse()?, "order-0".parse()?]);
    let text = |reference: Option<ExternalId>| reference.map(|it| it.to_string());

    assert_eq!(
        text(target.reference(0, &BTreeSet::new())).as_deref(),
        Some("tf-144d3a08b98d0ea31")
    );
    assert_eq!(text(target.reference(1, &replaced)).as_deref(), Some("tf-718eb39667b5c5bdc"));
    Ok(())
}

#[tokio::test]
async fn what_is_replaced_is_told_to_the_next_order() -> Tested {
    let world = given()?;
    let service: ObjectId = "77133831778".parse()?;

    world.journal().replaces(&world.target, &service).await?;
    world.journal().replaces(&world.target, &service).await?;

    let another = target("edge-1")?.reference(0, &BTreeSet::new());
    let free = world.free(&world.journal()).await?;
    assert_ne!(free.reference(), another, "the reference is not that of what it replaces");
    assert_eq!(free.replaced.into_iter().collect::<Vec<_>>(), [service]);
    Ok(())
}

/// A provider outlives a killed Terraform process for a moment. It can't return anything to it then.
#[tokio::test]
async fn an_order_is_not_returned_to_a_terraform_that_is_gone() -> Tested {
    let world = given()?;
    let entry = world.written(&world.journal()).await?;
    entry.accept(&"order 7").await?;
    let gone = Author::new(None, Some("boot-7-100".to_owned()));
    let location = JournalLocation::Folder(world.folder.path().join("deep").join("orders"));

    Journal::of(Some(location), gone, Arc::new(ThisMachine)).returned(entry.key()).await?;

    let open = world.journal().survey().await?.open;
    assert_eq!(open.iter().map(|order| order.progress).collect::<Vec<_>>(), [Progress::Accepted]);
    Ok(())
}

/// A file that can't be read does not hide other orders.
#[tokio::test]
async fn a_survey_shows_what_it_can_read() -> Tested {
    let (world, damaged) = (given()?, target("edge-2")?);
    world.written(&world.journal()).await?;
    let folder = world.folder.path().join("deep/orders").join(damaged.folder());
    fs::create_dir_all(&folder)?;
    fs::write(folder.join("0-intent.json"), "{")?;

    let survey = world.journal().survey().await?;
    let open = world.journal().open_entries().await?;

    assert_eq!((survey.open.len(), survey.unreadable.len()), (1, 1));
    assert!(open.has_target(&world.target) && !open.has_target(&target("edge-3")?));
    assert!(open.has_target(&damaged), "what is open is known without reading it");
    Ok(())
}

#[tokio::test]
async fn whoever_waits_for_another_process_hears_of_its_answer() -> Tested {
    let world = given()?;
    let (one, other) = (world.journal(), world.journal());
    let entry = world.written(&one).await?;

    let waiting = other.answered(entry.key());
    let answering = async { entry.accept(&"order 7").await };

    let (answered, ()) = tokio::join!(answering, waiting);
    assert!(answered.is_ok());
    Ok(())
}

#[tokio::test]
async fn what_this_version_does_not_understand_stops_orders_and_is_kept() -> Tested {
    let newer = json!({ "format": "terraform-provider-lumen order journal", "version": 2 });
    for (text, why) in [
        ("{\"form".to_owned(), "is damaged: EOF while parsing a string at line 1 column 6"),
        (newer.to_string(), "has version 2: a newer version of this provider wrote it"),
        (json!({ "name": "edge-1" }).to_string(), "is not an entry of this journal"),
    ] {
        let world = given()?;
        world.written(&world.journal()).await?;
        let file = world.files().pop().ok_or("no file")?;
        fs::write(&file, &text)?;

        let refusal = world.refusal().await;

        assert_eq!(refusal, format!("`{}/0-intent.json` {why}", world.target.folder()));
        assert_eq!(fs::read_to_string(&file)?, text);
    }
    Ok(())
}

#[tokio::test]
async fn a_file_that_is_not_ours_stops_orders() -> Tested {
    let world = given()?;
    let entry = world.written(&world.journal()).await?;
    world.journal().close(entry.key(), Ending::Gone).await?;
    let folder = world.files().pop().and_then(|file| file.parent().map(PathBuf::from));
    fs::write(folder.ok_or("no folder")?.join("notes.txt"), "")?;

    let expected = format!("`{}/notes.txt` is not an entry of this journal", world.target.folder());
    assert_eq!(world.refusal().await, expected);
    Ok(())
}

#[tokio::test]
async fn an_answer_without_its_order_stops_orders() -> Tested {
    let world = given()?;
    let entry = world.written(&world.journal()).await?;
    entry.accept(&"order 7").await?;
    let intent = world.files().pop().ok_or("no file")?;
    fs::remove_file(intent)?;

    let why = "is missing, although later steps of the order exist";
    let expected = format!("`{}/0-intent.json` {why}", world.target.folder());
    assert_eq!(world.refusal().await, expected);
    Ok(())
}

#[tokio::test]
async fn old_orders_are_removed_when_they_are_done_but_never_the_latest() -> Tested {
    let world = given()?;
    let journal = world.journal();
    for _ in 0..2 {
        let entry = world.written(&journal).await?;
        journal.close(entry.key(), Ending::Gone).await?;
    }
    let mut next = None;
    for (days, left) in [(29, 4), (31, 2)] {
        let then = std::time::SystemTime::now() - Duration::from_hours(days * 24);
        for file in world.files() {
            fs::File::options().write(true).open(file)?.set_modified(then)?;
        }
        next = world.free(&journal).await?.reference();
        assert_eq!(world.names().len(), left, "after {days} days");
    }

    assert_eq!(world.names(), ["1-done.json", "1-intent.json"]);
    assert_eq!(next, world.free(&journal).await?.reference(), "and no reference comes again");
    Ok(())
}

/// Closing an entry because a state has its object does not wait for the disk.
#[tokio::test]
async fn an_entry_whose_last_file_lost_its_contents_in_a_power_cut_is_one_that_a_state_has()
-> Tested {
    for lost in [&b""[..], &[0; 90]] {
        let world = given()?;
        let journal = world.journal();
        let entry = world.written(&journal).await?;
        entry.accept(&"receipt").await?;
        journal.close(entry.key(), Ending::InState).await?;
        let done = world.files().into_iter().find(|file| file.ends_with("0-done.json"));
        fs::write(done.ok_or("no file")?, lost)?;

        let slot = world.free(&world.journal()).await?;
        let earlier = world.journal().earlier_object::<Word>(slot.key()).await?;

        assert_eq!(earlier.map(|earlier| earlier.receipt).as_deref(), Some("receipt"));
    }
    Ok(())
}

/// The receipt of the intent is enough to find the object of the order.
#[tokio::test]
async fn an_object_of_a_state_is_known_although_the_answer_could_not_be_written_down() -> Tested {
    let world = given()?;
    let journal = world.journal();
    let entry = world.written(&journal).await?;
    journal.returned(entry.key()).await?;
    let is_answered = journal.is_answered(entry.key()).await?;
    journal.close(entry.key(), Ending::InState).await?;

    let slot = world.free(&world.journal()).await?;
    let earlier = world.journal().earlier_object::<Word>(slot.key()).await?;

    assert_eq!(earlier.map(|earlier| earlier.receipt).as_deref(), Some("draft"));
    assert!(!is_answered && journal.is_answered(entry.key()).await?);
    Ok(())
}

#[tokio::test]
async fn a_place_that_is_no_folder_stops_orders() -> Tested {
    let world = given()?;
    fs::write(world.folder.path().join("deep"), "a file")?;

    let written = world.written(&world.journal()).await;

    assert!(written.is_err());
    Ok(())
}

#[test]
fn places_are_read_as_users_write_them() {
    let read = |text: &str| text.parse::<JournalLocation>().map_err(|why| why.to_string());
    for place in ["orders", "/var/lib/orders", "s3://bucket/a/b", "gs://bucket", "az://container/a"]
    {
        assert!(read(place).is_ok(), "{place}");
    }
    for (place, why) in [
        (" ", "it is empty"),
        ("ftp://host/a", "it is neither a folder nor a URL that begins with s3://, gs:// or az://"),
        ("s3:///a", "it names no bucket: write it like `s3://bucket/prefix`"),
        ("s3://key:secret@bucket", "it must not contain credentials, a query or a fragment"),
        ("s3://key@bucket", "it must not contain credentials, a query or a fragment"),
        ("s3://bucket?region=x", "it must not contain credentials, a query or a fragment"),
    ] {
        assert_eq!(read(place).err().as_deref(), Some(why), "{place}");
    }
}
