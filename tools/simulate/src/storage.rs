//! Disks and buckets, as a process accesses them.

use std::fmt;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;

use async_trait::async_trait;
use chrono::DateTime;
use futures::stream::BoxStream;
use futures::{StreamExt as _, stream};
use lumen_model::{LumenOp, Outcome};
use lumen_simulator::{OrderState, VoiceStatus};
use object_store::path::Path as Location;
use object_store::{
    Attributes, CopyOptions, Error, Extensions, GetOptions, GetResult, GetResultPayload,
    ListResult, MultipartUpload, ObjectMeta, ObjectStore, PutMode, PutMultipartOptions, PutOptions,
    PutPayload, PutResult, Result,
};
use terraform_provider_lumen::machine::{Draft, Files as MachineFiles, FolderEntry};

use crate::bucket::{LONGEST_PAGE, Object};
use crate::configuration::LUMEN;
use crate::fault::{Effect, Happening};
use crate::process::Process;
use crate::trace::Trace;

/// The kind of effect of a write, by the name of the file.
fn write_of(name: &str) -> Effect {
    if name.ends_with("-intent.json") { Effect::Intent } else { Effect::Write }
}

/// The disks of a process.
#[derive(Debug)]
pub(crate) struct Files(pub(crate) Arc<Process>);

impl Files {
    /// Performs an operation on the disk, or fails as planned.
    fn effect<T>(
        &self,
        effect: Effect,
        (what, path): (&str, &Path),
        act: impl FnOnce() -> io::Result<T>,
    ) -> io::Result<T> {
        if self.0.has_no_effect() {
            return Err(gone());
        }
        let happening = self.0.next(effect, || format!("{what} {}", path.display()));
        if happening.is_some_and(|it| !it.lets_happen()) || self.0.has_no_effect() {
            return Err(ErrorKind::StorageFull.into());
        }
        let done = act();
        self.0.happened(happening);
        if happening == Some(Happening::LostAfter) || self.0.has_no_effect() {
            return Err(ErrorKind::TimedOut.into());
        }
        done
    }

    fn now(&self) -> SystemTime {
        (self.0.run.ground.now() + self.0.run.host.skew).into()
    }
}

fn gone() -> io::Error {
    ErrorKind::BrokenPipe.into()
}

#[async_trait]
impl MachineFiles for Files {
    async fn may_run_here(&self) -> bool {
        self.0.stay_dead().await;
        tokio::time::sleep(self.0.run.ground.moment() / 8).await;
        self.0.stay_dead().await;
        true
    }

    fn exists(&self, path: &Path) -> io::Result<bool> {
        self.effect(Effect::Read, ("exists", path), || Ok(self.0.run.ground.disk().exists(path)))
    }

    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        self.effect(Effect::Read, ("read", path), || self.0.run.ground.disk().read(path))
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        self.effect(Effect::Write, ("remove", path), || self.0.run.ground.disk().remove(path))
    }

    fn modified(&self, path: &Path) -> io::Result<SystemTime> {
        self.effect(Effect::Read, ("modified", path), || self.0.run.ground.disk().modified(path))
    }

    fn entries(&self, folder: &Path) -> io::Result<Vec<FolderEntry>> {
        self.effect(Effect::Read, ("list", folder), || self.0.run.ground.disk().entries(folder))
    }

    fn create_folders(&self, folder: &Path) -> io::Result<()> {
        self.effect(Effect::Write, ("create folder", folder), || {
            self.0.run.ground.disk().create_folders(folder);
            Ok(())
        })
    }

    fn draft(&self, folder: &Path, name: &str, text: &[u8]) -> io::Result<Box<dyn Draft>> {
        let path = folder.join(name);
        let now = self.now();
        self.effect(Effect::Write, ("draft", &path), || {
            self.0.run.ground.disk().create(&path, text, now)
        })?;
        Ok(Box::new(DraftFile { files: Self(Arc::clone(&self.0)), path, is_published: false }))
    }

    fn create_new(&self, path: &Path, text: &[u8]) -> io::Result<()> {
        let now = self.now();
        let effect = write_of(&path.to_string_lossy());
        self.effect(effect, ("create", path), || self.0.run.ground.disk().create(path, text, now))
    }

    fn sync_folder(&self, folder: &Path) -> io::Result<()> {
        self.effect(Effect::Write, ("sync", folder), || {
            self.0.run.ground.disk().sync_folder(folder)
        })
    }
}

