//! A short method for each RPC, which delegates to `rpc`.
//!
//! RPCs that are missing here respond with "unimplemented". Terraform does not call them, because
//! none of the objects here needs them.

use std::sync::Arc;

use tokio::sync::mpsc;
use tokio_util::task::TaskTracker;
use tonic::codegen::BoxStream;
use tonic::{Request, Response, Status, async_trait};

use crate::framework::{Diagnostic, Registry};

use super::answer::{Answer, answer, stream};
use super::proto::tfplugin6::provider_server::Provider;
use super::proto::tfplugin6::{
    apply_resource_change, call_function, close_ephemeral_resource, configure_provider,
    generate_resource_config, get_functions, get_metadata, get_provider_schema,
    get_resource_identity_schemas, import_resource_state, invoke_action, list_resource,
    move_resource_state, open_ephemeral_resource, plan_action, plan_resource_change,
    read_data_source, read_resource, renew_ephemeral_resource, stop_provider,
    upgrade_resource_identity, upgrade_resource_state, validate_action_config,
    validate_data_resource_config, validate_ephemeral_resource_config,
    validate_list_resource_config, validate_provider_config, validate_resource_config,
};
use super::rpc::{action, data_source, ephemeral, function, list, provider, resource};
use super::schemas;

type Answered<Message> = Result<Response<Message>, Status>;

/// The gRPC service of one provider.
#[derive(Clone)]
pub(super) struct Service {
    registry: Arc<Registry>,
    calls: TaskTracker,
}

impl Service {
    /// Serves the objects of the registry. `calls` tracks the running calls, so that the process
    /// can wait for them before it ends.
    pub(super) fn new(registry: Arc<Registry>, calls: TaskTracker) -> Self {
        Self { registry, calls }
    }

    /// Responds with the result of the call. After an error or a panic, responds with `otherwise`
    /// and a diagnostic.
    async fn answer<A, Call>(
        &self,
        otherwise: A,
        call: impl FnOnce(Arc<Registry>) -> Call,
    ) -> Answered<A>
    where
        A: Answer,
        Call: Future<Output = Result<A, Diagnostic>> + Send + 'static,
    {
        let call = call(Arc::clone(&self.registry));
        Ok(Response::new(answer(&self.calls, otherwise, call).await))
    }

    /// Responds with the events of the call. After an error or a panic, the last event has a
    /// diagnostic.
    fn stream<Event, Call>(
        &self,
        call: impl FnOnce(Arc<Registry>, mpsc::Sender<Event>) -> Call,
    ) -> Response<BoxStream<Event>>
    where
        Event: Answer,
        Call: Future<Output = Result<(), Diagnostic>> + Send + 'static,
    {
        let registry = Arc::clone(&self.registry);
        Response::new(stream(&self.calls, |events| call(registry, events)))
    }
}

#[async_trait]
impl Provider for Service {
    async fn get_metadata(
        &self,
        _: Request<get_metadata::Request>,
    ) -> Answered<get_metadata::Response> {
        Ok(Response::new(schemas::metadata(&self.registry)))
    }

    async fn get_functions(
        &self,
        _: Request<get_functions::Request>,
    ) -> Answered<get_functions::Response> {
        Ok(Response::new(schemas::functions(&self.registry)))
    }

    async fn call_function(
        &self,
        request: Request<call_function::Request>,
    ) -> Answered<call_function::Response> {
        let request = request.into_inner();
        let otherwise = call_function::Response::default();
        self.answer(otherwise, async move |registry| function::call(&registry, &request)).await
    }

    async fn get_provider_schema(
        &self,
        _: Request<get_provider_schema::Request>,
    ) -> Answered<get_provider_schema::Response> {
        let otherwise = get_provider_schema::Response::default();
        self.answer(otherwise, async move |registry| Ok(schemas::schemas(&registry))).await
    }

    async fn get_resource_identity_schemas(
        &self,
        _: Request<get_resource_identity_schemas::Request>,
    ) -> Answered<get_resource_identity_schemas::Response> {
        let otherwise = get_resource_identity_schemas::Response::default();
        self.answer(otherwise, async move |registry| Ok(schemas::identity_schemas(&registry))).await
    }

