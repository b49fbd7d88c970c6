//! The provider as Terraform reaches it: every call goes through the generated client and the
//! service, every value through the codec.

use std::convert::Infallible;
use std::rc::Rc;

use terraform_provider_lumen::framework::schema::Presence;
use terraform_provider_lumen::framework::{IdentityAttribute, Registry, Schema, Type, Value};
use terraform_provider_lumen::plugin::codec;
use terraform_provider_lumen::plugin::proto::tfplugin6::diagnostic::Severity;
use terraform_provider_lumen::plugin::proto::tfplugin6::provider_client::ProviderClient;
use terraform_provider_lumen::plugin::proto::tfplugin6::{
    Diagnostic, DynamicValue, RawState, ResourceIdentityData, configure_provider,
    generate_resource_config, stop_provider, upgrade_resource_state, validate_data_resource_config,
    validate_provider_config, validate_resource_config,
};
use terraform_provider_lumen::{plugin, provider};
use tonic::body::Body;
use tonic::codegen::http::{Request, Response};
use tower::util::BoxCloneService;

use super::state::to_json;
use super::{Block, Object, rules};

type Service = BoxCloneService<Request<Body>, Response<Body>, Infallible>;

/// The provider's two processes of a run: Terraform starts one to plan, and another one to apply. Clones
/// talk to the same ones.
#[derive(Clone)]
pub(crate) struct Provider {
    pub(crate) client: ProviderClient<Service>,
    /// The process that applies.
    pub(super) applying: ProviderClient<Service>,
    /// How they are configured.
    configuration: Option<configure_provider::Request>,
    /// The schemas, which Terraform asks for once.
    pub(super) registry: Rc<Registry>,
}

fn process() -> ProviderClient<Service> {
    let service = plugin::service(provider::registry());
    ProviderClient::new(BoxCloneService::new(service))
}

impl Provider {
    /// A provider that has not been configured.
    pub(crate) fn start() -> Self {
        let (client, applying) = (process(), process());
        let registry = Rc::new(provider::registry());
        Self { client, applying, configuration: None, registry }
    }

    /// Begins another plan: with a process that knows nothing.
    pub(super) async fn restart_planning(&mut self) {
        self.client = self.another_process().await;
    }

    /// The same for an apply.
    pub(super) async fn restart_applying(&mut self) {
        self.applying = self.another_process().await;
    }

    async fn another_process(&self) -> ProviderClient<Service> {
        let mut process = process();
        if let Some(request) = self.configuration.clone() {
            process.configure_provider(request).await.unwrap();
        }
        process
    }

    /// Checks the provider block, and hands it over.
    pub(crate) async fn configure(&mut self, block: &Block) -> Vec<Diagnostic> {
        let kind = self.registry.provider_schema().implied_type();
        let config = block.complete(kind);
        let request = validate_provider_config::Request { config: Some(encode(&config, kind)) };
        let mut told =
            self.client.validate_provider_config(request).await.unwrap().into_inner().diagnostics;
        rules::diagnostics(&told);
        if !has_errors(&told) {
            let request = configure_provider::Request {
                terraform_version: "1.14.0".to_owned(),
                config: Some(encode(&config, kind)),
                ..configure_provider::Request::default()
            };
            self.configuration = Some(request.clone());
            let applying = self.applying.configure_provider(request.clone()).await.unwrap();
            let answer = self.client.configure_provider(request).await.unwrap().into_inner();
            assert_eq!(applying.into_inner().diagnostics, answer.diagnostics);
            rules::diagnostics(&answer.diagnostics);
            told.extend(answer.diagnostics);
        }
        told
    }

    pub(crate) async fn validate_resource(
        &mut self,
        name: &str,
        config: &Value,
    ) -> Vec<Diagnostic> {
        let request = validate_resource_config::Request {
            type_name: name.to_owned(),
            config: Some(self.encode_resource(name, config)),
            ..validate_resource_config::Request::default()
        };
        let answer = self.client.validate_resource_config(request).await.unwrap().into_inner();
        rules::diagnostics(&answer.diagnostics);
        answer.diagnostics
    }

