//! A Unix socket that wakes the process when there is something to read, and hardly ever else.

use std::io::{self, ErrorKind, IoSlice, Read, Write};
use std::net::Shutdown;
use std::os::unix::net;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use tokio::io::unix::AsyncFd;
use tokio::io::{AsyncRead, AsyncWrite, Interest, ReadBuf};

/// Tokio's own is also told whenever the socket can be written to, which is each time that Terraform has
/// taken an answer: one of the four system calls of a short call, and a wake-up with nothing to do.
pub(super) struct UnixStream {
    stream: AsyncFd<net::UnixStream>,
    /// The same socket while it takes no more.
    full: Option<AsyncFd<net::UnixStream>>,
}

impl UnixStream {
    pub(super) fn new(stream: tokio::net::UnixStream) -> io::Result<Self> {
        let stream = registered(stream.into_std()?, Interest::READABLE)?;
        Ok(Self { stream, full: None })
    }

    fn poll_write_with(
        &mut self,
        context: &mut Context<'_>,
        write: impl Fn(&net::UnixStream) -> io::Result<usize>,
    ) -> Poll<io::Result<usize>> {
        loop {
            match write(self.stream.get_ref()) {
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) if error.kind() == ErrorKind::WouldBlock => {
                    let full = match &mut self.full {
                        Some(full) => full,
                        none => {
                            let stream = self.stream.get_ref().try_clone()?;
                            none.insert(registered(stream, Interest::WRITABLE)?)
                        }
                    };
                    // Registered anew if it is full once more, so that nothing is missed.
                    drop(ready!(full.poll_write_ready(context))?);
                    self.full = None;
                }
                written => {
                    self.full = None;
                    return Poll::Ready(written);
                }
            }
        }
    }
}

#[expect(
    deprecated,
    reason = "sound for a socket, which keeps its descriptor; the new one is unsafe"
)]
fn registered(stream: net::UnixStream, interest: Interest) -> io::Result<AsyncFd<net::UnixStream>> {
    AsyncFd::with_interest(stream, interest)
}

impl AsyncRead for UnixStream {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let stream = &self.get_mut().stream;
        loop {
            let mut readiness = ready!(stream.poll_read_ready(context))?;
            let free = buffer.initialize_unfilled();
            let wanted = free.len();
            match readiness.try_io(|stream| stream.get_ref().read(free)) {
                Ok(Err(error)) if error.kind() == ErrorKind::Interrupted => {}
                Ok(Err(error)) => return Poll::Ready(Err(error)),
                Ok(Ok(read)) => {
                    // Less than there was room for is all that there was: no need to try again.
                    if 0 < read && read < wanted {
                        readiness.clear_ready();
                    }
                    buffer.advance(read);
                    return Poll::Ready(Ok(()));
                }
                Err(_nothing_there) => {}
            }
        }
    }
}

impl AsyncWrite for UnixStream {
    fn poll_write(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.get_mut().poll_write_with(context, |mut stream| stream.write(buffer))
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffers: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.get_mut().poll_write_with(context, |mut stream| stream.write_vectored(buffers))
    }

    fn is_write_vectored(&self) -> bool {
        true
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(match self.stream.get_ref().shutdown(Shutdown::Write) {
            Err(error) if error.kind() == ErrorKind::NotConnected => Ok(()),
            done => done,
        })
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    use super::*;

    fn pair() -> io::Result<(UnixStream, tokio::net::UnixStream)> {
        let (ours, theirs) = tokio::net::UnixStream::pair()?;
        Ok((UnixStream::new(ours)?, theirs))
    }

    #[tokio::test]
    async fn more_than_the_socket_holds_arrives_as_it_is_read() -> io::Result<()> {
        let (mut ours, mut theirs) = pair()?;
        let sent: Vec<u8> = (0..4_000_000_u32).map(|number| number.to_be_bytes()[3]).collect();

        let write = async {
            ours.write_all(&sent).await?;
            ours.shutdown().await
        };
        let mut received = Vec::new();
        let (written, read) = tokio::join!(write, theirs.read_to_end(&mut received));

        written?;
        read?;
        assert_eq!(received.len(), sent.len());
        assert!(received == sent);
        Ok(())
    }

    #[tokio::test]
    async fn what_comes_in_pieces_is_read_to_its_end() -> io::Result<()> {
        let (mut ours, mut theirs) = pair()?;
        let write = async {
            for piece in [&b"some"[..], b" words", b" in pieces"] {
                theirs.write_all(piece).await?;
                tokio::task::yield_now().await;
            }
            theirs.shutdown().await
        };

        let mut received = Vec::new();
        let (written, read) = tokio::join!(write, ours.read_to_end(&mut received));

        written?;
        assert_eq!(read?, 20);
        assert_eq!(received, b"some words in pieces");
        Ok(())
    }
}
