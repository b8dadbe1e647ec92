#[dynamic_api(path = "accounts", routes(get_one, update_one))]
pub struct Account {
    #[api(login)]
    pub email: String,
    #[api(password)]
    pub password: Password,
    #[api(register)]
    pub name: String,
    #[api(claim, register(required))]
    #[serde(rename = "organisation")]
    pub tenant: Option<Id>,
    #[api(register, default)]
    pub tags: Vec<String>,
    #[api(claim, read_only, default = Role::Member)]
    pub role: Role,
    #[cfg(feature = "billing")]
    #[api(claim, register)]
    pub plan: Option<String>,
}
