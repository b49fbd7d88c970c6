//! `MessagePack` in the form that Terraform uses.
//!
//! An unknown value is an extension. A number has the smallest form that holds it exactly, and is
//! decimal text if no other form does. An object has all of its attributes. A value of any type is
//! a pair of its type, as JSON in bytes, and the value.

use std::io;

use litemap::LiteMap;
use rmp::{Marker, decode as read, encode as write};

use crate::framework::{Members, Name, Number, Refinement, Step, Type, Value};

use super::{MAX_DEPTH, Malformed, descend, element};

/// An absent value.
const NULL: [u8; 1] = [0xc0];

/// An unknown value without a refinement: an extension of one byte.
const UNKNOWN: [u8; 3] = [0xd4, 0x00, 0x00];

/// The initial capacity in bytes. Most values fit, so the buffer rarely has to grow.
const INITIAL_CAPACITY: usize = 1000;

/// The type of the extension for an unknown value with a refinement.
const REFINED: i8 = 12;

/// Decodes one value. Bytes after it are an error.
pub(super) fn decode(bytes: &[u8], kind: &Type) -> Result<Value, Malformed> {
    let mut reader = Reader { rest: bytes };
    let value = reader.value(kind, MAX_DEPTH)?;
    if reader.rest.is_empty() {
        Ok(value)
    } else {
        Err(Malformed::new(format_args!("{} bytes follow the value", reader.rest.len())))
    }
}

/// Whether the bytes are null.
pub(super) fn is_null(bytes: &[u8]) -> bool {
    bytes == NULL
}

/// Encodes one value.
pub(super) fn encode(value: &Value, kind: &Type) -> Result<Vec<u8>, Malformed> {
    let mut bytes = Vec::with_capacity(INITIAL_CAPACITY);
    append(&mut bytes, value, kind, MAX_DEPTH)?;
    Ok(bytes)
}

