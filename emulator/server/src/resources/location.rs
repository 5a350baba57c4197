//! Regions on the wire.
//!
//! Coordinates are strings. Old api-versions have them bare, newer ones under `metadata`: `arm-wire` 3.1.

use crate::arm::reply::List;
use crate::arm::request::{self, ArmRequest};
use crate::arm::routes::{Access, Answer, Operation, Run, Versions};
use adf_emulator_core::resources::location::{self, Location};
use adf_emulator_core::world::World;
use axum::http::Method;
use serde::Serialize;

/// The operations of regions.
pub static OPERATIONS: &[Operation] = &[Operation {
    name: "Subscriptions_ListLocations",
    method: Method::GET,
    path: "/subscriptions/{subscriptionId}/locations",
    access: Access::Action("Microsoft.Resources/subscriptions/locations/read"),
    run: Run::Read(list),
    note: "availability zones are left out",
    versions: Versions::All,
}];

/// `GET /subscriptions/{subscriptionId}/locations`
/// <https://learn.microsoft.com/rest/api/resources/subscriptions/list-locations>
fn list(_world: &World, request: &ArmRequest) -> Answer {
    let subscription = request.target.as_str();
    Ok(List::page(location::ALL.iter().map(|it| LocationShape::new(it, subscription, &request.api_version)).collect(), request))
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct LocationShape {
    id: String,
    name: &'static str,
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    location_type: Option<&'static str>,
    display_name: &'static str,
    #[serde(flatten)]
    place: Place,
}

#[derive(Serialize)]
#[serde(untagged)]
enum Place {
    Bare {
        longitude: &'static str,
        latitude: &'static str,
    },
    #[serde(rename_all = "camelCase")]
    Described {
        regional_display_name: String,
        metadata: LocationMetadata,
    },
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct LocationMetadata {
    region_type: &'static str,
    region_category: &'static str,
    geography_group: &'static str,
    longitude: &'static str,
    latitude: &'static str,
    #[serde(skip_serializing_if = "str::is_empty")]
    physical_location: &'static str,
    paired_region: Vec<PairedRegion>,
}

#[derive(Serialize)]
struct PairedRegion {
    name: &'static str,
    id: String,
}

impl LocationShape {
    fn new(location: &'static Location, subscription: &str, api_version: &str) -> Self {
        Self {
            id: format!("{subscription}/locations/{}", location.name),
            name: location.name,
            location_type: request::is_at_least(api_version, "2020-01-01").then_some("Region"),
            display_name: location.display_name,
            place: Place::new(location, subscription, api_version),
        }
    }
}

impl Place {
    fn new(location: &'static Location, subscription: &str, api_version: &str) -> Self {
        let (longitude, latitude) = (location.longitude, location.latitude);
        if !request::is_at_least(api_version, "2019-11-01") {
            return Self::Bare { longitude, latitude };
        }
        let paired = Some(location.paired_region).filter(|name| !name.is_empty());
        Self::Described {
            regional_display_name: format!("({}) {}", location.geography_group, location.display_name),
            metadata: LocationMetadata {
                region_type: "Physical",
                region_category: if location.recommended { "Recommended" } else { "Other" },
                geography_group: location.geography_group,
                longitude,
                latitude,
                physical_location: location.physical_location,
                paired_region: paired
                    .map(|name| PairedRegion { name, id: format!("{subscription}/locations/{name}") })
                    .into_iter()
                    .collect(),
            },
        }
    }
}
