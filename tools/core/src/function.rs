//! Calls functions as expressions do.

use terraform_provider_lumen::framework::Value;
use terraform_provider_lumen::plugin::proto::tfplugin6::{call_function, get_functions};

use super::wire::answered_always;
use super::{Provider, wire};

impl Provider {
    /// `provider::lumen::name(arguments…)`
    ///
    /// # Errors
    ///
    /// The argument at fault, and the reason.
    pub async fn call(&mut self, name: &str, arguments: &[Value]) -> Result<Value, String> {
        let known = self.registry().functions().find(|(known, _)| *known == name);
        let Some((_, signature)) = known else { panic!("there is no function `{name}`") };
        assert_eq!(arguments.len(), signature.parameters.len(), "the arguments of `{name}`");
        let arguments = arguments.iter().zip(&signature.parameters);
        let request = call_function::Request {
            name: name.to_owned(),
            arguments: arguments
                .map(|(argument, parameter)| wire::encode(argument, &parameter.kind))
                .collect(),
        };
        let answer = answered_always("CallFunction", self.client.call_function(request).await);
        match answer.error {
            Some(error) => {
                assert!(
                    answer.result.is_none(),
                    "rule broken: a function returns a result or an error, not both"
                );
                Err(format!("argument {:?}: {}", error.function_argument, error.text))
            }
            None => Ok(wire::decode(answer.result.as_ref(), &signature.returns)),
        }
    }

    /// The names of all functions, and of their parameters.
    pub async fn functions(&mut self) -> Vec<String> {
        let request = get_functions::Request {};
        let answer = answered_always("GetFunctions", self.client.get_functions(request).await);
        let functions = answer.functions.into_iter().map(|(name, function)| {
            let parameters: Vec<_> =
                function.parameters.into_iter().map(|parameter| parameter.name).collect();
            format!("{name}({})", parameters.join(", "))
        });
        functions.collect()
    }
}
