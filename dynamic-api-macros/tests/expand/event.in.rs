/// When people meet.
#[dynamic_api(path = "events", validate = in_order, routes(create_one, update_one))]
pub struct Event {
    #[api(validate(length(min = 3, max = 20), pattern = "^[a-z]+$"))]
    pub code: String,
    #[api(validate(range(min = 0, exclusive_max = 99.5, message = "not that expensive")))]
    pub price: f64,
    #[api(validate(email, custom = mailbox::exists))]
    pub mail: Option<String>,
    #[api(default, validate(length(max = 5), inner(prefix = "#", custom = no_slang)))]
    pub tags: Vec<String>,
    pub starts: DateTime,
    pub ends: DateTime,
}

#[api_type]
pub struct Place {
    #[api(validate(length(equal = 5)))]
    pub zip: Option<String>,
}
