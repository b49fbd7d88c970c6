//! Entries that this version of the provider does not understand: they stop everything that costs money,
//! and are not changed.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};

use expect_test::{Expect, expect};
use lumen_core::Run;

use super::impatient;
use crate::pending::slowly;
use crate::world::{ORDER, World, a_connection, given, given_connection, given_lumen};

/// A problem with a file, and the message about it.
struct Oddity {
    text: &'static str,
    told: Expect,
}

fn damaged(told: Expect) -> Oddity {
    Oddity { text: "{ \"format\": \"terraf", told }
}

fn newer(told: Expect) -> Oddity {
    let text = r#"{ "format": "terraform-provider-lumen order journal", "version": 2 }"#;
    Oddity { text, told }
}

fn foreign(told: Expect) -> Oddity {
    Oddity { text: r#"{ "name": "edge-1" }"#, told }
}

/// Overwrites this file in a folder of this kind.
fn write_over(world: &World, (thing, file): (&str, &str), text: &str) -> PathBuf {
    let is_it = |path: &PathBuf| {
        let folder = path.parent().and_then(Path::file_name).and_then(OsStr::to_str);
        folder.unwrap().starts_with(thing) && path.ends_with(file)
    };
    let path = world.journal_files().into_keys().find(is_it).unwrap();
    fs::write(&path, text).unwrap();
    path
}

/// Asserts that nothing is ordered, that the file is unchanged, and that the message appears.
fn assert_stopped(world: &World, sent: u64, run: &Run, file: &PathBuf, oddity: &Oddity) {
    assert_eq!(world.requests(ORDER), sent, "{}", oddity.text);
    assert_eq!(fs::read_to_string(file).unwrap(), oddity.text);
    oddity.told.assert_eq(&run.shown());
}

#[tokio::test(start_paused = true)]
async fn they_stop_a_creation() {
    for oddity in [
        damaged(expect![[r#"
            Error: The journal entries of connection `edge-1` can't be read

            The provider records every order before it sends it, so that none is placed twice, and the order journal in `…` can't be used: `iod_connection-…/0-accepted.json` is damaged: EOF while parsing a string at line 1 column 19.

            Nothing was ordered.

            1. Install the version of the provider that wrote the file, or restore the file. If you know what happened to all orders of connection `edge-1`, you can move the folder `iod_connection-…` out of the journal instead.
            2. Run the same command again.
        "#]]),
        newer(expect![[r#"
            Error: The journal entries of connection `edge-1` can't be read

            The provider records every order before it sends it, so that none is placed twice, and the order journal in `…` can't be used: `iod_connection-…/0-accepted.json` has version 2: a newer version of this provider wrote it.

            Nothing was ordered.

            1. Install the version of the provider that wrote the file, or restore the file. If you know what happened to all orders of connection `edge-1`, you can move the folder `iod_connection-…` out of the journal instead.
            2. Run the same command again.
        "#]]),
        foreign(expect![[r#"
            Error: The journal entries of connection `edge-1` can't be read

            The provider records every order before it sends it, so that none is placed twice, and the order journal in `…` can't be used: `iod_connection-…/0-accepted.json` is not an entry of this journal.

            Nothing was ordered.

            1. Move that file out of the journal.
            2. Run the same command again.
        "#]]),
    ] {
        let mut world = given().await;
        world.apply_and_crash(&a_connection()).await.quietly();
        let file = write_over(&world, ("iod_connection-", "0-accepted.json"), oddity.text);

        let run = world.apply(&a_connection()).await;

        assert!(world.object().is_null());
        assert_stopped(&world, 1, &run, &file, &oddity);
    }
}

#[tokio::test(start_paused = true)]
async fn they_stop_a_creation_that_nobody_answered() {
    let oddity = damaged(expect![[r#"
        Error: The journal entries of connection `edge-1` can't be read

        The provider records every order before it sends it, so that none is placed twice, and the order journal in `…` can't be used: `iod_connection-…/0-intent.json` is damaged: EOF while parsing a string at line 1 column 19.

        Nothing was ordered.

        1. Install the version of the provider that wrote the file, or restore the file. If you know what happened to all orders of connection `edge-1`, you can move the folder `iod_connection-…` out of the journal instead.
        2. Run the same command again.
    "#]]);
    let mut world = given().await;
    world.fault(lumen_simulator::Fault::reset_before(ORDER).times(1));
    world.apply_and_crash(&a_connection()).await;
    let file = write_over(&world, ("iod_connection-", "0-intent.json"), oddity.text);

    let run = world.apply(&a_connection()).await;

    assert_stopped(&world, 1, &run, &file, &oddity);
}

#[tokio::test(start_paused = true)]
async fn they_stop_a_change() {
    for oddity in [
        damaged(expect![[r#"
            Error: The journal entries of connection `edge-2` can't be read

            The provider records every order before it sends it, so that none is placed twice, and the order journal in `…` can't be used: `iod_service-…/0-accepted.json` is damaged: EOF while parsing a string at line 1 column 19.

            The change was not ordered by this run. Connection `edge-1` (service 77133831778) still exists, and is still billed.

            1. Install the version of the provider that wrote the file, or restore the file. If you know what happened to all orders of connection `edge-2`, you can move the folder `iod_service-…` out of the journal instead.
            2. Run the same command again.
        "#]]),
        newer(expect![[r#"
            Error: The journal entries of connection `edge-2` can't be read

            The provider records every order before it sends it, so that none is placed twice, and the order journal in `…` can't be used: `iod_service-…/0-accepted.json` has version 2: a newer version of this provider wrote it.

            The change was not ordered by this run. Connection `edge-1` (service 77133831778) still exists, and is still billed.

            1. Install the version of the provider that wrote the file, or restore the file. If you know what happened to all orders of connection `edge-2`, you can move the folder `iod_service-…` out of the journal instead.
            2. Run the same command again.
        "#]]),
        foreign(expect![[r#"
            Error: The journal entries of connection `edge-2` can't be read

            The provider records every order before it sends it, so that none is placed twice, and the order journal in `…` can't be used: `iod_service-…/0-accepted.json` is not an entry of this journal.

            The change was not ordered by this run. Connection `edge-1` (service 77133831778) still exists, and is still billed.

            1. Move that file out of the journal.
            2. Run the same command again.
        "#]]),
    ] {
        let mut world = given_lumen(|_| {}).await;
        world.apply(&a_connection()).await.quietly();
        world.lumen.set(slowly);
        let renamed = impatient().with("timeouts", [("update", "1m")]).with("name", "edge-2");
        world.apply_and_crash(&renamed).await;
        let file = write_over(&world, ("iod_service-", "0-accepted.json"), oddity.text);

        let run = world.apply(&renamed).await;

        assert_eq!(world.text("name"), "edge-1");
        assert_stopped(&world, 2, &run, &file, &oddity);
    }
}

#[tokio::test(start_paused = true)]
async fn they_stop_a_disconnection() {
    for oddity in [
        damaged(expect![[r#"
            Error: The journal entries of connection `edge-1` can't be read

            The provider records every order before it sends it, so that none is placed twice, and the order journal in `…` can't be used: `iod_service-…/0-accepted.json` is damaged: EOF while parsing a string at line 1 column 19.

            No disconnection was ordered by this run. Connection `edge-1` (service 77133831778) still exists, and is still billed.

            1. Install the version of the provider that wrote the file, or restore the file. If you know what happened to all orders of connection `edge-1`, you can move the folder `iod_service-…` out of the journal instead.
            2. Run the same command again.
        "#]]),
        newer(expect![[r#"
            Error: The journal entries of connection `edge-1` can't be read

            The provider records every order before it sends it, so that none is placed twice, and the order journal in `…` can't be used: `iod_service-…/0-accepted.json` has version 2: a newer version of this provider wrote it.

            No disconnection was ordered by this run. Connection `edge-1` (service 77133831778) still exists, and is still billed.

            1. Install the version of the provider that wrote the file, or restore the file. If you know what happened to all orders of connection `edge-1`, you can move the folder `iod_service-…` out of the journal instead.
            2. Run the same command again.
        "#]]),
        foreign(expect![[r#"
            Error: The journal entries of connection `edge-1` can't be read

            The provider records every order before it sends it, so that none is placed twice, and the order journal in `…` can't be used: `iod_service-…/0-accepted.json` is not an entry of this journal.

            No disconnection was ordered by this run. Connection `edge-1` (service 77133831778) still exists, and is still billed.

            1. Move that file out of the journal.
            2. Run the same command again.
        "#]]),
    ] {
        let mut world = given().await;
        let impatient = crate::world::timeout(a_connection(), "delete", "1m");
        world.apply(&impatient).await.quietly();
        world.lumen.set(slowly);
        world.destroy_and_crash().await;
        let file = write_over(&world, ("iod_service-", "0-accepted.json"), oddity.text);

        let run = world.destroy().await;

        assert_eq!(world.text("name"), "edge-1", "it stays in the state");
        assert_stopped(&world, 2, &run, &file, &oddity);
    }
}

#[tokio::test(start_paused = true)]
async fn they_stop_growth() {
    for oddity in [
        damaged(expect![[r#"
            Error: The journal entries of the reservation in DENVER, CO can't be read

            The provider records every order before it sends it, so that none is placed twice, and the order journal in `…` can't be used: `voice_growth-…/0-accepted.json` is damaged: EOF while parsing a string at line 1 column 19.

            No more numbers were ordered by this run. The numbers of the reservation in DENVER, CO are still reserved.

            1. Install the version of the provider that wrote the file, or restore the file. If you know what happened to all orders of the reservation in DENVER, CO, you can move the folder `voice_growth-…` out of the journal instead.
            2. Run the same command again.
        "#]]),
        newer(expect![[r#"
            Error: The journal entries of the reservation in DENVER, CO can't be read

            The provider records every order before it sends it, so that none is placed twice, and the order journal in `…` can't be used: `voice_growth-…/0-accepted.json` has version 2: a newer version of this provider wrote it.

            No more numbers were ordered by this run. The numbers of the reservation in DENVER, CO are still reserved.

            1. Install the version of the provider that wrote the file, or restore the file. If you know what happened to all orders of the reservation in DENVER, CO, you can move the folder `voice_growth-…` out of the journal instead.
            2. Run the same command again.
        "#]]),
        foreign(expect![[r#"
            Error: The journal entries of the reservation in DENVER, CO can't be read

            The provider records every order before it sends it, so that none is placed twice, and the order journal in `…` can't be used: `voice_growth-…/0-accepted.json` is not an entry of this journal.

            No more numbers were ordered by this run. The numbers of the reservation in DENVER, CO are still reserved.

            1. Move that file out of the journal.
            2. Run the same command again.
        "#]]),
    ] {
        let mut world = crate::voice::given_reservation().await;
        let more = crate::voice::a_reservation().with("quantity", 5);
        world.apply_and_crash(&more).await.quietly();
        let file = write_over(&world, ("voice_growth-", "0-accepted.json"), oddity.text);

        let run = world.apply(&more).await;

        assert_eq!(world.requests(crate::voice::ORDER), 2);
        assert_eq!(world.shown("quantity"), "3", "what there was stays in the state");
        assert_stopped(&world, 0, &run, &file, &oddity);
    }
}

#[tokio::test(start_paused = true)]
async fn a_file_beside_them_stops_orders_too() {
    let mut world = given_connection().await;
    world.destroy().await.quietly();
    let thing = world.journal_files().into_keys().next().unwrap();
    fs::write(thing.with_file_name("notes.txt"), "call Lumen").unwrap();

    let run = world.apply(&a_connection()).await;

    assert_eq!(world.requests(ORDER), 2);
    assert!(thing.with_file_name("notes.txt").exists());
    expect![[r#"
        Error: The journal entries of connection `edge-1` can't be read

        The provider records every order before it sends it, so that none is placed twice, and the order journal in `…` can't be used: `iod_connection-…/notes.txt` is not an entry of this journal.

        Nothing was ordered.

        1. Move that file out of the journal.
        2. Run the same command again.
    "#]].assert_eq(&run.shown());
}

#[tokio::test(start_paused = true)]
async fn they_stop_nothing_that_is_not_ordered() {
    let mut world = given_connection().await;
    for file in world.journal_files().into_keys() {
        fs::write(file, "damaged").unwrap();
    }
    world.next_run(|block| block).await;

    world.refresh().await.quietly();
    world.apply(&a_connection().with("note", "by night")).await.quietly();

    assert_eq!(world.orders().len(), 1);
}
