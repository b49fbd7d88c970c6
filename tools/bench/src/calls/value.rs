//! Terraform values, as they are sent to a provider.

use rmp::encode::{ValueWriteError, write_map_len, write_nil, write_str};

use super::plugin::tfplugin6::DynamicValue;
use lumen_report::failure::{Context, Failure};

/// A Terraform value.
#[derive(Clone)]
pub(crate) enum Value<'v> {
    Null,
    Text(&'v str),
    Object(Vec<(&'v str, Value<'v>)>),
}

impl Value<'_> {
    /// The value as it is sent in a message.
    pub(crate) fn to_wire(&self) -> Result<DynamicValue, Failure> {
        let mut msgpack = Vec::new();
        self.write(&mut msgpack).context("a value can't be encoded")?;
        Ok(DynamicValue { msgpack, ..DynamicValue::default() })
    }

    fn write(&self, out: &mut Vec<u8>) -> Result<(), ValueWriteError> {
        match self {
            Value::Null => write_nil(out).map_err(ValueWriteError::InvalidMarkerWrite),
            Value::Text(text) => write_str(out, text),
            Value::Object(members) => {
                write_map_len(out, u32::try_from(members.len()).unwrap_or(u32::MAX))?;
                members.iter().try_for_each(|(name, value)| {
                    write_str(out, name)?;
                    value.write(out)
                })
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_written_as_terraform_writes_it() {
        let value = Value::Object(vec![("a", Value::Text("x")), ("b", Value::Null)]);

        let msgpack = value.to_wire().map(|wire| wire.msgpack).ok();

        assert_eq!(msgpack.as_deref(), Some(b"\x82\xa1a\xa1x\xa1b\xc0".as_slice()));
    }
}