    async fn validate_provider_config(
        &self,
        request: Request<validate_provider_config::Request>,
    ) -> Answered<validate_provider_config::Response> {
        let request = request.into_inner();
        let otherwise = validate_provider_config::Response::default();
        self.answer(otherwise, async move |registry| provider::validate(&registry, &request)).await
    }

    async fn configure_provider(
        &self,
        request: Request<configure_provider::Request>,
    ) -> Answered<configure_provider::Response> {
        let request = request.into_inner();
        let otherwise = configure_provider::Response::default();
        self.answer(otherwise, async move |registry| provider::configure(&registry, request).await)
            .await
    }

    async fn validate_resource_config(
        &self,
        request: Request<validate_resource_config::Request>,
    ) -> Answered<validate_resource_config::Response> {
        let request = request.into_inner();
        let otherwise = validate_resource_config::Response::default();
        self.answer(otherwise, async move |registry| resource::validate(&registry, &request)).await
    }

    async fn upgrade_resource_state(
        &self,
        request: Request<upgrade_resource_state::Request>,
    ) -> Answered<upgrade_resource_state::Response> {
        let request = request.into_inner();
        let otherwise = upgrade_resource_state::Response::default();
        self.answer(otherwise, async move |registry| resource::upgrade(&registry, &request)).await
    }

    async fn upgrade_resource_identity(
        &self,
        request: Request<upgrade_resource_identity::Request>,
    ) -> Answered<upgrade_resource_identity::Response> {
        let request = request.into_inner();
        let otherwise = upgrade_resource_identity::Response::default();
        self.answer(otherwise, async move |registry| {
            resource::upgrade_identity(&registry, &request)
        })
        .await
    }

    /// After an error, the response has the object as it was. Without it, Terraform would remove the object
    /// from the state.
    async fn read_resource(
        &self,
        request: Request<read_resource::Request>,
    ) -> Answered<read_resource::Response> {
        let request = request.into_inner();
        let otherwise = read_resource::Response {
            new_state: request.current_state.clone(),
            private: request.private.clone(),
            new_identity: request.current_identity.clone(),
            ..read_resource::Response::default()
        };
        self.answer(otherwise, async move |registry| resource::read(&registry, request).await).await
    }

    async fn plan_resource_change(
        &self,
        request: Request<plan_resource_change::Request>,
    ) -> Answered<plan_resource_change::Response> {
        let request = request.into_inner();
        let otherwise = plan_resource_change::Response::default();
        self.answer(otherwise, async move |registry| resource::plan(&registry, request).await).await
    }

    /// After an error of the provider, the prior object and its private data stay in the state.
    async fn apply_resource_change(
        &self,
        request: Request<apply_resource_change::Request>,
    ) -> Answered<apply_resource_change::Response> {
        let request = request.into_inner();
        let otherwise = apply_resource_change::Response {
            new_state: request.prior_state.clone(),
            private: request.planned_private.clone(),
            new_identity: request.planned_identity.clone(),
            ..apply_resource_change::Response::default()
        };
        self.answer(otherwise, async move |registry| resource::apply(&registry, request).await)
            .await
    }

    async fn import_resource_state(
        &self,
        request: Request<import_resource_state::Request>,
    ) -> Answered<import_resource_state::Response> {
        let request = request.into_inner();
        let otherwise = import_resource_state::Response::default();
        self.answer(otherwise, async move |registry| resource::import(&registry, request).await)
            .await
    }

    async fn move_resource_state(
        &self,
        request: Request<move_resource_state::Request>,
    ) -> Answered<move_resource_state::Response> {
        let request = request.into_inner();
        let otherwise = move_resource_state::Response::default();
        self.answer(otherwise, async move |registry| resource::move_state(&registry, &request))
            .await
    }

    async fn generate_resource_config(
        &self,
        request: Request<generate_resource_config::Request>,
    ) -> Answered<generate_resource_config::Response> {
        let request = request.into_inner();
        let otherwise = generate_resource_config::Response::default();
        self.answer(otherwise, async move |registry| resource::generate_config(&registry, &request))
            .await
    }

