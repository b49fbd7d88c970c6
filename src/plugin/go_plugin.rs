//! The services that Terraform expects next to the provider's own: the one that stops the process,
//! and two streams that stay open and silent.

use futures::{StreamExt, stream};
use tokio_util::sync::CancellationToken;
use tonic::codegen::BoxStream;
use tonic::{Request, Response, Status, Streaming, async_trait};

use super::proto::plugin::grpc_broker_server::GrpcBroker;
use super::proto::plugin::grpc_controller_server::GrpcController;
use super::proto::plugin::grpc_stdio_server::GrpcStdio;
use super::proto::plugin::{ConnInfo, Empty, StdioData};

/// Answers for all three services; `stop` ends the server, and with it the idle streams.
#[derive(Clone)]
pub(super) struct Companions {
    pub(super) stop: CancellationToken,
    pub(super) on_shutdown: OnShutdown,
}

/// What the request to shut down means.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum OnShutdown {
    /// Terraform started the process, and ends it.
    Stop,
    /// The developer started the process, and goes on with it after each run of Terraform.
    StayUp,
}

#[async_trait]
impl GrpcController for Companions {
    async fn shutdown(&self, _: Request<Empty>) -> Result<Response<Empty>, Status> {
        if self.on_shutdown == OnShutdown::Stop {
            self.stop.cancel();
        }
        Ok(Response::new(Empty {}))
    }
}

#[async_trait]
impl GrpcStdio for Companions {
    async fn stream_stdio(&self, _: Request<()>) -> Result<Response<BoxStream<StdioData>>, Status> {
        Ok(Response::new(self.idle()))
    }
}

#[async_trait]
impl GrpcBroker for Companions {
    async fn start_stream(
        &self,
        _: Request<Streaming<ConnInfo>>,
    ) -> Result<Response<BoxStream<ConnInfo>>, Status> {
        Ok(Response::new(self.idle()))
    }
}

impl Companions {
    /// Says nothing until the server stops. Ending earlier makes Terraform log an error; ending
    /// later would hold up a graceful stop.
    fn idle<Message: Send + 'static>(&self) -> BoxStream<Message> {
        Box::pin(stream::pending().take_until(self.stop.clone().cancelled_owned()))
    }
}