    pub(crate) async fn validate_data_source(
        &mut self,
        name: &str,
        config: &Value,
    ) -> Vec<Diagnostic> {
        let request = validate_data_resource_config::Request {
            type_name: name.to_owned(),
            config: Some(encode(config, &self.data_source_type(name))),
        };
        let answer = self.client.validate_data_resource_config(request).await.unwrap().into_inner();
        rules::diagnostics(&answer.diagnostics);
        answer.diagnostics
    }

    /// What is in the state survives the way through a state file.
    pub(crate) async fn check_stored(&mut self, name: &str, object: &Object) {
        let json = to_json(&object.value).to_string().into_bytes();
        let request = upgrade_resource_state::Request {
            type_name: name.to_owned(),
            version: self.resource_schema(name).version,
            raw_state: Some(RawState { json, ..RawState::default() }),
        };
        let answer = self.client.upgrade_resource_state(request).await.unwrap().into_inner();
        assert_eq!(answer.diagnostics, [], "rule broken: a state of today is read");
        let upgraded = self.decode_resource(name, answer.upgraded_state.as_ref());
        assert_eq!(upgraded, object.value, "rule broken: a state of today is read unchanged");
    }

    /// `GenerateResourceConfig`: what users would write to have the object.
    pub(crate) async fn generate_config(&mut self, name: &str, object: &Value) -> Value {
        let request = generate_resource_config::Request {
            type_name: name.to_owned(),
            state: Some(self.encode_resource(name, object)),
        };
        let answer = self.client.generate_resource_config(request).await.unwrap().into_inner();
        assert_eq!(answer.diagnostics, [], "rule broken: whatever exists can be written");
        let config = self.decode_resource(name, answer.config.as_ref());
        for (name, attribute) in &self.resource_schema(name).attributes {
            let computed = attribute.presence == Presence::Computed;
            assert!(
                !computed || config.get(name).is_null(),
                "rule broken: users can't write `{name}`"
            );
        }
        config
    }

    /// Ctrl-C.
    pub(crate) async fn stop(&mut self) {
        for process in [&mut self.client, &mut self.applying] {
            process.stop_provider(stop_provider::Request {}).await.unwrap();
        }
    }

    pub(crate) fn resource_schema(&self, name: &str) -> &Schema {
        self.registry.resource_schema(name).unwrap()
    }

    pub(crate) fn resource_type(&self, name: &str) -> Type {
        self.resource_schema(name).implied_type().clone()
    }

    pub(crate) fn data_source_type(&self, name: &str) -> Type {
        self.registry.data_source_schema(name).unwrap().implied_type().clone()
    }

    pub(crate) fn encode_resource(&self, name: &str, value: &Value) -> DynamicValue {
        encode(value, &self.resource_type(name))
    }

    pub(crate) fn decode_resource(&self, name: &str, wire: Option<&DynamicValue>) -> Value {
        decode(wire, &self.resource_type(name))
    }

    pub(super) fn identity_type(&self, name: &str) -> Type {
        IdentityAttribute::object_type(self.registry.identity(name).unwrap())
    }

    pub(crate) fn encode_identity(&self, name: &str, identity: &Block) -> ResourceIdentityData {
        let kind = self.identity_type(name);
        ResourceIdentityData { identity_data: Some(encode(&identity.complete(&kind), &kind)) }
    }
}

pub(crate) fn encode(value: &Value, kind: &Type) -> DynamicValue {
    codec::encode(value, kind).unwrap()
}

pub(crate) fn decode(wire: Option<&DynamicValue>, kind: &Type) -> Value {
    codec::decode(wire, kind)
        .unwrap_or_else(|error| panic!("rule broken: what is answered is of its type: {error}"))
}

pub(crate) fn has_errors(diagnostics: &[Diagnostic]) -> bool {
    diagnostics.iter().any(|diagnostic| diagnostic.severity() == Severity::Error)
}