/// A file that is not published yet.
struct DraftFile {
    files: Files,
    path: PathBuf,
    is_published: bool,
}

impl Draft for DraftFile {
    fn sync(&self) -> io::Result<()> {
        self.files.effect(Effect::Write, ("sync", &self.path), || {
            self.files.0.run.ground.disk().sync(&self.path);
            Ok(())
        })
    }

    fn publish(mut self: Box<Self>, path: &Path) -> io::Result<()> {
        let effect = write_of(&path.to_string_lossy());
        let renamed = self.files.effect(effect, ("publish", path), || {
            self.files.0.run.ground.disk().rename(&self.path, path)
        });
        self.is_published = renamed.is_ok();
        renamed
    }
}

impl Drop for DraftFile {
    fn drop(&mut self) {
        if !self.is_published && !self.files.0.has_no_effect() {
            // The result is ignored, because the file may already be gone.
            let _ = self.files.0.run.ground.disk().remove(&self.path);
        }
    }
}

/// The buckets of a process.
#[derive(Debug)]
pub(crate) struct Objects(pub(crate) Arc<Process>);

impl fmt::Display for Objects {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a simulated bucket")
    }
}

/// Performs an operation on a bucket, or fails as planned.
async fn reach<T>(
    process: &Arc<Process>,
    effect: Effect,
    what: String,
    mut act: impl FnMut() -> Result<T>,
    note: impl FnOnce(&mut Trace, u32, bool, &Result<T>),
) -> Result<T> {
    let happening = process.begin(effect, || what).await;
    if happening.is_some_and(|it| !it.lets_happen()) {
        return Err(failed("the store does not answer"));
    }
    let mut done = act();
    if happening == Some(Happening::Twice) {
        done = act();
    }
    let is_told = !happening.is_some_and(Happening::hides_answer);
    process.trace(|trace, number| note(trace, number, is_told, &done));
    process.end(happening).await;
    if is_told { done } else { Err(failed("the store's answer is lost")) }
}

/// The outcome of an order at Lumen, if the order has ended, when its entry is closed.
fn ended(process: &Process, location: &Location) -> Option<LumenOp> {
    let intent = location.as_ref().strip_suffix("-done.json")?.to_owned() + "-intent.json";
    let intent = process.run.ground.bucket().objects.get(&Location::from(intent))?.text.clone();
    let intent: serde_json::Value = serde_json::from_slice(&intent).ok()?;
    let reference = intent["reference"].as_str()?.to_owned();
    let ledger = process.run.ground.lumen(LUMEN)?.ledger();
    let order = ledger.orders.iter().rfind(|order| order.external_id == reference);
    let iod = order.map(|order| order.state).filter(|state| *state != OrderState::Running);
    let voice = ledger
        .voice_orders
        .iter()
        .rfind(|order| order.external_order_id.as_deref() == Some(&reference));
    let voice = voice.map(|order| order.status).filter(|status| VoiceStatus::Completed <= *status);
    let is_done = match (iod, voice) {
        (Some(state), _) => state == OrderState::Succeeded,
        (None, Some(status)) => status == VoiceStatus::Completed,
        (None, None) => return None,
    };
    Some(LumenOp::OrderEnded { reference, is_done })
}

/// The progress of a listing.
enum Listing {
    Begins,
    /// After this object.
    Continues(Location),
    Over,
}

/// A page of a listing, and how to continue.
async fn page(
    process: &Arc<Process>,
    prefix: Option<&Location>,
    after: Option<&Location>,
) -> (Vec<Result<ObjectMeta>>, Listing) {
    let found = || Ok(process.run.ground.bucket().page(prefix, after));
    let folder = prefix.map(ToString::to_string).unwrap_or_default();
    let what = format!("list {prefix:?}");
    let listed = reach(process, Effect::Read, what, found, |trace, number, _, _| {
        if after.is_none() {
            trace.list(number, &folder);
        }
    });
    match listed.await {
        Ok(found) => {
            let next = match found.last() {
                Some(last) if found.len() == LONGEST_PAGE => {
                    Listing::Continues(last.location.clone())
                }
                _ => Listing::Over,
            };
            (found.into_iter().map(Ok).collect(), next)
        }
        Err(error) => (vec![Err(error)], Listing::Over),
    }
}

