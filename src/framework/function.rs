//! The trait of a function that expressions call, as in `provider::toy::length("ball")`.

use super::{Convert, Diagnostic, Type, Value};

/// A pure function of one argument. No function needs more than one so far.
pub trait Function: 'static {
    /// The name, which follows the provider's in a call.
    const NAME: &'static str;
    /// The argument. It is neither null nor unknown, because Terraform does not call the function
    /// then.
    type Argument: Convert;
    /// The result.
    type Returned: Convert;

    /// The description that users read, and the types that Terraform checks.
    fn signature() -> Signature;

    /// Computes the result.
    ///
    /// # Errors
    ///
    /// A sentence that says why the argument is not accepted, and what would be.
    fn call(argument: Self::Argument) -> Result<Self::Returned, String>;
}

/// The description of a function, and the types that Terraform checks before a call.
#[derive(Clone, Debug)]
pub struct Signature {
    /// What the function does, in a few words.
    pub summary: &'static str,
    /// The description, in Markdown.
    pub about: &'static str,
    /// The parameters.
    pub parameters: Vec<Parameter>,
    /// The type of the result.
    pub returns: Type,
    /// The description of the result, in Markdown.
    pub about_returned: &'static str,
}

/// One parameter of a function.
#[derive(Clone, Debug)]
pub struct Parameter {
    /// The name.
    pub name: &'static str,
    /// The type.
    pub kind: Type,
    /// The description, in Markdown.
    pub about: &'static str,
}

/// The error of a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FunctionError {
    /// What is wrong, and what would be right.
    pub text: String,
    /// The index of the argument that caused it, if one did.
    pub argument: Option<usize>,
}

/// A [`Function`] with its types erased, as the registry holds it.
#[derive(Clone, Copy, Debug)]
pub struct AnyFunction {
    signature: fn() -> Signature,
    call: fn(Vec<Value>) -> Result<Value, FunctionError>,
}

impl AnyFunction {
    pub(super) fn of<F: Function>() -> Self {
        Self { signature: F::signature, call: call::<F> }
    }

    /// The description that users read, and the types that Terraform checks.
    #[must_use]
    pub fn signature(&self) -> Signature {
        (self.signature)()
    }

    /// Calls the function.
    ///
    /// # Errors
    ///
    /// Why there is no result, and which argument caused that.
    pub fn call(&self, arguments: Vec<Value>) -> Result<Value, FunctionError> {
        (self.call)(arguments)
    }

    pub(super) fn schema_errors(&self, name: &str) -> Vec<String> {
        let Signature { summary, about, parameters, returns: _, about_returned } = self.signature();
        let described = parameters.iter().map(|parameter| parameter.about);
        let texts = [summary, about, about_returned].into_iter().chain(described);
        let mut found = Vec::new();
        if texts.into_iter().any(str::is_empty) {
            found.push(format!("{name}: no description"));
        }
        if parameters.len() != 1 {
            found.push(format!("{name}: it is called with one argument"));
        }
        found
    }
}

fn call<F: Function>(arguments: Vec<Value>) -> Result<Value, FunctionError> {
    let refuse = |text: String| FunctionError { text, argument: Some(0) };
    let argument = arguments.into_iter().next().unwrap_or(Value::Null);
    let argument = F::Argument::from_value(&argument).map_err(|mismatch| {
        // Terraform has already converted the argument to the parameter's type, so a mismatch is a
        // defect of the provider.
        refuse(Diagnostic::bug(mismatch).detail())
    })?;
    F::call(argument).map(Convert::into_value).map_err(refuse)
}
