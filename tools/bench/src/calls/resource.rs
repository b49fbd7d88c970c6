//! The calls in the life of one resource, as Terraform makes them.

use lumen_report::failure::Failure;

use super::message::{Message, Value, field, fields};
use super::plugin::{Plugin, check};

/// What there is to say about a kind of resource.
pub(crate) struct Kind {
    name: &'static str,
    /// Every attribute and block.
    members: Vec<String>,
}

/// A resource that was created.
pub(crate) struct Created {
    state: Vec<u8>,
    private: Vec<u8>,
    config: Vec<u8>,
}

impl Kind {
    /// Of a provider's schemas.
    pub(crate) fn of(name: &'static str, schemas: &[u8]) -> Self {
        let entry = fields(schemas)
            .filter(|field| field.number == 2)
            .find(|entry| field(entry.bytes, 1) == name.as_bytes());
        let schema = entry.map_or(&[][..], |entry| field(entry.bytes, 2));
        Self { name, members: members(field(schema, 2)) }
    }

    /// A value of this kind, with all that is not set being null.
    pub(crate) fn value(&self, set: &[(&str, Value<'_>)]) -> Vec<u8> {
        object(&self.members, set)
    }

    pub(crate) async fn validate(&self, plugin: &Plugin, config: &[u8]) -> Result<(), Failure> {
        let message = self.message().with_value(2, config);
        let answer = plugin.call(plugin.protocol().validate(), &message).await?;
        check(&answer, 1)
    }

    /// Plans to create what is not there, and returns the planned state and private data.
    pub(crate) async fn plan(
        &self,
        plugin: &Plugin,
        config: &[u8],
    ) -> Result<(Vec<u8>, Vec<u8>), Failure> {
        let nothing = Value::Null.to_msgpack();
        let message = self.message().with_value(2, &nothing).with_value(3, config);
        self.planned(plugin, message.with_value(4, config)).await
    }

    /// Plans what is there and is to stay as it is.
    pub(crate) async fn plan_nothing(
        &self,
        plugin: &Plugin,
        created: &Created,
    ) -> Result<(), Failure> {
        let Created { state, private, config } = created;
        let message = self.message().with_value(2, state).with_value(3, state);
        let message = message.with_value(4, config).with(5, private);
        self.planned(plugin, message).await.map(drop)
    }

    async fn planned(
        &self,
        plugin: &Plugin,
        message: Message,
    ) -> Result<(Vec<u8>, Vec<u8>), Failure> {
        let answer = plugin.call("PlanResourceChange", &message).await?;
        check(&answer, 4)?;
        Ok((value(&answer, 1), field(&answer, 3).to_vec()))
    }

    /// Creates what was planned.
    pub(crate) async fn create(
        &self,
        plugin: &Plugin,
        config: Vec<u8>,
        (planned, private): &(Vec<u8>, Vec<u8>),
    ) -> Result<Created, Failure> {
        let nothing = Value::Null.to_msgpack();
        let message = self.message().with_value(2, &nothing).with_value(3, planned);
        let message = message.with_value(4, &config).with(5, private);
        let answer = plugin.call("ApplyResourceChange", &message).await?;
        check(&answer, 3)?;
        Ok(Created { state: value(&answer, 1), private: field(&answer, 2).to_vec(), config })
    }

    pub(crate) async fn read(&self, plugin: &Plugin, created: &Created) -> Result<(), Failure> {
        let message = self.message().with_value(2, &created.state).with(3, &created.private);
        let answer = plugin.call("ReadResource", &message).await?;
        check(&answer, 2)?;
        if value(&answer, 1) == Value::Null.to_msgpack() {
            return Err(Failure::new("The provider can't find what it has created."));
        }
        Ok(())
    }

    fn message(&self) -> Message {
        Message::default().with(1, self.name.as_bytes())
    }
}

/// Configures the provider, with all that is not set being null.
pub(crate) async fn configure(
    plugin: &Plugin,
    schemas: &[u8],
    set: &[(&str, Value<'_>)],
) -> Result<(), Failure> {
    let config = object(&members(field(field(schemas, 1), 2)), set);
    let message = Message::default().with(1, b"1.11.4").with_value(2, &config);
    let answer = plugin.call(plugin.protocol().configure(), &message).await?;
    check(&answer, 1)
}

/// The names of a block's attributes and blocks.
fn members(block: &[u8]) -> Vec<String> {
    let named = fields(block).filter(|field| matches!(field.number, 2 | 3));
    named.map(|member| String::from_utf8_lossy(field(member.bytes, 1)).into_owned()).collect()
}

fn object(members: &[String], set: &[(&str, Value<'_>)]) -> Vec<u8> {
    let find = |name: &str| set.iter().find(|(set, _)| *set == name).map(|(_, value)| value);
    let members = members.iter().map(|name| match find(name) {
        None => (name.as_str(), Value::Null),
        Some(value) => (name.as_str(), value.clone()),
    });
    Value::Object(members.collect()).to_msgpack()
}

/// The value in a field.
fn value(answer: &[u8], number: u64) -> Vec<u8> {
    field(field(answer, number), 1).to_vec()
}
