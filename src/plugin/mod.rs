//! Terraform's plugin protocol: how Terraform starts the process of a provider, calls it and stops
//! it.
//!
//! This is the only part that sees protobuf. `handshake` and `listener` make the connection, `service` has a
//! method for each RPC, and `rpc` turns the RPC into a call of the [`Registry`], using `codec` and `convert`
//! for its messages. `go_plugin` has the services that every plugin offers, and `signals` decides when the
//! process ends.

mod answer;
pub mod codec;
mod convert;
mod go_plugin;
mod handshake;
mod listener;
mod log;
pub mod proto;
mod rpc;
mod schemas;
mod service;
mod signals;
mod state;
#[cfg(all(test, unix))]
mod tests;

use std::error::Error;
use std::io::Write;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;
use std::{env, io, iter, process};

use serde_json::json;
use tokio::time;
use tokio_rustls::TlsAcceptor;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tonic::transport::Server;

use crate::framework::Registry;

use go_plugin::{GoPlugin, OnShutdown};
use handshake::{Handshake, HandshakeError};
use listener::{Address, Listener};
use proto::plugin::grpc_broker_server::GrpcBrokerServer;
use proto::plugin::grpc_controller_server::GrpcControllerServer;
use proto::plugin::grpc_stdio_server::GrpcStdioServer;
use proto::tfplugin6::provider_server::{Provider, ProviderServer};
use service::Service;

/// The largest message in bytes. The default of gRPC is too small: a plan has three copies of a
/// resource, and the schemas have all of the documentation.
const LARGEST_MESSAGE: usize = 256 << 20;

/// How long running calls may take after Terraform asks the plugin to stop. Terraform kills it
/// after two seconds.
const GRACE: Duration = Duration::from_millis(1500);

/// How long running calls may take after Terraform has died. Nothing kills the plugin then, and no
/// other process can record the response to a request that is still in progress.
const ORPHAN_GRACE: Duration = Duration::from_secs(5);

/// A provider as a plugin: its objects, and its names in Terraform.
pub struct Plugin {
    /// The source address under which configurations require the provider, such as
    /// `registry.terraform.io/example/toy`.
    pub address: &'static str,
    /// The name of the provider in Terraform's log.
    pub module: &'static str,
    /// The objects of the provider.
    pub registry: Registry,
}

/// Serves Terraform until it stops the process or dies. With the argument `-debug`, serves until
/// Ctrl-C.
///
/// Nothing else may write to stdout, because Terraform reads the address of the plugin from it.
pub async fn serve(plugin: Plugin) -> ExitCode {
    log::start(plugin.module);
    let debug = env::args().skip(1).any(|argument| argument == "-debug" || argument == "--debug");
    let served = if debug {
        serve_debugger(plugin.registry, plugin.address).await
    } else {
        serve_terraform(plugin.registry).await
    };
    match served {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{}", with_causes(&error));
            ExitCode::FAILURE
        }
    }
}

/// The RPCs of a provider without a process and a socket, for tests.
#[must_use]
pub fn service(registry: Registry) -> ProviderServer<impl Provider> {
    provider_server(Service::new(Arc::new(registry), TaskTracker::new()))
}

fn provider_server(service: Service) -> ProviderServer<Service> {
    ProviderServer::new(service)
        .max_decoding_message_size(LARGEST_MESSAGE)
        .max_encoding_message_size(LARGEST_MESSAGE)
}

/// The reason why the plugin can't serve, or stopped serving.
#[derive(Debug, thiserror::Error)]
enum ServeError {
    #[error(transparent)]
    Handshake(#[from] HandshakeError),
    #[error("cannot offer Terraform a connection")]
    Connection(#[from] io::Error),
    #[error(
        "cannot serve Terraform without TLS where other users of this machine could connect; unset \
         TF_DISABLE_PLUGIN_TLS"
    )]
    Unprotected,
    #[error("cannot serve Terraform")]
    Transport(#[from] tonic::transport::Error),
}

fn with_causes(error: &dyn Error) -> String {
    let causes = iter::successors(error.source(), |&cause| cause.source());
    causes.fold(error.to_string(), |text, cause| format!("{text}: {cause}"))
}

async fn serve_terraform(registry: Registry) -> Result<(), ServeError> {
    let identity = Handshake::from_environment()?.identity()?;
    // The signals are handled before Terraform knows the process, so that none can end it early.
    let _interrupts = signals::ignore_interrupts()?;
    let (terminated, orphaned) = (signals::terminated()?, signals::orphaned());

    let listener = Listener::open().await?;
    if identity.is_none() && matches!(listener.address, Address::Tcp(_)) {
        return Err(ServeError::Unprotected);
    }
    handshake::announce(&listener.address, identity.as_ref())?;
    let tls = identity.map(|identity| TlsAcceptor::from(identity.tls));
    let end = async {
        tokio::select! {
            () = terminated => (),
            () = orphaned => (),
        }
    };
    run(registry, listener, tls, OnShutdown::Stop, end).await
}

async fn serve_debugger(registry: Registry, source_address: &str) -> Result<(), ServeError> {
    let terminated = signals::terminated()?;
    let listener = Listener::open().await?;
    eprintln!(
        "The provider is running. To attach Terraform to it, set this variable in another \
         terminal; to stop it, press Ctrl-C."
    );
    let mut stdout = io::stdout();
    writeln!(stdout, "TF_REATTACH_PROVIDERS='{}'", reattach(source_address, &listener.address))?;
    stdout.flush()?;
    let end = async {
        tokio::select! {
            () = terminated => (),
            _ = tokio::signal::ctrl_c() => (),
        }
    };
    run(registry, listener, None, OnShutdown::Continue, end).await
}

/// The value of `TF_REATTACH_PROVIDERS`, by which Terraform finds a provider that it did not start.
fn reattach(source_address: &str, address: &Address) -> serde_json::Value {
    json!({
        source_address: {
            "Protocol": "grpc",
            "ProtocolVersion": 6,
            "Pid": process::id(),
            "Test": true,
            "Addr": { "Network": address.network(), "String": address.to_string() },
        }
    })
}

/// Serves until the client shuts the server down or `end` completes. Running calls are then
/// stopped, and have [`GRACE`] or [`ORPHAN_GRACE`] to say what exists. At the end the socket is
/// removed.
async fn run(
    registry: Registry,
    listener: Listener,
    tls: Option<TlsAcceptor>,
    on_shutdown: OnShutdown,
    end: impl Future<Output = ()>,
) -> Result<(), ServeError> {
    let registry = Arc::new(registry);
    let calls = TaskTracker::new();
    let stop = CancellationToken::new();
    let go_plugin = GoPlugin { stop: stop.clone(), on_shutdown };

    let server = Server::builder()
        .add_service(provider_server(Service::new(Arc::clone(&registry), calls.clone())))
        .add_service(GrpcControllerServer::new(go_plugin.clone()))
        .add_service(GrpcStdioServer::new(go_plugin.clone()))
        .add_service(GrpcBrokerServer::new(go_plugin))
        .serve_with_incoming_shutdown(listener.socket.connections(tls), stop.cancelled());
    let finished = async {
        let ended = server.await;
        calls.close();
        calls.wait().await;
        ended
    };
    let out_of_time = async {
        let grace = tokio::select! {
            () = end => ORPHAN_GRACE,
            () = stop.cancelled() => GRACE,
        };
        stop.cancel();
        registry.stop();
        time::sleep(grace).await;
    };
    tokio::select! {
        ended = finished => Ok(ended?),
        () = out_of_time => Ok(()),
    }
}
