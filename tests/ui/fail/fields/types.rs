use dynamic_api::dynamic_api;

#[dynamic_api(path = "users")]
struct User {
    huge: i128,
    huge_list: Option<Vec<u128>>,
    text: &'static str,
    pair: (u8, u8),
    fixed: [u8; 4],
    function: fn(),
    shared: Box<dyn Send + Sync>,
}

fn main() {}
