//! A provider process as Terraform starts it, and calls to it.

use std::fs;
use std::io::{self, BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use hyper_util::rt::TokioIo;
use nix::time::ClockId;
use nix::unistd::Pid;
use prost::Message;
use rustls::pki_types::{CertificateDer, ServerName};
use tempfile::TempDir;
use tokio::net::UnixStream;
use tokio_rustls::TlsConnector;
use tonic::Request;
use tonic::client::Grpc;
use tonic::codegen::http::uri::PathAndQuery;
use tonic::transport::{Channel, Endpoint};
use tonic_prost::ProstCodec;
use tower::service_fn;

use self::tfplugin6::Diagnostic;
use self::tfplugin6::diagnostic::Severity;
use super::tls::{self, Terraform};
use lumen_report::failure::{Context, Failure};

/// The messages of Terraform's protocol, version 6.
#[expect(
    unreachable_pub,
    clippy::allow_attributes,
    clippy::pedantic,
    reason = "generated code: style is the generator's"
)]
#[allow(
    dead_code,
    reason = "few of the messages are used; `expect` does not see those that are not"
)]
pub(crate) mod tfplugin6 {
    tonic::include_proto!("tfplugin6");
}

const COOKIE: &str = "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2";
/// The flow-control window. No message is larger than this, so that sending never waits for a window update.
const WINDOW: u32 = 64 << 20;
const LARGEST_MESSAGE: usize = WINDOW as usize;

/// The version of Terraform's protocol that a provider speaks. The messages that are needed here have the
/// same fields in both versions, but the methods have different names.
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
    channel: Channel,
}

/// Killed, and its sockets removed, when this is dropped.
struct Process {
    child: Child,
    _folder: TempDir,
}

impl Drop for Process {
    fn drop(&mut self) {
        // The process may already have ended.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Plugin {
    /// Starts it, and connects to it on the current runtime.
    pub(crate) async fn start(
        terraform: &Terraform,
        program: &Path,
        protocol: Protocol,
        environment: &[(String, String)],
    ) -> Result<Self, Failure> {
        let folder =
            TempDir::with_prefix("lumen-bench-").context("a temporary folder can't be created")?;
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
        BufReader::new(out).read_line(&mut line).context("the provider prints no handshake")?;
        let channel = connect(terraform, line.trim()).await?;
        Ok(Self { process, protocol, channel })
    }

    /// Calls a method, and returns its answer.
    pub(crate) async fn call<Asked, Answer>(
        &self,
        method: &str,
        message: Asked,
    ) -> Result<Answer, Failure>
    where
        Asked: Message + 'static,
        Answer: Message + Default + 'static,
    {
        let path = format!("/{}/{method}", self.protocol.service());
        let path: PathAndQuery = path.parse().context("the path of the method is invalid")?;
        let mut grpc = Grpc::new(self.channel.clone()).max_decoding_message_size(LARGEST_MESSAGE);
        grpc.ready().await.context("the provider is gone")?;
        let codec = ProstCodec::<Asked, Answer>::default();
        let answer = grpc.unary(Request::new(message), path, codec).await;
        Ok(answer.context(format_args!("{method} failed"))?.into_inner())
    }

    /// The CPU time of all its threads, including threads that have ended.
    pub(crate) fn cpu(&self) -> Result<Duration, Failure> {
        let pid =
            Pid::from_raw(self.process.child.id().try_into().context("the process id is invalid")?);
        let time = ClockId::pid_cpu_clock_id(pid).and_then(ClockId::now);
        time.map(Duration::from).context("the provider has ended")
    }

    /// The size of its resident set, in KiB.
    pub(crate) fn resident_kib(&self) -> Result<u64, Failure> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.process.child.id()))
            .context("the provider has ended")?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        line.and_then(|line| line.split_whitespace().next()?.parse().ok())
            .context("the kernel does not report its memory")
    }

    pub(crate) fn protocol(&self) -> Protocol {
        self.protocol
    }
}

/// Connects to the address in the provider's first line.
async fn connect(terraform: &Terraform, line: &str) -> Result<Channel, Failure> {
    let said = || format!("the provider printed \"{line}\"");
    let parts: Vec<&str> = line.split('|').collect();
    let [_, _, "unix", path, "grpc", certificate] = parts[..] else {
        return Err(Failure::new(said()));
    };
    let certificate = STANDARD_NO_PAD.decode(certificate.trim_end_matches('=')).context(said())?;
    let tls = TlsConnector::from(tls::settings(terraform, CertificateDer::from(certificate))?);
    let path = path.to_owned();
    let connect = service_fn(move |_| {
        let (tls, path) = (tls.clone(), path.clone());
        async move {
            let socket = UnixStream::connect(path).await?;
            let name = ServerName::try_from("localhost").map_err(io::Error::other)?;
            tls.connect(name, socket).await.map(TokioIo::new)
        }
    });
    Endpoint::from_static("http://localhost")
        .initial_stream_window_size(WINDOW)
        .initial_connection_window_size(WINDOW)
        .connect_with_connector(connect)
        .await
        .context("the provider can't be connected to")
}

/// Fails if an answer's diagnostics contain an error.
pub(crate) fn check(diagnostics: &[Diagnostic]) -> Result<(), Failure> {
    let error = diagnostics.iter().find(|it| it.severity() == Severity::Error);
    error.map_or(Ok(()), |it| Err(Failure::new(format!("{}: {}", it.summary, it.detail))))
}
