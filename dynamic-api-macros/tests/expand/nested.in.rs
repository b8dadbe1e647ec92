#[dynamic_api(path = "places")]
pub struct Place {
    pub address: Address,
    pub kind: Option<PlaceKind>,
    pub visits: HashMap<String, Vec<Visit>>,
}

/// Where something is.
#[api_type]
#[derive(Clone, Debug)]
pub struct Address {
    pub street_name: String,
    pub zip: Option<String>,
    #[serde(default)]
    pub country_codes: Vec<String>,
}

#[api_type]
#[derive(Clone, Copy, Debug)]
pub enum PlaceKind {
    Home,
    WorkPlace,
    #[serde(rename = "else")]
    Other,
}

#[api_type]
#[derive(Clone, Debug)]
#[serde(tag = "type")]
pub enum Visit {
    Planned { at_noon: DateTime },
    Done(Report),
}
