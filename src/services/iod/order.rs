//! The `lumen_iod_order` data source: the progress of an order.

use std::sync::Arc;

use async_trait::async_trait;

use crate::framework::schema::string;
use crate::framework::{Context, DataSource, Diagnostic, Field, Schema};
use crate::lumen::{Error, OrderId, OrderRequestId, ServiceId};
use crate::model;
use crate::services::{Session, explain};

/// The `lumen_iod_order` data source.
pub struct IodOrder(Arc<Session>);

model! {
    /// An order.
    pub struct Order {
        order_request_id: Field<OrderRequestId>,
        status: Field<String>,
        order_id: Field<OrderId>,
        service_id: Field<ServiceId>,
    }
}

#[async_trait]
impl DataSource for IodOrder {
    const NAME: &'static str = "iod_order";
    type Session = Session;
    type Model = Order;

    fn schema() -> Schema {
        Schema::new("Reads the status of an Internet On-Demand order from Lumen's order status endpoint.")
            .attribute("order_request_id", string().required().about("ID that Lumen returned when the order was placed: `order_request_id` of a `lumen_iod_connection`."))
            .attribute("status", string().computed().about("Status of the order: `running`, `succeeded`, `failed`, or, if none of these applies, Lumen's own status in lowercase."))
            .attribute("order_id", string().computed().about("ID of the Lumen order. Include it in support requests. Null until Lumen returns it."))
            .attribute("service_id", string().computed().about("ID of the service that the order builds or changes. Null until Lumen returns it."))
    }

    fn new(session: Arc<Session>) -> Self {
        Self(session)
    }

    async fn read(&self, config: Order, _: &Context) -> Result<Order, Diagnostic> {
        let Field::Known(id) = &config.order_request_id else {
            return Err(Diagnostic::bug("a data source is read before its configuration is known"));
        };
        let report = self.0.lumen()?.order_status(id).await;
        let report = report.map_err(|error| {
            let summary = format!("The status of order request `{id}` can't be read");
            match &error {
                Error::NotFound(_) => explain::error(summary, &error).at("order_request_id"),
                _ => explain::error(summary, &error),
            }
        })?;
        Ok(Order {
            status: Field::Known(report.state.to_string()),
            order_id: report.order_id.into(),
            service_id: report.service_id.into(),
            ..config
        })
    }
}
