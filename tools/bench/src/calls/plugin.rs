//! A provider's process as Terraform starts it, and calls of it.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use axum::body::Bytes;
use axum::http::Request;
use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use h2::client::SendRequest;
use lumen_report::failure::{Context, Failure};
use nix::time::ClockId;
use nix::unistd::Pid;
use rustls::pki_types::{CertificateDer, ServerName};
use tempfile::TempDir;
use tokio::net::UnixStream;
use tokio_rustls::TlsConnector;

use super::message::{Message, field};
use super::tls::{self, Terraform};

const COOKIE: &str = "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2";
/// No message of these is larger, so that nothing ever waits for permission to send.
const WINDOW: u32 = 64 << 20;

/// The version of Terraform's protocol that a provider speaks. The messages that are needed here are
/// the same; the methods have other names.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Protocol {
    Five,
    Six,
}

impl Protocol {
    fn service(self) -> &'static str {
        match self {
            Protocol::Five => "tfplugin5.Provider",
            Protocol::Six => "tfplugin6.Provider",
        }
    }

    fn number(self) -> &'static str {
        match self {
            Protocol::Five => "5",
            Protocol::Six => "6",
        }
    }

    pub(crate) fn get_schema(self) -> &'static str {
        match self {
            Protocol::Five => "GetSchema",
            Protocol::Six => "GetProviderSchema",
        }
    }

    pub(crate) fn configure(self) -> &'static str {
        match self {
            Protocol::Five => "Configure",
            Protocol::Six => "ConfigureProvider",
        }
    }

    pub(crate) fn validate(self) -> &'static str {
        match self {
            Protocol::Five => "ValidateResourceTypeConfig",
            Protocol::Six => "ValidateResourceConfig",
        }
    }
}

/// A running provider, connected. It ends when this is dropped.
pub(crate) struct Plugin {
    process: Process,
    protocol: Protocol,
    http: SendRequest<Bytes>,
}

/// Killed, and its sockets removed, when this is dropped.
struct Process {
    child: Child,
    _folder: TempDir,
}

impl Drop for Process {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Plugin {
    /// Starts it and connects, on the current runtime.
    pub(crate) async fn start(
        terraform: &Terraform,
        program: &Path,
        protocol: Protocol,
        environment: &[(String, String)],
    ) -> Result<Self, Failure> {
        let folder = TempDir::with_prefix("lumen-bench-").context("no temporary folder")?;
        let child = Command::new(program)
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("TMPDIR", folder.path())
            .env("HOME", folder.path())
            .env("NO_PROXY", "127.0.0.1")
            .env("TF_PLUGIN_MAGIC_COOKIE", COOKIE)
            .env("PLUGIN_PROTOCOL_VERSIONS", protocol.number())
            .env("PLUGIN_CLIENT_CERT", tls::CERTIFICATE)
            .envs(environment.iter().map(|(name, value)| (name, value)))
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .context("the provider can't be run")?;
        let mut process = Process { child, _folder: folder };
        let mut line = String::new();
        let out = process.child.stdout.take().context("the provider has no output")?;
        BufReader::new(out).read_line(&mut line).context("the provider says nothing")?;
        let http = connect(terraform, line.trim()).await?;
        Ok(Self { process, protocol, http })
    }

    /// Calls a method, and returns the message that it answers.
    pub(crate) async fn call(&self, method: &str, message: &Message) -> Result<Bytes, Failure> {
        self.exchange(method, message).await.context(format_args!("{method} failed"))
    }

    async fn exchange(&self, method: &str, message: &Message) -> Result<Bytes, h2::Error> {
        let request =
            Request::post(format!("http://provider/{}/{method}", self.protocol.service()))
                .header("content-type", "application/grpc")
                .header("te", "trailers")
                .body(())
                .map_err(|_| h2::Reason::INTERNAL_ERROR)?;
        let mut http = self.http.clone().ready().await?;
        let (response, mut body) = http.send_request(request, false)?;
        body.send_data(framed(message.bytes()), true)?;
        let mut answer = response.await?.into_body();
        let mut received = Vec::new();
        while let Some(chunk) = answer.data().await {
            let chunk = chunk?;
            answer.flow_control().release_capacity(chunk.len())?;
            received.extend_from_slice(&chunk);
        }
        let trailers = answer.trailers().await?;
        let is_good = trailers.is_some_and(|it| it.get("grpc-status").is_some_and(|it| it == "0"));
        if !is_good {
            return Err(h2::Reason::REFUSED_STREAM.into());
        }
        Ok(Bytes::from(received).slice(5..))
    }

    /// CPU time of all its threads, also of those that have ended.
    pub(crate) fn cpu(&self) -> Result<Duration, Failure> {
        let pid = Pid::from_raw(self.process.child.id().try_into().context("no process")?);
        let time = ClockId::pid_cpu_clock_id(pid).and_then(ClockId::now);
        time.map(Duration::from).context("the provider has ended")
    }

    /// Its resident set, in KiB.
    pub(crate) fn resident_kib(&self) -> Result<u64, Failure> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.process.child.id()))
            .context("the provider has ended")?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        line.and_then(|line| line.split_whitespace().next()?.parse().ok())
            .context("the kernel does not tell its memory")
    }

    pub(crate) fn protocol(&self) -> Protocol {
        self.protocol
    }
}

/// Connects to where the provider's first line says that it is.
async fn connect(terraform: &Terraform, line: &str) -> Result<SendRequest<Bytes>, Failure> {
    let said = || format!("the provider said \"{line}\"");
    let parts: Vec<&str> = line.split('|').collect();
    let [_, _, "unix", path, "grpc", certificate] = parts[..] else {
        return Err(Failure::new(said()));
    };
    let certificate = STANDARD_NO_PAD.decode(certificate.trim_end_matches('=')).context(said())?;
    let tls = tls::settings(terraform, CertificateDer::from(certificate))?;
    let name = ServerName::try_from("localhost").context("no name")?;
    let socket = UnixStream::connect(path).await.context("the provider's socket")?;
    let stream = TlsConnector::from(tls).connect(name, socket).await.context("TLS")?;
    let (http, connection) = h2::client::Builder::new()
        .initial_window_size(WINDOW)
        .initial_connection_window_size(WINDOW)
        .handshake(stream)
        .await
        .context("HTTP/2")?;
    tokio::spawn(connection);
    Ok(http)
}

/// A message as gRPC sends it: not compressed, and its length.
fn framed(message: &[u8]) -> Bytes {
    let length = u32::try_from(message.len()).unwrap_or(u32::MAX);
    let mut framed = vec![0];
    framed.extend(length.to_be_bytes());
    framed.extend(message);
    framed.into()
}

/// Fails if an answer's diagnostics, which are its field of this number, hold an error.
pub(crate) fn check(answer: &[u8], diagnostics: u64) -> Result<(), Failure> {
    const ERROR: u64 = 1;
    for found in super::message::fields(answer).filter(|field| field.number == diagnostics) {
        let is_error = super::message::fields(found.bytes)
            .any(|field| field.number == 1 && field.value == ERROR);
        if is_error {
            let text = |number| String::from_utf8_lossy(field(found.bytes, number)).into_owned();
            return Err(Failure::new(format!("{}: {}", text(2), text(3))));
        }
    }
    Ok(())
}
