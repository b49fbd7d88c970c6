//! The RPC of functions.

use crate::framework::{Diagnostic, FunctionError, Registry, Signature, Value};

use super::super::proto::tfplugin6::{self as wire, call_function};
use super::super::{codec, convert};

/// Calls a function. Terraform has already converted the arguments to the types of the parameters.
pub(in super::super) fn call(
    registry: &Registry,
    request: &call_function::Request,
) -> Result<call_function::Response, Diagnostic> {
    let function = registry.function(&request.name)?;
    let Signature { parameters, returns, .. } = function.signature();
    let arguments: Vec<Value> = request
        .arguments
        .iter()
        .zip(&parameters)
        .map(|(argument, parameter)| codec::decode(Some(argument), &parameter.kind))
        .collect::<Result<_, _>>()?;
    Ok(match function.call(&arguments) {
        Ok(returned) => call_function::Response {
            result: Some(codec::encode(&returned, &returns)?),
            error: None,
        },
        Err(FunctionError { text, argument }) => {
            let function_argument = argument.and_then(|number| i64::try_from(number).ok());
            let text = convert::text(text);
            let error = Some(wire::FunctionError { text, function_argument });
            call_function::Response { result: None, error }
        }
    })
}
