//! `terraform query` for reservations: reserved numbers, grouped by the order that reserved them.

use std::collections::BTreeMap;
use std::sync::Arc;

use async_trait::async_trait;

use super::model::{Identity, TnBlock};
use super::{TnReservation, read};
use crate::framework::{Context, Detail, Diagnostic, Field, Found, ListResource, Listed, Schema};
use crate::lumen::VoiceOrderId;
use crate::lumen::voice::{NumberQuery, Product, ReservedNumber};
use crate::model;
use crate::services::identity::ObjectIdentity as _;
use crate::services::orders::Ordered;
use crate::services::voice::{product, rate_center, state};
use crate::services::{Session, explain, matching};

/// The `lumen_voice_tn_reservation` list resource.
pub(crate) struct ReservationList(Arc<Session>);

model! {
    /// The filters of the query.
    pub(crate) struct Wish {
        rate_center: Field<String>,
        state: Field<String>,
        product: Field<Product>,
    }
}

#[async_trait]
impl ListResource for ReservationList {
    type Resource = Ordered<TnReservation>;
    type Model = Wish;

    fn schema() -> Schema {
        Schema::new("Lists the voice orders with reserved numbers that are not assigned yet. You can import each order as a separate reservation. `rate_center` and `state` are filters; orders must match both. `product` is not a filter: its value is copied into the generated configuration.")
            .attribute("rate_center", rate_center().about("Only orders in this rate center."))
            .attribute("state", state().about("Only orders in this state, such as `CO`."))
            .attribute("product", product().about("Product that the numbers are for, which is copied into the generated configuration. Lumen's inventory doesn't show it."))
    }

    fn new(session: Arc<Session>) -> Self {
        Self(session)
    }

    /// Returns identities as they appear. Whole objects have to wait for the last page, because any page
    /// may add numbers of an order.
    async fn list(
        &self,
        wish: Wish,
        detail: Detail,
        mut found: Found<'_, Ordered<TnReservation>>,
        context: &Context,
    ) -> Result<(), Diagnostic> {
        let lumen = self.0.lumen()?;
        let everything = NumberQuery::default();
        let mut pages = lumen.number_pages(&everything);
        let mut orders = BTreeMap::<VoiceOrderId, Vec<ReservedNumber>>::new();
        loop {
            let page = tokio::select! {
                biased;
                () = context.stop.cancelled() => return Err(matching::interrupted("reservations")),
                page = pages.next() => page,
            };
            let page =
                page.map_err(|error| explain::error("The reservations can't be listed", &error))?;
            let Some(page) = page else { break };
            for number in page.into_iter().filter(|number| wish.fits(number)) {
                let Some(id) = number.voice_order_id.clone() else { continue };
                let known = orders.entry(id.clone()).or_default();
                let is_new = known.is_empty();
                known.push(number);
                if detail == Detail::Identity && is_new {
                    let listed = self.listed(id, known, &wish, detail);
                    if found.push(listed).await.is_break() {
                        return Ok(());
                    }
                }
            }
        }
        if detail == Detail::Object {
            for (id, numbers) in orders {
                if found.push(self.listed(id, &numbers, &wish, detail)).await.is_break() {
                    break;
                }
            }
        }
        Ok(())
    }
}

impl ReservationList {
    fn listed(
        &self,
        id: VoiceOrderId,
        numbers: &[ReservedNumber],
        wish: &Wish,
        detail: Detail,
    ) -> Listed<Ordered<TnReservation>> {
        let place = numbers.first().map(|first| (&first.rate_center, &first.state));
        let display_name = match place {
            Some((Some(rate_center), Some(state))) => {
                format!("{rate_center}, {state} (voice order {id})")
            }
            _ => format!("Voice order {id}"),
        };
        let object = match detail {
            Detail::Identity => None,
            Detail::Object => read::found(&id, numbers)
                .map(|block| TnBlock { product: wish.product.clone(), ..block }),
        };
        let identity = Identity::new(self.0.customer_number.clone(), Field::Known(id));
        Listed { identity, display_name, object }
    }
}

impl Wish {
    fn fits(&self, number: &ReservedNumber) -> bool {
        matching::fits(self.rate_center.known(), number.rate_center.as_ref())
            && matching::fits(self.state.known(), number.state.as_ref())
    }
}
