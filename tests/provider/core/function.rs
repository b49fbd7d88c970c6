//! Calling functions, as expressions do.

use terraform_provider_lumen::framework::Value;
use terraform_provider_lumen::plugin::proto::tfplugin6::{call_function, get_functions};

use super::{Provider, wire};

impl Provider {
    /// `provider::lumen::name(argument)`; otherwise which argument is to blame, and why.
    pub(crate) async fn call(&mut self, name: &str, argument: Value) -> Result<Value, String> {
        let signature = self.registry.functions().find(|(known, _)| *known == name).unwrap().1;
        let [parameter] = signature.parameters.as_slice() else { panic!("one parameter") };
        let request = call_function::Request {
            name: name.to_owned(),
            arguments: vec![wire::encode(&argument, &parameter.kind)],
        };
        let answer = self.client.call_function(request).await.unwrap().into_inner();
        match answer.error {
            Some(error) => {
                assert!(answer.result.is_none(), "rule broken: a result or an error");
                Err(format!("argument {:?}: {}", error.function_argument, error.text))
            }
            None => Ok(wire::decode(answer.result.as_ref(), &signature.returns)),
        }
    }

    /// The names of all functions, and of their parameters.
    pub(crate) async fn functions(&mut self) -> Vec<String> {
        let request = get_functions::Request {};
        let answer = self.client.get_functions(request).await.unwrap().into_inner();
        let functions = answer.functions.into_iter().map(|(name, function)| {
            let parameters: Vec<_> =
                function.parameters.into_iter().map(|parameter| parameter.name).collect();
            format!("{name}({})", parameters.join(", "))
        });
        functions.collect()
    }
}
