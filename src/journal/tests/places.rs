//! Places that fail: a disk that does not answer, and object stores that refuse access or are not reliable.

use std::time::Duration;

use expect_test::expect;

use super::s3::{Manners, S3};
use super::*;
use crate::journal::credentials::Variables;
use crate::journal::store::Store;

/// A journal in a bucket on this server.
async fn in_bucket(s3: &S3) -> Result<Journal, Box<dyn std::error::Error>> {
    with_cryptography();
    let place: JournalLocation = S3::PLACE.parse()?;
    let variables = s3.environment().into_iter().map(|(name, value)| (name.to_owned(), value));
    let journal = Journal::new(place.clone());
    let opened = Store::open_with(&place, &ThisMachine, &variables.collect()).await;
    journal.0.store.set(opened).map_err(|_| "it is open already")?;
    Ok(journal)
}

/// Installs the crypto provider, as `main` does.
fn with_cryptography() {
    rustls::crypto::ring::default_provider().install_default().ok();
}

/// Why a journal at this place can't be opened with these variables.
async fn refused(place: &str, variables: &[(&str, &str)]) -> String {
    with_cryptography();
    let Ok(place) = place.parse() else { return "no place".to_owned() };
    let variables: Variables =
        variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    match Store::open_with(&place, &ThisMachine, &variables).await {
        Ok(_) => "it is open".to_owned(),
        Err(error) => error.to_string(),
    }
}

/// Opening a FIFO blocks until another process opens its other end. A file on a network disk whose server is
/// gone blocks in the same way.
#[cfg(unix)]
#[tokio::test(start_paused = true)]
async fn a_disk_that_hangs_is_given_up() -> Tested {
    let world = given()?;
    let folder = world.folder.path().join("deep/orders").join(world.target.folder());
    fs::create_dir_all(&folder)?;
    let fifo = folder.join("0-intent.json");
    assert!(std::process::Command::new("mkfifo").arg(&fifo).status()?.success());

    let (journal, target) = (world.journal(), world.target.clone());
    let reading =
        tokio::spawn(async move { journal.latest_order::<Word>(&target).await.map(drop) });
    while !reading.is_finished() {
        // While a thread is blocked, the paused clock does not advance on its own.
        tokio::time::advance(Duration::from_secs(1)).await;
        std::thread::sleep(Duration::from_millis(10));
    }
    // This lets the thread end.
    drop(fs::File::options().write(true).open(&fifo)?);

    let refused = reading.await?.map_err(|error| error.to_string());
    expect!["the disk has not answered for 20 seconds; if it is a network disk, check its server and its mount"]
        .assert_eq(&refused.err().unwrap_or_default());
    Ok(())
}

/// Threads that hang must not use up all threads of the runtime, because other work needs some.
#[cfg(unix)]
#[tokio::test(start_paused = true)]
async fn a_disk_that_hangs_blocks_a_limited_number_of_threads() -> Tested {
    let world = given()?;
    fs::create_dir_all(world.folder.path().join("deep/orders/a"))?;
    let fifo = world.folder.path().join("deep/orders/a/0-intent.json");
    assert!(std::process::Command::new("mkfifo").arg(&fifo).status()?.success());
    let journal = world.journal();
    let reads = (0..600).map(|_| {
        let journal = journal.clone();
        tokio::spawn(async move { journal.store().await?.read("a/0-intent.json").await })
    });
    let reads: Vec<_> = reads.collect();
    tokio::time::advance(Duration::from_secs(1)).await;

    let other_work = tokio::task::spawn_blocking(|| "done");
    let deadline = std::time::Instant::now() + Duration::from_secs(5);
    while !other_work.is_finished() && std::time::Instant::now() < deadline {
        tokio::task::yield_now().await;
    }
    let is_done = other_work.is_finished();
    while !reads.iter().all(tokio::task::JoinHandle::is_finished) {
        tokio::time::advance(Duration::from_secs(1)).await;
        std::thread::sleep(Duration::from_millis(1));
    }
    // Every hanging thread now reads the end of the file.
    let release = fs::File::options().read(true).write(true).open(&fifo)?;
    std::thread::sleep(Duration::from_millis(100));
    drop(release);

    assert!(is_done);
    Ok(())
}