fn failed(why: &str) -> Error {
    Error::Generic { store: "simulated", source: why.into() }
}

fn missing(location: &Location) -> Error {
    let source = "the object does not exist".into();
    Error::NotFound { path: location.to_string(), source }
}

#[async_trait]
impl ObjectStore for Objects {
    async fn put_opts(
        &self,
        location: &Location,
        payload: PutPayload,
        options: PutOptions,
    ) -> Result<PutResult> {
        let text: Vec<u8> = payload.iter().flatten().copied().collect();
        let must_be_new = options.mode == PutMode::Create;
        let put = || {
            let now = self.0.run.ground.now();
            let modified = DateTime::from_timestamp(now.as_second(), 0).unwrap_or_default();
            let object = Object { text: text.clone(), modified };
            if self.0.run.ground.bucket().put(location, object, must_be_new) {
                let extensions = options.extensions.clone();
                return Ok(PutResult { e_tag: None, version: None, extensions });
            }
            let source = "the object already exists".into();
            Err(Error::AlreadyExists { path: location.to_string(), source })
        };
        let effect = write_of(location.as_ref());
        reach(&self.0, effect, format!("put {location}"), put, |trace, number, is_told, put| {
            let outcome = match put {
                _ if !is_told => Outcome::Error,
                Ok(_) => Outcome::Now,
                Err(_) => Outcome::Before,
            };
            if let Some(ended) = ended(&self.0, location) {
                trace.lumen(number, ended);
            }
            trace.create(number, location.as_ref(), outcome);
        })
        .await
    }

    async fn put_multipart_opts(
        &self,
        _: &Location,
        _: PutMultipartOptions,
    ) -> Result<Box<dyn MultipartUpload>> {
        Err(failed("a journal's files are small"))
    }

    async fn get_opts(&self, location: &Location, options: GetOptions) -> Result<GetResult> {
        let found = || self.0.run.ground.bucket().objects.get(location).cloned();
        let get = || found().ok_or_else(|| missing(location));
        let what = format!("get {location}");
        let object = reach(&self.0, Effect::Read, what, get, |trace, number, _, _| {
            if options.head {
                trace.has(number, location.as_ref());
            } else {
                trace.read(number, location.as_ref());
            }
        })
        .await?;
        let meta = object.meta(location);
        let text = if options.head { Vec::new() } else { object.text };
        Ok(GetResult {
            payload: GetResultPayload::Stream(
                stream::once(futures::future::ready(Ok(text.into()))).boxed(),
            ),
            range: 0..meta.size,
            meta,
            attributes: Attributes::default(),
            extensions: Extensions::default(),
        })
    }

    fn delete_stream(
        &self,
        locations: BoxStream<'static, Result<Location>>,
    ) -> BoxStream<'static, Result<Location>> {
        let process = Arc::clone(&self.0);
        locations
            .then(move |location| {
                let process = Arc::clone(&process);
                async move {
                    let location = location?;
                    let delete = || {
                        let removed = process.run.ground.bucket().objects.remove(&location);
                        removed.map(drop).ok_or_else(|| missing(&location))
                    };
                    let what = format!("delete {location}");
                    reach(&process, Effect::Write, what, delete, |trace, number, _, _| {
                        trace.remove(number, location.as_ref());
                    })
                    .await?;
                    Ok(location)
                }
            })
            .boxed()
    }

    fn list(&self, prefix: Option<&Location>) -> BoxStream<'static, Result<ObjectMeta>> {
        let (process, prefix) = (Arc::clone(&self.0), prefix.cloned());
        let pages = stream::unfold(Listing::Begins, move |listing| {
            let (process, prefix) = (Arc::clone(&process), prefix.clone());
            async move {
                let after = match listing {
                    Listing::Begins => None,
                    Listing::Continues(after) => Some(after),
                    Listing::Over => return None,
                };
                Some(page(&process, prefix.as_ref(), after.as_ref()).await)
            }
        });
        pages.flat_map(stream::iter).boxed()
    }

    async fn list_with_delimiter(&self, _: Option<&Location>) -> Result<ListResult> {
        Err(failed("the journal lists everything below a folder"))
    }

    async fn copy_opts(&self, _: &Location, _: &Location, _: CopyOptions) -> Result<()> {
        Err(failed("the journal copies nothing"))
    }
}
