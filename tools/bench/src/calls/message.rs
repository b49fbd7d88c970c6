//! Messages of Terraform's protocol, written and read by hand: it takes few fields of few of them, and
//! a client that does nothing else adds nothing to what is measured.

/// A message that is being written.
#[derive(Clone, Default)]
pub(crate) struct Message(Vec<u8>);

impl Message {
    /// Adds a field of bytes, a text or a message.
    pub(crate) fn with(mut self, number: u8, bytes: &[u8]) -> Self {
        const LENGTH_DELIMITED: u8 = 2;
        self.0.push(number << 3 | LENGTH_DELIMITED);
        let mut length = bytes.len();
        while length >= 0x80 {
            self.0.push(length.to_le_bytes()[0] | 0x80);
            length >>= 7;
        }
        self.0.push(length.to_le_bytes()[0]);
        self.0.extend(bytes);
        self
    }

    /// Adds a field that holds a value: `DynamicValue { msgpack }`.
    pub(crate) fn with_value(self, number: u8, msgpack: &[u8]) -> Self {
        self.with(number, &Message::default().with(1, msgpack).0)
    }

    pub(crate) fn bytes(&self) -> &[u8] {
        &self.0
    }
}

/// A field that was read.
pub(crate) struct Field<'m> {
    pub(crate) number: u64,
    /// Of a field of fixed or variable length; empty otherwise.
    pub(crate) bytes: &'m [u8],
    /// Of a number of variable length; 0 otherwise.
    pub(crate) value: u64,
}

/// The fields of a message, until its end or what is none.
pub(crate) fn fields(message: &[u8]) -> impl Iterator<Item = Field<'_>> {
    let mut rest = message;
    std::iter::from_fn(move || {
        let key = varint(&mut rest)?;
        let (bytes, value): (&[u8], _) = match key & 7 {
            0 => (&[], varint(&mut rest)?),
            1 => (rest.split_off(..8)?, 0),
            2 => {
                let length = usize::try_from(varint(&mut rest)?).ok()?;
                (rest.split_off(..length)?, 0)
            }
            5 => (rest.split_off(..4)?, 0),
            _ => return None,
        };
        Some(Field { number: key >> 3, bytes, value })
    })
}

/// The first field of this number; empty if there is none, as protobuf has it.
pub(crate) fn field(message: &[u8], number: u64) -> &[u8] {
    fields(message).find(|field| field.number == number).map_or(&[], |field| field.bytes)
}

fn varint(rest: &mut &[u8]) -> Option<u64> {
    let mut value = 0;
    for shift in (0..64).step_by(7) {
        let byte = *rest.split_off_first()?;
        value |= u64::from(byte & 0x7f) << shift;
        if byte < 0x80 {
            return Some(value);
        }
    }
    None
}

/// A value as Terraform has it.
#[derive(Clone)]
pub(crate) enum Value<'v> {
    Null,
    Text(&'v str),
    Object(Vec<(&'v str, Value<'v>)>),
}

impl Value<'_> {
    pub(crate) fn to_msgpack(&self) -> Vec<u8> {
        let mut out = Vec::new();
        self.write(&mut out);
        out
    }

    fn write(&self, out: &mut Vec<u8>) {
        match self {
            Value::Null => out.push(0xc0),
            Value::Text(text) => write_text(text, out),
            Value::Object(members) => {
                out.push(0xde);
                out.extend(u16::try_from(members.len()).unwrap_or(u16::MAX).to_be_bytes());
                for (name, value) in members {
                    write_text(name, out);
                    value.write(out);
                }
            }
        }
    }
}

fn write_text(text: &str, out: &mut Vec<u8>) {
    out.push(0xda);
    out.extend(u16::try_from(text.len()).unwrap_or(u16::MAX).to_be_bytes());
    out.extend(text.as_bytes());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_can_be_read() {
        let long = "x".repeat(300);

        let message = Message::default().with(1, b"name").with(12, long.as_bytes());

        assert_eq!(field(message.bytes(), 1), b"name");
        assert_eq!(field(message.bytes(), 12), long.as_bytes());
        assert_eq!(field(message.bytes(), 2), b"");
    }

    #[test]
    fn numbers_are_passed_over() {
        let fields: Vec<_> = fields(&[0x08, 0x96, 0x01, 0x12, 0x01, b'a']).collect();

        assert_eq!((fields[0].number, fields[0].value), (1, 150));
        assert_eq!((fields[1].number, fields[1].bytes), (2, b"a".as_slice()));
    }

    #[test]
    fn an_object_is_a_map_of_texts() {
        let object = Value::Object(vec![("a", Value::Null), ("b", Value::Text("c"))]);

        assert_eq!(object.to_msgpack(), b"\xde\0\x02\xda\0\x01a\xc0\xda\0\x01b\xda\0\x01c");
    }
}