#[tokio::test]
async fn a_place_exists_or_not() -> Tested {
    let world = given()?;
    assert!(!world.journal().exists().await?);
    world.written(&world.journal()).await?;
    assert!(world.journal().exists().await?);

    let s3 = S3::start(Manners::Good)?;
    assert!(in_bucket(&s3).await?.exists().await?, "a bucket has no folders");
    assert!(!in_bucket(&S3::start(Manners::Empty)?).await?.exists().await?);
    let refused = in_bucket(&S3::start(Manners::Forbids)?).await?.exists().await;
    assert!(refused.is_err(), "a bucket that can't be listed may exist");
    Ok(())
}

/// The list of a bucket has the times of its files, and that of a folder has none.
#[tokio::test]
async fn a_store_knows_when_a_file_was_written() -> Tested {
    let (world, s3) = (given()?, S3::start(Manners::Good)?);
    s3.put("a/0-done.json", "{}");
    let written = Some("2026-01-01T00:00:00Z".parse()?);
    let journal = in_bucket(&s3).await?;
    let bucket = journal.store().await?;
    let root = world.folder.path();
    fs::create_dir_all(root.join("a"))?;
    fs::write(root.join("a/0-done.json"), "{}")?;
    let earlier = std::time::SystemTime::now() - Duration::from_hours(24);
    fs::File::options().write(true).open(root.join("a/0-done.json"))?.set_modified(earlier)?;
    let folder = Store::open(&JournalLocation::Folder(root.to_owned()), &ThisMachine).await?;

    let listed: Vec<_> = bucket.list(Some("a")).await?.iter().map(|file| file.modified).collect();
    assert_eq!(listed, [written]);
    assert_eq!(bucket.modified("a/0-done.json").await?, written);
    assert_eq!(bucket.modified("a/1-done.json").await?, None);
    assert_eq!(folder.modified("a/0-done.json").await?, Some(earlier.try_into()?));
    assert_eq!(folder.modified("a/1-done.json").await?, None);
    Ok(())
}

/// Another process may remove it at any time.
#[tokio::test]
async fn a_file_is_created_soon_although_its_folder_was_removed() -> Tested {
    let world = given()?;
    let place = JournalLocation::Folder(world.folder.path().join("deep/orders"));
    let store = Store::open(&place, &ThisMachine).await?;
    let file = format!("{}/0-done.json", world.target.folder());

    store.create_soon(&file, json!({})).await?;

    assert_eq!(world.names(), ["0-done.json"]);
    Ok(())
}

#[tokio::test]
async fn listing_shows_files_below_folders_and_no_drafts() -> Tested {
    let world = given()?;
    let root = world.folder.path().join("deep/orders");
    for folder in ["a", "team/b", "empty"] {
        fs::create_dir_all(root.join(folder))?;
    }
    for file in ["notes", "a/0-intent.json", "a/0-done.json#17", "team/b/#", "team/b/0-done.json"] {
        fs::write(root.join(file), "")?;
    }

    let store = Store::open(&JournalLocation::Folder(root), &ThisMachine).await?;
    let mut names: Vec<_> = store.list(None).await?.into_iter().map(|file| file.name).collect();
    names.sort();

    assert_eq!(names, ["a/0-intent.json", "notes", "team/b/#", "team/b/0-done.json"]);
    let names: Vec<_> = store.list(Some("a")).await?.into_iter().map(|file| file.name).collect();
    assert_eq!(names, ["a/0-intent.json"]);
    Ok(())
}

#[tokio::test]
async fn an_order_is_written_down_in_a_bucket() -> Tested {
    let (world, s3) = (given()?, S3::start(Manners::Good)?);

    let first = world.written(&in_bucket(&s3).await?).await?;
    first.accept(&"order 7").await?;
    let journal = in_bucket(&s3).await?;
    let open = journal.survey().await?.open;
    journal.close(first.key(), Ending::InState).await?;

    assert!(open.iter().all(|order| order.progress != Progress::Unanswered) && open.len() == 1);
    let folder = world.target.folder();
    let files = ["0-accepted.json", "0-done.json", "0-intent.json"];
    assert_eq!(s3.names(), files.map(|file| format!("{folder}/{file}")));
    Ok(())
}

