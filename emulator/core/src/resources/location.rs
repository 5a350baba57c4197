//! Azure's regions: what `GET …/locations` shows, and where groups and resources may be.
//!
//! Locations compare after removing spaces and lowering the case: `East US 2` and `eastus2` are one. The list is the
//! one that Azure named in 2024 for resource groups; what it says of a region was recorded, or is what Azure publishes
//! for the newer ones. We offer every type of every provider in all of them.
//! Follows <https://learn.microsoft.com/rest/api/resources/subscriptions/list-locations>.

use crate::fault::Fault;
use crate::resource_id::ResourceId;
use crate::resources::definition;
use crate::rules::arm;
use crate::world::Document;

/// A region.
#[derive(Debug)]
pub struct Location {
    /// The normalised name, such as `eastus2`.
    pub name: &'static str,
    /// What portals show, such as `East US 2`.
    pub display_name: &'static str,
    /// The group of geographies, such as `US`.
    pub geography_group: &'static str,
    /// Longitude in degrees, as Azure prints it.
    pub longitude: &'static str,
    /// Latitude in degrees, as Azure prints it.
    pub latitude: &'static str,
    /// Where it stands; empty when Azure does not say.
    pub physical_location: &'static str,
    /// The region that it is paired with; empty when there is none.
    pub paired_region: &'static str,
    /// Whether Azure recommends it.
    pub recommended: bool,
}

/// All regions, in the order in which Azure lists them.
pub static ALL: &[Location] = &[
    recommended("eastasia", "East Asia", "Asia Pacific", ["114.188", "22.267"], "Hong Kong", "southeastasia"),
    recommended("southeastasia", "Southeast Asia", "Asia Pacific", ["103.833", "1.283"], "Singapore", "eastasia"),
    recommended("australiaeast", "Australia East", "Asia Pacific", ["151.2094", "-33.86"], "New South Wales", "australiasoutheast"),
    other("australiasoutheast", "Australia Southeast", "Asia Pacific", ["144.9631", "-37.8136"], "Victoria", "australiaeast"),
    recommended("brazilsouth", "Brazil South", "South America", ["-46.633", "-23.55"], "Sao Paulo State", "southcentralus"),
    recommended("canadacentral", "Canada Central", "Canada", ["-79.383", "43.653"], "Toronto", "canadaeast"),
    other("canadaeast", "Canada East", "Canada", ["-71.217", "46.817"], "Quebec", "canadacentral"),
    recommended("switzerlandnorth", "Switzerland North", "Europe", ["8.564572", "47.451542"], "Zurich", "switzerlandwest"),
    recommended("germanywestcentral", "Germany West Central", "Europe", ["8.682127", "50.110924"], "Frankfurt", "germanynorth"),
    recommended("eastus2", "East US 2", "US", ["-78.3889", "36.6681"], "Virginia", "centralus"),
    recommended("eastus", "East US", "US", ["-79.8164", "37.3719"], "Virginia", "westus"),
    recommended("centralus", "Central US", "US", ["-93.6208", "41.5908"], "Iowa", "eastus2"),
    recommended("northcentralus", "North Central US", "US", ["-87.6278", "41.8819"], "Illinois", "southcentralus"),
    recommended("francecentral", "France Central", "Europe", ["2.3730", "46.3772"], "Paris", "francesouth"),
    recommended("uksouth", "UK South", "Europe", ["-0.799", "50.941"], "London", "ukwest"),
    other("ukwest", "UK West", "Europe", ["-3.084", "53.427"], "Cardiff", "uksouth"),
    recommended("centralindia", "Central India", "Asia Pacific", ["73.9197", "18.5822"], "Pune", "southindia"),
    other("southindia", "South India", "Asia Pacific", ["80.1636", "12.9822"], "Chennai", "centralindia"),
    other("jioindiawest", "Jio India West", "Asia Pacific", ["70.05773", "22.470701"], "Jamnagar", "jioindiacentral"),
    recommended("italynorth", "Italy North", "Europe", ["9.18109", "45.46888"], "Milan", ""),
    recommended("japaneast", "Japan East", "Asia Pacific", ["139.77", "35.68"], "Tokyo, Saitama", "japanwest"),
    other("japanwest", "Japan West", "Asia Pacific", ["135.5022", "34.6939"], "Osaka", "japaneast"),
    recommended("koreacentral", "Korea Central", "Asia Pacific", ["126.9780", "37.5665"], "Seoul", "koreasouth"),
    other("koreasouth", "Korea South", "Asia Pacific", ["129.0756", "35.1796"], "Busan", "koreacentral"),
    recommended("mexicocentral", "Mexico Central", "Mexico", ["-100.389888", "20.588818"], "Querétaro State", ""),
    recommended("northeurope", "North Europe", "Europe", ["-6.2597", "53.3478"], "Ireland", "westeurope"),
    recommended("norwayeast", "Norway East", "Europe", ["10.752245", "59.913868"], "Norway", "norwaywest"),
    recommended("polandcentral", "Poland Central", "Europe", ["21.01666", "52.23334"], "Warsaw", ""),
    recommended("qatarcentral", "Qatar Central", "Middle East", ["51.439327", "25.551462"], "Doha", ""),
    recommended("spaincentral", "Spain Central", "Europe", ["3.4209", "40.4259"], "Madrid", ""),
    recommended("swedencentral", "Sweden Central", "Europe", ["17.14127", "60.67488"], "Gävle", "swedensouth"),
    recommended("uaenorth", "UAE North", "Middle East", ["55.316666", "25.266666"], "Dubai", "uaecentral"),
    other("westcentralus", "West Central US", "US", ["-110.234", "40.890"], "Wyoming", "westus2"),
    recommended("westeurope", "West Europe", "Europe", ["4.9", "52.3667"], "Netherlands", "northeurope"),
    recommended("westus2", "West US 2", "US", ["-119.852", "47.233"], "Washington", "westcentralus"),
    recommended("westus", "West US", "US", ["-122.417", "37.783"], "California", "eastus"),
    recommended("southcentralus", "South Central US", "US", ["-98.5", "29.4167"], "Texas", "northcentralus"),
    recommended("westus3", "West US 3", "US", ["-112.074036", "33.448376"], "Phoenix", "eastus"),
    recommended("southafricanorth", "South Africa North", "Africa", ["28.218370", "-25.731340"], "Johannesburg", "southafricawest"),
    other("australiacentral", "Australia Central", "Asia Pacific", ["149.1244", "-35.3075"], "Canberra", "australiacentral"),
    other("australiacentral2", "Australia Central 2", "Asia Pacific", ["149.1244", "-35.3075"], "Canberra", "australiacentral2"),
    recommended("israelcentral", "Israel Central", "Middle East", ["33.4506633", "31.2655698"], "Israel", ""),
    other("westindia", "West India", "Asia Pacific", ["72.868", "19.088"], "Mumbai", "southindia"),
    other("centraluseuap", "Central US EUAP", "US", ["-93.6208", "41.5908"], "", "eastus2euap"),
    other("eastus2euap", "East US 2 EUAP", "US", ["-78.3889", "36.6681"], "", "centraluseuap"),
];

