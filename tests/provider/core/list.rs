//! Searching for existing objects, as `terraform query` does.

use terraform_provider_lumen::framework::Value;
use terraform_provider_lumen::plugin::proto::tfplugin6::{
    Diagnostic, list_resource, validate_list_resource_config,
};
use tonic::Streaming;

use super::{Block, Provider, rules, show, wire};

/// What is looked for.
#[derive(Clone, Debug, Default)]
pub(crate) struct Wish {
    pub(crate) block: Block,
    /// Whether whole objects are wanted.
    pub(crate) whole: bool,
    /// 0 is no limit.
    pub(crate) limit: i64,
}

/// One object that was found.
#[derive(Clone, Debug)]
pub(crate) struct Listed {
    pub(crate) identity: Value,
    pub(crate) display_name: String,
    pub(crate) object: Value,
}

impl Provider {
    /// Everything that is found, and what the user is told.
    pub(crate) async fn list(&mut self, name: &str, wish: &Wish) -> (Vec<Listed>, String) {
        let told = self.validate_list(name, &wish.block).await;
        if wire::has_errors(&told) {
            return (Vec::new(), show::diagnostics(&told));
        }
        let mut events = self.begin_list(name, wish).await;
        let (mut found, mut told) = (Vec::new(), Vec::new());
        while let Some(event) = events.message().await.unwrap() {
            rules::diagnostics(&event.diagnostic);
            told.extend(event.diagnostic.clone());
            if event.identity.is_some() {
                found.push(self.listed(name, wish, event));
            }
        }
        (found, show::diagnostics(&told))
    }

    /// Begins a search, and leaves its events to the story.
    pub(crate) async fn begin_list(
        &mut self,
        name: &str,
        wish: &Wish,
    ) -> Streaming<list_resource::Event> {
        let kind = self.registry.list_schema(name).unwrap().implied_type();
        let request = list_resource::Request {
            type_name: name.to_owned(),
            config: Some(wire::encode(&wish.block.complete(kind), kind)),
            include_resource_object: wish.whole,
            limit: wish.limit,
        };
        self.client.list_resource(request).await.unwrap().into_inner()
    }

    async fn validate_list(&mut self, name: &str, block: &Block) -> Vec<Diagnostic> {
        let kind = self.registry.list_schema(name).unwrap().implied_type();
        let request = validate_list_resource_config::Request {
            type_name: name.to_owned(),
            config: Some(wire::encode(&block.complete(kind), kind)),
            ..validate_list_resource_config::Request::default()
        };
        let answer = self.client.validate_list_resource_config(request).await.unwrap().into_inner();
        rules::diagnostics(&answer.diagnostics);
        answer.diagnostics
    }

    fn listed(&self, name: &str, wish: &Wish, event: list_resource::Event) -> Listed {
        let identity = event.identity.and_then(|identity| identity.identity_data);
        let identity = wire::decode(identity.as_ref(), &self.identity_type(name));
        assert!(!identity.is_null() && identity.is_wholly_known(), "rule broken: {identity:?}");
        assert!(!event.display_name.is_empty(), "rule broken: what is found has a name");
        assert_eq!(
            event.resource_object.is_some(),
            wish.whole,
            "rule broken: whole objects are there if they are wanted"
        );
        let object = self.decode_resource(name, event.resource_object.as_ref());
        assert!(object.is_wholly_known(), "rule broken: what exists is wholly known: {object:?}");
        Listed { identity, display_name: event.display_name, object }
    }
}
