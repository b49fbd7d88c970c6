//! The socket that Terraform connects to: a Unix socket in its own folder, or a port on the loopback
//! interface if a Unix socket can't be opened.

use std::fmt::{self, Display, Formatter};
use std::io::{self, IoSlice};
use std::net::{Ipv4Addr, SocketAddr};
#[cfg(unix)]
use std::path::PathBuf;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use futures::{Stream, StreamExt, stream};
use tempfile::TempDir;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpListener;
#[cfg(unix)]
use tokio::net::UnixListener;
use tokio::time;
use tokio_rustls::TlsAcceptor;
use tonic::transport::server::Connected;

/// The environment variable with the folder in which the parent process wants the socket.
#[cfg(unix)]
const SOCKET_FOLDER: &str = "PLUGIN_UNIX_SOCKET_DIR";

/// The limits for TLS handshakes: another client that connects and sends nothing must not block Terraform.
const HANDSHAKES_AT_ONCE: usize = 16;
const HANDSHAKE_TIMEOUT: Duration = Duration::from_secs(10);

/// The pause after a failed accept. The process is probably out of file descriptors, and some of them will
/// be closed soon.
const PAUSE_AFTER_FAILED_ACCEPT: Duration = Duration::from_millis(50);

/// An open socket, and the folder that disappears with it.
pub(super) struct Listener {
    pub(super) socket: Socket,
    pub(super) address: Address,
    /// This folder and the socket's file in it are removed when the listener is dropped.
    _folder: Option<TempDir>,
}

pub(super) enum Socket {
    #[cfg(unix)]
    Unix(UnixListener),
    Tcp(TcpListener),
}

/// The address of a listener, as the handshake announces it.
#[derive(Clone, Debug)]
pub(super) enum Address {
    #[cfg(unix)]
    Unix(PathBuf),
    Tcp(SocketAddr),
}

impl Address {
    pub(super) fn network(&self) -> &'static str {
        match self {
            #[cfg(unix)]
            Self::Unix(_) => "unix",
            Self::Tcp(_) => "tcp",
        }
    }
}

impl Display for Address {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        match self {
            #[cfg(unix)]
            Self::Unix(path) => path.display().fmt(formatter),
            Self::Tcp(address) => address.fmt(formatter),
        }
    }
}

impl Listener {
    /// Opens a Unix socket. If that fails, for example because the path is longer than 104 or 108 bytes
    /// (depending on the system), opens a port on the loopback interface.
    pub(super) async fn open() -> io::Result<Self> {
        #[cfg(unix)]
        if let Ok(listener) = Self::open_unix(std::env::var_os(SOCKET_FOLDER).map(PathBuf::from)) {
            return Ok(listener);
        }
        Self::open_loopback().await
    }

    #[cfg(unix)]
    fn open_unix(parent: Option<PathBuf>) -> io::Result<Self> {
        use std::fs::Permissions;
        use std::os::unix::fs::PermissionsExt;

        // The folder keeps other users out, whatever the socket's own mode is.
        let folder = tempfile::Builder::new()
            .prefix("plugin-")
            .permissions(Permissions::from_mode(0o700))
            .tempdir_in(
                parent
                    .filter(|path| !path.as_os_str().is_empty())
                    .unwrap_or_else(std::env::temp_dir),
            )?;
        let path = folder.path().join("socket");
        let socket = Socket::Unix(UnixListener::bind(&path)?);
        Ok(Self { socket, address: Address::Unix(path), _folder: Some(folder) })
    }

    async fn open_loopback() -> io::Result<Self> {
        let socket = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let address = Address::Tcp(socket.local_addr()?);
        Ok(Self { socket: Socket::Tcp(socket), address, _folder: None })
    }
}

impl Socket {
    /// All connections. With `tls`, each of them appears once its handshake has succeeded.
    pub(super) fn connections(
        self,
        tls: Option<TlsAcceptor>,
    ) -> impl Stream<Item = io::Result<Connection>> + Send {
        stream::unfold(self, async |socket| {
            let accepted = socket.accept().await;
            if accepted.is_err() {
                time::sleep(PAUSE_AFTER_FAILED_ACCEPT).await;
            }
            Some((accepted, socket))
        })
        .map(move |accepted| secured(accepted, tls.clone()))
        .buffer_unordered(HANDSHAKES_AT_ONCE)
        // One client's failure is no reason to stop serving the others.
        .filter_map(async |secured| secured.ok().map(Ok))
    }

    async fn accept(&self) -> io::Result<Connection> {
        match self {
            #[cfg(unix)]
            Self::Unix(listener) => Ok(Connection::new(listener.accept().await?.0)),
            Self::Tcp(listener) => {
                let stream = listener.accept().await?.0;
                stream.set_nodelay(true)?;
                Ok(Connection::new(stream))
            }
        }
    }
}

async fn secured(
    accepted: io::Result<Connection>,
    tls: Option<TlsAcceptor>,
) -> io::Result<Connection> {
    let Some(tls) = tls else { return accepted };
    let stream = time::timeout(HANDSHAKE_TIMEOUT, tls.accept(accepted?)).await??;
    Ok(Connection::new(stream))
}

/// A stream of any kind, in the form that tonic accepts.
pub(super) struct Connection(Pin<Box<dyn Duplex>>);

trait Duplex: AsyncRead + AsyncWrite + Send {}
impl<Stream: AsyncRead + AsyncWrite + Send> Duplex for Stream {}

impl Connection {
    fn new(stream: impl Duplex + 'static) -> Self {
        Self(Box::pin(stream))
    }
}

impl Connected for Connection {
    type ConnectInfo = ();

    fn connect_info(&self) {}
}

impl AsyncRead for Connection {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        self.0.as_mut().poll_read(context, buffer)
    }
}

impl AsyncWrite for Connection {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.0.as_mut().poll_write(context, buffer)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffers: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.0.as_mut().poll_write_vectored(context, buffers)
    }

    fn is_write_vectored(&self) -> bool {
        self.0.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.0.as_mut().poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.0.as_mut().poll_shutdown(context)
    }
}

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[tokio::test]
    async fn the_socket_lies_in_a_private_folder_that_goes_with_it() -> io::Result<()> {
        let listener = Listener::open_unix(None)?;
        let Address::Unix(path) = listener.address.clone() else {
            return Err(io::ErrorKind::Other.into());
        };
        let folder = path.parent().map(PathBuf::from).unwrap_or_default();

        assert_eq!(folder.metadata()?.permissions().mode() & 0o777, 0o700);

        drop(listener);
        assert!(!folder.exists());
        Ok(())
    }

    #[tokio::test]
    async fn a_path_too_long_for_a_socket_is_an_error_and_leaves_no_folder() -> io::Result<()> {
        let parent = tempfile::Builder::new().prefix(&"x".repeat(100)).tempdir()?;

        assert!(Listener::open_unix(Some(parent.path().into())).is_err());

        assert_eq!(parent.path().read_dir()?.count(), 0);
        Ok(())
    }
}
