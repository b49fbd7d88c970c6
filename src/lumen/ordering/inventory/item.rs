//! A service as the inventory returns it.

use serde::Deserialize;

use super::super::{Address, BillingAccountRef, PRODUCT_CODE, ServiceStatus};
use super::Service;
use crate::lumen::scalar::{Many, Scalar};

#[derive(Deserialize, Default)]
#[serde(default, rename_all = "camelCase")]
pub(in super::super) struct ServiceItem {
    service_id: Scalar,
    service_name: Scalar,
    product_code: Scalar,
    status: Scalar,
    billing_account: Option<AccountItem>,
    location: Option<LocationItem>,
    location_profile: Option<ProfileItem>,
    product_characteristic: Many<Characteristic>,
    product: Option<ProductItem>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct AccountItem {
    id: Scalar,
    name: Scalar,
}

/// The same members as in other answers, some of them spelled differently.
#[derive(Deserialize, Default)]
#[serde(default, rename_all = "camelCase")]
struct LocationItem {
    #[serde(rename = "masterSiteid")]
    master_siteid: Scalar,
    master_site_id: Scalar,
    street_address: Scalar,
    city: Scalar,
    state_or_province: Scalar,
    country: Scalar,
    postcode: Scalar,
    post_code: Scalar,
}

#[derive(Deserialize, Default)]
#[serde(default, rename_all = "camelCase")]
struct ProfileItem {
    related_party: Many<PartyItem>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct PartyItem {
    id: Scalar,
}

#[derive(Deserialize, Default)]
#[serde(default, rename_all = "camelCase")]
struct ProductItem {
    id: Scalar,
    status: Scalar,
    product_characteristic: Many<Characteristic>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Characteristic {
    name: Scalar,
    value: Scalar,
}

impl ServiceItem {
    pub(super) fn is_on_demand(&self) -> bool {
        self.product_code.as_str().is_none_or(|code| code == PRODUCT_CODE)
    }

    /// Returns `None` for an item without an ID, because nothing could refer to it.
    pub(in super::super) fn read(self) -> Option<Service> {
        let product = self.product.unwrap_or_default();
        // Characteristics may be in the item, in its product, or in both.
        let mut characteristics = self.product_characteristic.0;
        characteristics.extend(product.product_characteristic);
        let characteristic = |name: &str| {
            let named = |each: &&Characteristic| {
                each.name.as_str().is_some_and(|own| own.eq_ignore_ascii_case(name))
            };
            characteristics.iter().filter(named).find_map(|each| each.value.as_str())
        };
        let text = |name: &str| characteristic(name).map(ToOwned::to_owned);
        let location = self.location.unwrap_or_default();
        let parties = self.location_profile.unwrap_or_default().related_party;
        let status = self.status.into_text().or(product.status.into_text());
        Some(Service {
            service_id: self.service_id.parse().or_else(|| product.id.parse())?,
            name: self.service_name.into_text().or_else(|| text("Customer Service Name")),
            status: ServiceStatus::from_word(status.as_deref().unwrap_or_default()),
            bandwidth: characteristic("Bandwidth").and_then(|value| value.parse().ok()),
            master_site_id: location
                .master_siteid
                .parse()
                .or_else(|| location.master_site_id.parse()),
            partner_id: parties.into_iter().find_map(|party| party.id.parse()),
            port_service_id: characteristic("UNI Service ID").and_then(|value| value.parse().ok()),
            billing_account: self.billing_account.and_then(AccountItem::read),
            ipv4_block_size: text("IPV4 Block Size"),
            vlan_assignment: text("VLAN Assignment"),
            routing: text("Routing Options"),
            address: Address {
                street_address: location.street_address.into_text(),
                city: location.city.into_text(),
                state: location.state_or_province.into_text(),
                country: location.country.into_text(),
                post_code: location.postcode.into_text().or(location.post_code.into_text()),
            },
        })
    }
}

impl AccountItem {
    fn read(self) -> Option<BillingAccountRef> {
        Some(BillingAccountRef {
            id: self.id.parse()?,
            name: self.name.into_text().unwrap_or_default(),
        })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(item: serde_json::Value) -> Option<Service> {
        serde_json::from_value::<ServiceItem>(item).ok()?.read()
    }

    #[test]
    fn a_service_is_read_from_wherever_its_members_stand() {
        let service = read(json!({
            "serviceId": 77_133_831_778_u64, "serviceName": "My First NaaS", "serviceType": "Internet",
            "productCode": "718", "status": "Active",
            "billingAccount": { "id": "5-RHQBGCGK", "name": "Company or account name" },
            "location": { "masterSiteid": "PL0001247634", "streetAddress": "100 CenturyLink Dr", "city": "Monroe",
                "stateOrProvince": "LA", "country": "US", "postcode": "71203", "postcodeExtension": "2041" },
            "locationProfile": { "dataCenter": true, "market": "WASHINGTON DC", "relatedParty": { "id": "43558" } },
            "productCharacteristic": [{ "name": "bandwidth", "valueType": "String", "value": "100 MBPS" }],
            "product": { "id": "77133831778", "productCharacteristic": [
                { "name": "UNI Service ID", "value": "XX/XXXX/164523/LUMN" },
                { "name": "IPV4 Block Size", "value": "/29" } ] },
            "productPrice": [{ "priceType": "", "price": "", "unit": "" }],
        }));
        let text = |text: &str| Some(text.to_owned());
        let expected = || {
            Some(Service {
                service_id: "77133831778".parse().ok()?,
                name: text("My First NaaS"),
                status: ServiceStatus::Active,
                bandwidth: "100 Mbps".parse().ok(),
                master_site_id: "PL0001247634".parse().ok(),
                partner_id: "43558".parse().ok(),
                port_service_id: "XX/XXXX/164523/LUMN".parse().ok(),
                billing_account: Some(BillingAccountRef {
                    id: "5-RHQBGCGK".parse().ok()?,
                    name: "Company or account name".to_owned(),
                }),
                address: Address {
                    street_address: text("100 CenturyLink Dr"),
                    city: text("Monroe"),
                    state: text("LA"),
                    country: text("US"),
                    post_code: text("71203"),
                },
                ipv4_block_size: text("/29"),
                vlan_assignment: None,
                routing: None,
            })
        };
        assert_eq!(service, expected());
        assert!(service.is_some());
    }

    #[test]
    fn the_other_spellings_are_read_too() {
        let service = read(json!({
            "serviceName": null, "location": { "masterSiteId": "PL1", "postCode": 71203 },
            "product": { "id": "77001", "status": "pendingActive", "productCharacteristic": null },
        }));
        let read =
            service.map(|service| (service.service_id, service.master_site_id, service.status));
        let pending = ServiceStatus::Pending("pendingActive".to_owned());
        let expected = || Some(("77001".parse().ok()?, "PL1".parse().ok(), pending));
        assert_eq!(read, expected());
    }

    #[test]
    fn other_products_are_left_out() {
        let ours = |item| {
            serde_json::from_value::<ServiceItem>(item).is_ok_and(|item| item.is_on_demand())
        };
        assert!(ours(json!({ "serviceId": "1", "productCode": 718 })));
        assert!(ours(json!({ "serviceId": "1" })));
        assert!(!ours(json!({ "serviceId": "1", "productCode": "900" })));
    }
}