const fn recommended(
    name: &'static str,
    display_name: &'static str,
    geography_group: &'static str,
    [longitude, latitude]: [&'static str; 2],
    physical_location: &'static str,
    paired_region: &'static str,
) -> Location {
    Location { name, display_name, geography_group, longitude, latitude, physical_location, paired_region, recommended: true }
}

const fn other(
    name: &'static str,
    display_name: &'static str,
    geography_group: &'static str,
    coordinates: [&'static str; 2],
    physical_location: &'static str,
    paired_region: &'static str,
) -> Location {
    let as_recommended = recommended(name, display_name, geography_group, coordinates, physical_location, paired_region);
    Location { recommended: false, ..as_recommended }
}

/// Returns `text` without spaces and in lower case: the form in which locations compare and the front door prints them.
pub fn normalised(text: &str) -> String {
    text.chars().filter(|character| !character.is_whitespace()).flat_map(char::to_lowercase).collect()
}

/// Returns the region that `text` names.
pub fn find(text: &str) -> Option<&'static Location> {
    let name = normalised(text);
    ALL.iter().find(|location| location.name == name)
}

/// Returns the normalised names of all regions.
pub fn names() -> Vec<&'static str> {
    ALL.iter().map(|location| location.name).collect()
}

/// Returns the `location` of a body, as sent; an empty one counts as none.
///
/// # Errors
/// `InvalidRequestContent` when it is not a string.
pub fn sent_in(body: &Document) -> Result<Option<&str>, Fault> {
    Ok(definition::text(body, "location")?.filter(|text| !text.trim().is_empty()))
}

/// Returns the `location` of a body that must have one, as sent.
///
/// # Errors
/// `LocationRequired`, or `InvalidRequestContent`.
pub fn required_in(body: &Document) -> Result<&str, Fault> {
    sent_in(body)?.ok_or_else(arm::location_required)
}

/// Returns the region for a new resource of a type such as `Microsoft.DataFactory/factories`.
///
/// # Errors
/// `LocationNotAvailableForResourceType`.
pub fn for_type(sent: &str, resource_type: &str) -> Result<&'static Location, Fault> {
    find(sent).ok_or_else(|| arm::location_not_available(sent, resource_type, &names()))
}

/// Returns the region for a new resource group.
///
/// # Errors
/// `LocationNotAvailableForResourceGroup`.
pub fn for_group(sent: &str) -> Result<&'static Location, Fault> {
    find(sent).ok_or_else(|| arm::location_not_available_for_group(sent, &names()))
}

/// Checks that a write of resource `id` leaves it in the location `exists_in`.
///
/// # Errors
/// `InvalidResourceLocation`.
pub fn is_kept(id: &ResourceId, exists_in: &str, sent: &str) -> Result<(), Fault> {
    let (exists_in, sent) = (normalised(exists_in), normalised(sent));
    if exists_in == sent { Ok(()) } else { Err(arm::location_changed(id, &exists_in, &sent)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spaces_and_case_do_not_count() {
        for text in ["East US 2", "eastus2", "EastUS2"] {
            assert_eq!(find(text).map(|location| location.name), Some("eastus2"));
        }
        assert!(find("mars").is_none());
    }

    #[test]
    fn every_name_is_its_display_name_normalised() {
        for location in ALL {
            assert_eq!(location.name, normalised(location.display_name));
        }
    }
}
