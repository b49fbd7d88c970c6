//! The functions `e164` and `tn_range`, which write telephone numbers in E.164 format.

use crate::framework::{Function, FunctionError, Parameter, Signature, Type};
use crate::lumen::voice::TelephoneNumber;

/// `e164("303-555-0100") = "+13035550100"`
pub struct E164;

/// `tn_range("+13035550100", "+13035550101") = ["+13035550100", "+13035550101"]`
pub struct TnRange;

impl Function for E164 {
    const NAME: &'static str = "e164";
    type Arguments = String;
    type Returned = String;

    fn signature() -> Signature {
        Signature {
            summary: "Convert a telephone number to E.164",
            about: "Converts a telephone number in a common notation to E.164, the format that this provider returns. Ten digits are read as a number of the North American Numbering Plan.",
            parameters: vec![Parameter {
                name: "telephone_number",
                kind: Type::String,
                about: "Telephone number, such as `303-555-0100`, `(303) 555-0100` or `+1 303 555 0100`.",
            }],
            returns: Type::String,
            about_returned: "Returns a string such as `+13035550100`.",
        }
    }

    fn call(number: String) -> Result<String, FunctionError> {
        read(0, &number).map(|number| number.to_string())
    }
}

impl Function for TnRange {
    const NAME: &'static str = "tn_range";
    type Arguments = (String, String);
    type Returned = Vec<String>;

    fn signature() -> Signature {
        Signature {
            summary: "List the telephone numbers of a block",
            about: "Lists all telephone numbers from one number to another in E.164, the format of `telephone_numbers`. Both numbers must have the same area code (NPA) and exchange (NXX), so a block has at most 10,000 numbers.",
            parameters: vec![
                Parameter {
                    name: "start",
                    kind: Type::String,
                    about: "First telephone number of the block, such as `+13035550100`. It can have any format that `e164` converts.",
                },
                Parameter {
                    name: "end",
                    kind: Type::String,
                    about: "Last telephone number of the block. It must not be lower than `start`.",
                },
            ],
            returns: Type::List(Box::new(Type::String)),
            about_returned: "Returns a list of strings such as `+13035550100`, in ascending order. It includes both ends.",
        }
    }

    fn call((start, end): (String, String)) -> Result<Vec<String>, FunctionError> {
        let (start, end) = (north_american(0, &start)?, north_american(1, &end)?);
        let numbers = TelephoneNumber::range(start, end).map_err(|_| {
            let text = format!("{start} to {end} is not a block: give two numbers with the same area code (NPA) and exchange (NXX), the lower one first.");
            FunctionError::at(1, text)
        })?;
        Ok(numbers.map(|number| number.to_string()).collect())
    }
}

/// Reads the argument with this index.
fn read(argument: usize, text: &str) -> Result<TelephoneNumber, FunctionError> {
    text.parse().map_err(|error| {
        FunctionError::at(argument, format!("`{text}` is not a telephone number: {error}."))
    })
}

/// Only these numbers have an area code and an exchange.
fn north_american(argument: usize, text: &str) -> Result<TelephoneNumber, FunctionError> {
    let number = read(argument, text)?;
    match number.npa() {
        Some(_) => Ok(number),
        None => Err(FunctionError::at(
            argument,
            format!(
                "`{text}` is not a number of the North American Numbering Plan: give a number that begins with +1."
            ),
        )),
    }
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::*;

    #[test]
    fn telephone_numbers_are_written_in_e164() {
        let written = |text: &str| E164::call(text.to_owned()).map_err(|error| error.text);
        for text in ["303-555-0100", "(303) 555-0100", "13035550100", "+1 303.555.0100"] {
            assert_eq!(written(text), Ok("+13035550100".to_owned()), "{text}");
        }
        expect![[r#"Err("`555-0100` is not a telephone number: a telephone number must look like `+13035550100` or `303-555-0100`.")"#]]
            .assert_eq(&format!("{:?}", written("555-0100")));
    }

    #[test]
    fn a_block_has_every_number_from_its_start_to_its_end() {
        let block = |start: &str, end: &str| TnRange::call((start.to_owned(), end.to_owned()));
        assert_eq!(
            block("+13035559100", "303-555-9102"),
            Ok(["+13035559100", "+13035559101", "+13035559102"].map(ToOwned::to_owned).to_vec())
        );
        assert_eq!(block("3035550100", "+13035550100"), Ok(vec!["+13035550100".to_owned()]));
        let whole = block("+13035550000", "+13035559999").map(|numbers| numbers.len());
        assert_eq!(whole, Ok(10_000));
    }

    #[test]
    fn what_is_no_block_is_refused_at_its_argument() {
        let refused = [
            ("303-555-01", "+13035550101"),
            ("+13035550100", "+1303555010"),
            ("+13035550101", "+13035550100"),
            ("+13035559999", "+13035560000"),
            ("+13035550100", "+17205550100"),
            ("+442079460958", "+442079460959"),
            ("+13035550100", "+442079460959"),
        ]
        .map(|(start, end)| {
            let refused = TnRange::call((start.to_owned(), end.to_owned())).err();
            refused.map_or_else(
                || panic!("{start} to {end} is a block"),
                |FunctionError { argument, text }| format!("{argument:?} {text}"),
            )
        });
        expect![[r#"
            Some(0) `303-555-01` is not a telephone number: a telephone number must look like `+13035550100` or `303-555-0100`.
            Some(1) `+1303555010` is not a telephone number: a telephone number must look like `+13035550100` or `303-555-0100`.
            Some(1) +13035550101 to +13035550100 is not a block: give two numbers with the same area code (NPA) and exchange (NXX), the lower one first.
            Some(1) +13035559999 to +13035560000 is not a block: give two numbers with the same area code (NPA) and exchange (NXX), the lower one first.
            Some(1) +13035550100 to +17205550100 is not a block: give two numbers with the same area code (NPA) and exchange (NXX), the lower one first.
            Some(0) `+442079460958` is not a number of the North American Numbering Plan: give a number that begins with +1.
            Some(1) `+442079460959` is not a number of the North American Numbering Plan: give a number that begins with +1."#]].assert_eq(&refused.join("\n"));
    }
}
