//! The trait of a function that expressions call, as in `provider::toy::length("ball")`.

use super::{Convert, Diagnostic, Type, Value};

/// A pure function.
pub trait Function: 'static {
    /// The name, which follows the provider's in a call.
    const NAME: &'static str;
    /// The argument, or a tuple of them. None is null or unknown, because Terraform does not call the
    /// function then.
    type Arguments: Arguments;
    /// The result.
    type Returned: Convert;

    /// The description that users read, and the types that Terraform checks.
    fn signature() -> Signature;

    /// Computes the result.
    ///
    /// # Errors
    ///
    /// Which argument is not accepted, why, and what would be.
    fn call(arguments: Self::Arguments) -> Result<Self::Returned, FunctionError>;
}

/// The arguments of a function, in the order of its parameters.
pub trait Arguments: Sized {
    /// How many there are.
    const COUNT: usize;

    /// Reads the arguments of a call.
    ///
    /// # Errors
    ///
    /// Which argument has another type than the function expects.
    fn from_values(values: &[Value]) -> Result<Self, FunctionError>;
}

impl<T: Convert> Arguments for T {
    const COUNT: usize = 1;

    fn from_values(values: &[Value]) -> Result<Self, FunctionError> {
        argument(values, 0)
    }
}

impl<First: Convert, Second: Convert> Arguments for (First, Second) {
    const COUNT: usize = 2;

    fn from_values(values: &[Value]) -> Result<Self, FunctionError> {
        Ok((argument(values, 0)?, argument(values, 1)?))
    }
}

/// Terraform has already converted the argument to the parameter's type, so a mismatch is a defect of the
/// provider.
fn argument<T: Convert>(values: &[Value], index: usize) -> Result<T, FunctionError> {
    let read = T::from_value(values.get(index).unwrap_or(&Value::Null));
    read.map_err(|mismatch| FunctionError::at(index, Diagnostic::bug(mismatch).detail()))
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

impl FunctionError {
    /// An error of the argument with this index, starting at 0.
    #[must_use]
    pub fn at(argument: usize, text: String) -> Self {
        Self { text, argument: Some(argument) }
    }
}

/// A [`Function`] with its types erased, as the registry holds it.
#[derive(Clone, Copy, Debug)]
pub struct AnyFunction {
    signature: fn() -> Signature,
    arguments: usize,
    call: fn(&[Value]) -> Result<Value, FunctionError>,
}

impl AnyFunction {
    pub(super) fn of<F: Function>() -> Self {
        Self { signature: F::signature, arguments: F::Arguments::COUNT, call: call::<F> }
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
    pub fn call(&self, arguments: &[Value]) -> Result<Value, FunctionError> {
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
        if parameters.len() != self.arguments {
            found.push(format!("{name}: it is called with another number of arguments"));
        }
        found
    }
}

fn call<F: Function>(arguments: &[Value]) -> Result<Value, FunctionError> {
    F::call(F::Arguments::from_values(arguments)?).map(Convert::into_value)
}