/// The bytes that have not been read yet.
struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    fn value(&mut self, kind: &Type, depth: u32) -> Result<Value, Malformed> {
        let depth = descend(depth)?;
        match self.marker()? {
            Marker::Null => {
                self.take(1)?;
                Ok(Value::Null)
            }
            Marker::FixExt1
            | Marker::FixExt2
            | Marker::FixExt4
            | Marker::FixExt8
            | Marker::FixExt16
            | Marker::Ext8
            | Marker::Ext16
            | Marker::Ext32 => self.unknown(),
            _ => self.known(kind, depth),
        }
    }

    fn known(&mut self, kind: &Type, depth: u32) -> Result<Value, Malformed> {
        match kind {
            Type::Bool => Ok(Value::Bool(read::read_bool(&mut self.rest)?)),
            Type::Number => self.number(),
            Type::String => self.text().map(Value::text),
            Type::List(inner) => self.elements(inner, depth).map(Value::List),
            Type::Set(inner) => self.elements(inner, depth).map(Value::set),
            Type::Map(inner) => self.map(inner, depth),
            Type::Object(attributes) => self.object(attributes, depth),
            Type::Tuple(kinds) => self.tuple(kinds, depth),
            Type::Dynamic => self.dynamic(depth),
        }
    }

    /// Reads a number in any form, because other encoders choose other forms.
    fn number(&mut self) -> Result<Value, Malformed> {
        let number = match self.marker()? {
            Marker::F32 => Number::from_f64(read::read_f32(&mut self.rest)?.into()),
            Marker::F64 => Number::from_f64(read::read_f64(&mut self.rest)?),
            Marker::U64 => Some(Number::from(read::read_u64(&mut self.rest)?)),
            Marker::FixStr(_) | Marker::Str8 | Marker::Str16 | Marker::Str32 => {
                Number::parse(self.text()?)
            }
            _ => Some(Number::from(read::read_int::<i64, _>(&mut self.rest)?)),
        };
        number.map(Value::Number).ok_or_else(|| Malformed::new("the number is out of range"))
    }

    fn text(&mut self) -> Result<&'a str, Malformed> {
        let length = read::read_str_len(&mut self.rest)?;
        std::str::from_utf8(self.take(length)?).map_err(Malformed::new)
    }

    fn elements(&mut self, kind: &Type, depth: u32) -> Result<Vec<Value>, Malformed> {
        let length = read::read_array_len(&mut self.rest)?;
        (0..length as usize)
            .map(|at| self.value(kind, depth).map_err(|error| error.within(|| element(at))))
            .collect()
    }

    fn tuple(&mut self, kinds: &[Type], depth: u32) -> Result<Value, Malformed> {
        let length = read::read_array_len(&mut self.rest)?;
        if length as usize != kinds.len() {
            return Err(Malformed::new(format_args!("{length} elements, not {}", kinds.len())));
        }
        let elements = kinds.iter().enumerate().map(|(at, kind)| {
            self.value(kind, depth).map_err(|error| error.within(|| element(at)))
        });
        elements.collect::<Result<_, _>>().map(Value::List)
    }

    fn map(&mut self, kind: &Type, depth: u32) -> Result<Value, Malformed> {
        let mut values = Members::default();
        for _ in 0..read::read_map_len(&mut self.rest)? {
            let key = self.text()?;
            let value = self
                .value(kind, depth)
                .map_err(|error| error.within(|| Step::Key(key.to_owned())))?;
            if let Value::String(key) = Value::text(key) {
                insert(&mut values, key.into(), value)?;
            }
        }
        Ok(Value::Map(values))
    }

    /// Reads an object. Missing attributes are null. An attribute that the type does not have is an
    /// error, because Terraform and the provider then have different schemas.
    fn object(&mut self, kinds: &LiteMap<Name, Type>, depth: u32) -> Result<Value, Malformed> {
        let length = read::read_map_len(&mut self.rest)?;
        let mut values = Members::with_capacity(kinds.len());
        // Terraform sends all attributes in order, so the next one is usually the expected one.
        let mut next = kinds.iter();
        for _ in 0..length {
            let name = self.text()?;
            let (name, kind) = match next.next() {
                Some((expected, kind)) if expected == name => (expected, kind),
                _ => find_kind(kinds, name).ok_or_else(|| no_such_attribute(name))?,
            };
            let value = self
                .value(kind, depth)
                .map_err(|error| error.within(|| Step::Attribute(name.to_string())))?;
            insert(&mut values, name.clone(), value)?;
        }
        if values.len() < kinds.len() {
            for name in kinds.keys() {
                values.try_insert(name.clone(), Value::Null);
            }
        }
        Ok(Value::Map(values))
    }

    fn dynamic(&mut self, depth: u32) -> Result<Value, Malformed> {
        let length = read::read_array_len(&mut self.rest)?;
        if length != 2 {
            return Err(Malformed::new("a value of any type is a pair: type and value"));
        }
        let length = read::read_bin_len(&mut self.rest)?;
        let kind = serde_json::from_slice(self.take(length)?).map_err(Malformed::new)?;
        let kind = Type::from_json(&kind)
            .ok_or_else(|| Malformed::new(format_args!("{kind} is no type")))?;
        let value = self.value(&kind, depth)?;
        Ok(Value::Dynamic(Box::new((kind, value))))
    }

    fn unknown(&mut self) -> Result<Value, Malformed> {
        let extension = read::read_ext_meta(&mut self.rest)?;
        let payload = self.take(extension.size)?;
        let known = if extension.typeid == REFINED { payload } else { &[] };
        Ok(Value::Unknown(Refinement(known.to_vec())))
    }

    fn marker(&self) -> Result<Marker, Malformed> {
        self.rest.first().copied().map(Marker::from_u8).ok_or_else(truncated)
    }

    fn take(&mut self, length: u32) -> Result<&'a [u8], Malformed> {
        let (taken, rest) = self.rest.split_at_checked(length as usize).ok_or_else(truncated)?;
        self.rest = rest;
        Ok(taken)
    }
}

/// Inserts a value. The key is usually the last one, so the fast path appends it.
fn insert(values: &mut Members, key: Name, value: Value) -> Result<(), Malformed> {
    let refused = values.try_append(key, value);
    let Some((key, value)) = refused else { return Ok(()) };
    match values.try_insert(key, value) {
        None => Ok(()),
        Some((key, _)) => Err(Malformed::new(format_args!("{key:?} occurs twice"))),
    }
}

fn find_kind<'k>(kinds: &'k LiteMap<Name, Type>, name: &str) -> Option<(&'k Name, &'k Type)> {
    kinds.get_indexed(kinds.find_index(name).ok()?)
}