    async fn validate_data_resource_config(
        &self,
        request: Request<validate_data_resource_config::Request>,
    ) -> Answered<validate_data_resource_config::Response> {
        let request = request.into_inner();
        let otherwise = validate_data_resource_config::Response::default();
        self.answer(otherwise, async move |registry| data_source::validate(&registry, &request))
            .await
    }

    async fn read_data_source(
        &self,
        request: Request<read_data_source::Request>,
    ) -> Answered<read_data_source::Response> {
        let request = request.into_inner();
        let otherwise = read_data_source::Response::default();
        self.answer(otherwise, async move |registry| data_source::read(&registry, request).await)
            .await
    }

    async fn validate_ephemeral_resource_config(
        &self,
        request: Request<validate_ephemeral_resource_config::Request>,
    ) -> Answered<validate_ephemeral_resource_config::Response> {
        let request = request.into_inner();
        let otherwise = validate_ephemeral_resource_config::Response::default();
        self.answer(otherwise, async move |registry| ephemeral::validate(&registry, &request)).await
    }

    async fn open_ephemeral_resource(
        &self,
        request: Request<open_ephemeral_resource::Request>,
    ) -> Answered<open_ephemeral_resource::Response> {
        let request = request.into_inner();
        let otherwise = open_ephemeral_resource::Response::default();
        self.answer(otherwise, async move |registry| ephemeral::open(&registry, request).await)
            .await
    }

    /// The private data stay in the response after an error, so that the resource can still be
    /// closed.
    async fn renew_ephemeral_resource(
        &self,
        request: Request<renew_ephemeral_resource::Request>,
    ) -> Answered<renew_ephemeral_resource::Response> {
        let request = request.into_inner();
        let otherwise = renew_ephemeral_resource::Response {
            private: request.private.clone(),
            ..renew_ephemeral_resource::Response::default()
        };
        self.answer(otherwise, async move |registry| ephemeral::renew(&registry, request).await)
            .await
    }

    async fn close_ephemeral_resource(
        &self,
        request: Request<close_ephemeral_resource::Request>,
    ) -> Answered<close_ephemeral_resource::Response> {
        let request = request.into_inner();
        let otherwise = close_ephemeral_resource::Response::default();
        self.answer(otherwise, async move |registry| ephemeral::close(&registry, request).await)
            .await
    }

    async fn validate_list_resource_config(
        &self,
        request: Request<validate_list_resource_config::Request>,
    ) -> Answered<validate_list_resource_config::Response> {
        let request = request.into_inner();
        let otherwise = validate_list_resource_config::Response::default();
        self.answer(otherwise, async move |registry| list::validate(&registry, &request)).await
    }

    async fn list_resource(
        &self,
        request: Request<list_resource::Request>,
    ) -> Answered<BoxStream<list_resource::Event>> {
        let request = request.into_inner();
        Ok(self.stream(async move |registry, events| list::list(&registry, request, events).await))
    }

    async fn validate_action_config(
        &self,
        request: Request<validate_action_config::Request>,
    ) -> Answered<validate_action_config::Response> {
        let request = request.into_inner();
        let otherwise = validate_action_config::Response::default();
        self.answer(otherwise, async move |registry| action::validate(&registry, &request)).await
    }

    async fn plan_action(
        &self,
        request: Request<plan_action::Request>,
    ) -> Answered<plan_action::Response> {
        let request = request.into_inner();
        let otherwise = plan_action::Response::default();
        self.answer(otherwise, async move |registry| action::plan(&registry, request).await).await
    }

    async fn invoke_action(
        &self,
        request: Request<invoke_action::Request>,
    ) -> Answered<BoxStream<invoke_action::Event>> {
        let request = request.into_inner();
        Ok(self
            .stream(async move |registry, events| action::invoke(&registry, request, events).await))
    }

    async fn stop_provider(
        &self,
        _: Request<stop_provider::Request>,
    ) -> Answered<stop_provider::Response> {
        self.registry.stop();
        Ok(Response::new(stop_provider::Response::default()))
    }
}
