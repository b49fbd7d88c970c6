//! Searches for existing objects as `terraform query` does.

use terraform_provider_lumen::framework::{Type, Value};
use terraform_provider_lumen::plugin::proto::tfplugin6::{
    Diagnostic, list_resource, validate_list_resource_config,
};
use tonic::{Response, Streaming};

use super::provider::known;
use super::wire::{answered, answered_always};
use super::{Block, Provider, rules, show, wire};

/// The parameters of a search.
#[derive(Clone, Debug, Default)]
pub struct Wish {
    /// The filters.
    pub block: Block,
    /// Whether to return whole objects.
    pub whole: bool,
    /// The maximum number of results; 0 for no limit.
    pub limit: i64,
}

/// One object that was found.
#[derive(Clone, Debug)]
pub struct Listed {
    /// Its identity.
    pub identity: Value,
    /// The name that users see.
    pub display_name: String,
    /// The whole object, or null if whole objects were not requested.
    pub object: Value,
}

impl Provider {
    /// Returns all objects that are found, and the diagnostics that the user sees.
    pub async fn list(&mut self, name: &str, wish: &Wish) -> (Vec<Listed>, String) {
        let told = self.validate_list(name, &wish.block).await;
        if wire::has_errors(&told) {
            return (Vec::new(), show::diagnostics(&told));
        }
        let mut events = self.begin_list(name, wish).await;
        let (mut found, mut told) = (Vec::new(), Vec::new());
        loop {
            let event = match answered("ListResource", events.message().await.map(Response::new)) {
                Ok(Some(event)) => event,
                Ok(None) => break,
                Err(why) => {
                    told.push(why);
                    break;
                }
            };
            rules::diagnostics(&event.diagnostic);
            told.extend(event.diagnostic.clone());
            if event.identity.is_some() {
                found.push(self.listed(name, wish, event));
            }
        }
        (found, show::diagnostics(&told))
    }

    /// Begins a search, and lets the story read its events.
    pub async fn begin_list(&mut self, name: &str, wish: &Wish) -> Streaming<list_resource::Event> {
        let kind = &self.list_type(name);
        let request = list_resource::Request {
            type_name: name.to_owned(),
            config: Some(wire::encode(&wish.block.complete(kind), kind)),
            include_resource_object: wish.whole,
            limit: wish.limit,
        };
        answered_always("ListResource", self.client.list_resource(request).await)
    }

    async fn validate_list(&mut self, name: &str, block: &Block) -> Vec<Diagnostic> {
        let kind = &self.list_type(name);
        let request = validate_list_resource_config::Request {
            type_name: name.to_owned(),
            config: Some(wire::encode(&block.complete(kind), kind)),
            ..validate_list_resource_config::Request::default()
        };
        let answer = self.client.validate_list_resource_config(request).await;
        let answer = match answered("ValidateListResourceConfig", answer) {
            Ok(answer) => answer,
            Err(why) => return vec![why],
        };
        rules::diagnostics(&answer.diagnostics);
        answer.diagnostics
    }

    fn list_type(&self, name: &str) -> Type {
        known(self.registry().list_schema(name), name).implied_type().clone()
    }

    fn listed(&self, name: &str, wish: &Wish, event: list_resource::Event) -> Listed {
        let identity = event.identity.and_then(|identity| identity.identity_data);
        let identity = wire::decode(identity.as_ref(), &self.identity_type(name));
        assert!(!identity.is_null() && identity.is_wholly_known(), "rule broken: {identity:?}");
        assert!(!event.display_name.is_empty(), "rule broken: a result has a name");
        assert_eq!(
            event.resource_object.is_some(),
            wish.whole,
            "rule broken: whole objects are returned exactly when requested"
        );
        let object = self.decode_resource(name, event.resource_object.as_ref());
        assert!(
            object.is_wholly_known(),
            "rule broken: an existing object is wholly known: {object:?}"
        );
        Listed { identity, display_name: event.display_name, object }
    }
}