fn append(out: &mut Vec<u8>, value: &Value, kind: &Type, depth: u32) -> Result<(), Malformed> {
    let depth = descend(depth)?;
    match (value, kind) {
        (Value::Unknown(Refinement(known)), _) if known.is_empty() => out.extend(UNKNOWN),
        (Value::Unknown(Refinement(known)), _) => {
            write::write_ext_meta(out, length(known.len())?, REFINED)?;
            out.extend(known);
        }
        (Value::Null, _) => write::write_nil(out)?,
        (Value::Bool(truth), Type::Bool) => write::write_bool(out, *truth)?,
        (Value::Number(number), Type::Number) => append_number(out, number)?,
        (Value::String(text), Type::String) => write::write_str(out, text)?,
        (Value::List(elements), Type::List(kind)) | (Value::Set(elements), Type::Set(kind)) => {
            write::write_array_len(out, length(elements.len())?)?;
            for (at, value) in elements.iter().enumerate() {
                append(out, value, kind, depth).map_err(|error| error.within(|| element(at)))?;
            }
        }
        // A model may contain a list instead of a set by mistake. The state of an object must not be lost
        // because of that.
        (Value::List(elements), Type::Set(_)) => {
            append(out, &Value::set(elements.clone()), kind, depth)?;
        }
        (Value::List(elements), Type::Tuple(kinds)) if elements.len() == kinds.len() => {
            write::write_array_len(out, length(elements.len())?)?;
            for (at, (value, kind)) in elements.iter().zip(kinds).enumerate() {
                append(out, value, kind, depth).map_err(|error| error.within(|| element(at)))?;
            }
        }
        (Value::Map(values), Type::Map(kind)) => {
            write::write_map_len(out, length(values.len())?)?;
            for (key, value) in values {
                write::write_str(out, key)?;
                append(out, value, kind, depth)
                    .map_err(|error| error.within(|| Step::Key(key.to_string())))?;
            }
        }
        (Value::Map(values), Type::Object(kinds)) => {
            write::write_map_len(out, length(kinds.len())?)?;
            // Both are sorted, so one walk finds every value and every attribute that the type
            // lacks.
            let mut values = values.iter().peekable();
            for (name, kind) in kinds {
                let value = values.next_if(|(found, _)| *found == name);
                write::write_str(out, name)?;
                append(out, value.map_or(&Value::Null, |(_, value)| value), kind, depth)
                    .map_err(|error| error.within(|| Step::Attribute(name.to_string())))?;
            }
            if let Some((name, _)) = values.next() {
                return Err(no_such_attribute(name));
            }
        }
        (Value::Dynamic(typed), Type::Dynamic) => {
            let (kind, value) = typed.as_ref();
            write::write_array_len(out, 2)?;
            write::write_bin(out, kind.to_json().to_string().as_bytes())?;
            append(out, value, kind, depth)?;
        }
        (value, kind) => return Err(Malformed::mismatch(kind, name(value))),
    }
    Ok(())
}

/// Writes a number as the smallest integer that fits, as a double if that is exact, and otherwise
/// as decimal text. No precision is lost.
fn append_number(out: &mut Vec<u8>, number: &Number) -> Result<(), Malformed> {
    if let Some(integer) = number.to_i64() {
        write::write_sint(out, integer)?;
        return Ok(());
    }
    match number.to_exact_f64() {
        Some(double) if double.fract() != 0.0 => write::write_f64(out, double)?,
        _ => write::write_str(out, &number.to_string())?,
    }
    Ok(())
}

fn name(value: &Value) -> &'static str {
    match value {
        Value::Unknown(_) => "unknown",
        Value::Null => "null",
        Value::Bool(_) => "a bool",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::List(_) => "a list or tuple of this length",
        Value::Set(_) => "a set",
        Value::Map(_) => "a map or object",
        Value::Dynamic(_) => "a value with a type of its own",
    }
}

fn length(length: usize) -> Result<u32, Malformed> {
    u32::try_from(length).map_err(|_| Malformed::new("the value is too large to send"))
}

fn no_such_attribute(name: &str) -> Malformed {
    Malformed::new(format_args!("the schema has no attribute {name:?}"))
}

fn truncated() -> Malformed {
    Malformed::new("the value is cut short")
}

impl From<read::ValueReadError> for Malformed {
    fn from(error: read::ValueReadError) -> Self {
        Self::new(error)
    }
}

impl From<read::NumValueReadError> for Malformed {
    fn from(error: read::NumValueReadError) -> Self {
        Self::new(error)
    }
}

impl From<write::ValueWriteError> for Malformed {
    fn from(error: write::ValueWriteError) -> Self {
        Self::new(error)
    }
}

impl From<io::Error> for Malformed {
    fn from(error: io::Error) -> Self {
        Self::new(error)
    }
}
