//! An S3 server on this machine: moto, from the Python Package Index.

use std::fs::{self, File};
use std::io::{Read as _, Write as _};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Mutex;
use std::thread;
use std::time::{Duration, Instant};

use lumen_report::failure::{Context, Failure};
use rustix::process::{Pid, Signal, kill_process};

const BUCKET: &str = "orders";
/// How long the server may take to start, and to answer a request.
const TIMEOUT: Duration = Duration::from_secs(30);
/// The server requires a signature, but does not verify it.
const SIGNATURE: &str = "Authorization: AWS4-HMAC-SHA256 Credential=chaos/20260101/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=0";

/// Installs the server into a folder unless it is already installed, and returns the path of its program.
pub(crate) fn install(folder: &Path) -> Result<PathBuf, Failure> {
    let program = folder.join("bin").join("moto_server");
    if program.is_file() {
        return Ok(program);
    }
    fs::create_dir_all(folder).context("the folder for the S3 server can't be created")?;
    let python = |program: &Path, arguments: &[&str]| {
        let done = Command::new(program).args(arguments).stdin(Stdio::null()).output();
        match done {
            Ok(done) if done.status.success() => Ok(()),
            Ok(done) => Err(Failure::new(String::from_utf8_lossy(&done.stderr).trim().to_owned())),
            Err(error) => Err(Failure::new(format!("{} can't be run: {error}", program.display()))),
        }
    };
    python(Path::new("python3"), &["-m", "venv", &folder.display().to_string()])?;
    python(&folder.join("bin").join("pip"), &["install", "--quiet", "moto[server]==5.2.5"])?;
    Ok(program)
}

/// A server with one bucket. It ends when this is dropped.
pub(crate) struct S3Server {
    program: PathBuf,
    port: u16,
    log: PathBuf,
    process: Mutex<Option<Child>>,
}

impl S3Server {
    /// A server that is not started yet. It writes its log to a folder.
    pub(crate) fn new(program: &Path, folder: &Path) -> Result<Self, Failure> {
        let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
            .and_then(|listener| listener.local_addr())
            .context("there is no free port")?
            .port();
        let log = folder.join(format!("s3-{port}.log"));
        Ok(Self { program: program.into(), port, log, process: Mutex::new(None) })
    }

    /// Starts the server, and checks that it honors `If-None-Match`, which the journal relies on.
    pub(crate) fn start(&self) -> Result<(), Failure> {
        let log = File::create(&self.log).context("the log of the S3 server can't be created")?;
        let process = Command::new(&self.program)
            .args(["--host", "127.0.0.1", "--port", &self.port.to_string()])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(log)
            .spawn()
            .context("the S3 server can't be started")?;
        *self.lock() = Some(process);
        let deadline = Instant::now() + TIMEOUT;
        while TcpStream::connect((Ipv4Addr::LOCALHOST, self.port)).is_err() {
            if deadline < Instant::now() {
                return Err(Failure::new("the S3 server does not start"));
            }
            thread::sleep(Duration::from_millis(50));
        }
        self.call("PUT", &format!("/{BUCKET}"), "", "")?;
        let absent = "If-None-Match: *\r\n";
        let probe = format!("/{BUCKET}/probe");
        let created = [(); 2].map(|()| self.call("PUT", &probe, absent, "x").map(|(code, _)| code));
        match created {
            [Ok(200), Ok(412)] => Ok(()),
            other => Err(Failure::new(format!("the S3 server ignores If-None-Match: {other:?}"))),
        }
    }

    /// Suspends the server, so that requests get no answer.
    pub(crate) fn hang(&self) {
        self.signal(Signal::STOP);
    }

    /// Resumes the server.
    pub(crate) fn resume(&self) {
        self.signal(Signal::CONT);
    }

    /// The variables that set the location of a journal for the provider.
    pub(crate) fn environment(&self, prefix: &str) -> Vec<(&'static str, String)> {
        vec![
            ("LUMEN_ORDER_JOURNAL", format!("s3://{BUCKET}/{prefix}")),
            ("AWS_ENDPOINT_URL", format!("http://127.0.0.1:{}", self.port)),
            ("AWS_ALLOW_HTTP", "true".into()),
            ("AWS_REGION", "us-east-1".into()),
            ("AWS_ACCESS_KEY_ID", "chaos".into()),
            ("AWS_SECRET_ACCESS_KEY", "chaos".into()),
        ]
    }

    /// Every object under a prefix, with its key.
    pub(crate) fn objects(&self, prefix: &str) -> Result<Vec<(String, String)>, Failure> {
        let (_, list) =
            self.call("GET", &format!("/{BUCKET}?list-type=2&prefix={prefix}/"), "", "")?;
        let keys = list.split("<Key>").skip(1).filter_map(|rest| rest.split("</Key>").next());
        keys.map(|key| {
            let (_, text) = self.call("GET", &format!("/{BUCKET}/{key}"), "", "")?;
            Ok((key.to_owned(), text))
        })
        .collect()
    }

    /// Replaces an object.
    pub(crate) fn put(&self, key: &str, text: &str) -> Result<(), Failure> {
        self.call("PUT", &format!("/{BUCKET}/{key}"), "", text).map(drop)
    }

    /// Sends an HTTP/1.0 request, so that the end of the connection marks the end of the answer.
    fn call(
        &self,
        method: &str,
        path: &str,
        headers: &str,
        body: &str,
    ) -> Result<(u16, String), Failure> {
        let exchange = || -> std::io::Result<String> {
            let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, self.port))?;
            stream.set_read_timeout(Some(TIMEOUT))?;
            write!(
                stream,
                "{method} {path} HTTP/1.0\r\nHost: 127.0.0.1:{}\r\n{SIGNATURE}\r\n{headers}Content-Length: {}\r\n\r\n{body}",
                self.port,
                body.len()
            )?;
            let mut answer = String::new();
            stream.read_to_string(&mut answer)?;
            Ok(answer)
        };
        let answer = exchange().context("the S3 server does not answer")?;
        let (head, body) =
            answer.split_once("\r\n\r\n").context("the answer of the S3 server is malformed")?;
        let code = head.split(' ').nth(1).and_then(|code| code.parse().ok());
        Ok((code.context("the answer of the S3 server is malformed")?, body.to_owned()))
    }

    fn signal(&self, signal: Signal) {
        let pid =
            self.lock().as_ref().and_then(|process| Pid::from_raw(process.id().try_into().ok()?));
        if let Some(pid) = pid {
            // The process has not been waited for, so its id still belongs to it, even if it has ended.
            let _ = kill_process(pid, signal);
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Option<Child>> {
        self.process.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

impl Drop for S3Server {
    fn drop(&mut self) {
        if let Some(process) = self.lock().as_mut() {
            let _ = process.kill();
            let _ = process.wait();
        }
    }
}
