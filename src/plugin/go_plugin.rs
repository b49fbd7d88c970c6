//! The services of the library `go-plugin`, which Terraform expects in every plugin: one that
//! stops the process, and two streams that must stay open.

use futures::{StreamExt, stream};
use tokio_util::sync::CancellationToken;
use tonic::codegen::BoxStream;
use tonic::{Request, Response, Status, Streaming, async_trait};

use super::proto::plugin::grpc_broker_server::GrpcBroker;
use super::proto::plugin::grpc_controller_server::GrpcController;
use super::proto::plugin::grpc_stdio_server::GrpcStdio;
use super::proto::plugin::{ConnInfo, Empty, StdioData};

/// All three services. Cancelling `stop` ends the server and the idle streams.
#[derive(Clone)]
pub(super) struct GoPlugin {
    pub(super) stop: CancellationToken,
    pub(super) on_shutdown: OnShutdown,
}

/// The effect of Terraform's request to shut down.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum OnShutdown {
    /// The process ends, because Terraform started it.
    Stop,
    /// The process continues, because a developer started it for several runs of Terraform.
    Continue,
}

#[async_trait]
impl GrpcController for GoPlugin {
    async fn shutdown(&self, _: Request<Empty>) -> Result<Response<Empty>, Status> {
        if self.on_shutdown == OnShutdown::Stop {
            self.stop.cancel();
        }
        Ok(Response::new(Empty {}))
    }
}

#[async_trait]
impl GrpcStdio for GoPlugin {
    async fn stream_stdio(&self, _: Request<()>) -> Result<Response<BoxStream<StdioData>>, Status> {
        Ok(Response::new(self.idle()))
    }
}

#[async_trait]
impl GrpcBroker for GoPlugin {
    async fn start_stream(
        &self,
        _: Request<Streaming<ConnInfo>>,
    ) -> Result<Response<BoxStream<ConnInfo>>, Status> {
        Ok(Response::new(self.idle()))
    }
}

impl GoPlugin {
    /// A stream without messages, which ends when the server stops. If it ended earlier, Terraform
    /// would log an error; if it ended later, it would delay a graceful stop.
    fn idle<Message: Send + 'static>(&self) -> BoxStream<Message> {
        Box::pin(stream::pending().take_until(self.stop.clone().cancelled_owned()))
    }
}