#[tokio::test]
async fn a_store_is_checked_once_before_the_first_order() -> Tested {
    let (world, s3) = (given()?, S3::start(Manners::Good)?);
    let journal = in_bucket(&s3).await?;
    for _ in 0..2 {
        let entry = world.written(&journal).await?;
        journal.close(entry.key(), Ending::Failed).await?;
    }

    let checks = s3.requests();
    let checks = checks.iter().filter(|request| request.contains("conditional-write-check-"));
    let methods: Vec<_> = checks.filter_map(|request| request.split(' ').next()).collect();
    assert_eq!(methods, ["PUT", "PUT", "DELETE"]);
    Ok(())
}

#[tokio::test]
async fn a_store_that_ignores_conditions_gets_no_order() -> Tested {
    let (world, s3) = (given()?, S3::start(Manners::IgnoresConditions)?);
    let journal = in_bucket(&s3).await?;

    let free = world.free(&journal).await?;
    let reference = free.reference().ok_or("no reference")?;
    let written = free.write_down(&reference, "a thing", None, &"draft").await;

    let why = written.err().map(|error| error.to_string()).unwrap_or_default();
    let (before, rest) = why.split_once("conditional-write-check-").ok_or(why.clone())?;
    let (_, after) = rest.split_once('`').ok_or("no name")?;
    expect!["the object store ignores conditional writes: it created the file `…` in `s3://orders/journal` twice. Two runs at once could each record the same order there, and both would place it. Use another object store (Amazon S3, Google Cloud Storage, Azure Blob Storage, or one that honors `If-None-Match`), or a shared folder"].assert_eq(&format!("{before}…`{after}"));
    assert_eq!(s3.names(), [""; 0], "nothing is written down, and nothing is left");
    Ok(())
}

/// A process that is killed during the check leaves its file behind. Here, it is in a place inside another
/// place.
#[tokio::test]
async fn a_check_that_was_cut_off_is_no_entry() -> Tested {
    let (world, s3) = (given()?, S3::start(Manners::Good)?);
    let journal = in_bucket(&s3).await?;
    world.written(&journal).await?;
    s3.put("conditional-write-check-17", "text");
    s3.put("team/conditional-write-check-17", "text");
    s3.put(&format!("{}/conditional-write-check-17", world.target.folder()), "text");

    assert_eq!(journal.survey().await?.open.len(), 1);
    assert!(journal.latest_order::<Word>(&world.target).await.is_ok());
    Ok(())
}

#[tokio::test]
async fn a_store_that_refuses_names_the_rights_that_are_needed() -> Tested {
    let (world, s3) = (given()?, S3::start(Manners::Forbids)?);

    let refused = in_bucket(&s3).await?.latest_order::<Word>(&world.target).await;

    let why = refused.err().map(|error| error.to_string()).unwrap_or_default();
    let (before, after) = why.split_once("http://").ok_or(why.clone())?;
    let (_, after) = after.split_once(" - ").ok_or(why.clone())?;
    expect!["the object store refuses access. The identity needs `s3:GetObject`, `s3:PutObject` and `s3:DeleteObject` for the objects below the prefix, and `s3:ListBucket` for the bucket. It says: Generic S3 error: Error performing list request: Error performing GET … - Server returned non-2xx status code: 403 Forbidden: AccessDenied: Access Denied"].assert_eq(&format!("{before}… - {after}"));
    Ok(())
}

