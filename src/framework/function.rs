//! The trait of a function that expressions call: `provider::lumen::bandwidth_mbps("1 Gbps")`.

use super::{Convert, Diagnostic, Type, Value};

/// A pure function of one argument; none of ours needs more.
pub trait Function: 'static {
    /// Its name, after `provider::lumen::`.
    const NAME: &'static str;
    /// What it is given: neither null nor unknown, because Terraform doesn't call it then.
    type Argument: Convert;
    /// What it returns.
    type Returned: Convert;

    /// What users read and Terraform checks.
    fn signature() -> Signature;

    /// Calls it.
    ///
    /// # Errors
    ///
    /// Why the argument is not accepted, and what would be: a sentence.
    fn call(argument: Self::Argument) -> Result<Self::Returned, String>;
}

/// What users read of a function, and what Terraform checks before it calls it.
#[derive(Clone, Debug)]
pub struct Signature {
    /// What it does, in a few words.
    pub summary: &'static str,
    /// The sentences that users read, in Markdown.
    pub about: &'static str,
    /// What it is given.
    pub parameters: Vec<Parameter>,
    /// The type of what it returns.
    pub returns: Type,
    /// What it returns, in Markdown.
    pub about_returned: &'static str,
}

/// One parameter of a function.
#[derive(Clone, Debug)]
pub struct Parameter {
    /// Its name.
    pub name: &'static str,
    /// Its type.
    pub kind: Type,
    /// The sentence that users read, in Markdown.
    pub about: &'static str,
}

/// Why a call has no result.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FunctionError {
    /// What is wrong, and what would be right.
    pub text: String,
    /// Which argument is to blame, counted from 0.
    pub argument: Option<usize>,
}

/// A [`Function`] without its types.
#[derive(Clone, Copy, Debug)]
pub struct AnyFunction {
    signature: fn() -> Signature,
    call: fn(Vec<Value>) -> Result<Value, FunctionError>,
}

impl AnyFunction {
    pub(super) fn of<F: Function>() -> Self {
        Self { signature: F::signature, call: call::<F> }
    }

    /// What users read and Terraform checks.
    #[must_use]
    pub fn signature(&self) -> Signature {
        (self.signature)()
    }

    /// Calls it.
    ///
    /// # Errors
    ///
    /// Why there is no result, and which argument is to blame.
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
    let blame = |text: String| FunctionError { text, argument: Some(0) };
    let argument = arguments.into_iter().next().unwrap_or(Value::Null);
    let argument = F::Argument::from_value(&argument).map_err(|mismatch| {
        // Terraform has converted the argument to the parameter's type: only we can be wrong.
        blame(Diagnostic::bug(mismatch).detail())
    })?;
    F::call(argument).map(Convert::into_value).map_err(blame)
}
