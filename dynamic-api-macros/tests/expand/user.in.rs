/// Someone who can sign in.
#[dynamic_api(path = "users", web_socket)]
pub struct User {
    /// What others call them.
    pub name: String,
    /// Where mail reaches them.
    #[api(unique)]
    pub email: String,
}