#[tokio::test]
async fn a_bucket_without_credentials_says_which_ones() {
    let closed = ("AWS_METADATA_ENDPOINT", "http://127.0.0.1:9");
    expect![[r#"no credentials are set for the bucket: neither `AWS_ACCESS_KEY_ID` and `AWS_SECRET_ACCESS_KEY`, nor `AWS_WEB_IDENTITY_TOKEN_FILE` and `AWS_ROLE_ARN`, nor those of a container (`AWS_CONTAINER_CREDENTIALS_…`). The provider does not read profiles or SSO of the AWS CLI: to use them, run `eval "$(aws configure export-credentials --format env)"` before Terraform. No metadata service answers at http://127.0.0.1:9, so this machine has no role to use instead"#]].assert_eq(&refused("s3://bucket/a", &[closed]).await);
    let profile = [closed, ("AWS_PROFILE", "my network"), ("AWS_ACCESS_KEY_ID", "")];
    expect![[r#"no credentials are set for the bucket: neither `AWS_ACCESS_KEY_ID` and `AWS_SECRET_ACCESS_KEY`, nor `AWS_WEB_IDENTITY_TOKEN_FILE` and `AWS_ROLE_ARN`, nor those of a container (`AWS_CONTAINER_CREDENTIALS_…`). `AWS_PROFILE` is set, but the provider does not read profiles or SSO: run `eval "$(aws configure export-credentials --profile 'my network' --format env)"` before Terraform. No metadata service answers at http://127.0.0.1:9, so this machine has no role to use instead"#]].assert_eq(&refused("s3://bucket/a", &profile).await);
    let half = [("AWS_SECRET_ACCESS_KEY", "secret")];
    expect!["`AWS_SECRET_ACCESS_KEY` is set, but `AWS_ACCESS_KEY_ID` is not: set both"]
        .assert_eq(&refused("s3://bucket/a", &half).await);
    let disabled = refused("s3://bucket/a", &[("AWS_EC2_METADATA_DISABLED", "true")]).await;
    assert!(disabled.starts_with("no credentials are set for the bucket"), "{disabled}");

    let closed = ("GCE_METADATA_HOST", "127.0.0.1:9");
    expect!["no credentials are set for the bucket: set `GOOGLE_APPLICATION_CREDENTIALS` to the file of a service account's key, or run `gcloud auth application-default login`. No metadata service answers at 127.0.0.1:9, so this machine has no role to use instead"].assert_eq(&refused("gs://bucket/a", &[closed]).await);
    expect!["`AZURE_STORAGE_ACCOUNT_NAME` is not set: an `az://` address names the container, not the storage account"].assert_eq(&refused("az://container/a", &[]).await);
}

#[tokio::test]
async fn credentials_that_are_set_are_enough_to_open_a_bucket() {
    let key = [("AWS_ACCESS_KEY_ID", "key"), ("AWS_SECRET_ACCESS_KEY", "secret")];
    let role = [("AWS_WEB_IDENTITY_TOKEN_FILE", "token"), ("AWS_ROLE_ARN", "role")];
    let container = [("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "/a")];
    let account = ("AZURE_STORAGE_ACCOUNT_NAME", "account");
    let azure_key = [account, ("AZURE_STORAGE_ACCOUNT_KEY", "a2V5")];
    let application = [
        account,
        ("AZURE_CLIENT_ID", "id"),
        ("AZURE_TENANT_ID", "tenant"),
        ("AZURE_FEDERATED_TOKEN_FILE", "file"),
    ];
    let cases: [(&str, &[(&str, &str)]); 5] = [
        ("s3://bucket/a", &key),
        ("s3://bucket/a", &role),
        ("s3://bucket/a", &container),
        ("az://container/a", &azure_key),
        ("az://container/a", &application),
    ];
    for (place, variables) in cases {
        assert_eq!(refused(place, variables).await, "it is open", "{place} {variables:?}");
    }
}

#[tokio::test]
async fn an_endpoint_must_not_lead_over_an_open_network() {
    let variables = [
        ("AWS_ACCESS_KEY_ID", "key"),
        ("AWS_SECRET_ACCESS_KEY", "secret"),
        ("AWS_ENDPOINT_URL", "http://store.example"),
    ];

    let why = refused("s3://bucket/a", &variables).await;

    assert!(why.starts_with("`AWS_ENDPOINT_URL` can't be used: "), "{why}");
}
